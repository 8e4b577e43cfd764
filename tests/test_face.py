"""The public face: every command is a verb, what comes back shows itself, and it works anywhere."""

import doctest
import inspect
import json
import pydoc
import re
import socket
import subprocess
import sys
import warnings
from pathlib import Path

import pandas as pd
import pytest
import typer

import ceasefire
from ceasefire.experiments.commands.main import app
from ceasefire.verbs.given import spelled

COMMANDS = typer.main.get_command(app).commands

ONLY_ON_A_SCREEN = {"json", "csv"}
"""Options that choose how a command prints; a verb returns its tables and prints nothing."""

NAMES = {"set": "settings", "keep": "keep", "independent_seeds": "independent_seeds"}
"""``--set`` is called as it is in ``CeasefireModel`` and ``Case.changed``: ``set`` is Python's."""

ONLY_IN_PYTHON = {"ensemble": {"progress"}}

VERBS = [name for name in ceasefire.__all__ if inspect.isroutine(getattr(ceasefire, name))]
NOUNS = [name for name in ceasefire.__all__ if name not in VERBS]


def plain(value):
    """A default as a word: 5 and "5", Path("fit") and "fit", None and nothing are the same."""
    if value is None or value == () or value == []:
        return ""
    return Path(value).as_posix() if isinstance(value, Path) else str(value)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_verb_has_the_options_of_its_command(name):
    of_command = {}
    for one in COMMANDS[name].params:
        word = max(one.opts, key=len).lstrip("-").replace("-", "_")
        if one.name != "help" and word not in ONLY_ON_A_SCREEN:
            of_command[NAMES.get(word, word)] = one.default
    of_verb = inspect.signature(getattr(ceasefire, name)).parameters
    assert set(of_verb) - ONLY_IN_PYTHON.get(name, set()) == set(of_command)
    for word, option in of_command.items():
        if of_verb[word].default is not inspect.Parameter.empty:
            assert plain(of_verb[word].default) == plain(option), word


def test_an_ensemble_has_two_names():
    assert ceasefire.run_ensemble is ceasefire.ensemble


def test_help_reads_as_a_table_of_contents():
    text = pydoc.render_doc(ceasefire, renderer=pydoc.plaintext)
    contents, _, functions = text.partition("\nFUNCTIONS")
    for heading in ("Load and check", "Run", "Explain", "Judge", "Look", "Nouns", "Rooms"):
        assert f"\n    {heading}\n" in contents
    for name in ceasefire.__all__:
        assert re.search(rf"\b{name}\b", contents), f"{name} is not in the table of contents"
    for name in VERBS:
        assert f"\n    {name}(" in functions or f"\n    {name} = " in functions
    assert len(contents.splitlines()) < 80
    assert "Methods inherited" not in text


def test_the_contents_are_in_the_order_of_topics():
    places = [ceasefire.__doc__.index(name) for name in ceasefire.__all__ if name in VERBS]
    listed = [name for name in VERBS if name != "run_ensemble"]
    found = [ceasefire.__doc__.index(f"    {name} ") for name in listed]
    assert found == sorted(found)
    assert places


def test_every_noun_is_what_it_is_called():
    for name in NOUNS:
        assert getattr(ceasefire, name).__name__ == name
    with pytest.raises(AttributeError, match="'ceasefire' has no attribute 'nothing'"):
        ceasefire.nothing  # noqa: B018


def test_importing_it_is_quick_and_loads_nothing_heavy(tmp_path):
    look = (
        "import sys, time; began = time.process_time(); import ceasefire; "
        "took = time.process_time() - began; "
        "print(took, *{name.partition('.')[0] for name in sys.modules})"
    )
    seconds = []
    for _ in range(3):
        words = [sys.executable, "-c", look]
        out = subprocess.run(words, capture_output=True, text=True, check=True, cwd=tmp_path).stdout
        took, *loaded = out.split()
        seconds.append(float(took))
        assert not {"mesa", "numba", "numpy", "pandas", "typer", "rich", "solara"} & set(loaded)
    assert min(seconds) < 0.1


def examples():
    """The examples in the docstrings of the face and its verbs."""
    finder = doctest.DocTestFinder(recurse=False)
    found = finder.find(ceasefire, "ceasefire")
    for name in VERBS:
        found += finder.find(getattr(ceasefire, name), f"ceasefire.{name}")
    return {one.name: one for one in found if one.examples}


EXAMPLES = examples()


