"""What the pictures of a comparison have in common: how arms look, titles, and rows of axes."""

import math
from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

from ceasefire.experiments.comparison.found import Comparison
from ceasefire.experiments.style.look import BLACK, LINES, head
from ceasefire.experiments.style.words import plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 9.0
"""Width of a figure in inches."""

BASELINE = (BLACK, "", (0, (4, 2)))
"""Colour, marker and dashes of the baseline."""

ACROSS = 54
"""Letters of a name of which two stand beside each other."""


def looks(comparison: Comparison) -> dict[str, tuple[str, str, Any]]:
    """Return colour, marker and dashes of every arm; the baseline is black and dashed."""
    others: list[tuple[str, str, Any]] = [
        (colour, marker, "-") for colour, marker, _ in LINES if colour != BLACK
    ]
    # The sixth has the dashes that are left.
    others.append((LINES[-1][0], LINES[-1][1], (0, (1, 1))))
    return dict(zip(comparison.labels, [BASELINE, *others], strict=False))


def runs_words(comparison: Comparison) -> str:
    """Word the arms with their runs."""
    each = comparison.arms.to_dict("records")
    return "; ".join(f"{row['arm']}: n = {plain(row['runs'])}" for row in each)


def titled(figure: "Figure", title: str, under: str, marks: Sequence[Any] = ()) -> None:
    """Put the title, what this is, and the names of the arms on a figure, folded to its width.

    Args:
        figure: The figure.
        title: What to see.
        under: What this is.
        marks: Handles of the arms, which stand in lines of their own under the title.
    """
    folded_title = fill(title, 92)
    across = 2 if all(len(mark.get_label()) <= ACROSS for mark in marks) else 1
    lines = math.ceil(len(marks) / across) + sum(mark.get_label().count("\n") for mark in marks)
    # Empty lines keep the room in which the names of the arms stand.
    head(figure, folded_title + "\n" * lines, fill(under, 118))
    if not marks:
        return
    below = 0.08 + 0.2 * (folded_title.count("\n") + 1)
    top = 1.0 - below / figure.get_figheight()
    names = figure.legend(handles=marks, loc="upper left", bbox_to_anchor=(0.0, top), frameon=False,
                          ncols=across, fontsize="small", borderpad=0.1,
                          borderaxespad=0.2)  # fmt: skip
    names.set_in_layout(False)


def marks_of(comparison: Comparison, lines: bool) -> list[Any]:
    """Return handles that name the arms with their runs; without lines, all but the baseline."""
    from matplotlib.lines import Line2D

    marks = []
    sizes = dict(zip(comparison.arms["arm"], comparison.arms["runs"], strict=True))
    for i, (label, (colour, marker, dashes)) in enumerate(looks(comparison).items()):
        if not lines and i == 0:
            continue
        words = f"“{label}” (baseline)" if i == 0 else f"“{label}”"
        marks.append(
            Line2D([], [], color=colour, marker=marker, linestyle=dashes if lines else "none",
                   markersize=5, label=fill(f"{words}, n = {plain(sizes[label])}", 100))
        )  # fmt: skip
    return marks


def grid_of_axes(figure: "Figure", count: int, across: int = 3) -> list[Any]:
    """Return so many axes in rows, and hide what is left over of the last."""
    rows = math.ceil(count / across)
    axes = figure.subplots(rows, min(across, count), squeeze=False).ravel().tolist()
    for left in axes[count:]:
        left.set_visible(False)
    return axes[:count]


def offsets(comparison: Comparison) -> dict[str, float]:
    """Return how far each arm is put beside the place of what is measured."""
    others = comparison.labels[1:]
    return {label: 0.16 * (i - (len(others) - 1) / 2.0) for i, label in enumerate(others)}
