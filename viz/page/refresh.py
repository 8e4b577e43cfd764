"""A page that looks again every second, only while it is open and there is something to see."""

import threading
from collections.abc import Callable

import solara

from ceasefire.viz.page.threads import begin as begin_thread


def use_refresh(active: bool, seconds: float = 1.0) -> int:
    """Render the calling component again and again while it is shown.

    Args:
        active: Whether there is something to wait for.
        seconds: Seconds between two looks.

    Returns:
        How often it has been so far.
    """
    count, set_count = solara.use_state(0)

    def begin() -> Callable[[], None] | None:
        if not active:
            return None
        closed = threading.Event()

        def tick() -> None:
            while not closed.wait(seconds):
                set_count(lambda before: before + 1)

        begin_thread(tick, "ticks")
        return closed.set

    solara.use_effect(begin, [active])
    return count
