"""Cumulative incidence: against statsmodels, by hand, and what must hold of any."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight

from ceasefire.experiments.statistics.incidence import CENSORED, cumulative_incidence
from ceasefire.experiments.statistics.shares import NORMAL_95, wilson

NAMES = {0: CENSORED, 1: "government fell", 2: "permanent ceasefire", 3: "regional war"}

RUNS = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 3)), min_size=3, max_size=60)


def of(runs):
    """One row for each run, as the function takes groups of any size."""
    weeks = np.array([week for week, _ in runs], dtype=float)
    events = np.array([NAMES[event] for _, event in runs], dtype=object)
    return cumulative_incidence(weeks, events, np.ones(len(runs)))


@given(RUNS)
def test_with_ties_and_runs_cut_off_early_it_is_what_statsmodels_has(runs):
    weeks, kinds = (np.array(column) for column in zip(*runs, strict=True))
    table = of(runs)
    present = sorted(set(kinds.tolist()) - {0})
    if not present:
        assert table.empty
        return
    # statsmodels wants events numbered without gaps.
    number = {kind: i + 1 for i, kind in enumerate(present)} | {0: 0}
    with np.errstate(divide="ignore", invalid="ignore"):
        theirs = CumIncidenceRight(weeks, np.array([number[kind] for kind in kinds.tolist()]))
    for kind in present:
        own = table[(table["event"] == NAMES[kind]) & (table["week"] > 0)]
        assert own["week"].tolist() == theirs.times.tolist()
        assert own["incidence"].to_numpy() == pytest.approx(theirs.cinc[number[kind] - 1])


def test_its_intervals_come_from_the_standard_errors_that_statsmodels_has():
    generator = np.random.default_rng(5)
    weeks = generator.integers(1, 30, 400)
    kinds = generator.choice(4, 400, p=[0.4, 0.1, 0.2, 0.3])
    weeks[0], kinds[0] = 31, 0  # One run is left to the end, or the last error is not defined.
    theirs = CumIncidenceRight(weeks, kinds)
    table = of(list(zip(weeks.tolist(), kinds.tolist(), strict=True)))
    for kind in (1, 2, 3):
        own = table[(table["event"] == NAMES[kind]) & (table["incidence"] > 0)]
        share = own["incidence"].to_numpy()
        error = theirs.cinc_se[kind - 1][-len(own) :]
        scale = np.exp(NORMAL_95 * error / (share * -np.log(share)))
        assert own["low"].to_numpy() == pytest.approx(share**scale)
        assert own["high"].to_numpy() == pytest.approx(share ** (1.0 / scale))


def test_without_runs_cut_off_early_it_is_the_share_of_runs():
    table = cumulative_incidence(
        np.array([10.0, 20.0, 52.0]), np.array(["a", "b", CENSORED]), np.array([30, 20, 150])
    )
    last = table[table["week"] == 52.0].set_index("event")["incidence"]
    assert last["a"] == pytest.approx(0.15)
    assert last["b"] == pytest.approx(0.10)
    assert table[table["week"] == 20.0]["at_risk"].tolist() == [170, 170]


def test_one_run_cut_off_early_by_hand():
    # Four runs: an event in week 1, one cut off in week 2, events in weeks 3 and 4.
    table = of([(1, 1), (2, 0), (3, 2), (4, 1)])
    fell = table[table["event"] == "government fell"].set_index("week")["incidence"]
    ceasefire = table[table["event"] == "permanent ceasefire"].set_index("week")["incidence"]
    assert fell[1.0] == pytest.approx(1 / 4)
    assert ceasefire[4.0] == pytest.approx(3 / 4 * 1 / 2)
    assert fell[4.0] == pytest.approx(1 / 4 + 3 / 4 * 1 / 2)


@given(RUNS)
def test_incidences_grow_add_up_to_one_at_most_and_lie_within_their_intervals(runs):
    table = of(runs)
    for _, own in table.groupby("event"):
        assert (own["incidence"].diff().dropna() >= 0).all()
    if len(table):
        assert table.groupby("week")["incidence"].sum().max() <= 1.0 + 1e-12
    assert (table["low"] <= table["incidence"] + 1e-12).all()
    assert (table["high"] >= table["incidence"] - 1e-12).all()
    assert ((table["low"] >= 0.0) & (table["high"] <= 1.0)).all()


def test_groups_of_runs_count_as_so_many_runs():
    one_by_one = of([(1, 1)] * 3 + [(2, 0)] * 2 + [(3, 2)] * 4)
    together = cumulative_incidence(
        np.array([1.0, 2.0, 3.0]),
        np.array([NAMES[1], CENSORED, NAMES[2]], dtype=object),
        np.array([3, 2, 4]),
    )
    assert one_by_one.equals(together)


def test_before_the_first_event_the_upper_end_says_how_little_is_known():
    table = cumulative_incidence(
        np.array([40.0, 52.0]), np.array(["a", CENSORED]), np.array([1, 99])
    )
    start = table[table["week"] == 0.0].iloc[0]
    assert (start["incidence"], start["low"]) == (0.0, 0.0)
    assert start["high"] == pytest.approx(wilson(0.0, 100)[1])
