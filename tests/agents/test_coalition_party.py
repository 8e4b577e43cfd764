"""Parties: who threatens, leaves and returns (rule 7); nets and rivals (rule 8)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import (
    changed,
    odds_under,
    run,
    sign,
    support_under,
    texts,
    unlike,
    weeks_of,
    world,
)

from ceasefire.agents.chance import Decision, uniform
from ceasefire.agents.coalition_party import (
    decide_membership,
    leave_cost,
    leave_probability,
    net_odds,
    offer_safety_net,
    plan_grievance,
)

amount = st.floats(0.0, 5.0)


@given(amount, amount, amount, st.floats(-3.0, 3.0), amount, st.floats(0.01, 2.0))
def test_rule_7_tolerance_without_bounds_keeps_everyone(
    concession, red_line, audience, policy, office, temperature
):
    cost = leave_cost(concession, red_line, audience, policy, office, math.inf)
    assert leave_probability(cost, temperature) == pytest.approx(0.0, abs=1e-300)


@given(st.floats(-5.0, 5.0))
def test_rule_7_without_temperature_the_odds_are_a_threshold(cost):
    threshold = 1.0 if cost > 0.0 else 0.0
    assert leave_probability(cost, 0.0) == threshold
    if abs(cost) > 1e-3:
        assert leave_probability(cost, 1e-6) == pytest.approx(threshold)


@given(st.floats(0.01, 5.0), st.floats(0.0, 1e-6))
def test_rule_7_as_the_temperature_goes_to_zero_nothing_overflows(cost, temperature):
    # In the readable engine a concession comes from an array.
    assert leave_probability(np.float64(cost), temperature) == pytest.approx(1.0)
    assert leave_probability(np.float64(-cost), temperature) == pytest.approx(0.0)


@given(amount, amount, st.floats(0.0, 2.0), st.floats(0.0, 3.0), amount, st.floats(0.01, 2.0))
def test_rule_7_a_larger_concession_never_lowers_the_odds(
    concession, more, red_line, audience, office, temperature
):
    def odds(x):
        cost = leave_cost(x, red_line, audience, 0.5, office, 0.0)
        return leave_probability(cost, temperature)

    assert odds(concession + more) >= odds(concession)


def test_rule_7_in_a_world_tolerance_without_bounds_keeps_everyone():
    tolerant = {"party.*.tolerance": 5.0, "party.*.office_value": 5.0, "party.*.rival": False}
    kept = run(changed("gaza-2023", {**tolerant, "party.*.temperature": 0.01}), 100)
    assert not kept["parties"]["left"].any()
    assert run(changed("gaza-2023", {}), 100)["parties"]["left"].any()


def test_rule_7_threatens_before_it_leaves():
    before = None
    left = 0
    for records in weeks_of(changed("gaza-2023", {}), 200):
        parties = records["parties"]
        if before is not None:
            goes = before["member"] & parties["left"] & ~before["left"]
            left += int(goes.sum())
            assert before["threatening"][goes].all()
        before = parties.copy()
    assert left > 50


def leaver(tolerance=-1.0):
    model = world("two-rivals", {"party.north-hardline.tolerance": tolerance})
    party = model.parties[model.names["parties"].index("north-hardline")]
    party.office_value = 0.0
    return model, party


def test_rule_7_leaves_one_step_after_its_first_threat():
    model, party = leaver()
    party.temperature = 0.0
    decide_membership(party, model)
    assert party.threatening
    assert party.member
    decide_membership(party, model)
    assert party.left
    assert not party.member
    assert party.left_week == model.war.week


def test_rule_7_over_a_spell_it_leaves_with_the_odds_it_was_reckoned_with():
    model, party = leaver(tolerance=0.0)
    text = texts(model, ends=True)[0]
    party.temperature = 1.0
    sign(model, text)
    odds = odds_under(model, party, text)
    assert 0.05 < odds < 0.95
    left = 0
    for seed in range(500):
        model.war.seed = seed
        party.member, party.left, party.threatening = True, False, False
        draws = uniform(seed, 2 * model.talks.truces + 1, party.key, Decision.LEAVE)
        for _ in range(6):
            decide_membership(party, model)
            # A threat makes backing down dear; that comes on top.
            party.commitment = 0.0
        assert party.left == (draws < odds)
        left += party.left
    assert abs(left / 500 - odds) < 4.0 * math.sqrt(odds * (1.0 - odds) / 500)


def test_rule_7_belief_lies_in_the_draw_so_the_odds_do_not_depend_on_it():
    model, party = leaver(tolerance=0.0)
    text = texts(model, ends=True)[0]
    before = support_under(model, party, text)
    model.war.seed += 1
    assert support_under(model, party, text) == before


def test_rule_7_may_return_if_the_war_resumes():
    model, party = leaver(tolerance=5.0)
    party.member, party.left, party.left_over_deal = False, True, True
    party.office_value, party.may_return = 5.0, False
    decide_membership(party, model)
    assert not party.member
    party.may_return = True
    model.war.fighting = False
    decide_membership(party, model)
    assert not party.member
    model.war.fighting = True
    decide_membership(party, model)
    assert party.member
    assert not party.left


@pytest.mark.parametrize("over_deal", [True, False])
def test_rule_7_only_one_who_left_over_a_deal_returns(over_deal):
    model, party = leaver()
    text = texts(model, ends=True)[0]
    party.temperature = 0.0
    model.talks.truces = 1
    if over_deal:
        sign(model, text)
    for _ in range(2):
        decide_membership(party, model)
    assert party.left
    assert party.left_over_deal == over_deal
    # Truces that come and go later bring back nobody who left in war.
    sign(model, text)
    model.talks.phase, model.talks.deal, model.war.fighting = 0, -1, True
    party.tolerance = party.office_value = 5.0
    decide_membership(party, model)
    assert party.member == over_deal


def test_rule_7_switched_off_nobody_leaves():
    runs = run(changed("gaza-2023", {"switches.exits": False}), 60)
    assert not runs["parties"]["left"].any()
    assert not runs["parties"]["threatening"].any()


@given(amount, st.floats(1.0, 100.0))
def test_rule_8_a_net_that_nobody_believes_is_worth_nothing(life, horizon):
    assert net_odds(0.0, life, horizon) == 0.0
    assert net_odds(1.0, horizon, horizon) == 1.0


NET = {"party.*-opposition.net_offer": True, "talks.ripe_rate": 2.0}


def test_rule_8_in_a_world_a_net_that_nobody_believes_is_no_net():
    doubted = {**NET, "party.*.net_credibility": 0.0}
    none = {**NET, "party.*.net_offer": False}
    left_out = ("net_credibility", "net_offer")
    first = run(changed("two-rivals", doubted), 200)
    assert unlike(first, run(changed("two-rivals", none), 200), left_out) == {}
    firm = run(changed("two-rivals", {**NET, "party.*.net_credibility": 1.0}), 200)
    assert unlike(first, firm, left_out) != {}


def test_rule_8_a_kept_offer_counts_and_runs_out():
    model = world("two-rivals", NET)
    party = model.parties[model.names["parties"].index("north-opposition")]
    party.net_credibility, party.net_life = 1.0, 2.0
    offer_safety_net(party, model)
    weeks = 0
    while party.supporting > 0.0:
        assert support_under(model, party, -1) == 1.0
        decide_membership(party, model)
        weeks += 1
    assert weeks == 2
    assert support_under(model, party, -1) == 0.0
    party.net_credibility = 0.0
    offer_safety_net(party, model)
    assert party.supporting == 0.0


def test_rule_8_a_rival_tires_of_having_no_plan():
    model = world("gaza-2023")
    party = model.parties[model.names["parties"].index("national-unity")]
    israel = model.belligerents[0]
    assert plan_grievance(party, party.plan_patience) == 0.0
    patient = odds_under(model, party, -1)
    israel.weeks_without_plan = party.plan_patience + 10.0
    assert odds_under(model, party, -1) > patient
    model.switches.rival_partner = False
    assert odds_under(model, party, -1) == pytest.approx(patient, rel=1e-12)


def test_rule_8_a_rival_does_not_carry_the_leader_beyond_the_emergency():
    model = world("gaza-2023")
    party = model.parties[model.names["parties"].index("national-unity")]
    party.beyond_emergency = 0.0
    for text in texts(model, ends=True)[:20]:
        assert odds_under(model, party, text) == 1.0
    for text in texts(model, ends=False)[:20]:
        assert odds_under(model, party, text) < 0.5


def test_a_party_without_a_draw_below_its_odds_stays():
    model, party = leaver(tolerance=0.0)
    odds = odds_under(model, party, -1)
    stays = [s for s in range(50) if uniform(s, 0, party.key, Decision.LEAVE) >= odds]
    assert stays
    for seed in stays:
        model.war.seed = seed
        decide_membership(party, model)
        decide_membership(party, model)
    assert party.member
    assert np.isclose(party.leave_odds, odds)
