"""Worlds recorded week by week: the same worlds as elsewhere, kept within bounds."""

import gc
import threading
import weakref
from dataclasses import FrozenInstanceError
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import changed

from ceasefire.experiments.design.parameter_sets import with_set
from ceasefire.experiments.story.story import story_of
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.case import load_case
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.viz.worlds.moment import moment_of
from ceasefire.viz.worlds.place import (
    OWN_VALUES,
    Place,
    case_of,
    place_of,
    read_seed_text,
    read_set_text,
    set_of,
)
from ceasefire.viz.worlds.recording import Records, Watched, record, records


def test_a_recorded_world_is_the_run_told_on_the_command_line():
    world = records.get(Place("gaza-2023", 7))
    model = CeasefireModel(with_set(load_case("gaza-2023"), 7), rng=7, certify=True)
    story = story_of(model)
    assert [one.week for one in world.moments] == [week.week for week in story.weeks]
    assert [one.lines for one in world.moments] == [week.lines for week in story.weeks]
    assert world.ending == story.ending
    assert world.moments[-1].sides[0].deaths == model.belligerents[0].toll
    failed = [one.certificate.round for one in world.moments if one.certificate]
    assert failed == [one.round for one in model.certificates]
    assert [one.week for one in world.moments if one.failed] == [
        one.week for one in model.certificates
    ]


def test_a_text_stays_in_view_until_the_next_one():
    world = records.get(Place("gaza-2023", 7))
    quiet = [one for one in world.moments if not one.negotiating and one.tabled]
    assert quiet
    for one in quiet:
        assert one.tabled_week < one.week
        assert one.tabled is world.moments[world.index_at(one.tabled_week)].tabled


def test_a_recorded_model_is_freed(monkeypatch):
    made = []

    class Kept(CeasefireModel):
        def __init__(self, *given, **more):
            super().__init__(*given, **more)
            made.append(weakref.ref(self))

    monkeypatch.setattr("ceasefire.viz.worlds.recording.CeasefireModel", Kept)
    assert record(Place("two-rivals", 5)).moments
    gc.collect()
    assert [one() for one in made] == [None]


def test_a_moment_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        records.get(Place("two-rivals", 1)).moments[0].week = 3


def test_a_live_model_gives_the_same_moments_but_for_the_log():
    model = CeasefireModel(with_set(load_case("gaza-2023"), 7), rng=7, certify=True)
    start = moment_of(model)
    assert (start.week, start.tabled, start.dates) == (-1.0, None, "")
    for was in records.get(Place("gaza-2023", 7)).moments[:20]:
        model.step()
        now = moment_of(model)
        for name in ("sides", "parties", "fronts", "ties", "phase", "negotiating", "dates"):
            assert getattr(now, name) == getattr(was, name)
        if now.negotiating and not now.signed:
            assert (now.tabled, now.tabled_week) == (was.tabled, was.tabled_week)
        assert now.lines == ()


def test_a_live_model_is_looked_at_once_a_week():
    model, watched = CeasefireModel(changed("two-rivals", {}), rng=1), Watched()
    assert len(watched.look(model)) == len(watched.look(model)) == 1
    model.step()
    assert [one.week for one in watched.look(model)] == [-1.0, 0.0]


def test_records_are_bounded_and_the_latest_used_stay():
    made = []

    def make(place):
        made.append(place.seed)
        return SimpleNamespace(place=place)

    kept = Records(kept=2, make=make)
    for seed in (1, 2, 1, 3, 1, 2):
        assert kept.get(Place(seed=seed)).place.seed == seed
    assert made == [1, 2, 3, 2]
    assert len(kept) == 2
    assert kept.find(Place(seed=3)) is None


def test_a_world_that_many_ask_for_at_once_is_made_once():
    made, together = [], threading.Barrier(5)

    def make(place):
        made.append(place)
        return SimpleNamespace(place=place)

    kept = Records(make=make)

    def ask():
        together.wait()
        kept.get(Place(seed=1))

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(made) == 1


def test_the_set_is_the_seeds_own_a_named_one_or_the_cases_values():
    case = load_case("gaza-2023")
    assert set_of(Place(seed=251)) == 1
    assert case_of(Place(seed=251)) == with_set(case, 1)
    assert case_of(Place(seed=251, parameter_set=9)) == with_set(case, 9)
    assert case_of(Place(parameter_set=OWN_VALUES)) == case
    assert set_of(Place(case="two-rivals", seed=9)) is None
    with pytest.raises(RefusedError, match="250"):
        records.get(Place("gaza-2023", 1, 250))


def test_levers_change_the_case_with_the_sets_values():
    place = Place(seed=7, levers=(("arms_withheld", 0.5),))
    case, own = case_of(place), case_of(place.unchanged)
    assert own == with_set(load_case("gaza-2023"), 7)
    added = [one for one in case.events if one not in own.events]
    assert {one.key for one in added} == {"patronage.usa-israel.withheld"}
    assert place.query == {"case": "gaza-2023", "seed": 7, "arms_withheld": "0.5"}


@given(st.text(max_size=30))
def test_a_seed_as_typed_is_a_seed_or_a_sentence(text):
    seed, wrong = read_seed_text(text)
    assert 0 <= seed < 2**63
    if not wrong:
        assert int(text) == seed


@pytest.mark.parametrize("text", ["-1", "9223372036854775808", "1.5", "", "x" * 500, "٣"])
def test_no_other_seed_is_taken(text):
    _, wrong = read_seed_text(text)
    assert "0 to 2^63 - 1" in wrong
    assert len(wrong) < 150


def test_only_what_is_there_can_be_named_in_the_address():
    asked = {
        "case": "../../etc/passwd",
        "seed": "x",
        "set": "250",
        "arms_withheld": "7",
        "week": "-1",
    }
    place, week, wrong = place_of(asked)
    assert (place.case, place.seed, place.parameter_set, place.levers) == (
        "gaza-2023",
        155,
        None,
        (),
    )
    assert week is None
    assert len(wrong) == len(asked)
    assert place_of({"case": "two-rivals", "seed": "3", "week": "4"}) == (
        Place("two-rivals", 3),
        4.0,
        [],
    )
    assert "belong" in place_of({"case": "two-rivals", "arms_withheld": "0.5"})[2][0]
    assert read_set_text("gaza-2023", "own") == (OWN_VALUES, "")
    assert place_of({"set": "249"})[0].parameter_set == 249


def test_the_address_of_a_world_leads_back_to_it():
    place = Place(seed=8, parameter_set=OWN_VALUES, levers=(("tolerance", 1.5),))
    assert place_of({name: str(value) for name, value in place.query.items()})[0] == place
