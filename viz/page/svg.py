"""Pieces of SVG as text, with everything escaped that is put into them."""

from collections.abc import Iterable
from html import escape
from typing import Any

Number = float | int
Piece = str


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
        words.append(f' {name.rstrip("_").replace("_", "-")}="{escape(plain, quote=True)}"')
    return "".join(words)


def tag(name: str, content: str = "", **given: Any) -> Piece:
    """Write an element; its content is put in as it is."""
    return f"<{name}{attributes(given)}>{content}</{name}>"


def text(x: Number, y: Number, words: object, **given: Any) -> Piece:
    """Write words at a place."""
    return tag("text", escape(str(words)), x=x, y=y, **{"fill": "var(--ink)", **given})


def line(x1: Number, y1: Number, x2: Number, y2: Number, **given: Any) -> Piece:
    """Draw a line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, **{"stroke": "var(--ink)", **given})


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
