"""Sweeps: stored part by part, resumed, verified, merged; bad luck loses and mixes nothing."""

import errno
import json
import os
import shutil
from collections import namedtuple

import numpy as np
import pandas as pd
import pytest

from ceasefire import run_ensemble
from ceasefire.experiments.design.design import design_of, load_design
from ceasefire.experiments.design.outcomes import outcome_of
from ceasefire.experiments.runs import request as asking
from ceasefire.experiments.runs import sweep as sweeping
from ceasefire.experiments.runs import writing as results_writing
from ceasefire.experiments.runs.blocks import Block, add_digests, digest_of
from ceasefire.experiments.runs.coverage import coverage, missing
from ceasefire.experiments.runs.merge import merge
from ceasefire.experiments.runs.parts import digest_of_file
from ceasefire.experiments.runs.replay import case_at
from ceasefire.experiments.runs.replications import Until, enough
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.runs.sweep import sweep
from ceasefire.experiments.runs.verify import verify
from ceasefire.experiments.style.files import StorageError, StorageFullError
from ceasefire.experiments.style.folders import locked
from ceasefire.experiments.style.refusals import RefusedError, StoppedError
from ceasefire.experiments.sweeps.pairing import contrast, saving
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.model.engines.ensemble import run_chunk
from ceasefire.model.world.outcome import END_STATES

Usage = namedtuple("Usage", "total used free")

HOSTILITY = {"name": "hostility", "names": ["belligerent.north.hostility"], "values": [0.2, 0.8]}
RIVALS = {"name": "rivals", "title": "Rivals", "case": "two-rivals", "weeks": 20, "runs": 60,
          "outcome": "truce", "dimension": [HOSTILITY]}  # fmt: skip


def rivals(**more):
    return design_of({**RIVALS, **more})


@pytest.fixture
def small_jobs(monkeypatch):
    """Make jobs so small that a sweep has many parts."""
    for name in ("FIRST_JOB", "SMALLEST_JOB", "LARGEST_JOB"):
        monkeypatch.setattr(sweeping, name, 20)


def content(folder):
    """Return the runs sorted by key, as text that does not depend on how they are stored."""
    runs = ResultsFolder.open(folder).runs
    keys = ["point", "parameter_set", "seed"]
    assert runs[keys].equals(runs[keys].sort_values(keys))
    return runs.to_csv(index=False)


def digest(folder):
    return ResultsFolder.open(folder).manifest["state"]["content_digest"]


def test_a_sweep_runs_what_an_ensemble_of_each_point_would(tmp_path):
    results = sweep(rivals(), tmp_path / "out")
    for point, hostility in enumerate(HOSTILITY["values"]):
        settings = {"belligerent.north.hostility": hostility, "war.horizon": 20}
        alone = run_ensemble("two-rivals", 60, settings=settings, keep="end states").runs
        runs = results.runs[results.runs["point"] == point]
        assert runs["seed"].tolist() == list(range(60))
        for name in ("end_state", "ended_week", "truces", "deaths_north", "attacks"):
            np.testing.assert_array_equal(runs[name].to_numpy(), alone[name].to_numpy())


def test_the_sets_that_fit_come_in_turn_as_in_an_ensemble(tmp_path):
    dimension = {"name": "resolve", "names": ["patron.usa.resolve"], "values": [0.9]}
    design = design_of({**RIVALS, "case": "gaza-2023", "weeks": 10, "dimension": [dimension],
                        "runs": 30, "first_seed": 240})  # fmt: skip
    runs = sweep(design, tmp_path / "out").runs.sort_values("seed")
    settings = {"patron.usa.resolve": 0.9, "war.horizon": 10}
    alone = run_ensemble("gaza-2023", 30, first_seed=240, settings=settings).runs
    for name in ("parameter_set", "seed", "rounds", "deaths_hamas"):
        np.testing.assert_array_equal(runs[name].to_numpy(), alone[name].to_numpy())


