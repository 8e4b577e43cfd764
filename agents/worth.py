"""What a text, and going on with the war, is worth to a side."""

import math
from typing import Any

from ceasefire.agents.deal import DISSOLUTION, DURATION, PRISONERS, RELEASE, RELIEF, WITHDRAWAL
from ceasefire.agents.rules import rule
from ceasefire.agents.world import World


@rule
def saturating(stock: float, ceiling: float, half: float) -> float:
    """Worth of a stock that saturates, in utility: ``ceiling * stock / (stock + half)``.

    Concave, so with a large stock a small part of it is cheap to give (diminishing returns; applied
    to captives as leverage, claims C17 and C44). Stock and ``half`` are in one unit, persons or
    weeks; ``half`` must be above zero.
    """
    return ceiling * stock / (stock + half)


@rule
def prospects(belief: float, win: float, lose: float) -> float:
    """Rule 9. Worth of going on with the war: a gamble, ``pi * S_win + (1 - pi) * S_lose``.

    In utility; ``pi`` is the leader's belief in victory, 0 to 1. Policy only: what defeat costs in
    office is counted by the leader, not here. A leader for whom settling is as bad as losing goes
    on for any hope at all (Downs and Rocke 1994).
    """
    return belief * win + (1.0 - belief) * lose


@rule
def precondition_cost(me: Any, other: Any, switches: Any) -> float:
    """Rule 10. Cost of ending the war before the other side is as weak as was promised.

    ``kappa * max(0, capability - threshold)`` in utility, capability from 0 to 1; nothing once the
    threshold is met or with the mechanism off (the article, claims C25 and C36). The absolute form
    is ``leader.ruled_out``.
    """
    if not switches.precondition:
        return 0.0
    return me.precondition * max(0.0, other.capability - me.precondition_threshold)


@rule
def held(group: Any, me: Any, switches: Any, released: int) -> float:
    """Rule 3. Worth of captives to their holder, in utility, once ``released`` of a group are gone.

    With ``n`` persons left, ``leverage * n / (n + half) - holding_cost * n - image_weight * (1 -
    reputation) * stigma * n / held at the start``: leverage that saturates, less what it costs to
    keep them and what it costs the image of one who keeps people the world pities (Fearon 1995; the
    article, claims C42 to C45).
    """
    left = float(group.living - released)
    worth = -group.holding_cost * left
    if switches.leverage_of_captives:
        worth += saturating(left, group.leverage, group.half_leverage)
    if group.initial > 0:
        worth -= me.image_weight * (1.0 - me.reputation) * group.stigma * left / group.initial
    return worth


@rule
def war_value(s: int, world: World) -> float:
    """Rule 3. Worth of going on with the war for side ``s``: a listed sum, in utility.

    ``prospects + held - plight_weight * worth * own people held - toll_weight * toll rate /
    reference - hunger_weight * hunger``: prospects (rule 9), captives held (``held``), its own
    people in captivity, the toll at its present rate, and hunger, 0 to 1 (Fearon 1995; the list
    follows the article's accounts). The toll so far counts in ``resumption_cost``, publics in
    ``leader.pressures``.
    """
    me = world.belligerents[s]
    value = me.lose_value
    if world.switches.prospects:
        value = prospects(me.belief_victory, me.win_value, me.lose_value)
    for g in range(len(world.captives)):
        group = world.captives[g]
        if group.holder == s:
            value += held(group, me, world.switches, 0)
        if group.origin == s:
            value -= me.plight_weight * group.worth * group.living
    value -= me.toll_weight * me.war_toll_rate / me.toll_reference
    return value - me.hunger_weight * me.hunger


@rule
def resumption_cost(me: Any, switches: Any) -> float:
    """Rule 3. What it costs a side's people if a pause ends in renewed war, in utility.

    ``future_toll_weight + stake_weight * log10(1 + toll / reference)``: dread of the toll that
    returns, at the reference rate, and, with the toll so far, regret over dead for whom nothing was
    gained, per tenfold of a week's reference toll (the article, claims C19 and C50).
    """
    cost = me.future_toll_weight
    if switches.stakes:
        cost += me.stake_weight * math.log10(1.0 + me.toll / me.toll_reference)
    return cost


