"""Boxes of levers in which points of interest are dense: PRIM, by the EMA workbench.

The patient rule induction method (Friedman and Fisher 1999) peels thin slices off the space until
what is left holds mostly points of interest. Of the steps of a peeling one is chosen, and limits
that chance explains are dropped, as Bryant and Lempert (2010) do by hand.
"""

import inspect
import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.design.dimensions import Dimension
from ceasefire.experiments.sensitivity.indices import global_state_kept
from ceasefire.experiments.style.refusals import RefusedError

Array = np.ndarray[Any, Any]

MOST_BOXES = 3
"""Boxes that are looked for."""

PEEL, SMALLEST = 0.05, 0.05
"""Share of a box that a step takes off, and the smallest share of all points that a box holds."""

SIGNIFICANT = 0.05
"""A restriction whose quasi-p-value is above this is dropped (Bryant and Lempert 2010)."""


@dataclass(frozen=True)
class Limit:
    """How a box restricts one lever.

    Attributes:
        lever: The lever.
        low: Its smallest value in the box, in the lever's unit; NaN if not restricted from below.
        high: Its largest value in the box; NaN if not restricted from above.
        words: The values in the box, of a lever that has words or switches for values.
        p_low: Quasi-p-value of the limit from below: how likely points would be as dense by
            chance, had the box no such limit; NaN without one.
        p_high: The same of the limit from above, or of the words.
    """

    lever: Dimension
    low: float = math.nan
    high: float = math.nan
    words: tuple[str, ...] = ()
    p_low: float = math.nan
    p_high: float = math.nan


@dataclass(frozen=True)
class Box:
    """A part of the space in which points of interest are dense.

    Attributes:
        number: 1 for the first that was found; later ones are among the points that are left.
        limits: Its limits, the significant ones; empty if nothing sets these points apart.
        coverage: Share of all points of interest that it holds.
        density: Share of its points that are of interest.
        mass: Share of all points that it holds.
        points: Points in it.
        path: Steps that led to it: ``coverage``, ``density``, ``restricted`` levers, ``points``,
            which of them is this box (``chosen``), and which came of dropping limits (``pruned``).
    """

    number: int
    limits: tuple[Limit, ...]
    coverage: float
    density: float
    mass: float
    points: int
    path: pd.DataFrame = field(repr=False, compare=False)


def boxes_of(
    table: pd.DataFrame, interesting: Array, levers: Sequence[Dimension], most: int = MOST_BOXES
) -> tuple[Box, ...]:
    """Return the boxes, the first and best one first.

    Args:
        table: Values of the levers, one row for each point.
        interesting: Whether each point is of interest; some are and some are not.
        levers: The levers, named as the columns of the table.
        most: Boxes to look for. It ends earlier where what is left holds no denser part.

    Raises:
        RefusedError: If the EMA workbench is not installed.
    """
    prim = workbench()
    with foretellings_ignored():
        # Older versions ask from which value on a case counts, and give up a box less dense than
        # that: with almost none they do as newer ones, and the density is looked at below.
        known = inspect.signature(prim.Prim.__init__).parameters
        more = {"threshold": 1e-9} if "threshold" in known else {}
        engine = prim.Prim(
            table, interesting.astype(int), peel_alpha=PEEL, paste_alpha=PEEL,
            mass_min=SMALLEST, **more,
        )  # fmt: skip
        found: list[Box] = []
        by_name = {one.name: one for one in levers}
        base = float(np.mean(interesting))
        while len(found) < most:
            box = engine.find_box()
            if box is None:
                break
            one = chosen_box(box, engine, by_name, len(found) + 1)
            if not one.limits or one.density <= base:
                break
            found.append(one)
            if not interesting[engine.yi_remaining].any():
                break
    return tuple(found)


