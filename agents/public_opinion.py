"""Public opinion: blocs that listen to each other, rally, tire and take to the street."""

import math
from typing import Annotated, Any

from ceasefire.agents.actor import Actor, given, refers, worked_out
from ceasefire.agents.rules import rule, share_of_step
from ceasefire.agents.world import World


class PublicOpinion(Actor):
    """A bloc of one public."""

    kind = "bloc"
    collection = "blocs"
    collected = ("name", "opinion", "support", "protest", "belief_victory")

    side: Annotated[int, refers("belligerent", "Side whose public it belongs to.", True)]
    patron: Annotated[int, refers("patron", "Patron whose voters it belongs to.", True)]
    weight: Annotated[float, given("share", 0, 1, "Its share of its public.")]
    predisposition: Annotated[float, given("-1 to 1", -1, 1, "Its wish for a deal by itself.")]
    susceptibility: Annotated[float, given("share", 0, 1, "How far it listens to others.")]
    care_captives: Annotated[
        float, given("-1 to 1", 0, 10, "Shift when all its captives are held.")
    ]
    care_toll: Annotated[float, given("-1 to 1", 0, 10, "Shift from deaths per tenfold toll.")]
    care_hunger: Annotated[float, given("-1 to 1", 0, 10, "Shift from famine.")]
    rally_weight: Annotated[float, given("share", 0, 10, "Support rallied by attack.")]
    ruin_weight: Annotated[float, given("share", 0, 10, "Support lost to ruin.")]
    rally_speed: Annotated[float, given("1/week", 0, 1, "Speed of the rally.")]
    ruin_speed: Annotated[float, given("1/week", 0, 1, "Speed at which ruin sinks in.")]
    support_base: Annotated[float, given("share", 0, 1, "Support for its leaders by itself.")]
    protest_threshold: Annotated[float, given("-1 to 1", -2, 2, "Opinion at which half protest.")]
    protest_contagion: Annotated[float, given("-1 to 1", 0, 10, "Push from others protesting.")]
    protest_temperature: Annotated[float, given("-1 to 1", 0.001, 10, "Spread of thresholds.")]
    belief_victory: Annotated[float, given("share", 0, 1, "Share that expects victory.")]
    victory_pull: Annotated[
        float, given("-1 to 1", 0, 10, "Shift against a deal if all expect it.")
    ]
    candour_effect: Annotated[float, given("1/week", 0, 1, "Speed at which candour erodes it.")]
    credulity: Annotated[float, given("share", 0, 1, "Share of a blaming story it believes.")]

    opinion: Annotated[float, worked_out("-1 to 1", "Its wish for a deal.")]
    protest: Annotated[float, worked_out("share", "Share of it in the street.")]
    support: Annotated[float, worked_out("share", "Its support for its leaders.", 0.5)]
    rally: Annotated[float, worked_out("share", "Rally in force.")]
    ruin: Annotated[float, worked_out("share", "Ruin that has sunk in.")]
    heard: Annotated[float, worked_out("-1 to 1", "What it hears from the blocs it listens to.")]
    protest_heard: Annotated[float, worked_out("share", "Protest it sees around it.")]

    def listen(self) -> None:
        """Hear the blocs it listens to."""
        listen(self, self.index, self.model.blocs, self.model.influence)

    def form(self) -> None:
        """Form its opinion."""
        model = self.model
        form_opinion(self, model.belligerents, model.captives, model.war, model.switches)


@rule
def listen(bloc: Any, b: int, blocs: Any, influence: Any) -> None:
    """Rule 16. What a bloc hears: the opinions of others, weighted by influence.

    ``(W x)_b``, -1 to 1, and the same of the shares in the street, 0 to 1; the rows of ``W`` sum to
    one (Friedkin and Johnsen 1990; Granovetter 1978).
    """
    heard = 0.0
    street = 0.0
    for i in range(len(blocs)):
        weight = influence[b, i]
        if weight > 0.0:
            heard += weight * blocs[i].opinion
            street += weight * blocs[i].protest
    bloc.heard = heard
    bloc.protest_heard = street


@rule
def next_opinion(susceptibility: float, heard: float, predisposition: float, shock: float) -> float:
    """Rule 16. ``x' = lambda * (W x) + (1 - lambda) * x0 + shock``, within -1 to 1.

    Opinions from -1 to 1, ``lambda`` from 0 to 1. Without a shock it converges to
    ``(I - L W)^-1 (I - L) x0`` (Friedkin and Johnsen 1990).
    """
    x = susceptibility * heard + (1.0 - susceptibility) * predisposition + shock
    return min(1.0, max(-1.0, x))


@rule
def share_protesting(opinion: float, seen: float, bloc: Any) -> float:
    """Rule 16. Share of a bloc in the street, 0 to 1: a threshold response (Granovetter 1978).

    ``1 / (1 + exp(-(opinion + contagion * seen - threshold) / temperature))``: thresholds are
    spread logistically; seeing others protest lowers them.
    """
    pull = opinion + bloc.protest_contagion * seen - bloc.protest_threshold
    return 1.0 / (1.0 + math.exp(-min(max(pull / bloc.protest_temperature, -700.0), 700.0)))


