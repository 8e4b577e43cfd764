"""Carrying out the deal in force: phases, exchanges, boundaries, and how a truce ends."""

import math

from ceasefire.agents.chance import Decision, uniform
from ceasefire.agents.deal import PRISONERS, RELEASE
from ceasefire.agents.leader import goes_on
from ceasefire.agents.rules import chance_in_step, rule, share_of_step
from ceasefire.agents.standing import remember_resumption, trust_after_breach, trust_after_kept
from ceasefire.agents.talks import judge
from ceasefire.agents.world import World
from ceasefire.agents.worth import tabulate, war_value

IN_FORCE, LAPSED, BROKEN, ENDED_WAR, CUT_OFF = range(5)
NOBODY, BOTH = -1, 2


@rule
def plan_releases(text: int, everyone: bool, world: World) -> None:
    """Set how many captives of each group, in persons, are due in the phase that begins.

    The text's share of those living, rounded, or everyone.
    """
    grid = world.grid
    for g in range(len(world.captives)):
        group = world.captives[g]
        group.due = 0
        for i in range(len(grid.issues)):
            if grid.issues[i].kind != RELEASE:
                continue
            if group.holder == grid.issues[i].giver and group.origin == grid.issues[i].receiver:
                share = grid.amount[i, grid.level[text, i], group.category]
                group.due = int(math.floor(share * group.living + 0.5))
        if everyone:
            group.due = group.living


@rule
def begin_truce(world: World) -> None:
    """Begin phase one of the signed text at the end of the week."""
    talks = world.talks
    war = world.war
    talks.phase = 1
    talks.weeks_in_phase = 0.0
    talks.extended = 0
    war.fighting = False
    row = world.truces[talks.truces]
    row.started = war.week + war.step
    row.text = talks.deal
    row.phase = 1
    talks.truces += 1
    plan_releases(talks.deal, False, world)


@rule
def exchange(weeks_left: float, world: World) -> None:
    """Return this week's share of the captives due, for prisoners at the text's rate.

    ``due * step / weeks left`` persons, rounded, and the text's prisoners for each. A holder's
    reputation gains ``reputation_speed * stigma * returned / held at the start`` of what it lacks
    (rule 19; the article, claim C43).
    """
    talks = world.talks
    grid = world.grid
    row = world.truces[talks.truces - 1]
    share = min(1.0, world.war.step / weeks_left) if weeks_left > 0.0 else 1.0
    for g in range(len(world.captives)):
        group = world.captives[g]
        number = min(int(math.floor(group.due * share + 0.5)), group.living)
        if number <= 0:
            continue
        group.due -= number
        group.living -= number
        group.released += number
        row.released += number
        freed = 0.0
        for i in range(len(grid.issues)):
            if grid.issues[i].kind != PRISONERS:
                continue
            release = grid.issues[i].release
            if (
                group.holder == grid.issues[release].giver
                and group.origin == grid.issues[release].receiver
            ):
                freed += grid.amount[i, grid.level[talks.deal, i], group.category] * number
        row.prisoners += int(math.floor(freed + 0.5))
        if world.switches.reputation and group.initial > 0:
            holder = world.belligerents[group.holder]
            shown = holder.reputation_speed * group.stigma * number / group.initial
            holder.reputation += (1.0 - holder.reputation) * min(1.0, shown)


@rule
def end_truce(cause: int, resumed_by: int, world: World) -> None:
    """End the truce and resume the war; who sees the other resume remembers it (rule 4).

    A side that sees the other break a truce loses a share ``trust_loss`` of its trust (rule 19).
    """
    talks = world.talks
    row = world.truces[talks.truces - 1]
    row.cause = cause
    row.resumed_by = resumed_by
    row.phase = talks.phase
    for s in range(2):
        me = world.belligerents[s]
        by_the_other = resumed_by == BOTH or resumed_by == 1 - s
        if by_the_other:
            remember_resumption(s, world)
        if by_the_other and cause == BROKEN and world.switches.trust:
            me.trust = trust_after_breach(me.trust, me.trust_loss)
    for g in range(len(world.captives)):
        world.captives[g].due = 0
    talks.deal = -1
    talks.phase = 0
    talks.weeks_in_phase = 0.0
    world.war.fighting = True


@rule
def incident(world: World) -> bool:
    """Whether an incident breaks the truce this week: the rarer the more the sides trust.

    The hazard, per week, is ``incident_rate * (1 - the lower of both sides' trust)``.
    """
    first = world.belligerents[0]
    second = world.belligerents[1]
    distrust = 1.0 - min(first.trust, second.trust)
    hazard = world.talks.incident_rate * distrust
    # The draw belongs to the front line, not to a side, hence the key 0.
    draw = uniform(world.war.seed, world.war.tick, 0, Decision.INCIDENT)
    return draw < chance_in_step(hazard, world.war.step)


@rule
def boundary(world: World) -> None:
    """Rule 5. The phase has run its course: each side goes on or resumes, at the same time.

    ``leader.goes_on`` decides for each (Walter 1997). If nobody resumes, a text that ends the war
    enters phase two, and a pause is extended by its own length as often as the case allows and
    while captives are due; else the war goes on. A pause that ends so has lapsed, a text that ends
    the war is broken.
    """
    talks = world.talks
    text = talks.deal
    judge(world)
    for s in range(2):
        world.belligerents[s].war_value = war_value(s, world)
        tabulate(s, world)
    first = goes_on(0, text, world)
    second = goes_on(1, text, world)
    resumed_by = NOBODY
    if not first and not second:
        resumed_by = BOTH
    elif not first:
        resumed_by = 0
    elif not second:
        resumed_by = 1
    if world.grid.texts[text].ends > 0.0:
        if resumed_by != NOBODY:
            end_truce(BROKEN, resumed_by, world)
            return
        talks.phase = 2
        talks.weeks_in_phase = 0.0
        world.truces[talks.truces - 1].phase = 2
        plan_releases(text, True, world)
        return
    plan_releases(text, False, world)
    due = 0
    for g in range(len(world.captives)):
        due += world.captives[g].due
    if resumed_by == NOBODY and talks.extended < talks.extensions and due > 0:
        talks.extended += 1
        talks.weeks_in_phase = 0.0
        return
    end_truce(LAPSED, resumed_by, world)


@rule
def carry_out(world: World) -> None:
    """One week of the deal in force, or the first day of one that was signed this week.

    An exchange, a week's gain of trust on both sides (rule 19), perhaps an incident; at the end of
    phase one the boundary, at the end of phase two the end of the war.
    """
    talks = world.talks
    if talks.deal < 0:
        return
    if talks.phase == 0:
        begin_truce(world)
        return
    grid = world.grid
    step = world.war.step
    length = (
        grid.texts[talks.deal].weeks if talks.phase == 1 else grid.texts[talks.deal].weeks_second
    )
    exchange(length - talks.weeks_in_phase, world)
    talks.weeks_in_phase += step
    world.truces[talks.truces - 1].weeks += step
    if world.switches.trust:
        for s in range(2):
            me = world.belligerents[s]
            me.trust = trust_after_kept(me.trust, share_of_step(me.trust_gain, step))
    if incident(world):
        end_truce(BROKEN, BOTH, world)
    elif talks.weeks_in_phase >= length - 0.5 * step:
        if talks.phase == 1:
            boundary(world)
        elif world.war.outcome == 0:
            world.war.outcome = 1
            world.truces[talks.truces - 1].cause = ENDED_WAR
