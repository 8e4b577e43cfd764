"""What a change did, in words and tables; everything is escaped that comes from elsewhere."""

from collections.abc import Sequence

from ceasefire.experiments.statistics.differences import Difference
from ceasefire.experiments.statistics.spreads import QUANTILES
from ceasefire.experiments.style.words import MINUS, capital, plain
from ceasefire.experiments.why.words import labels_of
from ceasefire.model.case.case import Case
from ceasefire.model.world.outcome import END_STATES, NONE, PERMANENT
from ceasefire.viz.change.effects import EnsembleChange, NumberChange, StateChange
from ceasefire.viz.change.stuck import Stuck
from ceasefire.viz.live.runs import WHY_SHARE
from ceasefire.viz.live.worker import WHY_RUNS
from ceasefire.viz.page.html import table

CLEAR = 0.00005
"""Shares below this are worded as fewer than 0.01 of 100."""


def per_hundred(share: float) -> str:
    """Word a share as a number of 100 runs: ``31``, ``4.95``, ``fewer than 0.01``.

    One of 2,000 runs is 0.05 of 100: with fewer digits, sums of what is said would not come out.
    """
    if 0.0 < share < CLEAR:
        return "fewer than 0.01"
    if 1.0 - CLEAR < share < 1.0:
        return "more than 99.99"
    return f"{100.0 * share:.2f}".rstrip("0").removesuffix(".")


def points(share: float) -> str:
    """Word a difference of shares in percentage points: ``+4.75``, ``−0.3``, ``0``."""
    text = f"{100.0 * share:+.2f}".rstrip("0").removesuffix(".")
    return "0" if text in ("+0", "-0") else text.replace("-", MINUS)


def interval(difference: Difference) -> str:
    """Word the interval of a difference of shares: ``3.1 to 6.3``."""
    low, high = (
        f"{100.0 * end:.1f}".replace("-0.0", "0.0").replace("-", MINUS)
        for end in (difference.low, difference.high)
    )
    return f"{low} to {high}"


def is_clear(difference: Difference) -> bool:
    """Whether the interval leaves zero out."""
    return difference.low > 0.0 or difference.high < 0.0


def state_named(comparison: EnsembleChange, state: int) -> StateChange:
    """Return what became of one end state."""
    return next(one for one in comparison.states if one.state == state)


def leading_sentence(comparison: EnsembleChange, touched: bool) -> str:
    """Return the sentence that leads the page.

    Args:
        comparison: Both ensembles.
        touched: Whether any lever has been moved.
    """
    one = state_named(comparison, PERMANENT)
    if not touched:
        none = state_named(comparison, NONE)
        return (
            f"As the case stands, {per_hundred(one.baseline.share)} of 100 runs end with a "
            f"permanent ceasefire, and {per_hundred(none.baseline.share)} without a deal. "
            "Move a lever to see what changes."
        )
    now, was = per_hundred(one.changed.share), per_hundred(one.baseline.share)
    if one.to == one.away == 0:
        words = f"Permanent ceasefire in {now} of 100 runs, as before: no run turned to it or away"
        return f"{words}. {_otherwise(comparison)}"
    to, away = per_hundred(one.to / comparison.runs), per_hundred(one.away / comparison.runs)
    moved = f"{points(one.difference.difference)} points ({interval(one.difference)})"
    clear = "" if is_clear(one.difference) else ", not clear of zero"
    return (
        f"Permanent ceasefire in {now} of 100 runs instead of {was}: {moved}{clear}; "
        f"{to} turned to it, {away} away. {_otherwise(comparison)}"
    )


def _otherwise(comparison: EnsembleChange) -> str:
    """Say which other end state moved most, if any did."""
    others = [one for one in comparison.states if one.state not in (PERMANENT, NONE)]
    most = max(others, key=lambda one: abs(one.difference.difference))
    if not is_clear(most.difference):
        return ""
    name = capital(END_STATES[most.state])
    return f"{name}: {points(most.difference.difference)} points ({interval(most.difference)})."


def status(comparison: EnsembleChange, most: int) -> str:
    """Say on how many runs it rests, and what its intervals are."""
    more = f", more are being added up to {plain(most)}" if comparison.runs < most else ""
    sets = len(set(comparison.changed.sets.tolist()))
    return (
        f"{plain(comparison.runs)} runs with and {plain(comparison.runs)} without the change, "
        f"paired by parameter set and seed{more}. 95 % intervals over {sets} sets. "
        "Under stated assumptions; no forecast."
    )


def name_of(state: int) -> str:
    """Return an end state as the beginning of a line."""
    return END_STATES[state][:1].upper() + END_STATES[state][1:]


