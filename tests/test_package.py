"""What is shipped: the wheel works by itself, and the locks hold what they promise."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest
from checkout import ROOMS, ROOT
from packaging.requirements import Requirement

CODE = ("*.py", "*.css", "*.vue", "py.typed")
DATA = ("*.toml", "*.csv", "*.json")
PARTS = ("ceasefire", *ROOMS)
"""The face, which is the package itself, and the rooms, which are imported from below it."""

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def environment(**variables):
    """The variables of a process that must see nothing of this checkout but what it is given."""
    outer = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    return outer | variables


def run(*command, cwd, **variables):
    """Run a command that must see nothing of this checkout but what it is given."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment(**variables),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, (
        f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    )
    return done.stdout


def shipped_files():
    """The files of this checkout that a user needs, as the names they have in the wheel."""
    code = [path for part in PARTS for kind in CODE for path in (ROOT / part).rglob(kind)]
    cases = [path for kind in DATA for path in (ROOT / "cases").rglob(kind)]
    assert code
    assert cases
    return {installed(path) for path in [*code, *cases]}


def installed(path):
    """The name that a file of this checkout has in the wheel: rooms lie below ``ceasefire/``."""
    name = path.relative_to(ROOT)
    return (name if name.parts[0] == "ceasefire" else "ceasefire" / name).as_posix()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel, built from a source distribution, built from a copy without leftovers."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE", "MANIFEST.in", "docs/limits.md"):
        (source / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    for name in PARTS:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, cwd=source)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def fresh(wheel, tmp_path_factory):
    """An environment that holds the wheel; the dependencies are borrowed from this one.

    A folder named in a .pth file comes after the environment's own packages on the path, and the
    .pth files inside that folder are not read: so an editable install of this checkout, which is
    such a file, is not seen.
    """
    home = tmp_path_factory.mktemp("fresh")
    run(sys.executable, "-m", "venv", "--without-pip", home, cwd=home)
    places = {"base": str(home), "platbase": str(home)}
    site = Path(sysconfig.get_path("purelib", scheme="venv", vars=places))
    borrowed = [place for place in sys.path if place.endswith(("site-packages", "dist-packages"))]
    scripts = Path(sysconfig.get_path("scripts", scheme="venv", vars=places))
    python = scripts / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet")
    run(*pip, "--no-index", "--no-deps", wheel, cwd=home)
    (site / "borrowed.pth").write_text("\n".join(borrowed) + "\n", encoding="utf-8")
    return home, scripts


def test_wheel_holds_code_and_cases_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    info = f"ceasefire-{PROJECT['project']['version']}.dist-info"
    data = info.replace(".dist-info", ".data")
    assert {name.split("/")[0] for name in names} == {"ceasefire", info, data}
    assert {name for name in names if name.startswith("ceasefire/")} == shipped_files()
    limits = f"{data}/data/share/ceasefire/limits.md"
    assert {name for name in names if name.startswith(data)} == {limits}
    assert f"{info}/licenses/LICENSE" in names
    assert f"{info}/top_level.txt" in names
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read(f"{info}/top_level.txt").decode().split() == ["ceasefire"]


def test_every_folder_with_code_is_a_package_that_is_declared():
    folders = {path.parent for part in PARTS for path in (ROOT / part).rglob("*.py")}
    for folder in folders:
        assert (folder / "__init__.py").is_file(), f"{folder} has code and no __init__.py"
    packages = {installed(folder).replace("/", ".") for folder in folders}
    declared = PROJECT["tool"]["setuptools"]["packages"]
    assert set(declared) == packages, "pyproject.toml: packages, against the folders with code"
    assert declared == sorted(declared)


def test_the_packages_come_from_the_wheel(fresh, tmp_path):
    home, scripts = fresh
    look = "import importlib.util as u; print(*(u.find_spec(n).origin for n in {!r}), sep='\\n')"
    names = ("ceasefire", *(f"ceasefire.{room}" for room in ROOMS))
    found = run(scripts / "python", "-c", look.format(names), cwd=tmp_path).splitlines()
    assert len(found) == len(names)
    for origin in found:
        assert Path(origin).resolve().is_relative_to(home.resolve())


@pytest.mark.parametrize("name", ROOMS)
def test_the_old_names_are_gone(fresh, tmp_path, name):
    _, scripts = fresh
    look = f"import importlib.util as u; print(u.find_spec({name!r}))"
    assert run(scripts / "python", "-c", look, cwd=tmp_path).strip() == "None"


