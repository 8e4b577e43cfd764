"""What leads on Watch: the sentence of the week, what was changed, and what would open a round."""

from html import escape
from typing import Any

import solara
import solara.lab

from ceasefire.viz.page import address
from ceasefire.viz.page.html import Html
from ceasefire.viz.page.parts import drawn, said
from ceasefire.viz.watch.opening import opening_levers, put_to_the_test, rerun_words
from ceasefire.viz.watch.signs import first_difference
from ceasefire.viz.watch.words import sentence_html
from ceasefire.viz.worlds.moment import Moment
from ceasefire.viz.worlds.place import Place, lever_words
from ceasefire.viz.worlds.recording import RecordedWorld


@solara.component
def Changed(  # noqa: N802  # components are named like classes
    place: Place, world: RecordedWorld | None, beside: RecordedWorld | None
) -> None:
    """Say which levers were moved and when it first shows, and lead back to the world without."""
    with solara.Div(classes=["changed"]):
        words = f"<b>Changed:</b> {escape(lever_words(place))}."
        if world is not None and beside is not None:
            week = first_difference(world.moments, beside.moments)
            words += (
                " It makes no difference in this world."
                if week is None
                else f" The first week that differs is {week:g}, marked on the strip."
            )
        drawn(words, tag="span")
        with solara.Link(address.link("", place.unchanged.query)):
            solara.Text("the same world unchanged")
        with solara.Link(address.link("change", dict(place.levers))):
            solara.Text("this change in all worlds")


@solara.component
def Leading(world: RecordedWorld, moment: Moment, playing: bool, fields: Any) -> None:  # noqa: N802
    """Show the sentence that leads, what a re-run showed, and what leads on to Change."""
    one = moment.certificate

    def test() -> str:
        # Not while it plays: nobody could read it.
        found = put_to_the_test(world, one) if one is not None and not playing else None
        return rerun_words(found) if found is not None else ""

    tested = solara.lab.use_task(
        test, dependencies=[world.place, one and one.round, playing], raise_error=False
    )
    words = ""
    if one is not None and one.sets and not playing and not tested.error:
        words = tested.value if tested.finished and tested.value else "Running it again …"
    with solara.Div(classes=["area-sentence"]):
        heard = "off" if playing else "polite"
        said(Html(sentence_html(moment, world, words)), "sentence", tag="div", aria_live=heard)
        solara.Div(children=[OpensIt(world, moment), fields], classes=["leads"])


@solara.component
def OpensIt(world: RecordedWorld, moment: Moment) -> None:  # noqa: N802
    """Lead to Change with the lever set that comes closest to what would have opened a round."""
    one = moment.certificate
    found = opening_levers(one, world.case) if one is not None else None
    if found is None:
        words = "" if one is None else "No lever of the page Change stands for what would open it."
        said(words, "quiet", "opens", tag="span")
        return
    opens, levers = found
    assert one is not None
    words = lever_words(Place(levers=tuple(levers.items())))
    # Not every constraint has a lever: the way named above may have none.
    also = "" if opens == one.sets[0] else "Also: "
    with solara.Link(address.link("change", levers)):
        asked = Html(f"What would have opened it? <small>{also}{escape(words)}</small>")
        whole = "A lever is moved for the whole run, not for one round alone."
        said(asked, "opens", tag="span", title=whole)
