"""Comparing: how distributions of what comes of runs differ from a baseline's."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ceasefire.experiments.comparison.alternatives import (
    NEEDED,
    Alternative,
    database_of,
    measured_in,
    places,
)
from ceasefire.experiments.comparison.found import Comparison
from ceasefire.experiments.comparison.in_words import read_alternative, with_own_labels
from ceasefire.experiments.comparison.sides import Sides
from ceasefire.experiments.comparison.sums import (
    facts_of,
    group_of_seeds,
    histograms,
    matched,
    sums_by_set,
)
from ceasefire.experiments.comparison.tables import (
    FLOWS,
    adjust,
    distribution_rows,
    flow_rows,
    incidence_of,
    null_rows,
    number_rows,
    share_rows,
)
from ceasefire.experiments.comparison.words import verdicts_of
from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.statistics.differences import FEWEST_SETS
from ceasefire.experiments.statistics.spreads import grid_of
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.experiments.style.words import counted, listed
from ceasefire.model.world.outcome import END_STATES

if TYPE_CHECKING:
    import duckdb

    from ceasefire.experiments.runs.ensemble import Results
    from ceasefire.experiments.runs.results import ResultsFolder

Array = np.ndarray[Any, Any]

MOST = 7
"""The baseline and six others: more cannot be told apart in a picture."""

LEAST_PAIRED = 0.5
"""Share of the smaller side from which runs are held against each other pair by pair."""


def compare(
    *arms: "str | Path | ResultsFolder | Results | Alternative",
    runs: int = 2000,
    first_seed: int = 0,
    workers: int | None = None,
) -> Comparison:
    """Hold alternatives against a baseline.

    Args:
        *arms: What is compared, the baseline first: results, some of their points, or cases; see
            ``in_words.read_alternative``.
        runs: Runs of each case.
        first_seed: Seed of the first of them; the same in all, so that they are pairs.
        workers: Threads; all processors by default.

    Raises:
        RefusedError: If there are too few or too many, or one is not what it should be.
        CaseError: If a case makes no sense.
    """
    check_count(len(arms))
    read = with_own_labels([read_alternative(one, runs, first_seed, workers) for one in arms])
    with database_of(read, workers) as database:
        return Comparing(read, database).compared()


def check_count(count: int) -> None:
    """Refuse too few or too many."""
    if not 2 <= count <= MOST:
        raise RefusedError(f"arms: found {count}; allowed: 2 to {MOST}, the baseline first.")


class Comparing:
    """The work of a comparison.

    Args:
        alternatives: What is compared, the baseline first.
        database: Sees their runs.
    """

    def __init__(
        self, alternatives: Sequence[Alternative], database: "duckdb.DuckDBPyConnection"
    ) -> None:
        self.alternatives = alternatives
        self.labels = [one.label for one in alternatives]
        self.database = database
        columns = []
        for i, one in enumerate(alternatives):
            described = database.execute(f"DESCRIBE runs_{i}").fetchall()
            columns.append([row[0] for row in described])
            missing = [name for name in NEEDED if name not in columns[i]]
            if missing:
                raise RefusedError(f"{one.spec}: its runs have no column {listed(missing)}.")
        known = measured_in(alternatives, columns)
        self.shares = [one for one in known if one.is_share]
        numbers = [one for one in known if not one.is_share]
        self.facts = [facts_of(database, i, numbers) for i in range(len(alternatives))]
        for one, fact in zip(alternatives, self.facts, strict=True):
            if not fact.runs:
                raise RefusedError(f"{one.spec}: found no runs; allowed: an arm with at least one.")
        grids = {one.name: grid_of([fact.ranges[one.name] for fact in self.facts])
                 for one in numbers}  # fmt: skip
        self.numbers = numbers
        self.grids = {name: grid for name, grid in grids.items() if grid is not None}
        # Whether there are enough parameter sets to take intervals over them.
        self.by_set = all(fact.sets >= FEWEST_SETS for fact in self.facts)
        self.notes: list[str] = []

    def compared(self) -> Comparison:
        """Return the comparison."""
        labels = self.labels
        binned = [one for one in self.numbers if one.name in self.grids]
        counts = [self._histograms(i, binned) for i in range(len(labels))]
        pairs, shares, numbers, quantiles, flows = [], [], [], [], []
        for i, label in enumerate(labels[1:], 1):
            sides, row = self._sides(i)
            pairs.append(row)
            shares += share_rows(label, sides, self.shares)
            found = number_rows(label, sides, binned, self.grids, counts[0], counts[i])
            numbers += found[0]
            quantiles += found[1]
            flows += flow_rows(label, sides)
        tables = [pd.DataFrame(rows) for rows in (shares, numbers, quantiles)]
        adjust(tables)
        weeks = self._weeks()
        comparison = Comparison(
            arms=self._described(),
            pairs=pd.DataFrame(pairs),
            shares=tables[0],
            numbers=tables[1],
            quantiles=tables[2],
            flows=pd.DataFrame(flows, columns=FLOWS),
            incidence=incidence_of(labels, self.facts),
            nulls=null_rows(tables[0], weeks, labels),
            distributions=distribution_rows(labels, binned, self.grids, counts),
            notes=self.notes,
            weeks=weeks,
        )
        comparison.verdicts.extend(verdicts_of(comparison))
        return comparison

    def _histograms(self, number: int, binned: Sequence[Outcome]) -> dict[str, tuple[Array, Array]]:
        cluster = "parameter_set" if self.by_set else group_of_seeds(self.facts[number].sets)
        numbers = [(one, self.grids[one.name]) for one in binned]
        return histograms(self.database, number, numbers, cluster)

    def _sides(self, number: int) -> tuple[Sides, dict[str, Any]]:
        """Return the baseline and another one side by side, and how they are held together."""
        base, other = self.facts[0], self.facts[number]
        belonging = places(self.alternatives[0], self.alternatives[number])
        pairs, most = pd.DataFrame(), max(base.runs, other.runs)
        if belonging is not None:
            seeds = (max(base.first_seed, other.first_seed), min(base.last_seed, other.last_seed))
            measured = (self.shares, self.numbers)
            pairs = matched(self.database, number, measured, belonging, seeds, most)
        count = int(pairs["pairs"].sum()) if len(pairs) else 0
        paired = count > 0 and count >= LEAST_PAIRED * min(base.runs, other.runs)
        apart = None
        if paired:
            how = "Paired by parameter set and seed: common random numbers."
            if count < most:
                how += " Shares and means are those of the pairs; the rest is of all runs."
        else:
            every = [*self.shares, *self.numbers]
            apart = tuple(sums_by_set(self.database, i, every) for i in (0, number))
            if belonging is None:
                how = "No pairs: the points of the two arms do not belong together one to one."
            elif count:
                how = f"Only {counted(count, 'pair')}: too few, so runs are not paired."
            else:
                how = "No pairs: no parameter set has the same seed in both arms."
        units = "parameter sets" if self.by_set else "pairs" if paired else "runs"
        row = {
            "arm": self.labels[number],
            "pairs": count if paired else 0,
            "runs_baseline": base.runs,
            "runs_arm": other.runs,
            "how": f"{how} Intervals of shares and means are over {units}.",
        }
        sides = Sides(pairs, count, paired, self.by_set, apart, self.shares, self.numbers)
        return sides, row

    def _weeks(self) -> float:
        """Return after how many weeks the baseline is cut off, and note whether others differ."""
        cut = []
        for fact in self.facts:
            weeks = fact.ends["ended_week"][fact.ends["end_state"] == END_STATES[0]]
            cut.append(float((weeks if len(weeks) else fact.ends["ended_week"]).max()))
        if len(set(cut)) > 1:
            each = [f"{week:g} in {label}" for week, label in zip(cut, self.labels, strict=True)]
            self.notes.append(
                f"Runs are cut off after different weeks: {listed(each)}. Shares and numbers are "
                "then of different spans, and differ for that alone."
            )
        return cut[0]

    def _described(self) -> pd.DataFrame:
        rows = []
        for one, fact in zip(self.alternatives, self.facts, strict=True):
            if one.failed:
                runs = f"{one.spec}: {counted(one.failed, 'run')} of these results"
                self.notes.append(f"{runs} failed and are in no figure.")
            rows.append(
                {
                    "arm": one.label,
                    "asked_for": one.spec,
                    "case": one.case.name if one.case else "",
                    "digest": one.case.digest if one.case else "",
                    "points": 1 if one.points is None else len(one.points),
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
