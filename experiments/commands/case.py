"""What ``ceasefire check`` shows: a case as resolved, with units, ranges and sources."""

from collections.abc import Iterator
from itertools import chain
from textwrap import fill, wrap
from typing import Any

from rich.console import Console
from rich.text import Text

from ceasefire.experiments.reference.case import GROUPS
from ceasefire.experiments.style.words import PURPOSE, counted, dates_of, listed, week_name
from ceasefire.model.case.case import Case, Setting
from ceasefire.model.case.kinds import KINDS, given_field
from ceasefire.model.case.settings import shown

ROOM_FOR_MEANINGS = 110
"""Columns from which on every setting's meaning stands beside it."""


def case_facts(case: Case) -> dict[str, Any]:
    """Return a case as plain numbers and words, ready for JSON."""
    return {
        "purpose": PURPOSE,
        "case": case.name,
        "title": case.title,
        "description": case.description,
        "start": case.start.isoformat() if case.start else None,
        "digest": case.digest,
        "texts": len(case.grid.texts),
        "dropped": list(case.dropped),
        "names": {name: list(names) for name, names in case.names.items()},
        "labels": {name: list(labels) for name, labels in case.labels.items()},
        "issues": [
            {
                "name": issue.name,
                "kind": issue.kind,
                "giver": issue.giver,
                "receiver": issue.receiver,
                "levels": dict(zip(issue.level_names, issue.level_labels, strict=True)),
                "source": issue.source,
            }
            for issue in case.issues
        ],
        "settings": {
            key: {
                "value": one.value,
                "unit": one.unit,
                "range": [one.low, one.high],
                "source": one.source,
                "note": one.note,
                "meaning": given_field(key, one.unit)[0].meaning,
            }
            for key, one in case.settings.items()
        },
        "events": [
            {
                "week": event.week,
                "key": event.key,
                "value": event.value,
                "add": event.add,
                "note": event.note,
                "source": event.source,
            }
            for event in case.events
        ],
        "variants": {
            name: {"description": one.description, "set": dict(one.set)}
            for name, one in case.variants.items()
        },
    }


def show_case(case: Case, console: Console) -> None:
    """Show a case: settings by actor, events, variants, sources, and what it comes to."""
    sources: dict[str, int] = {}
    width = console.width
    for text in chain(
        _settings(case, sources, width),
        _issues(case, width),
        _events(case, width),
        _variants(case, width),
        _sources(sources, width),
        _overview(case),
    ):
        console.print(text, soft_wrap=False)


def _settings(case: Case, sources: dict[str, int], width: int) -> Iterator[Text]:
    levels = {
        f"{issue.name}.{level.name}": f"{issue.name}: {level.label}"
        for issue in case.issues
        for level in issue.levels
    }
    order = {kind: place for place, kind in enumerate(GROUPS)}
    groups: dict[str, list[tuple[str, Setting]]] = {}
    for key, setting in case.settings.items():
        group, _, name = key.rpartition(".")
        groups.setdefault(group, []).append((name, setting))
    for group in sorted(groups, key=lambda one: order.get(one.partition(".")[0], len(order))):
        kind, _, name = group.partition(".")
        label = case.label(kind, name) if kind in KINDS else levels.get(name, "")
        head = f"{GROUPS.get(kind, kind)} {label}".rstrip()
        yield Text.assemble("\n", (head, "bold"), (f"  {group}", "dim"))
        for name, setting in groups[group]:
            yield _row(name, setting, f"{group}.{name}", sources, width)


