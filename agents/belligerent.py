"""What a fighting government and an armed group share: their fields.

Both sides bargain by the same rules with different numbers. Any side may have a cabinet, hold
captives, hold prisoners, stand on ground it could leave, have a patron, or answer to publics. What
they decide is in ``worth`` (worth of a text), ``commitment`` (belief and resumption), ``leader``
(the answer) and ``standing`` (trust and reputation).
"""

from typing import Annotated

from ceasefire.agents.actor import Actor, Record, choice, flag, given, refers, worked_out

REFUSE, SIGN_TO_RESUME, ACCEPT = 0, 1, 2
"""Answers to a text: accepting means to sign *and* to carry out; signing while meaning to
resume is a different answer."""

FRAIL, CIVILIAN, SOLDIER = 0, 1, 2
CATEGORIES = ("frail", "civilian", "soldier")


class CaptiveGroup(Record):
    """Captives of one category, held by one side from among the people of the other."""

    kind = "captives"
    collection = "captives"
    weekly = True

    key: Annotated[int, worked_out("", "Stable number made from the declared name.")]
    holder: Annotated[int, refers("belligerent", "Side that holds them.")]
    origin: Annotated[int, refers("belligerent", "Side whose people they are.")]
    category: Annotated[int, choice(CATEGORIES, "Category.")]
    living: Annotated[int, given("persons", 0, 100000, "Living captives held.")]
    dead: Annotated[int, given("persons", 0, 100000, "Bodies held.")]
    death_risk: Annotated[float, given("1/week", 0, 1, "Risk of death in a quiet week.")]
    bombing_risk: Annotated[
        float, given("1/week", 0, 1, "Added risk of death while the toll runs at its reference.")
    ]
    rescue_rate: Annotated[float, given("persons/week", 0, 100, "Freed by force at full effort.")]
    leverage: Annotated[float, given("utility", 0, 10, "Worth as leverage of a large stock.")]
    half_leverage: Annotated[
        float, given("persons", 0.1, 100000, "Stock at which leverage is half of that.")
    ]
    holding_cost: Annotated[float, given("utility/person", 0, 1, "Cost of holding one captive.")]
    worth: Annotated[
        float, given("utility/person", 0, 1, "Worth of one captive's return to the origin.")
    ]
    stigma: Annotated[float, given("share", 0, 1, "How far holding them damages the image.")]

    initial: Annotated[int, worked_out("persons", "Living captives at the start.")]
    released: Annotated[int, worked_out("persons", "Returned alive under a deal.")]
    rescued: Annotated[int, worked_out("persons", "Freed by force.")]
    died: Annotated[int, worked_out("persons", "Died in captivity.")]
    due: Annotated[int, worked_out("persons", "Still to be released in the phase in force.")]


