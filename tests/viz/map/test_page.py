"""The map: the stored plane, its picture, another plane run on the spot."""

import itertools
import json
import math
from dataclasses import replace

import ipyvuetify
import numpy as np
import pytest
from shown_pages import Shown

from ceasefire.experiments.design.design import design_of, load_design
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.runs.sweep import sweep
from ceasefire.experiments.style.folders import locked
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.viz.levers.setting import read_values
from ceasefire.viz.live import sweeps as running
from ceasefire.viz.map import form as map_form
from ceasefire.viz.map import page as map_page
from ceasefire.viz.map.form import MOST_RUNS, effort_words, plane_design
from ceasefire.viz.map.page import Map
from ceasefire.viz.map.setting import elsewhere_words, level_of, mark_of
from ceasefire.viz.page.address import parsed
from ceasefire.viz.planes import pictures as map_pictures
from ceasefire.viz.planes import words as map_words
from ceasefire.viz.planes.plane import (
    FLAGSHIP,
    at,
    flagship,
    is_plane,
    plane_of,
    read_plane,
    write_plane,
)
from ceasefire.viz.planes.view import table_of

PEACE = "permanent ceasefire"

RIVALS = {
    "name": "rivals",
    "title": "Rivals <script>alert(1)</script>",
    "case": "two-rivals",
    "weeks": 10,
    "runs": 20,
    "outcome": "truce",
    "level": 0.5,
    "dimension": [
        {"name": "hostility", "names": ["belligerent.north.hostility"], "values": [0.2, 0.5, 0.8]},
        {"name": "trust", "names": ["belligerent.south.trust"], "values": [0.1, 0.9]},
    ],
}


@pytest.fixture
def session(tmp_path, monkeypatch):
    """A session of its own that writes to a folder of its own."""
    monkeypatch.setattr(running, "ROOT", tmp_path / "results")
    map_page.spent.value = 0
    map_page.own.value = None
    yield tmp_path / "results"
    if map_page.own.value is not None:
        map_page.own.value.stop()
    map_page.own.value = None


@pytest.fixture(scope="module")
def rivals(tmp_path_factory):
    return sweep(design_of(RIVALS), tmp_path_factory.mktemp("rivals") / "out")


def with_means(plane, name, mean):
    """Return a plane on which an outcome is a function of both dimensions, known exactly."""
    cells = plane.cells[name].copy()
    cells["mean"] = mean(cells[plane.across.name], cells[plane.up.name])
    cells["low"], cells["high"] = cells["mean"] - 0.001, cells["mean"] + 0.001
    return replace(plane, cells={name: cells})


def test_the_stored_map_is_what_the_model_gives_today(tmp_path):
    stored = flagship()
    table = {**load_design(FLAGSHIP, runs=stored.design.runs).given, "plan": "list"}
    for one in table["dimension"]:
        for key in ("steps",):
            one.pop(key, None)
    table["points"] = [{"arms_withheld": 1.0, "tolerance": 2.0}]
    results = sweep(design_of(table), tmp_path / "out")
    assert results.case.digest == stored.made["case_digest"]
    for name in stored.outcomes:
        (fresh,) = results.by_point(name).to_dict("records")
        kept = at(stored, name, 1.0, 2.0)
        for column in ("runs", "mean", "low", "high"):
            assert kept[column] == pytest.approx(fresh[column], rel=1e-5), (name, column)


def test_the_stored_map_is_whole():
    stored = flagship()
    points = len(stored.design.points)
    assert points == 121
    for name, cells in stored.cells.items():
        assert cells["point"].tolist() == list(range(points)), name
        assert (cells["low"] <= cells["mean"]).all(), name
        assert (cells["mean"] <= cells["high"]).all(), name
    assert (stored.cells[PEACE]["runs"] == stored.made["runs_of_each_point"]).all()


def test_a_plane_is_written_and_read_as_it_was(rivals, tmp_path, monkeypatch):
    plane = plane_of(rivals)
    csv, toml = write_plane(plane, tmp_path)
    assert csv.read_text(encoding="utf-8").startswith("point,hostility,trust,outcome,runs,mean")
    monkeypatch.setattr(
        "ceasefire.viz.planes.plane.load_design", lambda name, runs: design_of(RIVALS)
    )
    again = read_plane("rivals", tmp_path)
    assert again.made == plane.made
    assert again.outcomes.keys() == plane.outcomes.keys()
    for name, cells in plane.cells.items():
        np.testing.assert_allclose(again.cells[name]["mean"], cells["mean"], rtol=1e-5)
    toml.unlink()
    with pytest.raises(RefusedError, match="no map of this name"):
        read_plane("rivals", tmp_path)


