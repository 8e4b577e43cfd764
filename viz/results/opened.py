"""One stored experiment: its question, its picture, its findings, its failures, its tables."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
import solara

from ceasefire.experiments.design.design import Point
from ceasefire.experiments.design.outcomes import Outcome, outcomes
from ceasefire.experiments.runs.replay import replay_command
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.style.words import counted
from ceasefire.experiments.sweeps.words import findings, range_words
from ceasefire.viz.page.background import use_work
from ceasefire.viz.page.guard import guarded
from ceasefire.viz.page.html import paragraph, unfolded
from ceasefire.viz.page.parts import drawn, heading, said, wrong
from ceasefire.viz.planes.plane import is_plane, plane_of
from ceasefire.viz.planes.view import MapPicture, picture_of, table_of
from ceasefire.viz.results.pictures import ladder, points_html
from ceasefire.viz.results.stored import Format, Stored, as_file, points_table, too_many_words

MOST_FAILURES = 50
"""Failed runs that are listed."""

MOST_POINTS = 200
"""Points among which can be chosen for a comparison."""


FORMATS: dict[Format, tuple[str, str]] = {
    "csv": ("CSV", "text/csv"),
    "parquet": ("Parquet", "application/vnd.apache.parquet"),
}
"""In what tables are handed out: what people call it, and what browsers do."""


@dataclass(frozen=True)
class OpenedResults:
    """What is shown of an outcome of an experiment.

    Attributes:
        results: The results.
        outcome: The outcome.
        picture: What ``MapPicture`` shows, or a picture or a sentence as HTML.
        table: The numbers as HTML.
        findings: What it shows, in sentences.
        failures: Failed runs, as HTML; empty without any.
    """

    results: ResultsFolder
    outcome: Outcome
    picture: Any
    table: str
    findings: list[str]
    failures: str


def report_of(one: Stored, name: str) -> OpenedResults:
    """Read what is shown of an outcome of an experiment; an empty name is the design's own.

    Raises:
        RefusedError: If it cannot be read.
    """
    results = ResultsFolder.open(one.folder)
    design = results.design
    outcome = results.outcome(name or design.outcome)
    level = design.level if outcome.name == design.outcome else None
    if is_plane(design):
        plane = plane_of(results, [outcome.name])
        picture: Any = picture_of(plane, outcome.name, level, None)
        table = table_of(plane, outcome.name)
    else:
        points = results.by_point(outcome)
        picture = guarded("the picture")(ladder)(results, outcome, points)
        table = guarded("the table")(points_html)(results, outcome, points)
    sentences = guarded("the findings")(findings)(results, outcome)
    if isinstance(sentences, str):
        sentences = []
    return OpenedResults(results, outcome, picture, table, sentences, failures_html(results))


@guarded("the failed runs")
def failures_html(results: ResultsFolder) -> str:
    """List failed runs, each with the command that tells it again."""
    if "failures" not in results.files:
        return ""
    table = results.table("failures")
    rows = "".join(
        f"<li><code>{escape(_replay(results, row))}</code></li>"
        for _, row in table.head(MOST_FAILURES).iterrows()
    )
    some = f", the first {MOST_FAILURES}" if len(table) > MOST_FAILURES else ""
    head = f"{counted(len(table), 'run')} failed{some}. Each is told again by its command:"
    return f'<div class="panel">{paragraph(head, "panel-title")}<ul>{rows}</ul></div>'


def _replay(results: ResultsFolder, row: Any) -> str:
    return replay_command(results, int(row["point"]), int(row["parameter_set"]), int(row["seed"]))


def about_html(results: ResultsFolder) -> str:
    """Say what was varied, and how it was made."""
    design = results.design
    lines = [f"{one.words}: {range_words(one)}" for one in design.dimensions]
    manifest = results.manifest
    made = f"Case {design.case_name}; begun {manifest['begun']}; made by {manifest['made_by']}."
    digest = manifest["state"]["content_digest"]
    lines += [made, f"Digest of the runs: {digest}." if digest else "Not complete yet."]
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return unfolded("What was varied, and how it was made", f"<ul>{items}</ul>")


@solara.component
def Opened(  # noqa: N802  # components are named like classes
    one: Stored, on_change: Callable[[str], None], on_close: Callable[[], None]
) -> Any:
    """Show one experiment.

    Args:
        one: The experiment.
        on_change: Told an address within the app that a cell leads to.
        on_close: Called to close it.
    """
    name, set_name = solara.use_state("")
    # While it grows it is read again now and then, not every second.
    steps = one.done * 20 // max(one.total, 1) if one.state == "running" else -1
    work = use_work(lambda: report_of(one, name), [one.name, name, one.state, steps])
    last = solara.use_ref(None)
    if work.state == "done":
        last.current = work.value
    shown: OpenedResults | None = last.current
    with solara.Div(classes=["panel"]) as main:
        heading(one.title, "panel-title")
        said(one.manifest["design"].get("question", ""))
        said(one.words, "quiet")
        if work.state == "failed":
            wrong(work.words)
        elif shown is None:
            said("Reading …", "quiet")
        else:
            content(shown, set_name, on_change)
            Downloads(one)
        solara.Button("Close", on_click=on_close, text=True)
    return main


def content(
    shown: OpenedResults, set_name: Callable[[str], None], on_change: Callable[[str], None]
) -> None:
    """Show what was read of an experiment; only inside a component."""
    known = outcomes(shown.results.case)
    by_label = {one.label: key for key, one in known.items()}

    def opened(point: int) -> None:
        found = [cell["href"] for cell in shown.picture["cells"] if cell["key"] == point]
        if found:
            on_change(found[0])

    label = shown.outcome.label
    solara.Select("What is measured", list(by_label), label, lambda new: set_name(by_label[new]))
    for words in shown.findings:
        said(words)
    if isinstance(shown.picture, dict):
        MapPicture(**shown.picture, event_opened=opened).key("picture")
    else:
        drawn(str(shown.picture))
    drawn(shown.table)
    if shown.outcome.note:
        said(shown.outcome.note, "quiet")
    if shown.failures:
        drawn(shown.failures)
    drawn(guarded("how it was made")(about_html)(shown.results))


@solara.component
def Downloads(one: Stored) -> Any:  # noqa: N802
    """Hand out the tables of an experiment; each is made when it is asked for."""
    tables: dict[str, Callable[[], pd.DataFrame]] = {
        "points": lambda: points_table(ResultsFolder.open(one.folder))
    }
    if one.done and not too_many_words(one):
        tables["runs"] = lambda: ResultsFolder.open(one.folder).runs
    with solara.Div(classes=["stack"]) as main:
        with solara.Div(classes=["results-buttons"]):
            for name, table in tables.items():
                for kind, (label, mime) in FORMATS.items():
                    solara.FileDownload(
                        lambda table=table, kind=kind: as_file(table(), kind),
                        f"{one.folder.name}-{name}.{kind}",
                        label=f"{name.capitalize()}, {label}",
                        mime_type=mime,
                    ).key(f"{name}-{kind}")
        if too_many_words(one):
            said(too_many_words(one), "quiet")
    return main


def point_words(one: Stored) -> dict[str, str]:
    """Return what a point of an experiment is called, by its number as text; empty for all."""
    design = ResultsFolder.open(one.folder).design
    points: tuple[Point, ...] = design.points[:MOST_POINTS]
    return {f"{p.number}: {p.words(design.dimensions)}": str(p.number) for p in points}
