"""What is compared: arms, each a label with runs that a database in memory can be asked about."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ceasefire.experiments.design.outcomes import SHARE, TO_ITS_END, Outcome, outcomes
from ceasefire.experiments.runs.results import ResultsFolder, quoted, without_bar
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.case import Case
from ceasefire.model.world.outcome import END_STATES

if TYPE_CHECKING:
    import duckdb

MEMORY = "1GB"
"""What the database may hold; what does not fit goes to a temporary folder for the time."""

MOST_THREADS = 8
"""Each thread of the database holds tables of its own."""

NEEDED = ("parameter_set", "seed", "end_state", "ended_week", "truces", "first_truce_week")
"""Columns that every arm must have."""


@dataclass(frozen=True, eq=False)
class Arm:
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


def arm_of_results(results: ResultsFolder, label: str = "", spec: str = "") -> Arm:
    """Return all points of a sweep's results, pooled."""
    try:
        case: Case | None = results.case
    except RefusedError:
        # It has changed since: the runs can still be compared, and their columns say what of.
        case = None
    return Arm(
        label=label or results.folder.name,
        spec=spec or str(results.folder),
        case=case,
        files=tuple(map(str, results.files.get("runs", ()))),
        folder=results.folder,
        points=results.points,
        failed=int(results.manifest.get("state", {}).get("failed", 0)),
    )


def arm_of_table(runs: pd.DataFrame, label: str, case: Case | None = None, spec: str = "") -> Arm:
    """Return runs that are in memory: a table with the columns of ``runs``."""
    return Arm(label=label, spec=spec or label, case=case, table=runs)


@contextmanager
def database_of(arms: Sequence[Arm], threads: int | None = None) -> "Iterator[Any]":
    """Open a database in memory that sees the runs of some arms, and nothing else.

    Its views ``arm_0``, ``arm_1`` and so on have the columns of the table ``runs``. It can read
    the folders of these arms only. Memory is limited; what does not fit is spilled to a temporary
    folder that is gone afterwards.

    Args:
        arms: The arms.
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
        folders = [str(arm.folder) for arm in arms if arm.folder is not None]
        folders += [str(arm.folder.resolve()) for arm in arms if arm.folder is not None]
        without_bar(database)
        for setting in (
            f"memory_limit = '{MEMORY}'",
            f"threads = {count}",
            "preserve_insertion_order = false",
            "parquet_metadata_cache = true",
            f"temp_directory = {quoted(str(spill))}",
        ):
            database.execute(f"SET {setting}")
        for i, arm in enumerate(arms):
            if arm.table is not None:
                table = pa.Table.from_pandas(arm.table, preserve_index=False)
                database.register(f"table_{i}", table)
                database.execute(f"CREATE VIEW arm_{i} AS SELECT * FROM table_{i}")
                continue
            names = ", ".join(quoted(name) for name in arm.files)
            where = ""
            if arm.points is not None and not arm.whole:
                chosen = pa.table({"point": arm.points["point"].to_numpy()})
                database.register(f"points_{i}", chosen)
                where = f" WHERE point IN (SELECT point FROM points_{i})"
                if len(arm.points) == 1:
                    # A constant lets whole parts be skipped.
                    where = f" WHERE point = {int(arm.points['point'].iloc[0])}"
            database.execute(f"CREATE VIEW arm_{i} AS SELECT * FROM read_parquet([{names}]){where}")
        listed = ", ".join(map(quoted, dict.fromkeys(folders)))
        database.execute(f"SET allowed_directories = [{listed}]")
        database.execute("SET enable_external_access = false")
        database.execute("SET lock_configuration = true")
        yield database
    finally:
        database.close()
        shutil.rmtree(spill, ignore_errors=True)


def columns_of(database: "duckdb.DuckDBPyConnection", arm: int) -> list[str]:
    """Return the columns of an arm's runs."""
    return [row[0] for row in database.execute(f"DESCRIBE arm_{arm}").fetchall()]


def places(baseline: Arm, other: Arm) -> tuple[dict[int, int], dict[int, int]] | None:
    """Say which points of two arms belong together.

    Points do if they agree in every dimension along which the two arms vary; what sets the arms
    apart are the other dimensions. So two whole results with the same points go point by point,
    and two rows of a grid go column by column.

    Returns:
        For each arm the number of the place of every point; nothing of an arm outside of a design,
        whose runs are all at place 0; None if points do not belong together one to one.
    """
    tables = [_varying(arm) for arm in (baseline, other)]
    first, second = (list(table.itertuples(index=False, name=None)) for table in tables)
    if list(tables[0].columns) != list(tables[1].columns) or sorted(map(repr, first)) != sorted(
        map(repr, second)
    ):
        return None
    if len(set(map(repr, first))) < len(first):
        return None
    number = {repr(values): i for i, values in enumerate(first)}
    found = []
    for arm, rows in ((baseline, first), (other, second)):
        numbers = [] if arm.points is None else arm.points["point"].tolist()
        found.append({int(p): number[repr(row)] for p, row in zip(numbers, rows, strict=False)})
    return found[0], found[1]


def _varying(arm: Arm) -> pd.DataFrame:
    """Return the values of an arm's points in the dimensions along which it varies."""
    if arm.points is None:
        return pd.DataFrame(index=[0])
    values = arm.points.drop(columns="point").reset_index(drop=True)
    return values[sorted(str(name) for name in values if values[name].nunique() > 1)]


def measured_in(arms: Sequence[Arm], columns: Sequence[Sequence[str]]) -> dict[str, Outcome]:
    """Return the outcomes that all arms have, by name.

    They are those of the first case that is known; without any, those that the columns tell.

    Args:
        arms: The arms.
        columns: The columns of each.
    """
    shared = set(columns[0]).intersection(*columns[1:])
    case = next((arm.case for arm in arms if arm.case is not None), None)
    known = outcomes(case) if case is not None else _outcomes_of_columns(columns[0])
    return {
        name: one for name, one in known.items() if all(column in shared for column in one.columns)
    }


def _outcomes_of_columns(columns: Sequence[str]) -> dict[str, Outcome]:
    found = [
        Outcome(state, f"runs that end with: {state}", SHARE, f"end_state = '{state}'",
                ("end_state",))
        for state in (*END_STATES[1:], END_STATES[0])
    ]  # fmt: skip
    found.append(Outcome("truce", "runs with at least one truce", SHARE, "truces > 0", ("truces",)))
    words = "Only of runs that have one."
    found.append(
        Outcome("weeks to truce", "weeks to the first truce", "weeks", "first_truce_week",
                ("first_truce_week",), words)
    )  # fmt: skip
    units = {"weeks_under_truce": "weeks", "rounds": "rounds", "deaths_": "deaths",
             "captives_returned_": "persons", "captives_died_": "persons"}  # fmt: skip
    for column in columns:
        for start, unit in units.items():
            if column == start or (start.endswith("_") and column.startswith(start)):
                name = column.replace("_", " ")
                found.append(Outcome(name, name, unit, f'"{column}"', (column,), TO_ITS_END))
    return {one.name: one for one in found}
