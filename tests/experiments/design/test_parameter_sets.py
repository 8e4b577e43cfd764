"""The sets that come with the default case: frozen, complete, and what they are said to be."""

import hashlib
import pickle
import tomllib

import numpy as np
import pandas as pd
import pytest
from checkout import ROOT

from ceasefire.experiments.design.parameter_sets import (
    claims_not_tested,
    drawn,
    fitted_sets,
    read_priors,
)
from ceasefire.experiments.fit.check import CHECK_SEED
from ceasefire.experiments.fit.patterns import PATTERNS, probe, shown
from ceasefire.experiments.fit.waves import NEEDED, short_case
from ceasefire.model.case.case import load_case
from ceasefire.model.case.shipped import shipped_file
from ceasefire.model.engines.ensemble import prepare


@pytest.fixture(scope="module")
def case():
    return load_case("gaza-2023")


@pytest.fixture(scope="module")
def path(case):
    return shipped_file(case.name, "sets.csv")


@pytest.fixture(scope="module")
def facts(case):
    return tomllib.loads(shipped_file(case.name, "sets.toml").read_text(encoding="utf-8"))


def test_sets_are_frozen(path, facts):
    assert hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest() == facts["sets"]


def test_priors_are_those_of_the_fit(case, facts):
    content = shipped_file(case.name, "priors.toml").read_bytes()
    assert hashlib.blake2b(content, digest_size=10).hexdigest() == facts["priors"]


def test_there_are_two_hundred_sets_and_each_shows_every_pattern(case, path):
    table = pd.read_csv(path, index_col="parameter_set")
    assert len(table) >= 200
    assert (table[list(PATTERNS)] >= NEEDED).all(axis=None)
    priors = read_priors(case)
    assert list(fitted_sets(case).columns) == [name for prior in priors for name in prior.names]
    for prior in priors:
        assert table[prior.name].between(prior.low * 0.999999 - 1e-9, prior.high * 1.000001).all()


def test_the_case_itself_has_the_set_in_the_middle(case):
    for name, value in fitted_sets(case).iloc[0].items():
        assert float(case.settings[name].value) == pytest.approx(value, rel=1e-5), name


@pytest.mark.parametrize("place", [0, 1, -1])
def test_a_set_shows_the_patterns_as_often_as_is_said(case, path, facts, place):
    """A rule that has changed since the fit shows here: then the fit must be made again."""
    prepare()
    table = pd.read_csv(path, index_col="parameter_set")
    row = table.iloc[place]
    runs = facts["effort"]["check_runs"]
    settings = {name: np.full(runs, row[name]) for name in fitted_sets(case).columns}
    seeds = np.arange(CHECK_SEED, CHECK_SEED + runs)
    holds, says = shown(probe(short_case(case), seeds, settings))
    rates = dict(zip(PATTERNS, (holds & says).sum(0) / says.sum(0), strict=True))
    # Overlap was looked for on the whole grid then, and is on a sample of it here. Values are
    # shipped with six digits, so that a run in a thousand may fall otherwise.
    for name in PATTERNS:
        if name != "P5":
            assert rates[name] == pytest.approx(row[name], abs=1.5 / runs), name


def test_the_page_on_the_fit_is_about_these_sets(facts):
    page = (ROOT / "docs" / "fit.md").read_text(encoding="utf-8")
    assert facts["sets"] in page


def test_claims_stand_as_they_were_frozen(case):
    lists = claims_not_tested(case)
    statuses = {}
    for file in sorted(shipped_file(case.name, "claims").glob("*.toml")):
        claims = tomllib.loads(file.read_text(encoding="utf-8")).get("claims", {})
        statuses |= {name: claim["status"] for name, claim in claims.items()}
    for status, names in lists.items():
        found = {name for name, said in statuses.items() if said == status}
        assert found == set(names), status


def test_a_case_remembers_what_was_changed_in_it(case):
    assert case.changes == {}
    name = "talks.gap"
    own = {name: case.settings[name].value}
    again = pickle.loads(pickle.dumps(case.changed(own).variant("no-memory").without_events()))
    assert again.changes == {**own, **case.variants["no-memory"].set}
    # A number set to the value that it has anyway is the same in all sets; the case is no other.
    assert case.changed(own) == case
    assert set(drawn(case).values) - set(drawn(case.changed(own)).values) == {name}
