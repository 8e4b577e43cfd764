r"""How far one lever must move until an outcome is likely enough: a value with an interval.

From a notebook::

    from ceasefire.experiments.sensitivity.plans import Running
    from ceasefire.experiments.threshold.analysis import Asked, threshold

    found = threshold(Asked(lever="arms_withheld"), Running(out="results/threshold"))
    found.value, found.low, found.high
    print("\n".join(found.verdicts))
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ceasefire.experiments.design.changes import Value
from ceasefire.experiments.design.in_words import lever_table
from ceasefire.experiments.design.outcomes import Outcome, outcome_of
from ceasefire.experiments.sensitivity.plans import Running, settings_words
from ceasefire.experiments.style.folders import mark
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.experiments.threshold.estimate import counts_of, crossing_of, curve_table
from ceasefire.experiments.threshold.found import Threshold
from ceasefire.experiments.threshold.search import Line, Search
from ceasefire.experiments.threshold.words import verdicts
from ceasefire.model.case.settings import problem

GRID = 11
"""Values of the first look, evenly over the lever's range."""

RESAMPLES, SEED = 2000, 20231007
"""Resamples of the bootstrap over sets of parameters, and its seed."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which threshold is looked for.

    Attributes:
        lever: The lever: see ``in_words.lever_table``; or the entries of a ``[[dimension]]``.
        outcome: The outcome.
        level: The level: of a share between 0 and 1, else in the outcome's unit.
        case: The case.
        variant: A variant of it.
        settings: Settings that are changed in all runs.
        weeks: The horizon, if not the case's own.
        central: Whether runs have the case's own values, not the sets of parameters.
        falling: Follow the lever downwards, to the largest value at which the level is reached.
        within: How close together the last two values are to be, in the lever's unit; a
            fiftieth of the range by default.
        runs: Runs of each value.
        first_seed: Seed of the first of them.
        resamples: Resamples of the bootstrap.
    """

    lever: str | Mapping[str, Any]
    outcome: str = "permanent ceasefire"
    level: float = 0.05
    case: str = "gaza-2023"
    variant: str | None = None
    settings: Mapping[str, Value] = field(default_factory=dict)
    weeks: float | None = None
    central: bool = False
    falling: bool = False
    within: float | None = None
    runs: int = 1000
    first_seed: int = 0
    resamples: int = RESAMPLES

    def line(self) -> Line:
        """Return the range of the lever, and what all values on it share.

        Raises:
            CaseError: If the case or the lever makes no sense.
        """
        given = {
            "name": "threshold",
            "title": "The smallest value of a lever at which an outcome reaches a level",
            "case": self.case,
            "set": dict(self.settings),
            "plan": "list",
            "runs": self.runs,
            "first_seed": self.first_seed,
            "central": self.central,
            "variant": self.variant,
            "weeks": self.weeks,
        }
        table = dict(self.lever) if isinstance(self.lever, Mapping) else lever_table(self.lever)
        return Line(table, {key: value for key, value in given.items() if value is not None})


def threshold(asked: Asked, running: Running) -> Threshold:
    """Find the smallest value of a lever at which an outcome reaches a level.

    Eleven values over the range come first, then the first interval in which the level is reached
    is halved until it is short enough. All values meet the same seeds (common random numbers).
    Every value is kept in the folder, and the same call again runs what is missing.

    Args:
        asked: Which threshold.
        running: Where and how it is run.

    Raises:
        RefusedError: If something asked for is not there or makes no sense.
        CaseError: If the case or the lever makes no sense.
        StoppedError: If asked to stop; what is stored is whole.
    """
    if asked.resamples < 1:
        raise RefusedError(
            problem("resamples", str(asked.resamples), "a whole number from 1") + "."
        )
    line = asked.line()
    measured = outcome_of(asked.outcome, line.whole.case)
    check_level(asked.level, measured)
    step = line.fineness(asked.within)
    mark(Path(running.out), "threshold")
    search = Search(line, measured, asked.level, asked.falling, running)
    search.look([line.at(i / (GRID - 1)) for i in range(GRID)], "grid")
    while (middle := search.middle(step)) is not None:
        search.look([middle], "bisection")
    return found_by(search, step, asked.resamples)


def check_level(level: float, outcome: Outcome) -> None:
    """Refuse a level that an outcome cannot have.

    Raises:
        RefusedError: If it is not a finite number, or no share above 0.
    """
    if not math.isfinite(level):
        raise RefusedError(f"level: found {level}; allowed: a number.")
    if outcome.is_share and not 0.0 < level <= 1.0:
        raise RefusedError(
            f"level: found {level:g}; allowed for {outcome.name!r}: a share above 0 and up to 1, "
            "such as 0.05 for 5 %."
        )


def found_by(search: Search, within: float, resamples: int) -> Threshold:
    """Return what a search has found, with its interval and in words."""
    design = search.line.design(sorted(search.tables))
    values = search.in_order()
    by_set = len(design.draw.sets) > 1
    counts = counts_of([search.tables[value] for value in values], values, by_set)
    crossing = crossing_of(counts, search.level, resamples, SEED)
    curve = curve_table(counts, search.outcome)
    curve.insert(1, "step", [search.steps[value] for value in curve["value"]])
    ends = (crossing.near, crossing.far)
    low, high = ends[::-1] if search.falling else ends
    found = Threshold(
        design=design,
        lever=search.line.lever,
        outcome=search.outcome,
        level=search.level,
        falling=search.falling,
        within=within,
        value=crossing.value,
        low=low,
        high=high,
        crossing=crossing,
        clusters=counts.clusters,
        curve=curve,
        runs=design.runs,
        settings=settings_words(design),
    )
    found.verdicts.extend(verdicts(found))
    return found
