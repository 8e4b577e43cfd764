"""Guarantors, who sign or not, and votes at the Security Council."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import changed, run, world

from ceasefire.agents.belligerent import ACCEPT, REFUSE
from ceasefire.agents.council import NOT_YET, hold_vote, is_due
from ceasefire.agents.guarantor import decide_to_sign


@pytest.mark.parametrize(("willing", "low", "high"), [(0.0, 0, 0), (1.0, 500, 500)])
def test_one_who_is_never_or_always_willing(willing, low, high):
    assert low <= signatures(willing) <= high


@given(st.floats(0.05, 0.95))
def test_signs_as_often_as_it_is_willing(willing):
    assert abs(signatures(willing) / 500 - willing) < 0.12


def signatures(willing):
    model = world("two-rivals", {"guarantor.*.willing": willing})
    envoy = model.guarantors[0]
    signed = 0
    for round_number in range(500):
        model.talks.rounds = round_number
        decide_to_sign(envoy, model)
        signed += envoy.signs
    return signed


def test_a_patron_that_guarantees_is_believed_as_its_clients_believe_it():
    model = world("gaza-2023")
    usa = next(one for one in model.guarantors if one.patron == 0)
    for tie, believed in zip(model.patronages, (0.2, 0.9, 0.6), strict=True):
        tie.believed_resolve = believed
    decide_to_sign(usa, model)
    assert usa.resolve == 0.6
    qatar = model.guarantors[0]
    before = qatar.resolve
    decide_to_sign(qatar, model)
    assert qatar.resolve == before


def resolution(stance, demand=0.5, votes=10, other_veto=False):
    model = world("gaza-2023")
    one = model.resolutions[0]
    one.week, one.demand, one.votes, one.other_veto = 0.0, demand, votes, other_veto
    model.patrons[one.patron].stance = stance
    return model, one


def come_to_the_vote(one, model):
    if is_due(one, model.war, model.switches):
        hold_vote(one, model)


@pytest.mark.parametrize(
    ("stance", "votes", "other_veto", "vote", "adopted"),
    [
        (0.5, 10, False, 1, True),
        (0.4, 10, False, 0, True),
        (0.1, 14, False, -1, False),
        (0.5, 14, True, 1, False),
        (0.5, 8, False, 1, True),
        (0.4, 8, False, 0, False),
        (0.5, 7, False, 1, False),
    ],
)
def test_adopted_with_nine_votes_and_no_veto(stance, votes, other_veto, vote, adopted):
    model, one = resolution(stance, votes=votes, other_veto=other_veto)
    come_to_the_vote(one, model)
    assert (one.vote, one.adopted) == (vote, adopted)
    assert model.war.resolutions == int(adopted)


def test_votes_are_held_once_and_not_before_their_week():
    model, one = resolution(1.0)
    one.week = 3.0
    come_to_the_vote(one, model)
    assert one.vote == NOT_YET
    model.war.week = 3.0
    come_to_the_vote(one, model)
    come_to_the_vote(one, model)
    assert model.war.resolutions == 1


def test_an_adopted_resolution_costs_standing_to_those_who_refused():
    model, one = resolution(1.0)
    israel, hamas = model.belligerents
    israel.answer, hamas.answer = REFUSE, ACCEPT
    model.talks.rounds = 1
    before = israel.reputation, hamas.reputation
    come_to_the_vote(one, model)
    assert israel.reputation < before[0]
    assert hamas.reputation == before[1]


def test_every_resolution_whose_week_was_reached_was_voted_on():
    case = changed("gaza-2023", {})
    records = run(case, 60)
    week = records["resolutions"]["week"]
    voted = records["resolutions"]["vote"] != NOT_YET
    assert (voted == (week < records["war"]["ended_week"][:, None])).all()
    resolutions = records["resolutions"]["adopted"].sum(axis=1)
    assert (records["war"]["resolutions"] == resolutions).all()
    assert resolutions.any()
    off = run(changed("gaza-2023", {"switches.council": False}), 20)
    assert (off["resolutions"]["vote"] == NOT_YET).all()
