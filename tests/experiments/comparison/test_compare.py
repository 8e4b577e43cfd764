"""Comparisons: known answers, the libraries' own answers, what is refused, and a real sweep."""

import json
import math
import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ceasefire.experiments.comparison.alternatives import Alternative, database_of, places
from ceasefire.experiments.comparison.compare import compare
from ceasefire.experiments.comparison.in_words import at_points, check_alternative, read_alternative
from ceasefire.experiments.comparison.report import report_of, write
from ceasefire.experiments.comparison.words import number_verdict, share_verdict
from ceasefire.experiments.design.design import design_of
from ceasefire.experiments.runs.ensemble import run_ensemble
from ceasefire.experiments.runs.store import Store
from ceasefire.experiments.runs.sweep import sweep
from ceasefire.experiments.statistics.differences import (
    cohens_h,
    mean_over_pairs,
    mean_over_runs,
    over_sets,
    share_over_pairs,
    share_over_runs,
)
from ceasefire.experiments.statistics.spreads import (
    Grid,
    Spreads,
    deltas,
    grid_of,
    quantiles,
    side_by_side,
)
from ceasefire.experiments.style.markdown import text_of
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.case import CaseError
from ceasefire.model.world.outcome import END_STATES

HORIZON = 52.0


def runs_of(sets=30, each=20, first=0, fell=0.1, deaths=1000.0, chance=0, point=0):
    """Made-up runs: some governments fall; deaths differ from set to set and from run to run."""
    generator = np.random.default_rng(chance)
    count = sets * each
    seed = first + np.arange(count)
    parameter_set = seed % sets
    ended = generator.random(count) < fell
    truce = generator.integers(1, 10, count).astype(float)
    truce[generator.random(count) < 0.1] = np.nan
    return pd.DataFrame(
        {
            "point": point,
            "parameter_set": parameter_set,
            "seed": seed,
            "end_state": pd.Categorical.from_codes(np.where(ended, 2, 0), list(END_STATES)),
            "ended_week": np.where(ended, 40.0, HORIZON),
            "truces": np.isfinite(truce).astype(int),
            "first_truce_week": truce,
            "weeks_under_truce": np.where(np.isfinite(truce), 2.0, 0.0),
            "rounds": generator.integers(2, 9, count),
            "deaths_north": deaths + 10.0 * parameter_set + generator.normal(0.0, 50.0, count),
        }
    )


def with_more(runs, deaths=0.0, ended=None):
    """The same runs with more deaths in each, and other end states in some."""
    changed = runs.copy()
    changed["deaths_north"] += deaths
    for state, rows in (ended or {}).items():
        codes = changed["end_state"].cat.codes.to_numpy(copy=True)
        codes[rows] = END_STATES.index(state)
        changed["end_state"] = pd.Categorical.from_codes(codes, list(END_STATES))
    return changed


def compared(*tables, **more):
    arms = [Alternative.of_table(table, f"arm {i}") for i, table in enumerate(tables)]
    return compare(*arms, workers=1, **more)


def row_of(table, **values):
    for name, value in values.items():
        table = table[table[name] == value]
    (row,) = table.to_dict("records")
    return row


def test_a_planted_difference_is_found_and_nothing_else():
    base = runs_of()
    found = compared(base, with_more(base, 25.0, {"permanent ceasefire": np.arange(60)}))
    share = row_of(found.shares, outcome="permanent ceasefire")
    assert (share["baseline"], share["in_arm"]) == (0.0, pytest.approx(0.1))
    assert share["low"] < 0.1 < share["high"]
    assert (share["pairs"], share["turned_to"], share["turned_away"]) == (600, 60, 0)
    assert share["effect_size"] == pytest.approx(2.0 * math.asin(math.sqrt(0.1)))
    deaths = row_of(found.numbers, outcome="deaths north", measure="mean")
    assert deaths["difference"] == pytest.approx(25.0)
    assert deaths["p_adjusted"] < 1e-6
    for outcome in ("regional war", "truce"):
        assert row_of(found.shares, outcome=outcome)["difference"] == 0.0
    assert row_of(found.numbers, outcome="rounds", measure="mean")["p"] == 1.0


