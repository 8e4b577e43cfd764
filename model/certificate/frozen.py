"""Worlds frozen just after the answers of a round that failed, to be certified."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ceasefire.agents.chance import Decision, uniform
from ceasefire.agents.rules import rule
from ceasefire.agents.world import World
from ceasefire.model.certificate.relaxed import copy_records

if TYPE_CHECKING:
    from ceasefire.model.case.case import Case
    from ceasefire.model.engines.ceasefire import CeasefireModel

SINGLE = ("war", "talks", "switches")
"""What a world has one of."""


class Frozen(NamedTuple):
    """Records of frozen worlds: what an answer can depend on (rows, rounds) or with actors."""

    war: Any
    talks: Any
    switches: Any
    belligerents: Any
    captives: Any
    parties: Any
    patrons: Any
    patronages: Any
    mediators: Any
    channels: Any
    blocs: Any
    guarantors: Any


def room_for(case: "Case", rows: int, rounds: int) -> Frozen:
    """Make room for the failed rounds of some runs; a seed of -1 marks a place not used."""
    arrays = []
    for name in Frozen._fields:
        one = case.records[name]
        actors = () if name in SINGLE else one.shape
        arrays.append(np.zeros((rows, rounds, *actors), dtype=one.dtype))
    frozen = Frozen(*arrays)
    frozen.war["seed"] = -1
    return frozen


@rule
def is_certified(share: float, world: World) -> bool:
    """Whether a round failed this week and is among the share of them that are certified."""
    talks = world.talks
    if not talks.closing or talks.signed:
        return False
    if share >= 1.0:
        return True
    # The draw belongs to the round, not to a side, hence the key 0.
    return uniform(world.war.seed, world.war.tick, 0, Decision.SAMPLE) < share


@rule
def freeze(world: World, row: int, place: int, frozen: Any) -> None:
    """Copy what an answer can depend on."""
    frozen.war[row, place] = world.war
    frozen.talks[row, place] = world.talks
    frozen.switches[row, place] = world.switches
    copy_records(world.belligerents, frozen.belligerents[row, place])
    copy_records(world.captives, frozen.captives[row, place])
    copy_records(world.parties, frozen.parties[row, place])
    copy_records(world.patrons, frozen.patrons[row, place])
    copy_records(world.patronages, frozen.patronages[row, place])
    copy_records(world.mediators, frozen.mediators[row, place])
    copy_records(world.channels, frozen.channels[row, place])
    copy_records(world.blocs, frozen.blocs[row, place])
    copy_records(world.guarantors, frozen.guarantors[row, place])


def freeze_agents(model: "CeasefireModel") -> Frozen:
    """Copy what an answer can depend on from a world of the Mesa engine (one row)."""
    arrays = []
    for name in Frozen._fields:
        held = getattr(model, name)
        numbers = [one.numbers() for one in ([held] if name in SINGLE else held)]
        records = np.array(numbers, dtype=model.case.records[name].dtype)
        arrays.append(records if name in SINGLE else records[np.newaxis])
    return Frozen(*arrays)
