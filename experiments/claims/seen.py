"""What is looked at in an arm, and what was seen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from ceasefire.experiments.claims.tables import Measure
from ceasefire.model.case.case import Case

Array = np.ndarray[Any, Any]
RunSums = dict[str, Any]
"""What a measure adds in each run, by name: an array (rows), or one number for all."""

STRENGTHS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Multiples of the declared weight of guarantors at which a side is asked."""

TOO_STRONG = 16.0
"""Multiple that stands for a guarantee that would not do even at the largest of these."""


@dataclass(frozen=True)
class Needs:
    """What must be looked at, and when, to measure something.

    Attributes:
        asks: Weeks and texts that both sides are asked about.
        fields: Weeks and dotted names of fields.
        guarantees: Weeks and texts asked about at several strengths of the guarantee.
        families: Weeks and families of texts asked about in a few runs.
        until: Weeks that must be run.
    """

    asks: frozenset[tuple[int, int]] = frozenset()
    fields: frozenset[tuple[int, str]] = frozenset()
    guarantees: frozenset[tuple[int, int]] = frozenset()
    families: frozenset[tuple[int, str]] = frozenset()
    until: int = 0

    def __or__(self, other: "Needs") -> "Needs":
        """Return what either needs."""
        return Needs(
            self.asks | other.asks,
            self.fields | other.fields,
            self.guarantees | other.guarantees,
            self.families | other.families,
            max(self.until, other.until),
        )


@dataclass
class Observed:
    """What was seen of some runs in one arm.

    Attributes:
        going_on: By week, which runs nothing had ended by its end (the horizon is no end).
        answers: By week and text, what each side answers and its balance (rows, sides).
        noise: By week, spread of each side's misjudgement, utility (rows, sides).
        fields: By week and dotted name, the values (rows).
        strengths: By week and text, the smallest of ``STRENGTHS`` accepted (rows, sides).
        families: By week and family, answers and balances (rows asked, texts, sides).
        asked: Which runs the families were asked in.
        records: Final records.
    """

    going_on: dict[int, Array] = field(default_factory=dict)
    answers: dict[tuple[int, int], tuple[Array, Array]] = field(default_factory=dict)
    noise: dict[int, Array] = field(default_factory=dict)
    fields: dict[tuple[int, str], Array] = field(default_factory=dict)
    strengths: dict[tuple[int, int], Array] = field(default_factory=dict)
    families: dict[tuple[int, str], tuple[Array, Array]] = field(default_factory=dict)
    asked: Array = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    records: Mapping[str, Array] = field(default_factory=dict)

    def branch(self) -> "Observed":
        """Return what an arm that begins now has seen so far."""
        return Observed(
            dict(self.going_on),
            dict(self.answers),
            dict(self.noise),
            dict(self.fields),
            dict(self.strengths),
            dict(self.families),
            self.asked,
        )


class Context(NamedTuple):
    """What names of a measure stand for.

    Attributes:
        case: The case.
        texts: Rows of the grid by name.
        families: Rows of the grid by name of a family.
    """

    case: Case
    texts: Mapping[str, int]
    families: Mapping[str, tuple[int, ...]]

    def side(self, measure: Measure) -> int:
        """Return the index of the measure's side, or -1 for any."""
        names = self.case.names["belligerents"]
        return names.index(measure.side) if measure.side else -1

    def levels(self, issue: str) -> Array:
        """Return the level of an issue in every text of the grid, from 0."""
        place = [known.name for known in self.case.issues].index(issue)
        return self.case.grid.level[:, place]


def only(rows: Array, sums: RunSums) -> RunSums:
    """Put zeros in the place of the runs that are left out."""
    return {name: np.where(rows, values, 0.0) for name, values in sums.items()}


def over_weeks(
    seen: Observed, measure: Measure, ask: Callable[[int], RunSums], runs: Array | None = None
) -> RunSums:
    """Add up what is asked in each of a measure's weeks, over the runs that go on by its end.

    Args:
        seen: What was seen.
        measure: The measure.
        ask: Returns what a week adds.
        runs: Which runs are asked; all by default.
    """
    found: dict[str, Any] = {}
    for week in measure.weeks:
        going_on = seen.going_on[week] if runs is None else seen.going_on[week][runs]
        for name, values in only(going_on, ask(week)).items():
            found[name] = found.get(name, 0.0) + values
    return found


def over_asked_runs(seen: Observed, measure: Measure, ask: Callable[[int], RunSums]) -> RunSums:
    """Do the same with what only the runs of ``Observed.asked`` are asked; others add nothing."""
    rows = len(next(iter(seen.going_on.values())))
    found = {}
    for name, values in over_weeks(seen, measure, ask, seen.asked).items():
        found[name] = np.zeros(rows)
        found[name][seen.asked] = values
    return found
