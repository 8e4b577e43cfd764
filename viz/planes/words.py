"""What a map says, in words."""

from typing import Any

from ceasefire.experiments.design.dimensions import value_words
from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.style.words import amount, capital, counted, interval
from ceasefire.viz.planes.plane import Plane, at, extremes, known, reaches


def cell_words(outcome: Outcome, row: Any) -> str:
    """Say what a point gave: the value, its interval, of how many runs."""
    runs = float(row["runs"])
    if not known(float(row["mean"])):
        return "not run yet"
    return (
        f"{amount(float(row['mean']), outcome)} "
        f"({interval(float(row['low']), float(row['high']), outcome)}), {counted(runs, 'run')}"
    )


def short(outcome: Outcome, value: float) -> str:
    """Word a value as short as it can be."""
    if outcome.is_share:
        return f"{100 * value:.3g} %"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def sentence(plane: Plane, name: str, level: float | None) -> str:
    """Say what to see on the map: what each dimension does alone, and both together."""
    outcome = plane.outcomes[name]
    ends = extremes(plane, name)
    if ends is None:
        return "No run of this plane is done yet."
    across, up = plane.across, plane.up
    corners = [
        at(plane, name, float(across.values[i]), float(up.values[j]))
        for i, j in ((0, 0), (-1, 0), (0, -1), (-1, -1))
    ]
    what = capital(name if outcome.is_share else outcome.label)
    if all(row is not None for row in corners):
        neither, first, second, both = (
            amount(float(row["mean"]), outcome) for row in corners if row is not None
        )
        of_runs = " of runs" if outcome.is_share else ""
        words = (
            f"{what}: {neither}{of_runs} with both at their low ends; {first} with "
            f"{across.label} at {value_words(across.values[-1])} alone; {second} with {up.label} "
            f"at {value_words(up.values[-1])} alone; {both} with both."
        )
    else:
        low, high = ends
        words = (
            f"{what}, so far: from {amount(float(low['mean']), outcome)} at {where(plane, low)} "
            f"to {amount(float(high['mean']), outcome)} at {where(plane, high)}."
        )
    if level is not None:
        count, total = reaches(plane, name, level), int(plane.cells[name]["mean"].notna().sum())
        at_level = short(outcome, level)
        if count == 0:
            words += f" It reaches {at_level} nowhere on this plane."
        elif count == total:
            words += f" It is {at_level} or more everywhere on this plane."
        else:
            words += f" It is {at_level} or more at {count} of {total} points: the thick line."
    return words


def widest(plane: Plane, name: str) -> float:
    """Return half the widest 95 % interval on a plane."""
    table = plane.cells[name].dropna(subset=["mean"])
    return float((table["high"] - table["low"]).max()) / 2.0


def lost_in_chance(plane: Plane, name: str) -> bool:
    """Whether no point differs from any other by more than the widest interval."""
    ends = extremes(plane, name)
    if ends is None:
        return True
    return float(ends[1]["mean"]) - float(ends[0]["mean"]) <= widest(plane, name)


def chance_words(plane: Plane, name: str) -> str:
    """Say how sure the numbers of the map are."""
    if extremes(plane, name) is None:
        return ""
    outcome, half = plane.outcomes[name], widest(plane, name)
    told = f"{100 * half:.1f} points" if outcome.is_share else f"{half:.3g} {outcome.unit}"
    words = f"Widest 95 % interval: ± {told}."
    if lost_in_chance(plane, name):
        words += " No point differs from another by more: no pattern can be told here."
    return words


def mark_words(plane: Plane, name: str, mark: tuple[float, float]) -> str:
    """Say where the current setting is, and what the map has there."""
    values = (f"{plane.across.label} = {mark[0]:g}", f"{plane.up.label} = {mark[1]:g}")
    row = at(plane, name, *mark)
    told = f": {cell_words(plane.outcomes[name], row)}" if row is not None else ""
    between = "" if row is not None else ", between points that were run"
    return f"◆ The current setting: {values[0]}, {values[1]}{between}{told}."


def where(plane: Plane, row: Any) -> str:
    """Say where a point is."""
    return " and ".join(f"{one.label} {row[one.name]:g}" for one in (plane.across, plane.up))
