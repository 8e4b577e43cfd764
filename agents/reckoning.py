"""What a mediator reckons: how much each side gains, what answers teach, which text to draft."""

import math

from agents.actor import World, rule
from agents.belligerent import REFUSE
from agents.commitment import assurance_given, belief, guarantee_strength, sanctions
from agents.draft import estimated_gain, search
from agents.worth import resumption_cost, tabulate, war_value

ANY = -1.0e18
"""Score that every text has: a round that was called must table some text."""


@rule
def reckon(m: int, world: World) -> None:
    """Rule 12. Write what mediator ``m`` reckons each side gains, besides the cells, in utility.

    ``v1 + delta * [q * v2 + (1 - q) * w'] - w - reluctance`` if it carries out, and
    ``v1 + delta * (w' - sanctions) - w - reluctance`` if it resumes: it knows both sides' policy,
    and estimates what else makes them reluctant toward texts that only pause and texts that end the
    war (Raiffa 1982; Kydd 2003).
    """
    grid = world.grid
    switches = world.switches
    for s in range(2):
        me = world.belligerents[s]
        other = world.belligerents[1 - s]
        channel = world.channels[m * 2 + s]
        war = me.war_value
        after = war - resumption_cost(me, switches)
        assured = assurance_given(s, me, world.mediators, world.channels, world.talks, switches)
        for g in range(len(grid.guarantees)):
            strength = guarantee_strength(grid.guarantees[g], world.guarantors, switches)
            foreseen = sanctions(me, strength) if switches.lock_in else 0.0
            for d in range(len(grid.durations)):
                wording = grid.durations[d]
                discount = math.exp(-me.discount_rate * wording.weeks)
                reluctance = channel.reluctance_pause
                if wording.ends > 0.0:
                    reluctance = channel.reluctance_end
                q = belief(me, other, wording, strength, assured, switches)
                terms = world.terms[d, g, s]
                terms[0] = discount * q
                terms[1] = discount * (1.0 - q)
                terms[2] = discount * (1.0 - q) * after - war - reluctance
                terms[3] = discount
                terms[4] = discount * (after - foreseen) - war - reluctance
                if not switches.resumption:
                    terms[4] = ANY


@rule
def learned_reluctance(reluctance: float, gain: float, signed: bool, learning: float) -> float:
    """Rule 12. A mediator's estimate after an answer: moved by what the answer contradicts.

    In utility: after a refusal of a text thought to pay ``reluctance + learning * (gain + 0.1)``,
    after an acceptance of one thought not to pay ``reluctance + learning * gain``, the gain then
    below 0; an answer that was expected teaches nothing (Raiffa 1982). The 0.1 lets a text that was
    thought just to pay teach something too.
    """
    if signed:
        return reluctance + learning * min(0.0, gain)
    return reluctance + learning * max(0.0, gain) + 0.1 * learning * (1.0 if gain >= 0.0 else 0.0)


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
