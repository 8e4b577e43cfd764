"""Elements that all pages are made of; only inside a component."""

from typing import Any

import solara

from ceasefire.viz.page.html import safe


def said(words: object, *looks: str, tag: str = "p", **attributes: str) -> Any:
    """Show words, or HTML, in an element with some classes.

    Args:
        words: Plain text, which is escaped, or ``Html``.
        *looks: Classes.
        tag: The element.
        **attributes: Attributes; underscores stand for dashes.
    """
    return solara.HTML(
        tag=tag,
        unsafe_innerHTML=safe(words),
        classes=list(looks),
        attributes={name.replace("_", "-"): value for name, value in attributes.items()},
    )


def drawn(content: str, *looks: str, tag: str = "div") -> Any:
    """Show something that is HTML already."""
    return solara.HTML(tag=tag, unsafe_innerHTML=content, classes=list(looks))


def wrong(words: object, **attributes: str) -> Any:
    """Say in a sentence what is wrong."""
    return said(words, "error-line", **attributes)


def heading(words: object, *looks: str) -> Any:
    """Show the heading of a part."""
    return said(words, *looks, tag="h2")
