"""What a result says, put together once: facts first; screens, pages and files only render it.

A room that finds something has a function ``report_of``, which returns a ``Report``. It is shown
by ``terminal``, ``markdown`` and ``page``, and written to a folder by ``published``.
"""

import json
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from ceasefire.experiments.style.files import json_text
from ceasefire.experiments.style.folders import own_version
from ceasefire.experiments.style.words import PURPOSE, capital, counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Row = dict[str, Any]
"""A row of a table of numbers, by the names of its columns."""

Cell = str | Callable[[Row], str]
"""What stands in a column: another column as it is, or what words a row."""


@dataclass(frozen=True)
class Picture:
    """A figure and what belongs to it.

    Attributes:
        name: Name of its file, without the ending.
        title: What to see in it.
        alt: The same for those who do not see it, with what it shows.
        figure: The figure.
    """

    name: str
    title: str
    alt: str
    figure: "Figure"


@dataclass(frozen=True)
class Table:
    """A table with its cells in words.

    Attributes:
        heads: Heads of the columns, with units.
        rows: The cells, row by row.
        words: How many of the first columns are words; the others are numbers.
        strong: Numbers of the rows that stand out.
        faint: Numbers of the rows that stand back.
        brief: Heads of the columns for which a screen has room; all if empty.
        apart: Whether a screen shows a table of its own for each cell of the first column.
        count: How many rows there are, if these are but the first of them.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1
    strong: frozenset[int] = frozenset()
    faint: frozenset[int] = frozenset()
    brief: tuple[str, ...] = ()
    apart: bool = False
    count: int | None = None

    @property
    def length(self) -> str:
        """How many rows it has, and how many of them are here."""
        count = len(self.rows) if self.count is None else self.count
        left = f", the first {len(self.rows)} of them shown" if count > len(self.rows) else ""
        return f"{counted(count, 'row')}{left}"


@dataclass(frozen=True)
class Section:
    """A part of a report.

    Attributes:
        title: Its heading.
        of: Of what its numbers are, in a few words.
        text: What a reader should know, in a sentence or two; a screen has no room for it.
        table: Its table.
        picture: Draws its picture.
        lines: Further sentences below the table.
        where: "everywhere", or only on a "screen", or only on a "page".
    """

    title: str
    of: str = ""
    text: str = ""
    table: Table | None = None
    picture: Callable[[], Picture] | None = None
    lines: Sequence[str] = ()
    where: str = "everywhere"

    @property
    def paragraph(self) -> str:
        """Of what its numbers are, and what a reader should know."""
        return " ".join(filter(None, [capital(f"{self.of}.") if self.of else "", self.text]))


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that a result says.

    Attributes:
        title: What it is about.
        facts: All of it as plain numbers and words, ready for JSON.
        under: What it was made of and depends on.
        lead: What follows, in sentences.
        heads: Those sentences of the lead that begin a group.
        sections: Tables and pictures.
        notes: What is to be kept in mind.
        methods: How it was done, with sources.
        tables: Tables of numbers by name, as they are written to files.
    """

    title: str
    facts: Mapping[str, Any]
    under: str = ""
    lead: Sequence[str] = ()
    heads: Collection[str] = ()
    sections: Sequence[Section] = ()
    notes: Sequence[str] = ()
    methods: Sequence[str] = ()
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def sections_for(self, where: str) -> list[Section]:
        """Return the sections for a "screen" or a "page"."""
        return [one for one in self.sections if one.where in ("everywhere", where)]

    @property
    def made_by(self) -> str:
        """What made it, for the foot of a page."""
        return f"ceasefire {own_version()}"

    def drawn(self) -> dict[str, Picture]:
        """Draw the pictures, by the titles of their sections."""
        return {one.title: one.picture() for one in self.sections if one.picture is not None}

    def to_json(self) -> str:
        """Return the facts as one JSON object, with what the model is and is not."""
        return json_text({"purpose": PURPOSE, **self.facts})


def table_of(
    table: pd.DataFrame | Sequence[Row],
    columns: Mapping[str, Cell],
    *,
    words: int = 1,
    strong: Callable[[Row], bool] = lambda row: False,
    faint: Callable[[Row], bool] = lambda row: False,
    brief: Sequence[str] = (),
    apart: bool = False,
) -> Table:
    """Put a table of numbers into words.

    Args:
        table: The numbers, as a table or as rows by the names of columns.
        columns: For each head what stands below it: a column of words, or what words a row.
        words: How many of the first columns are words.
        strong: Whether a row stands out.
        faint: Whether a row stands back.
        brief: Heads of the columns for which a screen has room; all if empty.
        apart: Whether a screen shows a table of its own for each cell of the first column.
    """
    rows = records(table) if isinstance(table, pd.DataFrame) else list(table)
    cells = [
        tuple(str(row[how]) if isinstance(how, str) else how(row) for how in columns.values())
        for row in rows
    ]
    bold = frozenset(i for i, row in enumerate(rows) if strong(row))
    dim = frozenset(i for i, row in enumerate(rows) if faint(row))
    return Table(tuple(columns), tuple(cells), words, bold, dim, tuple(brief), apart)


def records(table: pd.DataFrame) -> list[Row]:
    """Return the rows of a table by the names of its columns."""
    return [{str(name): one for name, one in row.items()} for row in table.to_dict("records")]


def known(value: float | None) -> float | None:
    """Return a number, or None where it is not known, as JSON has it."""
    return float(value) if value is not None and math.isfinite(value) else None


def plain_rows(table: pd.DataFrame) -> list[Row]:
    """Return the rows of a table for JSON; what is not known is null."""
    rows: list[Row] = json.loads(table.to_json(orient="records", double_precision=15))
    return rows
