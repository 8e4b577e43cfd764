"""The fit: distances, steps, waves that resume, and the sets that come of it."""

from itertools import islice

import numpy as np
import pandas as pd
import pytest

from ceasefire.experiments.design.parameter_sets import (
    Prior,
    claims_not_tested,
    drawn,
    fitted_sets,
    own_shares,
    prior_sets,
    read_priors,
    settings_of,
    with_set,
)
from ceasefire.experiments.fit.check import sets_that_fit
from ceasefire.experiments.fit.folder import fit_in
from ceasefire.experiments.fit.patterns import PATTERNS
from ceasefire.experiments.fit.posterior import dependence, posterior
from ceasefire.experiments.fit.ship import NOTE, ship, with_value
from ceasefire.experiments.fit.waves import (
    GOAL,
    Effort,
    Wave,
    distance,
    next_wave,
    short_case,
    step,
)
from ceasefire.experiments.runs.ensemble import run_ensemble
from ceasefire.experiments.style.files import StorageError
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.case import CaseError, case_of_text, load_case
from ceasefire.model.engines.ceasefire import CeasefireModel

TINY = Effort(drawn=12, early=1, kept=4, moves=1, runs=2, waves=2, check_runs=2, grid_runs=2)


@pytest.fixture(scope="module")
def case():
    return load_case("gaza-2023")


@pytest.fixture(scope="module")
def priors(case):
    return read_priors(case)


def flat(low, high, log=False, name="talks.gap"):
    scale = "log" if log else "linear"
    return Prior(names=(name,), low=low, high=high, scale=scale, argument="a test", reluctance=True)


def test_distance_is_zero_at_the_goal_and_grows_with_what_falls_short():
    assert distance(np.full(9, GOAL)) == 0.0
    assert distance(np.full(9, 1.0)) == 0.0
    near, far = np.full(9, GOAL), np.full(9, GOAL)
    near[0], far[0] = GOAL - 0.1, GOAL - 0.3
    assert 0.0 < distance(near) < distance(far)


@pytest.mark.parametrize("log", [False, True])
def test_shares_and_values_of_a_prior_are_inverse(log):
    prior = flat(0.1, 10.0, log)
    shares = np.linspace(0.0, 1.0, 11)
    assert prior.share(prior.value(shares)) == pytest.approx(shares)
    assert prior.value(np.array([0.5]))[0] == pytest.approx(1.0 if log else 5.05)


def test_priors_name_numbers_of_the_case_and_argue(case, priors):
    assert len({name for prior in priors for name in prior.names}) == sum(
        len(prior.names) for prior in priors
    )
    assert all(len(prior.argument) > 10 for prior in priors)
    reluctant = {prior.name for prior in priors if prior.reluctance}
    assert {"belligerent.israel.precondition", "belligerent.israel.office_weight"} <= reluctant
    assert ((own_shares(case, priors) >= 0.0) & (own_shares(case, priors) <= 1.0)).all()


def test_claims_are_assumed_or_fitted_or_neither(case):
    lists = claims_not_tested(case)
    assert not set(lists["assumed"]) & set(lists["fitted"])
    assert all(
        name[0] == "C" and 1 <= int(name[1:]) <= 73 for one in lists.values() for name in one
    )


def test_a_case_without_priors_is_refused():
    with pytest.raises(CaseError, match="priors"):
        read_priors(load_case("two-rivals"))


def test_sets_from_the_priors_fill_their_ranges(case, priors):
    sets = prior_sets(case, 50, seed=1)
    assert sets.equals(prior_sets(case, 50, seed=1))
    for prior in priors:
        values = sets[prior.name]
        assert prior.low <= values.min() < values.max() <= prior.high
        share = prior.share(values.to_numpy())
        # A Latin hypercube has one set in every fiftieth of a range.
        assert sorted((share * 50).astype(int)) == list(range(50))
        assert all((sets[name] == values).all() for name in prior.names)


def test_steps_stay_inside_and_move_along_differences():
    rng = np.random.default_rng(0)
    alive = rng.random((40, 3))
    there = step(alive.copy(), alive, rng)
    assert there.shape == alive.shape
    assert (there >= 0.0).all()
    assert np.abs(there - alive).max() > 0.05
    # Where all sets agree there is nothing to move along.
    still = np.full((40, 3), 0.5)
    assert np.abs(step(still, still, rng) - 0.5).max() < 0.05


