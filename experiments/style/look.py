"""How pictures look, in files and on pages alike: colours, shapes and the frame of a figure.

Colours are those of Okabe and Ito (2008), told apart by colour-blind readers; every line also has
a shape or dashes of its own, and every bar a hatch, so that a print in black and white can be read.
"""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ceasefire.experiments.style.files import write_whole
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.experiments.style.words import PURPOSE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ORANGE, SKY, GREEN, YELLOW = "#e69f00", "#56b4e9", "#009e73", "#f0e442"
BLUE, VERMILION, PURPLE, BLACK, GREY = "#0072b2", "#d55e00", "#cc79a7", "#000000", "#8a8a8a"

END_STATE_LOOK = {
    "permanent ceasefire": (BLUE, "", "-"),
    "government fell": (ORANGE, "//", "--"),
    "regional war": (VERMILION, "xx", ":"),
    "no deal at the horizon": (GREY, "..", "-."),
}
"""Colour, hatch and dashes of each end state, everywhere the same."""

LINES = ((BLUE, "o", "-"), (ORANGE, "s", "--"), (GREEN, "^", "-."), (VERMILION, "D", ":"),
         (PURPLE, "v", (0, (5, 1))), (BLACK, "P", (0, (1, 1))))  # fmt: skip
"""Colour, marker and dashes of the first, second and further things in one picture."""

SHADES = "cividis"
"""The scale of shares on maps: even in lightness, and the same to colour-blind readers."""

ENDINGS = (".svg", ".png", ".pdf")


def new_figure(width: float = 9.0, height: float = 5.0) -> "Figure":
    """Return an empty figure of a size in inches."""
    # It takes most of a second to import: only who draws waits for it.
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def head(figure: "Figure", title: str, under: str = "") -> None:
    """Put the sentence that says what to see on top, and what this is below."""
    figure.suptitle(title, x=0.01, ha="left", fontsize="large", wrap=True)
    words = f"{under}\n{PURPOSE}" if under else PURPOSE
    figure.supxlabel(words, fontsize="small", x=0.01, ha="left", color="#444444")


def bare(axes: Any) -> None:
    """Take the frame off, where it carries nothing."""
    axes.spines[["top", "right"]].set_visible(False)


def save(figure: "Figure", path: Path) -> None:
    """Write a figure; its ending says how. It appears whole or not at all.

    Raises:
        RefusedError: If it is no place for a picture; see ``check_picture``.
        StorageError: If it cannot be written.
    """
    check_picture(path)
    metadata = {"Date": None} if path.suffix == ".svg" else None
    drawn = io.BytesIO()
    figure.savefig(drawn, format=path.suffix[1:], metadata=metadata, dpi=150)
    write_whole(path, drawn.getvalue())


def check_picture(path: Path, key: str = "picture") -> None:
    """Refuse a picture that could not be written, before the work.

    Raises:
        RefusedError: If its ending is none of ``ENDINGS``, or it has no place.
    """
    if path.suffix not in ENDINGS:
        raise RefusedError(f"{key}: found {path}; allowed endings: {', '.join(ENDINGS)}.")
    if not path.parent.is_dir():
        raise RefusedError(f"{key}: there is no folder {path.parent}.")
    if path.is_dir():
        raise RefusedError(f"{key}: {path} is a folder.")
