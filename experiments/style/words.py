"""How numbers, dates and lists are worded, on every screen alike."""

import datetime
from collections.abc import Sequence

PURPOSE = (
    "This model explains, under the assumptions of its case, why ceasefire talks get stuck. "
    "It is no forecast."
)

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"


def signed(value: float) -> str:
    """Word a gain or loss in utility: ``+0.31``."""
    return f"{value:+.2f}".replace("-", MINUS)


def plain(value: float) -> str:
    """Word a number with as many digits as it needs: ``1,234``, ``0.25``, ``7``."""
    if abs(value) >= 100 or float(value).is_integer():
        return f"{value:,.0f}".replace("-", MINUS)
    return f"{value:.2g}".replace("-", MINUS)


def average(value: float) -> str:
    """Word a mean: ``31,975``, ``1.2``."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"


def percent(share: float) -> str:
    """Word a share: ``12.3 %``, never a bare 0 or 100 for what is only almost so."""
    if 0.0 < share < 0.0005:
        return "< 0.1 %"
    if 0.9995 < share < 1.0:
        return "> 99.9 %"
    return f"{100.0 * share:.1f} %"


def counted(number: float, one: str, many: str = "") -> str:
    """Word a count of things: ``1 captive``, ``1,200 captives``."""
    return f"{plain(number)} {one if number == 1 else many or one + 's'}"


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does: ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def week_name(week: float) -> str:
    """Word a point in time in weeks since the start: ``7`` or ``7.5``."""
    return f"{week:g}"


def dates_of(start: datetime.date | None, week: float, until: float) -> str:
    """Word the days from one week up to another: ``18 Nov – 24 Nov 2023``; "" without a start."""
    if start is None:
        return ""
    first = start + datetime.timedelta(days=round(7 * week))
    last = start + datetime.timedelta(days=max(round(7 * until) - 1, round(7 * week)))
    ending = f"{last.day} {last:%b %Y}"
    if first == last:
        return ending
    beginning = f"{first.day} {first:%b}"
    if first.year != last.year:
        beginning += f" {first.year}"
    return f"{beginning} {DASH} {ending}"
