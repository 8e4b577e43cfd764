"""Armed groups: one may be a side of its own; others open fronts in solidarity."""

import math
from typing import Annotated, Any

from ceasefire.agents.actor import Actor, given, refers, worked_out
from ceasefire.agents.belligerent import Belligerent
from ceasefire.agents.chance import Decision, uniform, whole_number
from ceasefire.agents.rules import chance_in_step, rule, share_of_step
from ceasefire.agents.world import World


class ArmedGroup(Belligerent):
    """An armed group that is one of the two sides."""


class SolidarityFront(Actor):
    """An armed group that attacks one side for as long as the war on the other goes on."""

    kind = "front"
    collection = "fronts"
    bears_on_answers = False
    weekly = True
    collected = ("name", "rate", "attacks")

    ally: Annotated[int, refers("belligerent", "Side it stands with; it attacks the other.")]
    base_rate: Annotated[float, given("attacks/week", 0, 10000, "Attacks while the war is on.")]
    sympathy: Annotated[
        float, given("attacks/week", 0, 10000, "Further attacks at the ally's reference toll.")
    ]
    excitation: Annotated[float, given("share", 0, 0.99, "Attacks that each attack brings about.")]
    adjustment: Annotated[float, given("1/week", 0, 1, "Speed at which it escalates.")]
    truce_decay: Annotated[float, given("1/week", 0, 20, "Speed at which it stops in a truce.")]
    start_week: Annotated[float, given("weeks", 0, 520, "When it opens.")]
    reference: Annotated[float, given("attacks/week", 0.01, 10000, "Rate that counts as one.")]

    rate: Annotated[float, worked_out("attacks/week", "Rate of attacks.")]
    attacks: Annotated[int, worked_out("attacks", "Attacks this week.")]
    attacks_so_far: Annotated[int, worked_out("attacks", "Attacks so far.")]

    def step(self) -> None:
        """Escalate or stop."""
        fight_in_solidarity(self, self.model)


@rule
def attack_rate(
    rate: float, drawn_to: float, attacks: float, excitation: float, adjustment: float
) -> float:
    """Rule 15. A front's rate of attacks after a step: toward the war's intensity, self-exciting.

    ``rate + adjustment * (drawn_to + excitation * attacks - rate)`` in attacks per week, with
    ``adjustment`` the share of the gap that closes in the step and ``excitation`` the attacks that
    each attack brings about (Hawkes 1971, in steps). Where attacks come at the rate and excite less
    than one each, it settles at ``drawn_to / (1 - excitation)``.
    """
    return rate + adjustment * (drawn_to + excitation * attacks - rate)


@rule
def fight_in_solidarity(front: Any, world: World) -> None:
    """Rule 15. One week of a front: it goes on with the war and stops in a truce.

    In war it is drawn to ``base_rate + sympathy * toll rate / reference`` of its ally, in attacks
    per week, and excited by the attacks that its rate stands for, not by those drawn
    (``attack_rate``). In a truce ``rate' = rate * exp(-truce_decay * step)``. Attacks are whole
    numbers with the mean ``rate * step`` (Hawkes 1971; the article, claim C56).
    """
    war = world.war
    front.attacks = 0
    if not world.switches.fronts or war.week < front.start_week:
        front.rate = 0.0
        return
    if war.fighting:
        ally = world.belligerents[front.ally]
        drawn_to = front.base_rate + front.sympathy * ally.toll_rate / ally.toll_reference
        adjustment = share_of_step(front.adjustment, war.step)
        front.rate = attack_rate(front.rate, drawn_to, front.rate, front.excitation, adjustment)
    else:
        front.rate *= math.exp(-front.truce_decay * war.step)
    draw = uniform(war.seed, war.tick, front.key, Decision.ATTACKS)
    front.attacks = whole_number(front.rate * war.step, draw)
    front.attacks_so_far += front.attacks


@rule
def risk_of_regional_war(world: World) -> None:
    """Rule 15. Weigh the fronts against their reference, and draw whether the war spreads.

    The risk is the mean over fronts of ``rate / reference`` (1: all at their reference); the war
    spreads with probability ``1 - exp(-regional_hazard * risk * step)``, the hazard per week (the
    article, claims C55 and C57).
    """
    war = world.war
    risk = 0.0
    fronts = len(world.fronts)
    for i in range(fronts):
        risk += world.fronts[i].rate / world.fronts[i].reference / fronts
    war.regional_risk = risk
    if not world.switches.regional_war:
        return
    # The draw belongs to the war as a whole, hence the key 0.
    draw = uniform(war.seed, war.tick, 0, Decision.REGIONAL_WAR)
    if draw < chance_in_step(war.regional_hazard * risk, war.step):
        war.outcome = 3
