"""What a sensitivity analysis leaves in its folder: tables, pictures and a short report."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ceasefire.experiments.style.files import json_text, write_whole, written
from ceasefire.experiments.style.words import PURPOSE

if TYPE_CHECKING:
    from ceasefire.experiments.sensitivity.found import Sensitivity

FILES = ("report.md", "sensitivity.json")
TABLES = ("morris", "sobol", "boxes", "paths")


def write(found: "Sensitivity", folder: Path, pictures: Sequence[str]) -> list[Path]:
    """Write tables as CSV and Parquet, pictures, ``report.md`` and ``sensitivity.json``.

    Args:
        found: What was found.
        folder: Where to.
        pictures: Endings of the pictures; none draws none.

    Raises:
        StorageError: If a file cannot be written.
    """
    from ceasefire.experiments.sensitivity.pictures import draw
    from ceasefire.experiments.style.look import save

    files: list[Path] = []
    with written(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name in TABLES:
            table: pd.DataFrame = getattr(found, name)
            if len(table):
                files += write_table(table, folder / name)
        drawn = draw(found) if pictures else {}
        for name, figure in drawn.items():
            for ending in pictures:
                path = folder / f"{name}{ending}"
                save(figure, path)
                files.append(path)
        write_whole(folder / "sensitivity.json", json_text(facts(found)))
        shown = {name: f"{name}{pictures[0]}" for name in drawn} if pictures else {}
        write_whole(folder / "report.md", report(found, shown))
    return [*files, *(folder / name for name in FILES)]


def write_table(table: pd.DataFrame, stem: Path) -> list[Path]:
    """Write a table beside its name, as CSV and as Parquet."""
    csv, parquet = stem.with_name(f"{stem.name}.csv"), stem.with_name(f"{stem.name}.parquet")
    table.to_csv(csv, index=False)
    table.to_parquet(parquet, index=False)
    return [csv, parquet]


def facts(found: "Sensitivity") -> dict[str, Any]:
    """Return everything as plain numbers and words, ready for JSON."""
    one = found.discovery
    return {
        "purpose": PURPOSE,
        "design": found.design.name,
        "case": found.design.case.name,
        "conditional_on": found.settings,
        "outcome": found.outcome.name,
        "effort": asdict(found.effort),
        "runs_of_each_point": dict(found.runs),
        "levers": {one.name: lever_facts(one) for one in found.design.dimensions},
        "chosen": list(found.chosen),
        "morris": rows(found.morris),
        "sobol": rows(found.sobol),
        "noise": {step: {k: known(v) for k, v in by.items()} for step, by in found.noise.items()},
        "discovery": None
        if one is None
        else {
            "level": one.level,
            "why": one.why,
            "points": len(one.interesting),
            "of_interest": int(one.interesting.sum()),
            "boxes": rows(found.boxes),
        },
        "verdicts": found.verdicts,
    }


def lever_facts(one: Any) -> dict[str, Any]:
    """Return what a lever is, as JSON has it."""
    return {
        "label": one.label,
        "unit": one.unit,
        "change": one.change,
        "settings": list(one.names),
        "low": known(one.low),
        "high": known(one.high),
        "values": list(one.values),
        "from": one.start,
        "to": one.end,
    }


def known(value: float) -> float | None:
    """Return a number, or None where it is not known."""
    return float(value) if math.isfinite(value) else None


def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table for JSON; what is not known is null."""
    found: list[dict[str, Any]] = json.loads(table.to_json(orient="records", double_precision=15))
    return found


def report(found: "Sensitivity", pictures: dict[str, str]) -> str:
    """Return the report: what follows, the tables, and the pictures."""
    lines = [
        f"# What moves an outcome: {found.outcome.name}",
        "",
        f"{PURPOSE} It is conditional on: {found.settings}.",
        "",
        f"Design: {found.design.name} ({found.design.title}).",
        "",
        *(f"- {words}" for words in found.verdicts),
        "",
    ]
    labels = {one.name: one.words for one in found.design.dimensions}
    for name, heading in HEADINGS.items():
        table: pd.DataFrame = getattr(found, name)
        if not len(table):
            continue
        lines += [f"## {heading}", "", NOTES[name], ""]
        if name in pictures:
            lines += [f"![{heading}]({pictures[name]})", ""]
        if "outcome" in table:
            table = table[table["outcome"] == found.outcome.name].drop(columns="outcome")
        lines += [*markdown(table.assign(lever=table["lever"].map(labels))), ""]
    return "\n".join(lines)


HEADINGS = {
    "morris": "Screening: elementary effects",
    "sobol": "Shares of the variance: Sobol' indices",
    "boxes": "Scenario discovery: boxes",
}

NOTES = {
    "morris": "mu_star is the mean size of the change, scaled to a lever's whole range (Morris "
    "1991; Campolongo et al. 2007), mu its mean with sign, sigma its standard deviation, noise the "
    "mu_star that chance alone would give a lever without effect; mu_star_conf is half a 95 % "
    "interval. All end states are in morris.csv.",
    "sobol": "S1 is the share of the variance between points that a lever explains alone, ST the "
    "share with all it does together with others (Sobol' 2001; Saltelli et al. 2010), with half "
    "95 % intervals by bootstrap. All end states are in sobol.csv.",
    "boxes": "PRIM (Friedman and Fisher 1999; Bryant and Lempert 2010). Coverage is the share of "
    "the points of interest that a box holds, density the share of its points that are of "
    "interest, p the quasi-p-value of a limit.",
}


def markdown(table: pd.DataFrame) -> list[str]:
    """Return the lines of a table; what is not known is left empty."""
    columns = [name for name in table.columns if name != "label"]
    lines = [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
    for row in table[columns].itertuples(index=False):
        lines.append(f"| {' | '.join(cell(value) for value in row)} |")
    return lines


def cell(value: Any) -> str:
    """Word a cell of a table."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3g}" if value == value else ""
    return str(value).replace("|", "\\|")
