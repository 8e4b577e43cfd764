"""The order of a week, written once for each engine, side by side.

publics -> fronts -> war and its stocks -> patrons -> parties -> mediators (a round, if one is
called or under way) -> carrying out the deal in force -> end of the week.

Scheduled events come in before the week begins. The week has three parts, so that one can look
at a world, or change it, just before the talks and just after the answers.
"""

from ceasefire.agents.armed_group import SolidarityFront, fight_in_solidarity, risk_of_regional_war
from ceasefire.agents.coalition_party import CoalitionParty, decide_membership
from ceasefire.agents.council import hold_vote, is_due
from ceasefire.agents.government import count_seats
from ceasefire.agents.mediator import Mediator
from ceasefire.agents.patron import Patron, take_stance, use_leverage
from ceasefire.agents.public_opinion import (
    PublicOpinion,
    answer_to_publics,
    form_opinion,
    listen,
    world_opinion,
)
from ceasefire.agents.rules import rule
from ceasefire.agents.standing import settle_standing, share_blame
from ceasefire.agents.talks import build_channels, hold_talks, settle_talks
from ceasefire.agents.world import MesaWorld, World
from ceasefire.model.world.outcome import end_of_week
from ceasefire.model.world.truce import carry_out
from ceasefire.model.world.war import aid_in_deal, keep_captives, order_effort, suffer


def before_talks_of_agents(model: MesaWorld) -> None:
    """The Mesa engine's week up to the talks: agents act kind by kind."""
    acts = model.activate

    acts(PublicOpinion, "listen")
    acts(PublicOpinion, "form")
    world_opinion(model)
    for s in range(2):
        answer_to_publics(s, model)

    acts(SolidarityFront, "step")
    risk_of_regional_war(model)

    for s in range(2):
        order_effort(s, model)
    for s in range(2):
        me, foe = model.belligerents[s], model.belligerents[1 - s]
        suffer(me, foe, aid_in_deal(s, model), model.war, model.switches)
    for group in model.captives:
        holder, origin = model.belligerents[group.holder], model.belligerents[group.origin]
        keep_captives(group, holder, origin, model.war, model.switches)

    clear_pressure(model)
    acts(Patron, "step")
    for resolution in model.resolutions:
        if is_due(resolution, model.war, model.switches):
            hold_vote(resolution, model)
    share_blame(model)

    acts(CoalitionParty, "step")
    for s in range(2):
        count_seats(s, model)


def talks_of_agents(model: MesaWorld) -> None:
    """The Mesa engine's talks."""
    model.activate(Mediator, "step")
    hold_talks(model)


def after_talks_of_agents(model: MesaWorld) -> None:
    """The rest of the Mesa engine's week."""
    settle_talks(model)
    carry_out(model)
    for s in range(2):
        me, other = model.belligerents[s], model.belligerents[1 - s]
        settle_standing(s, me, other, model.captives, model.war.step, model.switches)
    end_of_week(model)


@rule
def before_talks_of_records(world: World) -> None:
    """The compiled engine's week up to the talks: the same rules in the same order."""
    for i in range(len(world.blocs)):
        listen(world.blocs[i], i, world.blocs, world.influence)
    for i in range(len(world.blocs)):
        form_opinion(world.blocs[i], world.belligerents, world.captives, world.war, world.switches)
    world_opinion(world)
    for s in range(2):
        answer_to_publics(s, world)

    for i in range(len(world.fronts)):
        fight_in_solidarity(world.fronts[i], world)
    risk_of_regional_war(world)

    for s in range(2):
        order_effort(s, world)
    for s in range(2):
        me, foe = world.belligerents[s], world.belligerents[1 - s]
        suffer(me, foe, aid_in_deal(s, world), world.war, world.switches)
    for i in range(len(world.captives)):
        group = world.captives[i]
        holder, origin = world.belligerents[group.holder], world.belligerents[group.origin]
        keep_captives(group, holder, origin, world.war, world.switches)

    clear_pressure(world)
    for i in range(len(world.patrons)):
        take_stance(world.patrons[i], i, world.blocs, world.war, world.switches)
        use_leverage(
            world.patrons[i],
            i,
            world.patronages,
            world.belligerents,
            world.war,
            world.switches,
        )
    for i in range(len(world.resolutions)):
        if is_due(world.resolutions[i], world.war, world.switches):
            hold_vote(world.resolutions[i], world)
    share_blame(world)

    for i in range(len(world.parties)):
        decide_membership(world.parties[i], world)
    for s in range(2):
        count_seats(s, world)


@rule
def talks_of_records(world: World) -> None:
    """The compiled engine's talks."""
    for i in range(len(world.mediators)):
        build_channels(i, world.mediators[i], world.channels, world.war.step)
    hold_talks(world)


@rule
def after_talks_of_records(world: World) -> None:
    """The rest of the compiled engine's week."""
    settle_talks(world)
    carry_out(world)
    for s in range(2):
        me, other = world.belligerents[s], world.belligerents[1 - s]
        settle_standing(s, me, other, world.captives, world.war.step, world.switches)
    end_of_week(world)


@rule
def clear_pressure(world: World) -> None:
    """Forget last week's pressure before patrons press anew."""
    for s in range(2):
        me = world.belligerents[s]
        me.felt = 0.0
        me.felt_relief = 0.0
