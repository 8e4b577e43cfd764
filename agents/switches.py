"""Every mechanism can be turned off alone."""

from typing import Annotated

from ceasefire.agents.actor import Record, flag


class Switches(Record):
    """Which mechanisms are on."""

    kind = "switches"

    attrition: Annotated[bool, flag("War wears capability down (rule 1).")]
    captive_deaths: Annotated[bool, flag("Captives die and are rescued (rule 1).")]
    arms_squeeze: Annotated[bool, flag("Armies feel a shortage of arms (rule 2).")]
    army_link: Annotated[bool, flag("The army's voice reaches the leader (rule 2).")]
    leverage_of_captives: Annotated[
        bool, flag("Captives are worth something as leverage (rule 3).")
    ]
    stakes: Annotated[bool, flag("The dead so far raise what a failed pause costs (rule 3).")]
    commitment: Annotated[bool, flag("Belief that the rest happens can fall short (rule 4).")]
    memory: Annotated[bool, flag("A resumption is remembered (rule 4).")]
    guarantees: Annotated[bool, flag("Guarantees raise belief and cost of resuming (rules 4, 5).")]
    resumption: Annotated[bool, flag("A side may resume the war at a boundary (rule 5).")]
    lock_in: Annotated[bool, flag("A side foresees that a pause may bind it (rule 5).")]
    office: Annotated[bool, flag("Leaders count seats (rule 6).")]
    families: Annotated[bool, flag("Families of captives press (rule 6).")]
    protest: Annotated[bool, flag("Protest presses (rule 6).")]
    exits: Annotated[bool, flag("Parties may leave (rule 7).")]
    safety_net: Annotated[bool, flag("The opposition may carry a deal (rule 8).")]
    rival_partner: Annotated[bool, flag("A rival partner tires of having no plan (rule 8).")]
    prospects: Annotated[bool, flag("Leaders gamble on victory (rule 9).")]
    precondition: Annotated[bool, flag("No end of war before a condition is met (rule 10).")]
    speech: Annotated[bool, flag("What is said may differ from what is done (rule 11).")]
    mediator_learning: Annotated[bool, flag("Mediators learn from answers (rule 12).")]
    mediator_word: Annotated[bool, flag("A mediator's word adds belief (rule 12).")]
    patron_stance: Annotated[bool, flag("Patrons' stance moves (rule 13).")]
    leverage: Annotated[bool, flag("Patrons press their clients (rule 14).")]
    fronts: Annotated[bool, flag("Fronts open in solidarity (rule 15).")]
    regional_war: Annotated[bool, flag("Fronts can become a regional war (rule 15).")]
    opinion: Annotated[bool, flag("Opinion moves (rule 16).")]
    candour: Annotated[bool, flag("Officers' candour lowers belief in victory (rule 16).")]
    blame: Annotated[bool, flag("Blame lowers the cost of inaction (rule 17).")]
    ripeness: Annotated[bool, flag("Rounds wait for a hurting stalemate (rule 18).")]
    engagement: Annotated[bool, flag("A demand for dissolution lowers engagement (rule 18).")]
    trust: Annotated[bool, flag("Trust moves (rule 19).")]
    reputation: Annotated[bool, flag("Reputation moves (rule 19).")]
    council: Annotated[bool, flag("The Security Council votes.")]
    judgement: Annotated[bool, flag("Leaders misjudge a little.")]
