"""What ``ceasefire threshold`` does once its arguments are understood."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from ceasefire.experiments.commands.console import WIDEST, print_json, screen
from ceasefire.experiments.commands.screens import title
from ceasefire.experiments.commands.sensitivity import worked
from ceasefire.experiments.sensitivity.boxes import unit_words
from ceasefire.experiments.sensitivity.words import level_words
from ceasefire.experiments.style.words import PURPOSE
from ceasefire.experiments.threshold.analysis import threshold
from ceasefire.experiments.threshold.found import Threshold
from ceasefire.model.case.case import load_case


def find_threshold(
    lever: str,
    outcome: str,
    level: float,
    out: Path,
    case: str,
    variant: str | None,
    settings: dict[str, Any],
    weeks: float | None,
    central: bool,
    falling: bool,
    within: float | None,
    runs: int,
    first_seed: int,
    pictures: list[str],
    workers: int | None,
    on: str | None,
    as_json: bool,
) -> None:
    """Search for a threshold, write down what was found, and show it.

    Args:
        lever: The lever, as ``levers.lever_table`` reads it.
        outcome: The outcome.
        level: The level it is to reach.
        out: Folder of the results.
        case: The case.
        variant: A variant of it.
        settings: Settings that are changed in all runs.
        weeks: The horizon.
        central: Whether runs have the case's own values.
        falling: Whether the lever is followed downwards.
        within: How close together the last two values are to be.
        runs: Runs of each value.
        first_seed: Seed of the first of them.
        pictures: Endings of the pictures, such as ".svg".
        workers: Threads.
        on: Address of a Dask scheduler.
        as_json: Whether to print one JSON object instead.

    Raises:
        StoppedError: If stopped; what is stored is whole, and the same command goes on.
    """
    found = worked(
        load_case(case),
        lambda report, stop, stage: threshold(
            lever,
            outcome,
            level,
            out=out,
            case=case,
            variant=variant,
            settings=settings,
            weeks=weeks,
            central=central,
            falling=falling,
            within=within,
            runs=runs,
            first_seed=first_seed,
            workers=workers,
            on=on,
            report=report,
            stop=stop,
            stage=stage,
        ),
    )
    files = found.write(out, pictures)
    if as_json:
        print_json({**found.to_dict(), "files": [str(path) for path in files]})
        return
    console = screen()
    console.width = min(console.width, WIDEST)
    show(found, console)
    console.print(f"\nWritten: {out}/report.md, with the curve and its picture.", style="dim")


def show(found: Threshold, console: Console) -> None:
    """Show the curve, and what follows."""
    console.print(title(f"Threshold: {found.lever.words}", PURPOSE))
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(unit_words(found.lever).strip() or "value", justify="right")
    table.add_column(found.outcome.label, justify="right")
    table.add_column("95 % over runs", justify="right")
    table.add_column("")
    curve = found.curve
    for value, step, mean, low, high in zip(
        curve["value"], curve["step"], curve["mean"], curve["low"], curve["high"], strict=True
    ):
        ends = f"{level_words(found.outcome, low)} to {level_words(found.outcome, high)}"
        mark = "at the level or above" if mean >= found.level else ""
        table.add_row(
            f"{value:.4g}",
            level_words(found.outcome, mean),
            ends,
            mark,
            style="" if step == "grid" else "dim",
        )
    console.print(table)
    console.print()
    for words in found.verdicts:
        console.print(f"• {words}", markup=False)
