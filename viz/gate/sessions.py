"""Pages that are open now; those that were closed make room when it gets full."""

import threading

from solara.server.kernel_context import PageStatus, VirtualKernelContext, contexts

from ceasefire.viz.gate.admission import MOST_SESSIONS
from ceasefire.viz.page.threads import begin

_leaving: set[str] = set()
_guard = threading.Lock()


def living() -> dict[str, str]:
    """Return the numbers of the pages that are open, and whose they are.

    A page that was closed is kept for a while, in case it comes back. Where there are more pages
    than there may be, the oldest of these go at once.
    """
    known = list(contexts.items())
    connected = {n: one for n, one in known if PageStatus.CONNECTED in one.page_status.values()}
    # One that has no status yet is about to be connected.
    closed = [(n, one) for n, one in known if n not in connected and one.page_status]
    for number, context in closed[: max(0, len(known) - MOST_SESSIONS)]:
        _end(number, context)
    return {number: context.session_id for number, context in connected.items()}


def _end(number: str, context: VirtualKernelContext) -> None:
    with _guard:
        if number in _leaving:
            return
        _leaving.add(number)

    def close() -> None:
        try:
            context.close(reason="room")
        finally:
            _leaving.discard(number)

    # It waits for what the page computes.
    begin(close, "room")
