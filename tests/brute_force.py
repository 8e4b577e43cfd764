"""Certificates by brute force: every set relaxed on a copy, every text asked with the real rule."""

import copy
from itertools import combinations
from typing import Any

import numpy as np

from ceasefire.agents.belligerent import ACCEPT, REFUSE
from ceasefire.agents.chance import Decision, uniform
from ceasefire.agents.kinds import COLLECTIONS, LOGS
from ceasefire.agents.leader import weigh
from ceasefire.agents.rules import rule
from ceasefire.agents.world import World
from ceasefire.agents.worth import tabulate, war_value
from ceasefire.model.case.case import Case
from ceasefire.model.case.grid import frozen as read_only
from ceasefire.model.certificate.constraints import MEMBERS, limits_of, relax_all, touches
from ceasefire.model.certificate.frozen import KEPT, Frozen
from ceasefire.model.certificate.room import ORDERS, SHARES
from ceasefire.model.engines.cache import compiled
from ceasefire.model.engines.compiled import RELAXATION
from ceasefire.model.engines.ensemble import Ensemble
from ceasefire.model.records import empty_log, scratch
from ceasefire.model.view import View, on_row

SETS = [sum(1 << m for m in one) for n in (1, 2, 3) for one in combinations(range(MEMBERS), n)]
"""Every set of up to three members, the small ones first."""


@rule
def ask_world(world: World, relaxation: Any, limits: Any, answers: Any) -> None:
    """Relax one world, and ask both sides about every text."""
    relax_all(relaxation, limits, world)
    for s in range(2):
        world.belligerents[s].war_value = war_value(s, world)
        tabulate(s, world)
    for text in range(len(world.grid.texts)):
        for s in range(2):
            answers[text, s] = weigh(s, text, world)


ask_row = on_row(ask_world)


def ask_worlds(worlds: Any, relaxations: Any, limits: Any, answers: Any) -> None:
    """Relax every world in its own way, and ask both sides about every text."""
    for row in range(len(relaxations)):
        ask_row(worlds, row, relaxations[row], limits, answers[row])


ask = compiled(ask_worlds)


def failed_rounds(case: Case, seeds: Any) -> list[Frozen]:
    """The worlds of all failed rounds of some runs, each just after the answers."""
    frozen = Ensemble(case, seeds, certified=1.0).run().frozen
    return [
        Frozen(*(array[place][np.newaxis].copy() for array in frozen))
        for place in zip(*np.nonzero(frozen.war["seed"] >= 0), strict=True)
    ]


def with_few_texts(case: Case, frozen: Frozen, texts: list[int]) -> tuple[Case, Frozen]:
    """The same world in a case with few texts, one of which is the one last tabled."""
    tabled = int(frozen.talks["text"][0])
    kept = np.array(sorted({*texts, tabled}))
    small = copy.copy(case)
    by_text = ("texts", "level", "cell", "concession", "dissolves")
    grid = case.grid._replace(**{name: getattr(case.grid, name)[kept] for name in by_text})
    object.__setattr__(small, "grid", read_only(grid))
    talks = frozen.talks.copy()
    talks["text"] = np.flatnonzero(kept == tabled)[0]
    return small, frozen._replace(talks=talks)


def accepted(case: Case, frozen: Frozen, sets: list[int], shares: Any = 1.0) -> Any:
    """Whether each side accepts each text with each set relaxed (sets, texts, sides)."""
    relaxations = np.zeros(len(sets), dtype=RELAXATION)
    relaxations["members"], relaxations["share"] = sets, shares
    records = {
        name: np.repeat(array, len(sets), axis=0) for name, array in frozen._asdict().items()
    }
    for name in (name for name in COLLECTIONS if name not in KEPT):
        records[name] = np.repeat(case.records[name][np.newaxis], len(sets), axis=0)
    for name, kind in LOGS.items():
        records[name] = np.repeat(empty_log(kind, 1)[np.newaxis], len(sets), axis=0)
    worlds = View(**records, influence=case.influence, grid=case.grid.plain(), **scratch(case))
    answers = np.zeros((len(sets), len(case.grid.texts), 2), dtype=np.int64)
    ask(worlds, relaxations, limits_of(case), answers)
    return answers == ACCEPT


def minimal_sets(case: Case, frozen: Frozen) -> dict[tuple[int, ...], Any]:
    """All minimal sets, with the texts that both accept when they are relaxed all the way."""
    both = accepted(case, frozen, SETS).all(axis=2)
    found: dict[int, Any] = {}
    for bits, texts in zip(SETS, both, strict=True):
        if texts.any() and not any(one & bits == one for one in found):
            found[bits] = texts
    return {members_of(bits): texts for bits, texts in found.items()}


def smallest_share(case: Case, frozen: Frozen, members: tuple[int, ...], texts: Any) -> float:
    """The smallest share, of all in 64ths, at which both accept one of some texts."""
    bits = sum(1 << m for m in members)
    shares = np.arange(SHARES + 1) / SHARES
    both = accepted(case, frozen, [bits] * len(shares), shares).all(axis=2)
    return float(shares[(both & texts).any(axis=1).argmax()])


def flips(case: Case, frozen: Frozen) -> Any:
    """The smallest share by which a member alone makes a side that refused accept the last text."""
    text = int(frozen.talks["text"][0])
    refused = frozen.belligerents["answer"][0] == REFUSE
    shares = np.arange(SHARES + 1) / SHARES
    found = np.full((2, MEMBERS), np.nan)
    for member in range(MEMBERS):
        taken = accepted(case, frozen, [1 << member] * len(shares), shares)[:, text]
        for s in range(2):
            if refused[s] and taken[-1, s] and touches(member, s):
                found[s, member] = shares[taken[:, s].argmax()]
    return found


def pivots(case: Case, frozen: Frozen) -> tuple[int, ...]:
    """The first member that opens the round when all are relaxed in each random order."""
    seed, tick = int(frozen.war["seed"][0]), int(frozen.war["tick"][0])
    found = []
    for order in range(ORDERS):
        draws = [uniform(seed, tick, 2 * m + order, Decision.ORDER) for m in range(MEMBERS)]
        sequence = np.argsort(draws, kind="stable").tolist()
        relaxed = np.cumsum([1 << member for member in sequence]).tolist()
        opens = accepted(case, frozen, relaxed).all(axis=2).any(axis=1)
        found.append(sequence[opens.argmax()] if opens.any() else -1)
    return tuple(found)


def members_of(bits: int) -> tuple[int, ...]:
    """The members of a set given as bits."""
    return tuple(m for m in range(MEMBERS) if bits >> m & 1)
