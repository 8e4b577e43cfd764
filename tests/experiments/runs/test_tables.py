"""Tables and summaries: keys, names, agreement with the world that is told, intervals."""

import dataclasses
import json
import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ceasefire import with_set
from ceasefire.experiments.design.parameter_sets import drawn
from ceasefire.experiments.runs.ensemble import chunks, run_ensemble
from ceasefire.experiments.runs.request import Request
from ceasefire.experiments.runs.summary import Summariser
from ceasefire.experiments.runs.tables import ANSWERS, CAUSES, KEYS, TERMS, Tables, joined
from ceasefire.experiments.statistics.shares import Clusters, Tally, share_of, wilson
from ceasefire.model.case.case import load_case
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.model.world.outcome import END_STATES

RUNS = 60


@pytest.fixture(scope="module", params=["gaza-2023", "two-rivals"])
def results(request):
    return run_ensemble(request.param, runs=RUNS, first_seed=5, weekly=True)


def parts(case, runs, rows):
    draw = drawn(case)
    maker = Tables(case, parameter_sets=draw.sets)
    stream = chunks(Request(case, draw, weekly=True), runs, 5, rows=rows)
    return [maker.make(chunk) for chunk in stream]


def test_keys_name_one_row_each(results):
    for name, key in KEYS.items():
        table = getattr(results, name)
        assert list(table.columns[: len(key)]) == list(key)
        assert not table.duplicated(list(key)).any()
    assert results.runs["seed"].tolist() == list(range(5, 5 + RUNS))


def test_chunks_of_any_size_make_the_same_tables(results):
    for rows in (7, 60):
        again = joined(parts(results.case, RUNS, rows))
        for name in KEYS:
            pd.testing.assert_frame_equal(getattr(results, name), again[name])


def test_end_states_alone_are_the_same_runs_and_weeks(results):
    options = {"keep": "end states", "weekly": True}
    lean = run_ensemble(results.case, RUNS, first_seed=5, **options)
    assert list(lean.tables) == ["runs", "weeks"]
    for name, table in lean.tables.items():
        pd.testing.assert_frame_equal(table, getattr(results, name), check_exact=True)
    for chunk in chunks(Request(results.case, **options), 3):
        assert not {"rounds", "truces"} & chunk.records.keys()


def test_a_summary_of_end_states_leaves_out_what_only_rounds_and_truces_tell(results):
    lean = run_ensemble(results.case, RUNS, first_seed=5, keep="end states")
    assert repr(lean) == f"<Results of {results.case.name}: {RUNS} runs>"
    found, whole = lean.summary().to_dict(), results.summary().to_dict()
    missing = {name for name, value in whole.items() if found[name] != value}
    assert missing == {
        "truces_by_week",
        "truce_days",
        "truce_causes",
        "resumed_by",
        "runs_with_failed_rounds",
        "refused_by",
        "yes_in_public",
    }
    assert not any(found[name] for name in missing)


@pytest.mark.parametrize("keep", ["end-states", "", None])
def test_nothing_else_can_be_kept(keep):
    words = f"keep: found {keep!r}, allowed is 'end states' or 'rounds'"
    with pytest.raises(ValueError, match=words):
        run_ensemble("two-rivals", 2, keep=keep)


def test_columns_do_not_depend_on_what_happened(results):
    one, *others = parts(results.case, 12, 1)
    for other in others:
        for name, table in one.items():
            pd.testing.assert_series_equal(table.dtypes, other[name].dtypes)


def test_counts_of_runs_agree_with_the_logs(results):
    by_seed = results.runs.set_index("seed")
    for name in ("rounds", "truces"):
        counted = getattr(results, name)["seed"].value_counts().reindex(by_seed.index).fillna(0)
        assert (counted == by_seed[name]).all()
    under = results.truces.groupby("seed")["days"].sum().reindex(by_seed.index).fillna(0.0) / 7
    np.testing.assert_allclose(under, by_seed["weeks_under_truce"])
    first = results.truces.groupby("seed")["started"].min().reindex(by_seed.index)
    pd.testing.assert_series_equal(first, by_seed["first_truce_week"], check_names=False)


