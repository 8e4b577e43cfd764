"""What a rule sees of the world it sits in, whichever engine runs it."""

from typing import Any, Protocol


class World(Protocol):
    """What a rule sees: a ``CeasefireModel``, or a view of one row of an ensemble.

    Its lists of actors and records, such as ``world.parties``, have the names that their classes
    declare (``ceasefire.agents.kinds``).

    Attributes:
        war: Clock, seed and what belongs to nobody (``ceasefire.agents.clock.War``).
        talks: The round under way and the deal in force (``ceasefire.agents.rounds.Talks``).
        switches: Which mechanisms are on (``ceasefire.agents.switches.Switches``).
        rounds: Log of rounds (fixed number of places).
        truces: Log of truces (fixed number of places).
        influence: Matrix of who listens to whom among blocs, rows summing to one.
        grid: The texts that can be tabled, read-only (``ceasefire.agents.deal.Grid``).
        tables: Scratch: worth of each cell of the grid to each side (sides, cells, 3).
        terms: Scratch: what a mediator reckons with (durations, guarantees, sides, 5).
        sums: Scratch: partial sums of a search (``ceasefire.agents.drafting.SUMS``, cells).
        odds: Scratch: distribution of seats, and the odds that each party stays (2, room).
    """

    war: Any
    talks: Any
    switches: Any
    rounds: Any
    truces: Any
    influence: Any
    grid: Any
    tables: Any
    terms: Any
    sums: Any
    odds: Any

    def __getattr__(self, name: str) -> Any:
        """Return a list of actors or records by its name."""


class MesaWorld(World, Protocol):
    """A world whose lists hold Mesa agents."""

    def activate(self, kind: type, method: str) -> None:
        """Let every agent of a kind act, in the order of the case."""
