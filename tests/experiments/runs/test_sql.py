"""Questions to results in SQL: what may be asked, what may not, and what is said then."""

import io
import json
import os
import re
import shutil

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from ceasefire import run_ensemble
from ceasefire.experiments.commands.sql import MOST_ROWS, Beginning, ask, begun, show_answer
from ceasefire.experiments.design.design import design_of
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.runs.sql import open_tables, sql
from ceasefire.experiments.runs.store import Store
from ceasefire.experiments.runs.sweep import sweep
from ceasefire.experiments.runs.tables import KEYS
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.case import load_case

DESIGN = {
    "name": "small",
    "title": "A patron withholds arms",
    "case": "two-rivals",
    "runs": 20,
    "weeks": 12.0,
    "keep": "rounds",
    "dimension": [
        {
            "name": "withheld",
            "names": ["patronage.north-support.withheld"],
            "values": [0.0, 0.5, 1.0],
        }
    ],
}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return sweep(design_of(DESIGN), tmp_path_factory.mktemp("sweep") / "out", workers=1)


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory):
    """A folder as `ceasefire ensemble --out` writes it, and the tables it holds."""
    folder = tmp_path_factory.mktemp("ensemble") / "out"
    case = load_case("two-rivals").changed({"war.horizon": 12.0})
    found = run_ensemble(case, runs=20, series=True)
    with Store(folder, case) as store:
        store.add(found.tables)
        store.finish(0, 20)
    return folder, found


def refusal(results, query):
    with pytest.raises(RefusedError) as refused:
        sql(results, query)
    said = str(refused.value)
    assert said.endswith(".")
    assert "\n" not in said
    return said


