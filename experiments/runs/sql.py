"""Questions to results in SQL: one statement that reads, over the tables of a folder alone.

The tables are handed to DuckDB in memory and its access to files is shut off altogether, which
holds whatever a query says: since DuckDB 2, a common table expression in a SELECT may write a file.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from ceasefire.experiments.runs.results import ResultsFolder, database_over
from ceasefire.experiments.runs.store import tables_of
from ceasefire.experiments.style.folders import KINDS, MANIFEST, read_manifest
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.experiments.style.words import listed

NEAR = 5
"""Names of columns that are offered in place of one that is not there."""

LARGEST_EXACT = 2**53
"""Beyond it, a float no longer holds every whole number."""


@dataclass(frozen=True)
class Asked:
    """A folder of results, ready to be asked.

    Attributes:
        folder: Where they are.
        columns: Names of the columns of each table.
        database: A connection that sees these tables and no file.
    """

    folder: Path
    columns: Mapping[str, Sequence[str]]
    database: duckdb.DuckDBPyConnection

    @property
    def tables(self) -> str:
        """Name the tables, as the end of a sentence."""
        return f"the tables are {listed(sorted(self.columns))}"


def sql(results: str | Path | ResultsFolder, query: str) -> pd.DataFrame:
    """Ask results a question in SQL.

    Args:
        results: Results of a sweep, or the folder of a sweep or of ``ceasefire ensemble --out``.
        query: One statement of DuckDB's SQL that reads: SELECT, FROM, WITH, VALUES, DESCRIBE,
            SUMMARIZE or SHOW. Its tables are ``runs``, ``rounds``, ``truces``, ``failures`` and
            ``points`` of a sweep, and ``runs``, ``rounds``, ``truces`` and ``weeks`` of an
            ensemble, as far as they were kept.

    Returns:
        The answer. Sums of whole numbers are whole numbers as long as a float holds them exactly.

    Raises:
        RefusedError: If there are no results, or the query is not one that reads, or fails.
    """
    with answer(results, query) as database:
        return whole_numbers(database.df(), database.description)


def chunks(results: str | Path | ResultsFolder, query: str) -> Iterator[pd.DataFrame]:
    """Yield the answer to a question some thousand rows at a time; see ``sql``.

    The first chunk has the columns, even where there are no rows.
    """
    with answer(results, query) as database:
        while True:
            chunk = database.fetch_df_chunk()
            yield whole_numbers(chunk, database.description)
            if not len(chunk):
                return


@contextmanager
def answer(results: str | Path | ResultsFolder, query: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open results, ask a question, and hand out the connection to fetch the answer from.

    Raises:
        RefusedError: As ``sql`` does; also for what goes wrong while the answer is fetched.
    """
    asked = open_tables(results)
    try:
        statement = one_that_reads(asked, query)
        yield asked.database.execute(statement)
    except duckdb.Error as error:
        raise RefusedError(worded(error, asked)) from None
    finally:
        asked.database.close()


def open_tables(results: str | Path | ResultsFolder) -> Asked:
    """Open the tables of a folder of results.

    Raises:
        RefusedError: If there are none, or they cannot be read.
    """
    folder, files = files_of(results)
    database, columns = database_over(files)
    return Asked(folder, columns, database)


def files_of(results: str | Path | ResultsFolder) -> tuple[Path, dict[str, list[Path]]]:
    """Return a folder of results, and the files of each table that it has.

    Raises:
        RefusedError: If it is no folder of results, or a file in it is not what was written.
    """
    if isinstance(results, ResultsFolder):
        return results.folder, results.files
    folder = Path(results)
    manifest = read_manifest(folder)
    if manifest is not None and manifest["kind"] == "ensemble":
        return folder, tables_of(folder, manifest)
    if manifest is None or manifest["kind"] != "sweep":
        found = f"no {MANIFEST} there" if manifest is None else KINDS[manifest["kind"]]
        raise RefusedError(
            f"{folder}: found {found}; allowed: a folder that `ceasefire sweep` or `ceasefire "
            "ensemble --out` wrote."
        )
    return folder, ResultsFolder.open(folder).files


