"""What case files once said otherwise: tables with another name, and keys that no rule reads."""

from typing import Any

RENAMED = {"draft": "resolution"}
"""Tables by their old name, which is still read, and their name now."""

RETIRED = ("front.against", "mediator.patron", "patronage.host")
"""Keys that no rule reads any more, by table: they are read and dropped."""


def brought_up_to_date(table: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Bring the tables of a case file up to date.

    Args:
        table: The file as TOML reads it.

    Returns:
        The same with today's names and keys, and the dotted names of the keys that were dropped.
    """
    table = dict(table)
    for old, new in RENAMED.items():
        if isinstance(table.get("defaults"), dict) and old in table["defaults"]:
            table["defaults"] = _moved(table["defaults"], old, new)
        if old in table:
            table = _moved(table, old, new)
    dropped: list[str] = []
    for place in RETIRED:
        kind, _, key = place.partition(".")
        for at, holder in ((f"defaults.{kind}", table.get("defaults")), (kind, table)):
            actors = holder.get(kind) if isinstance(holder, dict) else None
            if not isinstance(actors, dict):
                continue
            named = {at: actors} if holder is not table else _within(at, actors)
            for name, entries in named.items():
                if isinstance(entries, dict) and key in entries:
                    del entries[key]
                    dropped.append(f"{name}.{key}")
    for holder in (*_listed(table.get("event")), *_listed(table.get("variants"))):
        for change in ("set", "add"):
            if isinstance(holder.get(change), dict):
                holder[change] = {_renamed(key): value for key, value in holder[change].items()}
    return table, dropped


def _moved(table: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """Rename a table, in its place; with one of the new name it is put together."""
    if isinstance(table[old], dict) and isinstance(table.get(new), dict):
        both = {**table[old], **table[new]}
        return {key: both if key == new else value for key, value in table.items() if key != old}
    return {new if key == old else key: value for key, value in table.items()}


def _within(kind: str, actors: dict[str, Any]) -> dict[str, Any]:
    return {f"{kind}.{name}": entries for name, entries in actors.items()}


def _listed(part: Any) -> list[dict[str, Any]]:
    """Return the tables of a list or of a table of tables; none if it is neither."""
    tables = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return [one for one in tables if isinstance(one, dict)]


def _renamed(key: str) -> str:
    kind, dot, rest = key.partition(".")
    return f"{RENAMED.get(kind, kind)}{dot}{rest}"
