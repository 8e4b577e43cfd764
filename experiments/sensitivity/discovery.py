"""Scenario discovery: the part of the space of levers in which an outcome is likely, as boxes.

The patient rule induction method (Friedman and Fisher 1999) peels thin slices off the space until
what is left holds mostly points of interest; Bryant and Lempert (2010) read its boxes as scenarios,
by how many of the points of interest they hold (coverage) and how pure they are (density).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.design.design import Design
from ceasefire.experiments.sensitivity.boxes import Box, boxes_of
from ceasefire.experiments.sensitivity.indices import Means
from ceasefire.experiments.style.refusals import RefusedError

Array = np.ndarray[Any, Any]

QUARTER, TENTH = 0.75, 0.9
"""Quantiles above which points count as of interest, if no level is given, or none reaches it."""

FEWEST = 20
"""Points below which no box is looked for."""


@dataclass(frozen=True)
class Discovery:
    """What was discovered.

    Attributes:
        boxes: The boxes.
        interesting: Whether each point is of interest, shape (points,).
        level: The outcome's mean from which a point is of interest.
        why: How that level came about, in words.
        base: Share of all points that are of interest.
    """

    boxes: tuple[Box, ...]
    interesting: Array
    level: float
    why: str
    base: float

    def table(self) -> pd.DataFrame:
        """Return one row for each limit of each box."""
        rows = [
            {
                "box": box.number,
                "lever": limit.lever.name,
                "label": limit.lever.words,
                "unit": limit.lever.unit,
                "low": limit.low,
                "high": limit.high,
                "values": ", ".join(limit.words),
                "p_low": limit.p_low,
                "p_high": limit.p_high,
                "coverage": box.coverage,
                "density": box.density,
                "mass": box.mass,
                "points": box.points,
            }
            for box in self.boxes
            for limit in box.limits
        ]
        return pd.DataFrame(rows, columns=BOX_COLUMNS)

    def paths(self) -> pd.DataFrame:
        """Return the steps that led to each box."""
        found = [box.path.assign(box=box.number) for box in self.boxes]
        return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=PATH_COLUMNS)


BOX_COLUMNS = ["box", "lever", "label", "unit", "low", "high", "values", "p_low", "p_high",
               "coverage", "density", "mass", "points"]  # fmt: skip
PATH_COLUMNS = ["step", "coverage", "density", "restricted", "points", "chosen", "pruned", "box"]


def of_interest(means: Array, likely: float | None) -> tuple[Array, float, str]:
    """Return which points are of interest, from which level on, and why that level.

    Args:
        means: The outcome's mean at each point.
        likely: The level that counts as likely; the top quarter of the points if not given.

    Returns:
        All False where every point is alike.
    """
    if likely is None:
        level = float(np.quantile(means, QUARTER))
        why = "the highest quarter of the points"
    elif (means >= likely).any():
        return means >= likely, likely, "the level that was asked for"
    else:
        level = float(np.quantile(means, TENTH))
        why = f"the highest tenth of the points, as none reaches the {likely:g} that was asked for"
    chosen = means >= level
    if chosen.all():
        # Many points are alike at the bottom: those above it stand out.
        chosen = means > level
        level = float(means[chosen].min()) if chosen.any() else level
        why = f"all points above the lowest, as most are alike, instead of {why}"
    return chosen, level, why


def discover(
    design: Design, means: Means, likely: float | None = None, chosen: Sequence[int] | None = None
) -> Discovery:
    """Look for boxes of levers in which an outcome is likely.

    Args:
        design: The design whose points were run.
        means: The outcome at each of them.
        likely: The level that counts as likely; the top quarter of the points if not given.
        chosen: Numbers of the points to look at; all by default. Points should be independent.

    Raises:
        RefusedError: If the EMA workbench is not installed, or there are too few points.
    """
    numbers = np.arange(len(design.points)) if chosen is None else np.asarray(chosen)
    if len(numbers) < FEWEST:
        raise RefusedError(
            f"points: found {len(numbers)}; allowed: at least {FEWEST} for scenario discovery."
        )
    interesting, level, why = of_interest(means.mean[numbers], likely)
    boxes: tuple[Box, ...] = ()
    if interesting.any() and not interesting.all():
        table = levers_table(design, numbers)
        boxes = boxes_of(table, interesting, design.dimensions)
    return Discovery(boxes, interesting, level, why, float(np.mean(interesting)))


def levers_table(design: Design, numbers: Sequence[int] | Array) -> pd.DataFrame:
    """Return the values of the levers at some points, numbers as floats and the rest as words."""
    columns: dict[str, Any] = {}
    for one in design.dimensions:
        values = [design.points[int(i)].values[one.name] for i in numbers]
        if any(isinstance(value, bool | str) for value in values):
            columns[one.name] = pd.Series([str(value) for value in values], dtype=object)
        else:
            columns[one.name] = [float(value) for value in values]
    return pd.DataFrame(columns)
