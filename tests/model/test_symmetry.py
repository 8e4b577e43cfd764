"""The code knows no sides: listing them the other way round changes nothing."""

import re

import numpy as np
import pytest
from scipy import stats
from small_worlds import changed, run, unlike
from worlds import SHIPPED

from ceasefire.agents.chance import key_of
from ceasefire.model.case import arrays as case_arrays
from ceasefire.model.case import grid as grid_module
from ceasefire.model.case.case import case_of_text

SIDES_OF = {"side", "against", "ally", "holder", "origin", "client", "belligerent", "resumed_by"}
ANSWERS = ("_first", "_second")


def tables(text):
    """A case file, table by table."""
    return re.split(r"(?m)^(?=\[)", text)


def other_way_round(text):
    """The same case with the two sides listed in the reverse order."""
    parts = tables(text)
    first, second = (i for i, part in enumerate(parts) if part.startswith("[belligerent."))
    parts[first], parts[second] = parts[second], parts[first]
    return "".join(parts)


def renamed(text):
    """The same case with the names of both sides, and all that is named after them, exchanged."""
    swap = {"north": "south", "south": "north", "North": "South", "South": "North"}
    return re.sub("north|south|North|South", lambda found: swap[found[0]], text)


def twin_of(array, name, field):
    """The field of the other file that says the same of a side or of a round."""
    if name == "rounds":
        for mine, other in (ANSWERS, ANSWERS[::-1]):
            if field.endswith(mine):
                field = field.removesuffix(mine) + other
                break
    values = array[field]
    if field in SIDES_OF or (name in ("rounds", "talks") and field == "author"):
        # Sides are counted the other way round; nobody (-1) and both (2) stay.
        values = np.where((values == 0) | (values == 1), 1 - values, values)
    return values


def compared(case, other, runs):
    """Pairs of fields of two cases that list their actors in different orders, by name."""
    first, second = run(case, runs), run(other, runs)
    for name, array in first.items():
        theirs = second[name]
        if name in case.names:
            order = [other.names[name].index(one) for one in case.names[name]]
            theirs = theirs[:, order]
        for field in array.dtype.names:
            yield f"{name}.{field}", array[field], twin_of(theirs, name, field)


@pytest.mark.parametrize("name", SHIPPED)
def test_sides_listed_the_other_way_round_make_the_same_worlds(name):
    case = SHIPPED[name]
    other = case_of_text(other_way_round(case.to_toml()))
    assert other.names["belligerents"] == case.names["belligerents"][::-1]
    for field, mine, theirs in compared(case, other, 300):
        assert np.array_equal(mine, theirs), field


@pytest.mark.parametrize("name", SHIPPED)
def test_half_steps_do_not_know_the_order_either(name):
    case = changed(name, {"war.step": 0.5, "talks.ripe_rate": 2.0})
    other = case_of_text(other_way_round(case.to_toml()))
    for field, mine, theirs in compared(case, other, 100):
        assert np.array_equal(mine, theirs), field


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"talks.ripe_rate": 2.0, "channel.*.built": 1.0, "channel.*.trust": 0.9},
        {"war.toll_noise": 0.0, "switches.judgement": False, "talks.authorship": 1.0},
    ],
)
def test_exchanging_names_data_keys_givers_and_publics_exchanges_the_outcomes(changes):
    # The data are alike, so the exchanged file lists the same case with everything, issues too,
    # the other way round. Sums then run in another order: worths agree to rounding, all that is
    # counted or decided agrees exactly.
    case = changed("two-rivals", changes)
    other = case_of_text(renamed(case.to_toml()))
    assert other.names["parties"] != case.names["parties"]
    keys, other_keys = (one.grid.texts["key"] for one in (case, other))
    place = {int(key): text for text, key in enumerate(keys)}
    same_text = np.array([place[int(key)] for key in other_keys] + [-1])
    signed = 0
    for field, mine, theirs in compared(case, other, 400):
        if field in ("talks.text", "talks.deal", "rounds.text", "truces.text"):
            theirs = same_text[theirs]
        if field in ("patronages.patron", "guarantors.patron", "blocs.patron"):
            continue
        if mine.dtype == np.float64:
            assert np.allclose(mine, theirs, rtol=0.0, atol=1e-9), field
        else:
            assert np.array_equal(mine, theirs), field
        if field == "rounds.signed":
            signed = int(mine.sum())
    assert signed > 0


def fair(first, second):
    """Whether two counts may well come from a fair coin."""
    return stats.binomtest(int(first), int(first + second), 0.5).pvalue > 1e-4


def test_like_sides_fare_alike_over_many_runs():
    case = changed("two-rivals", {"talks.ripe_rate": 2.0, "channel.*.built": 1.0})
    records = run(case, 400)
    sides, rounds = records["belligerents"], records["rounds"]
    tabled = rounds["tabled"] > 0
    for field in ("toll", "balance", "reputation", "war_value", "surplus"):
        more = (sides[field][:, 0] > sides[field][:, 1]).sum()
        less = (sides[field][:, 0] < sides[field][:, 1]).sum()
        assert more + less > 20, field
        assert fair(more, less), field
    refused = [((rounds[f"answer{one}"] == 0) & tabled).sum(axis=1) > 0 for one in ANSWERS]
    assert fair((refused[0] & ~refused[1]).sum(), (refused[1] & ~refused[0]).sum())
    author = rounds["author"][tabled]
    assert fair((author == 0).sum(), (author == 1).sum())


