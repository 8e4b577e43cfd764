"""The sentence that leads, the certificate in words, and the log."""

from collections.abc import Sequence
from html import escape

from ceasefire.experiments.story.talks import SAYS
from ceasefire.experiments.style.words import counted, listed
from ceasefire.experiments.why.words import CAVEAT, certificate_words, flip_words, set_words
from ceasefire.viz.page.guard import guarded
from ceasefire.viz.page.html import paragraph
from ceasefire.viz.watch.opening import opening_words, refusal, refused
from ceasefire.viz.worlds.moment import Moment
from ceasefire.viz.worlds.recording import RecordedWorld

SHOWN_SETS = 2
"""Further sets that are named where several would open a round."""

SPEAKS = {name: SAYS[code] for code, name in enumerate(("refused", "signed to resume", "accepted"))}


def order_of(moment: Moment) -> tuple[int, int]:
    """Return in which order both sides are named: it alternates from seed to seed."""
    return (0, 1) if moment.seed % 2 == 0 else (1, 0)


def heading(moment: Moment) -> str:
    """Name a week, with its dates where the case has any."""
    if moment.week < 0:
        return "Before the first week"
    dates = f" ({moment.dates})" if moment.dates else ""
    return f"Week {moment.week:g}{dates}"


def leading(moment: Moment, world: RecordedWorld | None = None) -> str:
    """Say in a sentence or two what a week is about."""
    if world is not None and moment is world.moments[-1] and not moment.failed:
        return world.ending[0]
    if moment.failed:
        return f"{_failure(moment)}. {_opening(moment)}".strip()
    if (moment.signed or moment.negotiating) and moment.tabled is not None:
        answers = [SPEAKS[answer.answer] for answer in moment.tabled.answers]
        words = listed([f"{moment.sides[s].label} {answers[s]}" for s in order_of(moment)])
        how = "ends in a deal" if moment.signed else "of the talks is under way"
        return f"Round {moment.tabled.round} {how}: {words}."
    told = [
        one.words
        for topic in ("truce", "cabinet", "council", "patrons")
        for one in moment.lines
        if one.topic == topic
    ]
    if moment.phase > 0:
        return told[0] if told else f"A truce holds, phase {moment.phase} of the deal."
    state = "The war goes on, and no talks are held."
    if moment.end_state != "still going on":
        state = f"The run is over: {moment.end_state}."
    return f"{state} {told[0]}" if told else state


def _failure(moment: Moment) -> str:
    """Say who refused the last text of a round that failed, and why."""
    if moment.tabled is None:
        return "A round of talks failed"
    number = moment.tabled.round
    sides = [s for s in order_of(moment) if s in refused(moment)]
    if not sides:
        return f"Round {number} failed: the last text was not signed by both"
    parts = []
    for s in sides:
        words = refusal(moment.tabled.answers[s], moment.sides[s].label)
        if moment.tabled.answers[s].says_yes:
            words += "; in public it said yes"
        parts.append(words)
    return f"Round {number} failed. {'. '.join(parts)}"


def _opening(moment: Moment) -> str:
    one = moment.certificate
    return opening_words(one, moment.case) if one is not None else ""


@guarded("the sentence")
def sentence_html(moment: Moment, world: RecordedWorld | None, tested: str) -> str:
    """Write the sentence that leads, with what a re-run of it showed."""
    again = f" <span>{escape(tested)}</span>" if tested else ""
    words = escape(leading(moment, world))
    return f"<p><b>{escape(heading(moment))}.</b> {words}{again}</p>"


@guarded("the certificate")
def certificate_html(moment: Moment) -> str:
    """Say why a round is stuck and what would open it; or when one last was."""
    one = moment.certificate
    if one is None:
        words = "When a round fails, it says here why, and what would have opened it."
        if moment.negotiating and not moment.round_ended:
            words = "The round is not over: why it fails, if it does, is worked out at its end."
        return paragraph(words, "quiet")
    parts = [f"<p><b>Why it is stuck.</b> {escape(certificate_words(one, moment.case))}</p>"]
    rest = one.sets[1 : 1 + SHOWN_SETS]
    if rest:
        also = "; or if ".join(set_words(found, one, moment.case) for found in rest)
        more = len(one.sets) - 1 - len(rest)
        tail = f"; {counted(more, 'further set')} of constraints" if more > 0 else ""
        parts.append(paragraph(f"Or it would open if {also + tail}."))
    parts.append(paragraph(f"All of this holds {CAVEAT}.", "quiet"))
    return "".join(parts)


def turned_html(moment: Moment) -> str:
    """Say what alone would have turned each side that refused to the last text."""
    one = moment.certificate
    words = flip_words(one, moment.case) if one is not None else ()
    return "".join(map(paragraph, words))


@guarded("the log")
def log_html(moments: Sequence[Moment], until: int) -> str:
    """Tell what happened up to a week, the latest first, in plain words."""
    parts = []
    for moment in reversed(moments[: until + 1]):
        if not moment.lines:
            continue
        lines = "".join(
            f"<li>{escape(one.words)}"
            + (f' <span class="quiet">{escape(one.detail)}</span>' if one.detail else "")
            + "</li>"
            for one in moment.lines
        )
        parts.append(f"<h3>{escape(heading(moment))}</h3><ul>{lines}</ul>")
    return f'<div class="log">{"".join(parts)}</div>' if parts else "<p>Nothing yet.</p>"


def week_html(moment: Moment) -> str:
    """Tell what happened this week, shortly, for the drawer's edge."""
    told = [line.words for line in moment.lines if line.topic != "talks"]
    words = " ".join(told) if told else "Nothing else of note this week."
    return paragraph(words, "quiet")
