"""What is measured in every arm of a claim, run by run, with its denominator.

Each kind of measure returns some sums for every run; its parts are ratios of two of them. A run
that has nothing to say adds nothing to either, so denominators are exact after summing over runs.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from agents.belligerent import ACCEPT, REFUSE, SIGN_TO_RESUME
from experiments.claims_fields import check_field
from experiments.claims_tables import Measure
from experiments.tables import CAUSES
from model.outcome import END_STATES, FELL
from model.scenario import Case
from model.settings import one_of, problem
from model.truce import BOTH, BROKEN, CUT_OFF, ENDED_WAR, LAPSED

Array = np.ndarray[Any, Any]

RULED_OUT = -10.0
"""Balance that stands for a text ruled out at any price, in utility: means stay readable."""

STRENGTHS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Multiples of the declared weight of guarantors at which a side is asked."""

TOO_STRONG = 16.0
"""Multiple that stands for a guarantee that would not do even at the largest of these."""

SPREAD = math.sqrt(3.0) / math.pi
"""Scale of a logistic deviate of variance one."""


@dataclass(frozen=True)
class Needs:
    """What must be looked at, and when, to measure something.

    Attributes:
        asks: Weeks and texts that both sides are asked about.
        fields: Weeks and dotted names of fields.
        guarantees: Weeks and texts asked about at several strengths of the guarantee.
        families: Weeks and families of texts asked about in a few runs.
        until: Weeks that must be run.
    """

    asks: frozenset[tuple[int, int]] = frozenset()
    fields: frozenset[tuple[int, str]] = frozenset()
    guarantees: frozenset[tuple[int, int]] = frozenset()
    families: frozenset[tuple[int, str]] = frozenset()
    until: int = 0

    def __or__(self, other: "Needs") -> "Needs":
        """Return what either needs."""
        return Needs(
            self.asks | other.asks,
            self.fields | other.fields,
            self.guarantees | other.guarantees,
            self.families | other.families,
            max(self.until, other.until),
        )


@dataclass
class Observed:
    """What was seen of some runs in one arm.

    Attributes:
        going_on: By week, which runs nothing had ended by its end (the horizon is no end).
        answers: By week and text, what each side answers and its balance (rows, sides).
        noise: By week, spread of each side's misjudgement, utility (rows, sides).
        fields: By week and dotted name, the values (rows).
        strengths: By week and text, the smallest of ``STRENGTHS`` accepted (rows, sides).
        families: By week and family, answers and balances (rows asked, texts, sides).
        asked: Which runs the families were asked in.
        records: Final records.
    """

    going_on: dict[int, Array] = field(default_factory=dict)
    answers: dict[tuple[int, int], tuple[Array, Array]] = field(default_factory=dict)
    noise: dict[int, Array] = field(default_factory=dict)
    fields: dict[tuple[int, str], Array] = field(default_factory=dict)
    strengths: dict[tuple[int, int], Array] = field(default_factory=dict)
    families: dict[tuple[int, str], tuple[Array, Array]] = field(default_factory=dict)
    asked: Array = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    records: Mapping[str, Array] = field(default_factory=dict)

    def branch(self) -> "Observed":
        """Return what an arm that begins now has seen so far."""
        return Observed(
            dict(self.going_on),
            dict(self.answers),
            dict(self.noise),
            dict(self.fields),
            dict(self.strengths),
            dict(self.families),
            self.asked,
        )


class Context(NamedTuple):
    """What names of a measure stand for.

    Attributes:
        case: The case.
        texts: Rows of the grid by name.
        families: Rows of the grid by name of a family.
    """

    case: Case
    texts: Mapping[str, int]
    families: Mapping[str, tuple[int, ...]]

    def side(self, measure: Measure) -> int:
        """Return the index of the measure's side, or -1 for any."""
        names = self.case.names["belligerents"]
        return names.index(measure.side) if measure.side else -1


def probability(answer: Array, balance: Array, noise: Array) -> Array:
    """Probability that a side takes a text and means to carry it out.

    The misjudgement is logistic, so ``1 / (1 + exp(-balance / scale))``; 0 where it would sign
    only to resume. Asked without misjudgement, a refusal tells its balance.

    Args:
        answer: Answers without misjudgement.
        balance: Balances, utility.
        noise: Standard deviation of the misjudgement, utility; 0 for none.
    """
    scale = np.maximum(noise * SPREAD, 1.0e-9)
    taken = 1.0 / (1.0 + np.exp(-np.clip(balance / scale, -50.0, 50.0)))
    return np.where(answer == SIGN_TO_RESUME, 0.0, taken)


