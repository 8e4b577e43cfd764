"""The page in a real Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from ceasefire.viz.browser import chromium
from ceasefire.viz.serving import ROOT, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve the page of Mesa."""
    with serving(app=ROOT / "viz" / "mesa_page.py") as (url, _):
        yield url


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    with chromium() as browser:
        opened = browser.new_page(viewport={"width": 1280, "height": 800})
        opened.goto(address)
        yield opened


def test_the_model_steps_in_mesas_own_page(page: Page) -> None:
    expect(page.get_by_text("Week 0: still going on.")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Step").click()
    expect(page.get_by_text("Week 1: still going on.")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_text("Week 0: still going on.")).to_be_visible(timeout=30_000)
