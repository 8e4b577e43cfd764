"""What an experiment varies: numbers, switches, choices, weeks of events, sets of parameters.

A dimension says how its value changes a case. *set*, *add* and *times* change settings, and
*choose* takes one of several named bundles of settings; from the start, or, with *set* and
*choose*, from a week on and perhaps until another. *start* and *length* vary these weeks of other
dimensions. *move* shifts scheduled events. *parameter set* gives all runs one of the sets that fit.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np

from ceasefire.experiments.design.parameter_sets import Draw, fitted_sets, has_sets
from ceasefire.model.case.case import Case, CaseError
from ceasefire.model.case.events import Event, by_week, can_move, change, place_of
from ceasefire.model.case.kinds import given_field
from ceasefire.model.case.settings import one_of, problem, shown

Value = float | int | bool | str
Change = Literal["set", "add", "times", "choose", "start", "length", "move", "parameter set"]
CHANGES: tuple[str, ...] = get_args(Change)


@dataclass(frozen=True)
class Dimension:
    """One thing that is varied.

    Attributes:
        name: Its name, and that of its column in tables.
        label: The same for people to read.
        unit: Unit of its values.
        change: How a value changes the case.
        names: Dotted names of the settings that it changes together; for *move* the events, each
            as the field it sets and its week, such as ``party.national-unity.net_offer@35``; for
            *start* and *length* the dimensions whose weeks it varies.
        values: The values, in order; empty where a range is sampled.
        low: Smallest value of a range.
        high: Largest value of a range.
        log: Whether the range is sampled evenly on a logarithmic scale.
        start: Week from which a setting is held at the value; None changes it from the start,
            and leaves what the case's events do to it later.
        end: Week in which the value that the case would have comes back; None is never.
        choices: For *choose*: settings by dotted name, for each value.
    """

    name: str
    label: str
    unit: str
    change: Change
    names: tuple[str, ...]
    values: tuple[Value, ...] = ()
    low: float = math.nan
    high: float = math.nan
    log: bool = False
    start: float | None = None
    end: float | None = None
    choices: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)

    def settings(self, value: Value) -> Mapping[str, Value]:
        """Return the settings that a value gives, by dotted name."""
        if self.change == "choose":
            return self.choices[str(value)]
        return dict.fromkeys(self.names, value)

    @property
    def sampled(self) -> bool:
        """Whether it has a range and no list of values."""
        return not self.values

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are admissible."""
        return self.change == "set" and any(given_field(name)[1] is int for name in self.names)

    def at(self, share: float) -> Value:
        """Return the value at a share, 0 to 1, of the way through the range or the list."""
        if self.values:
            return self.values[min(int(share * len(self.values)), len(self.values) - 1)]
        if self.log:
            value = math.exp(math.log(self.low) + share * math.log(self.high / self.low))
        else:
            value = self.low + share * (self.high - self.low)
        return int(math.floor(value + 0.5)) if self.whole else neat(value)

    def number(self, value: Value) -> float:
        """Return a value as a number: the place in the list for words."""
        if isinstance(value, str):
            return float(self.values.index(value))
        return float(value)

    @property
    def words(self) -> str:
        """The label with what a reader must know of when it holds."""
        if self.start is None:
            return self.label
        until = "" if self.end is None else f" to {self.end:g}"
        return f"{self.label}, week {self.start:g}{until or ' on'}"


def value_words(value: object) -> str:
    """Word a value: as a case file would write it, words without their marks."""
    if isinstance(value, np.generic):
        value = value.item()
    return value if isinstance(value, str) else shown(value)


def neat(value: float) -> float:
    """Drop the last few binary digits: 0.3, not 0.30000000000000004."""
    return float(f"{value:.12g}")


