"""Every decision has its own number, the same in both engines and whoever else is there."""

import itertools
import math

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from small_worlds import changed, unlike
from worlds import SHIPPED

from ceasefire.agents.chance import (
    LARGEST_SEED,
    Decision,
    key_of,
    logistic_deviate,
    uniform,
    whole_number,
)
from ceasefire.agents.kinds import COLLECTIONS
from ceasefire.model.case.case import load_case
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.model.engines.ensemble import Ensemble

WITH_KEYS = [name for name, record in COLLECTIONS.items() if "key" in record.fields]
"""Whose numbers are drawn."""
UNLIKELY = 1e-4
seeds = st.integers(0, LARGEST_SEED)
steps = st.integers(0, 10_000)
decisions = st.sampled_from(list(Decision))


@numba.njit
def one(seed, step, key, decision):
    return uniform(seed, step, key, decision)


@numba.njit
def many(seeds, steps, keys, decisions):
    out = np.empty(len(seeds))
    for i in range(len(seeds)):
        out[i] = uniform(seeds[i], steps[i], keys[i], decisions[i])
    return out


@given(seeds, steps, seeds, decisions)
@settings(deadline=None)
def test_compiled_and_python_draws_are_equal_to_the_bit(seed, step, key, decision):
    drawn = uniform(seed, step, key, decision)
    assert drawn == one(seed, step, key, int(decision))
    assert 0.0 <= drawn < 1.0


def test_compiled_and_python_draws_are_equal_for_many_keys():
    rng = np.random.default_rng(5)
    columns = [rng.integers(0, high, 10_000) for high in (LARGEST_SEED, 600, LARGEST_SEED, 20)]
    found = many(*columns)
    expected = [uniform(*map(int, row)) for row in zip(*columns, strict=True)]
    assert found.tolist() == expected


START = (1000, 0, key_of("party.shas"), 1)


def neighbours(sizes):
    """Draws on a block of neighbouring seeds, steps, keys and decisions."""
    axes = [np.arange(first, first + size) for first, size in zip(START, sizes, strict=True)]
    columns = [column.ravel() for column in np.meshgrid(*axes, indexing="ij")]
    return many(*columns).reshape(sizes)


BLOCKS = [(40_000, 1, 1, 1), (200, 200, 1, 1), (1, 520, 80, 1), (50, 52, 4, 16)]


@pytest.mark.parametrize("sizes", BLOCKS)
def test_draws_of_neighbours_are_uniform(sizes):
    drawn = neighbours(sizes).ravel()
    assert stats.kstest(drawn, "uniform").pvalue > UNLIKELY
    assert stats.chisquare(np.histogram(drawn, 100, (0.0, 1.0))[0]).pvalue > UNLIKELY
    lowest = np.floor(drawn * 2.0**40) % 256
    assert stats.chisquare(np.bincount(lowest.astype(int), minlength=256)).pvalue > UNLIKELY
    error = 1.0 / math.sqrt(12.0 * drawn.size)
    assert abs(drawn.mean() - 0.5) < 4.5 * error
    assert abs(drawn.var() - 1.0 / 12.0) < 4.5 * math.sqrt(1.0 / 180.0 / drawn.size)


@pytest.mark.parametrize("axis", range(4))
@pytest.mark.parametrize("apart", [1, 2])
def test_draws_of_neighbours_are_independent(axis, apart):
    drawn = neighbours((20, 20, 20, 20))
    count = drawn.shape[axis]
    first = np.take(drawn, range(count - apart), axis).ravel()
    second = np.take(drawn, range(apart, count), axis).ravel()
    assert abs(np.corrcoef(first, second)[0, 1]) < 4.5 / math.sqrt(first.size)
    table = np.histogram2d(first, second, 16, ((0.0, 1.0), (0.0, 1.0)))[0]
    assert stats.chisquare(table.ravel()).pvalue > UNLIKELY


def test_no_two_neighbours_draw_the_same_number():
    drawn = neighbours((30, 30, 10, 16)).ravel()
    assert len(np.unique(drawn)) == drawn.size


def test_draws_of_actors_of_the_shipped_cases_are_uniform_across_actors():
    for case in SHIPPED.values():
        keys = np.concatenate([case.records[name]["key"] for name in WITH_KEYS])
        assert len(np.unique(keys)) == len(keys)
        drawn = np.array([[one(seed, 5, key, 4) for key in keys] for seed in range(300)])
        assert stats.kstest(drawn.ravel(), "uniform").pvalue > UNLIKELY
        across = np.corrcoef(drawn.T)[np.triu_indices(len(keys), 1)]
        assert np.abs(across).max() < 5.5 / math.sqrt(300)


