"""A report on a terminal."""

from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.panel import Panel
from rich.table import Table as Grid
from rich.text import Text

from ceasefire.experiments.style.report import Report, Table
from ceasefire.experiments.style.words import BAR, PURPOSE

MANY = 8
"""Columns from which on numbers may be broken too, as they would not fit a screen."""


def show(report: Report, console: Console, headed: bool = True) -> None:
    """Show a report: its head, its tables, and at last what follows, which stays on the screen."""
    if headed:
        console.print(title(report.title, "\n".join(filter(None, [report.under, PURPOSE]))))
    for section in report.sections_for("screen"):
        if section.table is None:
            console.print(Text.assemble("\n", (section.title, "bold")))
        else:
            for grid in grids(section.table, section.title, section.of):
                console.print(grid)
        for line in section.lines:
            # Commands are to be copied: nothing may break them.
            console.print(Text(line), soft_wrap=line.startswith("  "))
    if report.lead or report.notes:
        console.print()
    for words in report.lead:
        bullet = "" if report.heads else "• "
        console.print(Text(f"{bullet}{words}", style="bold" if words in report.heads else ""))
    for words in report.notes:
        console.print(Text(words, style="dim"))


def grids(table: Table, head: str, text: str) -> Iterator[Grid]:
    """Yield a table as a screen has room for it, or one for each cell of its first column."""
    columns = [i for i, name in enumerate(table.heads) if name in (table.brief or table.heads)]
    groups = list(dict.fromkeys(row[0] for row in table.rows)) if table.apart else [""]
    for group in groups:
        of = f"“{group}”: {text}" if table.apart else text
        grid = empty(head, of)
        shown = columns[1:] if table.apart and 0 in columns else columns
        for i in shown:
            word = i < table.words
            # Numbers are not broken; what stands over them may be.
            longest = max((len(row[i]) for row in table.rows), default=0)
            left = word or not any(row[i].strip(BAR) for row in table.rows)
            grid.add_column(
                Text(table.heads[i]),
                justify="left" if left else "right",
                min_width=None if word or len(shown) > MANY else longest,
                ratio=1 if word else None,
                overflow="fold",
            )
        for number, row in enumerate(table.rows):
            if table.apart and row[0] != group:
                continue
            style = "bold" if number in table.strong else "dim" if number in table.faint else ""
            grid.add_row(*(cell(row[i], style) for i in shown))
        yield grid


def cell(words: str, style: str) -> Text:
    """Return a cell as text: what stands in brackets is no markup. Bars have a colour."""
    return Text(words, style="cyan" if words and not words.strip(BAR) else style)


def title(text: str, under: str) -> RenderableType:
    """Head a screen."""
    return Panel(Text(under), title=Text(text, style="bold"), title_align="left", expand=True)


def empty(head: str, of: str) -> Grid:
    """Return an empty table with a heading, and beside it of what its numbers are."""
    caption = Text.assemble("\n", (head, "bold"), (f"  {of}" if of else "", "dim"))
    return Grid(
        title=caption,
        title_justify="left",
        title_style="",
        header_style="dim",
        box=None,
        expand=True,
        padding=(0, 1, 0, 0),
    )
