"""Captives, deaths, opinion, fronts and arms over the weeks, beside what is on record."""

import math
from collections.abc import Callable, Sequence
from html import escape

from ceasefire.experiments.style.words import plain
from ceasefire.viz.page.guard import guarded
from ceasefire.viz.page.html import paragraph, table
from ceasefire.viz.page.svg import (
    ACCENT,
    INK,
    LINE,
    PANEL,
    Piece,
    aside,
    circle,
    group,
    line,
    path,
    rect,
    svg,
    text,
)
from ceasefire.viz.watch.quantities import Chart, Quantity, pictures_of
from ceasefire.viz.worlds.evidence import Evidence, evidence_of
from ceasefire.viz.worlds.moment import Moment

WIDTH = 300
LEFT, RIGHT = 38.0, 294.0
TOPS, TALL = (20.0, 122.0), 72.0


@guarded("the series")
def series_svg(moments: Sequence[Moment], name: str) -> str:
    """Draw one of the four pictures: the whole run as lines, the record as marks."""
    picture = next(one for one in pictures_of(moments[0]) if one.name == name)
    weeks = float(moments[0].case.records["war"]["horizon"][0])
    evidence = evidence_of(moments[0].case)
    pieces: list[Piece] = []
    moved = f"transform:translateX(calc(var(--end) * {RIGHT - LEFT:g}px))"
    for top, field in zip(TOPS, picture.fields, strict=False):
        pieces += _field(moments, field, top, weeks, evidence)
        pieces.append(line(LEFT, top, LEFT, top + TALL, class_="at-line", style=moved))
    height = TOPS[len(picture.fields) - 1] + TALL + 20.0
    for week in range(0, int(weeks) + 1, 10):
        x, anchor = LEFT + (RIGHT - LEFT) * week / weeks, "middle" if week else "start"
        pieces.append(aside(x, height - 4, week or "week 0", 10, anchor=anchor))
    said = "; ".join(
        f"{field.title}, {one.label}: {plain(one.value(moments[-1]))} {one.unit} at the end"
        for field in picture.fields
        for one in field.lines
    )
    return svg(WIDTH, height, pieces, picture.title, f"{said}.")


def _field(
    moments: Sequence[Moment], field: Chart, top: float, weeks: float, evidence: Evidence | None
) -> list[Piece]:
    values = [one.value(moment) for one in field.lines for moment in moments]
    values += [p.value for one in field.lines if one.record for p in one.record.points]
    high = field.high if field.high is not None else _round_up(max(values, default=1.0))
    low = field.low
    base = top + TALL

    def x(week: float) -> float:
        return LEFT + (RIGHT - LEFT) * min(max(week, 0.0), weeks) / weeks

    def y(value: float) -> float:
        return base - TALL * (value - low) / (high - low or 1.0)

    pieces = [text(0, top - 6, field.title, size=11, weight=600)]
    if evidence is not None and evidence.until < weeks:
        until = x(evidence.until)
        pieces.append(rect(until, top, RIGHT - until, TALL, class_="beyond"))
    pieces.append(line(LEFT, base, RIGHT, base, stroke=LINE))
    if low < 0:
        pieces.append(line(LEFT, y(0), RIGHT, y(0), stroke=LINE, dash="2 2"))
    for value, lower in ((low, 0), (high, 8)):
        pieces.append(aside(LEFT - 4, y(value) + lower, plain(value), 10, anchor="end"))
    step = float(moments[0].case.records["war"]["step"][0])
    for quantity in field.lines:
        run = [(x(moment.week + step), y(quantity.value(moment))) for moment in moments]
        pieces.append(path(run, **_look(quantity)))
        pieces += _record(quantity, x, y, weeks)
    if len(field.lines) > 1:
        pieces += _names(field, top)
    return pieces


def _look(quantity: Quantity) -> dict[str, object]:
    """Return how the line of a quantity is drawn."""
    look = {"stroke": INK, "dash": "4 2"} if quantity.dashed else {"stroke": ACCENT}
    return {**look, "thick": 1.8}


