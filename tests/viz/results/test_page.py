"""The page of results: the list, one opened, two compared, tables taken away."""

import io
import json
import shutil

import ipyvuetify
import pandas as pd
import pytest
from shown_pages import Shown
from solara.components.file_download import FileDownloadWidget

from ceasefire.experiments.design.design import design_of
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.runs.sweep import sweep
from ceasefire.experiments.runs.writing import begun
from ceasefire.experiments.style.folders import locked
from ceasefire.viz.live import sweeps as running
from ceasefire.viz.results import compared as results_compare
from ceasefire.viz.results import opened as results_opened
from ceasefire.viz.results import stored as results_stored
from ceasefire.viz.results.compared import compared
from ceasefire.viz.results.page import Results, bar_html
from ceasefire.viz.results.pictures import ladder, points_html
from ceasefire.viz.results.stored import is_locked, points_table, stored

PLANE = {
    "name": "rivals",
    "title": "Rivals <script>alert(1)</script>",
    "question": "Which of the two counts?",
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
LINE = {**PLANE, "name": "line", "title": "A line", "dimension": PLANE["dimension"][:1]}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Run two experiments, and lay other things beside them that are none."""
    root = tmp_path_factory.mktemp("made") / "results"
    sweep(design_of(PLANE), root / "plane")
    sweep(design_of(LINE), root / "line")
    (root / "ensemble").mkdir()
    (root / "ensemble" / "manifest.json").write_text('{"runs": 5}', encoding="utf-8")
    (root / "damaged").mkdir()
    (root / "damaged" / "manifest.json").write_text('{"kind": "sweep"', encoding="utf-8")
    (root / "bare").mkdir()
    (root / "bare" / "manifest.json").write_text('{"kind": "sweep", "schema": 1}', encoding="utf-8")
    return root


@pytest.fixture
def root(made, tmp_path, monkeypatch):
    """A copy of them of its own, where the page looks."""
    shutil.copytree(made, tmp_path / "results")
    monkeypatch.setattr(running, "ROOT", tmp_path / "results")
    return tmp_path / "results"


@pytest.fixture
def nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "ROOT", tmp_path / "results")
    return tmp_path / "results"


def ready(page):
    """Wait until an opened experiment is read."""
    page.wait(lambda: page.context.find(FileDownloadWidget).widgets)


def opened(root, name):
    page = Shown(Results, f"?open={name}", others=("change",))
    ready(page)
    return page


def test_without_results_a_sentence_says_how_to_make_some(nothing):
    page = Shown(Results)
    assert "make run" in page.html
    assert "ceasefire sweep" in page.html
    page.close()


def test_what_can_be_opened_is_listed_and_nothing_else(root):
    assert {one.name for one in stored()} == {"plane", "line"}
    page = Shown(Results)
    assert "2 experiments stored" in page.html
    assert len(page.buttons("Open")) == 2
    assert "<script>" not in page.html
    page.close()


def test_results_a_folder_further_down_are_found(root):
    shutil.move(root / "line", root / "plane" / "line")
    assert {one.name for one in stored()} == {"plane", "plane/line"}


@pytest.mark.parametrize("name", ["../results/plane", "/etc", "damaged", "..", "plane/", "%2e"])
def test_a_name_that_is_not_listed_opens_nothing(root, name):
    page = Shown(Results, f"?open={name}")
    assert not page.buttons("Close")
    page.close()


def test_an_experiment_is_opened_and_closed(root):
    page = Shown(Results)
    page.press("Open")
    page.wait(lambda: page.buttons("Close"))
    ready(page)
    assert "Which of the two counts?" in page.html
    assert "Digest of the runs" in page.html
    page.press("Close")
    page.wait(lambda: not page.buttons("Close"))
    page.close()


def test_a_plane_is_a_map_whose_cells_open_in_change(root):
    page = opened(root, "plane")
    page.wait(lambda: page.template("cells"))
    assert len(page.template("cells").cells) == 6
    assert "Lowest" in page.html
    page.template("cells").vue_opened(99)
    assert page.paths == []
    page.template("cells").vue_opened(0)
    assert page.paths == [("change", "hostility=0.2&trust=0.1")]
    page.close()


def test_a_line_is_a_ladder(root):
    page = opened(root, "line")
    assert "by point, with 95 % intervals" in page.html
    assert "The points, as a table" in page.html
    page.close()


def test_every_outcome_can_be_shown(root):
    results = ResultsFolder.open(root / "line")
    page = opened(root, "line")
    for label in ("rounds", "weeks under truce"):
        page.choose("What is measured", label)
        page.wait(lambda label=label: f"measured: {label}" in page.html)
    page.close()
    for name in ("rounds", "truce", "regional war"):
        outcome = results.outcome(name)
        table = results.by_point(outcome)
        assert ladder(results, outcome, table).count("<circle") == 3
        assert points_html(results, outcome, table).count("<tr>") == 4


def test_tables_can_be_taken_away(root):
    page = opened(root, "plane")
    found = {one.filename: one for one in page.context.find(FileDownloadWidget).widgets}
    assert set(found) == {
        "plane-points.csv", "plane-points.parquet", "plane-runs.csv", "plane-runs.parquet",
    }  # fmt: skip
    results = ResultsFolder.open(root / "plane")
    for name, one in found.items():
        one.request_download = True
        page.wait(lambda one=one: one.bytes)
        file = io.BytesIO(one.bytes)
        table = pd.read_csv(file) if name.endswith("csv") else pd.read_parquet(file)
        whole = results.runs if "runs" in name else points_table(results)
        assert len(table) == len(whole), name
        assert list(table.columns) == list(whole.columns), name
    page.close()


def test_the_table_of_very_many_points_has_one_outcome(root, monkeypatch):
    monkeypatch.setattr(results_stored, "MOST_ROWS", 5)
    table = points_table(ResultsFolder.open(root / "plane"))
    assert table["outcome"].unique().tolist() == ["truce"]


def test_too_many_runs_are_a_command(root, monkeypatch):
    monkeypatch.setattr(results_stored, "MOST_ROWS", 100)
    page = opened(root, "plane")
    names = {one.filename for one in page.context.find(FileDownloadWidget).widgets}
    assert names == {"plane-points.csv", "plane-points.parquet"}
    assert "ceasefire sql" in page.html
    page.close()


def test_failed_runs_come_with_the_command_that_tells_them_again(root):
    seats = {"name": "seats", "names": ["party.shas.seats"], "values": [11, 60]}
    sweep(
        design_of({**LINE, "case": "gaza-2023", "weeks": 5, "dimension": [seats], "runs": 5}),
        root / "failing",
    )
    page = opened(root, "failing")
    assert "1 run failed" in page.html
    assert f"ceasefire run {root / 'failing'} --point 1 --seed 0" in page.html
    page.close()


def test_a_running_experiment_shows_how_far_it_is(root):
    design = design_of({**LINE, "name": "slow"})
    with begun(design, root / "slow"):
        part = next((root / "line" / "parts").iterdir())
        shutil.copytree(part, root / "slow" / "parts" / part.name)
        (one,) = [one for one in stored() if one.name == "slow"]
        assert one.state == "running"
        assert 0 < one.done <= one.total == 60
        assert f"{one.done} of 60 runs; being run now" in one.words
        page = Shown(Results)
        assert "1 of them being run now" in page.html
        assert 'role="progressbar"' in page.html
        page.close()
    (one,) = [one for one in stored() if one.name == "slow"]
    assert one.state == "unfinished"
    assert "the same command goes on" in one.words


def test_the_bar_is_as_long_as_what_is_done(root):
    (one,) = [one for one in stored() if one.name == "line"]
    assert "width:100.0%" in bar_html(one)


def test_looking_at_a_lock_does_not_take_it(root):
    assert not is_locked(root / "line")
    assert not is_locked(root / "nowhere")
    with locked(root / "line"):
        assert is_locked(root / "line")
    with locked(root / "line"):
        pass


def test_one_started_from_a_page_can_be_stopped(root, monkeypatch):
    monkeypatch.setattr(running.Running, "run", lambda one: None)
    one = running.start(design_of({**LINE, "runs": 1, "name": "asked"}))
    with begun(one.design, one.folder):
        pass
    page = Shown(Results)
    page.press("Stop")
    assert one.asked.is_set()
    page.close()
    one.state = "stopped"


def test_results_of_another_state_of_the_case_are_a_sentence(root):
    file = root / "line" / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**manifest, "case_digest": "0"}), encoding="utf-8")
    page = Shown(Results, "?open=line")
    page.wait(lambda: "case_digest: found 0" in page.html)
    assert page.buttons("Close")
    page.close()


def test_two_experiments_are_compared(root):
    page = Shown(Results)
    page.choose("Baseline", "plane")
    page.choose("Baseline: which points", "0: hostility = 0.2, trust = 0.1")
    page.choose("Held against it", "plane")
    page.choose("Held against it: which points", "5: hostility = 0.8, trust = 0.9")
    page.press("Compare")
    page.wait(lambda: 'class="verdicts"' in page.html)
    assert "held against" in page.html
    assert "runs with at least one truce" in page.html
    page.close()


def test_what_cannot_be_compared_is_a_sentence(root, monkeypatch):
    page = Shown(Results)
    page.choose("Baseline", "plane")
    page.choose("Held against it", "plane")
    page.press("Compare")
    page.wait(lambda: "Both are the same; choose two." in page.html)
    page.close()
    one = next(one for one in stored() if one.name == "plane")
    monkeypatch.setattr(results_compare, "MOST_COMPARED", 50)
    with pytest.raises(results_compare.RefusedError, match="ceasefire compare"):
        compared((one, ""), (one, "1"))
    monkeypatch.setattr(results_opened, "MOST_POINTS", 2)
    assert len(results_opened.point_words(one)) == 2


def test_lists_offer_what_is_listed(root):
    page = Shown(Results)
    for label in ("Baseline", "Held against it"):
        found = page.labelled(ipyvuetify.Select, label)
        assert set(found.items) == {"plane", "line"}
    page.close()
