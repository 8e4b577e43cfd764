"""Coalition parties: who stays, threatens, leaves, returns, or offers a safety net."""

import math
from typing import Annotated, Any

from agents.actor import Actor, World, flag, given, refers, rule, worked_out
from agents.chance import Decision, uniform


class CoalitionParty(Actor):
    """A party, or a faction that votes on its own, in one side's parliament."""

    kind = "party"

    side: Annotated[int, refers("belligerent", "Side in whose parliament it sits.")]
    seats: Annotated[int, given("seats", 0, 1000, "Its seats.")]
    member: Annotated[bool, flag("Whether it supports the government.")]
    audience_cost: Annotated[
        float, given("utility", 0, 100, "Cost with its voters of a concession beyond the red line.")
    ]
    red_line: Annotated[float, given("concession", 0, 10, "Concession it promised never to pass.")]
    policy_weight: Annotated[
        float, given("utility", -10, 10, "Loss from a full concession (negative: a gain).")
    ]
    office_value: Annotated[float, given("utility", 0, 10, "Worth of being in government.")]
    tolerance: Annotated[
        float, given("utility", -10, 100, "What it bears before leaving (coalition threshold).")
    ]
    temperature: Annotated[float, given("utility", 0, 10, "Spread of its decision.")]
    threat_level: Annotated[
        float, given("probability", 0, 1, "Odds of leaving at which it threatens.")
    ]
    commitment: Annotated[float, given("utility", 0, 10, "Cost of backing down from a threat.")]
    may_return: Annotated[bool, flag("Whether it comes back if the war resumes.")]
    rival: Annotated[bool, flag("Joined for the emergency only and competes for the leadership.")]
    beyond_emergency: Annotated[
        float, given("probability", 0, 1, "Odds that a rival carries the leader after the war.")
    ]
    plan_patience: Annotated[float, given("weeks", 0, 520, "Weeks it waits for a plan.")]
    plan_weight: Annotated[float, given("utility/week", 0, 10, "Grievance for each further week.")]
    net_offer: Annotated[bool, flag("Offers a safety net for a deal from outside.")]
    net_credibility: Annotated[float, given("probability", 0, 1, "Odds that its offer is kept.")]
    net_life: Annotated[float, given("weeks", 0, 520, "How long the net holds after a deal.")]

    threatening: Annotated[bool, worked_out("yes/no", "Has threatened to leave.")]
    left: Annotated[bool, worked_out("yes/no", "Has left the government.")]
    left_week: Annotated[float, worked_out("weeks", "When it left.", -1)]
    returned: Annotated[bool, worked_out("yes/no", "Left and came back.")]
    supporting: Annotated[float, worked_out("weeks", "Weeks left of its safety net.")]
    leave_odds: Annotated[float, worked_out("probability", "Odds of leaving, as last weighed.")]

    def step(self) -> None:
        """Stay, threaten, leave or return."""
        decide_membership(self, self.model)


@rule
def leave_cost(
    concession: float,
    red_line: float,
    audience_cost: float,
    policy_weight: float,
    office_value: float,
    tolerance: float,
) -> float:
    """Rule 7. What staying costs a party, less what it gains and bears, in utility.

    ``a * max(0, concession - red line) + policy * concession - office - tolerance``: the audience
    cost of passing a line drawn in public (Fearon 1994), the policy loss, the worth of office
    (Diermeier and Stevenson 1999), and the coalition threshold that experiments vary.
    """
    crossed = max(0.0, concession - red_line)
    return audience_cost * crossed + policy_weight * concession - office_value - tolerance


@rule
def leave_probability(cost: float, temperature: float) -> float:
    """Rule 7. Odds of leaving, a logit of the cost; a threshold as the temperature goes to 0."""
    if temperature <= 0.0:
        return 1.0 if cost > 0.0 else 0.0
    return 1.0 / (1.0 + math.exp(-min(max(cost / temperature, -700.0), 700.0)))


