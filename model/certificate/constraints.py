"""What can bind: constraints that keep a side from a text, and how each is relaxed.

A constraint has a unit, an admissible range and a direction. Relaxing it by a share moves it that
far from where it stands toward the end of its range that makes agreement easier; a share of 1 is
all the way. The list is the same for both sides.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

from ceasefire.agents.patron import presses, pressure_for_end
from ceasefire.agents.rules import FLOAT, rule
from ceasefire.agents.world import World
from ceasefire.model.case.case import Case
from ceasefire.model.world.war import arms_squeeze


class Constraint(IntEnum):
    """Constraints of one side, then those that belong to no side. Never reorder."""

    PRECONDITION = 0
    TOLERANCE = 1
    SEATS = 2
    SAFETY_NET = 3
    CONDITIONS = 4
    RESOLVE = 5
    ARMS = 6
    TRUST = 7
    MEMORY = 8
    AIMS = 9
    LEVERAGE = 10
    STAKES = 11
    VICTORY = 12
    HOME = 13
    PUBLIC = 14
    JUDGEMENT = 15
    GUARANTEE = 16
    INFORMATION = 17


ONE_SIDED = 16
"""Constraints before this one belong to a side."""

MEMBERS = 2 * ONE_SIDED + 1
"""What can stand in a set: each one-sided constraint of either side, and the guarantee."""

GUARANTEE_MEMBER = 2 * ONE_SIDED
INFORMATION_MEMBER = 2 * ONE_SIDED + 1
"""The mediator's information binds where a text that both would take was not tabled."""


@dataclass(frozen=True)
class Kind:
    """How people read a constraint.

    Attributes:
        name: A few words.
        unit: Unit of its amount.
        meaning: What relaxing it means, after an "if"; ``{side}`` and ``{other}`` are the sides.
    """

    name: str
    unit: str
    meaning: str


KINDS: dict[Constraint, Kind] = {
    Constraint.PRECONDITION: Kind(
        "precondition", "utility", "{side} asked less of {other}'s destruction before an end"
    ),
    Constraint.TOLERANCE: Kind(
        "coalition tolerance", "utility", "{side}'s coalition parties bore more before they left"
    ),
    Constraint.SEATS: Kind(
        "seats", "seats", "{side}'s government needed fewer of its partners' seats"
    ),
    Constraint.SAFETY_NET: Kind(
        "safety net", "share", "{side}'s leader believed the opposition's offer to carry a deal"
    ),
    Constraint.CONDITIONS: Kind(
        "patrons' conditions", "share", "{side}'s patrons attached conditions to what they give"
    ),
    Constraint.RESOLVE: Kind(
        "believed resolve", "share", "{side} believed its patrons to carry out what they threaten"
    ),
    Constraint.ARMS: Kind("arms", "weeks of full effort", "{side}'s army had lastingly fewer arms"),
    Constraint.TRUST: Kind("trust", "share", "{side} trusted {other} more"),
    Constraint.MEMORY: Kind(
        "memory of a resumption", "1/resumption", "{side} minded the last resumption less"
    ),
    Constraint.AIMS: Kind(
        "stated aims", "share", "{other} said less firmly that it would fight on"
    ),
    Constraint.LEVERAGE: Kind(
        "leverage of captives", "utility", "the captives were worth less to {side} as leverage"
    ),
    Constraint.STAKES: Kind(
        "toll so far", "utility per tenfold", "{side}'s dead weighed less on what it must obtain"
    ),
    Constraint.VICTORY: Kind("belief in victory", "probability", "{side} expected less of the war"),
    Constraint.HOME: Kind(
        "pressure at home", "utility", "{side}'s captive families and protesters weighed more"
    ),
    Constraint.PUBLIC: Kind("own public", "-1 to 1", "{side}'s publics wanted a deal more"),
    Constraint.JUDGEMENT: Kind("misjudgement", "utility", "{side} did not misjudge this text"),
    Constraint.GUARANTEE: Kind(
        "guarantee", "strength", "those who sign stood behind the text more strongly"
    ),
    Constraint.INFORMATION: Kind(
        "mediator's information", "texts", "the mediator knew which text both would take"
    ),
}