def test_keys_are_stable():
    assert key_of("party.shas") == PINNED["party.shas"]
    assert key_of("belligerent.israel") == PINNED["belligerent.israel"]
    assert key_of("party.shas") != key_of("bloc.shas")


PINNED = {"party.shas": 4457812463661122618, "belligerent.israel": 1267355237573006313}


def test_decisions_have_fixed_and_different_numbers():
    assert len({int(decision) for decision in Decision}) == len(Decision)
    assert (Decision.TOLL, Decision.LEAVE, Decision.ATTACKS) == (1, 4, 16)


@pytest.mark.parametrize("expected", [0.0, 0.03, 0.5, 1.0, 2.71, 140.0])
def test_a_whole_number_of_people_has_the_right_mean(expected):
    drawn = [whole_number(expected, float(u)) for u in neighbours((20_000, 1, 1, 1)).ravel()]
    assert abs(np.mean(drawn) - expected) < 4.5 * 0.5 / math.sqrt(len(drawn))
    assert set(drawn) <= {math.floor(expected), math.floor(expected) + 1}


def test_a_logistic_deviate_is_finite_and_of_variance_one():
    drawn = [logistic_deviate(float(u)) for u in neighbours((40_000, 1, 1, 1)).ravel()]
    assert abs(np.mean(drawn)) < 0.025
    assert np.var(drawn) == pytest.approx(1.0, abs=0.04)
    assert -25.0 < logistic_deviate(0.0) < logistic_deviate(1.0) < 25.0


@pytest.mark.parametrize("week", [1, 6, 20])
def test_cases_that_differ_from_a_week_on_are_identical_before_it(week):
    case = SHIPPED["gaza-2023"]
    change = {"belligerent.israel.effort": 0.1, "patron.usa.resolve": 0.9}
    other = case.with_events([{"week": week, "set": change}])
    first, second = (Ensemble(one, np.arange(60)) for one in (case, other))
    for ensemble in (first, second):
        ensemble.advance(week)
    assert unlike(first.records, second.records) == {}
    going_on = first.records["war"]["ended_week"] < 0.0
    for ensemble in (first, second):
        ensemble.advance(1)
    moved = unlike(first.records, second.records)
    # Runs that had ended do not move any more; the others know of the change, and most move.
    assert moved["patrons.resolve"] == np.flatnonzero(going_on).tolist()
    assert len(moved["belligerents.toll"]) > 0.5 * going_on.sum()


def with_another_party(case, tmp_path, place):
    """The case with a party without seats before another one, or after all."""
    text = case.to_toml()
    heads = [f"[party.{name}]" for name in case.names["parties"]]
    head = heads[place]
    assert text.count(head) == 1
    values = text[text.index(head) + len(head) :].split("\n[", 1)[0]
    lines = [
        line.replace(str(line.split("value = ")[1].split(",")[0]), "0", 1)
        if line.startswith("seats")
        else line
        for line in values.splitlines()
    ]
    path = tmp_path / f"party-{place}.toml"
    newcomer = "\n".join(["[party.newcomer]", *[line for line in lines if line], "", ""])
    path.write_text(text.replace(head, newcomer + head), encoding="utf-8")
    return load_case(path)


@pytest.mark.parametrize("place", [0, 5, 13])
def test_another_party_shifts_nobody_elses_numbers(tmp_path, place):
    case = SHIPPED["gaza-2023"]
    larger = with_another_party(case, tmp_path, place)
    assert larger.names["parties"][place] == "newcomer"
    first, second = (Ensemble(one, np.arange(80)).run().records for one in (case, larger))
    old = {**second, "parties": np.delete(second["parties"], place, axis=1)}
    assert unlike(first, old) == {}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_another_party_shifts_nobody_elses_numbers_in_the_mesa_engine(tmp_path, seed):
    case = SHIPPED["gaza-2023"]
    larger = with_another_party(case, tmp_path, 3)
    first, second = (CeasefireModel(one, rng=seed).run() for one in (case, larger))
    everyone = [
        [thing.numbers() for thing in getattr(model, name) if thing.name != "newcomer"]
        for model, name in itertools.product((first, second), COLLECTIONS)
    ]
    half = len(COLLECTIONS)
    assert everyone[:half] == everyone[half:]
    assert first.war.numbers() == second.war.numbers()
    assert first.talks.numbers() == second.talks.numbers()


def test_a_case_changed_and_changed_back_is_the_same_world():
    case = SHIPPED["two-rivals"]
    there = case.changed({"talks.gap": 3.0}).changed({"talks.gap": 1.0})
    runs = [Ensemble(one, np.arange(20)).run().records for one in (case, there)]
    assert unlike(*runs) == {}
    assert changed("two-rivals", {"talks.gap": 1.0}) == case
