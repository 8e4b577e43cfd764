"""Random cases, and a comparison of both engines field by field."""

import math
from typing import Any

import numpy as np
from hypothesis import strategies as st

from ceasefire.agents.kinds import COLLECTIONS, LOGS, SINGLES
from ceasefire.model.case.case import Case, CaseError, load_case
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.model.engines.ensemble import Ensemble

SHIPPED = {name: load_case(name) for name in ("gaza-2023", "two-rivals")}
FIXED = {"war.horizon", "war.step", "talks.shortest_round", "talks.gap", "talks.longest_round"}


def differences(model: CeasefireModel, records: dict[str, np.ndarray], row: int) -> list[str]:
    """List the fields in which a Mesa world and a row of an ensemble differ, types included."""
    found = []
    for name in (*SINGLES, *COLLECTIONS, *LOGS):
        held = getattr(model, name)
        here = [held] if name in SINGLES else held
        there = records[name][row : row + 1] if name in SINGLES else records[name][row]
        for i, (thing, record) in enumerate(zip(here, there, strict=True)):
            for field, kind in type(thing).kinds.items():
                mine, theirs = getattr(thing, field), record[field].item()
                if type(mine) is not kind or not same(mine, theirs):
                    found.append(f"{name}[{i}].{field}: {mine!r} and {theirs!r}")
    return found


def same(mine: Any, theirs: Any) -> bool:
    """Whether two numbers are the same to the last bit (not a number never is)."""
    return mine == theirs and math.copysign(1.0, mine) == math.copysign(1.0, theirs)


def week_by_week(case: Case, seed: int) -> list[str]:
    """Run one world on both engines; the differences of the first week that has any."""
    model = CeasefireModel(case, rng=seed)
    ensemble = Ensemble(case, [seed])
    found = differences(model, ensemble.records, 0)
    while not found and ensemble.tick < ensemble.steps:
        model.step()
        ensemble.advance(1)
        found = differences(model, ensemble.records, 0)
        found = [f"week {ensemble.tick}: {line}" for line in found]
    return found


@st.composite
def cases(draw: st.DrawFn, names: tuple[str, ...] = ("gaza-2023", "two-rivals")) -> Case:
    """Draw a shipped case with random numbers, switches and step, kept only if admissible."""
    case = SHIPPED[draw(st.sampled_from(names))]
    movable = [
        name
        for name, setting in case.settings.items()
        if isinstance(setting.value, float | int)
        and not isinstance(setting.value, bool)
        and name not in FIXED
        and not name.endswith((".seats", ".majority", ".parliament"))
        and not name.startswith("log.")
    ]
    changes: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(movable), max_size=40, unique=True)):
        setting = case.settings[name]
        value = draw(st.floats(setting.low, setting.high))
        changes[name] = round(value) if isinstance(setting.value, int) else value
    switches = [name for name in case.settings if name.startswith("switches.")]
    for name in draw(st.lists(st.sampled_from(switches), max_size=6, unique=True)):
        changes[name] = False
    changes["talks.ripe_rate"] = draw(st.floats(0.0, case.settings["talks.ripe_rate"].high))
    changes["war.step"] = draw(st.sampled_from([1.0, 1.0, 0.5]))
    changes["war.horizon"] = float(draw(st.integers(8, 26)))
    try:
        return case.changed(changes)
    except CaseError:
        # Together some draws are not admissible, such as more captives in an event than there are.
        return case
