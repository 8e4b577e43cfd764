"""Coalition parties: who stays, threatens, leaves, returns, or offers a safety net."""

import math
from typing import Annotated, Any

from ceasefire.agents.actor import Actor, flag, given, refers, worked_out
from ceasefire.agents.chance import Decision, uniform
from ceasefire.agents.rules import rule
from ceasefire.agents.world import World


class CoalitionParty(Actor):
    """A party, or a faction that votes on its own, in one side's parliament."""

    kind = "party"
    collection = "parties"
    weekly = True
    collected = ("name", "seats", "member", "threatening", "leave_odds")

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
    left_over_deal: Annotated[bool, worked_out("yes/no", "Left while a deal was in force.")]
    left_week: Annotated[float, worked_out("weeks", "When it left.", -1)]
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
    (Diermeier and Stevenson 1999), and the coalition threshold that experiments vary. Concession
    and red line are on the scale of the case's concessions, ``a`` and ``policy`` in utility per
    unit of it.
    """
    crossed = max(0.0, concession - red_line)
    return audience_cost * crossed + policy_weight * concession - office_value - tolerance


@rule
def leave_probability(cost: float, temperature: float) -> float:
    """Rule 7. Odds of leaving in a spell of war or deal, a logit of the cost in utility.

    ``1 / (1 + exp(-cost / temperature))``, a probability for the spell and not per week (Diermeier
    and Stevenson 1999); a threshold at zero cost up to a temperature of 1e-9.
    """
    if temperature <= 1.0e-9:
        return 1.0 if cost > 0.0 else 0.0
    return 1.0 / (1.0 + math.exp(-min(max(cost / temperature, -700.0), 700.0)))


@rule
def plan_grievance(party: Any, weeks_without_plan: float) -> float:
    """Rule 8. What a rival partner holds against a leader who has no plan, in utility.

    ``weight * max(0, weeks of war - patience)``, the weight per week (the article, claim C58).
    """
    return party.plan_weight * max(0.0, weeks_without_plan - party.plan_patience)


@rule
def odds_of_leaving(party: Any, side: Any, concession: float, ends: float, switches: Any) -> float:
    """Rules 7 and 8. Odds that a member leaves if the government signs a text.

    ``p`` is the logit of ``leave_cost``, plus the cost of backing down from a threat where the red
    line is passed, plus a rival's ``plan_grievance`` unless the text ends the war. A rival carries
    the leader beyond the war with odds ``b`` only: ``1 - (1 - p) * (1 - ends * (1 - b))`` (Fearon
    1994; Diermeier and Stevenson 1999; the article, claims C29 and C58).

    Args:
        party: The party.
        side: The side in whose parliament it sits.
        concession: What the text concedes, by the side's declared aims; 0 if there is none.
        ends: 1 if it promises an end of the war, else 0.
        switches: Which mechanisms are on.

    Returns:
        A probability for the spell of war or deal, not per week.
    """
    if not switches.exits:
        return 0.0
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
    if party.rival and switches.rival_partner:
        cost += plan_grievance(party, side.weeks_without_plan) * (1.0 - ends)
    odds = leave_probability(cost, party.temperature)
    if party.rival and switches.rival_partner:
        # A rival does not carry the leader beyond the emergency it joined for.
        odds = 1.0 - (1.0 - odds) * (1.0 - ends * (1.0 - party.beyond_emergency))
    return odds


@rule
def net_odds(credibility: float, life: float, horizon: float) -> float:
    """Rule 8. Odds that an opposition party's seats count after a deal, over the horizon.

    ``credibility * min(1, life / horizon)``, a probability; life and horizon in weeks. An offer
    that is doubted or ends soon after the deal is worth little to one who wants to stay (the
    article, claim C59).
    """
    return credibility * min(1.0, life / horizon)


@rule
def support_odds(
    party: Any, side: Any, deal: bool, concession: float, ends: float, switches: Any
) -> float:
    """Rules 6 to 8. Odds that a party's seats count for the government under a text.

    A probability: of a member ``1 - odds_of_leaving``; 1 for one whose safety net holds; for a deal
    ``net_odds`` of one that offers a net; else 0 (the article, claims C28 and C59). Args as for
    ``odds_of_leaving``; ``deal`` is false for war without a text.
    """
    if party.member:
        return 1.0 - odds_of_leaving(party, side, concession, ends, switches)
    if party.supporting > 0.0:
        return 1.0
    if deal and party.net_offer and switches.safety_net:
        return net_odds(party.net_credibility, party.net_life, side.office_horizon)
    return 0.0


@rule
def decide_membership(party: Any, world: World) -> None:
    """Rule 7. One party's week, with the deal in force and the text on the table."""
    talks = world.talks
    side = party.side
    concession = 0.0
    ends = 0.0
    if talks.phase > 0:
        concession = world.grid.concession[talks.deal, side]
        ends = world.grid.texts[talks.deal].ends
    feared = concession
    feared_ends = ends
    if talks.open and talks.text >= 0:
        feared = world.grid.concession[talks.text, side]
        feared_ends = world.grid.texts[talks.text].ends
    live(
        party,
        world.belligerents[side],
        world.war,
        talks,
        world.switches,
        concession,
        ends,
        feared,
        feared_ends,
    )


