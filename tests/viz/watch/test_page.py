"""Watch: its pictures as functions of a moment, its words, its clock, and the page itself."""

import itertools
import re
import threading
import xml.etree.ElementTree as ET
from dataclasses import replace

import ipyvuetify
import pytest
import solara
from ipywidgets import Widget
from mesa.visualization import SolaraViz
from shown_pages import Shown
from small_worlds import changed

from ceasefire.experiments.style.words import signed
from ceasefire.model.case.case import case_of_text, load_case
from ceasefire.model.certificate.constraints import Constraint, member_of
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.viz import mesa_page
from ceasefire.viz.page import threads
from ceasefire.viz.page.clock import Clock
from ceasefire.viz.watch.balance import balance_svg, balance_table, scale_of, text_html
from ceasefire.viz.watch.network import gathered, layout_of, network_svg, network_table
from ceasefire.viz.watch.opening import (
    levers_of,
    opening_levers,
    put_to_the_test,
    rerun_words,
    telling,
)
from ceasefire.viz.watch.page import Watch
from ceasefire.viz.watch.parliament import parliament_svg, parliament_table, parties_of
from ceasefire.viz.watch.quantities import pictures_of
from ceasefire.viz.watch.series import caption, now_html, series_svg, series_table
from ceasefire.viz.watch.signs import first_difference, signs_of
from ceasefire.viz.watch.strip import strip_svg, strip_table
from ceasefire.viz.watch.words import certificate_html, leading, log_html, sentence_html
from ceasefire.viz.worlds.evidence import evidence_of
from ceasefire.viz.worlds.moment import moment_of
from ceasefire.viz.worlds.place import DEFAULT_SEED, DEFAULT_WEEK, Place
from ceasefire.viz.worlds.recording import Records, record, records

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def world():
    return records.get(Place("gaza-2023", DEFAULT_SEED))


@pytest.fixture(scope="module")
def rivals():
    return records.get(Place("two-rivals", 3))


@pytest.fixture
def failed(world):
    return world.moments[world.index_at(DEFAULT_WEEK)]


def words_of(svg):
    return " ".join(one.text or "" for one in ET.fromstring(svg).iter(f"{SVG}text"))


def pictures(world, moment):
    scale = scale_of(world.moments)
    names = [one.name for one in pictures_of(moment)]
    return [
        network_svg(moment),
        network_svg(moment, small=True),
        *(balance_svg(moment, s, scale) for s in range(2)),
        *(parliament_svg(moment, s) for s in range(2)),
        strip_svg(world.moments),
        strip_svg(world.moments, small=True),
        *(series_svg(world.moments, name) for name in names),
    ]