def snapshot(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_answer_is_what_pandas_gives(results):
    runs = results.runs.merge(results.points, on="point")
    expected = runs.groupby("withheld")["ended_week"].agg(["size", "mean"]).reset_index()
    found = sql(
        results,
        "SELECT withheld, count(*) AS size, avg(ended_week) AS mean "
        "FROM runs JOIN points USING (point) GROUP BY withheld ORDER BY withheld",
    )
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    assert found["size"].tolist() == [20, 20, 20]


@pytest.mark.parametrize("kind", [str, lambda path: path, ResultsFolder.open])
def test_a_path_a_text_and_a_folder_of_results_are_the_same(results, kind):
    assert sql(kind(results.folder), "SELECT count(*) AS n FROM runs")["n"].tolist() == [60]


def test_every_table_is_there_whole(results):
    for name in ("runs", "rounds", "truces", "points"):
        whole = results.points if name == "points" else results.table(name)
        assert sql(results, f"SELECT count(*) AS n FROM {name}")["n"].tolist() == [len(whole)]


def test_an_ensemble_can_be_asked_as_well(ensemble):
    folder, made = ensemble
    for name in KEYS:
        found = sql(folder, f"FROM {name} ORDER BY ALL")
        assert len(found) == len(made.tables[name])
        assert found.columns.tolist() == made.tables[name].columns.tolist()
    deaths = sql(folder, "SELECT seed, deaths_north FROM runs ORDER BY seed")["deaths_north"]
    assert deaths.tolist() == made.runs["deaths_north"].tolist()


@pytest.mark.parametrize(
    "query",
    [
        "FROM runs",
        "TABLE runs",
        "VALUES (1, 2)",
        "WITH few AS (SELECT * FROM runs LIMIT 3) SELECT count(*) FROM few",
        "DESCRIBE runs",
        "SUMMARIZE points",
        "SHOW TABLES",
        "SELECT 1;",
        "PIVOT runs ON end_state IN ('government fell') USING count(*) GROUP BY point",
    ],
)
def test_statements_that_read_are_answered(results, query):
    assert len(sql(results, query)) > 0


def test_sums_of_whole_numbers_are_whole(results):
    found = sql(results, "SELECT sum(rounds) AS n FROM runs")
    assert found["n"].dtype == "int64"
    assert found["n"].tolist() == [results.runs["rounds"].sum()]
    nothing = sql(results, "SELECT sum(rounds) AS n FROM runs WHERE point < 0")
    assert nothing["n"].isna().all()
    huge = sql(results, f"SELECT sum(seed) + {10**20}::HUGEINT AS n FROM runs")
    assert huge["n"].tolist() == [1e20]


WRITE = [
    "COPY runs TO '{inside}'",
    "COPY (SELECT 1) TO '{outside}'",
    "EXPLAIN ANALYZE COPY runs TO '{inside}'",
    "WITH x AS (COPY runs TO '{inside}') SELECT * FROM x",
    "WITH x AS (COPY runs TO '{outside}') SELECT * FROM x",
    "WITH x AS (COPY runs TO '{manifest}') SELECT * FROM x",
    "WITH x AS (INSERT INTO points VALUES (1, 2) RETURNING *) SELECT * FROM x",
    "ATTACH '{inside}'",
    "EXPORT DATABASE '{inside}'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "PRAGMA version",
    "SET threads = 1",
    "RESET threads",
    "SET enable_external_access = true",
    "CREATE TABLE more AS SELECT 1",
    "DROP VIEW runs",
    "INSERT INTO points VALUES (1, 2)",
    "UPDATE points SET point = 1",
    "DELETE FROM points",
    "CALL pragma_version()",
    "SELECT 1; COPY runs TO '{inside}'",
    "PREPARE ask AS SELECT 1",
    "PIVOT runs ON end_state USING count(*)",
    "SELECT * FROM enable_logging(storage = 'file', storage_config = {{'path': '{inside}'}})",
]


@pytest.mark.parametrize("query", WRITE)
def test_nothing_is_written_whatever_is_asked(results, tmp_path, query):
    before = snapshot(results.folder)
    places = {
        "inside": results.folder / "written",
        "outside": tmp_path / "written",
        "manifest": results.folder / "manifest.json",
    }
    refusal(results, query.format(**places))
    assert snapshot(results.folder) == before
    assert not list(tmp_path.iterdir())


READ = [
    "SELECT * FROM read_text('{file}')",
    "SELECT * FROM read_blob('{file}')",
    "SELECT * FROM read_csv('{file}')",
    "SELECT * FROM read_json('{file}')",
    "SELECT * FROM read_parquet('{file}')",
    "SELECT * FROM '{file}'",
    "SELECT * FROM sniff_csv('{file}')",
    "SELECT * FROM parquet_metadata('{file}')",
    "SELECT * FROM glob('{file}*')",
    "SELECT * FROM query('SELECT * FROM read_text(''{file}'')')",
    "SELECT * FROM read_text('file://{file}')",
    "SELECT * FROM duckdb_secrets()",
]


@pytest.mark.parametrize("query", READ)
def test_no_file_is_read_whatever_is_asked(results, tmp_path, query):
    secret = tmp_path / "secret.txt"
    secret.write_text("nobody's business\n", encoding="utf-8")
    inside = results.folder / "link"
    inside.symlink_to(secret)
    up = os.path.relpath(secret, results.folder)
    files = (
        "/etc/hostname",
        secret,
        inside,
        results.folder / up,
        results.folder / "manifest.json",
    )
    try:
        for file in files:
            said = refusal(results, query.format(file=file))
            assert "nobody's business" not in said
    finally:
        inside.unlink()


def test_python_variables_are_no_tables(results):
    mine = pd.DataFrame({"a": [1]})
    assert "found no table 'mine'" in refusal(results, "SELECT * FROM mine")
    assert len(mine) == 1


@pytest.mark.parametrize("which", ["sweep", "ensemble"])
def test_a_table_that_is_a_link_to_elsewhere_is_refused(results, ensemble, tmp_path, which):
    folder = tmp_path / "copy"
    shutil.copytree(results.folder if which == "sweep" else ensemble[0], folder)
    table = next(folder.rglob("runs.parquet"))
    elsewhere = tmp_path / "elsewhere.parquet"
    table.rename(elsewhere)
    table.symlink_to(elsewhere)
    assert "is a link" in refusal(folder, "SELECT count(*) FROM runs")


def test_a_folder_reached_by_a_link_is_fine(results, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(results.folder)
    assert len(sql(link, "FROM runs")) == 60


def test_the_name_of_the_folder_is_no_pattern(results, tmp_path):
    folder = tmp_path / "it's [1] * folder"
    shutil.copytree(results.folder, folder)
    assert len(sql(folder, "FROM runs")) == 60


def test_access_is_shut_off_for_good(results):
    asked = open_tables(results)
    settings = dict(
        asked.database.execute(
            "SELECT name, value FROM duckdb_settings() "
            "WHERE name IN ('enable_external_access', 'lock_configuration')"
        ).fetchall()
    )
    asked.database.close()
    assert settings == {"enable_external_access": "false", "lock_configuration": "true"}


TABLES = "the tables are points, rounds, runs and truces."


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT * FROM rums", "found no table 'rums'; near names: runs; "),
        ("SELECT * FROM weeks", "found no table 'weeks'; "),
        ("SELECT seeed FROM runs", "found no column 'seeed'; near names: seed"),
        ("SELECT r.seeed FROM runs r", "found no column 'seeed'; near names: seed"),
        ("SELECT * EXCLUDE (seeed) FROM runs", "found no column 'seeed'; near names: seed"),
        ("FROM runs JOIN points USING (pointt)", "found no column 'pointt'; near names: point"),
        ("SELECT cause FROM runs", "no column 'cause' in the table asked, though truces has it"),
        ("SELECT arms_withheld_north-support FROM runs", '"arms_withheld_north-support"'),
        ("SELEKT 1", 'syntax error at or near "SELEKT"'),
        ("SELECT * FROM runs WHERE end_state = 'x", "unterminated"),
        ("SELECT nosuch(1)", "nosuch does not exist"),
        ("SELECT sum(end_state) FROM runs", "sum(VARCHAR)"),
        ("SELECT point FROM runs GROUP BY seed", "must appear in the GROUP BY clause"),
        ("SELECT error('as I say') FROM runs", "as I say"),
        ("SELECT CAST(end_state AS INTEGER) FROM runs", "Could not convert"),
        ("", "found nothing; allowed: one SELECT"),
        ("-- nothing", "found nothing; allowed: one SELECT"),
        ("SELECT 1; SELECT 2", "found 2 statements; allowed: one SELECT"),
        ("COPY runs TO 'x'", "found COPY; allowed: one statement that reads"),
        ("PIVOT runs ON end_state USING count(*)", "found PIVOT without IN (...); allowed"),
        ("SELECT * FROM read_text('/etc/hostname')", "the file '/etc/hostname'; allowed: no file"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_that_names_the_tables(results, query, words):
    said = refusal(results, query)
    assert said.startswith("query: ")
    assert words in said
    assert said.endswith(TABLES)


WORDS = st.sampled_from(
    (
        *("SELECT", "FROM", "WITH", "AS", "JOIN", "USING", "GROUP BY", "ORDER BY", "LIMIT"),
        *("COPY", "TO", "INSERT INTO", "DELETE", "DESCRIBE", "PIVOT", "IN", "ON", "(", ")", ";"),
        *("runs", "points", "seed", "point", "x", "*", "=", "1", "'a'", "count(*)", ","),
    )
)


@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join)))
def test_any_text_is_answered_or_refused(results, query):
    said = ""
    try:
        found = sql(results, query)
    except RefusedError as refused:
        said = str(refused)
    assert said.endswith(TABLES) or isinstance(found, pd.DataFrame)


