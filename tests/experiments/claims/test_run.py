"""Arms of claims: the same chance in all of them, changed only by what is declared."""

import numpy as np
import pandas as pd
import pytest

from ceasefire.experiments.claims import run as claims_run
from ceasefire.experiments.claims.file import Claims
from ceasefire.experiments.claims.measures import KINDS
from ceasefire.experiments.claims.run import Plan, check_sets, run_plan
from ceasefire.experiments.claims.seen import Needs
from ceasefire.experiments.claims.steered import Steered
from ceasefire.experiments.claims.tables import BASELINE, Change, Claim
from ceasefire.model.case.case import CaseError, load_case
from ceasefire.model.engines.ensemble import Ensemble

RUNS = 12
KEY = "patronage.usa-israel.condition_relief"


@pytest.fixture(scope="module")
def case():
    return load_case("gaza-2023")


@pytest.fixture(scope="module")
def texts(case):
    ends = case.grid.texts["ends"] > 0.0
    return {"pause": int(np.flatnonzero(~ends)[0]), "end": int(np.flatnonzero(ends)[0])}


def change(**more):
    return Change.model_validate(more, strict=False)


def steered(case, *changes, texts=None, rows=RUNS, settings=None):
    trunk = Steered(case, case.without_events(), np.arange(rows), settings or {}, np.arange(2))
    return trunk.branch(changes, texts or {})


def claim(arms, measures, effects=(), name="C66"):
    table = {
        "id": name,
        "who": "w",
        "claim": "c",
        "question": 1,
        "status": "tested",
        "arms": {BASELINE: [], **arms},
        "measures": measures,
        "effects": list(effects),
    }
    return Claim.model_validate(table, strict=False)


def assert_same(one, other):
    """Compare field by field: what lies between fields is nobody's."""
    for name, array in one.records.items():
        for field in array.dtype.names:
            assert np.array_equal(array[field], other.records[name][field]), f"{name}.{field}"


def test_an_unchanged_arm_is_the_ensemble_to_the_last_bit(case):
    plain = Ensemble(case, np.arange(RUNS)).run()
    arm = steered(case)
    for _ in range(52):
        arm.week(Needs())
    assert_same(plain, arm.ensemble)


def test_a_late_branch_is_the_arm_run_from_the_start(case):
    later = change(set={KEY: 0.4}, **{"from": 20})
    whole = steered(case, later)
    for _ in range(30):
        whole.week(Needs())
    trunk = Steered(case, case.without_events(), np.arange(RUNS), {}, np.arange(2))
    for _ in range(20):
        trunk.week(Needs())
    branch = trunk.branch([later], {})
    for _ in range(10):
        branch.week(Needs())
        trunk.week(Needs())
    assert_same(whole.ensemble, branch.ensemble)
    assert (trunk.ensemble.records["belligerents"] != branch.ensemble.records["belligerents"]).any()


def values(case, name, weeks, *changes, settings=None):
    arm = steered(case, *changes, settings=settings)
    found = {}
    for week in range(max(weeks) + 1):
        arm.week(Needs(fields=frozenset({(week, name)})))
        if week in weeks:
            found[week] = arm.seen.fields[week, name][0]
    return [found[week] for week in weeks]


def test_changes_are_held_against_events_and_given_back(case):
    # The case's own events set it to 0.7 in week 25 and to 0.2 in week 29.
    assert values(case, KEY, [24, 25, 29]) == [0.05, 0.7, 0.2]
    held = change(set={KEY: 0.5}, **{"from": 24, "to": 27})
    assert values(case, KEY, [23, 24, 25, 26, 27, 29], held) == [0.05, 0.5, 0.5, 0.5, 0.7, 0.2]
    once = change(set={KEY: 0.5}, once=True, **{"from": 24})
    assert values(case, KEY, [24, 25], once) == [0.5, 0.7]


def test_multiples_are_of_each_sets_own_value_and_stop_at_the_range(case):
    own = {"belligerent.israel.family_weight": np.array([0.2] * 6 + [0.9] * 6)}
    arm = steered(case, change(times={"belligerent.israel.family_weight": 2}), settings=own)
    arm.week(Needs())
    arm.week(Needs())
    found = arm.ensemble.records["belligerents"]["family_weight"][:, 0]
    assert found[[0, 6]].tolist() == [0.4, 1.8]
    assert values(case, KEY, [25], change(times={KEY: 2}, **{"from": 25})) == [1.0]
    seats = change(add={"belligerent.israel.majority": -4}, **{"from": 1})
    assert values(case, "belligerent.israel.majority", [0, 1, 5], seats) == [61, 57, 57]


