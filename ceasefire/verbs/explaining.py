"""Verbs that explain: why rounds fail, what differs, which levers matter, and how far."""

import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from ceasefire.verbs.given import (
    case_of,
    changes_to,
    check_counts,
    check_seeds,
    folder_of,
    refuse_unless,
    spelled,
)
from ceasefire.verbs.running import ensemble

if TYPE_CHECKING:
    import pandas as pd

    from ceasefire.experiments.comparison.found import Comparison
    from ceasefire.experiments.design.design import Design
    from ceasefire.experiments.runs.ensemble import Results
    from ceasefire.experiments.runs.results import ResultsFolder
    from ceasefire.experiments.sensitivity.found import Sensitivity
    from ceasefire.experiments.threshold.found import Threshold
    from ceasefire.verbs.answers import FailedRounds, Stuck
    from ceasefire.verbs.given import CaseLike, PathLike


@overload
def why(
    case: "CaseLike" = "gaza-2023",
    *,
    seed: None = None,
    parameter_set: int | None = None,
    runs: int = 200,
    first_seed: int = 0,
    certify: float = 1.0,
    weeks: float | None = None,
    settings: Mapping[str, Any] | None = None,
    variant: str | None = None,
    plot: "PathLike | None" = None,
    central: bool = False,
    workers: int | None = None,
) -> "Stuck": ...


@overload
def why(
    case: "CaseLike" = "gaza-2023",
    *,
    seed: int,
    parameter_set: int | None = None,
    runs: int = 200,
    first_seed: int = 0,
    certify: float = 1.0,
    weeks: float | None = None,
    settings: Mapping[str, Any] | None = None,
    variant: str | None = None,
    plot: "PathLike | None" = None,
    central: bool = False,
    workers: int | None = None,
) -> "FailedRounds": ...


def why(
    case: "CaseLike" = "gaza-2023",
    *,
    seed: int | None = None,
    parameter_set: int | None = None,
    runs: int = 200,
    first_seed: int = 0,
    certify: float = 1.0,
    weeks: float | None = None,
    settings: Mapping[str, Any] | None = None,
    variant: str | None = None,
    plot: "PathLike | None" = None,
    central: bool = False,
    workers: int | None = None,
) -> "Stuck | FailedRounds":
    """Say why rounds of talks fail: which constraints bind, and what would have to change.

    Args:
        case: A case, the name of a shipped one, or the path of a case file.
        seed: Explain the failed rounds of the one run with this seed, instead of many runs.
        parameter_set: Its set, if not the case's own values; with a seed only.
        runs: Number of runs.
        first_seed: Seed of the first run.
        certify: Share of failed rounds to explain, drawn at random: more than 0, up to 1.
        weeks: Horizon in weeks, if not the case's own.
        settings: Changes to the case by dotted name.
        variant: A named variant of the case.
        plot: A file ending in .svg, .png or .pdf to draw it in; of many runs only.
        central: Whether all runs have the case's own values, and not one each of the sets that fit.
        workers: Threads; all processors by default.

    Returns:
        What keeps the talks of many runs stuck; or, with a seed, the failed rounds of that run.

    Raises:
        CaseError: If the case, or a change to it, is not admissible.
        RefusedError: If something asked for is not there or makes no sense.

    Example:
        >>> stuck = why("two-rivals", runs=10)
        >>> list(stuck.tables)
        ['binding', 'sets', 'weeks', 'split', 'flips']
        >>> failed = why("two-rivals", seed=3)
        >>> len(failed.tables["rounds"]) == len(failed.certificates)
        True
    """
    from ceasefire.experiments.design.parameter_sets import drawn, with_set
    from ceasefire.experiments.runs.ensemble import chunks
    from ceasefire.experiments.runs.request import Request
    from ceasefire.experiments.style.look import check_picture
    from ceasefire.verbs.answers import failed_rounds, stuck

    whole = case_of(case)
    if seed is not None:
        check_seeds(seed, key="seed")
        refuse_unless(plot is None, "plot", "with a seed", "what many runs have in common")
        if parameter_set is not None:
            whole = with_set(whole, parameter_set)
        return failed_rounds(whole.changed(changes_to(whole, weeks, settings, variant)), seed)
    refuse_unless(
        parameter_set is None,
        "parameter_set",
        "without a seed",
        "with one: many runs have all sets",
    )
    check_counts(runs=runs, workers=workers)
    check_seeds(first_seed, runs)
    refuse_unless(0.0 < certify <= 1.0, "certify", certify, "more than 0, up to 1")
    if plot is not None:
        check_picture(Path(plot), "plot")
    changes = changes_to(whole, weeks, settings, variant)
    whole = whole.changed(changes)
    draw = drawn(whole, central)
    asked = Request(whole, draw, keep="end states", certified=certify)
    stream = chunks(asked, runs, first_seed, workers=workers, rows=20)
    with closing(stream):
        certificates = [one for chunk in stream for one in chunk.certificates or []]
    found = stuck(whole, draw, certificates, runs, first_seed, certify)
    if plot is not None:
        found.plot(plot)
    return found


