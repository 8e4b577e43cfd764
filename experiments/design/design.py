"""Designs: which points of the space of parameters are run, declared in a TOML file or in words."""

import itertools
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from ceasefire.experiments.design.changes import Value
from ceasefire.experiments.design.dimensions import Dimension, Setup, apply, value_words
from ceasefire.experiments.design.file import (
    PLANS,
    DesignTable,
    Plan,
    dimensions_in,
    plan_problems,
    point_problems,
)
from ceasefire.experiments.design.outcomes import check_outcome
from ceasefire.experiments.design.parameter_sets import Draw, drawn
from ceasefire.experiments.design.sampling import SAMPLERS
from ceasefire.experiments.design.tables import validated
from ceasefire.experiments.style.notebook import Shown
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.experiments.style.words import counted
from ceasefire.model.case.case import Case, CaseError, load_case
from ceasefire.model.case.settings import one_of, problem
from ceasefire.model.case.shipped import shipped_files
from ceasefire.model.case.toml_text import read_toml

SET_DIMENSION = "parameter_set"
"""Name of the dimension that has the sets of parameters for values."""


@dataclass(frozen=True)
class Point:
    """One point of a design.

    Attributes:
        number: Its number, from 0.
        values: What each dimension takes there.
    """

    number: int
    values: Mapping[str, Value]

    def words(self, dimensions: Sequence[Dimension]) -> str:
        """Say where it is: ``US arms withheld = 0.4, tolerance = 1``."""
        return ", ".join(
            f"{one.label} = {value_words(self.values[one.name])}" for one in dimensions
        )


