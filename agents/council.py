"""The Security Council: resolutions scheduled in a case, and the vote on them."""

from typing import Annotated, Any

from ceasefire.agents.actor import Record, flag, given, refers, worked_out
from ceasefire.agents.belligerent import REFUSE
from ceasefire.agents.patron import vote_on
from ceasefire.agents.rules import rule
from ceasefire.agents.world import World

NOT_YET = -2


class Resolution(Record):
    """A resolution that the Security Council votes on."""

    kind = "resolution"
    collection = "resolutions"
    bears_on_answers = False

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
def is_due(resolution: Any, war: Any, switches: Any) -> bool:
    """Whether a resolution comes to the vote this week."""
    return switches.council and resolution.vote == NOT_YET and war.week >= resolution.week


@rule
def hold_vote(resolution: Any, world: World) -> None:
    """Rules 13 and 19. Vote on a resolution in its week: adopted with nine votes and no veto.

    One that is adopted costs each side that refused the last text ``reputation_speed * demand``, a
    share of its standing (votes after the article, claim C04; the cost is assumed).
    """
    resolution.vote = 1
    if resolution.patron >= 0:
        patron = world.patrons[resolution.patron]
        resolution.vote = vote_on(patron.stance, resolution.demand, patron.abstain_margin)
    votes = resolution.votes + (1 if resolution.vote == 1 and resolution.patron >= 0 else 0)
    resolution.adopted = votes >= 9 and resolution.vote >= 0 and not resolution.other_veto
    if resolution.adopted:
        world.war.resolutions += 1
        if world.switches.reputation and world.talks.rounds > 0:
            for s in range(len(world.belligerents)):
                me = world.belligerents[s]
                if me.answer == REFUSE:
                    me.reputation *= 1.0 - me.reputation_speed * resolution.demand
