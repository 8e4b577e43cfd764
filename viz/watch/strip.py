"""The strip of weeks: what happened in the run, over what is on record for the same weeks."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from ceasefire.experiments.style.words import counted
from ceasefire.viz.page.guard import guarded
from ceasefire.viz.page.html import keys, table
from ceasefire.viz.page.svg import (
    ACCENT,
    FAINT,
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
from ceasefire.viz.watch.signs import Sign, first_difference, recorded_signs, signs_of, step_of
from ceasefire.viz.worlds.evidence import evidence_of
from ceasefire.viz.worlds.moment import Moment


@dataclass(frozen=True)
class Frame:
    """Measures of a strip: its width, the place of week 0, and how many weeks it spans."""

    width: float
    left: float
    right: float
    weeks: float
    small: bool

    def x(self, week: float) -> float:
        """Return where a week stands."""
        return self.left + (self.right - self.left) * min(week, self.weeks) / self.weeks


def _frame(moments: Sequence[Moment], small: bool) -> Frame:
    case = moments[0].case
    weeks = float(case.records["war"]["horizon"][0])
    return Frame(360, 4, 356, weeks, True) if small else Frame(1216, 84, 1208, weeks, False)


@guarded("the strip of weeks")
def strip_svg(moments: Sequence[Moment], small: bool = False, beside: Sequence[Moment] = ()) -> str:
    """Draw the strip.

    Args:
        moments: The weeks of the run.
        small: Whether it is drawn for a narrow page.
        beside: Weeks of the same world without its changes, drawn between run and record.
    """
    frame = _frame(moments, small)
    evidence = evidence_of(moments[0].case)
    rows: list[tuple[str, list[Sign]]] = [("This run", signs_of(moments))]
    if beside:
        rows.append(("Unchanged", signs_of(beside)))
    tall = 30.0
    top = 18.0
    gap = 14.0 if small else 3.0
    pieces = _axis(moments[0].case.start, frame)
    for (name, signs), weeks in zip(rows, (moments, beside), strict=False):
        pieces += _row(name, signs, top, tall, frame, gap)
        pieces += _end_of_run(weeks, frame, top + _drop(frame, gap), tall)
        top += tall + gap
    if beside:
        pieces += _parting(moments, beside, frame, top)
    if evidence is not None:
        pieces += _row("On record", recorded_signs(evidence), top, tall, frame, gap)
        words = "record ends" if small else f"the record ends {evidence.ends}"
        pieces += _after(evidence.until, words, evidence.why, frame, top + _drop(frame, gap), tall)
        top += tall + gap
    elif not small:
        words = "Nothing is on record beside this case: it is an abstract one."
        pieces.append(aside(frame.left, top + 14, words))
        top += 20
    span = frame.right - frame.left
    wide = max(span / frame.weeks * step_of(moments), 3.0)
    moved = f"transform:translateX(calc(var(--at) * {span:g}px))"
    pieces.append(rect(frame.left, 14, wide, top - 14, class_="at-week", style=moved))
    return svg(
        frame.width,
        top + 2,
        pieces,
        "The weeks of the run, over what is on record for the same weeks",
        _said(rows[0][1]),
        data_left=frame.left / frame.width,
        data_right=frame.right / frame.width,
    )


def _said(signs: list[Sign]) -> str:
    rounds = [one for one in signs if one.kind == "round"]
    deals = sum(one.deal for one in rounds)
    truces = sum(one.kind == "truce" for one in signs)
    exits = sum(one.kind == "exit" for one in signs)
    return (
        f"In the run {counted(len(rounds), 'round')}, {deals} with a deal; "
        f"{counted(truces, 'truce')}; {counted(exits, 'exit')}."
    )


def _axis(start: datetime.date | None, frame: Frame) -> list[Piece]:
    pieces: list[Piece] = []
    every = 8 if frame.small else 4
    for week in range(0, int(frame.weeks) + 1, every):
        x = frame.x(week)
        words = f"{week}"
        if start is not None and not frame.small:
            day = start + datetime.timedelta(days=7 * week)
            words = f"{week} · {day.day} {day:%b}" if week < frame.weeks else f"{week}"
            if week == 0 or (day.month == 1 and day.day <= 28):
                words += f" {day:%y}"
        last = week + every > frame.weeks
        anchor = "end" if last and x > frame.right - 30 else "start"
        pieces.append(line(x, 13, x, 17, stroke=FAINT))
        pieces.append(aside(min(x, frame.right) if last else x, 10, words, 10, anchor=anchor))
    if not frame.small:
        pieces.append(aside(4, 10, "Week", 10))
    return pieces


def _row(
    name: str, signs: list[Sign], top: float, tall: float, frame: Frame, gap: float
) -> list[Piece]:
    if frame.small:
        pieces = [text(frame.left, top + 9, name, size=11, weight=600)]
        top += _drop(frame, gap)
    else:
        pieces = [text(4, top + 19, name, size=12, weight=600)]
    pieces.append(rect(frame.left, top, frame.right - frame.left, tall, fill=PANEL, stroke=LINE))
    for kind in ("truce", "round", "event", "threat", "vote", "exit"):
        for one in signs:
            if one.kind == kind:
                pieces.append(group(sign_pieces(one, frame, top, tall), title=_title(one)))
    return pieces


def _drop(frame: Frame, gap: float) -> float:
    """Return how far below its name a row begins: on a narrow page the name stands above it."""
    return gap - 3.0 if frame.small else 0.0


def _title(one: Sign) -> str:
    until = f" to {one.end:g}" if one.end - one.start > 0.2 else ""
    return f"Week {int(one.start) if not until else f'{one.start:.3g}'}{until}: {one.words}"


def sign_pieces(one: Sign, frame: Frame, top: float, tall: float) -> list[Piece]:
    """Draw one sign; kinds differ in shape, not in colour alone."""
    x = frame.x(one.start)
    middle = frame.x(one.start + (0.5 if one.end == one.start and one.start % 1 == 0 else 0.0))
    wide = max(frame.x(one.end) - x, 3.0)
    outline = {"fill": PANEL, "thick": 1.4}
    if one.kind == "truce":
        return [rect(x, top + 1, wide, tall - 2, fill="var(--truce)")]
    if one.kind == "round" and one.deal:
        return [rect(x, top + 4, wide, 11, fill="var(--permanent)", rx=2)]
    if one.kind == "round":
        box = rect(x, top + 4, wide, 11, stroke=INK, rx=2, **outline)
        return [box, line(x, top + 15, x + wide, top + 4, stroke=INK, thick=1)]
    y = top + tall - 8
    if one.kind == "vote":
        shape = [(middle, y - 4.5), (middle + 4.5, y), (middle, y + 4.5), (middle - 4.5, y)]
        look = {**outline, "stroke": FAINT}
        if one.deal and "veto" not in one.words:
            look["fill"] = FAINT
        return [path([*shape, shape[0]], **look)]
    if one.kind in ("exit", "threat"):
        shape = [(middle - 5, y - 4.5), (middle + 5, y - 4.5), (middle, y + 5)]
        look = {**outline, "stroke": "var(--seat-threat)"}
        if one.kind == "exit":
            look["fill"] = "var(--seat-threat)"
        return [path([*shape, shape[0]], **look)]
    return [line(middle, top + tall - 4, middle, top + tall, stroke=FAINT, thick=2)]


def _end_of_run(moments: Sequence[Moment], frame: Frame, top: float, tall: float) -> list[Piece]:
    """Leave the weeks empty after a run has ended early, and say how it did."""
    last = moments[-1]
    ended = f"{'ends' if frame.small else 'the run ends'}: {last.end_state}"
    return _after(last.week + step_of(moments), ended, ended, frame, top, tall)


def _after(week: float, words: str, why: str, frame: Frame, top: float, tall: float) -> list[Piece]:
    """Leave the weeks empty from a week on, and say why, where there is room for it."""
    if week >= frame.weeks:
        return []
    x = frame.x(week)
    pieces = [
        rect(x, top, frame.right - x, tall, fill="var(--paper)", stroke=LINE),
        line(x, top, x, top + tall, stroke=INK, dash="2 2"),
    ]
    if 6.0 * len(words) < frame.right - x:
        pieces.append(aside(x + 6, top + 19, words))
    return [group(pieces, title=why)]


def _parting(
    moments: Sequence[Moment], beside: Sequence[Moment], frame: Frame, bottom: float
) -> list[Piece]:
    week = first_difference(moments, beside)
    if week is None:
        return []
    x = frame.x(week)
    mark = line(x, 14, x, bottom - 2, stroke=ACCENT, thick=2.5)
    return [group([mark], title=f"Week {week:g}: the first in which the two runs differ")]


def legend_html() -> str:
    """Explain the signs."""
    frame = Frame(20, 2, 18, 1, False)
    shown = (
        (Sign("round", 0, 1, False, ""), "round that failed"),
        (Sign("round", 0, 1, True, ""), "round with a deal"),
        (Sign("truce", 0, 1, True, ""), "truce"),
        (Sign("vote", 0.5, 0.5, True, ""), "vote at the Council"),
        (Sign("vote", 0.5, 0.5, False, ""), "not adopted"),
        (Sign("threat", 0.5, 0.5, False, ""), "party threatens"),
        (Sign("exit", 0.5, 0.5, False, ""), "party leaves"),
        (Sign("event", 0.5, 0.5, False, ""), "documented event"),
    )
    entries = []
    for sign, words in shown:
        top = {"round": -2.0, "truce": 0.0}.get(sign.kind, -15.0)
        tall = 16.0 if sign.kind == "truce" else 30.0
        entries.append(("".join(sign_pieces(sign, frame, top, tall)), words))
    return keys(entries, 20, 16)


@guarded("the table of weeks")
def strip_table(moments: Sequence[Moment]) -> str:
    """List what happened in the run and what is on record, the strip's text equivalent."""
    rows = [(one, "this run") for one in signs_of(moments)]
    evidence = evidence_of(moments[0].case)
    if evidence is not None:
        rows += [(one, "on record") for one in recorded_signs(evidence)]
    rows.sort(key=lambda row: (row[0].start, row[1]))
    return table(
        ("Week", "Where", "What"), [(f"{one.start:.3g}", where, one.words) for one, where in rows]
    )
