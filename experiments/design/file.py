"""Design files: their form, and what is wrong with one, said by key."""

import math
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from pydantic import Field

from ceasefire.experiments.design.changes import Value
from ceasefire.experiments.design.dimensions import (
    WAYS,
    Dimension,
    Way,
    dimension_problems,
    neat,
)
from ceasefire.experiments.design.parameter_sets import drawn
from ceasefire.experiments.design.tables import Table
from ceasefire.model.case.case import Case
from ceasefire.model.case.settings import one_of, problem, shown

Plan = Literal["grid", "list", "latin hypercube", "sobol sequence", "saltelli", "morris"]
PLANS: tuple[str, ...] = get_args(Plan)

MOST_POINTS = 1_000_000
"""More points than this are refused: a slip of the pen, as a rule."""


class DimensionTable(Table):
    """One entry ``[[dimension]]`` of a design file."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str = ""
    change: str = "set"
    names: tuple[str, ...] = ()
    choices: dict[str, dict[str, bool | int | float | str]] = Field(default_factory=dict)
    values: tuple[bool | int | float | str, ...] = ()
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
    dimension: tuple[DimensionTable, ...]
    points: tuple[dict[str, bool | int | float | str], ...] = ()


def dimensions_in(read: DesignTable, case: Case) -> tuple[tuple[Dimension, ...], list[str]]:
    """Return the dimensions of a file, and what is wrong with them."""
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
        if table.change not in WAYS:
            allowed = one_of(WAYS, table.change)
            found.append(problem(f"{key}.change", repr(table.change), allowed))
            continue
        change: Way = table.change  # type: ignore[assignment]
        found += _range_problems(table, key)
        values: Sequence[Value] = table.values
        if not values and table.steps is not None and not found:
            spread = np.linspace(table.low or 0.0, table.high or 0.0, table.steps)
            values = [neat(value) for value in spread.tolist()]
        if change == "choose":
            values = list(table.choices)
        if change == "parameter set" and not values and not found:
            values = drawn(case).sets.tolist()
        one = Dimension(
            name=table.name,
            label=table.label or table.name.replace("_", " "),
            unit=_unit_of(table, case, change),
            change=change,
            names=table.names,
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


def _unit_of(table: DimensionTable, case: Case, change: Way) -> str:
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


def plan_problems(read: DesignTable, dimensions: Sequence[Dimension]) -> list[str]:
    """Word what is wrong with how points are to be laid out."""
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


def point_problems(read: DesignTable, dimensions: Sequence[Dimension]) -> list[str]:
    """Word what is wrong with the points of a list."""
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
    return found
