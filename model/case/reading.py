"""From the tables of a case file to the settings, issues and events of a case."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from ceasefire.agents.actor import Field, Record
from ceasefire.agents.guarantor import GUARANTEES
from ceasefire.agents.kinds import SINGLES
from ceasefire.model.case.events import Variant, by_week, read_events
from ceasefire.model.case.file import CaseTable, Entry, IssueTable
from ceasefire.model.case.issues import DECLARED, Exclusion, Issue, Level, amount_names, level_key
from ceasefire.model.case.kinds import KINDS, LOG, TYPES, WEIGHT
from ceasefire.model.case.settings import (
    CaseError,
    Setting,
    one_of,
    problem,
    read_setting,
    shown,
)

TABLE = 'a table such as { value = 1, source = "assumed" }'

FIRST_START, LAST_START = datetime.date(1000, 1, 1), datetime.date(9000, 1, 1)
"""Dates between which a case may start: its last week must have a date too."""

EXTRA = {"belligerent": ("label", "type")}
"""Keys of a table that are no fields: all may have a label."""


def read_parts(table: CaseTable, dropped: Iterable[str], where: str) -> dict[str, Any]:
    """Turn a file's tables into what ``ceasefire.model.case.case.Case`` is made of.

    Args:
        table: The tables, as the schema allows them.
        dropped: Keys of the file that no rule reads any more.
        where: Name of the file, for messages.

    Returns:
        The arguments of ``Case``, but for the path.

    Raises:
        CaseError: With every problem found.
    """
    found: list[str] = []
    if table.start and not FIRST_START <= table.start <= LAST_START:
        found.append(problem("start", str(table.start), f"{FIRST_START} to {LAST_START}"))
    defaults = _defaults(table, found)
    settings: dict[str, Setting] = {}
    names: dict[str, tuple[str, ...]] = {}
    labels: dict[str, tuple[str, ...]] = {}
    for kind, (collection, record) in KINDS.items():
        actors = getattr(table, kind)
        names[collection] = tuple(actors)
        labels[collection] = tuple(
            _text(entries.get("label"), name.replace("-", " ")) for name, entries in actors.items()
        )
        for name, entries in actors.items():
            extra = EXTRA.get(kind, ("label",))
            given = {key: entry for key, entry in entries.items() if key not in extra}
            key = f"{kind}.{name}"
            _read_record(key, record, given, defaults.get(kind, {}), settings, found)
    for kind in ("war", "talks"):
        _read_record(kind, SINGLES[kind], getattr(table, kind), {}, settings, found)
    _read_switches(table, settings, found)
    _read_fields("log", LOG, dict.fromkeys(LOG, int), table.log, {}, settings, found)
    for edge in table.listens:
        key = f"listens.{edge.listener}.{edge.to}"
        if key in settings:
            found.append(problem(key, "the same edge twice", "every edge once"))
        entry = {**defaults.get("listens", {}).get("weight", {}), **_filled(edge.weight)}
        _keep(key, entry, WEIGHT, float, settings, found)
    _no_duplicates("issue", [issue.name for issue in table.issue], found)
    issues = tuple(_read_issue(issue, settings, found) for issue in table.issue)
    exclusions = tuple(
        Exclusion(tuple((key, tuple(levels)) for key, levels in one.when.items()), one.why)
        for one in table.exclude
    )
    if found:
        raise CaseError(where, found)
    events = []
    for place, event in enumerate(table.event):
        label = f"event {place + 1} (week {shown(event.week)})"
        events += read_events(label, event.model_dump(), settings, names, found)
    if found:
        raise CaseError(where, found)
    return {
        "name": table.name,
        "title": table.title,
        "description": table.description,
        "start": table.start,
        "names": names,
        "labels": labels,
        "types": tuple(_types(table, where)),
        "issues": issues,
        "exclusions": exclusions,
        "listens": tuple((edge.listener, edge.to) for edge in table.listens),
        "events": by_week(events),
        "variants": {
            name: Variant(one.description, dict(one.set)) for name, one in table.variants.items()
        },
        "settings": settings,
        "dropped": tuple(dropped),
    }


def _text(entry: object, otherwise: str) -> str:
    return entry if isinstance(entry, str) else otherwise


def _filled(entry: Entry) -> dict[str, Any]:
    return entry.model_dump(exclude_none=True)


def _types(table: CaseTable, where: str) -> list[str]:
    kinds = []
    for name, entries in table.belligerent.items():
        kind = entries.get("type")
        if kind not in TYPES:
            found = "nothing" if kind is None else shown(kind)
            raise CaseError(where, [problem(f"belligerent.{name}.type", found, one_of(TYPES))])
        kinds.append(str(kind))
    return kinds


def _defaults(table: CaseTable, found: list[str]) -> dict[str, dict[str, Any]]:
    """Read the defaults of each kind, as entries or as names."""
    defaults: dict[str, dict[str, Any]] = {}
    for kind, entries in table.defaults.items():
        if kind not in KINDS and kind != "listens":
            allowed = one_of((*KINDS, "listens"), kind)
            found.append(problem(f"defaults.{kind}", "an unknown table", allowed))
            continue
        fields = KINDS[kind][1].fields if kind in KINDS else {"weight": WEIGHT}
        allowed_keys = [key for key, field in fields.items() if field.given]
        for key in entries:
            if key not in allowed_keys:
                allowed = one_of(allowed_keys, key)
                found.append(problem(f"defaults.{kind}.{key}", "an unknown key", allowed))
        defaults[kind] = {}
        for key, entry in entries.items():
            if not isinstance(entry, str):
                defaults[kind][key] = _filled(entry)
            elif key in fields and fields[key].refers_to:
                defaults[kind][key] = entry
            elif key in allowed_keys:
                found.append(problem(f"defaults.{kind}.{key}", shown(entry), TABLE))
    return defaults


def _read_record(
    key: str,
    record: type[Record],
    given: Mapping[str, Any],
    defaults: Mapping[str, Any],
    settings: dict[str, Setting],
    found: list[str],
) -> None:
    fields = {name: field for name, field in record.fields.items() if field.given}
    _read_fields(key, fields, record.kinds, given, defaults, settings, found)


def _read_fields(
    key: str,
    fields: Mapping[str, Field],
    kinds: Mapping[str, type],
    given: Mapping[str, Any],
    defaults: Mapping[str, Any],
    settings: dict[str, Setting],
    found: list[str],
) -> None:
    """Read every given field of one table, and say what it may not have."""
    for name in given:
        if name not in fields:
            found.append(problem(f"{key}.{name}", "an unknown key", one_of(fields, name)))
    for name, field in fields.items():
        entry = given.get(name, defaults.get(name))
        place = f"{key}.{name}"
        if field.refers_to:
            _read_reference(place, entry, field, settings, found)
        elif isinstance(entry, str):
            found.append(problem(place, shown(entry), TABLE))
        elif entry is None:
            allowed = f"a value in {field.unit}: {field.meaning.lower()}"
            found.append(problem(place, "nothing", allowed))
        else:
            own = _filled(entry) if isinstance(entry, Entry) else entry
            below = defaults.get(name, {})
            _keep(place, {**below, **own}, field, kinds[name], settings, found)


def _read_reference(
    key: str, entry: object, field: Field, settings: dict[str, Setting], found: list[str]
) -> None:
    allowed = f"the name of a {field.refers_to}" + (" or nothing" if field.optional else "")
    if entry is None and field.optional:
        entry = ""
    if not isinstance(entry, str) or (not entry and not field.optional):
        found.append(problem(key, "a table" if entry else "nothing", allowed))
        return
    settings[key] = Setting(entry, field.unit, field.low, field.high, "structure of the case")


def _keep(
    key: str,
    entry: Mapping[str, Any],
    field: Field,
    kind: type,
    settings: dict[str, Setting],
    found: list[str],
) -> None:
    try:
        settings[key] = read_setting(key, entry, field, kind)
    except ValueError as error:
        found.append(str(error))


def _read_switches(table: CaseTable, settings: dict[str, Setting], found: list[str]) -> None:
    fields = SINGLES["switches"].fields
    for name in table.switches.off:
        if name not in fields:
            found.append(problem("switches.off", repr(name), one_of(fields, name)))
    for name, field in fields.items():
        on = name not in table.switches.off
        settings[f"switches.{name}"] = Setting(on, field.unit, 0, 1, table.switches.source)


def _no_duplicates(key: str, names: list[str], found: list[str]) -> None:
    for name in sorted({name for name in names if names.count(name) > 1}):
        found.append(problem(key, f"{name!r} twice", "every name once"))


def _read_issue(table: IssueTable, settings: dict[str, Setting], found: list[str]) -> Issue:
    """Read one issue, and keep the numbers of its levels among the settings."""
    levels = tuple(
        Level(level.name, level.label or level.name.replace("-", " "), level.guarantors)
        for level in table.levels
    )
    issue = Issue(
        table.name,
        table.kind,
        table.giver,
        table.receiver,
        table.paid_for,
        levels,
        table.source,
    )
    amounts = amount_names(table.kind)
    for name in table.amounts:
        if name not in amounts:
            key = f"issue.{table.name}.amounts.{name}"
            found.append(problem(key, "an unknown key", one_of(amounts, name)))
    for level, given in zip(levels, table.levels, strict=True):
        numbers = given.model_extra or {}
        where = f"issue.{table.name}.{level.name}"
        for name in numbers:
            if name not in amounts:
                allowed = one_of((*amounts, "name", "label", "guarantors"), name)
                found.append(problem(f"{where}.{name}", "an unknown key", allowed))
        if level.guarantors and table.kind != "guarantee":
            allowed = f"nothing, as only a guarantee has any of {', '.join(GUARANTEES)}"
            found.append(problem(f"{where}.guarantors", repr(level.guarantors), allowed))
        for name in amounts:
            key = level_key(issue, level, name)
            if name not in numbers:
                found.append(problem(key, "nothing", "a number in every level"))
            elif name not in table.amounts:
                place = f"issue.{table.name}.amounts.{name}"
                found.append(problem(place, "nothing", "its unit, range and source"))
            else:
                entry = {**_filled(table.amounts[name]), "value": numbers[name]}
                _keep(key, entry, DECLARED[table.kind][name], float, settings, found)
    return issue
