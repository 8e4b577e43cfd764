"""Sweeps that pages start: how many there may be on a server."""

from dataclasses import replace

import pytest

from ceasefire.experiments.design.design import load_design
from ceasefire.viz.live import sweeps
from ceasefire.viz.live.sweeps import MOST_UNDER_WAY, Running, start


@pytest.fixture
def designs(tmp_path, monkeypatch):
    """Return more designs than may be under way, none of which is run."""
    monkeypatch.setattr(sweeps, "ROOT", tmp_path)
    monkeypatch.setattr(sweeps, "_known", {})
    monkeypatch.setattr(sweeps, "_under_way", [])
    monkeypatch.setattr(Running, "run", lambda one: None)
    design = load_design("arms-and-tolerance")
    numbers = range(MOST_UNDER_WAY + 2)
    return [replace(design, name=f"design-{number}") for number in numbers]


def test_one_too_many_over_all_visitors_is_told_so(designs):
    going = [start(design, design.name) for design in designs[:MOST_UNDER_WAY]]
    assert all(one.going for one in going)
    refused = start(designs[-1], "somebody")
    assert not refused.going
    assert refused.words == "6 experiments wait or run here already; stop one, or wait."
    assert sweeps.started(refused.folder) is None
    assert start(designs[0], "somebody") is going[0]
    going[0].state = "done"
    assert start(designs[-2], "somebody").going
