"""The live view from Python: its server as a process of its own, which can be stopped."""

import sys
import time
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

PATIENCE = 240.0
"""Seconds that the server has to answer: rules may have to be compiled first."""


class Served:
    """The live view, being served.

    Args:
        url: Its address.
        process: The server.
    """

    def __init__(self, url: str, process: "subprocess.Popen[str]") -> None:
        self.url = url
        self.process = process

    @property
    def running(self) -> bool:
        """Whether it is still being served."""
        return self.process.poll() is None

    def stop(self) -> None:
        """Stop serving it."""
        self.process.terminate()
        self.process.wait()

    def __enter__(self) -> "Served":
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        """Say where it is."""
        return f"<Served at {self.url}>" if self.running else "<Served no longer>"

    def _repr_html_(self) -> str:
        """Link to it, in a notebook."""
        url = escape(self.url)
        return f'<p><a href="{url}" target="_blank">The live view</a>, until it is stopped.</p>'


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8765,
    allow_host: Sequence[str] = (),
    no_open: bool = False,
) -> Served:
    """Serve the live view: watch one world, change it, and see the distribution move.

    It is a process of its own, and ends with ``stop()``, at the end of a ``with`` block, or with
    Ctrl-C in the terminal that it shares.

    Args:
        host: Where to listen; this machine alone by default.
        port: Port.
        allow_host: Names under which a proxy hands it on.
        no_open: Whether to open no browser.

    Raises:
        RefusedError: If it cannot be served: the extra ``live`` is missing, or the port is taken.
    """
    import subprocess

    from ceasefire.experiments.style.refusals import RefusedError
    from ceasefire.viz.serve import refusal

    problem = refusal(host, port)
    if problem:
        raise RefusedError(problem.removeprefix("--"))
    words = [sys.executable, "-m", "ceasefire.viz.serve", "--host", host, "--port", str(port)]
    words += [word for name in allow_host for word in ("--allow-host", name)]
    if no_open:
        words.append("--no-open")
    process = subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
    )
    served = Served(f"http://{host}:{port}/", process)
    end = time.monotonic() + PATIENCE
    try:
        while not _answers(served.url):
            if not served.running or time.monotonic() > end:
                raise RefusedError(
                    f"{served.url}: the server does not answer; see ceasefire serve."
                )
            time.sleep(0.25)
    except BaseException:
        served.stop()
        raise
    return served


def _answers(url: str) -> bool:
    """Whether the server answers; an answer that is no page is raised as what it is."""
    import urllib.error
    import urllib.request

    from ceasefire.experiments.style.refusals import RefusedError

    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError as error:
        raise RefusedError(f"{url}: the server answers {error.code}, not with a page.") from None
    except OSError:
        return False
    return True