def accepts(seen: Observed, measure: Measure, context: Context) -> Array:
    """Whether a side takes a text, asked at the end of each week, in war or truce.

    Runs that ended by a week are left out of it; if all weeks are, the run is. Sums over weeks:
    probability, balance (not below ``RULED_OUT``), answers that accept, answers that sign to
    resume, weeks asked.
    """
    s, text = context.side(measure), context.texts[measure.text]
    found: Any = 0.0
    for week in measure.weeks:
        answer, balance = (one[:, s] for one in seen.answers[week, text])
        balance = np.maximum(balance, RULED_OUT)
        chance = probability(answer, balance, seen.noise[week][:, s])
        columns = (chance, balance, answer == ACCEPT, answer == SIGN_TO_RESUME, 1.0)
        found = found + _only(seen.going_on[week], columns)
    return np.asarray(found)


def end_state(seen: Observed, measure: Measure, context: Context) -> Array:
    """Whether a run has ended in a state by the end of week ``to``: every run counts.

    A run that ended otherwise counts as not ended so.
    """
    war = seen.records["war"]
    there = war["outcome"] == END_STATES.index(measure.state)
    by_then = (war["ended_week"] >= 0.0) & (war["ended_week"] <= _end(measure) + 1)
    return _only(np.ones(len(war), dtype=bool), (there & by_then, 1.0))


def deal(seen: Observed, measure: Measure, context: Context) -> Array:
    """Whether a truce begins in weeks ``from`` to ``to``; left out are runs that ended before.

    A run that ends within the window without one counts as having none.
    """
    began, _ = _truces(seen, measure, context)
    return _only(_reached(seen, measure), (began.any(axis=1), 1.0))


def wait(seen: Observed, measure: Measure, context: Context) -> Array:
    """Weeks from the beginning of week ``from`` to the next truce, at most to the end of ``to``.

    A run that ends first without one waits to the end; left out are runs that ended before.
    """
    began, log = _truces(seen, measure, context)
    start, end = _start(measure), _end(measure)
    first = np.where(began, log["started"], end + 1.0).min(axis=1)
    return _only(_reached(seen, measure), (first - start, 1.0))


def truces(seen: Observed, measure: Measure, context: Context) -> Array:
    """Truces that begin in weeks ``from`` to ``to``; left out are runs that ended before.

    Sums: truces, runs, and over the truces their weeks, captives and prisoners.
    """
    began, log = _truces(seen, measure, context)
    columns = [began.sum(axis=1), 1.0]
    columns += [np.where(began, log[one], 0).sum(axis=1) for one in ("weeks", "released")]
    columns.append(np.where(began, log["prisoners"], 0).sum(axis=1))
    return _only(_reached(seen, measure), columns)


def rounds(seen: Observed, measure: Measure, context: Context) -> Array:
    """Rounds that begin in weeks ``from`` to ``to``, and what a side said and did in them.

    Sums: rounds, runs that had not ended before, and over rounds that are over and in which a text
    was tabled: their number, said yes, accepted, both, and who alone or together refused it
    (the side, the other, both), and of those the number refused by anyone.
    """
    s = max(context.side(measure), 0)
    log, held = _log(seen, "rounds")
    began = held & _inside(log["started"], measure)
    if measure.ends is not None:
        ends = context.case.grid.texts["ends"] > 0.0
        began &= ends[np.maximum(log["text"], 0)] == measure.ends
    over = began & (log["ended"] >= 0.0) & (log["tabled"] > 0)
    names = ("first", "second")
    said = over & log[f"spoken_{names[s]}"]
    mine, others = log[f"answer_{names[s]}"], log[f"answer_{names[1 - s]}"]
    took = over & (mine == ACCEPT)
    refused, other_refused = over & (mine == REFUSE), over & (others == REFUSE)
    columns = [began.sum(axis=1), 1.0]
    for one in (
        over,
        said,
        took,
        said & took,
        refused & ~other_refused,
        other_refused & ~refused,
        refused & other_refused,
        refused | other_refused,
    ):
        columns.append(one.sum(axis=1))
    return _only(_reached(seen, measure), columns)


def tabled(seen: Observed, measure: Measure, context: Context) -> Array:
    """Level of an issue in the last text of each round that begins in weeks ``from`` to ``to``.

    Levels count from 0. Sums: levels, rounds in which a text was tabled.
    """
    log, held = _log(seen, "rounds")
    began = held & _inside(log["started"], measure) & (log["tabled"] > 0)
    issue = [one.name for one in context.case.issues].index(measure.issue)
    level = context.case.grid.level[np.maximum(log["text"], 0), issue]
    columns = (np.where(began, level, 0).sum(axis=1), began.sum(axis=1))
    return _only(np.ones(len(began), dtype=bool), columns)


def mean(seen: Observed, measure: Measure, context: Context) -> Array:
    """Mean of a field over the given weeks; runs that ended by a week are left out of it."""
    found: Any = 0.0
    for week in measure.weeks:
        found = found + _only(seen.going_on[week], (seen.fields[week, measure.field], 1.0))
    return np.asarray(found)


def passes(seen: Observed, measure: Measure, context: Context) -> Array:
    """First week from ``from`` to ``to`` at whose end a field is at a level or above.

    Where it is never seen there the week is ``to + 1``, also if the run ended before; left out are
    runs that ended before ``from``. Sums: week, passed at all, runs.
    """
    start, end = _start(measure), _end(measure)
    first = np.full(len(seen.going_on[start]), end + 1.0)
    for week in range(end, start - 1, -1):
        high = seen.fields[week, measure.field] >= (measure.level or 0.0)
        first = np.where(high & seen.going_on[week], week, first)
    return _only(_reached(seen, measure), (first, first <= end, 1.0))


def resumed(seen: Observed, measure: Measure, context: Context) -> Array:
    """Truces that begin in weeks ``from`` to ``to`` and are over: did the side resume the war?

    Left out are truces still in force at the horizon or cut off by a regional war. One in which a
    government fell counts as over without phase two, and tells nothing of resuming. Sums: resumed
    by the side (by anyone if none is named), alone or with the other, at the end of phase one; war
    goes on; reached phase two; truces that are over; of those the ones that came to that boundary;
    those over by a government's fall as well.
    """
    began, log = _truces(seen, measure, context)
    s = context.side(measure)
    over = began & np.isin(log["cause"], [LAPSED, BROKEN, ENDED_WAR])
    fell = (seen.records["war"]["outcome"] == FELL)[:, np.newaxis]
    closed = over | (began & (log["cause"] == CUT_OFF) & fell)
    by = log["resumed_by"]
    # An incident breaks a truce by both hands; at a boundary both may resume, too.
    incident = (log["cause"] == BROKEN) & (by == BOTH) & ~_ran_its_course(log, context)
    at_boundary = over & ~incident
    at_first = at_boundary & (log["phase"] == 1)
    chosen = at_first & ((by >= 0) if s < 0 else ((by == s) | (by == BOTH)))
    goes_on = over & (log["cause"] != ENDED_WAR)
    second = closed & (log["phase"] >= 2)
    columns = (chosen, goes_on, second, over, at_boundary, closed)
    return _only(np.ones(len(over), dtype=bool), [one.sum(axis=1) for one in columns])


def guarantee_needed(seen: Observed, measure: Measure, context: Context) -> Array:
    """How strong the names under a text must be for a side to take it, all of them signing.

    In multiples of their declared weight, the smallest of ``STRENGTHS`` that does; ``TOO_STRONG``
    where none does. Runs that ended by a week are left out of it. Sums: multiple, none does, weeks.
    """
    s, text = context.side(measure), context.texts[measure.text]
    found: Any = 0.0
    for week in measure.weeks:
        strength = seen.strengths[week, text][:, s]
        columns = (strength, strength >= TOO_STRONG, 1.0)
        found = found + _only(seen.going_on[week], columns)
    return np.asarray(found)


def overlap(seen: Observed, measure: Measure, context: Context) -> Array:
    """Whether some text of a family is taken by both sides; and how many each side takes.

    Asked in the first runs of each set only; runs that ended by a week are left out of it. Sums:
    some text suits both, texts taken by the first side and by the second, weeks asked, texts asked.
    """
    rows = len(next(iter(seen.going_on.values())))
    found = np.zeros((rows, 5))
    for week in measure.weeks:
        answer, _ = seen.families[week, measure.texts]
        took = answer == ACCEPT
        both = took.all(axis=2).any(axis=1)
        columns = (both, took[:, :, 0].sum(axis=1), took[:, :, 1].sum(axis=1), 1.0)
        counted = _only(seen.going_on[week][seen.asked], (*columns, float(answer.shape[1])))
        found[seen.asked] += counted
    return found


def importance(seen: Observed, measure: Measure, context: Context) -> Array:
    """Share of the variance of a side's balance over a family of texts that one issue explains.

    The family is a full factorial, so the variance of the means by level, over the whole variance,
    is exact (the main effect of a variance-based sensitivity analysis). Asked in the first runs of
    each set only; left out are runs that ended by a week, or whose balance does not vary. Sums:
    share, weeks.
    """
    s = context.side(measure)
    rows = len(next(iter(seen.going_on.values())))
    issues = [one.name for one in context.case.issues]
    level = context.case.grid.level[
        list(context.families[measure.texts]), issues.index(measure.issue)
    ]
    found = np.zeros((rows, 2))
    for week in measure.weeks:
        _, balance = seen.families[week, measure.texts]
        mine = balance[:, :, s]
        whole = mine.var(axis=1)
        means = np.stack([mine[:, level == one].mean(axis=1) for one in np.unique(level)])
        varies = whole > 1.0e-12
        share = np.where(varies, means.var(axis=0) / np.where(varies, whole, 1.0), 0.0)
        going_on = seen.going_on[week][seen.asked] & varies
        found[seen.asked] += _only(going_on, (share, 1.0))
    return found


def _only(rows: Array, columns: Iterable[Any]) -> Array:
    """Stack columns, with zeros for the runs that are left out."""
    kept = [np.where(rows, column, 0.0) for column in columns]
    return np.stack(kept, axis=1).astype(float)


def _start(measure: Measure) -> int:
    return measure.start or 0


def _end(measure: Measure) -> int:
    assert measure.end is not None
    return measure.end


def _inside(week: Array, measure: Measure) -> Array:
    return (week >= _start(measure)) & (week < _end(measure) + 1)


def _reached(seen: Observed, measure: Measure) -> Array:
    """Runs that had not ended before the window."""
    ended = seen.records["war"]["ended_week"]
    return np.asarray((ended < 0.0) | (ended > _start(measure)))


def _log(seen: Observed, name: str) -> tuple[Array, Array]:
    log = seen.records[name]
    return log, np.arange(log.shape[1]) < seen.records["talks"][name][:, np.newaxis]


def _truces(seen: Observed, measure: Measure, context: Context) -> tuple[Array, Array]:
    """Return which places of the log hold a truce that is meant, and the log (rows, places)."""
    log, held = _log(seen, "truces")
    began = held & _inside(log["started"], measure)
    if measure.ends is not None:
        ends = context.case.grid.texts["ends"] > 0.0
        began &= ends[np.maximum(log["text"], 0)] == measure.ends
    return began, log


def _ran_its_course(log: Array, context: Context) -> Array:
    """Whether a truce lasted as long as its phase one."""
    weeks = context.case.grid.texts["weeks"][np.maximum(log["text"], 0)]
    return np.asarray(log["weeks"] >= weeks - 1.0e-9)


class Kind(NamedTuple):
    """A kind of measure.

    Attributes:
        columns: Returns its sums, run by run.
        requires: Keys that it needs.
        parts: Numerator and denominator of each part, as places of the sums; "" is the main one.
        unit: Unit of the main part.
    """

    columns: Callable[[Observed, Measure, Context], Array]
    requires: tuple[str, ...]
    parts: Mapping[str, tuple[int, int]]
    unit: str


WINDOW = ("start", "end")
KINDS: dict[str, Kind] = {
    "accepts": Kind(
        accepts,
        ("side", "text", "weeks"),
        {"": (0, 4), "margin": (1, 4), "share": (2, 4), "to resume": (3, 4)},
        "probability",
    ),
    "end state": Kind(end_state, ("state", "end"), {"": (0, 1)}, "probability"),
    "deal": Kind(deal, WINDOW, {"": (0, 1)}, "probability"),
    "wait": Kind(wait, WINDOW, {"": (0, 1)}, "weeks"),
    "truces": Kind(
        truces,
        WINDOW,
        {"": (0, 1), "weeks": (2, 0), "captives": (3, 0), "prisoners": (4, 0)},
        "truces",
    ),
    "rounds": Kind(
        rounds,
        WINDOW,
        {
            "": (0, 1),
            "says yes": (3, 2),
            "accepts": (4, 2),
            "accepts if it says yes": (5, 3),
            "correlation": (-1, -1),
            "refused alone": (6, 9),
            "refused by the other": (7, 9),
            "refused by both": (8, 9),
        },
        "rounds",
    ),
    "tabled": Kind(tabled, ("issue", *WINDOW), {"": (0, 1)}, "level"),
    "mean": Kind(mean, ("field", "weeks"), {"": (0, 1)}, "the field's"),
    "passes": Kind(passes, ("field", "level", *WINDOW), {"": (0, 2), "at all": (1, 2)}, "weeks"),
    "resumed": Kind(
        resumed, WINDOW, {"": (0, 4), "war goes on": (1, 3), "phase two": (2, 5)}, "share"
    ),
    "guarantee needed": Kind(
        guarantee_needed,
        ("side", "text", "weeks"),
        {"": (0, 2), "never": (1, 2)},
        "multiple",
    ),
    "overlap": Kind(
        overlap,
        ("texts", "weeks"),
        {"": (0, 3), "first": (1, 4), "second": (2, 4)},
        "share",
    ),
    "importance": Kind(
        importance, ("side", "texts", "issue", "weeks"), {"": (0, 1)}, "share of variance"
    ),
}


