"""What ends a command early, said in one sentence."""

MOST_RUNS = 1_000_000_000
"""Runs that may be asked for at once: more would take days, and never end by mistake."""


class RefusedError(Exception):
    """What was asked for cannot be done; the message says why."""


class StoppedError(Exception):
    """The command was stopped half way; the message says what is kept."""
