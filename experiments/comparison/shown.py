"""The tables of a comparison as people read them, each with its picture."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from ceasefire.experiments.comparison.found import Comparison
from ceasefire.experiments.comparison.pictures import (
    flows_picture,
    incidence_picture,
    shares_picture,
)
from ceasefire.experiments.comparison.pictures_numbers import (
    distributions_picture,
    quantiles_picture,
)
from ceasefire.experiments.comparison.words import (
    CORRECTION,
    is_told,
    number_notes,
    points,
    worth,
)
from ceasefire.experiments.style.report import Cell, Row, Section, known, records, table_of
from ceasefire.experiments.style.words import capital, decimals, percent, plain
from ceasefire.model.world.outcome import END_STATES

CORRECTED = f"Corrected p-values are over all tests of the comparison ({CORRECTION})."

STANDS = "in bold what stands once all tests are counted"

PERIODS = 4
"""Parts of the time to the horizon at whose ends the table of incidences is shown."""


def sections_of(comparison: Comparison) -> Iterator[Section]:
    """Return the tables with their pictures, in the order in which a report has them."""
    yield arms_shown(comparison)
    yield shares_shown(comparison)
    if len(comparison.flows):
        yield flows_shown(comparison)
    yield incidence_shown(comparison)
    if len(comparison.numbers):
        yield numbers_shown(comparison)
        yield quantiles_shown(comparison)
    yield nulls_shown(comparison)


def arms_shown(comparison: Comparison) -> Section:
    """Show what is compared."""
    columns: dict[str, Cell] = {
        "arm": "arm",
        "asked for as": "asked_for",
        "case": lambda row: row["case"] or "unknown",
        "points": count("points"),
        "parameter sets": count("parameter_sets"),
        "runs": count("runs"),
        "seeds": lambda row: f"{row['first_seed']} to {row['last_seed']}",
    }
    text = "The first arm is the baseline; each other one is held against it."
    table = table_of(comparison.arms, columns, words=3)
    return Section("What is compared", "", text, table, where="page")


def shares_shown(comparison: Comparison) -> Section:
    """Show the differences of shares."""

    def turned(row: Row) -> str:
        both = f"{plain(row['turned_to'])} / {plain(row['turned_away'])}"
        return both if row["pairs"] else ""

    columns: dict[str, Cell] = {
        "arm": "arm",
        "share of runs": lambda row: capital(row["outcome"]),
        "baseline": lambda row: percent(row["baseline"]),
        "in the arm": lambda row: percent(row["in_arm"]),
        "difference, points": lambda row: points(row, "difference"),
        "95 % interval": lambda row: f"{points(row, 'low')} to {points(row, 'high')}",
        "p": lambda row: probability(row["p"]),
        "p corrected": lambda row: probability(row["p_adjusted"]),
        "Cohen's h": lambda row: decimals(row["effect_size"], 2),
        "n baseline": count("n_baseline"),
        "n arm": count("n_arm"),
        "pairs": count("pairs"),
        "turned to / away": turned,
    }
    table = table_of(comparison.shares, columns, words=2, strong=is_told, apart=True,
                     brief=tuple(columns)[:6])  # fmt: skip
    over = " and ".join(comparison.shares["interval"].drop_duplicates())
    text = f"Differences in percentage points; intervals {over}. {CORRECTED}"
    return Section("How often", STANDS, text, table, partial(shares_picture, comparison))


def flows_shown(comparison: Comparison) -> Section:
    """Show how pairs ended in the baseline and in the arm."""
    states = [*END_STATES[1:], END_STATES[0]]
    rows = []
    for (arm, before), pairs in comparison.flows.groupby(["arm", "before"], sort=False):
        own = {row["after"]: row for row in records(pairs)}
        rows.append({"arm": str(arm), "before": capital(str(before)), **own})

    def cell(state: str) -> Cell:
        return lambda row: (
            f"{plain(row[state]['pairs'])} ({percent(row[state]['share_of_before'])})"
            if row[state]["pairs"]
            else "0"
        )

    columns: dict[str, Cell] = {"arm": "arm", "in the baseline": "before"}
    columns |= {f"in the arm: {state}": cell(state) for state in states}
    text = "Pairs of runs with the same parameter set and seed; in brackets the share of the row."
    table = table_of(rows, columns, words=2)
    draw = partial(flows_picture, comparison)
    return Section("From which end state to which", "", text, table, draw, where="page")


def incidence_shown(comparison: Comparison) -> Section:
    """Show the cumulative incidence at the ends of a few periods."""
    weeks = np.round(comparison.weeks * np.arange(1, PERIODS + 1) / PERIODS, 2)
    rows = []
    groups = comparison.incidence.groupby(["about", "event", "arm"], sort=False)
    for (_, event, arm), table in groups:
        rows.append({"event": capital(str(event)), "arm": str(arm), "table": table})
    rows.sort(key=lambda row: str(row["event"]))

    def by(week: float) -> Cell:
        def words(row: Row) -> str:
            upto = row["table"][row["table"]["week"] <= week]
            if not len(upto):
                return "none"
            return with_ends(records(upto.iloc[[-1]])[0], "incidence")

        return words

    columns: dict[str, Cell] = {"event": "event", "arm": "arm"}
    columns |= {f"by week {week:g}": by(week) for week in weeks}
    text = (
        "Cumulative incidence (Aalen and Johansen 1978) with 95 % intervals over runs, given the "
        "parameter sets, for each week by itself; every week is in the file."
    )
    draw = partial(incidence_picture, comparison)
    shown = table_of(rows, columns, words=2)
    return Section("By which week", "", text, shown, draw, where="page")


def numbers_shown(comparison: Comparison) -> Section:
    """Show the differences of means, the distances and Cliff's deltas."""
    rows = []
    for _, own in comparison.numbers.groupby(["arm", "outcome"], sort=False):
        by = {row["measure"]: row for row in records(own)}
        rows.append({**by["mean"], "far": by["Wasserstein distance"], "delta": by["Cliff's delta"]})

    def distance(row: Row) -> str:
        far = row["far"]
        return (
            f"{worth(far['difference'], far, False)} ({ends(far, False)}); "
            f"p corrected {probability(far['p_adjusted'])}"
        )

    def delta(row: Row) -> str:
        value, low, high = (decimals(row["delta"][key], 2) for key in ("difference", "low", "high"))
        return f"{value} ({low} to {high})"

    columns: dict[str, Cell] = {
        "arm": "arm",
        "number": lambda row: capital(row["label"]),
        "unit": "unit",
        "mean, baseline": lambda row: worth(row["baseline"], row, False),
        "mean, arm": lambda row: worth(row["in_arm"], row, False),
        "difference": lambda row: worth(row["difference"], row),
        "95 % interval": ends,
        "p": lambda row: probability(row["p"]),
        "p corrected": lambda row: probability(row["p_adjusted"]),
        "Wasserstein distance": distance,
        "Cliff's delta": delta,
        "probability of superiority": lambda row: percent((1.0 + row["delta"]["difference"]) / 2.0),
        "n baseline": count("n_baseline"),
        "n arm": count("n_arm"),
        "pairs": count("pairs"),
        "bin width": lambda row: f"{row['bin_width']:.3g}" if row["bin_width"] else "exact",
    }
    table = table_of(rows, columns, words=3, strong=is_told, apart=True,
                     brief=tuple(columns)[:7])  # fmt: skip
    over = " and ".join(comparison.numbers["interval"].drop_duplicates())
    text = (
        f"Intervals {over}. A Wasserstein distance is never below zero: only its p-value says "
        f"whether the arms differ. {CORRECTED}"
    )
    draw = partial(distributions_picture, comparison)
    return Section("How much", STANDS, text, table, draw, number_notes(comparison.numbers))


