"""Which tables a case file has, and which declared fields stand behind their keys."""

from ceasefire.agents.actor import Field, Record, given
from ceasefire.agents.armed_group import SolidarityFront
from ceasefire.agents.belligerent import Belligerent, CaptiveGroup
from ceasefire.agents.coalition_party import CoalitionParty
from ceasefire.agents.council import Draft
from ceasefire.agents.guarantor import Guarantor
from ceasefire.agents.mediator import Channel, Mediator
from ceasefire.agents.patron import Patron, Patronage
from ceasefire.agents.public_opinion import PublicOpinion
from ceasefire.agents.rounds import Talks
from ceasefire.agents.switches import Switches
from ceasefire.model.world.war import War

KINDS: dict[str, tuple[str, type[Record]]] = {
    "belligerent": ("belligerents", Belligerent),
    "captives": ("captives", CaptiveGroup),
    "party": ("parties", CoalitionParty),
    "patron": ("patrons", Patron),
    "patronage": ("patronages", Patronage),
    "mediator": ("mediators", Mediator),
    "channel": ("channels", Channel),
    "bloc": ("blocs", PublicOpinion),
    "front": ("fronts", SolidarityFront),
    "guarantor": ("guarantors", Guarantor),
    "draft": ("drafts", Draft),
}
"""Attribute of the world, and record, for each table of named actors."""

SINGLES: dict[str, type[Record]] = {"war": War, "talks": Talks, "switches": Switches}
"""Records of which a world has one."""

LOG: dict[str, Field] = {
    "rounds": given("places", 1, 10000, "Rounds that the log has room for."),
    "truces": given("places", 1, 10000, "Truces that the log has room for."),
}

WEIGHT = given("share", 0, 1, "How much a bloc listens to another.")

TYPES = ("government", "armed_group")

COUNTS = ("released", "rescued", "died")
"""What is worked out of captives, and may yet be moved by an event that moves captives."""


def given_field(key: str, unit: str = "") -> tuple[Field, type]:
    """Return the declaration and the declared kind behind a dotted name known to exist.

    Args:
        key: The dotted name.
        unit: Its unit, for the amounts of an issue (declared by its kind, not by its name).
    """
    table, *names = key.split(".")
    if table in KINDS:
        record = KINDS[table][1]
        return record.fields[names[-1]], record.kinds[names[-1]]
    if table in SINGLES:
        record = SINGLES[table]
        return record.fields[names[-1]], record.kinds[names[-1]]
    if table == "log":
        return LOG[names[-1]], int
    if table == "listens":
        return WEIGHT, float
    return given(unit, 0, 10000, "Amount of a level of an issue."), float
