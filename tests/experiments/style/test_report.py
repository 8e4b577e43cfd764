"""One report, four renderings: the same sentences and numbers in each, nothing taken as code."""

import io
import json
import math
import re
from dataclasses import replace

import pandas as pd
import pytest
from rich.console import Console

from ceasefire.experiments.style.look import new_figure
from ceasefire.experiments.style.markdown import plain_text, text_of
from ceasefire.experiments.style.page import page_of
from ceasefire.experiments.style.published import publish
from ceasefire.experiments.style.report import Picture, Report, Section, known, table_of
from ceasefire.experiments.style.terminal import show
from ceasefire.experiments.style.words import PURPOSE, amount, decimals, digits_worth, interval

HOSTILE = "<script>alert(1)</script> | [a](b) _c"

NUMBERS = pd.DataFrame({"arm": ["a", "a", "b"], "share": [0.1, math.nan, 0.3], "n": [1, 2, 3]})


def drawn():
    figure = new_figure()
    figure.subplots().plot([0, 1], [0, 1])
    return Picture("line", "A line", "A line that rises", figure)


@pytest.fixture
def report():
    columns = {
        "arm": "arm",
        "share, %": lambda row: "" if known(row["share"]) is None else f"{100 * row['share']:.0f}",
        "runs": lambda row: f"{row['n']}",
    }
    table = table_of(NUMBERS, columns, strong=lambda row: row["n"] == 3, brief=("arm", "share, %"))
    return Report(
        title="A title",
        under="It depends on much.",
        lead=["First [it] follows.", HOSTILE],
        sections=[
            Section("Shares", "of 6 runs", "A text for pages.", table, drawn),
            Section("On pages", lines=["hidden from screens"], where="page"),
            Section("On screens", lines=["  ceasefire run --seed 1 " + "x" * 120], where="screen"),
        ],
        notes=["A note."],
        methods=["A method (Wilson 1927)."],
        facts={"numbers": [1, None], "words": HOSTILE},
        tables={"numbers": NUMBERS},
    )


def on_screen(report, width=80):
    console = Console(width=width, record=True, highlight=False, file=io.StringIO())
    show(report, console)
    return console.export_text()


def test_a_screen_shows_what_it_has_room_for_and_breaks_no_command(report):
    text = on_screen(report)
    for words in ("A title", "It depends on much.", "It is no forecast", "of 6 runs", "A note.",
                  "• First [it] follows.", HOSTILE, "--seed 1 " + "x" * 120):  # fmt: skip
        assert words in text
    for words in ("A text for pages", "hidden from screens", "runs \n"):
        assert words not in text


def test_a_table_can_stand_apart_by_its_first_column(report):
    first = report.sections[0]
    table = replace(first.table, apart=True)
    text = on_screen(replace(report, sections=[replace(first, table=table)]))
    assert text.count("Shares") == 2
    assert "“a”: of 6 runs" in text
    assert "“b”: of 6 runs" in text


def test_markdown_has_every_sentence_and_number_as_it_is(report):
    text = text_of(report, report.drawn(), {"line": "figures/line.svg"})
    expected = [
        "# A title",
        f"*{PURPOSE}*",
        "- First \\[it\\] follows.",
        plain_text(HOSTILE),
        "![A line that rises](figures/line.svg)",
        "Of 6 runs. A text for pages.",
        "| arm | share, % | runs |",
        "| :-- | --: | --: |",
        "| a | 10 | 1 |",
        "| a |  | 2 |",
        "| **b** | **30** | **3** |",
        "- hidden from screens",
        "Wilson 1927",
    ]
    for words in expected:
        assert words in text
    assert "<script" not in text
    assert "On screens" not in text


def test_a_page_is_complete_and_escaped(report):
    page = page_of(report, report.drawn())
    assert page.startswith("<!DOCTYPE html>")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert page.count('<svg role="img" aria-label="A line that rises"') == 1
    assert not re.search(r"<link|@import|\bsrc=|javascript:", page)
    part = page_of(report, {}, whole=False)
    assert part.startswith('<div class="ceasefire">')
    assert "<svg" not in part
    assert "<style" not in part


def test_facts_are_json_with_what_the_model_is(report):
    assert json.loads(report.to_json()) == {"purpose": PURPOSE, **report.facts}


def test_a_folder_has_all_of_it_and_twice_the_same(report, tmp_path):
    files = publish(report, tmp_path, [".svg", ".png"], tables="tables", figures="figures",
                    facts="facts")  # fmt: skip
    names = {str(path.relative_to(tmp_path)) for path in files}
    assert names == {"tables/numbers.csv", "tables/numbers.parquet", "figures/line.svg",
                     "figures/line.png", "report.md", "report.html", "facts.json"}  # fmt: skip
    before = {path: path.read_bytes() for path in files}
    publish(report, tmp_path, [".svg", ".png"], tables="tables", figures="figures", facts="facts")
    assert {path: path.read_bytes() for path in files} == before
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "tables/numbers.parquet"), NUMBERS)


class Share:
    is_share, unit = True, "share of runs"


class Weeks:
    is_share, unit = False, "weeks"


def test_numbers_are_worded_in_one_way():
    assert amount(0.123, Share()) == "12.3 %"
    assert amount(26.0, Weeks()) == "26 weeks"
    assert amount(math.nan, Weeks()) == "nothing"
    assert interval(0.021, 0.04, Share()) == "2.1 to 4.0 %"
    assert decimals(-0.001, 2) == "0.00"
    assert decimals(-1.5, 1) == "−1.5"
    assert decimals(math.inf, 1) == "unknown"
    assert [digits_worth(width) for width in (100.0, 1.0, 0.01, 0.0, math.nan)] == [0, 1, 3, 1, 1]
