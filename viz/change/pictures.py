"""Pictures of how runs end, and of differences: the case as it is hollow, the change filled."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ceasefire.viz.change.effects import Comparison, StateChange
from ceasefire.viz.change.words import interval, name_of, per_hundred, points
from ceasefire.viz.page import svg

Floats = npt.NDArray[np.float64]

WIDTH = 420
"""Width of a picture in its own units; letters of 12 are readable at 370 points of width."""

COLOURS = ("var(--none)", "var(--permanent)", "var(--fell)", "var(--regional)")
"""Colour of each end state (``ceasefire.model.world.outcome``)."""

HATCHES = ("dots", "plain", "slanted", "crossed")
"""Hatch of each end state, so that they can be told apart without colour."""

LADDER = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
"""Ends that an axis of shares may have."""

FAINT, LINE, INK = svg.FAINT, svg.LINE, svg.INK
CHANGED = svg.ACCENT
DASHES = "5 4"


@dataclass
class Axes:
    """Ends of axes: they never shrink while a lever is being dragged.

    Attributes:
        ends: End of each axis by name.
    """

    ends: dict[str, float] = field(default_factory=dict)

    def hold(self, name: str, needed: float, settled: bool) -> float:
        """Return the end of an axis of shares.

        Args:
            name: Which axis.
            needed: How far it has to reach.
            settled: Whether the hand has let go.
        """
        end = next((one for one in LADDER if needed <= one + 1e-9), 1.0)
        if not settled:
            end = max(end, self.ends.get(name, 0.0))
        self.ends[name] = end
        return end


def patterns() -> svg.Piece:
    """Return the hatches, to be put into every picture that uses them."""

    def one(state: int, marks: svg.Piece) -> svg.Piece:
        ground = svg.rect(0, 0, 6, 6, fill=COLOURS[state], fill_opacity=0.55)
        frame = {"width": 6, "height": 6, "patternUnits": "userSpaceOnUse"}
        return svg.tag("pattern", ground + marks, id=f"hatch-{HATCHES[state]}", **frame)

    stroke = {"stroke": svg.PANEL, "thick": 1.2}
    return svg.tag(
        "defs",
        one(0, svg.circle(3, 3, 1.1, fill=svg.PANEL))
        + one(1, "")
        + one(2, svg.line(0, 6, 6, 0, **stroke))
        + one(3, svg.line(0, 6, 6, 0, **stroke) + svg.line(0, 0, 6, 6, **stroke)),
    )


def fill_of(state: int) -> str:
    """Return what an end state is filled with."""
    return COLOURS[state] if state == 1 else f"url(#hatch-{HATCHES[state]})"


def bars(comparison: Comparison) -> str:
    """Draw how runs end as grouped bars on one scale, from 0 to 100 of 100 runs."""
    left, right, row, top = 4, WIDTH - 8, 45, 6
    height = top + row * len(comparison.states) + 18

    def x(share: float) -> float:
        return left + share * (right - left)

    parts = [patterns()]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        anchor = {0.0: "start", 1.0: "end"}.get(share, "middle")
        parts.append(svg.line(x(share), top, x(share), height - 16, stroke=LINE))
        parts.append(
            svg.text(x(share), height - 3, f"{100 * share:.0f}", size=11, fill=FAINT,
                     anchor=anchor)
        )  # fmt: skip
    for i, one in enumerate(comparison.states):
        y = top + i * row
        words = f"{per_hundred(one.changed.share)}, as it is {per_hundred(one.baseline.share)}"
        parts.append(svg.text(left + 3, y + 12, name_of(one.state), size=13))
        parts.append(svg.text(right, y + 12, words, size=12, anchor="end"))
        parts.append(
            svg.rect(x(0), y + 18, x(one.changed.share) - x(0), 11, fill=fill_of(one.state),
                     stroke=COLOURS[one.state])
        )  # fmt: skip
        parts.append(
            svg.rect(x(0), y + 31, x(one.baseline.share) - x(0), 8, fill="none", stroke=INK,
                     thick=1.3)
        )  # fmt: skip
        parts.append(whisker(x(one.changed.low), x(one.changed.high), y + 23.5, INK))
        parts.append(whisker(x(one.baseline.low), x(one.baseline.high), y + 35, INK))
    said = "; ".join(
        f"{name_of(one.state)} {per_hundred(one.changed.share)}, as it is "
        f"{per_hundred(one.baseline.share)}"
        for one in comparison.states
    )
    return svg.svg(WIDTH, height, parts, "How 100 runs end, with the change and as it is", said)


def whisker(low: float, high: float, y: float, colour: str) -> svg.Piece:
    """Draw an interval."""
    ends = "".join(svg.line(x, y - 3, x, y + 3, stroke=colour) for x in (low, high))
    return svg.line(low, y, high, y, stroke=colour, thick=1.4) + ends


def reach(comparison: Comparison) -> float:
    """Return how far an axis of differences has to reach."""
    found = [
        abs(end)
        for one in comparison.states
        for end in (one.difference.low, one.difference.high, one.difference.difference)
    ]
    return max(found)


def differences(comparison: Comparison, end: float) -> str:
    """Draw differences around zero: dot and interval, and how far sets lie apart behind them.

    Args:
        comparison: Both ensembles.
        end: End of the axis, as a share.
    """
    row, top = 45, 6
    height = top + row * len(comparison.states) + 18
    x = around_zero(end)
    parts = _zero_axis(x, end, top, height)
    for i, one in enumerate(comparison.states):
        y = top + i * row
        words = f"{points(one.difference.difference)} ({interval(one.difference)})"
        parts.append(svg.text(7, y + 12, name_of(one.state), size=13))
        parts.append(svg.text(WIDTH - 8, y + 12, words, size=12, anchor="end"))
        parts.append(_apart(one, x, end, y + 22, 13))
        parts.append(_dot(one, x, y + 28.5, 5.5))
    return svg.svg(WIDTH, height, parts, "Differences in points, with intervals", _said(comparison))


def small_differences(comparison: Comparison, end: float) -> str:
    """Draw the same differences small, for where room is scarce."""
    row, top, left = 17, 2, 128
    height = top + row * len(comparison.states) + 14
    x = around_zero(end, left)
    parts = _zero_axis(x, end, top, height)
    for i, one in enumerate(comparison.states):
        y = top + i * row + 9
        parts.append(svg.text(2, y + 4, name_of(one.state).removesuffix(" at the horizon"),
                              size=12))  # fmt: skip
        parts.append(_dot(one, x, y, 4.5))
    return svg.svg(WIDTH, height, parts, "Differences in points, with intervals", _said(comparison))


def _said(comparison: Comparison) -> str:
    return "; ".join(
        f"{name_of(one.state)} {points(one.difference.difference)} points, interval "
        f"{interval(one.difference)}"
        for one in comparison.states
    )


def around_zero(end: float, left: float = 8) -> Callable[[float], float]:
    """Return the place of a difference on an axis with zero in its middle."""
    middle, half = (left + WIDTH - 8) / 2, (WIDTH - 8 - left) / 2

    def x(share: float) -> float:
        return middle + max(-1.0, min(1.0, share / end)) * half

    return x


def _zero_axis(
    x: Callable[[float], float], end: float, top: float, height: float
) -> list[svg.Piece]:
    parts = []
    for share in (-end, -end / 2, 0.0, end / 2, end):
        zero = share == 0.0
        anchor = "start" if share == -end else "end" if share == end else "middle"
        parts.append(svg.line(x(share), top, x(share), height - 14, stroke=INK if zero else LINE))
        words = "0" if zero else points(share)
        parts.append(svg.text(x(share), height - 2, words, size=11, fill=FAINT, anchor=anchor))
    return parts


def _apart(
    one: StateChange, x: Callable[[float], float], end: float, y: float, height: float
) -> svg.Piece:
    """Draw how far sets lie apart, open at an end that lies beyond the axis."""
    if one.apart <= 0.0:
        return ""
    low, high = one.difference.difference - one.apart, one.difference.difference + one.apart
    left, right = x(max(low, -1.0)), x(min(high, 1.0))
    parts = [svg.rect(left, y, right - left, height, fill=COLOURS[one.state], fill_opacity=0.18)]
    for beyond, place, way in ((low < -end, left, 1), (high > end, right, -1)):
        if beyond:
            middle = y + height / 2
            arrow = [(place + 5 * way, y), (place, middle), (place + 5 * way, y + height)]
            parts.append(svg.path(arrow, stroke=COLOURS[one.state], thick=1.5))
    return svg.group(parts)


def _dot(one: StateChange, x: Callable[[float], float], y: float, radius: float) -> svg.Piece:
    """Draw a difference: its interval over sets, within it what chance leaves, and a dot."""
    middle = one.difference.difference
    low, high = x(one.difference.low), x(one.difference.high)
    left, right = x(middle - one.chance), x(middle + one.chance)
    chance = svg.line(left, y, right, y, stroke=INK, thick=5)
    dot = svg.circle(x(middle), y, radius, fill=COLOURS[one.state], stroke=svg.PANEL,
                     thick=1.5)  # fmt: skip
    return whisker(low, high, y, INK) + chance + dot
