"""The same runs in every way there is to run them, in turn, so that a busy moment hits all alike.

Run by ``bench.py`` in a process of its own; prints runs per second as JSON. ``mesa.batch_run``
starts processes that import this file, so it imports no more than they need.
"""

import argparse
import inspect
import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import closing
from types import TracebackType
from typing import ClassVar
from unittest.mock import patch

from mesa.batchrunner import batch_run

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


class Arrivals:
    """Stands in for the progress bar of ``batch_run`` and notes when each run is done.

    Args:
        total: Runs that are to come.
        disable: Whether the bar is hidden; plays no part here.

    Attributes:
        times: When runs were done, of the last batch.
    """

    times: ClassVar[list[float]] = []

    def __init__(self, total: int, disable: bool) -> None:
        self.times.clear()

    def update(self) -> None:
        """Note that one more run is done."""
        self.times.append(time.perf_counter())

    def __enter__(self) -> "Arrivals":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the times as they are."""


def by_batch_run(runs: int, processes: int) -> float:
    """Run with Mesa's own tool, which collects every run's last reports.

    Returns:
        Runs per second once all processes are at work: what starting them takes is left out.
    """
    seeds = list(range(runs))
    by_argument = "rng" in inspect.signature(batch_run).parameters
    with patch("mesa.batchrunner.tqdm", Arrivals):
        rows = batch_run(
            DefaultCase,
            parameters={} if by_argument else {"rng": seeds},
            number_processes=processes,
            data_collection_period=-1,
            display_progress=False,
            **({"rng": seeds} if by_argument else {}),
        )
    if len({row["RunId"] for row in rows}) != runs:
        raise RuntimeError(f"batch_run gave back other than {runs} runs")
    # A quarter of the runs: by then even the slowest process has begun.
    begun = runs // 4
    return (runs - 1 - begun) / (Arrivals.times[-1] - Arrivals.times[begun])


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
    rounds = 0
    stream = chunks(Request(CASE, keep="end states", certified=1.0), runs, workers=workers, rows=10)
    with closing(stream):
        for chunk in stream:
            rounds += len(chunk.certificates or [])
    return rounds


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


def seconds(work: Callable[[], object]) -> float:
    """Return how long some work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def one_turn(mesa_runs: int, compiled_runs: int) -> dict[str, float]:
    """Return runs per second of every contender, each measured once.

    Args:
        mesa_runs: Runs for a Mesa contender on one core.
        compiled_runs: Runs for the ensemble on one core.
    """
    shared, many = mesa_runs * PROCESSES, compiled_runs * CORES
    alone = seconds(lambda: by_batch_run(mesa_runs, 1))
    began = time.perf_counter()
    started = by_batch_run(shared, PROCESSES)
    together = time.perf_counter() - began
    loop = seconds(lambda: by_loop(mesa_runs))
    everywhere = seconds(lambda: by_ensemble(many, CORES))
    single = seconds(lambda: by_ensemble(compiled_runs, 1))
    certifying = CERTIFIED * shared
    began = time.perf_counter()
    rounds = by_certified(certifying, CORES)
    certified = time.perf_counter() - began
    return {
        "certified_all": certifying / certified,
        "certificates_all": rounds / certified,
        "batch_one": mesa_runs / alone,
        "batch_all": shared / together,
        "batch_all_started": started,
        "loop": mesa_runs / loop,
        "ensemble_all": many / everywhere,
        "ensemble_one": compiled_runs / single,
    }


def say(words: str) -> None:
    """Say how far it is; the figures alone go to the standard output."""
    print(f"    {words}", file=sys.stderr, flush=True)


def main() -> None:
    """Run the contest and print its figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repetitions", type=int, required=True)
    parser.add_argument("--mesa-runs", type=int, required=True)
    parser.add_argument("--compiled-runs", type=int, required=True)
    given = parser.parse_args()

    prepare()
    # Compiles the search for what would open a round: no contender waits for that.
    by_certified(CORES, CORES)
    worlds = same_worlds(given.mesa_runs)
    say(f"both engines agree on {given.mesa_runs} runs of {worlds['weeks']:.0f} weeks on average")
    turns = []
    for repetition in range(given.repetitions):
        turns.append(one_turn(given.mesa_runs, given.compiled_runs))
        rates = ", ".join(f"{name} {rate:,.1f}" for name, rate in turns[-1].items())
        say(f"turn {repetition + 1} of {given.repetitions}, runs per second: {rates}")
    few = max(5, given.mesa_runs // 5)
    use(search_texts)
    slow = few / seconds(lambda: by_loop(few))
    say(f"without the compiled search of the grid: {slow:,.1f}")
    figures = {
        "cores": CORES,
        "processes": PROCESSES,
        "certified": CERTIFIED * given.mesa_runs * PROCESSES,
        "horizon": float(CASE.settings["war.horizon"].value),
        "texts": len(CASE.grid.texts),
        "worlds": worlds,
        "turns": turns,
        "loop_plain_search": slow,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
