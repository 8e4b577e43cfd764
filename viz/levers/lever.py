"""The levers of the page: what each means, where it stands, and what may be set."""

import math
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from ceasefire.experiments.design.design import design_of
from ceasefire.experiments.design.dimensions import Dimension, neat
from ceasefire.experiments.design.parameter_sets import Draw, drawn
from ceasefire.experiments.style.words import listed, plain
from ceasefire.model.case.case import Case, load_case
from ceasefire.model.case.kinds import given_field
from ceasefire.viz.levers.offered import CASE, Told, page

STEPS = 100
"""Steps of a slider from one end to the other, where it does not count whole things."""

COUNTED = ("weeks", "week", "seats")
"""Units in which a slider moves by ones."""


@dataclass(frozen=True)
class Lever:
    """Something in the world that the page lets move.

    Attributes:
        group: Who holds it.
        dimension: What a value of it changes.
        told: What is said of it beside the declarations.
        case: The case.
        draw: The fitted sets of parameters.
        name: Its name, as in the address.
        label: Its name for people, as the beginning of a line.
        how: How a value changes the case: "set", "add", "times", "choose", "start" or "length".
        choices: What its values 0, 1, 2 stand for; empty where they are plain numbers.
        names: Dotted names of the settings that it moves.
        low: Smallest value.
        high: Largest value.
        whole: Whether only whole numbers may be set.
        unit: Unit of its values: "times" where a set's own value is multiplied.
        moves_weeks: Whether it moves the weeks of other levers, and does nothing without them.
    """

    group: str
    dimension: Dimension
    told: Told
    case: Case
    draw: Draw
    name: str
    label: str
    how: str
    choices: tuple[str, ...]
    names: tuple[str, ...]
    low: float
    high: float
    whole: bool
    unit: str
    moves_weeks: bool

    @classmethod
    def of(cls, one: Dimension, group: str, told: Told, case: Case, draw: Draw) -> "Lever":
        """Return the lever that moves a dimension."""
        choices, how = tuple(one.choices), one.change
        names = tuple(one.choices[choices[0]]) if choices else one.names
        low, high = (0.0, len(choices) - 1.0) if choices else (one.low, one.high)
        unit = {"choose": "choice", "times": "times"}.get(how, one.unit)
        label = one.label[:1].upper() + one.label[1:]
        whole, moves_weeks = bool(choices) or one.whole, how in ("start", "length")
        return cls(group, one, told, case, draw, one.name, label, how, choices, names, low, high,
                   whole, unit, moves_weeks)  # fmt: skip

    @property
    def step(self) -> float:
        """How far one press of an arrow key moves it."""
        by_ones = self.choices or self.unit in COUNTED
        return 1.0 if by_ones else neat((self.high - self.low) / STEPS)

    @cached_property
    def own(self) -> np.ndarray:
        """Each set's own value of what it changes, in that setting's unit; one if all have it."""
        if self.moves_weeks or self.choices:
            return np.array([])
        for name in self.names:
            if name in self.draw.values:
                return np.asarray(self.draw.values[name], dtype=float)
        return np.array([float(self.case.settings[self.names[0]].value)])

    @property
    def start(self) -> float:
        """Where it stands before it is touched: the median of the sets' own values."""
        if self.told.start is not None:
            return self.told.start
        if self.how != "set":
            return 0.0 if self.how == "add" else 1.0
        middle = min(max(float(np.median(self.own)), self.low), self.high)
        return round(middle) if self.step == 1.0 else float(f"{middle:.3g}")

    @cached_property
    def meaning(self) -> str:
        """What it is, in the words of the declarations."""
        if self.choices:
            return "; ".join(f"{i} {words}" for i, words in enumerate(self.choices)) + "."
        settings = {} if self.told.meaning else self.case.settings
        words = [given_field(n, settings[n].unit)[0].meaning for n in self.names if n in settings]
        how = {
            "add": "What is set is added to each set's own value.",
            "times": "Each set's own value is multiplied by what is set.",
        }.get(self.how, "")
        return " ".join((self.told.meaning, *dict.fromkeys(words), how)).strip()

    @property
    def when(self) -> str:
        """From when it holds."""
        start = self.dimension.start
        if self.moves_weeks:
            return ""
        return "from the start" if start is None else f"from week {start:g} on"

    @property
    def range_words(self) -> str:
        """What may be set: ``0 to 1 (share)``."""
        return f"{plain(self.low)} to {plain(self.high)} ({self.unit})"

    @property
    def own_words(self) -> str:
        """Where the sets stand, and what the record does to that later."""
        if self.told.own:
            return self.told.own
        events = [event for event in self.case.events if event.key in self.names]
        if self.choices:
            offers = [
                f"{self.case.label(*event.key.split('.')[:2])} from week {event.week:g}"
                for event in events
                if event.value
            ]
            return f"by the record {listed(offers)}"
        unit = self.case.settings[self.names[0]].unit
        if len(self.own) > 1:
            low, middle, high = np.quantile(self.own, [0.0, 0.5, 1.0]).round(4).tolist()
            words = f"{plain(low)} to {plain(high)}, half below {plain(middle)} ({unit})"
        else:
            values = {float(self.case.settings[name].value) for name in self.names}
            words = f"{listed([plain(value) for value in sorted(values)])} ({unit}) in all sets"
        later = [f"{plain(float(event.value))} from week {event.week:g}" for event in events]
        return f"{words}; by the record {listed(later)}" if later else words

    @property
    def source(self) -> str:
        """Where the values of the case come from."""
        settings = [] if self.told.source else [self.case.settings[name] for name in self.names]
        found = dict.fromkeys(setting.source for setting in settings)
        notes = dict.fromkeys(setting.note for setting in settings if setting.note)
        return self.told.source or "; ".join((*found, *notes))

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
        if self.how == "set":
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
    case, draw, declared = the_case(), the_draw(), page()
    groups, tables = zip(*declared.tables(), strict=True)
    design = design_of(
        {"name": "page", "title": "Levers of the page", "case": CASE, "plan": "morris",
         "size": 1, "dimension": tables}
    )  # fmt: skip
    return {
        one.name: Lever.of(one, group, declared.told.get(one.name, Told()), case, draw)
        for group, one in zip(groups, design.dimensions, strict=True)
    }
