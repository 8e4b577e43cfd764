"""Files that no one would write, but that may come: each is refused by name, and at once."""

import os
import time

import pytest

from ceasefire.model.case.case import CaseError, load_case
from ceasefire.model.case.shipped import cases_folder
from ceasefire.model.case.toml_text import LARGEST

RIVALS = (cases_folder() / "two-rivals" / "case.toml").read_text(encoding="utf-8")
EFFORT = 'effort = { value = 0.5, unit = "share", range = [0, 1], source = "assumed" }'
NAME = 'name = "two-rivals"'


def refusal(tmp_path, text):
    """The sentence with which a file is refused."""
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    begun = time.monotonic()
    with pytest.raises(CaseError) as caught:
        load_case(path)
    assert time.monotonic() - begun < 3.0
    assert len(str(caught.value)) < 4000
    return str(caught.value)


@pytest.mark.parametrize("number", ["1" + "0" * 400, "-1" + "0" * 50])
def test_a_number_that_no_record_can_hold(tmp_path, number):
    said = refusal(tmp_path, RIVALS.replace(EFFORT, EFFORT.replace("0.5", number)))
    assert "mine.toml" in said
    assert "belligerent.north.effort: found a whole number too long" in said
    assert "allowed: a number from 0 to 1 share" in said
    said = refusal(tmp_path, RIVALS.replace(EFFORT, EFFORT.replace("[0, 1]", f"[0, {number}]")))
    assert "belligerent" in said
    assert "effort.range" in said


def test_a_number_of_thousands_of_digits(tmp_path):
    said = refusal(tmp_path, RIVALS.replace(EFFORT, EFFORT.replace("0.5", "9" * 6000)))
    assert said.startswith("mine.toml: text: found ")


def test_a_text_where_a_table_is_wanted(tmp_path):
    said = refusal(tmp_path, RIVALS.replace(EFFORT, 'effort = "half"'))
    assert "defaults.belligerent.effort: found 'half'; allowed: a table such as" in said


@pytest.mark.parametrize("date", ["9999-12-31", "0001-01-01"])
def test_a_start_whose_last_week_has_no_date(tmp_path, date):
    said = refusal(tmp_path, RIVALS.replace(NAME, f"{NAME}\nstart = {date}"))
    assert said == f"mine.toml: start: found {date}; allowed: 1000-01-01 to 9000-01-01"


@pytest.mark.parametrize("depth", [5_000, 100_000])
def test_tables_too_deep(tmp_path, depth):
    assert "allowed: TOML" in refusal(tmp_path, "a = " + "[" * depth)
    assert "allowed: TOML" in refusal(tmp_path, "a = " + "{ b = " * depth)


@pytest.mark.parametrize("form", ["{} = 1", "[{}]", "[[{}]]", "x = 1\n  {} = 2"])
def test_a_key_of_thousands_of_parts(tmp_path, form):
    said = refusal(tmp_path, form.format("a" + ".b" * 20_000))
    assert "a longer key; allowed: keys of up to 20 parts" in said


def test_dots_in_a_text_are_no_key(tmp_path):
    path = tmp_path / "mine.toml"
    dots = "a." * 100
    path.write_text(RIVALS.replace(NAME, f"{NAME}\n# {dots}"), encoding="utf-8")
    assert load_case(path).name == "two-rivals"


def test_what_is_no_file(tmp_path):
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    folder = tmp_path / "folder.toml"
    folder.mkdir()
    for path, found in ((pipe, "no file that can be read"), (folder, "a folder")):
        with pytest.raises(CaseError, match=f"found {found}; allowed: a TOML file"):
            load_case(path)


def test_a_file_that_is_too_large(tmp_path):
    assert "5 megabytes; allowed: up to 4" in refusal(tmp_path, "#" * (LARGEST + 2**20))
