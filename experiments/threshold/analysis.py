r"""How far one lever must move until an outcome is likely enough: a value with an interval.

From a notebook::

    from ceasefire.experiments.threshold.analysis import threshold

    found = threshold("arms_withheld", "permanent ceasefire", 0.05, out="results/threshold")
    found.value, found.low, found.high
    print("\n".join(found.verdicts))
"""

import math
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ceasefire.experiments.design.changes import Value
from ceasefire.experiments.design.in_words import lever_table
from ceasefire.experiments.design.outcomes import Outcome, outcome_of
from ceasefire.experiments.runs.sweep import Progress
from ceasefire.experiments.sensitivity.plans import settings_words
from ceasefire.experiments.style.folders import mark
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.experiments.threshold.estimate import counts_of, crossing_of, curve_table
from ceasefire.experiments.threshold.found import Threshold
from ceasefire.experiments.threshold.search import Line, Search
from ceasefire.model.case.settings import problem

GRID = 11
"""Values of the first look, evenly over the lever's range."""

RESAMPLES, SEED = 2000, 20231007
"""Resamples of the bootstrap over sets of parameters, and its seed."""


def threshold(
    lever: str | Mapping[str, Any],
    outcome: str = "permanent ceasefire",
    level: float = 0.05,
    *,
    out: str | os.PathLike[str],
    case: str = "gaza-2023",
    variant: str | None = None,
    settings: Mapping[str, Value] | None = None,
    weeks: float | None = None,
    central: bool = False,
    falling: bool = False,
    within: float | None = None,
    runs: int = 1000,
    first_seed: int = 0,
    resamples: int = RESAMPLES,
    workers: int | None = None,
    on: str | None = None,
    report: Callable[[Progress], None] = lambda progress: None,
    stop: Callable[[], bool] = lambda: False,
    stage: Callable[[str], None] = lambda name: None,
) -> Threshold:
    """Find the smallest value of a lever at which an outcome reaches a level.

    Eleven values over the range come first, then the first interval in which the level is reached
    is halved until it is short enough. All values meet the same seeds (common random numbers).
    Every value is kept in ``out``, and the same call again runs what is missing.

    Args:
        lever: The lever: see ``levers.lever_table``; or the entries of a ``[[dimension]]``.
        outcome: The outcome.
        level: The level: of a share between 0 and 1, else in the outcome's unit.
        out: Folder of the results.
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
        workers: Threads; all processors by default.
        on: Address of a Dask scheduler.
        report: Told how far the present step is.
        stop: Asked now and then whether to stop.
        stage: Told what is run next.

    Raises:
        RefusedError: If something asked for is not there or makes no sense.
        CaseError: If the case or the lever makes no sense.
        StoppedError: If asked to stop; what is stored is whole.
    """
    if resamples < 1:
        raise RefusedError(problem("resamples", str(resamples), "a whole number from 1") + ".")
    table = dict(lever) if isinstance(lever, Mapping) else lever_table(lever)
    common: dict[str, Any] = {
        "name": "threshold",
        "title": "The smallest value of a lever at which an outcome reaches a level",
        "case": case,
        "set": dict(settings or {}),
        "plan": "list",
        "runs": runs,
        "first_seed": first_seed,
        "central": central,
    }
    more = {"variant": variant, "weeks": weeks}
    common |= {name: value for name, value in more.items() if value is not None}
    line = Line(table, common)
    measured = outcome_of(outcome, line.whole.case)
    check_level(level, measured)
    step = line.fineness(within)
    mark(Path(out), "threshold")
    search = Search(line, measured, level, falling, Path(out), workers, on, report, stop, stage)
    search.look([line.at(i / (GRID - 1)) for i in range(GRID)], "grid")
    while (middle := search.middle(step)) is not None:
        search.look([middle], "bisection")
    return found_by(search, step, resamples)


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
    from ceasefire.experiments.threshold.words import verdicts

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
