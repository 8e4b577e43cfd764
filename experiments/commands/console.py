"""The screen of the command line: its width, its bars, and waiting for what must be compiled."""

import json
from collections.abc import Callable, Generator, Iterator
from contextlib import nullcontext
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from ceasefire.experiments.commands.interrupts import Interrupts
from ceasefire.experiments.style.report import Report
from ceasefire.experiments.style.terminal import show
from ceasefire.experiments.style.words import PURPOSE
from ceasefire.model.case.case import Case
from ceasefire.model.certificate.frozen import freeze_agents
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.model.engines.certifier import Certifier
from ceasefire.model.engines.compiled import can_certify
from ceasefire.model.engines.ensemble import Chunk, Ensemble, is_ready, prepare


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object."""
    print(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def render(report: Report, as_json: bool, *, headed: bool = True, **more: Any) -> None:
    """Show a report, or print its facts as one JSON object.

    Args:
        report: The report.
        as_json: Whether to print its facts.
        headed: Whether it is shown with its head.
        **more: Further facts.
    """
    if as_json:
        print_json({"purpose": PURPOSE, **report.facts, **more})
        return
    console = screen()
    console.width = min(console.width, WIDEST)
    show(report, console, headed)


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


def progress_bar(console: Console, *columns: ProgressColumn) -> Progress:
    """Return a bar with a description and the time left, hidden where there is no terminal.

    Args:
        console: Where it is shown.
        *columns: What stands between the bar and the time left.
    """
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        *columns,
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )


def chunks_in_turn(
    stream: Generator[Chunk, None, None], runs: int, interrupts: Interrupts
) -> Iterator[Chunk]:
    """Yield the chunks of an ensemble under a bar that counts runs.

    Raises:
        StoppedError: If asked to stop.
    """
    pace = TextColumn("{task.fields[speed]}")
    with progress_bar(screen(stderr=True), MofNCompleteColumn(), pace) as bar:
        task = bar.add_task("Running", total=runs, speed="")
        while (chunk := interrupts.wait_for(lambda: next(stream, None))) is not None:
            yield chunk
            speed = bar.tasks[0].speed
            words = f"{speed:,.0f} runs/s" if speed else ""
            bar.update(task, advance=len(chunk.seeds), speed=words)
