"""Every pattern: what shows it, what does not, and which runs say nothing about it."""

import copy

import numpy as np
import pytest

from ceasefire.agents.belligerent import ACCEPT, REFUSE
from ceasefire.experiments.fit.patterns import (
    LAST_WEEK,
    PATTERNS,
    THREE_STAGES,
    VOTES,
    overlap_sample,
    probe,
    shown,
    text_of,
)
from ceasefire.model.case.case import load_case
from ceasefire.model.engines.ensemble import Ensemble
from ceasefire.model.world.outcome import PERMANENT, REGIONAL


@pytest.fixture(scope="module")
def case():
    return load_case("gaza-2023").changed({"war.horizon": LAST_WEEK})


@pytest.fixture(scope="module")
def seen(case):
    return probe(case, np.arange(1), {})


@pytest.fixture
def observed(seen, case):
    """One run that shows every pattern, made by hand."""
    run = copy.deepcopy(seen)
    records = run.records
    records["war"]["outcome"] = 0
    records["war"]["ended_week"] = LAST_WEEK
    run.going_on = records["war"]["ended_week"]
    records["talks"]["truces"], records["talks"]["rounds"] = 1, 7
    truce = records["truces"][:, 0]
    truce["started"], truce["weeks"], truce["released"], truce["prisoners"] = 6, 1, 105, 240
    truce["cause"], truce["resumed_by"] = 1, 0
    rounds = records["rounds"]
    rounds["started"][:, :7] = [2, 9, 16, 19, 23, 28, 33]
    rounds["ended"][:, :7] = [6, 11, 18, 21, 27, 30, 37]
    rounds["spoken_first"], rounds["answer_first"] = False, REFUSE
    rounds["spoken_first"][:, 6] = True
    run.three_stages[...] = [False, True]
    run.pause[...] = True
    run.overlap[...] = [True, False, False, False, False]
    for name, vote in VOTES.items():
        records["resolutions"]["vote"][:, case.names["resolutions"].index(name)] = vote
    records["patrons"]["consequences"] = 0.05
    parties = records["parties"]
    parties["left"], parties["left_week"] = False, -1
    rival = case.names["parties"].index("national-unity")
    parties["left"][:, rival], parties["left_week"][:, rival] = True, 35
    run.nobody_left[...] = True
    records["belligerents"]["toll"][:, 1] = 38000
    records["captives"]["dead"] = [[5, 25, 13]]
    run.aid[...], run.squeeze[...] = 176, 0.05
    return run


def rates(run):
    holds, says = shown(run)
    return {name: (bool(holds[0, i]) if says[0, i] else None) for i, name in enumerate(PATTERNS)}


def test_what_was_observed_shows_every_pattern(observed):
    assert rates(observed) == dict.fromkeys(PATTERNS, True)


def late(run):
    run.records["truces"]["started"][:, 0] = 9


def long(run):
    run.records["truces"]["weeks"][:, 0] = 2.5


def small(run):
    run.records["truces"]["released"][:, 0] = 89


def dear(run):
    run.records["truces"]["prisoners"][:, 0] = 316


def no_truce(run):
    run.records["talks"]["truces"] = 0


def second_truce(run):
    run.records["talks"]["truces"] = 2
    run.records["truces"]["started"][:, 1] = 37


def few_rounds(run):
    run.records["talks"]["rounds"] = 3


def many_rounds(run):
    run.records["talks"]["rounds"] = 8
    run.records["rounds"]["started"][:, 7] = 37


def one_side_moves(run):
    run.three_stages[0, 1, 0] = True


def other_side_refuses(run):
    run.three_stages[0, 0, 1] = False


def said_early(run):
    run.records["rounds"]["spoken_first"][:, 3] = True


def pauses_refused(run):
    run.pause[0, :2, 0] = False


def ended_by_the_other(run):
    run.records["truces"]["resumed_by"][:, 0] = 1


def overlap_stays(run):
    run.overlap[0, 1:3] = True


def never_any(run):
    run.overlap[...] = False
    run.records["truces"]["started"][:, 0] = 4


def last_vote(run):
    place = list(VOTES).index("resolution-2735")
    run.records["resolutions"]["vote"][
        :, run.case.names["resolutions"].index(list(VOTES)[place])
    ] = 0


def two_votes(run):
    for name in ("brazil-october", "resolution-2712"):
        run.records["resolutions"]["vote"][:, run.case.names["resolutions"].index(name)] = 1


def consequences(run):
    run.records["patrons"]["consequences"][:, 0] = 0.2


def rival_stays(run):
    run.records["parties"]["left"][:] = False


