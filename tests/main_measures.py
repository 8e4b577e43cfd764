"""The main measures of a case: how runs end, truces, rounds, answers, deaths, captives, parties.

Run as a program it prints those of the shipped cases as JSON, for tests that need another process.
"""

import json
import sys

import numpy as np
from worlds import SHIPPED

from ceasefire.agents.rules import FLOAT
from ceasefire.model.engines.ensemble import Ensemble
from ceasefire.model.world.outcome import FELL, PERMANENT, REGIONAL

RUNS = 1000


def measures(case, runs=RUNS):
    """Means over runs, shares of runs, and shares of rounds held; all runs count, however ended."""
    records = Ensemble(case, np.arange(runs)).run().records
    outcome, talks, truces = (records[name] for name in ("war", "talks", "truces"))
    rounds = records["rounds"]
    tabled = rounds["tabled"] > 0
    held = np.arange(truces.shape[1]) < talks["truces"][:, np.newaxis]
    found = {
        "share.permanent": (outcome["outcome"] == PERMANENT).mean(),
        "share.fell": (outcome["outcome"] == FELL).mean(),
        "share.regional": (outcome["outcome"] == REGIONAL).mean(),
        "share.any_truce": (talks["truces"] > 0).mean(),
        "share.refused_first": (rounds["answer_first"][tabled] == 0).mean(),
        "share.refused_second": (rounds["answer_second"][tabled] == 0).mean(),
        "share.stance": records["patrons"]["stance"][:, 0].mean(),
        "mean.rounds": talks["rounds"].mean(),
        "mean.truce_weeks": np.where(held, truces["weeks"], 0.0).sum(axis=1).mean(),
        "mean.deaths_first": records["belligerents"]["toll"][:, 0].mean(),
        "mean.deaths_second": records["belligerents"]["toll"][:, 1].mean(),
        "mean.released": records["captives"]["released"].sum(axis=1).mean(),
        "mean.died": records["captives"]["died"].sum(axis=1).mean(),
        "mean.left": records["parties"]["left"].sum(axis=1).mean(),
    }
    return {name: float(value) for name, value in found.items()}


def outside(found, expected, bands):
    """Measures that lie outside their bands: shares apart, means by their ratio less one."""
    apart = {}
    for name, value in expected.items():
        kind = name.partition(".")[0]
        band = bands.get(name, bands[kind])
        off = found[name] - value if kind == "share" else found[name] / value - 1.0
        if not abs(off) <= band:
            apart[name] = (value, found[name], band)
    return apart


if __name__ == "__main__":
    made = {name: measures(case) for name, case in SHIPPED.items()}
    json.dump({"width": 8 * FLOAT.itemsize, "measures": made}, sys.stdout)
