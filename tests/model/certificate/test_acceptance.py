"""Answers and acceptance sets are exact: text by text on a world of the Mesa engine."""

import copy

import numpy as np
import pytest
from worlds import SHIPPED, differences

from ceasefire import run_ensemble
from ceasefire.agents.belligerent import ACCEPT
from ceasefire.agents.leader import weigh
from ceasefire.agents.worth import tabulate, war_value
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.model.engines.ensemble import Ensemble


def by_hand(model: CeasefireModel) -> tuple[int, int, int]:
    answers = []
    for s, side in enumerate(model.belligerents):
        side.judgement = 0.0
        side.war_value = war_value(s, model)
        tabulate(s, model)
        texts = range(len(model.grid.texts))
        answers.append(np.array([weigh(s, text, model) == ACCEPT for text in texts]))
    return answers[0].sum(), answers[1].sum(), (answers[0] & answers[1]).sum()


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("week", [3, 11])
def test_counts_are_those_of_going_through_the_texts(name: str, week: int) -> None:
    model = CeasefireModel(SHIPPED[name], rng=5)
    ensemble = Ensemble(SHIPPED[name], [5])
    ensemble.advance(week)
    for _ in range(week):
        model.step()
    assert tuple(ensemble.acceptance()[0].tolist()) == by_hand(model)


@pytest.mark.parametrize("name", SHIPPED)
def test_answers_are_those_of_weighing_the_texts(name: str) -> None:
    case = SHIPPED[name].changed({"talks.ripe_rate": 2.0})
    seeds = [2, 5, 11]
    models = [CeasefireModel(case, rng=seed) for seed in seeds]
    ensemble = Ensemble(case, seeds)
    some = [len(case.grid.texts) - 1, *range(0, len(case.grid.texts), 17), 0]
    found = set()
    for weeks in (4, 7, 12):
        ensemble.advance(weeks)
        answers = ensemble.answers(some)
        assert answers.shape == (len(seeds), len(some), 2)
        for row, model in enumerate(models):
            for _ in range(weeks):
                model.step()
            # Asking leaves terms behind, so a copy is asked.
            asked = copy.deepcopy(model)
            for s, side in enumerate(asked.belligerents):
                side.judgement = 0.0
                side.war_value = war_value(s, asked)
                tabulate(s, asked)
            for i, text in enumerate(some):
                for s, side in enumerate(asked.belligerents):
                    answer = weigh(s, text, asked)
                    assert answers[row, i, s].tolist() == (answer, side.balance)
                    found.add(answer)
    assert len(found) > 1


def test_asking_changes_nothing() -> None:
    counted, plain = (Ensemble(SHIPPED["gaza-2023"], [1]) for _ in range(2))
    model = CeasefireModel(SHIPPED["gaza-2023"], rng=1)
    for _ in range(20):
        counted.acceptance()
        counted.answers([0, 1])
        counted.advance(1)
        model.step()
    plain.advance(20)
    assert differences(model, counted.records, 0) == []
    assert differences(model, plain.records, 0) == []


def test_the_weekly_table_has_the_counts() -> None:
    weeks = run_ensemble(
        "gaza-2023", 4, settings={"war.horizon": 10.0}, series=True, acceptance=True
    ).weeks
    both = weeks["accepted_by_both"]
    assert (both <= weeks[["accepted_by_israel", "accepted_by_hamas"]].min(axis=1)).all()
    assert weeks["accepted_by_israel"].nunique() > 1
