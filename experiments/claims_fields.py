"""Fields that a claim may change or read, by dotted name."""

from model.case_events import FIXED, place_of
from model.case_kinds import KINDS, SINGLES
from model.scenario import Case
from model.settings import one_of


def check_field(case: Case, name: str) -> tuple[str, str] | None:
    """Say what is wrong with the dotted name of a field: what was found, what is allowed."""
    if name.startswith(("issue.", "listens.", "log.")) or name in FIXED:
        return "a number that all runs share", "a field of an actor or record"
    if place_of(name, case.names):
        return None
    return "no such field", one_of(fields_of(case), name)


def fields_of(case: Case) -> list[str]:
    """Return the dotted names of all fields of a case, given or worked out."""
    names = [f"{one}.{field}" for one, record in SINGLES.items() for field in record.fields]
    for kind, (collection, record) in KINDS.items():
        names += [
            f"{kind}.{one}.{field}" for one in case.names[collection] for field in record.fields
        ]
    return names
