"""Pieces of SVG as text, with everything escaped that is put into them."""

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

Number = float | int
Piece = str

INK, FAINT, LINE, PANEL, ACCENT = (
    f"var(--{name})" for name in ("ink", "faint", "line", "panel", "accent")
)
"""Colours of the theme: words and what is drawn boldly, what is said aside, grounds, emphasis."""

SHORT = {
    "thick": "stroke-width",
    "dash": "stroke-dasharray",
    "anchor": "text-anchor",
    "size": "font-size",
    "weight": "font-weight",
}
"""Short names of attributes that are given again and again."""


def number(value: Number) -> str:
    """Write a number with at most two digits behind the point."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def attributes(given: dict[str, object]) -> str:
    """Write attributes; underscores stand for dashes, and a trailing one is dropped."""
    words = []
    for name, value in given.items():
        if value is None:
            continue
        plain = number(value) if isinstance(value, int | float) else str(value)
        full = SHORT.get(name) or name.rstrip("_").replace("_", "-")
        words.append(f' {full}="{escape(plain, quote=True)}"')
    return "".join(words)


def tag(name: str, content: str = "", **given: Any) -> Piece:
    """Write an element; its content is put in as it is."""
    return f"<{name}{attributes(given)}>{content}</{name}>"


def text(x: Number, y: Number, words: object, **given: Any) -> Piece:
    """Write words at a place."""
    return tag("text", escape(str(words)), x=x, y=y, **{"fill": INK, **given})


def line(x1: Number, y1: Number, x2: Number, y2: Number, **given: Any) -> Piece:
    """Draw a line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, **{"stroke": INK, **given})


def rect(x: Number, y: Number, width: Number, height: Number, **given: Any) -> Piece:
    """Draw a rectangle; a negative width or height is none."""
    return tag("rect", x=x, y=y, width=max(0, width), height=max(0, height), **given)


def circle(x: Number, y: Number, radius: Number, **given: Any) -> Piece:
    """Draw a circle."""
    return tag("circle", cx=x, cy=y, r=radius, **given)


def path(points: Iterable[tuple[Number, Number]], **given: Any) -> Piece:
    """Draw straight lines from point to point."""
    steps = [f"{number(float(x))} {number(float(y))}" for x, y in points]
    if not steps:
        return ""
    return tag("path", d="M" + " L".join(steps), **{"fill": "none", **given})


def group(parts: Iterable[Piece], **given: Any) -> Piece:
    """Put pieces together; a ``title`` among the attributes is shown to a resting pointer."""
    title = given.pop("title", None)
    said = "" if title is None else tag("title", escape(str(title)))
    return tag("g", said + "".join(parts), **given)


def aside(x: Number, y: Number, words: object, size: Number = 11, **given: Any) -> Piece:
    """Write words that are less than the picture, such as those at an axis."""
    return text(x, y, words, size=size, fill=FAINT, **given)


def whisker(low: float, high: float, y: float, colour: str = INK) -> Piece:
    """Draw an interval."""
    ends = "".join(line(x, y - 3, x, y + 3, stroke=colour) for x in (low, high))
    return line(low, y, high, y, stroke=colour, thick=1.4) + ends


def columns(
    x: Callable[[float], float],
    marks: Sequence[tuple[float, str]],
    top: float,
    bottom: float,
    drop: float,
    strong: float | None = None,
) -> list[Piece]:
    """Draw an axis from left to right: a line at each mark, its words below, inside the picture.

    Args:
        x: Where a value stands.
        marks: Values in ascending order, with their words.
        top: Where the lines begin.
        bottom: Where they end.
        drop: How far below that the words stand.
        strong: The value whose line is drawn in ink, if any.
    """
    pieces = []
    for value, words in marks:
        first, last = value == marks[0][0], value == marks[-1][0]
        anchor = "start" if first else "end" if last else "middle"
        pieces.append(
            line(x(value), top, x(value), bottom, stroke=INK if value == strong else LINE)
        )
        pieces.append(aside(x(value), bottom + drop, words, anchor=anchor))
    return pieces


def levels(
    y: Callable[[float], float], marks: Iterable[tuple[float, str]], left: float, right: float
) -> list[Piece]:
    """Draw an axis from below to above: a line at each value, its words left of it."""
    pieces = []
    for value, words in marks:
        pieces.append(line(left, y(value), right, y(value), stroke=LINE))
        pieces.append(aside(left - 4, y(value) + 4, words, anchor="end"))
    return pieces


def svg(
    width: Number,
    height: Number,
    parts: Iterable[Piece],
    title: str,
    description: str = "",
    **given: Any,
) -> Piece:
    """Write a whole picture that fits the width it is given.

    Args:
        width: Width in its own units.
        height: Height in the same.
        parts: What is drawn.
        title: What it shows, for those who hear the page.
        description: The same in full: what a reader would take from it.
        **given: Further attributes.
    """
    said = tag("title", escape(title))
    if description:
        said += tag("desc", escape(description))
    frame = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": f"0 0 {number(width)} {number(height)}",
        "role": "img",
        "aria-label": f"{title}. {description}".strip(),
        "class": "picture",
        "preserveAspectRatio": "xMinYMin meet",
    }
    return tag("svg", said + "".join(parts), **{**frame, **given})
