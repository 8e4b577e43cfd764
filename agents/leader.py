"""The answer: how a leader weighs a text, what it answers and what it says."""

from typing import Any

from ceasefire.agents.belligerent import ACCEPT, REFUSE, SIGN_TO_RESUME
from ceasefire.agents.commitment import (
    assurance_given,
    belief,
    guarantee_strength,
    sanctions,
    would_resume,
)
from ceasefire.agents.deal import RELEASE, RELIEF
from ceasefire.agents.government import seat_odds
from ceasefire.agents.rules import rule
from ceasefire.agents.world import World
from ceasefire.agents.worth import (
    precondition_cost,
    required_belief,
    rest_of_deal,
    resumption_cost,
    surplus,
    total,
    war_resumed,
    weight_of_later,
)

NEVER = -1.0e6
"""Balance of a text that an absolute precondition rules out: finite, so that sums stay numbers."""


@rule
def share_returned(s: int, text: int, world: World) -> float:
    """Share of its people in captivity whom a text brings home: all, if it ends the war.

    0 to 1: the text's share of each category, weighted by those living.
    """
    grid = world.grid
    if grid.texts[text].ends > 0.0:
        return 1.0
    living = 0.0
    returned = 0.0
    for i in range(len(grid.issues)):
        if grid.issues[i].kind != RELEASE or grid.issues[i].receiver != s:
            continue
        for g in range(len(world.captives)):
            group = world.captives[g]
            if group.holder == grid.issues[i].giver and group.origin == s:
                living += group.living
                returned += group.living * grid.amount[i, grid.level[text, i], group.category]
    return returned / living if living > 0.0 else 0.0


@rule
def relief_brought(s: int, text: int, world: World) -> float:
    """Relief that a text brings to the people of side ``s``: aid and rebuilding, 0 to 1.

    ``min(1, 0.5 * min(1, aid / need) + 0.5 * reconstruction)``, aid and need in trucks a day.
    """
    grid = world.grid
    brought = 0.0
    for i in range(len(grid.issues)):
        if grid.issues[i].kind == RELIEF and grid.issues[i].receiver == s:
            level = grid.level[text, i]
            need = world.belligerents[s].aid_need
            if need > 0.0:
                brought += 0.5 * min(1.0, grid.amount[i, level, 0] / need)
            brought += 0.5 * grid.amount[i, level, 1]
    return min(1.0, brought)


@rule
def army_pressure(voice: float, link: float, squeeze: float, lasting: float, ends: float) -> float:
    """Rule 2. A squeezed army asks for any stop, and as the squeeze lasts for an end.

    ``link * voice * (squeeze + lasting * ends)``, in utility; link and squeezes from 0 to 1. With
    the link cut, nothing of it reaches the leader (the article, claim C67).
    """
    return link * voice * (squeeze + lasting * ends)


@rule
def pressure_of(
    me: Any, home: float, relief: float, ends: float, owned: bool, switches: Any
) -> float:
    """Rule 6. Everything that presses a leader to take a text, in utility.

    Families and protest (for captives brought home), the army, patrons (for an end), its own
    public, a public in ruins (for relief), and its own name under a public text (rule 11):
    ``(family_weight * families + protest_weight * protest) * home + army_pressure + leverage_weight
    * felt * ends + public_weight * opinion * (1 + ends) / 2 + responsiveness * max(0, 0.5 -
    support) * relief + ownership_cost``, weights in utility (Putnam 1988; the article, claims C21,
    C23, C31, C32, C40 and C67).

    Args:
        me: The side.
        home: Share of its people in captivity whom the text brings home, 0 to 1.
        relief: Relief that it brings to its people, 0 to 1.
        ends: 1 if it promises an end of the war, else 0.
        owned: Whether it is public and bears the side's name.
        switches: Which mechanisms are on.
    """
    pressure = 0.0
    if switches.families:
        pressure += me.family_weight * me.families * home
    if switches.protest:
        pressure += me.protest_weight * me.protest * home
    if switches.army_link and switches.arms_squeeze:
        pressure += army_pressure(me.army_voice, me.army_link, me.squeeze, me.squeeze_lasting, ends)
    pressure += me.leverage_weight * me.felt * ends
    pressure += me.public_weight * me.opinion * 0.5 * (1.0 + ends)
    pressure += me.responsiveness * max(0.0, 0.5 - me.support) * relief
    if switches.speech and owned:
        pressure += me.ownership_cost
    return pressure


@rule
def pressures(s: int, text: int, world: World) -> float:
    """Rule 6. Everything that presses the leader of side ``s`` to take a text, in utility."""
    return pressure_of(
        world.belligerents[s],
        share_returned(s, text, world),
        relief_brought(s, text, world),
        world.grid.texts[text].ends,
        world.talks.public and world.talks.author == s,
        world.switches,
    )


