"""The clock of a world, its seed, and what belongs to nobody."""

from typing import Annotated

from ceasefire.agents.actor import Record, given, worked_out


class War(Record):
    """The clock, the seed, and what belongs to nobody."""

    kind = "war"
    weekly = True

    step: Annotated[float, given("weeks", 0.05, 1, "Length of one step.")]
    horizon: Annotated[float, given("weeks", 1, 520, "When the run is cut off.")]
    toll_noise: Annotated[float, given("share", 0, 1, "Spread of the weekly toll.")]
    regional_hazard: Annotated[
        float, given("1/week", 0, 1, "Hazard of a regional war with all fronts at their reference.")
    ]

    seed: Annotated[int, worked_out("", "Seed of the run.")]
    tick: Annotated[int, worked_out("steps", "Steps done.")]
    week: Annotated[float, worked_out("weeks", "Time since the start.")]
    fighting: Annotated[bool, worked_out("yes/no", "Whether the war is on.", 1)]
    regional_risk: Annotated[float, worked_out("share", "Fronts against their reference.")]
    world_opinion: Annotated[float, worked_out("-1 to 1", "The world's wish for an end.")]
    resolutions: Annotated[int, worked_out("resolutions", "Adopted by the Security Council.")]
    outcome: Annotated[
        int,
        worked_out(
            "end state", "0 none yet, 1 permanent ceasefire, 2 government fell, 3 regional war."
        ),
    ]
    ended_week: Annotated[float, worked_out("weeks", "When it ended; -1: not yet.", -1)]
