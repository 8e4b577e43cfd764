"""Measures of what happened in a run: how it ended, its deals, rounds and truces, its fields."""

from typing import Any

import numpy as np

from ceasefire.agents.belligerent import ACCEPT, REFUSE
from ceasefire.experiments.claims.seen import Context, Observed, RunSums, only, over_weeks
from ceasefire.experiments.claims.tables import Measure
from ceasefire.experiments.design.outcomes import in_state
from ceasefire.model.world.outcome import END_STATES, FELL
from ceasefire.model.world.truce import BOTH, BROKEN, CUT_OFF, ENDED_WAR, LAPSED

Array = np.ndarray[Any, Any]


def end_state(seen: Observed, measure: Measure, context: Context) -> RunSums:
    """Whether a run has ended in a state by the end of week ``to``: every run counts.

    A run that ended otherwise counts as not ended so.
    """
    ended = seen.records["war"]["ended_week"]
    by_then = (ended >= 0.0) & (ended <= end_of(measure) + 1)
    return {"ended so": in_state(seen.records, measure.state) & by_then, "runs": by_then | True}


def deal(seen: Observed, measure: Measure, context: Context) -> RunSums:
    """Whether a truce begins in weeks ``from`` to ``to``; left out are runs that ended before.

    A run that ends within the window without one counts as having none.
    """
    began, _ = _truces(seen, measure, context)
    return _of_reached(seen, measure, {"deals": began.any(axis=1), "runs": 1.0})


def wait(seen: Observed, measure: Measure, context: Context) -> RunSums:
    """Weeks from the beginning of week ``from`` to the next truce, at most to the end of ``to``.

    A run that ends first without one waits to the end; left out are runs that ended before.
    """
    began, log = _truces(seen, measure, context)
    first = np.where(began, log["started"], end_of(measure) + 1.0).min(axis=1)
    return _of_reached(seen, measure, {"weeks": first - start_of(measure), "runs": 1.0})


def truces(seen: Observed, measure: Measure, context: Context) -> RunSums:
    """Truces that begin in weeks ``from`` to ``to``; left out are runs that ended before."""
    began, log = _truces(seen, measure, context)
    sizes = {"weeks": "weeks", "captives": "released", "prisoners": "prisoners"}
    sums: RunSums = {"truces": began.sum(axis=1), "runs": 1.0}
    sums |= {name: np.where(began, log[size], 0).sum(axis=1) for name, size in sizes.items()}
    return _of_reached(seen, measure, sums)


def rounds(seen: Observed, measure: Measure, context: Context) -> RunSums:
    """Rounds that begin in weeks ``from`` to ``to``, and what a side said and did in them.

    What was said and done, and who refused alone or together, is counted over rounds that are over
    and in which a text was tabled. Left out are runs that ended before.
    """
    s = max(context.side(measure), 0)
    log, held = _log(seen, "rounds")
    began = held & _inside(log["started"], measure) & _meant(log, measure, context)
    over = began & (log["ended"] >= 0.0) & (log["tabled"] > 0)
    names = ("first", "second")
    said = over & log[f"spoken_{names[s]}"]
    mine, others = log[f"answer_{names[s]}"], log[f"answer_{names[1 - s]}"]
    took = over & (mine == ACCEPT)
    refused, other_refused = over & (mine == REFUSE), over & (others == REFUSE)
    counted = {
        "rounds": began,
        "over": over,
        "said yes": said,
        "accepted": took,
        "said and accepted": said & took,
        "refused alone": refused & ~other_refused,
        "refused by the other": other_refused & ~refused,
        "refused by both": refused & other_refused,
        "refused": refused | other_refused,
    }
    sums = {name: which.sum(axis=1) for name, which in counted.items()}
    return _of_reached(seen, measure, {**sums, "runs": 1.0})


def tabled(seen: Observed, measure: Measure, context: Context) -> RunSums:
    """Level of an issue in the last text of each round that begins in weeks ``from`` to ``to``.

    Levels count from 0; rounds in which no text was tabled are left out.
    """
    log, held = _log(seen, "rounds")
    began = held & _inside(log["started"], measure) & (log["tabled"] > 0)
    level = context.levels(measure.issue)[np.maximum(log["text"], 0)]
    return {"levels": np.where(began, level, 0).sum(axis=1), "rounds": began.sum(axis=1)}