def test_who_refused_agrees_with_the_answers(results):
    sides = results.case.names["belligerents"]
    refused = [results.rounds[f"answer_{side}"] == ANSWERS[0] for side in sides]
    by = results.rounds["refused_by"]
    assert ((by == "both") == (refused[0] & refused[1])).all()
    assert ((by == sides[0]) == (refused[0] & ~refused[1])).all()
    assert ((by == sides[1]) == (~refused[0] & refused[1])).all()
    assert (results.rounds.loc[results.rounds["signed"], "refused_by"] == "none").all()
    assert not (results.rounds["signed"] & results.rounds["failed"]).any()
    under_way = results.rounds["ended"].isna()
    assert (results.rounds["failed"] == (~results.rounds["signed"] & ~under_way)).all()


def test_the_terms_of_a_balance_add_up_to_it(results):
    for side in results.case.names["belligerents"]:
        explained = results.rounds[[f"{term}_{side}" for term in TERMS]].sum(axis=1)
        np.testing.assert_allclose(explained, results.rounds[f"balance_{side}"], atol=1e-9)


def test_weeks_run_to_the_end_of_each_run_and_no_further(results):
    last = results.weeks.groupby("seed")["week"].agg(["max", "size"])
    assert (last["max"] == results.runs.set_index("seed")["ended_week"]).all()
    assert (last["max"] == last["size"]).all()
    for side in results.case.names["belligerents"]:
        final = results.weeks.groupby("seed")[f"deaths_{side}"].last()
        np.testing.assert_array_equal(final, results.runs[f"deaths_{side}"])


@pytest.mark.parametrize("seed", [5, 11, 23, 40])
def test_a_row_is_the_world_with_its_seed(results, seed):
    row = results.runs.set_index("seed").loc[seed]
    case = results.case
    if case.name == "gaza-2023":
        assert row["parameter_set"] == seed
        case = with_set(case, seed)
    model = CeasefireModel(case, rng=seed).run()
    assert row["end_state"] == END_STATES[model.war.outcome] == model.end_state
    assert row["ended_week"] == model.war.ended_week
    assert row["rounds"] == model.rounds_held
    assert row["truces"] == model.truces_held
    assert row["attacks"] == sum(front.attacks_so_far for front in model.fronts)
    left = [party.name for party in model.parties if party.left]
    assert row["parties_left"] == ";".join(left)
    for side in model.belligerents:
        assert row[f"deaths_{side.name}"] == side.toll
        assert row[f"seats_{side.name}"] == side.seats
        assert row[f"government_fell_{side.name}"] == side.fallen
        ours = [group for group in model.captives if group.origin == side.index]
        assert row[f"captives_returned_{side.name}"] == sum(group.released for group in ours)
        assert row[f"captives_held_{side.name}"] == sum(group.living for group in ours)
    rounds = results.rounds[results.rounds["seed"] == seed]
    for record, told in zip(model.rounds, rounds.to_dict("records"), strict=False):
        assert told["started"] == record.started
        assert told["text_words"] == model.case.describe_text(record.text)
        assert told["mediator"] == model.mediators[record.mediator].name
        first, second = model.names["belligerents"]
        for term in ("balance", *TERMS, "belief"):
            assert told[f"{term}_{first}"] == getattr(record, f"{term}_first")
            assert told[f"{term}_{second}"] == getattr(record, f"{term}_second")
    truces = results.truces[results.truces["seed"] == seed]
    for record, told in zip(model.truces, truces.to_dict("records"), strict=False):
        assert told["days"] == 7 * record.weeks
        assert told["cause"] == CAUSES[record.cause]
        assert told["released"] == record.released


@pytest.mark.parametrize("of", [1, 7, 100, 12345])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.5, 0.999, 1.0])
def test_intervals_are_those_of_scipy(of, share):
    count = round(share * of)
    found = share_of(count, of)
    interval = stats.binomtest(count, of).proportion_ci(method="wilson")
    assert found.low == pytest.approx(interval.low, abs=1e-12)
    assert found.high == pytest.approx(interval.high, abs=1e-12)
    assert found.share == count / of


def test_nothing_is_known_of_no_runs():
    assert wilson(0.0, 0) == (0.0, 1.0)
    assert Tally().spread() is None
    assert Tally().by_week() == {}


