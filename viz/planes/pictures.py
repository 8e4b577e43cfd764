"""The map of a plane: cells, contours, the line of a threshold, the current setting."""

import math
from typing import Any

import numpy as np

from ceasefire.experiments.design.dimensions import Dimension, value_words
from ceasefire.viz.page import svg
from ceasefire.viz.page.address import link
from ceasefire.viz.planes.plane import Plane, known
from ceasefire.viz.planes.words import cell_words, lost_in_chance, short

WIDTH, HEIGHT = 760, 424
LEFT, RIGHT, TOP, BOTTOM = 78, 118, 12, 62
FAINTEST, STRONGEST = 0.04, 0.88
"""Opacity of the lowest and the highest cell."""

COLOURS = {
    "permanent ceasefire": "var(--permanent)",
    "government fell": "var(--fell)",
    "regional war": "var(--regional)",
    "no deal at the horizon": "var(--none)",
}
"""One colour an end state, as on every page; other outcomes have the accent."""

Range = tuple[float, float]

LEAST = 0.02
"""Colours of shares span at least so much: a run or two would look like a pattern."""


def scale_of(plane: Plane, name: str) -> Range:
    """Return the values at which colours begin and end; of shares 0, and ``LEAST`` or more."""
    means = plane.cells[name]["mean"].dropna()
    if means.empty:
        return 0.0, 1.0
    if plane.outcomes[name].is_share:
        return 0.0, max(LEAST, float(means.max()))
    low, high = float(means.min()), float(means.max())
    return low, high if high > low else low + 1.0


def place(one: Dimension, value: float, first: float, last: float) -> float:
    """Return where a value lies between the middles of the first and the last cell.

    Cells are of one size however far apart their values are, and values between two of them lie
    between their middles.
    """
    values = [float(known) for known in one.values]
    index = float(np.interp(value, values, range(len(values))))
    return first + index / (len(values) - 1) * (last - first)


def middles(plane: Plane) -> tuple[float, float, float, float, float, float]:
    """Return the width and height of cells, and the first and last middles across and up."""
    width = (WIDTH - LEFT - RIGHT) / len(plane.across.values)
    height = (HEIGHT - TOP - BOTTOM) / len(plane.up.values)
    return (
        width,
        height,
        LEFT + width / 2,
        WIDTH - RIGHT - width / 2,
        HEIGHT - BOTTOM - height / 2,
        TOP + height / 2,
    )


def cells_of(plane: Plane, name: str) -> list[dict[str, Any]]:
    """Return the cells as the page draws them, in rows from below, each from left to right."""
    outcome = plane.outcomes[name]
    low, high = scale_of(plane, name)
    width, height, *_ = middles(plane)
    columns, rows = len(plane.across.values), len(plane.up.values)
    table = plane.cells[name].set_index("point")
    found = []
    for point in plane.design.points:
        across, up = point.values[plane.across.name], point.values[plane.up.name]
        i, j = plane.across.values.index(across), plane.up.values.index(up)
        row: Any = table.loc[point.number]
        mean = float(row["mean"])
        share = (mean - low) / (high - low) if known(mean) else 0.0
        found.append(
            {
                "key": point.number,
                "column": i,
                "row": j,
                "x": round(LEFT + i * width, 2),
                "y": round(TOP + (rows - 1 - j) * height, 2),
                "opacity": round(FAINTEST + share * (STRONGEST - FAINTEST), 3),
                "empty": not known(mean),
                "where": point.words([plane.across, plane.up]),
                "words": cell_words(outcome, row),
                "href": link("change", {plane.across.name: across, plane.up.name: up}),
            }
        )
    return sorted(found, key=lambda cell: cell["row"] * columns + cell["column"])


def frame(plane: Plane, name: str) -> str:
    """Draw the axes and the key of colours."""
    across, up = plane.across, plane.up
    _, _, first_x, last_x, first_y, last_y = middles(plane)
    parts = []
    for value in across.values:
        x, words = place(across, float(value), first_x, last_x), value_words(value)
        parts.append(svg.text(x, HEIGHT - BOTTOM + 20, words, anchor="middle", class_="tick"))
    for value in up.values:
        y = place(up, float(value), first_y, last_y) + 5
        parts.append(svg.text(LEFT - 9, y, value_words(value), anchor="end", class_="tick"))
    x, y = (LEFT + WIDTH - RIGHT) / 2, (TOP + HEIGHT - BOTTOM) / 2
    look = {"anchor": "middle", "class_": "axis"}
    turned = f"rotate(-90 20 {svg.number(y)})"
    parts.append(svg.text(x, HEIGHT - 12, axis_words(across), **look))
    parts.append(svg.text(20, y, axis_words(up), **look, transform=turned))
    return "".join(parts) + key_of_colours(plane, name)


