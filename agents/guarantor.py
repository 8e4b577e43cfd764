"""Guarantors, and the Security Council: who signs, and what is voted."""

from typing import Annotated, Any

from agents.actor import (
    Actor,
    Record,
    World,
    choice,
    flag,
    given,
    refers,
    rule,
    worked_out,
)
from agents.belligerent import REFUSE
from agents.chance import Decision, uniform
from agents.patron import vote_on

NOT_YET = -2
GUARANTEES = ("none", "mediators", "patron", "outside")


class Guarantor(Actor):
    """One who may put its name under a deal."""

    kind = "guarantor"

    level: Annotated[int, choice(GUARANTEES, "Guarantee to which its name belongs.")]
    patron: Annotated[int, refers("patron", "The patron it is, if it is one.", True)]
    weight: Annotated[float, given("strength", 0, 10, "Strength of its name with full resolve.")]
    resolve: Annotated[float, given("share", 0, 1, "Believed readiness to make it good.")]
    willing: Annotated[float, given("probability", 0, 1, "Odds that it signs in a round.")]

    signs: Annotated[bool, worked_out("yes/no", "Whether it would sign in this round.", 1)]


class Draft(Record):
    """A draft that the Security Council votes on."""

    kind = "draft"

    key: Annotated[int, worked_out("", "Stable number made from the declared name.")]
    week: Annotated[float, given("weeks", 0, 520, "When it is voted on.")]
    demand: Annotated[float, given("share", 0, 1, "What it demands: 0 aid, 1 a permanent end.")]
    votes: Annotated[int, given("votes", 0, 15, "Votes in favour other than the patron's.")]
    other_veto: Annotated[bool, flag("Vetoed by a member that is no actor here.")]
    patron: Annotated[int, refers("patron", "Patron with a veto.", True)]

    vote: Annotated[
        int, worked_out("vote", "The patron's vote: -1 veto, 0 abstention, 1 yes; -2: not yet.", -2)
    ]
    adopted: Annotated[bool, worked_out("yes/no", "Whether it was adopted.")]


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


@rule
def is_due(draft: Any, war: Any, switches: Any) -> bool:
    """Whether a draft comes to the vote this week."""
    return switches.council and draft.vote == NOT_YET and war.week >= draft.week


@rule
def hold_vote(draft: Any, world: World) -> None:
    """Rules 13 and 19. Vote on a draft in its week: adopted with nine votes and no veto.

    An adopted draft costs each side that refused the last text ``reputation_speed * demand``, a
    share of its standing (votes after the article, claim C04; the cost is assumed).
    """
    draft.vote = 1
    if draft.patron >= 0:
        patron = world.patrons[draft.patron]
        draft.vote = vote_on(patron.stance, draft.demand, patron.abstain_margin)
        patron.vote = draft.vote
    votes = draft.votes + (1 if draft.vote == 1 and draft.patron >= 0 else 0)
    draft.adopted = votes >= 9 and draft.vote >= 0 and not draft.other_veto
    if draft.adopted:
        world.war.resolutions += 1
        if world.switches.reputation and world.talks.rounds > 0:
            for s in range(len(world.belligerents)):
                me = world.belligerents[s]
                if me.answer == REFUSE:
                    me.reputation *= 1.0 - me.reputation_speed * draft.demand
