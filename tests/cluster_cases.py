"""Sweeps on a real scheduler with real workers: processes that talk over TCP, and are killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pandas as pd
import pytest
from checkout import ROOT

from ceasefire import run_ensemble
from ceasefire.experiments.design.design import design_of
from ceasefire.experiments.runs import cluster as executors
from ceasefire.experiments.runs import pool as pooling
from ceasefire.experiments.runs import sweep as sweeping
from ceasefire.experiments.runs.sweep import sweep
from ceasefire.experiments.style.refusals import RefusedError, StoppedError

DESIGN = design_of(
    {
        "name": "small",
        "title": "A patron withholds arms",
        "case": "two-rivals",
        "runs": 500,
        "keep": "rounds",
        "dimension": [
            {
                "name": "withheld",
                "names": ["patronage.north-support.withheld"],
                "low": 0.0,
                "high": 1.0,
                "steps": 6,
            }
        ],
    }
)

RUNS = 3000

AT_MOST = 120
"""Seconds after which a process counts as stuck: importing takes long where all cores are busy."""


class Cluster:
    """A scheduler and its workers, each a process of its own.

    Args:
        folder: Where they write.
    """

    def __init__(self, folder):
        self.folder = folder
        self.workers = []
        self.scheduler, self.address = None, ""

    def __enter__(self):
        file = self.folder / "scheduler.json"
        self.scheduler = self._start(
            *("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"),
            *("--scheduler-file", file),
        )
        until(lambda: self._said("Registered to") or file.exists())
        until(lambda: file.read_text(encoding="utf-8").strip().endswith("}"))
        self.address = json.loads(file.read_text(encoding="utf-8"))["address"]
        return self

    def with_workers(self, count):
        """Start workers and wait until the scheduler knows them."""
        for number in range(count):
            worker = self._start(
                *("worker", self.address, "--nthreads", "1", "--name", f"worker-{number}"),
                *("--no-dashboard", "--no-nanny", "--local-directory", self.folder),
            )
            self.workers.append(worker)
        until(lambda: self._said("Registered to") >= count)
        return self

    def _start(self, *words):
        with (self.folder / f"log-{len(self.workers)}-{words[0]}").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", *map(str, words)],
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _said(self, words):
        """Count the processes that have said something."""
        logs = (path.read_text(encoding="utf-8") for path in self.folder.glob("log-*"))
        return sum(words in log for log in logs)

    def __exit__(self, kind, error, trace):
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait(AT_MOST)


def until(found):
    """Wait until something is the case."""
    end = time.monotonic() + AT_MOST
    while not found():
        assert time.monotonic() < end
        time.sleep(0.05)


def free_address():
    """Return an address where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{free.getsockname()[1]}"


class Once:
    """Does something as soon as a part is stored, once; stands in for the progress bar."""

    def __init__(self, work):
        self.work = work
        self.stored = 0

    def __call__(self, progress):
        if progress.now and not self.stored:
            self.stored = progress.now
            self.work()


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """The same runs done here; the workers then find the rules compiled."""
    run_ensemble("two-rivals", runs=1)
    return sweep(DESIGN, tmp_path_factory.mktemp("local") / "out", workers=1)


def assert_same(found, local):
    assert found.manifest["state"]["complete"]
    assert found.manifest["state"]["runs"] == RUNS
    assert found.manifest["state"]["content_digest"] == local.manifest["state"]["content_digest"]
    for name in ("runs", "rounds", "truces"):
        pd.testing.assert_frame_equal(found.table(name), local.table(name))


@pytest.fixture
def cluster(tmp_path):
    folder = tmp_path / "cluster"
    folder.mkdir()
    with Cluster(folder) as found:
        yield found


@pytest.fixture
def give_up(monkeypatch):
    """Called, it makes a sweep give up soon: nobody will come."""

    def call():
        monkeypatch.setattr(executors, "PATIENCE", 2)
        monkeypatch.setattr(pooling, "LOST_AFTER", 2.0)

    return call


def sentence(refused):
    said = str(refused.value)
    assert "\n" not in said
    assert said.endswith(".")
    return said


