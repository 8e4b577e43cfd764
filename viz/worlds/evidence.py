"""What is on record beside a run: series and dated facts that come with a case."""

import datetime
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ceasefire.model.case.case import Case
from ceasefire.model.case.shipped import shipped_file


@dataclass(frozen=True)
class RecordedPoint:
    """One number on record.

    Attributes:
        week: When, in weeks since the start of the case.
        value: The number, in the unit of its series.
        source: Where it comes from.
    """

    week: float
    value: float
    source: str


@dataclass(frozen=True)
class RecordedSeries:
    """Numbers on record that a quantity of the model is shown beside.

    Attributes:
        title: What they are.
        unit: Their unit.
        quantity: Which quantity of the model they stand beside.
        of: Name of the side or front that they are about.
        note: What a reader must know of them.
        points: The numbers, in time order.
    """

    title: str
    unit: str
    quantity: str
    of: str
    note: str
    points: tuple[RecordedPoint, ...]


@dataclass(frozen=True)
class RecordedFact:
    """A dated fact: a round, truce, vote, exit, threat or event; weeks since the start."""

    kind: str
    start: float
    end: float
    note: str
    source: str


@dataclass(frozen=True)
class Evidence:
    """What is on record.

    Attributes:
        until: When the record ends, in weeks since the start.
        ends: The same as a date.
        why: Why it ends there.
        series: The series.
        marks: The dated facts, in time order.
    """

    until: float
    ends: str
    why: str
    series: tuple[RecordedSeries, ...]
    marks: tuple[RecordedFact, ...]

    def beside(self, quantity: str, of: str) -> RecordedSeries | None:
        """Return the series that a quantity of a side or front is shown beside."""
        found = (one for one in self.series if (one.quantity, one.of) == (quantity, of))
        return next(found, None)


def evidence_of(case: Case) -> Evidence | None:
    """Return what is on record for a case; None where nothing comes with it."""
    return _read(case.name, case.start, case.events) if case.start else None


@lru_cache(maxsize=16)
def _read(name: str, start: datetime.date, events: Any) -> Evidence | None:
    path = shipped_file(name, "record.toml")
    if path is None:
        return None
    table = tomllib.loads(path.read_text(encoding="utf-8"))

    def week(day: datetime.date) -> float:
        return (day - start).days / 7.0

    series = tuple(
        RecordedSeries(
            one["title"],
            one["unit"],
            one["quantity"],
            one.get("of", ""),
            one.get("note", ""),
            tuple(
                RecordedPoint(week(p["date"]), float(p["value"]), p["source"])
                for p in one["points"]
            ),
        )
        for one in table["series"]
    )
    marks = [
        RecordedFact(
            one["kind"],
            week(one["start"]),
            week(one.get("end", one["start"])),
            one["note"],
            one["source"],
        )
        for one in table["mark"]
    ]
    told = {(one.week, one.note): one for one in events if not one.source.startswith("assumed")}
    marks += [
        RecordedFact("event", one.week, one.week, one.note, one.source) for one in told.values()
    ]
    marks.sort(key=lambda one: one.start)
    last = table["until"]
    return Evidence(week(last), f"{last.day} {last:%B %Y}", table["why"], series, tuple(marks))
