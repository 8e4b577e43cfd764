"""The page Change without a browser: its numbers, its words, its pictures, and its buttons."""

import threading
from dataclasses import replace

import numpy as np
import pytest
import reacton
import solara
from hypothesis import given
from hypothesis import strategies as st

from ceasefire.experiments.statistics.differences import over_sets, spread_of_sets
from ceasefire.experiments.statistics.spreads import quantile_changes
from ceasefire.viz.change import curves, words
from ceasefire.viz.change import pictures as draw
from ceasefire.viz.change.effects import difference_of_shares, ensemble_change, numbers_of
from ceasefire.viz.change.offers import lever_tables, preset_options, preset_words
from ceasefire.viz.change.page import Change
from ceasefire.viz.change.paired import pair_of, strip, summary, weeks_table
from ceasefire.viz.change.panels import EMPTY, INCIDENCE, Painter, Rest
from ceasefire.viz.change.session import Session
from ceasefire.viz.change.stuck import stuck_of
from ceasefire.viz.levers.lever import levers, the_case
from ceasefire.viz.levers.setting import setup_of
from ceasefire.viz.live.ends import Ends, ends_of, incidence, joined
from ceasefire.viz.live.runs import Runs
from ceasefire.viz.live.worker import MOST, Seen, Wanted

SETTING = {"arms_withheld": 0.8, "tolerance": 2.0}


@pytest.fixture(scope="module")
def both():
    runs = Runs(the_case(), setup_of)
    return runs.baseline(500), runs.run(setup_of(SETTING), 0, 500)


@pytest.fixture(scope="module")
def comparison(both):
    return ensemble_change(*both, the_case())


@pytest.fixture(scope="module")
def certificates():
    runs = Runs(the_case(), setup_of)
    return runs.baseline_certificates(0, 8), runs.certificates(setup_of(SETTING), 0, 8)


def made(outcomes, sets=None, ended=None):
    outcome = np.array(outcomes)
    zeros = np.zeros(len(outcome))
    own = np.arange(len(outcome)) if sets is None else np.array(sets)
    weeks = zeros + 52.0 if ended is None else np.array(ended, dtype=float)
    return Ends(own, outcome, weeks, {"weeks to truce": zeros + np.nan})


# ---------------------------------------------------------------- numbers


def test_flows_and_shares_belong_together(comparison, both):
    baseline, changed = both
    for one in comparison.states:
        assert one.baseline.count == int((baseline.outcome == one.state).sum())
        assert one.changed.count == int((changed.outcome == one.state).sum())
        assert one.changed.count - one.baseline.count == one.to - one.away
        assert one.difference.low <= one.difference.difference <= one.difference.high
    assert comparison.flows.sum() == 500
    assert comparison.flipped == int((baseline.outcome != changed.outcome).sum())
    assert sum(one.difference.difference for one in comparison.states) == pytest.approx(0.0)


def test_differences_have_the_interval_over_sets():
    rng = np.random.default_rng(3)
    place = np.repeat(np.arange(40), 5)
    was, now = rng.random(200) < 0.3, rng.random(200) < 0.5
    counts = np.bincount(place).astype(float)
    expected = over_sets(
        counts, np.bincount(place, weights=was), counts, np.bincount(place, weights=now)
    )
    assert difference_of_shares(was, now, place) == expected


def test_a_difference_of_nothing_still_has_a_width():
    zeros = np.zeros(500, dtype=bool)
    found = difference_of_shares(zeros, zeros, np.arange(500) % 250)
    assert found.difference == 0.0
    assert found.low < 0.0 < found.high


def test_the_spread_of_sets_leaves_chance_out():
    rng = np.random.default_rng(5)
    place = np.repeat(np.arange(400), 8)
    chance = rng.normal(0.0, 1.0, len(place))
    apart = rng.normal(0.0, 0.5, 400)[place]
    found, error = spread_of_sets(chance + apart, place)
    assert found == pytest.approx(0.5, abs=0.06)
    assert error == pytest.approx(1.96 / np.sqrt(len(place)), rel=0.05)
    assert spread_of_sets(chance, place)[0] < 0.2
    assert spread_of_sets(apart, place)[1] == pytest.approx(0.0, abs=1e-9)
    assert spread_of_sets(apart[:400], np.arange(400))[0] == 0.0


def test_chance_shrinks_with_more_runs_and_the_spread_of_sets_does_not(both):
    one = ensemble_change(*both, the_case())
    # The same runs again say nothing new of the sets, and take chance out within them.
    many = ensemble_change(*(joined([ends] * 4) for ends in both), the_case())
    for less, more in zip(one.states, many.states, strict=True):
        assert more.chance < 0.6 * less.chance
        assert more.apart >= less.apart
        assert more.difference.high == pytest.approx(less.difference.high)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 52)), min_size=1, max_size=40))
