"""Make the pictures of the live view that the README shows: ``python docs/screenshots.py``.

It needs a Chromium: the one named by CHROMIUM, or ``chromium`` on the path.
"""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from ceasefire.viz.serving import serving

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"

SHOWN = ".shown[data-stuck='1']"
"""What is there once Change has come to rest."""

SHOTS = {
    "watch": ("/", ".which-week", 1280, 800, "light"),
    "change": ("/change?arms_withheld=0.8&tolerance=1", SHOWN, 1280, 800, "light"),
    "map": ("/map", ".map-cell", 1280, 800, "light"),
    "claims": ("/claims", ".page table", 1280, 800, "light"),
    "watch-dark-narrow": ("/", ".which-week", 390, 844, "dark"),
}
"""Name: address, what must be there, width, height, theme."""

SETTLED = 4_000
"""Milliseconds after which a page has settled."""


def shoot(page: Page, url: str, name: str) -> None:
    """Take one picture."""
    address, there, _, _, _ = SHOTS[name]
    page.goto(url + address)
    page.wait_for_selector(there, timeout=120_000)
    page.wait_for_timeout(SETTLED)
    page.screenshot(path=PICTURES / f"{name}.png")


def main() -> None:
    """Serve the live view, and take every picture."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        sys.exit("No Chromium: install one, or say where it is with CHROMIUM=/path/to/chromium.")
    PICTURES.mkdir(exist_ok=True)
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with serving() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        for name, (_, _, width, height, theme) in SHOTS.items():
            page = browser.new_page(
                viewport={"width": width, "height": height},
                color_scheme="dark" if theme == "dark" else "light",
            )
            shoot(page, url, name)
            page.close()
            print(f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
