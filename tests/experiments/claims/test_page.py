"""Results, ledger, page and command of the claims: stored, resumed, made of what is stored."""

import json
import math
import shutil
import threading

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from ceasefire.experiments.claims.effects import DecidingParameter, Estimate
from ceasefire.experiments.claims.file import read_claims
from ceasefire.experiments.claims.ledger import (
    effect_in_words,
    ledger,
    reading_in_words,
    turn_in_words,
)
from ceasefire.experiments.claims.result import Draw, Result
from ceasefire.experiments.claims.run import Plan, run_plan
from ceasefire.experiments.claims.store import claims_in, key_of_claim, save, stored
from ceasefire.experiments.claims.tables import CLAIMS, TENSIONS
from ceasefire.experiments.commands import claims as claims_command
from ceasefire.experiments.commands.main import app
from ceasefire.experiments.design.parameter_sets import fitted_sets
from ceasefire.experiments.reference.claims import page
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.case import load_case

SETS = 30


@pytest.fixture(scope="module")
def case():
    return load_case("gaza-2023")


@pytest.fixture(scope="module")
def claims(case):
    return read_claims(case)


def made(claim, effects=0.2):
    """A result with the same effect in every set, whatever is expected."""
    spread = np.linspace(-0.01, 0.01, SETS)
    estimates = [
        Estimate(
            one.name,
            one.measure,
            one.expected,
            one.band,
            list((-effects if one.expected == "-" else effects) * (one.expected != "0") + spread),
            [0.001] * SETS,
        )
        for one in claim.effects
    ]
    arms = {arm: {"m": [0.1, 0.0, 0.2], "m.margin": [-1.0, -1.2, -0.8]} for arm in claim.arms}
    return Result(
        claim.id,
        "0123",
        "gaza-2023",
        {"case": "c", "code": "d", "sets": "s", "prior": "p"},
        {"fitted": SETS, "prior": SETS},
        {"fitted": 50, "prior": 20},
        arms,
        estimates,
        estimates,
    )


@pytest.fixture(scope="module")
def results(claims):
    return {one.id: made(one) for one in claims.claims.values()}


def test_the_page_lists_every_claim_once_and_all_tensions(claims, results):
    text = page(ledger(claims, results))
    rows = [line for line in text.splitlines() if line.startswith("| [C")]
    assert len(rows) == 73
    assert [row[3:6] for row in rows] == list(CLAIMS)
    for name in CLAIMS + TENSIONS:
        assert text.count(f"\n### {name}\n") == 1
        assert claims.claims[name].claim in text
    assert "A trial only" not in text
    assert f"{SETS} sets of 50 runs each that fit; {SETS} sets of 20 runs each from" in text
    assert max(len(line) for line in text.splitlines() if not line.startswith(("|", "-"))) < 700


def test_what_is_assumed_or_fitted_is_never_called_supported(claims, results):
    for entry in ledger(claims, results):
        if entry.claim.status != "tested":
            assert entry.verdict == entry.claim.status
        elif all(one.expected == "reported" for one in entry.claim.effects):
            assert entry.verdict == "reported"
        else:
            assert entry.verdict == "supported"


def test_words_come_from_the_stored_numbers(claims, results):
    opposite = {**results, "C33": made(claims.claims["C33"], -0.3)}
    before, after = page(ledger(claims, results)), page(ledger(claims, opposite))
    assert before != after
    line = next(line for line in after.splitlines() if line.startswith("| [C33]"))
    assert line.endswith("| contradicted |")
    assert page(ledger(claims, opposite)) == after


def test_claims_that_were_not_run_say_so_and_few_sets_are_a_trial(claims, results):
    one = made(claims.claims["C33"])
    one.sets = {"fitted": 1, "prior": 1}
    entries = {entry.claim.id: entry for entry in ledger(claims, {"C33": one})}
    assert entries["C05"].verdict == "not run"
    assert entries["C33"].is_trial
    text = page(list(entries.values()))
    assert "A trial only" in text
    assert "Nothing has been run yet" in page(ledger(claims, {}))


