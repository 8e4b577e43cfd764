"""A thousandth of the flagship through ``mesa.batch_run``; prints seconds as JSON.

One run of every point, each with the parameter set of its seed, as in the sweep. Run by
``bench.py`` in a process of its own; processes that ``batch_run`` starts import this file.
"""

import argparse
import json
import time

from mesa.batchrunner import batch_run

from ceasefire.experiments.design.design import load_design
from ceasefire.experiments.design.parameter_sets import place_of, with_values
from ceasefire.model.case.case import Case
from ceasefire.model.engines.ceasefire import CeasefireModel

DESIGN = load_design("arms-and-tolerance")


def case_of(point: int, seed: int) -> Case:
    """Return the case of one run."""
    setup = DESIGN.setup(DESIGN.points[point])
    place = int(place_of([seed], len(setup.draw.sets))[0])
    return with_values(setup.case, {k: v[place].item() for k, v in setup.draw.values.items()})


class FlagshipPoint(CeasefireModel):
    """One point of the flagship, for ``batch_run``."""

    def __init__(self, point: int = 0, rng: int | None = None) -> None:
        super().__init__(case_of(point, 0), rng=0)


def main() -> None:
    """Run one of each point, in one process and in several."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--processes", type=int, required=True)
    given = parser.parse_args()
    points = range(len(DESIGN.points))
    began = time.perf_counter()
    rows = batch_run(
        FlagshipPoint,
        parameters={"point": list(points)},
        number_processes=given.processes,
        data_collection_period=-1,
        display_progress=False,
    )
    seconds = time.perf_counter() - began
    if len({row["RunId"] for row in rows}) != len(points):
        raise RuntimeError(f"batch_run gave back other than {len(points)} runs")
    print(json.dumps({"runs": len(points), "seconds": seconds}))


if __name__ == "__main__":
    main()
