"""Compiling the rules, and keeping what was compiled where an edit can never leave it stale."""

import hashlib
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Vector versions of exp and log round differently from the ones Python calls.
os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")

import numba
import numpy as np

from agents.actor import FLOAT
from agents.deal import ReadableGrid
from agents.draft import search_texts, use
from model.acceptance import count_accepted
from model.week import week_of_records
from model.world import View

ROOMS = ("agents", "model")


def sources_digest() -> str:
    """Digest of everything that the compiled code depends on.

    All sources of the rules, the width of numbers, whether indices are checked, and the versions
    of Python, numba and NumPy: numba itself notices edits of one file only.
    """
    digest = hashlib.blake2b(digest_size=10)
    top = Path(__file__).resolve().parent.parent
    for room in ROOMS:
        for path in sorted((top / room).glob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    config: Any = numba.config
    versions = (
        sys.version,
        numba.__version__,
        np.__version__,
        platform.machine(),
        str(FLOAT),
        str(config.BOUNDSCHECK),
    )
    digest.update("\0".join(versions).encode())
    return digest.hexdigest()


def cache_folder() -> Path | None:
    """Return a folder for compiled code that can be written, or None.

    ``CEASEFIRE_CACHE_DIR``, else the user's cache, else a temporary folder.
    """
    own = os.environ.get("CEASEFIRE_CACHE_DIR")
    user = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    for parent in [own] if own else [f"{user}/ceasefire", f"{tempfile.gettempdir()}/ceasefire"]:
        folder = Path(parent) / sources_digest()
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


def advance_worlds(worlds: View, steps: int, counts: Any) -> None:
    """Run every row for a number of steps, or to its end.

    Args:
        worlds: All rows.
        steps: How many steps.
        counts: Room for each row's acceptance sets after that (``acceptance.COUNTS``); none are
            counted if it is empty. Counting overwrites terms in the records of the sides.
    """
    for row in range(len(worlds.war)):
        world = View(
            worlds.war[row],
            worlds.talks[row],
            worlds.switches[row],
            worlds.belligerents[row],
            worlds.captives[row],
            worlds.parties[row],
            worlds.patrons[row],
            worlds.patronages[row],
            worlds.mediators[row],
            worlds.channels[row],
            worlds.blocs[row],
            worlds.fronts[row],
            worlds.guarantors[row],
            worlds.drafts[row],
            worlds.rounds[row],
            worlds.truces[row],
            worlds.influence,
            worlds.grid,
            worlds.tables,
            worlds.terms,
            worlds.sums,
            worlds.odds,
        )
        # A named tuple is read-only, what it holds is not: rules write into records.
        for _ in range(steps):
            if world.war.ended_week >= 0.0:
                break
            week_of_records(world)  # type: ignore[arg-type]
        if len(counts) > 0:
            first, second, both = count_accepted(world)  # type: ignore[arg-type]
            counts[row].first = first
            counts[row].second = second
            counts[row].both = both


advance = compiled(advance_worlds)
_search = compiled(search_texts)


def _kept(name: str) -> bool:
    return FOLDER is not None and any(FOLDER.rglob(f"*{name}*.nbi"))


def is_ready() -> bool:
    """Whether the compiled engine lies in the cache, so that no one has to wait for it."""
    return bool(advance.signatures) or _kept("advance_worlds")


def search_compiled(grid: ReadableGrid, *rest: Any) -> tuple[int, float]:
    """Search the grid with compiled code (see ``agents.draft.search_texts``)."""
    text, score = _search(grid.arrays, *rest)
    return int(text), float(score)


def prepare() -> None:
    """Make the compiled engine ready, and let the Mesa engine's searches run compiled too."""
    use(search_compiled)


if _kept("search_texts"):
    use(search_compiled)
