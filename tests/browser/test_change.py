"""The page Change in a real Chromium."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from ceasefire.model.case.case import case_of_text
from ceasefire.viz.browser import chromium
from ceasefire.viz.serving import serving

pytestmark = pytest.mark.browser

PATIENCE = 120_000
"""Milliseconds: rules may have to be compiled first."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the pages."""
    with serving(tmp_path_factory.mktemp("served")) as (url, _):
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    opened.goto(f"{address}/change")
    shown(opened, "{}")
    yield opened
    opened.close()


def shown(page: Page, setting: str, runs: int = 500) -> str:
    """Wait until runs of a setting are shown, and return the sentence that leads."""
    mark = f".shown[data-setting='{setting}']"
    page.wait_for_function(
        "([mark, runs]) => { const found = document.querySelector(mark);"
        " return found && Number(found.dataset.runs) >= runs; }",
        arg=[mark, runs],
        timeout=PATIENCE,
    )
    return page.locator(f"{mark} .sentence").inner_text()


def lever(page: Page, name: str):
    """Return the slider of a lever, its group unfolded."""
    slider = page.locator(f"#lever-{name}")
    if not slider.is_visible():
        group = page.locator(".lever-group", has=slider)
        group.locator(".lever-fold").click()
    return slider


def test_dragging_a_lever_changes_the_numbers_and_the_address(page: Page) -> None:
    slider = lever(page, "arms_withheld")
    box = slider.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 8, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, middle, steps=6)
    assert "arms_withheld" not in page.url
    page.mouse.move(box["x"] + box["width"] * 0.98, middle, steps=6)
    page.mouse.up()
    page.wait_for_url(re.compile(r"arms_withheld=(0\.9\d*|1)$"))
    value = page.url.rpartition("=")[2]
    number = float(value)
    written = f"{number:.1f}" if number.is_integer() else value
    sentence = shown(page, f'{{"arms_withheld": {written}}}', 2000)
    assert re.search(r"Permanent ceasefire in \S+ of 100 runs instead of \S+: \+", sentence)
    expect(page.locator("[aria-live=polite]").first).to_contain_text("Permanent ceasefire in")
    expect(page.locator(".lever.moved .lever-number")).to_have_value(value)


def test_the_keyboard_suffices_and_focus_survives_redraws(page: Page) -> None:
    slider = lever(page, "arms_withheld")
    slider.focus()
    page.keyboard.press("End")
    shown(page, '{"arms_withheld": 1.0}', 2000)
    expect(slider).to_be_focused()
    page.keyboard.press("ArrowLeft")
    shown(page, '{"arms_withheld": 0.99}')
    expect(slider).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("US arms withheld from Israel, as a number (share)")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("0.5")
    page.keyboard.press("Enter")
    shown(page, '{"arms_withheld": 0.5}')
    expect(slider).to_have_value("0.5")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "Move a lever" in shown(page, "{}")


def test_a_key_held_down_moves_a_lever_and_settles_once(page: Page) -> None:
    addresses: list[str] = []
    page.expose_function("written", lambda url: addresses.append(url))
    page.evaluate(
        "() => { const write = history.replaceState;"
        " history.replaceState = function (...given) {"
        " written(String(given[2])); return write.apply(this, given); }; }"
    )
    lever(page, "arms_withheld").focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    shown(page, '{"arms_withheld": 0.3}', 2000)
    expect(page).to_have_url(re.compile("arms_withheld=0.3$"))
    assert len([one for one in addresses if "arms_withheld" in one]) < 10


def test_a_setting_is_shown_on_the_map(page: Page) -> None:
    slider = lever(page, "arms_withheld")
    slider.focus()
    page.keyboard.press("End")
    expect(page).to_have_url(re.compile("arms_withheld=1$"))
    page.get_by_role("link", name="Show it on the map").click()
    expect(page).to_have_url(re.compile("/map[?]arms_withheld=1$"))
    expect(page.locator(".map-cell").first).to_be_attached(timeout=PATIENCE)


def test_a_wrong_number_gets_a_sentence_and_the_picture_stays(page: Page) -> None:
    lever(page, "arms_withheld")
    field = page.get_by_label("US arms withheld from Israel, as a number (share)")
    field.fill("seven")
    field.press("Enter")
    expect(page.locator("#lever-problem-arms_withheld")).to_have_text(
        "Found “seven”; allowed are numbers from 0 to 1 (share)."
    )
    expect(field).to_have_value("seven")
    assert "Move a lever" in shown(page, "{}")
    page.get_by_role("button", name="Reset: US arms withheld from Israel").click()
    expect(page.locator("#lever-problem-arms_withheld")).to_have_text("")
    expect(field).to_have_value("0")


