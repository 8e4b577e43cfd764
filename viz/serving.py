"""The live view served by a process of its own: for tests, benchmarks and pictures."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ceasefire.viz.serve import APP, environment

ROOT = Path(__file__).resolve().parent.parent

PATIENCE = 240.0
"""Seconds that a server has to start: rules may have to be compiled first."""


@contextmanager
def serving(place: Path = ROOT, app: Path = APP) -> Iterator[tuple[str, int]]:
    """Serve pages on a free port of loopback, and stop in the end.

    Args:
        place: Folder that the server is started in: below it lie stored results.
        app: The pages: the live view, started as ``ceasefire serve`` does, or another file, run by
            Solara.

    Yields:
        Their address, and the number of the server's process.

    Raises:
        RuntimeError: If the server does not answer.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    words = [sys.executable, "-m", "ceasefire.viz.serve"]
    if app != APP:
        words = [sys.executable, "-m", "solara", "run", str(app), "--production"]
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    server = subprocess.Popen(
        [*words, "--no-open", "--host", "127.0.0.1", "--port", port],
        env={**environment(), "PYTHONPATH": path},
        cwd=place,
        stdout=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, server)
        yield url, server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    """Wait until a server answers."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"nothing answers at {url}") from None
            time.sleep(0.25)
