"""What the commands do once their arguments are understood."""

from contextlib import closing, nullcontext
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from experiments import PURPOSE, case_screen
from experiments.cli import print_json
from experiments.narrate import ending, folded, story_of, tell
from experiments.refusals import Interrupts, Stopped
from experiments.screens import kept, show_summary, title, week_screen
from experiments.store import Store, StorageFull, estimated_bytes
from experiments.summary import Summariser
from experiments.tables import Tables
from experiments.words import counted, plain
from model.ceasefire import CeasefireModel
from model.ensemble import Ensemble, chunks, is_ready, prepare
from model.scenario import Case

NARROWEST = 80
"""Screens are laid out for at least this many columns."""


def screen(stderr: bool = False) -> Console:
    """Return a console; what is not a terminal is as wide as COLUMNS says, or 80."""
    console = Console(stderr=stderr, highlight=False, soft_wrap=False)
    if console.width < NARROWEST:
        console.width = NARROWEST
    return console


def tell_one(case: Case, seed: int, as_json: bool) -> None:
    """Tell one world week by week."""
    make_ready(case)
    model = CeasefireModel(case, rng=seed)
    if as_json:
        print_json(story_of(model).to_dict())
        return
    console = screen()
    console.print(title(case.title, f"One world, seed {seed}, week by week.\n{PURPOSE}"))
    quiet = False
    for week in folded(tell(model), case.start):
        # Quiet weeks stand together.
        if week.lines or not quiet:
            console.print()
        quiet = not week.lines
        for part in week_screen(week, case):
            console.print(part)
    console.print()
    console.print(title("How it ended", "\n".join([*ending(model), PURPOSE])))


def show_case(case: Case, as_json: bool) -> None:
    """Show a case as resolved."""
    if as_json:
        print_json(case_screen.case_facts(case))
    else:
        case_screen.show_case(case, screen())


def make_ready(case: Case) -> None:
    """Load the compiled rules; compile them, and say so, if that has not been done yet.

    One step of one world compiles them on this thread, where Ctrl-C is heard.
    """
    first = not is_ready()
    console = screen(stderr=True)
    words = "Compiling the rules: under a minute, this first time only"
    waiting = console.status(words) if first and console.is_terminal else nullcontext()
    if first and not console.is_terminal:
        console.print(f"{words}.")
    with waiting:
        prepare()
        if first:
            Ensemble(case, [0]).advance(1)


def run_many(
    case: Case,
    runs: int,
    first_seed: int,
    out: Path | None,
    series: bool,
    workers: int | None,
    as_json: bool,
) -> None:
    """Run an ensemble, write its tables, and show what came of it."""
    weeks = float(case.settings["war.horizon"].value) if series else 0.0
    store = Store(out, case, estimated_bytes(runs, weeks)) if out else None
    with store or nullcontext():
        summariser, why = gather(case, runs, first_seed, store, series, workers)
        tables = {}
        if store:
            store.finish(first_seed, runs)
            tables = store.rows
            why = why or store.trouble
    summary = summariser.summary()
    if as_json and summary.runs:
        files = {name: str(out / f"{name}.parquet") for name in tables} if out else {}
        print_json({**summary.to_dict(), "asked": runs, "complete": not why, "files": files})
    elif summary.runs:
        console = screen()
        show_summary(summary, case, console)
        if out and tables:
            console.print(kept(tables, str(out)))
        elif not why:
            console.print("Nothing was written; --out FOLDER keeps the tables.", style="dim")
    if why:
        done = f"{why} {counted(summary.runs, 'run')} of {plain(runs)} done"
        keeps = f", {counted(tables.get('runs', 0), 'run')} kept in {out}." if out else "."
        raise Stopped(done + keeps)


def gather(
    case: Case,
    runs: int,
    first_seed: int,
    store: Store | None,
    series: bool,
    workers: int | None,
) -> tuple[Summariser, str]:
    """Run the chunks and gather what comes of them.

    Returns:
        The gathered summary, and why it ended early, or "".
    """
    make_ready(case)
    maker, summariser = Tables(case), Summariser(case)
    console = screen(stderr=True)
    bar = Progress(
        TextColumn("Running"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    stream = chunks(case, runs, first_seed, weekly=series, workers=workers)
    with Interrupts() as interrupts, bar, closing(stream):
        task = bar.add_task("", total=runs, speed="")
        for chunk in stream:
            if interrupts.asked:
                return summariser, "Stopped."
            tables = maker.make(chunk)
            if store:
                try:
                    store.add(tables)
                except StorageFull as full:
                    return summariser, f"{full}."
            summariser.add(tables)
            speed = bar.tasks[0].speed
            words = f"{speed:,.0f} runs/s" if speed else ""
            bar.update(task, advance=len(chunk.seeds), speed=words)
    return summariser, "Stopped." if interrupts.asked and summariser.runs < runs else ""
