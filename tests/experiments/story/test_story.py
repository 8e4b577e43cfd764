"""One world in words: everything that matters is told, in the same words for both sides."""

import datetime
import json
from itertools import pairwise

import pytest

from ceasefire.experiments.story.story import Week, folded, story_of, tell
from ceasefire.experiments.story.talks import TERMS, answer_of
from ceasefire.experiments.style.words import counted, dates_of, listed, percent, plain, signed
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.model.world.outcome import is_over

WORLDS = [("gaza-2023", seed) for seed in range(6)] + [("two-rivals", seed) for seed in range(4)]


@pytest.fixture(scope="module", params=WORLDS, ids=str)
def told(request):
    case, seed = request.param
    model = CeasefireModel(case, rng=seed)
    return story_of(model), model


def sentences(story, *topics):
    return [line.words for week in story.weeks for line in week.lines if line.topic in topics]


def test_telling_does_not_change_the_world(told):
    story, model = told
    silent = CeasefireModel(model.case, rng=model.war.seed).run()
    assert story.end_state == silent.end_state
    assert story.ended_week == silent.week
    for mine, theirs in zip(model.belligerents, silent.belligerents, strict=True):
        assert mine.numbers() == theirs.numbers()


def test_weeks_follow_each_other_without_a_gap(told):
    story, model = told
    assert story.weeks[0].week == 0
    assert story.weeks[-1].until == model.week
    for one, other in pairwise(story.weeks):
        assert one.until == other.week


def test_the_dead_and_the_attacks_add_up(told):
    story, model = told
    begun = CeasefireModel(model.case, rng=0)
    for side, start in zip(model.belligerents, begun.belligerents, strict=True):
        deaths = sum(week.deaths[side.name] for week in story.weeks)
        assert deaths == pytest.approx(side.toll - start.toll)
        died = sum(week.died_captive[side.name] for week in story.weeks)
        assert died == sum(g.died for g in model.captives if g.origin == side.index)
    for front in model.fronts:
        assert sum(week.attacks[front.name] for week in story.weeks) == front.attacks_so_far


def test_every_round_is_told_from_call_to_end(told):
    story, model = told
    rounds = model.rounds[: model.talks.rounds]
    lines = sentences(story, "talks")
    assert sum(": calls round" in line for line in lines) == len(rounds)
    over = [row for row in rounds if row.ended >= 0]
    assert sum(line.startswith("The round ends") for line in lines) == len(over)
    assert sum(line.endswith("both have signed.") for line in lines) == sum(r.signed for r in over)
    last = {week.tabled.round: week.tabled for week in story.weeks if week.tabled}
    assert set(last) == set(range(1, len(rounds) + 1))
    for number, row in enumerate(rounds, 1):
        one = last[number]
        assert one.text == row.text
        assert one.words == model.case.describe_text(row.text)
        assert one.public == row.public
        for answer, balance in zip(
            one.answers, (row.balance_first, row.balance_second), strict=True
        ):
            assert answer.balance == balance


def test_terms_make_up_the_balance(told):
    story, _ = told
    for week in story.weeks:
        for answer in week.tabled.answers if week.tabled else ():
            assert tuple(answer.terms) == TERMS
            if not answer.ruled_out:
                assert sum(answer.terms.values()) == pytest.approx(answer.balance)
                assert (answer.balance >= 0) == (answer.answer != "refused")


def test_every_truce_is_told_from_beginning_to_end(told):
    story, model = told
    lines = sentences(story, "truce")
    assert sum(line.startswith("A truce begins") for line in lines) == model.talks.truces
    ends = ("The truce runs out", "The truce is broken", "The truce has held", "The war is over")
    assert sum(line.startswith(ends) for line in lines) == sum(
        row.cause > 0 and not (row.cause == 4 and row.weeks == 0)
        for row in model.truces[: model.talks.truces]
    )


def test_cabinet_and_council_are_told(told):
    story, model = told
    lines = sentences(story, "cabinet")
    parties = dict(zip(model.names["parties"], model.case.labels["parties"], strict=True))
    for party in model.parties:
        left = f"{parties[party.name]}: leaves the government"
        assert any(line.startswith(left) for line in lines) == (party.left_week >= 0.0)
    votes = sum(resolution.vote != -2 for resolution in model.resolutions)
    assert len(sentences(story, "council")) == votes