def test_the_manifest_says_what_was_run_with_what(tmp_path):
    results = sweep(rivals(), tmp_path / "out")
    manifest = results.manifest
    assert manifest["design"]["name"] == "rivals"
    assert set(manifest["versions"]) >= {"python", "mesa", "numba", "numpy"}
    assert manifest["machine"]["cores"] >= 1
    assert manifest["state"]["complete"] is True
    assert (manifest["state"]["runs"], manifest["state"]["asked_for"]) == (120, 120)
    assert results.points["hostility"].tolist() == [0.2, 0.8]
    assert digest_of({"runs": results.runs}) == digest(tmp_path / "out")


def test_the_same_again_runs_nothing(tmp_path, monkeypatch):
    sweep(rivals(), tmp_path / "out")
    before = content(tmp_path / "out")
    monkeypatch.setattr(asking, "run_chunk", lambda *all: pytest.fail("it was run again"))
    sweep(rivals(), tmp_path / "out")
    assert content(tmp_path / "out") == before


@pytest.mark.usefixtures("small_jobs")
def test_what_was_stopped_goes_on_where_it_was(tmp_path):
    whole = sweep(rivals(), tmp_path / "whole")
    told = []
    with pytest.raises(StoppedError, match=r"of 120 runs are stored in .*the same command goes on"):
        sweep(rivals(), tmp_path / "out", report=told.append,
              stop=lambda: told[-1].now > 0)  # fmt: skip
    stored = ResultsFolder.open(tmp_path / "out")
    assert stored.manifest["state"]["complete"] is False
    before = {part.key for part in stored.look().parts}
    assert before
    sweep(rivals(), tmp_path / "out")
    parts = ResultsFolder.open(tmp_path / "out").look().parts
    assert before <= {part.key for part in parts}
    assert len(parts) > 2
    assert content(tmp_path / "out") == content(tmp_path / "whole")
    assert digest(tmp_path / "out") == whole.manifest["state"]["content_digest"]


def test_more_runs_are_added_to_those_that_are_there(tmp_path):
    sweep(rivals(), tmp_path / "out")
    before = {part.key for part in ResultsFolder.open(tmp_path / "out").look().parts}
    grown = sweep(rivals(runs=90), tmp_path / "out")
    assert before < {part.key for part in grown.look().parts}
    sweep(rivals(runs=90), tmp_path / "whole")
    assert content(tmp_path / "out") == content(tmp_path / "whole")
    assert ResultsFolder.open(tmp_path / "out").design.runs == 90


