"""Starting the live view: ``ceasefire serve``.

It listens on loopback unless told otherwise, sends nothing out, and says beforehand what would
keep the page from opening.
"""

import argparse
import importlib.util
import os
import socket
import sys
import urllib.request
from pathlib import Path

APP = Path(__file__).with_name("app.py")

PATIENCE = 3.0
"""Seconds that a place for scripts and fonts on the internet has to answer."""

CLOSED_AFTER = "30s"
"""How long a session whose tab is closed is kept, in case it comes back."""

LARGEST_PORT = 65_535
USAGE = 2


def refusal(host: str, port: int) -> str:
    """Return why the page cannot be served, in a sentence; "" if it can."""
    if importlib.util.find_spec("solara") is None:
        return (
            "the live view needs solara, which is not installed; "
            "`pip install 'ceasefire[live]'` brings it."
        )
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


def main() -> None:
    """Serve the live view until stopped."""
    parser = argparse.ArgumentParser(prog="ceasefire serve")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--no-open", action="store_true")
    given = parser.parse_args()
    why = refusal(given.host, given.port)
    if why:
        print(f"ceasefire: {why}", file=sys.stderr)
        sys.exit(USAGE)
    warning = missing_assets()
    if warning:
        print(f"ceasefire: {warning}", file=sys.stderr)
    compiled()
    print(f"The live view: http://{given.host}:{given.port}/ (Ctrl-C stops it)", flush=True)
    words = [sys.executable, "-m", "solara", "run", str(APP), "--production"]
    words += ["--host", given.host, "--port", str(given.port)]
    words += ["--no-open" if given.no_open else "--open", "--log-level", "warning"]
    words.append("--no-check-version")
    os.execve(sys.executable, words, environment())


if __name__ == "__main__":
    main()