def axis_words(one: Dimension) -> str:
    """Say what an axis is, with its unit."""
    return f"{one.words} ({one.unit})" if one.unit else one.words


def key_of_colours(plane: Plane, name: str) -> str:
    """Draw which colour is which value."""
    outcome = plane.outcomes[name]
    low, high = scale_of(plane, name)
    x, top, bottom, steps = WIDTH - RIGHT + 14, TOP, HEIGHT - BOTTOM, 24
    height = (bottom - top) / steps
    parts = [svg.rect(x, top, 16, bottom - top, fill=svg.PANEL, stroke=svg.LINE)]
    for i in range(steps):
        opacity = FAINTEST + (i + 0.5) / steps * (STRONGEST - FAINTEST)
        y = bottom - (i + 1) * height
        parts.append(
            svg.rect(x, y, 16, height + 0.4, fill=colour_of(name), fill_opacity=round(opacity, 3))
        )
    for value in (low, *round_levels(low, high), high):
        y = bottom - (value - low) / (high - low) * (bottom - top)
        near_end = value not in (low, high) and (y > bottom - 22 or y < top + 26)
        if not near_end:
            at_y = min(max(y + 5, top + 12), bottom)
            parts.append(svg.line(x + 16, y, x + 20, y, stroke=svg.FAINT))
            parts.append(svg.text(x + 24, at_y, short(outcome, value), class_="tick"))
    return "".join(parts)


def colour_of(name: str) -> str:
    """Return the colour of an outcome."""
    return COLOURS.get(name, svg.ACCENT)


def round_levels(low: float, high: float) -> list[float]:
    """Return a few round values strictly between two."""
    rough = (high - low) / 6.0
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= rough)
    found = [step * i for i in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return [float(f"{value:.12g}") for value in found if low < value < high]


def lines_over(
    plane: Plane, name: str, level: float | None, mark: tuple[float, float] | None
) -> str:
    """Draw contours at round values, the line where the outcome reaches a level, and a setting.

    Args:
        plane: The plane.
        name: Name of the outcome.
        level: The level, if any.
        mark: Values of both dimensions that are the current setting, if any.
    """
    outcome = plane.outcomes[name]
    low, high = scale_of(plane, name)
    parts = []
    # Lines through what chance alone could have brought would only look like a finding.
    for value in () if lost_in_chance(plane, name) else round_levels(low, high):
        if level is None or abs(value - level) > 1e-9:
            parts += contour(plane, name, value, 1.2, short(outcome, value))
    if level is not None:
        parts += contour(plane, name, level, 3.2, short(outcome, level), bold=True)
    if mark is not None:
        parts.append(marker(plane, mark))
    return "".join(parts)


def contour(
    plane: Plane, name: str, level: float, width: float, label: str, bold: bool = False
) -> list[str]:
    """Draw the line on which an outcome has a value, between the middles of the cells."""
    from contourpy import contour_generator

    table = plane.cells[name].pivot(index=plane.up.name, columns=plane.across.name, values="mean")
    values = np.ma.masked_invalid(table.to_numpy(dtype=float))
    if values.count() < 4:
        return []
    _, _, first_x, last_x, first_y, last_y = middles(plane)
    lines = contour_generator(
        table.columns.to_numpy(dtype=float), table.index.to_numpy(dtype=float), values
    ).lines(level)
    look = {"stroke": svg.PANEL, "thick": 4, "paint_order": "stroke"}
    look |= {"anchor": "middle", "class_": "contour-bold" if bold else "contour"}
    pieces = []
    for line in lines:
        points = [
            (
                place(plane.across, float(x), first_x, last_x),
                place(plane.up, float(y), first_y, last_y),
            )
            for x, y in np.asarray(line)
        ]
        pieces.append(svg.path(points, stroke=svg.PANEL, thick=width + 2.4, opacity=0.75))
        pieces.append(svg.path(points, stroke=svg.INK, thick=width))
        if len(points) > 2:
            x, y = points[len(points) // 2]
            pieces.append(svg.text(x, y + 4, label, **look))
    return pieces


def marker(plane: Plane, mark: tuple[float, float]) -> str:
    """Mark the current setting."""
    _, _, first_x, last_x, first_y, last_y = middles(plane)
    x = place(plane.across, mark[0], first_x, last_x)
    y = place(plane.up, mark[1], first_y, last_y)
    size = 9.0
    corners = [(x, y - size), (x + size, y), (x, y + size), (x - size, y), (x, y - size)]
    ground = svg.path(corners, fill=svg.PANEL, stroke=svg.PANEL, thick=6)
    shape = svg.path(corners, fill=svg.INK, stroke=svg.PANEL, thick=2)
    return svg.group([ground, shape], title="the current setting")