def damage(path, how):
    file = path / "runs.parquet"
    if how == "cut":
        file.write_bytes(file.read_bytes()[:-9])
    elif how == "one bit":
        whole = bytearray(file.read_bytes())
        whole[len(whole) // 2] ^= 1
        file.write_bytes(whole)
    elif how == "gone":
        file.unlink()
    elif how == "no description":
        (path / "part.json").write_text("{}", encoding="utf-8")
    elif how == "a file":
        shutil.rmtree(path)
        path.write_text("not a part", encoding="utf-8")
    else:
        facts = json.loads((path / "part.json").read_text(encoding="utf-8"))
        facts["identity" if how == "other code" else "blocks"] = (
            "0" * 32 if how == "other code" else [[0, 7, 60]]
        )
        (path / "part.json").write_text(json.dumps(facts), encoding="utf-8")


@pytest.mark.usefixtures("small_jobs")
@pytest.mark.parametrize(
    "how", ["cut", "one bit", "gone", "no description", "a file", "other code", "other runs"]
)
def test_a_part_that_is_damaged_or_not_of_these_results_is_run_again(tmp_path, how):
    results = sweep(rivals(), tmp_path / "out")
    before = content(tmp_path / "out")
    part = results.look().parts[1]
    damage(results.parts_folder / part.key, how)
    assert verify(results).damaged.keys() == {part.key}
    found = []
    sweep(rivals(), tmp_path / "out", found=lambda one: found.extend(one.redone))
    assert found == [part.key]
    assert content(tmp_path / "out") == before


@pytest.mark.usefixtures("small_jobs")
def test_verify_runs_again_and_tells_what_differs(tmp_path):
    results = sweep(rivals(), tmp_path / "out")
    sound = verify(results, runs=60)
    assert sound.sound
    assert 60 <= sound.rerun < 120
    part = results.look().parts[0]
    path = results.parts_folder / part.key
    runs = pd.read_parquet(path / "runs.parquet")
    runs.loc[0, "attacks"] += 1.0
    runs.to_parquet(path / "runs.parquet", index=False)
    facts = json.loads((path / "part.json").read_text(encoding="utf-8"))
    facts["digest"] = digest_of({"runs": runs})
    facts["files"]["runs.parquet"]["digest"] = digest_of_file(path / "runs.parquet")
    (path / "part.json").write_text(json.dumps(facts), encoding="utf-8")
    # What does not fit the manifest is found before anything is run again.
    found = verify(results, runs=10**6)
    assert (list(found.damaged), found.rerun) == (["manifest.json"], 0)
    forged = add_digests(part.digest for part in results.look().parts)
    results_writing.note_state(results, content_digest=forged)
    found = verify(results, runs=10**6)
    assert (found.damaged, found.differ, found.sound) == ({}, [part.key], False)


def test_results_are_run_again_from_their_manifest(tmp_path):
    sweep(rivals(), tmp_path / "out")
    sweep(ResultsFolder.open(tmp_path / "out").design, tmp_path / "again")
    assert digest(tmp_path / "again") == digest(tmp_path / "out")


def test_results_carry_their_own_case(tmp_path):
    mine = tmp_path / "mine.toml"
    design_of(RIVALS).case.write(mine)
    sweep(rivals(case=str(mine)), tmp_path / "out")
    mine.unlink()
    sweep(ResultsFolder.open(tmp_path / "out").design, tmp_path / "again")
    assert digest(tmp_path / "again") == digest(tmp_path / "out")


def test_a_point_that_makes_no_sense_is_a_row_and_the_rest_goes_on(tmp_path):
    seats = {"name": "seats", "names": ["party.shas.seats"], "values": [11, 60]}
    design = design_of({**RIVALS, "case": "gaza-2023", "weeks": 5, "dimension": [seats],
                        "runs": 20})  # fmt: skip
    results = sweep(design, tmp_path / "out")
    (failure,) = results.table("failures").itertuples()
    assert (failure.point, failure.parameter_set, failure.seed) == (1, -1, 0)
    assert "seats" in failure.error
    assert results.runs["point"].unique().tolist() == [0]
    assert results.by_point()["runs"].isna().tolist() == [False, True]


@pytest.mark.parametrize("kind", ["an error", "not a number"])
def test_a_run_that_fails_is_found_and_set_aside(tmp_path, monkeypatch, kind):
    def fails_at_seed_33(case, seeds, *more):
        bad = np.flatnonzero(seeds == 33)
        if len(bad) and kind == "an error":
            raise ZeroDivisionError("division by zero")
        chunk = run_chunk(case, seeds, *more)
        chunk.records["belligerents"]["trust"][bad] = np.nan
        return chunk

    monkeypatch.setattr(asking, "run_chunk", fails_at_seed_33)
    results = sweep(rivals(), tmp_path / "out")
    failures = results.table("failures")
    assert failures[["point", "seed"]].to_numpy().tolist() == [[0, 33], [1, 33]]
    said = (
        "ZeroDivisionError" if kind == "an error" else "belligerents.trust is not a finite number"
    )
    assert failures["error"].str.contains(said).all()
    assert sorted(results.runs["seed"].unique()) == [seed for seed in range(60) if seed != 33]
    assert results.manifest["state"]["failed"] == 2
    monkeypatch.undo()
    sweep(rivals(), tmp_path / "out")
    assert ResultsFolder.open(tmp_path / "out").manifest["state"]["failed"] == 2
    sweep(rivals(), tmp_path / "out", retry_failed=True)
    sweep(rivals(), tmp_path / "sound")
    assert content(tmp_path / "out") == content(tmp_path / "sound")
    assert digest(tmp_path / "out") == digest(tmp_path / "sound")


def test_any_row_can_be_told_again_on_the_other_engine(tmp_path):
    design = load_design("arms-and-tolerance", runs=3, first_seed=100, weeks=15)
    results = sweep(design_of({**design.given, "plan": "list",
        "points": [{"arms_withheld": 0.5, "tolerance": 1.0}],
        "dimension": [{**one, "steps": None} for one in design.given["dimension"]],
    }), tmp_path / "out")  # fmt: skip
    for row in results.runs.itertuples():
        case, parameter_set = case_at(results, row.point, row.seed)
        assert parameter_set == row.parameter_set
        model = CeasefireModel(case, rng=row.seed).run()
        assert END_STATES[model.war.outcome] == row.end_state
        assert model.belligerents[1].toll == row.deaths_hamas
        assert model.rounds_held == row.rounds
    with pytest.raises(RefusedError, match=r"--point: found 5; allowed: .* 0 to 0"):
        case_at(results, 5, 0)
    with pytest.raises(RefusedError, match="--parameter-set: found 999"):
        case_at(results, 0, 0, 999)


@pytest.mark.usefixtures("small_jobs")
def test_points_grow_until_their_intervals_are_narrow_enough(tmp_path, monkeypatch):
    monkeypatch.setattr(sweeping, "BATCH", 20)
    design = rivals()
    until = Until(outcome_of("truce", design.case), 0.12, 200)
    results = sweep(design, tmp_path / "out", until=until)
    table = results.by_point("truce")
    half = (table["high"] - table["low"]) / 2.0
    assert ((half <= 0.12) | (table["runs"] >= 200)).all()
    assert (table["runs"] % 20 == 0).all()
    # Broken off anywhere, it comes to the same numbers of runs.
    told = []
    for _ in range(3):
        with pytest.raises(StoppedError):
            sweep(design, tmp_path / "slow", until=until, report=told.append,
                  stop=lambda: told[-1].now > 0)  # fmt: skip
    sweep(design, tmp_path / "slow", until=until)
    assert content(tmp_path / "slow") == content(tmp_path / "out")


def test_how_many_runs_are_enough():
    until = Until(outcome_of("truce", rivals().case), 0.02, 10_000)
    assert enough(until, np.zeros(250), 250) == 250
    assert enough(until, np.tile([0.0, 1.0], 125), 250) == 500
    assert enough(until, np.tile([0.0, 1.0], 1100), 2200) == 2500
    assert enough(until, np.tile([0.0, 1.0], 5000), 10_000) == 10_000
    assert enough(until, np.zeros(0), 250) == 500


def test_what_is_missing():
    assert missing(3, 10, 5, []) == [Block(3, 10, 5)]
    assert missing(3, 10, 5, [(10, 12), (13, 15)]) == [Block(3, 12, 1)]
    assert missing(3, 10, 5, [(0, 100)]) == []
    assert missing(0, 0, 2500, [(0, 100)]) == [
        Block(0, 100, 1000), Block(0, 1100, 1000), Block(0, 2100, 400)]  # fmt: skip


@pytest.mark.usefixtures("small_jobs")
def test_shards_put_together_are_the_whole(tmp_path):
    values = [0.1, 0.3, 0.5, 0.7, 0.9]
    design = rivals(dimension=[{**HOSTILITY, "values": values}])
    sweep(design, tmp_path / "whole")
    shards = [tmp_path / f"shard-{i}" for i in (1, 2, 3)]
    for i, shard in enumerate(shards):
        sweep(design, shard, shard=(i + 1, 3))
    partly = merge(tmp_path / "merged", shards[:2])
    assert partly.manifest["state"]["complete"] is False
    assert partly.manifest["state"]["missing"] == 60
    merged = merge(tmp_path / "merged", shards)
    assert merged.manifest["state"]["complete"] is True
    assert content(tmp_path / "merged") == content(tmp_path / "whole")
    assert digest(tmp_path / "merged") == digest(tmp_path / "whole")
    # The sweep itself goes on from there.
    sweep(design, tmp_path / "merged")


def test_what_does_not_belong_together_is_not_put_together(tmp_path):
    sweep(rivals(runs=20), tmp_path / "one")
    sweep(rivals(runs=20, first_seed=5), tmp_path / "other")
    with pytest.raises(RefusedError, match="another design"):
        merge(tmp_path / "merged", [tmp_path / "one", tmp_path / "other"])
    sweep(rivals(runs=30), tmp_path / "longer")
    with pytest.raises(RefusedError, match="every run once"):
        merge(tmp_path / "merged", [tmp_path / "one", tmp_path / "longer"])
    results = ResultsFolder.open(tmp_path / "one")
    damage(results.parts_folder / results.look().parts[0].key, "one bit")
    with pytest.raises(RefusedError, match="run the same sweep there again"):
        merge(tmp_path / "merged", [tmp_path / "one"])


@pytest.mark.parametrize("shard", [(0, 2), (3, 2), (1, 3)])
def test_a_shard_that_there_cannot_be_is_refused(tmp_path, shard):
    with pytest.raises(RefusedError, match="--shard: found"):
        sweep(rivals(), tmp_path / "out", shard=shard)


def test_results_of_something_else_are_left_alone(tmp_path, monkeypatch):
    sweep(rivals(runs=20), tmp_path / "out")
    before = content(tmp_path / "out")
    with pytest.raises(RefusedError, match="another design"):
        sweep(rivals(runs=20, first_seed=9), tmp_path / "out")
    with pytest.raises(RefusedError, match="another state of the case"):
        sweep(rivals(runs=20, weeks=21), tmp_path / "out")
    monkeypatch.setattr(results_writing, "runs_digest", lambda: "another")
    with pytest.raises(RefusedError, match="other code"):
        sweep(rivals(runs=20), tmp_path / "out")
    monkeypatch.undo()
    assert content(tmp_path / "out") == before
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("", encoding="utf-8")
    with pytest.raises(RefusedError, match="found other files"):
        sweep(rivals(runs=20), tmp_path / "mine")


def test_results_of_another_version_are_not_read(tmp_path):
    sweep(rivals(runs=20), tmp_path / "out")
    file = tmp_path / "out" / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**manifest, "schema": 99}), encoding="utf-8")
    with pytest.raises(RefusedError, match=r"schema: found 99; allowed: 1. Another version"):
        sweep(rivals(runs=20), tmp_path / "out")
    file.write_text("{", encoding="utf-8")
    with pytest.raises(RefusedError, match="cannot be read"):
        ResultsFolder.open(tmp_path / "out")
    with pytest.raises(RefusedError, match=r"it has no manifest.json"):
        ResultsFolder.open(tmp_path)


