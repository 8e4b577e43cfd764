"""Fronts in solidarity: rule 15."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import changed, run, world

from ceasefire.agents.armed_group import attack_rate, fight_in_solidarity, risk_of_regional_war

rate = st.floats(0.0, 200.0)


@given(rate, rate, st.floats(0.0, 0.9), st.floats(0.05, 1.0))
def test_rule_15_settles_at_what_draws_it_over_what_it_excites(start, drawn, excitation, speed):
    found = start
    for _ in range(6000):
        found = attack_rate(found, drawn, found, excitation, speed)
    assert found == pytest.approx(drawn / (1.0 - excitation), rel=1e-6, abs=1e-6)


@given(rate, rate, rate, st.floats(0.0, 0.9), st.floats(0.05, 1.0), st.floats(0.1, 100.0))
def test_rule_15_attacks_excite_further_attacks(now, drawn, attacks, excitation, speed, more):
    calm = attack_rate(now, drawn, attacks, excitation, speed)
    assert attack_rate(now, drawn, attacks + more, excitation, speed) >= calm
    assert attack_rate(now, drawn + more, attacks, excitation, speed) > calm


def at_war(weeks=60, **changes):
    model = world("gaza-2023", changes)
    model.war.week = 20.0
    for _ in range(weeks):
        model.war.tick += 1
        for front in model.fronts:
            fight_in_solidarity(front, model)
    return model


def test_rule_15_in_a_world_a_front_settles_where_the_rule_says():
    model = at_war(400)
    hamas = model.belligerents[1]
    for front in model.fronts:
        drawn = front.base_rate + front.sympathy * hamas.toll_rate / hamas.toll_reference
        assert front.rate == pytest.approx(drawn / (1.0 - front.excitation))


def test_rule_15_a_truce_stops_it_within_two_weeks_and_war_brings_it_back():
    model = at_war()
    before = [front.rate for front in model.fronts]
    model.war.fighting = False
    for _ in range(2):
        for front in model.fronts:
            fight_in_solidarity(front, model)
    for front, rate_of_war in zip(model.fronts, before, strict=True):
        assert front.rate < 0.1 * rate_of_war
    for _ in range(30):
        for front in model.fronts:
            fight_in_solidarity(front, model)
    assert max(front.rate for front in model.fronts) < 1e-12
    assert not any(front.attacks for front in model.fronts)
    model.war.fighting = True
    for _ in range(60):
        for front in model.fronts:
            fight_in_solidarity(front, model)
    assert [front.rate for front in model.fronts] == pytest.approx(before, rel=1e-3)


def test_rule_15_escalates_with_the_wars_intensity():
    calm = at_war(5)
    fierce = world("gaza-2023")
    fierce.war.week = 20.0
    fierce.belligerents[1].toll_rate = 5000.0
    for _ in range(5):
        for front in fierce.fronts:
            fight_in_solidarity(front, fierce)
    for front, quieter in zip(fierce.fronts, calm.fronts, strict=True):
        assert front.rate > quieter.rate


def test_rule_15_a_front_opens_in_its_week():
    model = world("gaza-2023")
    houthis = model.fronts[1]
    model.war.week = houthis.start_week - 1.0
    fight_in_solidarity(houthis, model)
    assert houthis.rate == 0.0
    model.war.week = houthis.start_week
    fight_in_solidarity(houthis, model)
    assert houthis.rate > 0.0


def test_rule_15_half_steps_make_whole_steps():
    half, whole = at_war(120, **{"war.step": 0.5}), at_war(60)
    for one, other in zip(half.fronts, whole.fronts, strict=True):
        assert one.rate == pytest.approx(other.rate, rel=0.02)


def test_rule_15_the_hazard_of_a_regional_war_rises_with_the_fronts():
    model = world("gaza-2023", {"war.regional_hazard": 0.05})
    hits = []
    for share in (0.0, 1.0, 4.0):
        for front in model.fronts:
            front.rate = share * front.reference
        spread = 0
        for tick in range(2000):
            model.war.tick, model.war.outcome = tick, 0
            risk_of_regional_war(model)
            spread += model.war.outcome == 3
        assert model.war.regional_risk == pytest.approx(share)
        hits.append(spread / 2000)
    assert hits[0] == 0.0
    expected = 1.0 - np.exp(-0.05 * np.array([1.0, 4.0]))
    assert hits[1:] == pytest.approx(expected, abs=0.03)


def test_rule_15_without_fronts_there_is_no_regional_war():
    wild = {"war.regional_hazard": 0.1, "switches.fronts": False}
    off = run(changed("gaza-2023", wild), 60)
    assert not off["fronts"]["attacks_so_far"].any()
    assert not (off["war"]["outcome"] == 3).any()
    on = run(changed("gaza-2023", {**wild, "switches.fronts": True}), 60)
    assert (on["war"]["outcome"] == 3).any()
