"""War and its stocks: toll, hunger, captives and capability (rule 1), arms (rule 2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import changed, run, sign, suffer_week, texts, weeks_of, world

from ceasefire.agents.rules import share_of_step
from ceasefire.model.world.war import (
    arms_squeeze,
    captive_death_risk,
    conceded_share,
    keep_captives,
    next_stock,
    order_effort,
    toll_rate,
    worn_down,
)

share = st.floats(0.0, 1.0)
deaths = st.floats(0.0, 5000.0)


@given(deaths, deaths, share, share)
def test_rule_1_no_effort_no_toll(lethality, residual, capability, floor):
    assert toll_rate(0.0, lethality, residual, capability, floor) == 0.0


@given(share, st.floats(0.0, 0.99))
def test_rule_1_the_toll_falls_as_the_foe_is_worn_down_to_what_is_left(effort, floor):
    whole = toll_rate(effort, 1000.0, 100.0, 1.0, floor)
    worn = toll_rate(effort, 1000.0, 100.0, floor, floor)
    assert whole == pytest.approx(1000.0 * effort)
    assert worn == pytest.approx(100.0 * effort)
    below = toll_rate(effort, 1000.0, 100.0, 0.5 * floor, floor)
    assert below == pytest.approx(worn)


@given(share, share, share, share, st.floats(0.05, 1.0))
def test_rule_1_the_floor_is_never_crossed(capability, floor, degradation, effort, step):
    after = worn_down(capability, floor, degradation, effort, step)
    assert after >= min(capability, floor) - 1e-15
    assert after <= capability + 1e-15
    assert worn_down(capability, floor, degradation, 0.0, step) == pytest.approx(capability)


def test_rule_1_in_runs_the_floor_is_never_crossed_and_the_toll_never_falls():
    before = 0.0
    fierce = {"belligerent.israel.degradation": 0.3, "belligerent.hamas.capability_floor": 0.35}
    for records in weeks_of(changed("gaza-2023", fierce), 30):
        sides = records["belligerents"]
        assert (sides["capability"] >= sides["capability_floor"] - 1e-12).all()
        assert (sides["toll"] >= before).all()
        before = sides["toll"].copy()
    assert (sides["capability"][:, 1] < 0.6).any()


def test_rule_1_in_runs_no_effort_no_toll():
    calm = {"belligerent.*.effort": 0.0, "belligerent.*.toll": 0.0}
    records = run(changed("two-rivals", calm), 30)
    assert not records["belligerents"]["toll"].any()
    assert (records["belligerents"]["capability"] == 1.0).all()


def test_rule_1_in_a_truce_nobody_dies_of_it_and_capability_is_rebuilt():
    model = world()
    sign(model, texts(model, ends=True)[0])
    for side in model.belligerents:
        side.capability = 0.6
    for s in range(2):
        order_effort(s, model)
    for s in range(2):
        suffer_week(model, s)
    for side in model.belligerents:
        assert side.effort_now == side.toll_rate == side.toll == 0.0
        assert side.capability == pytest.approx(0.6 + 0.4 * side.recovery)


def test_rule_1_with_attrition_off_capability_is_neither_worn_down_nor_rebuilt():
    model = world("two-rivals", {"switches.attrition": False})
    for side in model.belligerents:
        side.capability, side.effort_now = 0.6, 1.0
    suffer_week(model, 0)
    sign(model, texts(model, ends=True)[0])
    suffer_week(model, 0)
    assert model.belligerents[0].capability == 0.6
    model.switches.attrition = True
    suffer_week(model, 0)
    assert model.belligerents[0].capability > 0.6


def test_a_rate_of_one_and_more_closes_the_gap_in_any_step():
    for step in (0.25, 0.5, 1.0):
        assert share_of_step(1.0, step) == share_of_step(7.0, step) == 1.0
        assert share_of_step(0.0, step) == 0.0
    assert share_of_step(0.3, 1.0) == 0.3
    assert share_of_step(0.3, 0.5) == pytest.approx(1.0 - 0.7**0.5)


def test_rule_1_hunger_follows_aid_and_a_deal_feeds():
    model = world("gaza-2023")
    hamas = model.belligerents[1]
    for _ in range(300):
        suffer_week(model, 1)
    assert hamas.hunger == pytest.approx(1.0 - hamas.aid / hamas.aid_need, abs=1e-6)
    sign(model, texts(model, ends=True, relief="reconstruction")[0])
    for _ in range(300):
        suffer_week(model, 1)
    assert hamas.aid_now == 500.0
    assert hamas.hunger == pytest.approx(0.0, abs=1e-6)


@given(st.floats(0.0, 5.0), share, st.floats(0.0, 2.0), st.floats(0.0, 2.0))
def test_rule_14_more_is_conceded_under_more_pressure_and_less_the_dearer_it_is(
    weight, felt, cost, more
):
    conceded = conceded_share(weight, felt, cost)
    assert 0.0 <= conceded <= 1.0
    assert conceded_share(weight + more, felt, cost) >= conceded
    assert conceded_share(weight, felt, cost + more) <= conceded
    assert conceded_share(weight, 0.0, cost) == conceded_share(0.0, felt, cost) == 0.0


def test_rule_14_pressure_worth_what_aid_costs_buys_all_of_the_concession():
    assert conceded_share(0.5, 0.1, 0.05) == 1.0
    assert conceded_share(0.5, 0.1, 0.0) == 1.0
    assert conceded_share(0.5, 0.1, 0.2) == pytest.approx(0.25)
    model = world("gaza-2023")
    israel, hamas = model.belligerents
    assert hamas.aid_concession > 0.0
    for weight, conceded in ((0.0, 0.0), (0.25, 0.25), (1.0, 1.0), (3.0, 1.0)):
        israel.leverage_weight, israel.felt_relief = weight, israel.relief_cost
        suffer_week(model, 1)
        assert hamas.aid_now == pytest.approx(hamas.aid + conceded * hamas.aid_concession)


@given(share, share, deaths, st.floats(1.0, 5000.0))
def test_rule_1_captives_die_more_often_under_bombing(quiet, bombing, toll, reference):
    assert captive_death_risk(quiet, bombing, 0.0, reference) == quiet
    assert quiet <= captive_death_risk(quiet, bombing, toll, reference) <= 1.0


def test_rule_1_captives_die_at_their_risk():
    model = world("gaza-2023", {"captives.hamas-civilian.rescue_rate": 0.0})
    group = model.captives[1]
    risk = group.death_risk
    total = 0
    for tick in range(3000):
        model.war.tick = tick
        group.living, group.died = 85, 0
        keep_captives(group, *reversed(model.belligerents), model.war, model.switches)
        total += group.died
        assert group.living + group.died == 85
    assert total / 3000 == pytest.approx(85 * risk, rel=0.3)
    model.switches.captive_deaths = False
    group.died = 0
    keep_captives(group, *reversed(model.belligerents), model.war, model.switches)
    assert group.died == 0


@pytest.mark.parametrize("name", ["two-rivals", "gaza-2023"])
def test_rule_1_every_captive_is_accounted_for(name):
    def counted(groups):
        return groups["living"] + groups["dead"] + groups["released"] + groups["rescued"]

    records = run(changed(name, {"talks.ripe_rate": 2.0}), 100)["captives"]
    start = changed(name, {}).records["captives"]
    assert (counted(records) == counted(start)).all()
    for field in ("living", "dead", "released", "rescued", "died", "due"):
        assert (records[field] >= 0).all()
    assert records["released"].any()


@given(*[st.floats(0.0, 50.0)] * 4, share)
def test_rule_2_a_stock_never_falls_below_nothing(stock, delivered, production, use, effort):
    after = next_stock(stock, delivered, production, use, effort)
    assert after >= 0.0
    assert next_stock(stock, delivered, production, use, 0.0) >= stock
    assert after == pytest.approx(max(0.0, stock + delivered + production - use * effort))


@given(st.floats(0.0, 100.0), st.floats(0.1, 50.0))
def test_rule_2_a_squeeze_is_the_shortfall(stock, need):
    assert arms_squeeze(0.0, need) == 1.0
    assert arms_squeeze(need, need) == 0.0
    assert 0.0 <= arms_squeeze(stock, need) <= 1.0


def weeks_of_war(model, weeks):
    for _ in range(weeks):
        for s in range(2):
            order_effort(s, model)


def test_rule_2_arms_withheld_squeeze_the_army_and_use_follows_operations():
    model = world("two-rivals", {"belligerent.*.effort": 1.0})
    north, south = model.belligerents
    for tie in model.patronages:
        tie.withheld_now = 1.0 if tie.client == 0 else 0.0
    weeks_of_war(model, 15)
    assert north.squeeze > south.squeeze > 0.0
    assert 0.0 < north.squeeze_lasting < north.squeeze
    assert north.effort_now < south.effort_now <= 1.0
    weeks_of_war(model, 100)
    assert north.squeeze_lasting == pytest.approx(north.squeeze, abs=1e-3)
    model.war.fighting = False
    stock = north.arms_stock
    weeks_of_war(model, 1)
    assert north.arms_stock == pytest.approx(stock + north.arms_production)


def test_rule_2_the_squeeze_switched_off_is_never_felt():
    model = world("two-rivals", {"belligerent.*.effort": 1.0, "switches.arms_squeeze": False})
    weeks_of_war(model, 60)
    for side in model.belligerents:
        assert side.arms_stock < side.arms_need
        assert side.squeeze == side.squeeze_lasting == 0.0
        assert side.effort_now == side.effort
