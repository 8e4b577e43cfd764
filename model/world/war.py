"""The war itself: toll, hunger, captives, capability and arms."""

from typing import Any

from ceasefire.agents.chance import Decision, logistic_deviate, uniform, whole_number
from ceasefire.agents.deal import RELIEF
from ceasefire.agents.rules import chance_in_step, rule, share_of_step
from ceasefire.agents.world import World


@rule
def toll_rate(
    effort: float, lethality: float, residual: float, capability: float, floor: float
) -> float:
    """Rule 1. Deaths per week among a side's people at the foe's effort.

    ``effort * (residual + (lethality - residual) * max(0, capability - floor) / (1 - floor))``,
    effort and capability from 0 to 1, the rest in deaths per week: it falls as what is fought over
    is worn down, as the weekly series does (evidence series). No effort, no toll.
    """
    left = (capability - floor) / (1.0 - floor) if floor < 1.0 else 0.0
    return effort * (residual + (lethality - residual) * max(0.0, left))


@rule
def worn_down(
    capability: float, floor: float, degradation: float, effort: float, step: float
) -> float:
    """Rule 1. Capability, 0 to 1, after a step of the foe's effort; it never crosses its floor.

    ``floor + (capability - floor) * (1 - degradation * effort) ** step``, the degradation per week,
    the step in weeks (evidence series; the floor after the article, claim C34).
    """
    if capability <= floor:
        return capability
    return floor + (capability - floor) * (1.0 - share_of_step(degradation * effort, step))


@rule
def next_stock(
    stock: float, delivered: float, production: float, use: float, effort: float
) -> float:
    """Rule 2. Arms after a step, in weeks of full effort; never below zero.

    ``stock + flow * (1 - withheld) + production - use * effort``, each for the step, with
    ``delivered`` the flow that was not withheld: use follows operations, not the toll (the article,
    claims C66 and C67).
    """
    return max(0.0, stock + delivered + production - use * effort)


@rule
def arms_squeeze(stock: float, need: float) -> float:
    """Rule 2. Shortfall that the army feels, ``max(0, 1 - stock / need)``, 0 to 1.

    Stock and need in weeks of full effort (the article, claim C67).
    """
    return max(0.0, 1.0 - stock / need)


@rule
def order_effort(s: int, world: World) -> None:
    """Rules 1 and 2. War effort of side ``s`` this week, 0 to 1, and the arms it uses.

    ``effort * (1 - 0.5 * squeeze)`` with the squeeze of the week before, so that the toll falls
    with depleted arms; 0 in a truce. Stock and squeeze are then brought up to date (``next_stock``,
    ``arms_squeeze``), and the lasting squeeze follows at ``1 / squeeze_memory`` per week (the
    article, claim C67).
    """
    me = world.belligerents[s]
    step = world.war.step
    me.effort_now = 0.0
    if world.war.fighting:
        me.effort_now = me.effort
        if world.switches.arms_squeeze:
            # An army fights on with what it has: short of arms it does less.
            me.effort_now = me.effort * (1.0 - 0.5 * me.squeeze)
    delivered = 0.0
    for i in range(len(world.patronages)):
        tie = world.patronages[i]
        if tie.client == s:
            delivered += tie.arms_flow * (1.0 - tie.withheld_now)
    stock = next_stock(
        me.arms_stock,
        delivered * step,
        me.arms_production * step,
        me.arms_use * step,
        me.effort_now,
    )
    me.arms_stock = min(stock, me.arms_room)
    me.squeeze = 0.0
    if world.switches.arms_squeeze:
        me.squeeze = arms_squeeze(me.arms_stock, me.arms_need)
    rate = min(1.0, 1.0 / me.squeeze_memory)
    me.squeeze_lasting += (me.squeeze - me.squeeze_lasting) * share_of_step(rate, step)


@rule
def conceded_share(leverage_weight: float, felt: float, cost: float) -> float:
    """Rule 14. Share of a small concession on aid that a pressed side makes, 0 to 1.

    ``min(1, leverage_weight * felt / cost)``: pressure is weighted as when it is for an end of
    the war, and set against what letting aid in costs, both in utility. So an explicit condition
    that bought more aid within days (4 April 2024) also bounds what other pressure can do.
    """
    pressed = leverage_weight * felt
    if pressed <= 0.0:
        return 0.0
    return min(1.0, pressed / cost) if cost > 0.0 else 1.0


