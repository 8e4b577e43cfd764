"""A round of talks: when it is called, what is tabled, what is answered, how it ends."""

import math
from typing import Any

from ceasefire.agents.belligerent import REFUSE
from ceasefire.agents.chance import Decision, logistic_deviate, uniform
from ceasefire.agents.coalition_party import offer_safety_net
from ceasefire.agents.drafting import estimated_gain
from ceasefire.agents.guarantor import decide_to_sign
from ceasefire.agents.leader import pay_for_words, speak, weigh
from ceasefire.agents.reckoning import ANY, draft, learn, ready, reckon
from ceasefire.agents.rules import chance_in_step, rule, share_of_step
from ceasefire.agents.standing import disengage
from ceasefire.agents.world import World

NOT_AT_ALL = 2.0
"""Wish of a mediator that calls no round."""


@rule
def hurting(me: Any, switches: Any) -> float:
    """Rule 18. How much a side's costs hurt, 0 to 1: toll, hunger, families, squeezed army.

    ``1 - exp(-cost)``, each cost in utility and weighted as in its worth of war or in the pressures
    on its leader: ``toll_weight * toll rate / reference + hunger_weight * hunger + family_weight *
    families + army_voice * army_link * lasting squeeze`` (Zartman 2000).
    """
    cost = me.toll_weight * me.toll_rate / me.toll_reference + me.hunger_weight * me.hunger
    if switches.families:
        cost += me.family_weight * me.families
    if switches.army_link:
        cost += me.army_voice * me.army_link * me.squeeze_lasting
    return 1.0 - math.exp(-cost)


@rule
def ripeness(hurt: float, other_hurt: float, hope: float, other_hope: float) -> float:
    """Rule 18. A mutually hurting stalemate, 0 to 1 (Zartman 2000; Pruitt 2005).

    ``min(hurt, other's) * (1 - max(hope, other's))``: both must hurt and neither may expect to win.
    Hope is belief in victory, 0 to 1.
    """
    return min(hurt, other_hurt) * (1.0 - max(hope, other_hope))


@rule
def call_rate(m: int, world: World) -> float:
    """Rule 18. Rate at which mediators call rounds because the time is ripe, per week.

    ``ripe_rate * ripeness``; ``ripe_rate`` where ripeness is switched off (Zartman 2000; Pruitt
    2005).
    """
    first = world.belligerents[0]
    second = world.belligerents[1]
    if not world.switches.ripeness:
        return world.talks.ripe_rate
    ripe = ripeness(
        hurting(first, world.switches),
        hurting(second, world.switches),
        first.belief_victory,
        second.belief_victory,
    )
    return world.talks.ripe_rate * ripe


@rule
def wish_to_call(m: int, world: World) -> float:
    """Rule 18. How soon this week mediator ``m`` would call a round: 0 to 1, or ``NOT_AT_ALL``.

    The hazard per week is ``(rare_rate + call_rate) * access``, where ``access`` is its initiative
    times, for each side, how far the channel is built, the side's trust in it and the side's
    engagement. When costs hurt and neither side is winning it calls one if it *estimates* a way
    out, which need not exist; at ``rare_rate * access`` it calls one in any case (Zartman 2000;
    Pruitt 2005). Never during a round, a truce or the gap after a round. What it returns is the
    part of its odds that its draw has used up, so that no place in the list decides who is first.
    """
    talks = world.talks
    war = world.war
    if not war.fighting or talks.open or talks.phase > 0 or talks.rounds >= len(world.rounds):
        return NOT_AT_ALL
    if war.week - talks.last_end < talks.gap:
        return NOT_AT_ALL
    mediator = world.mediators[m]
    access = mediator.initiative
    for s in range(2):
        channel = world.channels[m * 2 + s]
        access *= channel.built * channel.trust * world.belligerents[s].engagement
    rare = chance_in_step(talks.rare_rate * access, war.step)
    ripe = chance_in_step((talks.rare_rate + call_rate(m, world)) * access, war.step)
    draw = uniform(war.seed, war.tick, mediator.key, Decision.CALL_ROUND)
    if draw >= ripe:
        return NOT_AT_ALL
    if draw >= rare:
        ready(m, world)
        if draft(m, -1, 0.0, world) < 0:
            return NOT_AT_ALL
    return draw / ripe


