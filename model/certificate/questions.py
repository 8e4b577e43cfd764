"""Asking both sides about texts in worlds that are relaxed in many ways, all at once.

Worths are sums worked out before (``relaxed``), so a scan of the grid is additions. Seats are
counted only where they can change the answer.
"""

from typing import Any, NamedTuple

from ceasefire.agents.commitment import assurance_given
from ceasefire.agents.government import majority_odds
from ceasefire.agents.leader import NEVER, pressure_of, relief_brought, ruled_out, share_returned
from ceasefire.agents.rules import inlined_rule, rule
from ceasefire.agents.world import World
from ceasefire.agents.worth import precondition_cost, weight_of_later
from ceasefire.model.certificate.bench import PART, PART_OF_BELIEF, PART_OF_GUARANTEE, PART_OF_SEATS
from ceasefire.model.certificate.relaxed import (
    CELLS,
    OFFICE,
    reckon_twin,
    relax_twin,
    restore,
    version_of,
)


class Stance(NamedTuple):
    """Numbers of a relaxed side that weigh on every text alike.

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


@inlined_rule
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
def work_out_office(s: int, which: int, stand: int, twin: World, bench: Any) -> None:
    """Work out the change of office odds for one concession."""
    bench.known[s, which, stand] = True
    kept = majority_odds(s, True, bench.concession[s, stand], bench.ends[s, stand], twin)
    bench.office[s, which, stand] = kept - bench.secure[s, which]


@rule
def is_asked(words: Any, start: int, end: int) -> bool:
    """Whether any text of a block, or a neighbour of it, is asked about: eight texts at a look."""
    for word in range(start // 8, (end + 7) // 8):
        if words[word] != 0:
            return True
    return False


@inlined_rule
def weigh_block(question: Any, block: Any, stance: Any, twin: World, bench: Any) -> None:
    """Balance all texts of a block but for office; NEVER marks those that are out of the question.

    Plain loops without jumps, so that the processor works on several texts at once; the sums of
    ``draft.gain_of_keeping`` and ``draft.gain_of_resuming``.
    """
    s = question.side
    start = block[0]
    end = block[1]
    reckon_twin(question, block[2], block[3], twin, bench)
    term = twin.terms[block[2], block[3], s]
    of_second = term[0]
    of_after = term[1]
    kept = term[2]
    of_resumed = term[3]
    resumed = term[4]
    first = bench.worth[s, stance.version, 0, start:end]
    second = bench.worth[s, stance.version, 1, start:end]
    after = bench.worth[s, stance.version, 2, start:end]
    home = bench.home[s, start:end]
    relief = bench.relief[s, start:end]
    hard = bench.hard[s, start:end]
    balance = bench.balance[start:end]
    policy = 1.0 - stance.weight
    if bench.final[start] <= 0.0:
        for j in range(end - start):
            keep = first[j] + of_second * second[j] + of_after * after[j] + kept
            resume = first[j] + of_resumed * after[j] + resumed
            value = policy * max(keep, resume) + stance.fixed + stance.home * home[j]
            balance[j] = value + stance.relief * relief[j]
        return
    # Signing to resume is no acceptance; as a bound it is let pass.
    slack = 1.0e18 if question.bound else 0.0
    for j in range(end - start):
        keep = first[j] + of_second * second[j] + of_after * after[j] + kept
        resume = first[j] + of_resumed * after[j] + resumed
        keep -= stance.unmet * hard[j]
        value = policy * keep + stance.fixed + stance.home * home[j]
        value += stance.relief * relief[j] + stance.ends
        balance[j] = value if keep + slack >= resume else NEVER
    if stance.barred:
        for j in range(end - start):
            if hard[j] > 0.0:
                balance[j] = NEVER


@rule
def answer(question: Any, stance: Any, twin: World, taken: Any, words: Any, bench: Any) -> None:
    """Answer as ``leader.weigh`` does, or, as a bound, with which texts a side could accept.

    Every relaxation but those that bear on belief only ever adds to a balance, and a balance is
    linear in belief. So a text that a side does not take with all its members relaxed, whatever
    resuming is worth, with the belief as it stands or relaxed as well, it does not take with any.

    Args:
        question: What is asked (``QUESTION``).
        stance: What weighs on every text alike.
        twin: The relaxed world.
        taken: Texts that are asked about; of these, those accepted stay (texts).
        words: The same memory, eight texts to a word.
        bench: Room for asking.
    """
    s = question.side
    counts = stance.counts and not question.bound
    # No text does more for office than to make sure of it.
    least = 0.0 - stance.weight * stance.insecure if stance.counts else 0.0
    for b in range(len(bench.blocks)):
        block = bench.blocks[b]
        if not is_asked(words, block[0], block[1]):
            continue
        asked = taken[block[0] : block[1]]
        weigh_block(question, block, stance, twin, bench)
        balance = bench.balance[block[0] : block[1]]
        for j in range(len(asked)):
            asked[j] = asked[j] & (balance[j] >= least)
        if not counts or not is_asked(words, block[0], block[1]):
            continue
        office = bench.office[s, stance.which]
        known = bench.known[s, stance.which]
        stand = bench.stand[s, block[0] : block[1]]
        for j in range(len(asked)):
            if asked[j]:
                # Once for each version; looked up here, as calls that pass worlds cost time.
                if not known[stand[j]]:
                    work_out_office(s, stance.which, stand[j], twin, bench)
                asked[j] = balance[j] + stance.weight * office[stand[j]] >= 0.0


@rule
def note(question: Any, stance: Any, twin: World, bench: Any, noted: Any) -> None:
    """Note the numbers that answers follow from, so that two ways of relaxing can be compared."""
    s = question.side
    me = twin.belligerents[s]
    for place in range(len(noted)):
        noted[place] = 0.0
    place = 0
    for d in range(twin.terms.shape[0]):
        for g in range(twin.terms.shape[1]):
            reckon_twin(question, d, g, twin, bench)
            for i in range(twin.terms.shape[3]):
                noted[place] = twin.terms[d, g, s, i]
                place += 1
    noted[place] = stance.fixed
    noted[place + 1] = stance.home
    noted[place + 2] = stance.relief
    noted[place + 3] = stance.ends
    noted[place + 4] = stance.unmet
    noted[place + 5] = 1.0 if stance.barred else 0.0
    noted[place + 6] = me.war_value
    if stance.counts:
        noted[place + 7] = me.majority
        for i in range(len(twin.parties)):
            party = twin.parties[i]
            if party.side == s:
                noted[place + 8] += party.tolerance
                noted[place + 9] += party.net_credibility
                noted[place + 10] += party.net_life


@rule
def start_anew(world: World, twin: World, bench: Any) -> None:
    """Forget the world asked about before, and work out what depends on this one alone."""
    restore(-1, world, twin)
    bench.touched[0] = 0
    for version in range(PART_OF_GUARANTEE + 1):
        bench.strengthened[version] = False
    for s in range(2):
        me = world.belligerents[s]
        for version in range(PART + 1):
            bench.summed[s, version] = False
        for version in range(PART_OF_BELIEF + 1):
            for d in range(len(world.grid.durations)):
                for g in range(len(world.grid.guarantees)):
                    bench.believed[s, version, d, g] = False
        for which in range(PART_OF_SEATS + 1):
            bench.secure[s, which] = -1.0
            for stand in range(bench.known.shape[2]):
                bench.known[s, which, stand] = False
        if me.majority > 0:
            bench.secure[s, 0] = majority_odds(s, False, 0.0, 0.0, world)
        bench.assured[s] = assurance_given(
            s, me, world.mediators, world.channels, world.talks, world.switches
        )
        for d in range(len(world.grid.durations)):
            bench.discount[s, d] = weight_of_later(me, world.grid.durations[d].weeks)
        for text in range(len(world.grid.texts)):
            bench.home[s, text] = share_returned(s, text, world)
            bench.relief[s, text] = relief_brought(s, text, world)


@rule
def ask(
    s: int,
    members: int,
    share: float,
    bound: bool,
    taken: Any,
    words: Any,
    world: World,
    twin: World,
    bench: Any,
) -> None:
    """Ask a side about texts in the world relaxed in one way.

    Args:
        s: The side.
        members: What is relaxed, as bits.
        share: By which share of their ranges, 0 to 1.
        bound: Whether to ask only which texts it *could* take with any of the members (``answer``).
        taken: Texts that are asked about; of these, those accepted stay (texts).
        words: The same memory, eight texts to a word.
        world: The world just after its answers.
        twin: The world that is relaxed in its place.
        bench: Room for asking.
    """
    question = bench.question[0]
    question.side = s
    question.members = members
    question.share = share
    question.bound = bound
    relax_twin(question, taken, world, twin, bench)
    answer(question, look_at(question, twin, bench), twin, taken, words, bench)


@rule
def ask_for_notes(s: int, members: int, noted: Any, world: World, twin: World, bench: Any) -> None:
    """Note what the answers of a side follow from with members relaxed all the way (``note``)."""
    question = bench.question[0]
    question.side = s
    question.members = members
    question.share = 1.0
    question.bound = False
    relax_twin(question, bench.nothing, world, twin, bench)
    note(question, look_at(question, twin, bench), twin, bench, noted)
