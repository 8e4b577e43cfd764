"""A map on a page: the picture whose cells can be walked over and opened, and its table."""

from collections.abc import Callable
from html import escape
from typing import Any

import solara

from ceasefire.experiments.design.dimensions import value_words
from ceasefire.viz.map import pictures as map_pictures
from ceasefire.viz.map import words as map_words
from ceasefire.viz.map.plane import Plane
from ceasefire.viz.page.guard import guarded


@solara.component_vue("view.vue")
def MapPicture(  # noqa: N802  # components are named like classes
    width: int,
    height: int,
    title: str,
    axes: str,
    frame: str,
    lines: str,
    colour: str,
    cells: list[dict[str, Any]],
    columns: int,
    cell_width: float,
    cell_height: float,
    event_opened: Callable[[int], None],
) -> None:
    """Show a map whose cells can be pointed at, walked over with arrow keys, and opened."""


@guarded("the map")
def picture_of(
    plane: Plane, name: str, level: float | None, mark: tuple[float, float] | None
) -> dict[str, Any]:
    """Return what ``MapPicture`` shows of an outcome on a plane."""
    width, height, *_ = map_pictures.middles(plane)
    title = f"Map of {plane.outcomes[name].label}. {map_words.sentence(plane, name, level)}"
    return {
        "width": map_pictures.WIDTH,
        "height": map_pictures.HEIGHT,
        "title": title,
        "axes": f"Across: {plane.across.words}. Up: {plane.up.words}.",
        "frame": map_pictures.frame(plane, name),
        "lines": map_pictures.lines_over(plane, name, level, mark),
        "colour": map_pictures.colour_of(name),
        "cells": map_pictures.cells_of(plane, name),
        "columns": len(plane.across.values),
        "cell_width": round(width, 2),
        "cell_height": round(height, 2),
    }


@guarded("the table of numbers")
def table_of(plane: Plane, name: str) -> str:
    """Return the numbers of the map as a table that can be unfolded."""
    outcome = plane.outcomes[name]
    across, up = plane.across, plane.up
    table: Any = plane.cells[name].set_index([up.name, across.name])
    head = "".join(f'<th scope="col" class="number">{value_words(v)}</th>' for v in across.values)
    rows = []
    for value in reversed(up.values):
        cells = []
        for other in across.values:
            row = table.loc[(value, other)]
            words = map_words.cell_words(outcome, row)
            number, _, rest = words.partition(" (")
            more = f'<br><span class="quiet">{escape(rest.split(")")[0])}</span>' if rest else ""
            cells.append(f'<td class="number">{escape(number)}{more}</td>')
        rows.append(f'<tr><th scope="row">{value_words(value)}</th>{"".join(cells)}</tr>')
    return (
        "<details><summary>The numbers of the map, as a table</summary>"
        f'<div class="scrolled"><table><caption class="quiet">{escape(outcome.label)}, with 95 % '
        f"intervals over runs. Columns: {escape(across.words)}; rows: {escape(up.words)}.</caption>"
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
        "</details>"
    )
