"""The rows of a comparison's tables, from what the database has added up."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.comparison.sides import Sides
from ceasefire.experiments.comparison.sums import Facts
from ceasefire.experiments.design.base_rates import base_rates
from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.statistics.differences import (
    Difference,
    adjusted,
    clipped,
    cohens_h,
)
from ceasefire.experiments.statistics.incidence import CENSORED, cumulative_incidence
from ceasefire.experiments.statistics.nulls import nulls
from ceasefire.experiments.statistics.spreads import Grid, Interval, side_by_side
from ceasefire.model.world.outcome import END_STATES

Array = np.ndarray[Any, Any]
Row = dict[str, Any]
Counts = Mapping[str, tuple[Array, Array]]

FLOWS = ["arm", "before", "after", "pairs", "share", "share_of_before"]

ENDS, FIRST_TRUCE = "how runs end", "first truce"
"""What a row of the table of incidences is about."""


def share_rows(label: str, sides: Sides, shares: Sequence[Outcome]) -> list[Row]:
    """Return a row for every share."""
    rows = []
    for one in shares:
        found, pairs = sides.share(one)
        low, high = clipped(found.low, found.high)
        turned = [0, 0]
        if sides.paired:
            count = sides.pairs["pairs"].to_numpy()
            was, now = sides.has(one)
            turned = [int(count[~was & now].sum()), int(count[was & ~now].sum())]
        rows.append(
            {
                "arm": label, "outcome": one.name, "label": one.label, "unit": one.unit,
                **_difference(found), "low": low, "high": high, "p": found.p,
                "p_adjusted": math.nan, "effect_size": cohens_h(found.baseline, found.other),
                "effect": "Cohen's h", "n_baseline": found.n_baseline, "n_arm": found.n_other,
                "pairs": pairs, "turned_to": turned[0], "turned_away": turned[1],
                "interval": found.method, "note": one.note,
            }
        )  # fmt: skip
    return rows


def number_rows(
    label: str,
    sides: Sides,
    numbers: Sequence[Outcome],
    grids: Mapping[str, Grid],
    baseline: Counts,
    other: Counts,
) -> tuple[list[Row], list[Row]]:
    """Return rows for every number: mean, Wasserstein distance and Cliff's delta; and quantiles."""
    rows, quantiles = [], []
    for one in numbers:
        grid = grids[one.name]
        spreads = side_by_side(baseline[one.name], other[one.name], grid)
        if spreads.is_empty:
            continue
        mean, pairs = sides.mean(one)
        runs = [int(total.sum()) for total in spreads.totals]
        delta, distance = spreads.superiority(), spreads.wasserstein()
        over = "bootstrap over parameter sets" if sides.by_set else "bootstrap over groups of seeds"
        named = {"arm": label, "outcome": one.name, "label": one.label}
        told = {"bin_width": 0.0 if grid.exact else grid.width, "note": one.note}
        known = {"p_adjusted": math.nan, "effect_size": delta.value, "effect": "Cliff's delta"}
        sizes = {"n_baseline": runs[0], "n_arm": runs[1], "pairs": 0, "interval": over}
        rows.append(
            {
                **named, "measure": "mean", "unit": one.unit, **_difference(mean),
                "low": mean.low, "high": mean.high, "p": mean.p, **known,
                "n_baseline": mean.n_baseline, "n_arm": mean.n_other, "pairs": pairs,
                "interval": mean.method, **told,
            }
        )  # fmt: skip
        nothing = {"baseline": math.nan, "in_arm": math.nan}
        for measure, unit, found in (
            ("Wasserstein distance", one.unit, distance),
            ("Cliff's delta", "share of pairs drawn at random", delta),
        ):
            more = {**nothing, **_interval(found), **known, **sizes, **told}
            rows.append({**named, "measure": measure, "unit": unit, **more})
        for share, before, after, found in spreads.quantile_differences():
            more = {"unit": one.unit, "baseline": before, "in_arm": after, **_interval(found)}
            quantiles.append({**named, "quantile": share, **more, **known, **sizes, **told})
    return rows, quantiles


def _difference(found: Difference) -> Row:
    return {"baseline": found.baseline, "in_arm": found.other, "difference": found.difference}