@rule
def suffering(side: Any) -> float:
    """Rule 16. Deaths among a side's people in tenfolds of a week's reference toll.

    ``log10(1 + toll / reference)``, a pure number (the article, claims C19 and C50).
    """
    return math.log10(1.0 + side.toll / side.toll_reference)


@rule
def form_opinion(bloc: Any, belligerents: Any, captives: Any, war: Any, switches: Any) -> None:
    """Rule 16. One week of a bloc: belief in victory, rally and ruin, opinion, protest.

    The shock is ``care_toll * suffering + care_hunger * hunger + care_captives * share still held -
    victory_pull * belief in victory``; opinion, -1 to 1, closes a share ``step`` of its gap to
    ``next_opinion``. A side's own public sees its own dead, hunger and captives; every other public
    sees those of both sides. Support, 0 to 1, is
    ``base + rally_weight * rally - ruin_weight * ruin``: attack rallies a public at once, ruin
    sinks in slowly, each at a speed per week. Officers' candour lowers belief in victory at
    ``candour_effect * candour`` per week (Friedkin and Johnsen 1990; Granovetter 1978; the article,
    claims C20, C21 and C35).
    """
    if not switches.opinion:
        return
    step = war.step
    dead = 0.0
    hunger = 0.0
    living = 0.0
    initial = 0.0
    candour = 0.0
    for s in range(len(belligerents)):
        side = belligerents[s]
        if bloc.side == s or bloc.side < 0:
            dead += suffering(side)
            hunger += side.hunger
        if bloc.side == s:
            candour = side.army_candour
            attack = min(1.0, side.toll_rate / side.toll_reference)
            ruined = 0.5 * min(1.0, 0.2 * suffering(side)) + 0.5 * side.hunger
            bloc.rally += (attack - bloc.rally) * share_of_step(bloc.rally_speed, step)
            bloc.ruin += (ruined - bloc.ruin) * share_of_step(bloc.ruin_speed, step)
            support = (
                bloc.support_base + bloc.rally_weight * bloc.rally - bloc.ruin_weight * bloc.ruin
            )
            bloc.support = min(1.0, max(0.0, support))
    for g in range(len(captives)):
        group = captives[g]
        if bloc.side == group.origin or bloc.side < 0:
            living += group.living
            initial += group.initial
    if switches.candour:
        bloc.belief_victory -= bloc.belief_victory * share_of_step(
            bloc.candour_effect * candour, step
        )
    shock = (
        bloc.care_toll * dead + bloc.care_hunger * hunger - bloc.victory_pull * bloc.belief_victory
    )
    if initial > 0.0:
        shock += bloc.care_captives * living / initial
    formed = next_opinion(bloc.susceptibility, bloc.heard, bloc.predisposition, shock)
    bloc.opinion += (formed - bloc.opinion) * step
    bloc.protest = share_protesting(bloc.opinion, bloc.protest_heard, bloc)


@rule
def joining_rate(speed: float, start: float, organised: float) -> float:
    """Rule 16. Rate, per week, at which families join: some of themselves, most by example.

    ``speed * (start + (1 - start) * organised)``: slow at first, then fast, as innovations spread
    (Bass 1969; thresholds as in Granovetter 1978). With a start of 1 nobody needs an example.
    """
    return speed * (start + (1.0 - start) * organised)


@rule
def answer_to_publics(s: int, world: World) -> None:
    """Rule 16. Gather what a side's public wants and does, and let families organise.

    Opinion (-1 to 1), protest and support (0 to 1) are means over its blocs by weight. The leader's
    belief in victory follows the blocs', less the officers' candour, at ``belief_speed`` per week;
    families follow the share of captives still held at ``family_speed`` per week (the article,
    claims C35 and C40).
    """
    me = world.belligerents[s]
    step = world.war.step
    opinion = 0.0
    protest = 0.0
    support = 0.0
    expects = 0.0
    weight = 0.0
    for i in range(len(world.blocs)):
        bloc = world.blocs[i]
        if bloc.side == s:
            opinion += bloc.weight * bloc.opinion
            protest += bloc.weight * bloc.protest
            support += bloc.weight * bloc.support
            expects += bloc.weight * bloc.belief_victory
            weight += bloc.weight
    if weight > 0.0 and world.switches.opinion:
        me.opinion = opinion / weight
        me.protest = protest / weight
        me.support = support / weight
        hope = expects / weight
        if world.switches.candour:
            hope *= 1.0 - me.army_candour
        me.belief_victory += (hope - me.belief_victory) * share_of_step(me.belief_speed, step)
    living = 0.0
    initial = 0.0
    for g in range(len(world.captives)):
        group = world.captives[g]
        if group.origin == s:
            living += group.living
            initial += group.initial
    held_share = living / initial if initial > 0.0 else 0.0
    joining = joining_rate(me.family_speed, me.family_start, me.families)
    me.families += (held_share - me.families) * share_of_step(joining, step)


@rule
def world_opinion(world: World) -> None:
    """Rule 16. Gather the opinion of publics that belong to nobody here: their mean, -1 to 1."""
    opinion = 0.0
    weight = 0.0
    for i in range(len(world.blocs)):
        bloc = world.blocs[i]
        if bloc.side < 0 and bloc.patron < 0:
            opinion += bloc.weight * bloc.opinion
            weight += bloc.weight
    world.war.world_opinion = opinion / weight if weight > 0.0 else 0.0