@dataclass(frozen=True, repr=False)
class Design(Shown):
    """What is run.

    Attributes:
        name: Its name.
        title: One line.
        question: What it is to answer.
        case: The case, with the variant and settings that all points share.
        case_name: Name of the shipped case or path of the file.
        variant: Name of the variant, if any.
        settings: Settings that all points share.
        dimensions: What is varied.
        plan: How points are laid out.
        points: The points.
        size: Points of a sample, or base sample of *saltelli*, or trajectories of *morris*.
        seed: Seed of the sample.
        runs: Runs of each point.
        first_seed: Seed of the first of them.
        keep: What is kept of each run.
        outcome: The outcome that pictures, tables and intervals are about by default.
        level: A value of it whose line pictures show, if any.
        central: Whether runs have the case's own values and not the sets of parameters.
        common: Whether all points meet the same seeds (common random numbers).
    """

    name: str
    title: str
    question: str
    case: Case
    case_name: str
    variant: str | None
    settings: Mapping[str, Value]
    dimensions: tuple[Dimension, ...]
    plan: Plan
    points: tuple[Point, ...]
    size: int
    seed: int
    runs: int
    first_seed: int = 0
    keep: Literal["end states", "rounds"] = "end states"
    outcome: str = "permanent ceasefire"
    central: bool = False
    common: bool = True
    weeks: float | None = None
    level: float | None = None
    given: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @cached_property
    def draw(self) -> Draw:
        """The sets of parameters that runs have before any dimension has its say."""
        return drawn(self.case, self.central)

    @property
    def headline(self) -> str:
        """The design, its size and its case."""
        size = f"{counted(len(self.points), 'point')} of {counted(self.runs, 'run')}"
        return f"{self.name}: {size}, {self.case.name}"

    @property
    def sentences(self) -> Sequence[str]:
        """What it is to answer."""
        return [self.question] if self.question else []

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The points, a column for each dimension."""
        rows = [{"point": point.number, **point.values} for point in self.points]
        return {"points": pd.DataFrame(rows)}

    def setup(self, point: Point) -> Setup:
        """Return the case as a point has it.

        Raises:
            CaseError: If it makes no sense there.
        """
        chosen = [(one, point.values[one.name]) for one in self.dimensions]
        return apply(self.case, self.draw, chosen)

    def first_seed_of(self, point: int) -> int:
        """Return the seed of a point's first run.

        Independent seeds start where the same parameter set comes first, so that points differ in
        chance alone.
        """
        if self.common:
            return self.first_seed
        cycle = len(self.draw.sets)
        return self.first_seed + point * cycle * -(-INDEPENDENT // cycle)

    def dimension(self, name: str) -> Dimension:
        """Return a dimension by its name.

        Raises:
            RefusedError: If there is none.
        """
        for one in self.dimensions:
            if one.name == name:
                return one
        known = one_of([one.name for one in self.dimensions], name)
        raise RefusedError(f"dimension: found {name!r}; allowed: {known}.")

    def facts(self) -> dict[str, Any]:
        """Return all that decides what its runs are, ready for JSON; not how many there are."""
        return {
            "case": self.case.digest,
            "sets": [self.draw.sets.tolist(), {k: v.tolist() for k, v in self.draw.values.items()}],
            "dimensions": _plain([one.model_dump() for one in self.dimensions]),
            "points": [dict(point.values) for point in self.points],
            "first_seed": self.first_seed,
            "keep": self.keep,
            "common": self.common,
        }


INDEPENDENT = 1_000_000_000
"""Seeds that lie between the first ones of two points, where these are not to share any."""


def _plain(value: Any) -> Any:
    """Return entries ready for JSON: lists for tuples, and nothing that is not given."""
    if isinstance(value, Mapping):
        return {name: _plain(entry) for name, entry in value.items() if not _is_missing(entry)}
    return list(map(_plain, value)) if isinstance(value, list | tuple) else value


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def shipped_designs() -> dict[str, Path]:
    """Return the files of the designs that come with the shipped cases, by name."""
    return shipped_files("designs/*.toml")


def load_design(name_or_path: str | os.PathLike[str], **changes: Any) -> Design:
    """Load a design.

    Args:
        name_or_path: Name of a design that comes with the package, or a path ending in .toml.
        **changes: Entries of the file to be replaced, such as ``runs=1000``.

    Raises:
        CaseError: If there is no such design, or it makes no sense.
    """
    text = os.fspath(name_or_path)
    if text.endswith(".toml"):
        path = Path(text)
    elif text in shipped_designs():
        path = shipped_designs()[text]
    else:
        allowed = f"{one_of(shipped_designs(), text)}, or a path ending in .toml"
        raise CaseError("design", [problem("name", repr(text), allowed)])
    table = read_toml(path, text)
    return design_of({**table, **changes}, path.name, path.parent)


def design_of(
    table: Mapping[str, Any], where: str = "design", beside: Path | None = None
) -> Design:
    """Make a design of the entries of its file.

    Args:
        table: The entries.
        where: What messages call it.
        beside: Folder that paths of cases are relative to, if not the current one.

    Raises:
        CaseError: If it makes no sense.
    """
    read = validated(DesignTable, table, where)
    case = _case_of(read, beside)
    dimensions, found = dimensions_in(read, case)
    if read.plan not in PLANS:
        found.append(problem("plan", repr(read.plan), one_of(PLANS, read.plan)))
    found += check_outcome("outcome", read.outcome, case)
    if found:
        raise CaseError(where, found)
    plan: Plan = read.plan  # type: ignore[assignment]
    found = plan_problems(read, dimensions)
    if read.plan == "list" and not found:
        found = point_problems(read, dimensions)
    if found:
        raise CaseError(where, found)
    return Design(
        case=case,
        case_name=read.case,
        dimensions=dimensions,
        plan=plan,
        points=_points_of(read, dimensions),
        common=read.seeds == "common",
        given=_plain(read.model_dump(by_alias=True)),
        **{name: getattr(read, name) for name in AS_GIVEN},
    )


AS_GIVEN = (
    "name", "title", "question", "variant", "settings", "size", "seed", "runs", "first_seed",
    "keep", "outcome", "central", "weeks", "level",
)  # fmt: skip
"""Entries of a file that a design has as they are."""


def _case_of(read: DesignTable, beside: Path | None) -> Case:
    name = read.case
    if name.endswith(".toml") and beside is not None and not Path(name).is_absolute():
        name = str(beside / name)
    case = load_case(name)
    if read.variant is not None:
        case = case.variant(read.variant)
    changes: dict[str, Value] = dict(read.settings)
    if read.weeks is not None:
        changes["war.horizon"] = read.weeks
    return case.changed(changes) if changes else case


def _points_of(read: DesignTable, dimensions: tuple[Dimension, ...]) -> tuple[Point, ...]:
    names = [one.name for one in dimensions]
    if read.plan == "grid":
        rows = itertools.product(*(one.values for one in dimensions))
        return tuple(Point(i, dict(zip(names, row, strict=True))) for i, row in enumerate(rows))
    if read.plan == "list":
        return tuple(Point(i, dict(values)) for i, values in enumerate(read.points))
    shares = SAMPLERS[read.plan](len(dimensions), read.size, read.seed)
    return tuple(
        Point(i, {one.name: one.at(float(x)) for one, x in zip(dimensions, row, strict=True)})
        for i, row in enumerate(shares)
    )
