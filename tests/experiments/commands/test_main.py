"""The command line as a user meets it: answers, refusals, JSON, Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time
from typing import get_args

import pandas as pd
import pytest
from checkout import ROOT

from ceasefire import run_ensemble, with_set
from ceasefire.experiments.commands import main as cli
from ceasefire.experiments.commands.options import KEEP
from ceasefire.experiments.commands.summary import NOT_KEPT
from ceasefire.experiments.story.story import story_of
from ceasefire.experiments.style.words import PURPOSE
from ceasefire.model.case.case import load_case
from ceasefire.model.certificate.frozen import freeze_agents
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.model.engines.certifier import Certifier
from ceasefire.model.engines.ensemble import Keep

COMMAND = (sys.executable, "-m", "ceasefire")


@pytest.fixture(scope="module", autouse=True)
def compiled():
    """Have the rules compiled, so that no process started below has to."""
    run_ensemble("two-rivals", runs=1)
    world = freeze_agents(CeasefireModel("two-rivals"))
    next(Certifier(load_case("two-rivals")).certify(world))


def start(*words, cwd=ROOT, **more):
    """Start the command in a process of its own."""
    outer = dict(os.environ)
    outer["PYTHONPATH"] = str(ROOT)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    # A process started in the background of a shell may be told to ignore Ctrl-C.
    fresh = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.default_int_handler)}
    return subprocess.Popen(
        [*COMMAND, *map(str, words)], cwd=cwd, env=outer, **pipes, **fresh, **more
    )


def test_help_says_what_it_is_and_is_not(ceasefire):
    code, out, _ = ceasefire("--help")
    assert code == 0
    assert "no forecast" in " ".join(out.replace("│", " ").split())
    for command in ("run", "ensemble", "why", "check", "cases"):
        assert command in out
    assert ceasefire()[:2] == (0, out)


def test_help_does_not_wait_for_what_it_does_not_need():
    heavy = ("mesa", "numba", "numpy", "pandas", "pyarrow", "pydantic", "scipy")
    look = (
        "import sys, ceasefire.experiments.commands.main\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "nowhere"), "nowhere"),
        (("run", "missing.toml"), "missing.toml"),
        (("run", "."), "gaza-2023"),
        (("run", "--seed", "-1"), "--seed: found -1"),
        (("run", "--seed", 2**63), "2**63 - 1"),
        (("run", "--seed", "x"), "--seed"),
        (("run", "--weeks", "0"), "--weeks: found 0"),
        (("run", "--weeks", "nan"), "--weeks: found nan"),
        (("run", "--weeks", "5000"), "war.horizon"),
        (("run", "--variant", "nope"), "no-memory"),
        (("run", "--set", "patron.usa.resolve"), "name=value"),
        (("run", "--set", "patron.usa.resolve=7"), "patron.usa.resolve"),
        (("run", "--set", "patron.usa.reslove=0.5"), "patron.usa.resolve"),
        (("run", "--parameter-set", "-1"), "parameter set: found -1; allowed"),
        (("run", "--parameter-set", "100000"), "parameter set: found 100000; allowed"),
        (("run", "--parameter-set", "x"), "--parameter-set"),
        (("run", "two-rivals", "--parameter-set", "0"), "no sets come with two-rivals"),
        (("ensemble", "--runs", "0"), "--runs: found 0"),
        (("ensemble", "--runs", "1.5"), "--runs"),
        (("ensemble", "--first-seed", 2**63 - 1, "--runs", "2"), "--first-seed"),
        (("ensemble", "--workers", "0"), "--workers: found 0"),
        (("ensemble", "--series"), "--out"),
        (("ensemble", "--keep", "all"), "--keep: found 'all'; allowed: end-states or rounds"),
        (("why", "nowhere"), "nowhere"),
        (("why", "--runs", "0"), "--runs: found 0"),
        (("why", "--seed", "-1"), "--seed: found -1"),
        (("why", "--seed", "1", "--parameter-set", "-1"), "parameter set: found -1; allowed"),
        (("why", "--parameter-set", "1"), "--parameter-set: found without --seed"),
        (("why", "--certify", "0"), "--certify: found 0"),
        (("why", "--certify", "nan"), "--certify: found nan"),
        (("why", "--certify", "1.5"), "--certify: found 1.5"),
        (("why", "--workers", "0"), "--workers: found 0"),
        (("why", "--plot", "why.txt"), "--plot: found why.txt"),
        (("why", "--plot", "no/such/folder/why.svg"), "no/such/folder"),
        (("why", "--seed", "1", "--plot", "why.svg"), "--plot: found with --seed"),
        (("check", "--weeks", "3"), "--weeks"),
        (("check", "--bogus"), "--bogus"),
        (("bogus",), "bogus"),
    ],
)
def test_refusals_say_what_is_wrong_and_no_more(ceasefire, words, said):
    code, out, err = ceasefire(*words)
    assert code == 2
    assert out == ""
    assert err.startswith("ceasefire: ")
    assert said in err
    assert "Traceback" not in err


def test_a_fault_of_the_program_is_no_refusal(ceasefire, monkeypatch):
    def fail(*_args):
        raise ZeroDivisionError

    monkeypatch.setattr("ceasefire.experiments.commands.cases.case_of", fail)
    monkeypatch.setattr(sys, "argv", ["ceasefire", "check"])
    with pytest.raises(ZeroDivisionError):
        cli.main()


def test_cases_lists_what_is_shipped(ceasefire):
    code, out, _ = ceasefire("cases")
    assert code == 0
    assert "gaza-2023" in out
    assert "two-rivals" in out
    assert set(json.loads(ceasefire("cases", "--json")[1])) >= {"gaza-2023", "two-rivals"}


def test_a_case_can_be_a_path_with_changes(ceasefire, tmp_path):
    load_case("two-rivals").write(tmp_path / "mine.toml")
    code, out, _ = ceasefire(
        "check",
        tmp_path / "mine.toml",
        "--json",
        "--set",
        "talks.gap=3",
        "--variant",
        "no-parliaments",
    )
    settings = json.loads(out)["settings"]
    assert code == 0
    assert settings["talks.gap"]["value"] == 3
    assert settings["switches.office"]["value"] is False


def test_check_gives_every_number_a_unit_a_range_and_a_source(ceasefire):
    code, out, _ = ceasefire("check", "--json")
    facts = json.loads(out)
    case = load_case("gaza-2023")
    assert code == 0
    assert facts["texts"] == len(case.grid.texts)
    assert len(facts["events"]) == len(case.events)
    assert facts["purpose"] == PURPOSE
    assert set(facts["settings"]) == set(case.settings)
    for one in facts["settings"].values():
        assert one["unit"]
        assert one["source"]
        assert one["meaning"]
        assert len(one["range"]) == 2


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize(
    "words",
    [
        ("check", "gaza-2023"),
        ("check", "two-rivals"),
        ("run", "gaza-2023", "--seed", "4"),
        ("run", "two-rivals", "--weeks", "12"),
        ("ensemble", "gaza-2023", "--runs", "40"),
        ("ensemble", "two-rivals", "--runs", "20"),
        ("why", "gaza-2023", "--runs", "6"),
        ("why", "two-rivals", "--runs", "6"),
        ("why", "two-rivals", "--runs", "2", "--weeks", "1"),
        ("why", "gaza-2023", "--seed", "1"),
        ("why", "gaza-2023", "--seed", "1", "--parameter-set", "3"),
        ("run", "gaza-2023", "--seed", "4", "--parameter-set", "4"),
        ("ensemble", "two-rivals", "--runs", "2", "--weeks", "1"),
        ("ensemble", "gaza-2023", "--runs", "40", "--keep", "end-states"),
        ("ensemble", "two-rivals", "--runs", "2", "--weeks", "1", "--keep", "end-states"),
    ],
)
def test_screens_fit_and_say_that_they_forecast_nothing(ceasefire, words, columns):
    code, out, _ = ceasefire(*words, columns=columns)
    assert code == 0
    assert PURPOSE in " ".join(out.replace("│", " ").split())
    # A dotted name cannot be broken, and may stand out in the list of changes.
    assert [line for line in out.splitlines() if len(line) > columns and " " in line.strip()] == []


def test_a_run_as_json_is_the_same_world(ceasefire):
    code, out, err = ceasefire("run", "--seed", "7", "--weeks", "30", "--json")
    story = json.loads(out)
    model = CeasefireModel(rng=7, weeks=30).run()
    assert (code, err) == (0, "")
    assert story["purpose"] == PURPOSE
    assert story["end_state"] == model.end_state
    assert story["ended_week"] == model.week == len(story["weeks"])
    assert story["seed"] == 7


def test_a_run_with_a_set_is_the_row_of_the_ensemble(ceasefire):
    row = run_ensemble(runs=1, first_seed=7).runs.iloc[0]
    words = ("--seed", 7, "--parameter-set", 7)
    story = json.loads(ceasefire("run", *words, "--json")[1])
    assert story["parameter_set"] == row["parameter_set"] == 7
    assert (story["end_state"], story["ended_week"]) == (row["end_state"], row["ended_week"])
    for side in ("israel", "hamas"):
        before = load_case("gaza-2023").settings[f"belligerent.{side}.toll"].value
        deaths = row[f"deaths_{side}"] - before
        assert sum(week["deaths"][side] for week in story["weeks"]) == pytest.approx(deaths)
    _, out, _ = ceasefire("run", *words)
    assert "One world, seed 7, parameter set 7, week by week." in out
    _, out, _ = ceasefire("run", "--seed", 7)
    assert "One world, seed 7, week by week." in out


def test_a_change_wins_over_the_set(ceasefire):
    words = ("--seed", 7, "--parameter-set", 7, "--set", "talks.gap=9", "--json")
    story = json.loads(ceasefire("run", *words)[1])
    case = with_set(load_case("gaza-2023"), 7).changed({"talks.gap": 9})
    expected = story_of(CeasefireModel(case, rng=7, certify=True))
    assert story["weeks"] == json.loads(json.dumps(expected.to_dict()["weeks"]))
    assert story["ending"] == list(expected.ending)


def test_an_ensemble_as_json_is_the_summary(ceasefire, tmp_path):
    out_folder = tmp_path / "out"
    code, out, err = ceasefire(
        "ensemble", "--runs", "40", "--first-seed", "3", "--out", out_folder, "--series", "--json"
    )
    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert answer["complete"]
    assert answer["runs"] == answer["runs_asked_for"] == 40
    results = run_ensemble(runs=40, first_seed=3, series=True)
    expected = json.loads(json.dumps(results.summary().to_dict()))
    assert {key: answer[key] for key in expected} == expected
    for name, path in answer["files"].items():
        pd.testing.assert_frame_equal(pd.read_parquet(path), getattr(results, name))


def test_why_as_json_answers_in_numbers(ceasefire):
    code, out, err = ceasefire("why", "--runs", "8", "--json", "--central")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert found["purpose"] == PURPOSE
    assert found["runs"] == 8
    assert found["rounds"] == sum(one["rounds"] for one in found["weeks"]) > 10
    assert found["check"]["accepted"]["share"] == 1.0
    assert sum(one["share"] for one in found["split"].values()) == pytest.approx(1.0)
    few = json.loads(ceasefire("why", "--runs", "8", "--certify", "0.3", "--json")[1])
    assert 0 < few["rounds"] < found["rounds"]


def test_why_answers_in_its_first_sentence(ceasefire):
    _, out, _ = ceasefire("why", "--runs", "6", columns=200)
    first = " ".join(out.replace("│", " ").split()).partition(" – ")[0]
    assert "What binds most often is" in first


@pytest.mark.parametrize("number", [0, 1])
def test_why_of_one_run_tells_every_failed_round(ceasefire, number):
    words = ("--parameter-set", number) if number else ()
    case = with_set(load_case("gaza-2023"), number)
    code, out, err = ceasefire("why", "--seed", "1", *words, "--json")
    told = json.loads(out)
    model = CeasefireModel(case, rng=1, certify=True).run()
    assert (code, err) == (0, "")
    assert told["parameter_set"] == number
    assert [one["round"] for one in told["rounds"]] == [c.round for c in model.certificates]
    for one, certificate in zip(told["rounds"], model.certificates, strict=True):
        assert len(one["sets"]) == len(certificate.sets)
        # Where no set opens a round, there is nothing to be relaxed.
        if certificate.sets:
            assert one["run_again"]["accepted"]
        else:
            assert one["run_again"] is None
    assert any(one["run_again"] for one in told["rounds"])
    _, out, _ = ceasefire("why", "--seed", "1", *words)
    assert out.count("Stuck because") == len(model.certificates)


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_why_draws_one_picture(ceasefire, tmp_path, ending):
    picture = tmp_path / f"why.{ending}"
    code, out, _ = ceasefire("why", "--runs", "4", "--plot", picture)
    assert code == 0
    assert "Drawn in" in out
    begins = {"svg": b"<?xml", "png": b"\x89PNG"}[ending]
    assert picture.read_bytes().startswith(begins)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are different there")
def test_why_answers_to_ctrl_c_at_once():
    with start("why", "--runs", "5000000") as process:
        time.sleep(15.0)
        assert process.poll() is None, process.stderr.read()
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    # A slow machine may still be importing.
    assert process.returncode in (130, -signal.SIGINT)
    assert time.monotonic() - begun < 5
    assert out == ""


def test_an_ensemble_says_what_it_kept_and_where(ceasefire, tmp_path):
    _, out, _ = ceasefire("ensemble", "two-rivals", "--runs", "5", "--out", tmp_path / "o")
    kept = " ".join(out.split())
    assert "Kept in" in kept
    assert "5 runs" in kept
    _, out, _ = ceasefire("ensemble", "two-rivals", "--runs", "5")
    assert "Nothing was written" in out


def test_end_states_alone_are_written_as_the_same_table(ceasefire, tmp_path):
    folder = tmp_path / "out"
    words = ("ensemble", "two-rivals", "--runs", "30", "--out", folder)
    _, out, _ = ceasefire(*words)
    assert NOT_KEPT not in " ".join(out.split())
    assert "Who refused the last text" in out
    before = (folder / "runs.parquet").read_bytes()
    code, _, err = ceasefire(*words, "--keep", "end-states")
    assert code == 2
    assert "--replace" in err
    assert (folder / "rounds.parquet").exists()
    code, out, _ = ceasefire(*words, "--keep", "end-states", "--replace")
    assert code == 0
    assert (folder / "runs.parquet").read_bytes() == before
    # The tables of the run before are gone: a folder never tells of two ensembles.
    left = sorted(path.name for path in folder.iterdir() if path.name != ".lock")
    assert left == ["manifest.json", "runs.parquet"]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert list(manifest["tables"]) == ["runs"]
    said = " ".join(out.split())
    assert NOT_KEPT in said
    assert said.endswith("30 runs.")
    for head in ("Who refused the last text", "They begin in", "How truces end", "No round"):
        assert head not in said


def test_end_states_as_json_say_what_was_kept(ceasefire, tmp_path):
    words = ("ensemble", "two-rivals", "--runs", "5", "--out", tmp_path, "--json")
    lean = json.loads(ceasefire(*words, "--series", "--keep", "end-states")[1])
    assert (lean["keep"], list(lean["files"])) == ("end states", ["runs", "weeks"])
    whole = json.loads(ceasefire(*words, "--replace")[1])
    assert (whole["keep"], list(whole["files"])) == ("rounds", ["runs", "rounds", "truces"])


def test_the_command_keeps_what_the_ensemble_can_keep():
    assert tuple(KEEP.values()) == get_args(Keep)


def test_an_output_folder_that_cannot_be_is_refused_before_the_work(ceasefire, tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for out in ("file", "file/below"):
        begun = time.perf_counter()
        code, _, err = ceasefire("ensemble", "--runs", "10000000", "--out", tmp_path / out)
        assert time.perf_counter() - begun < 20
        assert code == 2
        assert "file" in err


def test_files_of_others_do_not_stand_in_the_way(tmp_path):
    for name in ("model", "agents", "experiments", "viz"):
        text = "raise RuntimeError('I am somebody else')"
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    with start("cases", cwd=tmp_path) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "gaza-2023" in out


def test_a_reader_that_has_had_enough_is_no_error():
    with start("check") as process:
        assert process.stdout.readline() is not None
        process.stdout.close()
        assert process.wait(timeout=60) == 0
        assert process.stderr.read() == ""


def interrupted(folder, number, moment):
    """Start a long ensemble, stop it once it has written something, and time its answer."""
    limit = time.monotonic() + 300
    with start("ensemble", "--runs", "50000000", "--out", folder) as process:
        while not moment(folder) and time.monotonic() < limit:
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.05)
        begun = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    return process.returncode, out, err, time.monotonic() - begun


def some_rows(folder):
    return any(folder.glob(".tables-*.unfinished/runs.parquet"))


@pytest.mark.skipif(sys.platform == "win32", reason="signals are different there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_keeps_what_was_done_and_says_so(tmp_path, number):
    folder = tmp_path / "out"
    code, out, err, seconds = interrupted(folder, number, some_rows)
    assert code == 130
    assert seconds < 10
    runs = pd.read_parquet(folder / "runs.parquet")
    assert len(runs) >= 1
    assert f"{len(runs):,} of them kept in {folder}" in " ".join(err.split())
    assert "Traceback" not in err
    assert "How runs end" in out
    assert runs["seed"].tolist() == list(range(len(runs)))
    rounds = pd.read_parquet(folder / "rounds.parquet")
    assert len(rounds) == runs["rounds"].sum()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["runs"] == len(runs) < manifest["runs_asked_for"]
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] in ([], [".lock"])


@pytest.mark.skipif(sys.platform == "win32", reason="signals are different there")
def test_ctrl_c_before_anything_is_done_leaves_nothing(tmp_path):
    folder = tmp_path / "out"
    code, out, _, _ = interrupted(folder, signal.SIGINT, lambda _: True)
    assert code in (130, -signal.SIGINT)
    assert out == ""
    assert not folder.exists()
