"""Patrons: outside governments that arm, shield and press a side, and what they make of it."""

import math
from typing import Annotated, Any

from ceasefire.agents.actor import Actor, Record, given, refers, worked_out
from ceasefire.agents.chance import Decision, uniform
from ceasefire.agents.rules import rule, share_of_step


class Patron(Actor):
    """An outside government with leverage over a side."""

    kind = "patron"
    collection = "patrons"
    weekly = True
    collected = ("name", "stance", "pressing", "consequences")

    stance: Annotated[
        float, given("share", 0, 1, "0: backs pauses only, 1: backs a permanent end.")
    ]
    stance_base: Annotated[float, given("share", 0, 1, "Stance when nothing weighs on it.")]
    electoral_weight: Annotated[float, given("share", 0, 10, "Weight of voters' discontent.")]
    isolation_weight: Annotated[float, given("share", 0, 10, "Weight of isolation abroad.")]
    regional_weight: Annotated[
        float, given("share", 0, 10, "Weight of the risk of a regional war.")
    ]
    inertia: Annotated[float, given("1/week", 0, 1, "Speed at which its stance moves.")]
    resolve: Annotated[
        float, given("share", 0, 1, "Its readiness to carry out what it threatened.")
    ]
    home_cost: Annotated[float, given("share", 0, 1, "Cost at home of carrying out a threat.")]
    carry_temperature: Annotated[float, given("share", 0.001, 10, "Spread of that decision.")]
    publish_from: Annotated[
        float, given("share", 0, 2, "Stance from which it makes a text public.")
    ]
    abstain_margin: Annotated[
        float, given("share", 0, 1, "How far beyond its stance it only abstains.")
    ]
    blame_effort: Annotated[float, given("share", 0, 1, "Effort put into blaming the other side.")]
    blame_relief: Annotated[
        float, given("share", 0, 10, "Cost of inaction that believed blame removes.")
    ]

    electoral: Annotated[float, worked_out("share", "Discontent of its voters.")]
    isolation: Annotated[float, worked_out("share", "Isolation abroad.")]
    regional: Annotated[float, worked_out("share", "Risk of a regional war.")]
    relief: Annotated[float, worked_out("share", "Cost of inaction removed by blame.")]
    pressing: Annotated[bool, worked_out("yes/no", "Whether it presses a client for an end.")]
    consequences: Annotated[float, worked_out("share", "Conditions carried out this week.")]

    def step(self) -> None:
        """Move its stance, and decide what to make of its leverage."""
        model = self.model
        take_stance(self, self.index, model.blocs, model.war, model.switches)
        use_leverage(
            self,
            self.index,
            model.patronages,
            model.belligerents,
            model.war,
            model.switches,
        )


class Patronage(Record):
    """What one patron gives a client and asks of it."""

    kind = "patronage"
    collection = "patronages"
    weekly = True

    key: Annotated[int, worked_out("", "Stable number made from the declared name.")]
    patron: Annotated[int, refers("patron", "Who gives and asks.")]
    client: Annotated[int, refers("belligerent", "Who receives and is asked.")]
    transmission: Annotated[float, given("share", 0, 1, "Share of the pressure that passes.")]
    arms_flow: Annotated[
        float, given("weeks/week", 0, 10, "Arms delivered, in weeks of full effort.")
    ]
    withheld: Annotated[float, given("share", 0, 1, "Share of arms withheld as a standing policy.")]
    dependence_diplomatic: Annotated[float, given("share", 0, 10, "Client's dependence on cover.")]
    dependence_economic: Annotated[float, given("share", 0, 10, "Client's dependence on money.")]
    dependence_arms: Annotated[float, given("share", 0, 10, "Client's dependence on arms.")]
    condition_diplomatic: Annotated[
        float, given("share", 0, 1, "Cover that it threatens to withdraw.")
    ]
    condition_economic: Annotated[
        float, given("share", 0, 1, "Money that it threatens to withhold.")
    ]
    condition_arms: Annotated[float, given("share", 0, 1, "Arms that it threatens to withhold.")]
    condition_relief: Annotated[
        float, given("share", 0, 1, "Explicit condition on aid and restraint, apart from a deal.")
    ]
    press_from: Annotated[
        float, given("share", 0, 1, "The patron's stance from which it presses for an end.")
    ]
    believed_resolve: Annotated[float, given("share", 0, 1, "Resolve the client believes it has.")]
    learning: Annotated[float, given("share", 0, 1, "Weight of the newest crossed line.")]

    felt: Annotated[float, worked_out("share", "Pressure the client feels for an end.")]
    withheld_now: Annotated[float, worked_out("share", "Share of arms withheld this week.")]
    carried_out: Annotated[bool, worked_out("yes/no", "Whether the threat was carried out.")]
    lines_crossed: Annotated[int, worked_out("steps", "Steps in which the client crossed a line.")]


