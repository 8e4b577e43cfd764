"""Make the pictures of the live view that the README shows: ``python docs/screenshots.py``.

It needs a Chromium: the one named by CHROMIUM, or ``chromium`` on the path.
"""

from pathlib import Path

from ceasefire.viz.browser import chromium, new_page
from ceasefire.viz.serving import serving

PICTURES = Path(__file__).resolve().parent / "pictures"

SHOWN = ".shown[data-stuck='1']"
"""What is there once Change has come to rest."""

SHOTS = {
    "watch": ("/", ".which-week", {}),
    "change": ("/change?arms_withheld=0.8&tolerance=1", SHOWN, {}),
    "map": ("/map", ".map-cell", {}),
    "claims": ("/claims", ".page table", {}),
    "watch-dark-narrow": ("/", ".which-week", {"width": 390, "height": 844, "theme": "dark"}),
}
"""Name: address, what must be there, and how the page is opened."""

SETTLED = 4_000
"""Milliseconds after which a page has settled."""


def main() -> None:
    """Serve the live view, and take every picture."""
    PICTURES.mkdir(exist_ok=True)
    with chromium() as browser, serving() as (url, _):
        for name, (address, there, look) in SHOTS.items():
            page = new_page(browser, **look)
            page.goto(url + address)
            page.wait_for_selector(there)
            page.wait_for_timeout(SETTLED)
            page.screenshot(path=PICTURES / f"{name}.png")
            page.close()
            print(f"{name}.png")


if __name__ == "__main__":
    main()