def _names(field: Chart, top: float) -> list[Piece]:
    """Name the lines of a field, right of its title."""
    pieces = []
    right = RIGHT
    for quantity in reversed(field.lines):
        look = _look(quantity)
        # Short words have wider letters: they are names.
        wide = 7.2 if len(quantity.label) < 10 else 5.2
        left = right - wide * len(quantity.label) - 4
        words = {"size": 10.5, "anchor": "end", "fill": look["stroke"]}
        pieces.append(text(right, top - 6, quantity.label, **words))
        pieces.append(line(left - 16, top - 9.5, left, top - 9.5, **look))
        right = left - 24
    return pieces


def _record(
    one: Quantity, x: Callable[[float], float], y: Callable[[float], float], weeks: float
) -> list[Piece]:
    if one.record is None:
        return []
    pieces = []
    look: dict[str, object] = {"fill": PANEL, "stroke": "var(--record)", "thick": 1.6}
    for point in one.record.points:
        if not 0.0 <= point.week <= weeks:
            continue
        px, py = x(point.week), y(point.value)
        square = rect(px - 2.6, py - 2.6, 5.2, 5.2, **look)
        mark = square if one.dashed else circle(px, py, 2.7, **look)
        words = f"On record, week {point.week:.3g}: {plain(point.value)} {one.record.unit}"
        pieces.append(group([mark], title=f"{words}. {one.record.title}. {point.source}"))
    return pieces


def _round_up(value: float) -> float:
    """Return the next round number above a value."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    sizes = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.5, 10.0)
    return next(size * power for size in sizes if size * power >= value)


def now_html(moments: Sequence[Moment], moment: Moment, name: str) -> str:
    """Say a picture's numbers this week, with the latest number on record before it."""
    picture = next(one for one in pictures_of(moments[0]) if one.name == name)
    evidence = evidence_of(moment.case)
    week = moment.week + float(moment.case.records["war"]["step"][0])
    spans = "".join(
        f"<span>{escape(_now(field, quantity, moment, week, evidence))}</span>"
        for field in picture.fields
        for quantity in field.lines
    )
    return f'<p class="now">{spans}</p>'


def _now(
    field: Chart, one: Quantity, moment: Moment, week: float, evidence: Evidence | None
) -> str:
    label = field.title if len(field.lines) == 1 else f"{field.title}, {one.label}"
    words = f"{label}: {plain(round(one.value(moment), 2))}"
    if one.record is None or evidence is None:
        return words
    if week > evidence.until + 1.0:
        return f"{words} (record ended)"
    before = [point for point in one.record.points if point.week <= week]
    return f"{words} (on record {plain(before[-1].value)})" if before else words


def caption(moment: Moment) -> str:
    """Say what the marks are, and why they end where they do."""
    evidence = evidence_of(moment.case)
    if evidence is None:
        return "Lines are this run. Nothing is on record beside this case: it is an abstract one."
    return (
        "Lines are this run, hollow marks what is on record: circles for solid lines, squares for "
        f"dashed ones. {evidence.why}"
    )


@guarded("the table of the series")
def series_table(moments: Sequence[Moment], name: str) -> str:
    """List a picture's numbers every fourth week, and what is on record with its sources."""
    picture = next(one for one in pictures_of(moments[0]) if one.name == name)
    lines = [(field, one) for field in picture.fields for one in field.lines]
    head = ["Week", *(f"{field.title}: {one.label}, {one.unit}" for field, one in lines)]
    rows = [
        [f"{moment.week:g}", *(plain(round(one.value(moment), 2)) for _, one in lines)]
        for moment in moments[::4]
    ]
    tables: str = table(head, rows)
    known = [
        (f"{p.week:.3g}", one.record.title, f"{plain(p.value)} {one.record.unit}", p.source)
        for _, one in lines
        if one.record
        for p in one.record.points
    ]
    if known:
        tables += table(("Week", "On record", "Value", "Source"), known)
    notes = [one.record.note for _, one in lines if one.record and one.record.note]
    return tables + "".join(paragraph(note, "quiet") for note in notes)
