"""Null models: a constant hazard, a fair coin and base rates, against chance itself and by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ceasefire.experiments.design.base_rates import base_rates
from ceasefire.experiments.statistics.nulls import (
    OBSERVABLES,
    constant_hazard,
    fair_coin,
    nulls,
    poisson_interval,
)

WEEKS = st.floats(1.0, 300.0)


def named(observable, name, **more):
    (found,) = (one for one in nulls(base_rates(), observable, **more) if one.name == name)
    return found


def test_over_the_weeks_on_record_a_constant_hazard_gives_the_truces_on_record():
    record = base_rates()["record"]
    assert (record["truces"], record["weeks"]) == (1, 37)
    assert named("truces", "constant hazard", weeks=37.0).value == pytest.approx(1.0)
    assert named("truce", "constant hazard", weeks=37.0).value == pytest.approx(1.0 - 1.0 / math.e)


def test_a_constant_hazard_is_what_drawing_week_by_week_gives():
    drawn = np.random.default_rng(3).random((20_000, 26)) < 1.0 - math.exp(-1.0 / 37.0)
    expected = named("truce", "constant hazard", weeks=26.0).value
    assert drawn.any(axis=1).mean() == pytest.approx(expected, abs=0.015)


def test_a_fair_coin_is_what_tossing_gives():
    coins = np.random.default_rng(4).random((20_000, 7, 2, 2)) < 0.5
    signed = coins.all(axis=3).any(axis=2)
    (found,) = fair_coin("truce", 7.0, 2.0)
    assert signed.any(axis=1).mean() == pytest.approx(found.value, abs=0.01)
    (found,) = fair_coin("signed", 7.0, 2.0)
    assert signed.mean() == pytest.approx(found.value, abs=0.01)
    (found,) = fair_coin("truces", 7.0, 2.0)
    assert signed.sum(axis=1).mean() == pytest.approx(found.value, abs=0.03)
    boundary = np.random.default_rng(5).random((20_000, 7, 2)) < 0.5
    (found,) = fair_coin("ends", 7.0, 2.0)
    ends = (signed & boundary.all(axis=2)).any(axis=1).mean()
    assert ends == pytest.approx(found.value, abs=0.01)
    (found,) = fair_coin("fails", 7.0, 2.0)
    assert 1.0 - boundary.all(axis=2).mean() == pytest.approx(found.value, abs=0.01)


def test_a_base_rate_over_its_own_period_is_that_rate():
    for rate in base_rates()["rate"]:
        if rate["form"] != "share of periods":
            continue
        share = rate["value"] if "value" in rate else rate["events"] / rate["of"]
        found = named(rate["observable"], rate["name"], weeks=rate["weeks"])
        assert found.value == pytest.approx(share), rate["name"]
    yearly = named("truces", "israel-as-a-party", weeks=1669.6)
    assert yearly.value == pytest.approx(103.0)


def test_a_deal_that_ends_the_war_is_a_truce_that_does_not_fail():
    for name in ("conflict-years", "ongoing-conflicts", "israel-as-a-party"):
        truces = named("truces", name, weeks=20.0).value
        assert named("ends", name, weeks=20.0).value == pytest.approx(1.0 - math.exp(-0.2 * truces))


@given(st.integers(0, 400))
def test_an_exact_interval_leaves_as_much_in_each_tail(count):
    low, high = poisson_interval(count)
    assert stats.poisson.cdf(count, high) == pytest.approx(0.025)
    if count:
        assert stats.poisson.sf(count - 1, low) == pytest.approx(0.025)


@given(st.sampled_from(list(OBSERVABLES)), WEEKS, WEEKS, st.floats(1.0, 3.0))
def test_what_a_null_gives_lies_in_its_interval_and_grows_with_time(observable, weeks, more, texts):
    shorter = nulls(base_rates(), observable, weeks, texts=texts)
    longer = nulls(base_rates(), observable, weeks + more, texts=texts)
    assert [one.name for one in shorter] == [one.name for one in longer]
    for one, other in zip(shorter, longer, strict=True):
        assert 0.0 <= one.low <= one.value + 1e-12
        assert one.value <= one.high + 1e-12
        assert one.value <= other.value + 1e-12
        if observable != "truces":
            assert one.high <= 1.0


def test_everything_observable_has_a_null_and_every_rate_is_used():
    used = set()
    for observable in OBSERVABLES:
        found = nulls(base_rates(), observable)
        assert found, observable
        assert all(one.how and one.source for one in found)
        used |= {one.name for one in found}
    rates = base_rates()["rate"]
    assert len({one["name"] for one in rates}) == len(rates)
    assert {one["name"] for one in rates if one["observable"] in OBSERVABLES} <= used


def test_every_rate_and_finding_says_of_whom_and_from_where():
    tables = base_rates()
    for one in tables["rate"]:
        assert {"name", "observable", "form", "population", "source", "checked"} <= set(one)
        assert ("value" in one) != ("events" in one and "of" in one), one["name"]
    for one in tables["finding"]:
        assert {"name", "words", "source", "checked"} <= set(one)


def test_the_coin_of_a_round_says_nothing_of_what_happens_after_an_end():
    assert fair_coin("resumes", 7.0, 1.0) == ()
    assert constant_hazard(base_rates()["record"], "resumes", 52.0) == ()


@pytest.mark.parametrize(
    ("words", "more"),
    [("observable", {"observable": "peace"}), ("weeks", {"weeks": 0.0}), ("texts", {"texts": -1})],
)
def test_what_no_null_can_be_asked_for_is_refused_in_words(words, more):
    with pytest.raises(ValueError, match=rf"{words}: found .*; allowed: "):
        nulls(base_rates(), **{"observable": "truce", **more})
