"""Cases: who fights, who bargains, with which numbers. The code knows none of them."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ceasefire.agents.deal import Grid
from ceasefire.model.case.arrays import influence_matrix, starting_records
from ceasefire.model.case.checks import content_problems, structure_problems
from ceasefire.model.case.declared import Declared
from ceasefire.model.case.events import Event, Variant, by_week, change, place_of, read_events
from ceasefire.model.case.file import read_table, read_text
from ceasefire.model.case.grid import build_grid
from ceasefire.model.case.issues import amount_names, describe, level_key
from ceasefire.model.case.reading import read_parts
from ceasefire.model.case.settings import (
    CaseError,
    Setting,
    one_of,
    parse_overrides,
    problem,
    shown,
)
from ceasefire.model.case.shipped import CASE_FILE, cases_folder, shipped_cases
from ceasefire.model.case.toml import case_text

if TYPE_CHECKING:
    import networkx

__all__ = [
    "Case",
    "CaseError",
    "Event",
    "Setting",
    "Variant",
    "case_of_text",
    "load_case",
    "parse_overrides",
]

Value = float | int | bool | str


@dataclass(frozen=True, eq=False, repr=False)
class Case(Declared):
    """A case, checked as a whole and turned into arrays as soon as it is made.

    Attributes:
        records: Starting values as arrays of records, by attribute of the world.
        grid: Every text that can be tabled.
        influence: Who listens to whom among blocs, rows summing to one.
        changes: What was changed since it was read, by dotted name; no part of what the case says.
    """

    changes: Mapping[str, Value] = field(default_factory=dict, repr=False)
    records: Mapping[str, Any] = field(init=False, repr=False)
    grid: Grid = field(init=False, repr=False)
    influence: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Check the case and make its arrays."""
        self._refuse(structure_problems(self))
        self._sort_channels()
        try:
            grid = build_grid(
                self.issues,
                tuple(
                    tuple(
                        tuple(
                            float(self.settings[level_key(issue, level, amount)].value)
                            for amount in amount_names(issue.kind)
                        )
                        for level in issue.levels
                    )
                    for issue in self.issues
                ),
                self.exclusions,
                self.names["belligerents"],
            )
        except ValueError as error:
            raise CaseError(self.where, [str(error)]) from None
        object.__setattr__(self, "grid", grid)
        self._refuse(content_problems(self, grid))
        object.__setattr__(self, "records", starting_records(self))
        object.__setattr__(self, "influence", influence_matrix(self))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what it is made of; the arrays are made again."""
        return Case, tuple(getattr(self, one.name) for one in fields(self) if one.init)

    def __eq__(self, other: object) -> bool:
        """Two cases are equal if they say the same, wherever they were read from."""
        return isinstance(other, Case) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        """Say which case it is; its settings are in ``settings``."""
        return f"<Case {self.name}: {self.title}; {len(self.settings)} settings>"

    def _repr_html_(self) -> str:
        """Say the same in a notebook, with who takes part."""
        rows = "".join(
            f"<tr><th>{escape(kind)}</th><td>{escape(', '.join(labels))}</td></tr>"
            for kind, labels in self.labels.items()
        )
        head = f"<strong>{escape(self.title)}</strong> ({escape(self.name)})"
        about = f"{len(self.settings)} settings, {len(self.events)} events; ceasefire.check has all"
        return f"<p>{head}: {escape(self.description)}</p><table>{rows}</table><p>{about}.</p>"

    @cached_property
    def digest(self) -> str:
        """Hexadecimal digest of everything the case says."""
        return hashlib.blake2b(self.to_toml().encode(), digest_size=16).hexdigest()

    @property
    def round_places(self) -> int:
        """Rounds that the log has room for."""
        return int(self.settings["log.rounds"].value)

    @property
    def truce_places(self) -> int:
        """Truces that the log has room for."""
        return int(self.settings["log.truces"].value)

    def locate(self, key: str) -> tuple[str, int, str]:
        """Find a given number of an actor or record: its collection, index and field.

        Raises:
            CaseError: If there is none of that name.
        """
        place = place_of(key, self.names) if key in self.settings else None
        if place is None:
            known = [name for name in self.settings if place_of(name, self.names)]
            allowed = one_of(known, key)
            raise CaseError(self.where, [problem(key, "no such number of a record", allowed)])
        return place

    def describe_text(self, text: int) -> str:
        """Say in plain words what a text contains."""
        sides = dict(zip(self.names["belligerents"], self.labels["belligerents"], strict=True))
        return describe(self.issues, self.grid.level[text].tolist(), sides, self.grid.amount)

    def listening(self) -> "networkx.DiGraph":
        """Return the graph of blocs, an edge from each listener to whom it hears."""
        import networkx

        graph = networkx.DiGraph()
        graph.add_nodes_from(self.names["blocs"])
        for listener, heard in self.listens:
            weight = self.settings[f"listens.{listener}.{heard}"].value
            graph.add_edge(listener, heard, weight=weight)
        return graph

    def changed(self, settings: Mapping[str, Value] | None = None, **more: Value) -> "Case":
        """Return the case with other values.

        Args:
            settings: Values by dotted name: ``{"patron.usa.resolve": 0.6}``.
            **more: The same, for what can be spelled as ``**{"talks.gap": 2}``.

        Raises:
            CaseError: If a name is unknown, a value is not admissible, or the case no
                longer makes sense as a whole.
        """
        changes = {**(settings or {}), **more}
        merged = dict(self.settings)
        found = []
        for key, value in changes.items():
            try:
                merged[key] = change(self.settings, key, value)
            except ValueError as error:
                found.append(str(error))
        self._refuse(found)
        if not changes:
            return self
        return replace(self, settings=merged, changes={**self.changes, **changes})

    def variant(self, name: str) -> "Case":
        """Return the case with the changes of one of its variants."""
        if name not in self.variants:
            allowed = one_of(self.variants, name)
            raise CaseError(self.where, [problem("variants", repr(name), allowed)])
        return self.changed(dict(self.variants[name].set))

    def without_events(self, from_week: float = 0) -> "Case":
        """Return the case without the events of a week and later."""
        return replace(self, events=tuple(one for one in self.events if one.week < from_week))

    def with_events(self, events: Iterable[Event | Mapping[str, Any]]) -> "Case":
        """Return the case with further events.

        Args:
            events: Events, or mappings with ``week``, ``set`` or ``add``, and perhaps ``note``
                and ``source``, as in a case file.
        """
        found: list[str] = []
        added: list[Event] = []
        for event in events:
            given: Mapping[str, Any] = (
                {"note": "Added to the case.", "source": "assumed", **event}
                if isinstance(event, Mapping)
                else {
                    "week": event.week,
                    "add" if event.add else "set": {event.key: event.value},
                    "note": event.note,
                    "source": event.source,
                }
            )
            where = f"added event (week {shown(given['week'])})"
            added += read_events(where, given, self.settings, self.names, found)
        self._refuse(found)
        return replace(self, events=by_week((*self.events, *added)))

    def to_toml(self) -> str:
        """Return the case as TOML that loads to an equal case."""
        return case_text(self)

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write the case to a file that loads to an equal case."""
        Path(path).write_text(self.to_toml(), encoding="utf-8")

    def _refuse(self, problems: list[str]) -> None:
        if problems:
            raise CaseError(self.where, problems)

    def _sort_channels(self) -> None:
        """Put channels mediator by mediator, in declared order, and events at their new places."""
        mediators, sides = self.names["mediators"], self.names["belligerents"]

        def place(pair: tuple[str, str]) -> tuple[int, int]:
            mediator = self.settings[f"channel.{pair[0]}.mediator"].value
            side = self.settings[f"channel.{pair[0]}.belligerent"].value
            return mediators.index(str(mediator)), sides.index(str(side))

        pairs = sorted(zip(self.names["channels"], self.labels["channels"], strict=True), key=place)
        for where, column in (("names", 0), ("labels", 1)):
            sorted_ones = tuple(pair[column] for pair in pairs)
            value = {**getattr(self, where), "channels": sorted_ones}
            object.__setattr__(self, where, value)
        places = [place_of(event.key, self.names) for event in self.events]
        events = tuple(
            replace(event, index=place[1]) if place else event
            for event, place in zip(self.events, places, strict=True)
        )
        object.__setattr__(self, "events", events)


def load_case(name_or_path: str | os.PathLike[str]) -> Case:
    """Load a case.

    Args:
        name_or_path: Name of a case that comes with the package, or a path ending in .toml.

    Raises:
        CaseError: If there is no such case, or it makes no sense.
    """
    text = os.fspath(name_or_path)
    if text.endswith(".toml"):
        path = Path(text)
    elif text in shipped_cases():
        path = cases_folder() / text / CASE_FILE
    else:
        allowed = f"{one_of(shipped_cases(), text)}, or a path ending in .toml"
        raise CaseError("case", [problem("name", repr(text), allowed)])
    where = f"{path.parent.name}/{path.name}" if path.name == CASE_FILE else path.name
    return Case(path=path, where=where, **read_parts(*read_table(path, where), where))


def case_of_text(text: str, where: str = "text") -> Case:
    """Make a case from the text of a case file; ``where`` names it in messages."""
    return Case(path=None, where=where, **read_parts(*read_text(text, where), where))
