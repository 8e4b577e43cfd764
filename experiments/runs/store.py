"""The tables of an ensemble on disk: Parquet files that appear whole or not at all."""

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ceasefire.experiments.runs.parts import digest_of_file, fault_of
from ceasefire.experiments.runs.tables import KEYS, SCHEMA_VERSION
from ceasefire.experiments.style.files import (
    SPARE,
    UNFINISHED,
    StorageError,
    StorageFullError,
    in_megabytes,
    sync,
    worded,
    written,
)
from ceasefire.experiments.style.folders import MANIFEST, own_version, owned, write_manifest
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.experiments.style.words import PURPOSE
from ceasefire.model.case.case import Case

ROWS_TOGETHER = 50_000
"""Rows that are written at once: few and large groups keep the files small and quick to read."""

BYTES_PER_RUN = 100
BYTES_OF_ROUNDS = 450
BYTES_PER_WEEK = 320
"""Generous sizes on disk of a run, of its rounds and truces together, and of a week of it."""


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
    ``runs.parquet`` there is never half a table. Used as a context manager, it holds the folder
    alone and removes what was not finished.

    Args:
        folder: Where to write; it is made if it is not there.
        case: The case that is run.
        expected: Bytes that will be needed, as far as can be said.
        replace: Whether tables of an earlier ensemble in the folder are replaced in the end.

    Attributes:
        rows: Rows so far, by table.
        trouble: What kept the last of them from being written, if anything.
    """

    def __init__(self, folder: Path, case: Case, expected: int = 0, replace: bool = False) -> None:
        self.folder = folder
        self.case = case
        self.rows: dict[str, int] = {}
        self.trouble: StorageFullError | None = None
        self._expected, self._replace = expected, replace
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._waiting: dict[str, list[pa.Table]] = {}
        self._partial = folder / f".tables-{secrets.token_hex(8)}{UNFINISHED}"
        self._held = ExitStack()

    def __enter__(self) -> "Store":
        """Take hold of the folder.

        Raises:
            RefusedError: If it holds something else, tables that are not to be replaced, or
                another process writes there.
            StorageError: If it cannot be made or written, or the disk is too full.
        """
        with ExitStack() as held:
            # A replacement that was broken off has left tables without a manifest.
            begun = [f"{name}.parquet" for name in KEYS] if self._replace else ()
            manifest = held.enter_context(owned(self.folder, "ensemble", begun))
            if manifest is not None and not self._replace:
                raise RefusedError(
                    f"{self.folder}: found an earlier ensemble of {manifest.get('case')} with "
                    f"{manifest.get('runs')} runs; allowed: a new folder, or --replace to put the "
                    "new one in its place."
                )
            with written(self.folder):
                free = shutil.disk_usage(self.folder).free
                if free < self._expected + SPARE:
                    raise StorageFullError(
                        f"{self.folder}: the results need about "
                        f"{in_megabytes(self._expected + SPARE)}, and {in_megabytes(free)} are "
                        "free there"
                    )
                self._partial.mkdir()
            held.callback(self._discard)
            self._held = held.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove what was not finished, and let go of the folder."""
        self._held.close()

    def _discard(self) -> None:
        for writer in self._writers.values():
            with suppress(OSError, pa.ArrowException):
                writer.close()
        shutil.rmtree(self._partial, ignore_errors=True)

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
        if runs:
            with written(self.folder):
                self._publish(self._facts(first_seed, runs, asked))
        return runs

    def _publish(self, facts: dict[str, Any]) -> None:
        """Move everything to its name; the manifest goes first and comes last."""
        tables = {}
        for name, writer in self._writers.items():
            writer.add_key_value_metadata({"ceasefire": json.dumps({"table": name, **facts})})
            writer.close()
            path = self._partial / f"{name}.parquet"
            sync(path)
            tables[name] = {
                "file": path.name,
                "key": list(KEYS[name]),
                "rows": self.rows[name],
                "digest": digest_of_file(path),
            }
        (self.folder / MANIFEST).unlink(missing_ok=True)
        for name in KEYS:
            place = self.folder / f"{name}.parquet"
            if name in tables:
                os.replace(self._partial / place.name, place)
            else:
                place.unlink(missing_ok=True)
        sync(self.folder)
        write_manifest(self.folder, "ensemble", {"purpose": PURPOSE, **facts, "tables": tables})

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


def tables_of(folder: Path, manifest: Mapping[str, Any]) -> dict[str, list[Path]]:
    """Return the files of the tables of an ensemble, held against their digests.

    Raises:
        RefusedError: If one is missing, damaged, or leads out of the folder.
    """
    files = {}
    try:
        said = {str(name): str(table["digest"]) for name, table in manifest["tables"].items()}
    except (KeyError, TypeError, AttributeError):
        raise RefusedError(f"{folder / MANIFEST}: tables: found what cannot be read.") from None
    for name in filter(said.__contains__, KEYS):
        path = folder / f"{name}.parquet"
        if fault := fault_of(path, said[name]):
            raise RefusedError(
                f"{path}: found that it is {fault}; allowed: the table as it was written. Run the "
                "ensemble again with --replace."
            )
        files[name] = [path]
    return files