@pytest.mark.parametrize("says", [b"", b"SSH-2.0-OpenSSH_9.2\r\n" * 20])
def test_someone_else_at_the_address_is_no_scheduler(says, tmp_path, capfd, monkeypatch):
    # Long enough for a call to go out even where all cores are busy.
    monkeypatch.setattr(executors, "PATIENCE", 5)
    with socket.create_server(("127.0.0.1", 0)) as other:
        where = f"tcp://127.0.0.1:{other.getsockname()[1]}"

        def answer():
            while True:
                try:
                    call, _ = other.accept()
                except OSError:
                    return
                calls.append(call)
                call.sendall(says)

        calls = []
        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        with pytest.raises(RefusedError) as refused:
            sweep(DESIGN, tmp_path / "out", on=where)
        said = sentence(refused)
        assert "no scheduler answers" in said
        assert capfd.readouterr() == ("", "")
        other.shutdown(socket.SHUT_RDWR)
    thread.join(AT_MOST)
    assert calls, said
    for call in calls:
        call.close()


def test_a_killed_worker_changes_nothing(cluster, local, tmp_path, capfd):
    cluster.with_workers(2)
    kill = Once(lambda: cluster.workers[0].send_signal(signal.SIGKILL))
    found = sweep(DESIGN, tmp_path / "out", on=cluster.address, report=kill)
    assert 0 < kill.stored < RUNS
    assert cluster.workers[0].wait(AT_MOST) == -signal.SIGKILL
    assert cluster.workers[1].poll() is None
    assert_same(found, local)
    assert capfd.readouterr() == ("", "")
    # The survivor is good for other sweeps, and for those that are stopped half way.
    first = Once(lambda: None)
    with pytest.raises(StoppedError, match="the same command goes on"):
        sweep(
            DESIGN,
            tmp_path / "stopped",
            on=cluster.address,
            report=first,
            stop=lambda: first.stored > 0,
        )
    assert_same(sweep(DESIGN, tmp_path / "stopped", on=cluster.address), local)
    assert [one for one in threading.enumerate() if "Dask" in one.name] == []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_without_its_scheduler_a_sweep_keeps_what_it_has(
    cluster, local, tmp_path, capfd, give_up, how
):
    cluster.with_workers(1)

    def strike():
        cluster.scheduler.send_signal(how)
        give_up()

    stop = Once(strike)
    with pytest.raises(RefusedError) as refused:
        sweep(DESIGN, tmp_path / "out", on=cluster.address, report=stop)
    said = sentence(refused)
    assert said.startswith("The scheduler or all its workers went away: ")
    assert "of 3,000 runs are stored" in said
    assert capfd.readouterr() == ("", "")
    parts = {path.name for path in (tmp_path / "out" / "parts").iterdir()}
    assert parts
    found = sweep(DESIGN, tmp_path / "out", workers=1)
    assert_same(found, local)
    assert parts <= {path.name for path in found.parts_folder.iterdir()}


def test_without_workers_a_sweep_ends_as_well(cluster, tmp_path, capfd, give_up):
    cluster.with_workers(1)

    def strike():
        cluster.workers[0].kill()
        give_up()

    kill = Once(strike)
    with pytest.raises(RefusedError, match="The scheduler or all its workers went away"):
        sweep(DESIGN, tmp_path / "out", on=cluster.address, report=kill)
    assert capfd.readouterr() == ("", "")


def test_workers_with_other_code_are_refused(cluster, tmp_path, monkeypatch):
    cluster.with_workers(1)
    monkeypatch.setattr(sweeping, "runs_digest", lambda: "0123456789")
    with pytest.raises(RefusedError) as refused:
        sweep(DESIGN, tmp_path / "out", on=cluster.address)
    assert "the workers run other code" in sentence(refused)
    assert not list((tmp_path / "out").glob("parts/*"))


def test_a_scheduler_without_workers_is_said_to_be_one(cluster, tmp_path, capfd):
    with pytest.raises(RefusedError) as refused:
        sweep(DESIGN, tmp_path / "out", on=cluster.address)
    said = sentence(refused)
    assert said.startswith(f"--on: the scheduler at {cluster.address} has no workers")
    assert f"`dask worker {cluster.address} --nthreads 1`" in said
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("address", ["closed", "nonsense", "tcp://", "tcp://:x", "udp://a:1", ""])
def test_an_address_without_a_scheduler_is_refused(address, tmp_path, capfd, give_up):
    give_up()
    where = free_address() if address == "closed" else address
    with pytest.raises(RefusedError) as refused:
        sweep(DESIGN, tmp_path / "out", on=where)
    assert sentence(refused).startswith(f"--on: found {where!r}, where no scheduler answers")
    assert capfd.readouterr() == ("", "")
