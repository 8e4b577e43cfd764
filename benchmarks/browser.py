"""A real Chromium for the measurements of the live view."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")

PATIENCE = 180_000
"""Milliseconds that a page may take: the first visit makes ready what is made once in a process."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Open the Chromium that CHROMIUM names, or that is on the path."""
    named = os.environ.get("CHROMIUM") or "chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which(named), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def new_page(browser: Browser) -> Page:
    """Open a page of the size that the live view is laid out for."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(PATIENCE)
    return page
