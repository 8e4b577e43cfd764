"""What a page says: each message checked, at a bearable pace, as long as the page listens."""

import asyncio
import contextlib

from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from ceasefire.viz.gate.frames import FrameError, check
from ceasefire.viz.gate.listening import PATIENCE, hang_up, tell

MESSAGES = 200.0
"""Messages a second that are taken from a page in the long run; the rest waits."""

BURST = 1000.0
"""Messages that are taken at once."""

FIRST_WORD = 20.0
"""Seconds within which a page says something after it has connected."""


class Heard:
    """A conversation with a page, of which every message is checked.

    Args:
        scope: The connection.
        receive: Where messages come from.
        send: Where answers go to.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self._receive = receive
        self._send = send
        self._allowance = BURST
        self._last = asyncio.get_running_loop().time()
        self._silent: float | None = FIRST_WORD
        self._closed = False

    async def receive(self) -> Message:
        """Return the next message, or the end of the conversation."""
        if self._closed:
            return {"type": "websocket.disconnect", "code": 1008}
        try:
            message = await self._next()
            data = message.get("text") or message.get("bytes")
            if message["type"] == "websocket.receive":
                check(data or "")
                self._silent = None
            return message
        except TimeoutError:
            reason = "it says nothing"
        except FrameError as error:
            reason = str(error)
        tell(self.scope, f"Its message is none of our page's: {reason}.")
        await self.close(1008, reason)
        return {"type": "websocket.disconnect", "code": 1008}

    async def send(self, message: Message) -> None:
        """Send on what the page is told, as long as it listens."""
        if self._closed:
            raise WebSocketDisconnect(1006)
        try:
            async with asyncio.timeout(PATIENCE):
                await self._send(message)
        except TimeoutError:
            self._closed = True
            hang_up(self.scope)
            raise WebSocketDisconnect(1006) from None

    async def close(self, code: int, reason: str) -> None:
        """End the conversation, once."""
        if not self._closed:
            self._closed = True
            with contextlib.suppress(OSError, RuntimeError):
                await self._send({"type": "websocket.close", "code": code, "reason": reason})

    async def _next(self) -> Message:
        now = asyncio.get_running_loop().time()
        self._allowance = min(BURST, self._allowance + (now - self._last) * MESSAGES) - 1.0
        self._last = now
        if self._allowance < 0:
            await asyncio.sleep(-self._allowance / MESSAGES)
        return await asyncio.wait_for(self._receive(), self._silent)
