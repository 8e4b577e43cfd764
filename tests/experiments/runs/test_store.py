"""Results on disk appear whole or not at all."""

import errno
import json
import os
import shutil
from collections import namedtuple

import pandas as pd
import pyarrow.parquet as pq
import pytest

from ceasefire.experiments.runs import store as storing
from ceasefire.experiments.runs.ensemble import chunks
from ceasefire.experiments.runs.request import Request
from ceasefire.experiments.runs.store import Store, estimated_bytes
from ceasefire.experiments.runs.tables import KEYS, SCHEMA_VERSION, Tables
from ceasefire.experiments.style.files import StorageError, StorageFullError
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.case import load_case

CASE = load_case("two-rivals").changed({"war.horizon": 12})
Usage = namedtuple("Usage", "total used free")


@pytest.fixture(scope="module")
def made():
    maker = Tables(CASE)
    return [maker.make(chunk) for chunk in chunks(Request(CASE, weekly=True), 30, rows=10)]


def write(folder, tables, asked=30, replace=False):
    with Store(folder, CASE, replace=replace) as store:
        for one in tables:
            store.add(one)
        store.finish(0, asked)
    return store


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


ALL = sorted(["manifest.json", *(f"{name}.parquet" for name in KEYS)])


def test_what_is_read_is_what_was_written(tmp_path, made):
    write(tmp_path / "out", made)
    assert names(tmp_path / "out") == ALL
    for name in KEYS:
        read = pd.read_parquet(tmp_path / "out" / f"{name}.parquet")
        whole = pd.concat([one[name] for one in made], ignore_index=True)
        pd.testing.assert_frame_equal(read, whole)


def test_files_say_what_they_are(tmp_path, made):
    write(tmp_path, made, asked=50)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    facts = json.loads(pq.read_metadata(tmp_path / "runs.parquet").metadata[b"ceasefire"])
    for one in (manifest, facts):
        assert one["schema_version"] == SCHEMA_VERSION
        assert (one["case"], one["digest"]) == (CASE.name, CASE.digest)
        assert (one["first_seed"], one["runs"], one["runs_asked_for"]) == (0, 30, 50)
        assert one["settings"]["war.horizon"] == 12
    assert facts["table"] == "runs"
    assert manifest["tables"]["runs"]["key"] == list(KEYS["runs"])
    assert manifest["tables"]["weeks"]["rows"] == sum(len(one["weeks"]) for one in made)
    assert "no forecast" in manifest["purpose"]


def test_the_same_runs_make_the_same_bytes(tmp_path, made):
    for name in ("a", "b"):
        write(tmp_path / name, made)
    for name in ALL:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_row_groups_are_few(tmp_path, made, monkeypatch):
    monkeypatch.setattr(storing, "ROWS_TOGETHER", 150)
    write(tmp_path, made)
    assert pq.read_metadata(tmp_path / "weeks.parquet").num_row_groups <= 3
    assert len(pd.read_parquet(tmp_path / "runs.parquet")) == 30


def fail_half_way(folder, tables):
    """Write something, see that nothing of it has its name yet, and fail."""
    before = names(folder) if folder.exists() else []
    with Store(folder, CASE, replace=True) as store:
        store.add(tables)
        assert [name for name in names(folder) if not name.startswith(".")] == before
        raise RuntimeError


def test_a_failure_leaves_nothing_behind(tmp_path, made):
    with pytest.raises(RuntimeError):
        fail_half_way(tmp_path / "out", made[0])
    assert not (tmp_path / "out").exists()


def test_a_failure_leaves_earlier_results_alone(tmp_path, made):
    write(tmp_path, made)
    before = {name: (tmp_path / name).read_bytes() for name in ALL}
    with pytest.raises(RuntimeError):
        fail_half_way(tmp_path, made[0])
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == before