def test_a_lever_with_choices_says_what_is_chosen(page: Page) -> None:
    lever(page, "net_offered").focus()
    page.keyboard.press("Home")
    shown(page, '{"net_offered": 0.0}')
    expect(page.locator("#lever-own-net_offered")).to_contain_text("nobody.")


def test_the_address_brings_a_setting_back(page: Page, address: str) -> None:
    page.goto(f"{address}/change?tolerance=2&arms_withheld=0.8&hamas_memory=many")
    sentence = shown(page, '{"arms_withheld": 0.8, "tolerance": 2.0}', 2000)
    assert "turned to it" in sentence
    expect(lever(page, "tolerance")).to_have_value("2")
    lever(page, "hamas_memory")
    expect(page.locator("#lever-problem-hamas_memory")).to_contain_text("“many”")


def test_a_preset_sets_levers_and_names_its_claim(page: Page) -> None:
    page.get_by_label("Set the levers as a claim has it").select_option("C28")
    shown(page, '{"tolerance": 4.0}')
    expect(page.get_by_role("link", name="The claim, and how it was tested")).to_have_attribute(
        "href", "/claims?claim=C28"
    )
    expect(lever(page, "tolerance")).to_have_value("4")
    page.get_by_role("button", name="Reset all (1)").click()
    shown(page, "{}")
    expect(page.get_by_label("Set the levers as a claim has it")).to_have_value("")


def test_a_flipped_world_opens_as_two_worlds_on_one_clock(page: Page, address: str) -> None:
    page.goto(f"{address}/change?arms_withheld=0.8&tolerance=2")
    shown(page, '{"arms_withheld": 0.8, "tolerance": 2.0}', 2000)
    cell = page.locator(".field-half:nth-child(2) .cell.flipped").first
    seed = re.search(r"seed=(\d+)", cell.get_attribute("href") or "")
    assert seed
    assert "arms_withheld=0.8" in (cell.get_attribute("href") or "")
    cell.click()
    title = page.get_by_text(f"Two worlds on one clock: seed {seed[1]}")
    expect(title).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".first-different")).to_have_count(1, timeout=PATIENCE)
    expect(page.get_by_role("link", name="with the change")).to_have_attribute(
        "href", re.compile(rf"seed={seed[1]}&arms_withheld=0.8&tolerance=2")
    )


def test_arrow_keys_walk_the_worlds(page: Page) -> None:
    first = page.locator(".field-half:nth-child(1) .cell").first
    first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".field-half:nth-child(1) .cell").nth(11)).to_be_focused()


def test_a_setting_is_downloaded_as_a_scenario_file(page: Page, address: str) -> None:
    page.goto(f"{address}/change?us_resolve=0.6")
    shown(page, '{"us_resolve": 0.6}')
    with page.expect_download(timeout=PATIENCE) as waiting:
        page.get_by_role("button", name="Download as a case file").click()
    text = waiting.value.path().read_text(encoding="utf-8")
    assert case_of_text(text).settings["patron.usa.resolve"].value == 0.6


def test_two_sessions_side_by_side_do_not_mix(page: Page, browser: Browser, address: str) -> None:
    other = browser.new_page()
    other.goto(f"{address}/change?arms_withheld=0.9")
    lever(page, "arms_withheld").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert "instead of" in shown(other, '{"arms_withheld": 0.9}', 2000)
    shown(page, '{"arms_withheld": 0.05}', 2000)
    assert other.locator(".shown").get_attribute("data-setting") == '{"arms_withheld": 0.9}'
    other.close()


def test_on_a_phone_the_sentence_and_the_differences_stay_while_levers_scroll(
    browser: Browser, address: str
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{address}/change?arms_withheld=0.8")
    shown(page, '{"arms_withheld": 0.8}')
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.mouse.move(200, 700)
    page.mouse.wheel(0, 400)
    expect(page.locator(".change-pinned .sentence")).to_be_in_viewport()
    expect(page.locator(".change-small svg")).to_be_in_viewport()
    page.close()


def test_every_part_of_the_page_is_drawn(page: Page) -> None:
    page.wait_for_selector(".shown[data-stuck='1']", timeout=PATIENCE)
    for title in (
        "How 100 runs end",
        "What the change makes of it, in points",
        "When it comes: of 100 runs, those in which it has come by each week",
        "The same 100 worlds, twice",
        "Captives from Israel, returned alive",
        "Why it is stuck: which constraints bind in failed rounds",
    ):
        expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.locator(".error-line:not(:empty)")).to_have_count(0)