def parts_of(name: str, kind: str) -> list[str]:
    """Return the names by which effects may call the parts of a measure."""
    if kind not in KINDS:
        return []
    return [f"{name}.{part}" if part else name for part in KINDS[kind].parts]


def part_values(sums: Array, kind: str, part: str) -> Array:
    """Return a part of a measure from its sums (..., sums); NaN where nothing counted."""
    top, bottom = KINDS[kind].parts[part]
    with np.errstate(invalid="ignore", divide="ignore"):
        if part == "correlation":
            return _correlation(sums[..., 2], sums[..., 3], sums[..., 4], sums[..., 5])
        # A denominator below one whole run is rounding.
        values = np.where(sums[..., bottom] > 1.0e-9, sums[..., top] / sums[..., bottom], np.nan)
    return np.asarray(values)


def _correlation(number: Array, first: Array, second: Array, both: Array) -> Array:
    """Correlation of two yes-or-no answers; NaN where either never varies."""
    spread = first * (number - first) * second * (number - second)
    cover = number * both - first * second
    return np.where(spread > 0.0, cover / np.sqrt(np.where(spread > 0.0, spread, 1.0)), np.nan)


def needs_of(measure: Measure, context: Context) -> Needs:
    """Return what must be looked at for a measure."""
    weeks = measure.weeks
    until = max([*(week + 1 for week in weeks), 0])
    if measure.kind == "accepts":
        text = context.texts[measure.text]
        return Needs(asks=frozenset((week, text) for week in weeks), until=until)
    if measure.kind == "guarantee needed":
        text = context.texts[measure.text]
        return Needs(guarantees=frozenset((week, text) for week in weeks), until=until)
    if measure.kind in ("overlap", "importance"):
        return Needs(families=frozenset((week, measure.texts) for week in weeks), until=until)
    if measure.kind == "mean":
        return Needs(fields=frozenset((week, measure.field) for week in weeks), until=until)
    end = _end(measure) + 1
    if measure.kind == "passes":
        span = range(_start(measure), end)
        return Needs(fields=frozenset((week, measure.field) for week in span), until=end)
    if measure.kind == "resumed":
        # Truces of the window must have time to end.
        end = int(float(context.case.settings["war.horizon"].value))
    return Needs(until=end)


def measure_problems(
    case: Case,
    texts: Mapping[str, Any],
    families: Mapping[str, Any],
    at: str,
    measure: Measure,
) -> list[str]:
    """Word what is wrong with a measure."""
    if measure.kind not in KINDS:
        return [problem(f"{at}.kind", repr(measure.kind), one_of(KINDS, measure.kind))]
    found = []
    for key in KINDS[measure.kind].requires:
        if getattr(measure, key) in ("", (), None):
            word = {"start": "from", "end": "to"}.get(key, key)
            found.append(problem(f"{at}.{word}", "nothing", f"needed by {measure.kind!r}"))
    issues = [one.name for one in case.issues]
    states = (*END_STATES, *CAUSES)
    for key, value, allowed in (
        ("side", measure.side, case.names["belligerents"]),
        ("text", measure.text, texts),
        ("texts", measure.texts, families),
        ("issue", measure.issue, issues),
        ("state", measure.state, states),
    ):
        if value and value not in allowed:
            found.append(problem(f"{at}.{key}", repr(value), one_of(allowed, value)))
    if measure.field and (wrong := check_field(case, measure.field)):
        found.append(problem(f"{at}.field", *wrong))
    horizon = int(float(case.settings["war.horizon"].value))
    for week in (*measure.weeks, measure.start, measure.end):
        if week is not None and not 0 <= week < horizon:
            found.append(problem(f"{at}", f"week {week}", f"weeks 0 to {horizon - 1}"))
    return found
