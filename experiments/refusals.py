"""What ends a command early, said in one sentence."""

import signal
from types import FrameType, TracebackType
from typing import Any


class Refused(Exception):
    """What was asked for cannot be done; the message says why."""


class Stopped(Exception):
    """The command was stopped half way; the message says what is kept."""


class Interrupts:
    """While it lasts, Ctrl-C and a request to terminate are noted instead of acted on.

    So a chunk of results is written whole or not at all. A second Ctrl-C acts at once.

    Attributes:
        asked: Whether to stop.
    """

    signals = (signal.SIGINT, signal.SIGTERM)

    def __init__(self) -> None:
        self.asked = False
        self._before: dict[int, Any] = {}

    def _note(self, number: int, _: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True

    def __enter__(self) -> "Interrupts":
        for number in self.signals:
            self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