def test_switches_can_be_turned_off_for_a_while(case):
    off = change(set={"switches.families": False}, **{"from": 1, "to": 3})
    assert values(case, "switches.families", [0, 1, 2, 3], off) == [True, False, False, True]


def test_runs_that_have_ended_are_left_alone(case):
    arm = steered(case, change(set={KEY: 0.5}, **{"from": 1}))
    arm.week(Needs())
    arm.ensemble.records["war"]["ended_week"][3] = 1.0
    arm.week(Needs())
    found = arm.ensemble.records["patronages"]["condition_relief"][:, 0]
    assert found[3] == 0.05
    assert found[2] == 0.5


def test_a_signed_text_is_in_force_from_the_next_week(case, texts):
    sign = change(sign="pause", **{"from": 10})
    arm = steered(case, sign, texts=texts)
    for week in range(11):
        arm.week(Needs())
        war, talks = arm.ensemble.records["war"], arm.ensemble.records["talks"]
        if week == 9:
            free = war["fighting"] & (talks["phase"] == 0) & (war["ended_week"] < 0)
    assert free.any()
    assert not war["fighting"][free].any()
    assert (talks["deal"][free] == texts["pause"]).all()
    started = arm.ensemble.records["truces"]["started"][free, talks["truces"][free] - 1]
    assert (started == 11).all()
    arm.week(Needs())
    assert (arm.ensemble.records["truces"]["weeks"].max(axis=1)[free] >= 1).any()


def test_asking_changes_nothing(case, texts):
    asked, silent = steered(case), steered(case)
    asks = frozenset((week, texts["end"]) for week in range(6))
    for _ in range(6):
        asked.week(Needs(asks=asks, guarantees=asks))
        silent.week(Needs())
    assert_same(silent.ensemble, asked.ensemble)
    assert asked.seen.answers[3, texts["end"]][0].shape == (RUNS, 2)
    assert asked.seen.going_on[3].all()


def measures(case):
    return {
        "taken": {"kind": "accepts", "side": "israel", "text": "end", "weeks": [6, 8]},
        "deal": {"kind": "deal", "from": 4, "to": 8},
        "felt": {"kind": "mean", "field": "belligerent.israel.felt", "weeks": [8]},
    }


@pytest.fixture
def sets(case):
    own = case.settings["belligerent.israel.family_weight"].value
    names = ["a", "b", "c"]
    table = {"belligerent.israel.family_weight": [own, 0.1, 1.2]}
    return pd.DataFrame(table, index=pd.Index(names, name="parameter_set"))


def test_equal_arms_have_exactly_no_effect_and_are_run_once(case, texts, sets):
    same = {"set": {KEY: 0.05}, "from": 3}
    one = claim({"same": [same], "other": [same]}, measures(case))
    whole = Claims({"C66": one}, texts, {})
    plan = Plan(whole, [one], case)
    assert len(plan.arms) == 2
    found = run_plan(plan, sets, RUNS)
    for name in one.measures:
        assert np.array_equal(found.of["C66", "same", name], found.of["C66", BASELINE, name])
        assert np.array_equal(found.of["C66", "same", name], found.of["C66", "other", name])
    assert found.of["C66", BASELINE, "deal"].shape == (3, 10, 2)
    assert found.of["C66", BASELINE, "deal"][..., 1].sum() == 3 * RUNS


def test_sides_are_only_asked_where_no_rounds_are_called(case, texts, sets):
    asked = measures(case) | {"rounds": {"kind": "rounds", "side": "israel", "from": 4, "to": 8}}
    one = claim({"pressed": [{"set": {KEY: 0.3}, "from": 5}]}, asked)
    quiet = one.model_copy(update={"no_rounds_from": 4})
    plans = [Plan(Claims({"C66": c}, texts, {}), [c], case) for c in (one, quiet)]
    assert [len(plan.arms) for plan in plans] == [2, 4]
    found, calm = (run_plan(plan, sets, RUNS) for plan in plans)
    for name in asked:
        same = np.array_equal(found.of["C66", BASELINE, name], calm.of["C66", BASELINE, name])
        assert same == (name != "taken")
    arm = steered(case, *quiet.changes("pressed", "taken"))
    for _ in range(9):
        arm.week(Needs())
    log, talks = arm.ensemble.records["rounds"], arm.ensemble.records["talks"]
    assert not talks["open"].any()
    assert (
        np.where(np.arange(log.shape[1]) < talks["rounds"][:, None], log["started"], 0) < 4
    ).all()
    assert found.of["C66", BASELINE, "rounds"][..., 0].sum() > 0


