"""The tables of a comparison as people read them: in a report, on a page and on the screen."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ceasefire.experiments.comparison.found import Comparison
from ceasefire.experiments.comparison.words import (
    CORRECTION,
    amount,
    capital,
    decimals,
    keyed,
    number_notes,
    points,
)
from ceasefire.experiments.style.words import percent, plain
from ceasefire.model.world.outcome import END_STATES


@dataclass(frozen=True)
class Shown:
    """A table with its cells in words.

    Attributes:
        name: Name of the table that it is taken from.
        title: Its heading.
        under: What a reader should know, in a sentence or two.
        heads: Heads of the columns.
        rows: The cells, row by row.
        words: How many of the first columns are words; the others are numbers.
    """

    name: str
    title: str
    under: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1


CORRECTED = f"Corrected p-values are over all tests of the comparison ({CORRECTION})."

PERIODS = 4
"""Parts of the time to the horizon at whose ends the table of incidences is shown."""


def shown_tables(comparison: Comparison) -> Iterator[Shown]:
    """Return the tables, in the order in which a report has them."""
    yield arms_shown(comparison)
    yield shares_shown(comparison)
    if len(comparison.flows):
        yield flows_shown(comparison)
    yield incidence_shown(comparison)
    if len(comparison.numbers):
        yield numbers_shown(comparison)
        yield quantiles_shown(comparison)
    yield nulls_shown(comparison)


def probability(p: float) -> str:
    """Word a p-value: never a bare 0."""
    if not math.isfinite(p):
        return "unknown"
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def arms_shown(comparison: Comparison) -> Shown:
    """Show what is compared."""
    rows = tuple(
        (row["arm"], row["asked_for"], row["case"] or "unknown", plain(row["points"]),
         plain(row["parameter_sets"]), plain(row["runs"]),
         f"{row['first_seed']} to {row['last_seed']}")
        for row in comparison.arms.to_dict("records")
    )  # fmt: skip
    heads = ("arm", "asked for as", "case", "points", "parameter sets", "runs", "seeds")
    under = "The first arm is the baseline; each other one is held against it."
    return Shown("arms", "What is compared", under, heads, rows, 3)


def shares_shown(comparison: Comparison) -> Shown:
    """Show the differences of shares."""
    rows = []
    for row in map(keyed, comparison.shares.to_dict("records")):
        turned = f"{plain(row['turned_to'])} / {plain(row['turned_away'])}" if row["pairs"] else ""
        rows.append(
            (row["arm"], capital(row["outcome"]), percent(row["baseline"]), percent(row["in_arm"]),
             points(row, "difference"), f"{points(row, 'low')} to {points(row, 'high')}",
             probability(row["p"]), probability(row["p_adjusted"]),
             decimals(row["effect_size"], 2), plain(row["n_baseline"]), plain(row["n_arm"]),
             plain(row["pairs"]), turned)
        )  # fmt: skip
    heads = ("arm", "share of runs", "baseline", "in the arm", "difference, points",
             "95 % interval", "p", "p corrected", "Cohen's h", "n baseline", "n arm", "pairs",
             "turned to / away")  # fmt: skip
    over = " and ".join(comparison.shares["interval"].drop_duplicates())
    under = f"Differences in percentage points; intervals {over}. {CORRECTED}"
    return Shown("shares", "How often", under, heads, tuple(rows), 2)


def flows_shown(comparison: Comparison) -> Shown:
    """Show how pairs ended in the baseline and in the arm."""
    states = [*END_STATES[1:], END_STATES[0]]
    rows = []
    for (arm, before), own in comparison.flows.groupby(["arm", "before"], sort=False):
        cells = own.set_index("after").loc[states]
        words = [
            f"{plain(pairs)} ({percent(share)})" if pairs else "0"
            for pairs, share in zip(cells["pairs"], cells["share_of_before"], strict=True)
        ]
        rows.append((str(arm), capital(str(before)), *words))
    heads = ("arm", "in the baseline", *(f"in the arm: {state}" for state in states))
    under = "Pairs of runs with the same parameter set and seed; in brackets the share of the row."
    return Shown("flows", "From which end state to which", under, heads, tuple(rows), 2)


def incidence_shown(comparison: Comparison) -> Shown:
    """Show the cumulative incidence at the ends of a few periods."""
    weeks = np.round(comparison.weeks * np.arange(1, PERIODS + 1) / PERIODS, 2)
    rows = []
    groups = comparison.incidence.groupby(["about", "event", "arm"], sort=False)
    for (_, event, arm), own in groups:
        cells = []
        for week in weeks:
            upto = own[own["week"] <= week]
            row = upto.iloc[-1] if len(upto) else None
            cells.append(
                "none" if row is None else
                f"{percent(row['incidence'])} ({percent(row['low'])} to {percent(row['high'])})"
            )  # fmt: skip
        rows.append((capital(str(event)), str(arm), *cells))
    rows.sort(key=lambda row: row[0])
    heads = ("event", "arm", *(f"by week {week:g}" for week in weeks))
    under = (
        "Cumulative incidence (Aalen and Johansen 1978) with 95 % intervals over runs, given the "
        "parameter sets, for each week by itself; every week is in the file."
    )
    return Shown("incidence", "By which week", under, heads, tuple(rows), 2)


def numbers_shown(comparison: Comparison) -> Shown:
    """Show the differences of means, the distances and Cliff's deltas."""
    rows = []
    for (arm, _), own in comparison.numbers.groupby(["arm", "outcome"], sort=False):
        by = {row["measure"]: keyed(row) for row in own.to_dict("records")}
        mean, distance, delta = by["mean"], by["Wasserstein distance"], by["Cliff's delta"]
        width = mean["bin_width"]
        rows.append(
            (str(arm), capital(mean["label"]), mean["unit"], amount(mean["baseline"], mean, False),
             amount(mean["in_arm"], mean, False), amount(mean["difference"], mean), ends(mean),
             probability(mean["p"]), probability(mean["p_adjusted"]),
             f"{amount(distance['difference'], distance, False)} ({ends(distance, False)}); "
             f"p corrected {probability(distance['p_adjusted'])}",
             f"{decimals(delta['difference'], 2)} ({decimals(delta['low'], 2)} to "
             f"{decimals(delta['high'], 2)})",
             percent((1.0 + delta["difference"]) / 2.0), plain(mean["n_baseline"]),
             plain(mean["n_arm"]), plain(mean["pairs"]), f"{width:.3g}" if width else "exact")
        )  # fmt: skip
    heads = ("arm", "number", "unit", "mean, baseline", "mean, arm", "difference", "95 % interval",
             "p", "p corrected", "Wasserstein distance", "Cliff's delta",
             "probability of superiority", "n baseline", "n arm", "pairs",
             "bin width")  # fmt: skip
    over = " and ".join(comparison.numbers["interval"].drop_duplicates())
    under = (
        f"Intervals {over}. A Wasserstein distance is never below zero: only its p-value says "
        f"whether the arms differ. {CORRECTED} {' '.join(number_notes(comparison.numbers))}"
    )
    return Shown("numbers", "How much", under, heads, tuple(rows), 3)


