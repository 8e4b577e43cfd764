"""Which levers a case offers on the page, by group: its file ``page.toml``, as declared."""

from functools import cache
from typing import Any

from pydantic import Field

from ceasefire.experiments.design.in_words import shipped_levers
from ceasefire.experiments.design.tables import Table, validated
from ceasefire.model.case.shipped import shipped_file
from ceasefire.model.case.toml_text import read_toml

CASE = "gaza-2023"
"""The case that the levers belong to."""

FILE = "page.toml"


class Group(Table):
    """Levers that somebody holds, in the order of the page."""

    name: str
    levers: tuple[str, ...]


class Told(Table):
    """What is to be said of a lever where the declarations of its numbers do not say it.

    Attributes:
        meaning: What it is.
        own: Where it stands as it is.
        source: Where that comes from.
        start: Where it stands before it is touched.
    """

    meaning: str = ""
    own: str = ""
    source: str = ""
    start: float | None = None


class Preset(Table):
    """A setting of levers that is, or comes near, an arm with which a claim is tested.

    Attributes:
        claim: Number of the claim, such as "C66".
        label: What the setting is, in a few words.
        arm: The arm that the levers can make.
        levers: Values of levers by name; those of the arm where there is one.
        because: Why there is none.
    """

    claim: str
    label: str
    arm: str = ""
    levers: dict[str, float] = Field(default_factory=dict)
    because: str = ""


class Page(Table):
    """The file; ``dimension`` has the levers that are in no design, in the form they have there."""

    group: tuple[Group, ...]
    dimension: tuple[dict[str, Any], ...] = ()
    told: dict[str, Told] = Field(default_factory=dict)
    preset: tuple[Preset, ...] = ()

    def tables(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the levers in order: their group, and the entries of a ``[[dimension]]``."""
        known = {**shipped_levers(), **{table["name"]: table for table in self.dimension}}
        return [(group.name, known[name]) for group in self.group for name in group.levers]


@cache
def page() -> Page:
    """Return what the file declares; read once."""
    path = shipped_file(CASE, FILE)
    assert path is not None
    return validated(Page, read_toml(path, FILE), FILE)