def test_incidence_is_the_plain_share_of_runs_as_none_is_cut_off_early(runs):
    outcome = np.array([state for state, _ in runs])
    ended = np.array([float(week) if state else 52.0 for state, week in runs])
    ends = made(outcome, ended=ended)
    truce = np.where(np.arange(len(runs)) % 3 == 0, ended / 2.0, np.nan)
    ends.values["weeks to truce"][:] = truce
    found = incidence(ends, 52.0)
    for week in range(53):
        for state in (1, 2, 3):
            share = np.mean((outcome == state) & (ended <= week))
            assert found[state][week] == pytest.approx(share, abs=1e-9)
        assert found[None][week] == pytest.approx(np.mean(truce <= week), abs=1e-9)
    assert sum(found[state][-1] for state in (1, 2, 3)) <= 1.0 + 1e-9


def test_quantiles_of_the_same_numbers_do_not_differ():
    values = np.random.default_rng(1).normal(100.0, 10.0, 500)
    place = np.arange(500) % 250
    for was, now, low, high in quantile_changes(values, values, place):
        assert (now - was, low, high) == (0.0, 0.0, 0.0)
    for was, now, low, high in quantile_changes(values, values + 5.0, place):
        assert (now - was, low, high) == pytest.approx((5.0, 5.0, 5.0))


def test_ends_are_taken_from_the_records_of_runs():
    from ceasefire.model.engines.ensemble import run_chunk

    setup, seeds = setup_of({}), np.arange(6, dtype=np.int64)
    chunk = run_chunk(setup.case, seeds, setup.draw.settings(seeds))
    ends = ends_of(chunk, setup.draw.sets, setup.case)
    released = chunk.records["captives"]["released"].sum(axis=1)
    assert ends.values["captives returned israel"].tolist() == released.tolist()
    assert (
        ends.values["deaths hamas"].tolist() == chunk.records["belligerents"]["toll"][:, 1].tolist()
    )
    assert len(ends.first(4)) == len(ends.first(4).values["deaths hamas"]) == 4
    truce = ends.values["weeks to truce"]
    assert np.isnan(truce).tolist() == np.isnan(chunk.first_truce_week).tolist()


# ---------------------------------------------------------------- words


def test_the_sentence_says_how_many_turned():
    was = made([0] * 80 + [1] * 20)
    now = made([1] * 15 + [0] * 65 + [0] * 3 + [1] * 17)
    sentence = words.leading_sentence(ensemble_change(was, now, the_case()), touched=True)
    assert sentence.startswith("Permanent ceasefire in 32 of 100 runs instead of 20: +12 points (")
    assert "; 15 turned to it, 3 away." in sentence


def test_the_sentence_does_not_make_much_of_little():
    was, now = made([0] * 100), made([1] + [0] * 99)
    assert "not clear of zero" in words.leading_sentence(
        ensemble_change(was, now, the_case()), touched=True
    )
    same = words.leading_sentence(ensemble_change(was, was, the_case()), touched=True)
    assert "as before: no run turned to it or away" in same
    assert "Move a lever" in words.leading_sentence(
        ensemble_change(was, was, the_case()), touched=False
    )


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "0"),
        (0.00001, "fewer than 0.01"),
        (0.31, "31"),
        (0.0495, "4.95"),
        (0.99999, "more than 99.99"),
    ],
)
def test_shares_are_worded_as_numbers_of_a_hundred(share, said):
    assert words.per_hundred(share) == said


def test_what_comes_from_elsewhere_is_escaped():
    table = words.table(("<b>", "n"), [["<script>", "1 & 2"]], "<i>")
    assert "<script>" not in table
    assert "&lt;script&gt;" in table
    assert "1 &amp; 2" in table


# ---------------------------------------------------------------- pictures


def test_an_axis_does_not_shrink_while_a_lever_is_dragged():
    axes = draw.Axes()
    assert axes.hold("a", 0.12, settled=False) == 0.2
    assert axes.hold("a", 0.04, settled=False) == 0.2
    assert axes.hold("b", 0.04, settled=False) == 0.05
    assert axes.hold("a", 0.04, settled=True) == 0.05
    assert axes.hold("a", 7.0, settled=False) == 1.0