def compare(
    *arms: "CaseLike | ResultsFolder | Results",
    runs: int = 2000,
    first_seed: int = 0,
    out: "PathLike | None" = None,
    workers: int | None = None,
) -> "Comparison":
    """Hold the outcomes of arms against a baseline: differences, intervals, what cannot be told.

    Args:
        *arms: What is compared, the baseline first: results in memory, of a sweep, or their folder
            (``"results/x"``, or some of its points, ``"results/x:tolerance=2"``); or cases, with
            changes (``"gaza-2023:patron.usa.resolve=0.6"``, ``"gaza-2023:variant=no-memory"``).
        runs: Runs of each case.
        first_seed: Seed of the first of them; the same in all, so that they are pairs.
        out: Folder for report, tables and figures.
        workers: Threads; all processors by default.

    Raises:
        CaseError: If a case makes no sense.
        RefusedError: If there are too few or too many arms, or one is not what it should be.
        StorageError: If the folder cannot be written.

    Example:
        >>> found = compare("two-rivals", "two-rivals:talks.gap=4", runs=40)
        >>> found.shares[["arm", "outcome", "difference", "low", "high"]].shape
        (5, 5)
    """
    from ceasefire.experiments.comparison.compare import check_count
    from ceasefire.experiments.comparison.compare import compare as compare_arms
    from ceasefire.experiments.comparison.report import check_folder, write
    from ceasefire.model.case.case import Case

    check_counts(runs=runs, workers=workers)
    check_seeds(first_seed, runs)
    check_count(len(arms))
    if out is not None:
        check_folder(Path(out))
    taken = [
        ensemble(arm, runs, first_seed=first_seed, keep="end states", workers=workers)
        if isinstance(arm, Case)
        else os.fspath(arm)
        if isinstance(arm, os.PathLike)
        else arm
        for arm in arms
    ]
    found = compare_arms(*taken, runs=runs, first_seed=first_seed, workers=workers)
    if out is not None:
        write(found, Path(out))
    return found


def sensitivity(
    design: "Design | PathLike" = "levers",
    out: "PathLike" = "results/sensitivity",
    *,
    outcome: str | None = None,
    runs: int | None = None,
    trajectories: int = 20,
    base: int = 128,
    points: int = 400,
    levers: int | str | Sequence[str] = 5,
    likely: float | None = None,
    also: Sequence[str] = (),
    step: Sequence[str] = (),
    png: bool = False,
    on: str | None = None,
    workers: int | None = None,
) -> "Sensitivity":
    """Say which levers move an outcome: screening, indices of variance, boxes where it is likely.

    Args:
        design: Levers with ranges: a design, the name of a shipped one, or a .toml file.
        out: Folder of the results; the same call goes on there.
        outcome: The outcome that levers are ranked by, if not the design's own.
        runs: Runs of each point.
        trajectories: Trajectories of the screening.
        base: Base sample of the indices: a power of two.
        points: Points for the boxes; 0 takes those of the indices.
        levers: Levers that go on from the screening: how many, "all", or their names.
        likely: From which mean on a point counts for boxes.
        also: Further outcomes.
        step: Only these steps: "morris", "sobol", "discovery".
        png: Whether to draw pictures as PNG as well.
        on: Address of a Dask scheduler to be given the work.
        workers: Threads; all processors by default.

    Raises:
        CaseError: If the design makes no sense.
        RefusedError: If something asked for is not there, or a package is missing.
        StorageError: If the folder cannot be written.

    Example:
        >>> found = sensitivity(trajectories=2, runs=4, step=["morris"])
        >>> found.morris.columns[:3].tolist()
        ['outcome', 'lever', 'mu_star']
    """
    from ceasefire.experiments.commands.studies import levers_of
    from ceasefire.experiments.sensitivity.analysis import STEPS
    from ceasefire.experiments.sensitivity.analysis import sensitivity as analyse
    from ceasefire.experiments.sensitivity.plans import Effort, Running
    from ceasefire.experiments.sensitivity.report import report_of
    from ceasefire.experiments.style.published import publish

    check_counts(runs=runs, trajectories=trajectories, base=base, workers=workers)
    check_counts(least=0, points=points)
    found = analyse(
        design,
        Running(out=out, workers=workers, on=on),
        outcome,
        effort=Effort(runs, trajectories, base, points),
        levers=levers_of(levers) if isinstance(levers, str) else levers,
        likely=likely,
        numbers=also,
        steps=step or STEPS,
    )
    publish(report_of(found), Path(out), _endings(png), facts="sensitivity")
    return found


