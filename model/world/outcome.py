"""How a run ends: competing end states."""

from ceasefire.agents.rules import rule
from ceasefire.agents.world import World

NONE, PERMANENT, FELL, REGIONAL = range(4)
END_STATES = (
    "no deal at the horizon",
    "permanent ceasefire",
    "government fell",
    "regional war",
)
"""End states by value of ``war.outcome``. The first is censored: the run was cut off."""


@rule
def end_of_week(world: World) -> None:
    """Close the week: a fallen government ends the run; the clock moves on."""
    war = world.war
    for s in range(2):
        if world.belligerents[s].fallen and war.outcome == 0:
            war.outcome = 2
    war.tick += 1
    war.week = war.tick * war.step
    over = war.outcome != 0 or war.week >= war.horizon - 0.5 * war.step
    if over:
        war.ended_week = war.week
        talks = world.talks
        if talks.phase > 0 and war.outcome != 1:
            world.truces[talks.truces - 1].cause = 4


@rule
def is_over(world: World) -> bool:
    """Whether the run has ended, by an end state or at the horizon."""
    return world.war.ended_week >= 0.0