def test_identical_arms_differ_in_nothing():
    base = runs_of()
    found = compared(base, base)
    for table in (found.shares, found.numbers, found.quantiles):
        assert (table["difference"].abs() < 1e-12).all()
        assert (table["p"] > 0.99).all()
        assert (table["low"] <= 0.0).all()
        assert (table["high"] >= 0.0).all()
    assert found.flows[found.flows["before"] != found.flows["after"]]["pairs"].sum() == 0
    assert not any("instead of" in words for words in found.verdicts)
    assert (
        sum("No difference can be told" in words for words in found.verdicts)
        == len(found.shares) + len(found.numbers) // 3
    )
    assert "no effect" not in " ".join(found.verdicts)


def test_flows_add_up_to_the_pairs_and_to_both_arms_shares():
    base = runs_of()
    found = compared(base, with_more(base, ended={"regional war": np.arange(0, 600, 7)}))
    flows = found.flows
    assert flows["pairs"].sum() == 600
    assert flows["share"].sum() == pytest.approx(1.0)
    for side, key in (("before", "baseline"), ("after", "in_arm")):
        ends = flows.groupby(side)["pairs"].sum() / 600
        for outcome in END_STATES:
            assert row_of(found.shares, outcome=outcome)[key] == pytest.approx(ends[outcome])


def test_pairs_are_runs_with_the_same_set_and_seed():
    base = runs_of(each=30)
    found = compared(base, with_more(base.iloc[150:], 25.0))
    assert found.pairs["pairs"].tolist() == [750]
    deaths = row_of(found.numbers, outcome="deaths north", measure="mean")
    assert (deaths["pairs"], deaths["difference"]) == (750, pytest.approx(25.0))


def test_a_number_that_not_all_runs_have_is_of_pairs_in_which_both_have_it():
    base = runs_of()
    other = base.copy()
    other["first_truce_week"] += 1.0
    other.loc[:99, "first_truce_week"] = np.nan
    found = compared(base, other)
    weeks = row_of(found.numbers, outcome="weeks to truce", measure="mean")
    both = base["first_truce_week"].notna() & other["first_truce_week"].notna()
    assert (weeks["pairs"], weeks["difference"]) == (both.sum(), pytest.approx(1.0))
    own = found.distributions
    own = own[(own["arm"] == "arm 1") & (own["outcome"] == "weeks to truce")]
    assert own["n"].unique().tolist() == [other["first_truce_week"].notna().sum()]
    assert own["runs_up_to"].iloc[-1] == pytest.approx(1.0)


def test_other_seeds_are_no_pairs_and_it_is_said():
    base = runs_of()
    found = compared(base, runs_of(first=600, deaths=1025.0, chance=1))
    assert found.pairs["pairs"].tolist() == [0]
    assert found.pairs["how"].str.contains("No pairs").all()
    assert found.flows.empty
    deaths = row_of(found.numbers, outcome="deaths north", measure="mean")
    assert deaths["low"] < 25.0 < deaths["high"]
    assert "over parameter sets" in found.shares["interval"].tolist()


def test_with_few_sets_intervals_are_over_pairs_or_runs_and_it_is_said():
    base = runs_of(sets=1, each=400)
    paired = compared(base, with_more(base, 25.0, {"regional war": np.arange(40)}))
    assert set(paired.shares["interval"]) == {"over pairs"}
    assert any("given the sets" in note for note in paired.notes)
    apart = compared(base, runs_of(sets=1, each=400, first=400, chance=1))
    assert set(apart.shares["interval"]) == {"over runs"}
    assert row_of(apart.numbers, outcome="rounds", measure="mean")["interval"] == "over runs"


def test_arms_of_different_sizes_are_weighted_by_their_runs():
    # Sets with more runs count for more: the difference is that of the two means.
    n_a, n_b = np.array([10.0, 30.0, 20.0]), np.array([10.0, 30.0, 20.0])
    s_a, s_b = np.array([10.0, 60.0, 30.0]), np.array([20.0, 60.0, 40.0])
    found = over_sets(n_a, s_a, n_b, s_b)
    assert found.difference == pytest.approx(120.0 / 60.0 - 100.0 / 60.0)


def test_with_equally_many_runs_of_each_set_it_is_the_one_sample_t_test_of_the_sets():
    generator = np.random.default_rng(1)
    a, b = generator.normal(0.0, 1.0, 25), generator.normal(0.3, 1.0, 25)
    each = np.full(25, 8.0)
    found = over_sets(each, 8.0 * a, each, 8.0 * b)
    theirs = stats.ttest_1samp(b - a, 0.0)
    assert found.p == pytest.approx(theirs.pvalue)
    interval = theirs.confidence_interval(0.95)
    assert (found.low, found.high) == (pytest.approx(interval.low), pytest.approx(interval.high))


