"""What a comparison needs of its runs, added up inside the database: ends, histograms, pairs.

Nothing here grows with the number of runs: runs are counted by end state and week, by parameter
set and bin, and pairs by parameter set and by how both of them ended.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.statistics.spreads import BINS, Grid

if TYPE_CHECKING:
    import duckdb

Array = np.ndarray[Any, Any]

GROUPS = 200
"""Groups of seeds that stand in for parameter sets where there are too few."""

PAIRS_AT_ONCE = 1_000_000
"""Pairs that are matched at once, so that memory stays small."""


@dataclass(frozen=True)
class Facts:
    """What is in an alternative.

    Attributes:
        ends: Runs by ``end_state``, ``ended_week`` and ``first_truce_week`` (NaN without).
        runs: How many there are.
        sets: How many parameter sets.
        first_seed: The smallest seed.
        last_seed: The largest.
        ranges: By the name of a number: smallest, largest, and whether all are whole.
    """

    ends: pd.DataFrame
    runs: int
    sets: int
    first_seed: int
    last_seed: int
    ranges: Mapping[str, tuple[float, float, bool]]


def facts_of(
    database: "duckdb.DuckDBPyConnection", number: int, numbers: Sequence[Outcome]
) -> Facts:
    """Count runs by how and when they ended, and find the range of every number."""
    asked = [
        f"min({one.sql}) AS low_{i}, max({one.sql}) AS high_{i}, "
        f"coalesce(bool_and({one.sql} = round({one.sql})), true) AS whole_{i}"
        for i, one in enumerate(numbers)
    ]
    table = database.execute(
        f"SELECT {', '.join(['end_state, ended_week, first_truce_week, count(*) AS runs', *asked])}"
        f" FROM runs_{number} GROUP BY end_state, ended_week, first_truce_week"
    ).df()
    row = database.execute(
        f"SELECT count(*), count(DISTINCT parameter_set), min(seed), max(seed) FROM runs_{number}"
    ).fetchone()
    assert row is not None
    ranges = {}
    for i, one in enumerate(numbers):
        known = table[table[f"low_{i}"].notna()]
        low, high = known[f"low_{i}"].astype(float).min(), known[f"high_{i}"].astype(float).max()
        ranges[one.name] = (float(low), float(high), bool(known[f"whole_{i}"].all()))
    ends = table[["end_state", "ended_week", "first_truce_week", "runs"]]
    return Facts(ends, int(row[0]), int(row[1]), int(row[2] or 0), int(row[3] or 0), ranges)


def histograms(
    database: "duckdb.DuckDBPyConnection",
    number: int,
    numbers: Sequence[tuple[Outcome, Grid]],
    cluster: str,
) -> dict[str, tuple[Array, Array]]:
    """Count the runs of an alternative by cluster and bin, for every number.

    Args:
        database: The connection.
        number: Number of the alternative; the baseline is 0.
        numbers: The numbers with their bins.
        cluster: Expression for the whole number of a run's cluster, from 0.

    Returns:
        By name: numbers of the clusters, and counts (clusters, bins).
    """
    if not numbers:
        return {}
    keys = [
        # A run without the number has no bin: `least` by itself would put it into the last one.
        f"CASE WHEN {one.sql} IS NOT NULL THEN CAST({cluster} AS BIGINT) * {BINS} + "
        f"least({grid.bins - 1}, CAST(floor(({one.sql} - {grid.low!r}) / {grid.width!r}) "
        f"AS BIGINT)) END AS k{i}"
        for i, (one, grid) in enumerate(numbers)
    ]
    names = [f"k{i}" for i in range(len(numbers))]
    table = database.execute(
        f"SELECT grouping({', '.join(names)}) AS g, coalesce({', '.join(names)}) AS k, "
        f"count(*) AS n FROM (SELECT {', '.join(keys)} FROM runs_{number}) "
        f"GROUP BY GROUPING SETS ({', '.join(f'({name})' for name in names)})"
    ).df()
    table = table[table["k"].notna()]
    found = {}
    everything = (1 << len(numbers)) - 1
    for i, (one, grid) in enumerate(numbers):
        # The bit of a column that is grouped by is 0; the first column has the highest.
        own = table[table["g"] == everything - (1 << (len(numbers) - 1 - i))]
        cell = own["k"].to_numpy(dtype=np.int64)
        clusters, rows = np.unique(cell // BINS, return_inverse=True)
        counts = np.zeros((len(clusters), grid.bins))
        counts[rows, cell % BINS] = own["n"].to_numpy(dtype=float)
        found[one.name] = (clusters, counts)
    return found


def group_of_seeds(sets: int) -> str:
    """Return the expression for groups of seeds; sets come in turn, so every group has all."""
    return f"(seed // {max(sets, 1)}) % {GROUPS}"


def sums_by_set(
    database: "duckdb.DuckDBPyConnection", number: int, measured: Sequence[Outcome]
) -> pd.DataFrame:
    """Return for every parameter set the count, sum and sum of squares of outcomes.

    Returns:
        Columns ``parameter_set``, and ``n0``, ``s0``, ``q0`` of the first outcome and so on.
    """
    asked = []
    for i, one in enumerate(measured):
        value = f"CAST({one.sql} AS DOUBLE)"
        asked.append(f"count({value}) AS n{i}, coalesce(sum({value}), 0) AS s{i}, "
                     f"coalesce(sum({value} * {value}), 0) AS q{i}")  # fmt: skip
    return database.execute(
        f"SELECT parameter_set, {', '.join(asked)} FROM runs_{number} GROUP BY parameter_set "
        "ORDER BY parameter_set"
    ).df()


def matched(
    database: "duckdb.DuckDBPyConnection",
    other: int,
    measured: tuple[Sequence[Outcome], Sequence[Outcome]],
    places: tuple[Mapping[int, int], Mapping[int, int]],
    seeds: tuple[int, int],
    rows: int,
) -> pd.DataFrame:
    """Match the runs of the baseline with an alternative's, seed by seed, and add them up.

    Runs are a pair if they have the same place (``alternatives.places``), parameter set and seed:
    common random numbers, so they differ by what sets the two apart alone. Seeds are taken in
    stretches: parts whose seeds lie outside of one are not even read.

    Args:
        database: The connection.
        other: Number of the alternative; the baseline is number 0.
        measured: Shares and numbers.
        places: The place of every point of both; empty if all are at one.
        seeds: First and last seed that both may have.
        rows: Runs of the larger of both, by which the stretches are chosen.

    Returns:
        A row for each parameter set and way in which both runs of a pair ended: columns
        ``parameter_set``, ``before``, ``after`` (end states), for each share ``i`` that is no end
        state ``before_i`` and ``after_i``, ``pairs``; and for each number ``n0`` pairs in which
        both have it, ``a0`` and ``b0`` its sums, ``q0`` the sum of squared differences.
    """
    first, last = seeds
    if first > last:
        return pd.DataFrame()
    shares, numbers = measured
    flags = [i for i, one in enumerate(shares) if not is_end_state(one)]
    sides = []
    for number, place in zip((0, other), places, strict=True):
        source = f"(SELECT *, 0 AS place FROM runs_{number})"
        if len(set(place.values())) > 1:
            table = pa.table({"point": list(place), "place": list(place.values())})
            name = f"places_{number}_of_{other}"
            database.register(name, table)
            source = f"(SELECT r.*, p.place FROM runs_{number} r JOIN {name} p USING (point))"
        columns = ["place", "parameter_set", "seed", "end_state"]
        columns += [f"({shares[i].sql}) AS has_{i}" for i in flags]
        columns += [f"CAST({one.sql} AS DOUBLE) AS x{i}" for i, one in enumerate(numbers)]
        sides.append(f"SELECT {', '.join(columns)} FROM {source}")
    asked = ["a.parameter_set", "a.end_state AS before", "b.end_state AS after"]
    for i in flags:
        asked += [f"a.has_{i} AS before_{i}", f"b.has_{i} AS after_{i}"]
    asked.append("count(*) AS pairs")
    for i in range(len(numbers)):
        asked += [
            f"count(b.x{i} - a.x{i}) AS n{i}",
            f"sum(CASE WHEN b.x{i} IS NOT NULL THEN a.x{i} END) AS a{i}",
            f"sum(CASE WHEN a.x{i} IS NOT NULL THEN b.x{i} END) AS b{i}",
            f"sum((b.x{i} - a.x{i}) * (b.x{i} - a.x{i})) AS q{i}",
        ]
    stretches = max(1, min(-(-rows // PAIRS_AT_ONCE), last - first + 1))
    edges = [first + (last - first + 1) * i // stretches for i in range(stretches + 1)]
    parts = []
    for start, end in itertools.pairwise(edges):
        within = f"WHERE seed >= {start} AND seed < {end}"
        parts.append(
            database.execute(
                f"SELECT {', '.join(asked)} FROM ({sides[0]} {within}) a "
                f"JOIN ({sides[1]} {within}) b "
                "USING (place, parameter_set, seed) GROUP BY ALL"
            ).df()
        )
    filled = [part for part in parts if len(part)]
    if not filled:
        return pd.DataFrame()
    ways = [f"{when}_{i}" for i in flags for when in ("before", "after")]
    key = ["parameter_set", "before", "after", *ways]
    return pd.concat(filled).fillna(0.0).groupby(key, as_index=False).sum()


def is_end_state(outcome: Outcome) -> bool:
    """Whether an outcome is one of the end states, which exclude each other."""
    return outcome.columns == ("end_state",)
