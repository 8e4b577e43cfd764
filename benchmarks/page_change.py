"""Measure the page Change in a real Chromium: from a lever to the picture redrawn.

    python benchmarks/page_change.py                      # serves the page itself
    python benchmarks/page_change.py http://127.0.0.1:8765 --sessions 5

Prints JSON: milliseconds from a move to the first runs redrawn (median, 95th percentile), to all
runs, and to why it is stuck; and of drags: redraws a second, and the last value after the last
move. With ``--sessions`` so many browsers move levers at once, and what they show must not mix.
"""

import argparse
import json
import os
import statistics
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from browser import chromium, new_page
from playwright.sync_api import Page

from ceasefire.viz.serving import serving

MOVES, DRAGS, DRAG_MOVES, DRAG_SECONDS = 30, 5, 20, 0.5

SCRIPT = """
window.change = {
  shown() {
    const found = document.querySelector('.shown');
    if (!found) return null;
    const { runs, number, stuck, setting } = found.dataset;
    return { runs: +runs, number: +number, stuck: +stuck, setting: JSON.parse(setting) };
  },
  set(name, value, settled) {
    const slider = document.getElementById('lever-' + name);
    slider.value = value;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    if (settled) slider.dispatchEvent(new Event('change', { bubbles: true }));
    return Number(slider.value);
  },
  until(right, patience) {
    return new Promise((resolve) => {
      const began = performance.now();
      const done = () => { watch.disconnect(); clearTimeout(timer); };
      const look = () => {
        const now = window.change.shown();
        if (now && right(now)) { done(); requestAnimationFrame(() => resolve(performance.now())); }
      };
      const watch = new MutationObserver(look);
      watch.observe(document.body, { subtree: true, childList: true, attributes: true });
      const timer = setTimeout(() => { watch.disconnect(); resolve(null); }, patience);
      look();
    });
  },
  async move(name, value, stuck) {
    const began = performance.now();
    const at = window.change.set(name, value, true);
    const own = (now) => now.setting[name] === at;
    const first = await window.change.until((now) => own(now) && now.runs >= 500, 20000);
    const all = await window.change.until((now) => own(now) && now.runs >= 2000, 20000);
    const why = stuck ? await window.change.until((now) => own(now) && now.stuck, 20000) : null;
    const since = (time) => (time === null ? null : time - began);
    return { first: since(first), all: since(all), why: since(why) };
  },
  async drag(name, values, seconds) {
    const redraws = [];
    let last = -1;
    const watch = new MutationObserver(() => {
      const now = window.change.shown();
      if (now && now.number !== last) { last = now.number; redraws.push(performance.now()); }
    });
    last = window.change.shown().number;
    watch.observe(document.body, { subtree: true, childList: true, attributes: true });
    const began = performance.now();
    let at = null;
    for (let i = 0; i < values.length; i++) {
      const due = began + (1000 * seconds * i) / (values.length - 1);
      await new Promise((go) => setTimeout(go, Math.max(0, due - performance.now())));
      at = window.change.set(name, values[i], false);
    }
    const moved = performance.now();
    const slider = document.getElementById('lever-' + name);
    slider.dispatchEvent(new Event('change', { bubbles: true }));
    const shown = await window.change.until((now) => now.setting[name] === at, 20000);
    watch.disconnect();
    const during = redraws.filter((one) => one <= moved).length;
    return {
      redraws: redraws.length,
      during,
      per_second: redraws.filter((one) => one <= shown).length / ((shown - began) / 1000),
      last: shown === null ? null : shown - moved,
    };
  },
};
"""


@contextmanager
def opened(url: str) -> Iterator[Page]:
    """Open the page in a browser of its own, and wait until it has come to rest."""
    with chromium() as browser:
        page = new_page(browser)
        page.goto(f"{url}/change")
        page.wait_for_selector(".shown[data-stuck='1']")
        page.evaluate(SCRIPT)
        yield page


def ends(values: list[float]) -> dict[str, float]:
    """Return the median and the 95th percentile of some times."""
    ordered = sorted(values)
    last = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return {"median": round(statistics.median(ordered)), "p95": round(last)}


def one_session(url: str) -> dict[str, Any]:
    """Measure separate moves and drags of one session."""
    with opened(url) as page:
        # One move beforehand, so that nothing is measured that happens once in a process.
        page.evaluate("change.move('arms_withheld', 0.5, true)")
        moves = [
            page.evaluate(f"change.move('arms_withheld', {0.1 + 0.02 * i}, {json.dumps(i < 6)})")
            for i in range(MOVES)
        ]
        drags = []
        for d in range(DRAGS):
            values = [round(0.2 + 0.03 * i + 0.01 * (d % 3), 2) for i in range(DRAG_MOVES)]
            drags.append(page.evaluate(f"change.drag('arms_withheld', {values}, {DRAG_SECONDS})"))
            page.wait_for_timeout(1500)
    return {
        "moves": MOVES,
        "first_500_ms": ends([one["first"] for one in moves]),
        "all_2000_ms": ends([one["all"] for one in moves]),
        "why_stuck_ms": ends([one["why"] for one in moves if one["why"] is not None]),
        "drag_redraws_per_second": round(statistics.median(one["per_second"] for one in drags), 1),
        "drag_redraws_during": round(statistics.median(one["during"] for one in drags), 1),
        "drag_last_value_ms": ends([one["last"] for one in drags]),
    }


def many_sessions(url: str, sessions: int) -> dict[str, Any]:
    """Let sessions move their own levers at once; each must see its own setting alone."""

    def one(number: int) -> list[float]:
        with opened(url) as page:
            times = []
            for i in range(10):
                value = round(0.05 + 0.15 * number + 0.01 * i, 2)
                times.append(
                    page.evaluate(f"change.move('arms_withheld', {value}, false)")["first"]
                )
                shown = page.evaluate("change.shown().setting")
                assert shown == {"arms_withheld": value}, (number, value, shown)
            return times

    with ThreadPoolExecutor(sessions) as pool:
        found = [time for times in pool.map(one, range(sessions)) for time in times]
    return {"sessions": sessions, "first_500_ms": ends(found), "mixed": False}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", help="address of a page that is served already")
    parser.add_argument("--sessions", type=int, default=0, help="sessions at once as well")
    asked = parser.parse_args()

    def measure(url: str) -> dict[str, Any]:
        found: dict[str, Any] = {"load_average": os.getloadavg(), "one_session": one_session(url)}
        if asked.sessions:
            found["many_sessions"] = many_sessions(url, asked.sessions)
        return found

    if asked.address:
        found = measure(asked.address)
    else:
        with serving() as url:
            found = measure(url)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