@rule
def plan_grievance(party: Any, weeks_without_plan: float) -> float:
    """Rule 8. What a rival partner holds against a leader who has no plan, in utility."""
    return party.plan_weight * max(0.0, weeks_without_plan - party.plan_patience)


@rule
def odds_of_leaving(party: Any, text: int, world: World) -> float:
    """Rules 7 and 8. Odds that a member leaves if the government signs a text (-1: if none)."""
    if not world.switches.exits:
        return 0.0
    side = world.belligerents[party.side]
    concession = 0.0
    ends = 0.0
    if text >= 0:
        concession = world.grid.concession[text, party.side]
        ends = world.grid.texts[text].ends
    cost = leave_cost(
        concession,
        party.red_line,
        party.audience_cost,
        party.policy_weight,
        party.office_value,
        party.tolerance,
    )
    if party.threatening and concession > party.red_line:
        cost += party.commitment
    if party.rival and world.switches.rival_partner:
        cost += plan_grievance(party, side.weeks_without_plan) * (1.0 - ends)
    odds = leave_probability(cost, party.temperature)
    if party.rival and world.switches.rival_partner:
        # A rival does not carry the leader beyond the emergency it joined for.
        odds = 1.0 - (1.0 - odds) * (1.0 - ends * (1.0 - party.beyond_emergency))
    return odds


@rule
def net_odds(credibility: float, life: float, horizon: float) -> float:
    """Rule 8. Odds that an opposition party's seats count after a deal, over the horizon.

    ``credibility * min(1, life / horizon)``: an offer that is doubted or ends soon after the
    deal is worth little to one who wants to stay (claim C59).
    """
    return credibility * min(1.0, life / horizon)


@rule
def support_odds(party: Any, text: int, world: World) -> float:
    """Rules 6 to 8. Odds that a party's seats count for the government under a text."""
    if party.member:
        return 1.0 - odds_of_leaving(party, text, world)
    if party.supporting > 0.0:
        return 1.0
    if text >= 0 and party.net_offer and world.switches.safety_net:
        horizon = world.belligerents[party.side].office_horizon
        return net_odds(party.net_credibility, party.net_life, horizon)
    return 0.0


@rule
def decide_membership(party: Any, world: World) -> None:
    """Rule 7. One party's week: threaten before leaving, leave, or return.

    A party draws once for each spell of war or deal and leaves when its odds pass that draw, so
    that over the spell it leaves with just the odds that the leader reckons with.
    """
    if party.supporting > 0.0:
        party.supporting = max(0.0, party.supporting - world.war.step)
    if not world.switches.exits:
        return
    talks = world.talks
    seed = world.war.seed
    spell = 2 * talks.truces + (1 if talks.phase > 0 else 0)
    if party.member:
        text = talks.deal if talks.phase > 0 else -1
        odds = odds_of_leaving(party, text, world)
        party.leave_odds = odds
        feared = odds
        if talks.open and talks.text >= 0:
            feared = max(feared, odds_of_leaving(party, talks.text, world))
        threatened = party.threatening
        party.threatening = feared >= party.threat_level
        if odds > uniform(seed, spell, party.key, Decision.LEAVE):
            if threatened:
                party.member = False
                party.threatening = False
                party.left = True
                party.left_week = world.war.week
            else:
                party.threatening = True
    elif party.left and party.may_return and world.war.fighting and talks.truces > 0:
        # War has resumed: what it left over is gone.
        if odds_of_leaving(party, -1, world) < uniform(seed, spell, party.key, Decision.RETURN):
            party.member = True
            party.left = False
            party.returned = True


@rule
def offer_safety_net(party: Any, world: World) -> None:
    """Rule 8. When a deal is signed: the opposition keeps its offer, or does not."""
    if party.member or not party.net_offer or not world.switches.safety_net:
        return
    spell = 2 * world.talks.truces + 1
    if uniform(world.war.seed, spell, party.key, Decision.RETURN) < party.net_credibility:
        party.supporting = party.net_life
