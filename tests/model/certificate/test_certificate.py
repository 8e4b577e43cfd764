"""Certificates are exact: the same as by brute force, and true when a run is changed by them."""

import time
from dataclasses import fields

import hypothesis.strategies as st
import numpy as np
import pytest
from brute_force import (
    accepted,
    failed_rounds,
    flips,
    minimal_sets,
    pivots,
    smallest_share,
    with_few_texts,
)
from hypothesis import given, settings
from small_worlds import unlike
from worlds import SHIPPED, cases

from ceasefire.agents.belligerent import ACCEPT
from ceasefire.experiments.why.checks import relaxations_of
from ceasefire.model.certificate.constraints import INFORMATION_MEMBER
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.model.engines.certifier import Certifier
from ceasefire.model.engines.ensemble import Ensemble, certificates_of


def compare(case, frozen, texts):
    """Compare a certificate on a small grid with brute force; returns how many sets there are."""
    small, world = with_few_texts(case, frozen, texts)
    one = next(Certifier(small).certify(world))
    plain = accepted(small, world, [0])[0]
    assert one.accepted == tuple(plain.sum(axis=0).tolist())
    assert one.both == plain.all(axis=1).sum()
    np.testing.assert_array_equal(one.flips, flips(small, world))
    if one.both:
        assert one.sets == ()
        return 0
    assert one.pivots == pivots(small, world)
    expected = minimal_sets(small, world)
    assert {found.members for found in one.sets} == set(expected)
    for found in one.sets:
        texts = expected[found.members]
        least = smallest_share(small, world, found.members, texts)
        if found.share != least:
            # Rare: a side that regrets less comes to sign in order to resume (model/certificate).
            short = accepted(small, world, [found.bits], found.share - 1 / 64)[0]
            assert least < found.share
            assert not (short.all(axis=1) & texts).any()
        taken = accepted(small, world, [found.bits], found.share)[0]
        assert taken[found.text].all()
    return len(one.sets)


@given(cases(), st.integers(0, 2**40), st.data())
@settings(max_examples=25)
def test_certificates_of_random_worlds_are_those_of_brute_force(case, seed, data):
    rounds = failed_rounds(case, [seed])
    if not rounds:
        return
    frozen = data.draw(st.sampled_from(rounds))
    count = len(case.grid.texts)
    texts = data.draw(st.lists(st.integers(0, count - 1), min_size=6, max_size=36, unique=True))
    compare(case, frozen, texts)