@rule
def live(
    party: Any,
    side: Any,
    war: Any,
    talks: Any,
    switches: Any,
    concession: float,
    ends: float,
    feared: float,
    feared_ends: float,
) -> None:
    """Rule 7. Threaten before leaving, leave, or return.

    A party draws ``u``, uniform in 0 to 1, once for each spell of war or deal and leaves when its
    odds pass ``u``, so that over the spell it leaves with just the odds that the leader reckons
    with; what its own threat adds to them comes on top. It threatens when its odds, or those under
    the text on the table, reach ``threat_level``, and leaves a step after its first threat at the
    earliest. One that left over a deal returns once the war has resumed, if its odds of leaving lie
    below a draw of their own (Fearon 1994; Diermeier and Stevenson 1999; the article, claim C29).

    Args:
        party: The party.
        side: The side in whose parliament it sits.
        war: Clock and seed.
        talks: The round under way and the deal in force.
        switches: Which mechanisms are on.
        concession: What the deal in force concedes; 0 if there is none.
        ends: 1 if it promises an end of the war, else 0.
        feared: The same of the text on the table, or of the deal in force.
        feared_ends: The same.
    """
    if party.supporting > 0.0:
        party.supporting = max(0.0, party.supporting - war.step)
    if not switches.exits:
        return
    spell = 2 * talks.truces + (1 if talks.phase > 0 else 0)
    if party.member:
        odds = odds_of_leaving(party, side, concession, ends, switches)
        party.leave_odds = odds
        if talks.open:
            alarm = max(odds, odds_of_leaving(party, side, feared, feared_ends, switches))
        else:
            alarm = odds
        threatened = party.threatening
        party.threatening = alarm >= party.threat_level
        if odds > uniform(war.seed, spell, party.key, Decision.LEAVE):
            if threatened:
                party.member = False
                party.threatening = False
                party.left = True
                party.left_over_deal = talks.phase > 0
                party.left_week = war.week
            else:
                party.threatening = True
    elif party.left_over_deal and party.left and party.may_return and war.fighting:
        # War has resumed: what it left over is gone.
        odds = odds_of_leaving(party, side, 0.0, 0.0, switches)
        if odds < uniform(war.seed, spell, party.key, Decision.RETURN):
            party.member = True
            party.left = False


@rule
def offer_safety_net(party: Any, world: World) -> None:
    """Rule 8. When a deal is signed: the opposition keeps its offer, or does not.

    With probability ``net_credibility`` its seats count for ``net_life`` weeks (the article, claim
    C59).
    """
    if party.member or not party.net_offer or not world.switches.safety_net:
        return
    spell = 2 * world.talks.truces + 1
    if uniform(world.war.seed, spell, party.key, Decision.RETURN) < party.net_credibility:
        party.supporting = party.net_life
