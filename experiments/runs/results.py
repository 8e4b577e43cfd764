"""A folder of results: what was asked for, and Parquet parts that appear whole or not at all.

``manifest.json`` says what was asked for, by whom and with what; ``points.parquet`` has the values
of every point; ``case.toml`` is the case; ``parts/KEY/`` holds the tables of some runs, and
``part.json`` beside them says which runs these are and what the files must look like. A part is
named after all that decides what is in it, so what is missing can be told from what is there.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ceasefire.experiments.design.design import Design, design_of
from ceasefire.experiments.design.outcomes import Outcome, outcome_of
from ceasefire.experiments.statistics.shares import NORMAL_95, wilson
from ceasefire.experiments.style.notebook import Shown
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.experiments.style.words import counted
from ceasefire.model.case.case import Case, CaseError

if TYPE_CHECKING:
    import duckdb

SCHEMA = 1
"""Raised whenever the folder or its files mean something else."""

TABLES = ("runs", "rounds", "truces", "failures")


@dataclass(frozen=True)
class Block:
    """Runs of one point that follow each other.

    Attributes:
        point: Number of the point.
        first: Seed of the first run.
        runs: How many.
    """

    point: int
    first: int
    runs: int

    def as_list(self) -> list[int]:
        """Return its three numbers."""
        return [self.point, self.first, self.runs]


@dataclass(frozen=True)
class Part:
    """One part of the results.

    Attributes:
        key: Digest of what decides its content, and its name.
        blocks: The runs it has.
        rows: Rows by table.
        digest: Digest of the content of its tables; see ``digest_of``.
        seconds: Time that its runs took.
        failed: Runs of its blocks that failed.
    """

    key: str
    blocks: tuple[Block, ...]
    rows: Mapping[str, int]
    digest: str
    seconds: float
    failed: int = 0


@dataclass
class Found:
    """What a look at the parts found.

    Attributes:
        parts: Sound parts.
        wrong: Folders that are no parts of these results, each with the reason.
    """

    parts: list[Part] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)


class ResultsFolder(Shown):
    """Results of a design on disk.

    Args:
        folder: Where they are.
        manifest: What the manifest says.
    """

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        self.folder = folder
        self.manifest = dict(manifest)

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> "ResultsFolder":
        """Open results.

        Raises:
            RefusedError: If there are none, or another version made them.
        """
        path = Path(folder)
        file = path / "manifest.json"
        try:
            manifest = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise RefusedError(f"{path}: no results of a sweep: it has no manifest.json.") from None
        except (OSError, UnicodeDecodeError, ValueError) as error:
            raise RefusedError(f"{file}: found what cannot be read ({error}).") from None
        kind = manifest.get("kind") if isinstance(manifest, dict) else None
        if kind != "sweep":
            raise RefusedError(f"{file}: found no results of a sweep; those have kind = 'sweep'.")
        if manifest.get("schema") != SCHEMA:
            raise RefusedError(
                f"{file}: schema: found {manifest.get('schema')!r}; allowed: {SCHEMA}. Another "
                "version of ceasefire made these results: read them with it, or run them anew in "
                "another folder."
            )
        return cls(path, manifest)

    @cached_property
    def design(self) -> Design:
        """The design that was run.

        Raises:
            RefusedError: If the case has changed since.
        """
        table = dict(self.manifest["design"])
        if str(table["case"]).endswith(".toml"):
            # Its own copy: the file may be gone or changed.
            table["case"] = "case.toml"
        where = str(self.folder / "manifest.json")
        try:
            design = design_of(table, where, self.folder)
        except CaseError as error:
            raise RefusedError(
                f"{error}\nThe case or the design has changed since these results were made."
            ) from None
        if design.case.digest != self.manifest["case_digest"]:
            raise RefusedError(
                f"{where}: case_digest: found {self.manifest['case_digest']}; today's "
                f"{table['case']} has {design.case.digest}. It has changed since these results "
                "were made; they can be read, but not run again."
            )
        return design

    @property
    def case(self) -> Case:
        """The case, with what all points share."""
        return self.design.case

    @property
    def parts_folder(self) -> Path:
        """Where the parts are."""
        return self.folder / "parts"

    @property
    def identity(self) -> str:
        """Digest of what decides the content of the runs: the design's points, sets and code."""
        return str(self.manifest["identity"])

    def look(self, thorough: bool = True) -> Found:
        """Look at the parts.

        Args:
            thorough: Whether to hold the files against their digests.
        """
        found = Found()
        if not self.parts_folder.is_dir():
            return found
        for path in sorted(self.parts_folder.iterdir()):
            try:
                found.parts.append(self._read_part(path, thorough))
            except _WrongPartError as wrong:
                found.wrong[path.name] = str(wrong)
        return found

    def _read_part(self, path: Path, thorough: bool) -> Part:
        try:
            facts = json.loads((path / "part.json").read_text(encoding="utf-8"))
            blocks = tuple(Block(*block) for block in facts["blocks"])
            part = Part(
                path.name,
                blocks,
                facts["rows"],
                facts["digest"],
                facts["seconds"],
                facts["failed"],
            )
            files = dict(facts["files"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise _WrongPartError("its description is missing or damaged") from None
        if facts.get("identity") != self.identity:
            raise _WrongPartError("it belongs to other results")
        if path.name != part_key(self.identity, blocks):
            raise _WrongPartError("it is not what its name says")
        for name, expected in files.items():
            try:
                sound = (
                    digest_of_file(path / name) == expected["digest"]
                    if thorough
                    else (path / name).stat().st_size == expected["bytes"]
                )
            except OSError:
                sound = False
            if not sound:
                raise _WrongPartError(f"{name} is damaged")
        return part

    @cached_property
    def points(self) -> pd.DataFrame:
        """The points: one row each, a column for each dimension beside ``point``."""
        return pd.read_parquet(self.folder / "points.parquet")

    def connect(self) -> "duckdb.DuckDBPyConnection":
        """Return a connection to a database in memory that sees the tables and nothing else.

        Its tables are ``runs``, ``rounds``, ``truces``, ``failures``, as far as there are any, and
        ``points``. No statement can read or write a file, not even in this folder: DuckDB is handed
        the tables and kept from the disk.
        """
        return database_over(self.files)[0]

    @property
    def files(self) -> dict[str, list[Path]]:
        """The Parquet files of each table that there is."""
        parts = {name: sorted(self.parts_folder.glob(f"*/{name}.parquet")) for name in TABLES}
        found = {name: paths for name, paths in parts.items() if paths}
        return {**found, "points": [self.folder / "points.parquet"]}

    def table(self, name: str = "runs") -> pd.DataFrame:
        """Return a whole table in memory, in the order of its key.

        Raises:
            RefusedError: If there is no such table.
        """
        database = self.connect()
        try:
            known = [row[0] for row in database.execute("SHOW TABLES").fetchall()]
            if name not in known:
                raise RefusedError(f"{self.folder}: table: found {name!r}; allowed: {known}.")
            order = {"rounds": ", round", "truces": ", truce"}.get(name, "")
            key = "point" if name == "points" else f"point, parameter_set, seed{order}"
            return database.execute(f"SELECT * FROM {name} ORDER BY {key}").df()
        finally:
            database.close()

    @property
    def runs(self) -> pd.DataFrame:
        """The runs, in the order of their key; all in memory."""
        return self.table("runs")

    def by_point(self, outcome: str | Outcome | None = None) -> pd.DataFrame:
        """Return an outcome at every point, with a 95 % interval.

        Args:
            outcome: Its name; the design's own by default.

        Returns:
            One row for each point: ``point``, the dimensions, ``runs`` that have the outcome's
            value, ``mean`` (a share, where the outcome is one), ``low`` and ``high``.
            The interval is over runs, given the sets of parameters: Wilson's for shares, the
            normal one for means.
        """
        one = outcome if isinstance(outcome, Outcome) else self.outcome(outcome)
        database = self.connect()
        try:
            found = database.execute(
                f"SELECT point, count(x) AS runs, avg(x) AS mean, "
                "coalesce(stddev_samp(x), 0) AS sd "
                f"FROM (SELECT point, CAST({one.sql} AS DOUBLE) AS x FROM runs) "
                "GROUP BY point ORDER BY point"
            ).df()
        except Exception as error:
            if type(error).__name__ != "CatalogException":
                raise
            found = pd.DataFrame({"point": [], "runs": [], "mean": [], "sd": []})
        finally:
            database.close()
        ends = [interval(one, *row) for row in found[["mean", "sd", "runs"]].to_numpy()]
        found["low"] = [low for low, _ in ends]
        found["high"] = [high for _, high in ends]
        return self.points.merge(found.drop(columns="sd"), on="point", how="left")

    def outcome(self, name: str | None = None) -> Outcome:
        """Return an outcome by name, the design's own by default."""
        return outcome_of(name or self.manifest["design"]["outcome"], self.case)

    @property
    def headline(self) -> str:
        """The design, how many runs there are, and where."""
        runs = counted(self.manifest.get("state", {}).get("runs", 0), "run")
        return f"{self.manifest['design']['name']}: {runs} in {self.folder}"

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The design's own outcome at every point; ``table`` returns the runs themselves."""
        return {"by point": self.by_point()}

    def __repr__(self) -> str:
        """Say what it is, without asking the files."""
        return f"<ResultsFolder of {self.headline}>"


def database_over(
    files: Mapping[str, Sequence[Path]],
) -> tuple["duckdb.DuckDBPyConnection", dict[str, list[str]]]:
    """Return a database in memory that sees some tables and no file, and their columns.

    Args:
        files: The Parquet files of each table.

    Raises:
        RefusedError: If a file cannot be read.
    """
    import duckdb
    import pyarrow as pa
    import pyarrow.dataset as datasets

    database = duckdb.connect(":memory:", config={"enable_external_access": "false"})
    without_bar(database)
    columns = {}
    for name, paths in files.items():
        try:
            table = datasets.dataset([str(path) for path in paths], format="parquet")
        except (OSError, pa.ArrowException) as error:
            said = str(error).splitlines()[0]
            raise RefusedError(
                f"{paths[0].parent}: the table {name} cannot be read ({said})."
            ) from None
        database.register(name, table)
        columns[name] = list(table.schema.names)
    database.execute("SET lock_configuration = true")
    return database, columns


def without_bar(database: "duckdb.DuckDBPyConnection") -> None:
    """Keep DuckDB from showing a progress bar, as it does in notebooks.

    Where a kernel has no ipywidgets there is none, and DuckDB raises an error when told so.
    """
    ((shown,),) = database.execute("SELECT current_setting('enable_progress_bar')").fetchall()
    if shown:
        database.execute("SET enable_progress_bar = false")


class _WrongPartError(Exception):
    """A folder among the parts that is no part; the message says why."""


def interval(outcome: Outcome, mean: float, sd: float, runs: float) -> tuple[float, float]:
    """Return the 95 % interval of an outcome's mean over runs."""
    if not runs > 0:
        return 0.0, 1.0 if outcome.is_share else float("nan")
    if outcome.is_share:
        return wilson(float(mean), float(runs))
    half = NORMAL_95 * float(sd) / float(runs) ** 0.5
    return float(mean) - half, float(mean) + half


def quoted(text: str) -> str:
    """Write a text as a string of SQL."""
    return "'" + text.replace("'", "''") + "'"


def part_key(identity: str, blocks: Sequence[Block]) -> str:
    """Return the name of a part: a digest of all that decides what is in it."""
    text = json.dumps([identity, [block.as_list() for block in blocks]])
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def digest_of_file(path: Path) -> str:
    """Return the digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def digest_of(tables: Mapping[str, pd.DataFrame]) -> str:
    """Return a digest of the content of tables, whatever the order of their rows.

    The digests of rows are added up, so that parts can be digested one by one and in any order:
    the digest of all is the sum of theirs (``add_digests``), and a row that is there twice counts
    twice.
    """
    found = []
    for name in sorted(tables):
        table = tables[name]
        if not len(table):
            continue
        # The names of the table and of its columns are part of every row.
        names = json.dumps([name, list(table.columns)]).encode()
        named = int.from_bytes(hashlib.blake2b(names, digest_size=8).digest(), "big")
        halves = []
        for key in ("content digest 1", "content digest 2"):
            hashes = pd.util.hash_pandas_object(table, index=False, hash_key=key)
            rows = hashes.to_numpy(dtype=np.uint64) ^ np.uint64(named)
            halves.append(int(rows.sum(dtype=np.uint64)))
        found.append(f"{halves[0]:016x}{halves[1]:016x}")
    return add_digests(found)


def add_digests(digests: Iterable[str]) -> str:
    """Return the digest of several tables' content together; each half is added by itself."""
    halves = [0, 0]
    for one in digests:
        halves = [
            (halves[0] + int(one[:16], 16)) % 2**64,
            (halves[1] + int(one[16:], 16)) % 2**64,
        ]
    return f"{halves[0]:016x}{halves[1]:016x}"
