"""What ``ceasefire sweep``, ``verify`` and ``merge`` do once their arguments are understood."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.progress import TextColumn

from ceasefire.experiments.commands.console import (
    WIDEST,
    make_ready,
    print_json,
    progress_bar,
    render,
    screen,
)
from ceasefire.experiments.commands.interrupts import Interrupts
from ceasefire.experiments.design.design import Design, design_of, load_design, shipped_designs
from ceasefire.experiments.design.in_words import dimensions_of
from ceasefire.experiments.design.outcomes import outcome_of
from ceasefire.experiments.runs import merge as merging
from ceasefire.experiments.runs.replications import Until
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.runs.sweep import Progress, Sweep, sweep
from ceasefire.experiments.runs.verify import verify
from ceasefire.experiments.runs.writing import identity_of
from ceasefire.experiments.sensitivity.plans import Running
from ceasefire.experiments.style.files import write_whole
from ceasefire.experiments.style.refusals import RefusedError, StoppedError
from ceasefire.experiments.style.terminal import title
from ceasefire.experiments.style.words import PURPOSE, counted, plain
from ceasefire.experiments.sweeps.pictures import draw
from ceasefire.experiments.sweeps.report import report_of
from ceasefire.experiments.sweeps.words import design_words
from ceasefire.model.case.case import Case
from ceasefire.model.case.settings import one_of, parse_overrides

LINE_EVERY = 10.0
"""Seconds between two lines of progress where there is no terminal."""


def chosen_design(
    what: str, vary: Sequence[str], changes: dict[str, Any], settings: Sequence[str]
) -> Design:
    """Return the design that was asked for.

    Args:
        what: A shipped design, a path of a design file, a folder of results to be run again, or,
            with something to vary, a case.
        vary: Dimensions in words.
        changes: Entries of the design to be replaced.
        settings: Settings that all points share, in words.

    Raises:
        RefusedError: If there is no such thing.
        CaseError: If it makes no sense.
    """
    if settings:
        changes = {**changes, "set": parse_overrides(settings)}
    if vary:
        name = f"{Path(what).stem}-varied"
        table = {
            "name": "".join(sign if sign.isalnum() else "-" for sign in name.lower()).strip("-"),
            "title": f"{what}, varied",
            "case": what,
            "dimension": dimensions_of(vary),
        }
        return design_of({**table, **changes}, "--vary")
    if (Path(what) / "manifest.json").exists():
        # Run again from what its manifest says.
        there = ResultsFolder.open(what)
        if changes:
            return design_of({**there.design.given, **changes}, str(there.folder), there.folder)
        return there.design
    if not what.endswith(".toml") and what not in shipped_designs():
        raise RefusedError(
            f"design: found {what!r}; allowed: {one_of(shipped_designs(), what)}, a path ending in "
            ".toml, a folder of results, or a case together with --vary."
        )
    return load_design(what, **changes)


def own_folder(design: Design) -> Path:
    """Return where results of a design go by default: a folder of its own for each state of it."""
    return Path("results") / f"{design.name}-{identity_of(design)[:8]}"


def until_of(words: str | None, most: int, design: Design) -> Until | None:
    """Read how narrow intervals are to be: ``permanent±0.02``.

    Raises:
        RefusedError: If it is not of that form.
    """
    if words is None:
        return None
    for sign in ("±", "+/-", "+-"):
        name, found, width = words.partition(sign)
        if found:
            try:
                half = float(width)
            except ValueError:
                break
            if half > 0.0:
                outcome = outcome_of(name.strip(), design.case, "--until")
                return Until(outcome, half, most)
    raise RefusedError(
        f"--until: found {words!r}; allowed: an outcome and half the width of its interval, "
        "such as permanent±0.02 (or permanent+-0.02)."
    )


def run_sweep(
    design: Design,
    out: Path,
    until: Until | None,
    shard: tuple[int, int] | None,
    on: str | None,
    workers: int | None,
    retry_failed: bool,
    picture: Path | None,
    outcome: str | None,
    as_json: bool,
) -> None:
    """Run a design into a folder, and show what came of it."""
    measured = outcome_of(outcome or design.outcome, design.case)
    if not as_json:
        announce(design, out)
    began = time.monotonic()
    seen: list[Sweep] = []

    def found(one: Sweep) -> None:
        seen.append(one)
        say_what_is_stored(one)

    with Interrupts() as interrupts, how_far() as told:
        results = sweep(
            design,
            out,
            workers=workers,
            on=on,
            shard=shard,
            until=until,
            retry_failed=retry_failed,
            report=told,
            stop=lambda: interrupts.asked,
            ready=lambda: make_ready(design.case, interrupts),
            found=found,
        )
    seconds = time.monotonic() - began
    path = picture or out / "picture.svg"
    # A picture of the same runs is drawn already.
    stale = outcome is not None or seen[0].progress.now > 0 or not path.exists()
    if stale and results.manifest["state"]["runs"]:
        draw(results, measured, path)
    report = report_of(results, measured)
    write_whole(out / "points.csv", report.tables["points"].to_csv(index=False))
    render(report, as_json, headed=False, picture=str(path), seconds=round(seconds, 2))


def announce(design: Design, out: Path) -> None:
    """Say what is about to be run."""
    console = screen()
    console.width = min(console.width, WIDEST)
    lines = [*design_words(design), f"Results in {out}.", PURPOSE]
    console.print(title(design.title, "\n".join(lines)))


def say_what_is_stored(one: Sweep) -> None:
    """Say what was stored already, and what of it cannot be used."""
    console = screen(stderr=True)
    stored = sum(part.runs for part in one.parts)
    for name, why in one.redone.items():
        console.print(f"{one.results.folder}: part {name[:8]} is run again: {why}.", markup=False)
    if stored:
        console.print(
            f"{one.results.folder}: {counted(stored, 'run')} are stored already.", markup=False
        )


@contextmanager
def how_far() -> Iterator[Callable[[Progress], None]]:
    """Show how far a sweep is: a bar on a terminal, a line now and then elsewhere."""
    console = screen(stderr=True)
    last = time.monotonic()
    with progress_bar(console, TextColumn("{task.fields[words]}")) as bar:
        task = bar.add_task("Running", total=None, words="")

        def report(far: Progress) -> None:
            nonlocal last
            words = far_words(far)
            bar.update(task, total=far.total, completed=far.done, words=words)
            if not console.is_terminal and far.now and time.monotonic() - last >= LINE_EVERY:
                last = time.monotonic()
                console.print(words, markup=False, soft_wrap=True)

        yield report


@contextmanager
def study(case: Case, out: Path, workers: int | None, on: str | None) -> Iterator[Running]:
    """Have sweeps of a study run under a bar that counts their runs, until Ctrl-C.

    Args:
        case: Any case: the compiled rules are the same for all.
        out: Folder of the results.
        workers: Threads.
        on: Address of a Dask scheduler.
    """
    names = {
        "morris": "Screening",
        "sobol": "Sobol' indices",
        "discovery": "Scenario discovery",
        "grid": "First look at the range",
    }
    with Interrupts() as interrupts, how_far() as report:
        make_ready(case, interrupts)
        console = screen(stderr=True)

        def stage(name: str) -> None:
            console.print(f"{names.get(name, name)}.", style="dim", markup=False)

        # On this thread: a sweep looks at `stop` ten times a second, and stores what it has.
        yield Running(
            out=out,
            workers=workers,
            on=on,
            report=report,
            stop=lambda: interrupts.asked,
            stage=stage,
        )


def far_words(far: Progress) -> str:
    """Word how far a sweep is: runs, rate, time left."""
    words = f"{plain(far.done)} of {counted(far.total, 'run')}"
    if far.failed:
        words += f", {plain(far.failed)} failed"
    if far.now and far.seconds > 0.0:
        rate = far.now / far.seconds
        left = (far.total - far.done) / rate
        words += f", {rate:,.0f} runs/s, {time_words(left)} left"
    return words


def time_words(seconds: float) -> str:
    """Word a length of time: ``40 s``, ``3 min``, ``2.5 h``."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def run_verify(folder: Path, runs: int, seed: int, as_json: bool) -> bool:
    """Hold stored results against new runs; return whether they are sound."""
    results = ResultsFolder.open(folder)
    with Interrupts() as interrupts:
        make_ready(results.case, interrupts)
        found = verify(results, runs, seed, stop=lambda: interrupts.asked)
        if interrupts.asked:
            raise StoppedError(f"Stopped: {counted(found.rerun, 'run')} were run again")
    if as_json:
        print_json(
            {
                "results": str(folder),
                "sound": found.sound,
                "parts": found.parts,
                "runs_run_again": found.rerun,
                "damaged": found.damaged,
                "twice": found.twice,
                "differ": found.differ,
            }
        )
        return found.sound
    for name, why in found.damaged.items():
        print(f"Damaged: {name}: {why}.")
    for name, other in found.twice.items():
        print(f"Twice: part {name}: its runs are in part {other} as well; they count once.")
    for name in found.differ:
        print(f"Different: part {name}: its runs come out otherwise than they are stored.")
    print(
        f"{folder}: {counted(found.parts, 'part')} looked at, {counted(found.rerun, 'run')} run "
        f"again: {'equal to the last bit' if found.sound else 'NOT sound'}."
    )
    return found.sound


def run_merge(out: Path, shards: Sequence[Path], as_json: bool) -> None:
    """Put shards together, and say what is there."""
    whole = merging.merge(out, shards)
    if as_json:
        print_json({"results": str(out), **whole.manifest["state"]})
    else:
        print(merging.words(whole))
