"""Tables, drawers and keys as HTML, with everything escaped that is put into them as plain text."""

from collections.abc import Iterable, Sequence
from html import escape

from ceasefire.viz.page.svg import Piece


class Html(str):
    """Text that is HTML already, and is put in as it is."""


def safe(words: object) -> str:
    """Return words as HTML."""
    return words if isinstance(words, Html) else escape(str(words))


def paragraph(words: object, looks: str = "") -> Html:
    """Return a paragraph; ``looks`` are its classes."""
    return Html(f'<p class="{looks}">{safe(words)}</p>' if looks else f"<p>{safe(words)}</p>")


def unfolded(summary: str, content: str) -> Html:
    """Return a drawer that opens when its summary is pressed."""
    return Html(f"<details><summary>{escape(summary)}</summary>{content}</details>")


def table(
    head: Sequence[object],
    rows: Iterable[Sequence[object]],
    caption: str = "",
    hidden: bool = False,
    titled: bool = False,
    numbers: bool = False,
) -> Html:
    """Return a table.

    Args:
        head: What stands above each column; nothing for a corner.
        rows: The cells, row by row.
        caption: What it shows; no caption without it.
        hidden: Whether the caption is only heard.
        titled: Whether the first cell of each row is its title.
        numbers: Whether all other cells are numbers.
    """
    look = ' class="number"' if numbers else ""

    def cell(place: int, words: object) -> str:
        if titled and place == 0:
            return f'<th scope="row">{safe(words)}</th>'
        return f"<td{look}>{safe(words)}</td>"

    def above(place: int, words: object) -> str:
        if words == "":
            return "<td></td>"
        return f'<th scope="col"{"" if titled and place == 0 else look}>{safe(words)}</th>'

    heads = "".join(above(place, words) for place, words in enumerate(head))
    lines = ("".join(cell(place, words) for place, words in enumerate(row)) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    kind = "visually-hidden" if hidden else "quiet"
    said = f'<caption class="{kind}">{escape(caption)}</caption>' if caption else ""
    return Html(f"<table>{said}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>")


def scrolled(content: str) -> Html:
    """Let something that may be wider than the page be scrolled within it."""
    return Html(f'<div class="scrolled">{content}</div>')


def keys(entries: Iterable[tuple[Piece, str]], wide: int, high: int, looks: str = "keys") -> Html:
    """Explain signs: a small picture of each, and what it means.

    Args:
        entries: Pieces of SVG, and words.
        wide: Width of each picture.
        high: Its height.
        looks: Classes of the whole.
    """
    items = "".join(
        f'<span class="key"><svg width="{wide}" height="{high}" aria-hidden="true">{shape}</svg>'
        f"{escape(words)}</span>"
        for shape, words in entries
    )
    return Html(f'<div class="{looks}">{items}</div>')
