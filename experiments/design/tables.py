"""TOML files that people write: read as declared, or refused in our own words."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from ceasefire.model.case.settings import CaseError, one_of, problem, shown

KINDS = ("bool", "int", "float", "str")
"""What stands in the place of an error for the kind that was tried: no key of the file."""

LONGEST = 80
"""Letters of a wrong value that a message shows."""


class Table(BaseModel):
    """A table of a file; a key it does not know is refused."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True, frozen=True)


Kind = TypeVar("Kind", bound=Table)


def unknown(key: str, name: str, known: Collection[str]) -> list[str]:
    """Word that a name is not known, if it is not."""
    return (
        [] if name in known else [problem(key, repr(name), one_of(list(filter(None, known)), name))]
    )


def validated(kind: type[Kind], table: Mapping[str, Any], where: str, at: str = "") -> Kind:
    """Return a table as declared.

    Args:
        kind: Its declaration.
        table: Its entries.
        where: What messages call the file.
        at: Dotted name of the table in the file; empty for the whole of it.

    Raises:
        CaseError: If something in it is not as declared.
    """
    try:
        return kind.model_validate(_with_tuples(table))
    except ValidationError as error:
        words = dict.fromkeys(_worded(dict(one), kind, at) for one in error.errors())
        raise CaseError(where, words) from None


def _worded(error: Mapping[str, Any], kind: type[Table], at: str) -> str:
    parts = [str(part) for part in error["loc"] if part not in KINDS]
    found = "a table" if isinstance(error["input"], dict) else shown(error["input"])
    found = found if len(found) <= LONGEST else f"{found[: LONGEST - 3]}..."
    allowed = error["msg"][:1].lower() + error["msg"][1:]
    if error["type"] == "extra_forbidden":
        found, allowed = "an unknown key", one_of(dict.fromkeys(_keys(kind)), parts[-1])
    elif error["type"] == "missing":
        found, allowed = "nothing", "a value: it must be given"
    elif error["type"] == "literal_error":
        allowed = str(error["ctx"]["expected"])
    return problem(".".join([*filter(None, [at]), *parts]), found, allowed)


def _keys(kind: type[Table]) -> Iterator[str]:
    """Return the keys of a table and of those inside it."""
    for name, field in kind.model_fields.items():
        yield field.alias or name
        inside = [field.annotation]
        while inside:
            part = inside.pop()
            inside += get_args(part)
            if isinstance(part, type) and issubclass(part, Table):
                yield from _keys(part)


def _with_tuples(value: Any) -> Any:
    """Return entries with tuples where TOML has lists: what was read does not change."""
    if isinstance(value, Mapping):
        return {name: _with_tuples(part) for name, part in value.items()}
    return tuple(map(_with_tuples, value)) if isinstance(value, list | tuple) else value
