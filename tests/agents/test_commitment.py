"""Why would they keep it: rules 4 and 5, and a mediator's word (rule 12)."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import SURE, believed, bring_up_to_date, gain, strength_of, texts, world
from worlds import SHIPPED

from ceasefire.agents.belligerent import ACCEPT, SIGN_TO_RESUME
from ceasefire.agents.commitment import (
    guaranteed_belief,
    mediator_word,
    sanctions,
    unaided_belief,
    would_resume,
)
from ceasefire.agents.leader import goes_on, weigh
from ceasefire.agents.worth import war_value

share = st.floats(0.0, 1.0)


@given(share, share)
def test_rule_4_a_guarantee_without_bounds_makes_belief_certain(unaided, assurance):
    assert guaranteed_belief(unaided, assurance, math.inf) == pytest.approx(1.0)
    assert guaranteed_belief(unaided, 0.0, 0.0) == pytest.approx(unaided)


@given(share, share, st.floats(0.0, 5.0), st.floats(0.0, 5.0))
def test_rule_4_belief_is_a_probability_and_rises_with_the_guarantee(q, assurance, strength, more):
    low = guaranteed_belief(q, assurance, strength)
    high = guaranteed_belief(q, assurance, strength + more)
    assert 0.0 <= low <= high <= 1.0


@given(share, share, st.floats(0.01, 5.0), st.floats(0.01, 3.0), share, share)
def test_rule_4_memory_and_aims_lower_belief(turning, trust, memory, weight, hostility, aims):
    fresh = unaided_belief(turning, trust, 0.0, weight, hostility, aims)
    assert unaided_belief(turning, trust, memory, weight, hostility, aims) <= fresh
    assert fresh <= unaided_belief(turning, trust, 0.0, weight, 0.0, aims)


def test_rule_4_memory_fades_belief_by_its_weight_per_resumption():
    whole = unaided_belief(1.0, 0.5, 0.0, 0.7, 0.3, 0.5)
    assert unaided_belief(1.0, 0.5, 2.0, 0.7, 0.3, 0.5) == pytest.approx(whole * math.exp(-1.4))
    for case in SHIPPED.values():
        units = {s.unit for name, s in case.settings.items() if name.endswith(".memory_weight")}
        assert units == {"1/resumption"}


def ending(model):
    """Duration and guarantee levels of the firmest text that ends the war."""
    return (
        len(model.grid.durations) - 1,
        len(model.grid.guarantees) - 1,
    )


def test_rule_4_in_a_world_a_guarantee_without_bounds_makes_belief_certain():
    model = world()
    duration, guarantee = ending(model)
    before = believed(model, 0, duration, guarantee)
    for guarantor in model.guarantors:
        guarantor.weight = 1e6
    assert before < 0.9
    assert believed(model, 0, duration, guarantee) == 1.0
    # Nobody guarantees more than a pause.
    assert believed(model, 0, 0, guarantee) == believed(model, 0, 0, 0) < 0.2


def test_rule_4_without_memory_belief_is_higher():
    model = world()
    duration, guarantee = ending(model)
    fresh = believed(model, 0, duration, guarantee)
    model.belligerents[0].memory = 1.0
    remembering = believed(model, 0, duration, guarantee)
    model.switches.memory = False
    assert remembering < fresh == believed(model, 0, duration, guarantee)


def test_rule_4_a_pause_carries_a_small_belief_of_turning_into_more():
    model = world()
    assert 0.0 < believed(model, 0, 0, 0) < believed(model, 0, ending(model)[0], 0)


def test_rule_4_only_those_who_sign_lend_strength():
    model = world()
    firmest = len(model.grid.guarantees) - 1
    whole = strength_of(model, firmest)
    model.guarantors[0].signs = False
    assert 0.0 < strength_of(model, firmest) < whole
    for guarantor in model.guarantors:
        guarantor.signs = False
    assert strength_of(model, firmest) == strength_of(model, 0) == 0.0


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_rule_5_sanctions_without_bounds_keep_everyone_from_resuming(temptation, peace):
    assert not would_resume(temptation, math.inf, peace)


EAGER = {
    **SURE,
    "belligerent.*.belief_victory": 1.0,
    "belligerent.*.win_value": 3.0,
    "belligerent.*.peace_value": -1.0,
}


def test_rule_5_in_a_world_sanctions_without_bounds_keep_everyone_from_resuming():
    model = world("two-rivals", EAGER)
    firm = texts(model, ends=True, guarantee="patron")
    assert not any(goes_on(0, text, model) for text in firm)
    for side in model.belligerents:
        side.sanction_weight = 1e9
    assert all(goes_on(s, text, model) for text in firm for s in range(2))


def test_rule_5_nobody_resumes_where_resuming_is_switched_off():
    model = world("two-rivals", {**EAGER, "switches.resumption": False})
    assert all(goes_on(s, text, model) for text in texts(model) for s in range(2))
    answers = {weigh(s, text, model) for text in texts(model, ends=True) for s in range(2)}
    assert SIGN_TO_RESUME not in answers


def test_rule_5_captives_still_held_lower_the_temptation_to_resume():
    model = world("two-rivals", SURE)
    holding = war_value(0, model)
    for group in model.captives:
        if group.origin == 0:
            group.living = 0
    assert war_value(0, model) > holding


def test_rule_5_sanctions_foreseen_are_what_a_pause_locks_in():
    model = world("two-rivals", {**EAGER, "belligerent.*.office_weight": 0.0})
    north = model.belligerents[0]
    (text, *_) = texts(model, ends=False, guarantee="mediators")
    free = gain(model, 0, text)
    north.felt = 1.0
    assert sanctions(north, 0.0) == pytest.approx(north.leverage_weight)
    assert gain(model, 0, text) < free - 0.1
    model.switches.lock_in = False
    assert gain(model, 0, text) > free


def test_rule_5_signing_to_resume_is_an_answer_of_its_own():
    crafty = {
        **EAGER,
        "belligerent.*.office_weight": 0.0,
        "belligerent.*.sanction_weight": 0.0,
        "belligerent.*.future_toll_weight": 0.0,
        "belligerent.*.stake_weight": 0.0,
        "belligerent.*.respite_weight": 0.5,
        "belligerent.*.discount_rate": 0.0,
    }
    model = world("two-rivals", crafty)
    for side in model.belligerents:
        side.toll_rate = side.toll_reference
    bring_up_to_date(model)
    answers = {weigh(0, text, model) for text in texts(model, ends=True)}
    assert SIGN_TO_RESUME in answers
    assert ACCEPT not in answers


@given(share)
def test_rule_12_a_mediator_who_always_vouches_teaches_nothing(honesty):
    assert mediator_word(honesty, 1.0) == pytest.approx(0.0, abs=1e-15)


@given(st.floats(0.01, 0.99), share, share)
def test_rule_12_the_less_biased_the_more_a_word_teaches(honesty, bias, other):
    low, high = min(bias, other), max(bias, other)
    assert mediator_word(honesty, high) + 1e-15 >= 0.0
    assert mediator_word(honesty, high) <= mediator_word(honesty, low) <= 1.0 - honesty + 1e-15


def test_rule_12_a_word_counts_only_in_a_round_and_if_it_teaches():
    model = world()
    duration, guarantee = ending(model)
    silent = believed(model, 0, duration, guarantee)
    model.talks.open = True
    model.talks.mediator = 0
    assert believed(model, 0, duration, guarantee) > silent
    model.mediators[0].bias = 1.0
    assert believed(model, 0, duration, guarantee) == pytest.approx(silent, abs=1e-15)
