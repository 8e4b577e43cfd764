"""The same runs in every way there is to run them, in turn, so that a busy moment hits all alike.

Run by ``bench.py`` in a process of its own; prints runs per second as JSON. ``mesa.batch_run``
starts processes that import this file, so it imports no more than they need.
"""

import argparse
import inspect
import json
import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from unittest.mock import patch

from mesa.batchrunner import batch_run
from turns import in_turn, seconds

from ceasefire.agents.drafting import search_texts, use
from ceasefire.experiments.runs.ensemble import chunks
from ceasefire.experiments.runs.request import Request
from ceasefire.model.case.case import load_case
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.model.engines.ensemble import prepare
from ceasefire.model.world.outcome import END_STATES

CASE = load_case("gaza-2023")
CORES = os.cpu_count() or 1
PROCESSES = max(2, CORES)

CERTIFIED = 5
"""Times as many runs are certified as Mesa runs: few would measure the wait for the last chunk."""


class DefaultCase(CeasefireModel):
    """The default case, loaded once in each process: reading its file for each run costs more."""

    def __init__(self, rng: int | None = None) -> None:
        super().__init__(CASE, rng=rng)


class Arrivals(list[float]):
    """When runs were done: stands in for the progress bar of ``batch_run``."""

    def update(self) -> None:
        """Note that one more run is done."""
        self.append(time.perf_counter())

    @contextmanager
    def __call__(self, total: int, disable: bool) -> Iterator["Arrivals"]:
        """Begin a batch of so many runs."""
        yield self


def by_batch_run(runs: int, processes: int) -> float:
    """Run with Mesa's own tool, which collects every run's last reports.

    Returns:
        Runs per second once all processes are at work: what starting them takes is left out.
    """
    seeds: dict[str, Any] = {"rng": list(range(runs))}
    by_argument = "rng" in inspect.signature(batch_run).parameters
    arrivals = Arrivals()
    with patch("mesa.batchrunner.tqdm", arrivals):
        rows = batch_run(
            DefaultCase,
            parameters={} if by_argument else seeds,
            number_processes=processes,
            data_collection_period=-1,
            display_progress=False,
            **(seeds if by_argument else {}),
        )
    if len({row["RunId"] for row in rows}) != runs:
        raise RuntimeError(f"batch_run gave back other than {runs} runs")
    # A quarter of the runs: by then even the slowest process has begun.
    begun = runs // 4
    return (runs - 1 - begun) / (arrivals[-1] - arrivals[begun])


def by_loop(runs: int) -> list[CeasefireModel]:
    """Run Mesa models one after the other."""
    return [DefaultCase(seed).run() for seed in range(runs)]


def by_ensemble(runs: int, workers: int) -> list[int]:
    """Run the ensemble, its rounds' outcomes kept, and return how each run ended."""
    ends: list[int] = []
    with closing(chunks(Request(CASE), runs, workers=workers)) as stream:
        for chunk in stream:
            if len(chunk.records["rounds"]) != len(chunk.seeds):
                raise RuntimeError("the ensemble kept no rounds")
            ends.extend(chunk.records["war"]["outcome"].tolist())
    return ends


def by_certified(runs: int, workers: int) -> int:
    """Run the ensemble with every failed round certified, and return how many there were."""
    stream = chunks(Request(CASE, keep="end states", certified=1.0), runs, workers=workers, rows=10)
    with closing(stream):
        return sum(len(chunk.certificates or []) for chunk in stream)


def same_worlds(runs: int) -> dict[str, float]:
    """Make sure that both engines run the same worlds, and say what these are like."""
    models = by_loop(runs)
    ends = [model.war.outcome for model in models]
    if ends != by_ensemble(runs, 1):
        raise RuntimeError("the two engines disagree about how runs end")
    return {
        "weeks": sum(model.week for model in models) / runs,
        "rounds": sum(model.rounds_held for model in models) / runs,
        "cut_off": ends.count(END_STATES.index("no deal at the horizon")) / runs,
    }


def main() -> None:
    """Run the contest and print its figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repetitions", type=int, required=True)
    parser.add_argument("--mesa-runs", type=int, required=True)
    parser.add_argument("--compiled-runs", type=int, required=True)
    given = parser.parse_args()
    few, shared = given.mesa_runs, given.mesa_runs * PROCESSES
    single, many = given.compiled_runs, given.compiled_runs * CORES
    certified = CERTIFIED * shared

    def batch_all() -> dict[str, float]:
        began = time.perf_counter()
        started = by_batch_run(shared, PROCESSES)
        return {"batch_all": shared / (time.perf_counter() - began), "batch_all_started": started}

    def certified_all() -> dict[str, float]:
        began = time.perf_counter()
        rounds = by_certified(certified, CORES)
        took = time.perf_counter() - began
        return {"certified_all": certified / took, "certificates_all": rounds / took}

    contenders = (
        lambda: {"batch_one": few / seconds(lambda: by_batch_run(few, 1))},
        batch_all,
        lambda: {"loop": few / seconds(lambda: by_loop(few))},
        lambda: {"ensemble_all": many / seconds(lambda: by_ensemble(many, CORES))},
        lambda: {"ensemble_one": single / seconds(lambda: by_ensemble(single, 1))},
        certified_all,
    )
    prepare()
    # Compiles the search for what would open a round: no contender waits for that.
    by_certified(CORES, CORES)
    worlds = same_worlds(few)
    turns = in_turn(contenders, given.repetitions, "1/s")
    use(search_texts)
    slowly = max(5, few // 5)
    figures = {
        "cores": CORES,
        "processes": PROCESSES,
        "certified": certified,
        "horizon": float(CASE.settings["war.horizon"].value),
        "texts": len(CASE.grid.texts),
        "worlds": worlds,
        "turns": turns,
        "loop_plain_search": slowly / seconds(lambda: by_loop(slowly)),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
