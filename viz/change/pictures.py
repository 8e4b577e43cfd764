"""Pictures of how runs end, and of differences: the case as it is hollow, the change filled."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ceasefire.viz.change.effects import EnsembleChange, StateChange
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
    look = {"stroke": svg.PANEL, "thick": 1.2}
    slanted = svg.line(0, 6, 6, 0, **look)
    crossed = slanted + svg.line(0, 0, 6, 6, **look)
    marks = (svg.circle(3, 3, 1.1, fill=svg.PANEL), "", slanted, crossed)
    frame = {"width": 6, "height": 6, "patternUnits": "userSpaceOnUse"}
    hatches = (
        svg.tag(
            "pattern",
            svg.rect(0, 0, 6, 6, fill=colour, fill_opacity=0.55) + mark,
            id=f"hatch-{hatch}",
            **frame,
        )
        for colour, hatch, mark in zip(COLOURS, HATCHES, marks, strict=True)
    )
    return svg.tag("defs", "".join(hatches))


def fill_of(state: int) -> str:
    """Return what an end state is filled with."""
    return COLOURS[state] if state == 1 else f"url(#hatch-{HATCHES[state]})"


HUNDRED = tuple((share, f"{100 * share:.0f}") for share in (0.0, 0.25, 0.5, 0.75, 1.0))
"""Marks of an axis from 0 to 100 of 100."""


def key(items: Iterable[tuple[svg.Piece, str]], more: str = "") -> str:
    """Explain marks: a piece of picture and its meaning each, and what has no mark."""
    spans = "".join(
        f'<span><svg viewBox="0 0 34 14" aria-hidden="true">{mark}</svg>{words}</span>'
        for mark, words in items
    )
    last = f"<span>{more}</span>" if more else ""
    return f'<div class="change-key quiet">{spans}{last}</div>'


def ends_key() -> str:
    """Explain the marks of the two pictures."""
    colour = "var(--permanent)"
    chance = svg.line(8, 7, 26, 7, thick=5)
    dot = svg.circle(17, 7, 5, fill=colour, stroke=svg.PANEL)
    items = (
        (svg.rect(1, 3, 32, 9, fill=colour), "with the change"),
        (svg.rect(1, 3, 32, 8, fill="none", stroke=svg.INK, thick=1.3), "as it is"),
        (svg.whisker(2, 32, 7), "95 % interval over the fitted sets"),
        (chance + dot, "what chance alone leaves of it: shrinks with more runs"),
        (
            svg.rect(1, 1, 32, 12, fill=colour, fill_opacity=0.25),
            "how far fitted sets lie apart (standard deviation, chance taken out): does not",
        ),
    )
    return key(items)


def bars(comparison: EnsembleChange) -> str:
    """Draw how runs end as grouped bars on one scale, from 0 to 100 of 100 runs."""
    left, right, row, top = 4, WIDTH - 8, 45, 6
    height = top + row * len(comparison.states) + 18

    def x(share: float) -> float:
        return left + share * (right - left)

    parts = [patterns(), *svg.columns(x, HUNDRED, top, height - 16, 13)]
    said = []
    for i, state in enumerate(comparison.states):
        y, was, now = top + i * row, state.baseline, state.changed
        words = f"{per_hundred(now.share)}, as it is {per_hundred(was.share)}"
        said.append(f"{name_of(state.state)} {words}")
        solid = {"fill": fill_of(state.state), "stroke": COLOURS[state.state]}
        hollow = {"fill": "none", "stroke": svg.INK, "thick": 1.3}
        parts += [
            svg.text(left + 3, y + 12, name_of(state.state), size=13),
            svg.text(right, y + 12, words, size=12, anchor="end"),
            svg.rect(x(0), y + 18, x(now.share) - x(0), 11, **solid),
            svg.rect(x(0), y + 31, x(was.share) - x(0), 8, **hollow),
            svg.whisker(x(now.low), x(now.high), y + 23.5),
            svg.whisker(x(was.low), x(was.high), y + 35),
        ]
    title = "How 100 runs end, with the change and as it is"
    return svg.svg(WIDTH, height, parts, title, "; ".join(said))


def reach(comparison: EnsembleChange) -> float:
    """Return how far an axis of differences has to reach."""
    changes = (state.difference for state in comparison.states)
    return max(abs(end) for one in changes for end in (one.low, one.high, one.difference))


DIFFERENCES = "Differences in points, with intervals"


def differences(comparison: EnsembleChange, end: float) -> str:
    """Draw differences around zero: dot and interval, and how far sets lie apart behind them.

    Args:
        comparison: Both ensembles.
        end: End of the axis, as a share.
    """
    row, top = 45, 6
    height = top + row * len(comparison.states) + 18
    x = around_zero(end)
    parts = _zero_axis(x, end, top, height)
    for i, state in enumerate(comparison.states):
        y = top + i * row
        words = f"{points(state.difference.difference)} ({interval(state.difference)})"
        parts += [
            svg.text(7, y + 12, name_of(state.state), size=13),
            svg.text(WIDTH - 8, y + 12, words, size=12, anchor="end"),
            _apart(state, x, end, y + 22, 13),
            _dot(state, x, y + 28.5, 5.5),
        ]
    return svg.svg(WIDTH, height, parts, DIFFERENCES, _said(comparison))


def small_differences(comparison: EnsembleChange, end: float) -> str:
    """Draw the same differences small, for where room is scarce."""
    row, top, left = 17, 2, 128
    height = top + row * len(comparison.states) + 14
    x = around_zero(end, left)
    parts = _zero_axis(x, end, top, height)
    for i, state in enumerate(comparison.states):
        y = top + i * row + 9
        name = name_of(state.state).removesuffix(" at the horizon")
        parts += [svg.text(2, y + 4, name, size=12), _dot(state, x, y, 4.5)]
    return svg.svg(WIDTH, height, parts, DIFFERENCES, _said(comparison))


def _said(comparison: EnsembleChange) -> str:
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
    ends = (-end, -end / 2, 0.0, end / 2, end)
    marks = [(share, points(share) if share else "0") for share in ends]
    return svg.columns(x, marks, top, height - 14, 12, strong=0.0)


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
    left, right = x(middle - one.chance), x(middle + one.chance)
    look = {"fill": COLOURS[one.state], "stroke": svg.PANEL, "thick": 1.5}
    return (
        svg.whisker(x(one.difference.low), x(one.difference.high), y)
        + svg.line(left, y, right, y, thick=5)
        + svg.circle(x(middle), y, radius, **look)
    )
