"""Guarantors: who puts its name under a deal."""

from typing import Annotated, Any

from ceasefire.agents.actor import Actor, choice, given, refers, worked_out
from ceasefire.agents.chance import Decision, uniform
from ceasefire.agents.rules import rule
from ceasefire.agents.world import World

GUARANTEES = ("none", "mediators", "patron", "outside")


class Guarantor(Actor):
    """One who may put its name under a deal."""

    kind = "guarantor"
    collection = "guarantors"

    level: Annotated[int, choice(GUARANTEES, "Guarantee to which its name belongs.")]
    patron: Annotated[int, refers("patron", "The patron it is, if it is one.", True)]
    weight: Annotated[float, given("strength", 0, 10, "Strength of its name with full resolve.")]
    resolve: Annotated[float, given("share", 0, 1, "Believed readiness to make it good.")]
    willing: Annotated[float, given("probability", 0, 1, "Odds that it signs in a round.")]

    signs: Annotated[bool, worked_out("yes/no", "Whether it would sign in this round.", 1)]


@rule
def decide_to_sign(guarantor: Any, world: World) -> None:
    """Rule 4. Decide, once a round, whether it would put its name under a deal.

    It does with probability ``willing`` (the article, claim C15). A guarantor that is a patron is
    believed as its patronage is: the strongest resolve, 0 to 1, that a client believes it has.
    """
    draw = uniform(world.war.seed, world.talks.rounds, guarantor.key, Decision.SIGN_GUARANTEE)
    guarantor.signs = draw < guarantor.willing
    if guarantor.patron >= 0:
        resolve = 0.0
        for i in range(len(world.patronages)):
            tie = world.patronages[i]
            if tie.patron == guarantor.patron:
                resolve = max(resolve, tie.believed_resolve)
        guarantor.resolve = resolve
