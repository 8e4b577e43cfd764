"""How many weeks a second Watch plays in a real Chromium, beside Mesa's own page.

A week counts once every picture of it was drawn: the strip's week, the network, and the numbers
below the series. The interval is 100 ms, so 10 is the most there can be. The plain ``SolaraViz``
page is played at the same interval, which Mesa adds to the work of a step.
"""

import time
from collections.abc import Callable

from playwright.sync_api import Page

from ceasefire.viz.browser import chromium, new_page
from ceasefire.viz.serving import ROOT, serving

SECONDS = 4.5
"""How long each page plays."""

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
  note("week", document.querySelector(".which-week"), (element) => element.textContent);
  note("network", document.querySelector(".area-network .drawn"), (element) => element.innerHTML);
  const series = document.querySelectorAll(".area-series .under");
  note("series", series[series.length - 1], (element) => element.textContent);
}"""

STEPS = """() => {
  window.drawn = { week: [] };
  let last = "";
  new MutationObserver(() => {
    const found = document.body.innerText.match(/Week (\\d+): still going on/);
    if (found && found[1] !== last) { last = found[1]; window.drawn.week.push(performance.now()); }
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""


def slowest(page: Page) -> float:
    """Let a page play, and return how often a second its slowest picture changed."""
    page.wait_for_timeout(1000.0 * SECONDS)
    drawn: dict[str, list[float]] = page.evaluate("window.drawn")
    return min(1000.0 * (len(times) - 1) / (times[-1] - times[0]) for times in drawn.values())


def watch(page: Page, url: str) -> dict[str, float]:
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
    return {"opened": opened, "per_second": slowest(page)}


def mesa(page: Page, url: str) -> dict[str, float]:
    """Open the plain SolaraViz page, and let it play at its 100 ms."""
    page.goto(url)
    page.get_by_text("Week 0: still going on").wait_for()
    page.evaluate(STEPS)
    page.get_by_role("button", name="▶").click()
    return {"per_second": slowest(page)}


def measure_playing() -> dict[str, dict[str, float]]:
    """Return seconds to open and weeks a second, of Watch and of Mesa's own page."""
    plays: dict[str, tuple[str, Callable[[Page, str], dict[str, float]]]] = {
        "watch": ("app.py", watch),
        "mesa": ("mesa_page.py", mesa),
    }
    figures: dict[str, dict[str, float]] = {}
    with chromium() as browser:
        for name, (app, play) in plays.items():
            with serving(app=ROOT / "viz" / app) as (url, _):
                # The first visit makes ready what is made once in a process; the second counts.
                for _visit in ("cold", "warm"):
                    page = new_page(browser)
                    figures[name] = play(page, url)
                    page.close()
    return figures
