"""The Mesa engine: a model whose lists hold Mesa agents, to be read, watched and extended."""

import os
import secrets
from collections.abc import Mapping
from operator import attrgetter
from typing import Any, ClassVar

import mesa
import numpy as np

from ceasefire.agents.actor import Actor, Record
from ceasefire.agents.armed_group import ArmedGroup
from ceasefire.agents.belligerent import Belligerent
from ceasefire.agents.chance import LARGEST_SEED
from ceasefire.agents.deal import ReadableGrid
from ceasefire.agents.government import Government
from ceasefire.agents.kinds import COLLECTIONS, LOGS, SINGLES
from ceasefire.model.case.case import Case, Event, load_case
from ceasefire.model.case.settings import one_of
from ceasefire.model.certificate.certificate import Certificate
from ceasefire.model.certificate.frozen import freeze_agents
from ceasefire.model.engines.certifier import Certifier
from ceasefire.model.records import due_at, scratch, shift, start
from ceasefire.model.world.network import influence_network
from ceasefire.model.world.outcome import END_STATES, is_over
from ceasefire.model.world.week import (
    after_talks_of_agents,
    before_talks_of_agents,
    talks_of_agents,
)

SIDES: dict[str, type[Government] | type[ArmedGroup]] = {
    "government": Government,
    "armed_group": ArmedGroup,
}


ORDER = attrgetter("index")
"""The order of the case among agents of one kind."""


class CeasefireModel(mesa.Model):
    """One world: governments, parties, patrons, mediators, armed groups and publics.

    It explains why rounds of talks fail under the assumptions of its case; it forecasts nothing.

    Args:
        case: A case, the name of a shipped one, or the path of a case file.
        rng: Seed of the run, 0 to 2**63 - 1 (text is read as a number); None draws one. With the
            same numbers, the run is the same world as the ensemble's row with this seed.
        weeks: Horizon, if not the case's own.
        settings: Changes to the case by dotted name, such as ``{"patron.usa.resolve": 0.6}``.
        certify: Whether to certify why rounds fail; the first time the search is compiled.

    Attributes:
        classes: Of a subclass: classes of agents that stand in for those of this package, such as
            ``{CoalitionParty: Hardliners}``.
        case: The case as run.
        names: Names of all actors, by list.
        events_this_week: Scheduled events that came in before the last step.
        certificates: Why each failed round so far failed, if asked to certify.

    Raises:
        CaseError: If the case, or a change to it, is not admissible.
        ValueError: If the seed is not, or a class cannot stand in for another.

    Its lists (``belligerents``, ``parties``, ...) and what belongs to nobody (``war``,
    ``talks``) are described in ``ceasefire.agents.world.World``.
    """

    classes: ClassVar[Mapping[type[Actor], type[Actor]]] = {}

    def __init__(
        self,
        case: Case | str | os.PathLike[str] = "gaza-2023",
        rng: int | str | None = None,
        weeks: float | None = None,
        settings: Mapping[str, Any] | None = None,
        certify: bool = False,
    ) -> None:
        seed = read_seed(rng)
        super().__init__(rng=seed)
        case = case if isinstance(case, Case) else load_case(case)
        changes = dict(settings or {})
        if weeks is not None:
            changes["war.horizon"] = weeks
        self.case = case.changed(changes) if changes else case
        self.names = self.case.names
        self.events_this_week: list[Event] = []
        self.certificates: list[Certificate] = []
        self._certifier = Certifier(self.case) if certify else None
        self._build(start(self.case))
        self.war.seed = seed
        for name, array in scratch(self.case).items():
            # The distribution of seats is walked number by number: plain numbers are faster.
            setattr(self, name, array.tolist() if name == "odds" else array)
        self.grid = ReadableGrid.of(self.case.grid)
        self.influence = self.case.influence
        self.datacollector = mesa.DataCollector(
            model_reporters={name: name for name in MODEL_REPORTERS},
            agenttype_reporters={
                kind: {name: name for name in names}
                for declared, names in AGENT_REPORTERS.items()
                for kind in self.agent_types
                if issubclass(kind, declared)
            },
        )
        self.datacollector.collect(self)

    def _build(self, records: Mapping[str, np.ndarray[Any, Any]]) -> None:
        """Create the actors and records, with their starting values."""
        refuse_other_classes(self.classes)
        for name, kind in SINGLES.items():
            held = kind()
            held.fill(records[name][0])
            setattr(self, name, held)
        for name, kind in COLLECTIONS.items():
            rows = zip(self.names[name], records[name], strict=True)
            make = self._actor if issubclass(kind, Actor) else self._record
            setattr(self, name, [make(kind, own, i, row) for i, (own, row) in enumerate(rows)])
        for name, kind in LOGS.items():
            setattr(
                self, name, [self._record(kind, "", i, row) for i, row in enumerate(records[name])]
            )

    def _actor(self, kind: type[Any], name: str, index: int, row: np.void) -> Actor:
        if kind is Belligerent:
            kind = SIDES[self.case.types[index]]
        actor: Actor = self.classes.get(kind, kind)(self, name, index, row)
        return actor

    def _record(self, kind: type[Any], name: str, index: int, row: np.void) -> Record:
        record: Any = kind()
        record.fill(row)
        if name:
            record.name = name
        return record

    def activate(self, kind: type[Actor], method: str) -> None:
        """Let every agent of a kind act, those of its subclasses too, in the order of the case."""
        acting = [agent for agent in list(self.agents) if isinstance(agent, kind)]
        for agent in sorted(acting, key=ORDER):
            getattr(agent, method)()

    def step(self) -> None:
        """Run one week (one step of the case's length).

        The step after the last week changes nothing but ``running``: Mesa 3.3's ``batch_run``
        reads what was collected one step before the last.
        """
        if is_over(self):
            self.running = False
            forget(self)
            return
        self._bring_in_events()
        before_talks_of_agents(self)
        talks_of_agents(self)
        if self._certifier and self.talks.closing and not self.talks.signed:
            self.certificates.extend(self._certifier.certify(freeze_agents(self)))
        after_talks_of_agents(self)
        self.datacollector.collect(self)

    def run(self) -> "CeasefireModel":
        """Run to the end and return the model."""
        while self.running:
            self.step()
        return self

    def _bring_in_events(self) -> None:
        self.events_this_week = [
            event
            for event in self.case.events
            if due_at(event.week, self.war.step) == self.war.tick
        ]
        taken: dict[int, Any] = {}
        for event in self.events_this_week:
            found = getattr(self, event.collection)
            target = found[event.index] if isinstance(found, list) else found
            value = event.value
            if event.add:
                before = getattr(target, event.field)
                value = before + shift(event, before, taken)
            setattr(target, event.field, value)

    def __repr__(self) -> str:
        """Say which world it is, and where it stands."""
        world = f"{self.case.name}, seed {self.war.seed}"
        return f"<{type(self).__name__} of {world}: week {self.week:g}, {self.end_state}>"

    @property
    def week(self) -> float:
        """Time since the start, in weeks."""
        return float(self.war.week)

    @property
    def end_state(self) -> str:
        """How the run ended, or "still going on"."""
        return END_STATES[self.war.outcome] if is_over(self) else "still going on"

    @property
    def deaths(self) -> float:
        """Deaths among both sides' people so far."""
        return float(sum(side.toll for side in self.belligerents))

    @property
    def captives_held(self) -> int:
        """Living captives still held."""
        return sum(group.living for group in self.captives)

    @property
    def captives_returned(self) -> int:
        """Captives returned alive under deals."""
        return sum(group.released for group in self.captives)

    @property
    def rounds_held(self) -> int:
        """Rounds of talks so far."""
        return int(self.talks.rounds)

    @property
    def truces_held(self) -> int:
        """Truces so far."""
        return int(self.talks.truces)

    @property
    def attacks(self) -> int:
        """Attacks from solidarity fronts this week."""
        return sum(front.attacks for front in self.fronts)

    @property
    def network(self) -> Any:
        """Who arms, shields, presses, trusts, mediates for whom now (a networkx graph)."""
        return influence_network(self)


