"""Elementary effects and Sobol' indices of replication means, and how much of them is chance.

One run of a stochastic model says little of its point: indices are those of the *means* of the
runs of each point. What chance is left in these means is estimated beside them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.design.design import Design
from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.design.sampling import SAMPLERS, salib, unit_problem
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.experiments.style.words import counted, listed

Array = np.ndarray[Any, Any]

RESAMPLES = 1000
"""Resamples of the bootstrap behind every interval."""

SEED = 20231007
"""Seed of the bootstrap. Not 0: SALib takes that for none, and draws from NumPy's global state."""

LEVELS = 4
"""Levels of the trajectories that ``design.morris`` lays out."""

MORRIS_COLUMNS = ("lever", "mu_star", "mu_star_conf", "mu", "sigma", "noise", "rank")
SOBOL_COLUMNS = ("lever", "S1", "S1_conf", "ST", "ST_conf", "rank")

NAMED = 3
"""Points that a refusal names; the others are counted."""


@dataclass(frozen=True)
class Means:
    """An outcome at every point of a design.

    Attributes:
        outcome: The outcome.
        mean: Its mean over the runs of each point, shape (points,); NaN where no run has a value.
        variance: Variance between the runs of a point, shape (points,).
        runs: Runs that have a value, shape (points,).
    """

    outcome: Outcome
    mean: Array
    variance: Array
    runs: Array

    @property
    def noise(self) -> float:
        """Share of the variance between the means that is but chance, 0 to 1.

        The mean variance of a mean over its runs, by the variance of the means: the one-way
        analysis of variance of a designed experiment. It is an upper bound where points share
        seeds, as chance that all points share does not set them apart. NaN where all are alike.
        """
        between = float(np.var(self.mean, ddof=1)) if len(self.mean) > 1 else 0.0
        if not between > 0.0:
            return float("nan")
        return min(1.0, float(np.mean(self.variance / self.runs)) / between)


@contextmanager
def global_state_kept() -> Iterator[None]:
    """Give NumPy's global random state back as it was: some versions of SALib reset its seed."""
    before = np.random.get_state()  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(before)  # noqa: NPY002


def means_of(results: ResultsFolder, outcome: Outcome) -> Means:
    """Return an outcome at every point.

    Raises:
        RefusedError: If a point has no value: the sentence names it.
    """
    database = results.connect()
    try:
        known = [row[0] for row in database.execute("SHOW TABLES").fetchall()]
        source = "SELECT NULL AS point, NULL AS x WHERE false"
        if "runs" in known:
            source = f"SELECT point, CAST({outcome.sql} AS DOUBLE) AS x FROM runs"
        table = database.execute(
            "SELECT p.point, count(x) AS runs, avg(x) AS mean, "
            f"coalesce(var_samp(x), 0) AS variance FROM points AS p LEFT JOIN ({source}) AS r "
            "ON p.point = r.point GROUP BY p.point ORDER BY p.point"
        ).df()
    finally:
        database.close()
    found = Means(
        outcome,
        table["mean"].to_numpy(dtype=float),
        table["variance"].to_numpy(dtype=float),
        table["runs"].to_numpy(dtype=float),
    )
    check_means(found, results.design)
    return found


def check_means(means: Means, design: Design) -> None:
    """Refuse to analyse means of which one is missing: SALib returns zeros without a word.

    Raises:
        RefusedError: If a point has no mean, or one that is not finite.
    """
    if len(means.mean) != len(design.points):
        raise RefusedError(
            f"{means.outcome.name}: found means of {len(means.mean)} points; allowed: one of each "
            f"of the {len(design.points)} points of {design.name!r}."
        )
    wrong = np.flatnonzero(~np.isfinite(means.mean) | ~(means.runs > 0))
    if not len(wrong):
        return
    named = [
        f"point {i} ({design.points[i].words(design.dimensions)})" for i in wrong[:NAMED].tolist()
    ]
    if len(wrong) > NAMED:
        named.append(counted(len(wrong) - NAMED, "other point"))
    raise RefusedError(
        f"{means.outcome.name}: found no value at {listed(named)}; a sensitivity analysis needs "
        "one at every point. Choose an outcome that every run has, or look into the failed runs "
        "(table failures)."
    )


def shares_of(design: Design) -> Array:
    """Return the sample behind a design's points in shares of ranges, shape (points, dimensions).

    Raises:
        RefusedError: If the sampler no longer gives the points that the design has.
    """
    with global_state_kept():
        shares = np.asarray(
            SAMPLERS[design.plan](len(design.dimensions), design.size, design.seed), dtype=float
        )
    for point, row in zip(design.points, shares, strict=True):
        for one, share in zip(design.dimensions, row, strict=True):
            if point.values[one.name] != one.at(float(share)):
                raise RefusedError(
                    f"{design.name}: point {point.number} is not where the installed SALib puts "
                    "it: another version laid these points out; run them anew in another folder."
                )
    return shares


