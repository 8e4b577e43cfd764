"""A plane of two dimensions with every outcome at every point: from results, or stored with them.

``python -m ceasefire.viz.planes.plane RESULTS OUT`` writes the plane of a folder of results, such
as that of ``ceasefire sweep arms-and-tolerance --runs 1000``, as ``OUT/NAME.csv`` with
``OUT/NAME.toml`` beside it, which says how it was made. The shipped ones lie in
the folder ``maps`` of their case.
"""

import math
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from ceasefire.experiments.design.design import Design, load_design
from ceasefire.experiments.design.dimensions import Dimension
from ceasefire.experiments.design.outcomes import Outcome, outcomes
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.settings import shown
from ceasefire.model.case.shipped import shipped_files

FLAGSHIP = "arms-and-tolerance"
"""The plane that the page opens with."""

DIGITS = 6
"""Digits of the means and intervals that are stored."""


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane of two dimensions.

    Attributes:
        design: The design that was run, or is being run.
        across: The dimension from left to right.
        up: The dimension from below to above.
        cells: By outcome: ``point``, the two dimensions, ``runs``, ``mean``, ``low``, ``high``; a
            point that no run has reached has runs 0 or none.
        made: How it was made, in words by name.
    """

    design: Design
    across: Dimension
    up: Dimension
    cells: Mapping[str, pd.DataFrame]
    made: Mapping[str, Any]

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """The outcomes that there are, by name."""
        known = outcomes(self.design.case)
        return {name: known[name] for name in known if name in self.cells}


def is_plane(design: Design) -> bool:
    """Whether a design is a grid of two dimensions of numbers, each in ascending order."""
    return (
        design.plan == "grid"
        and len(design.dimensions) == 2
        and all(
            len(one.values) > 1
            and not any(isinstance(value, bool | str) for value in one.values)
            and list(one.values) == sorted(one.values, key=float)
            for one in design.dimensions
        )
    )


def plane_of(results: ResultsFolder, names: Sequence[str] = ()) -> Plane:
    """Return the plane of stored results.

    Args:
        results: The results; they may still be growing.
        names: Names of outcomes; all by default.

    Raises:
        RefusedError: If they are not of a plane.
    """
    design = results.design
    if not is_plane(design):
        raise RefusedError(
            f"{results.folder}: found the design {design.name!r}; allowed: a grid of two "
            "dimensions of numbers."
        )
    across, up = design.dimensions
    known = outcomes(design.case)
    manifest = results.manifest
    made = {
        "design": design.name,
        "runs_of_each_point": design.runs,
        "first_seed": design.first_seed,
        "parameter_sets": manifest["parameter_sets"],
        "identity": manifest["identity"],
        "case_digest": manifest["case_digest"],
        "code_digest": manifest["code_digest"],
        "content_digest": manifest["state"]["content_digest"],
        "made_by": manifest["made_by"],
    }
    cells = {name: results.by_point(known[name]) for name in names or known}
    return Plane(design, across, up, cells, made)


def write_plane(plane: Plane, folder: Path) -> list[Path]:
    """Write a plane as a table and how it was made, and return the paths of both."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = [cells.assign(outcome=name) for name, cells in plane.cells.items()]
    columns = ["point", plane.across.name, plane.up.name, "outcome", "runs", "mean", "low", "high"]
    table = pd.concat(tables)[columns]
    paths = [folder / f"{plane.design.name}{ending}" for ending in (".csv", ".toml")]
    table.to_csv(paths[0], index=False, float_format=f"%.{DIGITS}g", lineterminator="\n")
    lines = [
        "# How the map beside this file was made: `ceasefire sweep`, then "
        "`python -m ceasefire.viz.planes.plane`."
    ]
    for key, value in plane.made.items():
        lines.append(f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {shown(value)}")
    paths[1].write_text("\n".join(lines) + "\n", encoding="utf-8")
    return paths


def read_plane(name: str = FLAGSHIP, folder: Path | None = None) -> Plane:
    """Return a stored plane.

    Args:
        name: Name of a shipped design whose plane is stored.
        folder: Where; the maps that come with the package by default.

    Raises:
        RefusedError: If there is none.
    """
    try:
        folder = shipped_files("maps/*.toml")[name].parent if folder is None else folder
        made = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
        table = pd.read_csv(folder / f"{name}.csv")
    except (KeyError, OSError):
        raise RefusedError(f"{name}: no map of this name is stored.") from None
    design = load_design(name, runs=made["runs_of_each_point"])
    across, up = design.dimensions
    cells = {
        str(outcome): rows.drop(columns="outcome").reset_index(drop=True)
        for outcome, rows in table.groupby("outcome", sort=False)
    }
    return Plane(design, across, up, cells, made)


@cache
def flagship() -> Plane:
    """Return the plane that the page opens with; read once."""
    return read_plane()


def reaches(plane: Plane, name: str, level: float) -> int:
    """Return at how many points the mean of an outcome reaches a level."""
    return int((plane.cells[name]["mean"] >= level).sum())


def extremes(plane: Plane, name: str) -> tuple[pd.Series, pd.Series] | None:
    """Return the points at which an outcome is lowest and highest; None without any run."""
    table = plane.cells[name].dropna(subset=["mean"])
    if table.empty:
        return None
    ordered = table.sort_values("mean", kind="stable")
    return ordered.iloc[0], ordered.iloc[-1]


def at(plane: Plane, name: str, across: float, up: float) -> pd.Series | None:
    """Return the point of the plane at a pair of values, if it has one there with runs."""
    table = plane.cells[name]
    near = ((table[plane.across.name] - across).abs() < 1e-9) & (
        (table[plane.up.name] - up).abs() < 1e-9
    )
    found = table[near].dropna(subset=["mean"])
    return None if found.empty else found.iloc[0]


def known(value: float) -> bool:
    """Whether a number is one."""
    return math.isfinite(value)


if __name__ == "__main__":
    for written in write_plane(plane_of(ResultsFolder.open(sys.argv[1])), Path(sys.argv[2])):
        print(written)