@rule
def believed_blame(effort: float, credulity: float) -> float:
    """Rule 17. Share of its own inaction that a patron's blaming of others covers.

    ``effort * credulity``, all from 0 to 1: a story believed by nobody covers nothing (the article,
    claims C69 to C71).
    """
    return effort * credulity


@rule
def stance_target(base: float, concern: float, relief: float) -> float:
    """Rule 13. Where a patron's stance is pulled, 0 to 1: its base plus what worries it.

    ``min(1, base + max(0, concern - relief))``, with
    ``concern = w_e * electoral + w_i * isolation + w_r * regional``. Blaming the other side buys
    relief from the worry; it cannot push below the base (the article, claims C53 to C55 and C70).
    """
    return min(1.0, base + max(0.0, concern - relief))


@rule
def take_stance(patron: Any, p: int, blocs: Any, war: Any, switches: Any) -> None:
    """Rule 13. One week of a patron's stance: toward its target, with inertia.

    ``stance' = stance + (target - stance) * share_of_step(inertia)``, 0 to 1, the inertia per week.
    Electoral worry is its voters' mean wish for an end where they have one, isolation the world's,
    regional worry the risk of rule 15, each from 0 to 1. With all weights 0 a stance that starts at
    its base never moves (the article, claims C53 to C55 and C70 to C72).
    """
    discontent = 0.0
    credulity = 0.0
    voters = 0.0
    for i in range(len(blocs)):
        bloc = blocs[i]
        if bloc.patron == p:
            discontent += bloc.weight * max(0.0, bloc.opinion)
            credulity += bloc.weight * bloc.credulity
            voters += bloc.weight
    if voters > 0.0:
        discontent /= voters
        credulity /= voters
    patron.electoral = discontent
    patron.isolation = max(0.0, war.world_opinion)
    patron.regional = min(1.0, war.regional_risk)
    patron.relief = 0.0
    if switches.blame:
        patron.relief = patron.blame_relief * believed_blame(patron.blame_effort, credulity)
    if not switches.patron_stance:
        return
    concern = (
        patron.electoral_weight * patron.electoral
        + patron.isolation_weight * patron.isolation
        + patron.regional_weight * patron.regional
    )
    target = stance_target(patron.stance_base, concern, patron.relief)
    patron.stance += (target - patron.stance) * share_of_step(patron.inertia, war.step)


@rule
def vote_on(stance: float, demand: float, margin: float) -> int:
    """Rule 13. A vote at the Council: yes (1) up to its stance, abstention (0), then veto (-1).

    Yes iff ``demand <= stance``, veto iff ``demand > stance + margin``, all shares (the article,
    claim C04).
    """
    if stance >= demand:
        return 1
    if stance + margin >= demand:
        return 0
    return -1


@rule
def carry_out_probability(resolve: float, cost: float, temperature: float) -> float:
    """Rule 14. Odds that a patron carries out what it threatened once its line is crossed.

    ``1 / (1 + exp(-(resolve - cost) / temperature))``, a probability for each crossed line: a logit
    of its resolve less what that costs at home and what blame spares it, all shares (Bapat 2011).
    Without any resolve it never does.
    """
    if resolve <= 0.0:
        return 0.0
    return 1.0 / (1.0 + math.exp(-min(max((resolve - cost) / temperature, -700.0), 700.0)))


