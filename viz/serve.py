"""Starting the live view: ``ceasefire serve``.

It listens on loopback unless told otherwise, sends nothing out, and says beforehand what would
keep the page from opening.
"""

import argparse
import contextlib
import importlib.util
import ipaddress
import os
import secrets
import socket
import sys
import threading
import time
import urllib.request
import warnings
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uvicorn

    from ceasefire.viz.gate.admission import Rules

APP = Path(__file__).with_name("app.py")

PATIENCE = 3.0
"""Seconds that a place for scripts and fonts on the internet has to answer."""

CLOSED_AFTER = "30s"
"""How long a session whose tab is closed is kept, in case it comes back."""

LARGEST_PORT = 65_535

USAGE = 2


def refusal(host: str, port: int, proxies: Sequence[str] = ()) -> str:
    """Return why the page cannot be served, in a sentence; "" if it can."""
    if importlib.util.find_spec("solara") is None:
        return (
            "the live view needs solara, which is not installed; "
            "`pip install 'ceasefire[live]'` brings it."
        )
    from ceasefire.viz.gate.admission import ADDRESS

    for name in proxies:
        if ADDRESS.fullmatch(name.lower()) is None:
            return f"--allow-host: found {name!r}; allowed: a name, or a name and a port."
    if not 1 <= port <= LARGEST_PORT:
        return f"--port: found {port}; allowed: 1 to {LARGEST_PORT}."
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
    except PermissionError:
        return f"--port: found {port}, which this user may not open; allowed: 1024 or above."
    except socket.gaierror:
        return f"--host: found {host!r}; allowed: an address of this machine, such as 127.0.0.1."
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        return f"--port: found {port} at {host}, which cannot be opened ({said}); name another."
    return ""


def missing_assets() -> str:
    """Return a warning where scripts and fonts of the page can be had from nowhere; else ""."""
    if importlib.util.find_spec("solara") is None or assets_installed():
        return ""
    from solara import settings

    try:
        urllib.request.urlopen(str(settings.assets.cdn), timeout=PATIENCE).close()
    except (OSError, ValueError):
        return (
            "the page's scripts and fonts are neither installed (package solara-assets) nor to be "
            "had from the internet: it will stay blank. `pip install solara-assets` mends that."
        )
    return ""


def exposed(host: str, port: int) -> str:
    """Return a warning where others can reach the page; else ""."""
    if is_loopback(host):
        return ""
    return (
        f"--host {host} lets others on the network reach the page, unencrypted: whoever knows the "
        "address below can start experiments here. Safer: leave --host out, and come by "
        f"`ssh -L {port}:127.0.0.1:{port} THIS-MACHINE`, or by a proxy with TLS and --allow-host."
    )


def assets_installed() -> bool:
    """Whether the page's scripts and fonts are on this machine."""
    return (Path(sys.prefix) / "share" / "solara" / "cdn").is_dir()


def environment() -> dict[str, str]:
    """Return the settings of the server: nothing is sent out, closed tabs are forgotten soon."""
    # On loopback there is no https, of which Solara warns for every session.
    quiet = "ignore::UserWarning:solara.server.starlette"
    return {
        **os.environ,
        "PYTHONWARNINGS": os.environ.get("PYTHONWARNINGS", quiet),
        "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
        "SOLARA_KERNEL_CULL_TIMEOUT": CLOSED_AFTER,
        "SOLARA_THEME_TITLE": "ceasefire",
        "SOLARA_THEME_LOADER": "plain",
        "SOLARA_THEME_SHOW_BANNER": "False",
    }


def compiled() -> None:
    """Have the rules compiled before the first page asks for them."""
    from ceasefire.experiments.commands.console import make_ready
    from ceasefire.experiments.commands.interrupts import Interrupts
    from ceasefire.model.case.case import load_case

    with Interrupts() as interrupts:
        make_ready(load_case("gaza-2023"), interrupts, certify=True)


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine can reach an address."""
    found = {str(one[4][0]) for one in socket.getaddrinfo(host, None)}
    return all(ipaddress.ip_address(number.partition("%")[0]).is_loopback for number in found)


def rules_of(host: str, port: int, proxies: Sequence[str]) -> "Rules":
    """Return who is let in: whoever knows a token, where more than this machine can ask."""
    from ceasefire.viz.gate.admission import Rules

    beyond = bool(proxies) or not is_loopback(host)
    return Rules(
        hosts=frozenset({name_of(host).lower()}),
        proxies=frozenset(name.lower() for name in proxies),
        token=secrets.token_urlsafe(32) if beyond else "",
        cookie=f"ceasefire-{port}",
    )


def name_of(host: str) -> str:
    """Return how the place where it listens is written in an address."""
    if host in ("0.0.0.0", "::", ""):
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host


def address_of(host: str, port: int, token: str) -> str:
    """Return where the live view is opened."""
    return f"http://{name_of(host)}:{port}/" + (f"?token={token}" if token else "")


def run(host: str, port: int, rules: "Rules", opened: str) -> None:
    """Serve the pages until stopped.

    Args:
        host: Where to listen.
        port: Port.
        rules: Who is let in.
        opened: The address that a browser is to open; "" for none.
    """
    os.environ["SOLARA_APP"] = str(APP)
    warnings.filterwarnings("ignore", category=UserWarning, module=r"solara\.server\.starlette")
    import uvicorn
    from solara.server import settings, starlette

    from ceasefire.viz.gate.gate import Gate
    from ceasefire.viz.gate.listening import log_in_lines, settings_of
    from ceasefire.viz.gate.sessions import living

    log_in_lines()
    settings.main.mode = "production"
    # Else the first visitor would say where the page believes to be.
    settings.main.root_path = ""
    settings.main.base_url = address_of(host, port, "")

    server = uvicorn.Server(settings_of(Gate(starlette.app, rules, living), host, port))
    if opened:
        threading.Thread(target=open_when_started, args=(server, opened), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        server.run()


def open_when_started(server: "uvicorn.Server", address: str) -> None:
    """Open the browser as soon as there is something to see."""
    while not server.started:
        time.sleep(0.1)
    webbrowser.open(address)


def main() -> None:
    """Serve the live view until stopped."""
    parser = argparse.ArgumentParser(prog="ceasefire serve")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--allow-host", action="append", default=[])
    parser.add_argument("--no-open", action="store_true")
    given = parser.parse_args()
    # Solara reads them when it is first imported.
    os.environ.update(environment())
    why = refusal(given.host, given.port, given.allow_host)
    if why:
        print(f"ceasefire: {why}", file=sys.stderr)
        sys.exit(USAGE)
    for warning in filter(None, (missing_assets(), exposed(given.host, given.port))):
        print(f"ceasefire: {warning}", file=sys.stderr)
    compiled()
    rules = rules_of(given.host, given.port, given.allow_host)
    address = address_of(given.host, given.port, rules.token)
    print(f"The live view: {address} (Ctrl-C stops it)", flush=True)
    run(given.host, given.port, rules, "" if given.no_open else address)


if __name__ == "__main__":
    main()
