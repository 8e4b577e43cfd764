"""Compiled code on disk: only in a folder that nobody else can write, and never a damaged file.

Loading compiled code runs what is in the file. So a folder counts only if it belongs to the user
and others have no rights in it, and a file only if it ends with the digest of what it says. What is
damaged counts as not there, is said in a sentence, and is written anew.
"""

import hashlib
import io
import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from numba.core.caching import FunctionCache, IndexDataCacheFile

DIGEST_SIZE = 16
"""Bytes of the digest at the end of each file."""

log = logging.getLogger(__name__)


def made_private(folder: Path) -> bool:
    """Make a folder that is the user's alone, or see that it is.

    Returns:
        False if it cannot be made, is a link or no folder, belongs to somebody else, or others
        could write in it: what lies there may then have been put there by them.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            return False
        if found.st_mode & 0o022:
            return False
        if found.st_mode & 0o077:
            # Others could read it, no more: what lies there is the user's own.
            folder.chmod(0o700)
    except OSError:
        return False
    return True


class CheckedFile(IndexDataCacheFile):
    """Files of compiled code that end with a digest of what they say."""

    @contextmanager
    def _open_for_write(self, filepath: str) -> Iterator[IO[bytes]]:
        content = io.BytesIO()
        yield content
        with super()._open_for_write(filepath) as file:
            file.write(content.getvalue() + _digest(content.getvalue()))

    def _load_index(self) -> dict[Any, str]:
        path = Path(self._index_path)
        if not path.exists():
            return {}
        if not _is_sound(path):
            log.warning("Compiled code in %s was damaged: it is thrown away.", path.parent)
            path.unlink(missing_ok=True)
            return {}
        overloads: dict[Any, str] = super()._load_index()
        return overloads

    def _load_data(self, name: str) -> Any:
        path = Path(self._data_path(name))
        if not _is_sound(path):
            log.warning("Compiled code in %s was damaged: it is thrown away.", path.parent)
            path.unlink(missing_ok=True)
            raise FileNotFoundError(path)
        return super()._load_data(name)


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=DIGEST_SIZE).digest()


def _is_sound(path: Path) -> bool:
    try:
        content = path.read_bytes()
    except OSError:
        return False
    return content[-DIGEST_SIZE:] == _digest(content[:-DIGEST_SIZE])


class KeptCode(FunctionCache):
    """Compiled code of one function on disk; trouble with it never stops anything.

    Args:
        function: The function as it was written.
    """

    def __init__(self, function: Any) -> None:
        super().__init__(function)
        plain = self._cache_file
        self._cache_file = CheckedFile(
            plain._cache_path, self._impl.filename_base, plain._source_stamp
        )

    def is_there(self) -> bool:
        """Whether code of this very file is kept, so that nobody has to wait for it."""
        try:
            names = self._cache_file._load_index().values()
            return any(Path(self._cache_file._data_path(name)).is_file() for name in names)
        except Exception:
            return False

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Load compiled code; None if there is none that can be used."""
        try:
            return super().load_overload(sig, target_context)
        except Exception as error:
            log.warning("Compiled code could not be loaded (%s): it is made anew.", error)
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep compiled code, if that can be done."""
        try:
            super().save_overload(sig, data)
        except Exception as error:
            log.warning("Compiled code could not be kept (%s): it is made anew next time.", error)
