"""Nothing hangs on how the model is written down: orders of listing, steps, width of numbers."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from main_measures import measures, outside
from small_worlds import changed, run
from worlds import SHIPPED

from ceasefire.model.case.case import case_of_text
from ceasefire.model.case.kinds import KINDS

HERE = Path(__file__).resolve().parent
ORDERED = [kind for kind in KINDS if kind not in ("belligerent", "channel")]
"""Sides have tests of their own; channels are always put in the order of mediators."""


def backwards(case, kind):
    """The same case with the actors of one kind listed in the reverse order."""
    parts = re.split(r"(?m)^(?=\[)", case.to_toml())
    places = [i for i, part in enumerate(parts) if part.startswith(f"[{kind}.")]
    assert places
    for i, part in zip(places, [parts[i] for i in reversed(places)], strict=True):
        parts[i] = part
    return case_of_text("".join(parts))


def apart(case, kind, runs=300):
    """Fields that differ when a kind is listed backwards, by name: beyond rounding, if at all."""
    other = backwards(case, kind)
    collection = KINDS[kind][0]
    assert other.names[collection] == case.names[collection][::-1]
    mine, theirs = run(case, runs), run(other, runs)
    found = []
    for name, array in mine.items():
        order = slice(None)
        if name in case.names:
            order = [other.names[name].index(one) for one in case.names[name]]
        records = theirs[name][:, order] if name in case.names else theirs[name]
        for field in array.dtype.names:
            # What points at an actor by its place in the list points at another place.
            if field in (kind, f"{kind}s") or (kind, field) in POINTERS:
                continue
            one, two = array[field], records[field]
            if one.dtype.kind == "f":
                # Sums over the list run in another order.
                same = np.allclose(one, two, rtol=0.0, atol=1e-9)
            else:
                same = np.array_equal(one, two)
            if not same:
                found.append(f"{name}.{field}")
    return found


POINTERS = {("patronage", "patron"), ("mediator", "host")}
"""Fields that point at an actor of a kind by its place, under another name."""


@pytest.mark.parametrize("kind", ORDERED)
def test_the_order_in_which_a_kind_is_listed_changes_nothing(kind):
    assert apart(SHIPPED["gaza-2023"], kind) == []


def test_the_order_of_two_patrons_that_publish_changes_nothing():
    eager = {"patron.*.stance": 0.8, "patron.*.stance_base": 0.8, "channel.*.built": 1.0}
    assert apart(changed("two-rivals", {**eager, "talks.ripe_rate": 5.0}), "patron") == []


def test_the_order_of_mediators_changes_no_main_measure():
    # The luck of who calls is another, but what comes of it over many runs is not.
    case = SHIPPED["gaza-2023"]
    found = outside(
        measures(backwards(case, "mediator")), measures(case), {"share": 0.01, "mean": 0.02}
    )
    assert found == {}


HALF_STEP = {
    "gaza-2023": {
        "share": 0.04,
        "mean": 0.06,
        "mean.truce_weeks": 0.12,
        # More texts are tabled and more misjudgements drawn in a week of two steps, so fewer
        # rounds are needed.
        "mean.rounds": 0.15,
    },
    "two-rivals": {
        # The same, in a case where a truce hangs on a misjudgement as often as not.
        "share": 0.16,
        "mean": 0.35,
        "mean.rounds": 0.25,
        "mean.deaths_first": 0.15,
        "mean.deaths_second": 0.15,
        "mean.died": 0.15,
    },
}
"""How far steps of half a week may move the main measures."""


@pytest.mark.parametrize("name", SHIPPED)
def test_steps_of_half_a_week_keep_the_main_measures_within_bands(name):
    case = SHIPPED[name]
    half = measures(case.changed({"war.step": 0.5}))
    assert outside(half, measures(case), {**HALF_STEP[name]}) == {}


SURE_HALF_STEP = {
    "share": 0.1,
    "mean": 0.3,
    "mean.deaths_first": 0.06,
    "mean.deaths_second": 0.06,
    "mean.died": 0.08,
}


def test_without_misjudgement_steps_of_half_a_week_keep_closer():
    case = changed("two-rivals", {"switches.judgement": False})
    half = measures(case.changed({"war.step": 0.5}))
    assert outside(half, measures(case), SURE_HALF_STEP) == {}


def test_a_rate_that_forgets_the_step_would_be_noticed():
    # Half steps without halving the rate at which people die: the bands are narrow enough.
    case = SHIPPED["gaza-2023"]
    forgotten = {"belligerent.israel.lethality": 2.0 * 2530.0, "war.step": 0.5}
    wrong = measures(case.changed(forgotten))
    assert "mean.deaths_second" in outside(wrong, measures(case), HALF_STEP["gaza-2023"])


NARROW = {"share": 0.01, "mean": 0.02}
"""How far numbers of 32 bits may move the main measures."""


def test_numbers_of_32_bits_keep_the_main_measures_within_bands():
    # In a process of its own, as the width is read when the model is imported; the rules are
    # compiled for it once, which takes a minute or two.
    narrow = subprocess.run(
        [sys.executable, str(HERE / "main_measures.py")],
        cwd=HERE.parent,
        env={
            **os.environ,
            "CEASEFIRE_FLOAT_WIDTH": "32",
            "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)]),
        },
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert narrow.returncode == 0, narrow.stderr
    told = json.loads(narrow.stdout)
    assert told["width"] == 32
    for name, case in SHIPPED.items():
        wide = measures(case)
        assert outside(told["measures"][name], wide, NARROW) == {}, name
        # It is another arithmetic: something differs in its digits.
        assert told["measures"][name] != wide