def test_a_wave_lowers_the_tolerance_and_keeps_to_it(case, priors):
    rng = np.random.default_rng(3)
    shares = np.clip(own_shares(case, priors) + rng.normal(0, 0.02, (6, len(priors))), 0, 1)
    effort = Effort(kept=6, moves=1, runs=4, waves=3, survivors=0.5)
    wave = next_wave(
        short_case(case), priors, effort, Wave(shares, np.zeros((6, len(PATTERNS))), 9.0), 1
    )
    assert wave.shares.shape == shares.shape
    assert (distance(wave.rates) <= wave.tolerance).all()
    assert ((wave.shares >= 0.0) & (wave.shares <= 1.0)).all()


def test_a_fit_resumes_where_it_was(tmp_path, case, priors):
    with fit_in(tmp_path / "whole", case, TINY) as whole:
        waves = list(whole.waves())
    with fit_in(tmp_path / "parts", case, TINY) as parts:
        assert len(list(islice(parts.waves(), 1))) == 1
    assert len(list(parts.store.names())) == 1
    with fit_in(tmp_path / "parts", case, TINY) as parts:
        again = list(parts.waves())
    assert len(again) == len(waves) == TINY.waves + 1
    assert all(same(one, other) for one, other in zip(waves, again, strict=True))
    done = []
    assert len(list(parts.waves(done.append))) == len(waves)
    assert sum(done) == sum(TINY.work_of(i) for i in range(TINY.waves + 1))
    shares, rates = parts.checked(again[-1])
    assert len(shares) == len(rates) <= TINY.kept
    assert len(sets_that_fit(priors, shares, rates, 0, needed=0.0)) == len(shares)
    assert sets_that_fit(priors, shares, rates, 0, needed=1.1).empty
    # A wave that is damaged is run again, and is the same.
    name = next(iter(parts.store.names()))
    (parts.store.place / name / "arrays.npz").write_bytes(b"PK half of it")
    assert all(same(one, other) for one, other in zip(waves, parts.waves(), strict=True))


def same(wave, other):
    return (wave.shares == other.shares).all() and (wave.rates == other.rates).all()


def begin(folder, case, effort):
    with fit_in(folder, case, effort):
        pass


def test_another_fit_in_the_folder_is_refused(tmp_path, case):
    begin(tmp_path, case, TINY)
    with pytest.raises(RefusedError, match="another effort"):
        begin(tmp_path, case, Effort())
    with pytest.raises(RefusedError, match="another case"):
        begin(tmp_path, case.changed({"talks.gap": 2.5}), TINY)
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "fit.json").write_text("{}", encoding="utf-8")
    with pytest.raises(RefusedError, match=r"fit.json\), made by another version"):
        begin(tmp_path / "old", case, TINY)