@rule
def released_by(group: Any, share: float) -> int:
    """Captives of a group, in persons, who return when a text asks for a share of the living."""
    return int(math.floor(share * group.living + 0.5))


@rule
def respite(me: Any, weeks: float) -> float:
    """Rule 3. Worth of some weeks without the toll at its present rate, in utility.

    ``respite_weight * weeks / (weeks + half) * toll rate / reference``. It saturates: the first
    week in which the dead can be buried and food comes in is worth more than the sixth (the
    article, claim C46).
    """
    calm = saturating(weeks, me.respite_weight, me.respite_half)
    return calm * me.war_toll_rate / me.toll_reference


@rule
def tabulate(s: int, world: World) -> None:
    """Rule 3. Write what every cell of the grid is worth to side ``s`` into ``world.tables``.

    Three numbers a cell, in utility: worth during phase one (``v1``), worth once the rest happens
    (``v2``), and change of the worth of war if it resumes after phase one (of ``w'``). Worths add
    up over issues, so a search of the grid is additions:

    - duration: ``respite``; worth of peace, in a text without a promise of it less an unmet
      precondition; momentum lost per week of pause;
    - release: leverage given up (``held``), own people back; in ``w'`` only, as peace returns all;
    - prisoners: ``prisoner_gain * n / (n + half)`` to who receives, a cost per 1,000 to who gives;
    - withdrawal, dissolution, relief: their weight times the share, demand or need that is met; of
      a withdrawal a part lasts if war resumes.

    (Fearon 1995, 2004; Powell 2006; what is listed follows the article's accounts.)
    """
    grid = world.grid
    me = world.belligerents[s]
    other = world.belligerents[1 - s]
    switches = world.switches
    unmet = precondition_cost(me, other, switches)
    for c in range(len(grid.cells)):
        issue = grid.cells[c].issue
        level = grid.cells[c].level
        kind = grid.issues[issue].kind
        gives = grid.issues[issue].giver == s
        takes = grid.issues[issue].receiver == s
        first = 0.0
        second = 0.0
        after = 0.0
        if kind == DURATION:
            weeks = grid.amount[issue, level, 0]
            first = respite(me, weeks)
            # Lost momentum matters to those who go back to war.
            after = -me.pause_cost * weeks
            # A text that promises an end pays for an unmet precondition when it is signed.
            second = me.peace_value - unmet * (1.0 - grid.amount[issue, level, 2])
        elif kind == RELEASE:
            for g in range(len(world.captives)):
                group = world.captives[g]
                if (
                    group.holder != grid.issues[issue].giver
                    or group.origin != grid.issues[issue].receiver
                ):
                    continue
                number = released_by(group, grid.amount[issue, level, group.category])
                if gives:
                    after += held(group, me, switches, number)
                    after -= held(group, me, switches, 0)
                if takes:
                    after += me.plight_weight * group.worth * number
        elif kind == PRISONERS:
            paid = 0.0
            whole = 0.0
            release = grid.issues[issue].release
            for g in range(len(world.captives)):
                group = world.captives[g]
                if (
                    group.holder != grid.issues[release].giver
                    or group.origin != grid.issues[release].receiver
                ):
                    continue
                rate = grid.amount[issue, level, group.category]
                share = grid.amount[release, grid.cells[c].release, group.category]
                paid += rate * released_by(group, share)
                whole += rate * group.living
            if takes:
                first = saturating(paid, me.prisoner_gain, me.prisoner_half)
                second = saturating(whole, me.prisoner_gain, me.prisoner_half) - first
            if gives:
                first -= me.prisoner_cost * paid / 1000.0
                second -= me.prisoner_cost * (whole - paid) / 1000.0
        elif kind == WITHDRAWAL:
            early = grid.amount[issue, level, 0]
            by_the_end = grid.amount[issue, level, 1]
            if gives:
                after -= me.ground_value * me.ground_lasting * early
                second -= me.ground_value * by_the_end
            if takes:
                after += me.ground_gain * me.ground_lasting * early
                second += me.ground_gain * by_the_end
        elif kind == DISSOLUTION:
            demand = grid.amount[issue, level, 0]
            if gives:
                second -= me.dissolution_cost * demand
            if takes:
                second += me.dissolution_gain * demand
        elif kind == RELIEF:
            if takes and me.aid_need > 0.0:
                fed = min(1.0, grid.amount[issue, level, 0] / me.aid_need)
                first = me.relief_gain * me.hunger * fed
                second = me.reconstruction_gain * grid.amount[issue, level, 1]
            if gives and other.aid_need > 0.0:
                first -= me.relief_cost * min(1.0, grid.amount[issue, level, 0] / other.aid_need)
        world.tables[s, c, 0] = first
        world.tables[s, c, 1] = second
        world.tables[s, c, 2] = after


