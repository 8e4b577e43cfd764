"""The one kind of change: what is done to a case, how, from when and until when.

An arm of a claim is some changes; a dimension of a design, and so a lever of the page, makes one
of each of its values. The file beside this one carries them out.
"""

import math
from collections.abc import Iterator, Mapping

from pydantic import Field

from ceasefire.agents.kinds import SINGLES
from ceasefire.experiments.design.tables import Table
from ceasefire.model.case.case import Case
from ceasefire.model.case.events import FIXED, Event, place_of
from ceasefire.model.case.events import change as with_value
from ceasefire.model.case.kinds import KINDS, given_field
from ceasefire.model.case.settings import one_of, problem, shown

Value = float | int | bool | str

DOES = {"set": "is", "times": "times", "add": "plus", "move": "comes in week"}
"""What is done to a number or an event, before the value that does it."""


class Change(Table):
    """What is changed, from the beginning of one week to the beginning of another.

    Attributes:
        set: New values, by dotted name of any field.
        times: Multiples of the value that each parameter set gives.
        add: What is added to it.
        move: Weeks into which events are moved, by their names (``event_name``). The first of those
            that are given the same week comes in it, the others as long after it as before.
        sign: Name of a text that comes into force in the week ``start`` as if both had signed it.
        use: Name of a group of changes that stands in its place.
        start: First week.
        end: Week in which the value that the case would have comes back; None for never.
        once: Changed once in the week ``start`` and then left to the model, instead of held.
        label: What people call it.
    """

    set: dict[str, bool | int | float | str] = Field(default_factory=dict)
    times: dict[str, int | float] = Field(default_factory=dict)
    add: dict[str, int | float] = Field(default_factory=dict)
    move: dict[str, int | float] = Field(default_factory=dict)
    sign: str = ""
    use: str = ""
    start: int | float = Field(default=0, alias="from", ge=0)
    end: int | float | None = Field(default=None, alias="to")
    once: bool = False
    label: str = ""

    def parts(self) -> Iterator[tuple[str, str, Value]]:
        """Return how each number is changed, its dotted name, and by which value, in order."""
        for how in ("set", "times", "add"):
            for name, value in getattr(self, how).items():
                yield how, name, value

    def acts_in(self, week: float) -> bool:
        """Whether it is put in at the beginning of a week."""
        if self.once or self.sign:
            return week == self.start
        return self.start <= week and (self.end is None or week < self.end)

    @property
    def when(self) -> str:
        """When it holds."""
        if self.once:
            return f"once, in week {self.start:g}"
        if self.end is not None:
            return f"weeks {self.start:g} to {self.end:g}"
        return f"from week {self.start:g} on" if self.start else "from the start"

    def words(self) -> Iterator[tuple[str, str]]:
        """Return the name of each thing that is changed, and what is done to it."""
        if self.sign:
            yield self.sign, f"is in force as if both had signed it, week {self.start:g}"
        for how, name, value in self.parts():
            yield name, f"{DOES[how]} {shown(value)}, {self.when}"
        for name, week in self.move.items():
            yield name, f"{DOES['move']} {shown(week)}"


def event_name(event: Event) -> str:
    """Return the name by which a change calls an event: ``party.national-unity.net_offer@35``."""
    return f"{event.key}@{event.week:g}"


def change_problems(change: Change, case: Case, key: str, settings: bool = False) -> list[str]:
    """Word what is wrong with a change of a case.

    Args:
        change: The change.
        case: The case.
        key: What the messages call it.
        settings: Whether it is to be made in the settings and events of the case, and not week by
            week in the records of its runs: these have fields that are no settings.
    """
    found = []
    if change.end is not None and change.end <= change.start:
        found.append(problem(f"{key}.to", shown(change.end), f"more than {shown(change.start)}"))
    for how, name, value in change.parts():
        at_start = settings and change.once
        wrong = None if at_start else check_field(case, name)
        if settings and name not in case.settings:
            wrong = "no such setting", one_of(case.settings, name)
        wrong = wrong or _value_problem(how, name, value, case, at_start)
        if wrong:
            found.append(problem(f"{key}: {name}", *wrong))
        elif how == "set" and name in case.settings:
            try:
                with_value(case.settings, name, value)
            except ValueError as error:
                found.append(f"{key}: {error}")
    events = [event_name(event) for event in case.events]
    for name, week in change.move.items():
        if name not in events:
            found.append(problem(f"{key}.move", repr(name), one_of(events, name)))
        if isinstance(week, bool | str) or not 0 <= week < math.inf or change.start:
            found.append(problem(f"{key}.move", shown(week), "weeks from 0, from the start"))
    return found


def _value_problem(
    how: str, name: str, value: Value, case: Case, at_start: bool
) -> tuple[str, str] | None:
    """Say what is wrong with a value whatever the range is."""
    words = name in case.settings and case.settings[name].unit in ("name", "choice")
    if words and not at_start:
        return "a name or a choice, which holds for the whole run", "a number, or true or false"
    if how == "set":
        mere_word = isinstance(value, str) and not words
        return (repr(value), "a number, or true or false") if mere_word else None
    if words or given_field(name)[1] is bool:
        return f"{DOES[how]} {shown(value)}", "'set' alone, as it is no number"
    if isinstance(value, bool | str) or not math.isfinite(value):
        return shown(value), "numbers"
    return None


def check_field(case: Case, name: str) -> tuple[str, str] | None:
    """Say what is wrong with the dotted name of a field: what was found, what is allowed."""
    if name.startswith(("issue.", "listens.", "log.")) or name in FIXED:
        return "a number that all runs share", "a field of an actor or record"
    if place_of(name, case.names):
        return None
    return "no such field", one_of(fields_of(case), name)


def fields_of(case: Case) -> list[str]:
    """Return the dotted names of all fields of a case, given or worked out."""
    names = [f"{single}.{field}" for single, record in SINGLES.items() for field in record.fields]
    for kind, (collection, record) in KINDS.items():
        names += [
            f"{kind}.{actor}.{field}" for actor in case.names[collection] for field in record.fields
        ]
    return names


def spelled_out(
    changes: tuple[Change, ...], groups: Mapping[str, tuple[Change, ...]]
) -> tuple[Change, ...]:
    """Put the changes of a group in the place of its name; they take the weeks of that place."""
    found: list[Change] = []
    for change in changes:
        weeks = {"start": change.start, "end": change.end}
        group = groups.get(change.use, ())
        found += [part.model_copy(update=weeks) for part in group] or [change]
    return tuple(found)