def test_two_do_not_write_to_one_folder(tmp_path):
    with locked(tmp_path / "out"), pytest.raises(RefusedError, match="another process is writing"):
        sweep(rivals(), tmp_path / "out")
    sweep(rivals(runs=20), tmp_path / "out")


@pytest.mark.usefixtures("small_jobs")
def test_a_full_disk_loses_nothing(tmp_path, monkeypatch):
    told = []

    def free(path):
        full = told and told[-1].now >= 40
        return Usage(10**9, 0, 0 if full else 10**9)

    monkeypatch.setattr(shutil, "disk_usage", free)
    with pytest.raises(StorageFullError, match=r"the disk is full .*the same command goes on"):
        sweep(rivals(), tmp_path / "out", report=told.append)
    monkeypatch.undo()
    stored = ResultsFolder.open(tmp_path / "out").look()
    assert len(stored.parts) >= 2
    assert not stored.wrong
    sweep(rivals(), tmp_path / "out")
    sweep(rivals(), tmp_path / "whole")
    assert content(tmp_path / "out") == content(tmp_path / "whole")


def test_a_disk_that_turns_out_full_in_writing_is_said_so(tmp_path, monkeypatch):
    begun = sweep(rivals(runs=10), tmp_path / "out")

    fsync, asked = os.fsync, []

    def write(file):
        asked.append(file)
        # The manifest and its folder are noted first, then the part is written.
        if len(asked) > 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(file)

    monkeypatch.setattr(os, "fsync", write)
    with pytest.raises(StorageFullError, match="the disk is full"):
        sweep(rivals(runs=20), tmp_path / "out")
    assert len(list(begun.parts_folder.iterdir())) == len(begun.look().parts)
    assert not list((tmp_path / "out").glob(".*.unfinished"))
    monkeypatch.undo()
    assert len(sweep(rivals(runs=20), tmp_path / "out").runs) == 40


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageError, match="a part of this path is a file"):
        sweep(rivals(), tmp_path / "file" / "out")
    with pytest.raises(StorageError, match="a file stands where the folder should be"):
        sweep(rivals(), tmp_path / "file")
    with pytest.raises(StorageError, match="cannot write there"):
        sweep(rivals(), "/proc/out")


