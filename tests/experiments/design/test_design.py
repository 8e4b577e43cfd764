"""Designs: what they lay out, what they do to a case, and what is refused."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceasefire.experiments.design.design import design_of, load_design, shipped_designs
from ceasefire.experiments.design.in_words import dimensions_of
from ceasefire.experiments.design.parameter_sets import fitted_sets
from ceasefire.experiments.design.sampling import SAMPLERS
from ceasefire.model.case.case import CaseError, load_case

CASE = load_case("gaza-2023")
RESOLVE = {"name": "resolve", "names": ["patron.usa.resolve"]}
WITHHELD = {"name": "withheld", "names": ["patronage.usa-israel.withheld"]}
FAR_RIGHT = ("party.religious-zionism.tolerance", "party.otzma-yehudit.tolerance")


def made(*dimensions, **more):
    table = {"name": "a-test", "title": "A test", "dimension": list(dimensions)}
    return design_of({**table, **more})


def setup(design, **values):
    (point,) = (one for one in design.points if dict(one.values) == values)
    return design.setup(point)


@pytest.mark.parametrize("name", shipped_designs())
def test_every_point_of_a_shipped_design_makes_sense(name):
    design = load_design(name)
    assert design.question
    for point in design.points:
        design.setup(point)


def test_a_grid_has_every_combination_in_order():
    design = made(
        {**RESOLVE, "low": 0.0, "high": 0.3, "steps": 4}, {**WITHHELD, "values": [0, 1.0]}
    )
    assert [tuple(point.values.values()) for point in design.points] == [
        (resolve, withheld) for resolve in (0.0, 0.1, 0.2, 0.3) for withheld in (0, 1.0)
    ]
    assert [point.number for point in design.points] == list(range(8))


def test_a_list_has_the_points_it_names():
    points = [{"resolve": 0.1, "withheld": 1}, {"resolve": 0.9, "withheld": 0}]
    design = made(
        {**RESOLVE, "low": 0, "high": 1}, {**WITHHELD, "values": [0, 1]}, plan="list", points=points
    )
    assert [dict(point.values) for point in design.points] == points


@given(st.sampled_from(sorted(SAMPLERS)), st.integers(0, 5), st.integers(2, 5))
def test_samples_stay_within_their_ranges_and_follow_their_seed(plan, seed, dimensions):
    shares = SAMPLERS[plan](dimensions, 8, seed)
    assert shares.shape[1] == dimensions
    assert shares.min() >= 0.0
    assert shares.max() <= 1.0
    np.testing.assert_array_equal(shares, SAMPLERS[plan](dimensions, 8, seed))


def test_a_latin_hypercube_has_one_point_in_every_slice():
    design = made({**RESOLVE, "low": 0, "high": 1}, {**WITHHELD, "low": 0.5, "high": 1.0},
                  plan="latin hypercube", size=10)  # fmt: skip
    for name, low, width in (("resolve", 0.0, 0.1), ("withheld", 0.5, 0.05)):
        places = [math.floor((point.values[name] - low) / width) for point in design.points]
        assert sorted(places) == list(range(10))


def test_trajectories_move_one_dimension_at_a_time():
    design = made({**RESOLVE, "low": 0, "high": 1}, {**WITHHELD, "low": 0, "high": 1},
                  plan="morris", size=3)  # fmt: skip
    rows = np.array([list(point.values.values()) for point in design.points]).reshape(3, 3, 2)
    assert ((np.diff(rows, axis=1) != 0.0).sum(axis=2) == 1).all()


def test_sampled_choices_and_whole_numbers_take_admissible_values():
    net = {"name": "net", "names": ["party.yesh-atid.net_offer"], "values": [False, True]}
    audiences = {"name": "audiences", "names": ["belligerent.israel.audiences"]}
    design = made(net, {**audiences, "low": 1, "high": 4}, plan="sobol sequence", size=32)
    assert {point.values["net"] for point in design.points} == {False, True}
    for point in design.points:
        design.setup(point)


def test_a_range_on_a_logarithmic_scale_is_sampled_evenly_in_logarithms():
    design = made({"name": "rate", "names": ["talks.ripe_rate"], "low": 0.1, "high": 10.0,
                   "scale": "log"}, plan="latin hypercube", size=50)  # fmt: skip
    below = sum(point.values["rate"] < 1.0 for point in design.points)
    assert below == 25


def test_set_gives_all_sets_one_value_and_add_gives_each_its_own():
    tolerance = {"name": "tolerance", "names": list(FAR_RIGHT), "values": [0.0, 0.5]}
    alike = setup(made(tolerance), tolerance=0.5)
    assert FAR_RIGHT[0] not in alike.draw.values
    assert alike.case.settings[FAR_RIGHT[0]].value == 0.5
    more = setup(made({**tolerance, "change": "add"}), tolerance=0.5)
    own = fitted_sets(CASE)[FAR_RIGHT[0]].to_numpy()
    high = CASE.settings[FAR_RIGHT[0]].high
    np.testing.assert_allclose(more.draw.values[FAR_RIGHT[0]], np.minimum(own + 0.5, high))


def test_times_keeps_within_the_admissible_range():
    design = made({"name": "memory", "names": ["belligerent.hamas.memory_weight"],
                   "change": "times", "values": [1, 1000]})  # fmt: skip
    values = setup(design, memory=1000).draw.values["belligerent.hamas.memory_weight"]
    assert values.max() <= CASE.settings["belligerent.hamas.memory_weight"].high


def events_of(case, key):
    return [(event.week, event.value) for event in case.events if event.key == key]


def test_a_value_held_from_a_week_wins_over_the_events_of_the_case():
    key = WITHHELD["names"][0]
    assert events_of(CASE, key) == [(30, 0.05)]
    held = setup(made({**WITHHELD, "values": [0.4], "from": 8}), withheld=0.4)
    assert events_of(held.case, key) == [(8, 0.4)]
    assert held.case.settings[key].value == CASE.settings[key].value


@pytest.mark.parametrize(("until", "back"), [(20, 0.0), (40, 0.05)])
def test_when_it_ends_the_value_that_the_case_would_have_comes_back(until, back):
    key = WITHHELD["names"][0]
    held = setup(made({**WITHHELD, "values": [0.4], "from": 8, "to": until}), withheld=0.4)
    expected = [(8, 0.4), (until, back)]
    assert events_of(held.case, key) == expected + ([(30, 0.05)] if until < 30 else [])


def test_start_and_length_vary_the_weeks_of_another_dimension():
    design = made(
        {**WITHHELD, "values": [0.4], "from": 8},
        {"name": "begin", "change": "start", "names": ["withheld"], "values": [10]},
        {"name": "kept_up", "change": "length", "names": ["withheld"], "values": [5]},
    )
    held = setup(design, withheld=0.4, begin=10, kept_up=5)
    assert events_of(held.case, WITHHELD["names"][0]) == [(10, 0.4), (15, 0.0), (30, 0.05)]


def test_what_differs_from_set_to_set_cannot_come_back():
    believed = {"name": "believed", "names": ["patronage.usa-israel.believed_resolve"]}
    design = made({**believed, "values": [1.0], "from": 8, "to": 20})
    with pytest.raises(CaseError, match="differs from run to run"):
        setup(design, believed=1.0)


def test_events_can_be_moved_together():
    names = ["belligerent.israel.effort@30", "belligerent.hamas.effort@30"]
    design = made({"name": "rafah", "change": "move", "names": names, "values": [26, 34.0]})
    for key in ("belligerent.israel.effort", "belligerent.hamas.effort"):
        before, after = events_of(CASE, key), events_of(setup(design, rafah=34.0).case, key)
        value = dict(before)[30]
        assert (34.0, value) in after
        assert sorted([*after, (30, value)]) == sorted([*before, (34.0, value)])


def test_bundles_of_settings_can_be_chosen():
    choices = {"none": {}, "no memory": {"switches.memory": False, "patron.usa.resolve": 1}}
    design = made({"name": "push", "change": "choose", "choices": choices})
    assert setup(design, push="none").case == CASE
    changed = setup(design, push="no memory").case
    assert changed.settings["switches.memory"].value is False
    assert changed.settings["patron.usa.resolve"].value == 1


def test_the_sets_that_fit_can_be_a_dimension():
    design = made({"name": "parameter_set", "change": "parameter set", "values": [3, 7]})
    found = setup(design, parameter_set=7)
    assert found.draw.sets.tolist() == [7]
    assert {len(values) for values in found.draw.values.values()} == {1}
    name = FAR_RIGHT[0]
    assert found.draw.values[name][0] == fitted_sets(CASE).loc[7, name]
    every = made({"name": "parameter_set", "change": "parameter set"})
    assert len(every.points) == len(fitted_sets(CASE))


def test_independent_seeds_start_with_the_same_set():
    design = made({**RESOLVE, "values": [0.0, 1.0]}, seeds="independent", first_seed=5)
    firsts = [design.first_seed_of(point) for point in (0, 1)]
    assert firsts[0] == 5
    assert firsts[1] - firsts[0] >= 10**9
    assert (firsts[1] - firsts[0]) % len(design.draw.sets) == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"plann": "grid"}, "plann: found an unknown key.*did you mean .plan."),
        ({"plan": "gird"}, "plan: found 'gird'.*did you mean 'grid'"),
        ({"outcome": "peace"}, "outcome: found 'peace'; allowed: permanent ceasefire"),
        ({"runs": 0}, "runs: found 0"),
        ({"runs": "many"}, "runs: found 'many'"),
        ({"dimension": []}, "dimension: found none"),
        ({"dimension": [RESOLVE]}, "neither values nor a range"),
        ({"dimension": [{**RESOLVE, "values": [2]}]}, "patron.usa.resolve: found 2; allowed: .*1"),
        ({"dimension": [{**RESOLVE, "names": ["patron.usa.resolv"], "values": [1]}]}, "did you"),
        ({"dimension": [{**RESOLVE, "low": 1, "high": 0}]}, "low: found 1.*below 0"),
        ({"dimension": [{**RESOLVE, "low": 0, "high": 1}]}, "steps: found nothing"),
        ({"dimension": [{**RESOLVE, "values": [1], "to": 5}]}, "after `from`"),
        ({"dimension": [{**RESOLVE, "values": [1, 1]}]}, "found one twice"),
        ({"dimension": [{**RESOLVE, "name": "seed", "values": [1]}]}, "'seed'"),
        ({"dimension": [{**RESOLVE, "values": [0]}] * 2}, "'resolve' twice"),
        ({"dimension": [{"name": "e", "change": "move", "names": ["a@3"], "values": [1]}]}, "a@3"),
        ({"dimension": [{"name": "w", "change": "start", "names": ["x"], "values": [1]}]}, "'x'"),
        ({"dimension": [{"name": "c", "change": "choose"}]}, "choices: found nothing"),
        ({"plan": "list", "points": [{"resolve": 1, "x": 2}]}, "points 1.x: found no such"),
        ({"plan": "sobol sequence", "size": 6}, "size: found 6; allowed: a power of two"),
        ({"plan": "morris"}, "size: found 0"),
        ({"dimension": [{**RESOLVE, "values": [0], "change": "times", "from": 3}]}, "from"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(change, said):
    with pytest.raises(CaseError, match=said):
        made(**{"dimension": [{**RESOLVE, "values": [0, 1.0]}], **change})


def test_a_grid_that_is_too_large_is_refused_before_it_is_laid_out():
    wide = [{**RESOLVE, "name": f"d{i}", "low": 0, "high": 1, "steps": 1000} for i in range(4)]
    with pytest.raises(CaseError, match="a grid of 1,000,000,000,000 points"):
        made(*wide)


def test_files_that_are_no_designs_are_refused(tmp_path):
    with pytest.raises(CaseError, match="did you mean 'burst-and-sustained'"):
        load_design("burst-and-sustain")
    with pytest.raises(CaseError, match="found no such file"):
        load_design(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("name = [", encoding="utf-8")
    with pytest.raises(CaseError, match="allowed: TOML"):
        load_design(tmp_path / "bad.toml")


def test_a_design_file_may_name_a_case_beside_it(tmp_path):
    load_case("two-rivals").write(tmp_path / "mine.toml")
    text = 'name = "d"\ntitle = "D"\ncase = "mine.toml"\n[[dimension]]\nname = "h"\n'
    text += 'names = ["belligerent.north.hostility"]\nvalues = [0.2, 0.8]\n'
    (tmp_path / "design.toml").write_text(text, encoding="utf-8")
    assert load_design(tmp_path / "design.toml").case.name == "two-rivals"


@pytest.mark.parametrize(
    ("word", "entry"),
    [
        ("patron.usa.resolve=0:1:11", {"low": 0, "high": 1, "steps": 11, "change": "set"}),
        ("patron.usa.resolve=0:1", {"low": 0, "high": 1}),
        ("patron.usa.resolve=0.1,0.5", {"values": [0.1, 0.5], "name": "patron_usa_resolve"}),
        ("party.shas.tolerance+=1,2", {"change": "add", "values": [1, 2]}),
        ("party.shas.tolerance*=1,2", {"change": "times"}),
        ("switches.memory=yes,no", {"values": [True, False]}),
        ("patronage.usa-israel.withheld@8=0,1", {"from": 8.0}),
        ("patronage.usa-israel.withheld@8-20=0,1", {"from": 8.0, "to": 20.0}),
        ("move:party.national-unity.net_offer@35=20,30", {"change": "move", "values": [20, 30]}),
        ("parameter_set=1,2", {"change": "parameter set", "values": [1, 2]}),
        ("parameter_set=all", {"change": "parameter set"}),
    ],
)
def test_dimensions_in_words(word, entry):
    (found,) = dimensions_of([word])
    assert found | entry == found
    made(found, plan="grid" if "values" in found or "steps" in found or "all" in word else "morris",
         size=0 if "values" in found or "steps" in found or "all" in word else 4)  # fmt: skip


@pytest.mark.parametrize("word", ["resolve", "=1", "x=", "x=1:b:3", "x=1:2:3:4", "x=1,,2"])
def test_words_that_say_nothing_are_refused(word):
    with pytest.raises(CaseError, match="--vary"):
        dimensions_of([word])
