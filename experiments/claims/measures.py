"""What can be measured in every arm of a claim, run by run, with its denominator.

Each kind of measure returns named sums for every run; its parts are ratios of two of them. A run
that has nothing to say adds nothing to either, so denominators are exact after summing over runs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

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
from ceasefire.experiments.claims.seen import Context, Needs, Observed, RunSums
from ceasefire.experiments.claims.tables import Measure
from ceasefire.experiments.design.changes import check_field
from ceasefire.experiments.runs.tables import CAUSES
from ceasefire.model.case.case import Case
from ceasefire.model.case.settings import one_of, problem
from ceasefire.model.world.outcome import END_STATES

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of measure.

    Attributes:
        sums: Returns what it adds in each run, by name.
        requires: Keys that it needs.
        parts: Names of numerator and denominator of each part; "" is the main one. Four names are
            the number of rounds, two kinds of them, and both: their correlation.
        unit: Unit of the main part.
    """

    sums: Callable[[Observed, Measure, Context], RunSums]
    requires: tuple[str, ...]
    parts: Mapping[str, tuple[str, ...]]
    unit: str

    @cached_property
    def names(self) -> list[str]:
        """Names of the sums, in the order in which they are kept."""
        return list(dict.fromkeys(name for names in self.parts.values() for name in names))

    def by_run(self, seen: Observed, measure: Measure, context: Context) -> Array:
        """Return the sums of every run (rows, sums)."""
        sums = self.sums(seen, measure, context)
        return np.stack([sums[name] for name in self.names], axis=1).astype(float)

    def part(self, sums: Array, part: str) -> Array:
        """Return a part from the sums (..., sums); NaN where nothing counted."""
        columns = [sums[..., self.names.index(name)] for name in self.parts[part]]
        if len(columns) == 4:
            return _correlation(*columns)
        top, bottom = columns
        with np.errstate(invalid="ignore", divide="ignore"):
            # A denominator below one whole run is rounding.
            return np.where(bottom > 1.0e-9, top / bottom, np.nan)


def _correlation(number: Array, first: Array, second: Array, both: Array) -> Array:
    """Correlation of two yes-or-no answers; NaN where either never varies."""
    spread = first * (number - first) * second * (number - second)
    cover = number * both - first * second
    return np.where(spread > 0.0, cover / np.sqrt(np.where(spread > 0.0, spread, 1.0)), np.nan)


WINDOW = ("start", "end")
KINDS: dict[str, Kind] = {
    "accepts": Kind(
        accepts,
        ("side", "text", "weeks"),
        {
            "": ("probability", "weeks"),
            "margin": ("margin", "weeks"),
            "share": ("accepted", "weeks"),
            "to resume": ("to resume", "weeks"),
        },
        "probability",
    ),
    "end state": Kind(end_state, ("state", "end"), {"": ("ended so", "runs")}, "probability"),
    "deal": Kind(deal, WINDOW, {"": ("deals", "runs")}, "probability"),
    "wait": Kind(wait, WINDOW, {"": ("weeks", "runs")}, "weeks"),
    "truces": Kind(
        truces,
        WINDOW,
        {
            "": ("truces", "runs"),
            "weeks": ("weeks", "truces"),
            "captives": ("captives", "truces"),
            "prisoners": ("prisoners", "truces"),
        },
        "truces",
    ),
    "rounds": Kind(
        rounds,
        WINDOW,
        {
            "": ("rounds", "runs"),
            "says yes": ("said yes", "over"),
            "accepts": ("accepted", "over"),
            "accepts if it says yes": ("said and accepted", "said yes"),
            "correlation": ("over", "said yes", "accepted", "said and accepted"),
            "refused alone": ("refused alone", "refused"),
            "refused by the other": ("refused by the other", "refused"),
            "refused by both": ("refused by both", "refused"),
        },
        "rounds",
    ),
    "tabled": Kind(tabled, ("issue", *WINDOW), {"": ("levels", "rounds")}, "level"),
    "mean": Kind(mean, ("field", "weeks"), {"": ("values", "weeks")}, "the field's"),
    "passes": Kind(
        passes,
        ("field", "level", *WINDOW),
        {"": ("week", "runs"), "at all": ("passed", "runs")},
        "weeks",
    ),
    "resumed": Kind(
        resumed,
        WINDOW,
        {
            "": ("resumed", "at boundary"),
            "war goes on": ("war goes on", "over"),
            "phase two": ("phase two", "over or fallen"),
        },
        "share",
    ),
    "guarantee needed": Kind(
        guarantee_needed,
        ("side", "text", "weeks"),
        {"": ("strength", "weeks"), "never": ("never", "weeks")},
        "multiple",
    ),
    "overlap": Kind(
        overlap,
        ("texts", "weeks"),
        {"": ("both", "weeks"), "first": ("first", "texts"), "second": ("second", "texts")},
        "share",
    ),
    "importance": Kind(
        importance,
        ("side", "texts", "issue", "weeks"),
        {"": ("share", "weeks")},
        "share of variance",
    ),
}


def parts_of(name: str, kind: str) -> list[str]:
    """Return the names by which effects may call the parts of a measure."""
    parts = KINDS[kind].parts if kind in KINDS else {}
    return [f"{name}.{part}" if part else name for part in parts]


def needs_of(measure: Measure, context: Context) -> Needs:
    """Return what must be looked at for a measure."""
    weeks = measure.weeks
    until = max([*(week + 1 for week in weeks), 0])
    match measure.kind:
        case "accepts":
            asks = frozenset((week, context.texts[measure.text]) for week in weeks)
            return Needs(asks=asks, until=until)
        case "guarantee needed":
            asks = frozenset((week, context.texts[measure.text]) for week in weeks)
            return Needs(guarantees=asks, until=until)
        case "overlap" | "importance":
            families = frozenset((week, measure.texts) for week in weeks)
            return Needs(families=families, until=until)
        case "mean":
            return Needs(fields=frozenset((week, measure.field) for week in weeks), until=until)
        case "passes":
            end = end_of(measure) + 1
            fields = frozenset((week, measure.field) for week in range(start_of(measure), end))
            return Needs(fields=fields, until=end)
        case "resumed":
            # Truces of the window must have time to end.
            return Needs(until=int(float(context.case.settings["war.horizon"].value)))
        case _:
            return Needs(until=end_of(measure) + 1)


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
