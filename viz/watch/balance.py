"""What each side made of the text on the table, term by term, in the same picture for both."""

from html import escape

from ceasefire.experiments.story.talks import AGAINST, FOR, SAYS, TERMS, Answer, Tabled
from ceasefire.experiments.style.words import signed
from ceasefire.viz.page.guard import guarded
from ceasefire.viz.page.html import paragraph, table
from ceasefire.viz.page.svg import INK, LINE, Piece, aside, group, line, rect, svg, text
from ceasefire.viz.worlds.moment import Moment

WIDTH, HEIGHT = 330, 182
ZERO, REACH = 196.0, 84.0
TOP, ROW = 40.0, 20.0

HARDLY = 0.005
"""Utility below which a term is as good as nothing: it would be worded 0.00."""

ANSWER_WORDS = {
    name: SAYS[code]
    for code, name in enumerate(("refused", "signed to resume", "accepted"))
    if code in SAYS
}


def scale_of(moments: list[Moment] | tuple[Moment, ...]) -> float:
    """Return the largest term or balance of a run, in utility: the scale of all its bars."""
    largest = 0.25
    for moment in moments:
        if moment.tabled is None:
            continue
        for one in moment.tabled.answers:
            known = [abs(value) for value in one.terms.values()]
            if not one.ruled_out:
                known.append(abs(one.balance))
            largest = max(largest, *known)
    return largest


@guarded("the balance")
def balance_svg(moment: Moment, s: int, scale: float) -> str:
    """Draw one side's balance: what weighs for the text to the right, what against to the left."""
    side = moment.sides[s]
    if moment.tabled is None:
        return paragraph(f"{side.label} has not been asked about a text yet.", "quiet")
    one = moment.tabled.answers[s]
    pieces: list[Piece] = [_heading(one, side.label)]
    for row, name in enumerate(TERMS):
        weight = one.terms[name]
        meaning = (AGAINST if weight < 0 else FOR)[name] if abs(weight) >= HARDLY else "no weight"
        title = f"{name} {signed(weight)}: {meaning}"
        pieces.append(_bar(TOP + ROW * row, name, weight, scale, title))
    under = TOP + ROW * len(TERMS)
    pieces.append(line(ZERO - REACH, under + 1, ZERO + REACH, under + 1, stroke=LINE))
    if one.ruled_out:
        pieces.append(text(4, under + 17, "ruled out at any price", size=12, weight=700))
    else:
        title = "The sum of the terms"
        pieces.append(_bar(under + 4, "balance", one.balance, scale, title, True))
    pieces.append(line(ZERO, TOP - 4, ZERO, under + 23, stroke=INK, thick=1.2))
    pieces.append(aside(4, HEIGHT - 5, belief_words(one)))
    title = f"{side.label} {ANSWER_WORDS[one.answer]}: balance {signed(one.balance)} in utility"
    return svg(WIDTH, HEIGHT, pieces, title, f"{one.words} {one.reckoning}")


VERBS = {
    "refused": "refuses",
    "accepted": "accepts",
    "signed to resume": "signs, meaning to resume",
}


def _heading(answer: Answer, label: str) -> Piece:
    aloud = " · says yes in public" if answer.answer == "refused" and answer.says_yes else ""
    words = f"{label} {VERBS[answer.answer]}{aloud}"
    return group(
        [
            text(4, 14, words, size=13, weight=700),
            aside(ZERO - REACH, 31, "← against", 10.5),
            aside(ZERO + REACH, 31, "for →", 10.5, anchor="end"),
            aside(WIDTH - 4, 31, "utility", 10.5, anchor="end"),
        ]
    )


def _bar(
    y: float, name: str, weight: float, scale: float, title: str, whole: bool = False
) -> Piece:
    long = REACH * min(1.0, abs(weight) / scale)
    x = ZERO if weight >= 0 else ZERO - long
    colour = "var(--for)" if weight >= 0 else "var(--against)"
    edge = {"stroke": INK, "thick": 1.4} if whole else {}
    words = {"size": 12, "weight": 700 if whole else None}
    pieces = [
        text(4, y + 13, name, **words),
        rect(x, y + 3, long, ROW - 7, fill=colour, **edge),
        text(WIDTH - 4, y + 13, amount(weight), anchor="end", **words),
    ]
    return group(pieces, title=title)


def amount(weight: float) -> str:
    """Word a term; what is hardly there is a bare 0."""
    return signed(weight) if abs(weight) >= HARDLY else "0"


def belief_words(one: Answer) -> str:
    """Word what a side believes of the other, and what it would need to believe."""
    if one.belief is None or one.required_belief is None:
        return "A pause: nothing hangs on what the other does later."
    held = f"Belief in the later phases: {one.belief:.2f}; "
    if one.required_belief > 1.0:
        return held + "even 1 is too little."
    if one.required_belief <= 0.0:
        return held + "0 would do."
    return held + f"{one.required_belief:.2f} needed."


def text_html(moment: Moment) -> str:
    """Say what is on the table, and since when it is old news."""
    if moment.phase > 0:
        return (
            f'<p class="table-text"><b>Truce in force</b>, phase {moment.phase}: '
            f"{escape(moment.deal)}.</p>"
        )
    one = moment.tabled
    if one is None:
        return '<p class="table-text"><b>No text</b> has been on the table yet.</p>'
    now = moment.negotiating
    when = "On the table" if now else f"Last on the table, in week {moment.tabled_week:g}"
    return (
        f'<p class="table-text{"" if now else " old"}"><b>{when}</b> (round {one.round}'
        f"{escape(_marks(one, moment))}): {escape(one.words)}.</p>"
    )


def _marks(one: Tabled, moment: Moment) -> str:
    marks = [f"in the name of {moment.case.label('belligerent', one.author)}"] if one.author else []
    if one.public:
        marks.append("public")
    return "".join(f", {mark}" for mark in marks)


@guarded("the table of terms")
def balance_table(moment: Moment) -> str:
    """List both sides' terms, the bars' text equivalent."""
    if moment.tabled is None:
        return paragraph("No text has been on the table yet.", "quiet")
    first, second = moment.tabled.answers
    labels = [side.label for side in moment.sides]
    rows: list[tuple[object, ...]] = [
        (name, signed(first.terms[name]), signed(second.terms[name])) for name in TERMS
    ]
    rows.append(
        ("balance", *("ruled out" if a.ruled_out else signed(a.balance) for a in (first, second)))
    )
    rows.append(("answer", first.answer, second.answer))
    rows.append(("belief", belief_words(first), belief_words(second)))
    return table(("Term, in utility", *labels), rows)