def dimension_problems(one: Dimension, case: Case, key: str) -> list[str]:
    """Word what is wrong with a dimension of a design for a case.

    Args:
        one: The dimension.
        case: The case.
        key: What the messages call it.
    """
    found: list[str] = []
    if one.change == "parameter set":
        return _set_problems(one, case, key)
    if one.change in ("start", "length"):
        return _week_problems(one, key)
    if one.change == "choose":
        return _choice_problems(one, case, key)
    if not one.names:
        return [problem(f"{key}.names", "nothing", "at least one name")]
    if one.change == "move":
        return _move_problems(one, case, key)
    for name in one.names:
        if name not in case.settings:
            found.append(problem(f"{key}.names", repr(name), one_of(case.settings, name)))
            continue
        if one.start is not None and not can_move(name, case.settings, case.names):
            allowed = "no week, as it holds for the whole run"
            found.append(problem(f"{key}.from", f"{one.start:g} for {name}", allowed))
        if one.change != "set" and (
            case.settings[name].unit in ("name", "choice") or given_field(name)[1] is bool
        ):
            found.append(problem(f"{key}.change", f"{one.change!r} for {name}", "'set'"))
    if found:
        return found
    if one.change == "set":
        values = one.values or (one.at(0.0), one.at(1.0))
        for name in one.names:
            for value in values:
                try:
                    change(case.settings, name, value)
                except ValueError as error:
                    found.append(f"{key}.values: {error}")
    else:
        numbers = one.values or (one.low, one.high)
        for value in numbers:
            if isinstance(value, bool | str) or not math.isfinite(value):
                found.append(problem(f"{key}.values", shown(value), "numbers"))
    return found


def _choice_problems(one: Dimension, case: Case, key: str) -> list[str]:
    found: list[str] = []
    for value, settings in one.choices.items():
        for name, given in settings.items():
            where = f"{key}.choices.{value}"
            try:
                change(case.settings, name, given)
            except ValueError as error:
                found.append(f"{where}: {error}")
                continue
            if one.start is not None and not can_move(name, case.settings, case.names):
                allowed = "no week, as it holds for the whole run"
                found.append(problem(f"{key}.from", f"{one.start:g} for {name}", allowed))
    return found


def _week_problems(one: Dimension, key: str) -> list[str]:
    least = 0.0 if one.change == "start" else 0.1
    return [
        problem(f"{key}.values", shown(value), f"weeks from {least:g}")
        for value in one.values or (one.low, one.high)
        if isinstance(value, bool | str) or not least <= value < math.inf
    ]


def _set_problems(one: Dimension, case: Case, key: str) -> list[str]:
    if not has_sets(case):
        return [problem(key, "parameter sets", f"none, as none come with {case.name}")]
    known = fitted_sets(case).index
    allowed = f"whole numbers from {known.min()} to {known.max()}"
    wrong = [value for value in one.values if value not in known]
    if wrong or not one.values:
        return [problem(f"{key}.values", shown(wrong[0]) if wrong else "nothing", allowed)]
    return []


def _move_problems(one: Dimension, case: Case, key: str) -> list[str]:
    known = [event_name(event) for event in case.events]
    found = [
        problem(f"{key}.names", repr(name), one_of(known, name))
        for name in one.names
        if name not in known
    ]
    for value in one.values or (one.low, one.high):
        if isinstance(value, bool | str) or not 0 <= value < math.inf:
            found.append(problem(f"{key}.values", shown(value), "weeks from 0"))
    return found


def event_name(event: Event) -> str:
    """Return the name by which a design calls an event: ``party.national-unity.net_offer@35``."""
    return f"{event.key}@{event.week:g}"


@dataclass(frozen=True)
class Setup:
    """A case as a point of a design has it, with the values that differ from set to set."""

    case: Case
    draw: Draw


