"""What a mediator reckons: how much each side gains, what answers teach, which text to draft."""

from typing import Any

from ceasefire.agents.belligerent import REFUSE
from ceasefire.agents.commitment import assurance_given, belief, guarantee_strength, sanctions
from ceasefire.agents.drafting import estimated_gain, search
from ceasefire.agents.rules import rule
from ceasefire.agents.world import World
from ceasefire.agents.worth import resumption_cost, tabulate, war_value, weight_of_later

ANY = -1.0e18
"""Score that every text has: a round that was called must table some text."""


@rule
def weigh_parts(
    terms: Any,
    q: float,
    discount: float,
    war: float,
    after: float,
    foreseen: float,
    reluctance: float,
    switches: Any,
) -> None:
    """Rules 3 and 12. Split a gain into what multiplies the cells and what does not.

    Args:
        terms: Where it goes (``draft.WEIGHTS``).
        q: Belief that the rest happens, 0 to 1.
        discount: Weight of what comes after phase one, 0 to 1.
        war: Worth of war now, in utility.
        after: Worth of war resumed, apart from the cells, in utility.
        foreseen: Sanctions foreseen, in utility.
        reluctance: What else makes it reluctant, in utility.
        switches: Which mechanisms are on.
    """
    terms[0] = discount * q
    terms[1] = discount * (1.0 - q)
    terms[2] = discount * (1.0 - q) * after - war - reluctance
    terms[3] = discount
    terms[4] = discount * (after - foreseen) - war - reluctance
    if not switches.resumption:
        terms[4] = ANY


@rule
def reckon_side(
    s: int, assured: float, reluctance_pause: float, reluctance_end: float, world: World
) -> None:
    """Rules 3 and 12. Write what side ``s`` gains from texts, besides the cells, in utility.

    ``v1 + delta * [q * v2 + (1 - q) * w'] - w - reluctance`` if it carries out, and
    ``v1 + delta * (w' - sanctions) - w - reluctance`` if it resumes (Fearon 1995), split into what
    multiplies the cells and what does not (``draft.WEIGHTS``).

    Args:
        s: The side.
        assured: Belief that the mediator's word adds.
        reluctance_pause: What else makes it reluctant toward texts that only pause, in utility.
        reluctance_end: The same toward texts that end the war.
        world: The world, its worth of war up to date.
    """
    grid = world.grid
    switches = world.switches
    me = world.belligerents[s]
    other = world.belligerents[1 - s]
    war = me.war_value
    after = war - resumption_cost(me, switches)
    for g in range(len(grid.guarantees)):
        strength = guarantee_strength(grid.guarantees[g], world.guarantors, switches)
        foreseen = sanctions(me, strength) if switches.lock_in else 0.0
        for d in range(len(grid.durations)):
            wording = grid.durations[d]
            discount = weight_of_later(me, wording.weeks)
            reluctance = reluctance_end if wording.ends > 0.0 else reluctance_pause
            q = belief(me, other, wording, strength, assured, switches)
            terms = world.terms[d, g, s]
            weigh_parts(terms, q, discount, war, after, foreseen, reluctance, switches)


@rule
def reckon(m: int, world: World) -> None:
    """Rule 12. Write what mediator ``m`` reckons each side gains, besides the cells, in utility.

    It knows both sides' policy, and estimates what else makes them reluctant toward texts that only
    pause and texts that end the war (Raiffa 1982; Kydd 2003).
    """
    for s in range(2):
        channel = world.channels[m * 2 + s]
        assured = assurance_given(
            s, world.belligerents[s], world.mediators, world.channels, world.talks, world.switches
        )
        reckon_side(s, assured, channel.reluctance_pause, channel.reluctance_end, world)


MOST_RELUCTANT = 10.0
"""Largest estimate of a reluctance, in utility, either way: the range that channels declare."""


@rule
def learned_reluctance(reluctance: float, gain: float, signed: bool, learning: float) -> float:
    """Rule 12. A mediator's estimate after an answer: moved by what the answer contradicts.

    In utility: after a refusal of a text thought to pay ``reluctance + learning * (gain + 0.1)``,
    after an acceptance of one thought not to pay ``reluctance + learning * gain``, the gain then
    below 0; an answer that was expected teaches nothing (Raiffa 1982). The 0.1 lets a text that was
    thought just to pay teach something too. An estimate stays within its declared range, -10 to 10:
    ten times the worth of a core war aim is more than any stake that a mediator would suspect.
    """
    if signed:
        learned = reluctance + learning * min(0.0, gain)
    else:
        learned = reluctance + learning * max(0.0, gain)
        learned += 0.1 * learning * (1.0 if gain >= 0.0 else 0.0)
    return min(MOST_RELUCTANT, max(-MOST_RELUCTANT, learned))


@rule
def learn(m: int, text: int, world: World) -> None:
    """Rule 12. Mediator ``m`` learns from both answers to a text."""
    if not world.switches.mediator_learning:
        return
    grid = world.grid
    mediator = world.mediators[m]
    for s in range(2):
        channel = world.channels[m * 2 + s]
        me = world.belligerents[s]
        signed = me.answer != REFUSE
        gain = estimated_gain(s, text, grid, world.tables, world.terms)
        if grid.texts[text].ends > 0.0:
            channel.reluctance_end = learned_reluctance(
                channel.reluctance_end, gain, signed, mediator.learning
            )
        else:
            channel.reluctance_pause = learned_reluctance(
                channel.reluctance_pause, gain, signed, mediator.learning
            )


@rule
def ready(m: int, world: World) -> None:
    """Bring both sides' worths, and the mediator's reckoning, up to date.

    Nothing that mediators do in a week moves the worths: they are worked out once.
    """
    if world.talks.tabulated != world.war.tick:
        world.talks.tabulated = world.war.tick
        for s in range(2):
            world.belligerents[s].war_value = war_value(s, world)
            tabulate(s, world)
    reckon(m, world)


@rule
def draft(m: int, text: int, least: float, world: World) -> int:
    """Rule 12. Let mediator ``m`` draft a first text (-1), or amend one (Nash 1950; Raiffa 1982).

    Returns the text, or -1 if it estimates that none scores as much as ``least`` (squared utility).
    """
    war = world.war
    return search(
        world.grid,
        world.tables,
        world.terms,
        world.sums,
        world.mediators[m].guarantee_weight,
        text,
        least,
        war.seed,
        war.tick,
    )[0]
