"""The map: what comes of any two levers together, from stored results or run on the spot."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import solara
from solara.server import kernel_context

from ceasefire.experiments.commands.sweep import far_words
from ceasefire.experiments.design.design import Design
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.style.words import plain
from ceasefire.viz.live import sweeps as running
from ceasefire.viz.map.form import OtherPlane
from ceasefire.viz.map.setting import elsewhere_words, level_of, mark_of
from ceasefire.viz.page.address import query
from ceasefire.viz.page.guard import guarded
from ceasefire.viz.page.html import paragraph, unfolded
from ceasefire.viz.page.parts import drawn, said, wrong
from ceasefire.viz.page.refresh import use_refresh
from ceasefire.viz.planes import words as map_words
from ceasefire.viz.planes.plane import Plane, flagship, plane_of
from ceasefire.viz.planes.view import MapPicture, picture_of, table_of

STYLE = Path(__file__).with_name("page.css")

spent = solara.reactive(0)
"""Runs that the session has asked for."""

own: solara.Reactive[running.Running | None] = solara.reactive(None)
"""The plane that the session has asked for last; it goes on while other pages are open."""

watched = solara.reactive(False)
"""Whether the session's end will be noticed."""


@guarded("the plane that is being run")
def live_plane(one: running.Running, name: str) -> Plane | None:
    """Return what is stored so far of a plane that is being run; None before anything is."""
    if not (one.folder / "manifest.json").exists():
        return None
    return plane_of(ResultsFolder.open(one.folder), [name])


@guarded("how the map was made")
def made_words(plane: Plane) -> str:
    """Say how the map was made."""
    made = plane.made
    design = plane.design
    runs, sets = plain(made["runs_of_each_point"]), made["parameter_sets"]
    words = [
        f"{plain(len(design.points))} points, {runs} runs of each over {sets} sets of numbers that "
        "fit; all points meet the same seeds and sets.",
        f"Case {design.case_name}; made by {made['made_by']}.",
        f"Digest of the runs: {made['content_digest'] or 'not complete yet'}.",
    ]
    return unfolded("How it was made", "".join(map(paragraph, words)))


@solara.component
def Map() -> None:  # noqa: N802  # components are named like classes
    """Show what comes of two levers together."""
    solara.Style(STYLE)
    asked = query()
    router = solara.use_router()
    name, set_name = solara.use_state("permanent ceasefire")
    typed, set_typed = solara.use_state("5")
    one = own.value
    use_refresh(one is not None and one.going)
    stored = guarded("the stored map")(flagship)()

    def begin(design: Design) -> None:
        session = until_closed()
        if own.value is not None:
            own.value.leave(session)
        spent.value += design.runs * len(design.points)
        own.value = running.start(design, session)

    def back() -> None:
        own.value = None

    plane = stored
    if one is not None:
        plane = live_plane(one, name)
    with solara.Div(classes=["map-page"]):
        if one is not None:
            said(state_words(one), "map-state", aria_live="polite")
        if isinstance(plane, str):
            drawn(plane)
        elif plane is not None:
            view(plane, name, set_name, typed, set_typed, asked, router, stored)
        OtherPlane(one, spent.value, begin, back)


def until_closed() -> str:
    """Return what the session is called, and see to it that what it runs stops when it closes."""
    if not kernel_context.has_current_context():
        return ""
    context = kernel_context.get_current_context()
    session = str(context.id)
    if not watched.value:
        watched.value = True
        context.on_close(lambda: running.close(session))
    return session


def state_words(one: running.Running) -> str:
    """Say how far a plane is that was asked for."""
    title = one.design.title
    if one.state == "waiting":
        return f"{title}: waiting for another experiment to end."
    if one.state == "running":
        return f"{title}: {far_words(one.progress) if one.progress.total else 'beginning'}."
    if one.state == "done":
        return f"{title}: done, {plain(one.total)} runs; it is kept among the results."
    if one.state == "stopped":
        return f"{title}: stopped; what was run is kept, and the same plane goes on from there."
    return f"{title}: {one.words}"


def view(
    plane: Plane,
    name: str,
    set_name: Callable[[str], None],
    typed: str,
    set_typed: Callable[[str], None],
    asked: Mapping[str, str],
    router: Any,
    stored: Any,
) -> None:
    """Show a plane with its controls; only inside a component."""
    outcome = plane.outcomes[name]
    known = stored.outcomes if isinstance(stored, Plane) else plane.outcomes
    by_label = {one.label: key for key, one in known.items()}
    level, wrong_level = level_of(typed, outcome)
    mark, wrong_marks = mark_of(asked, plane)
    shown = picture_of(plane, name, level, mark)

    def choose(label: str) -> None:
        key = by_label[label]
        set_typed("5" if key == "permanent ceasefire" else "")
        set_name(key)

    def opened(point: int) -> None:
        href = next((cell["href"] for cell in shown["cells"] if cell["key"] == point), None)
        if href is not None:
            router.push(href)

    said(plane.design.title, tag="h1")
    said(map_words.sentence(plane, name, level), "sentence")
    with solara.Div(classes=["map-columns"]):
        with solara.Div(classes=["panel"]):
            if isinstance(shown, str):
                drawn(shown)
            else:
                MapPicture(**shown, event_opened=opened).key("map")
        with solara.Div(classes=["panel"]):
            solara.Select("What is measured", list(by_label), outcome.label, choose)
            unit = "%" if outcome.is_share else outcome.unit
            solara.InputText(f"Thick line at ({unit})", typed, set_typed, continuous_update=True)
            if wrong_level:
                wrong(wrong_level, role="alert")
            for words in (*wrong_marks, *elsewhere_words(asked, plane)):
                wrong(words)
            if mark is not None:
                said(map_words.mark_words(plane, name, mark), "map-mark")
            notes = (
                map_words.chance_words(plane, name),
                "Thin lines join places with the same value, read off between the points.",
                outcome.note,
                plane.design.question,
                "Shares of runs under the assumptions of the case; no forecast.",
            )
            for words in filter(None, notes):
                said(words, "quiet")
            drawn(made_words(plane))
    drawn(table_of(plane, name))
