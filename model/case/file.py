"""What a case file may say: its tables, its keys, and the words for what is wrong with them."""

import datetime
import types
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError, create_model

from ceasefire.agents.deal import ISSUES
from ceasefire.agents.guarantor import GUARANTEES
from ceasefire.model.case.kinds import KINDS
from ceasefire.model.case.retired import brought_up_to_date
from ceasefire.model.case.settings import CaseError, one_of, problem, shown
from ceasefire.model.case.toml_text import parse_toml, read_toml

NAME = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Name = Annotated[str, Field(pattern=NAME)]


class Table(BaseModel):
    """A table of a case file; a key it does not know is an error."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)


class Entry(Table):
    """A number, flag or choice; unit and range may come from the defaults."""

    value: bool | int | float | str | None = None
    unit: str | None = None
    range: list[float] | None = None
    source: str | None = None
    note: str | None = None


class LevelTable(Table):
    """One level of an issue; its amounts stand beside these keys."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow", strict=True)

    name: Name
    label: str = ""
    guarantors: Literal[GUARANTEES] = ""  # type: ignore[valid-type]


class IssueTable(Table):
    """One issue of the talks; every amount has its unit, range and source in ``amounts``."""

    name: Name
    kind: Literal[ISSUES]  # type: ignore[valid-type]
    giver: str = ""
    receiver: str = ""
    paid_for: str = ""
    source: str
    levels: list[LevelTable]
    amounts: dict[str, Entry]


class ExcludeTable(Table):
    """A combination of levels that makes no sense."""

    when: dict[str, list[str]]
    why: str


class EventTable(Table):
    """Something that happens to the world in a given week."""

    week: float
    set: dict[str, bool | int | float] = {}
    add: dict[str, int | float] = {}
    note: str
    source: str


class ListensTable(Table):
    """A bloc listens to another."""

    listener: str = Field(alias="from")
    to: str
    weight: Entry


class VariantTable(Table):
    """A named set of changes."""

    description: str
    set: dict[str, bool | int | float | str]


class SwitchesTable(Table):
    """Mechanisms that are off; all others are on."""

    off: list[str] = []
    source: str = "assumed"


def _text_or_entry(value: Any) -> str:
    return "text" if isinstance(value, str) else "entry"


Given = Annotated[
    Annotated[str, Tag("text")] | Annotated[Entry, Tag("entry")], Discriminator(_text_or_entry)
]
Actors = dict[Name, dict[str, Given]]


class CaseTable(Table):
    """A whole case file, but for most of its tables of actors (``WHOLE``)."""

    schema_: Literal[1] = Field(alias="schema")
    name: Name
    title: str
    description: str
    start: datetime.date | None = None
    defaults: dict[str, dict[str, Given]] = {}
    belligerent: Actors
    war: dict[str, Given]
    talks: dict[str, Given]
    switches: SwitchesTable = SwitchesTable()
    log: dict[str, Given]
    listens: list[ListensTable] = []
    issue: list[IssueTable]
    exclude: list[ExcludeTable] = []
    event: list[EventTable] = []
    variants: dict[Name, VariantTable] = {}


OF_ACTORS: dict[str, Any] = {
    kind: (Actors, {}) for kind in KINDS if kind not in CaseTable.model_fields
}
WHOLE = create_model("CaseTable", __base__=CaseTable, **OF_ACTORS)
"""A whole case file, with a table for every kind of actor or record that it may name."""


def read_table(path: Path, where: str) -> tuple[CaseTable, list[str]]:
    """Read a case file.

    Args:
        path: The file.
        where: What messages call it.

    Returns:
        Its tables, and the keys in it that no rule reads any more.

    Raises:
        CaseError: If it is missing, is not TOML, or has tables or keys that it may not have.
    """
    return checked_table(read_toml(path, where), where)


def read_text(text: str, where: str) -> tuple[CaseTable, list[str]]:
    """Read the text of a case file; ``where`` names it in messages."""
    return checked_table(parse_toml(text, where), where)


def checked_table(tables: dict[str, Any], where: str) -> tuple[CaseTable, list[str]]:
    """Hold the tables of a case file against what they may say.

    Returns:
        The tables, and the keys in them that no rule reads any more.
    """
    try:
        table, dropped = brought_up_to_date(tables)
        return WHOLE.model_validate(table), dropped
    except ValidationError as error:
        words = {_worded(dict(one)): None for one in error.errors()}
        raise CaseError(where, words) from None


def _worded(error: dict[str, Any]) -> str:
    """Word one error of the schema as key, what was found, what is allowed."""
    path = [part for part in error["loc"] if part not in ("text", "entry", "[key]")]
    while path and path[-1] in ("bool", "int", "float", "str"):
        path.pop()
    key = ".".join(str(part) for part in path)
    if error["type"] == "missing":
        return problem(key, "nothing", "a value: it must be given")
    if error["type"] == "extra_forbidden":
        return problem(key, "an unknown key", one_of(_keys_at(path[:-1]), str(path[-1])))
    if error["type"] == "string_pattern_mismatch":
        return problem(key, shown(error["input"]), "small letters, digits and single hyphens")
    if error["type"] == "literal_error":
        return problem(key, shown(error["input"]), error["ctx"]["expected"])
    found = error["input"]
    if isinstance(found, dict | list):
        found = "a table" if isinstance(found, dict) else "a list"
    else:
        found = shown(found)
    return problem(key, found, ALLOWED.get(error["type"], error["msg"]))


ALLOWED = {
    "string_type": "a text",
    "bool_type": "true or false, or a number",
    "int_type": "a number",
    "float_type": "a number",
    "date_type": "a date such as 2023-10-07",
    "date_from_datetime_inexact": "a date such as 2023-10-07",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": 'a table such as { value = 1, source = "assumed" }',
}


def _keys_at(path: list[Any]) -> list[str]:
    """Return the keys that the table at a place of the file may have."""
    at: Any = WHOLE
    for part in path:
        if isinstance(at, type) and issubclass(at, BaseModel):
            fields = {field.alias or name: field for name, field in at.model_fields.items()}
            at = fields[part].annotation
        else:
            at = get_args(at)[-1]
        at = _inner(at)
    if isinstance(at, type) and issubclass(at, BaseModel):
        return [field.alias or name for name, field in at.model_fields.items()]
    return []


def _inner(at: Any) -> Any:
    """Strip annotations, and of a union take the table."""
    while get_origin(at) is Annotated:
        at = get_args(at)[0]
    if get_origin(at) in (Union, types.UnionType):
        parts = [_inner(part) for part in get_args(at)]
        tables = [part for part in parts if isinstance(part, type) and issubclass(part, Table)]
        return tables[0] if tables else parts[0]
    return at