@rule
def suffer(me: Any, foe: Any, aid: float, war: Any, switches: Any) -> None:
    """Rule 1. What a week of the foe's effort does to a side: dead, capability, aid, hunger.

    Dead per week: ``toll_rate * max(0, 1 + toll_noise * logistic deviate)``. Capability, 0 to 1, is
    worn down in war (``worn_down``) and in a truce closes its gap to 1 at ``recovery`` per week.
    Aid, trucks a day, is what comes in during the war, with what the pressed foe concedes, or what
    the deal brings if that is more, up to the need. Hunger, 0 to 1, follows ``1 - aid / need`` at
    ``hunger_rate`` per week (evidence series; the article, claims C06 and C07).

    Args:
        me: The side.
        foe: The other side.
        aid: Aid that the deal in force brings, trucks a day.
        war: Clock and seed.
        switches: Which mechanisms are on.
    """
    step = war.step
    expected = toll_rate(
        foe.effort_now, foe.lethality, foe.lethality_residual, me.capability, me.capability_floor
    )
    chance = logistic_deviate(uniform(war.seed, war.tick, me.key, Decision.TOLL))
    me.toll_rate = expected * max(0.0, 1.0 + war.toll_noise * chance)
    me.toll += me.toll_rate * step
    if war.fighting:
        me.war_toll_rate = me.toll_rate
    if switches.attrition and war.fighting:
        me.capability = worn_down(
            me.capability, me.capability_floor, foe.degradation, foe.effort_now, step
        )
    elif switches.attrition:
        me.capability += (1.0 - me.capability) * share_of_step(me.recovery, step)
    conceded = conceded_share(foe.leverage_weight, foe.felt_relief, foe.relief_cost)
    me.aid_now = min(me.aid_need, me.aid + me.aid_concession * conceded)
    me.aid_now = max(me.aid_now, min(me.aid_need, aid))
    if me.aid_need > 0.0:
        lacking = 1.0 - me.aid_now / me.aid_need
        me.hunger += (lacking - me.hunger) * share_of_step(me.hunger_rate, step)
    if war.fighting:
        me.weeks_without_plan += step


@rule
def aid_in_deal(s: int, world: World) -> float:
    """Aid that the deal in force brings to the people of side ``s``, trucks a day."""
    if world.talks.phase == 0:
        return 0.0
    grid = world.grid
    aid = 0.0
    for i in range(len(grid.issues)):
        if grid.issues[i].kind == RELIEF and grid.issues[i].receiver == s:
            aid += grid.amount[i, grid.level[world.talks.deal, i], 0]
    return aid


@rule
def captive_death_risk(quiet: float, bombing: float, toll: float, reference: float) -> float:
    """Rule 1. Hazard of death in captivity, per week, higher under bombing, at most 1.

    ``min(1, quiet + bombing * toll / reference)``: the first two per week, toll and reference in
    deaths per week (evidence series of captives; the article, claim C41).
    """
    return min(1.0, quiet + bombing * toll / reference)


@rule
def keep_captives(group: Any, holder: Any, origin: Any, war: Any, switches: Any) -> None:
    """Rule 1. One week of a group of captives: some die, some are freed by force, in persons.

    Whole numbers with the means ``living * (1 - exp(-hazard * step))``, the hazard from
    ``captive_death_risk``, and ``rescue_rate * effort * step``, with the effort of the side whose
    people they are (evidence series of captives; the article, claim C41).
    """
    if not switches.captive_deaths or group.living <= 0:
        return
    risk = captive_death_risk(
        group.death_risk, group.bombing_risk, holder.toll_rate, holder.toll_reference
    )
    # A hazard, so that half steps make one whole step.
    expected = group.living * chance_in_step(risk, war.step)
    died = whole_number(expected, uniform(war.seed, war.tick, group.key, Decision.CAPTIVE_DEATH))
    died = min(died, group.living)
    group.living -= died
    group.dead += died
    group.died += died
    freed = whole_number(
        group.rescue_rate * origin.effort_now * war.step,
        uniform(war.seed, war.tick, group.key, Decision.RESCUE),
    )
    freed = min(freed, group.living)
    group.living -= freed
    group.rescued += freed
