"""The runner of sweeps beside the bare ensemble, turn by turn; prints seconds as JSON.

Both run the same worlds: one point of the flagship, its sets of parameters, its seeds, in threads
of one process. The runner also makes tables, digests them, writes them and keeps the books.
"""

import argparse
import json
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from ceasefire.experiments.design.design import design_of, load_design
from ceasefire.experiments.runs.ensemble import chunks
from ceasefire.experiments.runs.request import Request
from ceasefire.experiments.runs.sweep import sweep

FLAGSHIP = "arms-and-tolerance"


def one_point(runs: int):
    """Return a design that has one point of the flagship."""
    given = dict(load_design(FLAGSHIP).given)
    dimensions = [
        {name: value for name, value in one.items() if name != "steps"}
        for one in given["dimension"]
    ]
    point = {"arms_withheld": 0.5, "tolerance": 1.0}
    return design_of(
        {**given, "plan": "list", "points": [point], "dimension": dimensions, "runs": runs}
    )


def bare(design, runs: int) -> float:
    """Run the ensemble and let go of what it yields."""
    setup = design.setup(design.points[0])
    began = time.perf_counter()
    done = 0
    stream = chunks(Request(setup.case, setup.draw, "end states"), runs, rows=1000)
    with closing(stream):
        for chunk in stream:
            done += len(chunk.seeds)
    if done != runs:
        raise RuntimeError(f"{done} of {runs} runs were done")
    return time.perf_counter() - began


def stored(design) -> float:
    """Run the same through the runner, into a new folder."""
    with tempfile.TemporaryDirectory(prefix="ceasefire-bench-") as folder:
        began = time.perf_counter()
        results = sweep(design, Path(folder) / "out")
        seconds = time.perf_counter() - began
        if results.manifest["state"]["runs"] != design.runs:
            raise RuntimeError("the runner has not run all")
    return seconds


def main() -> None:
    """Run the contest and print its figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--runs", type=int, default=20_000)
    given = parser.parse_args()
    design = one_point(given.runs)
    bare(design, 1000)
    turns = []
    for turn in range(given.turns):
        # Who goes first changes, so that neither always finds the machine warmer.
        order = ("bare", "runner") if turn % 2 == 0 else ("runner", "bare")
        seconds = {
            name: bare(design, given.runs) if name == "bare" else stored(design) for name in order
        }
        turns.append(seconds)
        told = ", ".join(f"{name} {value:.2f} s" for name, value in seconds.items())
        print(f"    turn {turn + 1} of {given.turns}: {told}", file=sys.stderr, flush=True)
    print(json.dumps({"runs": given.runs, "turns": turns}))


if __name__ == "__main__":
    main()