def elementary_effects(
    shares: Array,
    means: Array,
    names: Sequence[str],
    noise: Array | None = None,
    seed: int = SEED,
) -> pd.DataFrame:
    """Return the elementary effects of each lever (Morris 1991; Campolongo et al. 2007).

    Args:
        shares: Trajectories in shares of ranges, shape (trajectories * (levers + 1), levers).
        means: The mean at each of these points.
        names: Names of the levers.
        noise: Standard error of the difference between each point and the next one; unknown if
            not given.
        seed: Seed of the bootstrap.

    Returns:
        One row for each lever, the most important first: ``mu_star``, the mean size of what the
        outcome changes by, scaled to the lever's whole range; ``mu_star_conf``, half its 95 %
        interval by bootstrap over trajectories; ``mu`` and ``sigma``, mean and standard deviation
        of the changes with their signs; ``noise``, the ``mu_star`` that chance alone would give
        a lever without any effect; ``rank``.
    """
    salib()
    from SALib.analyze import morris

    problem = {**unit_problem(len(names)), "names": list(names)}
    with global_state_kept():
        found = morris.analyze(
            problem, shares, means, num_resamples=RESAMPLES, num_levels=LEVELS, seed=seed
        )
    table = pd.DataFrame({"lever": list(names)})
    for column in ("mu_star", "mu_star_conf", "mu", "sigma"):
        table[column] = np.ma.filled(np.ma.asarray(found[column], dtype=float), np.nan)
    table["noise"] = noise_by_lever(shares, noise)
    return ranked(table, "mu_star", MORRIS_COLUMNS)


def noise_by_lever(shares: Array, noise: Array | None) -> Array:
    """Return the mu* that chance alone would give each lever, from the errors of its steps.

    The mean size of a normal deviate is the square root of 2/pi of its standard deviation.
    """
    levers = shares.shape[1]
    if noise is None:
        return np.full(levers, np.nan)
    steps = np.abs(np.diff(shares, axis=0))
    inner = np.arange(len(steps)) % (levers + 1) != levers
    found = np.empty(levers)
    for j in range(levers):
        own = inner & (steps[:, j] > 0.0)
        found[j] = float(np.mean(noise[own] / steps[own, j])) if own.any() else np.nan
    return found * float(np.sqrt(2.0 / np.pi))


def errors_of_steps(results: ResultsFolder, outcome: Outcome) -> Array:
    """Return the standard error of the difference between each point and the next one.

    Runs with the same set and seed at both points are pairs, so chance that they share cancels.

    Returns:
        Shape (points - 1,); NaN where fewer than two runs can be compared.
    """
    database = results.connect()
    try:
        table = database.execute(
            f"WITH x AS (SELECT point, parameter_set, seed, CAST({outcome.sql} AS DOUBLE) AS x "
            "FROM runs) SELECT a.point, var_samp(b.x - a.x) AS v, count(b.x - a.x) AS n "
            "FROM x AS a JOIN x AS b ON b.point = a.point + 1 "
            "AND b.parameter_set = a.parameter_set AND b.seed = a.seed GROUP BY a.point"
        ).df()
    finally:
        database.close()
    found = np.full(max(0, len(results.points) - 1), np.nan)
    place = table["point"].to_numpy(dtype=int)
    found[place] = np.sqrt(table["v"].to_numpy(dtype=float) / table["n"].to_numpy(dtype=float))
    return found


def sobol_indices(means: Array, names: Sequence[str], seed: int = SEED) -> pd.DataFrame:
    """Return the Sobol' indices of each lever (Sobol' 2001; Saltelli et al. 2010).

    Args:
        means: The mean at each point of a Saltelli sample without second order, shape
            (base * (levers + 2),).
        names: Names of the levers.
        seed: Seed of the bootstrap.

    Returns:
        One row for each lever, the largest total first: ``S1``, the share of the variance between
        points that the lever explains alone; ``ST``, with all it does together with others;
        ``S1_conf`` and ``ST_conf``, half their 95 % intervals by bootstrap; ``rank``. All NaN if
        every mean is the same.
    """
    salib()
    from SALib.analyze import sobol

    table = pd.DataFrame({"lever": list(names)})
    if np.ptp(means) == 0.0:
        for column in ("S1", "S1_conf", "ST", "ST_conf"):
            table[column] = np.nan
        return ranked(table, "ST", SOBOL_COLUMNS)
    problem = {**unit_problem(len(names)), "names": list(names)}
    with global_state_kept(), resamples_without_variance_allowed():
        found = sobol.analyze(
            problem, means, calc_second_order=False, num_resamples=RESAMPLES, seed=seed
        )
    for column in ("S1", "S1_conf", "ST", "ST_conf"):
        table[column] = np.asarray(found[column], dtype=float)
    return ranked(table, "ST", SOBOL_COLUMNS)


@contextmanager
def resamples_without_variance_allowed() -> Iterator[None]:
    """Ignore what SALib says of a subset of the points at which a rare outcome never comes."""
    import warnings

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Constant values encountered")
        yield


def ranked(table: pd.DataFrame, by: str, columns: Sequence[str]) -> pd.DataFrame:
    """Return a table with ranks from 1, the largest first; equals as they stood."""
    order = table.sort_values(by, ascending=False, kind="stable", ignore_index=True)
    order["rank"] = np.arange(1, len(order) + 1)
    return order[list(columns)]


def together(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the tables of several outcomes as one, each named in a first column."""
    return pd.concat(
        [one.assign(outcome=name)[["outcome", *one.columns]] for name, one in tables.items()],
        ignore_index=True,
    )
