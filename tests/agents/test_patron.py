"""Patrons: stance and votes (rule 13), leverage (rule 14), believed blame (rule 17)."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import changed, run, unlike, weeks_of, world

from ceasefire.agents.patron import (
    believed_blame,
    carry_out_probability,
    felt_pressure,
    learned_resolve,
    stance_target,
    take_stance,
    use_leverage,
    vote_on,
)

share = st.floats(0.0, 1.0)
WEIGHTLESS = {
    "patron.*.electoral_weight": 0.0,
    "patron.*.isolation_weight": 0.0,
    "patron.*.regional_weight": 0.0,
}


def test_rule_13_without_weights_a_stance_never_moves():
    model = world("gaza-2023", WEIGHTLESS)
    before = [patron.stance for patron in model.patrons]
    model.run()
    assert [patron.stance for patron in model.patrons] == before
    moved = world("gaza-2023", {}).run()
    assert [patron.stance for patron in moved.patrons] != before


@given(share, st.floats(0.0, 2.0), st.floats(0.0, 3.0))
def test_rule_13_blaming_the_other_relieves_but_never_pushes_below_the_base(base, concern, relief):
    assert base <= stance_target(base, concern, relief) <= stance_target(base, concern, 0.0) <= 1.0


@pytest.mark.parametrize("worry", ["electoral", "isolation", "regional"])
def test_rule_13_each_worry_moves_the_stance_toward_an_end(worry):
    weights = {**WEIGHTLESS, f"patron.usa.{worry}_weight": 2.0, "patron.*.blame_effort": 0.0}
    model = world("gaza-2023", weights)
    for bloc in model.blocs:
        bloc.opinion = 1.0
    model.war.world_opinion = 1.0
    model.war.regional_risk = 1.0
    usa = model.patrons[0]
    before = usa.stance
    take_stance(usa, 0, model.blocs, model.war, model.switches)
    assert usa.stance == pytest.approx(before + (1.0 - before) * usa.inertia)


@given(share, share, st.floats(0.0, 0.5))
def test_rule_13_a_vote_goes_from_yes_to_abstention_to_veto(stance, demand, margin):
    vote = vote_on(stance, demand, margin)
    assert vote_on(min(1.0, stance + 0.1), demand, margin) >= vote
    assert vote_on(stance, 0.0, margin) == 1
    if margin == 0.0:
        assert vote in (-1, 1)


@given(share, st.floats(0.01, 1.0))
def test_rule_14_never_carried_out_resolve_is_no_longer_believed(believed, learning):
    for _ in range(int(12.0 / learning)):
        fallen = learned_resolve(believed, False, learning)
        assert fallen <= believed
        believed = fallen
    assert believed < 1e-5


def test_rule_14_always_carried_out_resolve_comes_to_be_believed():
    believed = 0.0
    for _ in range(100):
        believed = learned_resolve(believed, True, 0.15)
    assert believed == pytest.approx(1.0, abs=1e-6)


def press(model, p):
    """One week of the leverage of patron ``p``."""
    patron, sides = model.patrons[p], model.belligerents
    use_leverage(patron, p, model.patronages, sides, model.war, model.switches)


PRESSING = {"patronage.*.press_from": 0.0, "talks.*_rate": 0.0}


def test_rule_14_in_a_world_threats_never_carried_out_come_to_nothing():
    records = run(changed("two-rivals", {**PRESSING, "patron.*.resolve": 0.0}), 20)
    ties = records["patronages"]
    assert (ties["lines_crossed"] >= 20).all()
    assert (ties["believed_resolve"] < 0.02).all()
    assert (ties["felt"] < 0.002).all()
    firm = run(changed("two-rivals", {**PRESSING, "patron.*.resolve": 1.0}), 20)["patronages"]
    assert (firm["believed_resolve"] > 0.9).all()


@pytest.mark.parametrize("fighting", [True, False])
@pytest.mark.parametrize("presses", [True, False])
def test_rule_14_a_patron_presses_in_war_and_truce_but_lines_are_crossed_in_war(fighting, presses):
    model = world("two-rivals", {**PRESSING, "patron.*.resolve": 0.0})
    tie, patron = model.patronages[0], model.patrons[0]
    believed = tie.believed_resolve
    model.war.fighting, tie.press_from = fighting, 0.0 if presses else 1.0
    press(model, 0)
    assert tie.lines_crossed == (fighting and presses)
    assert (tie.believed_resolve < believed) == (fighting and presses)
    assert patron.pressing == presses
    assert model.belligerents[0].felt == tie.felt
    assert (tie.felt > 0.0) == presses
    assert model.belligerents[1].felt == 0.0


def test_rule_14_a_patron_may_press_one_client_and_not_yet_the_other():
    model = world("gaza-2023", {"patronage.*.press_from": 1.0})
    usa = model.names["patrons"].index("usa")
    mine = [tie for tie in model.patronages if tie.patron == usa]
    assert len({tie.client for tie in mine}) == 2
    for pressed in mine:
        pressed.press_from = model.patrons[usa].stance
        press(model, usa)
        assert [tie.felt > 0.0 for tie in mine] == [tie is pressed for tie in mine]
        assert model.patrons[usa].pressing
        pressed.press_from = 1.0
    press(model, usa)
    assert not model.patrons[usa].pressing


def test_rule_14_sustained_pressure_beats_a_burst_of_the_same_total():
    model = world("two-rivals", PRESSING)
    tie = model.patronages[0]
    burst = sustained = 0.0
    believed = learned_resolve(tie.believed_resolve, True, tie.learning)
    burst += felt_pressure(tie, 1.0, 1.0, 1.0, believed)
    believed = tie.believed_resolve
    for _ in range(10):
        believed = learned_resolve(believed, True, tie.learning)
        sustained += felt_pressure(tie, 0.1, 0.1, 0.1, believed)
    assert sustained > 1.2 * burst


@given(share, share, share, share)
def test_rule_14_pressure_is_in_proportion_to_belief_and_passes_through_a_host(d, e, a, believed):
    model = world("two-rivals")
    tie = model.patronages[0]
    whole = felt_pressure(tie, d, e, a, believed)
    assert felt_pressure(tie, d, e, a, 0.5 * believed) == pytest.approx(0.5 * whole)
    tie.transmission = 0.4
    assert felt_pressure(tie, d, e, a, believed) == pytest.approx(0.4 * whole)
    assert felt_pressure(tie, d, e, a, 0.0) == 0.0


@given(st.floats(0.01, 1.0), share, st.floats(0.01, 1.0))
def test_rule_14_carrying_out_is_likelier_with_resolve_and_never_without(resolve, cost, spread):
    odds = carry_out_probability(resolve, cost, spread)
    assert carry_out_probability(0.0, cost, spread) == 0.0
    assert 0.0 < odds <= 1.0
    assert carry_out_probability(resolve, cost + 0.1, spread) <= odds
    assert carry_out_probability(min(1.0, resolve + 0.1), cost, spread) >= odds


def test_rule_14_arms_withheld_as_a_policy_arrive_no_more():
    model = world("two-rivals", {"patronage.north-support.withheld": 1.0})
    press(model, 0)
    assert model.patronages[0].withheld_now == 1.0
    assert model.patronages[1].withheld_now == 0.0


def test_rule_14_switched_off_nobody_feels_anything():
    off = changed("gaza-2023", {"switches.leverage": False})
    for records in weeks_of(off, 5):
        assert not records["belligerents"]["felt"].any()
        assert not records["belligerents"]["felt_relief"].any()
        assert not records["patronages"]["lines_crossed"].any()


@given(share)
def test_rule_17_a_story_believed_by_nobody_covers_nothing(effort):
    assert believed_blame(effort, 0.0) == 0.0


def test_rule_17_in_a_world_blame_believed_by_nobody_is_blame_switched_off():
    # Shares of the blame themselves are still counted.
    left_out = ("credulity", "blame")
    nobody = run(changed("gaza-2023", {"bloc.*.credulity": 0.0}), 60)
    off = run(changed("gaza-2023", {"switches.blame": False}), 60)
    assert unlike(nobody, off, left_out) == {}
    assert unlike(run(changed("gaza-2023", {}), 60), off, left_out) != {}


def test_rule_17_believed_blame_lowers_the_cost_of_inaction():
    model = world("gaza-2023")
    model.war.regional_risk = 1.0
    usa = model.patrons[0]
    stances = []
    for credulity in (0.0, 1.0):
        usa.stance = 0.1
        for bloc in model.blocs:
            bloc.credulity = credulity
        take_stance(usa, 0, model.blocs, model.war, model.switches)
        stances.append(usa.stance)
    assert stances[1] < stances[0]
    assert math.isclose(usa.relief, usa.blame_relief * usa.blame_effort)


@pytest.mark.parametrize(("withheld", "carried_out"), [(0.05, False), (0.5, True), (0.9, True)])
def test_rule_14_a_little_withheld_does_not_carry_out_a_larger_threat(withheld, carried_out):
    model = world(
        "two-rivals",
        {
            **PRESSING,
            "patron.*.resolve": 0.0,
            "patronage.*.withheld": withheld,
            "patronage.*.condition_diplomatic": 0.5,
            "patronage.*.condition_arms": 0.0,
        },
    )
    model.step()
    assert all(tie.carried_out == carried_out for tie in model.patronages)