@rule
def caller(world: World) -> int:
    """Rule 18. The mediator who calls a round this week: the first who would; -1 for none."""
    first = -1
    soonest = NOT_AT_ALL
    for m in range(len(world.mediators)):
        wish = wish_to_call(m, world)
        if wish < soonest:
            first = m
            soonest = wish
    return first


@rule
def open_round(m: int, world: World) -> None:
    """Rule 18. Open a round: its length and those who would guarantee a deal.

    ``shortest + u * (longest - shortest)`` weeks, rounded to steps, with ``u`` uniform in 0 to 1:
    the seven rounds on record to June 2024 lasted between one and a half and five weeks, with a
    mean of three.
    """
    talks = world.talks
    war = world.war
    mediator = world.mediators[m]
    talks.open = True
    talks.mediator = m
    draw = uniform(war.seed, war.tick, mediator.key, Decision.ROUND_LENGTH)
    span = talks.longest_round - talks.shortest_round
    talks.weeks_left = math.floor((talks.shortest_round + draw * span) / war.step + 0.5) * war.step
    talks.text = -1
    for i in range(len(world.guarantors)):
        decide_to_sign(world.guarantors[i], world)
    row = world.rounds[talks.rounds]
    row.started = war.week
    row.mediator = m
    talks.rounds += 1


@rule
def presented_as_own(s: int, world: World) -> bool:
    """Whether a patron has come far enough to make a text public as side ``s``'s own (C23, C58).

    It presents it as the text of the client that it arms.
    """
    for i in range(len(world.patronages)):
        tie = world.patronages[i]
        patron = world.patrons[tie.patron]
        if tie.client == s and tie.arms_flow > 0.0 and patron.stance >= patron.publish_from:
            return True
    return False


@rule
def name_author(m: int, world: World) -> None:
    """Decide whose name a first draft bears, and whether it is public.

    A patron whose stance has come far enough makes the text public, whoever mediates, and presents
    it as its client's own; where patrons of both sides do, it is the mediators'. Otherwise the side
    that is thought to gain more may own it (Fearon 1994; the article, claims C23 and C58).
    """
    talks = world.talks
    war = world.war
    talks.author = -1
    talks.public = False
    for p in range(len(world.patrons)):
        if world.patrons[p].stance >= world.patrons[p].publish_from:
            talks.public = True
    if talks.public:
        first = presented_as_own(0, world)
        if first != presented_as_own(1, world):
            talks.author = 0 if first else 1
    elif uniform(war.seed, war.tick, world.mediators[m].key, Decision.AUTHORSHIP) < (
        talks.authorship
    ):
        gain = estimated_gain(0, talks.text, world.grid, world.tables, world.terms)
        other = estimated_gain(1, talks.text, world.grid, world.tables, world.terms)
        # Sums of the same numbers in another order differ in the last digits: that is a tie.
        if gain > other + 1.0e-9:
            talks.author = 0
        elif other > gain + 1.0e-9:
            talks.author = 1


@rule
def judge(world: World) -> None:
    """Rule 6. Draw this week's misjudgement of each side, in utility.

    ``judgement_noise`` times a logistic deviate of variance one (McKelvey and Palfrey 1995). One
    draw for each calendar week, so that shorter steps give texts no further chances.
    """
    # Weeks are sums of steps: what is a hair below a whole week is one.
    calendar_week = int(world.war.week + 1.0e-6)
    for s in range(2):
        me = world.belligerents[s]
        me.judgement = 0.0
        if world.switches.judgement:
            draw = uniform(world.war.seed, calendar_week, me.key, Decision.JUDGEMENT)
            me.judgement = me.judgement_noise * logistic_deviate(draw)


