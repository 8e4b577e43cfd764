"""Dimensions in words, as typed after ``--vary`` or ``--lever``.

``patron.usa.resolve=0:1:11`` is a range with its steps, ``NAME=0.1,0.5`` some values; ``+=`` adds
and ``*=`` multiplies. ``@8-20``, behind the name or at the end, holds it from week 8 to week 20.
``move:EVENT@35=20,30`` moves an event, and ``parameter_set=0,1`` varies the set of parameters. A
lever is also one of a shipped design by name, over its own range (``arms_withheld``) or another
(``tolerance=0:2``).
"""

import re
from collections.abc import Sequence
from typing import Any

from ceasefire.experiments.design.design import SET_DIMENSION, shipped_designs
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.settings import CaseError, one_of, parse_overrides, problem
from ceasefire.model.case.toml_text import read_toml

WEEKS = r"(?:@(?P<{}>[\d.]+(?:-[\d.]+)?))?"
FORM = re.compile(
    rf"(?P<move>move:)?(?P<name>(?(move)[^=]+@[\d.]+|[^=+*@]+?)){WEEKS.format('early')}"
    rf"(?P<how>\+=|\*=|=)(?P<values>[^@]+){WEEKS.format('late')}"
)
HOW = {"=": "set", "+=": "add", "*=": "times"}

EXAMPLES = (
    "NAME=0:1:11 (low, high, steps), NAME=0.1,0.5 (values), NAME+=… (added), NAME*=… (times), "
    "NAME@8=… (held from week 8), NAME@8-20=… (and until 20), move:EVENT@35=20,30 (weeks), "
    "parameter_set=0,1"
)
ALLOWED = "NAME=LOW:HIGH, NAME+=LOW:HIGH (added), NAME*=LOW:HIGH (times), with @WEEK behind it"

FIRST = "levers"
"""The shipped design that is looked into first for a lever."""


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
    found = FORM.fullmatch(word)
    if not found:
        raise CaseError("--vary", [problem(repr(word), "no name and values", EXAMPLES)])
    name, values = found["name"].strip(), found["values"].strip()
    if name == SET_DIMENSION:
        chosen = {} if values == "all" else _values(word, values)
        return {"name": SET_DIMENSION, "change": "parameter set", **chosen}
    entry: dict[str, Any] = {"name": _column(name), "label": name, "names": [name]}
    if found["move"]:
        entry = {"name": _column(f"week_of_{name}"), "change": "move", "names": [name]}
    else:
        ends = zip(("from", "to"), (found["early"] or found["late"] or "").split("-"), strict=False)
        entry |= {"change": HOW[found["how"]], **{end: float(week) for end, week in ends if week}}
    return {**entry, **_values(word, values)}


def _values(word: str, text: str) -> dict[str, Any]:
    """Read values: a list with commas, or a range with colons."""
    parts = text.split(":" if ":" in text else ",")
    if not all(part.strip() for part in parts):
        raise CaseError("--vary", [problem(repr(word), "an empty value", EXAMPLES)])
    values = [parse_overrides([f"x={part}"])["x"] for part in parts]
    if ":" not in text:
        return {"values": values}
    numbers = [value for value in values if isinstance(value, int | float) and value is not True]
    whole = len(values) < 3 or isinstance(values[2], int)
    if len(values) not in (2, 3) or len(numbers) < len(values) or not whole:
        raise CaseError("--vary", [problem(repr(word), repr(text), EXAMPLES)])
    return dict(zip(("low", "high", "steps"), values, strict=False))


def _column(name: str) -> str:
    """Return a name of a column: letters, digits and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def lever_table(text: str, key: str = "lever") -> dict[str, Any]:
    """Return a lever as the entries of a ``[[dimension]]`` of a design file.

    Args:
        text: The lever; see above.
        key: What messages call it.

    Raises:
        RefusedError: If it cannot be read, or there is no such lever.
    """
    known, text = shipped_levers(), text.strip()
    if text in known:
        return known[text]
    if "=" not in text:
        raise RefusedError(f"{key}: found {text!r}; allowed: {one_of(known, text)}, or {ALLOWED}.")
    try:
        table = _dimension_of(text)
    except (CaseError, ValueError):
        raise RefusedError(f"{key}: found {text!r}; allowed: {ALLOWED}.") from None
    if "low" not in table:
        raise RefusedError(f"{key}: found {text!r}, no range; allowed: {ALLOWED}.")
    table.pop("steps", None)
    shipped = known.get(table.get("names", [""])[0])
    if shipped is None:
        return table
    if table["change"] != "set":
        allowed = f"{shipped['name']}={table['low']}:{table['high']}"
        raise RefusedError(f"{key}: found {text!r}; allowed: {allowed}.")
    return shipped | {part: table[part] for part in ("low", "high", "from", "to") if part in table}


def shipped_levers() -> dict[str, dict[str, Any]]:
    """Return the dimensions of the shipped designs that have a range, without the steps of a grid.

    Where two designs have one of the same name, that of ``levers`` counts, then the first.
    """
    found: dict[str, dict[str, Any]] = {}
    designs = shipped_designs()
    for name in sorted(designs, key=lambda design: (design != FIRST, design)):
        for table in read_toml(designs[name], name)["dimension"]:
            if "low" in table:
                found.setdefault(table["name"], {k: v for k, v in table.items() if k != "steps"})
    return found
