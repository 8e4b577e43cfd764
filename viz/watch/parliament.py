"""A side's parliament as an arc: who is behind the government, threatens, left, offers a net."""

import math

from ceasefire.experiments.style.words import percent
from ceasefire.viz.page.guard import guarded
from ceasefire.viz.page.html import keys, paragraph, table
from ceasefire.viz.page.svg import (
    INK,
    LINE,
    PANEL,
    Piece,
    aside,
    group,
    line,
    path,
    rect,
    svg,
    text,
)
from ceasefire.viz.worlds.moment import Moment, Party

WIDTH, HEIGHT = 560, 150
CENTRE, BASE = 280.0, 126.0
OUTER, INNER, GAUGE = 104.0, 66.0, 58.0
ROW, HIGHEST, LOWEST = 15.0, 12.0, 146.0
COLUMN = 160.0

Place = tuple[float, float, str]
"""Where a name stands, and which of its ends stands there."""


def standing(party: Party) -> str:
    """Return in one word where a party stands."""
    if party.member:
        return "threatens to leave" if party.threatening else "in government"
    if party.carries:
        return "carries a deal"
    if party.left:
        return "left"
    return "offers a net" if party.offers_net else "outside"


FILLS = {
    "in government": ("var(--seat-in)", "var(--seat-in)", None),
    "threatens to leave": ("var(--seat-threat)", INK, "4 2"),
    "carries a deal": ("var(--seat-net)", "var(--seat-net)", None),
    "offers a net": (PANEL, "var(--seat-net)", None),
    "left": (PANEL, "var(--seat-threat)", "4 2"),
    "outside": ("var(--seat-out)", "var(--seat-out)", None),
}
"""Fill, outline and dashes by standing: never told apart by colour alone."""


MARKS = {"threatens to leave": "! ", "left": "× "}
"""Marks before the names of parties, by standing."""


def parties_of(moment: Moment, s: int) -> list[Party]:
    """Return the parties that have seats in a side's parliament, in the order of the case."""
    return [one for one in moment.parties if one.side == s and one.seats > 0]


@guarded("the parliament")
def parliament_svg(moment: Moment, s: int, small: bool = False) -> str:
    """Draw one side's parliament; a sentence for a side without one.

    Every party keeps its place. The inner arc counts what is behind the government from the left,
    the safety net included, against the majority line.

    Args:
        moment: The moment.
        s: The side.
        small: Whether it is drawn for a narrow page: without names, which ``parties_html`` lists.
    """
    side = moment.sides[s]
    if side.majority <= 0:
        words = f"{side.label} has no parliament in this case: no seats weigh on its answer."
        return paragraph(words, "quiet")
    other = moment.sides[1 - s]
    parties = parties_of(moment, s)
    total = max(side.parliament, sum(party.seats for party in parties), 1)
    spans: list[tuple[Party, float, float]] = []
    begun = 0.0
    for party in parties:
        spans.append((party, begun, begun + party.seats / total))
        begun = spans[-1][2]
    pieces = [
        _segment(party, low, high, None if small else place)
        for (party, low, high), place in zip(spans, _labels(spans), strict=True)
    ]
    pieces += [
        path(_ring(0, 1, GAUGE - 6, GAUGE), fill="var(--seat-out)"),
        path(_ring(0, min(1.0, side.seats / total), GAUGE - 6, GAUGE), fill="var(--seat-in)"),
        _majority(side.majority / total),
        text(CENTRE, BASE - 16, side.seats, anchor="middle", size=26, weight=700),
        text(CENTRE, BASE - 2, f"of {side.parliament} behind it", anchor="middle", size=11),
    ]
    fell = ": it fell" if side.fallen else ""
    words = f"{side.majority} are a majority in {side.label}{fell}"
    pieces.append(aside(CENTRE, BASE + 18, words, anchor="middle"))
    if other.majority <= 0 and not small:
        lines = (f"{other.label}: no parliament in", "this case, no seats to count")
        pieces += [aside(4, HEIGHT - 22 + 14 * i, words) for i, words in enumerate(lines)]
    title = (
        f"Parliament of {side.label}: {side.seats} of {side.parliament} seats behind the "
        f"government, {side.majority} are a majority"
    )
    # What is left of the picture without the names at both sides of the arc.
    view = {"viewBox": f"{CENTRE - 130:g} 0 260 {HEIGHT}"} if small else {}
    return svg(WIDTH, HEIGHT, pieces, title, _said(parties), **view)