def test_folders_and_files_that_cannot_be_read_are_refused_by_name(tmp_path, case):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageError, match="a part of this path is a file"):
        begin(tmp_path / "file" / "fit", case, TINY)
    begin(tmp_path / "fit", case, TINY)
    (tmp_path / "fit" / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(RefusedError, match=r"manifest.json: found what cannot be read"):
        begin(tmp_path / "fit", case, TINY)


def test_posteriors_stand_beside_priors():
    priors = [flat(0.0, 1.0, name="narrow"), flat(0.0, 1.0, name="wide")]
    shares = np.linspace(0.0, 1.0, 101)
    sets = pd.DataFrame({"narrow": 0.5 + 0.1 * shares, "wide": shares})
    found = posterior(priors, sets)
    assert found.loc["narrow", "identified"] == "yes"
    assert found.loc["wide", "identified"] == "no"
    assert found.loc["narrow", "width"] == pytest.approx(0.1)
    assert found.loc["wide", "width"] == pytest.approx(1.0)


def test_what_hangs_on_a_prior_is_seen():
    prior = flat(0.0, 1.0, name="reluctance")
    sets = pd.DataFrame({"reluctance": np.linspace(0.01, 0.99, 99)})
    responses = pd.DataFrame({"permanent: lever": 1.0 - sets["reluctance"]})
    row = dependence([prior], sets, responses).iloc[0]
    assert row["low"] > row["middle"] > row["high"]
    assert row["correlation"] == pytest.approx(-1.0)
    assert row["sets_low"] == row["sets_middle"] == row["sets_high"] == 33


def test_the_middle_set_comes_first(priors):
    shares = np.full((5, len(priors)), 0.5)
    shares[:, 0] = [0.1, 0.9, 0.5, 0.45, 0.0]
    table = sets_that_fit(priors, shares, np.ones((5, len(PATTERNS))), TINY.seed)
    assert table[priors[0].name].iloc[0] == pytest.approx(priors[0].value(np.array([0.45]))[0])


def test_a_shipped_fit_puts_its_middle_set_into_the_case(tmp_path, case, priors):
    home = tmp_path / "home"
    home.mkdir()
    case_file = home / "case.toml"
    case_file.write_text(case.path.read_text(encoding="utf-8"), encoding="utf-8")
    folder = tmp_path / "fit"
    folder.mkdir()
    shares = np.full((2, len(priors)), 0.25)
    table = sets_that_fit(priors, shares, np.ones((2, len(PATTERNS))), TINY.seed)
    (folder / "sets.csv").write_text(table.to_csv(), encoding="utf-8")
    (folder / "sets.toml").write_text("", encoding="utf-8")
    assert ship(folder, home) == 2
    shipped = load_case(str(case_file))
    for name, values in settings_of(priors, shares[:1]).items():
        assert float(shipped.settings[name].value) == pytest.approx(values[0], rel=1e-5), name
        assert shipped.settings[name].note == NOTE
    assert (home / "sets.csv").is_file()
    with pytest.raises(RefusedError, match="no section"):
        with_value("[one]\n", "two.field", 1.0)


def test_a_draw_over_any_number_of_runs_takes_no_room(case):
    draw = drawn(case)
    assert all(len(values) == len(draw.sets) for values in draw.values.values())
    far = 2**63 - 1
    values = draw.settings([far])
    assert values["talks.gap"][0] == draw.values["talks.gap"][far % len(draw.sets)]


def test_a_case_with_a_set_is_the_row_of_the_ensemble(case):
    numbers = drawn(case).sets
    results = run_ensemble(case, len(numbers) + 3, workers=1)
    fields = [name for name in results.runs if name != "parameter_set"]
    for seed in (0, 7, int(numbers[-1]), len(numbers) + 2):
        row = results.runs[results.runs["seed"] == seed].reset_index(drop=True)
        number = int(row["parameter_set"][0])
        assert number == seed % len(numbers)
        alone = run_ensemble(with_set(case, number), 1, first_seed=seed, central=True)
        assert row[fields].equals(alone.runs[fields])
        model = CeasefireModel(with_set(case, number), rng=seed).run()
        assert model.end_state == row["end_state"][0]
        assert [side.toll for side in model.belligerents] == [
            row[f"deaths_{side.name}"][0] for side in model.belligerents
        ]


def test_every_set_makes_an_admissible_case(case):
    sets = fitted_sets(case)
    for number in sets.index:
        settings = with_set(case, number).settings
        assert all(settings[name].value == sets.loc[number, name] for name in sets.columns)


def test_a_set_that_is_not_there_is_refused(case):
    for number in (-1, len(drawn(case).sets)):
        with pytest.raises(RefusedError, match=f"parameter set: found {number}; allowed"):
            with_set(case, number)
    for other in (load_case("two-rivals"), case_of_text(case.to_toml())):
        with pytest.raises(RefusedError, match="no sets come with"):
            with_set(other, 0)


def test_runs_draw_over_the_sets_in_turn(case, monkeypatch):
    sets = prior_sets(case, 7, seed=2)
    monkeypatch.setattr("ceasefire.experiments.design.parameter_sets.fitted_sets", lambda _: sets)
    monkeypatch.setattr(
        "ceasefire.experiments.design.parameter_sets.shipped_file",
        lambda case_name, name: case.path,
    )
    draw = drawn(case.changed({"talks.gap": case.settings["talks.gap"].value}))
    assert draw.sets.tolist() == list(range(7))
    assert "7 fitted sets" in draw.words
    settings = draw.settings(range(5, 15))
    assert "talks.gap" not in settings
    assert settings["patron.usa.inertia"][2] == sets["patron.usa.inertia"][0]
    results = run_ensemble(case, 10, first_seed=5, settings={"talks.gap": 2.0}, workers=1)
    assert results.runs["parameter_set"].tolist() == [5, 6, 0, 1, 2, 3, 4, 5, 6, 0]
    own = case.changed({"talks.gap": 2.0, **sets.loc[3].drop("talks.gap").to_dict()})
    alone = run_ensemble(own, 1, first_seed=10, settings={}, central=True)
    fields = [name for name in results.runs if name != "parameter_set"]
    third = results.runs[results.runs["seed"] == 10]
    assert third[fields].reset_index(drop=True).equals(alone.runs[fields])
    assert drawn(case, central=True).values == {}
    other = drawn(case.changed({"talks.gap": 3.25}))
    assert set(sets.columns) - set(other.values) == {"talks.gap"}
    # A case of one's own has no sets, whatever it is called.
    assert drawn(case_of_text(case.to_toml())).values == {}
