"""Sensitivity: indices that are known are found, chance is told apart, and gaps are refused."""

import dataclasses
import json
import sys

import numpy as np
import pandas as pd
import pytest

from ceasefire.experiments.commands.studies import levers_of
from ceasefire.experiments.design.design import design_of, load_design
from ceasefire.experiments.design.outcomes import outcomes
from ceasefire.experiments.design.sampling import morris, saltelli
from ceasefire.experiments.sensitivity.analysis import sensitivity
from ceasefire.experiments.sensitivity.indices import (
    SEED,
    Means,
    check_means,
    elementary_effects,
    global_state_kept,
    noise_by_lever,
    shares_of,
    sobol_indices,
)
from ceasefire.experiments.sensitivity.plans import (
    Effort,
    Running,
    Source,
    named_levers,
    settings_words,
)
from ceasefire.experiments.sensitivity.report import report_of
from ceasefire.experiments.sensitivity.words import no_more_than_chance, noise_words
from ceasefire.experiments.style.markdown import plain_text
from ceasefire.experiments.style.published import publish
from ceasefire.experiments.style.refusals import RefusedError

LEVERS = [
    {"name": "noise", "names": ["war.toll_noise"], "low": 0.0, "high": 1.0},
    {"name": "hazard", "names": ["war.regional_hazard"], "low": 0.0, "high": 0.1},
]


def design(**changes):
    table = {
        "name": "two",
        "title": "Two levers",
        "case": "gaza-2023",
        "central": True,
        "plan": "morris",
        "size": 3,
        "runs": 4,
        "outcome": "regional war",
        "dimension": LEVERS,
    }
    return design_of({**table, **changes})


@pytest.fixture
def chief():
    return outcomes(design().case)["regional war"]


def ishigami(shares):
    """The function of Ishigami and Homma (1990), with a = 7 and b = 0.1."""
    x = np.pi * (2.0 * shares - 1.0)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_sobol_indices_of_ishigami():
    found = sobol_indices(ishigami(saltelli(3, 2048, 1)), ["a", "b", "c"]).set_index("lever")
    assert found["S1"].to_dict() == pytest.approx({"a": 0.314, "b": 0.442, "c": 0.0}, abs=0.03)
    assert found["ST"].to_dict() == pytest.approx({"a": 0.558, "b": 0.442, "c": 0.244}, abs=0.03)
    assert found["rank"].to_dict() == {"a": 1, "b": 2, "c": 3}
    assert ((found["ST_conf"] > 0.0) & (found["ST_conf"] < 0.1)).all()


def test_elementary_effects_of_a_line():
    shares = morris(3, 12, 1)
    means = shares @ np.array([3.0, -2.0, 0.0]) + 5.0
    found = elementary_effects(shares, means, ["a", "b", "c"]).set_index("lever")
    assert found["mu_star"].to_dict() == pytest.approx({"a": 3.0, "b": 2.0, "c": 0.0})
    assert found["mu"].to_dict() == pytest.approx({"a": 3.0, "b": -2.0, "c": 0.0})
    assert found["sigma"].to_list() == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
    assert found.index.tolist() == ["a", "b", "c"]
    assert found["noise"].isna().all()


def test_levers_that_work_together_have_a_sigma():
    shares = morris(2, 30, 2)
    found = elementary_effects(shares, shares[:, 0] * shares[:, 1], ["a", "b"])
    assert (found["sigma"] > 0.1).all()


def test_chance_alone_gives_the_mu_star_that_is_expected_of_it():
    shares = morris(4, 400, 3)
    random = np.random.default_rng(5)
    error = 0.3
    means = random.normal(0.0, error, len(shares))
    # Two independent means differ with the root of two times their own error.
    steps = np.full(len(shares) - 1, error * np.sqrt(2.0))
    found = elementary_effects(shares, means, list("abcd"), steps)
    assert found["mu_star"].to_numpy() == pytest.approx(found["noise"].to_numpy(), rel=0.15)
    assert noise_by_lever(shares, steps) == pytest.approx(
        np.full(4, np.sqrt(2.0 / np.pi) * error * np.sqrt(2.0) / (2.0 / 3.0))
    )


def test_a_lever_within_chance_is_said_to_be():
    table = pd.DataFrame(
        {"mu_star": [0.5, 0.2, 0.0], "mu_star_conf": [0.1, 0.1, 0.0], "noise": [0.2, 0.15, np.nan]}
    )
    assert no_more_than_chance(table).tolist() == [False, True, True]


def test_noise_is_the_share_of_chance_in_the_variance_of_means(chief):
    random = np.random.default_rng(7)
    truth = random.normal(0.0, 1.0, 4000)
    runs, spread = 25, 5.0
    mean = truth + random.normal(0.0, spread / np.sqrt(runs), len(truth))
    found = Means(chief, mean, np.full(len(truth), spread**2), np.full(len(truth), runs))
    # The variance is 1 of the levers and 1 of chance.
    assert found.noise == pytest.approx(0.5, abs=0.05)