def chosen_box(box: Any, engine: Any, levers: dict[str, Dimension], number: int) -> Box:
    """Choose a step of a box's path, and drop the limits that chance explains.

    The step with the largest harmonic mean of coverage and density is taken: more of one is paid
    for with less of the other, and neither alone makes a useful box.
    """
    path = box.peeling_trajectory
    found_by_peeling = len(path)
    coverage, density = path["coverage"].to_numpy(float), path["density"].to_numpy(float)
    both = np.divide(
        2.0 * coverage * density,
        coverage + density,
        out=np.zeros(len(path)),
        where=coverage + density > 0.0,
    )
    # Of equals the first, which restricts least.
    at = int(np.argmax(both))
    box.select(at)
    while (idle := idle_lever(p_values_of(box)[at])) is not None:
        box.drop_restriction(idle, at)
        at = len(box.peeling_trajectory) - 1
        box.select(at)
    path = box.peeling_trajectory
    row = path.iloc[at]
    steps = pd.DataFrame(
        {
            "step": np.arange(len(path)),
            "coverage": path["coverage"].to_numpy(float),
            "density": path["density"].to_numpy(float),
            "restricted": path["res_dim"].to_numpy(int),
            "points": path["n"].to_numpy(int),
            "chosen": np.arange(len(path)) == at,
            "pruned": np.arange(len(path)) >= found_by_peeling,
        }
    )
    return Box(
        number,
        limits_of(box.box_lims[at], engine.box_init, p_values_of(box)[at], levers),
        float(row["coverage"]),
        float(row["density"]),
        float(row["mass"]),
        int(row["n"]),
        steps,
    )


def p_values_of(box: Any) -> Any:
    """Return the quasi-p-values of each step, by lever: two numbers, -1 where there is no limit."""
    return box.p_values if hasattr(box, "p_values") else box.qp


def idle_lever(values: dict[str, Sequence[float]]) -> str | None:
    """Return the lever whose limits chance explains best, if there is one."""
    best = {name: min(p for p in pair if p >= 0.0) for name, pair in values.items()}
    worst = max(best, key=lambda name: best[name], default=None)
    return worst if worst is not None and best[worst] > SIGNIFICANT else None


def limits_of(
    box: pd.DataFrame,
    whole: pd.DataFrame,
    p_values: dict[str, Sequence[float]],
    levers: dict[str, Dimension],
) -> tuple[Limit, ...]:
    """Return the limits of a box, the tightest lever first."""
    found: list[tuple[float, Limit]] = []
    for name, pair in p_values.items():
        first, last = whole[name]
        low, high = box[name]
        if isinstance(low, set):
            words = tuple(sorted(str(value) for value in low))
            found.append((len(low) / len(first), Limit(levers[name], words=words, p_high=pair[0])))
            continue
        below, above = bool(low > first), bool(high < last)
        limit = Limit(
            levers[name],
            float(low) if below else math.nan,
            float(high) if above else math.nan,
            p_low=float(pair[0]) if below else math.nan,
            p_high=float(pair[1]) if above else math.nan,
        )
        found.append(((high - low) / (last - first), limit))
    found.sort(key=lambda pair: pair[0])
    return tuple(limit for _, limit in found)


@cache
def workbench() -> Any:
    """Import PRIM, which brings pyplot and seaborn along and warns of what else could be installed.

    Raises:
        RefusedError: If the EMA workbench is not installed.
    """
    try:
        with warnings.catch_warnings(), global_state_kept():
            warnings.simplefilter("ignore")
            from ema_workbench.analysis import prim
    except ImportError:
        raise RefusedError(
            "The EMA workbench is not installed, which finds the boxes; "
            "`pip install 'ceasefire[sensitivity]'` brings it."
        ) from None
    return prim


@contextmanager
def foretellings_ignored() -> Iterator[None]:
    """Ignore what pandas and NumPy foretell the EMA workbench, and nothing else."""
    with warnings.catch_warnings():
        for kind in (FutureWarning, DeprecationWarning, PendingDeprecationWarning):
            warnings.simplefilter("ignore", kind)
        yield


def limit_words(limit: Limit) -> str:
    """Word a limit: ``“US arms withheld from Israel, week 8 on” is at least 0.62``."""
    if limit.words:
        return f"“{limit.lever.words}” is {' or '.join(limit.words)}"
    ends = []
    if limit.low == limit.low:
        ends.append(f"at least {in_unit(limit.lever, limit.low)}")
    if limit.high == limit.high:
        ends.append(f"at most {in_unit(limit.lever, limit.high)}")
    return f"“{limit.lever.words}” is {' and '.join(ends)}"


def in_unit(lever: Dimension, value: float) -> str:
    """Word a value of a lever with its unit: ``0.62``, ``26 weeks``, ``1.4 times the case's``."""
    return f"{value:.3g}{unit_words(lever)}"


def unit_words(lever: Dimension) -> str:
    """Word the unit behind a value: ``" weeks"``, ``" times the case's"``; "" for a share."""
    units = {"": "", "share": "", "probability": "", "multiple": " times the case's"}
    return units.get(lever.unit, f" {lever.unit}")
