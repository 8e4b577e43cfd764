"""What was measured, as a table on screen and as a page in Markdown."""

import datetime
import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).resolve().parent

PACKAGES = ("mesa", "numba", "numpy", "pyarrow")

NARROWEST = 110
"""Columns that the table needs; narrower terminals fold its lines."""

console = Console(highlight=False)


def say(words: str) -> None:
    """Say what is being measured."""
    console.print(f"  {words}", markup=False, soft_wrap=True)


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes:
        group: Heading that it stands under.
        what: What was measured.
        figure: The figure, with its unit.
        spread: Smallest and largest of several, or "".
        target: What it must reach, or "".
        met: Whether it does; None without a target.
    """

    group: str
    what: str
    figure: str
    spread: str = ""
    target: str = ""
    met: bool | None = None

    @property
    def verdict(self) -> str:
        """Whether the target is met, in a word."""
        return {True: "met", False: "missed", None: ""}[self.met]


def measured(
    group: str,
    what: str,
    values: Sequence[float],
    unit: str,
    *,
    digits: int = 0,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Figure:
    """Make a row of one or several measurements: their median, and their spread.

    Args:
        group: Heading that it stands under.
        what: What was measured.
        values: Measurements.
        unit: Their unit.
        digits: Digits behind the point.
        at_least: Target for the median from below.
        at_most: Target for the median from above.
    """
    middle = median(values)
    spread = ""
    if len(values) > 1:
        spread = f"{min(values):,.{digits}f}–{max(values):,.{digits}f}"
    target, met = "", None
    if at_least is not None:
        target, met = f"≥ {at_least:,g}", middle >= at_least
    elif at_most is not None:
        target, met = f"≤ {at_most:,g}", middle <= at_most
    return Figure(group, what, f"{middle:,.{digits}f} {unit}", spread, target, met)


def publish(
    page: str, title: str, command: str, rows: Sequence[Figure], notes: Iterable[str]
) -> None:
    """Write a page of figures beside this file, and show the table.

    Args:
        page: Name of the page's file.
        title: Its heading.
        command: What writes it.
        rows: The figures.
        notes: How they were taken.
    """
    text = in_markdown(title, command, rows, machine_facts(HERE.parent), notes)
    (HERE / page).write_text(text, encoding="utf-8")
    console.print()
    console.width = max(console.width, NARROWEST)
    console.print(on_screen(title, rows))
    missed = sum(row.met is False for row in rows)
    console.print(f"{missed} targets missed." if missed else "All targets met.")
    console.print(f"Written to benchmarks/{page}.")


def on_screen(title: str, rows: Iterable[Figure]) -> Table:
    """Return the table for a terminal."""
    table = Table(title=title, title_justify="left")
    table.add_column("What")
    for head in ("Median", "Min–max", "Target"):
        table.add_column(head, justify="right")
    table.add_column("")
    for group, members in groupby(rows, lambda row: row.group):
        table.add_section()
        table.add_row(f"[bold]{group}[/bold]")
        for row in members:
            colour = {True: "green", False: "red", None: "default"}[row.met]
            verdict = f"[{colour}]{row.verdict}[/{colour}]"
            table.add_row(f"  {row.what}", row.figure, row.spread, row.target, verdict)
    return table


def in_markdown(
    title: str, command: str, rows: Iterable[Figure], machine: dict[str, str], notes: Iterable[str]
) -> str:
    """Return the page: what machine, what figures, how they were taken, and by what command."""
    lines = [f"# {title}", "", f"Written by `{command}`.", ""]
    lines += [f"- {name}: {fact}" for name, fact in machine.items()]
    for group, members in groupby(rows, lambda row: row.group):
        lines += ["", f"## {group}", "", "| what | median | min–max | target | |"]
        lines += ["| --- | ---: | ---: | ---: | --- |"]
        for row in members:
            cells = (row.what, row.figure, row.spread, row.target, row.verdict)
            lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "## How this was measured", "", *(f"- {note}" for note in notes)]
    return "\n".join(lines) + "\n"


def machine_facts(root: Path) -> dict[str, str]:
    """Return what the figures depend on: the machine, versions, the commit, the day."""
    facts = {
        "processor": _processor(),
        "cores": str(os.cpu_count() or 1),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f} GiB",
        "system": _system(),
        "Python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }
    commit = _commit(root)
    if commit:
        facts["commit"] = commit
    facts["date"] = datetime.datetime.now(datetime.UTC).date().isoformat()
    return facts


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return _said(["sysctl", "-n", "machdep.cpu.brand_string"], HERE) or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _system() -> str:
    kernel = f"{platform.system()} {platform.release()}"
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']} ({kernel})"
    except (OSError, KeyError):
        return kernel


def _commit(root: Path) -> str:
    """Return the commit, and whether files differ from it; "" without git."""
    commit = _said(["git", "rev-parse", "--short=12", "HEAD"], root)
    if commit and _said(["git", "status", "--porcelain", "--untracked-files=no"], root):
        return f"{commit}, with changes since"
    return commit


def _said(command: Sequence[str], folder: Path) -> str:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
