"""Scenario discovery: a box that is there is found, with its limits, and what is not is not."""

import sys

import numpy as np
import pandas as pd
import pytest

from ceasefire.experiments.design.design import design_of
from ceasefire.experiments.design.dimensions import Dimension
from ceasefire.experiments.design.outcomes import outcomes
from ceasefire.experiments.design.sampling import latin_hypercube
from ceasefire.experiments.sensitivity.boxes import boxes_of, idle_lever, limit_words, workbench
from ceasefire.experiments.sensitivity.discovery import discover, of_interest
from ceasefire.experiments.sensitivity.indices import Means
from ceasefire.experiments.style.refusals import RefusedError

SIZE = 500


def lever(name, unit="share"):
    return Dimension(name=name, label=f"lever {name}", unit=unit, names=(name,), low=0.0, high=1.0)


@pytest.fixture(scope="module")
def sample():
    return pd.DataFrame(latin_hypercube(4, SIZE, 1), columns=list("abcd"))


def test_a_known_box_is_found_with_its_limits(sample):
    inside = ((sample["a"] > 0.6) & (sample["c"] < 0.4)).to_numpy()
    first, *rest = boxes_of(sample, inside, [lever(name) for name in sample])
    limits = {one.lever.name: one for one in first.limits}
    assert set(limits) == {"a", "c"}
    assert limits["a"].low == pytest.approx(0.6, abs=0.03)
    assert np.isnan(limits["a"].high)
    assert limits["c"].high == pytest.approx(0.4, abs=0.03)
    assert limits["a"].p_low < 0.001
    assert np.isnan(limits["c"].p_low)
    assert first.coverage > 0.9
    assert first.density > 0.9
    own = sample[(sample["a"] >= limits["a"].low) & (sample["c"] <= limits["c"].high)]
    assert first.points == len(own)
    assert first.mass == pytest.approx(len(own) / SIZE)
    assert first.coverage == pytest.approx(inside[own.index].sum() / inside.sum())
    assert all(one.coverage + first.coverage <= 1.0 + 1e-12 for one in rest)


def test_a_second_box_is_found_among_what_is_left(sample):
    one = ((sample["a"] > 0.6) & (sample["b"] > 0.6)).to_numpy()
    other = ((sample["c"] < 0.25) & (sample["d"] < 0.4)).to_numpy()
    boxes = boxes_of(sample, one | other, [lever(name) for name in sample])
    levers = [{limit.lever.name for limit in box.limits} for box in boxes[:2]]
    assert {"a", "b"} <= levers[0]
    assert {"c", "d"} <= levers[1]
    assert boxes[0].coverage + boxes[1].coverage > 0.8


def test_words_and_switches_can_be_limits(sample):
    table = sample[["a", "b"]].assign(k=np.where(sample["d"] > 0.5, "yes", "no"))
    table["k"] = pd.Series(table["k"].tolist(), dtype=object)
    inside = ((table["k"] == "yes") & (table["a"] > 0.5)).to_numpy()
    first = boxes_of(table, inside, [lever(name) for name in table])[0]
    words = [limit_words(one) for one in first.limits]
    assert "“lever k” is yes" in words
    assert any(word.startswith("“lever a” is at least 0.") for word in words)


def test_points_at_random_give_no_tight_box(sample):
    random = np.random.default_rng(3).random(SIZE) < 0.25
    for box in boxes_of(sample, random, [lever(name) for name in sample]):
        # What PRIM finds in noise is either small or hardly denser than all points.
        assert box.coverage < 0.5 or box.density < 0.5


def test_the_path_begins_with_all_points_and_has_one_chosen_step(sample):
    inside = (sample["a"] > 0.6).to_numpy()
    path = boxes_of(sample, inside, [lever(name) for name in sample])[0].path
    assert path["coverage"].iloc[0] == 1.0
    assert path["points"].iloc[0] == SIZE
    assert path["chosen"].sum() == 1
    assert not path["pruned"].iloc[0]


def test_chance_explains_the_limit_with_the_largest_quasi_p_value():
    assert idle_lever({"a": [0.001, -1], "b": [0.3, 0.2], "c": [0.2, -1]}) in ("b", "c")
    # One limit that is significant keeps the lever.
    assert idle_lever({"a": [0.001, 0.4]}) is None
    assert idle_lever({}) is None


@pytest.mark.parametrize(
    ("means", "likely", "count", "words"),
    [
        (np.arange(100) / 100, None, 25, "quarter"),
        (np.arange(100) / 100, 0.5, 50, "asked for"),
        (np.arange(100) / 1000, 0.5, 10, "none reaches the 0.5"),
        (np.r_[np.zeros(95), np.ones(5)], None, 5, "above the lowest"),
    ],
)
def test_points_of_interest(means, likely, count, words):
    chosen, level, why = of_interest(means, likely)
    assert chosen.sum() == count
    assert means[chosen].min() >= level
    assert words in why


def test_where_all_points_are_alike_none_is_of_interest():
    chosen, _, _ = of_interest(np.full(40, 0.3), None)
    assert not chosen.any()


def design(size):
    table = {
        "name": "two",
        "title": "Two levers",
        "case": "two-rivals",
        "plan": "latin hypercube",
        "size": size,
        "runs": 1,
        "dimension": [
            {"name": "noise", "names": ["war.toll_noise"], "low": 0.0, "high": 1.0},
            {"name": "hazard", "names": ["war.regional_hazard"], "low": 0.0, "high": 0.1},
        ],
    }
    return design_of(table)


def means_at(plan, mean):
    chief = outcomes(plan.case)["regional war"]
    return Means(chief, mean, np.zeros(len(mean)), np.ones(len(mean)))


def test_discovery_from_a_design_and_its_means():
    plan = design(200)
    values = np.array([point.values["hazard"] for point in plan.points])
    found = discover(plan, means_at(plan, values * 10), likely=0.7)
    assert found.level == 0.7
    assert found.base == pytest.approx(0.3)
    (limit,) = found.boxes[0].limits
    assert limit.lever.name == "hazard"
    assert limit.low == pytest.approx(0.07, abs=0.003)
    table = found.table()
    assert table["unit"].tolist()[0] == plan.dimensions[1].unit
    assert found.paths()["box"].unique().tolist() == list(range(1, len(found.boxes) + 1))


def test_too_few_points_are_refused():
    plan = design(19)
    with pytest.raises(RefusedError, match="found 19; allowed: at least 20"):
        discover(plan, means_at(plan, np.arange(19.0)))


def test_without_the_workbench_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "ema_workbench.analysis", None)
    monkeypatch.setitem(sys.modules, "ema_workbench", None)
    workbench.cache_clear()
    with pytest.raises(RefusedError, match=r"pip install 'ceasefire\[sensitivity\]'"):
        workbench()
    workbench.cache_clear()
