"""The door of the live view, before Solara, which asks nobody where a request comes from."""

import asyncio
import html
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import quote, urlencode

from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ceasefire.viz.gate.admission import Refused, Rules, admit, pairs, presents_token
from ceasefire.viz.gate.conversation import Heard
from ceasefire.viz.gate.listening import PATIENCE, failure, hang_up, tell

DENIAL = "websocket.http.response"
"""The extension of ASGI by which the wish for a websocket is answered like any other request."""

GUARDED = (
    (b"content-security-policy", b"frame-ancestors 'none'; base-uri 'self'; object-src 'none'"),
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"same-origin"),
)
"""What every answer tells the browser: let no other site frame, read or name it."""


class Gate:
    """An ASGI application before another: it asks first.

    Args:
        app: The application behind it.
        rules: Who is let in.
        sessions: Returns the numbers of the pages that are open, and whose they are.
    """

    def __init__(
        self, app: ASGIApp, rules: Rules, sessions: Callable[[], Mapping[str, str]] = dict
    ) -> None:
        self.app = app
        self.rules = rules
        self.sessions = sessions
        self.sockets = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        inside = {**scope, "root_path": "", "headers": own_headers(scope["headers"])}
        try:
            admit(inside, self.rules, self.sessions(), self.sockets)
            if scope["type"] == "websocket":
                await self.converse(inside, receive, send)
            elif presents_token(inside, self.rules):
                await self.welcome(inside, receive, send)
            else:
                await self.answer(inside, receive, send)
        except Refused as refusal:
            tell(scope, f"{refusal.words} {refusal.seen}")
            await refuse(refusal, scope, receive, send)

    async def welcome(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Keep the token in a cookie, and have the page itself go on without it.

        A redirection would not do: a link from elsewhere that is redirected goes without a strict
        cookie.
        """
        rest = urlencode([pair for pair in pairs(scope) if pair[0] != "token"])
        onward = "/" + quote(scope["path"].lstrip("/")) + (f"?{rest}" if rest else "")
        page = HTMLResponse(
            f'<meta http-equiv="refresh" content="0; url={html.escape(onward)}">',
            headers={"cache-control": "no-store", "referrer-policy": "no-referrer"},
        )
        page.set_cookie(self.rules.cookie, self.rules.token, httponly=True, samesite="strict")
        await page(scope, receive, send)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on a request of HTTP; what goes wrong becomes a sentence."""
        begun = False

        async def guarded(message: Message) -> None:
            nonlocal begun
            begun = True
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *GUARDED]}
            await send(message)

        try:
            async with asyncio.timeout(PATIENCE):
                await self.app(scope, receive, guarded)
        except TimeoutError:
            tell(scope, "It did not take what it asked for.")
            hang_up(scope)
        except Exception as error:
            tell(scope, failure(error))
            if begun:
                hang_up(scope)
            else:
                await PlainTextResponse("It failed; see the terminal.", 500)(scope, receive, send)

    async def converse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on what a page says, message by message; what no page says ends it."""
        heard = Heard(scope, receive, send)
        self.sockets += 1
        try:
            await self.app(scope, heard.receive, heard.send)
        except Exception as error:
            tell(scope, failure(error))
            await heard.close(1011, "it failed")
        finally:
            self.sockets -= 1


def own_headers(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return headers without those by which a proxy, or whoever plays one, tells where it is."""
    told = (b"forwarded", b"script-name")
    return [pair for pair in headers if not pair[0].startswith(b"x-") and pair[0] not in told]


async def refuse(refusal: Refused, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a refused request in a sentence; a websocket is not even opened."""
    if scope["type"] == "websocket" and DENIAL not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008, "reason": refusal.words})
        return
    answer = PlainTextResponse(refusal.words + "\n", refusal.status)
    answer.raw_headers.extend(GUARDED)
    await answer(scope, receive, send)
