"""Which tables a case file has, and which declared fields stand behind their keys."""

from ceasefire.agents.actor import Field, Record, given
from ceasefire.agents.kinds import MANY, SINGLES

KINDS: dict[str, tuple[str, type[Record]]] = {
    record.kind: (record.collection, record) for record in MANY
}
"""Attribute of the world, and record, for each table of named actors."""

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
