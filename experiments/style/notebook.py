"""How a result shows itself: a line or two in a console, its tables in a notebook."""

from collections.abc import Mapping, Sequence
from html import escape

import pandas as pd

from ceasefire.experiments.style.words import counted, listed

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
    parts = [f"<p><strong>{escape(headline)}</strong></p>"]
    if sentences:
        parts.append("".join(f"<p>{escape(sentence)}</p>" for sentence in sentences))
    for place, (name, table) in enumerate((tables or {}).items()):
        rows = table.head(SHOWN_ROWS).to_html(index=table.index.name is not None, border=0)
        left = f", the first {SHOWN_ROWS} of them shown" if len(table) > SHOWN_ROWS else ""
        summary = f"{escape(name)}: {counted(len(table), 'row')}{left}"
        unfolded = " open" if place == 0 else ""
        parts.append(f"<details{unfolded}><summary>{summary}</summary>{rows}</details>")
    return f'<div class="ceasefire">{"".join(parts)}</div>'
