"""What is on the page at one moment: words, pictures and tables of a setting, ready to be shown."""

import json
from dataclasses import dataclass, replace
from html import escape

from ceasefire.model.world.outcome import END_STATES, FELL, PERMANENT, REGIONAL
from ceasefire.viz.change import curves, words
from ceasefire.viz.change import pictures as draw
from ceasefire.viz.change.effects import WORLDS, EnsembleChange, numbers_of
from ceasefire.viz.change.stuck import stuck_of
from ceasefire.viz.levers.lever import the_case
from ceasefire.viz.levers.setting import query_of, without_effect
from ceasefire.viz.live.ends import incidence
from ceasefire.viz.live.worker import MOST, Seen
from ceasefire.viz.page import address, svg
from ceasefire.viz.page.guard import guarded
from ceasefire.viz.page.html import unfolded

INCIDENCE = (
    ("Permanent ceasefire", PERMANENT),
    ("Government fell", FELL),
    ("Regional war", REGIONAL),
    ("First truce", None),
)
"""What is shown by week: end states, and the first truce."""


AS_TABLE = "The same as a table"
WHY_STUCK = "<h2>Why it is stuck: which constraints bind in failed rounds</h2>"


@dataclass(frozen=True)
class Panels:
    """What is shown first of a setting: it is all that a hand on a lever waits for.

    Attributes:
        pinned: The sentence that leads, with what it rests on.
        announced: What is said aloud once the hand has let go.
        ends: How runs end, and differences.
        incidence: What has come by each week.
        sound: The last ``pinned`` that was no sentence on what is wrong.
    """

    pinned: str
    announced: str = ""
    ends: str = ""
    incidence: str = ""
    sound: str = ""


@dataclass(frozen=True)
class Rest:
    """What is shown of a setting just after.

    Attributes:
        cells: The first worlds one by one, as the template wants them.
        flows: From what to what runs turned.
        numbers: Captives and deaths.
        stuck: Why it is stuck.
        names: End states for people.
    """

    cells: tuple[dict[str, object], ...] = ()
    flows: str = ""
    numbers: str = ""
    stuck: str = ""
    names: tuple[str, ...] = END_STATES


EMPTY = Panels(
    '<p class="sentence">The first 500 runs are on their way.</p>'
    '<p class="quiet">The first time, the rules are compiled: that may take a minute.</p>'
)


class Painter:
    """Turns what was run into what is shown; keeps axes still while a lever is dragged."""

    def __init__(self) -> None:
        self._axes = draw.Axes()

    def first(self, seen: Seen, comparison: EnsembleChange | None, before: Panels) -> Panels:
        """Return what is to be shown first.

        Args:
            seen: What was run.
            comparison: Both ensembles; None where nothing could be run.
            before: What is shown now; it stays where there is nothing newer.
        """
        if comparison is None:
            pinned = _problem(seen, before)
            return replace(before, pinned=pinned, announced=seen.problem)
        settled = seen.wanted.settled
        sentence = words.leading_sentence(comparison, bool(seen.wanted.values))
        pinned = pinned_part(comparison, seen, sentence, self._axes)
        return Panels(
            pinned=pinned,
            # Of all runs, and so once: what is said aloud is what is there to be read.
            announced=sentence if settled and comparison.runs >= MOST else before.announced,
            ends=ends_part(comparison, self._axes, settled),
            incidence=incidence_part(comparison, self._axes, settled),
            sound=pinned,
        )

    @staticmethod
    def rest(seen: Seen, comparison: EnsembleChange, before: Rest) -> Rest:
        """Return what is to be shown after that.

        Args:
            seen: What was run.
            comparison: Both ensembles.
            before: What is shown now.
        """
        if seen.stuck is not None:
            return replace(before, stuck=stuck_part(seen))
        return Rest(
            cells=cells_of(comparison, seen.wanted.values),
            flows=flows_part(comparison),
            numbers=numbers_part(comparison),
            stuck=_stuck_waiting(before.stuck),
        )


def _problem(seen: Seen, before: Panels) -> str:
    """Put a sentence above the last picture, which stays."""
    again = "" if before is EMPTY else " What is shown is the setting before."
    words = f'<p class="sentence error-line" role="alert">{escape(seen.problem)}{again}</p>'
    return f"<div {_data(seen, 0)}>{words}</div>{before.sound}"


def _data(seen: Seen, runs: int) -> str:
    """Return what the setting shown is, for whoever reads the page by machine."""
    setting = escape(json.dumps(seen.wanted.values, sort_keys=True), quote=True)
    return (
        f'class="shown" data-number="{seen.wanted.number}" data-runs="{runs}" '
        f'data-stuck="{int(seen.stuck is not None)}" data-setting="{setting}"'
    )


@guarded("the sentence that leads")
def pinned_part(comparison: EnsembleChange, seen: Seen, sentence: str, axes: draw.Axes) -> str:
    """Return the sentence, what it rests on, and the small picture of differences."""
    end = axes.hold("differences", draw.reach(comparison), seen.wanted.settled)
    idle = ""
    if without_effect(seen.wanted.values):
        idle = (
            '<p class="quiet">A week, or a length, was set for arms and conditions, which are not '
            "moved themselves: that changes nothing yet.</p>"
        )
    return (
        f"<div {_data(seen, comparison.runs)}>"
        f'<p class="sentence">{escape(sentence)}</p>'
        f'<p class="quiet change-status">{escape(words.status(comparison, MOST))}</p>{idle}'
        f'<div class="change-small">{draw.small_differences(comparison, end)}</div></div>'
    )


