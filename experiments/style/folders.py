"""A folder belongs to one thing: its manifest says to what, and one process at a time writes it."""

import fcntl
import json
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ceasefire.experiments.style.files import (
    UNFINISHED,
    StorageError,
    json_text,
    worded,
    write_whole,
    written,
)
from ceasefire.experiments.style.refusals import RefusedError

MANIFEST = "manifest.json"

LOCK = ".lock"

KINDS = {
    "sweep": "results of a sweep",
    "ensemble": "tables of an ensemble",
    "claims": "results of claims",
    "fit": "a fit",
    "sensitivity": "a sensitivity analysis",
    "threshold": "a search for a threshold",
}
"""What a folder can hold, as its manifest says (``kind``), and in words."""

OLDER = "made by another version of ceasefire, or no results"


def own_version() -> str:
    """Return the version of this package, if it is installed."""
    try:
        return version("ceasefire")
    except PackageNotFoundError:
        return "not installed"


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return what a folder says of itself; None if it says nothing.

    Raises:
        RefusedError: If its manifest cannot be read, leads out of it, or names no kind.
    """
    file = folder / MANIFEST
    if file.is_symlink():
        raise RefusedError(f"{file}: found a link; allowed: a file inside {folder}.")
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise RefusedError(f"{file}: found what cannot be read ({error}).") from None
    if not isinstance(manifest, dict) or manifest.get("kind") not in KINDS:
        raise RefusedError(
            f"{file}: kind: found what was {OLDER}; allowed: {', '.join(KINDS)}. Make it anew in "
            "another folder."
        )
    return manifest


def write_manifest(folder: Path, kind: str, facts: dict[str, Any]) -> None:
    """Write what a folder holds; ``kind`` comes first in it.

    Raises:
        StorageError: If it cannot be written.
    """
    write_whole(folder / MANIFEST, json_text({"kind": kind, **facts}))


@contextmanager
def owned(folder: Path, kind: str, begun: Collection[str] = ()) -> Iterator[dict[str, Any] | None]:
    """Hold a folder for one kind of thing, alone, and clear away what a killed process left there.

    Args:
        folder: The folder; it is made if need be, and removed if nothing comes to be in it.
        kind: One of ``KINDS``.
        begun: Names of files that a beginning without a manifest may have left there.

    Yields:
        Its manifest; None where nothing has been begun.

    Raises:
        RefusedError: If it holds something else, or another process writes there.
        StorageError: If it cannot be written.
    """
    made = not folder.exists()
    with locked(folder):
        manifest = read_manifest(folder)
        check_kind(folder, kind, manifest, begun)
        with written(folder):
            clear(folder)
        try:
            yield manifest
        finally:
            with suppress(OSError):
                if made and {path.name for path in folder.iterdir()} <= {LOCK}:
                    (folder / LOCK).unlink()
                    folder.rmdir()


def mark(folder: Path, kind: str) -> None:
    """Note what a folder of several experiments is for, before the first of them is run in it.

    Raises:
        RefusedError: If it holds something else, or another process writes there.
        StorageError: If it cannot be written.
    """
    with owned(folder, kind) as manifest:
        if manifest is None:
            write_manifest(folder, kind, {"made_by": f"ceasefire {own_version()}"})


def check_kind(
    folder: Path, kind: str, manifest: dict[str, Any] | None, begun: Collection[str] = ()
) -> None:
    """Refuse a folder that holds something else.

    Raises:
        RefusedError: If it does.
    """
    if manifest is not None and manifest["kind"] != kind:
        raise RefusedError(
            f"{folder}: found {KINDS[manifest['kind']]}; allowed: an empty or new folder, or one "
            f"with {KINDS[kind]}. Name another one with --out; this one is left as it is."
        )
    if manifest is None:
        others = [
            path.name
            for path in sorted(folder.iterdir())
            if not path.name.startswith(".") and path.name not in begun
        ]
        if others:
            raise RefusedError(
                f"{folder}: found other files ({others[0]}), {OLDER}; allowed: an empty or new "
                f"folder, or one with {KINDS[kind]}. Name another one with --out."
            )


def clear(folder: Path) -> None:
    """Remove what processes that were killed have left half done; links are not followed."""
    for path in folder.glob(f".*{UNFINISHED}"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep everyone else from writing to a folder of results meanwhile.

    The lock goes with the process, so one that was killed leaves none behind.

    Raises:
        RefusedError: If another process writes there.
        StorageError: If the folder cannot be written.
    """
    lock = folder / LOCK
    while True:
        with written(folder):
            folder.mkdir(parents=True, exist_ok=True)
            file = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if lock.exists() and os.path.samestat(os.fstat(file), lock.stat()):
                break
        except BlockingIOError:
            os.close(file)
            raise RefusedError(
                f"{folder}: another process is writing results there; wait until it is done, or "
                "name another folder with --out."
            ) from None
        except OSError as error:
            os.close(file)
            raise StorageError(f"{folder}: cannot lock it ({worded(error)})") from None
        # Whoever held it has taken the folder away with it.
        os.close(file)
    try:
        yield
    finally:
        os.close(file)
