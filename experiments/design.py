"""Designs: which points of the space of parameters are run, declared in a TOML file or in words."""

import importlib.resources
import itertools
import json
import math
import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from experiments.dimensions import (
    CHANGES,
    Change,
    Dimension,
    Setup,
    Value,
    apply,
    dimension_problems,
    neat,
    value_words,
)
from experiments.fitted import Draw, drawn
from experiments.outcomes import check_outcome
from experiments.refusals import RefusedError
from model.scenario import Case, ScenarioError, load_case
from model.settings import one_of, problem, shown

Plan = Literal["grid", "list", "latin hypercube", "sobol sequence", "saltelli", "morris"]
PLANS: tuple[str, ...] = get_args(Plan)

MOST_POINTS = 1_000_000
"""More points than this are refused: a slip of the pen, as a rule."""

SET_DIMENSION = "parameter_set"
"""Name of the dimension that has the sets of parameters for values."""


class Table(BaseModel):
    """A table of a design file; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class DimensionTable(Table):
    """One entry ``[[dimension]]`` of a design file."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str = ""
    change: str = "set"
    names: list[str] = []
    choices: dict[str, dict[str, bool | int | float | str]] = {}
    values: list[bool | int | float | str] = []
    low: float | None = None
    high: float | None = None
    steps: int | None = Field(default=None, ge=2, le=10_000)
    scale: Literal["linear", "log"] = "linear"
    start: float | None = Field(default=None, alias="from", ge=0)
    end: float | None = Field(default=None, alias="to", ge=0)


class DesignTable(Table):
    """A design file."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    question: str = ""
    case: str = "gaza-2023"
    variant: str | None = None
    settings: dict[str, bool | int | float | str] = Field(default={}, alias="set")
    plan: str = "grid"
    size: int = Field(default=0, ge=0)
    seed: int = Field(default=0, ge=0)
    runs: int = Field(default=200, ge=1)
    first_seed: int = Field(default=0, ge=0)
    weeks: float | None = Field(default=None, gt=0)
    keep: Literal["end states", "rounds"] = "end states"
    outcome: str = "permanent ceasefire"
    level: float | None = None
    central: bool = False
    seeds: Literal["common", "independent"] = "common"
    dimension: list[DimensionTable]
    points: list[dict[str, bool | int | float | str]] = []


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


@dataclass(frozen=True)
class Design:
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
        return drawn(self.case, tuple(self.settings), self.central)

    def setup(self, point: Point) -> Setup:
        """Return the case as a point has it.

        Raises:
            ScenarioError: If it makes no sense there.
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
            "dimensions": [_plain(asdict(one)) for one in self.dimensions],
            "points": [dict(point.values) for point in self.points],
            "first_seed": self.first_seed,
            "keep": self.keep,
            "common": self.common,
        }


INDEPENDENT = 1_000_000_000
"""Seeds that lie between the first ones of two points, where these are not to share any."""


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return list(value) if isinstance(value, tuple) else value


def designs_folder() -> Path:
    """Return the folder of the designs that come with the package."""
    return Path(str(importlib.resources.files("scenarios"))) / "designs"


def shipped_designs() -> list[str]:
    """Return the names of the designs that come with the package."""
    return sorted(path.stem for path in designs_folder().glob("*.toml"))