@pytest.mark.parametrize("name", [room for room in ROOMS if room != "cases"])
def test_a_room_is_not_imported_by_its_folder_s_name(name):
    """From the repository's root a bare import would find a second copy: it says so."""
    said = run(
        sys.executable,
        "-c",
        f"try:\n    import {name}\nexcept ImportError as error:\n    print(error)",
        cwd=ROOT,
    )
    assert said.startswith(f"Import it as ceasefire.{name}: ")


TYPED = """\
from ceasefire import CeasefireModel, Case, compare, load_case, run_ensemble, why

results = run_ensemble("gaza-2023", runs=10)
reveal_type(results)
reveal_type(results.case)
reveal_type(load_case("two-rivals"))
reveal_type(CeasefireModel(rng=7).run())
reveal_type(compare("gaza-2023", "two-rivals"))
reveal_type(why())
reveal_type(why(seed=3))
run_ensemble(runs="many")
compare(3)
"""

REVEALED = (
    "ceasefire.experiments.runs.ensemble.Results",
    "ceasefire.model.case.case.Case",
    "ceasefire.model.case.case.Case",
    "ceasefire.model.engines.ceasefire.CeasefireModel",
    "ceasefire.experiments.comparison.found.Comparison",
    "ceasefire.verbs.answers.Stuck",
    "ceasefire.verbs.answers.FailedRounds",
)


def test_a_type_checker_sees_the_types_of_what_is_installed(fresh, tmp_path):
    _, scripts = fresh
    (tmp_path / "mine.py").write_text(TYPED, encoding="utf-8")
    (tmp_path / "mypy.ini").write_text("[mypy]\nignore_missing_imports = true\n", encoding="utf-8")
    python = scripts / "python"
    words = (sys.executable, "-m", "mypy", "--python-executable", python, "--no-pretty", "mine.py")
    done = subprocess.run(
        [str(word) for word in words],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    revealed = re.findall(r'Revealed type is "([\w.]+)', done.stdout)
    assert tuple(revealed) == REVEALED, done.stdout + done.stderr
    errors = re.findall(r"mine\.py:(\d+): error: .*\[arg-type\]", done.stdout)
    assert errors == ["11", "12"], done.stdout


def test_the_command_works_from_any_folder(fresh, tmp_path):
    _, scripts = fresh
    run(scripts / "ceasefire", "check", "gaza-2023", cwd=tmp_path)


def pins(name):
    """A lock as {(package, version): (marker, number of hashes)}, every line accounted for."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    found = {}
    for line in text.replace("\\\n", "").splitlines():
        head, *hashes = re.split(r"\s+--hash=sha256:", line.strip())
        requirement = Requirement(head)
        (pin,) = requirement.specifier
        assert pin.operator == "==", line
        assert all(re.fullmatch("[0-9a-f]{64}", value) for value in hashes), line
        found[requirement.name, pin.version] = (requirement.marker, len(hashes))
    return found


def locked_here(name):
    """The versions that a lock gives to the Python that runs this."""
    applying = [key for key, (marker, _) in pins(name).items() if not marker or marker.evaluate()]
    assert len(applying) == len({package for package, _ in applying})
    return dict(applying)


def wanted(*, extras=(), groups=()):
    """What pyproject.toml asks for, with groups that include groups followed."""
    names = list(PROJECT["project"]["dependencies"])
    for extra in extras:
        names += PROJECT["project"]["optional-dependencies"][extra]
    waiting = list(groups)
    while waiting:
        for entry in PROJECT["dependency-groups"][waiting.pop()]:
            if isinstance(entry, str):
                names.append(entry)
            else:
                waiting.append(entry["include-group"])
    return [Requirement(name) for name in names]


LOCKS = ("run.txt", "all.txt", "uv.txt")


@pytest.mark.parametrize("name", LOCKS)
def test_lock_has_hashes_and_no_addresses(name):
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert " @ " not in text
    assert not re.search(r"--(?!hash=)", text)
    assert all(hashes for _, hashes in pins(name).values())


@pytest.mark.parametrize(
    ("name", "requirements"),
    [
        ("run.txt", wanted(groups=["build"])),
        ("all.txt", wanted(extras=["live"], groups=["dev"])),
    ],
)
def test_lock_meets_what_the_project_asks_for(name, requirements):
    locked = locked_here(name)
    for requirement in requirements:
        assert requirement.name in locked, requirement
        assert requirement.specifier.contains(locked[requirement.name]), requirement


def test_what_runs_the_model_is_a_part_of_everything():
    assert pins("run.txt").keys() <= pins("all.txt").keys()


def test_mesa_is_locked_for_old_and_new_pythons():
    versions = {version for name, version in pins("run.txt") if name == "mesa"}
    assert len(versions) == 2