def test_a_beginning_that_was_broken_off_is_begun_again(tmp_path):
    sweep(rivals(runs=20), tmp_path / "out")
    os.unlink(tmp_path / "out" / "manifest.json")
    (tmp_path / "out" / ".manifest.json-1.unfinished").write_text("{", encoding="utf-8")
    results = sweep(rivals(runs=20), tmp_path / "out")
    assert len(results.runs) == 40
    assert not list((tmp_path / "out").glob(".*.unfinished"))


def test_common_seeds_save_variance_and_contrasts_are_worked_out_run_by_run(tmp_path):
    results = sweep(rivals(runs=200), tmp_path / "common")
    outcome = results.outcome("deaths north")
    found = saving(results, outcome)
    runs = results.runs.pivot(index="seed", columns="point", values="deaths_north")
    paired = np.var(runs[1] - runs[0], ddof=1)
    apart = np.var(runs[0], ddof=1) + np.var(runs[1], ddof=1)
    assert found.saved == pytest.approx(1.0 - paired / apart)
    assert found.saved > 0.1
    both = contrast(results, outcome, {1: 1.0, 0: -1.0})
    assert both.mean == pytest.approx((runs[1] - runs[0]).mean())
    half = 1.96 * np.sqrt(paired / 200)
    assert (both.high - both.low) / 2.0 == pytest.approx(half, rel=0.01)
    apart = sweep(rivals(runs=20, seeds="independent"), tmp_path / "apart")
    assert saving(apart, outcome) is None
    assert contrast(apart, outcome, {1: 1.0, 0: -1.0}) is None
    assert apart.runs["seed"].nunique() == 40


