"""The map: what comes of any two levers together, from stored results or run on the spot."""

from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import Any

import solara
from solara.server import kernel_context

from ceasefire.experiments.commands.sweep import far_words
from ceasefire.experiments.design.design import Design
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.style.words import plain
from ceasefire.viz.live import sweeps as running
from ceasefire.viz.map import words as map_words
from ceasefire.viz.map.form import OtherPlane
from ceasefire.viz.map.plane import Plane, flagship, plane_of
from ceasefire.viz.map.setting import elsewhere_words, level_of, mark_of
from ceasefire.viz.map.view import MapPicture, picture_of, table_of
from ceasefire.viz.page.address import query
from ceasefire.viz.page.guard import guarded
from ceasefire.viz.page.ticking import use_ticks

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
    lines = "".join(f"<p>{escape(one)}</p>" for one in words)
    return f"<details><summary>How it was made</summary>{lines}</details>"


@solara.component
def Map() -> None:  # noqa: N802  # components are named like classes
    """Show what comes of two levers together."""
    solara.Style(STYLE)
    asked = query()
    router = solara.use_router()
    name, set_name = solara.use_state("permanent ceasefire")
    typed, set_typed = solara.use_state("5")
    one = own.value
    use_ticks(one is not None and one.going)
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
            solara.HTML(
                tag="p",
                classes=["map-state"],
                unsafe_innerHTML=escape(state_words(one)),
                attributes={"aria-live": "polite"},
            )
        if isinstance(plane, str):
            solara.HTML(unsafe_innerHTML=plane)
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
    level, wrong = level_of(typed, outcome)
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

    solara.HTML(tag="h1", unsafe_innerHTML=escape(plane.design.title))
    solara.HTML(
        tag="p",
        classes=["sentence"],
        unsafe_innerHTML=escape(map_words.sentence(plane, name, level)),
    )
    with solara.Div(classes=["map-columns"]):
        with solara.Div(classes=["panel"]):
            if isinstance(shown, str):
                solara.HTML(unsafe_innerHTML=shown)
            else:
                MapPicture(**shown, event_opened=opened).key("map")
        with solara.Div(classes=["panel"]):
            solara.Select("What is measured", list(by_label), outcome.label, choose)
            unit = "%" if outcome.is_share else outcome.unit
            solara.InputText(f"Thick line at ({unit})", typed, set_typed, continuous_update=True)
            if wrong:
                solara.HTML(
                    tag="p", classes=["error-line"], unsafe_innerHTML=escape(wrong),
                    attributes={"role": "alert"},
                )  # fmt: skip
            for words in (*wrong_marks, *elsewhere_words(asked, plane)):
                solara.HTML(tag="p", classes=["error-line"], unsafe_innerHTML=escape(words))
            if mark is not None:
                told = map_words.mark_words(plane, name, mark)
                solara.HTML(tag="p", classes=["map-mark"], unsafe_innerHTML=escape(told))
            notes = [
                map_words.chance_words(plane, name),
                "Thin lines join places with the same value, read off between the points.",
                outcome.note,
                plane.design.question,
                "Shares of runs under the assumptions of the case; no forecast.",
            ]
            for words in notes:
                if words:
                    solara.HTML(tag="p", classes=["quiet"], unsafe_innerHTML=escape(words))
            solara.HTML(unsafe_innerHTML=made_words(plane))
    solara.HTML(unsafe_innerHTML=table_of(plane, name))
