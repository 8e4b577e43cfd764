"""What an ensemble says: how runs end, who refuses, when truces come, and what it costs."""

from collections.abc import Iterator, Mapping
from typing import Any

from ceasefire.experiments.runs.summary import Summary
from ceasefire.experiments.style.report import Report, Section, Table
from ceasefire.experiments.style.shares import percents, shares_section, spreads_section
from ceasefire.experiments.style.words import BAR, counted, listed, percent, plain
from ceasefire.model.case.case import Case

NOT_KEPT = (
    "Rounds and truces were not kept (--keep end-states): who refused, how truces spread over the "
    "weeks, how long they last and how they end cannot be shown."
)

CAPTIVES = {
    "captives_returned": "returned alive",
    "captives_freed_by_force": "freed by force",
    "captives_died": "died in captivity",
    "captives_held": "still held alive",
}

STEPS, WIDTH = 13, 30
"""Steps of weeks in which truces are shown to begin at most, and blocks of the longest bar."""


def report_of(summary: Summary, case: Case, under: str = "", **facts: Any) -> Report:
    """Return what came of an ensemble.

    Args:
        summary: What came of it.
        case: The case.
        under: What was changed in it, and over which sets it was run.
        **facts: What else is to be known.
    """
    made = (
        f"{counted(summary.runs, 'run')}, seeds {summary.first_seed} to {summary.last_seed}, each "
        f"up to {plain(summary.horizon)} weeks."
    )
    return Report(
        title=summary.title,
        under="\n".join(filter(None, [made, under])),
        sections=list(sections_of(summary, case)),
        facts={**summary.to_dict(), **facts},
    )


def sections_of(summary: Summary, case: Case) -> Iterator[Section]:
    """Return the tables of a summary."""
    sides = dict(zip(case.names["belligerents"], case.labels["belligerents"], strict=True))
    parties = dict(zip(case.names["parties"], case.labels["parties"], strict=True))
    runs = counted(summary.runs, "run")
    ended = {
        state: f"median week {plain(spread.median)}"
        for state, spread in summary.ended_week.items()
        if spread
    }
    yield shares_section("How runs end", f"of {runs}", summary.end_states, ended)
    yield from talks_of(summary, sides)
    yield from truces_of(summary, sides)
    spreads = {"rounds of talks": summary.rounds_per_run}
    for name, words in CAPTIVES.items():
        for side, spread in getattr(summary, name).items():
            spreads[f"captives from {sides[side]}, {words}"] = spread
    for side, spread in summary.deaths.items():
        spreads[f"deaths, {sides[side]}'s side"] = spread
    of = f"over all {runs}, to each run's end"
    yield spreads_section("Rounds, captives and deaths", of, spreads)
    left = {parties[name]: share for name, share in summary.parties_left.items() if share.count}
    if left:
        yield shares_section("Who has left the government by the end", f"of {runs}", left)


def talks_of(summary: Summary, sides: Mapping[str, str]) -> Iterator[Section]:
    """Say who refused, and what was called a yes in public."""
    if summary.runs_with_failed_rounds is None:
        yield Section("Talks", lines=[NOT_KEPT])
        return
    failed = next(iter(summary.refused_by.values())).of
    if not failed:
        yield Section("Talks", lines=["No round of talks failed."])
        return
    rounds = counted(failed, "failed round")
    rounds += f" in {counted(summary.runs_with_failed_rounds, 'run')}"
    shares = {_who(name, sides): share for name, share in summary.refused_by.items() if share.count}
    yield shares_section("Who refused the last text of failed rounds", f"of {rounds}", shares)
    said = {
        f"{sides[side]}, of {counted(share.of, 'refusal')}": share
        for side, share in summary.yes_in_public.items()
        if share.of
    }
    if any(share.count for share in said.values()):
        yield shares_section("Refusals that were called a yes in public", "", said)


def truces_of(summary: Summary, sides: Mapping[str, str]) -> Iterator[Section]:
    """Say when truces begin, how long they last, and how they end."""
    none = summary.runs_without_truce
    each = summary.truces_per_run
    begun = round(each.mean * each.of) if each else 0
    with_truce = counted(none.of - none.count, "run")
    truces = counted(begun, "truce")
    words = (
        f"{percent(none.share)} of runs ({percents(none)}) have none; {truces} begin in "
        f"{with_truce}."
    )
    yield Section("Truces", lines=[words])
    if not begun:
        return
    if summary.truces_by_week:
        yield histogram(summary.truces_by_week)
    spreads = {
        f"week of the first truce, in {with_truce}": summary.first_truce_week,
        f"days a truce lasts, {truces}, cut off or not": summary.truce_days,
    }
    yield spreads_section("When and how long", "", spreads)
    if not summary.truce_causes:
        return
    causes = {
        {"cut off": "cut off by the run's end"}.get(name, name): share
        for name, share in summary.truce_causes.items()
        if share.count
    }
    yield shares_section("How truces end", f"of {truces}", causes)
    over = next(iter(summary.resumed_by.values())).of
    who = {_who(name, sides): share for name, share in summary.resumed_by.items() if share.count}
    if over:
        words = f"of {counted(over, 'truce')} that lapsed or were broken"
        yield shares_section("Who resumed the war", words, who)


def _who(name: str, sides: Mapping[str, str]) -> str:
    if name in sides:
        return f"{sides[name]} alone"
    return {"both": "both", "none": "neither"}[name]


def histogram(weeks: Mapping[int, int]) -> Section:
    """Show when truces began, in a few steps of whole weeks."""
    first, last = min(weeks), max(weeks)
    width = -(-(last - first + 1) // STEPS)
    steps = {
        week: sum(weeks.get(week + i, 0) for i in range(width))
        for week in range(first, last + 1, width)
    }
    most = max(steps.values())
    rows = []
    for week, count in steps.items():
        name = f"week {week}" if width == 1 else f"weeks {week}–{min(week + width - 1, last)}"
        rows.append(
            (name, BAR * round(WIDTH * count / most) or ("▏" if count else ""), plain(count))
        )
    return Section("They begin in", table=Table(("", " ", "truces"), tuple(rows), words=2))


def kept(tables: Mapping[str, int], folder: str) -> str:
    """Word what was written where, or how to have it written."""
    if not tables:
        return "Nothing was written; --out FOLDER keeps the tables."
    return f"Kept in {folder}: {listed([counted(n, name[:-1]) for name, n in tables.items()])}."