@rule
def total(s: int, text: int, part: int, tables: Any, cell: Any) -> float:
    """Sum one part (0, 1 or 2 as tabulated) of a text's worth to side ``s``, in utility."""
    worth = 0.0
    for i in range(cell.shape[1]):
        worth += tables[s, cell[text, i], part]
    return worth


@rule
def war_resumed(s: int, text: int, world: World) -> float:
    """Rules 3 and 5. Worth to side ``s`` of war resumed at the boundary of a text, in utility.

    Worth of war as things stand, less ground left, momentum lost, dread and regret: as foreseen
    when the text was weighed. What was released is gone from the worth of war already.
    """
    grid = world.grid
    me = world.belligerents[s]
    worth = me.war_value - resumption_cost(me, world.switches)
    for i in range(grid.cell.shape[1]):
        c = grid.cell[text, i]
        kind = grid.issues[grid.cells[c].issue].kind
        if kind in (DURATION, WITHDRAWAL):
            worth += world.tables[s, c, 2]
    return worth


@rule
def rest_of_deal(s: int, text: int, world: World) -> float:
    """Rules 3 and 5. Worth to side ``s`` of the rest of a text at its boundary, in utility.

    All captives who are left are released for prisoners at the text's rate.
    """
    grid = world.grid
    worth = 0.0
    for i in range(grid.cell.shape[1]):
        c = grid.cell[text, i]
        worth += world.tables[s, c, 1]
        if grid.issues[grid.cells[c].issue].kind == PRISONERS:
            worth += world.tables[s, c, 0]
    return worth


@rule
def weight_of_later(me: Any, weeks: float) -> float:
    """Rule 3. Weight, 0 to 1, of what comes after a phase of so many weeks: ``exp(-rate * weeks)``.

    The rate is the side's impatience, per week (Fearon 1995).
    """
    return math.exp(-me.discount_rate * weeks)


@rule
def surplus(
    first: float, second: float, war_after: float, war: float, belief: float, discount: float
) -> float:
    """Rule 3. Gain from a phased deal, ``v1 + delta * [q * v2 + (1 - q) * w'] - w``.

    Args:
        first: Worth of phase one, in utility.
        second: Worth once the rest happens, in utility.
        war_after: Worth of war if it resumes after phase one, in utility.
        war: Worth of war now, in utility.
        belief: Belief that the rest happens, 0 to 1.
        discount: Weight of what comes after phase one, 0 to 1.

    Returns:
        The gain in utility. A side gives up leverage in phase one, so ``war_after`` may lie
        below ``war``: the commitment problem (Fearon 1995, 2004; Powell 2006).
    """
    return first + discount * (belief * second + (1.0 - belief) * war_after) - war


@rule
def required_belief(
    first: float, second: float, war_after: float, war: float, discount: float
) -> float:
    """Rule 3. Belief at which the surplus is zero; it rises as ``war_after`` falls.

    ``q* = (w - v1 - delta * w') / (delta * (v2 - w'))``, a probability where it lies between 0 and
    1 (Fearon 1995, 2004; Powell 2006). Where more belief does not help (``v2 <= w'``) it is 0 if
    the deal pays even with full belief and 2, that is never, if it does not.
    """
    gap = discount * (second - war_after)
    lacking = war - first - discount * war_after
    if gap <= 0.0:
        return 0.0 if lacking <= gap else 2.0
    return lacking / gap