def quantiles_shown(comparison: Comparison) -> Section:
    """Show the differences of quantiles."""
    columns: dict[str, Cell] = {
        "arm": "arm",
        "number": lambda row: capital(row["label"]),
        "unit": "unit",
        "quantile": lambda row: f"{100 * row['quantile']:.0f} %",
        "baseline": lambda row: worth(row["baseline"], row, False),
        "in the arm": lambda row: worth(row["in_arm"], row, False),
        "difference": lambda row: worth(row["difference"], row),
        "95 % interval": ends,
        "p": lambda row: probability(row["p"]),
        "p corrected": lambda row: probability(row["p_adjusted"]),
        "n baseline": count("n_baseline"),
        "n arm": count("n_arm"),
    }
    over = " and ".join(comparison.quantiles["interval"].drop_duplicates())
    text = f"Intervals: {over}. {CORRECTED}"
    table = table_of(comparison.quantiles, columns, words=3, strong=is_told)
    draw = partial(quantiles_picture, comparison)
    return Section("Where in the distribution", "", text, table, draw, where="page")


def nulls_shown(comparison: Comparison) -> Section:
    """Show what null models give, beside the arms."""

    def share(label: str) -> Cell:
        return lambda row: percent(row[f"share in {label}"])

    columns: dict[str, Cell] = {
        "share of runs": lambda row: capital(row["outcome"]),
        "null model": "null",
        "how": "how",
        "source": "source",
        "it gives": lambda row: with_ends(row, "value"),
        **{label: share(label) for label in comparison.labels},
    }
    text = (
        f"What chance or other wars would give in {comparison.weeks:g} weeks. A share that a null "
        "model gives as well tells nothing about the mechanisms."
    )
    table = table_of(comparison.nulls, columns, words=4)
    return Section("Beside null models", "", text, table, where="page")


def count(name: str) -> Cell:
    """Return what words a count."""
    return lambda row: plain(row[name])


def probability(p: float) -> str:
    """Word a p-value: never a bare 0."""
    if known(p) is None:
        return "unknown"
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def with_ends(row: Row, name: str) -> str:
    """Word a share with its interval, where it has one."""
    if name == "value" and row["low"] == row["high"]:
        return percent(row[name])
    return f"{percent(row[name])} ({percent(row['low'])} to {percent(row['high'])})"


def ends(row: Row, plus: bool = True) -> str:
    """Word an interval of a number."""
    return f"{worth(row['low'], row, plus)} to {worth(row['high'], row, plus)}"