MODEL_REPORTERS = (
    "week",
    "end_state",
    "deaths",
    "captives_held",
    "captives_returned",
    "rounds_held",
    "truces_held",
    "attacks",
)

AGENTS: tuple[type[Actor], ...] = tuple(
    kind
    for record in COLLECTIONS.values()
    if issubclass(record, Actor)
    for kind in (SIDES.values() if record is Belligerent else (record,))
)
"""The classes of agents, in the order in which they are made."""

AGENT_REPORTERS = {kind: kind.collected for kind in AGENTS if kind.collected}


def refuse_other_classes(classes: Mapping[type[Actor], type[Actor]]) -> None:
    """Refuse classes that cannot stand in for those in whose place they are.

    Raises:
        ValueError: If a class is none of this package's agents, or what stands in is no subclass.
    """
    for kind, stand_in in classes.items():
        if kind not in AGENTS:
            allowed = one_of([one.__name__ for one in AGENTS])
            raise ValueError(f"classes: found {kind.__name__}; allowed: {allowed}")
        if not issubclass(stand_in, kind):
            found = f"{stand_in.__name__} for {kind.__name__}"
            raise ValueError(f"classes: found {found}; allowed: a subclass of it")


def read_seed(rng: int | str | None) -> int:
    """Read a seed: a number, text with a number, or None for one drawn afresh.

    Raises:
        ValueError: If it is no whole number from 0 to 2**63 - 1.
    """
    if rng is None:
        return secrets.randbelow(LARGEST_SEED + 1)
    try:
        seed = int(rng)
    except (TypeError, ValueError):
        seed = -1
    if not 0 <= seed <= LARGEST_SEED:
        raise ValueError(f"seed: found {rng!r}, allowed is a whole number from 0 to 2**63 - 1")
    return seed


def forget(model: CeasefireModel) -> None:
    """Let a finished model be freed: Mesa 3.3.1 keeps every model that numbered its agents."""
    numbered = getattr(mesa.Agent, "_ids", None)
    if numbered is not None:
        numbered.pop(model, None)
