"""The levers of the page: what each means, where it stands, and the case that a setting gives.

A setting is a mapping from names of levers to values. A lever that is not in it keeps, in each
fitted set of parameters, that set's own value.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np

from ceasefire.experiments.design.design import design_of
from ceasefire.experiments.design.dimensions import Dimension, Setup, Value, apply, neat
from ceasefire.experiments.design.in_words import shipped_levers
from ceasefire.experiments.design.parameter_sets import Draw, drawn, with_values
from ceasefire.experiments.style.words import listed, plain
from ceasefire.model.case.case import Case, load_case
from ceasefire.model.case.kinds import given_field
from ceasefire.model.case.settings import shown
from ceasefire.viz.levers.offered import LEVERS, NEAREST

CASE = "gaza-2023"
"""The case that the levers belong to."""

STEPS = 100
"""Steps of a slider from one end to the other, where it does not count whole things."""

COUNTED = ("weeks", "week", "seats")
"""Units in which a slider moves by ones."""

Values = Mapping[str, float]


@dataclass(frozen=True)
class Lever:
    """Something in the world that the page lets move.

    Attributes:
        group: Who holds it.
        dimension: What a value of it changes.
        case: The case.
        draw: The fitted sets of parameters.
    """

    group: str
    dimension: Dimension
    case: Case
    draw: Draw

    @property
    def name(self) -> str:
        """Its name, as in the address."""
        return self.dimension.name

    @property
    def label(self) -> str:
        """Its name for people, as the beginning of a line."""
        words = self.dimension.label
        return words[:1].upper() + words[1:]

    @property
    def choices(self) -> tuple[str, ...]:
        """What its values 0, 1, 2 stand for; empty where they are plain numbers."""
        return tuple(self.dimension.choices)

    @property
    def names(self) -> tuple[str, ...]:
        """Dotted names of the settings that it moves."""
        if not self.choices:
            return self.dimension.names
        return tuple(self.dimension.choices[self.choices[0]])

    @property
    def low(self) -> float:
        """Smallest value."""
        return 0.0 if self.choices else self.dimension.low

    @property
    def high(self) -> float:
        """Largest value."""
        return len(self.choices) - 1.0 if self.choices else self.dimension.high

    @property
    def whole(self) -> bool:
        """Whether only whole numbers may be set."""
        return bool(self.choices) or self.dimension.whole

    @property
    def step(self) -> float:
        """How far one press of an arrow key moves it."""
        if self.choices or self.unit in COUNTED:
            return 1.0
        return neat((self.high - self.low) / STEPS)

    @property
    def unit(self) -> str:
        """Unit of its values: "times" where a set's own value is multiplied."""
        if self.choices:
            return "choice"
        return "times" if self.dimension.change == "times" else self.dimension.unit

    @property
    def moves_weeks(self) -> bool:
        """Whether it moves the weeks of other levers, and does nothing without them."""
        return self.dimension.change in ("start", "length")

    @cached_property
    def own(self) -> np.ndarray:
        """Each set's own value of what it changes, in that setting's unit; one if all have it."""
        if self.moves_weeks or self.choices:
            return np.array([])
        for name in self.dimension.names:
            if name in self.draw.values:
                return np.asarray(self.draw.values[name], dtype=float)
        return np.array([float(self.case.settings[self.dimension.names[0]].value)])

    @property
    def start(self) -> float:
        """Where it stands before it is touched: the median of the sets' own values."""
        if self.choices:
            return float(NEAREST[self.name])
        if self.dimension.change == "start":
            return self.low
        if self.dimension.change == "length":
            return self.high
        if self.dimension.change == "add":
            return 0.0
        if self.dimension.change == "times":
            return 1.0
        middle = min(max(float(np.median(self.own)), self.low), self.high)
        return round(middle) if self.step == 1.0 else float(f"{middle:.3g}")

    @cached_property
    def meaning(self) -> str:
        """What it is, in the words of the declarations."""
        if self.dimension.change == "start":
            return (
                "From this week on Washington withholds, or makes conditional, what is set above."
            )
        if self.dimension.change == "length":
            return "After these weeks everything is again as the case has it."
        if self.choices:
            listed_choices = [f"{i} {words}" for i, words in enumerate(self.choices)]
            return f"{'; '.join(listed_choices)}."
        found: dict[str, None] = {}
        for name in self.dimension.names:
            field, _ = given_field(name, self.case.settings[name].unit)
            found[self._own_words(name, field.meaning)] = None
        how = {
            "add": "What is set is added to each set's own value.",
            "times": "Each set's own value is multiplied by what is set.",
        }.get(self.dimension.change, "")
        return " ".join((*found, how)).strip()

    @staticmethod
    def _own_words(name: str, words: str) -> str:
        if name.startswith("issue.withdrawal"):
            return "Share of the troops that a text takes out in its first phase, by level."
        return words

    @property
    def when(self) -> str:
        """From when it holds."""
        if self.moves_weeks:
            return ""
        if self.dimension.start is None:
            return "from the start"
        return f"from week {self.dimension.start:g} on"

    @property
    def range_words(self) -> str:
        """What may be set: ``0 to 1 (share)``."""
        return f"{plain(self.low)} to {plain(self.high)} ({self.unit})"

    @property
    def own_words(self) -> str:
        """Where the sets stand, and what the record does to that later."""
        if self.dimension.change == "start":
            return f"week {self.low:g}"
        if self.dimension.change == "length":
            return "to the end of the run"
        if self.choices:
            return self._own_offers()
        unit = self.case.settings[self.dimension.names[0]].unit
        if len(self.own) > 1:
            low, middle, high = np.quantile(self.own, [0.0, 0.5, 1.0]).round(4).tolist()
            words = f"{plain(low)} to {plain(high)}, half below {plain(middle)} ({unit})"
        else:
            values = {float(self.case.settings[name].value) for name in self.names}
            words = f"{listed([plain(one) for one in sorted(values)])} ({unit}) in all sets"
        later = [
            f"{plain(float(event.value))} from week {event.week:g}"
            for event in self.case.events
            if event.key in self.dimension.names
        ]
        return f"{words}; by the record {listed(later)}" if later else words

    def _own_offers(self) -> str:
        """Say who offers when, by the case and its events."""
        offers = [
            f"{self.case.label(*event.key.split('.')[:2])} from week {event.week:g}"
            for event in self.case.events
            if event.key in self.names and event.value
        ]
        return f"by the record {listed(offers)}"

    @property
    def source(self) -> str:
        """Where the values of the case come from."""
        if self.moves_weeks:
            return "chosen on this page"
        found = {self.case.settings[name].source: None for name in self.names}
        notes = {self.case.settings[name].note: None for name in self.names}
        return "; ".join((*found, *(note for note in notes if note)))

    @property
    def spread(self) -> list[tuple[float, float]]:
        """How the sets' own values lie: for each of some bins, its place 0 to 1, and its height.

        On the slider's scale where a value is set, and from the smallest to the largest where it
        is added to or multiplied. Empty where all sets have the same value.
        """
        if len(self.own) < 2:
            return []
        ends = self.spread_ends
        counts, edges = np.histogram(self.own, bins=24, range=ends)
        share = (edges[:-1] - ends[0]) / (ends[1] - ends[0])
        return [(float(s), float(n) / counts.max()) for s, n in zip(share, counts, strict=True)]

    @property
    def spread_ends(self) -> tuple[float, float]:
        """The ends of the scale on which the sets' own values are drawn."""
        if self.dimension.change == "set":
            return self.low, self.high
        return float(self.own.min()), float(self.own.max())

    def read(self, given: object) -> float:
        """Read a value as typed, or as it stands in the address.

        Raises:
            ValueError: With one sentence, if it is no admissible value.
        """
        text = str(given).strip().replace(",", ".").replace("\N{MINUS SIGN}", "-")
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        kind = "whole numbers from" if self.whole else "numbers from"
        wrong = not self.low <= value <= self.high
        if wrong or (self.whole and not value.is_integer()):
            found = text if len(text) <= 20 else f"{text[:20]}…"
            raise ValueError(f"Found “{found}”; allowed are {kind} {self.range_words}.")
        return neat(value)


@cache
def the_case() -> Case:
    """Return the case of the page; read once."""
    return load_case(CASE)


@cache
def the_draw() -> Draw:
    """Return the sets of parameters that its runs have in turn."""
    return drawn(the_case())


@cache
def levers() -> dict[str, Lever]:
    """Return the levers by name, in the order of the page."""
    case, draw = the_case(), the_draw()
    known = shipped_levers()
    tables = [known[one["name"]] if len(one) == 1 else one for _, one in LEVERS]
    design = design_of(
        {"name": "page", "title": "Levers of the page", "case": CASE, "plan": "morris",
         "size": 1, "dimension": tables}
    )  # fmt: skip
    pairs = zip(LEVERS, design.dimensions, strict=True)
    return {one.name: Lever(group, one, case, draw) for (group, _), one in pairs}


def read_values(asked: Mapping[str, str]) -> tuple[dict[str, float], dict[str, str]]:
    """Read a setting from the address.

    Args:
        asked: What stands there, by name; what is no lever is passed over.

    Returns:
        Values of levers by name, and a sentence for each lever whose value is not admissible.
    """
    values: dict[str, float] = {}
    problems: dict[str, str] = {}
    for name, lever in levers().items():
        if name in asked:
            try:
                values[name] = lever.read(asked[name])
            except ValueError as error:
                problems[name] = str(error)
    return values, problems


def chosen(values: Values) -> list[tuple[Dimension, Value]]:
    """Return the dimensions that a setting moves, each with its value."""
    found: list[tuple[Dimension, Value]] = []
    for name, lever in levers().items():
        if name in values:
            value: Value = int(values[name]) if lever.whole else values[name]
            if lever.choices:
                value = lever.choices[int(value)]
            found.append((lever.dimension, value))
    return found


def setup_of(values: Values, draw: Draw | None = None) -> Setup:
    """Return the case, and the values that differ from set to set, with a setting.

    Args:
        values: Values of levers by name.
        draw: The sets of parameters; those that come with the case without it.

    Raises:
        CaseError: If the case makes no sense with the setting.
    """
    return apply(the_case(), the_draw() if draw is None else draw, chosen(values))


def world_of(values: Values, seed: int) -> Case:
    """Return the case of one run of the ensemble, with a setting: run it with that seed.

    Raises:
        CaseError: If the case makes no sense with the setting.
    """
    setup = setup_of(values)
    own = setup.draw.settings([seed])
    return with_values(setup.case, {name: array.tolist()[0] for name, array in own.items()})


def query_of(values: Values) -> dict[str, str]:
    """Return a setting as it stands in an address."""
    return {name: shown(value) for name, value in values.items()}


def scenario_text(values: Values) -> str:
    """Return a case file with a setting, made of the case's own values in the middle.

    Raises:
        CaseError: If the case makes no sense with the setting.
    """
    own = Draw({}, np.zeros(1, dtype=np.int64))
    changed = setup_of(values, own).case
    words = setting_words(values)
    return replace(changed, title=f"{changed.title}; {words}" if words else changed.title).to_toml()


def setting_words(values: Values) -> str:
    """Say in one line what a setting changes; empty where it changes nothing."""
    known = levers()
    signs = {"add": "+", "times": "× "}
    found = []
    for name, value in values.items():
        if name in known:
            lever = known[name]
            words = lever.choices[int(value)] if lever.choices else plain(value)
            found.append(f"{lever.label}: {signs.get(lever.dimension.change, '')}{words}")
    return "; ".join(found)


def without_effect(values: Values) -> list[str]:
    """Return the levers that do nothing, because they move the weeks of levers not touched."""
    return [
        name
        for name, lever in levers().items()
        if name in values
        and lever.moves_weeks
        and not any(other in values for other in lever.dimension.names)
    ]
