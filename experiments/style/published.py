"""A report in a folder: tables as CSV and Parquet, pictures, Markdown, one page, and the facts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ceasefire.experiments.style.files import write_whole, written
from ceasefire.experiments.style.look import save
from ceasefire.experiments.style.markdown import text_of
from ceasefire.experiments.style.page import page_of
from ceasefire.experiments.style.report import Report

STYLE: Any = {"svg.hashsalt": "ceasefire", "svg.fonttype": "path", "text.parse_math": False}
"""The same report gives the same files; letters are shapes, so no font is missed; and a dollar in
a label is a dollar."""


def publish(
    report: Report,
    folder: Path,
    endings: Sequence[str] = (".svg",),
    *,
    tables: str = "",
    figures: str = "",
    facts: str = "",
) -> list[Path]:
    """Write a report to a folder, and return the files; those of an earlier one are replaced.

    Args:
        report: The report.
        folder: Where to.
        endings: Endings of its pictures; none draws none.
        tables: Folder of the tables in it; the folder itself if empty.
        figures: Folder of the pictures in it; the folder itself if empty.
        facts: Name of the file of facts, without its ending; none is written if empty.

    Raises:
        StorageError: If it cannot be written.
    """
    import matplotlib as mpl

    files: list[Path] = []
    with written(folder), mpl.rc_context(STYLE):
        for place in (folder / tables, folder / figures):
            place.mkdir(parents=True, exist_ok=True)
        for name, table in report.tables.items():
            csv, parquet = (folder / tables / f"{name}{end}" for end in (".csv", ".parquet"))
            table.to_csv(csv, index=False)
            table.to_parquet(parquet, index=False)
            files += [csv, parquet]
        drawn = report.drawn() if endings else {}
        places = {}
        for picture in drawn.values():
            for ending in endings:
                files.append(folder / figures / f"{picture.name}{ending}")
                save(picture.figure, files[-1])
            places[picture.name] = str(Path(figures) / f"{picture.name}{endings[0]}")
        texts = {"report.md": text_of(report, drawn, places), "report.html": page_of(report, drawn)}
        if facts:
            texts[f"{facts}.json"] = report.to_json()
        for name, text in texts.items():
            write_whole(folder / name, text)
            files.append(folder / name)
    return files
