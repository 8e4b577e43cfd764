"""What people read on a terminal: a story, and a summary."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ceasefire.experiments.runs.summary import Summary
from ceasefire.experiments.statistics.shares import Share, Spread
from ceasefire.experiments.story.story import Line, Week
from ceasefire.experiments.style.words import (
    PURPOSE,
    average,
    counted,
    listed,
    percent,
    plain,
    week_name,
)
from ceasefire.model.case.case import Case

STYLES = {"events": "italic", "truce": "bold", "talks": "", "council": ""}
NAMES = {
    "events": "from outside",
    "talks": "talks",
    "truce": "truce",
    "captives": "captives",
    "cabinet": "cabinet",
    "patrons": "patrons",
    "council": "council",
    "fronts": "fronts",
}

NOT_KEPT = (
    "Rounds and truces were not kept (--keep end-states): who refused, how truces spread over the "
    "weeks, how long they last and how they end cannot be shown."
)


def title(text: str, under: str) -> RenderableType:
    """Head a screen."""
    return Panel(Text(under), title=Text(text, style="bold"), title_align="left", expand=True)


def week_screen(week: Week, case: Case) -> Iterator[RenderableType]:
    """Show one week, or a stretch of quiet ones."""
    last = week.until - 1 if week.until - week.week >= 1 else week.week
    number = f"Week {week_name(week.week)}"
    if last > week.week:
        number = f"Weeks {week_name(week.week)}–{week_name(last)}"
    dates = f"  {week.dates}" if week.dates else ""
    figures = _figures(week, case)
    if not week.lines:
        yield Text.assemble((number, "bold"), (dates, "dim"), ("  " + figures, "dim"))
        return
    yield Text.assemble((number, "bold"), (dates, "dim"))
    grid = Table.grid(padding=(0, 1))
    grid.add_column(min_width=12, style="dim", no_wrap=True)
    grid.add_column()
    topic = ""
    for line in week.lines:
        grid.add_row("" if line.topic == topic else NAMES[line.topic], _line(line))
        topic = line.topic
    grid.add_row("this week", Text(figures, style="dim"))
    yield Padding(grid, (0, 0, 0, 2))


def _line(line: Line) -> Text:
    text = Text(line.words, style=STYLES.get(line.topic, ""))
    if line.detail:
        text.append(f"\n{line.detail}", style="dim not bold")
    return text


def _figures(week: Week, case: Case) -> str:
    """Word the deaths and attacks of a week, for both sides alike."""
    sides = dict(zip(case.names["belligerents"], case.labels["belligerents"], strict=True))
    fronts = dict(zip(case.names["fronts"], case.labels["fronts"], strict=True))
    deaths = [f"{sides[name]}'s side {plain(round(n))}" for name, n in week.deaths.items()]
    parts = [f"Deaths: {', '.join(deaths)}"]
    died = [f"{plain(n)} from {sides[name]}" for name, n in week.died_captive.items() if n]
    if died:
        parts.append(f"died in captivity: {', '.join(died)}")
    attacks = [f"{fronts[name]} {plain(n)}" for name, n in week.attacks.items() if n]
    if attacks:
        parts.append(f"attacks: {', '.join(attacks)}")
    return "; ".join(parts) + "."


def show_summary(summary: Summary, case: Case, changes: str, console: Console) -> None:
    """Show what came of an ensemble of a case, with the changes made to it in words."""
    sides = dict(zip(case.names["belligerents"], case.labels["belligerents"], strict=True))
    parties = dict(zip(case.names["parties"], case.labels["parties"], strict=True))
    runs = counted(summary.runs, "run")
    console.print(
        title(
            summary.title,
            f"{runs}, seeds {summary.first_seed} to {summary.last_seed}, each up to "
            f"{plain(summary.horizon)} weeks.\n{changes}{PURPOSE}",
        )
    )
    console.print(
        shares_table(
            "How runs end",
            f"of {runs}",
            summary.end_states,
            extra={
                state: f"median week {plain(spread.median)}"
                for state, spread in summary.ended_week.items()
                if spread
            },
        )
    )
    _show_talks(summary, sides, console)
    _show_truces(summary, sides, console)
    spreads = _spread_table("Rounds, captives and deaths", f"over all {runs}, to each run's end")
    _spread_row(spreads, "rounds of talks", summary.rounds_per_run)
    for name, words in (
        ("captives_returned", "returned alive"),
        ("captives_freed_by_force", "freed by force"),
        ("captives_died", "died in captivity"),
        ("captives_held", "still held alive"),
    ):
        for side, spread in getattr(summary, name).items():
            _spread_row(spreads, f"captives from {sides[side]}, {words}", spread)
    for side, spread in summary.deaths.items():
        _spread_row(spreads, f"deaths, {sides[side]}'s side", spread)
    console.print(spreads)
    left = {parties[name]: share for name, share in summary.parties_left.items() if share.count}
    if left:
        console.print(shares_table("Who has left the government by the end", f"of {runs}", left))


def _show_talks(summary: Summary, sides: Mapping[str, str], console: Console) -> None:
    if summary.runs_with_failed_rounds is None:
        console.print(Text(f"\n{NOT_KEPT}"))
        return
    failed = next(iter(summary.refused_by.values())).of
    if not failed:
        console.print(Text("\nNo round of talks failed."))
        return
    rounds = counted(failed, "failed round")
    rounds += f" in {counted(summary.runs_with_failed_rounds, 'run')}"
    shares = {_who(name, sides): share for name, share in summary.refused_by.items() if share.count}
    console.print(
        shares_table("Who refused the last text of failed rounds", f"of {rounds}", shares)
    )
    said = {
        f"{sides[side]}, of {counted(share.of, 'refusal')}": share
        for side, share in summary.yes_in_public.items()
        if share.of
    }
    if any(share.count for share in said.values()):
        console.print(shares_table("Refusals that were called a yes in public", "", said))


def _show_truces(summary: Summary, sides: Mapping[str, str], console: Console) -> None:
    none = summary.runs_without_truce
    each = summary.truces_per_run
    begun = round(each.mean * each.of) if each else 0
    with_truce = counted(none.of - none.count, "run")
    console.print(Text("\nTruces", style="bold"))
    console.print(
        Text(
            f"{percent(none.share)} of runs ({percent(none.low)} – {percent(none.high)}) have "
            f"none; {counted(begun, 'truce')} begin in {with_truce}.",
        )
    )
    if not begun:
        return
    if summary.truces_by_week:
        console.print(_histogram(summary.truces_by_week))
    spreads = _spread_table("", "")
    _spread_row(spreads, f"week of the first truce, in {with_truce}", summary.first_truce_week)
    days = f"days a truce lasts, {counted(begun, 'truce')}, cut off or not"
    _spread_row(spreads, days, summary.truce_days)
    console.print(spreads)
    if not summary.truce_causes:
        return
    causes = {
        {"cut off": "cut off by the run's end"}.get(name, name): share
        for name, share in summary.truce_causes.items()
        if share.count
    }
    console.print(shares_table("How truces end", f"of {counted(begun, 'truce')}", causes))
    over = next(iter(summary.resumed_by.values())).of
    who = {_who(name, sides): share for name, share in summary.resumed_by.items() if share.count}
    if over:
        words = f"of {counted(over, 'truce')} that lapsed or were broken"
        console.print(shares_table("Who resumed the war", words, who))


def _who(name: str, sides: Mapping[str, str]) -> str:
    if name in sides:
        return f"{sides[name]} alone"
    return {"both": "both", "none": "neither"}[name]


def shares_table(
    head: str, of: str, shares: Mapping[str, Share], extra: Mapping[str, str] | None = None
) -> Table:
    """Lay out shares with their intervals and a bar."""
    table = headed_table(head, of)
    table.add_column("", ratio=1, min_width=24)
    table.add_column("share", justify="right", no_wrap=True)
    table.add_column("95 % interval", justify="right", no_wrap=True)
    table.add_column("", min_width=10, max_width=20, no_wrap=True)
    table.add_column("number", justify="right", no_wrap=True)
    if extra:
        table.add_column("", no_wrap=True)
    for name, one in shares.items():
        row: list[Any] = [
            name,
            percent(one.share),
            f"{percent(one.low)} – {percent(one.high)}",
            Text("█" * round(10 * one.share), style="cyan"),
            plain(one.count),
        ]
        if extra:
            row.append(extra.get(name, ""))
        table.add_row(*row)
    return table


def headed_table(head: str, of: str) -> Table:
    """Return an empty table with a heading, and under it of what its numbers are."""
    caption = Text.assemble("\n", (head, "bold"), (f"  {of}" if of else "", "dim"))
    return Table(
        title=caption,
        title_justify="left",
        title_style="",
        header_style="dim",
        box=None,
        expand=True,
        padding=(0, 1, 0, 0),
    )


def _spread_table(head: str, of: str) -> Table:
    table = headed_table(head, of) if head else Table(box=None, expand=True, padding=(0, 1, 0, 0))
    table.add_column("", ratio=1, min_width=24)
    for name in ("5 %", "25 %", "median", "75 %", "95 %", "mean"):
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _spread_row(table: Table, name: str, spread: Spread | None) -> None:
    if spread is None:
        return
    quantiles = (spread.p5, spread.p25, spread.median, spread.p75, spread.p95)
    table.add_row(name, *(plain(value) for value in quantiles), average(spread.mean))


def _histogram(weeks: Mapping[int, int]) -> Text:
    """Draw when truces began, in at most thirteen steps of whole weeks."""
    first, last = min(weeks), max(weeks)
    width = -(-(last - first + 1) // 13)
    steps = {
        week: sum(weeks.get(week + i, 0) for i in range(width))
        for week in range(first, last + 1, width)
    }
    most = max(steps.values())
    lines = []
    for week, count in steps.items():
        name = f"week {week}" if width == 1 else f"weeks {week}–{min(week + width - 1, last)}"
        bar = "█" * round(30 * count / most) or ("▏" if count else "")
        lines.append(f"{name:>12} {bar} {plain(count)}")
    return Text("They begin in\n" + "\n".join(lines))


def kept(tables: Mapping[str, int], folder: str) -> str:
    """Word what was written where."""
    return f"Kept in {folder}: {listed([counted(n, name[:-1]) for name, n in tables.items()])}."
