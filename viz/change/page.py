"""Change: move a lever, and see what it does to the whole distribution of runs."""

from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import Any

import solara
import solara.lab

from ceasefire.model.case.case import CaseError
from ceasefire.viz.change.offers import lever_tables, preset_options, preset_words
from ceasefire.viz.change.paired import Pair, pair_of, strip, strip_key, summary, weeks_table
from ceasefire.viz.change.panels import field_note
from ceasefire.viz.change.session import Session
from ceasefire.viz.levers.lever import the_case
from ceasefire.viz.levers.offered import CASE
from ceasefire.viz.levers.setting import query_of, scenario_text, setting_words
from ceasefire.viz.page import address
from ceasefire.viz.page.guard import failure_words
from ceasefire.viz.page.html import Html
from ceasefire.viz.page.parts import drawn, heading, said, wrong

HERE = Path(__file__).parent


@solara.component_vue(str(HERE / "levers.vue"))
def Levers(  # noqa: N802  # components are named like classes
    groups: list[dict[str, Any]],
    presets: list[dict[str, str]],
    values: dict[str, float],
    version: int,
    problems: dict[str, str],
    preset: str,
    presetWords: str,  # noqa: N803  # as the template has it
    presetLink: str,  # noqa: N803
    address: str,
    event_moved: Callable[[dict[str, Any]], None],
    event_entered: Callable[[dict[str, Any]], None],
    event_reset: Callable[[str | None], None],
    event_preset_chosen: Callable[[str], None],
) -> None:
    """Show the levers: sliders that move without waiting for the page, and a number beside each."""


@solara.component_vue(str(HERE / "field.vue"))
def Field(  # noqa: N802
    cells: list[dict[str, Any]], names: list[str], chosen: int, event_opened: Callable[[int], None]
) -> None:
    """Show some worlds twice, each a link."""


@solara.component
def LeversOf(session: Session) -> None:  # noqa: N802
    """Show the levers of a session; drawn anew only when the page sets them."""
    chosen = session.preset.value
    session.version.value  # noqa: B018  # a new version hands the values over again
    Levers(
        groups=lever_tables(),
        presets=preset_options(),
        values=dict(session.values),
        version=session.version.value,
        problems=session.problems.value,
        preset=chosen,
        presetWords=preset_words(chosen),
        presetLink=address.link("claims", {"claim": chosen}) if chosen else "",
        address=session.address.value,
        event_moved=session.moved,
        event_entered=session.entered,
        event_reset=session.reset,
        event_preset_chosen=session.choose,
    )


@solara.component
def Pinned(session: Session) -> None:  # noqa: N802
    """Show the sentence that leads, and what it rests on."""
    panels = session.panels.value
    drawn(panels.pinned)
    announced = Html(panels.announced)
    said(announced, "visually-hidden", tag="div", aria_live="polite", role="status")


@solara.component
def Pictures(session: Session) -> None:  # noqa: N802
    """Show the pictures above the field of worlds."""
    panels = session.panels.value
    drawn(panels.ends, "panel")
    drawn(panels.incidence, "panel")


@solara.component
def Worlds(session: Session) -> None:  # noqa: N802
    """Show the same hundred worlds twice, and in numbers from what to what runs turned."""
    rest = session.rest.value
    with solara.Div(classes=["panel"]):
        heading("The same 100 worlds, twice")
        said(field_note(rest), "quiet")
        if rest.cells:
            Field(
                cells=list(rest.cells),
                names=list(rest.names),
                chosen=session.pair.value,
                event_opened=session.tell,
            )
        drawn(rest.flows)
        if session.pair.value >= 0:
            TwoWorlds(session)


@solara.component
def TwoWorlds(session: Session) -> None:  # noqa: N802
    """Tell one seed twice, week by week on one clock."""
    seed, values = session.pair.value, session.settled.value
    told = solara.lab.use_task(lambda: pair_of(values, seed), dependencies=[seed, values])
    heading(f"Two worlds on one clock: seed {seed}")
    if told.error:
        drawn(failure_words("two worlds", _error(told)))
    elif told.value is None or told.pending:
        said("Both worlds are being run.", "quiet")
    else:
        drawn(_pair_html(told.value, values))


def _error(told: Any) -> Exception:
    found = told.exception
    return found if isinstance(found, Exception) else RuntimeError("it was stopped")


def _pair_html(pair: Pair, values: Mapping[str, float]) -> str:
    own = {"seed": pair.seed}
    horizon = float(the_case().settings["war.horizon"].value)
    return (
        f"<p>{summary(pair)}</p>{strip(pair, horizon)}{strip_key()}"
        f'<p>Watch it <a href="{address.link("", own)}">as it is</a> or '
        f'<a href="{address.link("", {**own, **query_of(values)})}">with the change</a>.</p>'
        f"{weeks_table(pair)}"
    )


@solara.component
def Lower(session: Session) -> None:  # noqa: N802
    """Show captives, deaths, and why it is stuck."""
    rest = session.rest.value
    drawn(rest.numbers)
    drawn(rest.stuck, "panel")


@solara.component
def Download(session: Session) -> None:  # noqa: N802
    """Offer the setting as a case file."""
    values = session.settled.value
    with solara.Div(classes=["panel"]):
        heading("Take this setting with you")
        words = setting_words(values) or "No lever is moved"
        said(
            f"{words}. The address of this page holds it. The file is the case with its own "
            "values, those in the middle, and this change: fitted sets do not come with it.",
            "quiet",
        )

        def text() -> bytes:
            try:
                return scenario_text(values).encode()
            except CaseError as error:
                return f"# {error}\n".encode()

        plane = escape(address.link("map", query_of(values)))
        drawn(f'<a href="{plane}">Show it on the map</a> of arms withheld and tolerance.', tag="p")
        solara.FileDownload(
            text, filename="changed-case.toml", label="Download as a case file",
            mime_type="application/toml",
        )  # fmt: skip


@solara.component
def Change() -> None:  # noqa: N802
    """Let levers be moved, and show what they do to how runs end."""
    asked = address.query()
    session = solara.use_memo(lambda: Session(asked), [])
    solara.use_effect(session.open, [])
    solara.Style(HERE / "page.css")
    said("Change", "visually-hidden", tag="h1")
    if asked.get("case", CASE) != CASE:
        words = f"These levers belong to the case {CASE}: that is what is shown."
        wrong(words)
    if session.wrong:
        wrong(session.wrong)
    with solara.Div(classes=["change"]):
        with solara.Div(classes=["change-left"]):
            LeversOf(session)
        with solara.Div(classes=["change-right"]):
            with solara.Div(classes=["change-pinned"]):
                Pinned(session)
            with solara.Div(classes=["change-rest"]):
                Pictures(session)
                Worlds(session)
                Lower(session)
                Download(session)
