"""Telling the talks: what was on the table, what each side answered, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ceasefire.agents.belligerent import ACCEPT, REFUSE, SIGN_TO_RESUME
from ceasefire.agents.leader import NEVER
from ceasefire.experiments.runs.tables import ANSWERS
from ceasefire.experiments.style.words import counted, listed, plain, signed, week_name
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.model.world.outcome import is_over
from ceasefire.model.world.truce import BOTH, BROKEN, ENDED_WAR, LAPSED, NOBODY

SAYS = {
    REFUSE: "refuses",
    SIGN_TO_RESUME: "signs, meaning to resume the war",
    ACCEPT: "accepts",
}

TERMS = ("policy", "precondition", "majority", "pressures", "misjudgement")
"""Terms of a balance, as told."""

AGAINST = {
    "policy": "the war is worth more to it than this text",
    "precondition": "its precondition for ending the war is not met",
    "majority": "signing would put its majority at risk",
    "pressures": "the pressures on it weigh against the text",
    "misjudgement": "this week it misjudges the text to its disadvantage",
}
FOR = {
    "policy": "the text is worth more to it than the war",
    "precondition": "its precondition is met",
    "majority": "signing makes its majority safer",
    "pressures": "the pressures on it weigh for the text",
    "misjudgement": "this week it misjudges the text to its advantage",
}


@dataclass(frozen=True)
class Answer:
    """One side's answer to a text, and what it was made of.

    Attributes:
        side: Name of the side.
        answer: "refused", "signed to resume" or "accepted".
        says_yes: What it says in public.
        ruled_out: Whether an absolute precondition rules the text out at any price.
        balance: Sum of its terms, in utility: it signs at zero or more.
        terms: The terms by name, in utility.
        belief: Its belief that the rest of the deal happens; None where nothing depends on it.
        required_belief: Belief at which the text would pay as policy; None as above, 2 if none
            would do.
        words: All of that in a sentence.
        reckoning: The numbers in a line.
    """

    side: str
    answer: str
    says_yes: bool
    ruled_out: bool
    balance: float
    terms: dict[str, float]
    belief: float | None
    required_belief: float | None
    words: str
    reckoning: str


@dataclass(frozen=True)
class Tabled:
    """The text that was last on the table in a week of a round.

    Attributes:
        round: Number of the round, from 1.
        text: Number of the text.
        words: What it says.
        author: Side whose name it bears, "" for the mediators.
        public: Whether it is public.
        answers: Both answers.
    """

    round: int
    text: int
    words: str
    author: str
    public: bool
    answers: tuple[Answer, ...]


def answer_of(s: int, model: CeasefireModel) -> Answer:
    """Tell the answer that side ``s`` gave to the text on the table this week."""
    me = model.belligerents[s]
    label = model.case.labels["belligerents"][s]
    terms = {
        "policy": me.surplus,
        "precondition": me.precondition_term,
        "majority": me.office_term,
        "pressures": me.pressure,
        "misjudgement": me.judgement,
    }
    ruled_out = me.balance <= NEVER
    believes = me.answer != SIGN_TO_RESUME and model.case.grid.texts["ends"][model.talks.text] > 0.0
    words = f"{label} {SAYS[me.answer]}: {_reason(me.answer, terms, ruled_out)}."
    if me.spoken and me.answer == REFUSE:
        words += " In public it says yes."
    reckoning = _reckoning(me.balance, terms, ruled_out)
    if believes:
        reckoning += f" {_belief(me.belief, me.required_belief)}"
    return Answer(
        side=me.name,
        answer=ANSWERS[me.answer],
        says_yes=me.spoken,
        ruled_out=ruled_out,
        balance=me.balance,
        terms=terms,
        belief=me.belief if believes else None,
        required_belief=me.required_belief if believes else None,
        words=words,
        reckoning=reckoning,
    )


def _reason(answer: int, terms: dict[str, float], ruled_out: bool) -> str:
    """Name the terms that weigh most on the side of the answer."""
    if ruled_out:
        return "its precondition rules out any end of the war for now"
    sign, reasons = (-1.0, AGAINST) if answer == REFUSE else (1.0, FOR)
    heaviest = max(sign * weight for weight in terms.values())
    return listed(
        [reasons[name] for name in TERMS if sign * terms[name] >= max(0.5 * heaviest, 1.0e-9)]
    )


def _reckoning(balance: float, terms: dict[str, float], ruled_out: bool) -> str:
    if ruled_out:
        return "No balance is struck: an absolute precondition is not met."
    parts = [f"{name} {signed(terms[name])}" for name in TERMS if abs(terms[name]) >= 0.005]
    return f"Balance {signed(balance)} = {', '.join(parts) or 'nothing of weight'}."


def _belief(belief: float, required: float) -> str:
    held = f"Belief that the rest would happen {belief:.2f};"
    if required > 1.0:
        return f"{held} as policy the text would not pay at any belief."
    if required <= 0.0:
        return f"{held} as policy the text would pay at any belief."
    return f"{held} as policy the text would pay from {required:.2f}."


def tabled(model: CeasefireModel) -> Tabled:
    """Tell the text that was on the table in the week just run."""
    talks = model.talks
    return Tabled(
        round=talks.rounds,
        text=talks.text,
        words=model.case.describe_text(talks.text),
        author=model.names["belligerents"][talks.author] if talks.author >= 0 else "",
        public=talks.public,
        answers=tuple(answer_of(s, model) for s in range(2)),
    )


def heading(one: Tabled, model: CeasefireModel, texts: int, again: bool) -> str:
    """Word what is on the table."""
    if again:
        return "The same text is on the table again."
    marks = []
    if one.author:
        marks.append(f"in the name of {model.case.label('belligerent', one.author)}")
    if one.public:
        marks.append("public")
    mark = f" ({', '.join(marks)})" if marks else ""
    what = "On the table, as amended after a refusal" if texts > 1 else "On the table"
    return f"{what}{mark}: {one.words}."


def truce_begins(model: CeasefireModel) -> str:
    """Word the beginning of a truce."""
    row = model.truces[model.talks.truces - 1]
    texts = model.case.grid.texts
    length = 7.0 * float(texts["weeks"][row.text])
    kind = "phase one of an end of the war" if texts["ends"][row.text] > 0 else "a pause"
    return (
        f"A truce begins with week {week_name(row.started)}, {kind}, "
        f"{plain(length)} days if it is kept."
    )


def truce_ends(model: CeasefireModel) -> str:
    """Word the end of a truce: how long it lasted, what was exchanged, who resumed the war."""
    row = model.truces[model.talks.truces - 1]
    days = plain(7.0 * row.weeks)
    exchanged = (
        f"{counted(row.released, 'captive')} returned alive, "
        f"{counted(row.prisoners, 'prisoner')} freed"
    )
    if row.cause == ENDED_WAR:
        return f"The war is over: the deal was carried out within {days} days; {exchanged}."
    if row.cause not in (LAPSED, BROKEN):
        return f"The truce has held for {days} days when the run ends; {exchanged}."
    how = "runs out" if row.cause == LAPSED else "is broken"
    who = "it cannot be extended further, and the war resumes"
    if row.resumed_by == BOTH:
        who = "both sides resume the war"
    elif row.resumed_by != NOBODY:
        who = f"{model.case.labels['belligerents'][row.resumed_by]} resumes the war"
    return f"The truce {how} after {days} days; {who}. In it {exchanged}."


def round_ends(model: CeasefireModel) -> str:
    """Word the end of a round."""
    row: Any = model.rounds[model.talks.rounds - 1]
    weeks = counted(row.ended - row.started, "week")
    texts = counted(row.tabled, "text")
    if row.signed:
        return f"The round ends after {weeks} and {texts}: both have signed."
    return f"The round ends after {weeks} and {texts} without a deal."


@dataclass(frozen=True)
class Standing:
    """Where the talks stood before a week.

    Attributes:
        rounds: Rounds so far.
        open: Whether one was under way.
        texts: Texts tabled in it.
        truces: Truces so far.
        phase: Phase of the deal in force, 0 for none.
        extended: How often its pause was extended.
    """

    rounds: int
    open: bool
    texts: int
    truces: int
    phase: int
    extended: int

    @classmethod
    def of(cls, model: CeasefireModel) -> "Standing":
        """Take it from a model."""
        now = model.talks
        texts = model.rounds[now.rounds - 1].tabled if now.open else 0
        return cls(now.rounds, now.open, texts, now.truces, now.phase, now.extended)


def talks(
    stood: Standing, now: Tabled | None, last: Tabled | None, model: CeasefireModel
) -> Iterator[str | tuple[str, str]]:
    """Tell a week of a round: its call, the text on the table, both answers, its end."""
    if now is None:
        return
    row = model.rounds[model.talks.rounds - 1]
    if model.talks.rounds > stood.rounds:
        mediator = model.case.labels["mediators"][row.mediator]
        yield f"{mediator}: calls round {model.talks.rounds} of the talks."
    again = last is not None and (now.round, now.text) == (last.round, last.text)
    yield heading(now, model, row.tabled - stood.texts, again)
    for one in now.answers:
        yield one.words, one.reckoning
    if not model.talks.open:
        yield round_ends(model)


def truce(stood: Standing, model: CeasefireModel) -> Iterator[str]:
    """Tell how a truce begins, goes on to its next phase or another pause, or ends."""
    now = model.talks
    if now.truces > stood.truces:
        yield truce_begins(model)
    elif stood.phase > 0 and (now.phase == 0 or is_over(model)):
        yield truce_ends(model)
    elif now.phase > stood.phase:
        yield "Both sides go on: phase two begins."
    elif now.extended > stood.extended:
        yield "Both sides extend the pause."
