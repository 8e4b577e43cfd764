"""Room for asking both sides about texts in worlds relaxed in many ways, and what it remembers."""

from typing import Any, NamedTuple

import numpy as np

from ceasefire.agents.rules import FLOAT
from ceasefire.model.case.case import Case
from ceasefire.model.case.grid import blocks_of
from ceasefire.model.certificate.constraints import limits_of
from ceasefire.model.records import scratch

QUESTION = np.dtype(
    [
        ("side", np.int64),
        ("members", np.int64),
        ("share", FLOAT),
        ("bound", np.bool_),
        ("resumed", FLOAT),
    ]
)
"""One way of relaxing a world, and the side asked: members as bits; by which share; whether to ask
only which texts the side *could* take with any of its members relaxed (``questions.answer``); and
what war resumed is then worth to it, in utility and apart from the cells."""

PART = 4
"""Of the worths of cells there are four versions, each constraint on them relaxed or not, and one
for a part of the way, which differs from question to question."""
PART_OF_SEATS = 8
PART_OF_BELIEF = 16
PART_OF_GUARANTEE = 2
"""Of seats there are eight versions and one; of belief sixteen and one; of guarantees two and
one."""


class Bench(NamedTuple):
    """Room for asking, and what it needs to know of a case.

    Attributes:
        belligerents: Records of the twin, the world that is relaxed in the place of the real one.
        captives: The same.
        parties: The same.
        patronages: The same.
        blocs: The same.
        guarantors: The same.
        tables: Scratch of the twin.
        terms: Scratch of the twin.
        odds: Scratch of the twin.
        limits: Ends of ranges, one record for each side (``constraints.LIMITS``).
        touched: Members that are relaxed in the twin now, as bits (1).
        stand: Which of a side's distinct concessions each text makes (sides, texts).
        concession: Those concessions (sides, distinct).
        ends: Whether they end the war (sides, distinct).
        blocks: Texts that share their duration and guarantee (``grid.blocks_of``).
        final: 1 where a text promises an end of the war, else 0 (texts).
        hard: 1 less how far a text demands the other side's dissolution (sides, texts).
        worth: Worth of each text to each side, by version of the cells (sides, 5, 3, texts).
        summed: Which versions are worked out.
        home: Share of captives that each text brings home (sides, texts).
        relief: Relief that each text brings (sides, texts).
        assured: Belief that the mediator's word adds (sides).
        discount: Weight of what comes after phase one (sides, durations).
        belief: Belief by version (sides, 17, durations, guarantees).
        believed: Which versions are worked out.
        strength: Strength of guarantees by version (3, guarantees).
        strengthened: Which versions are worked out.
        office: Change of office odds by version and concession (sides, 9, distinct).
        known: Which of those are worked out.
        secure: Odds of keeping the majority without any deal, by version (sides, 9).
        balance: Balances of the texts asked about, but for office (texts).
        question: The question under way (1).
        nothing: No texts (texts).
    """

    belligerents: Any
    captives: Any
    parties: Any
    patronages: Any
    blocs: Any
    guarantors: Any
    tables: Any
    terms: Any
    odds: Any
    limits: Any
    touched: Any
    stand: Any
    concession: Any
    ends: Any
    blocks: Any
    final: Any
    hard: Any
    worth: Any
    summed: Any
    home: Any
    relief: Any
    assured: Any
    discount: Any
    belief: Any
    believed: Any
    strength: Any
    strengthened: Any
    office: Any
    known: Any
    secure: Any
    balance: Any
    question: Any
    nothing: Any


TWIN = Bench._fields[:9]
"""What the twin has of its own: records that a relaxation changes, and scratch."""


def bench_for(case: Case) -> Bench:
    """Make room for asking the sides of a case."""
    grid = case.grid
    texts, durations, guarantees = len(grid.texts), len(grid.durations), len(grid.guarantees)
    stand = np.zeros((2, texts), dtype=np.int64)
    distinct = []
    for s in range(2):
        pairs = np.stack([grid.concession[:, s], grid.texts["ends"]], axis=1)
        found, place = np.unique(pairs, axis=0, return_inverse=True)
        stand[s] = place.ravel()
        distinct.append(found)
    most = max(len(found) for found in distinct)
    concession = np.zeros((2, most), dtype=FLOAT)
    ends = np.zeros((2, most), dtype=FLOAT)
    for s, found in enumerate(distinct):
        concession[s, : len(found)] = found[:, 0]
        ends[s, : len(found)] = found[:, 1]
    room = scratch(case)
    twin = {name: np.zeros_like(case.records[name]) for name in TWIN[:6]}
    return Bench(
        **twin,
        tables=room["tables"],
        terms=room["terms"],
        odds=room["odds"],
        limits=limits_of(case),
        touched=np.zeros(1, dtype=np.int64),
        stand=stand,
        concession=concession,
        ends=ends,
        blocks=blocks_of(grid.texts),
        final=np.array(grid.texts["ends"], dtype=FLOAT),
        hard=np.ascontiguousarray(1.0 - np.minimum(1.0, grid.dissolves[:, ::-1].T)),
        worth=np.zeros((2, PART + 1, 3, texts), dtype=FLOAT),
        summed=np.zeros((2, PART + 1), dtype=np.bool_),
        home=np.zeros((2, texts), dtype=FLOAT),
        relief=np.zeros((2, texts), dtype=FLOAT),
        assured=np.zeros(2, dtype=FLOAT),
        discount=np.zeros((2, durations), dtype=FLOAT),
        belief=np.zeros((2, PART_OF_BELIEF + 1, durations, guarantees), dtype=FLOAT),
        believed=np.zeros((2, PART_OF_BELIEF + 1, durations, guarantees), dtype=np.bool_),
        strength=np.zeros((PART_OF_GUARANTEE + 1, guarantees), dtype=FLOAT),
        strengthened=np.zeros(PART_OF_GUARANTEE + 1, dtype=np.bool_),
        office=np.zeros((2, PART_OF_SEATS + 1, most), dtype=FLOAT),
        known=np.zeros((2, PART_OF_SEATS + 1, most), dtype=np.bool_),
        secure=np.zeros((2, PART_OF_SEATS + 1), dtype=FLOAT),
        balance=np.zeros(texts, dtype=FLOAT),
        question=np.zeros(1, dtype=QUESTION),
        nothing=np.zeros(texts, dtype=np.bool_),
    )


def notes_of(bench: Bench) -> int:
    """Return how many numbers ``questions.note`` writes."""
    durations, guarantees, _, weights = bench.terms.shape
    return int(durations * guarantees * weights) + 11
