"""Slow work of a page, done on a thread while the page says that it is under way."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import solara

from ceasefire.viz.page.threads import begin as begin_thread

log = logging.getLogger("ceasefire.page")


@dataclass(frozen=True)
class Work:
    """How far some work is.

    Attributes:
        state: "idle", "working", "done" or "failed".
        value: What came of it.
        words: What went wrong, in a sentence.
    """

    state: str = "idle"
    value: Any = None
    words: str = ""


def use_work(do: Callable[[], Any] | None, wanted: Sequence[Any]) -> Work:
    """Do some work on a thread of its own whenever what is wanted changes.

    What came of an earlier wish is shown no more, and its end is not waited for.

    Args:
        do: The work; None if there is nothing to do.
        wanted: What decides its result.
    """
    work, set_work = solara.use_state(Work())

    def begin() -> Callable[[], None]:
        left = threading.Event()
        if do is None:
            set_work(Work())
            return left.set
        set_work(Work("working"))

        def run() -> None:
            try:
                done = Work("done", do())
            except Exception as error:
                log.exception("work of a page failed")
                said = str(error).splitlines()[0] if str(error) else type(error).__name__
                done = Work("failed", words=said)
            if not left.is_set():
                set_work(done)

        begin_thread(run, "work")
        return left.set

    solara.use_effect(begin, list(wanted))
    return work
