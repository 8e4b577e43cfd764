"""Settings of a case: numbers with a unit, an admissible range and a source."""

import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ceasefire.agents.actor import Field

LONGEST_WHOLE, LONGEST_TEXT = 10**30, 200
"""A whole number, and the letters of a text, from which a message only says so."""

TRUTHS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class CaseError(ValueError):
    """A case that makes no sense, said in words that help to mend it.

    Attributes:
        where: The file, or the case, that is at fault.
        problems: One sentence for each problem: key, what was found, what is allowed.
    """

    def __init__(self, where: str, problems: Iterable[str]) -> None:
        self.where = where
        self.problems = tuple(problems)
        super().__init__(where, self.problems)

    def __str__(self) -> str:
        """Name the file once, and list every problem."""
        if len(self.problems) == 1:
            return f"{self.where}: {self.problems[0]}"
        return f"{self.where}: {len(self.problems)} problems" + "".join(
            f"\n  {problem}" for problem in self.problems
        )


def problem(key: str, found: str, allowed: str) -> str:
    """Word one problem.

    Args:
        key: Dotted name of the entry at fault.
        found: What stands there.
        allowed: What could stand there.
    """
    return f"{key}: found {found}; allowed: {allowed}"


def one_of(names: Iterable[str], wrong: str = "") -> str:
    """Word a choice among names, and guess which of them was meant by ``wrong``."""
    known = list(names)
    if not known:
        return "nothing"
    listed = ", ".join(known) if len(known) <= 12 else f"one of {len(known)} names"
    near = difflib.get_close_matches(wrong, known, 1, 0.5)
    return f"{listed}; did you mean {near[0]!r}?" if near else listed


@dataclass(frozen=True)
class Setting:
    """One number, flag, choice or reference that a case gives.

    Attributes:
        value: The value; the name of an actor for a reference ("" for none).
        unit: Its unit.
        low: Smallest admissible value in this case.
        high: Largest admissible value in this case.
        source: Where it comes from, or "assumed".
        note: Anything a reader should know.
    """

    value: float | int | bool | str
    unit: str
    low: float
    high: float
    source: str
    note: str = ""


def shown(value: object) -> str:
    """Word a value as a case file would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1.0e15:
        return str(int(value))
    if isinstance(value, int) and abs(value) >= LONGEST_WHOLE:
        return "a whole number too long to be shown"
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return f"{value[:LONGEST_TEXT]!r}…"
    return repr(value)


def is_number(value: object) -> bool:
    """Whether something is a number that a record can hold; a truth value is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def read_value(key: str, value: Any, field: Field, kind: type, low: float, high: float) -> Any:
    """Turn a value into its declared kind.

    Args:
        key: Dotted name, for the message.
        value: What the file or a caller gave.
        field: The declaration.
        kind: Declared kind of a number: ``float``, ``int`` or ``bool``.
        low: Smallest admissible value.
        high: Largest admissible value.

    Raises:
        ValueError: With one worded problem, if the value is not admissible.
    """
    if field.refers_to:
        if isinstance(value, str):
            return value
        raise ValueError(problem(key, shown(value), f"the name of a {field.refers_to}"))
    if field.choices:
        if value in field.choices:
            return value
        raise ValueError(problem(key, shown(value), one_of(field.choices, str(value))))
    if kind is bool:
        if isinstance(value, bool):
            return value
        raise ValueError(problem(key, shown(value), "true or false"))
    allowed = f"{'a whole number' if kind is int else 'a number'} from {shown(low)} to " + (
        f"{shown(high)} {field.unit}"
    )
    if not is_number(value):
        raise ValueError(problem(key, shown(value), allowed))
    if not low <= value <= high or (kind is int and value != int(value)):
        raise ValueError(problem(key, shown(value), allowed))
    return kind(value)


def read_range(key: str, given: Any, field: Field) -> tuple[float, float]:
    """Return the admissible range that a file gives.

    Raises:
        ValueError: With one worded problem, if it is no range inside the declared one.
    """
    widest = f"[low, high] within {shown(float(field.low))} to {shown(float(field.high))}"
    if not isinstance(given, list) or len(given) != 2 or not all(map(is_number, given)):
        found = "nothing" if given is None else shown(given)
        raise ValueError(problem(f"{key}.range", found, widest))
    low, high = given
    if not field.low <= low <= high <= field.high:
        raise ValueError(problem(f"{key}.range", shown(given), widest))
    return low, high


def read_setting(key: str, entry: Mapping[str, Any], field: Field, kind: type) -> Setting:
    """Read one entry of a file, defaults merged in.

    Args:
        key: Dotted name.
        entry: The entry's ``value``, ``unit``, ``range``, ``source`` and ``note``.
        field: The declaration.
        kind: Declared kind of a number.

    Raises:
        ValueError: With one worded problem.
    """
    plain = kind is bool or bool(field.choices)
    unit = entry.get("unit", field.unit if plain else None)
    if unit != field.unit:
        found = "nothing" if unit is None else shown(unit)
        raise ValueError(problem(f"{key}.unit", found, repr(field.unit)))
    low, high = field.low, field.high
    if plain and "range" in entry:
        found = shown(entry["range"])
        raise ValueError(problem(f"{key}.range", found, "none, as it is a word or a flag"))
    if not plain:
        low, high = read_range(key, entry.get("range"), field)
    if "value" not in entry:
        raise ValueError(problem(f"{key}.value", "nothing", f"a value in {field.unit}"))
    value = read_value(key, entry["value"], field, kind, low, high)
    source = entry.get("source", "")
    if not source:
        raise ValueError(problem(f"{key}.source", "nothing", 'where it comes from, or "assumed"'))
    return Setting(value, field.unit, low, high, source, entry.get("note", ""))


def parse_overrides(words: Iterable[str]) -> dict[str, float | int | bool | str]:
    """Read settings as typed on a command line: ``patron.usa.resolve=0.6``.

    Args:
        words: One ``name=value`` each.

    Returns:
        Values by dotted name: whole numbers, numbers, yes and no, or words.

    Raises:
        CaseError: If one of them is not of that form.
    """
    overrides: dict[str, float | int | bool | str] = {}
    for word in words:
        name, equals, text = (part.strip() for part in word.partition("="))
        if not equals or not name or not text:
            raise CaseError("override", [problem(repr(word), "no name and value", "name=value")])
        overrides[name] = _value_of(text)
    return overrides


def _value_of(text: str) -> float | int | bool | str:
    if text.lower() in TRUTHS:
        return TRUTHS[text.lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
