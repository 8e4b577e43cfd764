"""A cabinet's seats: the exact distribution of rule 6, and how a government falls."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import changed, run, support_under, texts, world

from ceasefire.agents.government import count_seats, seat_odds

parties = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from([0.0, 1.0, 0.5, 0.1]) | st.floats(0.0, 1.0)),
    max_size=7,
)


def parliament(drawn, majority):
    """A world of one side whose parties lend their seats with the given odds."""
    made = [
        SimpleNamespace(
            side=0,
            seats=seats,
            member=False,
            supporting=0.0,
            net_offer=True,
            net_credibility=odds,
            net_life=100.0,
        )
        for seats, odds in drawn
    ]
    # A party of the other side does not count.
    made.append(SimpleNamespace(side=1, seats=50, member=True, supporting=0.0))
    return SimpleNamespace(
        belligerents=[SimpleNamespace(majority=majority, office_horizon=26.0)] * 2,
        parties=made,
        switches=SimpleNamespace(safety_net=True, exits=True),
        grid=SimpleNamespace(concession=np.zeros((1, 2)), texts=[SimpleNamespace(ends=0.0)]),
        odds=np.zeros((2, max(1 + sum(seats for seats, _ in drawn), len(made)))),
    )


def enumerated(drawn, majority):
    """Odds of a majority, by going through every set of parties that stay."""
    total = 0.0
    for stay in itertools.product((False, True), repeat=len(drawn)):
        odds, seats = 1.0, 0
        for (count, chance), stays in zip(drawn, stay, strict=True):
            odds *= chance if stays else 1.0 - chance
            seats += count if stays else 0
        if seats >= majority:
            total += odds
    return total


@given(parties, st.integers(1, 90))
def test_rule_6_seat_odds_are_those_of_every_set_of_parties(drawn, majority):
    found = seat_odds(0, 0, parliament(drawn, majority))
    assert found == pytest.approx(enumerated(drawn, majority), abs=1e-12)


@given(parties, st.integers(1, 60), st.integers(0, 20))
def test_rule_6_a_higher_majority_is_never_likelier(drawn, majority, more):
    low = seat_odds(0, 0, parliament(drawn, majority))
    high = seat_odds(0, 0, parliament(drawn, majority + more))
    assert 0.0 <= high <= low + 1e-12
    assert low <= 1.0


def test_rule_6_in_a_world_the_odds_are_those_of_every_set_of_parties():
    model = world("gaza-2023")
    majority = model.belligerents[0].majority
    for text in [-1, *texts(model)[::60]]:
        drawn = [
            (party.seats, support_under(model, party, text))
            for party in model.parties
            if party.seats and support_under(model, party, text) > 0.0
        ]
        found = seat_odds(0, text, model)
        assert found == pytest.approx(enumerated(drawn, majority), abs=1e-12)


def test_rule_6_without_a_parliament_office_is_safe():
    model = world("gaza-2023")
    assert model.belligerents[1].majority == 0
    assert seat_odds(1, 0, model) == 1.0


def test_a_government_falls_when_it_lacks_a_majority_and_not_before():
    model = world()
    north = model.belligerents[0]
    count_seats(0, model)
    assert north.seats == 38 + 9 + 8
    assert not north.fallen
    small = model.parties[model.names["parties"].index("north-small")]
    small.member = False
    count_seats(0, model)
    assert north.fallen
    assert not model.belligerents[1].fallen


def test_a_kept_net_carries_a_government():
    model = world()
    for party in model.parties:
        if party.side == 0:
            party.member = party.name == "north-leading"
            party.supporting = 3.0 if party.name == "north-opposition" else 0.0
    count_seats(0, model)
    assert not model.belligerents[0].fallen


def test_runs_whose_government_fell_are_those_that_end_so():
    # Parties that tolerate next to nothing leave in many runs, whatever the case says of them.
    records = run(changed("gaza-2023", {"party.*.tolerance": 0.05}), 100)
    fell = records["belligerents"]["fallen"].any(axis=1)
    assert fell.any()
    assert not fell.all()
    assert (fell == (records["war"]["outcome"] == 2)).all()
    israel = records["belligerents"][:, 0]
    assert ((israel["seats"] < israel["majority"]) == fell).all()
