"""A folder of results: what was asked for, and Parquet parts that appear whole or not at all.

``manifest.json`` says what was asked for, by whom and with what; ``points.parquet`` has the values
of every point; ``case.toml`` is the case; ``parts/KEY/`` holds the tables of some runs, and
``part.json`` beside them says which runs these are and what the files must look like. A part is
named after all that decides what is in it, so what is missing can be told from what is there.
"""

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ceasefire.experiments.design.design import Design, design_of
from ceasefire.experiments.design.outcomes import Outcome, outcome_of
from ceasefire.experiments.runs.blocks import Block
from ceasefire.experiments.runs.coverage import Found, Part, counts, overlaps
from ceasefire.experiments.runs.parts import Parts, WrongPartError, fault_of, key_of
from ceasefire.experiments.statistics.shares import NORMAL_95, wilson
from ceasefire.experiments.style.folders import KINDS, MANIFEST, read_manifest
from ceasefire.experiments.style.notebook import Shown
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.experiments.style.words import counted
from ceasefire.model.case.case import Case, CaseError

if TYPE_CHECKING:
    import duckdb

SCHEMA = 1
"""Raised whenever the folder or its files mean something else."""

REQUIRED = {
    "identity": str,
    "case_digest": str,
    "code_digest": str,
    "design": dict,
    "points": int,
    "state": dict,
}
"""What a manifest must say, and of what kind it is."""

CASE, POINTS = "case.toml", "points.parquet"

TABLES = ("runs", "rounds", "truces", "failures")


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
        file = path / MANIFEST
        manifest = read_manifest(path)
        if manifest is None:
            raise RefusedError(f"{path}: no results of a sweep: it has no {MANIFEST}.")
        if manifest["kind"] != "sweep":
            raise RefusedError(
                f"{file}: found {KINDS[manifest['kind']]}; allowed: {KINDS['sweep']}."
            )
        if manifest.get("schema") != SCHEMA:
            raise RefusedError(
                f"{file}: schema: found {manifest.get('schema')!r}; allowed: {SCHEMA}. Another "
                "version of ceasefire made these results: read them with it, or run them anew in "
                "another folder."
            )
        for key, kind in REQUIRED.items():
            if not isinstance(manifest.get(key), kind):
                found = repr(manifest.get(key))[:40]
                raise RefusedError(f"{file}: {key}: found {found}; allowed: {kind.__name__}.")
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
            table["case"] = CASE
        where = str(self.folder / MANIFEST)
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
    def identity(self) -> str:
        """Digest of what decides the content of the runs: the design's points, sets and code."""
        return str(self.manifest["identity"])

    @property
    def store(self) -> Parts:
        """The store of its parts."""
        return Parts(self.folder, self.identity)

    @property
    def parts_folder(self) -> Path:
        """Where the parts are."""
        return self.store.place

    def look(self) -> Found:
        """Look at the parts, and hold their files against the digests."""
        found = Found()
        for name in self.store.names():
            try:
                part = self._read_part(name)
            except WrongPartError as wrong:
                found.wrong[name] = str(wrong)
                continue
            if part.key == name:
                found.parts.append(part)
            elif (self.parts_folder / part.key).is_dir():
                found.twice[name] = part.key
            else:
                found.wrong[name] = "it is not what its name says"
        for name, other, _ in list(overlaps((part.key, part) for part in found.parts)):
            found.twice.setdefault(other, name)
        found.parts = [part for part in found.parts if part.key not in found.twice]
        return found

    def _read_part(self, name: str) -> Part:
        facts = self.store.read(name)
        try:
            blocks = tuple(Block(*map(int, block)) for block in facts["blocks"])
            key = part_key(self.identity, blocks)
            rows = {str(table): int(count) for table, count in facts["rows"].items()}
            return Part(
                key, blocks, rows, facts["digest"], float(facts["seconds"]), int(facts["failed"])
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise WrongPartError("its description is missing or damaged") from None

    @cached_property
    def points(self) -> pd.DataFrame:
        """The points: one row each, a column for each dimension beside ``point``."""
        return pd.read_parquet(self.folder / POINTS)

    def connect(self) -> "duckdb.DuckDBPyConnection":
        """Return a connection to a database in memory that sees the tables and nothing else.

        Its tables are ``runs``, ``rounds``, ``truces``, ``failures``, as far as there are any, and
        ``points``. No statement can read or write a file, not even in this folder: DuckDB is handed
        the tables and kept from the disk.
        """
        return database_over(self.files)[0]

    @property
    def files(self) -> dict[str, list[Path]]:
        """The Parquet files of each table that there is; a part that is there twice counts once.

        Raises:
            RefusedError: If a part, or the table of points, is not what was written.
        """
        found = self.look()
        for name, why in found.wrong.items():
            raise RefusedError(
                f"{self.folder}: part {name}: {why}; `ceasefire sweep {self.folder} --out "
                f"{self.folder}` runs it again."
            )
        points = self.folder / POINTS
        wrong = self.damaged_beside().get(POINTS)
        if wrong:
            raise RefusedError(f"{points}: {wrong}.")
        files: dict[str, list[Path]] = {}
        for name in TABLES:
            paths = [self.parts_folder / part.key / f"{name}.parquet" for part in found.parts
                     if part.rows.get(name)]  # fmt: skip
            if paths:
                files[name] = paths
        return {**files, "points": [points]}

    def damaged_beside(self) -> dict[str, str]:
        """Return the files beside the parts that are not what was written, each with the reason."""
        files = self.manifest.get("files", {})
        faults = {name: fault_of(self.folder / name, digest) for name, digest in files.items()}
        return {name: f"it is {fault}" for name, fault in faults.items() if fault}

    @property
    def notes(self) -> list[str]:
        """Sentences on what of the folder is there twice, or no longer there."""
        found, state = self.look(), self.manifest["state"]
        told = [
            f"{self.folder}: part {name} has runs that part {other} has as well; they count once."
            for name, other in found.twice.items()
        ]
        stored = counts(found.parts)["runs"]
        if state.get("complete") and stored != state.get("runs"):
            told.append(
                f"{self.folder}: {stored} of {state.get('runs')} runs are there; `ceasefire verify "
                f"{self.folder}` says what is missing."
            )
        return told

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
    return key_of(identity, [block.as_list() for block in blocks])
