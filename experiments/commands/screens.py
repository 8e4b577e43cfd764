"""A story on a terminal, week by week."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ceasefire.experiments.story.story import Line, Week
from ceasefire.experiments.style.words import plain, week_name
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
