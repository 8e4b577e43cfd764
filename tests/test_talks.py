"""When a round is called and how long it lasts: rule 18."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import changed, run, texts, world

from agents.standing import disengage
from agents.talks import call_rate, calls_round, ripeness, table

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
        called += calls_round(0, model)
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
    for name in ("two-rivals", "gaza-2023"):
        records = run(changed(name, {"talks.ripe_rate": 2.0}), 200)
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


def test_how_much_a_side_hurts_lies_between_none_and_all():
    model = world()
    assert call_rate(0, model) == 0.0
    for side in model.belligerents:
        side.toll_rate = 1e9
        side.belief_victory = 0.0
    assert call_rate(0, model) == pytest.approx(model.talks.ripe_rate)
