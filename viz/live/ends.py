"""How runs ended: what the page keeps of an ensemble."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from ceasefire.experiments.design.parameter_sets import place_of
from ceasefire.model.engines.ensemble import Chunk

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

NO_TRUCE = math.inf
"""Week of the first truce of a run that had none."""


@dataclass(frozen=True)
class Ends:
    """How runs ended, in the order of their seeds, from seed 0 on.

    Attributes:
        sets: Number of the set of parameters of each run.
        outcome: End state (``ceasefire.model.world.outcome``).
        ended: Week in which it ended.
        truce: Week of the first truce, ``NO_TRUCE`` if there was none.
        returned: Captives returned alive under deals.
        deaths: Deaths among the people of each side (runs, sides).
    """

    sets: Whole
    outcome: Whole
    ended: Floats
    truce: Floats
    returned: Floats
    deaths: Floats

    def __len__(self) -> int:
        """Return the number of runs."""
        return len(self.outcome)

    def first(self, runs: int) -> "Ends":
        """Return the first runs."""
        return Ends(*(getattr(self, one.name)[:runs] for one in fields(self)))


def ends_of(chunk: Chunk, sets: Whole) -> Ends:
    """Take from finished runs what the page shows.

    Args:
        chunk: The runs.
        sets: Numbers of the sets that runs have in turn.
    """
    records = chunk.records
    return Ends(
        sets=sets[place_of(chunk.seeds, len(sets))],
        outcome=records["war"]["outcome"].astype(np.int64),
        ended=records["war"]["ended_week"].astype(np.float64),
        truce=np.nan_to_num(chunk.first_truce_week, nan=NO_TRUCE),
        returned=records["captives"]["released"].sum(axis=1).astype(np.float64),
        deaths=records["belligerents"]["toll"].astype(np.float64),
    )


def joined(parts: Sequence[Ends]) -> Ends:
    """Put runs below each other."""
    return Ends(
        *(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Ends))
    )


def incidence(ends: Ends, what: int | None, horizon: float) -> Floats:
    """Return the share of runs in which something has come by each week, from week 0.

    Runs end in ways that exclude each other, and none is cut off before the horizon, so Aalen and
    Johansen's (1978) cumulative incidence is the plain share of runs.

    Args:
        ends: The runs.
        what: An end state, or None for the first truce.
        horizon: Weeks that a run lasts at most.
    """
    weeks = np.arange(math.ceil(horizon) + 1, dtype=float)
    when = ends.truce if what is None else np.where(ends.outcome == what, ends.ended, NO_TRUCE)
    return np.searchsorted(np.sort(when), weeks, side="right") / max(len(ends), 1)