def test_probabilities_are_corrected_over_tested_claims_only(claims, results):
    weak = made(claims.claims["C33"])
    generator = np.random.default_rng(1)
    values = 0.1 + 0.25 * generator.standard_normal(SETS)
    weak.effects[0].effects[:] = (-values).tolist()
    weak.effects[0].__post_init__()
    raw = weak.effects[0].probability
    alone = {entry.claim.id: entry for entry in ledger(claims, {"C33": weak})}
    assert alone["C33"].probability == pytest.approx(raw)
    nulls = {}
    for name in ("C05", "C28", "C59", "C65", "C07", "T01"):
        null = made(claims.claims[name])
        for one in null.effects:
            one.effects[:] = np.linspace(-0.5, 0.5, SETS).tolist()
            one.__post_init__()
        nulls[name] = null
    many = {entry.claim.id: entry for entry in ledger(claims, {"C33": weak, **nulls})}
    # Five tested claims stand with it; C07 is assumed and T01 a tension.
    assert many["C33"].probability == pytest.approx(min(1.0, 5 * raw))


def test_results_survive_the_disk(claims, tmp_path):
    result = made(claims.claims["C66"])
    first = result.effects[0]
    first.effects[0] = math.nan
    first.split = DecidingParameter("patron.usa.resolve", 0.3, True, 0.8, 0.0)
    first.beside = Estimate("b", "m.margin", "+", 0.05, [0.1], [0.01])
    with claims_in(tmp_path):
        save(result, tmp_path)
    found = stored(tmp_path)["C66"]
    assert found.effects[0].split == first.split
    assert found.effects[0].beside.effects == [0.1]
    assert found.effects[0].effects[1:] == first.effects[1:]
    assert math.isnan(found.effects[0].effects[0])
    assert len(found.effects[0].known) == SETS - 1
    save(Result(**{**vars(result), "key": "4567"}), tmp_path)
    save(Result(**{**vars(result), "id": "C67", "key": "0000"}), tmp_path)
    assert [path.name for path in sorted((tmp_path / "parts").iterdir())] == ["0000", "4567"]
    (tmp_path / "parts" / "0000" / "result.json").write_text("{", encoding="utf-8")
    (tmp_path / "parts" / "1111").mkdir()
    assert list(stored(tmp_path)) == ["C66"]


def test_results_of_the_old_layout_are_refused(tmp_path):
    (tmp_path / "C66-0000.json").write_text("{}", encoding="utf-8")
    with pytest.raises(RefusedError, match=r"C66-0000.json\), made by another version"):
        stored(tmp_path)


def test_keys_change_with_all_that_a_result_depends_on(case, claims):
    table = pd.DataFrame({"belligerent.israel.family_weight": [0.1, 0.2]})
    draw, claim = Draw(table, 5), claims.claims["C66"]
    key = key_of_claim(claim, claims, case, draw, draw)
    other = case.changed({"patron.usa.resolve": 0.2})
    keys = {
        key,
        key_of_claim(claim, claims, other, draw, draw),
        key_of_claim(claim, claims, case, Draw(table, 6), draw),
        key_of_claim(claim, claims, case, draw, Draw(table * 2, 5)),
        key_of_claim(claims.claims["C65"], claims, case, draw, draw),
    }
    assert len(keys) == 5
    assert key_of_claim(claim.model_copy(update={"claim": "x"}), claims, case, draw, draw) == key


def test_words_for_effects(claims):
    one = Estimate("e", "m", "+", 0.05, [0.2, 0.21, 0.2], [0.01] * 3)
    assert effect_in_words(one).startswith("+0.203 (runs +0.192 to +0.215; sets +0.189 to +0.218")
    assert reading_in_words(one, "tested") == "as claimed"
    assert reading_in_words(one, "assumed") == "as the rule has it"
    assert reading_in_words(one, "fitted") == "fits"
    one.instead = True
    assert "the answer itself stays where it is" in reading_in_words(one, "tested")
    assert effect_in_words(Estimate("e", "m", "+", 0.05, [math.nan], [0.0])) == "no run to tell"


def test_doses_say_where_the_answer_turns(claims):
    result = made(claims.claims["C66"])
    doses = claims.claims["C66"].doses.arms
    for arm, dose in doses.items():
        result.arms[arm][claims.claims["C66"].doses.measure] = [dose + 0.125, 0.0, 0.0]
    entry = next(e for e in ledger(claims, {"C66": result}) if e.claim.id == "C66")
    assert "it turns at about 0.38" in turn_in_words(entry)


