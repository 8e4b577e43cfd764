"""The live view against others: a page of another origin in a real Chromium, and raw sockets."""

import base64
import contextlib
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from ceasefire.viz.browser import chromium
from ceasefire.viz.serving import serving

pytestmark = pytest.mark.browser

PATIENCE = 60_000
KERNEL = "/jupyter/api/kernels/NUMBER/channels?session_id=7"
MUCH = 300
"""MiB; what the server computes in the background meanwhile is less."""

CLAIMS_MUCH = struct.pack("!6I", 2**31 - 1, 24, 24, 24, 24, 24)
"""24 bytes that claim two billion parts."""

FOREIGN = """<!doctype html><title>elsewhere</title><script>
const to = "ADDRESS", got = {};
const within = (wait) => new Promise((done) => setTimeout(() => done("nothing"), wait));
const read = (path, how) => fetch(to + path, how).then((one) => one.text()).catch(() => "nothing");
const talk = () => new Promise((done) => {
  const line = new WebSocket(to.replace("http", "ws") + "KERNEL");
  line.onopen = () => done("open");
  line.onerror = () => done("nothing");
});
const framed = () => new Promise((done) => {
  const frame = document.createElement("iframe");
  frame.onload = () => { try { done(frame.contentDocument ? "nothing" : frame.contentWindow.length
    ? "shown" : "nothing"); } catch (error) { done("nothing"); } };
  frame.src = to + "/results";
  document.body.append(frame);
});
const run = () => new Promise((done) => {
  const script = document.createElement("script");
  script.onload = () => done("run"); script.onerror = () => done("nothing");
  script.src = to + "/static/main-vuetify.js";
  document.body.append(script);
});
window.attack = async () => ({
  read: await read("/results"),
  blind: (await fetch(to + "/results", {mode: "no-cors"}).then((one) => one.type,
    () => "nothing")) && "sent",
  posted: await read("/_solara/api/close/x?session_id=7", {method: "POST", mode: "cors"}),
  talked: await talk(),
  framed: await Promise.race([framed(), within(5000)]),
  run: await run(),
});
window.post = () => {
  const form = document.createElement("form");
  form.method = "post"; form.action = to + "/results";
  document.body.append(form); form.submit();
};
</script><body>elsewhere</body>"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """Serve the pages; returns where, and the process."""
    with serving(tmp_path_factory.mktemp("served")) as found:
        yield found


@pytest.fixture(scope="module")
def address(served: tuple[str, int]) -> str:
    return served[0]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium("--host-resolver-rules=MAP evil.example 127.0.0.1") as opened:
        yield opened


@pytest.fixture
def elsewhere(address: str) -> Iterator[int]:
    """Serve a page of somebody else on another port of this machine."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(FOREIGN.replace("ADDRESS", address).replace("KERNEL", KERNEL).encode())

        def log_message(self, *words: object) -> None:
            """Be silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_a_page_of_another_origin_gets_nothing(
    browser: Browser, address: str, elsewhere: int, name: str
) -> None:
    page = browser.new_page()
    page.goto(f"http://{name}:{elsewhere}/")
    got = page.evaluate("attack()")
    assert got.pop("blind") == "sent"
    assert set(got.values()) == {"nothing"}, got
    page.evaluate("post()")
    expect(page.get_by_text("Only the page itself is answered.")).to_be_visible()
    # A link is a link: the page opens, in a tab that the other page cannot reach.
    page.goto(f"http://{name}:{elsewhere}/")
    page.evaluate(f"window.other = window.open('{address}/about') ; 0")
    page.wait_for_timeout(2000)
    assert page.evaluate("!window.other || window.other.closed")


def test_a_name_that_was_made_to_point_here_gets_nothing(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address.replace("127.0.0.1", "evil.example") + "/results")
    expect(page.get_by_text("This name is not answered here: see --allow-host.")).to_be_visible()


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_page_itself_works_under_both_names(browser: Browser, address: str, name: str) -> None:
    page = browser.new_page()
    page.goto(address.replace("127.0.0.1", name) + "/about")
    expect(page.get_by_role("main")).to_be_visible(timeout=PATIENCE)


def say(address: str, words: str, **headers: str) -> bytes:
    """Send a request as it stands; returns what comes back at once."""
    with connected(address) as line:
        line.sendall(request(address, words, headers))
        return line.recv(65_536)


def connected(address: str) -> socket.socket:
    to = urlsplit(address)
    return socket.create_connection((to.hostname, to.port), timeout=10)


def request(address: str, words: str, headers: dict[str, str]) -> bytes:
    given = {"Host": urlsplit(address).netloc, **headers}
    lines = [f"{name.replace('_', '-')}: {text}" for name, text in given.items()]
    return "\r\n".join([f"{words} HTTP/1.1", *lines, "", ""]).encode()


def upgraded(address: str, origin: str) -> tuple[socket.socket, bytes]:
    """Ask for a websocket; returns the line and what came back."""
    line = connected(address)
    asks = {"Upgrade": "websocket", "Connection": "Upgrade", "Origin": origin}
    key = base64.b64encode(os.urandom(16)).decode()
    asks |= {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key}
    path = KERNEL.replace("NUMBER", str(uuid.uuid4()))
    line.sendall(request(address, f"GET {path}", asks))
    return line, line.recv(4096)


def frame(data: bytes, opcode: int = 2, fin: int = 0x80) -> bytes:
    """Return a frame of a websocket as browsers write it, masked with zeros."""
    length = bytes([0x80 | len(data)]) if len(data) < 126 else struct.pack("!BH", 0xFE, len(data))
    return bytes([fin | opcode]) + length + bytes(4) + data


def until_closed(line: socket.socket) -> bytes:
    """Return all that comes until the other side hangs up."""
    heard = b""
    with line:
        line.settimeout(20)
        while part := line.recv(65_536):
            heard += part
            if len(heard) > 2**20:
                break
    return heard


def answered_within(address: str) -> float:
    """Return the seconds that a visitor waits for the page."""
    began = time.monotonic()
    with urllib.request.urlopen(f"{address}/about", timeout=30) as answer:
        answer.read()
    return time.monotonic() - began


def memory_of(process: int) -> float:
    """Return the memory that a process holds, in MiB."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_raw_sockets_get_nothing(address: str) -> None:
    assert b" 421 " in say(address, "GET /", Host="evil.example")
    assert b" 403 " in say(address, "GET /results", Origin="http://evil.example")
    assert b" 400 " in say(address, "GET http://evil.example/")
    assert b" 413 " in say(address, "GET /", Content_Length="99999999")
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1"):
        line, answer = upgraded(address, origin)
        assert b" 403 " in answer
        line.close()


