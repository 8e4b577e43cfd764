"""The two ways in which changes are carried out, side by side.

For a design they become settings and events of the case, so that any engine can run it. For a claim
they are put into the records of runs that are going on, so that arms can branch off one baseline.
Either way a change that is held wins over the case's own events, and when it ends, the value that
the case would have comes back.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ceasefire.experiments.design.changes import Change, Value, event_name
from ceasefire.experiments.design.parameter_sets import Draw
from ceasefire.model.case.case import Case, CaseError
from ceasefire.model.case.events import Event, by_week, place_of
from ceasefire.model.case.events import change as with_value
from ceasefire.model.case.kinds import given_field
from ceasefire.model.case.settings import problem
from ceasefire.model.records import apply_events

Array = np.ndarray[Any, Any]


def plus_or_times(case: Case, name: str, how: str, old: Any, value: Any) -> Any:
    """Return numbers plus, or times, a value, within the admissible range; counts stay whole."""
    new = old + value if how == "add" else old * value
    if given_field(name)[1] is int:
        new = np.floor(new + 0.5).astype(np.int64)
    setting = case.settings.get(name)
    return new if setting is None else np.clip(new, setting.low, setting.high)


def as_settings_and_events(case: Case, draw: Draw, changes: Sequence[Change]) -> tuple[Case, Draw]:
    """Return a case with changes, and the values that still differ from set to set.

    Settings that differ among the sets of parameters are set to one value for all, or are changed
    in each set.

    Args:
        case: The case.
        draw: The sets of parameters that its runs have.
        changes: Changes from the start (``once``, in week 0), or that are held.

    Raises:
        CaseError: If the case no longer makes sense as a whole.
    """
    settings: dict[str, Value] = {}
    values = dict(draw.values)
    for change in changes:
        for how, name, value in change.parts() if change.once else ():
            if how == "set":
                values.pop(name, None)
                settings[name] = value
            elif name in values:
                values[name] = plus_or_times(case, name, how, values[name], value)
            else:
                own = np.array([settings.get(name, case.settings[name].value)], float)
                settings[name] = plus_or_times(case, name, how, own, value).tolist()[0]
    whole = with_events_moved(case.changed(settings), changes)
    events = whole.events
    for change in changes:
        for _, name, value in () if change.once else change.parts():
            events = _held(whole, events, name, value, change, name in values)
    if events is not whole.events:
        whole = replace(whole, events=by_week(events))
    return whole, Draw(values, draw.sets)


def with_events_moved(case: Case, changes: Iterable[Change]) -> Case:
    """Return a case whose events are moved as changes say."""
    events = case.events
    for change in changes:
        for week in set(change.move.values()):
            names = [name for name, wanted in change.move.items() if wanted == week]
            first = min(event.week for event in events if event_name(event) in names)
            events = tuple(
                replace(event, week=max(0.0, event.week - first + week))
                if event_name(event) in names
                else event
                for event in events
            )
    return case if events is case.events else replace(case, events=by_week(events))


def _held(
    case: Case,
    events: tuple[Event, ...],
    name: str,
    value: Value,
    change: Change,
    differs: bool,
) -> tuple[Event, ...]:
    """Return events in which a setting is held at a value for some weeks.

    Args:
        case: The case.
        events: Its events.
        name: The setting.
        value: The value.
        change: The change: its label and its weeks.
        differs: Whether the setting differs among the sets of parameters.

    Raises:
        CaseError: If the value that would come back is not the same in all runs.
    """
    start, end = float(change.start), math.inf if change.end is None else float(change.end)
    place = place_of(name, case.names)
    assert place is not None
    setting = case.settings[name]

    def event(week: float, value: Any, note: str) -> Event:
        return Event(week, name, *place, value, False, note, "assumed")

    before = [found for found in events if found.key == name and found.week <= end]
    within = [found for found in before if start <= found.week < end]
    kept = tuple(found for found in events if found not in within)
    given = with_value({name: setting}, name, value).value
    added = [event(start, given, f"Held by the experiment: {change.label}.")]
    if end < math.inf and not any(found.week == end and not found.add for found in before):
        sets = [found for found in before if found.week < end]
        if any(found.add for found in before) or (differs and not sets):
            allowed = f"nothing: what {name} would then be differs from run to run"
            raise CaseError(change.label, [problem("to", f"{end:g}", allowed)])
        back = sets[-1].value if sets else setting.value
        added.append(event(end, back, "The value of the case comes back."))
    return (*kept, *added)


def begin_week(
    records: Mapping[str, Array],
    case: Case,
    week: int,
    changes: Iterable[Change],
    texts: Mapping[str, int],
    displaced: Mapping[str, Array],
) -> dict[str, Array]:
    """Put into records what changes say for a week, after the case's own events.

    Runs that have ended are left as they are.

    Args:
        records: The records of the runs.
        case: The case with its events.
        week: The week that begins.
        changes: The changes.
        texts: Rows of the grid, by the names of texts that are signed.
        displaced: What this returned the week before.

    Returns:
        The values that held changes took the place of, by dotted name.
    """
    for name, before in displaced.items():
        _put(records, case, name, before)
    apply_events(records, case, week)
    found: dict[str, Array] = {}
    for change in changes:
        if not change.acts_in(week):
            continue
        for how, name, value in change.parts():
            column = column_of(records, case, name)
            if not change.once and name not in found:
                # Of several changes of one field the first sees the case's own value.
                found[name] = column.copy()
            new = value if how == "set" else plus_or_times(case, name, how, column, value)
            _put(records, case, name, new)
        if change.sign:
            _sign(records, texts[change.sign])
    return found


def column_of(records: Mapping[str, Array], case: Case, name: str) -> Array:
    """Return a field of all runs by its dotted name, to be read or written."""
    place = place_of(name, case.names)
    assert place is not None
    collection, index, field = place
    array = records[collection]
    return array[field] if array.ndim == 1 else array[field][:, index]


def _put(records: Mapping[str, Array], case: Case, name: str, value: Any) -> None:
    column = column_of(records, case, name)
    column[...] = np.where(records["war"]["ended_week"] < 0.0, value, column)


def _sign(records: Mapping[str, Array], text: int) -> None:
    """Put a text in force at the end of this week where the war is on, as if it was signed."""
    war, talks = records["war"], records["talks"]
    free = (war["ended_week"] < 0.0) & war["fighting"] & (talks["phase"] == 0)
    for name, value in (("deal", text), ("open", False), ("closing", False)):
        talks[name] = np.where(free, value, talks[name])
    # No round opens in the week of the signature.
    talks["last_end"] = np.where(free, war["week"], talks["last_end"])
