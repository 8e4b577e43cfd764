"""Acceptance sets: how many texts each side would accept this week, and how many suit both."""

import numpy as np

from ceasefire.agents.belligerent import ACCEPT
from ceasefire.agents.leader import weigh
from ceasefire.agents.rules import FLOAT, rule
from ceasefire.agents.world import World
from ceasefire.agents.worth import tabulate, war_value

COUNTS = np.dtype([("first", np.int64), ("second", np.int64), ("both", np.int64)])
"""Texts that the first side, the second side, and both would sign and mean to carry out."""


ANSWER = np.dtype([("answer", np.int64), ("balance", FLOAT)])
"""A side's answer to a text, and its balance: at zero or more it signs (utility)."""


@rule
def be_ready(world: World) -> None:
    """Ready both sides to be asked about texts, without misjudgement."""
    for s in range(2):
        me = world.belligerents[s]
        me.judgement = 0.0
        me.war_value = war_value(s, world)
        tabulate(s, world)


@rule
def count_accepted(world: World) -> tuple[int, int, int]:
    """Count the texts of the grid that each side, and both, would accept as things stand.

    Without misjudgement and apart from any round: what could be agreed, not what is tabled.
    Weighing leaves its terms in the sides' records, so this is for a copy of a world, made ready.
    """
    first = 0
    second = 0
    both = 0
    for text in range(len(world.grid.texts)):
        one = weigh(0, text, world) == ACCEPT
        other = weigh(1, text, world) == ACCEPT
        first += one
        second += other
        both += one and other
    return first, second, both