def test_pairs_and_runs_are_tested_as_scipy_does():
    generator = np.random.default_rng(2)
    a, b = generator.normal(5.0, 1.0, 40), generator.normal(5.4, 2.0, 40)
    found = mean_over_pairs(40, a.sum(), b.sum(), ((b - a) ** 2).sum())
    assert found.p == pytest.approx(stats.ttest_rel(b, a).pvalue)
    found = mean_over_runs(40, a.sum(), (a**2).sum(), 40, b.sum(), (b**2).sum())
    theirs = stats.ttest_ind(b, a, equal_var=False)
    assert found.p == pytest.approx(theirs.pvalue)
    assert found.low == pytest.approx(theirs.confidence_interval(0.95).low)


def test_newcombes_intervals_are_those_of_his_tables():
    # Newcombe (1998): 56/70 against 48/80, method 10; and pairs 36, 12, 2, 0, method 10.
    found = share_over_runs(80, 48, 70, 56)
    assert (found.low, found.high) == (pytest.approx(0.0524, abs=1e-4),
                                       pytest.approx(0.3339, abs=1e-4))  # fmt: skip
    found = share_over_pairs(36, 2, 12, 0)
    assert (found.low, found.high) == (pytest.approx(0.0569, abs=1e-4),
                                       pytest.approx(0.3404, abs=1e-4))  # fmt: skip
    assert found.p == pytest.approx(stats.binomtest(12, 14, 0.5).pvalue)


def test_intervals_over_sets_cover_what_they_should():
    generator = np.random.default_rng(3)
    inside = 0
    for _ in range(400):
        own = generator.normal(0.0, 1.0, (25, 1))
        a = (own + generator.normal(0.0, 1.0, (25, 4))).sum(axis=1)
        b = (own + generator.normal(0.5, 0.8, (25, 1)) + generator.normal(0.0, 1.0, (25, 4))).sum(
            axis=1
        )
        each = np.full(25, 4.0)
        found = over_sets(each, a, each, b)
        inside += found.low <= 0.5 <= found.high
    assert 0.92 <= inside / 400 <= 0.98


def test_bootstrap_intervals_of_quantiles_cover_what_they_should():
    generator = np.random.default_rng(4)
    grid = Grid(-8.0, 16.0 / 256, 256, False)
    inside = 0
    for _ in range(100):
        sides = []
        for shift in (0.0, 0.5):
            values = generator.normal(shift, 1.0, (40, 20))
            bins = np.clip(((values + 8.0) / grid.width).astype(int), 0, 255)
            sides.append(np.stack([np.bincount(row, minlength=256) for row in bins]).astype(float))
        median = Spreads(grid, *sides, draws=199).quantile_differences()[2][3]
        inside += median.low <= 0.5 <= median.high
    assert 0.88 <= inside / 100 <= 0.99


@pytest.mark.parametrize("whole", [True, False])
def test_binned_distances_are_scipys_within_the_width_of_a_bin(whole):
    base, other = runs_of(chance=5), runs_of(chance=6, deaths=1040.0)
    column, outcome = ("rounds", "rounds") if whole else ("deaths_north", "deaths north")
    found = compared(base, other)
    own = row_of(found.numbers, outcome=outcome, measure="Wasserstein distance")
    theirs = stats.wasserstein_distance(base[column], other[column])
    assert own["difference"] == pytest.approx(theirs, abs=own["bin_width"] + 1e-9)
    assert (own["bin_width"] == 0.0) == whole
    delta = row_of(found.numbers, outcome=outcome, measure="Cliff's delta")["difference"]
    u = stats.mannwhitneyu(other[column], base[column]).statistic
    assert delta == pytest.approx(2.0 * u / len(base) / len(other) - 1.0, abs=0.005)
    for share in (0.1, 0.5, 0.9):
        row = row_of(found.quantiles, outcome=outcome, quantile=share)
        exact = np.quantile(other[column], share, method="inverted_cdf")
        assert row["in_arm"] == pytest.approx(exact, abs=own["bin_width"] + 1e-9)


