"""Carrying out a deal: phases, exchanges, boundaries (rule 5) and how a truce ends."""

import pytest
from small_worlds import SURE, changed, run, sign, texts, world

from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.model.engines.ensemble import Ensemble
from ceasefire.model.world.outcome import PERMANENT, REGIONAL
from ceasefire.model.world.truce import (
    BOTH,
    BROKEN,
    CUT_OFF,
    ENDED_WAR,
    LAPSED,
    NOBODY,
    begin_truce,
    carry_out,
    end_truce,
    exchange,
    incident,
    plan_releases,
)

KEPT = {
    **SURE,
    "talks.incident_rate": 0.0,
    "switches.resumption": False,
    "switches.captive_deaths": False,
}


def begun(text_of, changes=KEPT, name="two-rivals"):
    model = world(name, changes)
    model.talks.deal = text_of(model)
    begin_truce(model)
    return model


def firm(model):
    (text, *_) = texts(model, ends=True, guarantee="patron")
    return text


def pause(model):
    (text, *_) = texts(
        model, ends=False, **{"release-by-north": "civilians", "prisoners-by-south": "five"}
    )
    return text


def test_a_deal_that_nobody_breaks_ends_the_war_after_both_phases():
    model = begun(firm)
    text = model.grid.texts[model.talks.deal]
    weeks = 0
    while model.war.outcome == 0:
        carry_out(model)
        weeks += 1
        assert not model.war.fighting
        assert model.talks.phase == (1 if weeks < text.weeks else 2)
    assert weeks == text.weeks + text.weeks_second
    assert model.war.outcome == PERMANENT
    assert model.truces[0].cause == ENDED_WAR
    assert model.truces[0].weeks == weeks
    assert not any(group.living for group in model.captives)


def test_phase_one_returns_what_its_text_says_at_its_rate():
    model = begun(pause)
    due = sum(group.due for group in model.captives)
    assert due == 30
    exchange(1.0, model)
    row = model.truces[0]
    assert row.released == due
    assert row.prisoners == 5 * due
    assert not any(group.due for group in model.captives)


def test_an_exchange_is_spread_over_the_phase():
    model = begun(firm)
    due = sum(group.due for group in model.captives)
    counts = []
    for week in range(4):
        before = model.truces[0].released
        exchange(4.0 - week, model)
        counts.append(model.truces[0].released - before)
    assert sum(counts) == due
    assert max(counts) - min(counts) <= len(model.captives)


def test_a_pause_is_extended_as_often_as_it_may_and_then_lapses():
    model = begun(pause)
    for group in model.captives:
        group.living = 1000
    weeks = 0
    while model.talks.phase > 0:
        # There must be someone to release each time.
        model.captives[0].living = 100
        carry_out(model)
        weeks += 1
    assert weeks == 1 + model.talks.extensions
    row = model.truces[0]
    assert (row.cause, row.resumed_by) == (LAPSED, NOBODY)
    assert model.war.fighting
    assert model.talks.deal == -1


def test_rule_5_a_side_that_prefers_war_resumes_at_the_boundary():
    eager = {**KEPT, "switches.resumption": True, "belligerent.north.win_value": 3.0}
    eager |= {"belligerent.north.belief_victory": 1.0, "belligerent.south.win_value": -1.0}
    eager |= {"belligerent.north.sanction_weight": 0.0, "belligerent.south.office_weight": 0.0}
    model = begun(firm, eager)
    while model.talks.phase == 1:
        carry_out(model)
    assert (model.truces[0].cause, model.truces[0].resumed_by) == (BROKEN, 0)
    north, south = model.belligerents
    assert (north.memory, south.memory) == (0.0, 1.0)
    assert north.trust < 0.5
    assert model.war.fighting


def test_rule_5_sanctions_without_bounds_carry_the_same_deal_through():
    eager = {**KEPT, "switches.resumption": True, "belligerent.*.win_value": 3.0}
    model = begun(firm, {**eager, "belligerent.*.belief_victory": 1.0})
    for side in model.belligerents:
        side.sanction_weight = 1e9
    while model.war.outcome == 0:
        carry_out(model)
    assert model.war.outcome == PERMANENT


