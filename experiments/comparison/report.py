"""Writing a comparison: tables as CSV and Parquet, figures, a report in Markdown, and one page."""

import html
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ceasefire.experiments.comparison.found import Comparison
from ceasefire.experiments.comparison.frame import Picture
from ceasefire.experiments.comparison.page import METHODS, PAGE
from ceasefire.experiments.comparison.pictures import pictures
from ceasefire.experiments.comparison.shown import Shown, shown_tables
from ceasefire.experiments.style.files import write_whole, written
from ceasefire.experiments.style.folders import own_version
from ceasefire.experiments.style.look import save
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.experiments.style.words import PURPOSE

STYLE: Any = {"svg.hashsalt": "ceasefire", "svg.fonttype": "path", "text.parse_math": False}
"""The same comparison gives the same files; letters are shapes, so no font is missed; and a dollar
in a label is a dollar."""


def write(comparison: Comparison, folder: Path) -> list[Path]:
    """Write everything to a folder, and return the paths of what was written.

    Args:
        comparison: The comparison.
        folder: Where to; files of an earlier report there are replaced.

    Raises:
        RefusedError: If results are stored in the folder.
        StorageError: If it cannot be written.
    """
    import matplotlib as mpl

    check_folder(folder)
    with written(folder), mpl.rc_context(STYLE):
        for name in ("tables", "figures"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        paths = []
        for name, table in comparison.tables.items():
            file = folder / "tables" / f"{name}.csv"
            table.to_csv(file, index=False)
            table.to_parquet(file.with_suffix(".parquet"), index=False)
            paths += [file, file.with_suffix(".parquet")]
        drawn = []
        drawings = {}
        for picture in pictures(comparison):
            drawn.append(picture)
            for ending in (".svg", ".png"):
                file = folder / "figures" / f"{picture.name}{ending}"
                save(picture.figure, file)
                paths.append(file)
            drawings[picture.name] = inline(picture)
        tables = list(shown_tables(comparison))
        report, page = folder / "report.md", folder / "report.html"
        write_whole(report, markdown(comparison, tables, drawn))
        write_whole(page, page_of(comparison, tables, drawn, drawings))
    return [*paths, report, page]


def check_folder(folder: Path, key: str = "--out") -> None:
    """Refuse a folder of results: a report would be taken for a part of them.

    Raises:
        RefusedError: If there is a manifest, or a file stands there.
    """
    if folder.is_file():
        raise RefusedError(f"{key}: found the file {folder}; allowed: a folder.")
    if (folder / "manifest.json").exists():
        raise RefusedError(f"{key}: found results in {folder}; allowed: a folder of its own.")


def title_of(comparison: Comparison) -> str:
    """Return the heading of a report."""
    first, *others = comparison.labels
    if len(others) > 1:
        return f"{len(others)} arms held against “{first}”"
    return f"“{others[0]}” held against “{first}”"


def made_by() -> str:
    """Say by what the report was made."""
    return f"ceasefire {own_version()}"


def page_of(
    comparison: Comparison,
    tables: Sequence[Shown],
    drawn: Sequence[Picture],
    drawings: dict[str, str],
) -> str:
    """Return the page: complete in itself, and whatever comes from files in it escaped.

    Args:
        comparison: The comparison.
        tables: Its tables.
        drawn: Its pictures.
        drawings: Each of them as SVG, by name.
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(PAGE)
    return template.render(
        title=title_of(comparison),
        purpose=PURPOSE,
        verdicts=comparison.verdicts,
        notes=comparison.notes,
        tables=tables,
        pictures=drawn,
        # Drawn by matplotlib, which escapes every text in it, and stripped to the picture itself.
        drawings={name: Markup(text) for name, text in drawings.items()},
        methods=METHODS,
        made_by=made_by(),
    )


def inline(picture: Picture) -> str:
    """Return a figure as SVG that can stand inside a page.

    The head, comments and metadata go, which name addresses; names inside are made its own, so
    that two figures on a page do not share any.
    """
    buffer = io.StringIO()
    picture.figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    own = f"{picture.name}-"
    text = re.sub(r'\bid="', f'id="{own}', text)
    text = text.replace('href="#', f'href="#{own}').replace("url(#", f"url(#{own}")
    alt = html.escape(picture.alt, quote=True)
    return text.replace("<svg ", f'<svg role="img" aria-label="{alt}" ', 1)


def markdown(comparison: Comparison, tables: Sequence[Shown], drawn: Sequence[Picture]) -> str:
    """Return the report in Markdown."""
    lines = [f"# {plain_text(title_of(comparison))}", "", f"*{PURPOSE}*", "", "## What it says", ""]
    lines += [f"- {plain_text(words)}" for words in comparison.verdicts]
    if comparison.notes:
        lines += ["", "To be kept in mind:", ""]
        lines += [f"- {plain_text(words)}" for words in comparison.notes]
    for table in tables:
        lines += ["", f"## {table.title}", ""]
        for picture in drawn:
            if picture.table == table.name:
                lines += [f"![{plain_text(picture.alt)}](figures/{picture.name}.svg)", ""]
        lines += [plain_text(table.under), ""]
        lines.append("| " + " | ".join(map(plain_text, table.heads)) + " |")
        marks = [":--" if i < table.words else "--:" for i in range(len(table.heads))]
        lines.append("| " + " | ".join(marks) + " |")
        lines += ["| " + " | ".join(map(plain_text, row)) + " |" for row in table.rows]
    lines += ["", "## How it was done", "", *(f"- {line}" for line in METHODS)]
    lines += ["", f"Made by {made_by()}.", ""]
    return "\n".join(lines)


def plain_text(words: str) -> str:
    """Return words that Markdown takes as they are: no tag, link or column in them."""
    words = html.escape(" ".join(words.split()), quote=False)
    return re.sub(r"([\\|`*_\[\]])", r"\\\1", words)
