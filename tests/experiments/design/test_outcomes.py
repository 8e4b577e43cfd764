"""The registry of outcomes: each is the same wherever it is read from."""

import duckdb
import numpy as np
import pytest

from ceasefire.experiments.design.outcomes import (
    captives_of,
    in_state,
    outcome_of,
    outcomes,
    outcomes_of_columns,
)
from ceasefire.experiments.runs.tables import Tables
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.case import load_case
from ceasefire.model.engines.ensemble import run_chunk
from ceasefire.model.world.outcome import END_STATES


@pytest.fixture(scope="module")
def case():
    return load_case("gaza-2023")


@pytest.fixture(scope="module")
def chunk(case):
    return run_chunk(case, np.arange(40, dtype=np.int64), keep="end states")


def test_an_outcome_is_the_same_of_runs_of_a_table_and_in_sql(case, chunk):
    runs = Tables(case).runs(chunk)
    database = duckdb.connect(":memory:")
    database.register("runs", runs)
    for one in outcomes(case).values():
        read = np.asarray(one.read(chunk), dtype=float)
        np.testing.assert_array_equal(read, one.of(runs), err_msg=one.name)
        query = f"SELECT CAST({one.sql} AS DOUBLE) AS x FROM runs ORDER BY seed"
        asked = database.execute(query).df()["x"].to_numpy(dtype=float)
        np.testing.assert_array_equal(read, asked, err_msg=one.name)


def test_an_outcome_says_what_it_is_counted_out_of(case):
    known = outcomes(case)
    assert {one.kind for one in known.values()} == {"share", "number", "time"}
    assert all(one.denominator and one.ended_early and one.unit for one in known.values())
    assert known["weeks to truce"].denominator == "runs with a truce"
    assert all(known[state].is_share and known[state].note == "" for state in END_STATES)


def test_columns_alone_name_the_same_outcomes(case, chunk):
    known = outcomes(case)
    told = outcomes_of_columns(list(Tables(case).runs(chunk).columns))
    assert set(known) <= set(told)
    for name, one in known.items():
        assert (told[name].sql, told[name].unit) == (one.sql, one.unit)
    few = outcomes_of_columns(["end_state", "deaths_north"])
    assert [*few] == [*END_STATES[1:], END_STATES[0], "deaths north"]


def test_what_several_rooms_read_is_read_in_one_place(chunk):
    ended = [in_state(chunk.records, state) for state in END_STATES]
    assert np.sum(ended, axis=0).tolist() == [1] * 40
    sides = [captives_of(chunk.records, side, "released") for side in (0, 1)]
    whole = chunk.records["captives"]["released"].sum(axis=1)
    assert (sides[0] + sides[1]).tolist() == whole.tolist()


def test_a_name_may_be_cut_short_as_long_as_it_is_clear(case):
    assert outcome_of("perm", case).name == "permanent ceasefire"
    for wrong in ("", "weeks", "peace"):
        with pytest.raises(RefusedError, match="outcome: found"):
            outcome_of(wrong, case)