def test_every_verb_has_an_example():
    # A server in an example would not be stopped: `serve` has a test of its own.
    assert {f"ceasefire.{name}" for name in VERBS} - {"ceasefire.serve"} <= set(EXAMPLES)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_examples_do_what_they_say(name, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    example = EXAMPLES[name]
    example.globs = {one: getattr(ceasefire, one) for one in ceasefire.__all__}
    said = []
    flags = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    with warnings.catch_warnings():
        # On import the workbench tells which optional packages of its own are missing.
        warnings.filterwarnings("ignore", r"[\s\S]*not (installed|available)")
        doctest.DocTestRunner(optionflags=flags).run(example, out=said.append, clear_globs=False)
    assert not said, "".join(said)
    # No verb prints.
    assert capfd.readouterr() == ("", "")


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """One answer of each kind, small."""
    folder = tmp_path_factory.mktemp("answers")
    results = ceasefire.ensemble("two-rivals", runs=12, out=folder / "ensemble", series=True)
    vary = ["talks.gap=1,3"]
    swept = ceasefire.sweep("two-rivals", folder / "sweep", vary=vary, runs=6)
    return {
        "case": ceasefire.load_case("gaza-2023"),
        "cases": ceasefire.cases(),
        "check": ceasefire.check("two-rivals"),
        "designs": ceasefire.designs(),
        "load_design": ceasefire.load_design("arms-and-tolerance"),
        "run": ceasefire.run("two-rivals", seed=7),
        "ensemble": results,
        "why": ceasefire.why("two-rivals", runs=6),
        "why with seed": ceasefire.why("two-rivals", seed=3),
        "sweep": swept,
        "verify": ceasefire.verify(swept, runs=1),
        "compare": ceasefire.compare(results, "two-rivals:talks.gap=4", runs=12),
        "threshold": ceasefire.threshold(
            "two-rivals",
            "talks.gap=1:3",
            "truce",
            runs=6,
            out=folder / "threshold",
            weeks=20,
            within=2,
        ),
        "model": ceasefire.CeasefireModel("two-rivals", rng=7),
        "summary": results.summary(),
    }


def test_every_answer_is_short_on_a_line_and_shows_itself_in_a_notebook(answers):
    for name, answer in answers.items():
        lines = repr(answer).splitlines()
        assert len(lines) <= 12, name
        assert max(map(len, lines)) < 300, name
        if name in ("model", "summary"):
            continue
        shown = answer._repr_html_()
        assert 60 < len(shown) < 200_000, name
        assert shown.count("<table") == shown.count("</table>"), name


def test_answers_have_tables_of_pandas(answers):
    for name, answer in answers.items():
        if isinstance(answer, pd.DataFrame) or name in ("case", "model", "summary"):
            continue
        assert answer.tables, name
        for table in answer.tables.values():
            assert isinstance(table, pd.DataFrame)


def test_names_are_escaped_in_a_notebook(answers):
    case = answers["check"].case
    bad = ceasefire.check(type(case)(**{**parts_of(case), "title": "<script>"})).case
    assert "<script>" not in bad._repr_html_()
    assert "&lt;script&gt;" in bad._repr_html_()


def parts_of(case):
    from dataclasses import fields

    return {one.name: getattr(case, one.name) for one in fields(case) if one.init}


def test_a_case_a_path_and_a_name_are_alike(tmp_path):
    case = ceasefire.load_case("two-rivals")
    path = tmp_path / "mine.toml"
    case.write(path)
    ends = [
        ceasefire.ensemble(given, runs=8).runs["ended_week"].tolist()
        for given in ("two-rivals", case, path, str(path), ceasefire.load_case(path))
    ]
    assert all(one == ends[0] for one in ends)
    changed = {"talks.gap": 4.0}
    gapped = case.changed(changed)
    swept = [
        ceasefire.sweep(given, tmp_path / f"sweep-{i}", vary=["war.horizon=8,12"], runs=4, **more)
        for i, (given, more) in enumerate(
            [("two-rivals", {"settings": changed}), (gapped, {}), (case, {"settings": changed})]
        )
    ]
    digests = [one.manifest["state"]["content_digest"] for one in swept]
    assert digests == [digests[0]] * 3


def test_a_design_is_taken_as_itself_or_by_name_and_results_are_run_again(tmp_path):
    loaded = ceasefire.load_design("arms-and-tolerance", runs=1)
    one = ceasefire.sweep(loaded, tmp_path / "one", weeks=4)
    other = ceasefire.sweep("arms-and-tolerance", tmp_path / "other", runs=1, weeks=4)
    again = ceasefire.sweep(one, tmp_path / "again")
    digests = {each.manifest["state"]["content_digest"] for each in (one, other, again)}
    assert len(digests) == 1
    assert ceasefire.sql(one, "SELECT count(*) AS n FROM runs")["n"].tolist() == [121]
    told = ceasefire.run(one, point=3, seed=0)
    stored = one.runs.set_index("point").loc[3]
    assert (told.end_state, told.ended_week) == (stored["end_state"], stored["ended_week"])


def test_a_case_is_spelled_as_designs_keep_it(tmp_path):
    case = ceasefire.load_case("gaza-2023")
    assert spelled("gaza-2023") == ("gaza-2023", {})
    assert spelled(case) == ("gaza-2023", {})
    assert spelled(case.changed({"talks.gap": 4.0})) == ("gaza-2023", {"talks.gap": 4.0})
    path = tmp_path / "mine.toml"
    case.write(path)
    assert spelled(ceasefire.load_case(path)) == (str(path), {})
    with pytest.raises(ceasefire.RefusedError, match=r"Case\.write makes a file of any case"):
        spelled(case.without_events(20.0))


def test_a_verb_does_what_its_command_does(ceasefire_command, tmp_path):
    code, out, _ = ceasefire_command(
        "ensemble", "two-rivals", "--runs", 15, "--set", "talks.gap=4", "--json"
    )
    summary = ceasefire.ensemble("two-rivals", 15, settings={"talks.gap": 4.0}).summary()
    told = json.loads(out)
    assert code == 0
    assert told["end_states"] == json.loads(json.dumps(summary.to_dict()["end_states"]))
    ceasefire.ensemble("two-rivals", 15, out=tmp_path / "verb", keep="end-states")
    ceasefire_command(
        "ensemble",
        "two-rivals",
        "--runs",
        15,
        "--keep",
        "end-states",
        "--out",
        tmp_path / "command",
    )
    one, other = (pd.read_parquet(tmp_path / name / "runs.parquet") for name in ("verb", "command"))
    pd.testing.assert_frame_equal(one, other)
    code, out, _ = ceasefire_command("why", "two-rivals", "--runs", 5, "--json")
    found = ceasefire.why("two-rivals", runs=5).to_dict()
    told = json.loads(out)
    assert {name: told[name] for name in found} == json.loads(json.dumps(found))


@pytest.fixture
def ceasefire_command(request):
    return request.getfixturevalue("ceasefire")


@pytest.mark.parametrize(
    ("verb", "given", "said"),
    [
        ("ensemble", {"case": "nowhere"}, "case:"),
        (
            "ensemble",
            {"runs": 0},
            "runs: found 0; allowed: a whole number from 1 to 1,000,000,000.",
        ),
        ("ensemble", {"first_seed": -1}, "first_seed: found -1; allowed: "),
        ("ensemble", {"keep": "all"}, "keep: found 'all'; allowed: 'end states' or 'rounds'."),
        ("ensemble", {"acceptance": True}, "acceptance: found without series"),
        ("ensemble", {"settings": {"talks.gapp": 1}}, "talks.gap"),
        ("ensemble", {"weeks": 0}, "weeks: found 0; allowed: more than 0."),
        ("ensemble", {"variant": "none-such"}, "variants"),
        ("run", {"seed": 2**63}, "seed: found 9223372036854775808; allowed: "),
        ("run", {"point": 1, "weeks": 3}, "point: found with changes"),
        ("why", {"certify": 0.0}, "certify: found 0.0; allowed: more than 0, up to 1."),
        ("why", {"parameter_set": 3}, "parameter_set: found without a seed"),
        ("why", {"plot": "why.txt"}, "plot: "),
        ("sweep", {"design": "none-such"}, "design: found 'none-such'"),
        ("sweep", {"until": "truce±0.1", "runs": 4}, "until: found with runs"),
        ("sweep", {"shard": "many"}, "shard: found 'many'"),
        ("verify", {"results": "nowhere"}, "no results of a sweep"),
        (
            "sensitivity",
            {"points": -1},
            "points: found -1; allowed: a whole number from 0 to 1,000,000,000.",
        ),
        ("claims", {"runs": 1}, "runs: found 1; allowed: a whole number from 2 to 1,000,000,000."),
        ("serve", {"port": 0}, "port: found 0; allowed: 1 to 65535."),
    ],
)
def test_refusals_are_exceptions_of_the_face(verb, given, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((ceasefire.CaseError, ceasefire.RefusedError)) as refused:
        getattr(ceasefire, verb)(**given)
    assert said in str(refused.value)


def test_compare_takes_at_least_two():
    with pytest.raises(ceasefire.RefusedError, match="arms: found 1; allowed: 2 to 7"):
        ceasefire.compare("two-rivals")


def test_cases_stay_a_verb_whatever_is_loaded():
    ceasefire.load_case("two-rivals")
    assert inspect.isroutine(ceasefire.cases)
    assert "ceasefire.cases" not in sys.modules


def test_the_live_view_is_served_until_it_is_stopped():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with ceasefire.serve(port=port, no_open=True) as served:
        assert served.running
        assert repr(served) == f"<Served at http://127.0.0.1:{port}/>"
        assert f'href="http://127.0.0.1:{port}/"' in served._repr_html_()
        with pytest.raises(ceasefire.RefusedError, match="cannot be opened"):
            ceasefire.serve(port=port, no_open=True)
    assert not served.running


OWN = ("agents", "cases", "experiments", "model", "run", "viz")

SCRIPT = """
import agents, cases, experiments, model, viz
from ceasefire import CeasefireModel, ensemble, load_case, why

assert agents.WHOSE == cases.WHOSE == experiments.WHOSE == model.WHOSE == viz.WHOSE == "mine"
case = load_case("two-rivals")
results = ensemble(case, runs=10)
stuck = why(case, runs=4)
world = CeasefireModel(case, rng=7).run()
"""


@pytest.fixture
def own_folder(tmp_path):
    """The folder of somebody who uses Mesa: their own modules have the names of our rooms."""
    for name in OWN:
        (tmp_path / f"{name}.py").write_text('WHOSE = "mine"\n', encoding="utf-8")
    return tmp_path


def started(*words, cwd):
    done = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_script_in_a_folder_with_modules_of_our_rooms_names(own_folder):
    told = "print(results, world, sep='\\n')\n"
    (own_folder / "study.py").write_text(SCRIPT + told, encoding="utf-8")
    out = started(sys.executable, "study.py", cwd=own_folder)
    assert out.startswith("<Results of two-rivals: 10 runs, ")


def test_the_command_line_in_such_a_folder(own_folder):
    for words in (
        [sys.executable, "-m", "ceasefire", "check", "two-rivals", "--json"],
        [Path(sys.executable).parent / "ceasefire", "check", "two-rivals", "--json"],
        [sys.executable, "-m", "ceasefire", "ensemble", "two-rivals", "--runs", "5", "--json"],
    ):
        assert json.loads(started(*words, cwd=own_folder))["case"] == "two-rivals"


KERNEL = """
import json, sys
from jupyter_client.manager import start_new_kernel

kernel, client = start_new_kernel(kernel_name="python3")
shown = []

def note(message):
    kind, content = message["header"]["msg_type"], message["content"]
    if kind in ("execute_result", "error", "stream"):
        shown.append([kind, content.get("data") or content.get("traceback") or content["text"]])

try:
    for code in json.load(sys.stdin):
        client.execute_interactive(code, timeout=240, output_hook=note)
finally:
    client.stop_channels()
    kernel.shutdown_kernel(now=True)
print(json.dumps(shown))
"""


def test_a_bare_notebook_kernel_in_such_a_folder(own_folder):
    """Without ipywidgets, as in a kernel that somebody has just installed."""
    bare = "import sys; sys.modules['ipywidgets'] = None"
    sweep = "from ceasefire import sweep; sweep(case, 'out', vary=['talks.gap=1,3'], runs=4)"
    compared = "from ceasefire import compare; compare(case, 'two-rivals:talks.gap=4', runs=20)"
    cells = [bare, SCRIPT, "results", "case", "stuck", "world", sweep, compared, "model.WHOSE"]
    done = subprocess.run(
        [sys.executable, "-c", KERNEL],
        cwd=own_folder,
        input=json.dumps(cells),
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # Mesa brings a bar of its own, which says on import that it has none to show.
    shown = [
        one
        for one in json.loads(done.stdout.splitlines()[-1])
        if "IProgress not found" not in one[1]
    ]
    assert [kind for kind, _ in shown] == ["execute_result"] * 7, shown
    data = [one for _, one in shown]
    for one in (*data[:3], *data[4:6]):
        assert one["text/html"].startswith(("<div", "<p>"))
        assert len(one["text/plain"].splitlines()) <= 3
    assert data[3]["text/plain"].startswith("<CeasefireModel of two-rivals, seed 7: week ")
    assert data[6]["text/plain"] == "'mine'"