def test_intervals_cover_the_sets_where_there_are_many(tmp_path):
    dimension = {"name": "withheld", "names": ["patronage.usa-israel.withheld"], "values": [0, 1],
                 "from": 2}  # fmt: skip
    design = design_of({**RIVALS, "case": "gaza-2023", "weeks": 20, "dimension": [dimension],
                        "runs": 100})  # fmt: skip
    results = sweep(design, tmp_path / "out")
    outcome = results.outcome("deaths hamas")
    runs = results.runs.pivot(index="parameter_set", columns="point", values="deaths_hamas")
    difference = runs[1] - runs[0]
    found = contrast(results, outcome, {1: 1.0, 0: -1.0})
    error = difference.std(ddof=1) / np.sqrt(len(difference))
    assert found.low == pytest.approx(difference.mean() - 1.96 * error, rel=1e-3)


def test_digests_add_up_and_tell_of_every_change():
    table = pd.DataFrame({"seed": [1, 2, 3], "x": [0.5, np.nan, 1.5], "name": ["a", "b", "a"]})
    table["name"] = table["name"].astype("category")
    whole = digest_of({"runs": table})
    assert digest_of({"runs": table.iloc[::-1]}) == whole
    assert add_digests(digest_of({"runs": table.iloc[[i]]}) for i in range(3)) == whole
    assert digest_of({"runs": table.astype({"name": "str"})}) == whole
    assert digest_of({"rounds": table}) != whole
    assert digest_of({"runs": table.rename(columns={"x": "y"})}) != whole
    assert digest_of({"runs": table.assign(x=[0.5, np.nan, 1.25])}) != whole
    assert digest_of({"runs": pd.concat([table, table])}) != whole


@pytest.mark.usefixtures("small_jobs")
def test_rounds_are_kept_if_asked_for(tmp_path):
    results = sweep(rivals(keep="rounds", runs=30), tmp_path / "out")
    rounds = results.table("rounds")
    settings = {"belligerent.north.hostility": 0.8, "war.horizon": 20}
    alone = run_ensemble("two-rivals", 30, settings=settings).rounds
    there = rounds[rounds["point"] == 1].reset_index(drop=True)
    for name in ("seed", "round", "text_words", "balance_north", "refused_by"):
        assert there[name].astype(str).tolist() == alone[name].astype(str).tolist()
    assert coverage(results.look().parts).keys() == {0, 1}