def test_rounds_of_different_runs_get_the_plain_interval():
    shares = Clusters(("a", "b"))
    shares.add(np.arange(50), np.repeat([0, 1], [20, 30]))
    found = shares.shares()["a"]
    plain = share_of(20, 50)
    assert (found.count, found.of, found.share) == (20, 50, 0.4)
    assert found.low == pytest.approx(plain.low, abs=0.005)
    assert found.high == pytest.approx(plain.high, abs=0.005)


def test_rounds_that_repeat_each_other_add_no_certainty():
    once, fivefold = Clusters(("a", "b")), Clusters(("a", "b"))
    kinds = np.repeat([0, 1], [20, 30])
    once.add(np.arange(50), kinds)
    fivefold.add(np.repeat(np.arange(50), 5), np.repeat(kinds, 5))
    narrow, wide = once.shares()["a"], fivefold.shares()["a"]
    assert wide.of == 250
    assert (wide.low, wide.high) == pytest.approx((narrow.low, narrow.high))


def test_quantiles_are_those_of_numpy():
    values = np.array([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5], dtype=float)
    tally = Tally()
    tally.add(values[:4])
    tally.add(values[4:])
    spread = tally.spread()
    expected = np.quantile(values, [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1])
    np.testing.assert_allclose(dataclasses.astuple(spread)[2:], expected)
    assert spread.of == len(values)
    assert spread.mean == pytest.approx(values.mean())
    assert tally.by_week() == {1: 2, 2: 1, 3: 2, 4: 1, 5: 3, 6: 1, 7: 0, 8: 0, 9: 1}


def test_a_summary_gathered_by_chunks_is_that_of_the_whole(results):
    summariser = Summariser(results.case)
    for tables in parts(results.case, RUNS, 7):
        summariser.add(tables)
    assert summariser.summary() == results.summary()


def test_a_summary_says_what_the_tables_say(results):
    summary = results.summary()
    runs, rounds, truces = results.runs, results.rounds, results.truces
    assert summary.runs == RUNS
    assert sum(share.count for share in summary.end_states.values()) == RUNS
    for state, share in summary.end_states.items():
        assert share.count == (runs["end_state"] == state).sum()
        assert share.low <= share.share <= share.high
    failed = rounds[rounds["failed"]]
    assert summary.runs_with_failed_rounds == failed["seed"].nunique()
    for name, share in summary.refused_by.items():
        assert (share.count, share.of) == ((failed["refused_by"] == name).sum(), len(failed))
    for cause, share in summary.truce_causes.items():
        assert (share.count, share.of) == ((truces["cause"] == cause).sum(), len(truces))
    over = truces["cause"].isin(["lapsed", "broken"])
    assert {share.of for share in summary.resumed_by.values()} == {over.sum()}
    assert summary.runs_without_truce.count == (runs["truces"] == 0).sum()
    for side, spread in summary.deaths.items():
        assert spread.median == pytest.approx(runs[f"deaths_{side}"].median(), abs=0.5)
    left = runs["parties_left"].str.split(";").explode().value_counts()
    for party, share in summary.parties_left.items():
        assert share.count == left.get(party, 0)


def test_a_summary_is_json(results):
    text = json.dumps(results.summary().to_dict(), allow_nan=False)
    assert "no forecast" in text
    assert not math.isnan(json.loads(text)["truce_days"]["mean"])


def test_settings_change_the_case_of_an_ensemble():
    results = run_ensemble("two-rivals", 3, settings={"war.horizon": 10}, progress=True)
    assert results.case.settings["war.horizon"].value == 10
    assert results.runs["ended_week"].max() <= 10
    assert results.weeks is None
    assert "3 runs" in repr(results)
    with pytest.raises(ValueError, match="runs"):
        run_ensemble("two-rivals", 0)


def test_an_ensemble_takes_a_case_as_it_is():
    case = load_case("two-rivals").changed({"war.horizon": 6})
    assert run_ensemble(case, 2).case is case


def test_a_user_can_add_columns_without_a_warning() -> None:
    weeks = run_ensemble("two-rivals", 2, settings={"war.horizon": 4.0}, weekly=True).weeks
    weeks["halved"] = weeks["week"] / 2.0
    assert weeks["halved"].iloc[-1] == 2.0