LIMITS = np.dtype(
    [
        ("tolerance", FLOAT),
        ("family_weight", FLOAT),
        ("protest_weight", FLOAT),
        ("weight", FLOAT),
    ]
)
"""Ends of ranges that a case gives: of parties' tolerance, of the weights of families and protest
on each side, and of guarantors. The other ranges end where the quantity does (0, or 1)."""


def limits_of(case: Case) -> np.ndarray[Any, Any]:
    """Return the ends of the ranges of a case, one record for each side (``LIMITS``)."""
    limits = np.zeros(2, dtype=LIMITS)

    def highest(kind: str, names: Any, field: str) -> float:
        return max((float(case.settings[f"{kind}.{one}.{field}"].high) for one in names), default=0)

    limits["tolerance"] = highest("party", case.names["parties"], "tolerance")
    limits["weight"] = highest("guarantor", case.names["guarantors"], "weight")
    for s, side in enumerate(case.names["belligerents"]):
        for field in ("family_weight", "protest_weight"):
            limits[field][s] = highest("belligerent", [side], field)
    return limits


def member_of(constraint: Constraint, side: int = 0) -> int:
    """Return the place of a constraint of a side among the members of sets."""
    if constraint == Constraint.GUARANTEE:
        return GUARANTEE_MEMBER
    if constraint == Constraint.INFORMATION:
        return INFORMATION_MEMBER
    return 2 * int(constraint) + side


