"""The page about other people's tools: its code is run, on whichever versions are installed."""

import multiprocessing
import re
import warnings

import pytest
from checkout import ROOT

from ceasefire import run_ensemble
from ceasefire.model.case.case import load_case
from ceasefire.model.engines.ceasefire import CeasefireModel

PAGE = ROOT / "docs" / "other-tools.md"
TEXT = PAGE.read_text(encoding="utf-8")


def code_of(text):
    """Return the blocks of code, each after as many empty lines as put it where it stands."""
    blocks = []
    for found in re.finditer(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        before = text.count("\n", 0, found.start(1))
        blocks.append(compile("\n" * before + found[1], str(PAGE), "exec"))
    return blocks


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """What is defined once all code of the page has been run, in an empty folder."""
    with warnings.catch_warnings():
        # On import the workbench tells which optional packages of its own are missing.
        missing = r"[\s\S]*not (installed|available)"
        for kind in (ImportWarning, UserWarning):
            warnings.filterwarnings("ignore", missing, category=kind)
        import ema_workbench.analysis.feature_scoring
        import ema_workbench.analysis.prim  # noqa: F401
    method = multiprocessing.get_start_method(allow_none=True)
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("page"))
        try:
            for block in code_of(TEXT):
                exec(block, found)
        finally:
            multiprocessing.set_start_method(method, force=True)
    return found


def test_every_block_of_code_is_run():
    assert len(code_of(TEXT)) == TEXT.count("```") // 2


def test_a_batch_has_a_row_for_each_world(page):
    rows = page["rows"]
    assert len(rows) == 16
    assert page["ends"].sum() == 16
    for row in rows.itertuples():
        settings = {"patronage.usa-israel.withheld": row.withheld}
        alone = CeasefireModel("gaza-2023", rng=row.rng, settings=settings).run()
        assert (row.week, row.end_state) == (alone.week, alone.end_state)
        assert row.rounds_held == alone.rounds_held
    assert page["weeks"].between(1.0, 52.0).all()


def test_pairs_have_the_same_seed(page):
    rows = page["rows"].set_index(["withheld", "rng"])["rounds_held"]
    assert page["pairs"].shape == (8, 2)
    assert page["more_rounds"] == pytest.approx((rows[1.0] - rows[0.0]).mean())


def test_every_experiment_is_the_ensemble_at_its_values(page):
    table = page["table"]
    assert len(table) == 12
    assert table["withheld"].nunique() == 2
    assert table["resolve"].nunique() == 6
    for name, key in (("resolve", "patron.usa.resolve"), ("tolerance", TOLERANCE)):
        setting = page["CASE"].settings[key]
        assert table[name].between(setting.low, setting.high).all()
    first = table.iloc[0]
    again = page["ceasefire"](first["resolve"], first["tolerance"], first["withheld"])
    assert again == first[list(again)].to_dict()


TOLERANCE = "party.otzma-yehudit.tolerance"


def test_arguments_of_the_function_reach_the_model(page):
    found = page["ceasefire"](0.5, 2.0, 1.0)
    settings = {
        "patron.usa.resolve": 0.5,
        "patronage.usa-israel.withheld": 1.0,
        "party.religious-zionism.tolerance": 2.0,
        TOLERANCE: 2.0,
        "party.noam.tolerance": 2.0,
    }
    case = load_case("gaza-2023")
    runs = run_ensemble(case, runs=page["RUNS"], settings=settings, keep="end states").runs
    assert found["rounds"] == runs["rounds"].mean()
    assert found != page["ceasefire"](0.5, 0.0, 0.0)


def test_analyses_say_something_of_every_input(page):
    inputs, outcomes = ["resolve", "tolerance", "withheld"], page["outcomes"]
    assert list(outcomes) == ["permanent", "rounds", "weeks_under_truce"]
    assert page["correlations"].index.tolist() == inputs
    assert page["correlations"].columns.tolist() == list(outcomes)
    means = {"weeks under truce": page["points"]["mean"]}
    for scores, names, found in (
        (page["scores"], inputs, outcomes),
        (page["scores_of_sweep"], ["patron_usa_resolve", "patronage_usa_israel_withheld"], means),
    ):
        assert sorted(scores.index) == names
        for outcome, values in found.items():
            # What never differs depends on nothing.
            differs = len(set(values)) > 1
            assert scores[outcome].sum() == pytest.approx(float(differs))
    assert len(set(outcomes["weeks_under_truce"])) > 1


def test_the_page_is_in_the_list_of_pages():
    assert "(other-tools.md)" in (PAGE.parent / "index.md").read_text(encoding="utf-8")