def apply(case: Case, draw: Draw, chosen: Sequence[tuple[Dimension, Value]]) -> Setup:
    """Return a case with the values of some dimensions.

    What is added to or multiplied keeps within its admissible range. Settings that differ among
    the sets of parameters are set to one value for all, or are changed in each set.

    Args:
        case: The case.
        draw: The sets of parameters that its runs have.
        chosen: Dimensions, each with the value it takes.

    Raises:
        CaseError: If the case no longer makes sense as a whole.
    """
    settings: dict[str, Value] = {}
    values = dict(draw.values)
    sets = draw.sets
    for one, value in chosen:
        if one.change == "parameter set":
            place = int(np.flatnonzero(sets == value)[0])
            values = {name: array[place : place + 1] for name, array in values.items()}
            sets = sets[place : place + 1]
    for one, value in chosen:
        if one.start is not None or one.change in ELSEWHERE:
            continue
        if one.change in ("set", "choose"):
            for name, given in one.settings(value).items():
                values.pop(name, None)
                settings[name] = given
            continue
        for name in one.names:
            if name in values:
                values[name] = changed_value(case, name, one.change, values[name], value)
            else:
                own = settings.get(name, case.settings[name].value)
                new = changed_value(case, name, one.change, np.array([own], float), value)
                settings[name] = new.tolist()[0]
    whole = case.changed(settings) if settings else case
    events = whole.events
    for one, value in chosen:
        if one.change == "move":
            events = moved(events, one.names, float(value))
    for one, value in chosen:
        if one.start is not None:
            span = with_weeks(one, chosen)
            for name, given in one.settings(value).items():
                events = held(whole, events, name, given, span, name in values)
    if events is not whole.events:
        whole = replace(whole, events=by_week(events))
    return Setup(whole, Draw(values, sets))


ELSEWHERE = ("move", "parameter set", "start", "length")
"""Changes that are no changes of settings."""


def with_weeks(one: Dimension, chosen: Sequence[tuple[Dimension, Value]]) -> Dimension:
    """Return a dimension with the weeks that other dimensions give it."""
    start, end = one.start or 0.0, one.end
    length = None if end is None else end - start
    for other, value in chosen:
        if one.name in other.names and other.change == "start":
            start = float(value)
        elif one.name in other.names and other.change == "length":
            length = float(value)
    return replace(one, start=start, end=None if length is None else start + length)


def changed_value(case: Case, name: str, how: str, old: Any, value: Value) -> Any:
    """Return numbers plus, or times, a value, within the admissible range; counts stay whole."""
    setting = case.settings[name]
    new = old + value if how == "add" else old * value
    if given_field(name)[1] is int:
        new = np.floor(new + 0.5).astype(np.int64)
    return np.clip(new, setting.low, setting.high)


def moved(events: tuple[Event, ...], names: Sequence[str], week: float) -> tuple[Event, ...]:
    """Return events, those named moved so that the first of them comes in the given week."""
    first = min(event.week for event in events if event_name(event) in names)
    return tuple(
        replace(event, week=max(0.0, event.week - first + week))
        if event_name(event) in names
        else event
        for event in events
    )


def held(
    case: Case,
    events: tuple[Event, ...],
    name: str,
    value: Value,
    one: Dimension,
    differs: bool,
) -> tuple[Event, ...]:
    """Return events in which a setting is held at a value for some weeks.

    Args:
        case: The case.
        events: Its events.
        name: The setting.
        value: The value.
        one: The dimension: its label and its weeks.
        differs: Whether the setting differs among the sets of parameters.

    Raises:
        CaseError: If the value that would come back is not the same in all runs.
    """
    start, end = one.start or 0.0, math.inf if one.end is None else one.end
    place = place_of(name, case.names)
    assert place is not None
    setting = case.settings[name]

    def event(week: float, value: Any, note: str) -> Event:
        return Event(week, name, *place, value, False, note, "assumed")

    before = [found for found in events if found.key == name and found.week <= end]
    within = [found for found in before if start <= found.week < end]
    kept = tuple(found for found in events if found not in within)
    chosen = change({name: setting}, name, value).value
    added = [event(start, chosen, f"Held by the experiment: {one.label}.")]
    if end < math.inf and not _sets_at(before, end):
        sets = [found for found in before if found.week < end]
        if any(found.add for found in before) or (differs and not sets):
            allowed = f"nothing: what {name} would then be differs from run to run"
            raise CaseError(one.name, [problem("to", f"{end:g}", allowed)])
        back = sets[-1].value if sets else setting.value
        added.append(event(end, back, "The value of the case comes back."))
    return (*kept, *added)


def _sets_at(events: Sequence[Event], week: float) -> bool:
    return any(event.week == week and not event.add for event in events)
