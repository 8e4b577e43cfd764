"""The one kind of change: both ways to carry it out come to the same, and mistakes are named."""

import re

import numpy as np
import pytest

from ceasefire.experiments.claims.seen import Needs
from ceasefire.experiments.claims.steered import Steered
from ceasefire.experiments.design.carried_out import as_settings_and_events
from ceasefire.experiments.design.changes import Change, change_problems
from ceasefire.experiments.design.parameter_sets import Draw
from ceasefire.model.case.case import load_case
from ceasefire.model.engines.ensemble import Ensemble

RUNS = 12
WITHHELD = "patronage.usa-israel.withheld"
RAFAH = ("belligerent.israel.effort@30", "belligerent.hamas.effort@30")
ALONE = Draw({}, np.zeros(1, dtype=np.int64))


@pytest.fixture(scope="module")
def case():
    return load_case("gaza-2023")


def change(**more):
    return Change.model_validate(more)


@pytest.mark.parametrize(
    "one",
    [
        change(set={WITHHELD: 0.6}, **{"from": 8}),
        change(set={WITHHELD: 0.6}, **{"from": 8, "to": 20}),
        change(set={WITHHELD: 0.6, "switches.families": False}, **{"from": 25, "to": 33}),
        change(set={"patron.usa.regional_weight": 0.9}, once=True),
        change(add={"party.noam.tolerance": 1.5}, once=True),
        change(times={"belligerent.israel.protest_weight": 2}, once=True),
        change(move=dict.fromkeys(RAFAH, 26)),
    ],
)
def test_as_events_or_week_by_week_a_change_comes_to_the_same(case, one):
    changed, _ = as_settings_and_events(case, ALONE, [one])
    whole = Ensemble(changed, np.arange(RUNS)).run()
    trunk = Steered(case, case.without_events(), np.arange(RUNS), {}, np.arange(2))
    arm = trunk.branch([one], {})
    for _ in range(52):
        arm.week(Needs())
    differs = False
    plain = Ensemble(case, np.arange(RUNS)).run()
    for name, array in whole.records.items():
        for field in array.dtype.names:
            np.testing.assert_array_equal(array[field], arm.ensemble.records[name][field])
            differs |= not np.array_equal(array[field], plain.records[name][field])
    assert differs


def test_it_is_said_what_is_changed_and_when():
    assert list(change(set={"a.b": 1.0}, times={"c.d": 2}, **{"from": 3}).words()) == [
        ("a.b", "is 1, from week 3 on"),
        ("c.d", "times 2, from week 3 on"),
    ]
    assert change(**{"from": 3, "to": 5}).when == "weeks 3 to 5"
    assert change(once=True).when == "once, in week 0"
    assert change().when == "from the start"
    assert dict(change(move={"a.b@3": 4}).words()) == {"a.b@3": "comes in week 4"}
    assert dict(change(sign="pause").words()) == {
        "pause": "is in force as if both had signed it, week 0"
    }


@pytest.mark.parametrize(
    ("table", "settings", "words"),
    [
        ({"set": {"patron.usa.resolve": 2}}, False, "patron.usa.resolve: found 2; allowed: a n"),
        ({"set": {"patron.usa.resolv": 1}}, False, "no such field.*did you mean"),
        ({"set": {"patron.usa.resolv": 1}}, True, "no such setting.*did you mean"),
        ({"set": {"belligerent.hamas.toll_rate": 3}}, True, "no such setting"),
        ({"set": {"belligerent.hamas.toll_rate": "many"}}, False, "found .many.; allowed"),
        ({"set": {"log.rounds": 9}}, False, "a number that all runs share"),
        ({"set": {"channel.qatar-hamas.mediator": "qatar"}}, True, "no such|a name or a choice"),
        ({"add": {"switches.memory": 1}}, False, "plus 1; allowed: 'set' alone"),
        ({"times": {"talks.gap": float("nan")}}, False, "talks.gap: found nan; allowed: numbers"),
        ({"move": {"patron.usa.resolve@3": 4}}, True, "move: found 'patron.usa.resolve@3'"),
        ({"move": {RAFAH[0]: -1}}, True, "move: found -1; allowed: weeks from 0"),
        ({"move": {RAFAH[0]: 20}, "from": 3}, False, "weeks from 0, from the start"),
        ({"set": {WITHHELD: 1}, "from": 5, "to": 5}, False, "to: found 5; allowed: more than 5"),
    ],
)
def test_what_cannot_be_changed_is_refused_by_name(case, table, settings, words):
    (found,) = change_problems(change(**table), case, "here", settings)
    assert found.startswith("here")
    assert re.search(words, found)
