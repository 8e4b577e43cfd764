"""What a text is worth: rules 3, 9 and 10, and leverage that saturates."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from small_worlds import SURE, bring_up_to_date, gain, sign, suffer_week, texts, unmet, world

from ceasefire.agents.belligerent import ACCEPT, REFUSE
from ceasefire.agents.leader import goes_on, weigh
from ceasefire.agents.worth import (
    held,
    precondition_cost,
    prospects,
    required_belief,
    respite,
    rest_of_deal,
    resumption_cost,
    saturating,
    surplus,
    total,
    war_resumed,
    war_value,
)
from ceasefire.model.world.truce import begin_truce, exchange

worth = st.floats(-5.0, 5.0)
share = st.floats(0.0, 1.0)
BARE = {
    **SURE,
    "belligerent.*.office_weight": 0.0,
    "switches.families": False,
    "switches.protest": False,
    "switches.opinion": False,
}


@given(worth, st.floats(0.0, 3.0), share)
def test_rule_3_where_nothing_is_given_up_and_war_is_costly_a_deal_pays(war, costs, belief):
    assert surplus(0.0, war + costs, war, war, belief, 1.0) >= -1e-12


def test_rule_3_a_side_accepts_when_war_does_not_change_and_costs():
    free = {
        "belligerent.*.discount_rate": 0.0,
        "belligerent.*.future_toll_weight": 0.0,
        "belligerent.*.stake_weight": 0.0,
        "belligerent.*.peace_value": 1.0,
        "belligerent.*.win_value": 0.5,
        "belligerent.*.prisoner_cost": 0.0,
        "belligerent.*.ground_value": 0.0,
        "captives.*.leverage": 0.0,
        "switches.precondition": False,
    }
    model = world("two-rivals", {**BARE, **free})
    for text in texts(model, ends=True):
        for s in range(2):
            assert weigh(s, text, model) == ACCEPT


gap = st.floats(1e-3, 6.0)
"""How much more the rest of a deal is worth than war after phase one."""


@given(worth, gap, worth, worth, st.floats(0.1, 1.0))
def test_rule_3_surplus_is_zero_at_the_required_belief(first, more, after, war, discount):
    second = after + more
    needed = required_belief(first, second, after, war, discount)
    assert surplus(first, second, after, war, needed, discount) == pytest.approx(0.0, abs=1e-9)


@given(worth, gap, worth, worth, share, st.floats(0.1, 1.0))
def test_rule_3_accepts_exactly_from_the_required_belief_on(
    first, more, after, war, belief, discount
):
    second = after + more
    needed = required_belief(first, second, after, war, discount)
    assume(abs(belief - needed) > 1e-6)
    pays = surplus(first, second, after, war, belief, discount) >= 0.0
    assert pays == (belief >= needed)


@given(worth, gap, worth, st.floats(0.0, 0.99), st.floats(0.1, 1.0), st.floats(0.01, 3.0))
def test_rule_3_required_belief_rises_as_war_after_falls(
    first, more, after, needed, discount, fall
):
    # A deal that is not worth it with full belief either is beyond the rule's reach.
    second = after + more
    war = surplus(first, second, after, 0.0, needed, discount)
    assert required_belief(first, second, after, war, discount) == pytest.approx(needed, abs=1e-6)
    assert required_belief(first, second, after - fall, war, discount) > needed


@pytest.mark.parametrize(("first", "expected"), [(1.0, 0.0), (0.0, 2.0)])
def test_rule_3_required_belief_where_more_belief_does_not_help(first, expected):
    assert required_belief(first, 0.0, 0.0, 0.5, 1.0) == expected


def test_rule_3_giving_up_captives_lowers_the_worth_of_war_after():
    model = world()
    few, all_of_them = (
        texts(model, ends=True, **{"release-by-north": level})[0] for level in ("civilians", "all")
    )
    lost = [total(0, text, 2, model.tables, model.grid.cell) for text in (all_of_them, few)]
    assert lost[0] < lost[1] < 0.0


def test_rule_3_leverage_saturates_and_categories_count_apart():
    half = saturating(10.0, 1.0, 10.0)
    assert half == 0.5
    assert saturating(20.0, 1.0, 10.0) - half < half
    model = world("two-rivals", {"belligerent.*.image_weight": 0.0, "captives.*.holding_cost": 0.0})
    civilian, soldier = model.captives[0], model.captives[1]
    north = model.belligerents[0]
    assert held(soldier, north, model.switches, 0) > held(civilian, north, model.switches, 0) > 0.0
    model.switches.leverage_of_captives = False
    assert held(soldier, north, model.switches, 0) == 0.0


def test_rule_3_worth_of_war_falls_with_the_toll_and_with_hunger():
    model = world("gaza-2023")
    hamas = model.belligerents[1]
    before = war_value(1, model)
    hamas.war_toll_rate += 1000.0
    worse = war_value(1, model)
    hamas.hunger += 0.5
    assert war_value(1, model) < worse < before


def test_rule_3_in_a_truce_war_is_weighed_at_the_toll_of_its_last_week():
    model = world("gaza-2023", {"belligerent.*.effort": 1.0, "belligerent.*.hunger_weight": 0.0})
    hamas = model.belligerents[1]
    for side in model.belligerents:
        side.effort_now = side.effort
    suffer_week(model, 1)
    toll = hamas.toll_rate
    assert hamas.war_toll_rate == toll > 0.0
    before = war_value(1, model), respite(hamas, 6.0)
    sign(model, texts(model, ends=True)[0])
    model.belligerents[0].effort_now = 0.0
    suffer_week(model, 1)
    assert (hamas.toll_rate, hamas.war_toll_rate) == (0.0, toll)
    assert (war_value(1, model), respite(hamas, 6.0)) == before


def test_rule_3_the_dead_so_far_raise_what_a_failed_pause_costs():
    model = world("gaza-2023")
    hamas = model.belligerents[1]
    before = resumption_cost(hamas, model.switches)
    hamas.toll *= 10.0
    hamas.toll += 10_000.0
    assert resumption_cost(hamas, model.switches) > before
    model.switches.stakes = False
    assert resumption_cost(hamas, model.switches) == hamas.future_toll_weight


def test_rule_3_both_sides_are_weighed_alike():
    model = world("two-rivals", BARE)
    for text in texts(model):
        words = model.grid.level[text].tolist()
        # The mirror image: what North gives South gives, and the other way round.
        mirror = [words[0], *words[4:7], *words[1:4], words[7]]
        (other,) = (t for t in texts(model) if model.grid.level[t].tolist() == mirror)
        assert gain(model, 0, text) == pytest.approx(gain(model, 1, other), abs=1e-12)


@given(st.floats(1e-6, 1.0), worth, st.floats(1e-3, 5.0))
def test_rule_9_any_hope_is_enough_where_settling_is_as_bad_as_losing(hope, lose, better):
    settle = lose
    assert prospects(hope, lose + better, lose) > settle
    assert prospects(0.0, lose + better, lose) == settle


def test_rule_9_hope_raises_the_worth_of_war_unless_switched_off():
    model = world()
    north = model.belligerents[0]
    low = war_value(0, model)
    north.belief_victory = 1.0
    assert war_value(0, model) > low
    model.switches.prospects = False
    hopeful = war_value(0, model)
    north.belief_victory = 0.0
    assert war_value(0, model) == hopeful


ALONE = (
    *("toll_weight", "hunger_weight", "image_weight", "plight_weight"),
    *("ground_value", "ground_gain", "prisoner_gain", "prisoner_cost"),
    *("dissolution_cost", "dissolution_gain", "relief_gain", "relief_cost", "reconstruction_gain"),
    *("sanction_weight", "leverage_weight", "public_weight", "responsiveness", "precondition"),
    *("future_toll_weight", "stake_weight", "pause_cost"),
)
"""What beside its prospects weighs with a side without a cabinet."""


@pytest.mark.parametrize("hope", [0.0, 1e-6, 0.5, 1.0])
def test_rule_9_a_side_to_which_peace_is_as_bad_as_defeat_fights_on_for_any_hope(hope):
    model = world("two-rivals", {**BARE, "switches.leverage_of_captives": False})
    north = model.belligerents[0]
    for weight in ALONE:
        setattr(north, weight, 0.0)
    for group in model.captives:
        group.holding_cost = 0.0
    north.peace_value, north.belief_victory = north.lose_value, hope
    bring_up_to_date(model)
    for text in texts(model, ends=True):
        assert goes_on(0, text, model) == (hope == 0.0)


@pytest.mark.parametrize("name", ["two-rivals", "gaza-2023"])
def test_rule_5_at_the_boundary_all_is_worth_what_was_foreseen(name):
    """Where nothing but phase one has happened since, and everybody due has returned."""
    # The gain from prisoners saturates phase by phase.
    plain = {**SURE, "switches.reputation": False, "belligerent.*.prisoner_gain": 0.0}
    for text in texts(world(name), ends=True)[::9]:
        model = world(name, plain)
        cell = model.grid.cell
        resumed = [
            side.war_value
            + total(s, text, 2, model.tables, cell)
            - resumption_cost(side, model.switches)
            for s, side in enumerate(model.belligerents)
        ]
        rest = [total(s, text, 1, model.tables, cell) for s in range(2)]
        model.talks.deal = text
        begin_truce(model)
        exchange(1.0, model)
        bring_up_to_date(model)
        assert [war_resumed(s, text, model) for s in range(2)] == pytest.approx(resumed, abs=1e-12)
        assert [rest_of_deal(s, text, model) for s in range(2)] == pytest.approx(rest, abs=1e-12)


def test_rule_5_the_rest_of_a_deal_pays_for_those_who_are_left():
    model = world()
    model.belligerents[1].prisoner_cost = 2.0
    bring_up_to_date(model)
    cheap, dear = (
        texts(model, ends=True, **{"release-by-north": "civilians", "prisoners-by-south": rate})[0]
        for rate in ("one", "five")
    )
    assert rest_of_deal(1, dear, model) < rest_of_deal(1, cheap, model)
    for group in model.captives:
        group.living = 0
    bring_up_to_date(model)
    assert rest_of_deal(1, dear, model) == rest_of_deal(1, cheap, model)


@pytest.mark.parametrize("cost", ["future_toll_weight", "stake_weight", "pause_cost"])
def test_rule_5_dread_regret_and_momentum_lost_keep_a_side_from_resuming(cost):
    none = {f"belligerent.*.{name}": 0.0 for name in ("future_toll_weight", "stake_weight")}
    eager = {"belligerent.*.belief_victory": 1.0, "belligerent.*.win_value": 3.0}
    model = world("two-rivals", {**BARE, **none, **eager})
    north = model.belligerents[0]
    north.toll, north.sanction_weight = 10.0 * north.toll_reference, 0.0
    bring_up_to_date(model)
    ending = texts(model, ends=True)
    assert not any(goes_on(0, text, model) for text in ending)
    setattr(north, cost, 100.0)
    bring_up_to_date(model)
    assert all(goes_on(0, text, model) for text in ending)


def test_rule_10_off_or_met_costs_nothing():
    model = world("gaza-2023")
    israel, hamas = model.belligerents
    assert precondition_cost(israel, hamas, model.switches) > 0.0
    hamas.capability = israel.precondition_threshold
    assert precondition_cost(israel, hamas, model.switches) == 0.0
    hamas.capability = 1.0
    model.switches.precondition = False
    assert precondition_cost(israel, hamas, model.switches) == 0.0
    for text in texts(model):
        assert unmet(model, 0, text) == 0.0


def test_rule_10_is_paid_for_an_end_without_dissolution_only():
    model = world("gaza-2023")
    for text in texts(model):
        spared = not model.grid.texts[text].ends or model.grid.dissolves[text, 1] >= 1.0
        assert (unmet(model, 0, text) == 0.0) == spared


ABSOLUTE = {
    **BARE,
    "belligerent.israel.precondition_absolute": True,
    "belligerent.israel.precondition": 0.0,
    "belligerent.israel.peace_value": 3.0,
    "belligerent.israel.win_value": -1.0,
}


def test_rule_10_absolute_refuses_every_end_without_dissolution():
    model = world("gaza-2023", {**ABSOLUTE, "switches.resumption": False})
    ends = texts(model, ends=True)
    bare = [text for text in ends if model.grid.dissolves[text, 1] < 1.0]
    assert {weigh(0, text, model) for text in bare} == {REFUSE}
    assert ACCEPT in {weigh(0, text, model) for text in ends if text not in bare}
    # The same side, not absolute about it, takes some of them.
    model.belligerents[0].precondition_absolute = False
    assert ACCEPT in {weigh(0, text, model) for text in bare}


def test_rule_10_absolute_never_means_to_carry_out_an_end_without_dissolution():
    model = world("gaza-2023", ABSOLUTE)
    bare = [t for t in texts(model, ends=True) if model.grid.dissolves[t, 1] < 1.0]
    assert ACCEPT not in {weigh(0, text, model) for text in bare}


def test_rule_10_absolute_does_not_go_on_to_an_end_without_dissolution():
    model = world("gaza-2023", ABSOLUTE)
    bare = [t for t in texts(model, ends=True) if model.grid.dissolves[t, 1] < 1.0]
    assert not any(goes_on(0, text, model) for text in bare)
    model.belligerents[1].capability = model.belligerents[0].precondition_threshold
    bring_up_to_date(model)
    assert any(goes_on(0, text, model) for text in bare)
