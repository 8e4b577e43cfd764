"""A folder belongs to one thing: nothing replaces, mixes or counts twice what is in it."""

import errno
import json
import os
import shutil
import threading

import pytest

from ceasefire.experiments.design.design import design_of
from ceasefire.experiments.runs import sweep as sweeping
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.runs.sql import sql
from ceasefire.experiments.runs.store import Store
from ceasefire.experiments.runs.sweep import sweep
from ceasefire.experiments.runs.verify import verify
from ceasefire.experiments.style.files import StorageError, write_whole
from ceasefire.experiments.style.folders import KINDS, owned, write_manifest
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.case import load_case

DESIGN = design_of({"name": "small", "title": "Small", "case": "two-rivals", "weeks": 2, "runs": 40,
                    "dimension": [{"name": "hostility", "names": ["belligerent.north.hostility"],
                                   "values": [0.2, 0.8]}]})  # fmt: skip


@pytest.fixture
def swept(tmp_path, monkeypatch):
    """Results in several parts."""
    for name in ("FIRST_JOB", "SMALLEST_JOB", "LARGEST_JOB"):
        monkeypatch.setattr(sweeping, name, 20)
    return sweep(DESIGN, tmp_path / "out", workers=1)


def snapshot(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "sweep"])
def test_a_folder_of_one_thing_is_no_place_for_another(swept, kind):
    before = snapshot(swept.folder)
    with (
        pytest.raises(RefusedError, match="found results of a sweep; allowed"),
        owned(swept.folder, kind),
    ):
        pass
    assert snapshot(swept.folder) == before


def test_an_ensemble_does_not_replace_a_sweep(swept):
    before = snapshot(swept.folder)
    for replace in (False, True):
        store = Store(swept.folder, load_case("two-rivals"), replace=replace)
        with pytest.raises(RefusedError, match="found results of a sweep"), store:
            pass
    assert snapshot(swept.folder) == before
    assert verify(swept, runs=1).sound


def test_one_at_a_time_writes_to_a_folder(tmp_path):
    said = []

    def other():
        try:
            with Store(tmp_path / "out", load_case("two-rivals")):
                pass
        except RefusedError as refused:
            said.append(str(refused))

    with owned(tmp_path / "out", "ensemble"):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert "another process is writing results there" in said[0]
    assert not (tmp_path / "out").exists()


def test_what_killed_processes_left_is_removed(tmp_path):
    secret = tmp_path / "elsewhere"
    secret.mkdir()
    (secret / "mine").write_text("mine", encoding="utf-8")
    with owned(tmp_path / "out", "fit"):
        write_manifest(tmp_path / "out", "fit", {})
    (tmp_path / "out" / ".part-1.unfinished").mkdir()
    (tmp_path / "out" / ".manifest.json-1.unfinished").write_text("{", encoding="utf-8")
    (tmp_path / "out" / ".part-2.unfinished").symlink_to(secret)
    with owned(tmp_path / "out", "fit"):
        assert not list((tmp_path / "out").glob(".*.unfinished"))
    assert (secret / "mine").exists()


def damaged(swept, **state):
    file = swept.folder / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    manifest["state"] |= state
    file.write_text(json.dumps(manifest), encoding="utf-8")


def lose_part(swept):
    shutil.rmtree(swept.parts_folder / swept.look().parts[0].key)


def change_points(swept):
    points = swept.points.assign(hostility=[0.3, 0.8])
    points.to_parquet(swept.folder / "points.parquet", index=False)


@pytest.mark.parametrize(
    ("how", "named"),
    [
        (lose_part, {"manifest.json", "parts"}),
        (lambda swept: damaged(swept, runs=999999), {"manifest.json"}),
        (lambda swept: damaged(swept, content_digest="0" * 32), {"manifest.json"}),
        (lambda swept: (swept.folder / "points.parquet").unlink(), {"points.parquet"}),
        (change_points, {"points.parquet"}),
        (lambda swept: (swept.folder / "case.toml").write_text("", "utf-8"), {"case.toml"}),
    ],
)
def test_verify_names_what_is_missing_or_changed_and_runs_nothing(swept, how, named):
    how(swept)
    found = verify(ResultsFolder.open(swept.folder), runs=1)
    assert set(found.damaged) == named
    assert (found.sound, found.rerun) == (False, 0)


