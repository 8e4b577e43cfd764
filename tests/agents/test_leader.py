"""The leader's answer (rules 2 and 6) and what is said (rule 11)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_worlds import SURE, bring_up_to_date, changed, run, texts, unlike, world

from ceasefire.agents.belligerent import ACCEPT, REFUSE, SIGN_TO_RESUME
from ceasefire.agents.leader import (
    army_pressure,
    office_change,
    pay_for_words,
    pressures,
    says_yes,
    speak,
    weigh,
)
from ceasefire.agents.talks import call_rate

share = st.floats(0.0, 1.0)


@given(st.floats(0.0, 10.0), share, share, share)
def test_rule_2_with_the_link_cut_no_squeeze_reaches_the_leader(voice, squeeze, lasting, ends):
    assert army_pressure(voice, 0.0, squeeze, lasting, ends) == 0.0


@given(st.floats(0.1, 10.0), st.floats(0.1, 1.0), share, st.floats(0.1, 1.0))
def test_rule_2_as_the_squeeze_lasts_the_army_asks_for_an_end(voice, link, squeeze, lasting):
    any_stop = army_pressure(voice, link, squeeze, lasting, 0.0)
    assert army_pressure(voice, link, squeeze, lasting, 1.0) > any_stop
    assert any_stop == army_pressure(voice, link, squeeze, 0.0, 1.0)


def squeeze(model):
    for side in model.belligerents:
        side.squeeze = 1.0
        side.squeeze_lasting = 1.0


@pytest.mark.parametrize(
    "cut", [{"switches.army_link": False}, {"belligerent.*.army_link": 0.0}, {}]
)
def test_rule_2_with_the_link_cut_arms_leave_the_answers_alone(cut):
    model = world("two-rivals", {**SURE, **cut, "belligerent.*.army_voice": 3.0})

    def answers():
        return [(weigh(s, t, model), pressures(s, t, model)) for s in (0, 1) for t in texts(model)]

    before = answers()
    squeeze(model)
    assert (answers() == before) == bool(cut)


HUNGRY = {
    "belligerent.*.arms_stock": 1.0,
    "belligerent.*.arms_production": 0.0,
    "patronage.*.arms_flow": 0.0,
    "belligerent.*.army_voice": 1.5,
    "talks.ripe_rate": 2.0,
}


def test_rule_2_with_the_link_cut_arms_bring_no_rounds_about():
    model = world("two-rivals", {**HUNGRY, "switches.army_link": False})
    before = call_rate(0, model)
    squeeze(model)
    assert call_rate(0, model) == before


def test_rule_2_the_link_switched_off_is_a_link_of_nothing():
    off = run(changed("two-rivals", {**HUNGRY, "switches.army_link": False}), 100)
    nothing = run(changed("two-rivals", {**HUNGRY, "belligerent.*.army_link": 0.0}), 100)
    assert unlike(off, nothing, leave_out=("army_link",)) == {}
    linked = run(changed("two-rivals", HUNGRY), 100)
    assert unlike(linked, nothing, leave_out=("army_link",)) != {}


def pivotal(seats_of_opposition):
    """A world in which the hardliners of North are needed, or are not."""
    rest = 100 - 9 - 8 - seats_of_opposition
    return {
        **SURE,
        "party.north-leading.seats": rest,
        "party.north-opposition.seats": seats_of_opposition,
        "party.north-opposition.net_offer": False,
        "party.north-leading.tolerance": 5.0,
        "party.north-small.tolerance": 5.0,
        "party.north-leading.temperature": 0.01,
        "party.north-small.temperature": 0.01,
        "party.north-hardline.red_line": 0.0,
    }


def test_rule_6_without_a_pivotal_party_the_office_term_is_zero():
    needed, needless = world("two-rivals", pivotal(45)), world("two-rivals", pivotal(36))
    terms = [office_change(0, text, needless) for text in texts(needless)]
    assert terms == pytest.approx([0.0] * len(terms), abs=1e-12)
    assert min(office_change(0, text, needed) for text in texts(needed)) < -0.2


def test_rule_6_without_parliament_or_switch_the_office_term_is_zero():
    model = world()
    assert any(office_change(0, text, model) != 0.0 for text in texts(model))
    model.switches.office = False
    assert all(office_change(0, text, model) == 0.0 for text in texts(model))
    model.switches.office = True
    model.belligerents[0].majority = 0
    assert all(office_change(0, text, model) == 0.0 for text in texts(model))


@given(st.data())
@settings(deadline=None, max_examples=50)
def test_rule_6_a_lower_majority_never_shrinks_the_acceptance_set(data):
    # War is safe: nobody leaves over it.
    safe = {**SURE, "party.*.office_value": 5.0, "party.*.temperature": 0.02}
    model = world("two-rivals", {**safe, "belligerent.*.office_weight": 0.7})
    north = model.belligerents[0]
    for party in model.parties:
        party.audience_cost = data.draw(st.floats(0.0, 30.0))
        party.red_line = data.draw(st.floats(0.0, 2.0))
        party.temperature = data.draw(st.sampled_from([0.0, 0.01, 0.05]))
    some = data.draw(st.lists(st.sampled_from(texts(model)), min_size=15, max_size=15))
    north.war_value = data.draw(st.floats(-1.0, 1.0))
    signed: set[int] = set()
    for majority in (55, 51, 47, 38, 20, 0):
        north.majority = majority
        now = {text for text in some if weigh(0, text, model) != REFUSE}
        assert signed <= now
        signed = now


def test_rule_6_a_leader_for_whom_office_is_everything_hears_no_policy():
    model = world("two-rivals", {**SURE, "switches.opinion": False, "switches.families": False})
    north = model.belligerents[0]
    north.office_weight = 1.0
    before = [weigh(0, text, model) for text in texts(model)]
    north.peace_value = -10.0
    bring_up_to_date(model)
    assert [weigh(0, text, model) for text in texts(model)] == before


@pytest.mark.parametrize("press", ["families", "protest", "felt"])
def test_rule_6_pressures_favour_a_text_that_brings_everyone_home(press):
    model = world()
    text = texts(model, ends=True)[0]
    before = pressures(0, text, model)
    setattr(model.belligerents[0], press, 1.0)
    assert pressures(0, text, model) > before
    if press != "felt":
        setattr(model.switches, press, False)
        assert pressures(0, text, model) == before


def test_rule_6_a_public_in_ruins_asks_for_relief():
    model = world("gaza-2023")
    hamas = model.belligerents[1]
    bare, fed = (
        texts(model, ends=False, relief=level, release="frail")[0] for level in ("none", "aid")
    )
    for support, wanted in ((0.5, False), (0.0, True)):
        hamas.support = support
        assert (pressures(1, fed, model) > pressures(1, bare, model)) == wanted


@given(
    st.sampled_from([REFUSE, SIGN_TO_RESUME, ACCEPT]),
    st.booleans(),
    st.booleans(),
    st.floats(0.0, 5.0),
    st.floats(0.0, 5.0),
)
def test_rule_11_with_one_audience_what_is_said_is_meant(answer, public, own, cost, felt):
    assert says_yes(answer, public, own, 1, cost, felt) == (answer != REFUSE)


def test_rule_11_with_two_audiences_a_refusal_of_ones_own_public_text_is_hidden():
    assert says_yes(REFUSE, True, True, 2, 0.1, 0.0)
    assert not says_yes(REFUSE, False, True, 2, 0.1, 0.0)
    assert not says_yes(REFUSE, True, True, 2, 0.0, 0.0)
    assert says_yes(REFUSE, True, False, 2, 0.1, 0.2)


def test_rule_11_a_contradiction_costs_the_others_trust():
    model = world()
    north, south = model.belligerents
    north.answer, model.talks.public, model.talks.author = REFUSE, True, 0
    trust = south.trust
    for _ in range(2):
        # Twice in a week is as bad as once, and neither is paid for at once.
        speak(north, 0, model)
        assert north.spoken
        assert north.contradicts
        assert south.trust == trust
    pay_for_words(north, south, model.switches)
    assert south.trust == pytest.approx(trust * (1.0 - north.contradiction_cost))
    trust = south.trust
    pay_for_words(north, south, model.switches)
    north.audiences = 1
    speak(north, 0, model)
    assert not north.spoken
    pay_for_words(north, south, model.switches)
    assert south.trust == trust


def test_rule_11_pressure_makes_one_speak_as_far_as_it_weighs():
    model = world("two-rivals", {"belligerent.*.ownership_cost": 0.3})
    north = model.belligerents[0]
    north.answer, model.talks.public, model.talks.author = REFUSE, True, -1
    for weight, felt, speaks in ((0.0, 1.0, False), (0.5, 0.5, False), (0.5, 0.7, True)):
        north.leverage_weight, north.felt = weight, felt
        speak(north, 0, model)
        assert north.spoken == speaks


def test_rule_11_refusing_a_public_text_with_ones_own_name_costs_more():
    model = world()
    text = texts(model)[0]
    before = pressures(0, text, model)
    model.talks.public, model.talks.author = True, 0
    cost = model.belligerents[0].ownership_cost
    assert pressures(0, text, model) == pytest.approx(before + cost)
    model.switches.speech = False
    assert pressures(0, text, model) == before


def test_rule_11_one_audience_in_a_world():
    one = run(changed("gaza-2023", {"belligerent.*.audiences": 1}), 60)["rounds"]
    held = one["tabled"] > 0
    assert held.sum() > 20
    for side in ("first", "second"):
        assert ((one[f"answer_{side}"] != REFUSE) == one[f"spoken_{side}"])[held].all()
