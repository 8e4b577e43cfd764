"""A real Chromium that opens the live view: for tests, benchmarks and pictures."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")

PATIENCE = 180_000
"""Milliseconds that a page may take: the first visit makes ready what is made once in a process."""

WIDTH, HEIGHT = 1280, 800
"""The size that the live view is laid out for, in pixels."""


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """Open the Chromium that CHROMIUM names, or that is on the path, with some flags more.

    Raises:
        FileNotFoundError: If there is none.
    """
    path = shutil.which(os.environ.get("CHROMIUM") or "chromium")
    if path is None:
        raise FileNotFoundError(
            "No Chromium: install one, or say where it is with CHROMIUM=/path/to/chromium."
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            browser.close()


def new_page(
    browser: Browser,
    width: int = WIDTH,
    height: int = HEIGHT,
    theme: Literal["light", "dark"] = "light",
    patience: int = PATIENCE,
) -> Page:
    """Open a page of a size and theme; it waits so many milliseconds for what is asked of it."""
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)
    page.set_default_timeout(patience)
    return page