def test_a_part_that_is_there_twice_counts_once_and_is_said(swept):
    runs = len(swept.runs)
    part = swept.look().parts[0].key
    shutil.copytree(swept.parts_folder / part, swept.parts_folder / f"{part} (copy)")
    assert len(swept.runs) == runs
    assert sql(swept.folder, "SELECT count(*) AS n FROM runs")["n"].tolist() == [runs]
    assert swept.look().twice == {f"{part} (copy)": part}
    assert "they count once" in swept.notes[0]
    found = verify(swept, runs=1)
    assert found.sound
    assert found.twice == {f"{part} (copy)": part}
    redone = []
    sweep(DESIGN, swept.folder, found=lambda one: redone.extend(one.redone))
    assert redone == [f"{part} (copy)"]
    assert not (swept.parts_folder / f"{part} (copy)").exists()


def test_a_damaged_part_is_named_and_not_counted(swept):
    part = swept.look().parts[0].key
    path = swept.parts_folder / part / "runs.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(RefusedError, match=f"part {part}: runs.parquet is damaged"):
        sql(swept.folder, "FROM runs")


def test_links_do_not_lead_out(swept, tmp_path):
    part = swept.look().parts[0].key
    elsewhere = tmp_path / "elsewhere"
    (swept.parts_folder / part).rename(elsewhere)
    (swept.parts_folder / part).symlink_to(elsewhere)
    assert swept.look().wrong == {part: "it is a link"}
    before = snapshot(elsewhere)
    sweep(DESIGN, swept.folder)
    assert snapshot(elsewhere) == before
    assert not (swept.parts_folder / part).is_symlink()
    swept.parts_folder.rename(tmp_path / "moved")
    swept.parts_folder.symlink_to(tmp_path / "moved")
    with pytest.raises(RefusedError, match="parts: found a link"):
        swept.look()
    swept.parts_folder.unlink()
    (swept.folder / "manifest.json").rename(tmp_path / "manifest.json")
    (swept.folder / "manifest.json").symlink_to(tmp_path / "manifest.json")
    with pytest.raises(RefusedError, match="found a link"):
        ResultsFolder.open(swept.folder)


@pytest.mark.parametrize("call", ["fsync", "replace", "rename"])
def test_whatever_fails_in_writing_the_same_command_ends_with_the_same(tmp_path, monkeypatch, call):
    whole = sweep(DESIGN, tmp_path / "whole", workers=1).manifest["state"]["content_digest"]
    real = getattr(os, call)
    for fails_at in (*range(1, 40, 3), 99):
        calls = []

        def failing(*given, fails_at=fails_at, calls=calls):
            calls.append(given)
            if len(calls) == fails_at:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return real(*given)

        monkeypatch.setattr(os, call, failing)
        said = "cannot write there"
        try:
            sweep(DESIGN, tmp_path / f"{call}-{fails_at}", workers=1)
        except StorageError as error:
            said = str(error)
        finally:
            monkeypatch.undo()
        assert "cannot write there" in said
        if len(calls) < fails_at:
            break
        found = sweep(DESIGN, tmp_path / f"{call}-{fails_at}", workers=1)
        assert found.manifest["state"]["content_digest"] == whole
        assert verify(found, runs=1).sound
    assert 1 < fails_at < 99


def test_a_file_is_written_whole_or_stays_what_it_was(tmp_path, monkeypatch):
    path = tmp_path / "file.txt"
    write_whole(path, "before")

    def full(file):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="the disk is full"):
        write_whole(path, "after")
    assert path.read_text(encoding="utf-8") == "before"
    assert [one.name for one in tmp_path.iterdir()] == ["file.txt"]
