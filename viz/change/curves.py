"""Pictures of curves, quantiles and constraints: the case as it is dashed or hollow."""

from collections.abc import Callable, Sequence

import numpy as np

from ceasefire.experiments.why.words import labels_of
from ceasefire.model.case.case import Case
from ceasefire.viz.change.effects import QUANTILES, NumberChange
from ceasefire.viz.change.pictures import (
    CHANGED,
    COLOURS,
    DASHES,
    FAINT,
    INK,
    LINE,
    WIDTH,
    Floats,
    around_zero,
    whisker,
)
from ceasefire.viz.change.stuck import Stuck
from ceasefire.viz.change.words import amount, per_hundred, signed
from ceasefire.viz.page import svg


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

    parts = [svg.text(2, 14, name, size=13)]
    for share in (0.0, end / 2, end):
        _, y = place(0, share)
        parts.append(svg.line(left, y, right, y, stroke=LINE))
        parts.append(
            svg.text(left - 4, y + 4, f"{100 * share:.3g}", size=11, fill=FAINT,
                     anchor="end")
        )  # fmt: skip
    for week in range(0, weeks + 1, 13):
        across, _ = place(week, 0.0)
        parts.append(
            svg.text(across, height - 5, week or "week 0", size=11, fill=FAINT, anchor="middle")
        )
    colour = CHANGED if state is None else COLOURS[state]
    parts.append(svg.path(_steps(was, place), stroke=INK, thick=1.4,
                          dash=DASHES))  # fmt: skip
    parts.append(svg.path(_steps(now, place), stroke=colour, thick=2.4))
    said = f"By week {weeks} in {per_hundred(float(now[-1]))} of 100 runs, as it is in " + (
        f"{per_hundred(float(was[-1]))}"
    )
    return svg.svg(width, height, parts, f"{name}: share of runs by week", said)


def _steps(
    curve: Floats, place: Callable[[int, float], tuple[float, float]]
) -> list[tuple[float, float]]:
    """Return the corners of a curve that goes up in steps."""
    shares = curve.tolist()
    found = [place(0, shares[0])]
    for week in range(1, len(shares)):
        if shares[week] != shares[week - 1]:
            x, y = place(week, shares[week])
            found += [(x, found[-1][1]), (x, y)]
    found.append((place(len(shares) - 1, shares[-1])[0], found[-1][1]))
    return found


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

    parts = []
    for share in (0.0, 0.5, 1.0):
        _, y = place(low, share)
        parts.append(svg.line(left, y, right, y, stroke=LINE))
        parts.append(
            svg.text(left - 4, y + 4, f"{100 * share:.0f}", size=11, fill=FAINT,
                     anchor="end")
        )  # fmt: skip
    for share in (0.0, 0.5, 1.0):
        value = low + share * wide
        anchor = {0.0: "start", 1.0: "end"}.get(share, "middle")
        parts.append(
            svg.text(place(value, 0.0)[0], height - 5,
                     amount(round(value)) + (f" {one.unit}" if share == 1.0 else ""), size=11,
                     fill=FAINT, anchor=anchor)
        )  # fmt: skip
    shares = np.linspace(0.0, 1.0, 81)
    for values, look in (
        (one.baseline, {"stroke": INK, "thick": 1.4, "dash": DASHES}),
        (one.changed, {"stroke": CHANGED, "thick": 2.4}),
    ):
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
    parts = []
    for value in (-end, 0.0, end):
        anchor = "start" if value < 0 else "end" if value > 0 else "middle"
        parts.append(svg.line(x(value), top, x(value), height - 14,
                              stroke=LINE if value else INK))  # fmt: skip
        parts.append(svg.text(x(value), height - 2, signed(value), size=11, fill=FAINT,
                              anchor=anchor))  # fmt: skip
    for i, (share, (was, now, low, high)) in enumerate(zip(QUANTILES, one.quantiles, strict=True)):
        y = top + i * row + 9
        parts.append(svg.text(2, y + 4, f"{100 * share:.0f} of 100 at most", size=12))
        parts.append(svg.line(x(low), y, x(high), y, stroke=INK, thick=2.2))
        parts.append(svg.circle(x(now - was), y, 4.5, fill=CHANGED, stroke=INK))
    said = "; ".join(
        f"{100 * share:.0f} of 100 at most: {signed(now - was)}"
        for share, (was, now, _, _) in zip(QUANTILES, one.quantiles, strict=True)
    )
    return svg.svg(WIDTH, height, parts, f"{one.name}: differences of quantiles", said)


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

    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        anchor = {0.0: "start", 1.0: "end"}.get(share, "middle")
        parts.append(svg.line(x(share), top, x(share), height - 16, stroke=LINE))
        parts.append(
            svg.text(x(share), height - 3, f"{100 * share:.0f}", size=11, fill=FAINT,
                     anchor=anchor)
        )  # fmt: skip
    for i, one in enumerate(stuck.rows):
        y = top + i * row
        numbers = f"{100 * one.after.share:.0f}, as it is {100 * one.before.share:.0f}"
        parts.append(svg.text(left, y + 12, words[one.key], size=13))
        parts.append(svg.text(right, y + 12, numbers, size=12, anchor="end"))
        parts.append(whisker(x(one.after.low), x(one.after.high), y + 21, INK))
        parts.append(svg.circle(x(one.after.share), y + 21, 4.5, fill=CHANGED, stroke=INK))
        parts.append(whisker(x(one.before.low), x(one.before.high), y + 31, FAINT))
        parts.append(
            svg.circle(x(one.before.share), y + 31, 4, fill=svg.PANEL, stroke=INK,
                       thick=1.4)
        )  # fmt: skip
    said = "; ".join(
        f"{words[one.key]} {100 * one.after.share:.0f}, as it is {100 * one.before.share:.0f}"
        for one in stuck.rows
    )
    title = "Of 100 failed rounds, those in which each constraint binds"
    return svg.svg(WIDTH, height, parts, title, said)
