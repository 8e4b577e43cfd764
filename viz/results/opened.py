"""One stored experiment: its question, its picture, its findings, its failures, its tables."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

import solara

from ceasefire.experiments.design.design import Point
from ceasefire.experiments.design.outcomes import Outcome, outcomes
from ceasefire.experiments.runs.replay import replay_command
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.style.words import counted
from ceasefire.experiments.sweeps.words import findings, range_words
from ceasefire.viz.map.page import STYLE as MAP_STYLE
from ceasefire.viz.map.plane import is_plane, plane_of
from ceasefire.viz.map.view import MapPicture, picture_of, table_of
from ceasefire.viz.page.background import use_work
from ceasefire.viz.page.guard import guarded
from ceasefire.viz.results.pictures import ladder, points_html
from ceasefire.viz.results.stored import Format, Stored, as_file, points_table, too_many_words

MOST_FAILURES = 50
"""Failed runs that are listed."""

MOST_POINTS = 200
"""Points among which can be chosen for a comparison."""


@dataclass(frozen=True)
class Told:
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


def told(one: Stored, name: str) -> Told:
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
    return Told(results, outcome, picture, table, sentences, failures_html(results))


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
    return f'<div class="panel"><p class="panel-title">{head}</p><ul>{rows}</ul></div>'


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
    head = "What was varied, and how it was made"
    return f"<details><summary>{head}</summary><ul>{items}</ul></details>"


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
    work = use_work(lambda: told(one, name), [one.name, name, one.state, steps])
    last = solara.use_ref(None)
    if work.state == "done":
        last.current = work.value
    shown: Told | None = last.current
    with solara.Div(classes=["panel"]) as main:
        solara.Style(MAP_STYLE)
        solara.HTML(tag="h2", unsafe_innerHTML=escape(one.title), classes=["panel-title"])
        question = str(one.manifest["design"].get("question", ""))
        solara.HTML(tag="p", unsafe_innerHTML=escape(question))
        solara.HTML(tag="p", classes=["quiet"], unsafe_innerHTML=escape(one.words))
        if work.state == "failed":
            solara.HTML(tag="p", classes=["error-line"], unsafe_innerHTML=escape(work.words))
        elif shown is None:
            solara.HTML(tag="p", classes=["quiet"], unsafe_innerHTML="Reading …")
        else:
            content(shown, set_name, on_change)
            Downloads(one)
        solara.Button("Close", on_click=on_close, text=True)
    return main


def content(shown: Told, set_name: Callable[[str], None], on_change: Callable[[str], None]) -> None:
    """Show what was read of an experiment; only inside a component."""
    known = outcomes(shown.results.case)
    by_label = {one.label: key for key, one in known.items()}

    def opened(point: int) -> None:
        found = [cell["href"] for cell in shown.picture["cells"] if cell["key"] == point]
        if found:
            on_change(found[0])

    solara.Select(
        "What is measured",
        list(by_label),
        shown.outcome.label,
        lambda label: set_name(by_label[label]),
    )
    for words in shown.findings:
        solara.HTML(tag="p", unsafe_innerHTML=escape(words))
    if isinstance(shown.picture, dict):
        MapPicture(**shown.picture, event_opened=opened).key("picture")
    else:
        solara.HTML(unsafe_innerHTML=str(shown.picture))
    solara.HTML(unsafe_innerHTML=shown.table)
    if shown.outcome.note:
        solara.HTML(tag="p", classes=["quiet"], unsafe_innerHTML=escape(shown.outcome.note))
    if shown.failures:
        solara.HTML(unsafe_innerHTML=shown.failures)
    solara.HTML(unsafe_innerHTML=guarded("how it was made")(about_html)(shown.results))


@solara.component
def Downloads(one: Stored) -> Any:  # noqa: N802
    """Hand out the tables of an experiment; each is made when it is asked for."""
    name = one.folder.name
    kinds: tuple[tuple[Format, str, str], ...] = (
        ("csv", "CSV", "text/csv"),
        ("parquet", "Parquet", "application/vnd.apache.parquet"),
    )

    def points(kind: Format) -> bytes:
        return as_file(points_table(ResultsFolder.open(one.folder)), kind)

    def runs(kind: Format) -> bytes:
        return as_file(ResultsFolder.open(one.folder).runs, kind)

    with solara.Div(classes=["stack"]) as main:
        with solara.Div(classes=["results-buttons"]):
            for kind, label, mime in kinds:
                solara.FileDownload(
                    lambda kind=kind: points(kind),
                    f"{name}-points.{kind}",
                    label=f"Points, {label}",
                    mime_type=mime,
                ).key(f"points-{kind}")
            if not too_many_words(one) and one.done:
                for kind, label, mime in kinds:
                    solara.FileDownload(
                        lambda kind=kind: runs(kind),
                        f"{name}-runs.{kind}",
                        label=f"Runs, {label}",
                        mime_type=mime,
                    ).key(f"runs-{kind}")
        if too_many_words(one):
            words = escape(too_many_words(one))
            solara.HTML(tag="p", classes=["quiet"], unsafe_innerHTML=words)
    return main


def point_words(one: Stored) -> dict[str, str]:
    """Return what a point of an experiment is called, by its number as text; empty for all."""
    design = ResultsFolder.open(one.folder).design
    points: tuple[Point, ...] = design.points[:MOST_POINTS]
    return {f"{p.number}: {p.words(design.dimensions)}": str(p.number) for p in points}
