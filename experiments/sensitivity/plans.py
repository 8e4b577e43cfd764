"""What a sensitivity analysis runs: one design laid out anew in one plan after another."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ceasefire.experiments.design.design import Design, design_of, load_design
from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.runs.sweep import Progress, sweep
from ceasefire.experiments.sensitivity.indices import global_state_kept
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.settings import one_of


@dataclass(frozen=True)
class Effort:
    """How much is run.

    Attributes:
        runs: Runs of each point; the design's own if None.
        trajectories: Trajectories of the screening, each of (levers + 1) points.
        base: Base sample of the Sobol' indices, a power of two, each of (levers + 2) points.
        points: Points of the Latin hypercube of scenario discovery; 0 takes the independent points
            of the Sobol' sample instead, twice the base sample.
    """

    runs: int | None = None
    trajectories: int = 20
    base: int = 128
    points: int = 400


@dataclass(frozen=True, kw_only=True)
class Running:
    """Where and how the sweeps of a study are run.

    Attributes:
        out: Folder of the results, one in it for each sweep; what is there is not run again.
        workers: Threads; all processors if None.
        on: Address of a Dask scheduler, if the work goes there.
        report: Told how far the present sweep is.
        stop: Asked now and then whether to stop.
        stage: Told the name of each sweep when it begins.
    """

    out: str | os.PathLike[str]
    workers: int | None = None
    on: str | None = None
    report: Callable[[Progress], None] = lambda progress: None
    stop: Callable[[], bool] = lambda: False
    stage: Callable[[str], None] = lambda name: None

    def sweep(self, name: str, design: Design) -> ResultsFolder:
        """Run what is missing of a design, into a folder of its own.

        Raises:
            StoppedError: If asked to stop; what is stored is whole.
        """
        self.stage(name)
        return sweep(
            design,
            Path(self.out) / name,
            workers=self.workers,
            on=self.on,
            report=self.report,
            stop=self.stop,
        )


class Source:
    """A design whose levers are laid out anew, in one plan after another.

    Args:
        design: The design, its name, or its file.
    """

    def __init__(self, design: Design | str | os.PathLike[str]) -> None:
        self._given = design
        self._first = design if isinstance(design, Design) else load_design(design)

    def plan(self, plan: str, size: int, runs: int | None, levers: Sequence[str] | None) -> Design:
        """Return the design in another plan.

        Args:
            plan: The plan.
            size: Its size.
            runs: Runs of each point, if not the design's own.
            levers: The levers that are kept, in their own order; all if None.

        Raises:
            CaseError: If it makes no sense.
        """
        tables = [
            # A range is sampled, whatever the steps of a grid were.
            {key: value for key, value in one.items() if key != "steps"}
            for one in self._first.given["dimension"]
            if levers is None or one["name"] in levers
        ]
        changes: dict[str, Any] = {"plan": plan, "size": size, "dimension": tables, "points": []}
        if runs is not None:
            changes["runs"] = runs
        with global_state_kept():
            if not isinstance(self._given, Design):
                return load_design(self._given, **changes)
            made = design_of({**self._first.given, **changes})
        if made.case.digest != self._first.case.digest:
            raise RefusedError(
                f"{made.name}: the case {made.case_name} has changed since the design was made."
            )
        return made


def named_levers(levers: int | str | Sequence[str], design: Design) -> tuple[str, ...]:
    """Return the levers that were asked for by name, in the design's order; none for a number.

    Raises:
        RefusedError: If there is none of that name, or the number is below one.
    """
    known = [one.name for one in design.dimensions]
    if isinstance(levers, int):
        if levers < 1:
            raise RefusedError(f"levers: found {levers}; allowed: a whole number from 1.")
        return ()
    if isinstance(levers, str):
        levers = known if levers == "all" else [levers]
    for name in levers:
        if name not in known:
            raise RefusedError(f"levers: found {name!r}; allowed: {one_of(known, name)}.")
    if not levers:
        raise RefusedError("levers: found none; allowed: at least one.")
    return tuple(name for name in known if name in levers)


def most_important(
    screened: pd.DataFrame, chief: Outcome, levers: int | str | Sequence[str], design: Design
) -> tuple[str, ...]:
    """Return the levers with the largest effects, in the design's order; all without a screening.

    A lever without any effect is never among them.
    """
    names = [one.name for one in design.dimensions]
    if not len(screened):
        return tuple(names)
    assert isinstance(levers, int)
    own = screened[(screened["outcome"] == chief.name) & (screened["mu_star"] > 0.0)]
    best = set(own.nsmallest(levers, "rank")["lever"])
    return tuple(name for name in names if name in best)


def settings_words(design: Design) -> str:
    """Say what all of it depends on: the case, the sets of parameters and the horizon."""
    sets = len(design.draw.sets)
    which = "with its own values" if sets == 1 else f"over the {sets} sets of parameters that fit"
    weeks = float(design.case.settings["war.horizon"].value)
    variant = "" if design.variant is None else f", variant {design.variant}"
    changed = "".join(f", {key} = {value}" for key, value in design.settings.items())
    return f"{design.case.title}{variant}{changed}, {which}, up to week {weeks:g}"
