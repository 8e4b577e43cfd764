"""What can be measured in every arm of a claim, run by run, with its denominator.

Each kind of measure returns some sums for every run; its parts are ratios of two of them. A run
that has nothing to say adds nothing to either, so denominators are exact after summing over runs.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from ceasefire.experiments.claims.answers import accepts, guarantee_needed, importance, overlap
from ceasefire.experiments.claims.happened import (
    deal,
    end_of,
    end_state,
    mean,
    passes,
    resumed,
    rounds,
    start_of,
    tabled,
    truces,
    wait,
)
from ceasefire.experiments.claims.seen import Context, Needs, Observed
from ceasefire.experiments.claims.tables import Measure
from ceasefire.experiments.design.changes import check_field
from ceasefire.experiments.runs.tables import CAUSES
from ceasefire.model.case.case import Case
from ceasefire.model.case.settings import one_of, problem
from ceasefire.model.world.outcome import END_STATES

Array = np.ndarray[Any, Any]


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
    end = end_of(measure) + 1
    if measure.kind == "passes":
        span = range(start_of(measure), end)
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
