"""One store of parts: folders that appear whole or not at all, named after what decides them.

``parts/KEY/`` holds some files, and ``part.json`` beside them says of what results they are, what
is in them and what they must look like. So what is missing can be told from what is there.
"""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ceasefire.experiments.style.files import (
    UNFINISHED,
    check_room,
    json_text,
    sync,
    write_new,
    written,
)
from ceasefire.experiments.style.refusals import RefusedError

DESCRIPTION = "part.json"

Kept = TypeVar("Kept")

_digests: dict[str, tuple[int, int, str]] = {}
"""Digests of files by path, with the size and the time of the last change that they held for."""


class WrongPartError(Exception):
    """A folder among the parts that is no part; the message says why."""


def key_of(*facts: Any) -> str:
    """Return the name of a part: a digest of all that decides what is in it."""
    text = json.dumps(facts, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def digest_of_text(text: str) -> str:
    """Return the digest of a text."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def digest_of_file(path: Path) -> str:
    """Return the digest of a file's bytes; remembered as long as its size and time stay."""
    state = path.stat()
    size, time, digest = _digests.get(str(path), (-1, -1, ""))
    if (size, time) != (state.st_size, state.st_mtime_ns):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
        _digests[str(path)] = state.st_size, state.st_mtime_ns, digest
    return digest


def fault_of(path: Path, digest: str) -> str:
    """Return what a file is, if not what was written: missing, damaged or a link; "" if it is."""
    try:
        if path.is_symlink():
            return "a link"
        return "" if digest_of_file(path) == digest else "damaged"
    except FileNotFoundError:
        return "missing"
    except OSError:
        return "damaged"


@dataclass(frozen=True)
class Parts:
    """The parts in a folder.

    Attributes:
        folder: The folder that belongs to the results.
        identity: Digest of what all parts have in common; parts of other results are none.
    """

    folder: Path
    identity: str

    def __post_init__(self) -> None:
        """Refuse a link that might lead out of the folder.

        Raises:
            RefusedError: If the parts are one.
        """
        if self.place.is_symlink():
            raise RefusedError(f"{self.place}: found a link; allowed: a folder in {self.folder}.")

    @property
    def place(self) -> Path:
        """Where the parts are."""
        return self.folder / "parts"

    def names(self) -> Iterator[str]:
        """Yield the names of all that lies among the parts."""
        if self.place.is_dir():
            yield from sorted(path.name for path in self.place.iterdir())

    def read(self, name: str) -> dict[str, Any]:
        """Return what a part says of itself, once its files are found to be what was written.

        Raises:
            WrongPartError: If it is damaged, of other results, or leads out of the folder.
        """
        path = self.place / name
        if path.is_symlink() or (path / DESCRIPTION).is_symlink():
            raise WrongPartError("it is a link")
        try:
            facts = json.loads((path / DESCRIPTION).read_text(encoding="utf-8"))
            files = {str(file): str(said["digest"]) for file, said in facts["files"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise WrongPartError("its description is missing or damaged") from None
        if facts.get("identity") != self.identity:
            raise WrongPartError("it belongs to other results")
        for file, digest in files.items():
            if Path(file).name != file:
                raise WrongPartError(f"{file} leads out of it")
            if wrong := fault_of(path / file, digest):
                raise WrongPartError(f"{file} is {wrong}")
        return dict(facts)

    def kept(self, name: str, file: str, load: Callable[[Path], Kept]) -> Kept | None:
        """Return what a file of a part holds; None if it is not there or not whole.

        Args:
            name: The part.
            file: The file.
            load: Reads it.
        """
        try:
            if file not in self.read(name)["files"]:
                return None
        except WrongPartError:
            return None
        return load(self.place / name / file)

    def save(self, name: str, files: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
        """Write a part, in the place of one of its name.

        Args:
            name: Its name; see ``key_of``.
            files: Bytes of its files by name.
            facts: What it says of itself.

        Raises:
            StorageFullError: If the disk is full; nothing of the part is left behind.
            StorageError: If it cannot be written.
        """
        contents = {file: memoryview(content) for file, content in files.items()}
        said = {
            file: {
                "digest": hashlib.blake2b(content, digest_size=16).hexdigest(),
                "bytes": content.nbytes,
            }
            for file, content in contents.items()
        }
        text = json_text({"identity": self.identity, **facts, "files": said})
        with written(self.folder):
            check_room(self.folder, sum(content.nbytes for content in contents.values()))
            with self._waiting() as waiting:
                for file, content in contents.items():
                    write_new(waiting / file, content)
                write_new(waiting / DESCRIPTION, text)
                self._publish(waiting, name)

    def copy(self, name: str, source: "Parts") -> None:
        """Take a part over from other results of the same identity.

        Raises:
            StorageError: If it cannot be written.
        """
        with written(self.folder), self._waiting() as waiting:
            for path in (source.place / name).iterdir():
                write_new(waiting / path.name, path.read_bytes())
            self._publish(waiting, name)

    def remove(self, name: str) -> None:
        """Remove what is no part of the results, or is to be made again.

        Raises:
            StorageError: If it cannot be removed.
        """
        path = self.place / name
        with written(self.folder):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    @contextmanager
    def _waiting(self) -> Iterator[Path]:
        """Make a folder in which a part waits until it is whole; it leaves nothing behind."""
        waiting = self.folder / f".part-{secrets.token_hex(8)}{UNFINISHED}"
        waiting.mkdir()
        try:
            yield waiting
        finally:
            shutil.rmtree(waiting, ignore_errors=True)

    def _publish(self, waiting: Path, name: str) -> None:
        self.place.mkdir(exist_ok=True)
        self.remove(name)
        sync(waiting)
        os.rename(waiting, self.place / name)
        sync(self.place)
