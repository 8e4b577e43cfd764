"""The door of the live view: who is let in, what may be said, and how much of it."""

import asyncio
import json
import logging
import struct
import threading

import pytest
from solara.server.kernel_context import PageStatus

from ceasefire.viz.gate import admission, conversation, sessions
from ceasefire.viz.gate.admission import LARGEST_BODY, MOST_SESSIONS, Rules
from ceasefire.viz.gate.frames import DEEPEST, LARGEST, MOST_PARTS, FrameError, check
from ceasefire.viz.gate.gate import Gate
from ceasefire.viz.gate.listening import LINES, Short
from ceasefire.viz.page import threads

HOST = "127.0.0.1:8765"
KERNEL = "33279410-8359-4820-8a02-4e3f2b94665b"
TOKEN = "a-long-random-word"


def spoken(msg_type="comm_msg", content=None, **more):
    """Return a message as pages send it."""
    said = {"comm_id": "be69", "data": {"method": "update", "state": {}}}
    header = {"msg_type": msg_type, "msg_id": "d9db"}
    message = {"header": header, "channel": "shell", "buffers": []}
    return {**message, "content": said if content is None else content, **more}


def binary(*parts):
    """Return a binary message as Jupyter writes it."""
    begins = [4 * (len(parts) + 1)]
    for part in parts[:-1]:
        begins.append(begins[-1] + len(part))
    return struct.pack(f"!{len(parts) + 1}I", len(parts), *begins) + b"".join(parts)


class Behind:
    """What stands behind the door: it notes what comes through."""

    def __init__(self):
        self.scopes = []
        self.heard = []

    async def __call__(self, scope, receive, send):
        self.scopes.append(scope)
        if scope["type"] == "http":
            if scope["path"] == "/broken":
                raise ValueError("a secret\nin two lines")
            start = {"type": "http.response.start", "status": 200, "headers": []}
            await send(start)
            await send({"type": "http.response.body", "body": b"the page"})
            return
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            self.heard.append(message.get("text") or message.get("bytes"))


def ask(gate, path="/", method="GET", messages=(), server=("127.0.0.1", 8765), **headers):
    """Send a request to the door; returns status, body and headers, or how a websocket ended."""
    given = {"host": HOST, **{name.replace("_", "-"): text for name, text in headers.items()}}
    path, _, query = path.partition("?")
    scope = {
        "type": "http" if method else "websocket",
        "path": path,
        "query_string": query.encode(),
        "headers": [(n.encode(), t.encode("latin-1")) for n, t in given.items() if t is not None],
        "server": server,
        "client": ("127.0.0.1", 5),
        "scheme": "http",
        "root_path": "",
        "state": {},
    }
    if method:
        scope["method"] = method
    coming = [{"type": "websocket.connect"}, *messages, {"type": "websocket.disconnect"}]
    sent = []

    async def receive():
        return coming.pop(0)

    async def send(message):
        sent.append(message)

    asyncio.run(gate(scope, receive, send))
    if not method:
        return [one["type"].removeprefix("websocket.") for one in sent]
    body = b"".join(one.get("body", b"") for one in sent).decode()
    return sent[0]["status"], body, dict(sent[0]["headers"])


def connect(gate, *messages, kernel=KERNEL, **headers):
    """Open a websocket and say something."""
    said = [{"type": "websocket.receive", _kind(one): one} for one in messages]
    own = {"origin": f"http://{HOST}", **headers}
    path = f"/jupyter/api/kernels/{kernel}/channels?session_id=7"
    return ask(gate, path, None, said, **own)


def _kind(message):
    return "text" if isinstance(message, str) else "bytes"


@pytest.fixture
def behind():
    return Behind()


@pytest.fixture
def gate(behind):
    return Gate(behind, Rules())