def test_every_set_meets_the_same_seeds_whatever_the_blocks(case, texts, sets, monkeypatch):
    arms = {"pressed": [{"set": {"patronage.usa-israel.press_from": 0.0}, "from": 3}]}
    one = claim(arms, measures(case))
    plan = Plan(Claims({"C66": one}, texts, {}), [one], case)
    together = run_plan(plan, sets, RUNS)
    monkeypatch.setattr(claims_run, "ROWS", RUNS)
    apart = run_plan(plan, sets, RUNS)
    alone = run_plan(plan, sets.loc[["b"]], RUNS)
    for place, sums in together.of.items():
        assert np.array_equal(sums, apart.of[place])
        assert np.array_equal(sums[1:2], alone.of[place])
    change_felt = together.of["C66", "pressed", "felt"] - together.of["C66", BASELINE, "felt"]
    assert (change_felt[..., 0].sum(axis=1) > 0.0).all()


def test_measures_read_the_world_they_say(case, texts, sets):
    one = claim({}, measures(case))
    plan = Plan(Claims({"C66": one}, texts, {}), [one], case)
    found = run_plan(plan, sets.loc[["b"]], RUNS)
    settings = {"belligerent.israel.family_weight": np.full(RUNS, 0.1)}
    plain = Ensemble(case, np.arange(RUNS), settings)
    balance, felt = [], []
    for week in (6, 8):
        plain.advance(week + 1 - plain.tick)
        on = plain.records["war"]["outcome"] == 0
        balance += plain.answers([texts["end"]])["balance"][on, 0, 0].tolist()
        felt = plain.records["belligerents"]["felt"][on, 0]
    sums = found.of["C66", BASELINE, "taken"].sum(axis=1)
    assert KINDS["accepts"].part(sums, "margin")[0] == pytest.approx(np.mean(balance))
    sums = found.of["C66", BASELINE, "felt"].sum(axis=1)
    assert KINDS["mean"].part(sums, "")[0] == pytest.approx(felt.mean())
    truces = plain.records["truces"]["started"][:, 0]
    had = (plain.records["talks"]["truces"] > 0) & (truces >= 4) & (truces < 9)
    sums = found.of["C66", BASELINE, "deal"].sum(axis=1)
    assert KINDS["deal"].part(sums, "")[0] == pytest.approx(had.mean())


def test_a_run_that_is_not_finite_is_named_and_left_out_everywhere(case, texts, sets, monkeypatch):
    one = claim({"changed": [{"set": {KEY: 0.3}, "from": 5}]}, measures(case))
    plan = Plan(Claims({"C66": one}, texts, {}), [one], case)
    sound = run_plan(plan, sets, RUNS)
    before = Steered.finish

    def spoilt(self):
        if self._changes:
            self.ensemble.records["belligerents"]["opinion"][RUNS + 4, 1] = np.nan
        return before(self)

    monkeypatch.setattr(Steered, "finish", spoilt)
    found = run_plan(plan, sets, RUNS)
    assert len(found.faults) == 1
    fault = found.faults[0]
    assert (fault.parameter_set, fault.seed, fault.arm) == ("b", 4, "changed")
    assert fault.field == "belligerents.opinion"
    assert fault.settings == {"belligerent.israel.family_weight": 0.1}
    for arm in one.arms:
        runs = found.of["C66", arm, "deal"][..., 1].sum(axis=1)
        assert runs.tolist() == [RUNS, RUNS - 1, RUNS]
        assert np.isfinite(found.of["C66", arm, "felt"]).all()
        assert np.array_equal(found.of["C66", arm, "felt"][0], sound.of["C66", arm, "felt"][0])


def test_sets_are_checked_by_name(case, sets):
    assert check_sets(case, sets).equals(sets)
    with pytest.raises(CaseError, match=r"parameter sets: .*famly.*no such number"):
        check_sets(case, sets.rename(columns=lambda name: name.replace("family", "famly")))
    varied = sets.assign(**{"issue.duration.pause.weeks": [1.0, 2.0, 3.0]})
    with pytest.raises(CaseError, match="values that differ"):
        check_sets(case, varied)
    level = case.settings["issue.duration.pause.weeks"].value
    kept = check_sets(case, sets.assign(**{"issue.duration.pause.weeks": level}))
    assert list(kept.columns) == list(sets.columns)
    with pytest.raises(CaseError, match="every set once"):
        check_sets(case, pd.concat([sets, sets]))
