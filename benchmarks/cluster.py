"""How much a second Dask worker brings: the same sweep on one, on two, and by the local runner.

Schedulers and workers are processes of their own, over TCP on this machine. Prints JSON::

    python benchmarks/cluster.py --runs 20000 --turns 5

Everything shares the same cores, so on two of them a second worker competes with the process that
hands out the work and stores what comes of it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from turns import in_turn

from ceasefire.experiments.design.design import Design, design_of
from ceasefire.experiments.runs.sweep import sweep

POINTS = 20

AT_MOST = 120.0
"""Seconds that processes may take to start."""


def design_for(runs: int) -> Design:
    """Return a design of so many runs in all."""
    names = ["patronage.usa-israel.withheld"]
    dimension = {"name": "withheld", "names": names, "low": 0.0, "high": 1.0, "steps": POINTS}
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
    processes: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> None:
        with (folder / f"log-{len(processes)}").open("wb") as log:
            command = [sys.executable, "-m", "dask", *words, "--no-dashboard"]
            streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            processes.append(subprocess.Popen(command, cwd=folder, **streams))

    def registered() -> int:
        logs = [path.read_text(encoding="utf-8") for path in folder.glob("log-*")]
        return sum("Registered to" in log for log in logs)

    def wait_until(ready: Callable[[], bool]) -> None:
        end = time.monotonic() + AT_MOST
        while not ready():
            if time.monotonic() > end:
                raise RuntimeError("the scheduler or its workers did not start")
            time.sleep(0.05)

    try:
        here = ("--host", "127.0.0.1", "--port", "0")
        start("scheduler", *here, "--scheduler-file", str(file))
        wait_until(lambda: file.exists() and file.read_text(encoding="utf-8").endswith("}"))
        address = json.loads(file.read_text(encoding="utf-8"))["address"]
        for _ in range(workers):
            start("worker", address, "--nthreads", "1", "--no-nanny", "--local-directory", "files")
        wait_until(lambda: registered() >= workers)
        yield address
    finally:
        for process in processes:
            process.kill()
            process.wait()


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--turns", type=int, default=5)
    given = parser.parse_args()
    digests: dict[int, set[str]] = {}

    def timed(runs: int, **where: Any) -> float:
        """Return how long a sweep into a new folder takes, and note what came of it."""
        design = design_for(runs)
        with tempfile.TemporaryDirectory(prefix="ceasefire-cluster-") as folder:
            began = time.perf_counter()
            results = sweep(design, Path(folder) / "out", **where)
            took = time.perf_counter() - began
        digests.setdefault(runs, set()).add(results.manifest["state"]["content_digest"])
        return took

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ceasefire-dask-")))
        runners: dict[str, dict[str, Any]] = {
            "local_two_threads": {"workers": 2},
            "dask_one_worker": {"on": stack.enter_context(cluster(1, folder / "one"))},
            "dask_two_workers": {"on": stack.enter_context(cluster(2, folder / "two"))},
        }
        for where in runners.values():
            # Every worker imports and loads the compiled rules before anything is timed.
            timed(100 * POINTS, **where)
        contenders = [
            lambda name=name, where=where: {name: timed(given.runs, **where)}
            for name, where in runners.items()
        ]
        turns = in_turn(contenders, given.turns)
    if any(len(found) != 1 for found in digests.values()):
        raise RuntimeError("the runners do not agree about what came of the design")
    print(json.dumps({"turns": turns}))


if __name__ == "__main__":
    main()
