"""A sweep that is killed at any moment ends, once resumed, as one that nobody disturbed.

``CEASEFIRE_KILLS`` says how often it is killed: three times by default.
"""

import os
import random
import signal
import subprocess
import sys
import time

from checkout import ROOT

from ceasefire import run_ensemble
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.runs.verify import verify

KILLS = int(os.environ.get("CEASEFIRE_KILLS", "3"))
VARY = ("two-rivals", "--vary", "belligerent.north.hostility=0:1:7", "--runs", "1000")


def start(out, *more):
    """Start the sweep in a process of its own."""
    words = [sys.executable, "-m", "ceasefire", "sweep", *VARY, "--out", str(out), *more]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(words, cwd=ROOT, **pipes)


def sorted_runs(folder):
    return ResultsFolder.open(folder).runs.to_csv(index=False)


def test_killed_at_random_moments(tmp_path):
    run_ensemble("two-rivals", runs=1)
    began = time.monotonic()
    whole = start(tmp_path / "whole")
    _, said = whole.communicate(timeout=300)
    assert whole.returncode == 0, said
    lasted = time.monotonic() - began
    draw = random.Random(os.environ.get("CEASEFIRE_KILL_SEED", KILLS))
    killed = 0
    for _ in range(KILLS):
        process = start(tmp_path / "out")
        # Killed while it imports, begins, writes, or just before it ends.
        time.sleep(draw.uniform(0.2, 1.0) * lasted)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        killed += process.returncode == -signal.SIGKILL
    assert killed >= 1
    last = start(tmp_path / "out")
    _, said = last.communicate(timeout=300)
    assert last.returncode == 0, said
    states = [ResultsFolder.open(tmp_path / name).manifest["state"] for name in ("out", "whole")]
    assert states[0]["content_digest"] == states[1]["content_digest"]
    assert states[0]["complete"]
    assert sorted_runs(tmp_path / "out") == sorted_runs(tmp_path / "whole")
    assert verify(ResultsFolder.open(tmp_path / "out"), runs=2000).sound


def test_ctrl_c_keeps_what_is_stored_and_says_so(tmp_path):
    run_ensemble("two-rivals", runs=1)
    process = start(tmp_path / "out", "--runs", "100000")
    parts = tmp_path / "out" / "parts"
    deadline = time.monotonic() + 120
    while not (parts.is_dir() and any(parts.iterdir())):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    asked = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert time.monotonic() - asked < 5.0
    assert process.returncode == 130
    assert "the same command goes on from there" in err
    assert "Traceback" not in out + err
    found = ResultsFolder.open(tmp_path / "out").look()
    assert found.parts
    assert not found.wrong


def test_two_at_once_are_told_apart(tmp_path):
    run_ensemble("two-rivals", runs=1)
    first = start(tmp_path / "out", "--runs", "100000")
    deadline = time.monotonic() + 120
    while not (tmp_path / "out" / "manifest.json").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    second = start(tmp_path / "out", "--runs", "100000")
    _, err = second.communicate(timeout=120)
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=60)
    assert second.returncode == 2
    assert "another process is writing results there" in err
    assert "Traceback" not in err
