"""Compiled code is kept by a digest of all sources: an edit to any rule is never missed."""

import os
import subprocess
import sys
import tempfile

import numba
import pytest
from checkout import copied

from ceasefire.model.engines import cache as engine
from ceasefire.model.engines.kept_code import made_private

ENTRY = """
from ceasefire.agents.standing import trust_after_kept
from ceasefire.model.engines.cache import compiled

def entry(trust, gain):
    return trust_after_kept(trust, gain)

kept = compiled(entry)
print(entry(0.5, 0.5), kept(0.5, 0.5), sum(kept.stats.cache_hits.values()))
"""
"""A rule of another file, called from Python and compiled, and whether that was in the cache."""


@pytest.fixture
def copy(tmp_path):
    """A copy of the sources that a test may edit."""
    return copied(tmp_path, "agents", "model", "cases")


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_an_edit_to_a_rule_in_another_file_is_never_missed(copy, tmp_path):
    entry = tmp_path / "entry.py"
    entry.write_text(ENTRY, encoding="utf-8")
    settings = {"CEASEFIRE_CACHE_DIR": str(tmp_path / "kept"), "PYTHONPATH": str(tmp_path)}

    def told():
        done = subprocess.run(
            [sys.executable, str(entry)],
            cwd=tmp_path,
            env=os.environ | settings,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        python, machine, hits = done.stdout.split()
        return float(python), float(machine), int(hits)

    assert told() == (0.75, 0.75, 0)
    assert told() == (0.75, 0.75, 1)
    edit(
        copy / "agents" / "standing.py",
        "return trust + (1.0 - trust) * gain",
        "return trust + 0.5 * (1.0 - trust) * gain",
    )
    assert told() == (0.625, 0.625, 0)


def digest_of(home, width="64"):
    """The digest of compiled code, of sources elsewhere."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from ceasefire.model.engines import cache as c; print(c.rules_digest())",
        ],
        cwd=home,
        env=os.environ | {"PYTHONPATH": str(home), "CEASEFIRE_FLOAT_WIDTH": width},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_digest_tells_an_edited_and_a_renamed_source_and_another_width_apart(copy, tmp_path):
    before = digest_of(tmp_path)
    assert digest_of(tmp_path) == before
    rule = copy / "agents" / "standing.py"
    rule.write_text(rule.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    edited = digest_of(tmp_path)
    (copy / "model" / "another.py").write_text("", encoding="utf-8")
    assert len({before, edited, digest_of(tmp_path), digest_of(tmp_path, "32")}) == 4


def test_the_folder_asked_for_is_used(tmp_path, monkeypatch):
    monkeypatch.setenv("CEASEFIRE_CACHE_DIR", str(tmp_path / "mine"))
    assert engine.cache_folder() == tmp_path / "mine" / engine.rules_digest()


def test_where_the_users_cache_cannot_be_written_a_temporary_folder_serves(tmp_path, monkeypatch):
    blocked = tmp_path / "a file"
    blocked.write_text("in the way", encoding="utf-8")
    monkeypatch.delenv("CEASEFIRE_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = engine.cache_folder()
    assert folder is not None
    assert folder.is_relative_to(tmp_path / f"ceasefire-{os.geteuid()}")
    monkeypatch.setattr(tempfile, "tempdir", str(blocked))
    assert engine.cache_folder() is None


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o703])
def test_a_folder_in_which_others_can_write_is_not_used(tmp_path, monkeypatch, mode):
    planted = tmp_path / "planted"
    planted.mkdir()
    planted.chmod(mode)
    monkeypatch.setenv("CEASEFIRE_CACHE_DIR", str(planted))
    assert engine.cache_folder() is None
    assert not any(planted.iterdir())


def test_a_folder_that_others_can_read_becomes_the_users_own(tmp_path, monkeypatch):
    folder = tmp_path / "mine"
    folder.mkdir(mode=0o755)
    monkeypatch.setenv("CEASEFIRE_CACHE_DIR", str(folder))
    assert engine.cache_folder() is not None
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_link_and_a_folder_of_somebody_else_are_not_used(tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(elsewhere)
    assert not made_private(tmp_path / "link")
    assert made_private(elsewhere)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert not made_private(elsewhere)


KEPT = """
from ceasefire.model.engines.cache import compiled, is_kept

def half(x):
    return 0.5 * x

kept = compiled(half)
before = is_kept(kept)
print(kept(3.0), before, sum(kept.stats.cache_hits.values()), is_kept(kept))
"""


def half_kept(script, folder):
    """Run a compiled function in a process of its own: what it says, and what it complains of."""
    done = subprocess.run(
        [sys.executable, str(script)],
        env=os.environ | {"CEASEFIRE_CACHE_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split(), done.stderr


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
@pytest.mark.parametrize("damage", [b"", b"\x80", None, b"cos\nsystem\n(S'echo run'\ntR."])
def test_damaged_code_is_thrown_away_and_said_so(tmp_path, ending, damage):
    script, folder = tmp_path / "entry.py", tmp_path / "kept"
    script.write_text(KEPT, encoding="utf-8")
    assert half_kept(script, folder) == (["1.5", "False", "0", "True"], "")
    assert half_kept(script, folder) == (["1.5", "True", "1", "True"], "")
    (file,) = folder.rglob(f"*half*.{ending}")
    file.write_bytes(file.read_bytes()[:-40] if damage is None else damage)
    words, complaint = half_kept(script, folder)
    assert words[0] == "1.5"
    assert words[2] == "0"
    assert complaint.count("was damaged: it is thrown away") == 1
    assert half_kept(script, folder) == (["1.5", "True", "1", "True"], "")


def test_code_of_another_checkout_does_not_count_as_kept(tmp_path):
    folder = tmp_path / "kept"
    for place in ("first", "second"):
        script = tmp_path / place / "entry.py"
        script.parent.mkdir()
        script.write_text(KEPT, encoding="utf-8")
        assert half_kept(script, folder) == (["1.5", "False", "0", "True"], "")


def test_a_full_disk_is_said_and_stops_nothing(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(engine, "FOLDER", tmp_path)

    def half(x):
        return 0.5 * x

    kept = engine.compiled(half)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(kept._cache._cache_file), "save", full)
    assert kept(3.0) == 1.5
    assert "could not be kept" in caplog.text


def test_where_nothing_can_be_kept_rules_are_compiled_all_the_same(tmp_path, monkeypatch):
    blocked = tmp_path / "a file"
    blocked.write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("CEASEFIRE_CACHE_DIR", str(blocked))
    assert engine.cache_folder() is None
    monkeypatch.setattr(engine, "FOLDER", None)
    before = numba.config.CACHE_DIR

    def half(x):
        return 0.5 * x

    assert engine.compiled(half)(3.0) == 1.5
    assert before == numba.config.CACHE_DIR
