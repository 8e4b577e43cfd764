"""What a sweep shows, in plain words."""

from collections.abc import Sequence

import pandas as pd

from ceasefire.experiments.design.design import Design
from ceasefire.experiments.design.dimensions import Dimension, value_words
from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.style.words import DASH, MINUS, amount, counted, interval, plain
from ceasefire.experiments.sweeps.pairing import contrast
from ceasefire.model.case.settings import shown


def at_words(dimensions: Sequence[Dimension], row: pd.Series) -> str:
    """Say where a point is, in as few words as it takes."""
    return ", ".join(
        f"{one.label}{':' if one.change == 'choose' else ''} {value_words(row[one.name])}"
        for one in dimensions
    )


def findings(results: ResultsFolder, outcome: Outcome) -> list[str]:
    """Return sentences on where the outcome is lowest and highest, and whether dimensions add up.

    Args:
        results: The results.
        outcome: The outcome.
    """
    design = results.design
    table = results.by_point(outcome).dropna(subset=["mean"])
    if table.empty:
        return ["No run has finished."]
    few, many = int(table["runs"].min()), int(table["runs"].max())
    runs = counted(few, "run") if few == many else f"{plain(few)} to {counted(many, 'run')}"
    found = [
        f"{counted(len(table), 'point')} of {runs} each; measured: {outcome.label}. "
        "Intervals are 95 %, over runs."
    ]
    ordered = table.sort_values("mean", kind="stable")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    if len(table) == 1:
        return found
    found.append(
        f"Lowest, {_told(outcome, low)}, at {at_words(design.dimensions, low)}. "
        f"Highest, {_told(outcome, high)}, at {at_words(design.dimensions, high)}."
    )
    found += apart(results, outcome, int(low["point"]), int(high["point"]))
    if (
        design.plan == "grid"
        and len(design.dimensions) == 2
        and not any(one.change == "choose" for one in design.dimensions)
    ):
        found += corners(results, outcome, table)
    return found


def corners(results: ResultsFolder, outcome: Outcome, table: pd.DataFrame) -> list[str]:
    """Say what each of two dimensions does alone, from end to end, and both together."""
    first, second = results.design.dimensions
    ends = [(one.values[0], one.values[-1]) for one in (first, second)]

    def corner(i: int, j: int) -> pd.Series:
        at = (table[first.name] == ends[0][i]) & (table[second.name] == ends[1][j])
        return table[at].iloc[0] if at.any() else pd.Series(dtype=float)

    rows = [corner(0, 0), corner(1, 0), corner(0, 1), corner(1, 1)]
    if any(row.empty for row in rows):
        return []
    none, one, other, both = (float(row["mean"]) for row in rows)
    at = [value_words(pair[0]) for pair in ends]
    said = (
        f"From one end of its range to the other, {first.label} takes it from "
        f"{amount(none, outcome)} to {amount(one, outcome)} while {second.label} is {at[1]}; "
        f"{second.label} to {amount(other, outcome)} while {first.label} is {at[0]}; both at their "
        f"far ends, {amount(both, outcome)}."
    )
    numbers = [int(row["point"]) for row in rows]
    found = contrast(results, outcome, dict(zip(numbers, (1.0, -1.0, -1.0, 1.0), strict=True)))
    if not results.design.common or found is None:
        return [said]
    beyond, low, high = found.mean, found.low, found.high
    tail = f"Beyond the sum of both that is {change_words(outcome, beyond, low, high)}: "
    if low > 0.0:
        tail += "each does more where the other is there."
    elif high < 0.0:
        tail += "each does part of what the other does."
    else:
        tail += "no sign that they interact."
    return [said, tail]


def apart(results: ResultsFolder, outcome: Outcome, low: int, high: int) -> list[str]:
    """Say how far two points lie apart, run by run, where they met the same seeds."""
    if not results.design.common:
        return []
    found = contrast(results, outcome, {high: 1.0, low: -1.0})
    if found is None:
        return []
    said = f"Run by run these two differ by {change_words(outcome, *found.ends)}"
    if found.low <= 0.0:
        return [f"{said}: no difference can be told."]
    return [f"{said}; picked as the extremes, they may truly differ by less."]


def change_words(outcome: Outcome, mean: float, low: float, high: float) -> str:
    """Word a difference with its interval: ``+2.1 points (0.4 to 3.8)``."""
    if outcome.is_share:
        words = f"{100 * mean:+.1f} points ({100 * low:+.1f} to {100 * high:+.1f})"
    else:
        words = f"{mean:+.3g} {outcome.unit} ({low:+.3g} to {high:+.3g})"
    return words.replace("-", MINUS)


def _told(outcome: Outcome, row: pd.Series) -> str:
    return f"{amount(row['mean'], outcome)} ({interval(row['low'], row['high'], outcome)})"


def design_words(design: Design) -> list[str]:
    """Say what a design asks, what it varies, and how much of it is run."""
    lines = [design.question] if design.question else []
    lines += [f"{one.words}: {range_words(one)}" for one in design.dimensions]
    sets = len(design.draw.sets)
    over = f", over {sets} fitted sets" if sets > 1 else ""
    lines.append(
        f"{counted(len(design.points), 'point')} ({design.plan}), "
        f"{counted(design.runs, 'run')} each, case {design.case.name}{over}."
    )
    return lines


def range_words(one: Dimension) -> str:
    """Say which values a dimension takes."""
    if one.sampled:
        return f"{shown(one.low)} {DASH} {shown(one.high)} {one.unit}"
    if len(one.values) > 6:
        return f"{value_words(one.values[0])} {DASH} {value_words(one.values[-1])} {one.unit}, " + (
            f"{len(one.values)} values"
        )
    words = [value_words(value) for value in one.values]
    return (
        f"{('; ' if any(',' in word for word in words) else ', ').join(words)} {one.unit}".rstrip()
    )
