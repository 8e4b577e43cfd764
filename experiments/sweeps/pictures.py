"""Pictures of a sweep: a map of two dimensions, a curve of one, or a ladder of points."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ceasefire.experiments.design.dimensions import Dimension, value_words
from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.style.look import LINES, SHADES, bare, head, new_figure, save
from ceasefire.experiments.style.report import Picture
from ceasefire.experiments.style.words import capital
from ceasefire.experiments.sweeps.words import at_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = np.ndarray[Any, Any]

LADDER = 40
"""Points that a ladder shows: the highest ones."""

CELLS = 150
"""Cells of a map up to which each has its number written in it."""


def picture(results: ResultsFolder, outcome: Outcome, level: float | None = None) -> "Figure":
    """Return a picture of an outcome over the points of a design.

    Args:
        results: The results.
        outcome: The outcome.
        level: A value whose line is drawn; on maps the contour where the outcome reaches it.
    """
    dimensions = results.design.dimensions
    table = results.by_point(outcome).dropna(subset=["mean"])
    varied = [one for one in dimensions if table[one.name].nunique() > 1]
    grid = results.design.plan == "grid"
    if grid and len(varied) == 2 and all(_is_scale(one) for one in varied):
        figure = heat_map(table, varied[0], varied[1], outcome, level)
    elif grid and 1 <= len(varied) <= 2 and any(_is_scale(one) for one in varied):
        scale = next(one for one in varied if _is_scale(one))
        others = [one for one in varied if one is not scale]
        figure = curves(table, scale, others[0] if others else None, outcome, level)
    else:
        figure = ladder(table, list(dimensions), outcome)
    runs = f"{int(table['runs'].min()):,}"
    if table["runs"].min() != table["runs"].max():
        runs += f" to {int(table['runs'].max()):,}"
    under = f"{results.case.title}; {len(table):,} points of {runs} runs."
    head(figure, results.design.title, under)
    return figure


def draw(results: ResultsFolder, outcome: Outcome, path: Path) -> None:
    """Draw the picture into a file; its ending says how."""
    save(shown_picture(results, outcome).figure, path)


def shown_picture(results: ResultsFolder, outcome: Outcome) -> Picture:
    """Return the picture as a report has it, with the level that the design asks about."""
    design = results.design
    figure = picture(results, outcome, design.level if outcome.name == design.outcome else None)
    alt = f"A picture of {outcome.label} at every point of the design."
    return Picture("picture", design.title, alt, figure)


def _is_scale(one: Dimension) -> bool:
    """Whether values of a dimension lie on a scale, and are more than a switch."""
    return len(one.values) > 2 and not any(isinstance(value, bool | str) for value in one.values)


def heat_map(
    table: pd.DataFrame, across: Dimension, up: Dimension, outcome: Outcome, level: float | None
) -> "Figure":
    """Draw a map: one cell a point, with its number, contours between, and half the interval."""
    figure = new_figure(9.5, 6.4)
    axes = figure.subplots()
    grid = table.pivot(index=up.name, columns=across.name, values="mean")
    values = grid.to_numpy(dtype=float)
    x, y = grid.columns.to_numpy(dtype=float), grid.index.to_numpy(dtype=float)
    top = float(np.nanmax(values))
    low = 0.0 if outcome.is_share else float(np.nanmin(values))
    high = max(top, low + 1e-9)
    mesh = axes.pcolormesh(x, y, values, cmap=SHADES, shading="nearest", vmin=low, vmax=high)
    levels = [one for one in _levels(low, high) if low < one < top]
    if values.size <= CELLS:
        # Numbers say it all; lines between them would cross them out.
        _write_cells(axes, x, y, values, outcome, low, high)
    elif levels:
        lines = axes.contour(x, y, values, levels=levels, colors="white", linewidths=1.1)
        axes.clabel(lines, fmt=lambda one: _short(outcome, one), fontsize="small")
    if level is not None and low < level < top and min(values.shape) > 1:
        for colour, width in (("white", 4.0), ("black", 2.0)):
            axes.contour(x, y, values, levels=[level], colors=colour, linewidths=width)
        axes.plot([], [], color="black", linewidth=2.0, label=f"reaches {_short(outcome, level)}")
        axes.legend(loc="upper right", bbox_to_anchor=(1.0, -0.07), fontsize="small", frameon=False)
    bar = figure.colorbar(mesh, ax=axes, label=outcome.label)
    if outcome.is_share:
        bar.ax.yaxis.set_major_formatter(lambda share, _: f"{100 * share:g} %")
    axes.set_xlabel(f"{across.words} ({across.unit})")
    axes.set_ylabel(f"{up.words} ({up.unit})")
    half = float(((table["high"] - table["low"]) / 2.0).max())
    note = f"± {100 * half:.1f} points" if outcome.is_share else f"± {half:.3g} {outcome.unit}"
    axes.set_title(
        f"{capital(outcome.label)}; widest 95 % interval {note}", loc="left", fontsize="medium"
    )
    return figure


def _write_cells(
    axes: Any, x: Array, y: Array, values: Array, outcome: Outcome, low: float, high: float
) -> None:
    for j, up in enumerate(y):
        for i, across in enumerate(x):
            value = values[j, i]
            if np.isfinite(value):
                dark = (value - low) / (high - low) < 0.55
                axes.text(
                    across,
                    up,
                    _short(outcome, value, unit=False),
                    ha="center",
                    va="center",
                    fontsize="x-small",
                    color="white" if dark else "black",
                )


def _levels(low: float, high: float) -> list[float]:
    """Return a few round levels between the lowest and the highest value."""
    from matplotlib.ticker import MaxNLocator

    return [float(one) for one in MaxNLocator(5).tick_values(low, high)]


def curves(
    table: pd.DataFrame,
    scale: Dimension,
    by: Dimension | None,
    outcome: Outcome,
    level: float | None,
) -> "Figure":
    """Draw the outcome over one dimension, a line for each value of another."""
    figure = new_figure(8.5, 5.2)
    axes = figure.subplots()
    groups = [(None, table)] if by is None else list(table.groupby(by.name, sort=False))
    # Intervals of several lines stand beside each other; their bands would hide one another.
    aside = 0.008 * (float(table[scale.name].max()) - float(table[scale.name].min()))
    for i, ((value, rows), (colour, marker, dashes)) in enumerate(zip(groups, LINES, strict=False)):
        ordered = rows.sort_values(scale.name)
        x = ordered[scale.name].to_numpy(dtype=float)
        mean, low, high = (ordered[name].to_numpy() for name in ("mean", "low", "high"))
        label = None if by is None else f"{by.label}: {value_words(value)}"
        if by is None:
            axes.fill_between(x, low, high, color=colour, alpha=0.2, linewidth=0)
            axes.plot(x, mean, color=colour, marker=marker, linestyle=dashes)
            continue
        x = x + aside * (i - (len(groups) - 1) / 2.0)
        spread = np.maximum(np.stack([mean - low, high - mean]), 0.0)
        axes.errorbar(
            x, mean, yerr=spread, color=colour, marker=marker, linestyle=dashes, label=label,
            elinewidth=1, capsize=2,
        )  # fmt: skip
    if level is not None:
        axes.axhline(level, color="black", linewidth=1, linestyle=(0, (4, 3)))
    _value_axis(axes.yaxis, outcome)
    axes.set_ylim(bottom=0.0 if outcome.is_share else None)
    axes.set_xlabel(f"{scale.words} ({scale.unit})")
    axes.set_ylabel(outcome.label if outcome.is_share else f"{outcome.label} ({outcome.unit})")
    axes.set_title(
        f"{capital(outcome.label)}, with 95 % intervals over runs", loc="left", fontsize="medium"
    )
    if by is not None:
        axes.legend(frameon=False, fontsize="small")
    bare(axes)
    return figure


def ladder(table: pd.DataFrame, dimensions: list[Dimension], outcome: Outcome) -> "Figure":
    """Draw the points below each other, the highest on top, with their intervals."""
    shown_rows = table.sort_values("mean", ascending=False).head(LADDER)[::-1]
    figure = new_figure(9.5, 1.6 + 0.28 * max(6, len(shown_rows)))
    axes = figure.subplots()
    places = np.arange(len(shown_rows))
    mean = shown_rows["mean"].to_numpy()
    spread = np.stack([mean - shown_rows["low"].to_numpy(), shown_rows["high"].to_numpy() - mean])
    colour, marker, _ = LINES[0]
    axes.errorbar(
        mean, places, xerr=np.maximum(spread, 0.0), fmt=marker, color=colour, ecolor="black",
        capsize=2,
    )  # fmt: skip
    labels = [at_words(dimensions, row) for _, row in shown_rows.iterrows()]
    axes.set_yticks(places, labels, fontsize="small")
    _value_axis(axes.xaxis, outcome)
    axes.set_xlim(left=0.0 if outcome.is_share else None)
    axes.set_xlabel(outcome.label if outcome.is_share else f"{outcome.label} ({outcome.unit})")
    some = "" if len(shown_rows) == len(table) else f"The highest {len(shown_rows)} of {len(table)}"
    what = f"{capital(outcome.label)}, with 95 % intervals over runs"
    axes.set_title(f"{some}: {outcome.label}" if some else what, loc="left", fontsize="medium")
    axes.grid(axis="x", color="#dddddd")
    axes.set_axisbelow(True)
    bare(axes)
    return figure


def _value_axis(axis: Any, outcome: Outcome) -> None:
    if outcome.is_share:
        axis.set_major_formatter(lambda share, _: f"{100 * share:g} %")


def _short(outcome: Outcome, value: float, unit: bool = True) -> str:
    """Word a value for a picture, as short as it can be."""
    if outcome.is_share:
        share = f"{100 * value:.0f}" if value >= 0.0995 or value == 0.0 else f"{100 * value:.1f}"
        return f"{share} %" if unit else share
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.2g}"