@pytest.mark.parametrize(("resumed_by", "memories"), [(NOBODY, 0), (0, 1), (1, 1), (BOTH, 2)])
def test_who_sees_the_other_resume_remembers_it(resumed_by, memories):
    model = begun(pause)
    end_truce(LAPSED, resumed_by, model)
    assert sum(side.memory for side in model.belligerents) == memories
    if resumed_by in (0, 1):
        assert model.belligerents[1 - resumed_by].memory == 1.0


@pytest.mark.parametrize("resumed_by", [NOBODY, 0, 1, BOTH])
@pytest.mark.parametrize("cause", [LAPSED, BROKEN])
def test_rule_19_a_breach_costs_trust_only_to_the_side_that_sees_the_other_break(cause, resumed_by):
    model = begun(pause)
    before = [side.trust for side in model.belligerents]
    end_truce(cause, resumed_by, model)
    for s, side in enumerate(model.belligerents):
        betrayed = cause == BROKEN and resumed_by in (1 - s, BOTH)
        assert side.trust == pytest.approx(before[s] * (1.0 - side.trust_loss * betrayed))


def test_incidents_are_rarer_the_more_the_sides_trust():
    model = begun(firm, {"talks.incident_rate": 0.5})
    found = []
    for trust in (0.0, 0.5, 1.0):
        for side in model.belligerents:
            side.trust = trust
        hits = 0
        for tick in range(1500):
            model.war.tick = tick
            hits += incident(model)
        found.append(hits / 1500)
    assert found == pytest.approx([0.393, 0.221, 0.0], abs=0.05)


def test_an_end_state_that_came_first_stays():
    """A regional war in the last week of a deal is a regional war."""
    model = begun(firm)
    model.talks.phase, model.talks.weeks_in_phase = 2, 3.0
    model.war.outcome = REGIONAL
    carry_out(model)
    assert model.war.outcome == REGIONAL


def late_captives(case):
    """Ten captives who come into a group that was empty, and a war that stops."""
    event = {"week": 0, "add": {"captives.north-civilian.living": 10}}
    return case.with_events([event])


def test_captives_taken_later_can_be_released():
    case = late_captives(changed("two-rivals", {**KEPT, "captives.north-civilian.living": 0}))
    model = CeasefireModel(case, rng=1)
    model.step()
    sign(model, pause(model))
    plan_releases(model.talks.deal, True, model)
    exchange(1.0, model)
    assert model.captives[0].released == 10


def test_captives_taken_later_can_be_released_in_the_compiled_engine():
    eager = {
        "captives.north-civilian.living": 0,
        "talks.ripe_rate": 2.0,
        "talks.rare_rate": 1.0,
        "channel.*.built": 1.0,
        "channel.*.trust": 1.0,
        "belligerent.*.win_value": -1.0,
    }
    records = Ensemble(late_captives(changed("two-rivals", {**KEPT, **eager})), range(50)).run()
    assert records.records["captives"]["released"][:, 0].any()


def test_truces_in_force_at_the_end_are_cut_off_and_no_other_is():
    records = run(changed("two-rivals", {"talks.ripe_rate": 2.0, "talks.rare_rate": 0.5}), 200)
    truces, war = records["truces"], records["war"]
    begun_at_all = truces["cause"] > 0
    number = records["talks"]["truces"]
    assert (begun_at_all.sum(axis=1) == number).all()
    ended_war = (truces["cause"] == ENDED_WAR).any(axis=1)
    assert (ended_war == (war["outcome"] == PERMANENT)).all()
    in_force = records["talks"]["phase"] > 0
    cut = (truces["cause"] == CUT_OFF).any(axis=1)
    assert (cut == (in_force & (war["outcome"] != PERMANENT))).all()
    assert begun_at_all.any()