def quantiles_shown(comparison: Comparison) -> Shown:
    """Show the differences of quantiles."""
    rows = []
    for row in map(keyed, comparison.quantiles.to_dict("records")):
        before, after = (amount(row[key], row, False) for key in ("baseline", "in_arm"))
        rows.append(
            (row["arm"], capital(row["label"]), row["unit"], f"{100 * row['quantile']:.0f} %",
             before, after, amount(row["difference"], row), ends(row), probability(row["p"]),
             probability(row["p_adjusted"]), plain(row["n_baseline"]), plain(row["n_arm"]))
        )  # fmt: skip
    heads = ("arm", "number", "unit", "quantile", "baseline", "in the arm", "difference",
             "95 % interval", "p", "p corrected", "n baseline", "n arm")  # fmt: skip
    over = " and ".join(comparison.quantiles["interval"].drop_duplicates())
    under = f"Intervals: {over}. {CORRECTED}"
    return Shown("quantiles", "Where in the distribution", under, heads, tuple(rows), 3)


def nulls_shown(comparison: Comparison) -> Shown:
    """Show what null models give, beside the arms."""
    labels = comparison.labels
    rows = tuple(
        (capital(row["outcome"]), row["null"], row["how"], row["source"], interval(row),
         *(percent(row[f"share in {label}"]) for label in labels))
        for row in comparison.nulls.to_dict("records")
    )  # fmt: skip
    heads = ("share of runs", "null model", "how", "source", "it gives", *labels)
    under = (
        f"What chance or other wars would give in {comparison.weeks:g} weeks. A share that a null "
        "model gives as well tells nothing about the mechanisms."
    )
    return Shown("nulls", "Beside null models", under, heads, rows, 4)


def interval(row: dict[Any, Any]) -> str:
    """Word a share with its interval, where it has one."""
    if row["low"] == row["high"]:
        return percent(row["value"])
    return f"{percent(row['value'])} ({percent(row['low'])} to {percent(row['high'])})"


def ends(row: dict[str, Any], plus: bool = True) -> str:
    """Word an interval of a number."""
    return f"{amount(row['low'], row, plus)} to {amount(row['high'], row, plus)}"
