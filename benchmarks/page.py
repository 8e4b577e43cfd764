"""How fast the live view is in a real Chromium: ``make bench-page``.

Prints a table with targets and writes it to ``benchmarks/page.md``.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from processes import ROOT
from report import Row, in_markdown, machine_facts, on_screen
from rich.console import Console

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "page.md"

TITLE = "How fast the live view is"

WATCH, CHANGE, MANY = "Watch", "Change, one session", "Change, five sessions at once"

SESSIONS = 5

console = Console(highlight=False)


def row(
    group: str,
    what: str,
    value: float,
    unit: str,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    digits: int = 0,
) -> Row:
    """Make a row of one figure."""
    target, met = "", None
    if at_least is not None:
        target, met = f"≥ {at_least:g}", value >= at_least
    elif at_most is not None:
        target, met = f"≤ {at_most:g}", value <= at_most
    return Row(group, what, f"{value:,.{digits}f} {unit}", "", target, met)


def watch_rows(found: dict[str, Any]) -> list[Row]:
    """Lay out how fast worlds are played."""
    slowest = min(one["per_second"] for one in found["watch"].values() if isinstance(one, dict))
    plain = min(one["per_second"] for one in found["mesa"].values() if isinstance(one, dict))
    return [
        row(
            WATCH, "opened, on a warm server", found["watch"]["opened_s"], "s", at_most=5, digits=1
        ),
        row(WATCH, "weeks played, every picture redrawn", slowest, "1/s", at_least=8, digits=1),
        row(WATCH, "the plain SolaraViz example", plain, "1/s", at_least=5, digits=1),
    ]


def change_rows(found: dict[str, Any]) -> list[Row]:
    """Lay out how soon a lever's move is seen."""
    one, many = found["one_session"], found["many_sessions"]
    first, whole, why = one["first_500_ms"], one["all_2000_ms"], one["why_stuck_ms"]
    last, all_of_them = one["drag_last_value_ms"], many["first_500_ms"]
    drag = one["drag_redraws_per_second"]
    return [
        row(CHANGE, "lever to 500 runs redrawn, median", first["median"], "ms", at_most=300),
        row(CHANGE, "the same, 95th percentile", first["p95"], "ms", at_most=600),
        row(CHANGE, "lever to 2,000 runs, median", whole["median"], "ms", at_most=1500),
        row(CHANGE, "lever to why it is stuck, median", why["median"], "ms", at_most=3000),
        row(CHANGE, "redraws in a drag", drag, "1/s", at_least=4, digits=1),
        row(CHANGE, "last value after a drag, median", last["median"], "ms", at_most=300),
        row(MANY, "lever to 500 runs redrawn, median", all_of_them["median"], "ms", at_most=1500),
        row(MANY, "the same, 95th percentile", all_of_them["p95"], "ms", at_most=1500),
    ]


def said_by(script: str, *words: str) -> dict[str, Any]:
    """Run a measurement in a process of its own and return its figures."""
    command = [sys.executable, str(HERE / script), *words]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def main() -> None:
    """Measure both pages, print a table, and write it."""
    console.print("  Watch, and Mesa's own page ...")
    watch = said_by("page_watch.py")
    console.print("  Change ...")
    change = said_by("page_change.py", "--sessions", str(SESSIONS))
    rows = [*watch_rows(watch), *change_rows(change)]
    notes = [
        "Server and Chromium share the machine's cores. A picture counts as redrawn when the "
        "browser has changed it.",
        f"Moves: {change['one_session']['moves']} separate ones of one lever; five drags of 20 "
        "moves in half a second; ten moves in each of five sessions, none of which saw another's.",
        f"Load before: {watch['load']:.1f}.",
    ]
    RESULTS.write_text(
        in_markdown(rows, machine_facts(ROOT), notes, TITLE, "make bench-page"), encoding="utf-8"
    )
    console.width = max(console.width, 110)
    console.print(on_screen(rows, TITLE))


if __name__ == "__main__":
    main()