def test_the_first_request_does_not_tell_later_pages_where_they_are(address: str) -> None:
    for header in ("X-Script-Name", "Script-Name", "X-Forwarded-Prefix", "X-Forwarded-Host"):
        assert b" 200 " in say(address, "GET /about", **{header: "//evil.example"})
    with urllib.request.urlopen(f"{address}/about") as answer:
        assert b"evil" not in answer.read()


def test_frames_that_claim_much_stall_nobody_and_cost_nothing(served: tuple[str, int]) -> None:
    address, process = served
    answered_within(address)
    before = memory_of(process)
    for hostile in (CLAIMS_MUCH, b"", bytes(24), json.dumps("[" * 9000).encode()):
        line, answer = upgraded(address, address)
        assert b" 101 " in answer
        line.sendall(frame(hostile))
        assert answered_within(address) < 1
        # A frame that closes, with 1008: against the rules.
        assert b"\x03\xf0" in until_closed(line)
    assert memory_of(process) - before < MUCH


def flood(line: socket.socket, crumbs: bytes) -> None:
    """Send crumbs until the other side hangs up."""
    with line, contextlib.suppress(OSError):
        while True:
            line.sendall(crumbs)


def test_crumbs_and_silence_do_not_keep_a_visitor_out(served: tuple[str, int]) -> None:
    address, process = served
    before = memory_of(process)
    silent = [connected(address) for _ in range(400)]
    flooding = []
    for crumb in (frame(b"", opcode=0, fin=0), frame(b"life?", opcode=9), frame(b"", opcode=10)):
        line, _ = upgraded(address, address)
        line.sendall(frame(b"", opcode=1, fin=0))
        flooding.append(threading.Thread(target=flood, args=(line, crumb * 10_000)))
        flooding[-1].start()
    slowest = max(answered_within(address) for _ in range(10))
    for one in flooding:
        one.join(timeout=30)
        assert not one.is_alive()
    for one in silent:
        one.close()
    assert slowest < 1
    assert memory_of(process) - before < MUCH


@pytest.fixture
def shared() -> Iterator[str]:
    """Serve the pages to the whole network; returns the address that was printed, by number."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "ceasefire.viz.serve", "--no-open", "--host", "0.0.0.0"]
    words += ["--port", str(port)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        printed = server.stdout.readline().split()[3]
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.25)
        yield f"http://127.0.0.1:{port}/about?{urlsplit(printed).query}"
        server.terminate()


def test_the_token_opens_the_page_once_and_stays_out_of_sight(
    browser: Browser, shared: str
) -> None:
    stranger = browser.new_context().new_page()
    bare = shared.partition("?")[0]
    stranger.goto(bare)
    expect(stranger.get_by_text("Open the address that was printed")).to_be_visible()
    stranger.goto(shared[:-1])
    expect(stranger.get_by_text("Open the address that was printed")).to_be_visible()
    page = browser.new_context().new_page()
    # As a link in a letter: the other site must not matter to the strict cookie.
    page.set_content(f'<a href="{shared}">the live view</a>')
    page.get_by_text("the live view").click()
    expect(page.get_by_role("main")).to_be_visible(timeout=PATIENCE)
    assert page.url == bare
    page.reload()
    expect(page.get_by_role("main")).to_be_visible(timeout=PATIENCE)
    (kept,) = [one for one in page.context.cookies() if one["name"].startswith("ceasefire-")]
    assert kept["httpOnly"]
    assert kept["sameSite"] == "Strict"
