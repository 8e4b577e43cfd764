"""Which world a page shows: a case, a seed, a set of parameters, and levers that were moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ceasefire.agents.chance import LARGEST_SEED
from ceasefire.experiments.design.parameter_sets import (
    drawn,
    fitted_sets,
    has_sets,
    with_set,
    with_values,
)
from ceasefire.model.case.case import Case, load_case
from ceasefire.model.case.shipped import shipped_cases
from ceasefire.viz.levers.lever import levers
from ceasefire.viz.levers.setting import read_values, setting_words, setup_of
from ceasefire.viz.page.address import as_number, refusal

DEFAULT_CASE = "gaza-2023"
DEFAULT_SEED = 155
DEFAULT_WEEK = 37.0
"""A world whose talks run much like those on record, in the week in which its fifth round fails."""

OWN_VALUES = -1
"""Number that stands for the case's own values, instead of one of the sets that come with it."""


@dataclass(frozen=True)
class Place:
    """What makes a world.

    Attributes:
        case: Name of a shipped case.
        seed: Seed of the run.
        parameter_set: Number of a set; None for the seed's own, -1 for the case's own values.
        levers: Levers that were moved, by name, with their values.
    """

    case: str = DEFAULT_CASE
    seed: int = DEFAULT_SEED
    parameter_set: int | None = None
    levers: tuple[tuple[str, float], ...] = ()

    @property
    def query(self) -> dict[str, object]:
        """What names it in an address."""
        chosen: dict[str, object] = {"case": self.case, "seed": self.seed}
        if self.parameter_set is not None:
            chosen["set"] = "own" if self.parameter_set == OWN_VALUES else self.parameter_set
        return {**chosen, **{name: f"{value:g}" for name, value in self.levers}}

    @property
    def unchanged(self) -> "Place":
        """The same world with no lever moved."""
        return Place(self.case, self.seed, self.parameter_set)


@lru_cache(maxsize=8)
def shipped(name: str) -> Case:
    """Return a shipped case; nothing else can be named."""
    return load_case(name)


@lru_cache(maxsize=8)
def sets_of(case: str) -> int:
    """Return how many sets of parameters come with a shipped case."""
    return len(fitted_sets(shipped(case))) if has_sets(shipped(case)) else 0


def set_of(place: Place) -> int | None:
    """Return the number of the set that a world has; None for the case's own values."""
    count = sets_of(place.case)
    if place.parameter_set == OWN_VALUES or not count:
        return None
    return place.seed % count if place.parameter_set is None else place.parameter_set


def case_of(place: Place) -> Case:
    """Return the case of a world, with its set's values and its levers moved.

    Raises:
        RefusedError: If no set of that number comes with the case.
        CaseError: If the case no longer makes sense.
    """
    case, number = shipped(place.case), set_of(place)
    if not place.levers:
        return case if number is None else with_set(case, number)
    setup = setup_of(dict(place.levers), drawn(case, central=number is None))
    if number is None:
        return setup.case
    values = {name: row[number].item() for name, row in setup.draw.values.items()}
    return with_values(setup.case, values)


def lever_words(place: Place) -> str:
    """Word the levers that were moved."""
    return setting_words(dict(place.levers))


def read_seed_text(text: str) -> tuple[int, str]:
    """Read a seed as typed: the seed, and what is wrong with it ("" if nothing is)."""
    try:
        seed = int(text.strip()) if text.strip().isascii() else -1
    except ValueError:
        seed = -1
    if not 0 <= seed <= LARGEST_SEED:
        return 0, refusal("Seed", text, "a whole number from 0 to 2^63 - 1")
    return seed, ""


def read_set_text(case: str, text: str) -> tuple[int | None, str]:
    """Read the number of a set as typed: the number, and what is wrong with it ("" if nothing)."""
    text, count = text.strip(), sets_of(case)
    if not text or not count:
        return None, ""
    if text == "own":
        return OWN_VALUES, ""
    if text.isascii() and text.isdigit() and int(text) < count:
        return int(text), ""
    allowed = f"0 to {count - 1}, “own” for the case's own values, or nothing for the seed's own"
    return None, refusal("Set", text, allowed)


def place_of(query: Mapping[str, str]) -> tuple[Place, float | None, list[str]]:
    """Read a world from the address.

    Args:
        query: The part of the address behind the question mark.

    Returns:
        The world, the week if one is given, and a sentence for each thing that cannot be.
    """
    wrong: list[str] = []
    case = query.get("case", DEFAULT_CASE)
    if case not in shipped_cases():
        wrong.append(refusal("Case", case, ", ".join(shipped_cases())))
        case = DEFAULT_CASE
    seed, wrong_seed = read_seed_text(query.get("seed", str(DEFAULT_SEED)))
    number, wrong_set = read_set_text(case, query.get("set", ""))
    moved, problems = read_values(query)
    wrong += filter(None, (wrong_seed, wrong_set))
    wrong += [f"{levers()[name].label}: {problem}" for name, problem in problems.items()]
    if moved and case != DEFAULT_CASE:
        labels = ", ".join(levers()[name].label for name in moved)
        wrong.append(f"The levers {labels} belong to {DEFAULT_CASE} alone.")
        moved = {}
    week = as_number(query["week"]) if "week" in query else None
    if week is not None and not 0.0 <= week <= 1.0e4:
        wrong.append(refusal("Week", query["week"], "a number from 0 on"))
        week = None
    place = Place(case, DEFAULT_SEED if wrong_seed else seed, number, tuple(sorted(moved.items())))
    return place, week, wrong