@pytest.mark.parametrize("host", [HOST, "localhost:9000", "[::1]:8765", "LOCALHOST"])
def test_names_of_this_machine_are_answered_through_any_tunnel(gate, host):
    assert ask(gate, host=host)[:2] == (200, "the page")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.", "10.0.0.9"]
)
def test_other_names_are_not_answered(gate, behind, host):
    status, body, _ = ask(gate, host=host)
    assert (status, behind.scopes) == (421, [])
    assert body == "This name is not answered here: see --allow-host.\n"
    assert connect(gate, host=host, origin=f"http://{host}") == ["close"]


@pytest.mark.parametrize("host", [None, "", "a b", "x@127.0.0.1", "127.0.0.1:8765/", "127.0.0.1:"])
def test_a_request_names_one_host(gate, host):
    assert ask(gate, host=host)[0] == 400


def test_the_number_that_was_dialled_and_names_that_were_given_are_answered(behind):
    assert ask(Gate(behind, Rules()), host="10.0.0.9:80", server=("10.0.0.9", 80))[0] == 200
    assert ask(Gate(behind, Rules()), host="[fd00::9]", server=("fd00::9", 80))[0] == 200
    named = Gate(
        behind, Rules(hosts=frozenset({"box"}), proxies=frozenset({"a.org", "b.org:8443"}))
    )
    for host, status in {"box:1": 200, "a.org": 200, "b.org:8443": 200, "b.org": 421}.items():
        assert ask(named, host=host)[0] == status


FOREIGN = ["http://127.0.0.1:9999", "http://localhost:8765", "https://evil.example", "null", ""]


@pytest.mark.parametrize("origin", [*FOREIGN, f"ftp://{HOST}", f"http://{HOST}/x"])
def test_a_page_of_another_origin_gets_nothing(gate, behind, origin):
    assert ask(gate, origin=origin)[0] == 403
    assert ask(gate, admission.CLOSES + KERNEL, "POST", origin=origin)[0] == 403
    assert connect(gate, origin=origin) == ["close"]
    assert behind.scopes == []


def test_only_pages_may_come_without_an_origin(gate):
    assert ask(gate)[0] == 200
    assert ask(gate, admission.CLOSES + KERNEL, "POST")[0] == 403
    assert ask(gate, admission.CLOSES + KERNEL, "POST", origin=f"http://{HOST}")[0] == 200
    assert connect(gate, origin=None) == ["close"]


def test_behind_a_proxy_its_own_origin_is_the_page(behind):
    gate = Gate(behind, Rules(hosts=frozenset({"box"}), proxies=frozenset({"a.org"})))
    assert connect(gate, origin="https://a.org") == ["accept"]
    assert connect(gate, origin="https://a.org:443") == ["accept"]
    assert connect(gate, origin="https://a.org:8443") == ["close"]
    # Another server of this machine bears its name as well.
    assert connect(gate, origin="http://box") == ["close"]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_sites_may_link_to_a_page_and_no_more(gate, site):
    def seen(path="/", mode="navigate", dest="document"):
        return ask(gate, path, sec_fetch_site=site, sec_fetch_mode=mode, sec_fetch_dest=dest)[0]

    assert seen("/map") == 200
    assert seen(mode="no-cors", dest="script") == 403
    assert seen(dest="iframe") == 403
    assert seen("/static/main.js") == 403
    assert connect(gate, sec_fetch_site=site) == ["close"]


def test_no_header_tells_the_page_where_it_is(gate, behind):
    ask(gate, x_script_name="//evil.example", x_forwarded_host="evil.example", forwarded="host=e")
    ask(gate, script_name="/evil", x_forwarded_prefix="/evil", x_forwarded_proto="https")
    for scope in behind.scopes:
        assert [name for name, _ in scope["headers"]] == [b"host"]
        assert scope["root_path"] == ""


