"""What the commands do once their arguments are understood."""

from collections.abc import Callable, Generator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from experiments import PURPOSE, case_screen
from experiments.cli import print_json
from experiments.fitted import drawn
from experiments.narrate import ending, folded, story_of, tell
from experiments.refusals import Interrupts, StoppedError
from experiments.screens import kept, show_summary, title, week_screen
from experiments.store import StorageFullError, Store, estimated_bytes
from experiments.summary import Summariser
from experiments.tables import Tables
from experiments.words import counted, plain
from model.ceasefire import CeasefireModel
from model.certificate import Certifier
from model.engine import can_certify
from model.ensemble import Chunk, Ensemble, Keep, chunks, is_ready, prepare
from model.frozen import freeze_agents
from model.scenario import Case
from model.settings import shown

NARROWEST, WIDEST = 80, 90
"""Screens are laid out for at least so many columns; tables of numbers use at most so many."""


class Screen(Console):
    """A console that leaves it to ``cli.main`` what to do when its reader goes away."""

    def on_broken_pipe(self) -> None:
        """Let the error pass, instead of ending with the exit code of a failure."""
        raise BrokenPipeError


def screen(stderr: bool = False) -> Console:
    """Return a console; what is not a terminal is as wide as COLUMNS says, or 80."""
    console = Screen(stderr=stderr, highlight=False)
    if console.width < NARROWEST:
        console.width = NARROWEST
    return console


def tell_one(
    case: Case, changes: dict[str, Any], seed: int, parameter_set: int | None, as_json: bool
) -> None:
    """Tell one world week by week.

    Args:
        case: The case, with the set and the changes.
        changes: Those made to the case.
        seed: Seed of the world.
        parameter_set: Number of the set that was chosen, if one was.
        as_json: Whether to print one JSON object instead.
    """
    with Interrupts() as interrupts:
        make_ready(case, interrupts, ensemble=False, certify=True)
    model = CeasefireModel(case, rng=seed, certify=True)
    if as_json:
        facts = {"parameter_set": parameter_set or 0, "changes": changes}
        print_json({**story_of(model).to_dict(), **facts})
        return
    console = screen()
    world = world_words(seed, parameter_set)
    under = f"{world}, week by week.\n{worded(changes)}{PURPOSE}"
    console.print(title(case.title, under))
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


def world_words(seed: int, parameter_set: int | None) -> str:
    """Word which world is told."""
    chosen = "" if parameter_set is None else f", parameter set {parameter_set}"
    return f"One world, seed {seed}{chosen}"


def worded(changes: dict[str, Any]) -> str:
    """Word the changes made to a case, in a line of its own."""
    if not changes:
        return ""
    return f"Changed: {', '.join(f'{key} = {shown(value)}' for key, value in changes.items())}\n"


def show_case(case: Case, as_json: bool) -> None:
    """Show a case as resolved."""
    if as_json:
        print_json(case_screen.case_facts(case))
    else:
        case_screen.show_case(case, screen())


def make_ready(
    case: Case, interrupts: Interrupts, ensemble: bool = True, certify: bool = False
) -> None:
    """Load the compiled rules; compile them, and say so, if that has not been done yet.

    Args:
        case: Any case: the compiled rules are the same for all.
        interrupts: Listens for Ctrl-C meanwhile.
        ensemble: Whether all rules are needed, or only the search of the texts.
        certify: Whether the search for what would open a round is needed as well.
    """
    prepare()
    work: list[Callable[[], object]] = []
    if ensemble and not is_ready():
        work.append(lambda: Ensemble(case, [0]).advance(1))
    if certify and not can_certify():
        world = freeze_agents(CeasefireModel(case, rng=0))
        work.append(lambda: next(Certifier(case).certify(world)))
    if not work:
        return
    console = screen(stderr=True)
    words = "Compiling the rules: under a minute, this first time only"
    if not console.is_terminal:
        console.print(f"{words}.")
    with console.status(words) if console.is_terminal else nullcontext():
        for compiling in work:
            interrupts.wait_for(compiling)


def run_many(
    case: Case,
    changes: dict[str, Any],
    runs: int,
    first_seed: int,
    out: Path | None,
    keep: Keep,
    series: bool,
    acceptance: bool,
    central: bool,
    workers: int | None,
    as_json: bool,
) -> None:
    """Run an ensemble, write its tables, and show what came of it."""
    draw = drawn(case, changes, central)
    weeks = float(case.settings["war.horizon"].value) if series else 0.0
    summariser = Summariser(case)
    early: StoppedError | StorageFullError | None = None
    expected = estimated_bytes(runs, weeks, keep == "rounds")
    place = Store(out, case, expected) if out else nullcontext()
    with Interrupts() as interrupts, place as store:
        try:
            make_ready(case, interrupts)
            stream = chunks(
                case,
                runs,
                first_seed,
                settings=draw.settings,
                keep=keep,
                weekly=series,
                acceptance=acceptance,
                workers=workers,
            )
            maker = Tables(case, parameter_sets=draw.sets)
            gather(stream, runs, maker, summariser, store, interrupts)
        except (StoppedError, StorageFullError) as why:
            early = why
        if store:
            store.finish(first_seed, runs)
            early = early or store.trouble
    rows = store.rows if store else {}
    if summariser.runs:
        summary = summariser.summary()
        if as_json:
            files = {name: str(out / f"{name}.parquet") for name in rows} if out else {}
            facts = {
                "parameter_sets": len(draw.sets),
                "runs_asked_for": runs,
                "complete": early is None,
                "files": files,
            }
            print_json({**summary.to_dict(), "changes": changes, "keep": keep, **facts})
        else:
            console = screen()
            console.width = min(console.width, WIDEST)
            show_summary(summary, case, worded(changes) + draw.words, console)
            if rows:
                console.print(kept(rows, str(out)))
            elif not early:
                console.print("Nothing was written; --out FOLDER keeps the tables.", style="dim")
    if early:
        count = rows.get("runs", 0)
        keeps = f"{plain(count)} of them kept in {out}" if count else "nothing is kept"
        done = f"{plain(summariser.runs)} of {counted(runs, 'run')} done, {keeps}."
        raise type(early)(f"{early}: {done}")


def gather(
    stream: Generator[Chunk, None, None],
    runs: int,
    maker: Tables,
    summariser: Summariser,
    store: Store | None,
    interrupts: Interrupts,
) -> None:
    """Take chunk after chunk into the store and the summary.

    Raises:
        StoppedError: If asked to stop; whatever was taken is whole.
        StorageFullError: If the disk has no room for more; the same holds.
    """
    bar = progress_bar(screen(stderr=True))
    with bar:
        task = bar.add_task("", total=runs, speed="")
        while (chunk := interrupts.wait_for(lambda: next(stream, None))) is not None:
            tables = maker.make(chunk)
            if store:
                store.add(tables)
            summariser.add(tables)
            speed = bar.tasks[0].speed
            words = f"{speed:,.0f} runs/s" if speed else ""
            bar.update(task, advance=len(chunk.seeds), speed=words)


def progress_bar(console: Console) -> Progress:
    """Return a bar that counts runs, hidden where there is no terminal."""
    return Progress(
        TextColumn("Running"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
