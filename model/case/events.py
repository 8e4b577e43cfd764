"""What happens to a case from outside: scheduled events and named variants."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ceasefire.agents.kinds import SINGLES
from ceasefire.model.case.kinds import COUNTS, KINDS, given_field
from ceasefire.model.case.settings import Setting, one_of, problem, read_value, shown

FIXED = ("war.step", "war.horizon")
"""Numbers that hold for the whole run."""


@dataclass(frozen=True)
class Event:
    """One field that is set, or added to, in a given week.

    Attributes:
        week: When.
        key: Dotted name of the field.
        collection: World attribute that holds it.
        index: Place in the collection (0 for what there is one of).
        field: Name of the field.
        value: The new value, or what is added.
        add: Whether the value is added.
        note: What happened.
        source: Where that comes from, or "assumed".
    """

    week: float
    key: str
    collection: str
    index: int
    field: str
    value: float | int | bool
    add: bool
    note: str
    source: str


@dataclass(frozen=True)
class Variant:
    """A named set of changes to a case.

    Attributes:
        description: One sentence.
        set: Values by dotted name.
    """

    description: str
    set: Mapping[str, float | int | bool | str]


def place_of(key: str, names: Mapping[str, tuple[str, ...]]) -> tuple[str, int, str] | None:
    """Find a field: its collection, index and name, or None if there is no such field."""
    parts = key.split(".")
    if len(parts) == 2 and parts[0] in SINGLES and parts[1] in SINGLES[parts[0]].fields:
        return parts[0], 0, parts[1]
    if len(parts) == 3 and parts[0] in KINDS:
        collection, record = KINDS[parts[0]]
        if parts[1] in names[collection] and parts[2] in record.fields:
            return collection, names[collection].index(parts[1]), parts[2]
    return None


def can_move(
    key: str, settings: Mapping[str, Setting], names: Mapping[str, tuple[str, ...]]
) -> bool:
    """Whether an event may touch a field: a given number or flag, or a count of captives."""
    if key in FIXED or place_of(key, names) is None:
        return False
    if key in settings:
        return settings[key].unit not in ("name", "choice")
    kind, _, name = key.partition(".")
    return kind == "captives" and name.rpartition(".")[2] in COUNTS


def read_events(
    where: str,
    given: Mapping[str, Any],
    settings: Mapping[str, Setting],
    names: Mapping[str, tuple[str, ...]],
    found: list[str],
) -> list[Event]:
    """Read what happens in one week.

    Args:
        where: Name of the event in messages.
        given: Its ``week``, ``set``, ``add``, ``note`` and ``source``.
        settings: What the case gives.
        names: Names of its actors, by collection.
        found: Takes the problems found.

    Returns:
        One event for each field touched.
    """
    week, note, source = given["week"], given["note"], given["source"]
    if not 0 <= week < float("inf"):
        found.append(problem(f"{where}.week", shown(week), "0 weeks or later"))
    if not source:
        found.append(problem(f"{where}.source", "nothing", 'where it comes from, or "assumed"'))
    events = []
    for add, changes in ((False, given.get("set", {})), (True, given.get("add", {}))):
        for key, value in changes.items():
            place = place_of(key, names)
            if place is None or not can_move(key, settings, names):
                known = [name for name in settings if can_move(name, settings, names)]
                found.append(problem(f"{where}: {key}", "no such field", one_of(known, key)))
                continue
            setting = settings.get(key)
            field, kind = given_field(key)
            if setting is None or add:
                low, high = (-field.high, field.high) if setting else (-1.0e7, 1.0e7)
            else:
                low, high = setting.low, setting.high
            if add and kind is bool:
                found.append(problem(f"{where}: {key}", "yes or no added", "set it"))
                continue
            try:
                value = read_value(f"{where}: {key}", value, field, kind, low, high)
            except ValueError as error:
                found.append(str(error))
                continue
            events.append(Event(float(week), key, *place, value, add, note, source))
    return events


def by_week(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return events in time order; those of one week stay as they were declared."""
    return tuple(sorted(events, key=lambda event: event.week))


def variant_problems(variants: Mapping[str, Variant], settings: Mapping[str, Setting]) -> list[str]:
    """Word what is wrong with the names and values of variants."""
    found: list[str] = []
    for name, variant in variants.items():
        for key, value in variant.set.items():
            try:
                change(settings, key, value)
            except ValueError as error:
                found.append(f"variants.{name}: {error}")
    return found


def change(settings: Mapping[str, Setting], key: str, value: Any) -> Setting:
    """Return a setting with another value.

    Raises:
        ValueError: With one worded problem: an unknown name, or a value that is not admissible.
    """
    if key not in settings:
        raise ValueError(problem(key, "no such setting", one_of(settings, key)))
    old = settings[key]
    field, kind = given_field(key, old.unit)
    new = read_value(key, value, field, kind, old.low, old.high)
    return Setting(new, old.unit, old.low, old.high, old.source, old.note)
