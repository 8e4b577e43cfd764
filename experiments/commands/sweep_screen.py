"""What people read on a terminal when a sweep is done."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ceasefire.experiments.commands.screens import headed_table
from ceasefire.experiments.design.dimensions import Dimension, value_words
from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.runs.replay import replay_command
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.style.files import write_whole
from ceasefire.experiments.style.words import counted, percent, plain
from ceasefire.experiments.sweeps.pairing import saving
from ceasefire.experiments.sweeps.words import findings, spread, worded

LONGEST = 24
"""Points that a list shows; the table on disk has them all."""

MOST_FAILURES = 5
"""Failures that are listed on screen."""


def show(results: ResultsFolder, outcome: Outcome, path: Path, console: Console) -> None:
    """Show what came of a sweep: a table of its points, and what it says in words."""
    table = results.by_point(outcome)
    write_table(results, table)
    varied = [one for one in results.design.dimensions if table[one.name].nunique() > 1]
    if results.design.plan == "grid" and len(varied) == 2:
        console.print(matrix(table, varied[1], varied[0], outcome))
    else:
        console.print(listing(table, results.design.dimensions, outcome))
    for sentence in findings(results, outcome):
        console.print(Text(sentence))
    for sentence in pairing_words(results, outcome):
        console.print(Text(sentence))
    for sentence in failure_words(results):
        # Commands are to be copied: nothing may break them.
        console.print(sentence, markup=False, soft_wrap=True)
    state = results.manifest["state"]
    console.print(
        Text(
            f"Kept in {results.folder}: {counted(state['runs'], 'run')} in "
            f"{counted(state['parts'], 'part')}, the table points.csv and {path.name}. "
            f"Digest of the content: {state['content_digest'][:16]}.",
            style="dim",
        )
    )


def matrix(table: pd.DataFrame, down: Dimension, across: Dimension, outcome: Outcome) -> Table:
    """Lay two dimensions out as rows and columns."""
    unit = "per cent" if outcome.is_share else outcome.unit
    found = headed_table(outcome.label, unit)
    found.add_column(f"{down.label} ↓   {across.label} →", max_width=24)
    grid = table.pivot(index=down.name, columns=across.name, values="mean")
    values = grid.reindex(index=list(down.values), columns=list(across.values)).to_numpy(float)
    for value in across.values:
        found.add_column(value_words(value), justify="right", overflow="fold")
    for step, row in zip(down.values[::-1], values[::-1], strict=True):
        found.add_row(value_words(step), *(_cell(outcome, float(value)) for value in row))
    return found


def _cell(outcome: Outcome, value: float) -> str:
    if np.isnan(value):
        return "–"
    return f"{100 * value:.1f}" if outcome.is_share else plain(value)


def listing(table: pd.DataFrame, dimensions: tuple[Dimension, ...], outcome: Outcome) -> Table:
    """List points, the highest first."""
    some = f"the highest {LONGEST} of {len(table)} points" if len(table) > LONGEST else ""
    found = headed_table(outcome.label, some)
    found.add_column("point", justify="right")
    for one in dimensions:
        found.add_column(one.label, justify="right", overflow="fold")
    found.add_column("runs", justify="right")
    found.add_column("mean", justify="right")
    found.add_column("95 % interval", justify="right")
    ordered = table if len(table) <= LONGEST else table.sort_values("mean", ascending=False)
    for _, row in ordered.head(LONGEST).iterrows():
        values = [_value(row[one.name]) for one in dimensions]
        runs = 0 if np.isnan(row["runs"]) else int(row["runs"])
        if not runs:
            found.add_row(str(int(row["point"])), *values, "0", "–", "–")
            continue
        found.add_row(
            str(int(row["point"])),
            *values,
            plain(runs),
            worded(outcome, row["mean"]),
            spread(outcome, row["low"], row["high"]),
        )
    return found


def _value(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else value_words(value)


def pairing_words(results: ResultsFolder, outcome: Outcome) -> list[str]:
    """Say what common random numbers saved."""
    found = saving(results, outcome)
    if found is None:
        return []
    if found.saved <= 0.0:
        return ["All points meet the same seeds, which saved no variance here."]
    return [
        f"All points meet the same seeds (common random numbers): that saved "
        f"{percent(found.saved)} of the variance of differences between neighbouring points."
    ]


def failures_of(results: ResultsFolder) -> pd.DataFrame:
    """Return the runs that failed, each with the command that tells it again."""
    if not results.manifest["state"]["failed"]:
        return pd.DataFrame(columns=["point", "parameter_set", "seed", "error", "replay"])
    table = results.table("failures")
    keys = table[["point", "parameter_set", "seed"]].to_numpy(dtype=np.int64).tolist()
    table["replay"] = [replay_command(results, *key) for key in keys]
    return table


def failure_words(results: ResultsFolder) -> list[str]:
    """Say which runs failed, why, and how to see for oneself."""
    table = failures_of(results)
    if table.empty:
        return []
    found = [
        f"{counted(len(table), 'run or point', 'runs or points')} failed and are in no statistic; "
        "--retry-failed runs them again:"
    ]
    for one in table.head(MOST_FAILURES).itertuples():
        found.append(f"  point {one.point}, seed {one.seed}: {one.error}\n    {one.replay}")
    if len(table) > MOST_FAILURES:
        found.append(f"  and {len(table) - MOST_FAILURES} more, in the table failures.")
    return found


def write_table(results: ResultsFolder, table: pd.DataFrame) -> None:
    """Write the outcome at every point as a file for a spreadsheet."""
    write_whole(results.folder / "points.csv", table.to_csv(index=False))


def facts(results: ResultsFolder, outcome: Outcome, path: Path, seconds: float) -> dict[str, Any]:
    """Return the same as plain numbers and words, ready for JSON."""
    table = results.by_point(outcome)
    write_table(results, table)
    rows = [{name: _json(value) for name, value in row.items()} for row in table.to_dict("records")]
    found = saving(results, outcome)
    return {
        "design": results.manifest["design"]["name"],
        "results": str(results.folder),
        "outcome": outcome.name,
        "unit": outcome.unit,
        "points": rows,
        "findings": findings(results, outcome),
        "variance_saved": None if found is None else found.saved,
        "failures": failures_of(results).to_dict("records"),
        "picture": str(path),
        "seconds": round(seconds, 2),
        **results.manifest["state"],
    }


def _json(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not np.isfinite(value) else value