def test_what_is_no_folder_of_results_is_refused(tmp_path, results):
    assert "no manifest.json" in refusal(tmp_path, "SELECT 1")
    assert "no manifest.json" in refusal(tmp_path / "nowhere", "SELECT 1")
    assert "no manifest.json" in refusal(results.folder / "manifest.json", "SELECT 1")
    manifest = tmp_path / "manifest.json"
    for text, words in (
        ("{", "cannot be read"),
        ("[]", "made by another version"),
        ("{}", "made by another version"),
        ('{"kind": "other"}', "kind: found"),
        ('{"kind": "sweep", "schema": 0}', "schema: found 0"),
    ):
        manifest.write_text(text, encoding="utf-8")
        assert words in refusal(tmp_path, "SELECT 1")


def test_a_damaged_table_is_said_to_be_one(ensemble, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(ensemble[0], folder)
    (folder / "runs.parquet").write_bytes(b"PAR1 and no more")
    assert "runs.parquet: found that it is damaged" in refusal(folder, "SELECT 1")


def on_screen(results, query, width=80):
    console = Console(width=width, file=io.StringIO(), highlight=False)
    show_answer(begun(results.folder, query), console)
    return console.file.getvalue()


def test_few_rows_are_shown_whole(results, capsys):
    ask(results.folder, "SELECT point, withheld FROM points ORDER BY point", False, False)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [["point", "withheld"], ["0", "0"], ["1", "0.5"], ["2", "1"], ["3", "rows."]]


def test_many_rows_are_counted_and_the_first_shown(results):
    shown = on_screen(results, "SELECT seed FROM runs ORDER BY point, seed")
    assert shown.splitlines()[1].strip() == "0"
    assert len(shown.splitlines()) == 1 + MOST_ROWS + 1
    assert f"60 rows, of which the first {MOST_ROWS} are shown. --csv prints" in shown


def test_the_beginning_is_the_same_however_the_answer_is_cut(results):
    query = "SELECT a.seed, b.seed AS other FROM runs a, runs b ORDER BY ALL"
    beginning = begun(results.folder, query)
    assert beginning.count == 3600
    whole = sql(results, query).head(MOST_ROWS)
    pd.testing.assert_frame_equal(beginning.rows, whole)


def test_columns_that_do_not_fit_are_counted(results):
    shown = on_screen(results, "FROM runs LIMIT 2")
    assert max(map(len, shown.splitlines())) <= 80
    hidden = re.search(r"(\d+) more columns did not fit", " ".join(shown.split()))
    columns = len(shown.splitlines()[0].split())
    assert int(hidden[1]) + columns == len(sql(results, "FROM runs LIMIT 2").columns)
    assert "did not fit" not in on_screen(results, "FROM runs LIMIT 2", 2000)


def test_one_wide_row_is_shown_from_top_to_bottom(results):
    shown = on_screen(results, "FROM runs LIMIT 1")
    names = [line.split()[0] for line in shown.splitlines()[1:-1]]
    assert names == sql(results, "FROM runs LIMIT 1").columns.tolist()


def test_cells_are_shown_as_they_are(results):
    row = "SELECT NULL, 0.1234567, 1234567.0, true, '[bold]x[/]', [1, 2], DATE '2024-06-24'"
    (_, cells, _) = on_screen(results, row, 200).splitlines()
    assert cells.split() == ["–", "0.123457", "1234567", "yes", "[bold]x[/]", "[1,", "2]",
                             "2024-06-24", "00:00:00"]  # fmt: skip


def test_an_empty_answer_has_its_columns(results):
    assert on_screen(results, "SELECT seed FROM runs WHERE false").split() == ["seed", "0", "rows."]


def test_csv_is_the_whole_answer_and_nothing_else(results, capsys):
    query = "SELECT a.seed, b.ended_week FROM runs a, runs b ORDER BY ALL"
    ask(results.folder, query, True, False)
    found = pd.read_csv(io.StringIO(capsys.readouterr().out))
    pd.testing.assert_frame_equal(found, sql(results, query))
    ask(results.folder, "SELECT seed FROM runs WHERE false", True, False)
    assert capsys.readouterr().out == "seed\n"


def test_json_is_one_object(results, capsys):
    query = (
        "SELECT point, NULL AS gap, [1, NULL] AS list, {'a': 0.5} AS pair, 'inf'::DOUBLE AS far, "
        "DATE '2024-06-24' AS day, 1.5::DECIMAL(3, 1) AS part, end_state = '' AS odd "
        "FROM runs ORDER BY point LIMIT 1"
    )
    ask(results.folder, query, False, True)
    found = json.loads(capsys.readouterr().out)
    assert "no forecast" in found["purpose"]
    assert (found["query"], found["count"]) == (query, 1)
    (row,) = found["rows"]
    assert list(row) == found["columns"]
    assert row.pop("day").startswith("2024-06-24")
    assert list(row.values()) == [0, None, [1, None], {"a": 0.5}, "inf", 1.5, False]


def test_one_form_at_a_time(results):
    with pytest.raises(RefusedError, match="--csv: found with --json"):
        ask(results.folder, "SELECT 1", True, True)


def test_a_single_row_is_no_row_too_many():
    console = Console(width=80, file=io.StringIO())
    show_answer(Beginning(pd.DataFrame({"a": [1]}), 1), console)
    assert console.file.getvalue().split() == ["a", "1", "1", "row."]