@pytest.mark.parametrize("name", SHIPPED)
def test_certificates_of_shipped_cases_are_those_of_brute_force(name):
    case = SHIPPED[name]
    found = 0
    for i, frozen in enumerate(failed_rounds(case, range(4))):
        every = len(case.grid.texts)
        found += compare(case, frozen, list(range(i % 7, every, every // 30)))
    assert found > 0


@pytest.fixture(scope="module")
def certified():
    """The first runs of the default case, and certificates of all their failed rounds."""
    ensemble = Ensemble(SHIPPED["gaza-2023"], np.arange(150), certified=1.0).run()
    return ensemble, certificates_of(ensemble)


def test_relaxed_by_their_amount_with_their_text_tabled_all_sets_are_accepted(certified):
    case = SHIPPED["gaza-2023"]
    every = [(one, found) for one in certified[1] for found in one.sets]
    drawn = np.random.default_rng(1).choice(len(every), 500, replace=False)
    pairs = [every[i] for i in drawn]
    assert {len(found.members) for _, found in pairs} == {1, 2, 3}
    relaxations = relaxations_of(
        [found for _, found in pairs], np.array([one.tick for one, _ in pairs]), aided=True
    )
    again = Ensemble(case, [one.seed for one, _ in pairs], relaxations=relaxations).run()
    places = [one.round - 1 for one, _ in pairs]
    rounds = again.records["rounds"][np.arange(len(pairs)), places]
    assert (rounds["text"] == [found.text for _, found in pairs]).all()
    assert (rounds["answer_first"] == ACCEPT).all()
    assert (rounds["answer_second"] == ACCEPT).all()
    assert rounds["signed"].all()
    assert (rounds["ended"] == [one.week + 1.0 for one, _ in pairs]).all()


def test_certificates_agree_with_the_log_of_rounds(certified):
    ensemble, certificates = certified
    rounds = ensemble.records["rounds"]
    failed = (rounds["ended"] >= 0.0) & ~rounds["signed"]
    assert len(certificates) == failed.sum() > 300
    for one in certificates:
        row = rounds[one.seed, one.round - 1]
        assert one.text == row["text"]
        assert one.week + 1.0 == row["ended"]
        assert one.refused == (row["answer_first"] == 0, row["answer_second"] == 0)
        assert any(one.refused)


@pytest.mark.parametrize("name", SHIPPED)
def test_certifying_changes_nothing(name):
    seeds = np.arange(60)
    plain = Ensemble(SHIPPED[name], seeds).run().records
    certified = Ensemble(SHIPPED[name], seeds, certified=1.0).run().records
    assert unlike(plain, certified) == {}


def test_where_a_text_was_acceptable_to_both_the_mediators_information_binds():
    ensemble = Ensemble(SHIPPED["two-rivals"], np.arange(40), certified=1.0).run()
    known = [one for one in certificates_of(ensemble) if one.both > 0]
    assert len(known) > 10
    for one in known:
        assert one.binding == {INFORMATION_MEMBER}
        assert one.sets == ()
        assert one.both <= min(one.accepted)


def test_a_share_of_rounds_is_a_random_sample_of_them():
    case = SHIPPED["gaza-2023"]

    def drawn(share, seeds):
        war = Ensemble(case, seeds, certified=share).run().frozen.war
        return {(one["seed"], one["tick"]) for one in war[war["seed"] >= 0]}

    seeds = np.arange(600)
    every, some, few = (drawn(share, seeds) for share in (1.0, 0.4, 0.1))
    # A larger share takes in the smaller one, and no row depends on those beside it.
    assert few < some < every
    assert drawn(0.4, [7, 311]) == {pair for pair in some if pair[0] in (7, 311)}
    for share, sample in ((0.4, some), (0.1, few)):
        deviation = np.sqrt(share * (1.0 - share) / len(every))
        assert abs(len(sample) / len(every) - share) < 4.0 * deviation
    # Early and late rounds have the same odds.
    middle = np.median([tick for _, tick in every])
    early = {pair for pair in every if pair[1] < middle}
    deviation = np.sqrt(0.4 * 0.6 / len(early))
    assert abs(len(early & some) / len(early) - 0.4) < 4.0 * deviation


def test_a_sample_has_the_same_certificates_as_all(certified):
    ensemble, certificates = certified
    some = Ensemble(ensemble.case, np.arange(20), certified=0.5).run()
    by_round = {(one.seed, one.round): one for one in certificates}
    for one in certificates_of(some):
        assert_same(one, by_round[one.seed, one.round])


@pytest.mark.parametrize("name", SHIPPED)
def test_both_engines_give_the_same_certificates(name):
    for seed in range(12):
        model = CeasefireModel(SHIPPED[name], rng=seed, certify=True).run()
        others = certificates_of(Ensemble(SHIPPED[name], [seed], certified=1.0).run())
        assert len(model.certificates) == len(others)
        for one, other in zip(model.certificates, others, strict=True):
            assert_same(one, other)
        assert CeasefireModel(SHIPPED[name], rng=seed).run().certificates == []


def assert_same(one, other):
    for field in fields(one):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        np.testing.assert_equal(mine, theirs, err_msg=field.name)


def test_a_certificate_takes_a_tenth_of_a_second_at_most(certified):
    ensemble, _ = certified
    begun = time.perf_counter()
    count = len(certificates_of(Ensemble(ensemble.case, np.arange(5), certified=1.0).run()))
    assert (time.perf_counter() - begun) / count < 0.1
