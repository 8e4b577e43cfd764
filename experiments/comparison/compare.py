"""Comparing arms: how the distributions of what comes of their runs differ from a baseline's."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ceasefire.experiments.comparison.alternatives import (
    NEEDED,
    Arm,
    columns_of,
    database_of,
    measured_in,
    places,
)
from ceasefire.experiments.comparison.found import Comparison
from ceasefire.experiments.comparison.in_words import read_arm, with_own_labels
from ceasefire.experiments.comparison.sides import Sides
from ceasefire.experiments.comparison.sums import (
    FEWEST_SETS,
    facts_of,
    grid_of,
    group_of_seeds,
    histograms,
    matched,
    sums_by_set,
)
from ceasefire.experiments.comparison.tables import (
    adjust,
    distribution_rows,
    flow_rows,
    incidence_of,
    null_rows,
    number_rows,
    share_rows,
)
from ceasefire.experiments.comparison.words import verdicts_of
from ceasefire.experiments.statistics.spreads import Grid
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.experiments.style.words import counted, listed
from ceasefire.model.world.outcome import END_STATES

if TYPE_CHECKING:
    import duckdb

    from ceasefire.experiments.runs.ensemble import Results
    from ceasefire.experiments.runs.results import ResultsFolder

Array = np.ndarray[Any, Any]

MOST_ARMS = 7
"""The baseline and six others: more cannot be told apart in a picture."""

LEAST_PAIRED = 0.5
"""Share of the smaller arm from which runs are held against each other pair by pair."""


def compare(
    *arms: "str | Path | ResultsFolder | Results | Arm",
    runs: int = 2000,
    first_seed: int = 0,
    workers: int | None = None,
) -> Comparison:
    """Hold arms against a baseline.

    Args:
        *arms: What is compared, the baseline first: results, some of their points, or cases; see
            ``arm_specs.read_arm``.
        runs: Runs of each case.
        first_seed: Seed of the first of them; the same in all, so that they are pairs.
        workers: Threads; all processors by default.

    Raises:
        RefusedError: If there are too few or too many arms, or one is not what it should be.
        CaseError: If a case makes no sense.
    """
    check_count(len(arms))
    read = with_own_labels([read_arm(one, runs, first_seed, workers) for one in arms])
    with database_of(read, workers) as database:
        return Comparing(read, database).compared()


def check_count(arms: int) -> None:
    """Refuse too few or too many arms."""
    if not 2 <= arms <= MOST_ARMS:
        raise RefusedError(f"arms: found {arms}; allowed: 2 to {MOST_ARMS}, the baseline first.")


class Comparing:
    """The work of a comparison.

    Args:
        arms: What is compared.
        database: Sees their runs.
    """

    def __init__(self, arms: Sequence[Arm], database: "duckdb.DuckDBPyConnection") -> None:
        self.arms = arms
        self.database = database
        columns = [columns_of(database, i) for i in range(len(arms))]
        for arm, there in zip(arms, columns, strict=True):
            missing = [name for name in NEEDED if name not in there]
            if missing:
                raise RefusedError(f"{arm.spec}: its runs have no column {listed(missing)}.")
        known = measured_in(arms, columns)
        self.shares = [one for one in known.values() if one.is_share]
        self.numbers = [one for one in known.values() if not one.is_share]
        self.facts = [facts_of(database, i, self.numbers) for i in range(len(arms))]
        for arm, fact in zip(arms, self.facts, strict=True):
            if not fact.runs:
                raise RefusedError(f"{arm.spec}: found no runs; allowed: an arm with at least one.")
        self.notes: list[str] = []

    def compared(self) -> Comparison:
        """Return the comparison."""
        labels = [arm.label for arm in self.arms]
        incidence = incidence_of(labels, self.facts)
        grids = self._grids()
        counts = [self._histograms(i, grids) for i in range(len(self.arms))]
        binned = [one for one in self.numbers if one.name in grids]
        pairs, shares, numbers, quantiles, flows = [], [], [], [], []
        for i in range(1, len(self.arms)):
            sides = self._sides(i)
            pairs.append(self._pair_row(i, sides))
            shares += share_rows(labels[i], sides, self.shares)
            found = number_rows(labels[i], sides, binned, grids, counts[0], counts[i])
            numbers += found[0]
            quantiles += found[1]
            flows += flow_rows(labels[i], sides)
        tables = [pd.DataFrame(rows) for rows in (shares, numbers, quantiles)]
        adjust(tables)
        weeks = self._weeks()
        described = self._described()
        comparison = Comparison(
            arms=described,
            pairs=pd.DataFrame(pairs),
            shares=tables[0],
            numbers=tables[1],
            quantiles=tables[2],
            flows=pd.DataFrame(flows, columns=FLOW_COLUMNS),
            incidence=incidence,
            nulls=null_rows(tables[0], weeks, labels),
            distributions=distribution_rows(labels, binned, grids, counts),
            notes=self.notes,
            weeks=weeks,
        )
        comparison.verdicts.extend(verdicts_of(comparison))
        return comparison

    def _grids(self) -> dict[str, Grid]:
        found = {}
        for one in self.numbers:
            grid = grid_of([fact.ranges[one.name] for fact in self.facts])
            if grid is not None:
                found[one.name] = grid
        return found

    @property
    def by_set(self) -> bool:
        """Whether there are enough parameter sets to take intervals over them."""
        return all(fact.sets >= FEWEST_SETS for fact in self.facts)

    def _histograms(self, arm: int, grids: Mapping[str, Grid]) -> dict[str, tuple[Array, Array]]:
        cluster = "parameter_set" if self.by_set else group_of_seeds(self.facts[arm].sets)
        numbers = [(one, grids[one.name]) for one in self.numbers if one.name in grids]
        return histograms(self.database, arm, numbers, cluster)

    def _sides(self, arm: int) -> Sides:
        base, other = self.facts[0], self.facts[arm]
        belonging = places(self.arms[0], self.arms[arm])
        pairs = pd.DataFrame()
        if belonging is not None:
            seeds = (max(base.first_seed, other.first_seed), min(base.last_seed, other.last_seed))
            rows = max(base.runs, other.runs)
            pairs = matched(self.database, arm, self.numbers, belonging, seeds, rows)
        count = int(pairs["pairs"].sum()) if len(pairs) else 0
        paired = count > 0 and count >= LEAST_PAIRED * min(base.runs, other.runs)
        apart = None
        if not paired:
            measured = [*self.shares, *self.numbers]
            apart = tuple(sums_by_set(self.database, i, measured) for i in (0, arm))
        return Sides(pairs, count, paired, self.by_set, apart, self.shares, self.numbers)

    def _pair_row(self, arm: int, sides: Sides) -> dict[str, Any]:
        base, other = self.facts[0], self.facts[arm]
        if sides.paired:
            how = "Paired by parameter set and seed: common random numbers."
            if sides.count < max(base.runs, other.runs):
                how += " Shares and means are those of the pairs; the rest is of all runs."
        elif places(self.arms[0], self.arms[arm]) is None:
            how = "No pairs: the points of the two arms do not belong together one to one."
        elif sides.count:
            how = f"Only {counted(sides.count, 'pair')}: too few, so runs are not paired."
        else:
            how = "No pairs: no parameter set has the same seed in both arms."
        units = "parameter sets" if self.by_set else "pairs" if sides.paired else "runs"
        how += f" Intervals of shares and means are over {units}."
        return {
            "arm": self.arms[arm].label,
            "pairs": sides.count if sides.paired else 0,
            "runs_baseline": base.runs,
            "runs_arm": other.runs,
            "how": how,
        }

    def _weeks(self) -> float:
        cut = []
        for fact in self.facts:
            weeks = fact.ends["ended_week"][fact.ends["end_state"] == END_STATES[0]]
            cut.append(float(weeks.max()) if len(weeks) else float(fact.ends["ended_week"].max()))
        if len(set(cut)) > 1:
            each = listed([f"{week:g} in {arm.label}" for week, arm in
                           zip(cut, self.arms, strict=True)])  # fmt: skip
            self.notes.append(
                f"Runs are cut off after different weeks: {each}. Shares and numbers are then of "
                "different spans, and differ for that alone."
            )
        return cut[0]

    def _described(self) -> pd.DataFrame:
        rows = []
        for arm, fact in zip(self.arms, self.facts, strict=True):
            if arm.failed:
                self.notes.append(f"{arm.spec}: {counted(arm.failed, 'run')} of these results "
                                  "failed and are in no figure.")  # fmt: skip
            rows.append(
                {
                    "arm": arm.label,
                    "asked_for": arm.spec,
                    "case": arm.case.name if arm.case else "",
                    "digest": arm.case.digest if arm.case else "",
                    "points": 1 if arm.points is None else len(arm.points),
                    "parameter_sets": fact.sets,
                    "runs": fact.runs,
                    "first_seed": fact.first_seed,
                    "last_seed": fact.last_seed,
                }
            )
        if not self.by_set:
            self.notes.append(
                f"With fewer than {FEWEST_SETS} parameter sets in an arm, intervals are over runs, "
                "given the sets: they say nothing about other sets."
            )
        return pd.DataFrame(rows)


FLOW_COLUMNS = ["arm", "before", "after", "pairs", "share", "share_of_before"]
