"""The model in Mesa's own page: ``solara run viz/mesa_page.py`` (needs the extra ``live``).

It shows that ``CeasefireModel`` needs no special treatment: Mesa's controls, a seed, and
components that are functions of the model, the same that the page Watch is made of.
"""

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import solara
from mesa.visualization import SolaraViz

from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.viz.watch import panels as watch_panels
from ceasefire.viz.watch.strip import legend_html, strip_svg, strip_table
from ceasefire.viz.watch.words import leading, order_of
from ceasefire.viz.worlds.moment import Moment
from ceasefire.viz.worlds.place import Place
from ceasefire.viz.worlds.recording import Watched, records

HERE = Path(__file__).parent
STYLES = tuple(HERE / name for name in ("style.css", "watch/page.css"))

PARAMETERS = {
    "rng": {"type": "InputText", "value": "1", "label": "Seed"},
    "weeks": {
        "type": "SliderInt",
        "value": 52,
        "min": 8,
        "max": 52,
        "step": 1,
        "label": "Horizon (weeks)",
    },
    "certify": True,
}

seen: WeakKeyDictionary[CeasefireModel, Watched] = WeakKeyDictionary()
"""The weeks of each model that were looked at, for as long as there is the model."""


def moments_of(model: CeasefireModel) -> tuple[Moment, ...]:
    """Return the weeks of a model up to now."""
    return seen.setdefault(model, Watched()).look(model)


def where_it_stands(model: CeasefireModel) -> Any:
    """Say in a sentence or two where the world stands."""
    held = f"{model.captives_held:,} captives held"
    dead = f"{model.deaths:,.0f} dead"
    rounds = f"{model.rounds_held} rounds of talks"
    said = f"Week {model.week:g}: {model.end_state}. {leading(moments_of(model)[-1])}"
    truces = f"{model.truces_held} truces. Under stated assumptions; no forecast."
    # Not Markdown: that asks the internet for the signs of formulas.
    return solara.HTML(
        unsafe_innerHTML=f"<p>{escape(said)}</p><p>{dead}, {held}, {rounds}, {truces}</p>"
    )


def framed(draw: Callable[[CeasefireModel], Any]) -> Callable[[CeasefireModel], Any]:
    """Put what a function of a model draws into Watch's frame."""

    def component(model: CeasefireModel) -> Any:
        share = model.week / float(model.case.records["war"]["horizon"][0])
        return solara.Div(children=[draw(model)], classes=["watch"], style=f"--at:{share:.4f}")

    component.__name__ = draw.__name__
    return component


@framed
def talks(model: CeasefireModel) -> Any:
    """Show the text on the table, both balances, and why the round is stuck."""
    moments = moments_of(model)
    return watch_panels.Balance(moments[-1], moments, order_of(moments[-1]))


@framed
def parliament(model: CeasefireModel) -> Any:
    """Show who stands behind the governments."""
    return watch_panels.Arc(moments_of(model)[-1])


@framed
def network(model: CeasefireModel) -> Any:
    """Show who arms, shields, presses, trusts and mediates for whom."""
    return watch_panels.Network(moments_of(model)[-1])


@framed
def weeks(model: CeasefireModel) -> Any:
    """Show the weeks so far over what is on record for them."""
    moments = moments_of(model)
    return watch_panels.Picture(
        "The weeks so far", strip_svg(moments), lambda: strip_table(moments), legend_html()
    )


@framed
def series(model: CeasefireModel) -> Any:
    """Show captives, deaths, opinion, fronts and arms beside what is on record."""
    moments = moments_of(model)
    return watch_panels.Series(moments, moments[-1])


COMPONENTS = (where_it_stands, talks, parliament, network, weeks, (series, 1))
"""The series are on a page of their own: what is not shown is not drawn."""


def made() -> CeasefireModel:
    """Make the first model of a session, the search for certificates ready."""
    records.get(Place())
    return CeasefireModel(rng=1, certify=True)


@solara.component
def Page() -> None:  # noqa: N802  # the name that Solara looks for
    """One model for each browser session."""
    model = solara.use_memo(made, [])
    for style in STYLES:
        solara.Style(style)
    SolaraViz(model, components=list(COMPONENTS), model_params=PARAMETERS, name="ceasefire")
