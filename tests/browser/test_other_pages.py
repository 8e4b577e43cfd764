"""Map, Results, Claims and About in a real Chromium: the journeys of a reader."""

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from ceasefire.experiments.design.design import load_design
from ceasefire.experiments.runs.sweep import sweep
from ceasefire.viz.browser import chromium
from ceasefire.viz.serving import serving

pytestmark = pytest.mark.browser

PATIENCE = 60_000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the pages from a folder with one stored experiment, on a free port of loopback."""
    place = tmp_path_factory.mktemp("served")
    sweep(load_design("arms-and-tolerance", runs=1, weeks=6), place / "results" / "stored")
    with serving(place) as (url, _):
        yield url


@pytest.fixture
def page() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_page(viewport={"width": 1280, "height": 800})


def test_a_map_cell_is_read_by_pointer_and_keyboard_and_opens_in_change(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/map?arms_withheld=0.4&tolerance=0.4")
    expect(page.locator(".map-mark")).to_be_visible(timeout=PATIENCE)
    readout = page.locator(".map-readout")
    page.locator('.map-cell[data-point="60"]').hover()
    expect(readout).to_contain_text("US arms withheld from Israel = 0.5")
    expect(readout).to_contain_text("1,000 runs")
    page.mouse.move(0, 0)
    page.locator('.map-cell[tabindex="0"]').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    expect(readout).to_contain_text("Israel = 0.1, more tolerance of the far-right parties = 0.2")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/change\?arms_withheld=0\.1&tolerance=0\.2"))


def test_the_level_is_typed_and_a_wrong_one_gets_a_sentence(page: Page, address: str) -> None:
    page.goto(f"{address}/map")
    field = page.get_by_label("Thick line at (%)")
    field.wait_for(timeout=PATIENCE)
    field.fill("many")
    expect(page.get_by_role("alert")).to_contain_text("allowed: a number")
    field.fill("8")
    expect(page.locator(".sentence")).to_contain_text("It is 8 % or more at")


def test_another_plane_is_run_and_is_found_among_the_results(page: Page, address: str) -> None:
    page.goto(f"{address}/map")
    page.get_by_role("button", name="Run this plane").click(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Stop")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("it is kept among the results")).to_be_visible(timeout=120_000)
    expect(page.locator(".map-cell")).to_have_count(25)
    page.get_by_role("link", name="Results").click()
    expect(page.get_by_text("map-us-resolve-net-credibility").first).to_be_visible(timeout=PATIENCE)


def test_results_are_opened_and_a_table_is_downloaded(
    page: Page, address: str, tmp_path: Path
) -> None:
    page.goto(f"{address}/results?open=stored")
    link = page.get_by_text("Runs, Parquet")
    link.wait_for(timeout=PATIENCE)
    with page.expect_download(timeout=PATIENCE) as begun:
        link.click()
    begun.value.save_as(tmp_path / "runs.parquet")
    assert len(pd.read_parquet(tmp_path / "runs.parquet")) == 121
    page.get_by_role("button", name="Close").click()
    expect(link).to_have_count(0)


def test_claims_are_filtered_and_opened_by_keyboard_and_lead_to_change(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/claims")
    field = page.get_by_label("Words, names or numbers")
    field.wait_for(timeout=PATIENCE)
    expect(page.locator(".claim-row")).to_have_count(84)
    field.fill("prime minister's interest")
    expect(page.locator(".claim-row")).to_have_count(1)
    row = page.get_by_role("button", name=re.compile("C66"))
    row.focus()
    page.keyboard.press("Enter")
    expect(row).to_have_attribute("aria-expanded", "true")
    expect(row).to_be_focused()
    page.get_by_role("link", name=re.compile("three quarters of the arms withheld")).click()
    expect(page).to_have_url(re.compile(r"/change\?arms_withheld=0\.75"))
    page.go_back()
    expect(page).to_have_url(re.compile("/claims[?]claim=C66$"))
    expect(row).to_have_attribute("aria-expanded", "true", timeout=PATIENCE)
    row.click()
    expect(page).to_have_url(re.compile("/claims$"))


def test_about_asks_no_other_server(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/about")
    expect(page.get_by_role("heading", name="What it is not")).to_be_visible(timeout=PATIENCE)
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_the_page_has_its_language_its_title_and_names_for_its_buttons(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/about")
    expect(page.get_by_role("button", name="Light, dark")).to_be_visible(timeout=PATIENCE)
    expect(page).to_have_title("About · ceasefire")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert "user-scalable" not in page.evaluate("document.querySelector('[name=viewport]').content")


@pytest.mark.parametrize("path", ["map", "results?open=stored", "claims?claim=C66", "about"])
def test_nothing_is_wider_than_a_phone(page: Page, address: str, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/{path}")
    page.locator(".sentence").first.wait_for(timeout=PATIENCE)
    if path.startswith("results"):
        page.get_by_text("Runs, Parquet").wait_for(timeout=PATIENCE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
