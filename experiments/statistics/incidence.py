"""Cumulative incidence of competing events by week (Aalen and Johansen 1978).

Runs can end in ways that exclude each other, and some are cut off before any of them comes. The
cumulative incidence of an event is the share of runs in which it has come by a week; runs cut off
earlier count as long as they were watched. One minus Kaplan and Meier's curve for one event alone
would treat the others as cut off, and give shares that add up to more than one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.statistics.shares import NORMAL_95, wilson

Array = np.ndarray[Any, Any]

CENSORED = ""
"""Name of no event: the run was cut off."""


@dataclass(frozen=True)
class AtRisk:
    """Runs that are watched, and what comes of them, at each time at which any of them leaves.

    Attributes:
        weeks: The times, ascending.
        watched: Runs that were still watched just before each.
        before: Share of runs without any event just before each.
        came: Runs in which each event came then, by event.
    """

    weeks: Array
    watched: Array
    before: Array
    came: Mapping[Any, Array]

    def incidence(self, event: Any) -> Array:
        """Return the cumulative incidence of an event at each of these times."""
        return np.minimum(np.cumsum(self.before * self.came[event] / self.watched), 1.0)

    def by_week(self, event: Any, weeks: Array) -> Array:
        """Return its cumulative incidence by some weeks."""
        share = np.concatenate([[0.0], self.incidence(event)])
        return share[np.searchsorted(self.weeks, weeks, side="right")]

    def variance(self, event: Any) -> Array:
        """Return the variance of its cumulative incidence (Dinse and Larson 1986)."""
        share, came, watched = self.incidence(event), self.came[event], self.watched
        any_event = np.sum(list(self.came.values()), axis=0)
        left = watched * (watched - any_event)
        # Once the last runs have ended nothing more can happen: their term is zero.
        hazard = np.divide(any_event, left, out=np.zeros_like(left), where=left > 0.0)
        within = self.before**2 * came * (watched - came) / watched**3
        cross = self.before * came / watched**2
        found = share**2 * np.cumsum(hazard) - 2.0 * share * np.cumsum(share * hazard)
        found += np.cumsum(share**2 * hazard) + np.cumsum(within)
        found -= 2.0 * (share * np.cumsum(cross) - np.cumsum(share * cross))
        return np.maximum(found, 0.0)


def at_risk(weeks: Array, came: Mapping[Any, Array]) -> AtRisk:
    """Count who is watched, and what comes, at each time.

    Args:
        weeks: When each run, or group of runs, ended or was cut off.
        came: How many runs each event ended then; under ``CENSORED`` those that were cut off.
    """
    times, places = np.unique(np.asarray(weeks, dtype=float), return_inverse=True)
    counts = {event: np.bincount(places, runs, len(times)) for event, runs in came.items()}
    leaving = np.sum(list(counts.values()), axis=0)
    counts.pop(CENSORED, None)
    watched = leaving[::-1].cumsum()[::-1]
    ended = np.sum(list(counts.values()), axis=0) if counts else np.zeros(len(times))
    before = np.concatenate([[1.0], np.cumprod(1.0 - ended / watched)[:-1]])
    return AtRisk(times, watched, before, counts)


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
    counts = np.asarray(counts, dtype=float)
    runs, parts = float(counts.sum()), []
    names = sorted({str(name) for name in events})
    risk = at_risk(weeks, {name: counts * (events == name) for name in names})
    for name in risk.came:
        share = risk.incidence(name)
        low, high = log_log_interval(share, np.sqrt(risk.variance(name)), runs)
        columns = {"event": name, "week": risk.weeks, "incidence": share, "low": low, "high": high,
                   "at_risk": risk.watched}  # fmt: skip
        table = pd.DataFrame(columns)
        if len(table) and risk.weeks[0] > 0.0:
            start = [[name, 0.0, 0.0, 0.0, high_of_none(runs), runs]]
            table = pd.concat([pd.DataFrame(start, columns=table.columns), table])
        parts.append(table)
    if not parts:
        heads = ("event", "week", "incidence", "low", "high", "at_risk")
        return pd.DataFrame({head: [] for head in heads})
    return pd.concat(parts, ignore_index=True).astype({"at_risk": "int64"})


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
