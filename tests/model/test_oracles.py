"""Closed forms that the model must meet: ruin, survival, waiting, and sets that only ever grow.

Others stand with their rules: the fixed point of opinion (``test_public_opinion``), the division
of a pie (``test_mediator``), the seats of a cabinet by enumeration (``test_government``), a
front's level and the hazard of a regional war (``test_armed_group``).
"""

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_worlds import SURE, bring_up_to_date, changed, run, texts, world

from ceasefire.agents.belligerent import ACCEPT, REFUSE
from ceasefire.agents.chance import Decision, key_of, uniform
from ceasefire.agents.leader import weigh
from ceasefire.model.world.outcome import PERMANENT

KEY = key_of("party.gambler")


@numba.njit
def ruin(runs, start, goal, up, key, decision):
    """Walks of a gambler, a draw of the model a step: whether each is ruined, and how long."""
    ruined = np.zeros(runs)
    length = np.zeros(runs)
    for seed in range(runs):
        stake = start
        week = 0
        while 0 < stake < goal:
            stake += 1 if uniform(seed, week, key, decision) < up else -1
            week += 1
        ruined[seed] = 1.0 if stake == 0 else 0.0
        length[seed] = week
    return ruined, length


@pytest.mark.parametrize(("start", "goal", "up"), [(3, 10, 0.5), (6, 10, 0.45), (2, 12, 0.55)])
@pytest.mark.parametrize("decision", [Decision.TOLL, Decision.INCIDENT])
def test_a_gambler_with_the_models_draws_is_ruined_as_often_and_as_late_as_theory_says(
    start, goal, up, decision
):
    # Draws of one actor in week after week: any dependence between weeks would show.
    ruined, length = ruin(40_000, start, goal, up, KEY, int(decision))
    ratio = (1.0 - up) / up
    if up == 0.5:
        odds, weeks = 1.0 - start / goal, start * (goal - start)
    else:
        won = (1.0 - ratio**start) / (1.0 - ratio**goal)
        odds = 1.0 - won
        weeks = (goal * won - start) / (2.0 * up - 1.0)
    runs = len(ruined)
    assert ruined.mean() == pytest.approx(odds, abs=4.5 * np.sqrt(odds * (1.0 - odds) / runs))
    assert length.mean() == pytest.approx(weeks, abs=4.5 * length.std() / np.sqrt(runs))


FIRM = {
    **SURE,
    "switches.exits": False,
    "switches.resumption": False,
    "switches.trust": False,
    "belligerent.*.peace_value": 2.0,
    "belligerent.*.trust": 0.4,
    "talks.rare_rate": 2.0,
    "channel.*.built": 1.0,
}


@pytest.mark.parametrize("step", [1.0, 0.5])
def test_a_deal_survives_incidents_with_the_odds_of_a_constant_hazard(step):
    # Nobody resumes and trust stands still: a deal reaches its end unless an incident comes first.
    rate = 0.15
    case = changed(
        "two-rivals", {**FIRM, "talks.incident_rate": rate, "war.step": step, "war.horizon": 26.0}
    )
    records = run(case, 1500)
    truces = records["truces"]
    first = truces[:, 0][(records["talks"]["truces"] > 0) & (truces["started"][:, 0] < 15.0)]
    lengths = np.array([text.weeks + text.weeks_second for text in case.grid.texts])[first["text"]]
    ends = np.array([text.ends for text in case.grid.texts])[first["text"]]
    assert (ends > 0.0).all()
    assert len(first) > 800
    expected = np.exp(-rate * (1.0 - 0.4) * lengths).mean()
    reached = (first["cause"] == 3).mean()
    assert reached == pytest.approx(expected, abs=4.5 * np.sqrt(expected / len(first)))
    assert ((records["war"]["outcome"] == PERMANENT).sum()) >= reached * len(first) - 1e-6


