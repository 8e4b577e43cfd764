"""The runner of sweeps beside the bare ensemble, turn by turn; prints seconds as JSON.

Both run the same worlds: one point of the flagship, its sets of parameters, its seeds, in threads
of one process. The runner also makes tables, digests them, writes them and keeps the books.
"""

import argparse
import json
import tempfile
from contextlib import closing
from pathlib import Path

from turns import in_turn, seconds

from ceasefire.experiments.design.design import Design, design_of, load_design
from ceasefire.experiments.runs.ensemble import chunks
from ceasefire.experiments.runs.request import Request
from ceasefire.experiments.runs.sweep import sweep

FLAGSHIP = "arms-and-tolerance"


def one_point(runs: int) -> Design:
    """Return a design that has one point of the flagship."""
    given = dict(load_design(FLAGSHIP).given)
    dimensions = [
        {key: value for key, value in dimension.items() if key != "steps"}
        for dimension in given["dimension"]
    ]
    points = [{"arms_withheld": 0.5, "tolerance": 1.0}]
    own = {"plan": "list", "points": points, "dimension": dimensions, "runs": runs}
    return design_of({**given, **own})


def bare(design: Design, runs: int) -> None:
    """Run the ensemble and let go of what it yields."""
    setup = design.setup(design.points[0])
    stream = chunks(Request(setup.case, setup.draw, "end states"), runs, rows=1000)
    with closing(stream):
        done = sum(len(chunk.seeds) for chunk in stream)
    if done != runs:
        raise RuntimeError(f"{done} of {runs} runs were done")


def stored(design: Design) -> float:
    """Run the same through the runner, into a new folder; return seconds."""
    with tempfile.TemporaryDirectory(prefix="ceasefire-bench-") as folder:
        return seconds(lambda: sweep(design, Path(folder) / "out"))


def main() -> None:
    """Run the contest and print its figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--runs", type=int, default=20_000)
    given = parser.parse_args()
    design = one_point(given.runs)
    bare(design, 1000)
    contenders = (
        lambda: {"bare": seconds(lambda: bare(design, given.runs))},
        lambda: {"runner": stored(design)},
    )
    print(json.dumps({"turns": in_turn(contenders, given.turns)}))


if __name__ == "__main__":
    main()
