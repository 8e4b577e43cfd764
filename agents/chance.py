"""Chance: every random decision has its own number.

A draw is a counter-based hash of (run seed, step, actor, decision). No draw depends on how
many were made before it, so two cases with the same seed differ only by what was changed
between them, and adding an actor shifts nobody else's luck (common random numbers; Salmon et
al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
"""

import hashlib
import math
from collections.abc import Callable
from enum import IntEnum

import numpy as np
from numba.extending import overload, register_jitable

MASK = 0xFFFFFFFFFFFFFFFF
LARGEST_SEED = 2**63 - 1


class Decision(IntEnum):
    """What a draw decides. The value is part of the hash: never reuse or reorder one."""

    TOLL = 1
    CAPTIVE_DEATH = 2
    RESCUE = 3
    LEAVE = 4
    RETURN = 6
    CALL_ROUND = 7
    ROUND_LENGTH = 8
    JUDGEMENT = 9
    CARRY_OUT_THREAT = 10
    REGIONAL_WAR = 11
    SIGN_GUARANTEE = 12
    TIE = 13
    INCIDENT = 14
    AUTHORSHIP = 15
    ATTACKS = 16
    ORDER = 17
    SAMPLE = 18


def key_of(name: str) -> int:
    """Return the stable key of an actor: a 63-bit number made from its declared name.

    Args:
        name: The actor's kind and name, such as ``"party.shas"``.

    Returns:
        A number in [0, 2**63), the same on every machine and in every Python version.
    """
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big") >> 1


def _mix(z: int) -> int:
    """Mix 64 bits (the finaliser of splitmix64; Steele, Lea and Flood 2014)."""
    z = (z + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def uniform(seed: int, step: int, key: int, decision: int) -> float:
    """Draw the uniform number that belongs to one decision.

    Args:
        seed: The run's seed, 0 to 2**63 - 1.
        step: Index of the step in which the decision is made.
        key: The deciding actor's key (see ``key_of``).
        decision: Which of its decisions this is (see ``Decision``).

    Returns:
        A number in [0, 1) with 53 random bits.
    """
    # int(): the keys of texts come from an array.
    z = _mix(_mix(_mix(_mix(seed) ^ step) ^ int(key)) ^ decision)
    return float(z >> 11) * (1.0 / 9007199254740992.0)


@register_jitable
def _mix_compiled(z):  # type: ignore[no-untyped-def]  # uint64 in and out, compiled only
    z = z + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@overload(uniform)
def _uniform_compiled(  # type: ignore[no-untyped-def]
    seed, step, key, decision
) -> Callable[[int, int, int, int], float]:
    def draw(seed, step, key, decision):  # type: ignore[no-untyped-def]
        z = _mix_compiled(np.uint64(seed))
        z = _mix_compiled(z ^ np.uint64(step))
        z = _mix_compiled(z ^ np.uint64(key))
        z = _mix_compiled(z ^ np.uint64(decision))
        return np.float64(z >> np.uint64(11)) * (1.0 / 9007199254740992.0)

    return draw


@register_jitable
def logistic_deviate(u: float) -> float:
    """Turn a uniform number into a standard logistic deviate, scaled to variance one.

    The ends are cut at one in 2**53, so the deviate stays finite.
    """
    inside = min(max(u, 1.0e-16), 1.0 - 1.2e-16)
    return 0.5513288954217920 * math.log(inside / (1.0 - inside))


@register_jitable
def whole_number(expected: float, u: float) -> int:
    """Draw a whole number of people whose mean is ``expected`` (stochastic rounding)."""
    return int(math.floor(expected + u))