def test_noise_of_means_that_are_all_alike_is_not_known(chief):
    assert np.isnan(Means(chief, np.ones(5), np.ones(5), np.ones(5)).noise)


def test_noise_is_an_upper_bound_where_points_share_seeds():
    assert "at most 11.8 % is noise of 250 runs a point" in noise_words(0.118, 250, True)
    assert "points 11.8 % is noise" in noise_words(0.118, 250, False)


def test_means_that_are_all_alike_have_no_indices():
    found = sobol_indices(np.full(16, 0.25), ["a", "b"])
    assert found[["S1", "ST"]].isna().all(axis=None)


def test_a_rare_outcome_does_not_warn():
    means = np.zeros(32 * 4)
    means[5] = 0.1
    found = sobol_indices(means, ["a", "b"])
    assert np.isfinite(found["ST"]).all()


@pytest.mark.parametrize(
    ("gaps", "words"), [([4], "at point 4 (noise = "), ([1, 2, 3, 5], "and 1 oth")]
)
def test_a_point_without_a_mean_is_named(chief, gaps, words):
    plan = design()
    mean = np.linspace(0.0, 1.0, len(plan.points))
    mean[gaps] = np.nan
    with pytest.raises(RefusedError) as refused:
        check_means(Means(chief, mean, np.zeros_like(mean), np.ones_like(mean)), plan)
    assert words in str(refused.value)
    assert "regional war" in str(refused.value)


def test_a_point_without_runs_and_a_missing_point_are_refused(chief):
    plan = design()
    runs = np.ones(len(plan.points))
    mean = np.zeros(len(plan.points))
    check_means(Means(chief, mean, mean, runs), plan)
    with pytest.raises(RefusedError, match="at point 0"):
        check_means(Means(chief, mean, mean, np.r_[0.0, runs[1:]]), plan)
    with pytest.raises(RefusedError, match="found means of 8 points"):
        check_means(Means(chief, mean[1:], mean[1:], runs[1:]), plan)


def global_state():
    return [np.asarray(part).tolist() for part in np.random.get_state()]  # noqa: NPY002


def test_the_global_seed_is_untouched(monkeypatch):
    from SALib.analyze import morris as analyser

    real = analyser.analyze

    def resetting(*args, **more):
        np.random.seed(1)  # noqa: NPY002
        return real(*args, **more)

    monkeypatch.setattr(analyser, "analyze", resetting)
    before = global_state()
    shares = morris(2, 4, 1)
    elementary_effects(shares, shares[:, 0], ["a", "b"])
    sobol_indices(saltelli(2, 8, 1)[:, 0], ["a", "b"])
    assert global_state() == before


def test_the_global_seed_is_untouched_by_what_fails():
    before = global_state()

    def fail():
        with global_state_kept():
            np.random.seed(2)  # noqa: NPY002
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert global_state() == before


def test_intervals_do_not_depend_on_the_global_seed():
    means = ishigami(saltelli(3, 64, 1))
    assert SEED > 0
    np.random.seed(3)  # noqa: NPY002
    first = sobol_indices(means, list("abc"))
    np.random.seed(4)  # noqa: NPY002
    pd.testing.assert_frame_equal(sobol_indices(means, list("abc")), first)


def test_points_that_are_not_where_the_sampler_puts_them_are_refused():
    plan = design()
    assert shares_of(plan).shape == (9, 2)
    moved = dataclasses.replace(plan.points[2], values={"noise": 0.123, "hazard": 0.0})
    wrong = dataclasses.replace(plan, points=(*plan.points[:2], moved, *plan.points[3:]))
    with pytest.raises(RefusedError, match="point 2 is not where the installed SALib puts it"):
        shares_of(wrong)


def test_a_grid_becomes_a_sample_of_its_ranges():
    table = {**LEVERS[0], "steps": 11}
    source = Source(design(plan="grid", size=0, dimension=[table, {**LEVERS[1], "steps": 3}]))
    plan = source.plan("saltelli", 4, 7, ["hazard"])
    assert [one.name for one in plan.dimensions] == ["hazard"]
    assert plan.dimensions[0].sampled
    assert (len(plan.points), plan.runs) == (4 * 3, 7)


def test_levers_are_named_counted_or_all():
    plan = design()
    assert named_levers(3, plan) == ()
    assert named_levers("all", plan) == ("noise", "hazard")
    assert named_levers(["hazard", "noise"], plan) == ("noise", "hazard")
    assert named_levers("hazard", plan) == ("hazard",)
    for wrong in (0, "hazrd", []):
        with pytest.raises(RefusedError, match="levers: found"):
            named_levers(wrong, plan)


def test_what_cannot_be_done_is_refused_before_anything_is_run(tmp_path, monkeypatch):
    with pytest.raises(RefusedError, match="steps: found 'moris'; allowed: morris"):
        sensitivity(design(), Running(out=tmp_path), steps=["moris"])
    monkeypatch.setitem(sys.modules, "SALib", None)
    with pytest.raises(RefusedError, match=r"pip install 'ceasefire\[sensitivity\]'"):
        sensitivity(design(), Running(out=tmp_path))
    assert not list(tmp_path.iterdir())


