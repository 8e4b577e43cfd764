"""Designs in words: what is typed after ``--vary`` or ``--lever`` becomes a dimension.

A lever is that of a shipped design by name, or a setting with its range: ``arms_withheld`` is the
dimension of that name, ``tolerance=0:2`` the same over another range,
``patronage.usa-israel.withheld=0:1@8`` a setting between 0 and 1, held from week 8 on; everything
else is read as after ``--vary``.
"""

import re
import tomllib
from collections.abc import Sequence
from typing import Any

from ceasefire.experiments.design.design import SET_DIMENSION, shipped_designs
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.settings import CaseError, one_of, parse_overrides, problem

FORM = re.compile(
    r"^(?P<name>[^=+*@]+?)(?:@(?P<start>[\d.]+)(?:-(?P<end>[\d.]+))?)?(?P<how>\+=|\*=|=)(?P<values>.+)$"
)
MOVE = re.compile(r"^move:(?P<event>[^=]+@[\d.]+)=(?P<values>.+)$")

HOW = {"=": "set", "+=": "add", "*=": "times"}

EXAMPLES = (
    "NAME=0:1:11 (low, high, steps), NAME=0.1,0.5 (values), NAME+=… (added), NAME*=… (times), "
    "NAME@8=… (held from week 8), NAME@8-20=… (and until 20), move:EVENT@35=20,30 (weeks), "
    "parameter_set=0,1"
)


def dimensions_of(words: Sequence[str]) -> list[dict[str, Any]]:
    """Read what is to be varied, one dimension from each word.

    Args:
        words: Such as ``patron.usa.resolve=0:1:11``.

    Returns:
        Entries ``[[dimension]]`` of a design.

    Raises:
        CaseError: If one of them is not of such a form.
    """
    return [_dimension_of(word) for word in words]


def _dimension_of(word: str) -> dict[str, Any]:
    moved = MOVE.match(word)
    if moved:
        event = moved["event"]
        entry: dict[str, Any] = {"change": "move", "names": [event]}
        return {"name": _column(f"week_of_{event}"), **entry, **_values(word, moved["values"])}
    found = FORM.match(word)
    if not found:
        raise CaseError("--vary", [problem(repr(word), "no name and values", EXAMPLES)])
    name = found["name"].strip()
    if name == SET_DIMENSION:
        values = {} if found["values"].strip() == "all" else _values(word, found["values"])
        return {"name": SET_DIMENSION, "change": "parameter set", **values}
    entry = {"name": _column(name), "label": name, "names": [name], "change": HOW[found["how"]]}
    for key, part in (("from", found["start"]), ("to", found["end"])):
        if part is not None:
            entry[key] = float(part)
    return {**entry, **_values(word, found["values"])}


def _values(word: str, text: str) -> dict[str, Any]:
    """Read values: a list with commas, or a range with colons."""
    if ":" in text:
        ends = [_value(word, part) for part in text.split(":")]
        numbers = [one for one in ends if isinstance(one, int | float) and one is not True]
        whole = len(ends) < 3 or isinstance(ends[2], int)
        if len(ends) not in (2, 3) or len(numbers) < len(ends) or not whole:
            raise CaseError("--vary", [problem(repr(word), repr(text), EXAMPLES)])
        return dict(zip(("low", "high", "steps"), ends, strict=False))
    return {"values": [_value(word, part) for part in text.split(",")]}


def _value(word: str, text: str) -> Any:
    if not text.strip():
        raise CaseError("--vary", [problem(repr(word), "an empty value", EXAMPLES)])
    return parse_overrides([f"x={text.strip()}"])["x"]


def _column(name: str) -> str:
    """Return a name of a column: letters, digits and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


WEEK_LAST = re.compile(r"(?P<name>[^=+*@]+)(?P<how>\+=|\*=|=)(?P<range>[^@]+)@(?P<week>[\d.-]+)")
"""A week behind the range, where ``--vary`` has it behind the name."""

FIRST = "levers"
"""The shipped design that is looked into first."""

ALLOWED = "NAME=LOW:HIGH, NAME+=LOW:HIGH (added), NAME*=LOW:HIGH (times), with @WEEK behind it"


def lever_table(text: str, key: str = "lever") -> dict[str, Any]:
    """Return a lever as the entries of a ``[[dimension]]`` of a design file.

    Args:
        text: The lever; see above.
        key: What messages call it.

    Raises:
        RefusedError: If it cannot be read, or there is no such lever.
    """
    known = shipped_levers()
    text = text.strip()
    if text in known:
        return known[text]
    if "=" not in text:
        raise RefusedError(f"{key}: found {text!r}; allowed: {one_of(known, text)}, or {ALLOWED}.")
    late = WEEK_LAST.fullmatch(text)
    word = f"{late['name']}@{late['week']}{late['how']}{late['range']}" if late else text
    try:
        table = dimensions_of([word])[0]
    except (CaseError, ValueError):
        raise RefusedError(f"{key}: found {text!r}; allowed: {ALLOWED}.") from None
    if "low" not in table or "high" not in table:
        raise RefusedError(f"{key}: found {text!r}, no range; allowed: {ALLOWED}.")
    name = table["names"][0]
    if name in known:
        if table["change"] != "set":
            allowed = f"{name}={table['low']}:{table['high']}"
            raise RefusedError(f"{key}: found {text!r}; allowed: {allowed}.")
        own: dict[str, Any] = {
            part: table[part] for part in ("low", "high", "from", "to") if part in table
        }
        return {**known[name], **own}
    return {part: value for part, value in table.items() if part != "steps"}


def shipped_levers() -> dict[str, dict[str, Any]]:
    """Return the dimensions of the shipped designs that have a range, without the steps of a grid.

    Where two designs have one of the same name, that of ``levers`` counts, then the first.
    """
    found: dict[str, dict[str, Any]] = {}
    designs = shipped_designs()
    for name in sorted(designs, key=lambda one: (one != FIRST, one)):
        for table in tomllib.loads(designs[name].read_text(encoding="utf-8"))["dimension"]:
            if "low" in table and table["name"] not in found:
                found[table["name"]] = {k: v for k, v in table.items() if k != "steps"}
    return found
