"""Records of the talks: the round under way and the deal in force, and the logs of both."""

from typing import Annotated

from ceasefire.agents.actor import Record, given, worked_out


class Talks(Record):
    """The round under way, and the deal in force."""

    kind = "talks"
    weekly = True

    ripe_rate: Annotated[float, given("1/week", 0, 100, "Rate of rounds when the time is ripe.")]
    rare_rate: Annotated[float, given("1/week", 0, 10, "Rate of rounds otherwise.")]
    shortest_round: Annotated[float, given("weeks", 0.1, 52, "Shortest round.")]
    longest_round: Annotated[float, given("weeks", 0.1, 52, "Longest round.")]
    gap: Annotated[float, given("weeks", 0, 52, "Shortest time between two rounds.")]
    authorship: Annotated[
        float, given("probability", 0, 1, "Odds that a text bears a side's name.")
    ]
    incident_rate: Annotated[
        float, given("1/week", 0, 10, "Rate of incidents that can break a truce.")
    ]
    extensions: Annotated[int, given("times", 0, 10, "How often a pause may be extended.")]

    tabulated: Annotated[int, worked_out("step", "When worths were last worked out.", -1)]
    open: Annotated[bool, worked_out("yes/no", "Whether a round is under way.")]
    mediator: Annotated[int, worked_out("index", "Who called it.", -1)]
    weeks_left: Annotated[float, worked_out("weeks", "Time left in the round.")]
    closing: Annotated[bool, worked_out("yes/no", "Whether the round closes this week.")]
    signed: Annotated[bool, worked_out("yes/no", "Whether both signed the text on the table.")]
    last_end: Annotated[float, worked_out("weeks", "When the last round ended.", -100)]
    text: Annotated[int, worked_out("text", "The text on the table.", -1)]
    author: Annotated[
        int, worked_out("index", "Side whose name the text bears; -1: mediators.", -1)
    ]
    public: Annotated[bool, worked_out("yes/no", "Whether the text is public.")]
    rounds: Annotated[int, worked_out("rounds", "Rounds so far.")]
    deal: Annotated[int, worked_out("text", "The text in force.", -1)]
    phase: Annotated[int, worked_out("phase", "Its phase: 0 none, 1, 2.")]
    weeks_in_phase: Annotated[float, worked_out("weeks", "Time in the phase.")]
    extended: Annotated[int, worked_out("times", "How often the pause was extended.")]
    truces: Annotated[int, worked_out("truces", "Truces so far.")]


class Round(Record):
    """What the log keeps of one round."""

    collection = "rounds"
    bears_on_answers = False

    started: Annotated[float, worked_out("weeks", "When it began.")]
    ended: Annotated[float, worked_out("weeks", "When it ended; -1: still under way.", -1)]
    mediator: Annotated[int, worked_out("index", "Who called it.", -1)]
    tabled: Annotated[int, worked_out("texts", "Texts tabled.")]
    text: Annotated[int, worked_out("text", "The last text tabled.", -1)]
    author: Annotated[int, worked_out("index", "Side whose name it bore; -1: mediators.", -1)]
    public: Annotated[bool, worked_out("yes/no", "Whether it was public.")]
    signed: Annotated[bool, worked_out("yes/no", "Whether both signed.")]
    answer_first: Annotated[int, worked_out("answer", "Last answer of the first side.")]
    answer_second: Annotated[int, worked_out("answer", "Last answer of the second side.")]
    spoken_first: Annotated[bool, worked_out("yes/no", "What the first side said.")]
    spoken_second: Annotated[bool, worked_out("yes/no", "What the second side said.")]
    balance_first: Annotated[float, worked_out("utility", "Balance of the first side.")]
    balance_second: Annotated[float, worked_out("utility", "Balance of the second side.")]
    surplus_first: Annotated[float, worked_out("utility", "Its gain as policy.")]
    surplus_second: Annotated[float, worked_out("utility", "Its gain as policy.")]
    precondition_first: Annotated[float, worked_out("utility", "Its unmet precondition.")]
    precondition_second: Annotated[float, worked_out("utility", "Its unmet precondition.")]
    office_first: Annotated[float, worked_out("utility", "Its office term.")]
    office_second: Annotated[float, worked_out("utility", "Its office term.")]
    pressure_first: Annotated[float, worked_out("utility", "Pressures on it.")]
    pressure_second: Annotated[float, worked_out("utility", "Pressures on it.")]
    judgement_first: Annotated[float, worked_out("utility", "Its misjudgement.")]
    judgement_second: Annotated[float, worked_out("utility", "Its misjudgement.")]
    belief_first: Annotated[float, worked_out("probability", "Its belief that the rest happens.")]
    belief_second: Annotated[float, worked_out("probability", "Its belief that the rest happens.")]


class Truce(Record):
    """What the log keeps of one truce."""

    collection = "truces"
    bears_on_answers = False

    started: Annotated[float, worked_out("weeks", "When it began.")]
    weeks: Annotated[float, worked_out("weeks", "How long it has lasted.")]
    text: Annotated[int, worked_out("text", "The deal.", -1)]
    phase: Annotated[int, worked_out("phase", "The last phase reached.")]
    released: Annotated[int, worked_out("persons", "Captives returned alive.")]
    prisoners: Annotated[int, worked_out("persons", "Prisoners freed in exchange.")]
    cause: Annotated[
        int, worked_out("cause", "0 in force, 1 lapsed, 2 broken, 3 ended the war, 4 cut off.")
    ]
    resumed_by: Annotated[int, worked_out("index", "Who resumed the war; -1: nobody, 2: both.", -1)]