def load_design(name_or_path: str | os.PathLike[str], **changes: Any) -> Design:
    """Load a design.

    Args:
        name_or_path: Name of a design that comes with the package, or a path ending in .toml.
        **changes: Entries of the file to be replaced, such as ``runs=1000``.

    Raises:
        ScenarioError: If there is no such design, or it makes no sense.
    """
    text = os.fspath(name_or_path)
    if text.endswith(".toml"):
        path = Path(text)
    elif text in shipped_designs():
        path = designs_folder() / f"{text}.toml"
    else:
        allowed = f"{one_of(shipped_designs(), text)}, or a path ending in .toml"
        raise ScenarioError("design", [problem("name", repr(text), allowed)])
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ScenarioError(text, [problem("file", "none", "a design file")]) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ScenarioError(text, [problem("file", str(error), "a TOML file")]) from None
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
        ScenarioError: If it makes no sense.
    """
    try:
        read = DesignTable.model_validate(dict(table))
    except ValidationError as error:
        raise ScenarioError(where, _validation_problems(error)) from None
    case = _case_of(read, beside)
    dimensions, found = _dimensions_of(read, case)
    if read.plan not in PLANS:
        found.append(problem("plan", repr(read.plan), one_of(PLANS, read.plan)))
    found += check_outcome("outcome", read.outcome, case)
    if found:
        raise ScenarioError(where, found)
    plan: Plan = read.plan  # type: ignore[assignment]
    found = _plan_problems(read, dimensions)
    if found:
        raise ScenarioError(where, found)
    points = _points_of(read, dimensions, where)
    return Design(
        name=read.name,
        title=read.title,
        question=read.question,
        case=case,
        case_name=read.case,
        variant=read.variant,
        settings=read.settings,
        dimensions=dimensions,
        plan=plan,
        points=points,
        size=read.size,
        seed=read.seed,
        runs=read.runs,
        first_seed=read.first_seed,
        keep=read.keep,
        outcome=read.outcome,
        central=read.central,
        common=read.seeds == "common",
        weeks=read.weeks,
        level=read.level,
        given=json.loads(read.model_dump_json(by_alias=True, exclude_none=True)),
    )


def _validation_problems(error: ValidationError) -> list[str]:
    found = []
    for one in error.errors():
        key = ".".join(str(part) for part in one["loc"] if not _is_kind(part))
        given = one["input"]
        value = "nothing" if one["type"] == "missing" else shown(given)
        allowed = "no such key" if one["type"] == "extra_forbidden" else one["msg"].lower()
        words = problem(key, value if len(value) < 80 else f"{value[:77]}...", allowed)
        if words not in found:
            found.append(words)
    return found


def _is_kind(part: Any) -> bool:
    """Whether a part of a place is the kind pydantic tried, and not a key of the file."""
    return part in ("bool", "int", "float", "str")


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


def _dimensions_of(read: DesignTable, case: Case) -> tuple[tuple[Dimension, ...], list[str]]:
    dimensions: list[Dimension] = []
    found: list[str] = []
    if not read.dimension:
        found.append(problem("dimension", "none", "at least one [[dimension]]"))
    for i, table in enumerate(read.dimension):
        key = f"dimension {i + 1} ({table.name})"
        if table.name in RESERVED:
            found.append(problem(f"{key}.name", repr(table.name), "a name of its own"))
        if table.name in (one.name for one in dimensions):
            found.append(problem(f"{key}.name", f"{table.name!r} twice", "every name once"))
        if table.change not in CHANGES:
            allowed = one_of(CHANGES, table.change)
            found.append(problem(f"{key}.change", repr(table.change), allowed))
            continue
        change: Change = table.change  # type: ignore[assignment]
        found += _range_problems(table, key)
        values: Sequence[Value] = table.values
        if not values and table.steps is not None and not found:
            spread = np.linspace(table.low or 0.0, table.high or 0.0, table.steps)
            values = [neat(value) for value in spread.tolist()]
        if change == "choose":
            values = list(table.choices)
        if change == "parameter set" and values == [] and not found:
            values = drawn(case).sets.tolist()
        one = Dimension(
            name=table.name,
            label=table.label or table.name.replace("_", " "),
            unit=_unit_of(table, case, change),
            change=change,
            names=tuple(table.names),
            values=tuple(values),
            low=math.nan if table.low is None else table.low,
            high=math.nan if table.high is None else table.high,
            log=table.scale == "log",
            start=table.start,
            end=table.end,
            choices=table.choices,
        )
        if not found or not any(word.startswith(key) for word in found):
            found += dimension_problems(one, case, key)
        dimensions.append(one)
    found += _reference_problems(dimensions)
    return tuple(dimensions), found


def _reference_problems(dimensions: Sequence[Dimension]) -> list[str]:
    """Word what is wrong with dimensions that vary the weeks of others."""
    held = [one.name for one in dimensions if one.start is not None]
    found = []
    for i, one in enumerate(dimensions):
        if one.change in ("start", "length"):
            key = f"dimension {i + 1} ({one.name}).names"
            wrong = [name for name in one.names if name not in held]
            if wrong or not one.names:
                allowed = f"dimensions with `from`: {one_of(held)}"
                found.append(problem(key, repr(wrong[0]) if wrong else "nothing", allowed))
    return found


RESERVED = ("point", "seed", "end_state", "runs", "week")
"""Columns of the tables of results: no dimension may be called so."""


def _range_problems(table: DimensionTable, key: str) -> list[str]:
    found = []
    given = (table.low is not None, table.high is not None)
    if table.values and any(given):
        found.append(problem(f"{key}.values", "values and a range", "one of them"))
    if not table.values and not all(given) and table.change not in ("parameter set", "choose"):
        found.append(problem(key, "neither values nor a range", "values, or low and high"))
    if (table.change == "choose") != bool(table.choices):
        allowed = "named bundles of settings, for the change 'choose' alone"
        given_words = ", ".join(table.choices) or "nothing"
        found.append(problem(f"{key}.choices", given_words, allowed))
    if table.change == "choose" and (table.values or any(given) or table.names):
        found.append(problem(f"{key}.values", "values or names", "choices alone"))
    if all(given) and not (table.low or 0) < (table.high or 0):
        found.append(problem(f"{key}.low", shown(table.low), f"below {shown(table.high)}"))
    if table.scale == "log" and table.low is not None and table.low <= 0:
        found.append(problem(f"{key}.low", shown(table.low), "above 0 on a log scale"))
    if table.end is not None and (table.start is None or table.end <= table.start):
        start = "nothing" if table.start is None else f"{table.start:g}"
        found.append(problem(f"{key}.to", f"{table.end:g} (from: {start})", "after `from`"))
    if table.start is not None and table.change not in ("set", "choose"):
        found.append(problem(f"{key}.from", f"{table.start:g}", f"none for {table.change!r}"))
    if len(set(map(repr, table.values))) < len(table.values):
        found.append(problem(f"{key}.values", "one twice", "every value once"))
    return found


def _unit_of(table: DimensionTable, case: Case, change: Change) -> str:
    if change == "parameter set":
        return "number"
    if change in ("move", "start", "length"):
        return "weeks" if change == "length" else "week"
    if change == "choose":
        return ""
    if change == "times":
        return "multiple"
    known = [case.settings[name].unit for name in table.names if name in case.settings]
    return known[0] if known else ""


def _plan_problems(read: DesignTable, dimensions: Sequence[Dimension]) -> list[str]:
    found = []
    if read.plan in ("grid", "list"):
        if read.plan == "grid":
            for one in dimensions:
                if one.sampled:
                    key = f"dimension.{one.name}.steps"
                    found.append(problem(key, "nothing", "a number of steps, for a grid"))
            count = math.prod(len(one.values) for one in dimensions)
            if count > MOST_POINTS:
                found.append(problem("plan", f"a grid of {count:,} points", f"{MOST_POINTS:,}"))
        elif not read.points:
            found.append(problem("points", "none", "at least one, for the plan 'list'"))
        return found
    if read.points:
        found.append(problem("points", f"{len(read.points)}", "none but for the plan 'list'"))
    if read.size < 1:
        found.append(problem("size", str(read.size), f"a whole number from 1, for {read.plan!r}"))
    elif read.plan in ("sobol sequence", "saltelli") and read.size & (read.size - 1):
        found.append(problem("size", str(read.size), "a power of two, for a balanced sequence"))
    if read.size * (len(dimensions) + 2) > MOST_POINTS:
        found.append(problem("size", f"{read.size:,}", f"up to {MOST_POINTS:,} points in all"))
    return found


def _points_of(
    read: DesignTable, dimensions: tuple[Dimension, ...], where: str
) -> tuple[Point, ...]:
    names = [one.name for one in dimensions]
    if read.plan == "grid":
        rows = itertools.product(*(one.values for one in dimensions))
        return tuple(Point(i, dict(zip(names, row, strict=True))) for i, row in enumerate(rows))
    if read.plan == "list":
        return _listed(read, dimensions, where)
    shares = SAMPLERS[read.plan](len(dimensions), read.size, read.seed)
    return tuple(
        Point(i, {one.name: one.at(float(x)) for one, x in zip(dimensions, row, strict=True)})
        for i, row in enumerate(shares)
    )


def _listed(read: DesignTable, dimensions: tuple[Dimension, ...], where: str) -> tuple[Point, ...]:
    found: list[str] = []
    by_name = {one.name: one for one in dimensions}
    for i, values in enumerate(read.points):
        key = f"points {i + 1}"
        for name in values:
            if name not in by_name:
                found.append(problem(f"{key}.{name}", "no such dimension", one_of(by_name, name)))
        for name, one in by_name.items():
            if name not in values:
                found.append(problem(f"{key}.{name}", "nothing", "a value of every dimension"))
            elif one.values and values[name] not in one.values:
                allowed = one_of([shown(value) for value in one.values])
                found.append(problem(f"{key}.{name}", shown(values[name]), allowed))
            elif one.sampled and not one.low <= float(values[name]) <= one.high:
                allowed = f"{shown(one.low)} to {shown(one.high)}"
                found.append(problem(f"{key}.{name}", shown(values[name]), allowed))
    if found:
        raise ScenarioError(where, found)
    return tuple(Point(i, dict(values)) for i, values in enumerate(read.points))


def latin_hypercube(dimensions: int, size: int, seed: int) -> Any:
    """Return a scrambled Latin hypercube (McKay, Beckman and Conover 1979), in shares of ranges."""
    from scipy.stats import qmc

    return qmc.LatinHypercube(dimensions, rng=seed).random(size)


def sobol_sequence(dimensions: int, size: int, seed: int) -> Any:
    """Return a scrambled Sobol' sequence (Sobol' 1967; Owen 1998), in shares of ranges."""
    from scipy.stats import qmc

    return qmc.Sobol(dimensions, rng=seed).random(size)


def saltelli(dimensions: int, size: int, seed: int) -> Any:
    """Return the sample for Sobol' indices of first order and total (Saltelli et al. 2010)."""
    salib()
    from SALib.sample import sobol

    return sobol.sample(unit_problem(dimensions), size, calc_second_order=False, seed=seed)


def morris(dimensions: int, size: int, seed: int) -> Any:
    """Return trajectories for elementary effects (Morris 1991) on four levels."""
    salib()
    from SALib.sample import morris as elementary

    return elementary.sample(unit_problem(dimensions), size, num_levels=4, seed=seed)


SAMPLERS: Mapping[str, Callable[[int, int, int], Any]] = {
    "latin hypercube": latin_hypercube,
    "sobol sequence": sobol_sequence,
    "saltelli": saltelli,
    "morris": morris,
}


def unit_problem(dimensions: int) -> dict[str, Any]:
    """Return what SALib wants to know of so many ranges, each 0 to 1."""
    return {
        "num_vars": dimensions,
        "names": [f"x{i}" for i in range(dimensions)],
        "bounds": [[0.0, 1.0]] * dimensions,
    }


def salib() -> None:
    """Make sure that SALib is there.

    Raises:
        RefusedError: If it is not installed.
    """
    try:
        import SALib  # noqa: F401
    except ImportError:
        raise RefusedError(
            "SALib is not installed, which lays out this plan; "
            "`pip install 'ceasefire[sensitivity]'` brings it."
        ) from None
