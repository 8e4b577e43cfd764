"""A map on a page: the picture whose cells can be walked over and opened, and its table."""

from collections.abc import Callable
from html import escape
from typing import Any

import solara

from ceasefire.experiments.design.dimensions import value_words
from ceasefire.viz.page import html
from ceasefire.viz.page.guard import guarded
from ceasefire.viz.page.html import Html, scrolled, unfolded
from ceasefire.viz.planes import pictures as map_pictures
from ceasefire.viz.planes import words as map_words
from ceasefire.viz.planes.plane import Plane


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
    rows = []
    for value in reversed(up.values):
        cells = [value_words(value)]
        for other in across.values:
            words = map_words.cell_words(outcome, table.loc[(value, other)])
            mean, _, rest = words.partition(" (")
            interval = f'<br><span class="quiet">{escape(rest.split(")")[0])}</span>'
            cells.append(Html(escape(mean) + (interval if rest else "")))
        rows.append(cells)
    caption = f"{outcome.label}, with 95 % intervals over runs. Columns: {across.words}; rows: "
    caption += f"{up.words}."
    head = ("", *map(value_words, across.values))
    shown = html.table(head, rows, caption, titled=True, numbers=True)
    return unfolded("The numbers of the map, as a table", scrolled(shown))
