"""Half an hour of play and resets in a real Chromium: does memory grow?

    python benchmarks/page_soak.py                 # 30 minutes; writes benchmarks/soak.md
    python benchmarks/page_soak.py --minutes 3

One tab plays one world after the other at ten weeks a second, each with a seed typed anew; another
drags a lever and resets it; now and then somebody else opens a page, and leaves. In the end all
tabs are closed, and what the server still computes a minute later is measured.
"""

import argparse
import statistics
import time
from dataclasses import dataclass, field

import psutil
from page_change import SCRIPT
from playwright.sync_api import Browser, Page
from report import Figure, measured, publish, say

from ceasefire.viz.browser import chromium, new_page
from ceasefire.viz.serving import serving

PLAYED = 8.0
"""Seconds that a world is played before the next seed is typed."""

VISITED = 120.0
"""Seconds after which somebody else opens a page, plays it, and closes the tab."""

QUIET = 60.0
"""Seconds after the last tab was closed, after which nothing may be computed any more."""

MIB = 2**20


@dataclass
class Tabs:
    """Both tabs of one visitor.

    Attributes:
        watch: Plays worlds.
        change: Moves levers.
    """

    watch: Page
    change: Page

    @classmethod
    def open(cls, browser: Browser, url: str) -> "Tabs":
        """Open both, and wait until they show something."""
        watch, change = new_page(browser), new_page(browser)
        watch.goto(url)
        watch.locator(".which-week").wait_for()
        watch.get_by_label("Speed").select_option("10")
        change.goto(f"{url}/change")
        change.locator(".shown").first.wait_for()
        change.evaluate(SCRIPT)
        return cls(watch, change)

    def close(self) -> None:
        """Close both."""
        self.watch.close()
        self.change.close()

    def memory(self) -> float:
        """Return the memory that scripts of both hold once what is unused was let go, in MiB."""
        held = 0.0
        for page in (self.watch, self.change):
            tools = page.context.new_cdp_session(page)
            tools.send("HeapProfiler.collectGarbage")
            held += tools.send("Runtime.getHeapUsage")["usedSize"] / MIB
            tools.detach()
        return held

    def play(self, seed: int) -> None:
        """Type a seed, and play its world from the first week."""
        field = self.watch.get_by_label("Seed")
        field.fill(str(seed))
        field.press("Enter")
        self.watch.wait_for_url(f"**seed={seed}**")
        self.watch.get_by_role("button", name="To the first week").click()
        self.watch.get_by_role("button", name="Play", exact=True).click()

    def drag(self, turn: int) -> None:
        """Drag a lever over eleven values, let go, and reset every other time."""
        values = [(turn % 7 + i) / 17 for i in range(11)]
        self.change.evaluate(f"change.drag('arms_withheld', {values}, 0.5)")
        if turn % 2:
            self.change.wait_for_timeout(1500)
            self.change.get_by_role("button", name="Reset all").click()


@dataclass
class SoakNotes:
    """What was noted.

    Attributes:
        server: The server's memory after every minute, in MiB.
        pages: The memory of both tabs, in MiB.
        turns: Worlds played, and levers dragged.
        visits: Visits of somebody else.
    """

    server: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    turns: int = 0
    visits: int = 0


def visit(browser: Browser, url: str) -> None:
    """Open Watch, let it play, and close the tab while it does."""
    page = new_page(browser)
    page.goto(url)
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(1000)
    page.close()


def soak(browser: Browser, url: str, process: psutil.Process, minutes: float) -> SoakNotes:
    """Play and reset for some minutes."""
    found, began = SoakNotes(), time.monotonic()
    tabs = Tabs.open(browser, url)
    while (now := time.monotonic() - began) < 60.0 * minutes or not found.server:
        if now >= VISITED * (found.visits + 1):
            visit(browser, url)
            found.visits += 1
        until = time.monotonic() + PLAYED
        tabs.play(1000 + found.turns)
        tabs.drag(found.turns)
        tabs.watch.wait_for_timeout(max(0.0, 1000.0 * (until - time.monotonic())))
        found.turns += 1
        if time.monotonic() - began >= 60.0 * (len(found.server) + 1):
            found.server.append(process.memory_info().rss / MIB)
            found.pages.append(tabs.memory())
            say(
                f"  minute {len(found.server)}: server {found.server[-1]:,.0f} MiB, pages "
                f"{found.pages[-1]:,.1f} MiB, {found.turns} worlds"
            )
    tabs.close()
    return found


def rows_of(group: str, memory: list[float]) -> list[Figure]:
    """Lay out whether memory grew: the last third of the time against the one before."""
    third = max(1, len(memory) // 3)
    early, late = memory[-2 * third : -third] or memory, memory[-third:]
    growth = statistics.median(late) / statistics.median(early)
    return [
        measured(group, "in the middle third of the time", early, "MiB"),
        measured(group, "in the last third", late, "MiB"),
        measured(group, "the last to the middle", [growth], "times", digits=2, at_most=1.1),
    ]


def main() -> None:
    """Measure, print a table, and write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    given = parser.parse_args()
    if not given.minutes >= 1.0:
        parser.error(f"--minutes: found {given.minutes:g}; allowed: 1 or more.")
    with chromium() as browser, serving() as (url, number):
        process = psutil.Process(number)
        found = soak(browser, url, process, given.minutes)
        say(f"All tabs are closed; looking again in {QUIET:.0f} s ...")
        time.sleep(QUIET)
        before = sum(process.cpu_times()[:2])
        time.sleep(QUIET)
        after = sum(process.cpu_times()[:2]) - before
    rows = [
        *rows_of("Memory of the server", found.server),
        *rows_of("Memory of the two tabs' scripts", found.pages),
        measured("A minute after the last tab was closed", "computed in the minute that follows",
                 [after], "s", digits=2, at_most=1),
    ]  # fmt: skip
    by_minute = ", ".join(f"{one:.0f}" for one in found.server)
    notes = [
        f"{len(found.server)} minutes: {found.turns:,} worlds played at ten weeks a second, each "
        f"with a seed typed anew, and beside them {found.turns:,} drags of a lever over eleven "
        "values, reset after every other one.",
        f"{found.visits} times somebody else opened Watch, played it, and closed the tab.",
        f"Memory of the server by minute, in MiB: {by_minute}.",
    ]
    publish("soak.md", "How the live view lasts", "make soak", rows, notes)


if __name__ == "__main__":
    main()