def change_table(head: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> str:
    """Return a table; all columns but the first hold numbers."""
    shown = table(head, rows, caption, hidden=True, titled=True, numbers=True)
    return f'<div class="change-table">{shown}</div>'


def states_table(comparison: EnsembleChange) -> str:
    """Return the end states as a table."""
    rows = [
        [
            name_of(one.state),
            f"{per_hundred(one.baseline.share)} ({_ends(one.baseline.low, one.baseline.high)})",
            f"{per_hundred(one.changed.share)} ({_ends(one.changed.low, one.changed.high)})",
            f"{points(one.difference.difference)} ({interval(one.difference)})",
            f"± {100.0 * one.chance:.1f}",
            f"± {100.0 * one.apart:.1f}",
        ]
        for one in comparison.states
    ]
    head = ("End state", "of 100 runs, as it is", "with the change", "points", "chance")
    words = "How runs end, with 95 % intervals, what chance leaves, and how far sets lie apart"
    return change_table((*head, "sets apart"), rows, words)


def _ends(low: float, high: float) -> str:
    return f"{100.0 * low:.1f} to {100.0 * high:.1f}"


def flows_table(comparison: EnsembleChange) -> str:
    """Return from what to what runs turned, as a table: the field of worlds in numbers."""
    order = [one.state for one in comparison.states]
    rows = [
        [name_of(was), *(plain(int(comparison.flows[was, now])) for now in order)] for was in order
    ]
    head = ("as it is, and below with the change", *(name_of(now) for now in order))
    words = f"Of {plain(comparison.runs)} runs: how they end as it is, by how with the change"
    return change_table(("As it is ↓   changed →", *head[1:]), rows, words)


def flows_words(comparison: EnsembleChange) -> str:
    """Say how many runs flipped, and most often from what to what."""
    runs = plain(comparison.runs)
    if comparison.flipped == 0:
        return f"None of {runs} runs ends differently."
    ways = [
        (int(comparison.flows[was, now]), was, now)
        for was in range(len(END_STATES))
        for now in range(len(END_STATES))
        if was != now
    ]
    count, was, now = max(ways)
    return (
        f"{plain(comparison.flipped)} of {runs} runs end differently, most often ({plain(count)}) "
        f"from “{END_STATES[was]}” to “{END_STATES[now]}”."
    )


def number_words(one: NumberChange) -> str:
    """Say how the mean of a number changed."""
    change = one.difference
    if change.low <= 0.0 <= change.high and change.difference == 0.0:
        return f"On average {amount(change.baseline)} {one.unit}, as before."
    return (
        f"On average {amount(change.other)} instead of {amount(change.baseline)} {one.unit}: "
        f"{signed(change.difference)} ({signed(change.low)} to {signed(change.high)})."
    )


def amount(value: float) -> str:
    """Word a mean or quantile of a count."""
    return f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:,.1f}".removesuffix(".0")


def signed(value: float) -> str:
    """Word a difference of counts."""
    text = f"{value:+,.0f}" if abs(value) >= 1000.0 else f"{value:+,.1f}".removesuffix(".0")
    return "0" if text in ("+0", "-0") else text.replace("-", MINUS)


def number_table(one: NumberChange) -> str:
    """Return the quantiles of a number as a table."""
    rows = [
        [
            f"{100.0 * share:.0f} % of runs have at most",
            amount(was),
            amount(now),
            f"{signed(now - was)} ({signed(low)} to {signed(high)})",
        ]
        for share, (was, now, low, high) in zip(QUANTILES, one.quantiles, strict=True)
    ]
    head = ("Quantile", "as it is", "with the change", f"difference ({one.unit})")
    return change_table(
        head, rows, f"{one.name}: quantiles, with 95 % intervals of their differences"
    )


def incidence_table(rows: Sequence[tuple[str, Sequence[float], Sequence[float]]]) -> str:
    """Return cumulative incidences every few weeks as a table.

    Args:
        rows: For each event its name, and its share of runs by week without and with the change.
    """
    last = len(rows[0][1]) - 1
    weeks = sorted({*range(0, last, 8), last})
    lines = [
        [f"{name}, {which}", *(per_hundred(float(curve[week])) for week in weeks)]
        for name, was, now in rows
        for which, curve in (("as it is", was), ("changed", now))
    ]
    head = ("Of 100 runs, by week", *(f"{week}" for week in weeks))
    return change_table(head, lines, "Share of runs in which each has come, by week")


def stuck_words(stuck: Stuck, case: Case) -> str:
    """Say which constraint binds most often, without and with the change, and on what sample."""
    sample = (
        f"Sample: {100.0 * WHY_SHARE:.0f} % of the failed rounds of the first {WHY_RUNS} runs, "
        f"drawn at random: {plain(stuck.before_rounds)} without and {plain(stuck.after_rounds)} "
        "with the change. A constraint binds where it is among the fewest that would have had to "
        "give for a text acceptable to both to exist."
    )
    if not stuck.rows:
        return f"No round of the sample failed. {sample}"
    words = labels_of(case)
    before = max(stuck.rows, key=lambda one: one.before.share)
    after = max(stuck.rows, key=lambda one: one.after.share)
    first = (
        f"Most often binding: “{words[before.key]}”, in {100.0 * before.before.share:.0f} of 100 "
        "failed rounds"
    )
    if after.key == before.key:
        first += f", and with the change in {100.0 * before.after.share:.0f}. "
    else:
        first += f"; with the change “{words[after.key]}”, in {100.0 * after.after.share:.0f}. "
    return first + sample


def stuck_table(stuck: Stuck, case: Case) -> str:
    """Return the shares of failed rounds in which constraints bind, as a table."""
    words = labels_of(case)
    rows = [
        [
            words[one.key],
            f"{100.0 * one.before.share:.0f} ({_whole(one.before.low, one.before.high)})",
            f"{100.0 * one.after.share:.0f} ({_whole(one.after.low, one.after.high)})",
        ]
        for one in stuck.rows
    ]
    head = ("Constraint", "of 100 failed rounds, as it is", "with the change")
    return change_table(head, rows, "In how many failed rounds each constraint binds")


def _whole(low: float, high: float) -> str:
    return f"{100.0 * low:.0f} to {100.0 * high:.0f}"
