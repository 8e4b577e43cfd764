"""Compiled code is kept by a digest of all sources: an edit to any rule is never missed."""

import os
import subprocess
import sys
import tempfile

import numba
import pytest
from checkout import copied

from ceasefire.model.engines import cache as engine

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
    assert folder.is_relative_to(tmp_path / "ceasefire")
    monkeypatch.setattr(tempfile, "tempdir", str(blocked))
    assert engine.cache_folder() is None


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