def _interval(found: Interval) -> Row:
    return {"difference": found.value, "low": found.low, "high": found.high, "p": found.p}


def flow_rows(label: str, sides: Sides) -> list[Row]:
    """Return how many pairs went from each end state of the baseline to each of the other."""
    if not sides.paired:
        return []
    counts = sides.pairs.groupby(["before", "after"])["pairs"].sum()
    known = [*END_STATES[1:], END_STATES[0]]
    rows = []
    for before in known:
        own = [int(counts.get((before, after), 0)) for after in known]
        of = sum(own)
        for after, pairs in zip(known, own, strict=True):
            share, of_before = pairs / sides.count, pairs / of if of else math.nan
            rows.append(dict(zip(FLOWS, (label, before, after, pairs, share, of_before),
                                 strict=True)))  # fmt: skip
    return rows


def adjust(tables: Sequence[pd.DataFrame]) -> None:
    """Fill ``p_adjusted`` over all tests in some tables."""
    held = [table for table in tables if len(table)]
    every = adjusted(np.concatenate([table["p"].to_numpy(dtype=float) for table in held]))
    begun = 0
    for table in held:
        table["p_adjusted"] = every[begun : begun + len(table)]
        begun += len(table)


def incidence_of(labels: Sequence[str], facts: Sequence[Facts]) -> pd.DataFrame:
    """Return the cumulative incidence of end states and of the first truce, for every label."""
    parts = []
    for label, fact in zip(labels, facts, strict=True):
        ends = fact.ends
        states = ends["end_state"].astype(str).to_numpy(dtype=object)
        ended = ends["ended_week"].to_numpy(dtype=float)
        truce = ends["first_truce_week"].to_numpy(dtype=float)
        events = np.where(states == END_STATES[0], CENSORED, states)
        first = np.where(
            np.isfinite(truce),
            FIRST_TRUCE,
            [f"{name}, without a truce" if name else CENSORED for name in events],
        )
        for about, weeks, came in (
            (ENDS, ended, events),
            (FIRST_TRUCE, np.where(np.isfinite(truce), truce, ended), first),
        ):
            table = cumulative_incidence(weeks, came, ends["runs"].to_numpy())
            table.insert(0, "about", about)
            table.insert(0, "arm", label)
            parts.append(table)
    filled = [part for part in parts if len(part)]
    return pd.concat(filled or parts[:1], ignore_index=True)


NULLS = {"truce": "truce", "ends": "permanent ceasefire"}
"""Which share the observable of a null model is about."""


def null_rows(shares: pd.DataFrame, weeks: float, labels: Sequence[str]) -> pd.DataFrame:
    """Return what null models give, beside each share: columns ``share in LABEL``."""
    rows = []
    for observable, outcome in NULLS.items():
        own = shares[shares["outcome"] == outcome]
        shares_of: Row = {labels[0]: own["baseline"].iloc[0]} if len(own) else {}
        shares_of |= dict(zip(own["arm"], own["in_arm"], strict=True))
        # A label may be called as another column is.
        values = {f"share in {label}": share for label, share in shares_of.items()}
        for null in nulls(base_rates(), observable, weeks):
            facts = {"value": null.value, "low": null.low, "high": null.high}
            told = {"how": null.how, "source": null.source}
            named: Row = {"outcome": outcome, "null": null.name}
            rows.append({**named, **facts, **values, **told})
    return pd.DataFrame(rows)


def distribution_rows(
    labels: Sequence[str],
    numbers: Sequence[Outcome],
    grids: Mapping[str, Grid],
    counts: Sequence[Counts],
) -> pd.DataFrame:
    """Return the share of runs up to each value of every number, for every label."""
    parts = []
    for one in numbers:
        grid = grids[one.name]
        for label, of in zip(labels, counts, strict=True):
            total = of[one.name][1].sum(axis=0)
            if not total.sum():
                continue
            edge = 0.0 if grid.exact else grid.width
            values = grid.low + np.arange(grid.bins) * grid.width + edge
            upto = np.cumsum(total) / total.sum()
            kept = total > 0
            parts.append(
                pd.DataFrame({"arm": label, "outcome": one.name, "value": values[kept],
                              "runs_up_to": upto[kept], "n": int(total.sum())})
            )  # fmt: skip
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
