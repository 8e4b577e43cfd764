"""Worlds frozen just after the answers of a round that failed, to be certified."""

from typing import Any

import numpy as np

from ceasefire.agents.chance import Decision, uniform
from ceasefire.agents.kinds import SINGLES, STATE
from ceasefire.agents.rules import rule
from ceasefire.agents.world import World
from ceasefire.model.case.case import Case
from ceasefire.model.certificate.relaxed import copy_records
from ceasefire.model.view import tuple_of, written

KEPT = tuple(name for name, record in STATE.items() if record.bears_on_answers)
"""What an answer to a text can depend on."""

Frozen: Any = tuple_of("Frozen", KEPT, __name__)
"""Records of frozen worlds: what an answer can depend on (rows, rounds), or with actors."""


def room_for(case: Case, rows: int, rounds: int) -> Any:
    """Make room (``Frozen``) for the failed rounds of some runs; a seed of -1: a place not used."""
    arrays = []
    for name in KEPT:
        one = case.records[name]
        actors = () if name in SINGLES else one.shape
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


def _copy_of(name: str) -> str:
    if name in SINGLES:
        return f"    frozen.{name}[row, place] = world.{name}"
    return f"    copy_records(world.{name}, frozen.{name}[row, place])"


freeze = written(
    "\n".join(["def freeze(world, row, place, frozen):", *map(_copy_of, KEPT)]),
    copy_records=copy_records,
)
"""Copy what an answer can depend on of a world to a row and place of frozen ones."""


def freeze_agents(world: World) -> Any:
    """Copy what an answer can depend on from a world of the Mesa engine (``Frozen``, one row)."""
    arrays = []
    for name in KEPT:
        held = getattr(world, name)
        numbers = [one.numbers() for one in ([held] if name in SINGLES else held)]
        records = np.array(numbers, dtype=STATE[name].layout())
        arrays.append(records if name in SINGLES else records[np.newaxis])
    return Frozen(*arrays)
