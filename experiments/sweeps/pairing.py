"""Common random numbers: contrasts between points that meet the same seeds, and what that saves."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.statistics.differences import FEWEST_SETS
from ceasefire.experiments.statistics.shares import NORMAL_95

MOST_RUNS = 1000
"""Runs of each point that are looked at: enough for a variance."""


@dataclass(frozen=True)
class Saving:
    """What pairing saved of the variance of differences between neighbouring points.

    Attributes:
        saved: Share of the variance that independent seeds would leave, 0 to 1; below 0 where
            pairing made it worse.
        pairs: Pairs of points.
        runs: Pairs of runs.
    """

    saved: float
    pairs: int
    runs: int


def saving(results: ResultsFolder, outcome: Outcome) -> Saving | None:
    """Compare the variance of differences between runs of the same seed with that of others.

    Points are held against the one before them in the design. With independent seeds the variance
    of a difference is the sum of both; with the same seeds twice their covariance goes off it
    (Law 2015, section 11.2).

    Returns:
        What was saved; None where nothing varies, or no two points share seeds.
    """
    if not results.design.common or len(results.design.points) < 2:
        return None
    database = results.connect()
    first = results.design.first_seed
    try:
        row = database.execute(
            "WITH few AS ("
            f"  SELECT point, parameter_set, seed, CAST({outcome.sql} AS DOUBLE) AS x FROM runs"
            f"  WHERE seed < {first + MOST_RUNS}"
            "), beside AS ("
            "  SELECT a.point, a.x AS x, b.x AS y FROM few a JOIN few b"
            "  ON b.point = a.point - 1 AND b.parameter_set = a.parameter_set AND b.seed = a.seed"
            "  WHERE a.x IS NOT NULL AND b.x IS NOT NULL"
            "), by_pair AS ("
            "  SELECT count(*) AS n, var_samp(x - y) AS paired,"
            "         var_samp(x) + var_samp(y) AS apart FROM beside GROUP BY point"
            ") SELECT sum(paired), sum(apart), count(*), sum(n) FROM by_pair WHERE n > 1"
        ).fetchone()
    finally:
        database.close()
    if row is None or not row[1]:
        return None
    return Saving(1.0 - row[0] / row[1], int(row[2]), int(row[3]))


@dataclass(frozen=True)
class Contrast:
    """A weighted sum of points, run by run.

    Attributes:
        mean: Its mean over runs.
        low: Lower end of the 95 % interval over sets of parameters and runs.
        high: Upper end of it.
        runs: Runs that are there at all points.
    """

    mean: float
    low: float
    high: float
    runs: int

    @property
    def ends(self) -> tuple[float, float, float]:
        """The mean and both ends of its interval."""
        return self.mean, self.low, self.high


def contrast(
    results: ResultsFolder, outcome: Outcome, weights: Mapping[int, float]
) -> Contrast | None:
    """Return a contrast between points, worked out within each run.

    Runs that share a set of parameters resemble each other: the interval is over sets, where there
    are enough of them (Cameron and Miller 2015), and over runs otherwise.

    Args:
        results: The results, with common seeds.
        outcome: The outcome.
        weights: Weight of each point.

    Returns:
        The contrast; None where no run is there at all points.
    """
    points = ", ".join(map(str, weights))
    terms = " + ".join(
        f"{weight!r} * sum(CASE WHEN point = {point} THEN x END)"
        for point, weight in weights.items()
    )
    database = results.connect()
    try:
        rows = database.execute(
            "SELECT parameter_set, avg(d) AS mean, count(d) AS runs, var_samp(d) AS variance FROM ("
            f"  SELECT parameter_set, seed, {terms} AS d FROM ("
            f"    SELECT point, parameter_set, seed, CAST({outcome.sql} AS DOUBLE) AS x FROM runs"
            f"    WHERE point IN ({points})"
            f"  ) GROUP BY parameter_set, seed HAVING count(x) = {len(weights)}"
            ") GROUP BY parameter_set ORDER BY parameter_set"
        ).df()
    finally:
        database.close()
    runs = int(rows["runs"].sum())
    if runs == 0:
        return None
    share = rows["runs"].to_numpy() / runs
    mean = float(share @ rows["mean"].to_numpy())
    if len(rows) >= FEWEST_SETS:
        away = share * (rows["mean"].to_numpy() - mean)
        error = math.sqrt(len(rows) / (len(rows) - 1) * float(away @ away))
    else:
        variance = np.nan_to_num(rows["variance"].to_numpy(dtype=float))
        error = math.sqrt(float((share * share) @ (variance / rows["runs"].to_numpy())))
    return Contrast(mean, mean - NORMAL_95 * error, mean + NORMAL_95 * error, runs)
