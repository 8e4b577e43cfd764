"""Results on disk: Parquet tables that appear whole or not at all."""

import json
import os
import shutil
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ceasefire.experiments.runs.tables import KEYS, SCHEMA_VERSION
from ceasefire.experiments.style.files import StorageError, StorageFullError, worded
from ceasefire.experiments.style.words import PURPOSE
from ceasefire.model.case.case import Case

ROWS_TOGETHER = 50_000
"""Rows that are written at once: few and large groups keep the files small and quick to read."""

BYTES_PER_RUN = 100
BYTES_OF_ROUNDS = 450
BYTES_PER_WEEK = 320
"""Generous sizes on disk of a run, of its rounds and truces together, and of a week of it."""

SPARE = 16 * 2**20
"""Bytes left free, with which the tables can always be closed."""


def estimated_bytes(runs: int, weeks: float = 0.0, rounds: bool = True) -> int:
    """Return about how large the tables will be.

    Args:
        runs: Number of runs.
        weeks: Weeks of each run that are kept, 0 without the weekly table.
        rounds: Whether the rounds and truces are kept.
    """
    return int(runs * (BYTES_PER_RUN + BYTES_OF_ROUNDS * rounds + BYTES_PER_WEEK * weeks))


class Store:
    """Writes the tables of one ensemble to a folder.

    The tables grow in a hidden folder inside it and are moved to their names by ``finish``: under
    ``runs.parquet`` there is never half a table. Used as a context manager, it removes what was
    not finished. Results of an earlier run in the same folder are replaced at that moment.

    Args:
        folder: Where to write; it is made if it is not there.
        case: The case that is run.
        expected: Bytes that will be needed, as far as can be said.

    Attributes:
        rows: Rows so far, by table.
        trouble: What kept the last of them from being written, if anything.

    Raises:
        StorageError: If the folder cannot be made or written, or the disk is too full.
    """

    def __init__(self, folder: Path, case: Case, expected: int = 0) -> None:
        self.folder = folder
        self.case = case
        self.rows: dict[str, int] = {}
        self.trouble: StorageFullError | None = None
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._waiting: dict[str, list[pa.Table]] = {}
        self._made = not folder.exists()
        self._partial = self._begin(expected)

    def _begin(self, expected: int) -> Path:
        """Make the folder and, inside it, the hidden one: that is also the test of both."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(self.folder).free
            if free < expected + SPARE:
                self._leave_no_trace()
                raise StorageFullError(
                    f"{self.folder}: the results need about {in_megabytes(expected + SPARE)}, "
                    f"and {in_megabytes(free)} are free there"
                )
            return Path(tempfile.mkdtemp(prefix=".unfinished-", dir=self.folder))
        except FileExistsError:
            raise StorageError(f"{self.folder}: a file stands where the folder should be") from None
        except NotADirectoryError:
            raise StorageError(f"{self.folder}: a part of this path is a file") from None
        except StorageError:
            raise
        except OSError as error:
            self._leave_no_trace()
            raise StorageError(f"{self.folder}: cannot write there ({worded(error)})") from None

    def add(self, tables: dict[str, pd.DataFrame]) -> None:
        """Add the tables of a chunk.

        Raises:
            StorageFullError: If the disk has no room for them; what was written before is whole.
            StorageError: If writing failed; nothing can be kept.
        """
        for name, table in tables.items():
            writer = self._writers.get(name)
            schema = writer.schema if writer else None
            arrow = pa.Table.from_pandas(table, schema=schema, preserve_index=False)
            if writer is None:
                self._open(name, arrow.schema)
            self._waiting[name].append(arrow)
            self.rows[name] = self.rows.get(name, 0) + len(table)
        # All tables at once or none: they never tell of different runs.
        if max(sum(map(len, waiting)) for waiting in self._waiting.values()) >= ROWS_TOGETHER:
            self._write()

    def _open(self, name: str, schema: pa.Schema) -> None:
        path = self._partial / f"{name}.parquet"
        self._writers[name] = pq.ParquetWriter(path, schema, compression="zstd")
        self._waiting[name] = []

    def _write(self) -> None:
        """Write what waits, if there is room for it."""
        needed = sum(table.nbytes for waiting in self._waiting.values() for table in waiting)
        free = shutil.disk_usage(self.folder).free
        if free < needed + SPARE // 2:
            for name, waiting in self._waiting.items():
                self.rows[name] -= sum(map(len, waiting))
                waiting.clear()
            words = f"{self.folder}: the disk is full ({in_megabytes(free)} are free)"
            raise StorageFullError(words)
        for name, waiting in self._waiting.items():
            whole = pa.concat_tables(waiting) if waiting else ()
            waiting.clear()
            if not len(whole):
                continue
            try:
                self._writers[name].write_table(whole, row_group_size=len(whole))
            except OSError as error:
                words = f"{self.folder}: writing failed ({worded(error)}); nothing is kept"
                raise StorageError(words) from None

    def finish(self, first_seed: int, asked: int) -> int:
        """Write what waits, close the tables and move them to their names.

        Args:
            first_seed: Seed of the first run.
            asked: Runs that were asked for; if fewer are there, the manifest says so.

        Returns:
            Number of runs kept. With none, nothing is left behind.
        """
        try:
            self._write()
        except StorageFullError as full:
            # What was written before is whole.
            self.trouble = full
        runs = self.rows.get("runs", 0)
        if runs == 0:
            self.discard()
            return 0
        facts = self._facts(first_seed, runs, asked)
        for name, writer in self._writers.items():
            writer.add_key_value_metadata({"ceasefire": json.dumps({"table": name, **facts})})
            writer.close()
        manifest = {"purpose": PURPOSE, **facts, "tables": self._contents()}
        text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
        (self._partial / "manifest.json").write_text(text, encoding="utf-8")
        self._publish()
        return runs

    def _publish(self) -> None:
        """Move everything to its name; the manifest goes first and comes last."""
        (self.folder / "manifest.json").unlink(missing_ok=True)
        for name in KEYS:
            new, old = self._partial / f"{name}.parquet", self.folder / f"{name}.parquet"
            if new.exists():
                os.replace(new, old)
            else:
                old.unlink(missing_ok=True)
        os.replace(self._partial / "manifest.json", self.folder / "manifest.json")
        self._partial.rmdir()
        self._writers.clear()

    def _facts(self, first_seed: int, runs: int, asked: int) -> dict[str, Any]:
        return {
            "schema_version": SCHEMA_VERSION,
            "made_by": f"ceasefire {own_version()}",
            "case": self.case.name,
            "title": self.case.title,
            "digest": self.case.digest,
            "first_seed": first_seed,
            "runs": runs,
            "runs_asked_for": asked,
            "settings": {key: setting.value for key, setting in self.case.settings.items()},
        }

    def _contents(self) -> dict[str, Any]:
        return {
            name: {"file": f"{name}.parquet", "key": list(KEYS[name]), "rows": self.rows[name]}
            for name in self._writers
        }

    def discard(self) -> None:
        """Remove what was not finished, and the folder if it was made for it."""
        for writer in self._writers.values():
            try:
                writer.close()
            except (OSError, pa.ArrowException):
                continue
        self._writers.clear()
        shutil.rmtree(self._partial, ignore_errors=True)
        self._leave_no_trace()

    def _leave_no_trace(self) -> None:
        if self._made and self.folder.is_dir() and not any(self.folder.iterdir()):
            self.folder.rmdir()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._partial.exists():
            self.discard()


def own_version() -> str:
    """Return the version of this package, if it is installed."""
    try:
        return version("ceasefire")
    except PackageNotFoundError:
        return "not installed"


def in_megabytes(count: int) -> str:
    """Word a number of bytes."""
    return f"{count / 1e6:,.0f} MB"
