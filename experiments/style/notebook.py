"""How a result shows itself: a line or two in a console, its tables in a notebook."""

from collections.abc import Mapping, Sequence

import pandas as pd

from ceasefire.experiments.style.page import page_of
from ceasefire.experiments.style.report import Report, Section, Table
from ceasefire.experiments.style.words import listed

SHOWN_ROWS = 8
"""Rows of each table that a notebook shows; the table itself has them all."""


class Shown:
    """A result with tables, and perhaps with sentences (``verdicts``)."""

    @property
    def headline(self) -> str:
        """What it is, in a few words."""
        return ""

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Its tables, by name."""
        return {}

    @property
    def sentences(self) -> Sequence[str]:
        """What it says, in sentences."""
        return getattr(self, "verdicts", ())

    def __repr__(self) -> str:
        """Say what it is and which tables it has, not what is in them."""
        names = f"; tables: {listed(list(self.tables))}" if self.tables else ""
        return f"<{type(self).__name__} of {self.headline}{names}>"

    def _repr_html_(self) -> str:
        """Show its sentences and the first rows of its tables, in a notebook."""
        return html_of(f"{type(self).__name__} of {self.headline}", self.sentences, self.tables)


def html_of(
    headline: str, sentences: Sequence[str] = (), tables: Mapping[str, pd.DataFrame] | None = None
) -> str:
    """Return a result as HTML: its head, its sentences, and its tables, folded but for the first.

    Args:
        headline: What it is.
        sentences: What it says.
        tables: Its tables, by name.
    """
    sections = [Section(name, table=beginning(table)) for name, table in (tables or {}).items()]
    report = Report(title=headline, lead=sentences, sections=sections, facts={})
    return page_of(report, {}, whole=False)


def beginning(table: pd.DataFrame) -> Table:
    """Return the first rows of a table, and how many it has."""
    few = table.head(SHOWN_ROWS)
    few = few if table.index.name is None else few.reset_index()
    rows = [tuple(cell(value) for value in row) for row in few.itertuples(index=False)]
    numbers = [pd.api.types.is_numeric_dtype(kind) for kind in few.dtypes]
    words = numbers.index(True) if True in numbers else len(numbers)
    return Table(tuple(map(str, few.columns)), tuple(rows), words, count=len(table))


def cell(value: object) -> str:
    """Word a cell: a number with six digits, and nothing where it is not known."""
    if isinstance(value, float):
        return f"{value:.6g}" if value == value else ""
    return str(value)
