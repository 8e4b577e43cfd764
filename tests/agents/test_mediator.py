"""The mediator's draft: rule 12, with an oracle of bargaining theory."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from small_worlds import SURE, bring_up_to_date, changed, gain, run, texts, unlike, world

from ceasefire.agents.belligerent import REFUSE, SIGN_TO_RESUME
from ceasefire.agents.deal import CELL, GUARANTEE_LEVEL, ISSUE, TEXT, WITHDRAWAL
from ceasefire.agents.drafting import SUMS, WEIGHTS, estimated_gain, score, search_texts
from ceasefire.agents.leader import weigh
from ceasefire.agents.reckoning import ANY, learn, learned_reluctance, reckon
from ceasefire.model.engines.compiled import search_compiled

# What is left of an answer is what a mediator reckons with.
OPEN_BOOK = {
    **SURE,
    "belligerent.*.office_weight": 0.0,
    "belligerent.*.leverage_weight": 0.0,
    "belligerent.*.public_weight": 0.0,
    "belligerent.*.responsiveness": 0.0,
    "switches.families": False,
    "switches.protest": False,
    "switches.army_link": False,
    "switches.precondition": False,
    "switches.speech": False,
}
KINDER = {"belligerent.*.win_value": 0.3, "belligerent.*.belief_victory": 0.3}


def searched(grid, tables, terms, *rest):
    """Search the grid in plain Python, with room for sums of its own."""
    return search_texts(grid, tables, terms, np.zeros((SUMS, len(grid.cells) + 9)), *rest)


def drafted(model, text=-1, weight=0.0):
    return searched(model.grid, model.tables, model.terms, weight, text, ANY, 7, 3)


@pytest.mark.parametrize("name", ["two-rivals", "gaza-2023"])
@pytest.mark.parametrize("resumption", [True, False])
def test_rule_12_estimates_are_true_where_nothing_is_hidden(name, resumption):
    model = world(name, {**OPEN_BOOK, "switches.resumption": resumption})
    compared = 0
    for text in texts(model):
        for s in range(2):
            true = gain(model, s, text)
            # What a side gains that signs to resume is nothing a mediator reckons with.
            if weigh(s, text, model) != SIGN_TO_RESUME:
                found = estimated_gain(s, text, model.grid, model.tables, model.terms)
                assert found == pytest.approx(true, abs=1e-9)
                compared += 1
    assert compared > len(texts(model))


@given(st.floats(-0.4, 1.2), st.floats(-0.4, 1.2), st.floats(-0.5, 1.0), st.floats(-0.5, 1.0))
@settings(deadline=None, max_examples=40)
def test_rule_12_with_true_estimates_and_an_overlap_the_draft_suits_both(
    first_peace, second_peace, first_win, second_win
):
    model = world("two-rivals", OPEN_BOOK)
    north, south = model.belligerents
    north.peace_value, south.peace_value = first_peace, second_peace
    north.win_value, south.win_value = first_win, second_win
    bring_up_to_date(model)
    text, value = drafted(model)
    overlap = any(
        all(weigh(s, one, model) != REFUSE for s in range(2))
        and all(
            estimated_gain(s, one, model.grid, model.tables, model.terms) >= 0.0 for s in range(2)
        )
        for one in texts(model)
    )
    both = all(weigh(s, text, model) != REFUSE for s in range(2))
    assert both or not overlap
    assert (value >= 0.0) == overlap


def test_rule_12_there_are_worlds_with_and_without_an_overlap():
    assert drafted(world("two-rivals", {**OPEN_BOOK, **KINDER}))[1] >= 0.0
    assert drafted(world("two-rivals", {**OPEN_BOOK, "belligerent.*.win_value": 3.0}))[1] < 0.0


@pytest.mark.parametrize("name", ["two-rivals", "gaza-2023"])
def test_rule_12_an_amendment_changes_one_issue_by_one_level(name):
    model = world(name)
    best = drafted(model)[1]
    for text in texts(model)[:: len(texts(model)) // 25]:
        amended, value = drafted(model, text)
        apart = np.abs(model.grid.level[amended] - model.grid.level[text])
        assert apart.sum() <= 1
        assert value <= best


def test_rule_12_a_first_draft_is_the_best_of_all_by_going_through_them():
    model = world("two-rivals", {**OPEN_BOOK, **KINDER})
    best = max(
        score(
            *(estimated_gain(s, text, model.grid, model.tables, model.terms) for s in range(2)),
            1.0,
        )
        for text in texts(model)
    )
    assert drafted(model)[1] == best


@given(st.floats(0.0, 3.0), st.floats(0.0, 3.0), st.floats(-3.0, -1e-6), st.floats(0.0, 3.0))
def test_rule_12_a_text_that_both_take_beats_any_other(gain, other, loss, more):
    assert score(gain, other, 1.0) > score(loss, more, 1.0)
    assert score(gain, other, 1.0) == score(other, gain, 1.0)


def pie(slices, first_fallback, second_fallback):
    """A pie to divide: text k gives the first side k slices, the second what is left."""
    count = slices + 1
    rows = np.zeros(count, dtype=TEXT)
    rows["ends"] = 1.0
    rows["key"] = np.arange(count)
    cells = np.zeros(count, dtype=CELL)
    cells["level"] = np.arange(count)
    issues = np.zeros(1, dtype=ISSUE)
    issues["kind"] = WITHDRAWAL
    grid = SimpleNamespace(
        texts=rows.view(np.recarray),
        cells=cells.view(np.recarray),
        issues=issues.view(np.recarray),
        cell=np.arange(count)[:, None],
        guarantees=np.zeros(1, dtype=GUARANTEE_LEVEL).view(np.recarray),
        neighbour=np.zeros(0, dtype=int),
    )
    tables = np.zeros((2, count, 3))
    tables[0, :, 0] = np.arange(count) / slices
    tables[1, :, 0] = 1.0 - np.arange(count) / slices
    terms = np.zeros((1, 1, 2, WEIGHTS))
    terms[0, 0, :, 2] = (-first_fallback, -second_fallback)
    return grid, tables, terms


@pytest.mark.parametrize(("first", "second"), [(0.0, 0.0), (0.3, 0.0), (0.1, 0.5)])
def test_rule_12_the_draft_divides_a_pie_as_patient_bargainers_would(first, second):
    # Rubinstein's alternating offers between equally patient sides tend, as offers follow each
    # other ever faster, to the Nash product: half of what is left above both fallbacks.
    text, _ = searched(*pie(1000, first, second), 0.0, -1, ANY, 1, 1)
    faster = 0.9999
    share = first + (1.0 - first - second) / (1.0 + faster)
    assert text / 1000 == pytest.approx(share, abs=1.5e-3)


def test_rule_12_a_mediators_own_weight_on_a_guarantee_shifts_the_draft():
    model = world("two-rivals", {**OPEN_BOOK, **KINDER})

    def strength(weight):
        return model.grid.texts[drafted(model, -1, weight)[0]].guarantee

    assert strength(10.0) >= strength(0.0) >= strength(-0.9)
    assert strength(10.0) > strength(-0.9)


LEAST = st.sampled_from([ANY, 0.0, 0.05])


@given(st.integers(0, 1000), st.sampled_from([-1, 0, 50, 120]), st.floats(-1.0, 3.0), LEAST)
@settings(deadline=None, max_examples=30)
def test_rule_12_compiled_and_python_searches_agree(seed, text, weight, least):
    model = world("two-rivals", KINDER, seed=seed)
    rest = (model.tables, model.terms, model.sums, weight, text, least, seed, 2)
    assert search_texts(model.grid, *rest) == search_compiled(model.grid, *rest)


@given(st.floats(-2.0, 2.0), st.floats(-2.0, 2.0), st.booleans(), st.floats(0.01, 1.0))
def test_rule_12_only_an_unexpected_answer_teaches(reluctance, gain, signed, learning):
    assume(abs(gain) > 1e-3)
    moved = learned_reluctance(reluctance, gain, signed, learning)
    if signed == (gain > 0.0):
        assert moved == pytest.approx(reluctance)
    elif signed:
        assert moved < reluctance
    else:
        assert moved > reluctance


def test_rule_12_a_mediator_comes_to_expect_the_answers_it_gets():
    model = world("two-rivals", {**OPEN_BOOK, **KINDER})
    text, value = drafted(model)
    assert value > 0.0
    for side in model.belligerents:
        side.answer = REFUSE
    for _ in range(40):
        learn(0, text, model)
        reckon(0, model)
    for s in range(2):
        assert estimated_gain(s, text, model.grid, model.tables, model.terms) < 0.0


def test_rule_12_switched_off_a_mediator_learns_nothing():
    records = run(changed("gaza-2023", {"switches.mediator_learning": False}), 60)
    assert not records["channels"]["reluctance_end"].any()
    assert not records["channels"]["reluctance_pause"].any()
    learning = changed("gaza-2023", {"mediator.*.learning": 0.0})
    assert unlike(records, run(learning, 60), ("learning",)) == {}
