"""What ``ceasefire sql`` does: ask results a question, and show, list or hand on the answer."""

import math
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ceasefire.experiments.commands.console import print_json, screen
from ceasefire.experiments.commands.interrupts import Interrupts
from ceasefire.experiments.runs.sql import chunks, notes_on, sql
from ceasefire.experiments.style.refusals import RefusedError, StoppedError
from ceasefire.experiments.style.words import DASH, PURPOSE, counted, plain

MOST_ROWS = 40
"""Rows that are shown on the screen."""

GAP = 2
"""Columns of the screen between two columns of the table."""


def ask(results: Path, query: str, as_csv: bool, as_json: bool) -> None:
    """Ask results a question in SQL and print the answer.

    Args:
        results: Folder of a sweep, or of ``ceasefire ensemble --out``.
        query: One statement that reads; see ``ceasefire.experiments.runs.sql.sql``.
        as_csv: Whether to print all rows as comma-separated values and nothing else.
        as_json: Whether to print one JSON object and nothing else.

    Raises:
        RefusedError: If there are no results, or the query is refused or fails.
        StoppedError: If asked to stop.
    """
    if as_csv and as_json:
        raise RefusedError("--csv: found with --json; allowed: one of them.")
    for note in notes_on(results):
        print(note, file=sys.stderr)
    with Interrupts() as interrupts:
        try:
            if as_csv:
                interrupts.wait_for(lambda: write_csv(results, query))
                return
            if as_json:
                table = interrupts.wait_for(lambda: sql(results, query))
                print_json(answer_facts(table, results, query))
                return
            beginning = interrupts.wait_for(lambda: begun(results, query))
        except StoppedError:
            raise StoppedError("Stopped; the question has changed nothing.") from None
    show_answer(beginning, screen())


@dataclass(frozen=True)
class Beginning:
    """The first rows of an answer.

    Attributes:
        rows: At most so many as the screen shows.
        count: How many there are in all.
    """

    rows: pd.DataFrame
    count: int


def begun(results: Path, query: str) -> Beginning:
    """Ask a question; keep the first rows of the answer and count the others."""
    kept = pd.DataFrame()
    count = 0
    for number, chunk in enumerate(chunks(results, query)):
        if number == 0:
            kept = chunk.head(MOST_ROWS)
        elif len(chunk) and len(kept) < MOST_ROWS:
            kept = pd.concat([kept, chunk.head(MOST_ROWS - len(kept))], ignore_index=True)
        count += len(chunk)
    return Beginning(kept, count)


def write_csv(results: Path, query: str) -> None:
    """Print an answer as comma-separated values, chunk by chunk."""
    for number, chunk in enumerate(chunks(results, query)):
        if number == 0 or len(chunk):
            chunk.to_csv(sys.stdout, index=False, header=number == 0)


def answer_facts(table: pd.DataFrame, results: Path, query: str) -> dict[str, Any]:
    """Return an answer as one JSON object."""
    rows = table.astype(object).to_dict("records")
    return {
        "purpose": PURPOSE,
        "results": str(results),
        "query": query,
        "columns": [str(name) for name in table.columns],
        "count": len(table),
        "rows": [{str(name): value_of(cell) for name, cell in row.items()} for row in rows],
    }


def value_of(cell: Any) -> Any:
    """Return a cell as JSON has it: what JSON has no form for as text, and nothing as null."""
    if is_list(cell):
        return [value_of(one) for one in cell]
    if isinstance(cell, dict):
        return {str(key): value_of(one) for key, one in cell.items()}
    if is_missing(cell):
        return None
    if isinstance(cell, np.generic):
        cell = cell.item()
    elif isinstance(cell, Decimal):
        cell = float(cell)
    if isinstance(cell, float) and not math.isfinite(cell):
        return str(cell)
    return cell if isinstance(cell, bool | int | float | str) else str(cell)


def is_list(cell: Any) -> bool:
    """Whether a cell has cells in it; the sign for a missing one is an array of its own kind."""
    return isinstance(cell, np.ndarray | list | tuple) and cell is not np.ma.masked


def is_missing(cell: Any) -> bool:
    """Whether a cell is empty."""
    return any(cell is nothing for nothing in (None, pd.NA, pd.NaT, np.ma.masked)) or cell != cell


def show_answer(beginning: Beginning, console: Console) -> None:
    """Show the first rows of an answer, and say how many there are."""
    table = beginning.rows
    cells = {str(name): [cell_words(cell) for cell in table[name]] for name in table.columns}
    numbers = {str(name) for name in table.columns if is_number(table[name])}
    fitting = those_that_fit(cells, console.width)
    if len(fitting) < len(cells) and len(table) == 1:
        # One wide row reads well from top to bottom.
        cells = {"column": list(cells), "value": [one for (one,) in cells.values()]}
        fitting = ["column", "value"]
    shown = Table(box=None, padding=(0, GAP, 0, 0), header_style="dim")
    for name in fitting:
        shown.add_column(Text(name), justify="right" if name in numbers else "left")
    for row in zip(*(cells[name] for name in fitting), strict=True):
        shown.add_row(*(Text(cell) for cell in row))
    console.print(shown)
    console.print(Text(how_many(beginning, len(cells) - len(fitting)), style="dim"))


def how_many(beginning: Beginning, hidden: int) -> str:
    """Word how many rows there are, and what is not shown of them."""
    words = counted(beginning.count, "row")
    left = beginning.count - len(beginning.rows)
    if left:
        words += f", of which the first {plain(len(beginning.rows))} are shown"
    if hidden:
        words += f"; {counted(hidden, 'more column')} did not fit the screen"
    whole = " --csv prints all of it." if left or hidden else ""
    return f"{words}.{whole}"


def those_that_fit(cells: dict[str, list[str]], width: int) -> list[str]:
    """Return the first columns that fit the screen; at least one."""
    found: list[str] = []
    room = width
    for name, column in cells.items():
        room -= max(map(len, [name, *column])) + GAP
        if found and room < 0:
            break
        found.append(name)
    return found


def is_number(column: pd.Series) -> bool:
    """Whether a column has numbers."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def cell_words(cell: Any) -> str:
    """Word a cell for the screen: floats with six digits, whole ones in full."""
    if is_list(cell):
        return f"[{', '.join(cell_words(one) for one in cell)}]"
    if is_missing(cell):
        return DASH
    if isinstance(cell, float | np.floating):
        number = float(cell)
        whole = number.is_integer() and abs(number) < 1e15
        return f"{number:.0f}" if whole else f"{number:.6g}"
    if isinstance(cell, bool | np.bool_):
        return "yes" if cell else "no"
    return " ".join(str(cell).split()) if isinstance(cell, str) else str(cell)
