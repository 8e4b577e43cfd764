"""What was measured, as a table on screen and as a page in Markdown."""

import datetime
import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from rich.table import Table

PACKAGES = ("mesa", "numba", "numpy", "pyarrow")

MODEL = "How fast the model is"


@dataclass(frozen=True)
class Row:
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
    note: str = "",
) -> Row:
    """Make a row of one or several measurements: their median, and their spread.

    Args:
        group: Heading that it stands under.
        what: What was measured.
        values: Measurements.
        unit: Their unit.
        digits: Digits behind the point.
        at_least: Target for the median from below.
        at_most: Target for the median from above.
        note: What to add to the target.
    """
    middle = median(values)
    spread = ""
    if len(values) > 1:
        spread = f"{min(values):,.{digits}f}–{max(values):,.{digits}f}"
    target, met = "", None
    if at_least is not None:
        target, met = f"≥ {at_least:,g}{note}", middle >= at_least
    elif at_most is not None:
        target, met = f"≤ {at_most:,g}{note}", middle <= at_most
    return Row(group, what, f"{middle:,.{digits}f} {unit}", spread, target, met)


def on_screen(rows: Iterable[Row], title: str = MODEL) -> Table:
    """Return the table for a terminal."""
    table = Table(title=title, title_justify="left")
    table.add_column("What")
    table.add_column("Median", justify="right")
    table.add_column("Min–max", justify="right")
    table.add_column("Target", justify="right")
    table.add_column("")
    group = ""
    for row in rows:
        if row.group != group:
            group = row.group
            table.add_section()
            table.add_row(f"[bold]{group}[/bold]")
        colour = {True: "green", False: "red", None: "default"}[row.met]
        verdict = f"[{colour}]{row.verdict}[/{colour}]"
        table.add_row(f"  {row.what}", row.figure, row.spread, row.target, verdict)
    return table


def in_markdown(
    rows: Iterable[Row],
    machine: dict[str, str],
    notes: Iterable[str],
    title: str = MODEL,
    command: str = "make bench",
) -> str:
    """Return the page: what machine, what figures, how they were taken, and by what command."""
    lines = [f"# {title}", "", f"Written by `{command}`.", ""]
    lines += [f"- {name}: {fact}" for name, fact in machine.items()]
    group = ""
    for row in rows:
        if row.group != group:
            group = row.group
            lines += ["", f"## {group}", "", "| what | median | min–max | target | |"]
            lines += ["| --- | ---: | ---: | ---: | --- |"]
        cells = (row.what, row.figure, row.spread, row.target, row.verdict)
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "## How this was measured", ""]
    lines += [f"- {note}" for note in notes]
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
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.lower().startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        named = _said(["sysctl", "-n", "machdep.cpu.brand_string"], Path.cwd())
        if named:
            return named
    return platform.processor() or platform.machine()


def _system() -> str:
    try:
        name = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        name = ""
    kernel = f"{platform.system()} {platform.release()}"
    return f"{name} ({kernel})" if name else kernel


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
