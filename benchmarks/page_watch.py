"""How many weeks a second Watch plays in a real Chromium; prints what it measured as JSON.

A week counts once every picture of it was drawn: the strip's week, the network, and the numbers
below the series. The interval is 100 ms, so 10 is the most there can be. The plain ``SolaraViz``
page is played at the same interval, which Mesa adds to the work of a step.
"""

import argparse
import itertools
import json
import os
import time
from typing import Any

from browser import chromium, new_page
from playwright.sync_api import Page

from ceasefire.viz.serving import ROOT, serving

WATCH = """() => {
  window.drawn = {};
  const note = (name, element, read) => {
    window.drawn[name] = [];
    let last = read(element);
    new MutationObserver(() => {
      const now = read(element);
      if (now !== last) { last = now; window.drawn[name].push(performance.now()); }
    }).observe(element, { childList: true, subtree: true, characterData: true });
  };
  note("week", document.querySelector(".which-week"), (one) => one.textContent);
  note("network", document.querySelector(".area-network .drawn"), (one) => one.innerHTML);
  const series = document.querySelectorAll(".area-series .under");
  note("series", series[series.length - 1], (one) => one.textContent);
}"""

STEPS = """() => {
  window.drawn = { week: [] };
  let last = "";
  new MutationObserver(() => {
    const found = document.body.innerText.match(/Week (\\d+): still going on/);
    if (found && found[1] !== last) { last = found[1]; window.drawn.week.push(performance.now()); }
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""


def rates(drawn: dict[str, list[float]]) -> dict[str, Any]:
    """Turn the times at which pictures changed into rates and intervals."""
    found: dict[str, Any] = {}
    for name, times in drawn.items():
        gaps = sorted(b - a for a, b in itertools.pairwise(times))
        found[name] = {
            "drawn": len(times),
            "per_second": round(1000.0 * len(gaps) / (times[-1] - times[0]), 2),
            "median_ms": round(gaps[len(gaps) // 2], 1),
            "p95_ms": round(gaps[int(0.95 * (len(gaps) - 1))], 1),
        }
    return found


def watch(page: Page, url: str, seconds: float) -> dict[str, Any]:
    """Open Watch, and play a world from its first week at 100 ms."""
    began = time.perf_counter()
    page.goto(url)
    page.locator(".which-week").wait_for()
    opened = time.perf_counter() - began
    page.get_by_label("Speed").select_option("10")
    page.get_by_role("button", name="To the first week").click()
    page.wait_for_function("document.querySelector('.which-week').textContent.includes('Week 0')")
    page.evaluate(WATCH)
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(1000.0 * seconds)
    return {"opened_s": round(opened, 2), **rates(page.evaluate("window.drawn"))}


def mesa(page: Page, url: str, seconds: float) -> dict[str, Any]:
    """Open the plain SolaraViz page, and let it play at its 100 ms."""
    page.goto(url)
    page.get_by_text("Week 0: still going on").wait_for()
    page.evaluate(STEPS)
    page.get_by_role("button", name="▶").click()
    page.wait_for_timeout(1000.0 * seconds)
    return rates(page.evaluate("window.drawn"))


def main() -> None:
    """Measure both pages and print the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.5, help="how long each page plays")
    given = parser.parse_args()
    found: dict[str, Any] = {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 2)}
    with chromium() as browser:
        for name, app, play in (("watch", "app.py", watch), ("mesa", "mesa_page.py", mesa)):
            with serving(app=ROOT / "viz" / app) as url:
                # The first visit makes ready what is made once in a process.
                for visit in ("cold", "warm"):
                    page = new_page(browser)
                    measured = play(page, url, given.seconds)
                    page.close()
                    if visit == "warm":
                        found[name] = measured
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