def notes_on(folder: Path) -> list[str]:
    """Return sentences on what of a folder counts once, though it is there twice."""
    manifest = read_manifest(folder)
    is_sweep = manifest is not None and manifest["kind"] == "sweep"
    return ResultsFolder.open(folder).notes if is_sweep else []


def one_that_reads(asked: Asked, query: str) -> duckdb.Statement:
    """Return the one statement of a query.

    Raises:
        RefusedError: If it is not one statement, or not one that only reads.
    """
    statements = asked.database.extract_statements(query)
    if len(statements) != 1:
        found = f"{len(statements)} statements" if statements else "nothing"
        raise RefusedError(f"query: found {found}; allowed: one SELECT; {asked.tables}.")
    (statement,) = statements
    if statement.type != duckdb.StatementType.SELECT:
        kind = "PIVOT without IN (...)" if is_pivot(statement) else statement.type.name
        raise RefusedError(
            f"query: found {kind}; allowed: one statement that reads, beginning with SELECT, FROM, "
            f"WITH, VALUES, DESCRIBE, SUMMARIZE or SHOW; {asked.tables}."
        )
    return statement


def is_pivot(statement: duckdb.Statement) -> bool:
    """Whether a statement is a pivot that first has to look up its columns."""
    return statement.type.name == "MULTI"


UNKNOWN_TABLE = re.compile(r'Table with name "?(.+?)"? does not exist')

UNKNOWN_COLUMN = re.compile(
    r'(?:Referenced column|column named|Column) "([^"]+)"'
    r"(?=$|\n| not found| in \w+ list not found| does not exist)"
)

NO_ACCESS = re.compile(r'Cannot access (?:file|directory) "([^"]+)"')

KIND = re.compile(r"^[A-Za-z ]+ Error: ")

ASIDE = re.compile(r"\n\s*(?:\n|LINE \d|Candidate|Did you mean).*", re.DOTALL)
"""What DuckDB adds to its sentence: the line, candidates, a guess among its own tables."""


def worded(error: Exception, asked: Asked) -> str:
    """Word an error of DuckDB in one sentence that names the tables."""
    said = str(error)
    if found := UNKNOWN_TABLE.search(said):
        guess = near(found[1], asked.columns, 1)
        return f"query: found no table {found[1]!r}{guess}; {asked.tables}."
    if found := UNKNOWN_COLUMN.search(said):
        name = found[1]
        having = [table for table, columns in asked.columns.items() if name in columns]
        if having:
            has = "has it" if len(having) == 1 else "have it"
            where = f" in the table asked, though {listed(sorted(having))} {has}"
            return f"query: found no column {name!r}{where}; {asked.tables}."
        known = dict.fromkeys(one for columns in asked.columns.values() for one in columns)
        return f"query: found no column {name!r}{near(name, known, NEAR)}; {asked.tables}."
    if found := NO_ACCESS.search(said):
        return f"query: found the file {found[1]!r}; allowed: no file; {asked.tables}."
    sentence = " ".join(ASIDE.sub("", KIND.sub("", said)).split()).rstrip(".!")
    return f"query: {sentence}; {asked.tables}."


def near(wrong: str, known: Mapping[str, Any], most: int) -> str:
    """Word which names may have been meant, as a query has to write them."""
    by_small = {name.lower(): name for name in known}
    found = difflib.get_close_matches(wrong.lower(), by_small, most, 0.5)
    names = [by_small[one] for one in found]
    if not names:
        return ""
    written = [one if re.fullmatch(r"\w+", one) else f'"{one}"' for one in names]
    return f"; near names: {', '.join(written)}"


def whole_numbers(table: pd.DataFrame, description: Any) -> pd.DataFrame:
    """Return a table with whole numbers in the columns that DuckDB counts with 128 bits.

    It hands these over as floats, so that a sum of rounds would read 150.0.
    """
    for name, (_, kind, *_) in zip(table.columns, description, strict=True):
        if str(kind) == "HUGEINT" and (table[name].abs().fillna(0) <= LARGEST_EXACT).all():
            complete = table[name].notna().all()
            table[name] = table[name].astype("int64") if complete else table[name].astype("Int64")
    return table
