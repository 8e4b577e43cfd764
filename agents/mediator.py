"""Mediators, and the channels that each has to the sides."""

from typing import Annotated

from ceasefire.agents.actor import Actor, Record, given, refers
from ceasefire.agents.talks import build_channels


class Mediator(Actor):
    """One who carries texts between the sides."""

    kind = "mediator"
    collection = "mediators"

    initiative: Annotated[float, given("multiple", 0, 10, "Readiness to call rounds.")]
    honesty: Annotated[float, given("probability", 0, 1, "Prior that its word is honest.")]
    bias: Annotated[float, given("probability", 0, 1, "Odds that it would vouch falsely.")]
    guarantee_weight: Annotated[
        float, given("share", -1, 10, "Its own weight on a firm guarantee.")
    ]
    learning: Annotated[float, given("share", 0, 1, "How far an answer moves its estimate.")]
    forgetting: Annotated[float, given("1/week", 0, 1, "Speed at which estimates fade.")]

    def step(self) -> None:
        """Build its channels; whose round is held the world decides (``talks.hold_talks``)."""
        build_channels(self.index, self, self.model.channels, self.model.war.step)


class Channel(Record):
    """What one mediator has with one side."""

    kind = "channel"
    collection = "channels"

    mediator: Annotated[int, refers("mediator", "The mediator.")]
    belligerent: Annotated[int, refers("belligerent", "The side.")]
    trust: Annotated[float, given("share", 0, 1, "The side's trust in the mediator.")]
    built: Annotated[float, given("share", 0, 1, "How far the channel is built.")]
    build_rate: Annotated[float, given("1/week", 0, 1, "Speed at which it is built.")]
    reluctance_pause: Annotated[
        float, given("utility", -10, 10, "Estimated reluctance toward texts that only pause.")
    ]
    reluctance_end: Annotated[
        float, given("utility", -10, 10, "Estimated reluctance toward texts that end the war.")
    ]
