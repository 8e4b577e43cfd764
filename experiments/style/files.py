"""Files: what can go wrong in writing them."""


class StorageError(OSError):
    """Results cannot be written; the message says where and why."""


class StorageFullError(StorageError):
    """The disk is about to be full; what was written so far can still be kept."""


def worded(error: OSError) -> str:
    """Return the system's words for an error, in small letters."""
    return (error.strerror or str(error)).lower()
