"""Verbs that run: one world, many, a whole design; and that look after what is stored."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ceasefire.verbs.given import (
    case_of,
    changes_to,
    check_counts,
    check_seeds,
    folder_of,
    refuse_unless,
    results_of,
    spelled,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from ceasefire.experiments.design.design import Design
    from ceasefire.experiments.runs.ensemble import Results
    from ceasefire.experiments.runs.results import ResultsFolder
    from ceasefire.experiments.runs.verify import Verdict
    from ceasefire.experiments.story.story import Story
    from ceasefire.verbs.given import CaseLike, PathLike

KEEP: dict[str, Literal["end states", "rounds"]] = {
    "end-states": "end states",
    "end states": "end states",
    "rounds": "rounds",
}
"""What is kept of each run, as the command line spells it and as Python does."""


def run(
    case: "CaseLike | ResultsFolder" = "gaza-2023",
    *,
    seed: int = 0,
    parameter_set: int | None = None,
    weeks: float | None = None,
    settings: Mapping[str, Any] | None = None,
    variant: str | None = None,
    point: int | None = None,
) -> "Story":
    """Run one world and tell it week by week. For the model itself, see ``CeasefireModel``.

    Args:
        case: A case, the name of a shipped one, or the path of a case file; with a point, the
            results of a sweep or their folder.
        seed: Seed of the world, 0 to 2**63 - 1.
        parameter_set: Number of one of the sets that fit, if not the case's own values.
        weeks: Horizon in weeks, if not the case's own.
        settings: Changes to the case by dotted name.
        variant: A named variant of the case.
        point: A point of the sweep: its world with this seed is told.

    Raises:
        CaseError: If the case, or a change to it, is not admissible.
        RefusedError: If there is no such seed, set or point.

    Example:
        >>> story = run("two-rivals", seed=7)
        >>> story.tables["lines"].columns.tolist()
        ['week', 'until', 'dates', 'topic', 'words', 'detail']
    """
    from ceasefire.experiments.design.parameter_sets import with_set
    from ceasefire.experiments.runs.replay import case_at
    from ceasefire.experiments.runs.results import ResultsFolder
    from ceasefire.experiments.story.story import story_of
    from ceasefire.model.engines.ceasefire import CeasefireModel

    check_seeds(seed, key="seed")
    if point is not None:
        unchanged = weeks is None and not settings and variant is None
        refuse_unless(unchanged, "point", "with changes", "the point as it was run")
        there = isinstance(case, ResultsFolder | str | os.PathLike)
        refuse_unless(there, "point", "with a case", "a point of the results of a sweep")
        assert isinstance(case, ResultsFolder | str | os.PathLike)
        whole, _ = case_at(results_of(case), point, seed, parameter_set)
    else:
        refuse_unless(
            not isinstance(case, ResultsFolder),
            "case",
            "results",
            "a case, or results with a point",
        )
        assert not isinstance(case, ResultsFolder)
        whole = case_of(case)
        if parameter_set is not None:
            whole = with_set(whole, parameter_set)
        whole = whole.changed(changes_to(whole, weeks, settings, variant))
    return story_of(CeasefireModel(whole, rng=seed, certify=True))


def ensemble(
    case: "CaseLike" = "gaza-2023",
    runs: int = 1000,
    *,
    first_seed: int = 0,
    weeks: float | None = None,
    settings: Mapping[str, Any] | None = None,
    variant: str | None = None,
    out: "PathLike | None" = None,
    replace: bool = False,
    keep: str = "rounds",
    series: bool = False,
    acceptance: bool = False,
    central: bool = False,
    workers: int | None = None,
    progress: bool = False,
) -> "Results":
    """Run a case many times; return how runs end, their rounds and truces, as tables.

    Args:
        case: A case, the name of a shipped one, or the path of a case file.
        runs: Number of runs; their seeds are ``first_seed`` and those that follow.
        first_seed: Seed of the first run.
        weeks: Horizon in weeks, if not the case's own.
        settings: Changes to the case by dotted name, such as ``{"patron.usa.resolve": 0.6}``.
        variant: A named variant of the case.
        out: Folder for the tables as Parquet files, if they are to be kept there as well.
        replace: Whether an ensemble that is in the folder is replaced.
        keep: Only how each run ended ("end states"), or its rounds and truces as well ("rounds").
        series: Whether to keep the state after every week as well.
        acceptance: Whether to count in it the texts that each side, and both, would accept (slow).
        central: Whether all runs have the case's own values, and not one each of the sets that fit.
        workers: Threads; all processors by default.
        progress: Whether to show a progress bar.

    Raises:
        CaseError: If the case, or a change to it, is not admissible.
        RefusedError: If there are no such runs, seeds or things to keep.
        StorageError: If the folder cannot be written.

    Example:
        >>> results = ensemble("two-rivals", runs=20)
        >>> results.runs["seed"].tolist() == list(range(20))
        True
        >>> lean = ensemble("two-rivals", 20, settings={"war.horizon": 10}, keep="end states")
        >>> bool((lean.runs["ended_week"] <= 10).all())
        True
    """
    from ceasefire.experiments.runs.ensemble import run_ensemble
    from ceasefire.experiments.runs.store import Store, estimated_bytes

    check_counts(runs=runs, workers=workers)
    check_seeds(first_seed, runs)
    refuse_unless(keep in KEEP, "keep", repr(keep), "'end states' or 'rounds'")
    refuse_unless(
        series or not acceptance, "acceptance", "without series", "both: it counts weekly"
    )
    whole = case_of(case)
    results = run_ensemble(
        whole,
        runs,
        first_seed=first_seed,
        settings=changes_to(whole, weeks, settings, variant),
        keep=KEEP[keep],
        weekly=series,
        acceptance=acceptance,
        central=central,
        workers=workers,
        progress=progress,
    )
    if out is not None:
        horizon = float(results.case.settings["war.horizon"].value) if series else 0.0
        expected = estimated_bytes(runs, horizon, KEEP[keep] == "rounds")
        with Store(Path(out), results.case, expected, replace) as store:
            store.add(results.tables)
            store.finish(first_seed, runs)
    return results


run_ensemble = ensemble


def sweep(
    design: "Design | ResultsFolder | CaseLike" = "arms-and-tolerance",
    out: "PathLike | None" = None,
    *,
    vary: Sequence[str] = (),
    runs: int | None = None,
    until: str | None = None,
    most: int = 100_000,
    plan: str | None = None,
    size: int | None = None,
    first_seed: int | None = None,
    independent_seeds: bool = False,
    settings: Mapping[str, Any] | None = None,
    variant: str | None = None,
    weeks: float | None = None,
    keep: str | None = None,
    central: bool = False,
    outcome: str | None = None,
    picture: "PathLike | None" = None,
    on: str | None = None,
    shard: str | None = None,
    retry_failed: bool = False,
    workers: int | None = None,
) -> "ResultsFolder":
    """Run a design into a folder, part by part; the same call again runs what is missing.

    Args:
        design: A design, the name of a shipped one, or a .toml file; results, to be run again; or,
            with something to vary, a case.
        out: Folder of the results; by default one under results/ that is this design's own.
        vary: Dimensions, such as ``"patron.usa.resolve=0:1:11"``: NAME=LOW:HIGH:STEPS or values
            with commas; NAME+=, NAME*=, NAME@WEEK=, move:EVENT@WEEK=, parameter_set=.
        runs: Runs of each point.
        until: Grow each point until its interval is so narrow, such as ``"permanent±0.02"``.
        most: Runs of a point after which ``until`` gives up.
        plan: grid, list, latin hypercube, sobol sequence, saltelli or morris.
        size: Points of a sampled plan.
        first_seed: Seed of the first run.
        independent_seeds: Whether every point has other seeds, and not the same ones.
        settings: Changes to the case by dotted name, the same at all points.
        variant: A named variant of the case.
        weeks: Horizon in weeks, if not the case's own.
        keep: Only how each run ended ("end states"), or its rounds and truces as well ("rounds").
        central: Whether all runs have the case's own values, and not one each of the sets that fit.
        outcome: The outcome that is drawn, if not the design's own.
        picture: Where to draw it: .svg, .png or .pdf; ``picture.svg`` in the folder by default.
        on: Address of a Dask scheduler to be given the work.
        shard: Run the I-th of N shares only, such as ``"3/10"``.
        retry_failed: Whether to run again what failed.
        workers: Threads; all processors by default.

    Raises:
        CaseError: If the design or the case makes no sense.
        RefusedError: If something asked for is not there, or other results are in the folder.
        StorageError: If the folder cannot be written; what was stored is whole.

    Example:
        >>> results = sweep("two-rivals", "results/resolve", vary=["talks.gap=1,3"], runs=10)
        >>> results.by_point()[["talks_gap", "runs"]].to_numpy().tolist()
        [[1, 10], [3, 10]]
    """
    from ceasefire.experiments.commands.sweep import own_folder, until_of
    from ceasefire.experiments.commands.sweeps import shard_of
    from ceasefire.experiments.design.outcomes import outcome_of
    from ceasefire.experiments.runs.sweep import Sweep
    from ceasefire.experiments.runs.sweep import sweep as run_design
    from ceasefire.experiments.style.files import write_whole
    from ceasefire.experiments.style.look import check_picture
    from ceasefire.experiments.sweeps.pictures import draw

    check_counts(runs=runs, most=most, size=size, workers=workers)
    if first_seed is not None:
        check_seeds(first_seed)
    refuse_unless(keep is None or keep in KEEP, "keep", repr(keep), "'end states' or 'rounds'")
    refuse_unless(until is None or runs is None, "until", "with runs", "one of them")
    given: dict[str, Any] = {"runs": runs, "plan": plan, "size": size, "first_seed": first_seed}
    given |= {"variant": variant, "weeks": weeks, "keep": KEEP[keep] if keep else None}
    given |= {"central": central or None, "seeds": "independent" if independent_seeds else None}
    given["set"] = dict(settings) if settings else None
    changes = {key: value for key, value in given.items() if value is not None}
    chosen = _design_of(design, vary, changes)
    measured = outcome_of(outcome or chosen.outcome, chosen.case)
    if picture is not None:
        check_picture(Path(picture), "picture")
    folder = Path(out) if out is not None else own_folder(chosen)
    seen: list[Sweep] = []
    results = run_design(
        chosen,
        folder,
        workers=workers,
        on=on,
        shard=shard_of(shard),
        until=until_of(until, most, chosen),
        retry_failed=retry_failed,
        found=seen.append,
    )
    path = Path(picture) if picture is not None else folder / "picture.svg"
    stale = outcome is not None or seen[0].progress.now > 0 or not path.exists()
    if stale and results.manifest["state"]["runs"]:
        draw(results, measured, path)
    write_whole(folder / "points.csv", results.by_point(measured).to_csv(index=False))
    return results


def _design_of(
    given: "Design | ResultsFolder | CaseLike", vary: Sequence[str], changes: dict[str, Any]
) -> "Design":
    """Return a design that is given as itself, by name or path, as results, or as a case."""
    from ceasefire.experiments.commands.sweep import chosen_design
    from ceasefire.experiments.design.design import Design, design_of
    from ceasefire.experiments.runs.results import ResultsFolder
    from ceasefire.model.case.case import Case

    if isinstance(given, Design):
        refuse_unless(not vary, "vary", "with a design", "with a case")
        return design_of({**given.given, **changes}, given.name) if changes else given
    if isinstance(given, ResultsFolder):
        given = given.folder
    elif isinstance(given, Case):
        name, changed = spelled(given)
        refuse_unless(bool(vary), "vary", "none with a case", "at least one dimension")
        given, changes = name, changes | {"set": changed | changes.get("set", {})}
    return chosen_design(os.fspath(given), vary, changes, [])


def merge(out: "PathLike", shards: "Sequence[ResultsFolder | PathLike]") -> "ResultsFolder":
    """Put the shards of a sweep together in one folder.

    Args:
        out: Folder of the whole.
        shards: Results of the shards, or their folders.

    Raises:
        RefusedError: If a shard is of another design, damaged, or overlaps another one.
        StorageError: If it cannot be written.

    Example:
        >>> parts = [
        ...     sweep("two-rivals", f"part-{i}", vary=["talks.gap=1,3"], runs=10, shard=f"{i}/2")
        ...     for i in (1, 2)
        ... ]
        >>> len(merge("whole", parts).runs)
        20
    """
    from ceasefire.experiments.runs import merge as merging

    return merging.merge(Path(out), [folder_of(one) for one in shards])


def verify(
    results: "ResultsFolder | PathLike", *, runs: int = 5000, sample_seed: int = 0
) -> "Verdict":
    """Look at every part of stored results, and run a random sample of them again.

    Args:
        results: Results of a sweep, or their folder.
        runs: About how many runs to run again.
        sample_seed: Seed of the draw of parts.

    Returns:
        What was found; ``sound`` says whether everything is equal to the last bit.

    Raises:
        RefusedError: If there are no results, or case or code are no longer theirs.

    Example:
        >>> results = sweep("two-rivals", "results/checked", vary=["talks.gap=1,3"], runs=10)
        >>> verify(results).sound
        True
    """
    from ceasefire.experiments.runs import verify as verifying

    check_counts(runs=runs)
    return verifying.verify(results_of(results), runs, sample_seed)


def replaced(
    rules: "Mapping[Callable[..., Any], Callable[..., Any]]",
) -> "AbstractContextManager[None]":
    """Put rules of your own in the place of the model's, in both engines, for a ``with`` block.

    Args:
        rules: New rules by those in whose place they stand, of the same parameters. The ensemble
            compiles them together with all others, about a minute once in a session.

    Raises:
        ValueError: If there is no such rule, it is replaced already, or the parameters differ.

    Example:
        >>> from ceasefire import CeasefireModel
        >>> from ceasefire.agents.coalition_party import decide_membership
        >>> def stays(party, world):
        ...     party.leave_odds = 0.0
        >>> with replaced({decide_membership: stays}):
        ...     model = CeasefireModel("two-rivals", rng=1).run()
        >>> any(party.left for party in model.parties)
        False
    """
    from ceasefire.model.engines import replacing

    return replacing.replaced(rules)
