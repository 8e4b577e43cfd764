"""The page on extending it: its four variants are run as they stand there."""

import importlib.util
import re
import sys

import ipyvuetify
import pytest
from checkout import ROOT
from shown_pages import Shown

from ceasefire import CeasefireModel

PAGE = ROOT / "docs" / "extend.md"
TEXT = PAGE.read_text(encoding="utf-8")
TITLES = (
    "A rule in place of another",
    "A new kind of agent",
    "A new outcome",
    "A new page",
)
SHORTEST, LONGEST = 10, 40
"""Lines of a variant, without empty ones."""


def variants():
    """The one block of code below each heading, and the line it begins at."""
    found = {}
    for part in re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]:
        title, _, body = part.partition("\n")
        (block,) = re.finditer(r"^```python\n(.*?)^```$", body, re.DOTALL | re.MULTILINE)
        found[title] = (block[1], TEXT[: TEXT.index(block[1])].count("\n"))
    return found


VARIANTS = variants()


def run(title, folder, monkeypatch):
    """Run a variant by itself, in an empty folder."""
    monkeypatch.chdir(folder)
    code, before = VARIANTS[title]
    found = {"__name__": "variant"}
    exec(compile("\n" * before + code, str(PAGE), "exec"), found)
    return found


def test_there_are_four_and_each_is_short():
    assert tuple(VARIANTS) == TITLES
    for code, _ in VARIANTS.values():
        assert SHORTEST <= len([line for line in code.splitlines() if line.strip()]) <= LONGEST


def test_each_says_when_and_what_it_touches():
    assert TEXT.count("*When:*") == len(TITLES)
    assert len(re.findall(r"\*What\s+it\s+touches:\*", TEXT)) == len(TITLES)


def test_a_rule_in_place_of_another(tmp_path, monkeypatch):
    found = run("A rule in place of another", tmp_path, monkeypatch)
    before, during = found["left"]
    assert during > before
    row = found["during"].runs.iloc[3]
    world = found["world"]
    assert world.end_state == row["end_state"]
    assert [side.toll for side in world.belligerents] == [
        row[f"deaths_{side.name}"] for side in world.belligerents
    ]


def test_a_new_kind_of_agent(tmp_path, monkeypatch):
    found = run("A new kind of agent", tmp_path, monkeypatch)
    assert list(found["watched"]) == [0.0, 0.3]
    unmoved, observed = found["worlds"].values()
    shipped = CeasefireModel("gaza-2023", rng=7).run()
    for name in ("trust", "toll"):
        values = [getattr(side, name) for side in shipped.belligerents]
        assert [getattr(side, name) for side in unmoved.belligerents] == values
    assert unmoved.end_state == shipped.end_state
    truce = sum(row.weeks for row in shipped.truces[: shipped.talks.truces])
    assert truce > 0.0
    assert found["watched"][0.0] == pytest.approx(truce, abs=1.0)
    assert [side.trust for side in observed.belligerents] != [
        side.trust for side in unmoved.belligerents
    ]
    kind = found["Observers"]
    assert kind.fields["reach"].given
    assert not kind.fields["watched"].given
    assert kind.layout().names == ("key", "reach", "watched")


def test_a_new_outcome(tmp_path, monkeypatch):
    found = run("A new outcome", tmp_path, monkeypatch)
    points, runs = found["points"], found["results"].runs
    assert points["runs"].tolist() == [50, 50]
    for point, own in runs.groupby("point"):
        share = (own["first_truce_week"] <= 8).mean()
        row = points.loc[points["point"] == point].iloc[0]
        assert row["mean"] == pytest.approx(share)
        assert 0.0 <= row["low"] <= share <= row["high"] <= 1.0


def test_a_new_page(tmp_path):
    """As ``solara run`` would have it, without a browser."""
    file = tmp_path / "resolve.py"
    assert f"`{file.name}`" in TEXT
    file.write_text(VARIANTS["A new page"][0], encoding="utf-8")
    spec = importlib.util.spec_from_file_location("resolve", file)
    module = importlib.util.module_from_spec(spec)
    sys.modules["resolve"] = module
    try:
        spec.loader.exec_module(module)
        shown = Shown(module.Page)
        try:
            assert "How runs end" in shown.html
            assert "no deal at the horizon: " in shown.html
            assert "At a resolve of 0.3," in shown.html
            (slider,) = shown.context.find(ipyvuetify.Slider).widgets
            slider.v_model = 1.0
            shown.wait(lambda: "At a resolve of 1," in shown.html)
        finally:
            shown.close()
    finally:
        del sys.modules["resolve"]


def test_the_page_is_in_the_list_of_pages():
    assert "(extend.md)" in (PAGE.parent / "index.md").read_text(encoding="utf-8")
