"""The search for a threshold: which values of a lever are run, and where they are kept."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ceasefire.experiments.design.changes import Value
from ceasefire.experiments.design.design import Design, design_of
from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.sensitivity.plans import Running
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.settings import problem, shown

FINENESS = 50
"""Parts of the range down to which it searches, if not told otherwise."""


class Line:
    """The range of a lever, and designs of values on it.

    Args:
        table: The lever, as the entries of a ``[[dimension]]``.
        common: The entries of the design that all values share.
    """

    def __init__(self, table: Mapping[str, Any], common: Mapping[str, Any]) -> None:
        self._table = dict(table)
        # A range is searched, whatever the steps of a grid or the values of a list were.
        self._table.pop("steps", None)
        values = self._table.pop("values", None)
        if values is not None:
            if any(isinstance(value, bool | str) for value in values):
                found = ", ".join(shown(value) for value in values)
                raise RefusedError(problem("lever", found, "a range of numbers") + ".")
            self._table |= {"low": min(values), "high": max(values)}
        self._common = common
        first = self._table.get("low", math.nan)
        self.whole = self.design([first])
        self.lever = self.whole.dimensions[0]

    def design(self, values: Sequence[Value]) -> Design:
        """Return the design of some values.

        Raises:
            CaseError: If the case or the lever makes no sense.
        """
        points = [{self._table["name"]: value} for value in values]
        return design_of({**self._common, "dimension": [self._table], "points": points})

    def at(self, share: float) -> float:
        """Return the value at a share of the range."""
        value = self.lever.at(share)
        assert not isinstance(value, str)
        return value

    def between(self, low: float, high: float) -> float:
        """Return the value half way between two, on the lever's scale."""
        if self.lever.scale == "log":
            return math.sqrt(low * high)
        if self.lever.whole:
            return math.floor((low + high) / 2.0)
        return float(f"{(low + high) / 2.0:.12g}")

    def fineness(self, within: float | None) -> float:
        """Return how close together the last two values are to be.

        Raises:
            RefusedError: If it is not above zero.
        """
        span = self.lever.high - self.lever.low
        if within is None:
            return max(1.0, span / FINENESS) if self.lever.whole else span / FINENESS
        if not 0.0 < within < math.inf:
            allowed = f"more than 0, in the lever's unit ({self.lever.unit})"
            raise RefusedError(problem("within", f"{within:g}", allowed) + ".")
        return max(1.0, within) if self.lever.whole else within


class Search:
    """The values that were looked at, and where to look next."""

    def __init__(
        self, line: Line, outcome: Outcome, level: float, falling: bool, running: Running
    ) -> None:
        self.line, self.outcome, self.level, self.falling = line, outcome, level, falling
        self._running = running
        self.tables: dict[float, pd.DataFrame] = {}
        self.steps: dict[float, str] = {}

    def look(self, values: Sequence[float], step: str) -> None:
        """Run some values, or take them from the folder."""
        values = list(dict.fromkeys(values))
        design = self.line.design(values)
        name = step if step == "grid" else f"at-{values[0]:.12g}"
        results = self._running.sweep(name, design)
        for value, table in zip(values, runs_by_point(results, self.outcome), strict=True):
            self.tables[value], self.steps[value] = table, step

    def in_order(self) -> list[float]:
        """Return the values in the order of the search."""
        return sorted(self.tables, reverse=self.falling)

    def means(self) -> list[float]:
        """Return the outcome's mean at each of them."""
        return [float(self.tables[value]["x"].mean()) for value in self.in_order()]

    def middle(self, within: float) -> float | None:
        """Return the value to look at next; None if the interval is short enough or not there."""
        values, means = self.in_order(), self.means()
        for i, mean in enumerate(means):
            if mean >= self.level:
                if i == 0 or abs(values[i] - values[i - 1]) <= within * (1.0 + 1e-9):
                    return None
                found = self.line.between(*sorted((values[i - 1], values[i])))
                return None if found in self.tables else found
        return None


def runs_by_point(results: ResultsFolder, outcome: Outcome) -> list[pd.DataFrame]:
    """Return the outcome of the runs of each point: ``parameter_set``, ``seed`` and ``x``.

    Only the design's own runs count, though the folder may hold more from an earlier call.

    Raises:
        RefusedError: If no run of a point has a value.
    """
    design = results.design
    last = design.first_seed + design.runs
    database = results.connect()
    try:
        known = [row[0] for row in database.execute("SHOW TABLES").fetchall()]
        if "runs" not in known:
            raise RefusedError(f"{results.folder}: every run failed; see the table failures there.")
        table = database.execute(
            f"SELECT point, parameter_set, seed, CAST({outcome.sql} AS DOUBLE) AS x FROM runs "
            "WHERE seed >= ? AND seed < ? ORDER BY point, seed",
            [design.first_seed, last],
        ).df()
    finally:
        database.close()
    found = []
    for point in design.points:
        own = table[table["point"] == point.number]
        if own["x"].notna().sum() == 0:
            where = point.words(design.dimensions)
            raise RefusedError(f"{outcome.name}: found no run with a value at {where}.")
        found.append(own)
    return found