@rule
def unmet_precondition(me: Any, other: Any, ends: float, dissolves: float, switches: Any) -> float:
    """Rule 10. The precondition's part of a balance, in utility, before the weight on office.

    ``-kappa * max(0, capability - threshold) * ends * (1 - dissolves)``: nothing for a text that
    ends no war or dissolves the other side (the article, claims C25 and C36).

    Args:
        me: The side that made it.
        other: The side whose end it demands.
        ends: 1 if the text promises an end of the war, else 0.
        dissolves: How far the text demands the other side's dissolution, 0 to 1.
        switches: Which mechanisms are on.
    """
    return -precondition_cost(me, other, switches) * ends * (1.0 - min(1.0, dissolves))


@rule
def ruled_out(me: Any, other: Any, ends: float, dissolves: float, switches: Any) -> bool:
    """Rule 10. Whether an absolute precondition rules a text out at any price.

    The limit ``kappa = infinity`` of ``unmet_precondition`` (the article, claims C25 and C36).
    """
    return (
        switches.precondition
        and me.precondition_absolute
        and ends > 0.0
        and dissolves < 1.0
        and other.capability > me.precondition_threshold
    )


@rule
def office_change(s: int, text: int, world: World) -> float:
    """Rule 6. Change in the odds of keeping the majority, text against war, -1 to 1.

    ``P(seats >= majority | text) - P(seats >= majority | war)`` (Putnam 1988; Lupia and Strom
    1995); 0 without a parliament.
    """
    if not world.switches.office or world.belligerents[s].majority <= 0:
        return 0.0
    return seat_odds(s, text, world) - seat_odds(s, -1, world)


@rule
def carried_out(
    me: Any,
    first: float,
    second: float,
    after: float,
    q: float,
    discount: float,
    sanction: float,
    pauses: bool,
    switches: Any,
) -> tuple[float, float]:
    """Rules 3 and 5. Gain from carrying a text out, and from signing it to resume, in utility.

    ``surplus``, and ``v1 + delta * (w' - sanctions) - w``: to resume takes no belief, but pays the
    foreseen sanctions (Fearon 1995; Walter 1997). Of a mere pause, the larger counts as carrying
    out.

    Args:
        me: The side; its ``war_value`` is up to date.
        first: Worth of phase one, in utility.
        second: Worth once the rest happens, in utility.
        after: Worth of war if it resumes after phase one, in utility.
        q: Belief that the rest happens, 0 to 1.
        discount: Weight of what comes after phase one, 0 to 1.
        sanction: What resuming costs, as foreseen (rule 5), in utility.
        pauses: Whether the text only pauses: then either is to carry it out.
        switches: Which mechanisms are on.
    """
    keep = surplus(first, second, after, me.war_value, q, discount)
    resume = keep
    if switches.resumption:
        # Resuming oneself does not depend on the other, but pays the sanctions of rule 5.
        resume = surplus(first, 0.0, after - sanction, me.war_value, 0.0, discount)
    if pauses:
        keep = max(keep, resume)
    return keep, resume


@rule
def balances(
    me: Any, keep: float, resume: float, unmet: float, swayed: float, pauses: bool, switches: Any
) -> tuple[float, float]:
    """Rule 6. Balance of carrying a text out, and of signing it to resume, in utility.

    ``(1 - omega) * (gain + unmet precondition) + swayed``, with ``swayed`` the office term, all
    pressures and the misjudgement (Putnam 1988; Lupia and Strom 1995).
    """
    carry = (1.0 - me.office_weight) * (keep + unmet) + swayed
    cheat = NEVER
    if switches.resumption and not pauses:
        cheat = (1.0 - me.office_weight) * resume + swayed
    return carry, cheat


@rule
def answer_of(carry: float, cheat: float) -> int:
    """Rule 6. The answer: of carrying out and signing to resume, what is worth more."""
    if carry >= 0.0 and carry >= cheat:
        return ACCEPT
    return SIGN_TO_RESUME if cheat >= 0.0 else REFUSE