def test_pictures_say_in_words_what_they_show(comparison):
    one = comparison.states[0]
    bars = draw.bars(comparison)
    assert f"Permanent ceasefire {words.per_hundred(one.changed.share)}" in bars
    assert 'role="img"' in bars
    for state in draw.HATCHES:
        assert f'id="hatch-{state}"' in bars
    shown = draw.differences(comparison, 0.2) + draw.small_differences(comparison, 0.2)
    assert shown.count(words.points(one.difference.difference)) >= 2
    for number in numbers_of(comparison, the_case()):
        assert number.name in curves.spread_picture(number)
        assert number.name in curves.quantile_picture(number)


def test_the_constraints_of_failed_rounds_are_shown_with_their_sample(certificates):
    stuck = stuck_of(*certificates, the_case())
    assert (stuck.before_rounds, stuck.after_rounds) == tuple(map(len, certificates))
    said = words.stuck_words(stuck, the_case())
    assert f"{stuck.before_rounds} without and {stuck.after_rounds} with the change" in said
    picture = curves.stuck_picture(stuck, the_case())
    assert picture.count("as it is") >= len(stuck.rows)
    assert stuck_of((), (), the_case()).rows == ()
    assert "No round" in words.stuck_words(stuck_of((), (), the_case()), the_case())


# ---------------------------------------------------------------- panels


def seen_of(both, certificates=None, settled=True):
    return Seen(Wanted(3, dict(SETTING), settled), *both, certificates)


def test_everything_on_the_page_comes_of_one_setting(both, comparison, certificates):
    seen = seen_of(both)
    panels = Painter().first(seen, comparison, EMPTY)
    sentence = words.leading_sentence(comparison, touched=True)
    assert sentence in panels.pinned
    assert panels.announced == ""
    assert 'data-runs="500"' in panels.pinned
    for name, _ in INCIDENCE:
        assert name in panels.incidence
    rest = Painter.rest(seen, comparison, Rest())
    assert len(rest.cells) == 100
    flipped = [cell for cell in rest.cells if cell["flipped"]]
    assert flipped
    assert flipped[0]["hrefNow"].startswith("/?set=")
    assert "arms_withheld=0.8" in flipped[0]["hrefNow"]
    assert "arms_withheld" not in flipped[0]["hrefWas"]
    assert "worked out" in rest.stuck
    late = Painter.rest(replace(seen, stuck=certificates), comparison, rest)
    assert "worked out" not in late.stuck
    assert late.numbers == rest.numbers


def test_nothing_is_announced_while_dragging(both, comparison):
    panels = Painter().first(seen_of(both, settled=False), comparison, EMPTY)
    assert panels.announced == ""


def test_what_is_announced_rests_on_all_runs_of_a_setting_that_has_settled(both, comparison):
    painter = Painter()
    whole = ensemble_change(*(joined([one] * 4) for one in both), the_case())
    assert whole.runs == MOST
    dragged = painter.first(seen_of(both, settled=False), whole, EMPTY)
    assert dragged.announced == ""
    first = painter.first(seen_of(both), comparison, dragged)
    assert first.announced == ""
    later = painter.first(seen_of(both), whole, first)
    assert later.announced == words.leading_sentence(whole, touched=True)


def test_the_last_picture_stays_where_a_setting_makes_no_sense(both, comparison):
    painter = Painter()
    panels = painter.first(seen_of(both), comparison, EMPTY)
    seen = Seen(Wanted(4, {"tolerance": 30.0}), problem="The case makes no sense: <seats>.")
    wrong = painter.first(seen, None, panels)
    assert "&lt;seats&gt;" in wrong.pinned
    assert words.leading_sentence(comparison, touched=True) in wrong.pinned
    assert wrong.ends == panels.ends
    twice = painter.first(seen, None, wrong)
    assert twice.pinned.count("makes no sense") == 1


def test_presets_name_their_claims():
    keys = [one["key"] for one in preset_options()]
    assert keys[0] == "C66"
    assert preset_words("") == preset_words("C99") == ""
    assert "Withheld arms" in preset_words("C66")


def test_levers_are_handed_over_by_group():
    tables = lever_tables()
    assert [one["name"] for group in tables for one in group["levers"]] == list(levers())


# ---------------------------------------------------------------- two worlds


def test_two_worlds_are_the_same_up_to_the_first_difference():
    pair = pair_of({"arms_withheld": 0.8, "tolerance": 2.0, "begun": 20.0}, 23)
    assert pair.first is not None
    assert pair.first >= 20
    for week in range(pair.first):
        topics = [
            [line for line in told.weeks[week].lines if line.topic != "events"]
            for told in (pair.was, pair.now)
        ]
        assert topics[0] == topics[1]
    assert f"week {pair.first}" in summary(pair)
    assert f"first difference: week {pair.first}" in strip(pair, 52.0)
    assert weeks_table(pair).count("first-different") == 1


