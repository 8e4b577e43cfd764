"""What the commands do once their arguments are understood."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

from ceasefire.experiments.commands import case as case_screen
from ceasefire.experiments.commands.console import (
    chunks_in_turn,
    make_ready,
    print_json,
    render,
    screen,
)
from ceasefire.experiments.commands.interrupts import Interrupts
from ceasefire.experiments.commands.screens import week_screen
from ceasefire.experiments.commands.summary import kept, report_of
from ceasefire.experiments.design.parameter_sets import drawn
from ceasefire.experiments.runs.ensemble import chunks
from ceasefire.experiments.runs.request import Request
from ceasefire.experiments.runs.store import Store, estimated_bytes
from ceasefire.experiments.runs.summary import Summariser
from ceasefire.experiments.runs.tables import Tables
from ceasefire.experiments.story.story import ending, folded, story_of, tell
from ceasefire.experiments.style.files import StorageFullError
from ceasefire.experiments.style.refusals import StoppedError
from ceasefire.experiments.style.terminal import title
from ceasefire.experiments.style.words import PURPOSE, counted, plain
from ceasefire.model.case.case import Case
from ceasefire.model.case.settings import shown
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.model.engines.ensemble import Keep


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
    under = f"{world}, week by week.\n{changes_words(changes)}{PURPOSE}"
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


def changes_words(changes: dict[str, Any]) -> str:
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
    replace: bool,
    as_json: bool,
) -> None:
    """Run an ensemble, write its tables, and show what came of it."""
    draw = drawn(case, central)
    weeks = float(case.settings["war.horizon"].value) if series else 0.0
    summariser = Summariser(case)
    early: StoppedError | StorageFullError | None = None
    expected = estimated_bytes(runs, weeks, keep == "rounds")
    place = Store(out, case, expected, replace) if out else nullcontext()
    with Interrupts() as interrupts, place as store:
        try:
            make_ready(case, interrupts)
            asked = Request(case, draw, keep, series, acceptance)
            maker = Tables(case, parameter_sets=draw.sets)
            stream = chunks(asked, runs, first_seed, workers)
            for chunk in chunks_in_turn(stream, runs, interrupts):
                tables = maker.make(chunk)
                if store:
                    store.add(tables)
                summariser.add(tables)
        except (StoppedError, StorageFullError) as why:
            early = why
        if store:
            store.finish(first_seed, runs)
            early = early or store.trouble
    rows = store.rows if store else {}
    if summariser.runs:
        report = report_of(
            summariser.summary(),
            case,
            f"{changes_words(changes)}{draw.words}".strip(),
            changes=changes,
            keep=keep,
            parameter_sets=len(draw.sets),
            runs_asked_for=runs,
            complete=early is None,
            files={name: str(out / f"{name}.parquet") for name in rows} if out else {},
        )
        render(report, as_json)
        if not as_json and (rows or not early):
            screen().print(kept(rows, str(out)), style="" if rows else "dim", markup=False)
    if early:
        count = rows.get("runs", 0)
        keeps = f"{plain(count)} of them kept in {out}" if count else "nothing is kept"
        done = f"{plain(summariser.runs)} of {counted(runs, 'run')} done, {keeps}."
        raise type(early)(f"{early}: {done}")