def test_new_results_replace_old_ones_as_a_whole(tmp_path, made):
    write(tmp_path, made)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    fewer = [{k: v for k, v in made[0].items() if k != "weeks"}]
    with pytest.raises(RefusedError, match=r"found an earlier ensemble .* --replace"):
        write(tmp_path, fewer)
    assert len(pd.read_parquet(tmp_path / "runs.parquet")) == 30
    write(tmp_path, fewer, replace=True)
    assert names(tmp_path) == sorted({*ALL, "notes.txt"} - {"weeks.parquet"})
    assert len(pd.read_parquet(tmp_path / "runs.parquet")) == 10


def test_no_runs_leave_nothing(tmp_path):
    folder = tmp_path / "out"
    write(folder, [])
    assert not folder.exists()


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(StorageError, match="a file stands"):
        write(tmp_path / "file", [])
    with pytest.raises(StorageError, match="a part of this path is a file"):
        write(tmp_path / "file" / "out", [])
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_a_folder_that_may_not_be_written_is_named(tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(storing.Path, "mkdir", refuse)
    with pytest.raises(StorageError, match=r"out: cannot write there \(permission denied\)"):
        write(tmp_path / "out", [])
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may do all")
def test_a_read_only_folder_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="cannot write there"):
        write(tmp_path / "out", [])


def test_a_disk_that_is_too_full_is_refused_before_the_work(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, 10**9))
    full = pytest.raises(StorageError, match="the results need about")
    with full, Store(tmp_path / "out", CASE, expected=10**9):
        pass
    assert not (tmp_path / "out").exists()
    with Store(tmp_path / "out", CASE, expected=10**8):
        pass
    assert not (tmp_path / "out").exists()


def test_the_estimate_is_generous_but_not_absurd(tmp_path):
    case = load_case("gaza-2023")
    maker = Tables(case)
    with Store(tmp_path, case) as store:
        for chunk in chunks(Request(case, weekly=True), 200):
            store.add(maker.make(chunk))
        store.finish(0, 200)
    size = sum(path.stat().st_size for path in tmp_path.glob("*.parquet"))
    assert size / 3 < estimated_bytes(200, 52.0) + 10**6 < size * 10


def test_end_states_are_expected_to_take_less_room(tmp_path):
    case = load_case("gaza-2023")
    maker = Tables(case)
    with Store(tmp_path, case) as store:
        for chunk in chunks(Request(case, keep="end states"), 2000):
            store.add(maker.make(chunk))
        store.finish(0, 2000)
    size = (tmp_path / "runs.parquet").stat().st_size
    assert size / 3 < estimated_bytes(2000, rounds=False) < estimated_bytes(2000) / 3


def test_a_disk_that_fills_up_keeps_what_is_whole(tmp_path, made, monkeypatch):
    monkeypatch.setattr(storing, "ROWS_TOGETHER", 1)
    with Store(tmp_path, CASE) as store:
        store.add(made[0])
        monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, 1000))
        with pytest.raises(StorageFullError, match="the disk is full"):
            store.add(made[1])
        assert store.finish(0, 30) == 10
    assert names(tmp_path) == ALL
    assert pd.read_parquet(tmp_path / "runs.parquet")["seed"].tolist() == list(range(10))


def test_what_cannot_be_written_at_the_end_is_said(tmp_path, made, monkeypatch):
    with Store(tmp_path / "out", CASE) as store:
        store.add(made[0])
        monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, 1000))
        assert store.finish(0, 30) == 0
        assert "the disk is full" in str(store.trouble)
    assert not (tmp_path / "out").exists()


def test_a_write_that_fails_leaves_nothing(tmp_path, made, monkeypatch):
    def fail(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(storing, "ROWS_TOGETHER", 1)
    monkeypatch.setattr(storing.pq.ParquetWriter, "write_table", fail)
    failing = pytest.raises(StorageError, match="no space left on device")
    with failing, Store(tmp_path / "out", CASE) as store:
        store.add(made[0])
    assert not (tmp_path / "out").exists()
