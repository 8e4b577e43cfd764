"""How much a second Dask worker brings: the same sweep on one, on two, and by the local runner.

Schedulers and workers are processes of their own, over TCP on this machine. Prints JSON::

    python benchmarks/cluster.py --runs 20000 --turns 5

Everything shares the same cores, so on two of them a second worker competes with the process that
hands out the work and stores what comes of it.
"""

import argparse
import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from ceasefire.experiments.design.design import Design, design_of
from ceasefire.experiments.runs.blocks import Block
from ceasefire.experiments.runs.jobs import do, job_of
from ceasefire.experiments.runs.sweep import sweep

POINTS = 20

TARGET = 1.4
"""Times as fast as one worker that two should be."""

AT_MOST = 120.0
"""Seconds that processes may take to start."""


def design_for(runs: int) -> Design:
    """Return a design of so many runs in all."""
    dimension = {
        "name": "withheld",
        "names": ["patronage.usa-israel.withheld"],
        "low": 0.0,
        "high": 1.0,
        "steps": POINTS,
    }
    table = {"name": "cluster", "title": "Arms withheld", "runs": max(1, runs // POINTS)}
    return design_of({**table, "dimension": [dimension]})


@contextmanager
def cluster(workers: int, folder: Path) -> Iterator[str]:
    """Start a scheduler and workers of one thread each, and end them.

    Args:
        workers: How many.
        folder: Where they may write.

    Yields:
        The address of the scheduler.
    """
    folder.mkdir()
    file = folder / "scheduler.json"
    root = str(Path(__file__).resolve().parents[1])
    processes: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> None:
        with (folder / f"log-{len(processes)}").open("wb") as log:
            processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", "dask", *words, "--no-dashboard"],
                    cwd=folder,
                    env={**os.environ, "PYTHONPATH": root},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            )

    def said(words: str) -> int:
        return sum(words in path.read_text(encoding="utf-8") for path in folder.glob("log-*"))

    def wait_until_there(ready: Any) -> None:
        end = time.monotonic() + AT_MOST
        while not ready():
            if time.monotonic() > end:
                raise RuntimeError("the scheduler or its workers did not start")
            time.sleep(0.05)

    try:
        here = ("--host", "127.0.0.1", "--port", "0")
        start("scheduler", *here, "--scheduler-file", str(file))
        wait_until_there(lambda: file.exists() and file.read_text(encoding="utf-8").endswith("}"))
        address = json.loads(file.read_text(encoding="utf-8"))["address"]
        for _ in range(workers):
            start("worker", address, "--nthreads", "1", "--no-nanny", "--local-directory", "files")
        wait_until_there(lambda: said("Registered to") >= workers)
        yield address
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()


def seconds(design: Design, **where: Any) -> tuple[float, str]:
    """Return how long a sweep takes, and the digest of what came of it."""
    with tempfile.TemporaryDirectory(prefix="ceasefire-cluster-") as folder:
        began = time.perf_counter()
        results = sweep(design, Path(folder) / "out", **where)
        took = time.perf_counter() - began
    return took, results.manifest["state"]["content_digest"]


def shipping(design: Design, runs: int) -> dict[str, float]:
    """Return what it takes to send a job of some runs of one point, beside doing it."""
    job = job_of(design, [Block(0, 0, runs)])
    do(job)
    began = time.perf_counter()
    sent = pickle.dumps(job)
    pickle.loads(sent)
    posted = time.perf_counter() - began
    began = time.perf_counter()
    done = do(job)
    worked = time.perf_counter() - began
    return {
        "runs": runs,
        "job_bytes": len(sent),
        "job_packed_and_opened_seconds": posted,
        "answer_bytes": len(pickle.dumps(done)),
        "work_seconds": worked,
    }


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--turns", type=int, default=5)
    given = parser.parse_args()
    design = design_for(given.runs)
    turns: list[dict[str, float]] = []
    load = [os.getloadavg()[0]]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ceasefire-dask-")))
        one = stack.enter_context(cluster(1, folder / "one"))
        two = stack.enter_context(cluster(2, folder / "two"))
        runners: dict[str, dict[str, Any]] = {
            "local_one_thread": {"workers": 1},
            "local_two_threads": {"workers": 2},
            "dask_one_worker": {"on": one},
            "dask_two_workers": {"on": two},
        }
        for where in runners.values():
            # Every worker imports and loads the compiled rules before anything is timed.
            seconds(design_for(100 * POINTS), **where)
        for number in range(given.turns):
            turn = {name: seconds(design, **where) for name, where in runners.items()}
            if len({digest for _, digest in turn.values()}) != 1:
                raise RuntimeError("the runners do not agree about what came of the design")
            turns.append({name: took for name, (took, _) in turn.items()})
            words = ", ".join(f"{name} {took:.1f} s" for name, took in turns[-1].items())
            print(f"turn {number + 1} of {given.turns}: {words}", file=sys.stderr, flush=True)

    load.append(os.getloadavg()[0])

    def ratio(slow: str, fast: str) -> float:
        return median(turn[slow] / turn[fast] for turn in turns)

    brings = ratio("dask_one_worker", "dask_two_workers")
    figures = {
        "cores": os.cpu_count(),
        # Before and after: with others at work, there is no second core for a second worker.
        "load": load,
        "points": POINTS,
        "runs": POINTS * design.runs,
        "turns_in_seconds": turns,
        "two_workers_to_one": brings,
        "target": TARGET,
        "met": brings >= TARGET,
        "two_workers_to_two_local_threads": ratio("local_two_threads", "dask_two_workers"),
        "two_local_threads_to_one": ratio("local_one_thread", "local_two_threads"),
        "shipping": shipping(design, design.runs),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
