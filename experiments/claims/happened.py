"""Measures of what happened in a run: how it ended, its deals, rounds and truces, its fields."""

from typing import Any

import numpy as np

from ceasefire.agents.belligerent import ACCEPT, REFUSE
from ceasefire.experiments.claims.seen import Context, Observed, only
from ceasefire.experiments.claims.tables import Measure
from ceasefire.model.world.outcome import END_STATES, FELL
from ceasefire.model.world.truce import BOTH, BROKEN, CUT_OFF, ENDED_WAR, LAPSED

Array = np.ndarray[Any, Any]


def end_state(seen: Observed, measure: Measure, context: Context) -> Array:
    """Whether a run has ended in a state by the end of week ``to``: every run counts.

    A run that ended otherwise counts as not ended so.
    """
    war = seen.records["war"]
    there = war["outcome"] == END_STATES.index(measure.state)
    by_then = (war["ended_week"] >= 0.0) & (war["ended_week"] <= end_of(measure) + 1)
    return only(np.ones(len(war), dtype=bool), (there & by_then, 1.0))


def deal(seen: Observed, measure: Measure, context: Context) -> Array:
    """Whether a truce begins in weeks ``from`` to ``to``; left out are runs that ended before.

    A run that ends within the window without one counts as having none.
    """
    began, _ = _truces(seen, measure, context)
    return only(_reached(seen, measure), (began.any(axis=1), 1.0))


def wait(seen: Observed, measure: Measure, context: Context) -> Array:
    """Weeks from the beginning of week ``from`` to the next truce, at most to the end of ``to``.

    A run that ends first without one waits to the end; left out are runs that ended before.
    """
    began, log = _truces(seen, measure, context)
    start, end = start_of(measure), end_of(measure)
    first = np.where(began, log["started"], end + 1.0).min(axis=1)
    return only(_reached(seen, measure), (first - start, 1.0))


def truces(seen: Observed, measure: Measure, context: Context) -> Array:
    """Truces that begin in weeks ``from`` to ``to``; left out are runs that ended before.

    Sums: truces, runs, and over the truces their weeks, captives and prisoners.
    """
    began, log = _truces(seen, measure, context)
    columns = [began.sum(axis=1), 1.0]
    columns += [np.where(began, log[one], 0).sum(axis=1) for one in ("weeks", "released")]
    columns.append(np.where(began, log["prisoners"], 0).sum(axis=1))
    return only(_reached(seen, measure), columns)


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
    return only(_reached(seen, measure), columns)


def tabled(seen: Observed, measure: Measure, context: Context) -> Array:
    """Level of an issue in the last text of each round that begins in weeks ``from`` to ``to``.

    Levels count from 0. Sums: levels, rounds in which a text was tabled.
    """
    log, held = _log(seen, "rounds")
    began = held & _inside(log["started"], measure) & (log["tabled"] > 0)
    issue = [one.name for one in context.case.issues].index(measure.issue)
    level = context.case.grid.level[np.maximum(log["text"], 0), issue]
    columns = (np.where(began, level, 0).sum(axis=1), began.sum(axis=1))
    return only(np.ones(len(began), dtype=bool), columns)


def mean(seen: Observed, measure: Measure, context: Context) -> Array:
    """Mean of a field over the given weeks; runs that ended by a week are left out of it."""
    found: Any = 0.0
    for week in measure.weeks:
        found = found + only(seen.going_on[week], (seen.fields[week, measure.field], 1.0))
    return np.asarray(found)


def passes(seen: Observed, measure: Measure, context: Context) -> Array:
    """First week from ``from`` to ``to`` at whose end a field is at a level or above.

    Where it is never seen there the week is ``to + 1``, also if the run ended before; left out are
    runs that ended before ``from``. Sums: week, passed at all, runs.
    """
    start, end = start_of(measure), end_of(measure)
    first = np.full(len(seen.going_on[start]), end + 1.0)
    for week in range(end, start - 1, -1):
        high = seen.fields[week, measure.field] >= (measure.level or 0.0)
        first = np.where(high & seen.going_on[week], week, first)
    return only(_reached(seen, measure), (first, first <= end, 1.0))


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
    return only(np.ones(len(over), dtype=bool), [one.sum(axis=1) for one in columns])


def start_of(measure: Measure) -> int:
    """Return the first week of a measure's window."""
    return measure.start or 0


def end_of(measure: Measure) -> int:
    """Return the last week of a measure's window."""
    assert measure.end is not None
    return measure.end


def _inside(week: Array, measure: Measure) -> Array:
    return (week >= start_of(measure)) & (week < end_of(measure) + 1)


def _reached(seen: Observed, measure: Measure) -> Array:
    """Runs that had not ended before the window."""
    ended = seen.records["war"]["ended_week"]
    return np.asarray((ended < 0.0) | (ended > start_of(measure)))


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
