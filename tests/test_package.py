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
from checkout import ROOT
from packaging.requirements import Requirement

CODE = ("*.py", "*.css", "*.vue")
DATA = ("*.toml", "*.csv", "*.json")
ROOMS = ("agents", "experiments", "model", "viz")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def run(*command, cwd, **variables):
    """Run a command that must see nothing of this checkout but what it is given."""
    outer = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=outer | variables,
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
    code = [path for room in ROOMS for kind in CODE for path in (ROOT / room).rglob(kind)]
    cases = [path for kind in DATA for path in (ROOT / "cases").rglob(kind)]
    assert code
    assert cases
    return {path.relative_to(ROOT).as_posix() for path in [*code, *cases]}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel, built from a source distribution, built from a copy without leftovers."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE", "MANIFEST.in", "docs/limits.md"):
        (source / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    for name in (*ROOMS, "cases"):
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
    borrowed = dict.fromkeys(sysconfig.get_path(kind) for kind in ("purelib", "platlib"))
    scripts = Path(sysconfig.get_path("scripts", scheme="venv", vars=places))
    python = scripts / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet")
    run(*pip, "--no-index", "--no-deps", wheel, cwd=home)
    (site / "borrowed.pth").write_text("\n".join(borrowed) + "\n", encoding="utf-8")
    return home, scripts


def test_wheel_holds_code_and_cases_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert shipped_files() <= names
    info = f"ceasefire-{PROJECT['project']['version']}.dist-info"
    data = info.replace(".dist-info", ".data")
    assert {name.split("/")[0] for name in names} == {*ROOMS, "cases", info, data}
    limits = f"{data}/data/share/ceasefire/limits.md"
    assert {name for name in names if name.startswith(data)} == {limits}
    assert f"{info}/licenses/LICENSE" in names


def test_the_packages_come_from_the_wheel(fresh, tmp_path):
    home, scripts = fresh
    look = "import importlib.util as u; print(*(u.find_spec(n).origin for n in {!r}), sep='\\n')"
    rooms = (*ROOMS, "cases")
    found = run(scripts / "python", "-c", look.format(rooms), cwd=tmp_path).splitlines()
    assert len(found) == len(rooms)
    for origin in found:
        assert Path(origin).resolve().is_relative_to(home.resolve())


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
