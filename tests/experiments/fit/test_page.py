"""The page on the fit, and what chance would show of each pattern."""

import numpy as np
import pandas as pd
import pytest

from ceasefire.experiments.design.parameter_sets import prior_sets, read_priors
from ceasefire.experiments.fit import nulls as pattern_nulls
from ceasefire.experiments.fit.patterns import PATTERNS
from ceasefire.experiments.fit.posterior import posterior
from ceasefire.experiments.reference.fit import levers, owed, patterns_table, widths
from ceasefire.model.case.case import load_case


def test_probabilities_of_counts_sum_to_one():
    assert pattern_nulls.poisson(3.0, 0, 60) == pytest.approx(1.0)
    assert pattern_nulls.binomial(4, 0, 0.3) == pytest.approx(1.0)
    assert pattern_nulls.binomial(4, 3, 0.5) == pytest.approx(5 / 16)
    assert pattern_nulls.first_in(0.1, 0, 1e9) == pytest.approx(1.0)


def test_a_constant_hazard_and_a_coin_agree_with_drawing_them():
    rng = np.random.default_rng(1)
    first = rng.exponential(37.0, 400_000)
    drawn = ((first >= 5) & (first < 9)).mean()
    assert pattern_nulls.shown_by_hazard()["P1"] == pytest.approx(drawn, abs=0.003)
    signed = rng.random((400_000, 7)) < 0.25
    assert pattern_nulls.shown_by_coin()["P2"] == pytest.approx(
        (~signed[:, 1:]).all(1).mean(), abs=0.003
    )
    votes = rng.integers(0, 3, (400_000, 7))
    right = votes == 0
    shown = (right.sum(1) >= 6) & right[:, -1]
    assert pattern_nulls.shown_by_coin()["P6"] == pytest.approx(shown.mean(), abs=0.002)


def test_nulls_name_patterns():
    for null in pattern_nulls.NULLS.values():
        assert set(null()) <= set(PATTERNS)
        assert all(0.0 < value < 1.0 for value in null().values())


def test_the_page_says_where_chance_does_as_well():
    rates = pd.DataFrame({name: [0.7, 0.8, 0.9] for name in PATTERNS})
    assert "beats every null on every pattern" in patterns_table(rates)
    rates["P4"] = 0.2
    assert "does not beat every null on P4" in patterns_table(rates)


def test_the_page_has_a_row_for_every_prior_and_lever():
    case = load_case("gaza-2023")
    priors = read_priors(case)
    sets = prior_sets(case, 40, seed=5)
    text = widths(priors, posterior(priors, sets))
    assert all(f"`{prior.name}`" in text for prior in priors)
    responses = pd.DataFrame({"permanent: one": [0.0, 0.2], "margin: one": [0.1, 0.3]})
    assert levers(responses).count("| one |") == 2
    found = pd.DataFrame(
        {
            "name": ["kappa"],
            "response": ["permanent: one"],
            "low": [0.1],
            "middle": [np.nan],
            "high": [0.0],
            "sets_low": [3],
            "sets_middle": [0],
            "sets_high": [4],
            "correlation": [np.nan],
        }
    )
    assert "no set" in owed(found)