def test_requests_are_of_the_kinds_that_pages_make(gate):
    own = {"origin": f"http://{HOST}"}
    assert ask(gate, method="PUT", **own)[0] == 405
    assert ask(gate, "/map", "POST", **own)[0] == 405
    assert ask(gate, "http://evil.example/")[0] == 400
    for length in (str(LARGEST_BODY + 1), "9" * 5000, "-1", "²"):
        assert ask(gate, content_length=length)[0] == 413
    assert ask(gate, transfer_encoding="chunked")[0] == 413
    assert ask(gate, "/?" + "&".join(f"a{i}=1" for i in range(300)))[0] == 200


def test_no_other_site_may_frame_or_read_what_is_answered(gate):
    for headers in (ask(gate)[2], ask(gate, host="evil.example")[2]):
        assert headers[b"x-frame-options"] == b"DENY"
        assert headers[b"cross-origin-resource-policy"] == b"same-origin"
        assert b"access-control-allow-origin" not in headers


def test_what_fails_behind_the_door_is_told_in_a_line(gate, caplog):
    assert ask(gate, "/broken")[:2] == (500, "It failed; see the terminal.")
    assert caplog.messages == ["GET '/broken' from 127.0.0.1: It failed (ValueError: a secret)."]


def test_the_token_is_asked_for_and_kept_in_a_strict_cookie(behind):
    gate = Gate(behind, Rules(token=TOKEN, cookie="ceasefire-8765"))
    for path in ("/", "/static/main.js", "/?token=", "/?token=wrong", "/?token=ä"):
        assert ask(gate, path)[0] == 403
    assert connect(gate) == ["close"]
    assert ask(gate, cookie="ceasefire-8765=wrong")[0] == 403
    assert behind.scopes == []
    status, body, headers = ask(gate, f"/\\evil.example/ä?seed=7&token={TOKEN}&a=%22")
    assert status == 200
    assert 'url=/%5Cevil.example/%C3%A4?seed=7&amp;a=%22"' in body
    kept = headers[b"set-cookie"].decode()
    assert kept == f"ceasefire-8765={TOKEN}; HttpOnly; Path=/; SameSite=strict"
    assert behind.scopes == []
    assert ask(gate, cookie=f"ceasefire-8765={TOKEN}")[:2] == (200, "the page")
    assert connect(gate, cookie=f"ceasefire-8765={TOKEN}") == ["accept"]


def test_what_pages_say_comes_through(gate, behind):
    said = json.dumps(spoken())
    parts = binary(said.encode(), b"", b"12345")
    assert connect(gate, said, parts) == ["accept"]
    assert behind.heard == [said, parts]


NOTHING = [
    "",
    "7",
    "[]",
    "{",
    "NaN",
    "[" * 30_000,
    '{"a":' * 8_000,
    "9" * 5_000,
    json.dumps(spoken("execute_request")),
    json.dumps(spoken(["comm_msg"])),
    json.dumps(spoken(channel=7)),
    json.dumps(spoken(content=[])),
    json.dumps(spoken(content={"data": {}})),
    json.dumps(spoken(content={"comm_id": "a", "data": "text"})),
    json.dumps(spoken("comm_open", {"comm_id": "a", "target_name": "jupyter.widget"})),
    json.dumps(spoken("comm_open", {"comm_id": "a", "target_name": []})),
    json.dumps(spoken(header=None)),
    json.dumps(spoken(header={"msg_type": "comm_msg"})),
    json.dumps(spoken(more=json.loads("[" * DEEPEST + "]" * DEEPEST))),
    json.dumps(spoken(more="x" * LARGEST)),
    b"",
    b"1234567",
    struct.pack("!6I", 2**31 - 1, 24, 24, 24, 24, 24),
    struct.pack("!6I", 2**31, 24, 24, 24, 24, 24),
    struct.pack("!6I", 0, 24, 24, 24, 24, 24),
    struct.pack("!6I", 5, 24, 23, 24, 24, 24),
    struct.pack("!6I", 5, 24, 2**32 - 1, 24, 24, 24),
    struct.pack("!6I", 5, 0, 0, 0, 0, 0),
    struct.pack("!6I", 6, 24, 24, 24, 24, 24),
    binary(*[b"{}"] * (MOST_PARTS + 1)),
    binary(b"\xff"),
    binary(b"{}"),
]