@pytest.fixture
def small(monkeypatch):
    """A set or two, few runs, and a count of the plans that are run."""
    own = {"belligerent.israel.family_weight": [0.3, 0.5]}
    table = pd.DataFrame(own, index=pd.Index([0, 1], name="parameter_set"))
    monkeypatch.setattr(claims_command, "fitted_sets", lambda case: table)
    monkeypatch.setattr(claims_command, "prior_sets", lambda case, count, seed: table.iloc[:count])
    ran = []
    run_plan = claims_command.run_plan

    def counted(plan, *rest):
        ran.append([one.id for one in plan.chosen])
        return run_plan(plan, *rest)

    monkeypatch.setattr(claims_command, "run_plan", counted)
    return ran


def ask(*words):
    return CliRunner().invoke(app, ["claims", *words], catch_exceptions=False)


def test_what_is_stored_is_not_run_again(small, tmp_path):
    words = ("C33", "C13", "--runs", "4", "--sets", "2", "--out", str(tmp_path))
    first = ask(*words)
    assert first.exit_code == 0
    assert small == [["C13", "C33"]] * 2
    again = ask(*words, "--json")
    assert len(small) == 2
    facts = json.loads(again.stdout)
    assert facts["sets"] == {"fitted": 2, "prior": 2}
    assert facts["claims"]["C33"]["verdict"] in ("supported", "unclear")
    assert facts["claims"]["C33"]["trial"] is True
    assert facts["claims"]["C13"]["verdict"] == "fitted"
    assert facts["claims"]["C13"]["effects"][0]["name"] == "Israel takes it, against a half"
    # One more is run alone; other numbers of runs, and lost files, are run anew.
    ask("C33", "C05", *words[2:])
    assert small[2:] == [["C05"]] * 2
    shutil.rmtree(tmp_path / "parts" / stored(tmp_path)["C13"].key)
    ask(*words)
    assert small[4:] == [["C13"]] * 2
    ask("C33", "--runs", "5", *words[4:])
    assert small[6:] == [["C33"]] * 2


def test_a_stop_keeps_what_is_done_and_the_same_command_goes_on(small, tmp_path, monkeypatch):
    monkeypatch.setattr(claims_command, "TOGETHER", 1)
    run = claims_command.run_plan

    def stopping(plan, *rest):
        if plan.chosen[0].id == "C33":
            raise claims_command.StoppedError("Stopped")
        return run(plan, *rest)

    monkeypatch.setattr(claims_command, "run_plan", stopping)
    words = ("C33", "C13", "--runs", "4", "--sets", "2", "--out", str(tmp_path))
    with pytest.raises(claims_command.StoppedError, match="1 of 2 claims done, kept in"):
        ask(*words)
    assert list(stored(tmp_path)) == ["C13"]
    assert not list(tmp_path.glob(".*.unfinished"))
    monkeypatch.setattr(claims_command, "run_plan", run)
    assert ask(*words).exit_code == 0
    assert small == [["C13"]] * 2 + [["C33"]] * 2
    assert list(stored(tmp_path)) == ["C13", "C33"]


def test_the_page_is_written_from_what_is_stored(small, tmp_path):
    target = tmp_path / "docs" / "claims.md"
    with pytest.raises(RefusedError, match="found no results in"):
        ask("--out", str(tmp_path / "none"), "--page", str(target))
    ask("C33", "--runs", "4", "--sets", "1", "--out", str(tmp_path))
    ran = len(small)
    assert ask("--out", str(tmp_path), "--page", str(target)).exit_code == 0
    assert len(small) == ran
    text = target.read_text(encoding="utf-8")
    assert text.count("\n| [C") == 73
    assert "A trial only" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--runs", "1"), "--runs: found 1; allowed: a whole number from 2"),
        (("--sets", "0"), "--sets: found 0"),
        (("--workers", "0"), "--workers: found 0"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(words, said):
    with pytest.raises(RefusedError, match=said):
        ask(*words)


def test_nothing_comes_of_a_plan_that_was_stopped(case, claims):
    stop = threading.Event()
    plan = Plan(claims, [claims.claims["C33"]], case)
    sets = fitted_sets(case).iloc[:2]
    assert run_plan(plan, sets, 2, progress=lambda weeks: stop.set(), stop=stop).of == {}
