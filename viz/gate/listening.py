"""The socket of the live view: how long a visitor may take, and what is written of it.

uvicorn waits for the head of a request as long as it takes, and writes down all that goes wrong.
Here whoever is slow is hung up on, and the log has one line for each fault, and few of them.
"""

import asyncio
import logging
import sys
import time
from typing import Any, ClassVar, TextIO

from starlette.types import ASGIApp, Scope
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from ceasefire.viz.gate.frames import LARGEST

HEAD = 10.0
"""Seconds within which a visitor has said what it wants."""

MOST_WAITING = 128
"""Visitors who have not said yet what they want; for one more the oldest of them goes."""

MOST_CONNECTIONS = 384
"""Connections at a time; one more is told to come back."""

BITE = 1024
"""Bytes that are read at once from a visitor, before it is the next one's turn."""

MOST_PIECES = 200
"""Pieces of messages, and signs of life, that a page may send in a minute; browsers send a few."""

STOPPED_WITHIN = 5
"""Seconds that the server waits for its visitors when it is stopped."""

LINES = 20
"""Lines of the log in a minute; the rest are counted."""

MINUTE = 60.0

PATIENCE = 120.0
"""Seconds within which a visitor takes what he asked for."""

log = logging.getLogger("ceasefire.gate")


class Patient(H11Protocol):
    """uvicorn's connection, with a limit to what has not been said within ``HEAD`` seconds."""

    waiting: ClassVar[dict["Patient", asyncio.TimerHandle]] = {}
    """Those who have not said what they want, the oldest first."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait; the gate is told how to cut the line."""
        self.app_state = {**self.app_state, "hang_up": transport.abort}
        # A name of asyncio's own transport: 256 kB at once are 40,000 of the smallest messages.
        transport.max_size = BITE  # type: ignore[attr-defined]
        super().connection_made(transport)
        self._wait()
        if len(self.waiting) > MOST_WAITING:
            oldest = next(iter(self.waiting))
            oldest._wait_no_longer()
            oldest.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Hear the visitor, who may have said all now."""
        super().data_received(data)
        asked = self.cycle is not None and not self.cycle.response_complete
        if asked or self.transport.get_protocol() is not self:
            self._wait_no_longer()

    def on_response_complete(self) -> None:
        """Begin to wait for the next wish."""
        super().on_response_complete()
        if self.cycle.response_complete and not self.transport.is_closing():
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._wait_no_longer()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._wait_no_longer()
        self.waiting[self] = self.loop.call_later(HEAD, self.transport.abort)

    def _wait_no_longer(self) -> None:
        timer = self.waiting.pop(self, None)
        if timer is not None:
            timer.cancel()


class Whole(WebSocketsSansIOProtocol):
    """uvicorn's websocket, with a limit to what is not yet a message, or never becomes one."""

    _since = -MINUTE
    _pieces = 0

    def handle_cont(self, event: Frame) -> None:
        """Take a further piece of a message."""
        if self._is_bearable():
            super().handle_cont(event)

    def handle_ping(self) -> None:
        """Answer a sign of life, if the visitor takes answers."""
        if self._is_bearable() and self.writable.is_set():
            super().handle_ping()
        else:
            self.transport.abort()

    def handle_pong(self, event: Frame) -> None:
        """Take a sign of life."""
        if self._is_bearable():
            super().handle_pong(event)

    def _is_bearable(self) -> bool:
        now = self.loop.time()
        if now - self._since > MINUTE:
            self._since, self._pieces = now, 0
        self._pieces += 1
        if self._pieces > MOST_PIECES:
            self.transport.abort()
        return self._pieces <= MOST_PIECES


class Short(logging.StreamHandler[TextIO]):
    """A log of one line for each fault, without where in the code, and few of them."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)
        self._since = -MINUTE
        self._written = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, unless this minute has had enough of them."""
        now = time.monotonic()
        if now - self._since > MINUTE:
            missing = self._written - LINES
            if missing > 0:
                self.stream.write(f"ceasefire: {missing} more lines like these\n")
            self._since, self._written = now, 0
        self._written += 1
        if self._written <= LINES:
            super().emit(record)

    def format(self, record: logging.LogRecord) -> str:
        """Return the first line of what is said."""
        said = record.getMessage().strip().splitlines()
        words = said[0] if said else ""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            words += " " + failure(error)
        return "ceasefire: " + "".join(c if c.isprintable() else "?" for c in words[:300])


def log_in_lines() -> None:
    """Send all that is logged in this process to one short log."""
    logging.basicConfig(handlers=[Short()], level=logging.WARNING, force=True)
    for name in ("uvicorn.error", "asyncio", "solara.server.fastapi"):
        logging.getLogger(name).setLevel(logging.ERROR)


def hang_up(scope: Scope) -> None:
    """Cut the line to a visitor who does not take what it asked for."""
    cut = scope.get("state", {}).get("hang_up")
    if cut is not None:
        cut()


def failure(error: BaseException) -> str:
    """Return what went wrong, in one line."""
    said = str(error).strip().splitlines()
    return f"It failed ({type(error).__name__}: {said[0] if said else 'no more is known'})."


def tell(scope: Scope, words: str) -> None:
    """Write one short line about a request to the log."""
    client = (scope.get("client") or ("?", 0))[0]
    asked = scope.get("method", "websocket")
    log.warning("%s", f"{asked:.10} {scope['path']!r:.60} from {client}: {words:.160}".rstrip())


def settings_of(gate: ASGIApp, host: str, port: int) -> Config:
    """Return the settings of the server: what stands before the gate believes nobody."""
    settings: dict[str, Any] = {"http": Patient, "ws": Whole, "loop": "asyncio", "log_config": None}
    return Config(
        gate,
        host=host,
        port=port,
        **settings,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        root_path="",
        ws_max_size=LARGEST,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=STOPPED_WITHIN,
    )
