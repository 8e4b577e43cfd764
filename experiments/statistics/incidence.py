"""Cumulative incidence of competing events by week (Aalen and Johansen 1978).

Runs can end in ways that exclude each other, and some are cut off before any of them comes. The
cumulative incidence of an event is the share of runs in which it has come by a week; runs cut off
earlier count as long as they were watched. One minus Kaplan and Meier's curve for one event alone
would treat the others as cut off, and give shares that add up to more than one.
"""

from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.statistics.shares import NORMAL_95, wilson

Array = np.ndarray[Any, Any]

CENSORED = ""
"""Name of no event: the run was cut off."""


def cumulative_incidence(weeks: Array, events: Array, counts: Array) -> pd.DataFrame:
    """Return the cumulative incidence of every event (Aalen and Johansen 1978).

    Events in the week in which other runs are cut off come first, as is usual. The variance is the
    delta method's (Dinse and Larson 1986; Marubini and Valsecchi 1995), which is the binomial one
    as long as no run is cut off. Intervals are 95 %, for each week by itself, symmetric on the
    scale of log(-log) (Choudhury 2002), so they stay within 0 and 1; before the first event the
    upper end is Wilson's (1927). They are over runs, given the sets of parameters.

    Args:
        weeks: When each group of runs ended or was cut off.
        events: What ended them; ``CENSORED`` if they were cut off.
        counts: How many runs each group has.

    Returns:
        A row for each event and week, week 0 included: ``event``, ``week``, ``incidence`` (share
        of runs, 0 to 1), ``low``, ``high``, ``at_risk`` (runs that were still watched just before).
    """
    events = np.asarray(events, dtype=object)
    names = sorted({str(name) for name in events} - {CENSORED})
    times, places = np.unique(np.asarray(weeks, dtype=float), return_inverse=True)
    counts = np.asarray(counts, dtype=float)
    leaving = np.bincount(places, weights=counts, minlength=len(times))
    at_risk = leaving[::-1].cumsum()[::-1]
    came = {
        name: np.bincount(places, weights=counts * (events == name), minlength=len(times))
        for name in names
    }
    any_event = np.sum(list(came.values()), axis=0) if names else np.zeros(len(times))
    before = np.concatenate([[1.0], np.cumprod(1.0 - any_event / at_risk)[:-1]])
    parts = []
    for name in names:
        share = np.minimum(np.cumsum(before * came[name] / at_risk), 1.0)
        error = np.sqrt(variance(share, before, came[name], any_event, at_risk))
        low, high = log_log_interval(share, error, float(counts.sum()))
        found = {"week": times, "incidence": share, "low": low, "high": high, "at_risk": at_risk}
        table = pd.DataFrame({"event": name, **found})
        if len(times) and times[0] > 0.0:
            start = [[name, 0.0, 0.0, 0.0, high_of_none(float(counts.sum())), counts.sum()]]
            table = pd.concat([pd.DataFrame(start, columns=table.columns), table])
        parts.append(table)
    if not parts:
        columns = ["event", "week", "incidence", "low", "high", "at_risk"]
        return pd.DataFrame({name: [] for name in columns})
    return pd.concat(parts, ignore_index=True).astype({"at_risk": "int64"})


def variance(share: Array, before: Array, came: Array, any_event: Array, at_risk: Array) -> Array:
    """Return the variance of a cumulative incidence (Dinse and Larson 1986).

    Args:
        share: The cumulative incidence at each time.
        before: Share of runs without any event just before.
        came: Runs in which the event came then.
        any_event: Runs in which any event came then.
        at_risk: Runs that were watched just before.
    """
    left = at_risk * (at_risk - any_event)
    # Once the last runs have ended nothing more can happen: their term is zero.
    hazard = np.divide(any_event, left, out=np.zeros_like(left), where=left > 0.0)
    own = before**2 * came * (at_risk - came) / at_risk**3
    cross = before * came / at_risk**2
    found = share**2 * np.cumsum(hazard) - 2.0 * share * np.cumsum(share * hazard)
    found += np.cumsum(share**2 * hazard) + np.cumsum(own)
    found -= 2.0 * (share * np.cumsum(cross) - np.cumsum(share * cross))
    return np.maximum(found, 0.0)


def log_log_interval(share: Array, error: Array, runs: float) -> tuple[Array, Array]:
    """Return 95 % intervals that are symmetric on the scale of log(-log) (Choudhury 2002)."""
    low, high = share.copy(), share.copy()
    # Sums that are one may come out a hair below.
    whole = share >= 1.0 - 1e-12
    inside = (share > 0.0) & ~whole
    logs = np.log(share[inside])
    spread = np.exp(NORMAL_95 * error[inside] / (share[inside] * -logs))
    low[inside] = share[inside] ** spread
    high[inside] = share[inside] ** (1.0 / spread)
    high[share == 0.0] = high_of_none(runs)
    low[whole] = 1.0 - high_of_none(runs)
    return low, high


def high_of_none(runs: float) -> float:
    """Return the upper end of the interval of a share that was never seen (Wilson 1927)."""
    return wilson(0.0, runs)[1]