@pytest.mark.parametrize("step", [1.0, 0.5, 0.25])
def test_without_ripeness_the_first_round_is_waited_for_as_for_a_constant_hazard(step):
    rate, trust = 0.4, 0.5
    alone = {"talks.ripe_rate": 0.0, "talks.rare_rate": rate, "channel.*.built": 1.0}
    case = changed("two-rivals", {**alone, "channel.*.trust": trust, "war.step": step})
    records = run(case, 2000)
    rounds = records["rounds"]["started"][:, 0]
    held = records["talks"]["rounds"] > 0
    began = np.where(held, rounds, np.inf)
    for weeks in (4.0, 10.0, 20.0):
        # Only runs that have not ended by then could still have waited.
        expected = 1.0 - np.exp(-rate * trust**2 * weeks)
        found = (began < weeks).mean()
        assert found == pytest.approx(expected, abs=4.5 * np.sqrt(0.25 / 2000)), weeks


def eased(side, other, model, what, by):
    """Make one thing easier for a side by some amount."""
    if what == "war is worth less":
        side.win_value -= by
        side.lose_value -= by
    elif what == "peace is worth more":
        side.peace_value += by
    elif what == "the precondition costs less":
        side.precondition = max(0.0, side.precondition - by)
    elif what == "families weigh more":
        side.family_weight += by
    elif what == "it misjudges in favour":
        side.judgement += by
    elif what == "its own prisoners matter more":
        side.prisoner_gain += by
    else:
        assert what == "the other is weaker"
        other.capability = max(0.0, other.capability - by)


EASINGS = (
    "war is worth less",
    "peace is worth more",
    "the precondition costs less",
    "families weigh more",
    "it misjudges in favour",
    "its own prisoners matter more",
    "the other is weaker",
)


def sets(model, s, some):
    """Texts that a side signs, and those that it accepts."""
    bring_up_to_date(model)
    answers = {text: weigh(s, text, model) for text in some}
    signed = {text for text, answer in answers.items() if answer != REFUSE}
    return signed, {text for text, answer in answers.items() if answer == ACCEPT}


@pytest.mark.parametrize("what", EASINGS)
@given(st.integers(0, 1), st.floats(-0.5, 1.5), st.floats(0.0, 2.0), st.data())
@settings(max_examples=15)
def test_whatever_makes_a_text_easier_to_sign_never_shrinks_the_set_that_is_signed(
    what, s, hope, demand, data
):
    model = world("two-rivals", SURE)
    some = texts(model)[::7]
    side, other = model.belligerents[s], model.belligerents[1 - s]
    side.win_value, side.precondition, side.precondition_threshold = hope, demand, 0.3
    side.families = 0.6
    grew = 0
    before, _ = sets(model, s, some)
    for _ in range(4):
        eased(side, other, model, what, data.draw(st.floats(0.01, 0.6)))
        now, _ = sets(model, s, some)
        assert before <= now
        grew += len(now - before)
        before = now


@pytest.mark.parametrize("what", EASINGS)
def test_each_of_these_does_enlarge_the_set(what):
    model = world("two-rivals", SURE)
    some = texts(model)
    side, other = model.belligerents
    side.win_value, side.precondition, side.families = 1.0, 1.0, 0.5
    before, _ = sets(model, 0, some)
    eased(side, other, model, what, 3.0)
    now, _ = sets(model, 0, some)
    assert before < now


@given(st.floats(0.0, 3.0), st.floats(0.0, 3.0))
@settings(max_examples=20)
def test_a_firmer_guarantee_never_shrinks_what_is_accepted_where_peace_beats_war(weight, more):
    model = world(
        "two-rivals", {**SURE, "belligerent.*.peace_value": 2.5, "guarantor.*.willing": 1.0}
    )
    some = texts(model, ends=True)[::3]
    for guarantor in model.guarantors:
        guarantor.weight = weight
    _, before = sets(model, 0, some)
    for guarantor in model.guarantors:
        guarantor.weight = weight + more
    _, now = sets(model, 0, some)
    assert before <= now
