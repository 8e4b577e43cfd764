"""``ceasefire compare``: how the outcomes of arms differ from a baseline's."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ceasefire.experiments.commands.console import make_ready, print_json, screen
from ceasefire.experiments.commands.interrupts import Interrupts
from ceasefire.experiments.commands.screens import title
from ceasefire.experiments.comparison.compare import check_count, compare
from ceasefire.experiments.comparison.found import Comparison
from ceasefire.experiments.comparison.in_words import check_arm, needs_runs
from ceasefire.experiments.comparison.words import (
    amount,
    capital,
    is_told,
    keyed,
    number_notes,
    points,
)
from ceasefire.experiments.style.words import PURPOSE, listed, percent
from ceasefire.model.case.case import load_case
from ceasefire.model.case.shipped import shipped_cases


def compare_arms(
    arms: Sequence[str],
    runs: int,
    first_seed: int,
    out: Path | None,
    workers: int | None,
    as_json: bool,
) -> None:
    """Compare arms, write what was asked for, and show what came of it.

    Args:
        arms: What is compared, the baseline first.
        runs: Runs of each case among them.
        first_seed: Seed of the first of them.
        out: Folder of the report, if one is wanted.
        workers: Threads; all processors by default.
        as_json: Whether to print one JSON object instead.

    Raises:
        RefusedError: If an arm is not what it should be.
        StoppedError: If asked to stop; nothing is kept.
    """
    check_count(len(arms))
    for arm in arms:
        check_arm(arm)
    if out is not None:
        # matplotlib takes most of a second to import: only who wants a report waits for it.
        from ceasefire.experiments.comparison.report import check_folder

        check_folder(out)
    with Interrupts() as interrupts:
        if any(needs_runs(arm) for arm in arms):
            make_ready(load_case(shipped_cases()[0]), interrupts)
        console = screen(stderr=True)
        with console.status("Comparing"):
            found = interrupts.wait_for(
                lambda: compare(*arms, runs=runs, first_seed=first_seed, workers=workers)
            )
            if out is not None:
                interrupts.wait_for(lambda: found.write(out))
    if as_json:
        print_json({**found.to_dict(), "kept_in": str(out) if out else None})
        return
    show(found, screen(), out)


def show(comparison: Comparison, console: Console, out: Path | None = None) -> None:
    """Show the tables of shares and numbers, and everything in sentences."""
    first, *others = comparison.labels
    under = f"Held against “{first}”: {listed([f'“{one}”' for one in others])}.\n{PURPOSE}"
    console.print(title("Comparison", under))
    for arm in others:
        if len(others) > 1:
            console.print(Text(f"\n“{arm}”", style="bold"))
        console.print(shares_table(comparison, arm))
        if len(comparison.numbers):
            console.print()
            console.print(numbers_table(comparison, arm))
    console.print("\nIn bold what stands once all tests are counted.\n", style="dim")
    for words in [*comparison.verdicts, *comparison.notes]:
        console.print(Text(words))
    if len(comparison.numbers):
        for note in number_notes(comparison.numbers):
            console.print(Text(note), style="dim")
    if out is not None:
        console.print(f"\nWritten to {out}: report.html, report.md, tables and figures.")


def shares_table(comparison: Comparison, arm: str) -> Table:
    """Return the differences of an arm's shares for the screen."""
    table = _table("share of runs", "points")
    own = comparison.shares[comparison.shares["arm"] == arm]
    for row in map(keyed, own.to_dict("records")):
        cells = [
            capital(row["outcome"]),
            percent(row["baseline"]),
            percent(row["in_arm"]),
            points(row, "difference"),
            f"{points(row, 'low')} to {points(row, 'high')}",
        ]
        _add(table, cells, is_told(row))
    return table


def numbers_table(comparison: Comparison, arm: str) -> Table:
    """Return the differences of an arm's means for the screen."""
    table = _table("mean", "difference")
    numbers = comparison.numbers
    own = numbers[(numbers["arm"] == arm) & (numbers["measure"] == "mean")]
    for row in map(keyed, own.to_dict("records")):
        cells = [
            f"{capital(row['label'])} [{row['unit']}]",
            amount(row["baseline"], row, False),
            amount(row["in_arm"], row, False),
            amount(row["difference"], row),
            f"{amount(row['low'], row)} to {amount(row['high'], row)}",
        ]
        _add(table, cells, is_told(row))
    return table


def _table(what: str, difference: str) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim", expand=True)
    table.add_column(what, ratio=1)
    for head in ("baseline", "arm", difference, "95 % interval"):
        table.add_column(head, justify="right", no_wrap=True)
    return table


def _add(table: Table, cells: list[str], told: bool) -> None:
    # As text: what stands in brackets is no markup.
    style = "bold" if told else ""
    table.add_row(*(Text(cell, style=style) for cell in cells))
