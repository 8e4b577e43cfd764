"""Every mechanism can be turned off alone, in both engines, and does something when it is on."""

import pytest
from small_worlds import changed, run, run_over_sets, unlike
from worlds import SHIPPED, week_by_week

SWITCHES = SHIPPED["gaza-2023"].switch_names
RUNS = 100


@pytest.fixture(scope="module")
def default():
    return run_over_sets(SHIPPED["gaza-2023"], RUNS)


@pytest.mark.parametrize("switch", SWITCHES)
def test_turned_off_it_changes_some_run(default, switch):
    off = run_over_sets(SHIPPED["gaza-2023"].changed({f"switches.{switch}": False}), RUNS)
    assert unlike(default, off) != {}


@pytest.mark.parametrize("switch", SWITCHES)
def test_turned_off_both_engines_still_agree(switch):
    case = changed("two-rivals", {f"switches.{switch}": False, "talks.ripe_rate": 2.0})
    assert week_by_week(case, 3)[:5] == []


def test_with_everything_off_both_engines_still_agree():
    for name in SHIPPED:
        case = changed(name, {"switches.*": False})
        assert week_by_week(case, 1)[:5] == []


NOTHING = {
    "army_link": {"belligerent.*.army_link": 0.0},
    "attrition": {"belligerent.*.degradation": 0.0},
    "engagement": {"belligerent.*.engagement_loss": 0.0},
    "families": {"belligerent.*.family_weight": 0.0},
    "guarantees": {"guarantor.*.weight": 0.0},
    "judgement": {"belligerent.*.judgement_noise": 0.0},
    "leverage_of_captives": {"captives.*.leverage": 0.0},
    "mediator_learning": {"mediator.*.learning": 0.0},
    "mediator_word": {"belligerent.*.assurance": 0.0},
    "memory": {"belligerent.*.memory_weight": 0.0},
    "precondition": {"belligerent.*.precondition": 0.0},
    "protest": {"belligerent.*.protest_weight": 0.0},
    "regional_war": {"war.regional_hazard": 0.0},
    "rival_partner": {"party.*.rival": False},
    "safety_net": {"party.*.net_credibility": 0.0},
    "stakes": {"belligerent.*.stake_weight": 0.0},
}
"""What a mechanism that is turned off is the same as."""


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("switch", NOTHING)
def test_turned_off_it_is_the_same_as_having_no_weight(switch, name):
    lively = {"talks.ripe_rate": 2.0, "belligerent.*.arms_stock": 2.0}
    off = run(changed(name, {**lively, f"switches.{switch}": False}), RUNS)
    nothing = run(changed(name, {**lively, **NOTHING[switch]}), RUNS)
    given = tuple(key.split(".")[-1] for key in NOTHING[switch])
    assert unlike(off, nothing, leave_out=given) == {}