def test_only_a_plane_is_a_map(tmp_path):
    line = {**RIVALS, "dimension": RIVALS["dimension"][:1], "runs": 1}
    with pytest.raises(RefusedError, match="a grid of two dimensions"):
        plane_of(sweep(design_of(line), tmp_path / "out"))
    assert is_plane(design_of(RIVALS))
    backwards = {**RIVALS["dimension"][0], "values": [0.8, 0.2]}
    assert not is_plane(design_of({**RIVALS, "dimension": [backwards, RIVALS["dimension"][1]]}))


def test_cells_lie_where_their_values_are():
    cells = map_pictures.cells_of(flagship(), PEACE)
    assert len(cells) == 121
    assert [(cell["column"], cell["row"]) for cell in cells] == [
        (i % 11, i // 11) for i in range(121)
    ]
    first, last = cells[0], cells[-1]
    assert first["x"] < last["x"]
    assert first["y"] > last["y"]
    assert first["href"] == "/change?arms_withheld=0.0&tolerance=0.0"
    assert "1,000 runs" in last["words"]
    highest = max(cells, key=lambda cell: cell["opacity"])
    assert highest["opacity"] == map_pictures.STRONGEST
    for cell in cells[::17]:
        asked = parsed(cell["href"].partition("?")[2])
        values, problems = read_values(asked)
        assert not problems
        assert set(values) == {"arms_withheld", "tolerance"}


def test_a_contour_lies_where_the_outcome_has_its_value():
    plane = with_means(flagship(), PEACE, lambda across, up: 0.1 * across)
    (_, line, *_) = map_pictures.contour(plane, PEACE, 0.05, 2.0, "5 %")
    _, _, first, last, bottom, top = map_pictures.middles(plane)
    path = line.split('d="M')[1].split('"')[0]
    points = [tuple(map(float, step.split())) for step in path.split(" L")]
    assert all(x == pytest.approx((first + last) / 2, abs=0.01) for x, _ in points)
    assert min(y for _, y in points) == pytest.approx(top, abs=0.01)
    assert max(y for _, y in points) == pytest.approx(bottom, abs=0.01)


def test_values_far_apart_and_near_lie_over_their_cells():
    far = replace(flagship().across, values=(2.0, 4.0, 8.0, 44.0))
    assert [map_pictures.place(far, value, 0.0, 3.0) for value in far.values] == [0, 1, 2, 3]
    assert map_pictures.place(far, 26.0, 0.0, 3.0) == pytest.approx(2.5)


def test_what_the_map_does_not_follow_is_said():
    (words,) = elsewhere_words({"tolerance": "1", "us_resolve": "0.4", "x": "<b>"}, flagship())
    assert "US resolve to carry conditions out" in words
    assert elsewhere_words({"tolerance": "1"}, flagship()) == []


def test_lines_are_drawn_only_where_points_differ_by_more_than_chance():
    sure = with_means(flagship(), PEACE, lambda across, up: 0.1 * across)
    assert "contour" in map_pictures.lines_over(sure, PEACE, None, None)
    flat = with_means(flagship(), PEACE, lambda across, up: 0.5 + 0.0005 * across)
    assert map_pictures.lines_over(flat, PEACE, None, None) == ""
    assert "no pattern can be told" in map_words.chance_words(flat, PEACE)


def test_a_plane_that_fills_shows_what_is_there():
    half = with_means(
        flagship(), PEACE, lambda across, up: np.where(across < 0.5, 0.1 * across, np.nan)
    )
    half.cells[PEACE].loc[half.cells[PEACE]["mean"].isna(), "runs"] = np.nan
    cells = map_pictures.cells_of(half, PEACE)
    assert sum(cell["empty"] for cell in cells) == 66
    assert {cell["words"] for cell in cells if cell["empty"]} == {"not run yet"}
    assert "so far" in map_words.sentence(half, PEACE, None)
    assert "not run yet" in table_of(half, PEACE)
    none = with_means(flagship(), PEACE, lambda across, up: np.nan * across)
    assert map_words.sentence(none, PEACE, 0.05) == "No run of this plane is done yet."
    assert map_pictures.lines_over(none, PEACE, 0.05, (0.5, 1.0))


@pytest.mark.parametrize(
    ("level", "said"),
    [(0.05, "5 % or more at"), (0.9, "90 % nowhere"), (0.0, "0 % or more everywhere")],
)
def test_the_sentence_says_where_the_level_is_reached(level, said):
    words = map_words.sentence(flagship(), PEACE, level)
    assert said in words
    assert "with both" in words


def test_round_levels_lie_between():
    assert map_pictures.round_levels(0.0, 0.119) == [0.02, 0.04, 0.06, 0.08, 0.1]
    assert map_pictures.round_levels(1650.0, 1675.0) == [1655.0, 1660.0, 1665.0, 1670.0]


@pytest.mark.parametrize(
    ("text", "level"), [("5", 0.05), (" 7,5 % ", 0.075), ("", None), ("0", 0.0), ("100", 1.0)]
)
def test_levels_that_are_read(text, level):
    assert level_of(text, flagship().outcomes[PEACE]) == (level, "")


@pytest.mark.parametrize("text", ["five", "nan", "inf", "-1", "101", "1e", "__import__('os')"])
def test_levels_that_are_refused(text):
    level, words = level_of(text, flagship().outcomes[PEACE])
    assert level is None
    assert "allowed: a number, in per cent from 0 to 100" in words


@pytest.mark.parametrize(
    ("asked", "mark", "problems"),
    [
        ({}, None, 0),
        ({"us_resolve": "0.4"}, None, 0),
        ({"arms_withheld": "0.4", "tolerance": "0.5"}, (0.4, 0.5), 0),
        ({"arms_withheld": "0.4"}, (0.4, 0.0), 0),
        ({"arms_withheld": "1.4"}, None, 1),
        ({"arms_withheld": "x", "tolerance": "nan"}, None, 2),
    ],
)
def test_the_setting_of_the_address(asked, mark, problems):
    found, wrong = mark_of(asked, flagship())
    assert found == mark
    assert len(wrong) == problems
    assert all("allowed" in words for words in wrong)


def test_the_page_opens_with_the_stored_map():
    page = Shown(Map, "?arms_withheld=0.4&tolerance=0.4")
    assert len(page.template("cells").cells) == 121
    assert "the current setting" in page.template("cells").lines
    assert "◆ The current setting" in page.html
    assert "The numbers of the map, as a table" in page.html
    page.close()


def test_outcome_and_level_are_chosen():
    page = Shown(Map)
    page.type("Thick line at (%)", "lots")
    assert "allowed: a number, in per cent" in page.html
    page.type("Thick line at (%)", "8")
    assert "It is 8 % or more at" in page.html
    page.choose("What is measured", "rounds")
    assert "rounds" in page.template("cells").cells[0]["words"]
    assert page.labelled(ipyvuetify.TextField, "Thick line at (rounds)").v_model == ""
    page.close()


def test_every_outcome_can_be_shown():
    page = Shown(Map)
    for outcome in flagship().outcomes.values():
        page.choose("What is measured", outcome.label)
        assert len(page.template("cells").cells) == 121
        assert "cannot be shown" not in page.html
    page.close()


def test_a_cell_opens_in_change():
    page = Shown(Map, others=("change",))
    page.template("cells").vue_opened(10_000)
    page.template("cells").vue_opened("javascript:alert(1)")
    assert page.paths == []
    page.template("cells").vue_opened(60)
    ((path, search),) = page.paths
    assert path == "change"
    assert parsed(search) == {"arms_withheld": "0.5", "tolerance": "1.0"}
    page.close()


def test_names_from_files_are_escaped(rivals):
    plane = plane_of(rivals)
    assert "<script" not in table_of(plane, "truce")
    assert "<script" not in map_pictures.frame(plane, "truce")


def test_a_map_that_cannot_be_read_is_a_sentence(monkeypatch, session):
    def fails():
        raise RefusedError("no map of this name is stored.")

    monkeypatch.setattr(map_page, "flagship", fails)
    page = Shown(Map)
    assert "no map of this name is stored" in page.html
    assert page.button("Run this plane")
    page.close()


@pytest.fixture
def small_planes(monkeypatch):
    """Planes of few short runs, instead of those that the form would ask for."""

    def small(across, up, steps, runs):
        design = plane_design(across, up, steps, runs)
        return design_of({**design.given, "weeks": 4, "runs": 2})

    monkeypatch.setattr(map_form, "plane_design", small)


def test_another_plane_is_run_and_drawn(session, small_planes):
    page = Shown(Map)
    page.press("Run this plane")
    page.wait(lambda: map_page.own.value.state == "done")
    page.wait(lambda: page.buttons("Back to the stored map"))
    assert "it is kept among the results" in page.html
    assert len(page.template("cells").cells) == 25
    assert map_page.spent.value == 50
    (folder,) = session.iterdir()
    assert len(ResultsFolder.open(folder).runs) == 50
    page.choose("What is measured", "rounds")
    assert "cannot be shown" not in page.html
    page.press("Back to the stored map")
    assert len(page.template("cells").cells) == 121
    page.close()


def test_a_plane_is_stopped_and_what_was_run_is_kept(session, small_planes, monkeypatch):
    began = []

    def slow(design, folder, workers, report, stop):
        began.append(folder)
        while not stop():
            pass
        raise running.StoppedError("Stopped")

    monkeypatch.setattr(running, "sweep", slow)
    page = Shown(Map)
    page.press("Run this plane")
    page.wait(lambda: bool(began))
    assert page.button("Run this plane").disabled
    page.press("Stop")
    page.wait(lambda: "stopped; what was run is kept" in page.html)
    page.close()


def test_a_folder_that_is_taken_is_a_sentence(session, small_planes):
    design = map_form.plane_design("us_resolve", "net_credibility", (5, 5), 100)
    with locked(running.folder_of(design)):
        page = Shown(Map)
        page.press("Run this plane")
        page.wait(lambda: "another process is writing results there" in page.html)
        page.close()


def test_the_last_session_that_leaves_stops_it(session, monkeypatch):
    monkeypatch.setattr(running.Running, "run", lambda one: None)
    design = plane_design("us_resolve", "net_credibility", (5, 5), 50)
    one = running.start(design, "first")
    assert running.start(design, "second") is one
    assert running.started(one.folder) is one
    running.close("first")
    assert not one.asked.is_set()
    running.close("second")
    assert one.asked.is_set()
    assert running.start(design, "third") is not one


def test_one_at_a_time_and_one_that_waits_can_be_stopped(session):
    design = plane_design("us_resolve", "net_credibility", (5, 5), 50)
    with running._turn:
        one = running.Running(design, session / "out")
        one.stop()
        one.run()
    assert one.state == "stopped"
    assert not (session / "out").exists()


def test_the_form_says_what_cannot_be_run(session):
    page = Shown(Map)
    page.choose("Up", "US resolve to carry conditions out")
    assert page.button("Run this plane").disabled
    page.choose("Up", "life of Yesh Atid's safety net")
    for label in ("Steps across", "Steps up"):
        page.choose(label, 11)
    page.choose("Runs of each point", 500)
    assert "more than the 60,000 that this session has left" in page.html
    assert page.button("Run this plane").disabled
    page.choose("Runs of each point", 250)
    assert not page.button("Run this plane").disabled
    page.close()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("os.system", "tolerance", (5, 5), 50), "across: found 'os.system'"),
        (("tolerance", "../x", (5, 5), 50), "up: found '../x'"),
        (("tolerance", "tolerance", (5, 5), 50), "a plane needs two"),
        (("tolerance", "us_resolve", (5, 99), 50), "steps: found"),
        (("tolerance", "us_resolve", (5, 5), 10**9), "runs: found"),
    ],
)
def test_planes_that_are_refused(given, said):
    with pytest.raises(RefusedError, match=said.replace(".", r"\.")):
        plane_design(*given)


def test_any_two_levers_make_a_plane():
    names = list(map_form.labels().values())
    assert len(names) > 8
    for across, up in itertools.pairwise(names):
        design = plane_design(across, up, (5, 6), 50)
        assert len(design.points) == 30
        json.dumps(design.given)
        assert all(math.isfinite(float(value)) for value in design.points[0].values.values())


def test_a_session_has_so_many_runs():
    assert effort_words((5, 5), 100, 0)[1]
    assert not effort_words((5, 5), 100, MOST_RUNS)[1]