def test_a_stronger_side_is_stronger_wherever_it_is_listed():
    case = changed("two-rivals", {"belligerent.north.belief_victory": 0.8})
    other = case_of_text(other_way_round(case.to_toml()))
    mine, theirs = run(case, 50), run(other, 50)
    north = mine["belligerents"][:, 0]
    assert np.array_equal(north, theirs["belligerents"][:, 1])
    assert (north["belief_victory"] > mine["belligerents"][:, 1]["belief_victory"]).all()


UNLIKE = {
    "belligerent.north.belief_victory": 0.8,
    "belligerent.north.lethality": 60.0,
    "belligerent.south.peace_value": 1.2,
    "belligerent.south.office_weight": 0.1,
    "party.north-hardline.tolerance": 1.5,
    "captives.south-civilian.living": 15,
    "patron.north-patron.stance": 0.4,
    "patronage.south-support.arms_flow": 0.1,
    "bloc.north-doves.predisposition": 0.8,
    "talks.ripe_rate": 3.0,
    "channel.*.built": 0.9,
}
"""What tells two sides apart that are alike but for it."""


def sorted_tables(text):
    """The same case with the actors of each kind, and the issues, in the order of their names."""

    def place(part):
        head = part.split("\n", 1)[0]
        name = re.search(r'(?m)^name = "(.*)"', part) if head == "[[issue]]" else None
        return name[1] if name else head

    kept = []
    for part in tables(text):
        if part.startswith("[issue.amounts]"):
            kept[-1] += part
        else:
            kept.append(part)
    movable = [
        i
        for i, part in enumerate(kept)
        if re.match(r"\[\w+\.|\[\[issue", part) and "[variants" not in part
    ]
    groups = {}
    for i in movable:
        groups.setdefault(re.match(r"\[+(\w+)", kept[i])[1], []).append(i)
    for places in groups.values():
        parts = sorted((kept[i] for i in places), key=place)
        for i, part in zip(places, parts, strict=True):
            kept[i] = part
    return "".join(kept)


@pytest.fixture
def keys_under(monkeypatch):
    """Let a case be made whose actors have the keys of those who bore their data before."""

    def make(text, old_name):
        grid_module.build_grid.cache_clear()
        for module in (case_arrays, grid_module):
            monkeypatch.setattr(module, "key_of", lambda name: key_of(old_name(name)))
        case = case_of_text(text)
        assert len(case.grid.texts) > 0
        assert len(case.records) > 0
        monkeypatch.undo()
        grid_module.build_grid.cache_clear()
        return case

    return make


def test_sides_that_exchange_unlike_data_and_keys_exchange_their_outcomes(keys_under):
    # North gets all that was south's, in the place in which north is listed, and south all that
    # was north's: parties, publics, patrons, issues, and the keys that their luck hangs on.
    case = case_of_text(sorted_tables(changed("two-rivals", UNLIKE).to_toml()))
    other = keys_under(sorted_tables(renamed(case.to_toml())), renamed)
    assert other.names == case.names
    assert other.records["belligerents"]["key"].tolist() == (
        case.records["belligerents"]["key"][::-1].tolist()
    )
    place = {int(key): text for text, key in enumerate(case.grid.texts["key"])}
    same_text = np.array([place[int(key)] for key in other.grid.texts["key"]] + [-1])
    mine, theirs = run(case, 300), run(other, 300)
    for name, array in mine.items():
        found = theirs[name]
        if name in case.names:
            order = [case.names[name].index(renamed(one)) for one in case.names[name]]
            found = found[:, order]
        for field in array.dtype.names:
            values = twin_of(found, name, field)
            if field in ("text", "deal"):
                values = same_text[values]
            if f"{name}.{field}" in ("patronages.patron", "guarantors.patron", "blocs.patron"):
                continue
            if values.dtype == np.float64:
                assert np.allclose(array[field], values, rtol=0.0, atol=1e-9), (name, field)
            else:
                assert np.array_equal(array[field], values), (name, field)
    north, south = mine["belligerents"][:, 0], mine["belligerents"][:, 1]
    assert (north["toll"] > south["toll"]).all()
    assert (mine["rounds"]["signed"]).any()


@pytest.mark.parametrize("name", SHIPPED)
def test_names_carry_no_behaviour(name, keys_under):
    # Every actor gets a meaningless name and keeps its key: not one bit of a run changes.
    case = SHIPPED[name]
    actors = sorted({one for names in case.names.values() for one in names}, key=len, reverse=True)
    alias = {one: f"x{i}" for i, one in enumerate(actors)}
    original = {new: old for old, new in alias.items()}
    word = re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, actors)) + r")(?![\w-])")
    lines = []
    for line in case.to_toml().splitlines():
        head = line.startswith("[") and not line.startswith(
            ("[variants", "[issue", "[war", "[talks")
        )
        refers = re.match(r'[\w.]+ = "', line) and not line.startswith(NOT_ACTORS)
        moves = re.match(r"(set|add) = ", line)
        lines.append(
            word.sub(lambda found: alias[found[1]], line) if head or refers or moves else line
        )
    other = keys_under(
        "\n".join(lines), lambda key: re.sub(r"(?<=\.)x\d+\b", lambda x: original[x[0]], key)
    )
    assert not set(other.names["belligerents"]) & set(case.names["belligerents"])
    mine, theirs = run(case, 100), run(other, 100)
    assert unlike(mine, theirs) == {}


NOT_ACTORS = (
    "name =",
    "kind =",
    "label =",
    "title =",
    "description =",
    "source =",
    "note =",
    "why =",
)
"""Lines of a case file that hold words, not references to actors."""
