"""A thousandth of the flagship through ``mesa.batch_run``; prints seconds as JSON.

One run of every point, each with the parameter set of its seed, as in the sweep. Run by
``experiments_bench.py`` in a process of its own; processes that ``batch_run`` starts import this
file.
"""

import argparse
import json

from mesa.batchrunner import batch_run
from turns import seconds

from ceasefire.experiments.design.design import load_design
from ceasefire.experiments.design.parameter_sets import with_values
from ceasefire.model.engines.ceasefire import CeasefireModel

DESIGN = load_design("arms-and-tolerance")


class FlagshipPoint(CeasefireModel):
    """One point of the flagship with the set of seed 0, for ``batch_run``."""

    def __init__(self, point: int = 0, rng: int | None = None) -> None:
        setup = DESIGN.setup(DESIGN.points[point])
        own = {name: values[0].item() for name, values in setup.draw.values.items()}
        super().__init__(with_values(setup.case, own), rng=0)


def main() -> None:
    """Run one of each point, in so many processes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--processes", type=int, required=True)
    given = parser.parse_args()
    rows: list[dict[str, object]] = []
    took = seconds(
        lambda: rows.extend(
            batch_run(
                FlagshipPoint,
                parameters={"point": list(range(len(DESIGN.points)))},
                number_processes=given.processes,
                data_collection_period=-1,
                display_progress=False,
            )
        )
    )
    runs = len({row["RunId"] for row in rows})
    if runs != len(DESIGN.points):
        raise RuntimeError(f"batch_run gave back {runs} runs of {len(DESIGN.points)}")
    print(json.dumps({"runs": runs, "seconds": took}))


if __name__ == "__main__":
    main()
