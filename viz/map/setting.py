"""What a reader asks of a map: the level of the thick line, and the setting of the address."""

import math
from collections.abc import Mapping

from ceasefire.experiments.design.dimensions import Dimension
from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.style.words import listed
from ceasefire.model.case.case import Case
from ceasefire.viz.levers.lever import levers
from ceasefire.viz.page.address import as_number
from ceasefire.viz.planes.plane import Plane


def level_of(text: str, outcome: Outcome) -> tuple[float | None, str]:
    """Read the level of the thick line.

    Args:
        text: What was typed: per cent where the outcome is a share; empty for no line.
        outcome: The outcome.

    Returns:
        The level, if any, and what is wrong with the text, if anything.
    """
    typed = text.strip().rstrip("%").strip().replace(",", ".")
    if not typed:
        return None, ""
    unit = "per cent from 0 to 100" if outcome.is_share else outcome.unit
    value = as_number(typed)
    if not math.isfinite(value) or (outcome.is_share and not 0.0 <= value <= 100.0):
        return None, f"Found {text.strip()[:20]!r}; allowed: a number, in {unit}."
    return (value / 100.0 if outcome.is_share else value), ""


def untouched(one: Dimension, case: Case) -> float:
    """Return the value of a dimension that leaves the case as it is."""
    if one.change == "add":
        return 0.0
    if one.change == "times":
        return 1.0
    return float(case.settings[one.names[0]].value) if one.names[0] in case.settings else 0.0


def mark_of(asked: Mapping[str, str], plane: Plane) -> tuple[tuple[float, float] | None, list[str]]:
    """Return the setting that the address names on a plane, and what is wrong with it.

    A lever that the address leaves out is where the case has it; with neither there is none.
    """
    if not any(one.name in asked for one in (plane.across, plane.up)):
        return None, []
    found, wrong = [], []
    for one in (plane.across, plane.up):
        low, high = float(one.values[0]), float(one.values[-1])
        text = asked.get(one.name)
        value = untouched(one, plane.design.case) if text is None else as_number(text)
        if not low <= value <= high:
            shown = (text or f"{value:g}")[:20]
            wrong.append(f"{one.name}: found {shown!r}; allowed: {low:g} to {high:g}.")
        found.append(value)
    return (None if wrong else (found[0], found[1])), wrong


def elsewhere_words(asked: Mapping[str, str], plane: Plane) -> list[str]:
    """Say which levers of the address the map does not follow."""
    on_it = (plane.across.name, plane.up.name)
    others = [one.label for name, one in levers().items() if name in asked and name not in on_it]
    if not others:
        return []
    return [f"On the map all else is as the case has it, whatever was set: {listed(others)}."]
