"""Stored experiments: which there are, how far they are, and their tables to take away."""

import fcntl
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from ceasefire.experiments.design.outcomes import outcomes
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.experiments.style.words import counted, plain
from ceasefire.viz.live import sweeps as running

MOST_LISTED = 100
"""Experiments that are listed: the latest ones."""

MOST_ROWS = 200_000
"""Runs up to which their table can be downloaded from the page."""

State = Literal["complete", "running", "unfinished"]
Format = Literal["csv", "parquet"]


@dataclass(frozen=True)
class Stored:
    """An experiment below the folder of results.

    Attributes:
        name: Its path below that folder.
        folder: Where it is.
        manifest: What its manifest says.
        done: Runs that are stored.
        total: Runs that there are to be.
        state: Whether all of it is there, someone is writing it, or neither.
    """

    name: str
    folder: Path
    manifest: Mapping[str, Any]
    done: int
    total: int
    state: State

    @property
    def title(self) -> str:
        """Its title."""
        return str(self.manifest["design"].get("title", self.name))

    @property
    def failed(self) -> int:
        """Runs that failed."""
        return int(self.manifest["state"].get("failed", 0))

    @property
    def words(self) -> str:
        """How much of it there is."""
        points = counted(int(self.manifest["points"]), "point")
        if self.state == "complete":
            words = f"{points}, {counted(self.done, 'run')}"
            return f"{words}, {plain(self.failed)} failed" if self.failed else words
        share = f"{plain(self.done)} of {counted(self.total, 'run')}"
        end = (
            "being run now" if self.state == "running" else "not finished: the same command goes on"
        )
        return f"{points}, {share}; {end}"


def stored(root: Path | None = None) -> list[Stored]:
    """Return the experiments below a folder, the latest first.

    Args:
        root: The folder; ``results`` below the server's own by default.
    """
    root = running.ROOT if root is None else root
    files = [*root.glob("*/manifest.json"), *root.glob("*/*/manifest.json")]
    dated = sorted(((_modified(file), file) for file in files), reverse=True)
    found = []
    for _, file in dated[:MOST_LISTED]:
        try:
            found.append(look(file.parent, root))
        except (RefusedError, KeyError, TypeError, ValueError):
            # An ensemble, a comparison, or what another version made: not of a sweep.
            continue
    return found


def look(folder: Path, root: Path) -> Stored:
    """Look at one experiment.

    Raises:
        RefusedError: If there is none.
    """
    results = ResultsFolder.open(folder)
    manifest = results.manifest
    state = manifest["state"]
    total = int(manifest["points"]) * int(manifest["design"].get("runs", 0))
    if state["complete"]:
        runs = int(state["runs"])
        return Stored(_name(folder, root), folder, manifest, runs, runs, "complete")
    kind: State = "running" if running.started(folder) or is_locked(folder) else "unfinished"
    done = runs_of_parts(results.parts_folder)
    return Stored(_name(folder, root), folder, manifest, done, max(total, done), kind)


def is_locked(folder: Path) -> bool:
    """Whether a process is writing results to a folder."""
    try:
        with (folder / ".lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def runs_of_parts(parts: Path) -> int:
    """Return how many runs are stored, from the descriptions of the parts."""
    return sum(_runs_of(file) for file in parts.glob("*/part.json"))


@lru_cache(maxsize=50_000)
def _runs_of(file: Path) -> int:
    # A part is whole or not there, and named after its content: once read, it stays so.
    try:
        blocks = json.loads(file.read_text(encoding="utf-8"))["blocks"]
        return sum(int(runs) for _, _, runs in blocks)
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _modified(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def _name(folder: Path, root: Path) -> str:
    return folder.relative_to(root).as_posix()


def points_table(results: ResultsFolder) -> pd.DataFrame:
    """Return every outcome at every point, with its interval, a row each.

    Of very many points only the outcome that the design is about.
    """
    known = outcomes(results.case)
    if len(results.points) * len(known) > MOST_ROWS:
        known = {results.design.outcome: known[results.design.outcome]}
    tables = [
        results.by_point(outcome).assign(outcome=name, unit=outcome.unit)
        for name, outcome in known.items()
    ]
    return pd.concat(tables, ignore_index=True)


def as_file(table: pd.DataFrame, kind: Format) -> bytes:
    """Return a table as the content of a file."""
    if kind == "csv":
        return table.to_csv(index=False, lineterminator="\n").encode("utf-8")
    file = io.BytesIO()
    table.to_parquet(file, index=False)
    return file.getvalue()


def too_many_words(one: Stored) -> str:
    """Say how to get at the runs of a large experiment; empty where the page hands them out."""
    if one.done <= MOST_ROWS:
        return ""
    return (
        f"{counted(one.done, 'run')} are too many to download here (up to {plain(MOST_ROWS)}); "
        f"the command  ceasefire sql {one.folder} 'SELECT * FROM runs' --csv > runs.csv  "
        "writes them."
    )
