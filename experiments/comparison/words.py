"""What a comparison says, in sentences: what differs, by how much, and what cannot be told."""

import math

import pandas as pd

from ceasefire.experiments.comparison.found import Comparison
from ceasefire.experiments.style.report import Row, records
from ceasefire.experiments.style.words import (
    capital,
    counted,
    decimals,
    digits_worth,
    percent,
    plain,
    uncapital,
)

LEVEL = 0.05
"""Share of false findings among those told, that correction for their number allows."""

TINY_H, SMALL_H = 0.05, 0.2
"""Cohen's h below which a difference of shares is called tiny, or small (Cohen 1988)."""

TINY_DELTA, SMALL_DELTA = 0.147, 0.33
"""The same of Cliff's delta, for a difference of numbers (Romano et al. 2006)."""

OF_PEOPLE = ("deaths", "persons")
"""Units of numbers of people: no difference in them is called small, whatever its size."""

CORRECTION = "Benjamini and Hochberg 1995"


def verdicts_of(comparison: Comparison) -> list[str]:
    """Return the sentences: of each arm its pairs, shares and numbers, and at last the correction.

    The sentence on the pairs names the arm, and those that follow it are about that arm.
    """
    found = []
    baseline = comparison.labels[0]
    for row in comparison.pairs.to_dict("records"):
        arm = row["arm"]
        runs = f"“{arm}” held against “{baseline}”: "
        if row["pairs"]:
            found.append(f"{runs}{counted(row['pairs'], 'pair')} of runs. {row['how']}")
        else:
            both = f"{plain(row['runs_arm'])} against {counted(row['runs_baseline'], 'run')}"
            found.append(f"{runs}{both}. {row['how']}")
        shares = comparison.shares[comparison.shares["arm"] == arm]
        found += [share_verdict(row) for row in records(shares)]
        numbers = comparison.numbers
        if len(numbers):
            means = numbers[(numbers["arm"] == arm) & (numbers["measure"] == "mean")]
            found += [number_verdict(row) for row in records(means)]
    found.append(correction_verdict(comparison))
    return found


def share_verdict(row: Row) -> str:
    """Word the difference of a share."""
    name = capital(row["outcome"])
    if not is_told(row):
        return (
            f"{undecided(row, name)} {percent(row['in_arm'])} of runs, and "
            f"{percent(row['baseline'])} in the baseline; interval {points(row, 'low')} to "
            f"{points(row, 'high')} points."
        )
    ends = f"{points(row, 'low', False)} to {points(row, 'high', False)}"
    words = (
        f"{name}: {percent(row['in_arm'])} of runs instead of {percent(row['baseline'])}, "
        f"{points(row, 'difference')} points ({ends})"
    )
    words += sized(abs(row["effect_size"]), TINY_H, SMALL_H)
    if row["pairs"]:
        words += (
            f"; of {counted(row['pairs'], 'pair')} {plain(row['turned_to'])} turned to it and "
            f"{plain(row['turned_away'])} away"
        )
    return words + "."


def number_verdict(row: Row) -> str:
    """Word the difference of a number's mean."""
    name = capital(row["label"])
    unit = row["unit"]
    low, high = worth(row["low"], row), worth(row["high"], row)
    if not is_told(row):
        if not math.isfinite(row["low"]):
            return f"No difference can be told for {uncapital(name)}: too few runs have it."
        return f"{undecided(row, name)} interval {low} to {high} {unit}."
    after, before = (worth(row[key], row, plus=False) for key in ("in_arm", "baseline"))
    words = (
        f"{name}: {after} {unit} on average instead of {before}, "
        f"{worth(row['difference'], row)} ({low} to {high})"
    )
    delta = row["effect_size"]
    if unit not in OF_PEOPLE:
        words += sized(abs(delta), TINY_DELTA, SMALL_DELTA)
    return f"{words}; Cliff's delta {decimals(delta, 2)}."


def number_notes(numbers: pd.DataFrame) -> list[str]:
    """Say what a reader should know of each number, those together of which it is the same."""
    named: dict[str, list[str]] = {}
    for row in numbers.drop_duplicates("outcome").to_dict("records"):
        if row["note"]:
            named.setdefault(row["note"], []).append(uncapital(row["label"]))
    return [f"{note} This goes for {'; '.join(labels)}." for note, labels in named.items()]


def undecided(row: Row, name: str) -> str:
    """Begin the sentence on a difference that cannot be told."""
    words = f"No difference can be told for {uncapital(name)}"
    if row["p"] <= LEVEL < row["p_adjusted"]:
        words += ", as it does not stand once all tests are counted"
    return f"{words}:"


def correction_verdict(comparison: Comparison) -> str:
    """Say what correction for the number of tests has left."""
    tables = [comparison.shares, comparison.numbers, comparison.quantiles]
    tests = pd.concat([table[["p", "p_adjusted"]] for table in tables if len(table)]).dropna()
    before = int((tests["p"] <= LEVEL).sum())
    after = int((tests["p_adjusted"] <= LEVEL).sum())
    return (
        f"Of {counted(len(tests), 'test')}, {plain(before)} fall below {LEVEL:g} one by one, and "
        f"{plain(after)} once they are corrected for their number ({CORRECTION}): of these, about "
        "one in twenty at most may be expected to be due to chance."
    )


def is_told(row: Row) -> bool:
    """Whether a difference stands after correction for the number of tests."""
    return bool(row["p_adjusted"] <= LEVEL)


def sized(size: float, tiny: float, small: float) -> str:
    """Word a difference that is clear and yet small, so that nobody takes it for a large one."""
    if size < tiny:
        return ": clear, but tiny"
    return ": clear, but small" if size < small else ""


def points(row: Row, key: str, plus: bool = True) -> str:
    """Word a difference of shares in percentage points: ``+5.3``, ``−0.04``.

    All of a row have as many digits as its interval is worth.
    """
    digits = digits_worth(100.0 * (row["high"] - row["low"]), least=1)
    return decimals(100.0 * row[key], digits, plus)


def worth(value: float, row: Row, plus: bool = True) -> str:
    """Word a number with as many digits as the interval of its row is worth."""
    return decimals(value, digits_worth(row["high"] - row["low"]), plus)
