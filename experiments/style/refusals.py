"""What ends a command early, said in one sentence."""


class RefusedError(Exception):
    """What was asked for cannot be done; the message says why."""


class StoppedError(Exception):
    """The command was stopped half way; the message says what is kept."""
