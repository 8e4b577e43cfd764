"""Watch: one world, week by week, and why its talks are stuck."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import solara
import solara.lab

from ceasefire.model.case.shipped import shipped_cases
from ceasefire.viz.page import address
from ceasefire.viz.page.clock import Clock
from ceasefire.viz.page.parts import said
from ceasefire.viz.page.parts import wrong as refused
from ceasefire.viz.watch import strip as watch_strip
from ceasefire.viz.watch.leading import Changed, Leading
from ceasefire.viz.watch.opening import telling
from ceasefire.viz.watch.panels import Arc, Balance, Log, Network, Series
from ceasefire.viz.watch.words import order_of
from ceasefire.viz.worlds.moment import Moment
from ceasefire.viz.worlds.place import (
    DEFAULT_WEEK,
    Place,
    place_of,
    read_seed_text,
    read_set_text,
    set_of,
    sets_of,
    shipped,
)
from ceasefire.viz.worlds.recording import RecordedWorld, records

STYLE = Path(__file__).with_name("page.css")

SPEEDS = (1, 2, 4, 8, 10)
"""Weeks a second that can be chosen."""

SPEED = 2
"""Weeks a second at first: slow enough to read."""


@solara.component_vue("transport.vue")
def Transport(  # noqa: N802  # components are named like classes
    index: int,
    share: float,
    last: int,
    weeks: list[float],
    spans: float,
    rounds: list[int],
    playing: bool,
    speed: int,
    speeds: list[int],
    stop: bool,
    here: str,
    wide: str,
    small: str,
    legend: str,
    query: str,
    event_go: Callable[[int], None],
    event_play: Callable[[bool], None],
    event_pace: Callable[[int], None],
    event_halt: Callable[[bool], None],
    event_shown: Callable[[int], None],
) -> None:
    """Show buttons and the strip of weeks, which is the scrubber."""


@solara.component_vue("world.vue")
def WhichWorld(  # noqa: N802
    case_name: str,
    cases: list[dict[str, str]],
    seed: str,
    set_given: str,
    sets: int,
    set_hint: str,
    seed_error: str,
    set_error: str,
    busy: str,
    event_choose: Callable[[dict[str, str]], None],
) -> None:
    """Show the fields that choose a world."""


@solara.component
def Watch() -> None:  # noqa: N802
    """Show one world, as the address names it."""
    asked = address.query()
    place, week, wrong = place_of(asked)
    solara.Style(STYLE)
    said("Watch", "visually-hidden", tag="h1")
    # Another address is another visit, with nothing left of the one before.
    if not asked:
        week = DEFAULT_WEEK
    Visit(place, week, wrong).key(urlencode(sorted(asked.items())))


@solara.component
def Visit(start: Place, week: float | None, wrong: list[str]) -> None:  # noqa: N802
    """Show a world, and let another be chosen."""
    place, set_place = solara.use_state(start)
    opened_at, set_opened_at = solara.use_state(week)
    errors, set_errors = solara.use_state({"seed": "", "set": ""})
    world, beside, failed = use_world(place)

    def choose(given: dict[str, str]) -> None:
        case = given.get("case", place.case)
        case = case if case in shipped_cases() else place.case
        seed, seed_error = read_seed_text(str(given.get("seed", "")))
        number, set_error = read_set_text(case, str(given.get("set", "")))
        set_errors({"seed": seed_error, "set": set_error})
        if seed_error or set_error:
            return
        levers = place.levers if case == place.case else ()
        chosen = Place(case, seed, number, levers)
        if chosen != place:
            set_opened_at(None)
            set_place(chosen)

    number = set_of(place)
    fields = WhichWorld(
        case_name=place.case,
        cases=[{"name": name, "title": shipped(name).title} for name in shipped_cases()],
        seed=str(place.seed),
        set_given=str(place.query.get("set", "")),
        sets=sets_of(place.case),
        set_hint="" if number is None else str(number),
        seed_error=errors["seed"],
        set_error=errors["set"],
        busy="" if world is not None and world.place == place else "Running this world …",
        event_choose=choose,
    )
    for words in filter(None, [*wrong, failed]):
        refused(words)
    if place.levers:
        Changed(place, world, beside)
    if world is None:
        solara.Div(
            children=[solara.HTML(tag="p", unsafe_innerHTML="Running this world …"), fields],
            classes=["sentence"],
        )
        return
    Scene(world, beside, opened_at, fields)


def use_world(place: Place) -> tuple[RecordedWorld | None, RecordedWorld | None, str]:
    """Record a world, in the background unless it is kept, and the same without its changes.

    Returns:
        The world, or the one before it until it is recorded; the one without changes, if there are
        any; and a sentence if it cannot be run.
    """
    last = solara.use_ref(None)
    known = records.find(place) is not None

    def run() -> None:
        records.get(place)
        if place.levers:
            records.get(place.unchanged)

    task = solara.lab.use_task(run, dependencies=[place], raise_error=False)
    world = records.find(place) if known or task.finished else None
    if world is not None:
        last.current = world
    shown: RecordedWorld | None = last.current
    beside = None
    if shown is not None and shown.place.levers:
        beside = records.find(shown.place.unchanged)
    failed = ""
    if task.error and task.exception is not None:
        failed = f"This world cannot be run: {task.exception}"
    return shown, beside, failed


@solara.component
def Scene(  # noqa: N802
    world: RecordedWorld, beside: RecordedWorld | None, week: float | None, fields: Any
) -> None:
    """Show a recorded world at one of its weeks, and play it."""
    first = solara.use_memo(
        lambda: telling(world) if week is None else world.index_at(week), [world, week]
    )
    index = solara.use_reactive(first)
    playing = solara.use_reactive(False)
    speed = solara.use_reactive(SPEED)
    stop = solara.use_reactive(False)
    clock = solara.use_ref(None)
    last = len(world.moments) - 1
    at = min(index.value, last)
    moment = world.moments[at]

    def keep_playing() -> Callable[[], None] | None:
        if not playing.value:
            return None

        def step() -> bool:
            now = min(index.peek() + 1, last)
            index.set(now)
            ended = now >= last or (stop.peek() and world.moments[now].round_ended)
            return not ended

        clock.current = Clock(step, 1.0 / speed.peek(), lambda: playing.set(False))
        clock.current.start()
        return clock.current.stop

    solara.use_effect(keep_playing, [playing.value, world])

    def go(wanted: int) -> None:
        playing.set(False)
        index.set(min(max(int(wanted), 0), last))

    def play(wanted: bool) -> None:
        if wanted and index.peek() >= last:
            index.set(0)
        playing.set(bool(wanted))

    def pace(wanted: int) -> None:
        speed.set(wanted if wanted in SPEEDS else SPEED)
        if clock.current is not None:
            clock.current.interval = 1.0 / speed.peek()

    def shown(_: int) -> None:
        if clock.current is not None:
            clock.current.shown()

    horizon = float(world.case.records["war"]["horizon"][0])
    fixed = solara.use_memo(
        lambda: {
            "wide": watch_strip.strip_svg(world.moments, False, _moments(beside)),
            "small": watch_strip.strip_svg(world.moments, True, _moments(beside)),
            "legend": watch_strip.legend_html(),
            "weeks": [one.week for one in world.moments],
            "rounds": [i for i, one in enumerate(world.moments) if one.round_ended],
        },
        [world, beside],
    )
    with solara.Div(classes=["watch", "whole"]):
        Leading(world, moment, playing.value, fields)
        with solara.Div(classes=["area-strip"]):
            Transport(
                index=at,
                share=max(0.0, moment.week) / horizon,
                last=last,
                spans=horizon / world.step,
                playing=playing.value,
                speed=speed.value,
                speeds=list(SPEEDS),
                stop=stop.value,
                here=_here(moment),
                query=urlencode(world.place.query),
                event_go=go,
                event_play=play,
                event_pace=pace,
                event_halt=lambda wanted: stop.set(bool(wanted)),
                event_shown=shown,
                **fixed,
            )
        order = order_of(moment)
        Balance(moment, world.moments, order)
        Arc(moment, order)
        Series(world.moments, moment)
        Network(moment)
        Log(world.moments, at)


def _moments(world: RecordedWorld | None) -> tuple[Moment, ...]:
    return world.moments if world is not None else ()


def _here(moment: Moment) -> str:
    dates = f", {moment.dates}" if moment.dates else ""
    return f"Week {moment.week:g}{dates}"
