"""Pictures of curves, quantiles and constraints: the case as it is dashed or hollow."""

from collections.abc import Callable, Sequence

import numpy as np

from ceasefire.experiments.statistics.spreads import QUANTILES
from ceasefire.experiments.why.words import labels_of
from ceasefire.model.case.case import Case
from ceasefire.viz.change.effects import NumberChange
from ceasefire.viz.change.pictures import (
    CHANGED,
    COLOURS,
    DASHES,
    HUNDRED,
    WIDTH,
    Floats,
    around_zero,
)
from ceasefire.viz.change.stuck import Stuck
from ceasefire.viz.change.words import amount, per_hundred, signed
from ceasefire.viz.page import svg

AS_IT_IS = {"stroke": svg.INK, "thick": 1.4, "dash": DASHES}
"""How a curve of the case as it is is drawn."""


def curve_end(curves: Sequence[Floats]) -> float:
    """Return how far an axis of shares has to reach for some curves."""
    return max(float(curve[-1]) for curve in curves)


def incidence_panel(name: str, was: Floats, now: Floats, state: int | None, end: float) -> str:
    """Draw the share of runs in which something has come by each week.

    Args:
        name: What has come.
        was: Its share by week in the baseline.
        now: The same with the change.
        state: The end state it is; None for another event.
        end: End of the axis of shares.
    """
    width, height, left, bottom, top = 205, 150, 30, 20, 24
    right = width - 6
    weeks = len(was) - 1

    def place(week: int, share: float) -> tuple[float, float]:
        across = left + week / weeks * (right - left)
        return across, height - bottom - share / end * (height - bottom - top)

    def down(share: float) -> float:
        return place(0, share)[1]

    weeks_shown = ((week, week or "week 0") for week in range(0, weeks + 1, 13))
    colour = CHANGED if state is None else COLOURS[state]
    parts = [
        svg.text(2, 14, name, size=13),
        *svg.levels(down, [(s, f"{100 * s:.3g}") for s in (0.0, end / 2, end)], left, right),
        *(
            svg.aside(place(week, 0.0)[0], height - 5, words, anchor="middle")
            for week, words in weeks_shown
        ),
        svg.path(_steps(was, place), **AS_IT_IS),
        svg.path(_steps(now, place), stroke=colour, thick=2.4),
    ]
    said = f"By week {weeks} in {per_hundred(float(now[-1]))} of 100 runs, as it is in " + (
        f"{per_hundred(float(was[-1]))}"
    )
    return svg.svg(width, height, parts, f"{name}: share of runs by week", said)


def _steps(
    curve: Floats, place: Callable[[int, float], tuple[float, float]]
) -> list[tuple[float, float]]:
    """Return the corners of a curve that goes up in steps."""
    shares = curve.tolist()
    corners = [place(0, shares[0])]
    for week in range(1, len(shares)):
        if shares[week] != shares[week - 1]:
            x, y = place(week, shares[week])
            corners += [(x, corners[-1][1]), (x, y)]
    corners.append((place(len(shares) - 1, shares[-1])[0], corners[-1][1]))
    return corners


def spread_picture(one: NumberChange) -> str:
    """Draw how a number is spread over runs: the share of runs that have at most so much."""
    height, left, bottom, top = 150, 34, 20, 8
    right = WIDTH - 10
    both = np.concatenate([one.baseline, one.changed])
    low, high = float(both.min()), float(both.max())
    wide = high - low or 1.0

    def place(value: float, share: float) -> tuple[float, float]:
        across = left + (value - low) / wide * (right - left)
        return across, height - bottom - share * (height - bottom - top)

    ends = (0.0, 0.5, 1.0)
    parts = svg.levels(
        lambda share: place(low, share)[1], [(s, f"{100 * s:.0f}") for s in ends], left, right
    )
    for share, anchor in zip(ends, ("start", "middle", "end"), strict=True):
        value = low + share * wide
        words = amount(round(value)) + (f" {one.unit}" if share == 1.0 else "")
        parts.append(svg.aside(place(value, 0.0)[0], height - 5, words, anchor=anchor))
    shares = np.linspace(0.0, 1.0, 81)
    changed = {"stroke": CHANGED, "thick": 2.4}
    for values, look in ((one.baseline, AS_IT_IS), (one.changed, changed)):
        curve = np.quantile(values, shares)
        path = [place(v, s) for v, s in zip(curve.tolist(), shares.tolist(), strict=True)]
        parts.append(svg.path(path, **look))
    said = f"Half of the runs have at most {amount(one.quantiles[2][1])}, as it is " + (
        f"{amount(one.quantiles[2][0])}"
    )
    title = f"{one.name}: share of runs, of 100, with at most so many"
    return svg.svg(WIDTH, height, parts, title, said)


def quantile_picture(one: NumberChange) -> str:
    """Draw differences of quantiles around zero, with their intervals."""
    row, top, left = 19, 2, 128
    height = top + row * len(QUANTILES) + 16
    ends = [abs(end) for was, now, low, high in one.quantiles for end in (low, high, now - was)]
    end = _round_up(max(*ends, 1.0))
    x = around_zero(end, left)
    parts = svg.columns(
        x, [(v, signed(v)) for v in (-end, 0.0, end)], top, height - 14, 12, strong=0.0
    )
    said = []
    for i, (share, (was, now, low, high)) in enumerate(zip(QUANTILES, one.quantiles, strict=True)):
        y, words = top + i * row + 9, f"{100 * share:.0f} of 100 at most"
        parts += [
            svg.text(2, y + 4, words, size=12),
            svg.line(x(low), y, x(high), y, thick=2.2),
            svg.circle(x(now - was), y, 4.5, fill=CHANGED, stroke=svg.INK),
        ]
        said.append(f"{words}: {signed(now - was)}")
    title = f"{one.name}: differences of quantiles"
    return svg.svg(WIDTH, height, parts, title, "; ".join(said))


def _round_up(value: float) -> float:
    """Return the next number that begins with 1, 2 or 5."""
    size = 10.0 ** np.floor(np.log10(value))
    return float(next(size * one for one in (1, 2, 5, 10) if value <= size * one * (1 + 1e-9)))


def stuck_picture(stuck: Stuck, case: Case) -> str:
    """Draw how often each constraint binds in failed rounds: hollow as it is, filled changed."""
    words = labels_of(case)
    row, top = 40, 4
    height = top + row * len(stuck.rows) + 18
    left, right = 8, WIDTH - 8

    def x(share: float) -> float:
        return left + share * (right - left)

    parts = svg.columns(x, HUNDRED, top, height - 16, 13)
    hollow = {"fill": svg.PANEL, "stroke": svg.INK, "thick": 1.4}
    said = []
    for i, binding in enumerate(stuck.rows):
        y, was, now = top + i * row, binding.before, binding.after
        numbers = f"{100 * now.share:.0f}, as it is {100 * was.share:.0f}"
        said.append(f"{words[binding.key]} {numbers}")
        parts += [
            svg.text(left, y + 12, words[binding.key], size=13),
            svg.text(right, y + 12, numbers, size=12, anchor="end"),
            svg.whisker(x(now.low), x(now.high), y + 21),
            svg.circle(x(now.share), y + 21, 4.5, fill=CHANGED, stroke=svg.INK),
            svg.whisker(x(was.low), x(was.high), y + 31, svg.FAINT),
            svg.circle(x(was.share), y + 31, 4, **hollow),
        ]
    title = "Of 100 failed rounds, those in which each constraint binds"
    return svg.svg(WIDTH, height, parts, title, "; ".join(said))
