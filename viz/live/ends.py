"""How runs ended: what the page keeps of an ensemble."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ceasefire.experiments.design.outcomes import Outcome, outcomes
from ceasefire.experiments.design.parameter_sets import place_of
from ceasefire.experiments.statistics.incidence import CENSORED, at_risk
from ceasefire.model.case.case import Case
from ceasefire.model.engines.ensemble import Chunk
from ceasefire.model.world.outcome import END_STATES

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

TRUCE = "weeks to truce"
NUMBERS = ("captives returned", "deaths")
"""Beginnings of the names of the numbers that are shown, in this order."""


def numbers_shown(case: Case) -> list[Outcome]:
    """Return the numbers that are shown of the runs of a case."""
    known = outcomes(case).values()
    return [one for start in NUMBERS for one in known if one.name.startswith(start)]


@dataclass(frozen=True)
class Ends:
    """How runs ended, in the order of their seeds, from seed 0 on.

    Attributes:
        sets: Number of the set of parameters of each run.
        outcome: End state (``ceasefire.model.world.outcome``).
        ended: Week in which it ended.
        values: By the name of an outcome, its value in each run; NaN where it has none.
    """

    sets: Whole
    outcome: Whole
    ended: Floats
    values: Mapping[str, Floats]

    def __len__(self) -> int:
        """Return the number of runs."""
        return len(self.outcome)

    def first(self, runs: int) -> "Ends":
        """Return the first runs."""
        return joined([self], runs)


def ends_of(chunk: Chunk, sets: Whole, case: Case) -> Ends:
    """Take from finished runs what the page shows.

    Args:
        chunk: The runs.
        sets: Numbers of the sets that runs have in turn.
        case: The case.
    """
    war, measured = chunk.records["war"], [outcomes(case)[TRUCE], *numbers_shown(case)]
    values = {one.name: np.asarray(one.read(chunk), dtype=np.float64) for one in measured}
    own = sets[place_of(chunk.seeds, len(sets))]
    return Ends(own, war["outcome"].astype(np.int64), war["ended_week"].astype(float), values)


def joined(parts: Sequence[Ends], runs: int | None = None) -> Ends:
    """Put runs below each other, and keep the first of them, or all."""

    def whole(columns: Iterable[Any]) -> Any:
        return np.concatenate(list(columns))[:runs]

    return Ends(
        whole(part.sets for part in parts),
        whole(part.outcome for part in parts),
        whole(part.ended for part in parts),
        {name: whole(part.values[name] for part in parts) for name in parts[0].values},
    )


def incidence(ends: Ends, horizon: float) -> dict[int | None, Floats]:
    """Return the share of runs in which each end state has come by each week, from week 0.

    Runs end in ways that exclude each other; those without a deal are cut off at the horizon.

    Args:
        ends: The runs.
        horizon: Weeks that a run lasts at most.

    Returns:
        Aalen and Johansen's (1978) cumulative incidence by end state; under None of the first
        truce, which competes with them.
    """
    weeks = np.arange(math.ceil(horizon) + 1, dtype=float)
    came = {state: (ends.outcome == state).astype(float) for state in range(1, len(END_STATES))}
    cut = (ends.outcome == 0).astype(float)
    by_state = at_risk(ends.ended, {**came, CENSORED: cut})
    has = np.isfinite(ends.values[TRUCE])
    without = {state: ended * ~has for state, ended in came.items()}
    first = at_risk(
        np.where(has, ends.values[TRUCE], ends.ended),
        {None: has.astype(float), **without, CENSORED: cut * ~has},
    )
    return {**{state: by_state.by_week(state, weeks) for state in came},
            None: first.by_week(None, weeks)}  # fmt: skip