@rule
def learned_resolve(believed: float, carried_out: bool, learning: float) -> float:
    """Rule 14. Believed resolve after a crossed line: ``phi + eta * (1[carried out] - phi)``.

    0 to 1, with ``eta`` the share learned in the step. If a threat is never carried out it goes to
    zero: pressure without consequences (claim C60; Spindel 2023). Kept up it grows with every week,
    so a stand-off beats a burst (claim C61).
    """
    return believed + learning * ((1.0 if carried_out else 0.0) - believed)


@rule
def felt_pressure(
    tie: Any, diplomatic: float, economic: float, arms: float, believed: float
) -> float:
    """Rule 14. Pressure a client feels: dependence times believed resolve times demand.

    ``transmission * phi * sum(dependence * demand)`` over the channels, a pure number; only a share
    passes where it goes through a host (Bapat 2011; the article, claims C62 to C66).
    """
    demanded = (
        tie.dependence_diplomatic * diplomatic
        + tie.dependence_economic * economic
        + tie.dependence_arms * arms
    )
    return tie.transmission * believed * demanded


@rule
def presses(tie: Any, patron: Any) -> bool:
    """Rule 14. Whether a patron presses one client for an end: its stance has come that far."""
    return patron.stance >= tie.press_from


@rule
def demanded_arms(tie: Any) -> float:
    """Rule 14. Share of arms at stake: threatened, or withheld as a standing policy."""
    return max(tie.condition_arms, tie.withheld)


@rule
def pressure_for_end(tie: Any) -> float:
    """Rule 14. Pressure for an end while the patron presses, a pure number (``felt_pressure``)."""
    return felt_pressure(
        tie,
        tie.condition_diplomatic,
        tie.condition_economic,
        demanded_arms(tie),
        tie.believed_resolve,
    )


@rule
def use_leverage(
    patron: Any, p: int, patronages: Any, belligerents: Any, war: Any, switches: Any
) -> None:
    """Rule 14. One week of a patron's leverage over all its clients.

    It presses a client for an end once its stance has come far enough, in war and in a truce alike.
    Each step of war in which a client under a condition has not taken a text is a crossed line;
    carrying out the threat is a decision of its own, and arms withheld as a standing policy count
    as carried out where they are as much as all that was threatened. The client then feels
    ``felt_pressure`` for an end. For aid and restraint it feels, at any time,
    ``transmission * sum(dependence) * c * max(phi, resolve * c)``, with ``c`` the explicit
    condition on them, 0 to 1 (Bapat 2011; Spindel 2023; the article, claims C60 to C66 and C69).
    """
    patron.pressing = False
    patron.consequences = 0.0
    for i in range(len(patronages)):
        tie = patronages[i]
        if tie.patron != p:
            continue
        tie.carried_out = False
        tie.felt = 0.0
        tie.withheld_now = tie.withheld
        if not switches.leverage:
            continue
        client = belligerents[tie.client]
        arms = demanded_arms(tie)
        hardest = max(arms, tie.condition_diplomatic, tie.condition_economic)
        pressing = presses(tie, patron)
        patron.pressing = patron.pressing or pressing
        if pressing and hardest > 0.0 and war.fighting:
            odds = carry_out_probability(
                patron.resolve, patron.home_cost + patron.relief, patron.carry_temperature
            )
            draw = uniform(war.seed, war.tick, tie.key, Decision.CARRY_OUT_THREAT)
            tie.carried_out = draw < odds or tie.withheld >= hardest
            tie.lines_crossed += 1
            learning = share_of_step(tie.learning, war.step)
            tie.believed_resolve = learned_resolve(tie.believed_resolve, tie.carried_out, learning)
            if tie.carried_out:
                tie.withheld_now = arms
                patron.consequences = max(patron.consequences, hardest)
        if pressing:
            tie.felt = pressure_for_end(tie)
        client.felt += tie.felt
        client.felt_relief += felt_pressure(
            tie, tie.condition_relief, tie.condition_relief, tie.condition_relief, 1.0
        ) * max(tie.believed_resolve, patron.resolve * tie.condition_relief)
