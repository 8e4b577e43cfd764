"""When a round is called and how long it lasts: rule 18."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_worlds import changed, run, run_over_sets, texts, world
from worlds import SHIPPED, cases

from ceasefire.agents.belligerent import REFUSE
from ceasefire.agents.leader import NEVER
from ceasefire.agents.standing import disengage
from ceasefire.agents.talks import (
    call_rate,
    hold_round,
    name_author,
    open_round,
    presented_as_own,
    ripeness,
    settle_talks,
    table,
    wish_to_call,
)
from ceasefire.model.engines.ensemble import Ensemble

share = st.floats(0.0, 1.0)
COSTLESS = {
    "belligerent.*.toll_weight": 0.0,
    "belligerent.*.hunger_weight": 0.0,
    "belligerent.*.family_weight": 0.0,
    "belligerent.*.army_voice": 0.0,
}


@given(share, share, share, share)
def test_rule_18_time_is_ripe_only_if_both_hurt_and_neither_hopes(hurt, other, hope, other_hope):
    assert ripeness(0.0, other, hope, other_hope) == 0.0
    assert ripeness(hurt, other, 1.0, other_hope) == 0.0
    found = ripeness(hurt, other, hope, other_hope)
    assert 0.0 <= found <= min(hurt, other)
    assert found == ripeness(other, hurt, other_hope, hope)


@pytest.mark.parametrize("name", ["two-rivals", "gaza-2023"])
def test_rule_18_without_costs_no_round_is_called(name):
    calm = {**COSTLESS, "talks.rare_rate": 0.0, "talks.ripe_rate": 2.0}
    assert run(changed(name, calm), 100)["talks"]["rounds"].max() == 0
    costly = {"talks.rare_rate": 0.0, "talks.ripe_rate": 2.0}
    assert run(changed(name, costly), 100)["talks"]["rounds"].max() > 0


def test_rule_18_without_costs_rounds_are_rare():
    calm = run(changed("two-rivals", {**COSTLESS, "talks.rare_rate": 1.0}), 100)
    assert calm["talks"]["rounds"].sum() > 0


def test_rule_18_neither_may_expect_to_win():
    model = world()
    for side in model.belligerents:
        side.toll_rate = 100.0
    assert call_rate(0, model) > 0.0
    model.belligerents[1].belief_victory = 1.0
    assert call_rate(0, model) == 0.0
    model.switches.ripeness = False
    assert call_rate(0, model) == model.talks.ripe_rate


def callers(model, weeks=600):
    """In how many weeks of chance a mediator would call a round."""
    called = 0
    for tick in range(weeks):
        model.war.tick = tick
        called += wish_to_call(0, model) < 1.0
    return called


def test_rule_18_channels_and_engagement_thin_out_the_rounds():
    model = world("two-rivals", {"talks.rare_rate": 1.0})
    for side in model.belligerents:
        side.toll_rate = 100.0
    for channel in model.channels:
        channel.built, channel.trust = 1.0, 1.0
    often = callers(model)
    model.belligerents[0].engagement = 0.3
    assert 0 < callers(model) < 0.6 * often
    model.channels[1].built = 0.0
    assert callers(model) == 0


@pytest.mark.parametrize(
    ("field", "value"), [("open", True), ("phase", 1), ("last_end", 0.0), ("rounds", 13)]
)
def test_rule_18_no_round_in_a_round_a_truce_a_gap_or_a_full_log(field, value):
    model = world("two-rivals", {"talks.rare_rate": 1.0, "channel.*.built": 1.0})
    assert callers(model, 100) > 0
    setattr(model.talks, field, value)
    assert callers(model, 100) == 0


def test_rule_18_a_demand_for_dissolution_lowers_engagement():
    model = world("gaza-2023")
    hamas = model.belligerents[1]
    (demanding, *_) = texts(model, ends=True, dissolution="required")
    model.talks.text = demanding
    model.talks.rounds = 1
    table(0, model)
    assert hamas.engagement == pytest.approx(1.0 - hamas.engagement_loss)
    assert model.belligerents[0].engagement == 1.0
    disengage(hamas, 0.0, model)
    assert hamas.engagement == pytest.approx(1.0 - hamas.engagement_loss)
    model.switches.engagement = False
    disengage(hamas, 1.0, model)
    assert hamas.engagement == pytest.approx(1.0 - hamas.engagement_loss)


def test_rule_18_rounds_last_between_the_shortest_and_the_longest():
    lengths = {"talks.shortest_round": 1.0, "talks.longest_round": 6.0}
    for name in ("two-rivals", "gaza-2023"):
        records = run(changed(name, {"talks.ripe_rate": 2.0, **lengths}), 200)
        rounds = records["rounds"]
        closed = rounds["ended"] >= 0.0
        weeks = (rounds["ended"] - rounds["started"])[closed]
        assert weeks.min() >= 1.0
        assert weeks.max() <= 6.0
        refused = weeks[~rounds["signed"][closed]]
        assert len(set(refused.tolist())) > 3


def test_rule_18_the_gap_between_rounds_is_kept():
    rounds = run(changed("gaza-2023", {"talks.ripe_rate": 4.0, "talks.gap": 3.0}), 200)["rounds"]
    second = rounds["tabled"][:, 1] > 0
    assert second.any()
    assert ((rounds["started"][:, 1] - rounds["ended"][:, 0])[second] >= 3.0).all()


def test_rule_18_channels_take_time_to_build_and_estimates_fade():
    model = world("two-rivals", {"talks.*_rate": 0.0})
    channel = model.channels[0]
    channel.reluctance_end = 1.0
    built = [channel.built]
    for _ in range(100):
        model.mediators[0].step()
        built.append(channel.built)
    assert built == sorted(built)
    assert built[1] == pytest.approx(0.2 + 0.8 * channel.build_rate)
    assert built[-1] == pytest.approx(1.0, abs=1e-6)
    assert 0.0 < channel.reluctance_end < 0.1


def test_rule_18_families_that_are_switched_off_do_not_hurt():
    off = world("gaza-2023", {"switches.families": False})
    nothing = world("gaza-2023", {"belligerent.*.family_weight": 0.0})
    for model in (off, nothing):
        for side in model.belligerents:
            side.families, side.toll_rate, side.hunger = 1.0, 50.0, 0.5
    assert call_rate(0, off) == call_rate(0, nothing)


def test_both_answer_at_the_same_time():
    # What the first side says costs the second trust; the second's answer must not see that.
    model = world("two-rivals", {"belligerent.*.contradiction_cost": 1.0})
    model.talks.public, model.talks.rounds = True, 1
    for text in texts(model)[::10]:
        model.talks.text = text
        found = []
        for author in (-1, 0):
            model.talks.author = author
            for side in model.belligerents:
                side.trust = 0.5
            table(0, model)
            found.append((model.belligerents[1].answer, model.belligerents[1].balance))
        assert found[0] == found[1]


def in_a_round(changes):
    """A world in the last week of a round, whose public text bears the name of the first side."""
    model = world("two-rivals", {"switches.judgement": False, **changes})
    open_round(0, model)
    model.talks.weeks_left = 1.0
    model.talks.text, model.talks.public, model.talks.author = texts(model)[-1], True, 0
    return model


STUBBORN = {
    "belligerent.*.win_value": 3.0,
    "belligerent.*.belief_victory": 1.0,
    "belligerent.*.ownership_cost": 0.01,
    "belligerent.*.contradiction_cost": 0.5,
}


def test_rule_11_words_are_paid_for_after_the_answers_of_a_week_and_once():
    model = in_a_round(STUBBORN)
    south = model.belligerents[1]
    trust = south.trust
    hold_round(0, model)
    row = model.rounds[0]
    assert row.tabled == 2
    assert (row.answer_first, row.spoken_first) == (REFUSE, True)
    assert south.trust == trust
    settle_talks(model)
    assert south.trust == pytest.approx(0.5 * trust)
    settle_talks(model)
    assert south.trust == pytest.approx(0.5 * trust)


def test_a_round_closes_after_the_answers_of_its_last_week():
    model = in_a_round(STUBBORN)
    model.talks.weeks_left = 2.0
    for closing in (False, True):
        hold_round(0, model)
        assert model.talks.open
        assert model.talks.closing == closing
        assert model.rounds[0].ended < 0.0
        settle_talks(model)
        assert model.talks.open != closing
    assert model.rounds[0].ended == model.talks.last_end == model.war.step
    assert not model.rounds[0].signed
    assert model.talks.deal == -1


def test_a_signed_text_closes_the_round_at_once_and_becomes_the_deal():
    model = in_a_round({"belligerent.*.win_value": -1.0, "belligerent.*.peace_value": 1.5})
    model.talks.weeks_left, model.talks.text = 5.0, -1
    hold_round(0, model)
    assert (model.talks.closing, model.talks.signed, model.talks.deal) == (True, True, -1)
    settle_talks(model)
    assert model.rounds[0].signed
    assert model.talks.deal == model.rounds[0].text
    assert not any((model.talks.open, model.talks.closing, model.talks.signed))


@pytest.mark.parametrize("patron", [0, 1])
def test_rule_11_any_patron_publishes_whoever_mediates_in_the_name_of_whom_it_arms(patron):
    model = world("two-rivals", {"patron.*.publish_from": 2.0, "talks.authorship": 0.0})
    talks, one = model.talks, model.patrons[patron]
    talks.text = texts(model)[0]
    name_author(0, model)
    assert (talks.public, talks.author) == (False, -1)
    one.publish_from = one.stance
    name_author(0, model)
    (tie,) = (tie for tie in model.patronages if tie.patron == patron)
    assert (talks.public, talks.author) == (True, tie.client)
    assert presented_as_own(tie.client, model)
    # Without arms it is nobody's own.
    tie.arms_flow = 0.0
    name_author(0, model)
    assert (talks.public, talks.author) == (True, -1)


def test_rule_11_where_patrons_of_both_sides_publish_a_text_is_nobodys_own():
    model = world("two-rivals", {"patron.*.publish_from": 0.0})
    model.talks.text = texts(model)[0]
    name_author(0, model)
    assert (model.talks.public, model.talks.author) == (True, -1)


def unexplained(rounds):
    """What the logged terms of all answers leave of their balances."""
    found = []
    for side in ("first", "second"):
        terms = ("surplus", "precondition", "office", "pressure", "judgement")
        explained = sum(rounds[f"{term}_{side}"] for term in terms)
        balance = rounds[f"balance_{side}"]
        # An absolute precondition is no sum.
        given_terms = (rounds["tabled"] > 0) & (balance > NEVER)
        found.append((balance - explained)[given_terms])
    return np.concatenate(found)


@given(cases(), st.integers(0, 2**62))
@settings(max_examples=40)
def test_rule_6_in_any_world_the_logged_terms_add_up_to_the_balance(case, seed):
    rounds = Ensemble(case, seed + np.arange(5)).run().records["rounds"]
    assert unexplained(rounds) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("name", SHIPPED)
def test_rule_6_every_logged_term_is_part_of_the_balance(name):
    rounds = run_over_sets(changed(name, {"talks.ripe_rate": 2.0}), 200)["rounds"]
    assert unexplained(rounds) == pytest.approx(0.0, abs=1e-9)
    for term in ("surplus", "office", "pressure", "judgement"):
        assert rounds[f"{term}_first"].any(), term
    if name == "gaza-2023":
        assert rounds["precondition_first"].any()


def test_how_much_a_side_hurts_lies_between_none_and_all():
    model = world()
    assert call_rate(0, model) == 0.0
    for side in model.belligerents:
        side.toll_rate = 1e9
        side.belief_victory = 0.0
    assert call_rate(0, model) == pytest.approx(model.talks.ripe_rate)