def _segment(party: Party, low: float, high: float, place: Place | None) -> Piece:
    """Draw a party's seats, with its name where it has a place."""
    fill, edge, dash = FILLS[standing(party)]
    edge = PANEL if edge == fill else edge
    pieces = [path(_ring(low, high, INNER, OUTER), fill=fill, stroke=edge, thick=1.5, dash=dash)]
    if place is not None:
        pieces += _label(party, (low + high) / 2, place)
    odds = f", odds of leaving {percent(party.leave_odds)}" if party.member else ""
    return group(pieces, title=f"{party.label}: {party.seats} seats, {standing(party)}{odds}")


def _said(parties: list[Party]) -> str:
    """Word who threatens, left, or offers a net."""
    parts = []
    for kind in ("threatens to leave", "left", "offers a net", "carries a deal"):
        who = [f"{one.label} ({one.seats})" for one in parties if standing(one) == kind]
        if who:
            parts.append(f"{kind}: {', '.join(who)}")
    return f"{'; '.join(parts)}." if parts else "No party threatens to leave."


def _at(share: float, radius: float) -> tuple[float, float]:
    angle = math.pi * (1.0 - share)
    return CENTRE + radius * math.cos(angle), BASE - radius * math.sin(angle)


def _ring(low: float, high: float, inner: float, outer: float) -> list[tuple[float, float]]:
    steps = max(2, math.ceil((high - low) * 40))
    shares = [low + (high - low) * i / steps for i in range(steps + 1)]
    points = [_at(share, outer) for share in shares]
    points += [_at(share, inner) for share in reversed(shares)]
    return [*points, points[0]]


def _majority(share: float) -> Piece:
    (x1, y1), (x2, y2) = _at(share, GAUGE - 11), _at(share, OUTER + 7)
    x, y = _at(share, OUTER + 14)
    return group(
        [
            line(x1, y1, x2, y2, stroke=INK, thick=2.5),
            text(x, y + 1, "majority", anchor="middle", size=11, weight=600),
        ]
    )


def _labels(spans: list[tuple[Party, float, float]]) -> list[Place]:
    """Return where each label stands: in a column left or right of the arc, none over another."""
    places: list[Place] = []
    for left in (True, False):
        column = [span for span in spans if ((span[1] + span[2]) / 2 < 0.5) is left]
        ys = [_at((low + high) / 2, OUTER)[1] for _, low, high in column]
        order = list(range(len(ys)))
        if left:
            order.reverse()
        # From the top of the column downward, each a row below the one above it at least; then
        # from the bottom upward, where that has run out of the picture.
        placed = dict.fromkeys(range(len(ys)), 0.0)
        above = HIGHEST - ROW
        for i in order:
            placed[i] = above = max(ys[i] + 4.0, above + ROW)
        below = LOWEST + ROW
        for i in reversed(order):
            placed[i] = below = min(placed[i], below - ROW)
        x, anchor = (COLUMN, "end") if left else (WIDTH - COLUMN, "start")
        places += [(x, placed[i], anchor) for i in range(len(ys))]
    return places


def _label(one: Party, share: float, place: Place) -> list[Piece]:
    x, y, anchor = place
    x1, y1 = _at(share, OUTER + 1)
    name = one.label if len(one.label) <= 21 else one.label[:20] + "…"
    mark = MARKS.get(standing(one), "")
    loud = standing(one) in ("threatens to leave", "left")
    toward = x + (3 if anchor == "end" else -3)
    return [
        line(x1, y1, toward, y - 3.5, stroke=LINE, thick=1),
        text(
            x, y, f"{mark}{name} {one.seats}", anchor=anchor, size=12, weight=700 if loud else None
        ),
    ]


def _box(name: str) -> Piece:
    """Draw the box of a standing."""
    fill, edge, dash = FILLS[name]
    dash = dash and "3 2"
    return rect(1.5, 1.5, 13, 9, fill=fill, stroke=edge, thick=1.5, dash=dash)


def legend_html() -> str:
    """Explain fills and outlines."""
    shown = ("in government", "threatens to leave", "left", "offers a net", "outside")
    return keys(((_box(name), MARKS.get(name, "") + name) for name in shown), 16, 12)


def parties_html(moment: Moment, s: int) -> str:
    """List a side's parties with the boxes of the arc: its names on a narrow page."""
    entries = (
        (_box(where), f"{MARKS.get(where, '')}{party.label} {party.seats}")
        for party in parties_of(moment, s)
        for where in [standing(party)]
    )
    return keys(entries, 16, 12, "keys parties")


@guarded("the table of parties")
def parliament_table(moment: Moment, s: int) -> str:
    """List a side's parties, the arc's text equivalent."""
    rows = (
        (
            party.label,
            party.seats,
            standing(party),
            percent(party.leave_odds) if party.member else "",
        )
        for party in parties_of(moment, s)
    )
    whose = f"Party in the parliament of {moment.sides[s].label}"
    return table((whose, "Seats", "Stands", "Odds of leaving"), rows)
