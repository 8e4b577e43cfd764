"""The records of a world: its start from a case, its scratch, and what events do to it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ceasefire.agents.actor import Record
from ceasefire.agents.drafting import SUMS, WEIGHTS
from ceasefire.agents.kinds import LOGS
from ceasefire.agents.rules import FLOAT
from ceasefire.model.case.case import Case
from ceasefire.model.case.events import Event


def empty_log(kind: type[Record], places: int) -> np.ndarray[Any, Any]:
    """Return a log with nothing in it: every field at its start."""
    log = np.zeros(places, dtype=kind.layout())
    for name, field in kind.fields.items():
        log[name] = field.start
    return log


def start(case: Case) -> dict[str, np.ndarray[Any, Any]]:
    """Return the records of one world at the start of a case, the logs included."""
    records = {name: array.copy() for name, array in case.records.items()}
    places = {"rounds": case.round_places, "truces": case.truce_places}
    for name, kind in LOGS.items():
        records[name] = empty_log(kind, places[name])
    return records


def scratch(case: Case) -> dict[str, np.ndarray[Any, Any]]:
    """Return the scratch arrays that a world needs while it runs."""
    grid = case.grid
    seats = max([0, *case.records["belligerents"]["parliament"].tolist()])
    return {
        "tables": np.zeros((2, len(grid.cells), 3), dtype=FLOAT),
        "terms": np.zeros((len(grid.durations), len(grid.guarantees), 2, WEIGHTS), dtype=FLOAT),
        "sums": np.zeros((SUMS, max(len(grid.cells), len(grid.issues) + 1)), dtype=FLOAT),
        "odds": np.zeros((2, max(seats + 1, len(case.records["parties"]))), dtype=FLOAT),
    }


def apply_events(records: Mapping[str, np.ndarray[Any, Any]], case: Case, tick: int) -> None:
    """Bring the events that are due at a step into the rows whose run goes on."""
    step = float(case.records["war"]["step"][0])
    going_on = records["war"]["ended_week"] < 0.0
    taken: dict[int, Any] = {}
    for event in case.events:
        if due_at(event.week, step) != tick:
            continue
        array = records[event.collection]
        column = array[event.field] if array.ndim == 1 else array[event.field][:, event.index]
        value = column + shift(event, column, taken) if event.add else event.value
        column[...] = np.where(going_on, value, column)


def shift(event: Event, before: Any, taken: dict[int, Any]) -> Any:
    """Return what an event adds to a number: no more captives can go than are there.

    Args:
        event: An event that adds.
        before: The number before, or an array of them.
        taken: What this week's events have taken from each group so far (updated): as many, and
            no more, can turn up among the released.
    """
    if event.collection != "captives":
        return event.value
    if event.value < 0:
        taken[event.index] = np.minimum(-event.value, before)
        return -taken[event.index]
    return np.minimum(event.value, taken.get(event.index, event.value))


def due_at(week: float, step: float) -> int:
    """Return the step before which an event of the given week comes in."""
    return int(np.ceil(week / step - 1e-9))
