"""Why would they keep it? Belief that the rest of a deal happens, and what resuming costs."""

import math
from typing import Any

from ceasefire.agents.rules import rule


@rule
def guarantee_strength(level: Any, guarantors: Any, switches: Any) -> float:
    """Rules 4 and 5. Strength of a guarantee: the names under it, weighted by believed resolve.

    ``g * sum(weight * phi)`` over those who sign, in units of strength; ``g`` is how firmly the
    text binds them, ``phi`` their believed resolve, 0 to 1 (Walter 1997, 2002). A guarantee of one
    kind is signed by those of that kind and of every weaker kind who are willing
    (``Guarantor.signs``). ``level`` is one of ``Grid.guarantees``.
    """
    if level.kind <= 0 or not switches.guarantees:
        return 0.0
    strength = 0.0
    for i in range(len(guarantors)):
        guarantor = guarantors[i]
        if guarantor.signs and 0 < guarantor.level <= level.kind:
            strength += guarantor.weight * guarantor.resolve
    return strength * level.strength


@rule
def mediator_word(honesty: float, bias: float) -> float:
    """Rule 12. How much a mediator's assurance teaches: posterior less prior (Kydd 2003).

    ``pi / (pi + (1 - pi) * l) - pi``, a share, with ``pi`` the prior that it is honest and ``l``
    the odds that it would vouch all the same: a mediator who always vouches (l = 1) teaches
    nothing.
    """
    if honesty <= 0.0:
        return 0.0
    return honesty / (honesty + (1.0 - honesty) * bias) - honesty


@rule
def unaided_belief(
    turning: float,
    trust: float,
    memory: float,
    memory_weight: float,
    hostility: float,
    aims_weight: float,
) -> float:
    """Rule 4. Belief without any guarantee, from wording, trust, memory and declared aims.

    ``turning * (1 + trust) / 2 * exp(-weight * memory) * (1 - aims_weight * hostility)``, a
    probability; memory in remembered resumptions, the rest but its weight from 0 to 1 (Walter 1997,
    2002: what fails is the promise, not the terms; the article, claim C49).
    """
    fading = math.exp(-memory_weight * memory)
    return turning * 0.5 * (1.0 + trust) * fading * (1.0 - aims_weight * hostility)


@rule
def guaranteed_belief(unaided: float, assurance: float, scaled_strength: float) -> float:
    """Rule 4. Belief with an assurance and a guarantee; it goes to 1 as the guarantee grows.

    ``1 - (1 - q0) * (1 - assurance) * exp(-strength)``, a probability; the strength is scaled, a
    pure number (Walter 1997, 2002).
    """
    return 1.0 - (1.0 - unaided) * (1.0 - assurance) * math.exp(-min(scaled_strength, 700.0))


@rule
def assurance_given(
    s: int, me: Any, mediators: Any, channels: Any, talks: Any, switches: Any
) -> float:
    """Rule 12. Belief that the word of the mediator of this round adds for side ``s``.

    ``assurance * mediator_word * trust in the mediator``, a share; 0 where no round is under way
    (Kydd 2003).
    """
    if not switches.mediator_word or not talks.open:
        return 0.0
    mediator = mediators[talks.mediator]
    channel = channels[talks.mediator * 2 + s]
    return me.assurance * mediator_word(mediator.honesty, mediator.bias) * channel.trust


@rule
def belief(
    me: Any, other: Any, wording: Any, strength: float, assured: float, switches: Any
) -> float:
    """Rule 4. What a side believes of the other: that the rest of the deal happens.

    ``1 - (1 - q0) * (1 - assured * turning) * exp(-scale * strength * ends)`` with ``q0`` from
    ``unaided_belief`` (Walter 1997, 2002; the article, claims C15, C16 and C49).

    Args:
        me: The side that believes.
        other: The side that it believes it of.
        wording: The level of the text's duration (``Grid.durations``).
        strength: Strength of the guarantee (``guarantee_strength``).
        assured: Belief that the mediator's word adds (``assurance_given``).
        switches: Which mechanisms are on.

    Returns:
        A probability.
    """
    if not switches.commitment:
        return 1.0
    unaided = unaided_belief(
        wording.turning,
        me.trust,
        me.memory if switches.memory else 0.0,
        me.memory_weight,
        other.hostility,
        me.aims_weight,
    )
    # Word and guarantee are about the end that a text promises: there is little to vouch for,
    # and nothing to guarantee, in a mere pause.
    scaled = me.guarantee_scale * strength * wording.ends
    return guaranteed_belief(unaided, assured * wording.turning, scaled)


@rule
def sanctions(me: Any, strength: float) -> float:
    """Rule 5. What resuming would cost side ``me``, in utility: the sum over guarantors of g*s.

    ``sanction_weight * strength + leverage_weight * felt``, with the strength of the guarantee and
    the pressure felt from patrons now (Walter 1997). The same sum, foreseen, is what a pause may
    lock in: patrons who press for an end make it dear to go back to war, guarantee or no guarantee
    (claim C47, derived and not wired).
    """
    return me.sanction_weight * strength + me.leverage_weight * me.felt


@rule
def would_resume(temptation: float, sanction: float, peace: float) -> bool:
    """Rule 5. Resume the war iff ``d - sum(g * s)`` exceeds the worth of peace (Walter 1997).

    All three in utility: ``temptation`` is ``d``, ``sanction`` the sum. ``d`` is the worth of war
    and falls with the own people still held (the article, claim C18).
    """
    return temptation - sanction > peace
