"""How fast the live view is in a real Chromium: ``make bench-page``.

Prints a table with targets and writes it to ``benchmarks/page.md``.
"""

import os
from functools import partial
from statistics import median

from page_change import MOVES, late, many_sessions, one_session
from page_watch import measure_playing
from report import Figure, measured, publish, say

from ceasefire.viz.serving import serving

SESSIONS = 5


def rows_of(
    played: dict[str, dict[str, float]], single: dict[str, list[float]], many: list[float]
) -> list[Figure]:
    """Lay out how fast worlds are played, and how soon a lever's move is seen."""
    watch = partial(row, "Watch")
    change = partial(row, "Change, one session")
    together = partial(row, "Change, five sessions at once")
    return [
        watch("opened, on a warm server", [played["watch"]["opened"]], "s", at_most=5, digits=1),
        watch("weeks played, every picture redrawn", [played["watch"]["per_second"]], "1/s",
              at_least=8, digits=1),
        watch("the plain SolaraViz example", [played["mesa"]["per_second"]], "1/s", at_least=5,
              digits=1),
        change("lever to 500 runs redrawn, median", single["first"], "ms", at_most=300),
        change("the same, 95th percentile", [late(single["first"])], "ms", at_most=600),
        change("lever to 2,000 runs, median", single["all"], "ms", at_most=1500),
        change("lever to why it is stuck, median", single["why"], "ms", at_most=3000),
        change("redraws in a drag", single["per_second"], "1/s", at_least=4, digits=1),
        change("last value after a drag, median", single["last"], "ms", at_most=300),
        together("lever to 500 runs redrawn, median", many, "ms", at_most=1500),
        together("the same, 95th percentile", [late(many)], "ms", at_most=1500),
    ]  # fmt: skip


def row(group: str, what: str, values: list[float], unit: str, **more: float) -> Figure:
    """Make a row of the median of some figures, without their spread."""
    return measured(group, what, [median(values)], unit, **more)


def main() -> None:
    """Measure both pages, print a table, and write it."""
    load = os.getloadavg()[0]
    say("Watch, and Mesa's own page ...")
    played = measure_playing()
    say("Change ...")
    with serving() as (url, _):
        single, many = one_session(url), many_sessions(url, SESSIONS)
    notes = [
        "Server and Chromium share the machine's cores. A picture counts as redrawn when the "
        "browser has changed it.",
        f"Moves: {MOVES} separate ones of one lever; five drags of 20 moves in half a second; ten "
        "moves in each of five sessions, none of which saw another's.",
        f"Load before: {load:.1f}.",
    ]
    rows = rows_of(played, single, many)
    publish("page.md", "How fast the live view is", "make bench-page", rows, notes)


if __name__ == "__main__":
    main()
