"""What a sweep says: its points, what they show in words, failures and facts."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.design.dimensions import Dimension, value_words
from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.runs.replay import replay_command
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.style.report import Report, Row, Section, Table, known, records, table_of
from ceasefire.experiments.style.words import DASH, amount, counted, interval, percent, plain
from ceasefire.experiments.sweeps.pairing import saving
from ceasefire.experiments.sweeps.pictures import shown_picture
from ceasefire.experiments.sweeps.words import design_words, findings

LONGEST = 24
"""Points that a list shows; the table on disk has them all."""

MOST_FAILURES = 5
"""Failures that are listed."""


def report_of(results: ResultsFolder, outcome: Outcome) -> Report:
    """Return what a sweep says of an outcome."""
    design, state = results.design, results.manifest["state"]
    table = results.by_point(outcome)
    varied = [one for one in design.dimensions if table[one.name].nunique() > 1]
    if design.plan == "grid" and len(varied) == 2:
        shown = matrix(table, varied[1], varied[0], outcome)
        of = "per cent" if outcome.is_share else outcome.unit
    else:
        shown = listing(table, design.dimensions, outcome)
        of = f"the highest {LONGEST} of {len(table)} points" if len(table) > LONGEST else ""
    draw = partial(shown_picture, results, outcome) if state["runs"] else None
    sections = [Section(outcome.label, of, table=shown, picture=draw)]
    failures = failures_of(results)
    if len(failures):
        sections.append(Section("What failed", lines=failure_words(failures)))
    saved = saving(results, outcome)
    said = findings(results, outcome)
    return Report(
        title=design.title,
        under="\n".join(design_words(design)),
        lead=[*said, *pairing_words(saved.saved if saved else None)],
        sections=sections,
        notes=[
            f"Kept in {results.folder}: {counted(state['runs'], 'run')} in "
            f"{counted(state['parts'], 'part')}, the table points.csv and the picture. "
            f"Digest of the content: {state['content_digest'][:16]}."
        ],
        tables={"points": table},
        facts={
            "design": results.manifest["design"]["name"],
            "results": str(results.folder),
            "outcome": outcome.name,
            "unit": outcome.unit,
            "points": [{k: _json(v) for k, v in row.items()} for row in records(table)],
            "findings": said,
            "variance_saved": None if saved is None else saved.saved,
            "failures": records(failures),
            **state,
        },
    )


def _json(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    return known(value) if isinstance(value, float) else value


def matrix(table: pd.DataFrame, down: Dimension, across: Dimension, outcome: Outcome) -> Table:
    """Lay two dimensions out as rows and columns."""

    def cell(value: float) -> str:
        if np.isnan(value):
            return DASH
        return f"{100 * value:.1f}" if outcome.is_share else plain(value)

    grid = table.pivot(index=down.name, columns=across.name, values="mean")
    values = grid.reindex(index=list(down.values), columns=list(across.values)).to_numpy(float)
    rows = [
        (value_words(step), *(cell(float(value)) for value in row))
        for step, row in zip(down.values[::-1], values[::-1], strict=True)
    ]
    heads = (f"{down.label} ↓   {across.label} →", *map(value_words, across.values))
    return Table(heads, tuple(rows))


def listing(table: pd.DataFrame, dimensions: Sequence[Dimension], outcome: Outcome) -> Table:
    """List points, the highest first."""

    def value(name: str) -> Callable[[Row], str]:
        def words(row: Row) -> str:
            found = row[name]
            return f"{found:.4g}" if isinstance(found, float) else value_words(found)

        return words

    def there(words: Callable[[Row], str], otherwise: str = DASH) -> Callable[[Row], str]:
        return lambda row: words(row) if row["runs"] > 0 else otherwise

    columns = {
        "point": lambda row: str(int(row["point"])),
        **{one.label: value(one.name) for one in dimensions},
        "runs": there(lambda row: plain(int(row["runs"])), "0"),
        "mean": there(lambda row: amount(row["mean"], outcome)),
        "95 % interval": there(lambda row: interval(row["low"], row["high"], outcome)),
    }
    ordered = table if len(table) <= LONGEST else table.sort_values("mean", ascending=False)
    return table_of(ordered.head(LONGEST), columns, words=0)


def pairing_words(saved: float | None) -> list[str]:
    """Say what common random numbers saved."""
    if saved is None:
        return []
    if saved <= 0.0:
        return ["All points meet the same seeds, which saved no variance here."]
    return [
        f"All points meet the same seeds (common random numbers): that saved {percent(saved)} of "
        "the variance of differences between neighbouring points."
    ]


def failures_of(results: ResultsFolder) -> pd.DataFrame:
    """Return the runs that failed, each with the command that tells it again."""
    if not results.manifest["state"]["failed"]:
        return pd.DataFrame(columns=["point", "parameter_set", "seed", "error", "replay"])
    table = results.table("failures")
    keys = table[["point", "parameter_set", "seed"]].to_numpy(dtype=np.int64).tolist()
    table["replay"] = [replay_command(results, *key) for key in keys]
    return table


def failure_words(table: pd.DataFrame) -> list[str]:
    """Say which runs failed, why, and how to see for oneself."""
    found = [
        f"{counted(len(table), 'run or point', 'runs or points')} failed and are in no statistic; "
        "--retry-failed runs them again:"
    ]
    for one in table.head(MOST_FAILURES).itertuples():
        found.append(f"  point {one.point}, seed {one.seed}: {one.error}\n    {one.replay}")
    if len(table) > MOST_FAILURES:
        found.append(f"  and {len(table) - MOST_FAILURES} more, in the table failures.")
    return found