def test_what_comes_from_outside_is_marked(told):
    story, model = told
    facts = {(event.week, event.note) for event in model.case.events if event.week < model.week}
    lines = sentences(story, "events")
    assert len(lines) == len(facts)
    assert all(line.startswith(("documented: ", "scheduled: ")) for line in lines)


def test_a_story_is_json_and_says_what_it_is_not(told):
    story, _ = told
    again = json.loads(json.dumps(story.to_dict(), allow_nan=False))
    assert "no forecast" in again["purpose"]
    assert len(again["weeks"]) == len(story.weeks)


def test_folding_loses_nothing(told):
    story, model = told
    short = list(folded(story.weeks, model.case.start))
    assert [week for week in short if week.lines] == [week for week in story.weeks if week.lines]
    assert short[-1].until == model.week
    for one, other in pairwise(short):
        assert one.until == other.week
        assert one.lines or other.lines
    for side in model.names["belligerents"]:
        whole = sum(week.deaths[side] for week in story.weeks)
        assert sum(week.deaths[side] for week in short) == pytest.approx(whole)


def test_quiet_weeks_get_the_dates_of_all_of_them():
    def quiet(week):
        return Week(week, week + 1, "", (), None, {"a": 1.0}, {"a": 0}, {})

    (one,) = folded([quiet(0), quiet(1), quiet(2)], datetime.date(2024, 1, 1))
    assert (one.week, one.until, one.deaths) == (0, 3, {"a": 3.0})
    assert one.dates == "1 Jan – 21 Jan 2024"


def test_both_sides_are_told_in_the_same_words():
    model = CeasefireModel("two-rivals", rng=3)
    while model.talks.text < 0 and not is_over(model):
        model.step()
    first, second = model.belligerents
    for name in first.fields:
        setattr(second, name, getattr(first, name))
    labels = model.case.labels["belligerents"]
    one, other = answer_of(0, model), answer_of(1, model)
    assert one.words.replace(labels[0], "X") == other.words.replace(labels[1], "X")
    assert one.reckoning == other.reckoning


@pytest.mark.parametrize(
    ("answer", "spoken", "said"),
    [
        (0, False, " refuses: "),
        (0, True, "In public it says yes."),
        (1, True, " signs, meaning to resume the war: "),
        (2, True, " accepts: "),
    ],
)
def test_answers_and_what_is_said_of_them(answer, spoken, said):
    model = CeasefireModel("two-rivals", rng=3)
    while model.talks.text < 0 and not is_over(model):
        model.step()
    side = model.belligerents[0]
    side.answer, side.spoken = answer, spoken
    words = answer_of(0, model).words
    assert said in words
    assert ("In public" in words) == (answer == 0 and spoken)


def test_an_absolute_precondition_is_named():
    model = CeasefireModel("gaza-2023", rng=1)
    while model.talks.text < 0 and not is_over(model):
        model.step()
    model.belligerents[0].answer, model.belligerents[0].balance = 0, -1.0e6
    answer = answer_of(0, model)
    assert answer.ruled_out
    assert "rules out any end of the war" in answer.words
    assert "1000000" not in answer.reckoning.replace(",", "")


def test_telling_can_begin_at_any_week():
    model = CeasefireModel("two-rivals", rng=1)
    for _ in range(10):
        model.step()
    assert next(tell(model)).week == 10


def test_words_for_numbers():
    assert signed(-0.314) == "−0.31"
    assert plain(1234.4) == "1,234"
    assert plain(0.25) == "0.25"
    assert plain(7.0) == "7"
    assert counted(1, "captive") == "1 captive"
    assert counted(2, "captive") == "2 captives"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed([]) == ""
    assert percent(0.0) == "0.0 %"
    assert percent(0.00001) == "< 0.1 %"
    assert percent(0.99999) == "> 99.9 %"


def test_words_for_dates():
    start = datetime.date(2023, 10, 7)
    assert dates_of(None, 0, 1) == ""
    assert dates_of(start, 0, 1) == "7 Oct – 13 Oct 2023"
    assert dates_of(start, 12, 13) == "30 Dec 2023 – 5 Jan 2024"
    assert dates_of(start, 1, 1) == "14 Oct 2023"