def test_clusters_that_only_one_arm_has_stay_on_their_side():
    grid = Grid(0.0, 1.0, 3, True)
    first = (np.array([1, 4]), np.array([[1.0, 0, 0], [0, 2.0, 0]]))
    second = (np.array([4, 9]), np.array([[0, 0, 3.0], [0, 4.0, 0]]))
    found = side_by_side(first, second, grid)
    assert found.baseline.tolist() == [[1, 0, 0], [0, 2, 0], [0, 0, 0]]
    assert found.other.tolist() == [[0, 0, 0], [0, 0, 3], [0, 4, 0]]


def test_quantiles_and_deltas_by_hand():
    counts = np.array([[1.0, 2.0, 0.0, 1.0]])
    assert quantiles(counts, Grid(10.0, 1.0, 4, True))[0].tolist() == [10, 10, 11, 11, 13]
    assert quantiles(counts, Grid(0.0, 2.0, 4, False))[0, 2] == pytest.approx(3.0)
    assert deltas(np.array([[2.0, 0.0]]), np.array([[0.0, 5.0]]))[0] == 1.0
    assert cohens_h(0.3, 0.3) == 0.0


def test_whole_numbers_have_bins_of_their_own_until_there_are_too_many():
    assert grid_of([(2.0, 9.0, True), (0.0, 5.0, True)]) == Grid(0.0, 1.0, 10, True)
    wide = grid_of([(0.0, 5120.0, True)])
    assert wide is not None
    assert (wide.bins, wide.width, wide.exact) == (512, 10.0, False)
    assert grid_of([(math.nan, math.nan, True)]) is None


def test_p_values_are_corrected_over_all_tests_together():
    base = runs_of()
    found = compared(base, with_more(base, 8.0), runs_of(chance=9))
    every = pd.concat([found.shares, found.numbers, found.quantiles])
    expected = stats.false_discovery_control(every["p"])
    assert every["p_adjusted"].to_numpy() == pytest.approx(expected)
    assert f"Of {len(every)} tests" in found.verdicts[-1]


def test_sentences_call_small_differences_small_and_say_which_do_not_stand():
    row = {"outcome": "truce", "baseline": 0.5, "in_arm": 0.504, "difference": 0.004, "low": 0.003,
           "high": 0.005, "p": 1e-9, "p_adjusted": 1e-8, "effect_size": 0.008, "pairs": 10**6,
           "turned_to": 6000, "turned_away": 2000}  # fmt: skip
    assert "clear, but tiny" in share_verdict(row)
    row |= {"p": 0.03, "p_adjusted": 0.2}
    assert "does not stand once all tests are counted" in share_verdict(row)
    row |= {"outcome": "permanent ceasefire", "baseline": 0.002, "in_arm": 0.055,
            "difference": 0.053, "low": 0.041, "high": 0.065, "p_adjusted": 1e-8,
            "effect_size": 0.38, "pairs": 2000, "turned_to": 110, "turned_away": 4}  # fmt: skip
    assert share_verdict(row) == (
        "Permanent ceasefire: 5.5 % of runs instead of 0.2 %, +5.3 points (4.1 to 6.5); of 2,000 "
        "pairs 110 turned to it and 4 away."
    )
    row |= {"label": "rounds", "unit": "rounds", "p": 0.7, "p_adjusted": 0.8, "low": -0.4,
            "high": 0.6}  # fmt: skip
    assert number_verdict(row) == (
        "No difference can be told for rounds: interval −0.4 to +0.6 rounds."
    )


def test_end_states_compete_and_the_first_truce_competes_with_them():
    found = compared(runs_of(), runs_of(chance=1))
    table = found.incidence
    last = table[(table["arm"] == "arm 0") & (table["week"] == HORIZON)].set_index("event")
    assert last.loc["government fell", "incidence"] == pytest.approx(
        row_of(found.shares, outcome="government fell")["baseline"]
    )
    truce = row_of(found.shares, outcome="truce")["baseline"]
    assert last.loc["first truce", "incidence"] == pytest.approx(truce)
    assert "government fell, without a truce" in last.index


def test_nulls_stand_beside_the_shares_they_speak_about():
    found = compared(runs_of(), runs_of(chance=1))
    assert set(found.nulls["outcome"]) == {"truce", "permanent ceasefire"}
    truce = found.nulls[found.nulls["outcome"] == "truce"]
    assert set(truce["share in arm 1"]) == {row_of(found.shares, outcome="truce")["in_arm"]}


def points_of(**columns):
    table = pd.DataFrame(columns)
    table.insert(0, "point", range(len(table)))
    return Alternative("grid", "grid", points=table)


