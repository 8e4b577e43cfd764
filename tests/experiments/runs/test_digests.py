"""Digests of code: all that decides content is in them, and nothing else.

What an entry depends on is worked out here a second way: by importing it in a process of its own,
and by looking which modules came with it. Every source of the package is then changed in turn, in
a copy, and exactly the right digests change.
"""

import ast
import os
import re
import subprocess
import sys

import pytest
from checkout import ROOMS, copied

from ceasefire.experiments.claims.result import claims_digest
from ceasefire.experiments.fit.folder import ENTRIES as FIT
from ceasefire.experiments.runs.jobs import runs_digest
from ceasefire.model.engines.cache import code_digest
from ceasefire.model.engines.sources import imports_of, sources_digest

ENTRIES = {
    "results": ("ceasefire.experiments.runs.jobs",),
    "claims": ("ceasefire.experiments.claims.result",),
    "fit": FIT,
}

MUST = {
    "results": ("design/parameter_sets.py", "design/dimensions.py", "runs/tables.py",
                "runs/faults.py", "runs/jobs.py", "runs/request.py", "runs/blocks.py"),
    "claims": ("claims/run.py", "claims/estimate.py", "claims/effects.py", "claims/measures.py",
               "claims/steered.py", "claims/result.py", "design/parameter_sets.py"),
    "fit": ("fit/waves.py", "fit/check.py", "fit/patterns.py", "design/parameter_sets.py"),
}  # fmt: skip
"""Sources below ``experiments`` that decide content, whatever the imports say."""

NEVER = re.compile(
    r"^ceasefire/(__init__|__main__)|^viz/|^experiments/(commands|story|reference|sweeps|comparison|"
    r"sensitivity|threshold)/|/style/(words|look|files|folders)|/(in_)?words\.py$|/page\w*\.py$|"
    r"/report\.py$|/pictures?\w*\.py$|/runs/(parts|writing|results|store|sql|sweep|cluster|merge|"
    r"verify|summary|ensemble)\.py$|/claims/(store|ledger|verdict)\.py$|/fit/(folder|ship)\.py$"
)
"""Sources that never decide content: wording, pictures, commands, and what is written where."""

CLOSURE = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(*(name for name in sys.modules if name.startswith("ceasefire.")))
"""


def imported(*modules):
    """Return the modules of the package that come with some when Python imports them.

    The face comes with the package itself, whatever is imported: it decides nothing.
    """
    words = [sys.executable, "-c", CLOSURE, *modules]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=os.sep)
    return {name for name in done.stdout.split() if not name.startswith("ceasefire.verbs")}


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return copied(tmp_path_factory.mktemp("copy"))


@pytest.fixture(scope="module")
def closures(package):
    """What each entry depends on by Python's own account, with the imports inside functions."""
    found = {}
    for name, entry in ENTRIES.items():
        there, waiting = set(), set(entry)
        while waiting:
            there |= imported(*waiting) - {"ceasefire"}
            inner = {late for module in there for late in late_imports(package, module)}
            waiting = inner - there
        # A package stands for its folder: what is in its __init__ is a docstring.
        found[name] = {module for module in there if path_of(package, module).name != "__init__.py"}
    return found


def path_of(package, module):
    path = package.joinpath(*module.split(".")[1:])
    return path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"


def late_imports(package, module):
    """Return the modules of the package that a module imports inside its functions."""
    tree = ast.parse(path_of(package, module).read_text(encoding="utf-8"))
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                    "ceasefire."
                ):
                    yield node.module
                if isinstance(node, ast.Import):
                    yield from (a.name for a in node.names if a.name.startswith("ceasefire."))


def sources(package):
    return sorted(path for room in ROOMS for path in (package / room).rglob("*.py"))


def digests(package):
    sources_digest.cache_clear()
    return {name: sources_digest(*entry, home=package) for name, entry in ENTRIES.items()}


def test_every_source_changes_the_digests_of_what_depends_on_it(package, closures):
    before = digests(package)
    for path in sources(package):
        name = path.relative_to(package).as_posix()
        module = "ceasefire." + name.removesuffix(".py").replace("/", ".")
        text = path.read_text(encoding="utf-8")
        path.write_text(f"{text}\nCHANGED = 1\n", encoding="utf-8")
        after = digests(package)
        path.write_text(text, encoding="utf-8")
        changed = {entry for entry in ENTRIES if after[entry] != before[entry]}
        if path.name == "__init__.py":
            assert not changed or text.strip().count("\n"), name
            continue
        assert changed == {entry for entry in ENTRIES if module in closures[entry]}, name
        if NEVER.search(name):
            assert not changed, name
        for entry, decide in MUST.items():
            if name.removeprefix("experiments/") in decide:
                assert entry in changed, name
    assert digests(package) == before


def test_the_lists_name_sources_that_there_are(package):
    names = {path.relative_to(package).as_posix() for path in sources(package)}
    assert {f"experiments/{name}" for decide in MUST.values() for name in decide} <= names
    assert sum(bool(NEVER.search(name)) for name in names) > 100


def test_every_rule_of_the_model_decides_results(package, closures):
    rules = {path.stem for path in (package / "agents").glob("*.py")} - {"__init__"}
    reached = {module.rpartition(".")[2] for module in closures["results"]}
    assert {"coalition_party", "mediator", "patron", "rounds"} <= rules & reached


def test_words_for_readers_change_no_digest(package):
    before = digests(package)
    kept = {path: path.read_text(encoding="utf-8") for path in sources(package)}
    for path, text in kept.items():
        words = text.replace('"""', '"""Other words. ', 1)
        path.write_text(words.replace("\n\n", "\n\n# A comment.\n\n", 1), encoding="utf-8")
    assert digests(package) == before
    for path, text in kept.items():
        path.write_text(text, encoding="utf-8")


def test_stores_use_these_digests():
    assert runs_digest() == code_digest(*ENTRIES["results"])
    assert claims_digest() == code_digest(*ENTRIES["claims"])
    assert all(imports_of(entry) for entry in FIT)


SWEEP = """
import sys
from ceasefire.experiments.design.design import design_of
from ceasefire.experiments.runs.sweep import sweep
from ceasefire.experiments.style.refusals import RefusedError

rivals = {"name": "rivals", "title": "Rivals", "case": "two-rivals", "weeks": 2,
          "runs": int(sys.argv[2]),
          "dimension": [{"name": "h", "names": ["belligerent.north.hostility"], "values": [0.2]}]}
try:
    sweep(design_of(rivals), sys.argv[1], workers=1)
except RefusedError as refused:
    print(refused)
"""


def test_a_sweep_is_not_continued_once_a_seed_gets_another_set(tmp_path):
    package = copied(tmp_path / "copy")
    out = tmp_path / "out"

    def swept(runs):
        words = [sys.executable, "-c", SWEEP, str(out), str(runs)]
        outer = {**os.environ, "PYTHONPATH": str(package.parent)}
        done = subprocess.run(words, capture_output=True, text=True, check=True, env=outer,
                              cwd=tmp_path)  # fmt: skip
        return done.stdout

    assert swept(3) == ""
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    path = package / "experiments" / "design" / "parameter_sets.py"
    text = path.read_text(encoding="utf-8")
    assert text.count("places = place_of(seeds, len(self.sets))") == 1
    path.write_text(
        text.replace("place_of(seeds, len(self.sets))", "place_of(seeds, len(self.sets)) - 1"),
        encoding="utf-8",
    )
    said = swept(6)
    assert "found results of other code" in said
    assert "Name another folder with --out" in said
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
