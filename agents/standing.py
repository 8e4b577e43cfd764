"""How a side stands: trust between the sides, memory, reputation, blame, engagement."""

from typing import Any

from ceasefire.agents.rules import rule, share_of_step
from ceasefire.agents.world import World


@rule
def decayed(value: float, base: float, rate: float, step: float) -> float:
    """Rule 19. What is left of a value that returns to its base at ``rate`` per week.

    ``value + (base - value) * (1 - (1 - rate) ** step)``, in the value's own unit, the step in
    weeks (Kydd and Walter 2002).
    """
    return value + (base - value) * share_of_step(rate, step)


@rule
def trust_after_kept(trust: float, gain: float) -> float:
    """Rule 19. Trust after a kept exchange: a share of what is missing (Kydd and Walter 2002).

    ``trust + (1 - trust) * gain``, 0 to 1; the gain is that of the step.
    """
    return trust + (1.0 - trust) * gain


@rule
def trust_after_breach(trust: float, loss: float) -> float:
    """Rule 19. Trust after a breach: a share of it is gone (Kydd and Walter 2002).

    ``trust * (1 - loss)``, 0 to 1.
    """
    return trust * (1.0 - loss)


@rule
def remember_resumption(s: int, world: World) -> None:
    """Rule 4. Side ``s`` has seen the other resume the war: ``memory' = memory + 1``.

    In remembered resumptions, which ``settle_standing`` lets fade (the article, claim C49).
    """
    me = world.belligerents[s]
    me.memory += 1.0


@rule
def conduct(s: int, other: Any, captives: Any) -> float:
    """Rule 19. What the world holds against side ``s``: pitied captives held, toll inflicted.

    ``min(1, max(sum(stigma * living) / sum(held at the start), toll rate / reference))``, 0 to 1:
    the larger of the stigma of the captives it holds and the toll among the other's people at its
    present rate (the article, claims C42 and C43).
    """
    stigma = 0.0
    initial = 0.0
    for g in range(len(captives)):
        group = captives[g]
        if group.holder == s and group.stigma > 0.0:
            stigma += group.stigma * group.living
            initial += group.initial
    if initial > 0.0:
        stigma /= initial
    return min(1.0, max(stigma, other.toll_rate / other.toll_reference))


@rule
def settle_standing(s: int, me: Any, other: Any, captives: Any, step: float, switches: Any) -> None:
    """Rule 19. One week of a side's standing: all returns to its base; conduct costs reputation.

    Trust, memory, engagement and reputation each close their gap at a rate per week (``decayed``);
    memory's base is 0, engagement's 1. Then reputation, 0 to 1, loses a share
    ``reputation_speed * conduct`` per week (Kydd and Walter 2002; the article, claims C42 and C43).
    """
    if switches.trust:
        me.trust = decayed(me.trust, me.trust_base, me.trust_decay, step)
    me.memory = decayed(me.memory, 0.0, me.memory_decay, step)
    me.engagement = decayed(me.engagement, 1.0, me.engagement_recovery, step)
    if switches.reputation:
        me.reputation = decayed(me.reputation, me.reputation_base, me.reputation_decay, step)
        lost = share_of_step(me.reputation_speed * conduct(s, other, captives), step)
        me.reputation -= me.reputation * lost


@rule
def contested_blame(
    refused: float, other_refused: float, reputation: float, other_reputation: float, push: float
) -> float:
    """Rule 17. A side's share of the blame, 0 to 1: contested, so the two shares sum to one.

    ``0.5 + 0.5 * t`` with ``t = 0.5 * (refused - other's) + 0.5 * (other's reputation - its own) +
    push`` kept within -1 to 1: half, moved by who refused the last text, by standing, and by the
    push of those who blame it, less the push against the other (the article, claims C69 to C71).
    """
    tilt = 0.5 * (refused - other_refused) + 0.5 * (other_reputation - reputation) + push
    return 0.5 + 0.5 * min(1.0, max(-1.0, tilt))


@rule
def blamed_by_patrons(s: int, patrons: Any, patronages: Any) -> float:
    """Rule 17. Push of patrons who blame the foe of side ``s``, by whom they are believed.

    The sum of their relief, ``blame_relief * effort * credulity``, a share that may pass 1 (the
    article, claims C69 to C71).
    """
    push = 0.0
    for i in range(len(patronages)):
        tie = patronages[i]
        # A patron blames the foe of the client that it arms.
        if tie.client == s and tie.arms_flow > 0.0:
            push += patrons[tie.patron].relief
    return push


@rule
def share_blame(world: World) -> None:
    """Rule 17. Settle both sides' shares of the blame at once, 0 to 1 (``contested_blame``)."""
    first = world.belligerents[0]
    second = world.belligerents[1]
    if not world.switches.blame:
        first.blame = 0.5
        second.blame = 0.5
        return
    refused = 0.0
    other_refused = 0.0
    if world.talks.rounds > 0:
        refused = 1.0 if first.answer == 0 else 0.0
        other_refused = 1.0 if second.answer == 0 else 0.0
    for_first = blamed_by_patrons(0, world.patrons, world.patronages)
    for_second = blamed_by_patrons(1, world.patrons, world.patronages)
    first.blame = contested_blame(
        refused, other_refused, first.reputation, second.reputation, for_second - for_first
    )
    second.blame = contested_blame(
        other_refused, refused, second.reputation, first.reputation, for_first - for_second
    )


@rule
def disengage(me: Any, demand: float, world: World) -> None:
    """Rule 18. A demand for its own dissolution lowers a side's engagement.

    ``engagement * (1 - engagement_loss * demand)``, all from 0 to 1, each time such a text is
    tabled (the article, claim C37).
    """
    if world.switches.engagement:
        me.engagement *= 1.0 - me.engagement_loss * demand
