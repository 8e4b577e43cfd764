r"""Which levers move an outcome: screening, then shares of variance, then boxes where it is likely.

From a notebook::

    from ceasefire.experiments.sensitivity.analysis import sensitivity
    from ceasefire.experiments.sensitivity.plans import Running

    found = sensitivity("levers", Running(out="results/sensitivity"))
    found.morris, found.sobol, found.boxes
    print("\n".join(found.verdicts))
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from ceasefire.experiments.design.design import Design
from ceasefire.experiments.design.outcomes import Outcome, outcome_of
from ceasefire.experiments.design.sampling import salib
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.sensitivity.boxes import workbench
from ceasefire.experiments.sensitivity.discovery import (
    BOX_COLUMNS,
    PATH_COLUMNS,
    Discovery,
    discover,
)
from ceasefire.experiments.sensitivity.found import Sensitivity
from ceasefire.experiments.sensitivity.indices import (
    MORRIS_COLUMNS,
    SOBOL_COLUMNS,
    Means,
    elementary_effects,
    errors_of_steps,
    means_of,
    shares_of,
    sobol_indices,
    together,
)
from ceasefire.experiments.sensitivity.plans import (
    Effort,
    Running,
    Source,
    most_important,
    named_levers,
    settings_words,
)
from ceasefire.experiments.sensitivity.words import verdicts
from ceasefire.experiments.style.folders import mark
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.world.outcome import END_STATES

STEPS = ("morris", "sobol", "discovery")
"""The steps, each with a folder of its own."""

MOST_LEVERS = 5
"""Levers that go on from the screening."""


def sensitivity(
    design: Design | str | os.PathLike[str],
    running: Running,
    outcome: str | None = None,
    *,
    effort: Effort | None = None,
    levers: int | str | Sequence[str] = MOST_LEVERS,
    likely: float | None = None,
    numbers: Sequence[str] = (),
    steps: Sequence[str] = STEPS,
) -> Sensitivity:
    """Screen levers, apportion the variance between points to them, and look for boxes.

    What is run is kept in the folders ``morris``, ``sobol`` and ``discovery``; the same call again
    runs what is missing.

    Args:
        design: The levers with their ranges: a design, the name of a shipped one, or a file. Its
            own plan does not matter.
        running: Where and how it is run.
        outcome: What levers are ranked by; the design's own by default.
        effort: How much is run; some minutes on a laptop by default.
        levers: Levers that go on from the screening: so many of the most important, "all", or
            those named.
        likely: Mean of the outcome from which a point counts for scenario discovery; the top
            quarter of the points by default.
        numbers: Outcomes beside the end states, such as "weeks under truce".
        steps: Which of ``STEPS`` are done.

    Raises:
        RefusedError: If something asked for is not there, a package is missing, or a point has
            no value of an outcome.
        CaseError: If the design makes no sense.
        StoppedError: If asked to stop; what is stored is whole.
    """
    wrong = [step for step in steps if step not in STEPS]
    if wrong or not steps:
        given = repr(wrong[0]) if wrong else "none"
        raise RefusedError(f"steps: found {given}; allowed: {', '.join(STEPS)}.")
    salib()
    if "discovery" in steps:
        workbench()
    effort = effort or Effort()
    source = Source(design)
    whole = source.plan("latin hypercube", 1, effort.runs, None)
    chief = outcome_of(outcome or whole.outcome, whole.case)
    measured = outcomes_in_order(chief, numbers, whole)
    named = named_levers(levers, whole)

    mark(Path(running.out), "sensitivity")
    noise: dict[str, dict[str, float]] = {}
    runs: dict[str, int] = {}

    def note(step: str, means: Sequence[Means]) -> None:
        noise[step] = {one.outcome.name: one.noise for one in means}
        # A folder may hold more runs than were asked for this time: all of them count.
        runs[step] = int(min(one.runs.min() for one in means))

    screened = pd.DataFrame(columns=["outcome", *MORRIS_COLUMNS])
    if "morris" in steps:
        plan = source.plan("morris", effort.trajectories, effort.runs, None)
        results = running.sweep("morris", plan)
        means = [means_of(results, one) for one in measured]
        note("morris", means)
        screened = together({one.outcome.name: effects_of(results, plan, one) for one in means})
    chosen = named or most_important(screened, chief, levers, whole)
    shared = pd.DataFrame(columns=["outcome", *SOBOL_COLUMNS])
    if "sobol" in steps and chosen:
        plan = source.plan("saltelli", effort.base, effort.runs, chosen)
        results = running.sweep("sobol", plan)
        means = [means_of(results, one) for one in measured]
        note("sobol", means)
        shared = together({one.outcome.name: sobol_indices(one.mean, chosen) for one in means})
    discovery = None
    if "discovery" in steps and chosen:
        discovery = discovered(source, effort, chosen, chief, likely, running, note)
    found = Sensitivity(
        design=whole,
        outcome=chief,
        effort=effort,
        chosen=chosen,
        morris=screened,
        sobol=shared,
        boxes=discovery.table() if discovery else pd.DataFrame(columns=BOX_COLUMNS),
        paths=discovery.paths() if discovery else pd.DataFrame(columns=PATH_COLUMNS),
        noise=noise,
        runs=runs,
        discovery=discovery,
        settings=settings_words(whole),
    )
    found.verdicts.extend(verdicts(found))
    return found


def discovered(
    source: Source,
    effort: Effort,
    chosen: Sequence[str],
    outcome: Outcome,
    likely: float | None,
    running: Running,
    note: Callable[[str, Sequence[Means]], None],
) -> Discovery:
    """Look for boxes, in a Latin hypercube or in the independent points of the Sobol' sample."""
    if effort.points:
        plan = source.plan("latin hypercube", effort.points, effort.runs, chosen)
        means = means_of(running.sweep("discovery", plan), outcome)
        note("discovery", [means])
        return discover(plan, means, likely)
    plan = source.plan("saltelli", effort.base, effort.runs, chosen)
    means = means_of(running.sweep("sobol", plan), outcome)
    note("discovery", [means])
    # Of each (levers + 2) points only the first and the last were drawn; those between repeat them.
    width = len(chosen) + 2
    ends = [i for i in range(len(plan.points)) if i % width in (0, width - 1)]
    return discover(plan, means, likely, ends)


def outcomes_in_order(chief: Outcome, numbers: Sequence[str], design: Design) -> list[Outcome]:
    """Return the chief outcome, the other end states, and what else was asked for."""
    names = [chief.name, *END_STATES, *(outcome_of(name, design.case).name for name in numbers)]
    return [outcome_of(name, design.case) for name in dict.fromkeys(names)]


def effects_of(results: ResultsFolder, plan: Design, means: Means) -> pd.DataFrame:
    """Return the elementary effects of one outcome, from stored results."""
    names = [one.name for one in plan.dimensions]
    errors = errors_of_steps(results, means.outcome)
    return elementary_effects(shares_of(plan), means.mean, names, errors)
