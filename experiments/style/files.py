"""Files that appear whole or not at all and stay when power is lost; what can go wrong, said."""

import errno
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

SPARE = 16 * 2**20
"""Bytes left free, with which what was begun can always be closed."""

UNFINISHED = ".unfinished"
"""Ending of files that are being written, and name of the folder of parts that are."""


class StorageError(OSError):
    """Results cannot be written; the message says where and why."""


class StorageFullError(StorageError):
    """The disk is full, or about to be; what was written so far can still be kept."""


def worded(error: OSError) -> str:
    """Return the system's words for an error, in small letters."""
    return (error.strerror or str(error)).lower()


@contextmanager
def written(folder: Path) -> Iterator[None]:
    """Turn what can go wrong in writing into a sentence.

    Raises:
        StorageFullError: If the disk is full.
        StorageError: If it cannot be written for another reason.
    """
    try:
        yield
    except StorageError:
        raise
    except FileExistsError:
        raise StorageError(f"{folder}: a file stands where the folder should be") from None
    except NotADirectoryError:
        raise StorageError(f"{folder}: a part of this path is a file") from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(folder) from None
        raise StorageError(f"{folder}: cannot write there ({worded(error)})") from None


def disk_full(folder: Path, free: int | None = None) -> StorageFullError:
    """Return what to raise where the disk has no room, perhaps with the bytes that are free."""
    left = "" if free is None else f" ({in_megabytes(free)} are free)"
    return StorageFullError(
        f"{folder}: the disk is full{left}; what is stored is whole, and the same command goes on "
        "once there is room"
    )


def check_room(folder: Path, needed: int) -> None:
    """Refuse to write so many bytes where they, and something to spare, have no room.

    Raises:
        StorageFullError: If there is none.
    """
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE:
        raise disk_full(folder, free)


def in_megabytes(count: int) -> str:
    """Word a number of bytes."""
    return f"{count / 1e6:,.0f} MB"


def json_text(value: Any) -> str:
    """Return JSON for people to read."""
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file that is whole or not there at all, and that a loss of power leaves as it is.

    Raises:
        StorageError: If it cannot be written; what was there before is there still.
    """
    waiting = path.with_name(f".{path.name}-{secrets.token_hex(4)}{UNFINISHED}")
    with written(path.parent):
        try:
            write_new(waiting, content)
            os.replace(waiting, path)
        except BaseException:
            with suppress(OSError):
                waiting.unlink(missing_ok=True)
            raise
        sync(path.parent)


def write_new(path: Path, content: str | bytes | memoryview) -> None:
    """Write a new file and wait until the disk has it; a link of its name is not followed."""
    with path.open("xb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Wait until the disk has what a file, or the list of a folder, says."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    except OSError as error:
        # Some file systems keep no list that could be waited for.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(file)
