"""Compiled code is kept by a digest of all sources: an edit to any rule is never missed."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numba
import pytest

from model import engine

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("agents", "model", "scenarios")

ENTRY = """
from agents.standing import trust_after_kept
from model.engine import compiled

def entry(trust, gain):
    return trust_after_kept(trust, gain)

kept = compiled(entry)
print(entry(0.5, 0.5), kept(0.5, 0.5), sum(kept.stats.cache_hits.values()))
"""
"""A rule of another file, called from Python and compiled, and whether that was in the cache."""


@pytest.fixture
def copy(tmp_path):
    """A copy of the sources that a test may edit."""
    for room in ROOMS:
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / room, tmp_path / "copy" / room, ignore=ignore)
    return tmp_path / "copy"


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_an_edit_to_a_rule_in_another_file_is_never_missed(copy, tmp_path):
    entry = copy / "entry.py"
    entry.write_text(ENTRY, encoding="utf-8")
    settings = {"CEASEFIRE_CACHE_DIR": str(tmp_path / "kept"), "PYTHONPATH": str(copy)}

    def told():
        done = subprocess.run(
            [sys.executable, str(entry)],
            cwd=copy,
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


def test_the_digest_tells_every_source_apart(copy, monkeypatch):
    monkeypatch.setattr(engine, "__file__", str(copy / "model" / "engine.py"))
    before = engine.sources_digest()
    assert engine.sources_digest() == before
    seen = {before}
    sources = [path for room in ("agents", "model") for path in (copy / room).glob("*.py")]
    assert len(sources) > 20
    for path in sources:
        text = path.read_text(encoding="utf-8")
        path.write_text(text + "\n", encoding="utf-8")
        seen.add(engine.sources_digest())
        path.write_text(text, encoding="utf-8")
    assert len(seen) == 1 + len(sources)
    assert engine.sources_digest() == before


def test_the_digest_tells_a_renamed_source_and_another_width_apart(copy, monkeypatch):
    monkeypatch.setattr(engine, "__file__", str(copy / "model" / "engine.py"))
    before = engine.sources_digest()
    (copy / "agents" / "standing.py").rename(copy / "agents" / "standings.py")
    renamed = engine.sources_digest()
    monkeypatch.setattr(engine, "FLOAT", "float32")
    assert len({before, renamed, engine.sources_digest()}) == 3


def test_the_folder_asked_for_is_used(tmp_path, monkeypatch):
    monkeypatch.setenv("CEASEFIRE_CACHE_DIR", str(tmp_path / "mine"))
    assert engine.cache_folder() == tmp_path / "mine" / engine.sources_digest()


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
