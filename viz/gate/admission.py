"""Who is let in: our own page alone, under our own names, and no more than the server can bear.

A page of another site could otherwise read and start experiments through its reader's browser, by
the server's address or by a name that it lets point there (DNS rebinding).
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import Scope

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""Names of this machine that no foreign site can take."""

MOST_SESSIONS = 24
"""Pages that are open at a time, over all visitors."""

FULL = f"{MOST_SESSIONS} pages are open, as many as there may be."

MOST_SOCKETS = 2 * MOST_SESSIONS
"""Websockets at a time: a page that comes back may have its old one for a moment."""

LARGEST_BODY = 64 * 1024
"""Bytes of a request's body; pages send none to speak of."""

MOST_PAIRS = 200
"""Pairs behind the question mark of an address."""

CLOSES = "/_solara/api/close/"
"""What a page posts to when its tab is closed."""

PARTS = ("/static/", "/_solara/", "/jupyter/")
"""Where the parts of pages lie: scripts, fonts, the websocket."""

VISITOR = "solara-session-id"
"""Solara's cookie, by which somebody who reloads a page is known."""

ADDRESS = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?")

LENGTH = re.compile("[0-9]{1,9}")

KERNEL = re.compile(r"/jupyter/api/kernels/([0-9a-zA-Z-]{8,64})/channels")


@dataclass(frozen=True)
class Rules:
    """Who is let in.

    Attributes:
        hosts: Names under which the view is reached, beside those of loopback and the number that
            was dialled.
        proxies: Names, with a port if it is not the usual one, under which others hand it on.
        token: What a visitor must know; "" if whoever reaches it may see it.
        cookie: Name of the cookie that keeps it; browsers do not tell ports apart.
    """

    hosts: frozenset[str] = frozenset()
    proxies: frozenset[str] = frozenset()
    token: str = ""
    cookie: str = "ceasefire"


class Refused(Exception):  # noqa: N818  # an answer, not a fault
    """Why a request is not answered.

    Args:
        status: Of HTTP.
        words: A sentence for whoever asked.
        seen: What was found, for the log.
    """

    def __init__(self, status: int, words: str, seen: str = "") -> None:
        super().__init__(words)
        self.status = status
        self.words = words
        self.seen = seen


def admit(scope: Scope, rules: Rules, living: Mapping[str, str], sockets: int) -> None:
    """Check where a request comes from, and that it is one that pages make.

    Args:
        scope: The request.
        rules: Who is let in.
        living: Numbers of the pages that are open, and whose they are.
        sockets: Websockets that are open.

    Raises:
        Refused: If it is not let in.
    """
    headers = Headers(scope=scope)
    host = check_host(headers, scope, rules)
    check_origin(headers, scope, rules, host)
    if scope["type"] == "http":
        check_request(headers, scope)
    if rules.token and not knows_token(scope, rules):
        raise Refused(403, "Open the address that was printed when the live view was started.")
    if scope["type"] == "websocket":
        check_room_for_socket(scope, living, sockets)
    elif is_page(headers, scope):
        check_room_for_page(scope, living)


def check_host(headers: Headers, scope: Scope, rules: Rules) -> str:
    """Return the address that the visitor typed, if it is one of ours."""
    given = headers.getlist("host")
    found = ADDRESS.fullmatch(given[0].lower()) if len(given) == 1 else None
    if found is None:
        raise Refused(400, "A request names one host.", f"found {given!r:.80}")
    name, whole = found[1], found[0]
    if name in LOOPBACK or name == dialled(scope) or name in rules.hosts:
        return whole
    if rules.proxies & {name, whole}:
        return whole
    raise Refused(421, "This name is not answered here: see --allow-host.", f"found {whole!r}")


def check_origin(headers: Headers, scope: Scope, rules: Rules, host: str) -> None:
    """Check that a page that asks is ours, as far as the browser says."""
    given = headers.getlist("origin")
    needed = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD")
    if not given and needed:
        raise Refused(403, "Only the page itself is answered.", "found no Origin")
    if given and (len(given) > 1 or not is_own(given[0], host, rules)):
        raise Refused(403, "Only the page itself is answered.", f"found Origin {given!r:.80}")
    site = headers.get("sec-fetch-site", "same-origin")
    if site in ("same-origin", "none"):
        return
    if scope["type"] == "websocket" or not is_page(headers, scope):
        raise Refused(403, "Only the page itself is answered.", f"found a page {site!r:.20}")


