"""What ``ceasefire sensitivity`` does once its arguments are understood."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
from rich.console import Console
from rich.table import Table

from ceasefire.experiments.commands.console import WIDEST, make_ready, print_json, screen
from ceasefire.experiments.commands.interrupts import Interrupts
from ceasefire.experiments.commands.screens import title
from ceasefire.experiments.commands.sweep import how_far
from ceasefire.experiments.design.design import Design, load_design
from ceasefire.experiments.design.sampling import salib
from ceasefire.experiments.runs.sweep import Progress
from ceasefire.experiments.sensitivity.analysis import STEPS, sensitivity
from ceasefire.experiments.sensitivity.boxes import workbench
from ceasefire.experiments.sensitivity.found import Sensitivity
from ceasefire.experiments.sensitivity.plans import Effort
from ceasefire.experiments.sensitivity.words import no_more_than_chance
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.experiments.style.words import PURPOSE
from ceasefire.model.case.case import Case

T = TypeVar("T")

NAMES = {
    "morris": "Screening",
    "sobol": "Sobol' indices",
    "discovery": "Scenario discovery",
    "grid": "First look at the range",
}
"""What the steps are called on the way."""


def find_levers(
    name: str,
    out: Path,
    outcome: str | None,
    effort: Effort,
    levers: str,
    likely: float | None,
    numbers: list[str],
    steps: list[str],
    pictures: list[str],
    workers: int | None,
    on: str | None,
    as_json: bool,
) -> None:
    """Run what is missing of a sensitivity analysis, write it down, and show what came of it.

    Args:
        name: The design: a shipped one or a path.
        out: Folder of the results.
        outcome: What levers are ranked by; the design's own if None.
        effort: How much is run.
        levers: "all", a number, or names with commas between them.
        likely: From which mean on a point counts for scenario discovery.
        numbers: Outcomes beside the end states.
        steps: Which steps are done; all if none is named.
        pictures: Endings of the pictures, such as ".svg".
        workers: Threads.
        on: Address of a Dask scheduler.
        as_json: Whether to print one JSON object instead.

    Raises:
        StoppedError: If stopped; what is stored is whole.
    """
    check_steps(steps)
    salib()
    if not steps or "discovery" in steps:
        workbench()
    design: Design = load_design(name)
    found = worked(
        design.case,
        lambda report, stop, stage: sensitivity(
            name,
            out,
            outcome,
            effort=effort,
            levers=levers_of(levers),
            likely=likely,
            numbers=numbers,
            steps=steps or STEPS,
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
    console.print(f"\nWritten: {out}/report.md, with tables and pictures.", style="dim")


def check_steps(steps: list[str]) -> None:
    """Refuse a step that there is not.

    Raises:
        RefusedError: If there is none of that name.
    """
    for step in steps:
        if step not in STEPS:
            raise RefusedError(f"--step: found {step!r}; allowed: {', '.join(STEPS)}.")


def levers_of(text: str) -> int | str | list[str]:
    """Read ``--levers``: a number, "all", or names."""
    text = text.strip()
    if text.lstrip("-").isdigit():
        return int(text)
    return text if text == "all" else [one.strip() for one in text.split(",") if one.strip()]


def worked(
    case: Case,
    work: Callable[[Callable[[Progress], None], Callable[[], bool], Callable[[str], None]], T],
) -> T:
    """Do some work made of sweeps, with a bar that counts runs, until it is done or stopped.

    Args:
        case: Any case: the compiled rules are the same for all.
        work: Takes ``report``, ``stop`` and ``stage``, as ``sensitivity`` does.

    Raises:
        StoppedError: If asked to stop; the message says what is kept.
    """
    with Interrupts() as interrupts, how_far() as report:
        make_ready(case, interrupts)
        console = screen(stderr=True)

        def stage(name: str) -> None:
            console.print(f"{NAMES.get(name, name)}.", style="dim", markup=False)

        # On this thread: a sweep looks at `stop` ten times a second, and stores what it has.
        return work(report, lambda: interrupts.asked, stage)


def show(found: Sensitivity, console: Console) -> None:
    """Show the tables of the outcome that levers are ranked by, and what follows."""
    console.print(title(f"What moves: {found.outcome.name}", f"{found.design.title}\n{PURPOSE}"))
    labels = {one.name: one.words for one in found.design.dimensions}
    chance = {"percentage points": 100.0} if found.outcome.is_share else {found.outcome.unit: 1.0}
    (unit, scale) = next(iter(chance.items()))
    own = of(found.morris, found)
    if len(own):
        columns = {
            "mu*": [spread(scale * m, scale * c) for m, c in pairs(own, "mu_star", "mu_star_conf")],
            "mu": [f"{scale * value:+.1f}" for value in own["mu"]],
            "sigma": [f"{scale * value:.1f}" for value in own["sigma"]],
            "chance": [f"{scale * value:.1f}" for value in own["noise"]],
        }
        dim = no_more_than_chance(own).tolist()
        console.print(grid(f"elementary effects, {unit}", own, labels, columns, dim))
        console.print()
    own = of(found.sobol, found)
    if len(own):
        columns = {
            "by itself (S1)": [spread(100 * m, 100 * c, 0) for m, c in pairs(own, "S1", "S1_conf")],
            "with others (ST)": [
                spread(100 * m, 100 * c, 0) for m, c in pairs(own, "ST", "ST_conf")
            ],
        }
        console.print(grid("% of the variance between points", own, labels, columns))
        console.print()
    for words in found.verdicts:
        console.print(f"• {words}", markup=False)


def of(table: pd.DataFrame, found: Sensitivity) -> pd.DataFrame:
    """Return the rows of the outcome that levers are ranked by."""
    return table[table["outcome"] == found.outcome.name]


def pairs(table: pd.DataFrame, first: str, second: str) -> Any:
    """Return two columns side by side."""
    return zip(table[first], table[second], strict=True)


def spread(value: float, half: float, digits: int = 1) -> str:
    """Word a number with half its interval."""
    return f"{value:.{digits}f} ± {half:.{digits}f}" if value == value else "–"


def grid(
    heading: str,
    own: pd.DataFrame,
    labels: dict[str, str],
    columns: dict[str, list[str]],
    dim: list[bool] | None = None,
) -> Table:
    """Return a table of levers with some columns of words; those marked are dimmed."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(heading)
    for name in columns:
        table.add_column(name, justify="right", no_wrap=True)
    for i, lever in enumerate(own["lever"]):
        cells = [words[i] for words in columns.values()]
        table.add_row(labels[lever], *cells, style="dim" if dim and dim[i] else "")
    return table
