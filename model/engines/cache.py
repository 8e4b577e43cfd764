"""Compiling the rules, and keeping what was compiled where an edit can never leave it stale."""

import hashlib
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
import numpy as np

from ceasefire.agents.rules import FLOAT
from ceasefire.model.engines.sources import sources_digest

ROOMS = ("agents", "model")


def environment() -> tuple[str, ...]:
    """Return what beside the sources decides the bits of a number."""
    config: Any = numba.config
    return (
        sys.version,
        numba.__version__,
        np.__version__,
        platform.machine(),
        str(FLOAT),
        str(config.BOUNDSCHECK),
    )


@cache
def code_digest(*entries: str) -> str:
    """Return a digest of all that some modules depend on, sources and environment.

    Args:
        *entries: Full names of modules, such as ``ceasefire.experiments.runs.jobs``.
    """
    facts = (sources_digest(*entries), *environment())
    return hashlib.blake2b("\0".join(facts).encode(), digest_size=10).hexdigest()


def rules_digest() -> str:
    """Return a digest of everything that compiled code depends on.

    All sources of the rooms that hold rules, as they are, and the environment: numba itself notices
    edits of one file only.
    """
    digest = hashlib.blake2b(digest_size=10)
    home = Path(__file__).resolve().parents[2]
    for room in ROOMS:
        for path in sorted((home / room).rglob("*.py")):
            name = path.relative_to(home).as_posix()
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update("\0".join(environment()).encode())
    return digest.hexdigest()


def cache_folder() -> Path | None:
    """Return a folder for compiled code that can be written, or None.

    ``CEASEFIRE_CACHE_DIR``, else the user's cache, else a temporary folder.
    """
    own = os.environ.get("CEASEFIRE_CACHE_DIR")
    user = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    for parent in [own] if own else [f"{user}/ceasefire", f"{tempfile.gettempdir()}/ceasefire"]:
        folder = Path(parent) / rules_digest()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return None


FOLDER = cache_folder()


def compiled(function: Callable[..., Any]) -> Any:
    """Compile an entry point; its machine code is kept in the folder of this very code.

    No compiled rule makes an array, so none needs numba's reference counts (``_nrt``): counting
    took 40 % of the time. A rule that did would be refused by the compiler, not go wrong.
    """
    config: Any = numba.config
    before = config.CACHE_DIR
    try:
        config.CACHE_DIR = str(FOLDER or "")
        options: dict[str, Any] = {"nogil": True, "_nrt": False}
        return numba.njit(cache=FOLDER is not None, **options)(function)
    finally:
        config.CACHE_DIR = before
