"""A world relaxed in the place of the real one: its twin, relaxed anew for every question.

What a text is worth is tabulated by issue and added up once; what a relaxation changes besides are
the weights of these sums. Whatever a question's members leave alone is not worked out again.
"""

from typing import Any

from ceasefire.agents.commitment import belief, guarantee_strength, sanctions
from ceasefire.agents.reckoning import weigh_parts
from ceasefire.agents.rules import inlined_rule, rule
from ceasefire.agents.world import World
from ceasefire.agents.worth import resumption_cost, tabulate, total, war_value
from ceasefire.model.certificate.bench import PART, PART_OF_BELIEF, PART_OF_GUARANTEE
from ceasefire.model.certificate.constraints import GUARANTEE_MEMBER, Constraint, relax

OFFICE = (int(Constraint.TOLERANCE), int(Constraint.SEATS), int(Constraint.SAFETY_NET))
CELLS = (int(Constraint.PRECONDITION), int(Constraint.LEVERAGE))
BELIEF = (int(Constraint.TRUST), int(Constraint.MEMORY), int(Constraint.AIMS))


def _either(*constraints: Constraint) -> int:
    """Members of either side, as bits."""
    return sum(0b11 << 2 * int(one) for one in constraints)


IN_CAPTIVES = _either(Constraint.LEVERAGE)
IN_PARTIES = _either(Constraint.TOLERANCE, Constraint.SAFETY_NET)
IN_PATRONAGES = _either(Constraint.CONDITIONS, Constraint.RESOLVE)
IN_BLOCS = _either(Constraint.PUBLIC)
IN_GUARANTORS = 1 << GUARANTEE_MEMBER
"""Members whose relaxation writes into each list; all may write into the belligerents."""


@rule
def copy_records(source: Any, target: Any) -> None:
    """Copy all records of a list into another of the same length."""
    for i in range(len(source)):
        target[i] = source[i]


@rule
def restore(members: int, world: World, twin: World) -> None:
    """Undo in the twin what relaxing some members wrote (all lists, for all members)."""
    copy_records(world.belligerents, twin.belligerents)
    if members & IN_CAPTIVES:
        copy_records(world.captives, twin.captives)
    if members & IN_PARTIES:
        copy_records(world.parties, twin.parties)
    if members & IN_PATRONAGES:
        copy_records(world.patronages, twin.patronages)
    if members & IN_BLOCS:
        copy_records(world.blocs, twin.blocs)
    if members & IN_GUARANTORS:
        copy_records(world.guarantors, twin.guarantors)


@rule
def version_of(question: Any, constraints: Any, part: int) -> int:
    """Number the ways of relaxing some constraints of the side asked: none, all the way, a part."""
    version = 0
    for i in range(len(constraints)):
        if (question.members >> (2 * constraints[i] + question.side)) & 1 == 1:
            version |= 1 << i
    return part if version > 0 and question.share < 1.0 else version


@rule
def version_of_guarantee(question: Any) -> int:
    """Number the ways of relaxing the guarantee."""
    if (question.members >> GUARANTEE_MEMBER) & 1 == 0:
        return 0
    return PART_OF_GUARANTEE if question.share < 1.0 else 1


@rule
def version_of_belief(question: Any) -> int:
    """Number the ways of relaxing what belief depends on; the guarantee is both sides'."""
    version = version_of(question, BELIEF, PART_OF_BELIEF)
    if (question.members >> GUARANTEE_MEMBER) & 1 == 0:
        return version
    return PART_OF_BELIEF if question.share < 1.0 else version + 8


@inlined_rule
def relax_twin(question: Any, taken: Any, world: World, twin: World, bench: Any) -> None:
    """Make the twin the world relaxed as a question says, ready for the side that is asked."""
    restore(bench.touched[0], world, twin)
    bench.touched[0] = question.members
    s = question.side
    for member in range(s, GUARANTEE_MEMBER, 2):
        if (question.members >> member) & 1 == 1:
            relax(member, question.share, bench.limits, twin)
    if (question.members >> GUARANTEE_MEMBER) & 1 == 1:
        relax(GUARANTEE_MEMBER, question.share, bench.limits, twin)
    me = twin.belligerents[s]
    me.war_value = war_value(s, twin)
    question.resumed = me.war_value - resumption_cost(me, twin.switches)
    guarantee = version_of_guarantee(question)
    if not bench.strengthened[guarantee]:
        for g in range(len(twin.grid.guarantees)):
            level = twin.grid.guarantees[g]
            bench.strength[guarantee, g] = guarantee_strength(level, twin.guarantors, twin.switches)
        bench.strengthened[guarantee] = guarantee != PART_OF_GUARANTEE
    version = version_of(question, CELLS, PART)
    if version == PART or not bench.summed[s, version]:
        tabulate(s, twin)
        cell = twin.grid.cell
        for text in range(len(cell)):
            # A version is for all questions to come, a part of the way for this one alone.
            if version == PART and not taken[text]:
                continue
            for part in range(3):
                bench.worth[s, version, part, text] = total(s, text, part, twin.tables, cell)
        bench.summed[s, version] = version != PART


@inlined_rule
def reckon_twin(question: Any, d: int, g: int, twin: World, bench: Any) -> None:
    """Write what a relaxed side gains besides the cells, as ``reckoning.reckon_side`` does.

    For one duration and guarantee, without reluctance, and with belief worked out once for each way
    of relaxing it.
    """
    s = question.side
    grid = twin.grid
    switches = twin.switches
    me = twin.belligerents[s]
    strength = bench.strength[version_of_guarantee(question), g]
    version = version_of_belief(question)
    if not bench.believed[s, version, d, g]:
        bench.belief[s, version, d, g] = belief(
            me, twin.belligerents[1 - s], grid.durations[d], strength, bench.assured[s], switches
        )
        bench.believed[s, version, d, g] = version != PART_OF_BELIEF
    weigh_parts(
        twin.terms[d, g, s],
        bench.belief[s, version, d, g],
        bench.discount[s, d],
        me.war_value,
        question.resumed,
        sanctions(me, strength) if switches.lock_in else 0.0,
        0.0,
        switches,
    )