@rule
def table(m: int, world: World) -> bool:
    """Table the text: both answer at the same time; returns whether both sign."""
    talks = world.talks
    text = talks.text
    first_answer = weigh(0, text, world)
    second_answer = weigh(1, text, world)
    first = world.belligerents[0]
    second = world.belligerents[1]
    first.answer = first_answer
    second.answer = second_answer
    speak(first, 0, world)
    speak(second, 1, world)
    for s in range(2):
        demand = world.grid.dissolves[text, s]
        if demand > 0.0:
            disengage(world.belligerents[s], demand, world)
    learn(m, text, world)
    log_answers(world)
    return first_answer != REFUSE and second_answer != REFUSE


@rule
def table_at_last(text: int, world: World) -> None:
    """Table one more text in a round that closes this week, in a world that has changed since."""
    talks = world.talks
    talks.tabulated = -1
    ready(talks.mediator, world)
    talks.text = text
    talks.signed = table(talks.mediator, world)


@rule
def log_answers(world: World) -> None:
    """Write the last text tabled and both answers into the log of rounds."""
    talks = world.talks
    row = world.rounds[talks.rounds - 1]
    first = world.belligerents[0]
    second = world.belligerents[1]
    row.tabled += 1
    row.text = talks.text
    row.author = talks.author
    row.public = talks.public
    row.answer_first = first.answer
    row.answer_second = second.answer
    row.spoken_first = first.spoken
    row.spoken_second = second.spoken
    row.balance_first = first.balance
    row.balance_second = second.balance
    row.surplus_first = first.surplus
    row.surplus_second = second.surplus
    row.precondition_first = first.precondition_term
    row.precondition_second = second.precondition_term
    row.office_first = first.office_term
    row.office_second = second.office_term
    row.pressure_first = first.pressure
    row.pressure_second = second.pressure
    row.judgement_first = first.judgement
    row.judgement_second = second.judgement
    row.belief_first = first.belief
    row.belief_second = second.belief


@rule
def settle_talks(world: World) -> None:
    """Close this week's talks: words that deeds contradict are paid for, a round may be over.

    After both answers and not between them, so that all texts of a week meet the same sides. A
    signed text comes into force at the end of the week.
    """
    talks = world.talks
    for s in range(2):
        pay_for_words(world.belligerents[s], world.belligerents[1 - s], world.switches)
    if not talks.closing:
        return
    row = world.rounds[talks.rounds - 1]
    row.ended = world.war.week + world.war.step
    row.signed = talks.signed
    talks.closing = False
    talks.open = False
    talks.last_end = world.war.week + world.war.step
    if not talks.signed:
        return
    talks.signed = False
    talks.deal = talks.text
    for i in range(len(world.parties)):
        offer_safety_net(world.parties[i], world)


@rule
def build_channels(m: int, mediator: Any, channels: Any, step: float) -> None:
    """Rule 18. Channels take time to build; estimates fade, in a round as outside one.

    ``built' = built + (1 - built) * share_of_step(build_rate)``, 0 to 1; reluctances, in utility,
    lose a share ``forgetting`` per week (Pruitt 2005).
    """
    for s in range(2):
        channel = channels[m * 2 + s]
        channel.built += (1.0 - channel.built) * share_of_step(channel.build_rate, step)
        fading = share_of_step(mediator.forgetting, step)
        channel.reluctance_pause -= channel.reluctance_pause * fading
        channel.reluctance_end -= channel.reluctance_end * fading


@rule
def hold_round(m: int, world: World) -> None:
    """One week of a round: a draft, both answers, an amendment, both answers again."""
    talks = world.talks
    ready(m, world)
    judge(world)
    fresh = talks.text < 0
    text = draft(m, talks.text, 0.0, world)
    talks.text = text if text >= 0 else draft(m, talks.text, ANY, world)
    if fresh:
        name_author(m, world)
    signed = table(m, world)
    if not signed:
        reckon(m, world)
        text = draft(m, talks.text, ANY, world)
        if text != talks.text:
            talks.text = text
            signed = table(m, world)
    talks.weeks_left -= world.war.step
    talks.signed = signed
    talks.closing = signed or talks.weeks_left <= 0.5 * world.war.step


@rule
def hold_talks(world: World) -> None:
    """Rules 12 and 18. One week of talks: a round is called, or the one under way goes on."""
    m = caller(world)
    if m >= 0:
        open_round(m, world)
    if world.talks.open:
        hold_round(world.talks.mediator, world)
