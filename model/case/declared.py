"""What a case declares: everything that its file says, before any array is made of it."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ceasefire.agents.kinds import SINGLES
from ceasefire.model.case.events import Event, Variant
from ceasefire.model.case.issues import Exclusion, Issue
from ceasefire.model.case.kinds import KINDS
from ceasefire.model.case.settings import Setting


@dataclass(frozen=True, eq=False)
class Declared:
    """What a case declares.

    Attributes:
        name: Its name.
        title: One line.
        description: A few sentences.
        start: Date of week 0, if it has one.
        path: File it was read from, if any.
        where: What messages call it: its file, as a rule.
        names: Names of the actors, by attribute of the world (``parties``).
        labels: The same for people to read.
        types: "government" or "armed_group", for each belligerent.
        issues: Issues of the talks.
        exclusions: Texts that make no sense.
        listens: Pairs of blocs, listener first.
        events: What happens from outside, in time order.
        variants: Named sets of changes.
        settings: Everything given, by dotted name.
        dropped: Keys of its file that no rule reads any more, such as ``front.rocket.against``.
    """

    name: str
    title: str
    description: str
    start: datetime.date | None
    path: Path | None
    where: str
    names: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, tuple[str, ...]]
    types: tuple[str, ...]
    issues: tuple[Issue, ...]
    exclusions: tuple[Exclusion, ...]
    listens: tuple[tuple[str, str], ...]
    events: tuple[Event, ...]
    variants: Mapping[str, Variant]
    settings: Mapping[str, Setting]
    dropped: tuple[str, ...]

    @property
    def switch_names(self) -> tuple[str, ...]:
        """Names of the mechanisms that can be turned off."""
        return tuple(SINGLES["switches"].fields)

    def label(self, kind: str, name: str) -> str:
        """Return the label of one actor: ``label("party", "shas")``."""
        collection = KINDS[kind][0]
        return self.labels[collection][self.names[collection].index(name)]
