"""The baseline and another arm side by side, and the differences that follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.comparison.sums import FEWEST_SETS
from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.statistics.differences import (
    Difference,
    mean_over_pairs,
    mean_over_runs,
    over_sets,
    share_over_pairs,
    share_over_runs,
)

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Sides:
    """The baseline and another arm, added up.

    Attributes:
        pairs: What ``compare_sums.matched`` found.
        count: Pairs in it.
        paired: Whether runs are held against each other pair by pair.
        by_set: Whether intervals are over parameter sets.
        apart: What ``compare_sums.sums_by_set`` found of both arms, if runs are not paired.
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
        """Return counts, sums and squares of both arms by set, sets in the same order."""
        names = [f"{letter}{place}" for letter in "nsq"]
        tables = [table.set_index("parameter_set")[names] for table in self.apart]
        every = tables[0].index.union(tables[1].index)
        arrays = [table.reindex(every, fill_value=0.0).to_numpy(float).T for table in tables]
        return (*arrays[0], *arrays[1])

    def share(self, one: Outcome) -> tuple[Difference, int]:
        """Return the difference of a share, and the pairs it is over."""
        if not self.paired:
            n_a, s_a, _, n_b, s_b, _ = self._aligned(list(self.shares).index(one))
            found = over_sets(n_a, s_a, n_b, s_b) if self.clustered else None
            if found is None or not found.low < found.high:
                found = share_over_runs(n_a.sum(), s_a.sum(), n_b.sum(), s_b.sum())
            return found, 0
        count = self.pairs["pairs"].to_numpy(dtype=float)
        before, after = self.has(one)
        found = None
        if self.clustered:
            n = self.by(count)
            found = over_sets(n, self.by(count * before), n, self.by(count * after))
        if found is None or not found.low < found.high:
            # Not a single change, or no more than one in every set: sets say nothing then.
            found = share_over_pairs(
                *(float((count * kind).sum()) for kind in (before & after, before & ~after,
                                                           ~before & after, ~before & ~after))
            )  # fmt: skip
        return found, self.count

    def has(self, one: Outcome) -> tuple[Array, Array]:
        """Return in which rows of ``pairs`` baseline and arm have an outcome that is a share."""
        if one.name == "truce":
            names = "truce_before", "truce_after"
            return tuple(self.pairs[name].to_numpy(dtype=bool) for name in names)  # type: ignore[return-value]
        return tuple((self.pairs[name] == one.name).to_numpy() for name in ("before", "after"))  # type: ignore[return-value]

    def mean(self, one: Outcome) -> tuple[Difference, int]:
        """Return the difference of a number's mean, and the pairs it is over."""
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
