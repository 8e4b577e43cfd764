"""Watch in a real Chromium: playing, stepping, keys alone, a typed seed, sessions apart."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from ceasefire.viz.browser import chromium
from ceasefire.viz.serving import serving

pytestmark = pytest.mark.browser

PATIENCE = 60_000
WEEK = ".which-week"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the pages."""
    with serving(tmp_path_factory.mktemp("served")) as (url, _):
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def opened(browser: Browser, url: str, width: int = 1280, height: int = 800) -> Page:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(url)
    expect(page.locator(WEEK)).to_be_visible(timeout=PATIENCE)
    return page


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    page = opened(browser, address)
    yield page
    page.close()


def week(page: Page) -> int:
    found = re.match(r"Week (\d+)", page.locator(WEEK).inner_text())
    assert found is not None
    return int(found[1])


def later(page: Page, than: int) -> None:
    """Wait until a later week is shown; weeks that pass meanwhile are not missed."""
    page.wait_for_function(
        f"parseInt(document.querySelector('{WEEK}').textContent.slice(5)) > {than}",
        timeout=PATIENCE,
    )


def test_it_opens_paused_at_a_failed_round_with_its_sentence_on_top(page: Page) -> None:
    expect(page.locator(WEEK)).to_contain_text("Week 37")
    expect(page.locator(".sentence")).to_contain_text("Israel refused, because")
    expect(page.locator(".sentence")).to_contain_text("Re-run with that change", timeout=PATIENCE)
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    tops = [
        page.locator(place).bounding_box()["y"]
        for place in (".area-sentence", ".area-balance", ".area-strip", ".area-series")
    ]
    assert tops == sorted(tops)
    strip = page.locator(".transport .strip").bounding_box()
    assert strip["y"] + strip["height"] <= 800


def test_play_pause_step_and_another_seed(page: Page) -> None:
    page.get_by_role("button", name="To the first week").click()
    expect(page.locator(WEEK)).to_contain_text("Week 0")
    page.get_by_label("Speed").select_option("10")
    page.get_by_role("button", name="Play", exact=True).click()
    later(page, 5)
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    here = week(page)
    page.get_by_role("button", name="Step", exact=True).click()
    expect(page.locator(WEEK)).to_contain_text(f"Week {here + 1},")
    page.get_by_role("button", name="Back a week").click()
    expect(page.locator(WEEK)).to_contain_text(f"Week {here},")
    expect(page).to_have_url(re.compile(f"seed=155&week={here}"))
    page.get_by_label("Seed").fill("no number")
    page.get_by_label("Seed").press("Enter")
    expect(page.locator("#seed-error")).to_contain_text("a whole number from 0 to 2^63 - 1")
    page.get_by_label("Seed").fill("7")
    page.get_by_label("Seed").press("Enter")
    expect(page).to_have_url(re.compile("seed=7&"), timeout=PATIENCE)
    expect(page.locator("#seed-error")).to_be_empty()


def test_it_can_stop_at_each_round(page: Page) -> None:
    page.get_by_role("button", name="To the first week").click()
    expect(page.locator(WEEK)).to_contain_text("Week 0")
    page.get_by_label("Speed").select_option("10")
    page.get_by_label("stop at each round").check()
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.locator(".sentence")).to_contain_text("Round 1 ends in a deal", timeout=PATIENCE)
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_keys_alone_suffice_and_the_focus_stays(page: Page) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('role')") == "slider":
            break
    page.keyboard.press("ArrowLeft")
    expect(page.locator(WEEK)).to_contain_text("Week 36")
    page.keyboard.press("PageDown")
    expect(page.locator(WEEK)).to_contain_text("Week 31")
    page.keyboard.press("Home")
    expect(page.locator(WEEK)).to_contain_text("Week 0")
    page.keyboard.press("Space")
    later(page, 1)
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "slider"
    assert page.locator("[role=slider]").get_attribute("aria-valuetext").startswith("Week ")


def test_a_drawer_that_was_opened_stays_open_while_weeks_pass(page: Page) -> None:
    network = page.locator(".area-network")
    network.get_by_text("As a list").click()
    expect(network.locator("table")).to_contain_text("United States")
    page.get_by_role("button", name="Step", exact=True).click()
    expect(page.locator(WEEK)).to_contain_text("Week 38")
    expect(network.locator("table")).to_be_visible()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Step"


def test_a_click_on_the_strip_leads_to_that_week(page: Page) -> None:
    box = page.locator(".strip .wide").bounding_box()
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    expect(page.locator(WEEK)).not_to_contain_text("Week 37")
    assert 22 <= week(page) <= 27


def test_what_would_have_opened_it_leads_to_change_with_the_lever_set(page: Page) -> None:
    page.get_by_text("What would have opened it?").click()
    expect(page).to_have_url(re.compile(r"/change\?tolerance=0\.28"), timeout=PATIENCE)


def test_two_sessions_do_not_mix(browser: Browser, address: str, page: Page) -> None:
    other = opened(browser, f"{address}/?case=two-rivals&seed=3&week=4")
    other.get_by_role("button", name="Step", exact=True).click()
    expect(other.locator(WEEK)).to_have_text("Week 5")
    page.get_by_role("button", name="Back a week").click()
    expect(page.locator(WEEK)).to_contain_text("Week 36")
    expect(other.locator(WEEK)).to_have_text("Week 5")
    expect(other.locator(".area-network")).to_contain_text("Envoy")
    expect(page.locator(".area-network")).to_contain_text("Qatar")
    other.close()


def test_on_a_narrow_page_the_order_is_kept_and_nothing_is_cut_off(
    browser: Browser, address: str
) -> None:
    page = opened(browser, address, 390, 844)
    order = ("sentence", "strip", "balance", "arc", "series", "network")
    tops = [page.locator(f".area-{name}").first.bounding_box()["y"] for name in order]
    assert tops == sorted(tops)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()
