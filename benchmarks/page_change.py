"""The page Change in a real Chromium: how soon a lever's move is seen.

Milliseconds from a move to the first runs redrawn, to all runs, and to why it is stuck; and of
drags: redraws a second, and the last value after the last move. Then several browsers move levers
at once, and what they show must not mix.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from playwright.sync_api import Page

from ceasefire.viz.browser import chromium, new_page

Figures = dict[str, list[float]]

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
    const seen = redraws.filter((time) => time <= shown).length;
    return { per_second: seen / ((shown - began) / 1000), last: shown - moved };
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


def one_session(url: str) -> Figures:
    """Measure separate moves and drags of one session: every measurement, by what it is of."""
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
        **{key: [move[key] for move in moves if move[key]] for key in ("first", "all", "why")},
        **{key: [drag[key] for drag in drags] for key in ("per_second", "last")},
    }


def many_sessions(url: str, sessions: int) -> list[float]:
    """Let sessions move their own levers at once; each must see its own setting alone."""

    def moved(number: int) -> list[float]:
        with opened(url) as page:
            times = []
            for i in range(10):
                value = round(0.05 + 0.15 * number + 0.01 * i, 2)
                move = page.evaluate(f"change.move('arms_withheld', {value}, false)")
                times.append(move["first"])
                setting = page.evaluate("change.shown().setting")
                assert setting == {"arms_withheld": value}, (number, value, setting)
            return times

    with ThreadPoolExecutor(sessions) as pool:
        return [time for times in pool.map(moved, range(sessions)) for time in times]


def late(values: list[float]) -> float:
    """Return the 95th percentile of some times."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
