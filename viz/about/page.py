"""What the project is and is not, in the words of the page on its limits."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import solara

from ceasefire.viz.page.guard import guarded

STYLE = Path(__file__).with_name("page.css")

PLACES = (
    Path(__file__).resolve().parents[2] / "docs" / "limits.md",
    Path(sys.prefix) / "share" / "ceasefire" / "limits.md",
)
"""Where the page is in a clone, and where an installed package has it."""

MISSING = (
    "The page on limits and ethics did not come with this installation; it is `docs/limits.md` of "
    "the project. In short: a simulation under stated assumptions, and no forecast; claims are "
    "tested, not endorsed; behind every number are people."
)

LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


def limits(places: Sequence[Path] = PLACES) -> str:
    """Return the page on limits and ethics as Markdown, from the first place that has it."""
    for place in places:
        try:
            return place.read_text(encoding="utf-8")
        except OSError:
            continue
    return MISSING


def as_html(text: str) -> str:
    """Return Markdown as HTML, without any markup but its own and without links that lead nowhere.

    A link to another file of the project becomes its words, with the path behind them; those to
    the web stay.
    """
    # Solara's own Markdown asks another server for the scripts of formulas; this one asks nobody.
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    return str(reader.render(LINK.sub(_link, text)))


def _link(found: re.Match[str]) -> str:
    words, target = found.groups()
    if target.startswith(("https://", "http://")):
        return found.group(0)
    if target.startswith("#"):
        return words
    path = target.partition("#")[0]
    path = path.removeprefix("../") if path.startswith("../") else f"docs/{path}"
    return f"{words} (`{path}`)"


@guarded("the limits")
def text_of_limits() -> str:
    """Return the page on limits and ethics as HTML."""
    return as_html(limits())


@solara.component
def About() -> None:  # noqa: N802  # components are named like classes
    """Show what the project is and is not."""
    solara.Style(STYLE)
    with solara.Div(classes=["about"]):
        solara.HTML(
            tag="p",
            classes=["sentence"],
            unsafe_innerHTML="A simulation that explains, under stated assumptions, why ceasefire "
            "talks get stuck. It is <strong>no forecast</strong>, it judges nobody, and the claims "
            "it tests are those of the people named, not its own.",
        )
        solara.HTML(unsafe_innerHTML=text_of_limits(), classes=["limits"])
