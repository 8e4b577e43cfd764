"""Make the pictures of the live view that the README shows: ``python docs/screenshots.py``.

It needs a Chromium: the one named by CHROMIUM, or ``chromium`` on the path.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from viz.serve import environment

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"

SHOTS = {
    "watch": ("/", ".strip svg", 1280, 800, "light"),
    "change": ("/change?arms_withheld=0.8&tolerance=1", ".page svg", 1280, 800, "light"),
    "map": ("/map", ".page svg", 1280, 800, "light"),
    "claims": ("/claims", ".page table", 1280, 800, "light"),
    "watch-dark-narrow": ("/", ".strip svg", 390, 844, "dark"),
}
"""Name: address, what must be there, width, height, theme."""

SETTLED = 4_000
"""Milliseconds after which a page has settled."""


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


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
    port = free_port()
    words = [sys.executable, "-m", "viz.serve", "--no-open", "--port", str(port)]
    server = subprocess.Popen(words, cwd=ROOT, env=environment())
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(url, timeout=5).close()
                break
            except OSError:
                time.sleep(0.5)
        with sync_playwright() as playwright:
            flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
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
    finally:
        server.terminate()
        server.wait(timeout=20)


if __name__ == "__main__":
    main()