@pytest.mark.parametrize("frame", NOTHING, ids=lambda frame: f"{frame[:24]!r} {len(frame)}")
def test_what_no_page_says_ends_the_conversation(gate, behind, frame, caplog):
    with pytest.raises(FrameError):
        check(frame)
    assert connect(gate, frame, json.dumps(spoken())) == ["accept", "close"]
    assert behind.heard == []
    assert len(caplog.messages) == 1
    assert gate.sockets == 0


def test_a_flood_of_messages_is_taken_at_a_bearable_pace(gate, behind, monkeypatch):
    monkeypatch.setattr(conversation, "BURST", 5.0)
    monkeypatch.setattr(conversation, "MESSAGES", 50.0)
    monkeypatch.setattr(conversation.asyncio, "sleep", rested := Rest())
    connect(gate, *[json.dumps(spoken())] * 15)
    assert len(behind.heard) == 15
    assert sum(rested.seconds) > 0.15


class Rest:
    """Notes how long a conversation is told to wait."""

    def __init__(self):
        self.seconds = []

    async def __call__(self, seconds):
        self.seconds.append(seconds)


def test_one_page_too_many_is_told_so_and_a_known_visitor_is_not(behind):
    living = {f"{KERNEL}-{i}": f"visitor-{i}" for i in range(MOST_SESSIONS)}
    gate = Gate(behind, Rules(), lambda: living)
    status, body, _ = ask(gate)
    assert status == 503
    assert (
        body
        == "24 pages are open, as many as there may be. Try again when somebody has closed one.\n"
    )
    assert connect(gate) == ["close"]
    assert ask(gate, "/static/main.js")[0] == 200
    assert ask(gate, cookie="solara-session-id=visitor-3")[0] == 200
    assert connect(gate, kernel=f"{KERNEL}-3") == ["accept"]
    living.popitem()
    assert ask(gate)[0] == 200


def test_websockets_are_counted(gate):
    gate.sockets = admission.MOST_SOCKETS
    assert connect(gate) == ["close"]
    assert ask(gate, "/elsewhere", None, origin=f"http://{HOST}") == ["close"]


def test_the_log_has_one_line_for_each_fault_and_few_of_them(capsys):
    short = Short()
    try:
        raise ValueError("inside\n" * 3)
    except ValueError as error:
        whole = (type(error), error, error.__traceback__)
    for _ in range(LINES + 50):
        short.handle(logging.LogRecord("a", 40, "b", 1, "one\x1b[2J\ntwo", None, whole))
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["ceasefire: one?[2J It failed (ValueError: inside)."] * LINES


class Context:
    """A session of Solara's, as far as its list is concerned."""

    def __init__(self, *status):
        self.session_id = "visitor"
        self.page_status = dict(enumerate(status))
        self.closed = threading.Event()

    def close(self, reason):
        self.closed.set()


def test_pages_that_were_closed_make_room(monkeypatch):
    old, late, here = PageStatus.DISCONNECTED, PageStatus.CLOSED, PageStatus.CONNECTED
    known = {
        "old": Context(old),
        "new": Context(),
        "late": Context(late),
        "back": Context(old, here),
    }
    known |= {str(i): Context(here) for i in range(MOST_SESSIONS - 3)}
    monkeypatch.setattr(sessions, "contexts", known)
    monkeypatch.setattr(threads, "AFTERWARDS", 0.0)
    assert set(sessions.living()) == set(known) - {"old", "new", "late"}
    assert known["old"].closed.wait(10)
    assert [name for name, one in known.items() if one.closed.is_set()] == ["old"]
