"""Effects and verdicts on made-up sums: each verdict can be reached, and none by mistake."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ceasefire.experiments.claims.effects import Estimate
from ceasefire.experiments.claims.estimate import best_split, effect_by_set, estimate
from ceasefire.experiments.claims.measures import KINDS
from ceasefire.experiments.claims.tables import Claim
from ceasefire.experiments.claims.verdict import claim_probability, turning_point, verdict
from ceasefire.experiments.statistics.differences import adjusted

SETS = 60


def made(effects, expected="+", band=0.05, errors=0.001, **more):
    effects = list(np.asarray(effects, dtype=float))
    return Estimate("e", "m", expected, band, effects, [errors] * len(effects), **more)


def spread(mean, scale=0.01, count=SETS, seed=1):
    return mean + scale * np.random.default_rng(seed).standard_normal(count)


def claim(kind="deal", **effect):
    measure = {"kind": kind, "side": "israel", "text": "t", "weeks": [3], "from": 0, "to": 3}
    whole = {"measure": "m", "of": {"a": 1, "b": -1}, "expected": "+", "band": 0.05, **effect}
    table = {
        "id": "C66",
        "who": "w",
        "claim": "c",
        "question": 1,
        "status": "tested",
        "arms": {"a": [], "b": []},
        "measures": {"m": measure, "n": {**measure, "kind": "accepts"}},
        "effects": [whole],
    }
    return Claim.model_validate(table, strict=False)


def sums(values, of=10.0, groups=10, kind="deal", part=""):
    """Sums of which a part is ``values``, in equal groups."""
    values, names = np.asarray(values, dtype=float), KINDS[kind].names
    top, bottom = KINDS[kind].parts[part]
    whole = np.zeros((len(values), groups, len(names)))
    whole[..., names.index(top)] = values[:, np.newaxis] * of
    whole[..., names.index(bottom)] = of
    return whole


@pytest.mark.parametrize(
    ("effects", "expected", "reading", "said"),
    [
        (spread(0.2), "+", "as expected", "supported"),
        (spread(0.2), "-", "opposite", "contradicted"),
        (spread(-0.2), "-", "as expected", "supported"),
        (spread(-0.2), "+", "opposite", "contradicted"),
        (spread(0.01, 0.005), "0", "as expected", "supported"),
        (spread(0.2), "0", "opposite", "contradicted"),
        (spread(-0.2), "0", "opposite", "contradicted"),
        (np.zeros(SETS), "+", "none", "no effect"),
        (spread(0.0, 0.1), "+", "depends", "unclear"),
        (spread(0.05, 0.1), "0", "depends", "unclear"),
        ([math.nan] * SETS, "+", "no run to tell", "unclear"),
    ],
)
def test_every_reading_and_verdict_can_be_reached(effects, expected, reading, said):
    one = made(effects, expected)
    assert one.reading == reading
    assert verdict("tested", [one], claim_probability([one])) == said


def test_nine_in_ten_sets_must_show_it():
    nearly = np.full(SETS, 0.2)
    nearly[:6] = -0.05
    assert made(nearly).reading == "as expected"
    nearly[6] = -0.05
    assert made(nearly).reading == "depends"


def test_intervals_over_runs_and_over_sets_must_both_be_clear():
    assert made(spread(0.2), errors=0.001).reading == "as expected"
    assert made(spread(0.2), errors=2.0).reading == "unclear"
    few = made([0.2, 0.01, 0.02])
    assert few.holds == 1.0
    assert few.over_sets[0] < 0.0 < few.over_runs[0]
    assert few.reading == "unclear"


def test_a_single_set_is_judged_by_its_runs():
    one = made([0.2], errors=0.01)
    assert one.over_sets is None
    assert one.over_runs == pytest.approx((0.2 - 0.0196, 0.2 + 0.0196), abs=1e-4)
    assert one.reading == "as expected"
    assert made([0.2], errors=0.2).reading == "unclear"


def test_assumed_and_fitted_are_never_called_supported():
    for status in ("assumed", "fitted", "not testable"):
        assert verdict(status, [made(spread(0.2))], 0.0) == status


def test_supported_needs_the_corrected_probability():
    assert verdict("tested", [made(spread(0.2))], 0.06) == "unclear"
    assert verdict("tested", [made(spread(-0.2))], 0.06) == "unclear"


def test_several_effects_all_have_to_hold():
    good, bad, none = made(spread(0.2)), made(spread(-0.2)), made(np.zeros(SETS))
    assert verdict("tested", [good, good], 0.0) == "supported"
    assert verdict("tested", [good, bad], 0.0) == "in part"
    assert verdict("tested", [good, none], 0.0) == "in part"
    assert verdict("tested", [bad, bad], 0.0) == "contradicted"
    told = made(spread(-0.2), "reported")
    assert verdict("tested", [good, told], 0.0) == "supported"
    assert verdict("tested", [told], 0.0) == "reported"
    weak = made(spread(0.02, 0.1))
    assert claim_probability([good, weak, told]) == weak.probability
    assert claim_probability([told]) == 1.0


def test_margin_only_is_said():
    one = made(spread(0.2), instead=True)
    assert verdict("tested", [one], 0.0) == "supported, margin only"
    assert verdict("tested", [one, made(spread(0.2))], 0.0) == "supported"
    assert verdict("tested", [one, made(spread(0.2), "reported")], 0.0) == "supported, margin only"
    assert verdict("tested", [made(spread(-0.2), instead=True)], 0.0) == (
        "contradicted, margin only"
    )


def test_conditional_names_the_parameter_and_where_it_flips():
    generator = np.random.default_rng(3)
    sets = pd.DataFrame(generator.random((SETS, 5)), columns=list("vwxyz"))
    sets["fixed"] = 1.0
    effects = np.where(sets["x"] > 0.6, 0.2, -0.1)
    one = made(effects)
    one.split = best_split(sets, effects, one)
    assert one.split.name == "x"
    assert one.split.above
    assert one.split.value == pytest.approx(0.6, abs=0.05)
    assert one.split.separation == 1.0
    assert one.split.chance == 0.0
    assert verdict("tested", [one], 0.5) == "conditional"
    below = best_split(sets, -effects, made(-effects))
    assert (below.name, below.above) == ("x", False)


def test_noise_has_no_condition():
    generator = np.random.default_rng(4)
    sets = pd.DataFrame(generator.random((SETS, 5)))
    effects = generator.standard_normal(SETS)
    one = made(effects)
    one.split = best_split(sets, effects, one)
    assert one.split.chance > 0.05
    assert verdict("tested", [one], 0.5) == "unclear"
    assert best_split(sets[:10], effects[:10], made(effects[:10])) is None


def test_effects_are_differences_of_ratios_and_errors_a_jackknife():
    generator = np.random.default_rng(5)
    first, second = sums([0.6]), sums([0.5])
    first[0, :, 0] += generator.standard_normal(10)
    second[0, :, 0] += generator.standard_normal(10)
    found = claim()
    effects, errors = effect_by_set(
        found, found.effects[0], "m", {("a", "m"): first, ("b", "m"): second}
    )
    by_group = (first[0, :, 0] - second[0, :, 0]) / 10.0
    assert effects == pytest.approx(by_group.mean())
    # Of a mean the jackknife's error is the usual one.
    assert errors == pytest.approx(by_group.std(ddof=1) / math.sqrt(10))


def test_what_is_compared_with_and_other_measures_count():
    found = claim(of={"a": 2, "b/n": -1}, against=0.25)
    other = sums([0.5], kind="accepts")
    arms = {("a", "m"): sums([0.6]), ("b", "m"): sums([9.0]), ("b", "n"): other}
    effects, errors = effect_by_set(found, found.effects[0], "m", arms)
    assert effects == pytest.approx(2 * 0.6 - 0.5 - 0.25)
    assert errors == pytest.approx(0.0, abs=1e-12)


def test_equal_arms_have_no_effect_at_all():
    same = sums(spread(0.3))
    one = estimate(claim(), claim().effects[0], {("a", "m"): same, ("b", "m"): same.copy()}, None)
    assert one.effects == [0.0] * SETS
    assert one.errors == [0.0] * SETS


def accepting(probability, margin):
    whole = sums(np.full(SETS, probability), kind="accepts")
    place = KINDS["accepts"].names.index("margin")
    whole[..., place] = np.asarray(margin)[:, np.newaxis] * 10.0
    return whole


@pytest.mark.parametrize("stuck", [0.0, 0.004, 0.996, 1.0])
def test_a_stuck_probability_gives_way_to_the_margin(stuck):
    found = claim("accepts")
    arms = {("a", "m"): accepting(stuck, spread(-0.5)), ("b", "m"): accepting(stuck, spread(-0.9))}
    one = estimate(found, found.effects[0], arms, None)
    assert one.instead
    assert one.measure == "m.margin"
    assert one.mean == pytest.approx(0.4)


def test_other_sets_are_judged_by_the_same_measure():
    found = claim("accepts")
    stuck = {("a", "m"): accepting(0.0, spread(-0.5)), ("b", "m"): accepting(0.0, spread(-0.9))}
    moving = {("a", "m"): accepting(0.3, spread(-0.5)), ("b", "m"): accepting(0.0, spread(-0.9))}
    first = estimate(found, found.effects[0], stuck, None)
    assert estimate(found, found.effects[0], moving, None, first).measure == "m.margin"
    other = estimate(found, found.effects[0], moving, None)
    assert estimate(found, found.effects[0], stuck, None, other).measure == "m"


def test_a_probability_that_moves_is_kept_with_its_margin_beside():
    found = claim("accepts")
    arms = {("a", "m"): accepting(0.2, spread(-0.5)), ("b", "m"): accepting(0.0, spread(-0.9))}
    one = estimate(found, found.effects[0], arms, None)
    assert (one.instead, one.measure) == (False, "m")
    assert one.mean == pytest.approx(0.2)
    assert one.beside.measure == "m.margin"
    assert one.beside.mean == pytest.approx(0.4)


def test_effects_too_small_for_a_probability_are_none():
    found = claim("deal")
    arms = {("a", "m"): sums(np.full(SETS, 0.503)), ("b", "m"): sums(np.full(SETS, 0.5))}
    assert estimate(found, found.effects[0], arms, None).reading == "none"


def test_sets_in_which_nothing_counted_are_left_out():
    few = sums(np.full(SETS, 0.4))
    few[:10] = 0.0
    one = estimate(
        claim(), claim().effects[0], {("a", "m"): few, ("b", "m"): sums(np.full(SETS, 0.1))}, None
    )
    assert len(one.known) == SETS - 10
    assert one.mean == pytest.approx(0.3)


def test_probabilities_and_their_correction():
    raw = [made(spread(mean, 0.1)).probability for mean in (0.0, 0.02, 0.2)]
    assert raw[0] > raw[1] > raw[2]
    same = stats.ttest_1samp(spread(0.02, 0.1), 0.0).pvalue
    assert raw[1] == pytest.approx(same)
    assert adjusted(np.array([0.01, 0.04, 0.03])) == pytest.approx([0.03, 0.04, 0.04])
    assert adjusted(np.array([])).tolist() == []
    assert adjusted(np.array([0.01, math.nan])).tolist()[0] == 0.01
    assert made(spread(0.0, 0.02), "0").probability < 0.001
    assert made(spread(0.05, 0.02), "0").probability > 0.05
    assert made(np.full(9, 0.2), errors=0.0).probability == 0.0
    assert made([math.nan]).probability == 1.0


def test_slight_effects_are_said_to_be():
    assert made(spread(0.03, 0.001)).slight
    assert not made(spread(0.2)).slight
    assert not made(spread(0.01), "0").slight


@pytest.mark.parametrize(
    ("values", "level", "at"),
    [
        ([-1.0, -0.5, 0.5], 0.0, 0.375),
        ([-1.0, -0.5, -0.1], 0.0, None),
        ([0.9, 0.1, 0.0], 0.5, 0.125),
        ([-1.0, 0.0, 0.0], 0.0, 0.25),
    ],
)
def test_doses_turn_where_they_pass_the_level(values, level, at):
    found = turning_point([0.0, 0.25, 0.5], values, level)
    assert found == (pytest.approx(at) if at is not None else None)
