"""The live view, served, and a real Chromium to open it with."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@contextmanager
def serving(place: Path, *command: str) -> Iterator[str]:
    """Serve the live view as a user would, on a free port of loopback.

    Args:
        place: Folder that it is started in: below it lie stored results.
        *command: Another command that serves, without host and port.

    Yields:
        Its address.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [*(command or (sys.executable, "-m", "viz.serve", "--no-open"))]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    }
    server = subprocess.Popen(
        [*words, "--host", "127.0.0.1", "--port", str(port)], env=environment, cwd=place
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(480):
            try:
                urllib.request.urlopen(url, timeout=5).close()
                break
            except OSError:
                time.sleep(0.5)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Open the Chromium that CHROMIUM names."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"], args=list(FLAGS)
        )
        yield browser
        browser.close()