def test_points_belong_together_where_what_varies_agrees():
    grid = points_of(arms=[0.0, 0.0, 1.0, 1.0], mood=["a", "b", "a", "b"])
    none, all_ = (at_points(grid, f"arms={value}", "grid") for value in (0, 1))
    first, second = places(none, all_)
    assert [first[0], first[1]] == [second[2], second[3]]
    assert places(grid, grid) is not None
    assert places(grid, none) is None
    assert places(at_points(grid, "3", "grid"), at_points(grid, "point=0", "grid")) is not None


def test_rows_of_a_grid_are_paired_column_by_column(tmp_path):
    grid = points_of(arms=[0.0, 0.0, 1.0, 1.0], mood=["a", "b", "a", "b"])
    runs = pd.concat([runs_of(each=2, point=i, deaths=1000.0 + 25.0 * i) for i in range(4)])
    runs.to_parquet(tmp_path / "runs.parquet", index=False)
    files = (str(tmp_path / "runs.parquet"),)
    sides = [
        Alternative(f"arms {value}", "grid", None, files, tmp_path, None,
            at_points(grid, f"arms={value}", "grid").points, False)
        for value in (0, 1)
    ]  # fmt: skip
    found = compare(*sides, workers=1)
    assert found.pairs["pairs"].tolist() == [120]
    deaths = row_of(found.numbers, outcome="deaths north", measure="mean")
    assert deaths["difference"] == pytest.approx(50.0)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ("arm=1", "did you mean 'arms'?"),
        ("arms=0.5", "found 0.5; allowed: 0, 1"),
        ("mood=c", "found c; allowed: 'a', 'b'"),
        ("9", "allowed: a whole number from 0 to 3"),
        ("point=x", "allowed: a whole number from 0 to 3"),
        ("arms=0,arms=1", "found a dimension twice"),
        ("arms=0,mood=b", "found no point with these values together"),
    ],
)
def test_points_that_are_not_there_are_refused_with_what_there_is(chosen, words):
    grid = points_of(arms=[0.0, 1.0, 1.0, 1.0], mood=["a", "b", "a", "b"])
    with pytest.raises(RefusedError, match=re.escape(words)):
        at_points(grid, chosen, "grid")


