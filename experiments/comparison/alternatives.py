"""What is compared: labels with runs that a database in memory can be asked about."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ceasefire.experiments.design.outcomes import Outcome, outcomes, outcomes_of_columns
from ceasefire.experiments.runs.results import ResultsFolder, quoted, without_bar
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.case import Case

MEMORY = "1GB"
"""What the database may hold; what does not fit goes to a temporary folder for the time."""

MOST_THREADS = 8
"""Each thread of the database holds tables of its own."""

NEEDED = ("parameter_set", "seed", "end_state", "ended_week", "truces", "first_truce_week")
"""Columns that all of them must have."""


@dataclass(frozen=True, eq=False)
class Alternative:
    """Some runs that are held against others.

    Attributes:
        label: What tables and pictures call it.
        spec: How it was asked for.
        case: The case, if it is known: it names the outcomes.
        files: Parquet files, or one pattern with ``*``, that have the runs.
        folder: Folder that the files are in.
        table: The runs, where they are in memory.
        points: The points of a design that it has, with their values; None outside of a design.
        whole: Whether these are all points of the design.
        failed: Runs that failed and are in no statistic, as far as is known.
    """

    label: str
    spec: str
    case: Case | None = None
    files: tuple[str, ...] = ()
    folder: Path | None = None
    table: pd.DataFrame | None = field(default=None, repr=False)
    points: pd.DataFrame | None = field(default=None, repr=False)
    whole: bool = True
    failed: int = 0

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Names of the dimensions of its design."""
        return () if self.points is None else tuple(self.points.columns.drop("point"))

    @classmethod
    def of_results(cls, results: ResultsFolder, spec: str = "") -> "Alternative":
        """Return all points of a sweep's results, pooled."""
        try:
            case: Case | None = results.case
        except RefusedError:
            # It has changed since: the runs can be compared, and their columns say what of.
            case = None
        return cls(
            label=results.folder.name,
            spec=spec or str(results.folder),
            case=case,
            files=(str(results.parts_folder / "*" / "runs.parquet"),),
            folder=results.folder,
            points=results.points,
            failed=int(results.manifest.get("state", {}).get("failed", 0)),
        )

    @classmethod
    def of_table(
        cls, runs: pd.DataFrame, label: str, case: Case | None = None, spec: str = ""
    ) -> "Alternative":
        """Return runs that are in memory: a table with the columns of ``runs``."""
        return cls(label=label, spec=spec or label, case=case, table=runs)


@contextmanager
def database_of(alternatives: Sequence[Alternative], threads: int | None = None) -> "Iterator[Any]":
    """Open a database in memory that sees the runs of some alternatives, and nothing else.

    Its views ``runs_0``, ``runs_1`` and so on have the columns of the table ``runs``. It can read
    the folders of these only. Memory is limited; what does not fit is spilled to a temporary
    folder that is gone afterwards.

    Args:
        alternatives: What is compared.
        threads: Threads; all processors by default, up to ``MOST_THREADS``.

    Yields:
        The connection.
    """
    import duckdb
    import pyarrow as pa

    spill = Path(tempfile.mkdtemp(prefix="ceasefire-compare-"))
    database = duckdb.connect(":memory:")
    try:
        count = min(threads or os.cpu_count() or 1, MOST_THREADS)
        known = [one.folder for one in alternatives if one.folder is not None]
        folders = [str(folder) for folder in (*known, *(folder.resolve() for folder in known))]
        without_bar(database)
        for setting in (
            f"memory_limit = '{MEMORY}'",
            f"threads = {count}",
            "preserve_insertion_order = false",
            "parquet_metadata_cache = true",
            f"temp_directory = {quoted(str(spill))}",
        ):
            database.execute(f"SET {setting}")
        for i, one in enumerate(alternatives):
            if one.table is not None:
                table = pa.Table.from_pandas(one.table, preserve_index=False)
                database.register(f"table_{i}", table)
                database.execute(f"CREATE VIEW runs_{i} AS SELECT * FROM table_{i}")
                continue
            names = ", ".join(quoted(name) for name in one.files)
            where = ""
            if one.points is not None and not one.whole:
                chosen = pa.table({"point": one.points["point"].to_numpy()})
                database.register(f"points_{i}", chosen)
                where = f" WHERE point IN (SELECT point FROM points_{i})"
                if len(one.points) == 1:
                    # A constant lets whole parts be skipped.
                    where = f" WHERE point = {int(one.points['point'].iloc[0])}"
            source = f"read_parquet([{names}]){where}"
            database.execute(f"CREATE VIEW runs_{i} AS SELECT * FROM {source}")
        listed = ", ".join(map(quoted, dict.fromkeys(folders)))
        database.execute(f"SET allowed_directories = [{listed}]")
        database.execute("SET enable_external_access = false")
        database.execute("SET lock_configuration = true")
        yield database
    finally:
        database.close()
        shutil.rmtree(spill, ignore_errors=True)


def places(
    baseline: Alternative, other: Alternative
) -> tuple[dict[int, int], dict[int, int]] | None:
    """Say which points of two alternatives belong together.

    Points do if they agree in every dimension along which the two vary; what sets the two apart
    are the other dimensions. So two whole results with the same points go point by point, and two
    rows of a grid go column by column.

    Returns:
        For each of the two the number of the place of every point; nothing of runs outside of a
        design, which are all at place 0; None if points do not belong together one to one.
    """
    tables = [_varying(one) for one in (baseline, other)]
    rows = [list(map(repr, table.itertuples(index=False, name=None))) for table in tables]
    names = [list(table.columns) for table in tables]
    if names[0] != names[1] or sorted(rows[0]) != sorted(rows[1]):
        return None
    number = {row: i for i, row in enumerate(rows[0])}
    if len(number) < len(rows[0]):
        return None
    points = [[] if one.points is None else one.points["point"].tolist()
              for one in (baseline, other)]  # fmt: skip
    first, second = (
        {int(point): number[row] for point, row in zip(numbers, each, strict=False)}
        for numbers, each in zip(points, rows, strict=True)
    )
    return first, second


def _varying(one: Alternative) -> pd.DataFrame:
    """Return the values of its points in the dimensions along which they vary."""
    if one.points is None:
        return pd.DataFrame(index=[0])
    values = one.points.drop(columns="point").reset_index(drop=True)
    return values[sorted(str(name) for name in values if values[name].nunique() > 1)]


def measured_in(
    alternatives: Sequence[Alternative], columns: Sequence[Sequence[str]]
) -> list[Outcome]:
    """Return the outcomes that all of them have.

    They are those of the first case that is known; without any, those that the columns tell.

    Args:
        alternatives: What is compared.
        columns: The columns of each.
    """
    shared = set(columns[0]).intersection(*columns[1:])
    case = next((one.case for one in alternatives if one.case is not None), None)
    known = outcomes(case) if case is not None else outcomes_of_columns(columns[0])
    return [one for one in known.values() if shared.issuperset(one.columns)]
