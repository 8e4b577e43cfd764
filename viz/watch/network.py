"""The influence network of a week, every actor in its fixed place."""

import math
from dataclasses import dataclass
from functools import lru_cache

from ceasefire.experiments.style.words import plain
from ceasefire.model.case.case import Case
from ceasefire.model.world.network import node
from ceasefire.viz.page.guard import guarded
from ceasefire.viz.page.html import keys, table
from ceasefire.viz.page.svg import (
    FAINT,
    INK,
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
from ceasefire.viz.worlds.moment import Moment, Tie

HEIGHT = 224
WIDTH, LEFT = 560, 122.0
"""Width of the picture, and how far from its edges sides stand."""
SMALL_WIDTH, SMALL_LEFT = 400, 68.0
"""The same on a narrow page."""


@dataclass(frozen=True)
class Look:
    """How a tie is drawn.

    Attributes:
        words: What it says, between the two names.
        meaning: What its strength is, with its unit.
        colour: Its colour.
        dash: Its dashes; "" for none.
        full: Strength at which it is drawn at its thickest.
        shift: How far beside the straight line it runs.
    """

    words: str
    meaning: str
    colour: str
    dash: str
    full: float
    shift: float


LOOKS = {
    "arms": Look("arms", "weeks of supply a week", "var(--tie-arms)", "", 0.6, -9.0),
    "shields": Look("shields", "share of cover given", "var(--tie-shields)", "9 4", 0.5, 0.0),
    "presses": Look("presses", "pressure felt", "var(--tie-presses)", "2 3", 0.5, 9.0),
    "mediates": Look("mediates", "share of channel built", "var(--tie-mediates)", "", 1, 4.0),
    "trusts": Look("trusts", "share", "var(--tie-trusts)", "5 3", 0.6, 4.0),
    "fights": Look("fights", "share of the most it can", "var(--tie-fights)", "", 1.0, -8.0),
}
"""Ties that are drawn; "sits in" is the parliament's, and who hears whom is left to the table."""


@dataclass(frozen=True)
class Spot:
    """Where an actor stands: its place, half its width and height, its label and its kind."""

    x: float
    y: float
    wide: float
    high: float
    label: str
    kind: str


@dataclass(frozen=True)
class Layout:
    """Places of all actors of a case.

    Attributes:
        width: Width of the picture.
        spots: Places by key.
        keys: Key of the place of each node of the network; publics of one owner share one.
    """

    width: int
    spots: dict[str, Spot]
    keys: dict[str, str]


@lru_cache(maxsize=32)
def layout_of(case: Case, small: bool = False) -> Layout:
    """Place the actors of a case, once: sides left and right, patrons above, mediators between.

    Args:
        case: The case.
        small: Whether it is drawn for a narrow page.
    """
    width, left = (SMALL_WIDTH, SMALL_LEFT) if small else (WIDTH, LEFT)
    middle = width / 2
    spots: dict[str, Spot] = {}
    keys: dict[str, str] = {}
    names, labels, records = case.names, case.labels, case.records
    across = (left, width - left)

    def put(key: str, x: float, y: float, label: str, kind: str) -> None:
        high = 15.0 if kind == "belligerents" else 11.0
        # A letter is about 6 units wide; a box never leaves the picture.
        wide = max(24.0, (3.9 if kind == "belligerents" else 3.3) * len(label) + 9.0)
        spots[key] = Spot(min(max(x, wide + 2), width - wide - 2), y, wide, high, label, kind)

    for s, name in enumerate(names["belligerents"]):
        key = node("belligerents", name)
        put(key, across[s], 116, labels["belligerents"][s], "belligerents")
        keys[key] = key
    count = len(names["patrons"])
    clients: list[list[float]] = [[] for _ in range(count)]
    for bond in records["patronages"]:
        clients[int(bond["patron"])].append(across[int(bond["client"])])
    # A little apart, so that patrons of one side and of both do not meet.
    wished = [_wished(xs, middle) for xs in clients]
    for p, name in enumerate(names["patrons"]):
        same = [i for i in range(count) if wished[i] == wished[p]]
        key = node("patrons", name)
        x = wished[p] + 130.0 * (same.index(p) - (len(same) - 1) / 2)
        put(key, x, 50, labels["patrons"][p], "patrons")
        keys[key] = key
    count = len(names["mediators"])
    gap = min(23.0, 69.0 / max(1, count))
    for m, name in enumerate(names["mediators"]):
        key = node("mediators", name)
        put(key, middle, 167 + gap * (m - (count - 1) / 2), labels["mediators"][m], "mediators")
        keys[key] = key
    _place_publics(case, across, put, keys, spots)
    sided: list[int] = [0, 0]
    for f, name in enumerate(names["fronts"]):
        s = 1 - int(records["fronts"][f]["ally"])
        key = node("fronts", name)
        put(key, (38.0, width - 38.0)[s], 158.0 + 28.0 * sided[s], labels["fronts"][f], "fronts")
        keys[key] = key
        sided[s] += 1
    return Layout(width, spots, keys)


def _wished(clients: list[float], middle: float) -> float:
    """Return where a patron would stand: outward of its client, or between both."""
    return middle + 1.1 * (sum(clients) / len(clients) - middle) if clients else middle


def _place_publics(
    case: Case,
    across: tuple[float, float],
    put: object,
    keys: dict[str, str],
    spots: dict[str, Spot],
) -> None:
    """Place publics with those they press: below a side, above a patron."""
    assert callable(put)
    names, labels, records = case.names, case.labels, case.records["blocs"]
    for b, name in enumerate(names["blocs"]):
        side, patron = int(records[b]["side"]), int(records[b]["patron"])
        if side >= 0:
            key, owner = f"publics/side/{side}", labels["belligerents"][side]
            if key not in spots:
                put(
                    key, (across[0] + 32, across[1] - 32)[side], 212, f"publics of {owner}", "blocs"
                )
        elif patron >= 0:
            key = f"publics/patron/{patron}"
            if key not in spots:
                above = spots[node("patrons", names["patrons"][patron])]
                alone = sum(int(one["patron"]) == patron for one in records) == 1
                words = labels["blocs"][b] if alone else f"publics of {above.label}"
                put(key, above.x, 12, words, "blocs")
        else:
            continue
        keys[node("blocs", name)] = key


def gathered(moment: Moment) -> list[Tie]:
    """Return the ties that are drawn, those of publics of one owner added up."""
    layout = layout_of(moment.case)
    found: dict[tuple[str, str, str], float] = {}
    for one in moment.ties:
        source, target = layout.keys.get(one.source), layout.keys.get(one.target)
        if source and target and one.tie in LOOKS:
            place = (source, target, one.tie)
            found[place] = found.get(place, 0.0) + one.weight
    return [Tie(*place, weight) for place, weight in found.items()]


@guarded("the network")
def network_svg(moment: Moment, small: bool = False) -> str:
    """Draw who arms, shields, presses, trusts, mediates for and fights whom.

    Args:
        moment: The week.
        small: Whether it is drawn for a narrow page.
    """
    layout = layout_of(moment.case, small)
    right = layout.width
    ties = sorted(gathered(moment), key=lambda one: -one.weight)
    arrows = [_arrow(tie, layout) for tie in ties]
    boxes = [_box(spot) for spot in layout.spots.values()]
    strongest = "; ".join(tie_words(tie, layout) for tie in ties[:5])
    title = "Who arms, shields, presses, trusts and mediates for whom"
    # On a narrow page the first row leaves no room beside it.
    y = 27 if small else 8
    strength = [
        line(right - 112, y, right - 96, y, stroke=FAINT, thick=1.2),
        line(right - 92, y, right - 76, y, stroke=FAINT, thick=6),
        aside(right - 2, y + 4, "weak, strong", anchor="end"),
    ]
    return svg(right, HEIGHT, [*arrows, *boxes, *strength], title, f"Strongest ties: {strongest}.")


def tie_words(one: Tie, layout: Layout) -> str:
    """Word a tie with its strength."""
    look = LOOKS[one.tie]
    source, target = layout.spots[one.source].label, layout.spots[one.target].label
    return f"{source} {look.words} {target}, {plain(one.weight)} {look.meaning}"


def _arrow(one: Tie, layout: Layout) -> Piece:
    look = LOOKS[one.tie]
    a, b = layout.spots[one.source], layout.spots[one.target]
    length = math.hypot(b.x - a.x, b.y - a.y) or 1.0
    ux, uy = (b.x - a.x) / length, (b.y - a.y) / length
    dx, dy = -uy * look.shift, ux * look.shift
    start, stop = _reach(a, ux, uy), length - _reach(b, -ux, -uy)
    wide = 1.0 + 5.0 * min(1.0, one.weight / look.full)
    head = 4.0 + wide
    x1, y1 = a.x + ux * start + dx, a.y + uy * start + dy
    x2, y2 = a.x + ux * (stop - head) + dx, a.y + uy * (stop - head) + dy
    tip = (x2 + ux * head, y2 + uy * head)
    half = 2.0 + 0.75 * wide
    wings = [(x2 - uy * half, y2 + ux * half), tip, (x2 + uy * half, y2 - ux * half)]
    return group(
        [
            line(x1, y1, x2, y2, stroke=look.colour, thick=wide, dash=look.dash or None),
            path(wings, fill=look.colour),
        ],
        title=tie_words(one, layout),
    )


def _reach(spot: Spot, ux: float, uy: float) -> float:
    """Return how far a box reaches in a direction."""
    across = spot.wide / abs(ux) if abs(ux) > 1e-9 else math.inf
    along = spot.high / abs(uy) if abs(uy) > 1e-9 else math.inf
    return min(across, along) + 2.0


def _box(spot: Spot) -> Piece:
    side, public = spot.kind == "belligerents", spot.kind == "blocs"
    x, y, wide, high = spot.x - spot.wide, spot.y - spot.high, 2 * spot.wide, 2 * spot.high
    edge = {"stroke": INK, "thick": 2} if side else {"stroke": FAINT, "thick": 1}
    dash = "3 2" if spot.kind == "fronts" else None
    words = {"size": 14, "weight": 700} if side else {"size": 12}
    colour = FAINT if public else INK
    return group(
        [
            rect(x, y, wide, high, rx=11 if public else 3, fill=PANEL, dash=dash, **edge),
            text(spot.x, spot.y + 4, spot.label, anchor="middle", fill=colour, **words),
        ]
    )


def legend_html() -> str:
    """Explain colours, dashes and thickness."""
    return keys(
        (
            (line(1, 6, 25, 6, stroke=look.colour, thick=3.5, dash=look.dash or None), look.words)
            for look in LOOKS.values()
        ),
        26,
        12,
    )


@guarded("the table of ties")
def network_table(moment: Moment) -> str:
    """List the ties of the week, the network's text equivalent."""
    spots = layout_of(moment.case).spots
    ties = sorted(gathered(moment), key=lambda tie: (tie.tie, -tie.weight))
    rows = (
        (
            spots[tie.source].label,
            LOOKS[tie.tie].words,
            spots[tie.target].label,
            f"{plain(tie.weight)} {LOOKS[tie.tie].meaning}",
        )
        for tie in ties
    )
    return table(("Who", "does", "to whom", "how strongly"), rows)
