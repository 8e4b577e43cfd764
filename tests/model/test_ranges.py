"""Numbers driven to the ends of their ranges: nothing leaves what is declared, in either engine."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from worlds import FIXED, SHIPPED, week_by_week

from ceasefire.model.case.case import Case, CaseError
from ceasefire.model.engines.ensemble import Ensemble
from ceasefire.model.records import COLLECTIONS, SINGLES

SLACK = 1e-9
"""What rounding may add, relative to the width of a range."""


@st.composite
def corners(draw: st.DrawFn) -> Case:
    """Draw a shipped case with many numbers at one end of their ranges, kept if admissible."""
    case = SHIPPED[draw(st.sampled_from(sorted(SHIPPED)))]
    movable = [
        name
        for name, setting in case.settings.items()
        if isinstance(setting.value, float | int)
        and not isinstance(setting.value, bool)
        and name not in FIXED
        and not name.endswith((".seats", ".majority", ".parliament", ".living", ".dead"))
        and not name.startswith(("log.", "issue."))
    ]
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    many = draw(st.sampled_from([0.05, 0.2, 0.5, 1.0]))
    changes = {
        name: case.settings[name].high if chance.random() < 0.5 else case.settings[name].low
        for name in movable
        if chance.random() < many
    }
    changes |= {"talks.ripe_rate": case.settings["talks.ripe_rate"].high, "war.horizon": 26.0}
    try:
        return case.changed(changes)
    except CaseError:
        return case


def outside(records: dict[str, np.ndarray]) -> dict[str, float]:
    """The worst value of each given field that left its declared range."""
    found = {}
    for name, record in (SINGLES | COLLECTIONS).items():
        for field, declared in record.fields.items():
            values = records[name][field].astype(float)
            if not declared.given or not values.size or declared.refers_to:
                continue
            slack = SLACK * max(1.0, declared.high - declared.low)
            for worst in (values.min(), values.max()):
                if not declared.low - slack <= worst <= declared.high + slack:
                    found[f"{name}.{field}"] = float(worst)
    return found


@given(corners())
@settings(max_examples=200)
def test_no_number_leaves_its_declared_range(case):
    ensemble = Ensemble(case, np.arange(12))
    while ensemble.tick < ensemble.steps:
        ensemble.advance(5)
        assert outside(ensemble.records) == {}


@given(corners(), st.integers(0, 2**63 - 1))
@settings(max_examples=8)
def test_both_engines_agree_at_the_ends_of_ranges(case, seed):
    assert week_by_week(case.changed({"war.horizon": 12.0}), seed)[:5] == []


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_shipped_cases_stay_within_what_is_declared(name):
    assert outside(Ensemble(SHIPPED[name], np.arange(200)).run().records) == {}
