"""Levers in one word or line: those of shipped designs by name, or a setting with its range.

``arms_withheld`` is the dimension of that name in a shipped design, ``tolerance=0:2`` the same
over another range; ``patronage.usa-israel.withheld=0:1@8`` is a setting between 0 and 1, held from
week 8 on; everything else is read as after ``--vary``.
"""

import re
import tomllib
from typing import Any

from experiments.design import designs_folder, shipped_designs
from experiments.refusals import RefusedError
from experiments.vary import dimensions_of
from model.scenario import ScenarioError
from model.settings import one_of

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
    except (ScenarioError, ValueError):
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
    for name in sorted(shipped_designs(), key=lambda one: (one != FIRST, one)):
        text = (designs_folder() / f"{name}.toml").read_text(encoding="utf-8")
        for table in tomllib.loads(text)["dimension"]:
            if "low" in table and table["name"] not in found:
                found[table["name"]] = {k: v for k, v in table.items() if k != "steps"}
    return found
