"""Points of an experiment below each other, each with its interval, and their table."""

from html import escape
from typing import Any

import pandas as pd

from ceasefire.experiments.design.dimensions import Dimension, value_words
from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.style.words import amount, counted, interval, plain
from ceasefire.experiments.sweeps.words import at_words
from ceasefire.viz.map.pictures import colour_of, round_levels
from ceasefire.viz.map.words import capital, short
from ceasefire.viz.page import svg

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
        return '<p class="quiet">No run has finished yet.</p>'
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
        parts.append(svg.line(x(value), 4, x(value), bottom, stroke="var(--line)"))
        words = short(outcome, value)
        parts.append(
            svg.text(
                x(value), bottom + 18, words, text_anchor="middle", class_="tick", font_size=12
            )
        )
    for i, (_, row) in enumerate(rows.iterrows()):
        y = 8 + ROW * (i + 0.5)
        words = at_words(results.design.dimensions, row)
        fitting = words if len(words) <= 48 else f"{words[:47]}…"
        told = amount(float(row["mean"]), outcome)
        parts.append(
            svg.group(
                [
                    svg.text(left - 10, y + 4, fitting, text_anchor="end", font_size=12.5),
                    svg.line(x(row["low"]), y, x(row["high"]), y, stroke_width=1.6),
                    svg.circle(x(row["mean"]), y, 4.5, fill=colour_of(outcome.name)),
                    svg.text(right + 10, y + 4, told, font_size=12.5),
                ],
                title=f"{words}: {told} ({interval(row['low'], row['high'], outcome)})",
            )
        )
    title = f"{some}{capital(outcome.label)} by point, with 95 % intervals over runs"
    return f'<p class="panel-title">{escape(title)}</p>' + svg.svg(
        WIDTH, bottom + 28, parts, title, "The table below has the same numbers."
    )


def points_html(results: ResultsFolder, outcome: Outcome, table: pd.DataFrame) -> str:
    """Return the points as a table that can be unfolded."""
    dimensions: list[Dimension] = list(results.design.dimensions)
    head = "".join(f'<th scope="col" class="number">{escape(one.label)}</th>' for one in dimensions)
    rows = []
    for _, row in table.head(MOST_ROWS).iterrows():
        cells = "".join(
            f'<td class="number">{escape(value_words(row[one.name]))}</td>' for one in dimensions
        )
        rows.append(f"<tr>{cells}{_measured(outcome, row)}</tr>")
    rest = len(table) - MOST_ROWS
    more = (
        f'<p class="quiet">{counted(rest, "more point")} in the download.</p>' if rest > 0 else ""
    )
    return (
        "<details><summary>The points, as a table</summary>"
        f'<div class="scrolled"><table><caption class="quiet">{escape(capital(outcome.label))}, '
        f"with 95 % intervals over runs</caption><thead><tr>{head}"
        '<th scope="col" class="number">runs</th><th scope="col" class="number">mean</th>'
        '<th scope="col" class="number">interval</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>{more}</details>"
    )


def _measured(outcome: Outcome, row: Any) -> str:
    runs = 0.0 if pd.isna(row["runs"]) else float(row["runs"])
    if not runs:
        return '<td class="number">0</td><td class="number">–</td><td class="number">–</td>'
    words = (
        plain(runs),
        amount(float(row["mean"]), outcome),
        interval(float(row["low"]), float(row["high"]), outcome),
    )
    return "".join(f'<td class="number">{escape(one)}</td>' for one in words)
