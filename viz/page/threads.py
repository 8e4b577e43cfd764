"""Threads of a page."""

import threading
import time
from collections.abc import Callable

AFTERWARDS = 1.0
"""Seconds that a thread stays after its work: closing a session takes milliseconds."""


def begin(work: Callable[[], None], name: str) -> threading.Thread:
    """Do some work on a thread of its own.

    The thread stays a moment longer than its work. A session that closes tells its threads to stop
    and then strikes them off Solara's list of threads, which fails if one has struck itself off
    meanwhile.

    Args:
        work: The work.
        name: Name of the thread.
    """

    def run() -> None:
        try:
            work()
        finally:
            time.sleep(AFTERWARDS)

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread
