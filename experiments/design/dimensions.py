"""What an experiment varies: numbers, switches, choices, weeks of events, sets of parameters.

A dimension makes a change of each of its values. *set*, *add* and *times* change settings, and
*choose* takes one of several named bundles of settings; from the start, or, with *set* and
*choose*, from a week on and perhaps until another. *move* shifts scheduled events. *start* and
*length* vary the weeks of other dimensions. *parameter set* gives all runs one set that fits.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import Field

from ceasefire.experiments.design.carried_out import as_settings_and_events
from ceasefire.experiments.design.changes import Change, Value, change_problems
from ceasefire.experiments.design.parameter_sets import Draw, fitted_sets, has_sets
from ceasefire.experiments.design.tables import Table
from ceasefire.model.case.case import Case
from ceasefire.model.case.kinds import given_field
from ceasefire.model.case.settings import problem, shown

Way = Literal["set", "add", "times", "choose", "start", "length", "move", "parameter set"]

ELSEWHERE = ("parameter set", "start", "length")
"""Ways that are no change of the case, but of what is changed and run."""


class Dimension(Table):
    """One thing that is varied: an entry ``[[dimension]]`` of a design file.

    Attributes:
        name: Its name, and that of its column in tables.
        label: The same for people to read.
        unit: Unit of its values.
        change: How a value changes the case.
        names: Dotted names of the settings that it changes together; for *move* the events, each
            as the field it sets and its week, such as ``party.national-unity.net_offer@35``; for
            *start* and *length* the dimensions whose weeks it varies.
        choices: For *choose*: settings by dotted name, for each value.
        values: The values, in order; empty where a range is sampled.
        low: Smallest value of a range.
        high: Largest value of a range.
        steps: How many values are spread over the range, both ends included.
        scale: Whether the range is sampled evenly on a logarithmic scale.
        start: Week from which a setting is held at the value; None changes it from the start,
            and leaves what the case's events do to it later.
        end: Week in which the value that the case would have comes back; None is never.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str = ""
    unit: str = ""
    change: Way = "set"
    names: tuple[str, ...] = ()
    choices: dict[str, dict[str, bool | int | float | str]] = Field(default_factory=dict)
    values: tuple[bool | int | float | str, ...] = ()
    low: float = math.nan
    high: float = math.nan
    steps: int | None = Field(default=None, ge=2, le=10_000)
    scale: Literal["linear", "log"] = "linear"
    start: float | None = Field(default=None, alias="from", ge=0)
    end: float | None = Field(default=None, alias="to", ge=0)

    def change_to(
        self, value: Value, start: float | None = None, end: float | None = None
    ) -> Change:
        """Return what a value of it changes.

        Args:
            value: The value.
            start: Week from which that is held; its own by default.
            end: Week until which; its own by default, where ``start`` is not given either.
        """
        if start is None:
            start, end = self.start, self.end
        done: dict[str, Any] = {self.change: dict.fromkeys(self.names, value)}
        if self.change == "choose":
            done = {"set": self.choices[str(value)]}
        once = start is None
        return Change.model_construct(
            label=self.label, start=start or 0.0, end=end, once=once, **done
        )

    @property
    def sampled(self) -> bool:
        """Whether it has a range and no list of values."""
        return not self.values

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are admissible."""
        return self.change == "set" and any(given_field(name)[1] is int for name in self.names)

    def at(self, share: float) -> Value:
        """Return the value at a share, 0 to 1, of the way through the range or the list."""
        if self.values:
            return self.values[min(int(share * len(self.values)), len(self.values) - 1)]
        if self.scale == "log":
            value = math.exp(math.log(self.low) + share * math.log(self.high / self.low))
        else:
            value = self.low + share * (self.high - self.low)
        return int(math.floor(value + 0.5)) if self.whole else neat(value)

    def number(self, value: Value) -> float:
        """Return a value as a number: the place in the list for words."""
        if isinstance(value, str):
            return float(self.values.index(value))
        return float(value)

    @property
    def words(self) -> str:
        """The label with what a reader must know of when it holds."""
        if self.start is None:
            return self.label
        until = "" if self.end is None else f" to {self.end:g}"
        return f"{self.label}, week {self.start:g}{until or ' on'}"


def value_words(value: object) -> str:
    """Word a value: as a case file would write it, words without their marks."""
    if isinstance(value, np.generic):
        value = value.item()
    return value if isinstance(value, str) else shown(value)


def neat(value: float) -> float:
    """Drop the last few binary digits: 0.3, not 0.30000000000000004."""
    return float(f"{value:.12g}")


def dimension_problems(one: Dimension, case: Case, key: str) -> list[str]:
    """Word what is wrong with a dimension of a design for a case.

    Args:
        one: The dimension.
        case: The case.
        key: What the messages call it.
    """
    values = one.values or (one.low, one.high)
    if one.change == "parameter set":
        if not has_sets(case):
            return [problem(key, "parameter sets", f"none, as none come with {case.name}")]
        known = fitted_sets(case).index
        wrong = [shown(value) for value in one.values if value not in known] or (
            [] if one.values else ["nothing"]
        )
        allowed = f"whole numbers from {known.min()} to {known.max()}"
        return [problem(f"{key}.values", value, allowed) for value in wrong[:1]]
    if one.change in ("start", "length"):
        least = 0.0 if one.change == "start" else 0.1
        return [
            problem(f"{key}.values", shown(value), f"weeks from {least:g}")
            for value in values
            if isinstance(value, bool | str) or not least <= value < math.inf
        ]
    if one.change != "choose" and not one.names:
        return [problem(f"{key}.names", "nothing", "at least one name")]
    if one.change == "set" and all(name in case.settings for name in one.names):
        values = one.values or (one.at(0.0), one.at(1.0))
    found = [
        words
        for value in values
        for words in change_problems(one.change_to(value), case, key, settings=True)
    ]
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Setup:
    """A case as a point of a design has it, with the values that differ from set to set."""

    case: Case
    draw: Draw


def apply(case: Case, draw: Draw, chosen: Sequence[tuple[Dimension, Value]]) -> Setup:
    """Return a case with the values of some dimensions.

    Args:
        case: The case.
        draw: The sets of parameters that its runs have.
        chosen: Dimensions, each with the value it takes.

    Raises:
        CaseError: If the case no longer makes sense as a whole.
    """
    for one, value in chosen:
        if one.change == "parameter set":
            draw = draw.of_set(int(value))
    return Setup(*as_settings_and_events(case, draw, changes_of(chosen)))


def changes_of(chosen: Sequence[tuple[Dimension, Value]]) -> tuple[Change, ...]:
    """Return what the values of some dimensions change together."""
    return tuple(
        one.change_to(value, *_weeks(one, chosen))
        for one, value in chosen
        if one.change not in ELSEWHERE
    )


def _weeks(
    one: Dimension, chosen: Sequence[tuple[Dimension, Value]]
) -> tuple[float | None, float | None]:
    """Return the weeks of a dimension, as other dimensions vary them."""
    start, end = one.start, one.end
    if start is None:
        return None, None
    length = None if end is None else end - start
    for other, value in chosen:
        if one.name in other.names and other.change == "start":
            start = float(value)
        elif one.name in other.names and other.change == "length":
            length = float(value)
    return start, None if length is None else start + length
