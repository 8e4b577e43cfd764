"""Thresholds: a crossing that is known is found, from either side; so is that there is none."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceasefire.experiments.design.in_words import lever_table, shipped_levers
from ceasefire.experiments.design.outcomes import outcomes
from ceasefire.experiments.sensitivity import plans
from ceasefire.experiments.sensitivity.plans import Running
from ceasefire.experiments.statistics.shares import wilson
from ceasefire.experiments.style.markdown import plain_text
from ceasefire.experiments.style.published import publish
from ceasefire.experiments.style.refusals import RefusedError, StoppedError
from ceasefire.experiments.threshold import search as threshold_search
from ceasefire.experiments.threshold.analysis import Asked, threshold
from ceasefire.experiments.threshold.estimate import (
    Counts,
    counts_of,
    crossing_of,
    curve_table,
    falls_back,
    first_crossings,
    open_quantiles,
)
from ceasefire.experiments.threshold.report import report_of
from ceasefire.model.case.case import CaseError, load_case

VALUES = np.linspace(0.0, 1.0, 11)
SETS, RUNS = 100, 20


def counts(curve, spread=0.0, values=VALUES):
    """Sums over sets that differ by so much around a curve, without any other chance."""
    shifts = spread * np.linspace(-1.0, 1.0, SETS)
    means = np.clip(np.asarray(curve)[None, :] + shifts[:, None], 0.0, 1.0)
    runs = np.full(means.shape, float(RUNS))
    return Counts(np.asarray(values, dtype=float), RUNS * means, RUNS * means, runs)


def test_the_crossing_of_a_straight_line():
    found = crossing_of(counts(0.1 * VALUES), 0.034, 200, 1)
    assert found.value == pytest.approx(0.34)
    assert (found.near, found.far) == pytest.approx((0.34, 0.34))
    assert (found.reached, found.back, found.at_start) == (1.0, (), False)


def test_the_interval_is_that_of_the_spread_between_sets():
    spread = 0.05
    found = crossing_of(counts(0.2 + 0.5 * VALUES, spread), 0.45, 4000, 1)
    # The mean of the sets' shifts has this standard error, and a slope of 0.5 turns it into values.
    error = spread * np.std(np.linspace(-1.0, 1.0, SETS)) / np.sqrt(SETS) / 0.5
    assert found.value == pytest.approx(0.5)
    assert found.near == pytest.approx(0.5 - 1.96 * error, abs=0.3 * error)
    assert found.far == pytest.approx(0.5 + 1.96 * error, abs=0.3 * error)


def test_an_interval_is_open_where_resamples_do_not_reach_the_level():
    top = 0.5
    found = crossing_of(counts(top * VALUES, 0.2), top - 0.005, 1000, 1)
    assert 0.3 < found.reached < 0.975
    assert np.isfinite(found.near)
    assert np.isnan(found.far)


def test_what_is_never_reached_has_no_value():
    found = crossing_of(counts(0.1 * VALUES), 0.2, 100, 1)
    assert np.isnan([found.value, found.near, found.far]).all()
    assert found.reached == 0.0


def test_what_holds_from_the_start_is_said_to():
    found = crossing_of(counts(0.3 + 0.1 * VALUES), 0.2, 100, 1)
    assert found.at_start
    assert found.value == 0.0


def test_a_curve_that_falls_back_is_said_to():
    curve = np.array([0.0, 0.1, 0.3, 0.3, 0.1, 0.0, 0.0, 0.4, 0.4, 0.4, 0.4])
    found = crossing_of(counts(curve), 0.2, 100, 1)
    assert found.value == pytest.approx(0.15)
    assert found.back == pytest.approx((0.35,))
    assert found.back_share == 1.0
    assert falls_back(VALUES, 1.0 - VALUES, 0.25) == pytest.approx((0.75,))


def test_downwards_it_is_the_largest_value():
    down = VALUES[::-1]
    found = crossing_of(counts(0.5 - 0.5 * down, 0.05, down), 0.2, 500, 1)
    assert found.value == pytest.approx(0.6)
    assert found.near > found.value > found.far


@given(
    st.lists(st.floats(0.0, 1.0), min_size=2, max_size=12),
    st.floats(0.01, 1.0),
)
def test_the_curve_is_at_the_level_where_it_first_crosses(means, level):
    values = np.arange(len(means), dtype=float)
    curve = np.array(means)
    found = first_crossings(values, curve[None, :], level)[0]
    if curve.max() < level:
        assert np.isnan(found)
        return
    before = curve[values < found]
    assert (before < level).all()
    if found > 0.0:
        assert np.interp(found, values, curve) == pytest.approx(level, abs=1e-9)
    else:
        assert curve[0] >= level or level - curve[0] < 1e-9


def test_resamples_beyond_the_range_leave_an_end_open():
    places = np.r_[np.linspace(0.4, 0.6, 90), np.full(10, np.nan)]
    low, high = open_quantiles(places, VALUES)
    assert low == pytest.approx(0.404, abs=0.002)
    assert np.isnan(high)


def test_counts_are_sums_over_sets():
    table = pd.DataFrame(
        {"parameter_set": [1, 1, 2, 2], "seed": [0, 1, 2, 3], "x": [1.0, 0.0, 1.0, np.nan]}
    )
    found = counts_of([table, table.iloc[:2]], [0.0, 1.0], by_set=True)
    assert found.sums.tolist() == [[1.0, 1.0], [1.0, 0.0]]
    assert found.runs.tolist() == [[2.0, 2.0], [1.0, 0.0]]
    assert found.curve.tolist() == [2.0 / 3.0, 0.5]
    assert len(counts_of([table], [0.0], by_set=False).sums) == 3


def test_the_band_is_wilsons_and_wider_over_sets_that_differ():
    share = outcomes(load_case("gaza-2023"))["permanent ceasefire"]
    rows = curve_table(counts(0.2 + 0.5 * VALUES, 0.2), share)
    n = SETS * RUNS
    for value, mean, low, high in rows[["value", "mean", "low", "high"]].to_numpy():
        assert mean == pytest.approx(0.2 + 0.5 * value)
        assert (low, high) == pytest.approx(wilson(mean, n))
    middle = rows.iloc[5]
    error = 0.2 * np.std(np.linspace(-1.0, 1.0, SETS), ddof=1) / np.sqrt(SETS)
    assert middle["sets_high"] - middle["mean"] == pytest.approx(1.96 * error, rel=0.01)


class Pretended:
    """Sweeps that are not run: every run has a number of its own, the same at all values."""

    def __init__(self, curve):
        self.curve = curve
        self.folders = []
        self.seen = []

    def sweep(self, design, out, **more):
        self.folders.append(out.name)
        self.seen += [point.values["arms_withheld"] for point in design.points]
        return design

    def runs_by_point(self, design, outcome):
        sets = len(design.draw.sets)
        chance = np.random.default_rng(1).random(design.runs)
        seeds = np.arange(design.runs)
        return [
            pd.DataFrame(
                {
                    "parameter_set": seeds % sets,
                    "seed": seeds,
                    "x": (chance < self.curve(point.values["arms_withheld"])).astype(float),
                }
            )
            for point in design.points
        ]


def pretend(monkeypatch, curve):
    found = Pretended(curve)
    monkeypatch.setattr(plans, "sweep", found.sweep)
    monkeypatch.setattr(threshold_search, "runs_by_point", found.runs_by_point)
    return found


def searched(out, **asked):
    return threshold(Asked(**{"lever": "arms_withheld", **asked}), Running(out=out))


def test_a_known_crossing_is_closed_in_on(monkeypatch, tmp_path):
    pretended = pretend(monkeypatch, lambda x: 0.2 * x**2)
    found = searched(tmp_path, level=0.05, within=0.02, runs=20000)
    assert found.value == pytest.approx(0.5, abs=0.02)
    assert found.low < 0.5 < found.high
    assert found.high - found.low < 0.1
    # Eleven values, then halves of one tenth until 0.02 is reached.
    assert pretended.seen[:11] == pytest.approx(list(VALUES))
    assert pretended.folders[0] == "grid"
    assert len(pretended.folders) == 1 + 3
    assert found.curve["step"].value_counts().to_dict() == {"grid": 11, "bisection": 3}
    assert "smallest value of “US arms withheld from Israel, week 8 on”" in found.verdicts[0]
    assert "up to week 52" in found.verdicts[-1]


def test_a_falling_lever_is_followed_from_above(monkeypatch, tmp_path):
    pretend(monkeypatch, lambda x: 0.2 * (1.0 - x))
    found = searched(tmp_path, level=0.05, runs=20000, falling=True)
    assert found.value == pytest.approx(0.75, abs=0.03)
    assert found.low < found.value < found.high
    assert "largest value" in found.verdicts[0]


def test_never_reached_is_a_sentence_with_the_best_there_is(monkeypatch, tmp_path):
    pretend(monkeypatch, lambda x: 0.02 * (1.0 - abs(x - 0.3)))
    found = searched(tmp_path, level=0.5, runs=5000)
    assert not found.reached
    assert found.verdicts[0].startswith("Nowhere from 0.00 to 1.00 of “US arms withheld")
    assert "at 0.30." in found.verdicts[0]
    report = report_of(found)
    assert report.facts["value"] is None
    publish(report, tmp_path)


def test_a_level_of_a_few_runs_is_warned_of(monkeypatch, tmp_path):
    pretend(monkeypatch, lambda x: 0.1 * x)
    few = searched(tmp_path, level=0.02, runs=400)
    enough = searched(tmp_path, level=0.05, runs=400)
    assert any("8 of 400 runs: more runs" in words for words in few.verdicts)
    assert not any("more runs a value" in words for words in enough.verdicts)


def test_a_curve_that_is_not_steady_is_reported(monkeypatch, tmp_path):
    pretend(monkeypatch, lambda x: 0.2 if 0.25 < x < 0.65 else 0.01)
    found = searched(tmp_path, level=0.1, runs=5000)
    assert found.value == pytest.approx(0.25, abs=0.02)
    assert any("falls below the level again at 0.65" in words for words in found.verdicts)


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("patron.usa.resolve=0:1", {"change": "set", "low": 0, "high": 1}),
        ("patronage.usa-israel.withheld=0:0.5@8", {"change": "set", "high": 0.5, "from": 8.0}),
        ("patronage.usa-israel.withheld@8=0:0.5", {"change": "set", "high": 0.5, "from": 8.0}),
        ("party.shas.tolerance+=0:2", {"change": "add", "names": ["party.shas.tolerance"]}),
        ("belligerent.israel.precondition*=0:2", {"change": "times", "low": 0}),
        ("tolerance=0:9", {"change": "add", "low": 0, "high": 9, "name": "tolerance"}),
    ],
)
def test_levers_in_words(text, table):
    found = lever_table(text)
    assert {name: found[name] for name in table} == table
    assert "steps" not in found


def test_levers_of_shipped_designs_are_known_by_name():
    assert {"arms_withheld", "tolerance", "precondition"} <= set(shipped_levers())
    assert lever_table("arms_withheld")["from"] == 8


@pytest.mark.parametrize(
    "text", ["arms_witheld", "patron.usa.resolve=1", "tolerance+=0:2", "=0:1", "x=0:"]
)
def test_levers_that_cannot_be_read_are_refused(text):
    with pytest.raises(RefusedError, match="lever: found "):
        lever_table(text)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"level": 5}, RefusedError, "level: found 5; allowed for 'permanent ceasefire'"),
        ({"level": float("nan")}, RefusedError, "level: found nan"),
        ({"within": 0}, RefusedError, "within: found 0; allowed: more than 0"),
        ({"resamples": 0}, RefusedError, "resamples: found 0"),
        ({"outcome": "peace"}, RefusedError, "found 'peace'"),
        ({"lever": "patron.usa.resolve=0:2"}, CaseError, "allowed: a number from 0 to 1"),
        ({"lever": "patron.usa.resolv=0:1"}, CaseError, "patron.usa.resolve"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_run(changes, error, words, tmp_path):
    with pytest.raises(error) as refused:
        searched(tmp_path, **changes)
    assert words in str(refused.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("as_json", [True, False])
def test_the_command_shows_the_curve_and_what_follows(monkeypatch, tmp_path, ceasefire, as_json):
    pretend(monkeypatch, lambda x: 0.1 * x)
    code, shown, err = ceasefire("threshold", "--outcome", "permanent", "--runs", 2000, "--png",
                                 "--out", tmp_path, *(["--json"] if as_json else []))  # fmt: skip
    assert code == 0, err
    if as_json:
        found = json.loads(shown)
        assert found["value"] == pytest.approx(0.5, abs=0.1)
        assert str(tmp_path / "threshold.png") in found["files"]
    else:
        words = " ".join(shown.split())
        assert "The smallest value of “US arms withheld from Israel, week 8 on”" in words
        assert "at the level or above" in words


def test_on_the_real_model_it_goes_on_where_it_stopped(tmp_path):
    asked = Asked(
        lever="war.regional_hazard=0:0.1", outcome="regional war", level=0.3, runs=20, weeks=16,
        within=0.004, central=True, resamples=200,
    )  # fmt: skip

    def search(**more):
        return threshold(asked, Running(out=tmp_path, **more))

    with pytest.raises(StoppedError):
        search(stop=lambda: True)
    found = search()
    assert 0.0 < found.value < 0.1
    assert found.clusters == "seeds"
    now = []
    again = search(report=lambda progress: now.append(progress.now))
    assert set(now) == {0}
    report = report_of(found)
    assert report_of(again).facts == report.facts
    files = {path.name for path in publish(report, tmp_path, facts="threshold")}
    assert files == {"curve.csv", "curve.parquet", "threshold.svg", "threshold.json", "report.md",
                     "report.html"}  # fmt: skip
    facts = json.loads((tmp_path / "threshold.json").read_text(encoding="utf-8"))
    assert facts["value"] == found.value
    assert plain_text(found.verdicts[0]) in (tmp_path / "report.md").read_text(encoding="utf-8")
