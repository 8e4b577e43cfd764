"""Asking both sides about texts in worlds that are relaxed in many ways, all at once.

What a text is worth is tabulated by issue and added up once; what a relaxation changes besides are
the weights of these sums, so a scan of the grid is additions. Seats are counted only where they can
change the answer.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from agents.actor import FLOAT, World, rule
from agents.commitment import assurance_given
from agents.draft import gain_of_keeping, gain_of_resuming
from agents.government import majority_odds
from agents.leader import pressure_of, relief_brought, ruled_out, share_returned
from agents.reckoning import reckon_side
from agents.worth import precondition_cost, tabulate, total, war_value
from model.constraints import MEMBERS, Constraint, limits_of, relax, touches
from model.world import View, scratch

if TYPE_CHECKING:
    from model.scenario import Case

QUESTION = np.dtype(
    [("side", np.int64), ("members", np.int64), ("share", FLOAT), ("bound", np.bool_)]
)
"""One way of relaxing a world, and the side asked: members as bits; by which share; whether to ask
only which texts the side *could* take with any of its members relaxed (``could_take``)."""

OFFICE = (int(Constraint.TOLERANCE), int(Constraint.SEATS), int(Constraint.SAFETY_NET))
CELLS = (int(Constraint.PRECONDITION), int(Constraint.LEVERAGE))
PART = 4
"""Of the cells there are four versions, each constraint on them relaxed or not, and one for a part
of the way, which differs from question to question; of seats there are eight, and one."""
PART_OF_SEATS = 8

FIRST, SECOND, AFTER, HOME, RELIEF, ENDS, HARD = range(7)


class Stance(NamedTuple):
    """Numbers of a relaxed side that weigh on every text alike; records of one number each.

    Attributes:
        fixed: Pressure whatever the text says, misjudgement included.
        home: Pressure for bringing all its captives home.
        relief: Pressure for full relief.
        ends: Pressure for an end of the war.
        unmet: Cost of the unmet precondition.
        barred: Whether an absolute precondition rules out texts at any price.
        weight: Weight on office.
        counts: Whether seats are counted.
        insecure: Odds that its government falls without any deal.
        which: Version of its seats.
        version: Version of the cells.
    """

    fixed: Any
    home: Any
    relief: Any
    ends: Any
    unmet: Any
    barred: Any
    weight: Any
    counts: Any
    insecure: Any
    which: Any
    version: Any


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
        stand: Which of a side's distinct concessions each text makes (texts, sides).
        concession: Those concessions (sides, distinct).
        ends: Whether they end the war (sides, distinct).
        worth: Worth of each text to each side, by version of the cells (sides, 5, 3, texts).
        summed: Which of those are worked out.
        home: Share of captives that each text brings home (sides, texts).
        relief: Relief that each text brings (sides, texts).
        office: Change of office odds by version and concession (sides, 9, distinct).
        known: Which of those are worked out.
        secure: Odds of keeping the majority without any deal, by version (sides, 9).
        line: What the texts that are asked about are worth, in a row (7, texts).
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
    stand: Any
    concession: Any
    ends: Any
    worth: Any
    summed: Any
    home: Any
    relief: Any
    office: Any
    known: Any
    secure: Any
    line: Any


def bench_for(case: "Case") -> Bench:
    """Make room for asking the sides of a case."""
    grid = case.grid
    texts = len(grid.texts)
    stand = np.zeros((texts, 2), dtype=np.int64)
    distinct = []
    for s in range(2):
        pairs = np.stack([grid.concession[:, s], grid.texts["ends"]], axis=1)
        found, place = np.unique(pairs, axis=0, return_inverse=True)
        stand[:, s] = place.ravel()
        distinct.append(found)
    most = max(len(found) for found in distinct)
    concession = np.zeros((2, most), dtype=FLOAT)
    ends = np.zeros((2, most), dtype=FLOAT)
    for s, found in enumerate(distinct):
        concession[s, : len(found)] = found[:, 0]
        ends[s, : len(found)] = found[:, 1]
    room = scratch(case)
    twin = {name: np.zeros_like(case.records[name]) for name in Bench._fields[:6]}
    return Bench(
        **twin,
        tables=room["tables"],
        terms=room["terms"],
        odds=room["odds"],
        limits=limits_of(case),
        stand=stand,
        concession=concession,
        ends=ends,
        worth=np.zeros((2, PART + 1, 3, texts), dtype=FLOAT),
        summed=np.zeros((2, PART + 1), dtype=np.bool_),
        home=np.zeros((2, texts), dtype=FLOAT),
        relief=np.zeros((2, texts), dtype=FLOAT),
        office=np.zeros((2, PART_OF_SEATS + 1, most), dtype=FLOAT),
        known=np.zeros((2, PART_OF_SEATS + 1, most), dtype=np.bool_),
        secure=np.zeros((2, PART_OF_SEATS + 1), dtype=FLOAT),
        line=np.zeros((7, texts), dtype=FLOAT),
    )


def notes_of(bench: Bench) -> int:
    """Return how many numbers ``note`` writes at most."""
    return bench.terms.shape[0] * bench.terms.shape[1] * bench.terms.shape[3] + (
        bench.tables.shape[1] + bench.concession.shape[1] + 6
    )


@rule
def copy_records(source: Any, target: Any) -> None:
    """Copy all records of a list into another of the same length."""
    for i in range(len(source)):
        target[i] = source[i]


@rule
def version_of(question: Any, constraints: Any, part: int) -> int:
    """Number the ways of relaxing some constraints of the side asked: none, all the way, a part."""
    version = 0
    for i in range(len(constraints)):
        if (question.members >> (2 * constraints[i] + question.side)) & 1 == 1:
            version |= 1 << i
    return part if version > 0 and question.share < 1.0 else version


@rule
def add_up(s: int, version: int, texts: Any, twin: World, bench: Any) -> None:
    """Add up what some texts are worth to a side (``Bench.worth``)."""
    tabulate(s, twin)
    cell = twin.grid.cell
    for i in range(len(texts)):
        for part in range(3):
            bench.worth[s, version, part, texts[i]] = total(s, texts[i], part, twin.tables, cell)


@rule
def relax_twin(
    question: Any, texts: Any, every_text: Any, world: World, twin: World, bench: Any
) -> None:
    """Make the twin the world relaxed as a question says, ready for the side that is asked."""
    copy_records(world.belligerents, twin.belligerents)
    copy_records(world.captives, twin.captives)
    copy_records(world.parties, twin.parties)
    copy_records(world.patronages, twin.patronages)
    copy_records(world.blocs, twin.blocs)
    copy_records(world.guarantors, twin.guarantors)
    s = question.side
    for member in range(MEMBERS):
        if (question.members >> member) & 1 == 1 and touches(member, s):
            relax(member, question.share, bench.limits, twin)
    twin.belligerents[s].war_value = war_value(s, twin)
    version = version_of(question, CELLS, PART)
    if version == PART:
        add_up(s, version, texts, twin, bench)
    elif not bench.summed[s, version]:
        add_up(s, version, every_text, twin, bench)
        bench.summed[s, version] = True
    assured = assurance_given(
        s, twin.belligerents[s], twin.mediators, twin.channels, twin.talks, twin.switches
    )
    reckon_side(s, assured, 0.0, 0.0, twin)


@rule
def look_at(question: Any, twin: World, bench: Any) -> Any:
    """Gather what weighs on every text alike in the twin (``Stance``)."""
    s = question.side
    me = twin.belligerents[s]
    other = twin.belligerents[1 - s]
    switches = twin.switches
    fixed = pressure_of(me, 0.0, 0.0, 0.0, False, switches)
    owned = twin.talks.public and twin.talks.author == s
    which = version_of(question, OFFICE, PART_OF_SEATS)
    if which == PART_OF_SEATS:
        bench.secure[s, which] = -1.0
        for stand in range(bench.known.shape[2]):
            bench.known[s, which, stand] = False
    counts = switches.office and me.majority > 0 and me.office_weight > 0.0
    if counts and bench.secure[s, which] < 0.0:
        bench.secure[s, which] = majority_odds(s, False, 0.0, 0.0, twin)
    return Stance(
        pressure_of(me, 0.0, 0.0, 0.0, owned, switches) + me.judgement,
        pressure_of(me, 1.0, 0.0, 0.0, False, switches) - fixed,
        pressure_of(me, 0.0, 1.0, 0.0, False, switches) - fixed,
        pressure_of(me, 0.0, 0.0, 1.0, False, switches) - fixed,
        precondition_cost(me, other, switches),
        ruled_out(me, other, 1.0, 0.0, switches),
        me.office_weight,
        counts,
        1.0 - bench.secure[s, 0 if question.bound else which],
        which,
        version_of(question, CELLS, PART),
    )


@rule
def office_change_of(s: int, which: int, stand: int, twin: World, bench: Any) -> float:
    """Change in the odds of keeping the majority, once for each version and concession."""
    if not bench.known[s, which, stand]:
        kept = majority_odds(s, True, bench.concession[s, stand], bench.ends[s, stand], twin)
        bench.office[s, which, stand] = kept - bench.secure[s, which]
        bench.known[s, which, stand] = True
    return bench.office[s, which, stand]


@rule
def line_up(s: int, version: int, texts: Any, world: World, bench: Any) -> None:
    """Put what the texts that are asked about are worth to a side in a row."""
    line = bench.line
    for j in range(len(texts)):
        text = texts[j]
        line[FIRST, j] = bench.worth[s, version, 0, text]
        line[SECOND, j] = bench.worth[s, version, 1, text]
        line[AFTER, j] = bench.worth[s, version, 2, text]
        line[HOME, j] = bench.home[s, text]
        line[RELIEF, j] = bench.relief[s, text]
        line[ENDS, j] = world.grid.texts[text].ends
        line[HARD, j] = 1.0 - min(1.0, world.grid.dissolves[text, 1 - s])


@rule
def answer(question: Any, texts: Any, stance: Any, twin: World, taken: Any, bench: Any) -> None:
    """Answer as ``leader.weigh`` does, or, as a bound, with which texts a side could accept.

    Every relaxation but those that bear on belief only ever adds to a balance, and a balance is
    linear in belief. So a text that a side does not take with all its members relaxed, whatever
    resuming is worth, with the belief as it stands or relaxed as well, it does not take with any.
    """
    s = question.side
    line = bench.line
    duration = -1
    guarantee = -1
    for j in range(len(texts)):
        this = twin.grid.texts[texts[j]]
        # Texts that follow each other share their duration and guarantee, as a rule.
        if this.duration != duration or this.guarantee != guarantee:
            duration = this.duration
            guarantee = this.guarantee
            term = twin.terms[duration, guarantee, s]
        keep = gain_of_keeping(line[FIRST, j], line[SECOND, j], line[AFTER, j], term)
        resume = gain_of_resuming(line[FIRST, j], line[AFTER, j], term)
        taken[j] = False
        if line[ENDS, j] <= 0.0:
            keep = max(keep, resume)
        else:
            keep -= stance.unmet * line[HARD, j]
            if resume > keep and not question.bound:
                continue
            if stance.barred and line[HARD, j] > 0.0:
                continue
        balance = (1.0 - stance.weight) * keep + stance.fixed + stance.home * line[HOME, j]
        balance += stance.relief * line[RELIEF, j] + stance.ends * line[ENDS, j]
        if not stance.counts:
            taken[j] = balance >= 0.0
            continue
        # No text does more for office than to make sure of it.
        if balance + stance.weight * stance.insecure < 0.0:
            continue
        if not question.bound:
            change = office_change_of(s, stance.which, bench.stand[texts[j], s], twin, bench)
            balance += stance.weight * change
        taken[j] = question.bound or balance >= 0.0


@rule
def note(question: Any, stance: Any, twin: World, bench: Any, noted: Any) -> None:
    """Note every number that answers depend on, so that two ways of relaxing can be compared."""
    s = question.side
    place = 0
    for d in range(twin.terms.shape[0]):
        for g in range(twin.terms.shape[1]):
            for i in range(twin.terms.shape[3]):
                noted[place] = twin.terms[d, g, s, i]
                place += 1
    for c in range(twin.tables.shape[1]):
        noted[place] = (
            twin.tables[s, c, 0] + 3.0 * twin.tables[s, c, 1] + 7.0 * twin.tables[s, c, 2]
        )
        place += 1
    if stance.counts:
        for stand in range(bench.concession.shape[1]):
            noted[place] = office_change_of(s, stance.which, stand, twin, bench)
            place += 1
    noted[place] = stance.fixed
    noted[place + 1] = stance.home
    noted[place + 2] = stance.relief
    noted[place + 3] = stance.ends
    noted[place + 4] = stance.unmet + (1.0 if stance.barred else 0.0)
    noted[place + 5] = stance.insecure


@rule
def start_anew(every_text: Any, world: World, bench: Any) -> None:
    """Forget the world asked about before, and work out what depends on this one alone."""
    for s in range(2):
        for version in range(PART + 1):
            bench.summed[s, version] = False
        for which in range(PART_OF_SEATS + 1):
            bench.secure[s, which] = -1.0
            for stand in range(bench.known.shape[2]):
                bench.known[s, which, stand] = False
        if world.belligerents[s].majority > 0:
            bench.secure[s, 0] = majority_odds(s, False, 0.0, 0.0, world)
        for text in range(len(every_text)):
            bench.home[s, text] = share_returned(s, text, world)
            bench.relief[s, text] = relief_brought(s, text, world)


def ask_world(
    worlds: View,
    row: int,
    anew: bool,
    questions: Any,
    texts: Any,
    every_text: Any,
    taken: Any,
    noted: Any,
    bench: Any,
) -> None:
    """Ask both sides of one world about texts, relaxed in many ways.

    Args:
        worlds: Worlds just after their answers.
        row: Which of them.
        anew: Whether it is another world than before.
        questions: Ways of relaxing it (``QUESTION``).
        texts: The texts.
        every_text: All texts.
        taken: Room for whether each text is accepted (questions, texts).
        noted: Room for what the answers depend on (questions, ``notes_of``), or empty.
        bench: Room for asking.
    """
    # Built here, as a compiled function cannot return records.
    world: Any = View(
        worlds.war[row],
        worlds.talks[row],
        worlds.switches[row],
        worlds.belligerents[row],
        worlds.captives[row],
        worlds.parties[row],
        worlds.patrons[row],
        worlds.patronages[row],
        worlds.mediators[row],
        worlds.channels[row],
        worlds.blocs[row],
        worlds.fronts[row],
        worlds.guarantors[row],
        worlds.drafts[row],
        worlds.rounds[row],
        worlds.truces[row],
        worlds.influence,
        worlds.grid,
        worlds.tables,
        worlds.terms,
        worlds.sums,
        worlds.odds,
    )
    twin: Any = View(
        world.war,
        world.talks,
        world.switches,
        bench.belligerents,
        bench.captives,
        bench.parties,
        world.patrons,
        bench.patronages,
        world.mediators,
        world.channels,
        bench.blocs,
        world.fronts,
        bench.guarantors,
        world.drafts,
        world.rounds,
        world.truces,
        world.influence,
        world.grid,
        bench.tables,
        bench.terms,
        world.sums,
        bench.odds,
    )
    if anew:
        start_anew(every_text, world, bench)
    side = -1
    version = -1
    for i in range(len(questions)):
        question = questions[i]
        relax_twin(question, texts, every_text, world, twin, bench)
        stance = look_at(question, twin, bench)
        if question.side != side or stance.version != version or version == PART:
            side = question.side
            version = stance.version
            line_up(side, version, texts, world, bench)
        answer(question, texts, stance, twin, taken[i], bench)
        if len(noted) > 0:
            tabulate(side, twin)
            note(question, stance, twin, bench, noted[i])
