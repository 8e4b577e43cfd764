"""Results: experiments that are stored or running; one of them opened, two of them compared."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import solara

from ceasefire.experiments.style.words import counted
from ceasefire.viz.live import sweeps as running
from ceasefire.viz.page.address import query
from ceasefire.viz.page.guard import guarded
from ceasefire.viz.page.parts import drawn, said
from ceasefire.viz.page.refresh import use_refresh
from ceasefire.viz.results.compared import Compare
from ceasefire.viz.results.opened import Opened
from ceasefire.viz.results.stored import Stored, stored

STYLE = Path(__file__).with_name("page.css")

EMPTY = (
    "No experiment is stored yet. <code>make run</code>, or <code>ceasefire sweep "
    "arms-and-tolerance</code>, in the folder in which this page was started, makes one; so does "
    '<a href="/map">another plane on the map</a>.'
)


def summary(known: Sequence[Stored]) -> str:
    """Say what there is."""
    going = sum(one.state == "running" for one in known)
    words = f"{counted(len(known), 'experiment')} stored below the folder “{running.ROOT}”"
    return f"{words}, {going} of them being run now." if going else f"{words}."


def bar_html(one: Stored) -> str:
    """Draw how far a running experiment is."""
    share = one.done / max(one.total, 1)
    return (
        f'<span class="results-bar" role="progressbar" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{100 * share:.0f}"><span style="width:{100 * share:.1f}%"></span></span>'
    )


@solara.component
def StoredRow(  # noqa: N802  # components are named like classes
    one: Stored, opened: bool, on_open: Callable[[], None]
) -> Any:
    """Show one experiment of the list."""
    with solara.Div(classes=["results-row"]) as main:
        with solara.Div(classes=["results-what"]):
            said(one.title, tag="strong")
            said(f"{one.name}: {one.words}.", "quiet", tag="div")
            if one.state == "running":
                drawn(bar_html(one))
        own = running.started(one.folder)
        if own is not None:
            solara.Button("Stop", on_click=own.stop, text=True)
        solara.Button("Opened" if opened else "Open", on_click=on_open, disabled=opened)
    return main


@solara.component
def Results() -> None:  # noqa: N802
    """Show the experiments."""
    solara.Style(STYLE)
    asked = query()
    router = solara.use_router()
    opened, set_opened = solara.use_state(asked.get("open", ""))
    # Only what is listed here is ever opened: a name from the browser is looked up in the list.
    found = guarded("the list of experiments")(stored)()
    known = [] if isinstance(found, str) else found
    use_refresh(any(one.state == "running" for one in known))
    with solara.Div(classes=["results-page"]):
        if isinstance(found, str):
            drawn(found)
            return
        if not known:
            drawn(EMPTY, "sentence", tag="p")
            return
        said(summary(known), "sentence")
        with solara.Div(classes=["panel"]):
            for one in known:
                StoredRow(
                    one, one.name == opened, lambda name=one.name: set_opened(name)
                ).key(one.name)  # fmt: skip
        current = next((one for one in known if one.name == opened), None)
        if current is not None:
            Opened(current, router.push, lambda: set_opened("")).key(f"opened {current.name}")
        if sum(bool(one.done) for one in known):
            Compare(known)
