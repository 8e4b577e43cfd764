"""Compile what the command ``ceasefire ensemble`` leaves uncompiled, and print figures as JSON.

Run by ``bench.py`` after that command. The figures: seconds for the search that the Mesa engine
borrows, and how many versions of the ensemble's entry point there are once every shipped case has
been run.
"""

import json
import time

from ceasefire.model.case.case import load_case
from ceasefire.model.case.shipped import shipped_cases
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.model.engines.compiled import advance, prepare
from ceasefire.model.engines.ensemble import Ensemble


def main() -> None:
    """Compile, run every shipped case, and print the figures."""
    cases = [load_case(name) for name in shipped_cases()]
    prepare()
    moments = [time.perf_counter()]
    for _ in ("compiling", "compiled"):
        # Among so many runs there is a round, and a round searches the grid.
        for seed in range(10):
            CeasefireModel(cases[0], rng=seed).run()
        moments.append(time.perf_counter())
    began, first, second = moments
    for case in cases:
        Ensemble(case, range(10)).run()
    figures = {
        "search": max(0.0, (first - began) - (second - first)),
        "cases": len(cases),
        "versions": len(advance.dispatcher.signatures),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
