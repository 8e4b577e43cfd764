"""Designs in words: what is typed after ``--vary`` becomes a dimension."""

import re
from collections.abc import Sequence
from typing import Any

from experiments.design import SET_DIMENSION
from model.settings import ScenarioError, parse_overrides, problem

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
        ScenarioError: If one of them is not of such a form.
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
        raise ScenarioError("--vary", [problem(repr(word), "no name and values", EXAMPLES)])
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
            raise ScenarioError("--vary", [problem(repr(word), repr(text), EXAMPLES)])
        return dict(zip(("low", "high", "steps"), ends, strict=False))
    return {"values": [_value(word, part) for part in text.split(",")]}


def _value(word: str, text: str) -> Any:
    if not text.strip():
        raise ScenarioError("--vary", [problem(repr(word), "an empty value", EXAMPLES)])
    return parse_overrides([f"x={text.strip()}"])["x"]


def _column(name: str) -> str:
    """Return a name of a column: letters, digits and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
