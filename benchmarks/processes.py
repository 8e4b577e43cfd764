"""Fresh processes, measured from outside: how long they took and how much memory they held."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

COMMAND = ("-m", "ceasefire")
"""The command line, as run by Python."""


class MeasurementError(Exception):
    """A process that was to be measured failed; the message says which and what it said."""


@dataclass(frozen=True)
class Finished:
    """A process that has ended.

    Attributes:
        seconds: From its start to its end.
        peak: Most memory it held, in bytes.
        said: What it wrote to its standard output.
        warned: What it wrote to its standard error, "" where that went to the screen.
    """

    seconds: float
    peak: int
    said: str
    warned: str


def run_python(arguments: Sequence[str], cache: Path, shown: bool = False) -> Finished:
    """Run Python once, with the model of this very folder.

    Args:
        arguments: What follows ``python`` on the command line.
        cache: Folder for compiled code.
        shown: Whether what it writes to its standard error goes to the screen.

    Raises:
        MeasurementError: If the process ends with an error.
    """
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    own = {"PYTHONPATH": path, "CEASEFIRE_CACHE_DIR": str(cache)}
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as warned:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env={**os.environ, **own},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=None if shown else warned,
        )
        try:
            # Waiting this way tells the memory of this one process, not of all so far. Its peak
            # is at least that of the process that starts it, which is why this one stays small.
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.terminate()
            process.wait()
            raise
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        warned.seek(0)
        finished = Finished(seconds, _in_bytes(usage.ru_maxrss), said.read(), warned.read())
    if process.returncode != 0:
        told = finished.warned[-3000:]
        raise MeasurementError(
            f"python {' '.join(arguments)} ended with {process.returncode}.\n{told}"
        )
    return finished


def figures_of(script: str, *words: object, cache: Path) -> dict[str, Any]:
    """Run a script of this folder in a process of its own; return the figures it prints as JSON."""
    child = run_python([str(HERE / script), *map(str, words)], cache, shown=True)
    figures: dict[str, Any] = json.loads(child.said)
    return figures


def _in_bytes(peak: int) -> int:
    """Turn ``ru_maxrss`` into bytes: macOS counts bytes, Linux kibibytes."""
    return peak if sys.platform == "darwin" else peak * 1024