def test_the_shipped_levers_make_sense():
    plan = load_design("levers", size=2)
    assert len(plan.points) == 2 * (len(plan.dimensions) + 1)
    for share in (0.0, 1.0):
        values = {one.name: one.at(share) for one in plan.dimensions}
        plan.setup(dataclasses.replace(plan.points[0], values=values))


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    out = tmp_path_factory.mktemp("sensitivity")
    effort = Effort(runs=6, trajectories=2, base=4, points=20)
    plan = design(weeks=16, runs=6)
    return (
        out,
        plan,
        effort,
        sensitivity(plan, Running(out=out), effort=effort, levers="all", numbers=["rounds"]),
    )


def test_from_a_design_to_tables(small):
    _, plan, _, found = small
    assert found.outcome.name == "regional war"
    assert set(found.morris["lever"]) == set(found.sobol["lever"]) == {"noise", "hazard"}
    assert found.morris["outcome"].iloc[0] == "regional war"
    assert "rounds" in set(found.morris["outcome"])
    # Only the hazard of a regional war moves it.
    effects = found.morris[found.morris["outcome"] == "regional war"].set_index("lever")
    assert effects.loc["hazard", "mu"] > effects.loc["noise", "mu_star"]
    assert found.settings == settings_words(plan)
    assert "up to week 16" in found.verdicts[-1]
    assert any("is noise of 6 runs a point" in words for words in found.verdicts)


def test_the_same_call_again_runs_nothing(small):
    out, plan, effort, found = small
    done = []
    running = Running(out=out, report=lambda p: done.append(p.now))
    again = sensitivity(plan, running, effort=effort, levers="all")
    assert set(done) == {0}
    own = found.morris[found.morris["outcome"] != "rounds"]
    pd.testing.assert_frame_equal(again.morris, own.reset_index(drop=True))


def test_it_is_written_down(small, tmp_path):
    found = small[3]
    report = report_of(found)
    files = {path.name for path in publish(report, tmp_path, facts="sensitivity")}
    assert {"morris.csv", "morris.parquet", "sobol.csv", "morris.svg", "report.md"} <= files
    assert all((tmp_path / name).stat().st_size for name in files)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "morris.parquet"), found.morris)
    facts = json.loads((tmp_path / "sensitivity.json").read_text(encoding="utf-8"))
    assert facts == json.loads(report.to_json())
    told = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "It is no forecast." in told
    assert all(plain_text(words) in told for words in found.verdicts)


def test_boxes_can_be_looked_for_in_the_independent_points_of_the_sobol_sample(tmp_path):
    plan = design(weeks=16, runs=4)
    effort = Effort(base=16, points=0)
    found = sensitivity(plan, Running(out=tmp_path), effort=effort, steps=["discovery"])
    assert found.discovery is not None
    assert len(found.discovery.interesting) == 2 * 16
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["sobol"]
    limits = found.boxes[found.boxes["box"] == 1]
    assert limits["lever"].tolist() == ["hazard"]
    assert limits["low"].item() > 0.02


@pytest.mark.parametrize(
    ("text", "levers"),
    [("5", 5), ("-1", -1), ("all", "all"), ("a,b", ["a", "b"]), ("a", ["a"]), (",", [])],
)
def test_levers_on_the_command_line(text, levers):
    assert levers_of(text) == levers


@pytest.mark.parametrize("as_json", [True, False])
def test_the_command_shows_tables_and_what_follows(small, tmp_path, ceasefire, as_json):
    plan = small[1]
    table = [f"{key} = {json.dumps(value)}" for key, value in plan.given.items()
             if key not in ("dimension", "points", "set")]  # fmt: skip
    for one in plan.given["dimension"]:
        own = {key: value for key, value in one.items() if value != [] and value is not None}
        table += ["[[dimension]]", *(f"{key} = {json.dumps(own[key])}" for key in own)]
    file = tmp_path / "two.toml"
    file.write_text("\n".join(table), encoding="utf-8")
    out = tmp_path / "out"
    words = ("--trajectories", 2, "--levers", 1, "--step", "morris", "--png")
    code, shown, err = ceasefire("sensitivity", file, "--out", out, *words,
                                 *(["--json"] if as_json else []))  # fmt: skip
    assert code == 0, err
    assert (out / "morris.png").exists()
    if as_json:
        assert json.loads(shown)["chosen"] == ["hazard"]
    else:
        assert "elementary effects, percentage points" in shown
        assert "• Of 2 levers, “hazard” moves" in shown


def test_an_unknown_step_is_refused(ceasefire, tmp_path):
    code, _, err = ceasefire("sensitivity", "--out", tmp_path, "--step", "prim")
    assert (code, "--step: found 'prim'; allowed: morris" in err) == (2, True)
