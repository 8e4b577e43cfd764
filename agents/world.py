"""What a rule sees of the world it sits in, whichever engine runs it."""

from typing import Any, Protocol


class World(Protocol):
    """What a rule sees: a ``CeasefireModel``, or a view of one row of an ensemble.

    Attributes:
        war: Clock, seed and what belongs to nobody (``ceasefire.model.world.war.War``).
        talks: The round under way and the deal in force (``ceasefire.agents.rounds.Talks``).
        switches: Which mechanisms are on (``ceasefire.agents.switches.Switches``).
        belligerents: The two sides, in the order of the case.
        captives: Groups of captives (``ceasefire.agents.belligerent.CaptiveGroup``).
        parties: Parties of every parliament.
        patrons: Outside governments with leverage.
        patronages: Who backs or presses whom (``ceasefire.agents.patron.Patronage``).
        mediators: Those who call rounds and draft.
        channels: One for each mediator and side, mediator by mediator.
        blocs: Blocs of opinion of all publics.
        fronts: Armed groups that fight in solidarity.
        guarantors: Those who may sign.
        drafts: Drafts scheduled at the Security Council.
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
    belligerents: Any
    captives: Any
    parties: Any
    patrons: Any
    patronages: Any
    mediators: Any
    channels: Any
    blocs: Any
    fronts: Any
    guarantors: Any
    drafts: Any
    rounds: Any
    truces: Any
    influence: Any
    grid: Any
    tables: Any
    terms: Any
    sums: Any
    odds: Any