def _row(name: str, setting: Setting, key: str, sources: dict[str, int], width: int) -> Text:
    """Lay out one setting; on a wide screen its meaning stands beside it."""
    span = ""
    if setting.unit not in ("name", "yes/no", "choice"):
        span = f"{_number(setting.low)} to {_number(setting.high)}"
    if isinstance(setting.value, str):
        value = f"{setting.value or 'none':<26}"
    else:
        value = f"{shown(setting.value):>8} {setting.unit:<17}"
    source = {"structure of the case": "structure", "assumed": "assumed"}.get(setting.source)
    source = source or f"[{sources.setdefault(setting.source, len(sources) + 1)}]"
    row = Text(f"  {name:<22} {value} {span:<14} ")
    row.append(f"{source:<9}", style="cyan")
    if width >= ROOM_FOR_MEANINGS:
        begin = max(78, row.cell_len + 1)
        meaning = given_field(key, setting.unit)[0].meaning
        row.pad_right(begin - row.cell_len)
        row.append(f"\n{'':<{begin}}".join(wrap(meaning, width - begin)), style="dim")
    if setting.note:
        row.append("\n" + hanging(setting.note, width), style="dim")
    return row


def hanging(text: str, width: int, first: int = 6) -> str:
    """Wrap a text, indented, its further lines by six columns."""
    return fill(text, width, initial_indent=" " * first, subsequent_indent=" " * 6)


def _number(value: float) -> str:
    return shown(float(value))


def _issues(case: Case, width: int) -> Iterator[Text]:
    sides = dict(zip(case.names["belligerents"], case.labels["belligerents"], strict=True))
    yield Text.assemble("\n", ("What a text can say", "bold"))
    for issue in case.issues:
        who = f" ({sides[issue.giver]} gives)" if issue.giver else ""
        levels = f"{issue.name}{who}: {' · '.join(issue.level_labels)}"
        source = hanging(issue.source, width)
        yield Text.assemble(hanging(levels, width, 2), (f"\n{source}", "dim"))


def _events(case: Case, width: int) -> Iterator[Text]:
    if not case.events:
        return
    yield Text.assemble("\n", ("What happens from outside", "bold"))
    last = None
    for event in case.events:
        if (event.week, event.note) != last:
            date = dates_of(case.start, event.week, event.week)
            when = f"Week {week_name(event.week)}" + (f", {date}" if date else "")
            fact = hanging(f"{when}: {event.note}", width, 2)
            yield Text.assemble(fact, (f"\n{hanging(event.source, width)}", "dim"))
        last = event.week, event.note
        sign = "+" if event.add and event.value >= 0 else ""
        yield Text(f"      {event.key} = {sign}{shown(event.value)}", style="cyan")


def _variants(case: Case, width: int) -> Iterator[Text]:
    if case.variants:
        yield Text.assemble("\n", ("Variants", "bold"), ("  --variant NAME", "dim"))
    for name, variant in case.variants.items():
        changes = [f"      {key}={shown(value)}" for key, value in variant.set.items()]
        words = hanging(f"{name}: {variant.description}", width, 2)
        yield Text.assemble(words, ("\n" + "\n".join(changes), "cyan"))


def _sources(sources: dict[str, int], width: int) -> Iterator[Text]:
    if sources:
        yield Text.assemble("\n", ("Sources", "bold"))
    for source, number in sources.items():
        yield Text(hanging(f"[{number}] {source}", width, 2))


def _overview(case: Case) -> Iterator[Text]:
    """Sum a case up, last of all, so that it is what stays on the screen."""
    numbers = [
        one
        for key, one in case.settings.items()
        if one.unit != "name" and not key.startswith(("switches.", "log."))
    ]
    assumed = sum(one.source.startswith("assumed") for one in numbers)
    off = [name for name in case.switch_names if not case.settings[f"switches.{name}"].value]
    facts = len(dict.fromkeys((event.week, event.note) for event in case.events))
    yield Text.assemble("\n", (case.title, "bold"), (f"  {case.name}", "dim"))
    yield Text(case.description)
    yield Text(
        f"The case is valid. {counted(len(numbers), 'number')}, of which {assumed} are assumed; "
        f"{counted(len(case.grid.texts), 'text')} that can be tabled; "
        f"{counted(facts, 'scheduled event')}; {counted(len(case.variants), 'variant')}; "
        f"mechanisms off: {listed(off) or 'none'}."
    )
    if case.dropped:
        yield Text(f"No rule reads these keys any more, and they can go: {listed(case.dropped)}.")
    yield Text(PURPOSE, style="italic")
