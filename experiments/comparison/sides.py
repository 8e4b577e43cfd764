"""The baseline and an alternative side by side, and the effects that follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.comparison.sums import is_end_state
from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.statistics.differences import (
    FEWEST_SETS,
    Difference,
    mean_over_pairs,
    mean_over_runs,
    over_sets,
    share_of_pairs,
    share_of_runs,
)

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Sides:
    """The baseline and an alternative, added up.

    Attributes:
        pairs: What ``sums.matched`` found.
        count: Pairs in it.
        paired: Whether runs are held against each other pair by pair.
        by_set: Whether there are enough parameter sets to take intervals over them.
        apart: What ``sums.sums_by_set`` found of both, if runs are not paired.
        shares: Outcomes that are shares, in the order of ``apart``.
        numbers: Those that are numbers; they follow.
    """

    pairs: pd.DataFrame
    count: int
    paired: bool
    by_set: bool
    apart: Any
    shares: Sequence[Outcome]
    numbers: Sequence[Outcome]

    @cached_property
    def clustered(self) -> bool:
        """Whether there are enough parameter sets among the pairs, too."""
        return self.by_set and (not self.paired or len(self.sets[0]) >= FEWEST_SETS)

    @cached_property
    def sets(self) -> tuple[Array, Array]:
        """Numbers of the parameter sets, and the row among them of each row of ``pairs``."""
        return np.unique(self.pairs["parameter_set"].to_numpy(), return_inverse=True)

    def by(self, values: Any) -> Array:
        """Add up a column of ``pairs`` by parameter set."""
        numbers, rows = self.sets
        return np.bincount(rows, np.asarray(values, dtype=float), len(numbers))

    def _aligned(self, place: int) -> tuple[Array, ...]:
        """Return counts, sums and squares of both sides by set, sets in the same order."""
        names = [f"{letter}{place}" for letter in "nsq"]
        tables = [table.set_index("parameter_set")[names] for table in self.apart]
        every = tables[0].index.union(tables[1].index)
        arrays = [table.reindex(every, fill_value=0.0).to_numpy(float).T for table in tables]
        return (*arrays[0], *arrays[1])

    def share(self, one: Outcome) -> tuple[Difference, int]:
        """Return the effect on a share, and the pairs it is over."""
        if not self.paired:
            n_a, s_a, _, n_b, s_b, _ = self._aligned(list(self.shares).index(one))
            return share_of_runs(n_a, s_a, n_b, s_b, self.clustered), 0
        count = self.pairs["pairs"].to_numpy(dtype=float)
        was, now = self.has(one)
        both, lost, gained, neither = (
            self.by(count * kind) for kind in (was & now, was & ~now, ~was & now, ~(was | now))
        )
        return share_of_pairs(both, lost, gained, neither, self.clustered), self.count

    def has(self, one: Outcome) -> tuple[Array, Array]:
        """Return in which rows of ``pairs`` either side has an outcome that is a share."""
        if is_end_state(one):
            ends = self.pairs[["before", "after"]] == one.name
        else:
            place = list(self.shares).index(one)
            ends = self.pairs[[f"before_{place}", f"after_{place}"]]
        was, now = ends.to_numpy(dtype=bool).T
        return was, now

    def mean(self, one: Outcome) -> tuple[Difference, int]:
        """Return the effect on a number's mean, and the pairs it is over."""
        place = list(self.numbers).index(one)
        if not self.paired:
            n_a, s_a, q_a, n_b, s_b, q_b = self._aligned(len(self.shares) + place)
            if self.clustered:
                return over_sets(n_a, s_a, n_b, s_b), 0
            sums = (float(values.sum()) for values in (n_a, s_a, q_a, n_b, s_b, q_b))
            return mean_over_runs(*sums), 0
        n, a, b = (self.by(self.pairs[f"{letter}{place}"]) for letter in "nab")
        if self.clustered:
            return over_sets(n, a, n, b), int(n.sum())
        squares = float(self.pairs[f"q{place}"].sum())
        found = mean_over_pairs(float(n.sum()), float(a.sum()), float(b.sum()), squares)
        return found, int(n.sum())
