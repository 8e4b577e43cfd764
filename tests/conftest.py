"""Settings of the tests: random examples have no deadline, as machines are shared."""

import sys

import pytest
from hypothesis import settings

from ceasefire.experiments.commands import main as cli

settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture
def ceasefire(monkeypatch, capsys):
    """Call the command with arguments; returns exit code, stdout and stderr."""

    def call(*words, columns=80):
        monkeypatch.setattr(sys, "argv", ["ceasefire", *map(str, words)])
        monkeypatch.setenv("COLUMNS", str(columns))
        with pytest.raises(SystemExit) as end:
            cli.main()
        out, err = capsys.readouterr()
        return end.value.code, out, err

    return call