def test_arms_that_cannot_be_are_refused_in_a_sentence(tmp_path):
    (tmp_path / "manifest.json").write_text("[]", encoding="utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()
    for text, words in (
        ("nowhere", "allowed: a folder of results, a shipped case"),
        ("gaza-2023:", "nothing after the colon"),
        (str(empty), "a folder without manifest.json"),
        (str(tmp_path), "manifest.json: kind: found"),
    ):
        with pytest.raises(RefusedError, match=re.escape(words)):
            read_alternative(text)
    for text in ("gaza-2023:patron.usa.resolve=7", "gaza-2023:variant=none", "gaza-2023:what"):
        with pytest.raises(CaseError):
            check_alternative(text)
    with pytest.raises(RefusedError, match="allowed: 2 to 7"):
        compare("gaza-2023")
    base = runs_of()
    with pytest.raises(RefusedError, match="runs have no column ended_week") as refused:
        compared(base, base.drop(columns="ended_week"))
    assert "\n" not in str(refused.value)
    with pytest.raises(RefusedError, match="found no runs"):
        compared(base, base.iloc[:0])


def test_the_database_sees_the_arms_and_nothing_else(tmp_path):
    import duckdb

    runs_of().to_parquet(tmp_path / "runs.parquet", index=False)
    outside = tmp_path.parent / f"{tmp_path.name}-outside.parquet"
    runs_of().to_parquet(outside, index=False)
    arm = Alternative("one", "one", None, (str(tmp_path / "runs.parquet"),), tmp_path)
    with database_of([arm], 1) as database:
        assert database.execute("SELECT count(*) FROM runs_0").fetchone() == (600,)
        for wrong in (f"SELECT * FROM read_parquet('{outside}')", "SET memory_limit = '9GB'"):
            with pytest.raises(duckdb.Error):
                database.execute(wrong)


HOSTILE = "<script>alert('$x$')</script> | [a](b) _c"


def test_reports_are_whole_and_take_labels_for_what_they_are(tmp_path):
    base = runs_of(each=5)
    other = with_more(base, 60.0, {"regional war": np.arange(50)})
    sides = Alternative.of_table(base, HOSTILE), Alternative.of_table(other, "_$\\frac$")
    found = compare(*sides, workers=1)
    paths = write(found, tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"<link|@import|\bsrc=|javascript:", page)
    addresses = set(re.findall(r"https?://[^\"\s<]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    names = re.findall(r'\bid="([^"]+)"', page)
    assert len(names) == len(set(names))
    assert page.count('<svg role="img" aria-label="') == 5
    assert "prefers-color-scheme: dark" in page
    report = (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    assert "<script" not in report
    assert all(words in page for words in ("Cameron and Miller 2015", "It is no forecast."))
    for name, table in found.tables.items():
        stored = pd.read_parquet(tmp_path / "out" / "tables" / f"{name}.parquet")
        assert len(stored) == len(table)
        assert (tmp_path / "out" / "tables" / f"{name}.csv").is_file()
    assert all(path.is_file() for path in paths)
    assert {path.suffix for path in paths} == {".csv", ".parquet", ".svg", ".png", ".md", ".html"}


def test_a_report_of_arms_without_pairs_or_events_can_be_written_too(tmp_path):
    base = runs_of(sets=2, each=20, fell=0.0)
    found = compared(base, runs_of(sets=2, each=20, first=40, fell=0.0, chance=1))
    write(found, tmp_path / "out")
    assert not (tmp_path / "out" / "figures" / "flows.svg").exists()
    assert "No pairs" in text_of(report_of(found), {}, {})


def test_reports_do_not_go_where_results_are(tmp_path):
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    found = compared(runs_of(each=2), runs_of(each=2, chance=1))
    with pytest.raises(RefusedError, match="allowed: a folder of its own"):
        write(found, tmp_path)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A real sweep of two points."""
    withheld = {"name": "arms_withheld", "label": "US arms withheld", "values": [0.0, 1.0],
                "names": ["patronage.usa-israel.withheld"], "from": 8}  # fmt: skip
    design = design_of({"name": "two", "title": "Two", "runs": 250, "dimension": [withheld]})
    return sweep(design, tmp_path_factory.mktemp("compare") / "two", workers=2)


def test_a_real_sweep_from_end_to_end(small, tmp_path, ceasefire):
    arms = [f"{small.folder}:arms_withheld={value}" for value in (0, 1)]
    code, told, err = ceasefire("compare", *arms, "--out", tmp_path / "out", "--json")
    assert code == 0, err
    told = json.loads(told)
    assert told["pairs"][0]["pairs"] == 250
    runs = small.runs
    for i, row in enumerate(told["arms"]):
        assert (row["arm"], row["runs"]) == (f"US arms withheld = {i}", 250)
    for row in told["shares"]:
        if row["outcome"] in END_STATES:
            for i, key in enumerate(("baseline", "in_arm")):
                own = runs[runs["point"] == i]["end_state"] == row["outcome"]
                assert row[key] == pytest.approx(own.mean())
    deaths = row_of(pd.DataFrame(told["numbers"]), outcome="deaths hamas", measure="mean")
    means = runs.groupby("point")["deaths_hamas"].mean()
    assert deaths["difference"] == pytest.approx(means[1] - means[0])
    assert deaths["high"] < 0.0
    assert (tmp_path / "out" / "report.html").is_file()
    _, screen, _ = ceasefire("compare", *arms)
    assert "250 pairs of runs" in screen
    assert "Deaths, Hamas's side" in screen


def test_a_whole_sweep_against_itself_goes_point_by_point(small):
    found = compare(small, small, workers=1)
    assert found.pairs["pairs"].tolist() == [500]
    assert (found.shares["difference"] == 0.0).all()


def test_a_case_and_an_ensembles_folder_are_arms_too(tmp_path):
    results = run_ensemble("gaza-2023", 60, keep="end states", workers=1)
    with Store(tmp_path / "stored", results.case) as store:
        store.add(results.tables)
        store.finish(0, 60)
    found = compare(str(tmp_path / "stored"), "gaza-2023:patron.usa.resolve=0.6", results,
                    runs=60, workers=1)  # fmt: skip
    assert found.labels == ["stored", "gaza-2023, patron.usa.resolve = 0.6", "gaza-2023"]
    assert found.pairs["pairs"].tolist() == [60, 60]
    same = found.shares[found.shares["arm"] == "gaza-2023"]
    assert (same["difference"] == 0.0).all()
    with pytest.raises(RefusedError, match="an ensemble has no points"):
        read_alternative(f"{tmp_path / 'stored'}:3")
