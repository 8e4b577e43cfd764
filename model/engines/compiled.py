"""The compiled entry points: running worlds, searching what would open a round, drafting."""

from typing import Any, NamedTuple

import numpy as np

from ceasefire.agents.deal import ReadableGrid
from ceasefire.agents.drafting import search_texts, use
from ceasefire.agents.leader import weigh
from ceasefire.agents.rules import FLOAT, rule
from ceasefire.agents.talks import table_at_last
from ceasefire.agents.world import World
from ceasefire.model.certificate.acceptance import be_ready, count_accepted
from ceasefire.model.certificate.constraints import relax_all
from ceasefire.model.certificate.frozen import freeze, is_certified
from ceasefire.model.certificate.openings import search_openings
from ceasefire.model.engines.cache import is_kept
from ceasefire.model.engines.entry_point import EntryPoint
from ceasefire.model.engines.replacing import own_places, refuse_strays
from ceasefire.model.view import on_row
from ceasefire.model.world.week import (
    after_talks_of_records,
    before_talks_of_records,
    talks_of_records,
)

RELAXATION = np.dtype(
    [("tick", np.int64), ("members", np.int64), ("share", FLOAT), ("text", np.int64)]
)
"""What is relaxed in a row: before the talks of which step (-1: never); members as bits; by which
share. With a text it is relaxed after that step's answers, and the text tabled then."""


class Request(NamedTuple):
    """What is wanted of worlds besides running them; whatever is not wanted is empty.

    Attributes:
        relaxations: What is relaxed in each row (``RELAXATION``).
        limits: Ends of the ranges to which it is relaxed (``constraints.LIMITS``).
        certified: Share of failed rounds to be certified, drawn at random, 0 to 1.
        frozen: Room for the worlds just after the answers of these rounds (rows, rounds).
        texts: Texts about which both sides are asked after the last step.
        answers: Their answers (rows, texts, sides; ``acceptance.ANSWER``).
        counts: Acceptance sets after the last step (rows; ``acceptance.COUNTS``).
    """

    relaxations: Any
    limits: Any
    certified: float
    frozen: Any
    texts: Any
    answers: Any
    counts: Any


@rule
def answer_now(row: int, wanted: Any, world: World) -> None:
    """Ask both sides about texts as they stand, without misjudgement, and count what they take."""
    be_ready(world)
    for i in range(len(wanted.texts)):
        for s in range(2):
            wanted.answers[row, i, s].answer = weigh(s, wanted.texts[i], world)
            wanted.answers[row, i, s].balance = world.belligerents[s].balance
    if len(wanted.counts) > 0:
        first, second, both = count_accepted(world)
        wanted.counts[row].first = first
        wanted.counts[row].second = second
        wanted.counts[row].both = both


@rule
def advance_world(world: World, row: int, steps: int, wanted: Any) -> None:
    """Run one world for a number of steps, or to its end (see ``advance_worlds``)."""
    relaxed = len(wanted.relaxations) > 0
    for _ in range(steps):
        if world.war.ended_week >= 0.0:
            break
        before_talks_of_records(world)
        due = relaxed and wanted.relaxations[row].tick == world.war.tick
        if due and wanted.relaxations[row].text < 0:
            relax_all(wanted.relaxations[row], wanted.limits, world)
        talks_of_records(world)
        if due and wanted.relaxations[row].text >= 0:
            relax_all(wanted.relaxations[row], wanted.limits, world)
            table_at_last(wanted.relaxations[row].text, world)
        if wanted.certified > 0.0 and is_certified(wanted.certified, world):
            freeze(world, row, world.talks.rounds - 1, wanted.frozen)
        after_talks_of_records(world)
    if len(wanted.texts) > 0 or len(wanted.counts) > 0:
        answer_now(row, wanted, world)


advance_row = on_row(advance_world)


def advance_worlds(worlds: Any, steps: int, wanted: Any) -> None:
    """Run every row for a number of steps, or to its end.

    Asking sides about texts leaves terms in their records, so that is for copies.

    Args:
        worlds: All rows (``View``).
        steps: How many steps.
        wanted: What else is wanted (``Request``).
    """
    for row in range(len(worlds.war)):
        advance_row(worlds, row, row, steps, wanted)


advance = EntryPoint(advance_worlds)
search = EntryPoint(search_openings)
_search = EntryPoint(search_texts)

PLACES = own_places()


def refuse_exchanged() -> None:
    """Refuse to go on if a rule, or a method of an agent, was exchanged by hand.

    Raises:
        ValueError: Naming it: an ensemble would not follow.
    """
    refuse_strays(PLACES)


def is_ready() -> bool:
    """Whether the compiled engine lies in the cache, so that no one has to wait for it."""
    return is_kept(advance.dispatcher)


def can_certify() -> bool:
    """Whether the compiled search for what would open a round lies in the cache."""
    return is_kept(search.dispatcher)


def search_compiled(grid: ReadableGrid, *rest: Any) -> tuple[int, float]:
    """Search the grid with compiled code (see ``ceasefire.agents.drafting.search_texts``)."""
    text, score = _search(grid.arrays, *rest)
    return int(text), float(score)


def prepare() -> None:
    """Make the compiled engine ready, and let the Mesa engine's searches run compiled too."""
    use(search_compiled)


if is_kept(_search.dispatcher):
    use(search_compiled)