def constraint_of(member: int) -> tuple[Constraint, int]:
    """Return the constraint and side at a place; the side is -1 where it belongs to neither."""
    if member >= GUARANTEE_MEMBER:
        return Constraint(ONE_SIDED + member - GUARANTEE_MEMBER), -1
    return Constraint(member // 2), member % 2


@rule
def toward(value: float, end: float, share: float) -> float:
    """Move a value a share of the way toward an end, never away from it."""
    return value + share * (end - value)


@rule
def touches(member: int, side: int) -> bool:
    """Whether relaxing a member can change what a side makes of a text."""
    return member == GUARANTEE_MEMBER or member % 2 == side


OWN_MEMBERS = tuple(
    tuple(member for member in range(MEMBERS) if touches(member, s)) for s in range(2)
)
"""Members that touch each side."""


@rule
def feel_pressure_anew(s: int, world: World) -> None:
    """Work out anew what a side feels from its patrons, after their ties were changed."""
    if not world.switches.leverage:
        return
    me = world.belligerents[s]
    me.felt = 0.0
    for i in range(len(world.patronages)):
        tie = world.patronages[i]
        if tie.client != s:
            continue
        tie.felt = 0.0
        if presses(tie, world.patrons[tie.patron]):
            tie.felt = pressure_for_end(tie)
        me.felt += tie.felt


@rule
def relax(member: int, share: float, limits: Any, world: World) -> None:
    """Relax one member of a set by a share of its range, in the world as it stands.

    What a relaxed side, party, patron or guarantor is like from then on stays in its record, so a
    world that runs on keeps it.

    Args:
        member: Which (``member_of``).
        share: How far, 0 to 1.
        limits: Ends of ranges (``limits_of``).
        world: The world, just before its talks or just after the answers.
    """
    if share <= 0.0:
        return
    if member == GUARANTEE_MEMBER:
        for i in range(len(world.guarantors)):
            guarantor = world.guarantors[i]
            guarantor.weight = toward(guarantor.weight, limits[0].weight, share)
        return
    s = member % 2
    constraint = member // 2
    me = world.belligerents[s]
    if constraint == Constraint.PRECONDITION:
        me.precondition = toward(me.precondition, 0.0, share)
        me.precondition_absolute = me.precondition_absolute and share < 1.0
    elif constraint == Constraint.TOLERANCE:
        for i in range(len(world.parties)):
            party = world.parties[i]
            if party.side == s:
                party.tolerance = toward(party.tolerance, limits[s].tolerance, share)
    elif constraint == Constraint.SEATS:
        if me.majority > 0:
            me.majority = max(1, int(me.majority - share * me.majority))
    elif constraint == Constraint.SAFETY_NET:
        for i in range(len(world.parties)):
            party = world.parties[i]
            if party.side == s and party.net_offer:
                party.net_credibility = toward(party.net_credibility, 1.0, share)
                longest = max(party.net_life, me.office_horizon)
                party.net_life = toward(party.net_life, longest, share)
    elif constraint == Constraint.CONDITIONS:
        for i in range(len(world.patronages)):
            tie = world.patronages[i]
            if tie.client == s:
                tie.condition_diplomatic = toward(tie.condition_diplomatic, 1.0, share)
                tie.condition_economic = toward(tie.condition_economic, 1.0, share)
                tie.condition_arms = toward(tie.condition_arms, 1.0, share)
                tie.press_from = toward(tie.press_from, 0.0, share)
        feel_pressure_anew(s, world)
    elif constraint == Constraint.RESOLVE:
        for i in range(len(world.patronages)):
            tie = world.patronages[i]
            if tie.client == s:
                tie.believed_resolve = toward(tie.believed_resolve, 1.0, share)
                # Believed whatever comes: what is not carried out is not held against it.
                tie.learning = toward(tie.learning, 0.0, share)
        feel_pressure_anew(s, world)
    elif constraint == Constraint.ARMS:
        me.arms_stock = toward(me.arms_stock, 0.0, share)
        me.arms_room = min(me.arms_room, me.arms_stock)
        if world.switches.arms_squeeze:
            me.squeeze = max(me.squeeze, arms_squeeze(me.arms_stock, me.arms_need))
            lasting = max(me.squeeze_lasting, me.squeeze)
            me.squeeze_lasting = toward(me.squeeze_lasting, lasting, share)
    elif constraint == Constraint.TRUST:
        me.trust = toward(me.trust, 1.0, share)
        me.trust_base = toward(me.trust_base, 1.0, share)
    elif constraint == Constraint.MEMORY:
        me.memory_weight = toward(me.memory_weight, 0.0, share)
    elif constraint == Constraint.AIMS:
        other = world.belligerents[1 - s]
        other.hostility = toward(other.hostility, 0.0, share)
    elif constraint == Constraint.LEVERAGE:
        for g in range(len(world.captives)):
            group = world.captives[g]
            if group.holder == s:
                group.leverage = toward(group.leverage, 0.0, share)
    elif constraint == Constraint.STAKES:
        me.stake_weight = toward(me.stake_weight, 0.0, share)
    elif constraint == Constraint.VICTORY:
        me.belief_victory = toward(me.belief_victory, 0.0, share)
        me.belief_speed = toward(me.belief_speed, 0.0, share)
    elif constraint == Constraint.HOME:
        me.family_weight = toward(me.family_weight, limits[s].family_weight, share)
        me.protest_weight = toward(me.protest_weight, limits[s].protest_weight, share)
    elif constraint == Constraint.PUBLIC:
        me.opinion = toward(me.opinion, 1.0, share)
        for i in range(len(world.blocs)):
            bloc = world.blocs[i]
            if bloc.side == s:
                bloc.opinion = toward(bloc.opinion, 1.0, share)
                bloc.predisposition = toward(bloc.predisposition, 1.0, share)
    elif constraint == Constraint.JUDGEMENT:
        me.judgement = toward(me.judgement, max(0.0, me.judgement), share)
        me.judgement_noise = toward(me.judgement_noise, 0.0, share)


@rule
def relax_all(relaxation: Any, limits: Any, world: World) -> None:
    """Relax all members of a set by their share (``members`` as bits, ``share``; see ``relax``)."""
    for member in range(MEMBERS):
        if (relaxation.members >> member) & 1 == 1:
            relax(member, relaxation.share, limits, world)