class Belligerent(Actor):
    """One of the two sides that fight and bargain."""

    kind = "belligerent"
    collection = "belligerents"
    weekly = True
    collected = (
        "name",
        "toll",
        "toll_rate",
        "capability",
        "arms_stock",
        "squeeze",
        "trust",
        "reputation",
        "blame",
        "opinion",
        "protest",
        "seats",
        "balance",
    )

    # War (rule 1)
    effort: Annotated[float, given("share", 0, 1, "War effort ordered, of the most it can do.")]
    lethality: Annotated[
        float, given("deaths/week", 0, 100000, "Toll it inflicts at full effort on a whole foe.")
    ]
    lethality_residual: Annotated[
        float, given("deaths/week", 0, 100000, "The same once the foe is at its floor.")
    ]
    degradation: Annotated[
        float, given("1/week", 0, 1, "Rate at which full effort wears the foe's capability down.")
    ]
    capability: Annotated[float, given("share", 0, 1, "Military and governing capability.")]
    capability_floor: Annotated[float, given("share", 0, 1, "What force cannot take away.")]
    recovery: Annotated[float, given("1/week", 0, 1, "Rate of rebuilding while fighting stops.")]
    toll: Annotated[float, given("deaths", 0, 10000000, "Deaths among its people so far.")]
    toll_reference: Annotated[
        float, given("deaths/week", 0.1, 100000, "Toll that counts as one, for its weights.")
    ]
    # Aid and hunger
    aid: Annotated[float, given("trucks/day", 0, 10000, "Aid its people get during the war.")]
    aid_need: Annotated[float, given("trucks/day", 0, 10000, "Aid that ends hunger; 0: no siege.")]
    aid_concession: Annotated[
        float, given("trucks/day", 0, 10000, "Aid the foe adds when it is pressed hard.")
    ]
    hunger: Annotated[float, given("share", 0, 1, "Hunger, 0 none to 1 famine.")]
    hunger_rate: Annotated[float, given("1/week", 0, 10, "Speed at which hunger follows aid.")]
    # Arms (rule 2)
    arms_stock: Annotated[float, given("weeks", 0, 1000, "Arms in stock, in weeks of full effort.")]
    arms_need: Annotated[float, given("weeks", 0.01, 1000, "Stock that the army holds necessary.")]
    arms_room: Annotated[float, given("weeks", 0.01, 1000, "Stock beyond which none is kept.")]
    arms_use: Annotated[float, given("weeks/week", 0, 10, "Arms used by a week of full effort.")]
    arms_production: Annotated[float, given("weeks/week", 0, 10, "Arms it makes or gets itself.")]
    squeeze_memory: Annotated[
        float, given("weeks", 0.1, 100, "Time until a squeeze counts as lasting.")
    ]
    army_voice: Annotated[float, given("utility", 0, 10, "Pressure of a wholly squeezed army.")]
    army_link: Annotated[float, given("share", 0, 1, "How much of it reaches the leader.")]
    army_candour: Annotated[float, given("share", 0, 1, "How frankly officers doubt victory.")]
    # Worth of war and peace (rules 3, 9, 10)
    discount_rate: Annotated[float, given("1/week", 0, 1, "Impatience.")]
    toll_weight: Annotated[float, given("utility", 0, 10, "Cost of war at the reference toll.")]
    respite_weight: Annotated[
        float, given("utility", 0, 10, "Worth of a long time without the reference toll.")
    ]
    respite_half: Annotated[float, given("weeks", 0.1, 52, "Pause that is worth half of it.")]
    hunger_weight: Annotated[float, given("utility", 0, 10, "Cost of famine.")]
    stake_weight: Annotated[
        float, given("utility", 0, 10, "Regret over the dead if war resumes, per tenfold toll.")
    ]
    future_toll_weight: Annotated[
        float, given("utility", 0, 10, "Dread of the reference toll returning after a pause.")
    ]
    image_weight: Annotated[
        float, given("utility", 0, 10, "Cost of holding people the world pities.")
    ]
    plight_weight: Annotated[float, given("multiple", 0, 10, "Weight on its people in captivity.")]
    win_value: Annotated[float, given("utility", -10, 10, "Worth of war if it wins.")]
    lose_value: Annotated[float, given("utility", -10, 10, "Worth of war if it does not.")]
    belief_victory: Annotated[float, given("probability", 0, 1, "The leader's belief in victory.")]
    belief_speed: Annotated[float, given("1/week", 0, 1, "Speed at which events move that belief.")]
    peace_value: Annotated[float, given("utility", -10, 10, "Worth of a war that is over.")]
    precondition: Annotated[
        float, given("utility", 0, 100, "Cost of ending the war above the threshold.")
    ]
    precondition_threshold: Annotated[
        float, given("share", 0, 1, "Foe's capability at which the precondition is met.")
    ]
    precondition_absolute: Annotated[bool, flag("No end of war before it is met, at any price.")]
    pause_cost: Annotated[float, given("utility/week", 0, 10, "Momentum lost by a week of pause.")]
    ground_value: Annotated[float, given("utility", 0, 10, "Worth of the foreign ground it holds.")]
    ground_gain: Annotated[float, given("utility", 0, 10, "Worth of its own ground regained.")]
    ground_lasting: Annotated[
        float, given("share", 0, 1, "Share of a withdrawal's worth that stays if war resumes.")
    ]
    prisoner_gain: Annotated[
        float, given("utility", 0, 10, "Worth of a large release of its prisoners.")
    ]
    prisoner_half: Annotated[
        float, given("persons", 1, 100000, "Release that is worth half of it.")
    ]
    prisoner_cost: Annotated[float, given("utility", 0, 10, "Cost of releasing 1,000 prisoners.")]
    dissolution_cost: Annotated[float, given("utility", 0, 100, "Cost of its own end as a force.")]
    dissolution_gain: Annotated[
        float, given("utility", 0, 10, "Worth of the foe's end as a force.")
    ]
    relief_gain: Annotated[float, given("utility", 0, 10, "Worth of ending famine in phase one.")]
    relief_cost: Annotated[float, given("utility", 0, 10, "Cost of letting full aid in.")]
    reconstruction_gain: Annotated[float, given("utility", 0, 10, "Worth of rebuilding.")]
    # Belief and commitment (rules 4, 5, 19)
    trust: Annotated[float, given("share", 0, 1, "Trust in the other side.")]
    trust_base: Annotated[float, given("share", 0, 1, "Trust to which it returns.")]
    trust_decay: Annotated[float, given("1/week", 0, 1, "Speed of that return.")]
    trust_gain: Annotated[float, given("share", 0, 1, "Gain from a week of a kept exchange.")]
    trust_loss: Annotated[float, given("share", 0, 1, "Loss from a breach.")]
    memory_weight: Annotated[
        float, given("1/resumption", 0, 10, "Weight of one remembered resumption.")
    ]
    memory_decay: Annotated[float, given("1/week", 0, 1, "Speed at which it is forgotten.")]
    aims_weight: Annotated[
        float, given("share", 0, 1, "How far the other's declared aims lower belief.")
    ]
    hostility: Annotated[float, given("share", 0, 1, "How firmly it says it will fight on.")]
    guarantee_scale: Annotated[float, given("1/strength", 0, 100, "Belief bought by a guarantee.")]
    assurance: Annotated[float, given("share", 0, 1, "Belief a wholly credible mediator adds.")]
    sanction_weight: Annotated[
        float, given("utility", 0, 10, "Cost of resuming against one unit of guarantee.")
    ]
    # Home (rules 6, 7, 11)
    office_weight: Annotated[
        float, given("share", 0, 1, "Weight on staying in office; 0: no cabinet.")
    ]
    majority: Annotated[int, given("seats", 0, 1000, "Seats needed to govern; 0: no parliament.")]
    parliament: Annotated[int, given("seats", 0, 1000, "Seats in parliament.")]
    office_horizon: Annotated[
        float, given("weeks", 1, 520, "How far ahead the leader counts seats.")
    ]
    family_weight: Annotated[float, given("utility", 0, 10, "Pressure of the captives' families.")]
    family_speed: Annotated[
        float, given("1/week", 0, 5, "Speed at which families join those who are organised.")
    ]
    family_start: Annotated[
        float, given("share", 0, 1, "Part of that speed that needs nobody's example.")
    ]
    protest_weight: Annotated[float, given("utility", 0, 10, "Pressure of everyone in the street.")]
    public_weight: Annotated[float, given("utility", 0, 10, "Pressure of unanimous opinion.")]
    responsiveness: Annotated[
        float, given("utility", 0, 10, "Pressure to bring relief when support at home falls.")
    ]
    leverage_weight: Annotated[
        float, given("utility", 0, 10, "Pressure of one unit felt from patrons.")
    ]
    audiences: Annotated[int, given("audiences", 1, 10, "Audiences that hear different lines.")]
    ownership_cost: Annotated[
        float, given("utility", 0, 10, "Cost of refusing in the open a text with its own name.")
    ]
    contradiction_cost: Annotated[
        float, given("share", 0, 1, "Trust lost when word and deed contradict each other.")
    ]
    judgement_noise: Annotated[
        float, given("utility", 0, 10, "Spread of misjudgement at an answer.")
    ]
    reputation: Annotated[float, given("share", 0, 1, "Standing with the world's publics.")]
    reputation_base: Annotated[float, given("share", 0, 1, "Standing to which it returns.")]
    reputation_decay: Annotated[float, given("1/week", 0, 1, "Speed of that return.")]
    reputation_speed: Annotated[float, given("1/week", 0, 1, "Speed at which conduct moves it.")]
    engagement_loss: Annotated[
        float, given("share", 0, 1, "Engagement lost when its own dissolution is demanded.")
    ]
    engagement_recovery: Annotated[float, given("1/week", 0, 1, "Speed at which it returns.")]

    # Worked out
    effort_now: Annotated[float, worked_out("share", "War effort carried out this week.")]
    toll_rate: Annotated[float, worked_out("deaths/week", "Deaths among its people this week.")]
    war_toll_rate: Annotated[
        float, worked_out("deaths/week", "Deaths among its people in the last week of war.")
    ]
    squeeze: Annotated[float, worked_out("share", "Shortfall of arms felt by the army.")]
    squeeze_lasting: Annotated[float, worked_out("share", "The same, smoothed over its memory.")]
    aid_now: Annotated[float, worked_out("trucks/day", "Aid its people got this week.")]
    families: Annotated[float, worked_out("share", "How organised the captives' families are.")]
    protest: Annotated[float, worked_out("share", "Share of its public in the street.")]
    opinion: Annotated[float, worked_out("-1 to 1", "Its publics' wish for a deal.")]
    support: Annotated[float, worked_out("share", "Its publics' support for its leaders.", 0.5)]
    memory: Annotated[float, worked_out("resumptions", "Remembered resumptions by the other side.")]
    felt: Annotated[float, worked_out("share", "Pressure felt from patrons for an end.")]
    felt_relief: Annotated[float, worked_out("share", "Pressure felt for aid and restraint.")]
    blame: Annotated[
        float, worked_out("share", "Its share of the blame, as the world sees it.", 0.5)
    ]
    engagement: Annotated[float, worked_out("share", "Readiness to join further rounds.", 1)]
    answer: Annotated[int, worked_out("answer", "Its last answer to a text.")]
    spoken: Annotated[bool, worked_out("yes/no", "Whether it last said yes.")]
    contradicts: Annotated[bool, worked_out("yes/no", "Said yes this week and did no.")]
    judgement: Annotated[float, worked_out("utility", "This week's misjudgement.")]
    fallen: Annotated[bool, worked_out("yes/no", "Its government fell.")]
    seats: Annotated[int, worked_out("seats", "Seats of the coalition, safety net included.")]
    weeks_without_plan: Annotated[float, worked_out("weeks", "Weeks of war without a deal.")]
    # Terms of the last balance, for the record
    war_value: Annotated[float, worked_out("utility", "Worth of going on with the war.")]
    surplus: Annotated[float, worked_out("utility", "Gain from the text as policy.")]
    office_term: Annotated[float, worked_out("utility", "Change in the odds of staying in office.")]
    pressure: Annotated[float, worked_out("utility", "All pressures for the text.")]
    precondition_term: Annotated[float, worked_out("utility", "Cost of an unmet precondition.")]
    belief: Annotated[float, worked_out("probability", "Belief that the rest happens.")]
    required_belief: Annotated[float, worked_out("probability", "Belief it would need.")]
    balance: Annotated[float, worked_out("utility", "Sum of all terms; it signs at zero or more.")]
