"""Points of an experiment below each other, each with its interval, and their table."""

from typing import Any

import pandas as pd

from ceasefire.experiments.design.dimensions import value_words
from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.style.words import amount, capital, counted, interval, plain
from ceasefire.experiments.sweeps.words import at_words
from ceasefire.viz.page import html, svg
from ceasefire.viz.page.html import paragraph, scrolled, unfolded
from ceasefire.viz.planes.pictures import colour_of, round_levels
from ceasefire.viz.planes.words import short

MOST_DRAWN = 40
"""Points that the picture shows: the highest ones, if there are more."""

MOST_ROWS = 200
"""Points that the table shows."""

WIDTH, LABELS, RIGHT, ROW = 760, 330, 130, 26


def ladder(results: ResultsFolder, outcome: Outcome, table: pd.DataFrame) -> str:
    """Draw the points below each other, the highest on top, as dots with intervals.

    Args:
        results: The results.
        outcome: The outcome.
        table: What it is at every point; see ``ResultsFolder.by_point``.
    """
    rows = table.dropna(subset=["mean"]).sort_values("mean", ascending=False, kind="stable")
    if rows.empty:
        return paragraph("No run has finished yet.", "quiet")
    some = f"The highest {MOST_DRAWN} of {len(rows)} points. " if len(rows) > MOST_DRAWN else ""
    rows = rows.head(MOST_DRAWN)
    low = 0.0 if outcome.is_share else float(rows["low"].min())
    high = max(float(rows["high"].max()), low + 1e-9)
    left, right = LABELS, WIDTH - RIGHT

    def x(value: float) -> float:
        return left + (min(max(value, low), high) - low) / (high - low) * (right - left)

    bottom = 8 + ROW * len(rows)
    parts = []
    for value in (low, *round_levels(low, high)):
        look = {"anchor": "middle", "class_": "tick", "size": 12}
        parts.append(svg.line(x(value), 4, x(value), bottom, stroke=svg.LINE))
        parts.append(svg.text(x(value), bottom + 18, short(outcome, value), **look))
    for i, (_, row) in enumerate(rows.iterrows()):
        y = 8 + ROW * (i + 0.5)
        words = at_words(results.design.dimensions, row)
        fitting = words if len(words) <= 48 else f"{words[:47]}…"
        mean = amount(float(row["mean"]), outcome)
        pieces = (
            svg.text(left - 10, y + 4, fitting, anchor="end", size=12.5),
            svg.line(x(row["low"]), y, x(row["high"]), y, thick=1.6),
            svg.circle(x(row["mean"]), y, 4.5, fill=colour_of(outcome.name)),
            svg.text(right + 10, y + 4, mean, size=12.5),
        )
        title = f"{words}: {mean} ({interval(row['low'], row['high'], outcome)})"
        parts.append(svg.group(pieces, title=title))
    title = f"{some}{capital(outcome.label)} by point, with 95 % intervals over runs"
    below = "The table below has the same numbers."
    return paragraph(title, "panel-title") + svg.svg(WIDTH, bottom + 28, parts, title, below)


def points_html(results: ResultsFolder, outcome: Outcome, table: pd.DataFrame) -> str:
    """Return the points as a table that can be unfolded."""
    dimensions = results.design.dimensions
    head = [*(dimension.label for dimension in dimensions), "runs", "mean", "interval"]
    rows = (
        [*(value_words(row[one.name]) for one in dimensions), *_measured(outcome, row)]
        for _, row in table.head(MOST_ROWS).iterrows()
    )
    words = f"{capital(outcome.label)}, with 95 % intervals over runs"
    rest = len(table) - MOST_ROWS
    more = f"{counted(rest, 'more point')} in the download."
    shown = scrolled(html.table(head, rows, words, numbers=True))
    return unfolded(
        "The points, as a table", shown + (paragraph(more, "quiet") if rest > 0 else "")
    )


def _measured(outcome: Outcome, row: Any) -> tuple[str, str, str]:
    """Return how many runs a point has, its mean, and the interval of that."""
    runs = 0.0 if pd.isna(row["runs"]) else float(row["runs"])
    if not runs:
        return "0", "–", "–"
    return (
        plain(runs),
        amount(float(row["mean"]), outcome),
        interval(float(row["low"]), float(row["high"]), outcome),
    )
