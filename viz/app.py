"""The live view: ``ceasefire serve``, or ``solara run viz/app.py``. A page a file."""

import threading
from pathlib import Path
from typing import Any

import solara
import solara.lab

from ceasefire.viz.about.page import About
from ceasefire.viz.change.page import Change
from ceasefire.viz.claims.page import Claims
from ceasefire.viz.live.worker import warm
from ceasefire.viz.map.page import Map
from ceasefire.viz.results.page import Results
from ceasefire.viz.watch.page import Watch

# The first reader should not wait for the baseline.
threading.Thread(target=warm, daemon=True).start()

STYLE = Path(__file__).with_name("style.css")

PAGES = (
    ("/", "Watch", Watch),
    ("change", "Change", Change),
    ("map", "Map", Map),
    ("results", "Results", Results),
    ("claims", "Claims", Claims),
    ("about", "About", About),
)


@solara.component_vue("document.vue")
def Document() -> None:  # noqa: N802  # components are named like classes
    """Give the page its language and what else the frame leaves out."""


@solara.component
def Layout(children: list[Any] | None = None) -> None:  # noqa: N802  # the name that Solara looks for
    """Head every page alike: its name, the way to the others, light or dark."""
    route, _ = solara.use_route()
    solara.Style(STYLE)
    with solara.Div(classes=["topbar"], attributes={"role": "navigation"}):
        solara.HTML(tag="span", unsafe_innerHTML="ceasefire", classes=["name"])
        for path, label, _ in PAGES:
            here = route is not None and route.path == path
            with solara.Link("/" if path == "/" else f"/{path}"):
                solara.HTML(tag="span", unsafe_innerHTML=label, classes=["here"] if here else [])
        solara.Div(classes=["spacer"])
        solara.lab.ThemeToggle()
    # After the bar, which it looks into.
    Document()
    with solara.Div(classes=["page"], attributes={"role": "main"}):
        solara.display(*(children or []))


# The layout of the first page is that of all.
routes = [
    solara.Route(
        path, component=page, label=f"{label} · ceasefire", layout=Layout if path == "/" else None
    )
    for path, label, page in PAGES
]
