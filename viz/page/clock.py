"""Playing: steps paced by the clock, never queued, and ended when nobody watches any more."""

import threading
import time
from collections.abc import Callable

from ceasefire.viz.page.threads import begin

PATIENCE = 10.0
"""Seconds without a sign that the last step was shown, after which playing ends."""


class Clock:
    """Steps in a thread of its own, at most one every ``interval`` seconds.

    A step that takes too long is not caught up with: the next is due an interval later. No step is
    made before the one before it was shown, so that nothing piles up where the page is slow, and
    playing ends by itself where the page is gone.

    Args:
        step: Makes a step; returns whether to go on.
        interval: Seconds between steps.
        ended: Told when playing ends by itself.
        patience: Seconds to wait for a step to be shown.
    """

    def __init__(
        self,
        step: Callable[[], bool],
        interval: float,
        ended: Callable[[], None] = lambda: None,
        patience: float = PATIENCE,
    ) -> None:
        self.interval = interval
        self._step, self._ended, self._patience = step, ended, patience
        self._stopped = threading.Event()
        self._shown = threading.Event()
        self._shown.set()

    def start(self) -> None:
        """Begin to step."""
        begin(self._run, "play")

    def stop(self) -> None:
        """End; no step begins afterwards."""
        self._stopped.set()
        self._shown.set()

    def shown(self) -> None:
        """Note that the last step was shown."""
        self._shown.set()

    def _run(self) -> None:
        due = time.monotonic() + self.interval
        while not self._stopped.wait(max(0.0, due - time.monotonic())):
            if not self._shown.wait(self._patience) or self._stopped.is_set():
                break
            # What was missed is not caught up with.
            due = max(due, time.monotonic()) + self.interval
            self._shown.clear()
            if not self._step():
                break
        if not self._stopped.is_set():
            self._stopped.set()
            self._ended()
