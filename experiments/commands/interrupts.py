"""Ctrl-C: noted while a command works, and acted on between its steps."""

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, TypeVar

from ceasefire.experiments.style.refusals import StoppedError

T = TypeVar("T")

PATIENCE = 0.05
"""Seconds between two looks at whether to stop."""


class Interrupts:
    """While it lasts, Ctrl-C and a request to terminate are noted, and acted on between steps.

    So results are written whole or not at all. Compiled code cannot be interrupted, and a
    KeyboardInterrupt inside the compiler is lost: such work runs on a thread of its own, which is
    left behind if need be.

    Attributes:
        asked: Whether to stop.
    """

    signals = (signal.SIGINT, signal.SIGTERM)

    def __init__(self) -> None:
        self.asked = False
        self._before: dict[int, Any] = {}

    def wait_for(self, work: Callable[[], T]) -> T:
        """Do some work on a thread of its own and return what comes of it.

        Raises:
            StoppedError: As soon as asked to stop, whether the work is done or not.
        """
        found: list[T] = []
        failed: list[BaseException] = []

        def do() -> None:
            try:
                found.append(work())
            except BaseException as error:
                failed.append(error)

        thread = threading.Thread(target=do, daemon=True)
        thread.start()
        while thread.is_alive():
            thread.join(PATIENCE)
            if self.asked:
                raise StoppedError("Stopped")
        if failed:
            raise failed[0]
        return found[0]

    def _note(self, number: int, frame: FrameType | None) -> None:
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