def is_own(origin: str, host: str, rules: Rules) -> bool:
    """Whether an origin is the address that was typed, or one that was allowed by name."""
    scheme, _, address = origin.lower().partition("://")
    if scheme not in ("http", "https") or ADDRESS.fullmatch(address) is None:
        return False
    default = ":443" if scheme == "https" else ":80"
    bare = address.removesuffix(default)
    return bare == host.removesuffix(default) or bare in rules.proxies


def check_request(headers: Headers, scope: Scope) -> None:
    """Check that a request is of the kinds that pages make.

    Raises:
        Refused: If it is not.
    """
    method, path = scope["method"], scope["path"]
    if method not in ("GET", "HEAD") and (method != "POST" or not path.startswith(CLOSES)):
        raise Refused(405, "Pages do not ask like that.", f"found {method!r:.20}")
    if not path.startswith("/"):
        raise Refused(400, "A request names a path.", f"found {path!r:.40}")
    length = headers.get("content-length", "0")
    if "transfer-encoding" in headers or not LENGTH.fullmatch(length) or int(length) > LARGEST_BODY:
        raise Refused(413, f"A request has at most {LARGEST_BODY} bytes.", f"found {length!r:.20}")


def is_page(headers: Headers, scope: Scope) -> bool:
    """Whether a page is asked for, to be shown in a tab of its own."""
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and not scope["path"].startswith(PARTS)
        and headers.get("sec-fetch-mode", "navigate") == "navigate"
        and headers.get("sec-fetch-dest", "document") == "document"
    )


def knows_token(scope: Scope, rules: Rules) -> bool:
    """Whether a visitor knows the token, from the address or from the cookie."""
    kept = HTTPConnection(scope).cookies.get(rules.cookie, "")
    return is_token(kept, rules) or presents_token(scope, rules)


def presents_token(scope: Scope, rules: Rules) -> bool:
    """Whether the address of a page holds the token."""
    if not rules.token or scope["type"] != "http" or scope["method"] != "GET":
        return False
    return any(name == "token" and is_token(value, rules) for name, value in pairs(scope))


def is_token(given: str, rules: Rules) -> bool:
    """Whether something is the token, in the same time whatever it is."""
    return secrets.compare_digest(given.encode(), rules.token.encode())


def check_room_for_page(scope: Scope, living: Mapping[str, str]) -> None:
    """Check that one more page may be opened, or that it is a known visitor's."""
    known = HTTPConnection(scope).cookies.get(VISITOR) in living.values()
    if len(living) >= MOST_SESSIONS and not known:
        raise Refused(503, f"{FULL} Try again when somebody has closed one.")


def check_room_for_socket(scope: Scope, living: Mapping[str, str], sockets: int) -> None:
    """Check that one more page may talk to the server."""
    found = KERNEL.fullmatch(scope["path"])
    if found is None or not dict(pairs(scope)).get("session_id"):
        raise Refused(404, "There is nothing here.")
    if sockets >= MOST_SOCKETS:
        raise Refused(503, f"{MOST_SOCKETS} connections are open, as many as there may be.")
    if len(living) >= MOST_SESSIONS and found[1] not in living:
        raise Refused(503, FULL)


def pairs(scope: Scope) -> list[tuple[str, str]]:
    """Return what the address of a request holds behind the question mark."""
    try:
        return parse_qsl(scope["query_string"].decode("latin-1"), max_num_fields=MOST_PAIRS)
    except ValueError:
        raise Refused(400, f"An address has at most {MOST_PAIRS} pairs.") from None


def dialled(scope: Scope) -> str:
    """Return the number of this machine to which a visitor has connected, as a browser writes it.

    No foreign name can be made out of it.
    """
    number = str((scope.get("server") or ("", None))[0])
    return f"[{number}]" if ":" in number else number