def test_a_world_does_not_differ_from_itself():
    pair = pair_of({}, 5)
    assert pair.first is None
    assert "No week is told differently" in summary(pair)
    assert weeks_table(pair) == ""


# ---------------------------------------------------------------- the session and its page


class Wants:
    """Stands in for a worker: notes what is wanted."""

    def __init__(self):
        self.wanted = []

    def want(self, wanted):
        self.wanted.append(wanted)


@pytest.fixture
def session():
    found = Session({"tolerance": "1", "arms_withheld": "seven", "seed": "4"})
    found._worker = Wants()
    return found


def test_a_session_begins_with_what_the_address_has(session):
    assert session.values == {"tolerance": 1.0}
    assert list(session.problems.value) == ["arms_withheld"]


def test_dragging_asks_for_runs_and_letting_go_writes_the_address(session):
    session.moved({"name": "arms_withheld", "value": 0.3, "settled": False})
    assert session.address.value == ""
    assert session._worker.wanted[-1].values == {"tolerance": 1.0, "arms_withheld": 0.3}
    assert not session._worker.wanted[-1].settled
    assert session.problems.value == {}
    session.moved({"name": "arms_withheld", "value": 0.4, "settled": True})
    assert session.address.value == "tolerance=1&arms_withheld=0.4"
    numbers = [one.number for one in session._worker.wanted]
    assert numbers == sorted(set(numbers))


def test_a_wrong_number_gets_its_sentence_and_runs_nothing(session):
    session.entered({"name": "net_life", "text": "forever"})
    assert "forever" in session.problems.value["net_life"]
    assert session._worker.wanted == []
    session.entered({"name": "net_life", "text": "40"})
    assert "net_life" not in session.problems.value
    assert session._worker.wanted[-1].values["net_life"] == 40.0


@pytest.mark.parametrize("name", ["no_such_lever", "__class__", "../etc"])
def test_what_is_no_lever_is_passed_over(session, name):
    session.moved({"name": name, "value": 1.0, "settled": True})
    session.entered({"name": name, "text": "1"})
    assert session._worker.wanted == []


def test_resetting_one_and_all(session):
    session.moved({"name": "arms_withheld", "value": 0.3, "settled": True})
    session.reset("tolerance")
    assert session.values == {"arms_withheld": 0.3}
    before = session.version.value
    session.reset(None)
    assert session.values == {}
    assert session.version.value > before
    assert session.address.value == ""


def test_the_worlds_that_are_told_stand_in_the_address(session):
    session.tell(23)
    assert (session.pair.value, session.address.value) == (23, "tolerance=1&pair=23")
    session.reset(None)
    assert session.address.value == "pair=23"
    session.moved({"name": "arms_withheld", "value": 0.3, "settled": True})
    assert session.address.value == "arms_withheld=0.3&pair=23"
    session.tell(10**6)
    assert session.pair.value == 23
    assert Session({"pair": "7"}).pair.value == 7
    assert Session({}).wrong == Session({"pair": "7"}).wrong == ""
    for wrong in ("100", "-1", "<script>", "²"):
        refused = Session({"pair": wrong})
        assert refused.pair.value == -1
        assert f"found “{wrong}”; allowed: 0 to 99" in refused.wrong


def test_a_preset_sets_its_levers_and_a_hand_unsets_it(session):
    session.choose("C66")
    assert session.values == {"arms_withheld": 0.75, "begun": 33.0}
    assert session.preset.value == "C66"
    session.moved({"name": "arms_withheld", "value": 0.5, "settled": False})
    assert session.preset.value == ""
    session.choose("C999")
    assert session.values == {}


def test_the_page_shows_its_sentence_and_stops_when_it_is_closed():
    before = {thread.ident for thread in threading.enumerate()}
    _, rc = solara.render(solara.AppLayout(children=[Change()]), handle_error=False)
    try:
        waited = threading.Event()
        for _ in range(600):
            texts = [str(one.widget.v_slots or one.widget.children) for one in _html(rc)]
            if any("of 100 runs end with a permanent ceasefire" in text for text in texts):
                break
            waited.wait(0.1)
        else:
            pytest.fail("no sentence came")
        own = [t for t in threading.enumerate() if t.ident not in before and t.name == "ensembles"]
        assert len(own) == 1
    finally:
        rc.close()
    own[0].join(20.0)
    assert not own[0].is_alive()


def _html(rc: reacton.core._RenderContext):
    import ipyvue

    return rc.find(ipyvue.Html)
