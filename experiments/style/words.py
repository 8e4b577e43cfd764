"""How numbers, dates and lists are worded, on every screen alike."""

import datetime
import math
from collections.abc import Sequence
from typing import Protocol

PURPOSE = (
    "This model explains, under the assumptions of its case, why ceasefire talks get stuck. "
    "It is no forecast."
)

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"


BAR = "█"
"""What bars are made of."""


class Measured(Protocol):
    """What is measured of runs: a share of them, or a number in a unit."""

    @property
    def is_share(self) -> bool:
        """Whether it either comes in a run or does not."""

    @property
    def unit(self) -> str:
        """Its unit."""


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


def decimals(value: float, digits: int, plus: bool = True) -> str:
    """Word a number with so many digits and a sign; what rounds to zero has none."""
    if not math.isfinite(value):
        return "unknown"
    text = f"{value:+,.{digits}f}" if plus else f"{value:,.{digits}f}"
    if not any(sign in "123456789" for sign in text):
        text = text.lstrip("+-")
    return text.replace("-", MINUS)


def digits_worth(width: float, least: int = 0) -> int:
    """Return as many digits as an interval of some width is worth: at least so many, at most 4."""
    if not math.isfinite(width) or width <= 0.0:
        return 1
    return int(min(max(math.ceil(1.0 - math.log10(width)), least), 4))


def amount(value: float, of: Measured) -> str:
    """Word a value of what is measured: ``12.3 %``, ``26 weeks``; "nothing" where there is none."""
    if math.isnan(value):
        return "nothing"
    return percent(value) if of.is_share else f"{plain(value)} {of.unit}"


def change(value: float, of: Measured) -> str:
    """Word a change of what is measured: ``2.1 percentage points``, ``1.5 weeks``."""
    if of.is_share:
        return f"{100.0 * value:.1f} percentage points".replace("-", MINUS)
    return f"{plain(value)} {of.unit}"


def interval(low: float, high: float, of: Measured) -> str:
    """Word an interval of what is measured: ``2.1 to 4.0 %``."""
    if of.is_share:
        return f"{100 * low:.1f} to {100 * high:.1f} %"
    return f"{plain(low)} to {plain(high)}"


def capital(words: str) -> str:
    """Begin a sentence."""
    return words[:1].upper() + words[1:]


def uncapital(words: str) -> str:
    """Take what begins a sentence into its middle."""
    return words[:1].lower() + words[1:]


def bar(share: float) -> str:
    """Draw a share as a bar of up to ten blocks."""
    return BAR * round(10 * share)


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
