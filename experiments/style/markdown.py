"""A report in Markdown, and what Markdown is made of."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence

from ceasefire.experiments.style.report import Picture, Report, Table
from ceasefire.experiments.style.words import PURPOSE


def text_of(report: Report, drawn: Mapping[str, Picture], places: Mapping[str, str]) -> str:
    """Return a report as Markdown.

    Args:
        report: The report.
        drawn: Its pictures, by the titles of their sections.
        places: Where the file of each picture is, by its name.
    """
    lines = [f"# {plain_text(report.title)}", "", f"*{PURPOSE}*", ""]
    if report.under:
        lines += [plain_text(report.under), ""]
    lines += ["## What it says", "", *(f"- {plain_text(words)}" for words in report.lead)]
    if report.notes:
        lines += ["", "To be kept in mind:", ""]
        lines += [f"- {plain_text(words)}" for words in report.notes]
    for section in report.sections_for("page"):
        lines += ["", f"## {plain_text(section.title)}", ""]
        picture = drawn.get(section.title)
        if picture is not None and picture.name in places:
            lines += [f"![{plain_text(picture.alt)}]({places[picture.name]})", ""]
        if section.paragraph:
            lines += [plain_text(section.paragraph), ""]
        if section.table is not None:
            lines += table_lines(section.table)
        if section.lines:
            lines += ["", *(f"- {plain_text(words)}" for words in section.lines)]
    if report.methods:
        lines += ["", "## How it was done", "", *(f"- {line}" for line in report.methods)]
    return "\n".join([*lines, "", f"Made by {report.made_by}.", ""])


def table_lines(table: Table) -> list[str]:
    """Lay out a table of a report: words left, numbers right."""
    marks = [":--" if i < table.words else "--:" for i in range(len(table.heads))]
    lines = [list(map(plain_text, table.heads)), marks]
    for number, row in enumerate(table.rows):
        bold = "**" if number in table.strong else ""
        lines.append([f"{bold}{plain_text(one)}{bold}" if one else "" for one in row])
    return [f"| {' | '.join(cells)} |" for cells in lines]


def table_text(heads: Iterable[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lay out a table whose cells are Markdown already."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return [f"| {' | '.join(one.replace('|', chr(92) + '|') for one in row)} |" for row in lines]


def plain_text(words: str) -> str:
    """Return words that Markdown takes as they are: no tag, link or column in them."""
    words = html.escape(" ".join(words.split()), quote=False)
    return re.sub(r"([\\|`*_\[\]])", r"\\\1", words)