@pytest.mark.parametrize("name", ["world", "rivals"])
def test_every_picture_of_every_week_is_sound_and_says_what_it_shows(name, request):
    world = request.getfixturevalue(name)
    for moment in (world.moments[0], world.moments[len(world.moments) // 2], world.moments[-1]):
        for drawn in pictures(world, moment):
            assert "error-line" not in drawn
            root = ET.fromstring(drawn)
            if root.tag == f"{SVG}svg":
                assert root.get("role") == "img"
                assert len(root.get("aria-label")) > 20


def test_the_strip_leaves_the_weeks_empty_after_a_run_that_ends_early(rivals):
    weeks = rivals.moments
    ended = weeks[-1].end_state
    early = [replace(one, end_state="permanent ceasefire") for one in weeks[: len(weeks) // 2]]
    for small in (False, True):
        drawn = strip_svg(early, small)
        assert "ends: permanent ceasefire" in words_of(drawn)
        assert ended == "permanent ceasefire" or f"ends: {ended}" not in words_of(drawn)
    whole = replace(weeks[-1], week=float(rivals.case.records["war"]["horizon"][0]) - 1.0)
    assert "ends:" not in words_of(strip_svg([*early, whole]))


def test_actors_keep_their_places_all_along(world):
    def places(svg):
        return [
            (one.get("x"), one.get("y"), one.get("width"))
            for one in ET.fromstring(svg).iter(f"{SVG}rect")
        ]

    first = places(network_svg(world.moments[0]))
    assert len(first) == len(layout_of(world.case).spots)
    assert all(places(network_svg(one)) == first for one in world.moments)


@pytest.mark.parametrize("small", [False, True])
@pytest.mark.parametrize("name", ["world", "rivals"])
def test_no_two_actors_stand_on_each_other(name, small, request):
    layout = layout_of(request.getfixturevalue(name).case, small)
    spots = list(layout.spots.values())
    assert all(one.wide < one.x < layout.width - one.wide for one in spots)
    for i, one in enumerate(spots):
        for other in spots[i + 1 :]:
            across = abs(one.x - other.x) >= one.wide + other.wide
            along = abs(one.y - other.y) >= one.high + other.high
            assert across or along, (one, other)


def test_the_network_and_its_list_say_the_same(failed):
    ties = gathered(failed)
    assert {one.tie for one in ties} >= {"arms", "shields", "presses", "trusts", "mediates"}
    assert network_table(failed).count("<tr>") == len(ties) + 1
    arms = next(one for one in ties if one.tie == "arms" and "usa" in one.source)
    thin = network_svg(replace(failed, ties=tuple(
        replace(one, weight=0.0) if one.tie == "arms" else one for one in failed.ties
    )))  # fmt: skip
    assert arms.weight > 0.1
    assert thin != network_svg(failed)


def test_the_balance_shows_the_terms_as_told(failed):
    scale = scale_of([failed])
    for s, answer in enumerate(failed.tabled.answers):
        words = words_of(balance_svg(failed, s, scale))
        assert signed(answer.balance) in words
        for weight in answer.terms.values():
            if abs(weight) >= 0.005:
                assert signed(weight) in words
                assert signed(weight) in balance_table(failed)
    assert "says yes in public" in words_of(balance_svg(failed, 0, scale))
    assert "On the table" in text_html(failed)


def test_both_sides_are_drawn_in_one_layout(rivals):
    moment = next(one for one in rivals.moments if one.tabled)
    places = [
        [(one.get("x"), one.get("y")) for one in ET.fromstring(svg).iter(f"{SVG}text")]
        for svg in (balance_svg(moment, s, 1.0) for s in range(2))
    ]
    assert places[0] == places[1]


def test_the_bars_are_as_long_as_the_terms(failed):
    answer = failed.tabled.answers[0]
    bars = [
        float(one.get("width"))
        for one in ET.fromstring(balance_svg(failed, 0, 1.0)).iter(f"{SVG}rect")
    ]
    weights = [*answer.terms.values(), answer.balance]
    for bar, weight in zip(bars, weights, strict=True):
        assert bar == pytest.approx(84.0 * abs(weight), abs=0.01)


def test_the_parliament_tells_threats_exits_and_the_majority(world, failed):
    threatened = [one.label for one in failed.parties if one.threatening]
    left = [one.label for one in failed.parties if one.left]
    assert threatened
    assert left
    words = words_of(parliament_svg(failed, 0))
    for label in threatened:
        assert f"! {label}" in words
    for label in left:
        assert f"× {label}" in words
    assert "61 are a majority" in words
    assert str(failed.sides[0].seats) in words
    assert parliament_table(failed, 0).count("<tr>") == len(parties_of(failed, 0)) + 1
    assert "no parliament" in parliament_svg(failed, 1)


def test_where_both_have_a_parliament_both_are_drawn(rivals):
    for s in range(2):
        assert "51 are a majority" in words_of(parliament_svg(rivals.moments[5], s))


def test_labels_of_parties_do_not_overlap(world):
    for moment in world.moments:
        texts = [
            (one.get("text-anchor"), float(one.get("y")))
            for one in ET.fromstring(parliament_svg(moment, 0)).iter(f"{SVG}text")
            if one.get("text-anchor") in ("start", "end")
        ]
        for anchor in ("start", "end"):
            rows = sorted(y for a, y in texts if a == anchor)
            assert all(b - a >= 12 for a, b in itertools.pairwise(rows))


def test_the_strip_has_every_round_and_truce_of_the_run(world):
    signs = signs_of(world.moments)
    rounds = [one for one in signs if one.kind == "round"]
    talks = "\n".join(line.words for one in world.moments for line in one.lines)
    assert len(rounds) == len(re.findall(r"calls round \d+", talks))
    assert sum(one.deal for one in rounds) == talks.count("both have signed")
    assert sum(one.kind == "truce" for one in signs) == talks.count("A truce begins")
    exits = [one.words for one in signs if one.kind == "exit"]
    assert exits == ["National Unity leaves the government"]
    table = strip_table(world.moments)
    assert all(one.words in table for one in rounds)
    assert "on record" in table


def test_the_record_ends_visibly_and_says_why(world, rivals):
    evidence = evidence_of(world.case)
    assert 37.0 <= evidence.until < 38.0
    assert all(one.end <= evidence.until for one in evidence.marks)
    assert all(p.week <= evidence.until for one in evidence.series for p in one.points)
    assert "the record ends 24 June 2024" in words_of(strip_svg(world.moments))
    assert evidence.why in caption(world.moments[0])
    assert evidence_of(rivals.case) is None
    assert "abstract" in caption(rivals.moments[0])
    late = world.moments[45]
    assert "record ended" in now_html(world.moments, late, "captives")


def test_what_is_on_record_has_a_source(world):
    evidence = evidence_of(world.case)
    assert all(one.source for one in evidence.marks)
    assert all(p.source for one in evidence.series for p in one.points)
    held = evidence.beside("held", "israel")
    assert (held.points[0].value, held.points[-1].value) == (251.0, 116.0)
    assert "AFP" in series_table(world.moments, "captives")


def test_another_world_of_the_same_seed_parts_where_it_first_differs(world):
    other = records.get(Place(levers=(("arms_withheld", 1.0),)))
    week = first_difference(other.moments, world.moments)
    assert week == 8.0
    assert first_difference(world.moments, world.moments) is None
    both = strip_svg(other.moments, False, world.moments)
    assert "Unchanged" in words_of(both)
    assert "the first in which the two runs differ" in both


def test_the_sentence_says_who_refused_why_and_what_would_have_opened_it(world, failed):
    words = leading(failed, world)
    answer = failed.tabled.answers[0]
    heaviest = min(answer.terms, key=answer.terms.get)
    assert words.startswith("Round 5 failed. Israel refused, because")
    assert f"{heaviest} {signed(answer.terms[heaviest])}" in words
    assert "Hamas refused" not in words
    assert "It would have opened if Israel's government needed fewer" in words
    assert "in public it said yes" in words


def test_where_no_single_change_suffices_the_sentence_says_so(failed):
    one = failed.certificate
    several = next(found for found in one.sets if len(found.members) > 1)
    alone = replace(failed, certificate=replace(one, sets=(several,)))
    assert "No single change suffices. It would have opened if" in leading(alone)
    closed = replace(failed, certificate=replace(one, sets=()))
    assert "no three together" in leading(closed)
    found = replace(failed, certificate=replace(one, sets=(), both=12))
    assert "12 texts acceptable to both" in leading(found)


def test_every_week_of_a_run_has_its_sentence(world, rivals):
    for one in (*world.moments, *rivals.moments):
        assert leading(one).endswith(".")
        assert "error-line" not in sentence_html(one, None, "")
        assert "error-line" not in certificate_html(one)
    assert leading(world.moments[-1], world) == world.ending[0]


def test_a_change_is_put_to_the_test(world, failed):
    found = put_to_the_test(world, failed.certificate)
    assert found.accepted
    words = rerun_words(found)
    assert "both accepted it" in words
    assert found.end_state in words


def test_levers_come_closest_to_constraints_that_have_one(world, failed):
    _, levers = opening_levers(failed.certificate, world.case)
    assert levers
    case = load_case("gaza-2023")
    assert levers_of(member_of(Constraint.ARMS, 0), 0.5, case) == {"arms_withheld": 0.5}
    assert levers_of(member_of(Constraint.PRECONDITION, 0), 0.25, case) == {"precondition": 0.75}
    assert levers_of(member_of(Constraint.TRUST, 1), 0.5, case) == {}
    assert levers_of(member_of(Constraint.ARMS, 1), 0.5, case) == {}
    assert levers_of(member_of(Constraint.ARMS, 0), 0.5, load_case("two-rivals")) == {}
    known = [levers_of(member, 1.0, case) for member in range(33)]
    assert sum(bool(one) for one in known) == 10


def test_it_opens_at_a_round_that_failed(world, rivals):
    for one in (world, rivals):
        assert one.moments[telling(one)].failed
    assert world.moments[world.index_at(DEFAULT_WEEK)].failed


def test_without_a_failed_round_it_opens_at_the_deal_or_at_the_beginning(rivals):
    quiet = [replace(one, certificate=None, signed=False) for one in rivals.moments]
    assert telling(replace(rivals, moments=tuple(quiet))) == 0
    for week in (2, 5):
        quiet[week] = replace(quiet[week], signed=True, round_ended=True)
    assert telling(replace(rivals, moments=tuple(quiet))) == 5


def test_what_is_not_shown_is_no_difference(world):
    hidden = [
        replace(one, parties=tuple(replace(p, leave_odds=0.5) for p in one.parties))
        for one in world.moments
    ]
    assert first_difference(world.moments, hidden) is None
    late = [*hidden[:9], replace(hidden[9], phase=hidden[9].phase + 1), *hidden[10:]]
    assert first_difference(world.moments, late) == world.moments[9].week


def test_names_from_a_case_are_escaped():
    text = load_case("two-rivals").to_toml().replace('"North"', "\"<script>alert('x')</script>\"")
    case = case_of_text(text)
    model = CeasefireModel(case, rng=3, certify=True)
    moments = [moment_of(model)]
    for _ in range(10):
        model.step()
        moments.append(moment_of(model))
    drawn = [
        network_svg(moments[-1]),
        network_table(moments[-1]),
        parliament_svg(moments[-1], 0),
        balance_svg(moments[-1], 0, 1.0),
        balance_table(moments[-1]),
        text_html(moments[-1]),
        strip_svg(moments),
        strip_table(moments),
        sentence_html(moments[-1], None, ""),
        *(series_svg(moments, one.name) for one in pictures_of(moments[0])),
        *(series_table(moments, one.name) for one in pictures_of(moments[0])),
        *(now_html(moments, moments[-1], one.name) for one in pictures_of(moments[0])),
    ]
    assert any("&lt;script&gt;" in one for one in drawn)
    assert not any("<script" in one for one in drawn)


def test_the_log_has_the_latest_week_first(world):
    html = log_html(world.moments, 6)
    assert html.index("Week 6") < html.index("Week 5") < html.index("Week 0")
    assert "Week 7" not in html


def test_the_clock_steps_until_told_to_end():
    steps, ended = [], threading.Event()

    def step():
        steps.append(1)
        clock.shown()
        return len(steps) < 5

    clock = Clock(step, 0.001, ended.set)
    clock.start()
    assert ended.wait(30)
    assert len(steps) == 5


def test_the_clock_waits_until_a_step_was_shown_and_ends_when_nobody_watches():
    steps, ended = [], threading.Event()
    clock = Clock(lambda: bool(steps.append(1)) or True, 0.001, ended.set, patience=0.05)
    clock.start()
    assert ended.wait(30)
    assert len(steps) == 1


def test_a_stopped_clock_does_not_step_and_tells_nobody():
    steps, ended = [], threading.Event()
    clock = Clock(lambda: bool(steps.append(1)) or True, 3600.0, ended.set)
    clock.start()
    clock.stop()
    joined()
    assert not steps
    assert not ended.is_set()


@pytest.fixture
def page():
    opened = []

    def show(search=""):
        shown = Shown(Watch, search, ["change"])
        opened.append(shown)
        shown.wait(lambda: shown.template("index", "rounds") is not None)
        return shown

    yield show
    for one in opened:
        one.close()


def transport(shown):
    return shown.template("index", "rounds")


def fields(shown):
    return shown.template("seed_error")


def test_it_opens_paused_at_the_default_worlds_failed_round(page):
    shown = page()
    assert transport(shown).index == DEFAULT_WEEK
    assert not transport(shown).playing
    shown.wait(lambda: "Re-run with that change" in shown.html)
    assert "Week 37" in shown.html
    assert "What would have opened it?" in shown.html


def test_buttons_and_keys_lead_to_any_week(page):
    shown = page("?case=two-rivals&seed=3&week=2")
    assert transport(shown).index == 2
    transport(shown).vue_go(5)
    assert transport(shown).index == 5
    assert "Week 5" in shown.html
    transport(shown).vue_go(1)
    assert transport(shown).index == 1
    transport(shown).vue_go(10**9)
    assert transport(shown).index == transport(shown).last


def test_playing_goes_on_by_itself_stops_at_a_round_and_can_be_paused(page):
    shown = page("?case=two-rivals&seed=3&week=0")
    transport(shown).vue_pace(10)
    transport(shown).vue_halt(True)
    transport(shown).vue_play(True)

    def over():
        transport(shown).vue_shown(transport(shown).index)
        return not transport(shown).playing

    shown.wait(over)
    assert transport(shown).index == transport(shown).rounds[0]
    transport(shown).vue_halt(False)
    transport(shown).vue_play(True)
    assert transport(shown).playing
    transport(shown).vue_play(False)
    assert not transport(shown).playing
    assert not any(one.name == "play" and one.is_alive() for one in joined())


def joined():
    """Wait for clocks that were stopped, and return those that go on."""
    clocks = [one for one in threading.enumerate() if one.name == "play"]
    for one in clocks:
        one.join(30)
    return clocks


def test_a_page_that_is_closed_plays_no_more():
    shown = Shown(Watch, "?case=two-rivals&seed=3&week=0", ["change"])
    shown.wait(lambda: transport(shown) is not None)
    transport(shown).vue_play(True)
    shown.close()
    assert not any(one.is_alive() for one in joined())


def test_a_wrong_seed_gets_a_sentence_and_the_world_stays(page):
    shown = page("?case=two-rivals&seed=3")
    fields(shown).vue_choose({"case": "two-rivals", "seed": "many", "set": ""})
    assert "0 to 2^63 - 1" in fields(shown).seed_error
    assert "seed=3" in transport(shown).query
    fields(shown).vue_choose({"case": "two-rivals", "seed": "4", "set": ""})
    assert fields(shown).seed_error == ""
    shown.wait(lambda: "seed=4" in transport(shown).query)


def test_a_case_that_does_not_come_with_it_is_not_opened(page):
    shown = page("?case=two-rivals&seed=3")
    fields(shown).vue_choose({"case": "/etc/passwd", "seed": "3", "set": ""})
    assert fields(shown).case_name == "two-rivals"
    fields(shown).vue_choose({"case": "gaza-2023", "seed": "7", "set": "999"})
    assert "0 to 249" in fields(shown).set_error
    fields(shown).vue_choose({"case": "gaza-2023", "seed": "7", "set": "own"})
    shown.wait(lambda: "set=own" in transport(shown).query)


def test_what_is_wrong_in_the_address_is_said(page):
    shown = page("?seed=%3Cb%3E&case=two-rivals")
    assert "Seed: found “&lt;b&gt;”" in shown.html


def test_a_changed_world_is_shown_with_the_unchanged_one_on_one_clock(page):
    shown = page(f"?seed={DEFAULT_SEED}&arms_withheld=1&week=8")
    shown.wait(lambda: "The first week that differs is 8" in shown.html)
    assert "Unchanged" in transport(shown).wide


def test_a_table_is_written_only_while_its_drawer_is_open(page):
    shown = page("?case=two-rivals&seed=3&week=8")
    network = next(
        one
        for one in shown.context.find(ipyvuetify.VuetifyTemplate).widgets
        if one.has_trait("place") and one.place == "area-network"
    )
    assert network.table == ""
    network.vue_opened(True)
    assert "Envoy" in network.table
    network.vue_opened(False)
    assert network.table == ""


def test_a_world_that_cannot_be_run_is_said_and_the_page_stays(monkeypatch):
    def refuse(place):
        raise ValueError("no such world")

    monkeypatch.setattr("ceasefire.viz.watch.page.records", Records(make=refuse))
    shown = Shown(Watch, "?case=two-rivals&seed=3")
    shown.wait(lambda: "This world cannot be run: no such world" in shown.html)
    shown.close()


def test_what_fails_in_one_picture_stays_there(world, failed):
    broken = replace(failed, ties=None)
    assert "This part (the network) cannot be shown" in network_svg(broken)
    assert record(Place("two-rivals", 3)).moments


def within(thing):
    """Yield all widgets within widgets, wherever they are held: Mesa's grid has them in items."""
    if isinstance(thing, Widget):
        yield thing
        held = [getattr(thing, name) for name in thing.trait_names() if name not in ("comm", "log")]
        yield from within(held)
    elif isinstance(thing, list | tuple):
        for one in thing:
            yield from within(one)
    elif isinstance(thing, dict):
        yield from within(list(thing.values()))


def test_the_same_components_work_in_mesas_own_page():
    model = CeasefireModel(changed("two-rivals", {}), rng=3, certify=True)
    page = SolaraViz(
        model, components=list(mesa_page.COMPONENTS), model_params=mesa_page.PARAMETERS
    )
    _, context = solara.render(solara.AppLayout(children=[page]), handle_error=False)
    try:

        def drawn():
            return [one.drawn for one in within(context.container) if one.has_trait("drawn")]

        before = drawn()
        assert len(before) == 4
        (step,) = (one for one in context.find(ipyvuetify.Btn).widgets if one.children == ["Step"])
        for _ in range(9):
            step.click()
        after = drawn()
        assert len(after) == 4
        assert all(one != other for one, other in zip(before, after, strict=True))
        assert not any("error-line" in one for one in after)
        assert len(mesa_page.moments_of(model)) == 10
    finally:
        context.close()


def test_a_thread_stays_a_moment_after_its_work(monkeypatch):
    monkeypatch.setattr(threads, "AFTERWARDS", 0.3)
    done = threading.Event()
    thread = threads.begin(done.set, "a test")
    assert done.wait(30)
    assert thread.is_alive()
    thread.join(30)
    assert not thread.is_alive()
