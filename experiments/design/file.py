"""Design files: their form, and what is wrong with one, said by key."""

import math
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from pydantic import Field

from ceasefire.experiments.design.changes import Value
from ceasefire.experiments.design.dimensions import Dimension, dimension_problems, neat
from ceasefire.experiments.design.parameter_sets import drawn
from ceasefire.experiments.design.tables import Table
from ceasefire.experiments.style.refusals import MOST_RUNS
from ceasefire.model.case.case import Case
from ceasefire.model.case.settings import one_of, problem, shown

Plan = Literal["grid", "list", "latin hypercube", "sobol sequence", "saltelli", "morris"]
PLANS: tuple[str, ...] = get_args(Plan)

MOST_POINTS = 1_000_000
"""More points than this are refused: a slip of the pen, as a rule."""


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
    runs: int = Field(default=200, ge=1, le=MOST_RUNS)
    first_seed: int = Field(default=0, ge=0)
    weeks: float | None = Field(default=None, gt=0)
    keep: Literal["end states", "rounds"] = "end states"
    outcome: str = "permanent ceasefire"
    level: float | None = None
    central: bool = False
    seeds: Literal["common", "independent"] = "common"
    dimension: tuple[Dimension, ...]
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
        wrong = _range_problems(table, key)
        one = table.model_copy(
            update={
                "label": table.label or table.name.replace("_", " "),
                "unit": table.unit or _unit_of(table, case),
                "values": table.values if wrong else _values_of(table, case),
            }
        )
        found += wrong or dimension_problems(one, case, key)
        dimensions.append(one)
    return tuple(dimensions), found + _reference_problems(dimensions)


def _values_of(table: Dimension, case: Case) -> tuple[Value, ...]:
    """Return the values of a dimension, in order; empty where a range is sampled."""
    if table.change == "choose":
        return tuple(table.choices)
    if table.change == "parameter set" and not table.values:
        return tuple(drawn(case).sets.tolist())
    if table.steps is None or table.values:
        return table.values
    return tuple(map(neat, np.linspace(table.low, table.high, table.steps).tolist()))


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


def _range_problems(table: Dimension, key: str) -> list[str]:
    given = [not math.isnan(end) for end in (table.low, table.high)]
    chooses, start = table.change == "choose", table.start
    needs_none = table.change in ("parameter set", "choose")
    checks: tuple[tuple[bool, str, str, str], ...] = (
        (bool(table.values) and any(given), ".values", "values and a range", "one of them"),
        (not (table.values or all(given) or needs_none), "", "neither values nor a range",
         "values, or low and high"),
        (chooses != bool(table.choices), ".choices", ", ".join(table.choices) or "nothing",
         "named bundles of settings, for the change 'choose' alone"),
        (chooses and bool(table.values or any(given) or table.names), ".values",
         "values or names", "choices alone"),
        (table.low >= table.high, ".low", shown(table.low), f"below {shown(table.high)}"),
        (table.scale == "log" and table.low <= 0, ".low", shown(table.low),
         "above 0 on a log scale"),
        (table.end is not None and (start is None or table.end <= start), ".to",
         f"{table.end} (from: {'nothing' if start is None else start})", "after `from`"),
        (start is not None and table.change not in ("set", "choose"), ".from", f"{start}",
         f"none for {table.change!r}"),
        (len(set(map(repr, table.values))) < len(table.values), ".values", "one twice",
         "every value once"),
    )  # fmt: skip
    return [problem(f"{key}{part}", *words) for wrong, part, *words in checks if wrong]


def _unit_of(table: Dimension, case: Case) -> str:
    units = {"parameter set": "number", "move": "week", "start": "week", "length": "weeks",
             "choose": "", "times": "multiple"}  # fmt: skip
    known = [case.settings[name].unit for name in table.names if name in case.settings]
    return units.get(table.change, known[0] if known else "")


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
