"""The levers of the page: what they mean, what may be set, and the case that a setting gives."""

import tomllib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceasefire.experiments.claims.file import read_claims
from ceasefire.experiments.design.design import shipped_designs
from ceasefire.model.case.case import case_of_text
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.model.engines.ensemble import run_chunk
from ceasefire.viz.levers.arms import presets, setting_of
from ceasefire.viz.levers.lever import levers, the_case, the_draw
from ceasefire.viz.levers.offered import page
from ceasefire.viz.levers.setting import (
    read_values,
    scenario_text,
    setting_words,
    setup_of,
    without_effect,
    world_of,
)

BOTH = {"arms_withheld": 0.8, "tolerance": 2.0}


def test_every_lever_of_the_shipped_design_is_there_and_no_group_has_more_than_six():
    design = tomllib.loads(shipped_designs()["levers"].read_text(encoding="utf-8"))
    assert {table["name"] for table in design["dimension"]} <= set(levers())
    sizes = [sum(one.group == group.name for one in levers().values()) for group in page().group]
    assert sum(sizes) == len(levers())
    assert max(sizes) <= 6


@pytest.mark.parametrize("name", list(levers()))
def test_a_lever_says_what_it_is_and_stands_within_its_range(name):
    lever = levers()[name]
    assert lever.low <= lever.start <= lever.high
    assert lever.meaning
    assert lever.source
    assert lever.own_words
    assert lever.unit in lever.range_words
    assert lever.read(lever.start) == pytest.approx(lever.start)
    for share, height in lever.spread:
        assert 0.0 <= share < 1.0
        assert 0.0 <= height <= 1.0


def test_the_spread_is_that_of_the_fitted_sets():
    lever = levers()["us_resolve"]
    assert len(lever.own) == 250
    assert lever.start == pytest.approx(
        np.median(the_draw().values["patron.usa.resolve"]), rel=0.01
    )
    assert max(height for _, height in lever.spread) == 1.0
    assert levers()["arms_withheld"].spread == []


@pytest.mark.parametrize(
    "typed", ["", "much", "1.01", "-0.1", "nan", "inf", "0.5; drop", "9" * 400]
)
def test_what_is_no_admissible_value_gets_a_sentence(typed):
    with pytest.raises(ValueError, match=r"^Found .*; allowed are .*0 to 1 \(share\)\.$") as wrong:
        levers()["arms_withheld"].read(typed)
    assert len(str(wrong.value)) < 120


def test_values_are_read_as_people_type_them():
    assert levers()["arms_withheld"].read(" 0,5 ") == 0.5
    assert levers()["mediators_guarantee"].read("\N{MINUS SIGN}0.5") == -0.5
    with pytest.raises(ValueError, match="whole numbers"):
        levers()["net_offered"].read("2.5")


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=12), max_size=6))
def test_anything_may_stand_in_the_address(asked):
    values, problems = read_values(asked)
    assert set(values) | set(problems) <= set(levers()) & set(asked)
    assert not set(values) & set(problems)


def test_the_address_gives_values_and_problems():
    values, problems = read_values({"tolerance": "2", "arms_withheld": "7", "seed": "3"})
    assert values == {"tolerance": 2.0}
    assert list(problems) == ["arms_withheld"]


def test_a_lever_not_touched_keeps_each_sets_own_value():
    own, moved = setup_of({}).draw.values, setup_of({"us_resolve": 0.6}).draw.values
    assert moved.keys() == own.keys() - {"patron.usa.resolve"}
    for name, values in moved.items():
        np.testing.assert_array_equal(values, own[name])


def test_what_is_added_or_multiplied_starts_from_each_sets_own_value():
    own = the_draw().values
    setup = setup_of({"tolerance": 1.0, "precondition": 0.5})
    name = "party.otzma-yehudit.tolerance"
    np.testing.assert_allclose(setup.draw.values[name], own[name] + 1.0)
    name = "belligerent.israel.precondition"
    np.testing.assert_allclose(setup.draw.values[name], 0.5 * own[name])


def test_the_week_of_beginning_and_the_length_move_what_is_withheld():
    case = setup_of({"arms_withheld": 0.7, "begun": 33.0, "kept_up": 4.0}).case
    held = [(e.week, e.value) for e in case.events if e.key == "patronage.usa-israel.withheld"]
    assert held == [(30.0, 0.05), (33.0, 0.7), (37.0, 0.05)]
    assert without_effect({"begun": 33.0}) == ["begun"]
    assert without_effect({"begun": 33.0, "conditions": 1.0}) == []


@pytest.mark.parametrize("seed", [23, 271])
def test_a_world_is_the_row_of_the_ensemble_with_the_same_setting(seed):
    setup = setup_of(BOTH)
    seeds = np.array([seed], dtype=np.int64)
    chunk = run_chunk(setup.case, seeds, setup.draw.settings(seeds), keep="end states")
    model = CeasefireModel(world_of(BOTH, seed), rng=seed).run()
    assert model.war.outcome == chunk.records["war"]["outcome"][0]
    assert model.war.ended_week == chunk.records["war"]["ended_week"][0]
    assert [side.toll for side in model.belligerents] == chunk.records["belligerents"]["toll"][
        0
    ].tolist()


def test_a_lever_with_choices_sets_what_its_choice_says():
    lever = levers()["net_offered"]
    assert lever.own_words == "by the record Yesh Atid from week 16 and National Unity from week 35"
    case = setup_of({"net_offered": 3.0}).case
    held = {e.key: e.value for e in case.events if e.key.endswith("net_offer")}
    assert held == {
        "party.yesh-atid.net_offer": True,
        "party.labor.net_offer": True,
        "party.yisrael-beytenu.net_offer": True,
        "party.national-unity.net_offer": False,
    }
    assert setting_words({"net_offered": 0.0}) == "Who offers a safety net: nobody"


def test_the_scenario_file_holds_the_setting():
    case = case_of_text(scenario_text({"us_resolve": 0.6, "tolerance": 1.0, "arms_withheld": 0.5}))
    assert case.settings["patron.usa.resolve"].value == 0.6
    own = the_case().settings["party.noam.tolerance"].value
    assert case.settings["party.noam.tolerance"].value == pytest.approx(own + 1.0)
    held = [event for event in case.events if event.key == "patronage.usa-israel.withheld"]
    assert [(event.week, event.value) for event in held] == [(8.0, 0.5)]
    assert scenario_text({}) == the_case().to_toml()


def test_presets_set_known_levers_for_known_claims():
    claims = read_claims(the_case()).claims
    assert len({one.claim for one in presets()}) == len(presets()) == len(page().preset)
    for one in presets():
        assert one.claim in claims
        assert one.levers
        for name, value in one.levers.items():
            assert levers()[name].read(value) == value
        assert setting_words(one.levers)
        assert setup_of(one.levers).case.name == "gaza-2023"


def test_a_preset_is_the_arm_of_its_claim_or_says_why_not():
    claims = read_claims(the_case()).claims
    for table, one in zip(page().preset, presets(), strict=True):
        assert bool(table.arm) == (not table.because) == (not table.levers)
        arms = [setting_of(claims[one.claim], arm)[0] for arm in claims[one.claim].arms]
        assert (one.levers in arms) == bool(table.arm)