@rule
def weigh(s: int, text: int, world: World) -> int:
    """Rule 6. Weigh a text and return the answer; the terms stay in the side's record.

    Signs iff ``(1 - omega) * (surplus - precondition) + omega * change of office odds + pressures +
    misjudgement >= 0``, in utility (Putnam 1988; Lupia and Strom 1995; the misjudgement makes it a
    quantal response, McKelvey and Palfrey 1995). Of carrying out and signing to resume, it means
    what is worth more (``carried_out``); a mere pause allows either. ``w'`` is ``w``, what phase
    one changes and ``-resumption_cost``. Needs ``tabulate`` and ``war_value``.
    """
    grid = world.grid
    switches = world.switches
    me = world.belligerents[s]
    weight = me.office_weight
    other = world.belligerents[1 - s]
    strength = guarantee_strength(
        grid.guarantees[grid.texts[text].guarantee], world.guarantors, world.switches
    )
    wording = grid.durations[grid.texts[text].duration]
    first = total(s, text, 0, world.tables, grid.cell)
    second = total(s, text, 1, world.tables, grid.cell)
    after = me.war_value + total(s, text, 2, world.tables, grid.cell)
    after -= resumption_cost(me, switches)
    discount = weight_of_later(me, grid.texts[text].weeks)
    q = belief(
        me,
        other,
        wording,
        strength,
        assurance_given(s, me, world.mediators, world.channels, world.talks, switches),
        switches,
    )
    ends = grid.texts[text].ends
    pauses = ends <= 0.0
    dissolves = grid.dissolves[text, 1 - s]
    foreseen = sanctions(me, strength) if switches.lock_in else 0.0
    keep, resume = carried_out(me, first, second, after, q, discount, foreseen, pauses, switches)
    unmet = unmet_precondition(me, other, ends, dissolves, switches)
    office = weight * office_change(s, text, world)
    pressure = pressures(s, text, world)
    swayed = office + pressure + me.judgement
    carry, cheat = balances(me, keep, resume, unmet, swayed, pauses, switches)
    if ruled_out(me, other, ends, dissolves, switches):
        carry = NEVER
    answer = answer_of(carry, cheat)
    means = answer != SIGN_TO_RESUME
    me.required_belief = required_belief(first, second, after, me.war_value, discount)
    me.belief = q
    me.surplus = (1.0 - weight) * (keep if means else resume)
    me.precondition_term = (1.0 - weight) * unmet if means else 0.0
    me.office_term = office
    me.pressure = pressure
    me.balance = carry if means else cheat
    return answer


@rule
def goes_on(s: int, text: int, world: World) -> bool:
    """Rule 5. At a boundary: go on with the deal, or resume the war.

    After a pause the question is whether to take the same pause again (``weigh``). After phase one
    of a text that ends the war it resumes iff ``(1 - omega) * (w' - sanctions) > (1 - omega) * (v2
    - precondition) + omega * change of office odds + pressures + misjudgement``, in utility, with
    ``w'`` the worth of war resumed now: what it is as things stand, less ground left and momentum
    lost, less the dread and regret of rule 3 (Walter 1997; the article, claim C18).
    """
    if not world.switches.resumption:
        return True
    grid = world.grid
    me = world.belligerents[s]
    if grid.texts[text].ends <= 0.0:
        return weigh(s, text, world) != REFUSE
    weight = me.office_weight
    other = world.belligerents[1 - s]
    ends = grid.texts[text].ends
    if ruled_out(me, other, ends, grid.dissolves[text, 1 - s], world.switches):
        return False
    rest = rest_of_deal(s, text, world)
    rest += unmet_precondition(me, other, ends, grid.dissolves[text, 1 - s], world.switches)
    swayed = weight * office_change(s, text, world) + pressures(s, text, world) + me.judgement
    peace = (1.0 - weight) * rest + swayed
    temptation = (1.0 - weight) * war_resumed(s, text, world)
    strength = guarantee_strength(
        grid.guarantees[grid.texts[text].guarantee], world.guarantors, world.switches
    )
    sanction = (1.0 - weight) * sanctions(me, strength)
    return not would_resume(temptation, sanction, peace)


@rule
def says_yes(
    answer: int, public: bool, own_name: bool, audiences: int, ownership_cost: float, pressed: float
) -> bool:
    """Rule 11. What a leader says of a text, which need not be what it does.

    One who refuses still says yes to a public text where refusing in the open is costly: the text
    bears its own name at a cost, or patrons' pressure is larger than that, ``pressed >
    ownership_cost``, both in utility. With one audience, what is said is what is meant (Fearon
    1994; the article, claims C23, C26 and C27).
    """
    if answer != REFUSE:
        return True
    if audiences <= 1 or not public:
        return False
    return (own_name and ownership_cost > 0.0) or pressed > ownership_cost


@rule
def speak(me: Any, s: int, world: World) -> None:
    """Rule 11. Say something, and note where the word contradicts the deed (``says_yes``)."""
    talks = world.talks
    if not world.switches.speech:
        me.spoken = me.answer != REFUSE
        return
    me.spoken = says_yes(
        me.answer,
        talks.public,
        talks.author == s,
        me.audiences,
        me.ownership_cost,
        me.leverage_weight * me.felt,
    )
    if me.spoken and me.answer == REFUSE:
        me.contradicts = True


@rule
def pay_for_words(me: Any, other: Any, switches: Any) -> None:
    """Rule 11. A word that contradicted the deed costs a share of the other's trust.

    ``trust * (1 - contradiction_cost)``, 0 to 1 (Fearon 1994; the article, claims C26 and C27).
    """
    if me.contradicts and switches.trust:
        other.trust = other.trust * (1.0 - me.contradiction_cost)
    me.contradicts = False
