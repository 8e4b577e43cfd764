"""Trust, memory, reputation (rule 19), blame (rule 17) and engagement."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import changed, run, settle, sign, texts, world

from ceasefire.agents.belligerent import ACCEPT, REFUSE
from ceasefire.agents.standing import (
    conduct,
    contested_blame,
    decayed,
    remember_resumption,
    share_blame,
    trust_after_breach,
    trust_after_kept,
)
from ceasefire.model.world.truce import carry_out

share = st.floats(0.0, 1.0)


def held_against(model, s):
    """What the world holds against side ``s``."""
    return conduct(s, model.belligerents[1 - s], model.captives)


@given(share, share, st.floats(0.01, 1.0))
def test_rule_19_where_nothing_happens_a_value_returns_to_its_base(value, base, rate):
    for _ in range(int(30.0 / rate)):
        value = decayed(value, base, rate, 1.0)
    assert value == pytest.approx(base, abs=1e-9)


@given(share, share, st.floats(0.0, 0.99))
def test_rule_19_two_half_steps_make_one_step(value, base, rate):
    half = decayed(decayed(value, base, rate, 0.5), base, rate, 0.5)
    assert half == pytest.approx(decayed(value, base, rate, 1.0), abs=1e-12)


def test_rule_19_in_a_world_where_nothing_happens_all_return_to_their_base():
    model = world()
    for group in model.captives:
        group.living = 0
    for side in model.belligerents:
        side.trust, side.reputation, side.memory, side.engagement = 0.9, 0.1, 3.0, 0.2
    for _ in range(1500):
        for s in range(2):
            settle(model, s)
    for side in model.belligerents:
        assert side.trust == pytest.approx(side.trust_base)
        assert side.reputation == pytest.approx(side.reputation_base)
        assert side.memory == pytest.approx(0.0, abs=1e-5)
        assert side.engagement == pytest.approx(1.0)


@given(share, share)
def test_rule_19_a_kept_exchange_raises_trust_and_a_breach_lowers_it(trust, part):
    assert trust <= trust_after_kept(trust, part) <= 1.0 + 1e-12
    assert 0.0 <= trust_after_breach(trust, part) <= trust


def test_rule_19_a_truce_kept_builds_trust_and_no_memory():
    model = world("two-rivals", {"talks.incident_rate": 0.0})
    sign(model, texts(model, ends=True)[0])
    before = [side.trust for side in model.belligerents]
    carry_out(model)
    for side, trust in zip(model.belligerents, before, strict=True):
        assert side.trust > trust
        assert side.memory == 0.0


@pytest.mark.parametrize("step", [1.0, 0.5])
def test_rule_19_a_week_of_a_kept_exchange_is_a_week_whatever_the_step(step):
    model = world("two-rivals", {"talks.incident_rate": 0.0, "war.step": step})
    model.belligerents[0].trust_gain = 0.5
    sign(model, texts(model, ends=True)[0])
    for _ in range(round(1.0 / step)):
        carry_out(model)
    assert model.belligerents[0].trust == pytest.approx(0.2 + 0.8 * 0.5)


def test_rule_19_reputation_answers_to_captives_and_to_the_toll():
    model = world()
    north, south = model.belligerents
    quiet = held_against(model, 0)
    assert 0.0 < quiet < 1.0
    south.toll_rate = 10.0 * south.toll_reference
    assert held_against(model, 0) == 1.0
    assert held_against(model, 1) == quiet
    south.toll_rate = 0.0
    for group in model.captives:
        group.living = 0
    assert held_against(model, 0) == 0.0
    before = north.reputation
    settle(model, 0)
    assert north.reputation == pytest.approx(before)


def test_rule_4_a_resumption_is_remembered_and_fades():
    model = world()
    north = model.belligerents[0]
    remember_resumption(0, model)
    settle(model, 0)
    assert north.memory == pytest.approx(1.0 - north.memory_decay)
    assert model.belligerents[1].memory == 0.0


@given(share, share, share, share, st.floats(-2.0, 2.0))
def test_rule_17_shares_of_the_blame_sum_to_one(refused, other, standing, other_standing, push):
    mine = contested_blame(refused, other, standing, other_standing, push)
    theirs = contested_blame(other, refused, other_standing, standing, -push)
    assert 0.0 <= mine <= 1.0
    assert mine + theirs == pytest.approx(1.0)


@given(st.sampled_from([0.0, 1.0]), share, share, st.floats(-0.2, 0.2))
def test_rule_17_one_who_refuses_bears_more_of_it(other, standing, other_standing, push):
    refusing = contested_blame(1.0, other, standing, other_standing, push)
    assert refusing >= contested_blame(0.0, other, standing, other_standing, push)


def test_rule_17_patrons_shift_the_blame_to_the_foe_of_whom_they_arm():
    model = world()
    for side in model.belligerents:
        side.answer = ACCEPT
    model.talks.rounds = 1
    share_blame(model)
    assert [side.blame for side in model.belligerents] == [0.5, 0.5]
    model.patrons[0].relief = 0.3
    share_blame(model)
    north, south = model.belligerents
    assert south.blame > 0.5 > north.blame
    south.answer = REFUSE
    before = south.blame
    share_blame(model)
    assert south.blame > before
    model.switches.blame = False
    share_blame(model)
    assert north.blame == south.blame == 0.5


def test_rule_17_in_runs_the_shares_sum_to_one():
    blame = run(changed("gaza-2023", {}), 60)["belligerents"]["blame"]
    assert blame.sum(axis=1) == pytest.approx(1.0)
    assert (blame[:, 0] != 0.5).any()


@pytest.mark.parametrize("switch", ["trust", "reputation"])
def test_rule_19_switched_off_it_stays(switch):
    records = run(changed("gaza-2023", {f"switches.{switch}": False}), 30)["belligerents"]
    assert (records[switch] == records[switch][0]).all()
