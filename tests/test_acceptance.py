"""Acceptance sets are exact: counted text by text on a world of the Mesa engine."""

import numpy as np
import pytest
from worlds import SHIPPED, differences

from agents.belligerent import ACCEPT
from agents.leader import weigh
from agents.worth import tabulate, war_value
from experiments import run_ensemble
from model.ceasefire import CeasefireModel
from model.ensemble import Ensemble


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


def test_counting_changes_nothing() -> None:
    counted, plain = (Ensemble(SHIPPED["gaza-2023"], [1]) for _ in range(2))
    model = CeasefireModel(SHIPPED["gaza-2023"], rng=1)
    for _ in range(20):
        counted.acceptance()
        counted.advance(1)
        model.step()
    plain.advance(20)
    assert differences(model, counted.records, 0) == []
    assert differences(model, plain.records, 0) == []


def test_the_weekly_table_has_the_counts() -> None:
    weeks = run_ensemble(
        "gaza-2023", 4, settings={"war.horizon": 10.0}, weekly=True, acceptance=True
    ).weeks
    both = weeks["accepted_by_both"]
    assert (both <= weeks[["accepted_by_israel", "accepted_by_hamas"]].min(axis=1)).all()
    assert weeks["accepted_by_israel"].nunique() > 1
