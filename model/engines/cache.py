"""Compiling the rules, and keeping what was compiled where an edit can never leave it stale."""

import hashlib
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np

from ceasefire.agents.rules import FLOAT
from ceasefire.model.engines.kept_code import KeptCode, made_private
from ceasefire.model.engines.replacing import replaced_facts
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


def code_digest(*entries: str) -> str:
    """Return a digest of all that some modules depend on: sources, replaced rules, environment.

    Args:
        *entries: Full names of modules, such as ``ceasefire.experiments.runs.jobs``.
    """
    facts = (sources_digest(*entries), *environment(), *replaced_facts())
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
    """Return a folder for compiled code that the user alone can write, or None.

    ``CEASEFIRE_CACHE_DIR``, else the user's cache, else a temporary folder of the user's.
    """
    asked = os.environ.get("CEASEFIRE_CACHE_DIR")
    user = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    temporary = f"{tempfile.gettempdir()}/ceasefire-{os.geteuid()}"
    for parent in [asked] if asked else [f"{user}/ceasefire", temporary]:
        folder = Path(parent) / rules_digest()
        try:
            if made_private(Path(parent)) and made_private(folder):
                with tempfile.TemporaryFile(dir=folder):
                    return folder
        except OSError:
            continue
    return None


FOLDER = cache_folder()


def compiled_anew(function: Callable[..., Any]) -> Any:
    """Compile an entry point for as long as the session lasts.

    No compiled rule makes an array, so none needs numba's reference counts (``_nrt``): counting
    took 40 % of the time. A rule that did would be refused by the compiler, not go wrong.
    """
    # Not every option is among numba's types.
    options: dict[str, Any] = {"nogil": True, "_nrt": False}
    return numba.njit(**options)(function)


def compiled(function: Callable[..., Any]) -> Any:
    """Compile an entry point; its machine code is kept in the folder of this very code."""
    config: Any = numba.config
    before = config.CACHE_DIR
    dispatcher: Any = compiled_anew(function)
    if FOLDER is not None:
        try:
            config.CACHE_DIR = str(FOLDER)
            dispatcher._cache = KeptCode(function)
        except (AttributeError, OSError, RuntimeError, TypeError):
            # Another version of numba, or a full disk: compiled each time, and right all the same.
            pass
        finally:
            config.CACHE_DIR = before
    return dispatcher


def is_kept(dispatcher: Any) -> bool:
    """Whether the machine code of an entry point is there, or on disk for this very checkout."""
    kept = getattr(dispatcher, "_cache", None)
    return bool(dispatcher.signatures) or (isinstance(kept, KeptCode) and kept.is_there())