def mean(seen: Observed, measure: Measure, context: Context) -> RunSums:
    """Mean of a field over the given weeks; runs that ended by a week are left out of it."""
    return over_weeks(
        seen, measure, lambda week: {"values": seen.fields[week, measure.field], "weeks": 1.0}
    )


def passes(seen: Observed, measure: Measure, context: Context) -> RunSums:
    """First week from ``from`` to ``to`` at whose end a field is at a level or above.

    Where it is never seen there the week is ``to + 1``, also if the run ended before; left out are
    runs that ended before ``from``.
    """
    start, end = start_of(measure), end_of(measure)
    first = np.full(len(seen.going_on[start]), end + 1.0)
    for week in range(end, start - 1, -1):
        high = seen.fields[week, measure.field] >= (measure.level or 0.0)
        first = np.where(high & seen.going_on[week], week, first)
    return _of_reached(seen, measure, {"week": first, "passed": first <= end, "runs": 1.0})


def resumed(seen: Observed, measure: Measure, context: Context) -> RunSums:
    """Truces that begin in weeks ``from`` to ``to`` and are over: did the side resume the war?

    Left out are truces still in force at the horizon or cut off by a regional war. One in which a
    government fell counts as over without phase two, and tells nothing of resuming. Resumed is by
    the side (by anyone if none is named), alone or with the other, at the end of phase one, out of
    the truces that came to that boundary.
    """
    began, log = _truces(seen, measure, context)
    s = context.side(measure)
    over = began & np.isin(log["cause"], [LAPSED, BROKEN, ENDED_WAR])
    fell = in_state(seen.records, END_STATES[FELL])[:, np.newaxis]
    closed = over | (began & (log["cause"] == CUT_OFF) & fell)
    by = log["resumed_by"]
    weeks = context.case.grid.texts["weeks"][np.maximum(log["text"], 0)]
    ran_its_course = log["weeks"] >= weeks - 1.0e-9
    # An incident breaks a truce by both hands; at a boundary both may resume, too.
    incident = (log["cause"] == BROKEN) & (by == BOTH) & ~ran_its_course
    at_boundary = over & ~incident
    by_it = (by >= 0) if s < 0 else ((by == s) | (by == BOTH))
    counted = {
        "resumed": at_boundary & (log["phase"] == 1) & by_it,
        "war goes on": over & (log["cause"] != ENDED_WAR),
        "phase two": closed & (log["phase"] >= 2),
        "over": over,
        "at boundary": at_boundary,
        "over or fallen": closed,
    }
    return {name: which.sum(axis=1) for name, which in counted.items()}


def start_of(measure: Measure) -> int:
    """Return the first week of a measure's window."""
    return measure.start or 0


def end_of(measure: Measure) -> int:
    """Return the last week of a measure's window."""
    assert measure.end is not None
    return measure.end


def _inside(week: Array, measure: Measure) -> Array:
    return (week >= start_of(measure)) & (week < end_of(measure) + 1)


def _of_reached(seen: Observed, measure: Measure, sums: RunSums) -> RunSums:
    """Keep the sums of runs that had not ended before the window."""
    ended = seen.records["war"]["ended_week"]
    return only((ended < 0.0) | (ended > start_of(measure)), sums)


def _log(seen: Observed, name: str) -> tuple[Array, Array]:
    """Return a log, and which of its places are filled (rows, places)."""
    log = seen.records[name]
    return log, np.arange(log.shape[1]) < seen.records["talks"][name][:, np.newaxis]


def _meant(log: Array, measure: Measure, context: Context) -> Any:
    """Whether the texts of a log are of the kind that is meant: those that end the war, or not."""
    if measure.ends is None:
        return True
    return (context.case.grid.texts["ends"] > 0.0)[np.maximum(log["text"], 0)] == measure.ends


def _truces(seen: Observed, measure: Measure, context: Context) -> tuple[Array, Array]:
    """Return which places of the log hold a truce that is meant, and the log (rows, places)."""
    log, held = _log(seen, "truces")
    return held & _inside(log["started"], measure) & _meant(log, measure, context), log