def rival_goes_early(run):
    run.records["parties"]["left_week"][:] = 31


def another_goes(run):
    run.records["parties"]["left"][:, 0] = True


def left_in_november(run):
    run.nobody_left[:] = False


def too_many_dead(run):
    run.records["belligerents"]["toll"][:, 1] = 45000


def too_few_captives_dead(run):
    run.records["captives"]["dead"] = 5


def no_concession(run):
    run.aid[:] = 165


def army_short(run):
    run.squeeze[:] = 0.3


@pytest.mark.parametrize(
    ("pattern", "change"),
    [
        ("P1", late),
        ("P1", long),
        ("P1", small),
        ("P1", dear),
        ("P1", no_truce),
        ("P2", second_truce),
        ("P2", few_rounds),
        ("P2", many_rounds),
        ("P3", one_side_moves),
        ("P3", other_side_refuses),
        ("P3", said_early),
        ("P4", pauses_refused),
        ("P4", ended_by_the_other),
        ("P5", overlap_stays),
        ("P5", never_any),
        ("P6", last_vote),
        ("P6", two_votes),
        ("P6", consequences),
        ("P7", rival_stays),
        ("P7", rival_goes_early),
        ("P7", another_goes),
        ("P7", left_in_november),
        ("P8", too_many_dead),
        ("P8", too_few_captives_dead),
        ("P10", no_concession),
        ("P10", army_short),
    ],
)
def test_what_was_not_observed_shows_all_but_the_patterns_concerned(observed, pattern, change):
    change(observed)
    # A truce of week 9 began after November, one of week 4 before it.
    besides = {late: ["P2"], never_any: ["P1"]}.get(change, [])
    concerned = {*pattern.split(), *besides}
    assert {name for name, holds in rates(observed).items() if not holds} == concerned


def test_a_regional_war_says_nothing_about_later_weeks(observed):
    observed.records["war"]["outcome"] = REGIONAL
    observed.going_on[:] = 20
    assert rates(observed) == {"P1": True} | dict.fromkeys(list(PATTERNS)[1:], None)


def test_a_war_that_was_over_shows_no_stalemate(observed):
    observed.records["war"]["outcome"] = PERMANENT
    observed.going_on[:] = 20
    found = rates(observed)
    assert found["P1"] is True
    assert all(found[name] is False for name in ("P2", "P3", "P4", "P5", "P6"))
    # The series and the levers are about runs that go on.
    assert found["P8"] is None
    assert found["P10"] is None


def test_looking_changes_nothing(case):
    seeds = np.arange(3)
    run = probe(case, seeds, {})
    plain = Ensemble(case, seeds).run()
    for name, records in plain.records.items():
        assert (records == run.records[name]).all(), name


def test_answers_are_those_of_the_text(case):
    seeds = np.arange(4)
    run = probe(case, seeds, {})
    ensemble = Ensemble(case, seeds)
    ensemble.advance(17)
    answers = ensemble.answers([text_of(case, THREE_STAGES)])["answer"][:, 0]
    assert ((answers == ACCEPT) == run.three_stages[:, 0]).all()


def test_texts_are_named_by_their_levels(case):
    text = text_of(case, THREE_STAGES)
    assert "end of the war" in case.describe_text(text)
    with pytest.raises(ValueError, match="found none in the grid"):
        text_of(case, {**THREE_STAGES, "withdrawal": "none"})
    sample = overlap_sample(case)
    assert len(set(sample.tolist())) == len(sample)
    assert not case.grid.dissolves[sample].any()


def test_the_arithmetic_of_seats(case):
    """P9: what each party's leaving leaves, before and after National Unity."""
    whole = load_case("gaza-2023")
    seats = {
        name: int(whole.settings[f"party.{name}.seats"].value) for name in whole.names["parties"]
    }
    member = {name: bool(whole.settings[f"party.{name}.member"].value) for name in seats}
    member["national-unity"] = True
    everyone = sum(seats[name] for name in seats if member[name])
    far_right = ("religious-zionism", "otzma-yehudit", "noam")
    assert everyone == 76
    assert everyone - sum(seats[name] for name in far_right) == 62
    assert everyone - sum(seats[name] for name in far_right) - 2 < 61
    # Once New Hope has left, no partner binds alone, and the far right does together.
    partners = everyone - 4
    assert partners == 72
    assert all(partners - seats[name] >= 61 for name in far_right)
    assert partners - sum(seats[name] for name in far_right) < 61
    alone = everyone - seats["national-unity"]
    assert alone == 64
    assert alone - seats["otzma-yehudit"] == 58