@guarded("how runs end")
def ends_part(comparison: EnsembleChange, axes: draw.Axes, settled: bool) -> str:
    """Return how runs end, and differences, with the table behind them."""
    end = axes.hold("differences", draw.reach(comparison), settled)
    table = words.states_table(comparison)
    status = escape(words.status(comparison, MOST))
    return (
        '<div class="change-two"><div><h2>How 100 runs end</h2>'
        f"{draw.bars(comparison)}</div><div><h2>What the change makes of it, in points</h2>"
        f"{draw.differences(comparison, end)}</div></div>{draw.ends_key()}"
        f'<p class="quiet change-status-below">{status}</p>'
        f"{unfolded(AS_TABLE, table)}"
    )


@guarded("what has come by each week")
def incidence_part(comparison: EnsembleChange, axes: draw.Axes, settled: bool) -> str:
    """Return what has come by each week, with the table behind it."""
    before, after = (
        incidence(ends, comparison.horizon) for ends in (comparison.baseline, comparison.changed)
    )
    lines = [(name, before[what], after[what]) for name, what in INCIDENCE]
    pictures = []
    for (name, what), (_, was, now) in zip(INCIDENCE, lines, strict=True):
        end = axes.hold(f"incidence {name}", curves.curve_end([was, now]), settled)
        pictures.append(f"<div>{curves.incidence_panel(name, was, now, what, end)}</div>")
    plain_rows = [(name, was.tolist(), now.tolist()) for name, was, now in lines]
    key = draw.key(
        (
            (svg.line(1, 7, 33, 7, stroke=svg.ACCENT, thick=2.4), "with the change"),
            (svg.line(1, 7, 33, 7, dash="5 4"), "as it is"),
        )
    )
    return (
        "<h2>When it comes: of 100 runs, those in which it has come by each week</h2>"
        f'<div class="change-four">{"".join(pictures)}</div>{key}'
        '<p class="quiet">Cumulative incidence; each picture has its own scale.</p>'
        f"{unfolded(AS_TABLE, words.incidence_table(plain_rows))}"
    )


def cells_of(comparison: EnsembleChange, values: dict[str, float]) -> tuple[dict[str, object], ...]:
    """Return the first worlds, one by one, each with its links to Watch."""
    found = []
    for seed in range(min(WORLDS, comparison.runs)):
        own = {"set": int(comparison.changed.sets[seed]), "seed": seed}
        was, now = int(comparison.baseline.outcome[seed]), int(comparison.changed.outcome[seed])
        found.append(
            {
                **own,
                "was": was,
                "now": now,
                "flipped": was != now,
                "hrefWas": address.link("", own),
                "hrefNow": address.link("", {**own, **query_of(values)}),
            }
        )
    return tuple(found)


def field_note(rest: Rest) -> str:
    """Say what the field of worlds is a sample of, and how to read it."""
    flipped = sum(bool(cell["flipped"]) for cell in rest.cells)
    return (
        f"A fixed sample: the runs with seeds 0 to {WORLDS - 1}, in the same places on both sides. "
        f"P permanent ceasefire, F government fell, R regional war, empty no deal. "
        f"{flipped} end differently and are outlined. Choose one to have both worlds told week by "
        "week; arrow keys move among them."
    )


@guarded("from what to what runs turned")
def flows_part(comparison: EnsembleChange) -> str:
    """Return from what to what runs turned, in words and as a table."""
    said = escape(words.flows_words(comparison))
    return f'<p class="pair">{said} In numbers:</p>{words.flows_table(comparison)}'


@guarded("captives and deaths")
def numbers_part(comparison: EnsembleChange) -> str:
    """Return captives returned and deaths: how they are spread, and differences of quantiles."""
    parts = []
    for one in numbers_of(comparison, the_case()):
        parts.append(
            f'<div class="panel"><h2>{escape(one.name)}</h2><p>{escape(words.number_words(one))}'
            '</p><div class="change-two"><div><h3>Of 100 runs, those with at most so many</h3>'
            f"{curves.spread_picture(one)}</div><div><h3>Difference where so many runs lie below"
            f"</h3>{curves.quantile_picture(one)}</div></div>"
            f"{unfolded(AS_TABLE, words.number_table(one))}</div>"
        )
    note = (
        '<p class="quiet">Counted to each run’s own end: a run that ends early has had less time '
        "for it. Solid: with the change; dashed: as it is.</p>"
    )
    return "".join(parts) + note


@guarded("why it is stuck")
def stuck_part(seen: Seen) -> str:
    """Return how often constraints bind in failed rounds."""
    assert seen.stuck is not None
    stuck = stuck_of(*seen.stuck, the_case())
    said = escape(words.stuck_words(stuck, the_case()))
    if not stuck.rows:
        return f"{WHY_STUCK}<p>{said}</p>"
    key = draw.key(
        (
            (svg.circle(17, 7, 5, fill=svg.ACCENT, stroke=svg.INK), "with the change"),
            (svg.circle(17, 7, 5, fill="none", stroke=svg.INK), "as it is"),
        )
    )
    table = words.stuck_table(stuck, the_case())
    return (
        f'{WHY_STUCK}<div class="change-stuck"><div>{curves.stuck_picture(stuck, the_case())}{key}'
        "</div>"
        f"<p>{said}</p></div>{unfolded(AS_TABLE, table)}"
    )


def _stuck_waiting(before: str) -> str:
    """Say that this part lags behind; the last picture stays."""
    note = '<p class="quiet stuck-late">Being worked out for the setting shown above.</p>'
    if not before:
        return f"{WHY_STUCK}{note}"
    return before if "stuck-late" in before else note + before