def threshold(
    case: "CaseLike" = "gaza-2023",
    lever: str = "arms_withheld",
    outcome: str = "permanent ceasefire",
    level: float = 0.05,
    *,
    out: "PathLike | None" = None,
    falling: bool = False,
    within: float | None = None,
    runs: int = 1000,
    first_seed: int = 0,
    weeks: float | None = None,
    settings: Mapping[str, Any] | None = None,
    variant: str | None = None,
    central: bool = False,
    png: bool = False,
    on: str | None = None,
    workers: int | None = None,
) -> "Threshold":
    """Find the smallest value of a lever at which an outcome reaches a level, with its interval.

    Args:
        case: A case, the name of a shipped one, or the path of a case file.
        lever: A lever of a shipped design, or a setting with its range, NAME=LOW:HIGH[@WEEK].
        outcome: The outcome.
        level: The level that it is to reach.
        out: Folder of the results, results/threshold-LEVER by default.
        falling: Whether to seek the largest value at which it is reached.
        within: How exactly, in the lever's unit.
        runs: Runs at each value.
        first_seed: Seed of the first run.
        weeks: Horizon in weeks, if not the case's own.
        settings: Changes to the case by dotted name.
        variant: A named variant of the case.
        central: Whether all runs have the case's own values, and not one each of the sets that fit.
        png: Whether to draw the picture as PNG as well.
        on: Address of a Dask scheduler to be given the work.
        workers: Threads; all processors by default.

    Raises:
        CaseError: If the case or the lever makes no sense.
        RefusedError: If something asked for is not there or makes no sense.
        StorageError: If the folder cannot be written.

    Example:
        >>> found = threshold(outcome="truce", level=0.5, runs=20, weeks=12)
        >>> found.curve.columns[:3].tolist()
        ['value', 'step', 'runs']
    """
    from ceasefire.experiments.sensitivity.plans import Running
    from ceasefire.experiments.style.published import publish
    from ceasefire.experiments.threshold.analysis import Asked
    from ceasefire.experiments.threshold.analysis import threshold as search
    from ceasefire.experiments.threshold.report import report_of

    check_counts(runs=runs, workers=workers)
    check_seeds(first_seed, runs)
    name, changed = spelled(case)
    own = "".join(sign if sign.isalnum() else "-" for sign in lever.split("=")[0])
    folder = Path(out) if out is not None else Path("results") / f"threshold-{own}"
    asked = Asked(
        lever=lever,
        outcome=outcome,
        level=level,
        case=name,
        variant=variant,
        settings=changed | dict(settings or {}),
        weeks=weeks,
        central=central,
        falling=falling,
        within=within,
        runs=runs,
        first_seed=first_seed,
    )
    found = search(asked, Running(out=folder, workers=workers, on=on))
    publish(report_of(found), folder, _endings(png), facts="threshold")
    return found


def _endings(png: bool) -> list[str]:
    return [".svg", ".png"] if png else [".svg"]


def sql(results: "ResultsFolder | PathLike", query: str) -> "pd.DataFrame":
    """Ask stored results a question in SQL (DuckDB); nothing can be changed.

    Args:
        results: Results of a sweep, or the folder of a sweep or of ``ensemble`` with ``out``.
        query: One SELECT over the tables runs, rounds, truces, failures, points (or weeks).

    Raises:
        RefusedError: If there are no results, or the query is not one that reads, or fails.

    Example:
        >>> kept = ensemble("two-rivals", runs=20, out="results/rivals")
        >>> int(sql("results/rivals", "SELECT count(*) AS n FROM runs")["n"][0])
        20
    """
    from ceasefire.experiments.runs import sql as asking

    return asking.sql(folder_of(results), query)
