"""Compile the rules in a fresh process and print, as JSON, how long it took.

Run by ``bench.py`` with an empty cache. The figures: seconds for the ensemble, seconds for the
search that the Mesa engine borrows, and how many versions of the ensemble's entry point there are
once every shipped case has been run.
"""

import json
import time

from experiments.commands import make_ready
from model.ceasefire import CeasefireModel
from model.engine import advance
from model.ensemble import Ensemble
from model.scenario import load_case, shipped_cases


def main() -> None:
    """Compile, run every shipped case, and print the figures."""
    cases = [load_case(name) for name in shipped_cases()]
    began = time.perf_counter()
    make_ready(cases[0])
    compiled = time.perf_counter()
    for seed in range(10):
        # One of these runs holds a round, and a round searches the grid.
        CeasefireModel(cases[0], rng=seed).run()
    searched = time.perf_counter()
    for case in cases:
        Ensemble(case, range(10)).run()
    figures = {
        "ensemble": compiled - began,
        "search": searched - compiled,
        "cases": len(cases),
        "versions": len(advance.signatures),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
