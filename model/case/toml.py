"""Writing a case back as the TOML of a case file."""

from collections.abc import Iterable
from typing import Any

from ceasefire.model.case.declared import Declared
from ceasefire.model.case.issues import amount_names, level_key
from ceasefire.model.case.settings import Setting, shown


def quoted(text: str) -> str:
    """Write a text as a TOML string."""
    out = text.replace("\\", "\\\\").replace('"', '\\"')
    for sign, escape in (("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        out = out.replace(sign, escape)
    return f'"{out}"'


def plain(value: Any) -> str:
    """Write a text, a flag or a number as TOML."""
    return quoted(value) if isinstance(value, str) else shown(value)


def inline(pairs: Iterable[tuple[str, Any]]) -> str:
    """Write an inline table of plain values."""
    return "{ " + ", ".join(f"{key} = {plain(value)}" for key, value in pairs) + " }"


def entry(setting: Setting, with_value: bool = True) -> str:
    """Write one number, flag or choice with its unit, range and source."""
    if setting.unit == "name":
        return plain(setting.value)
    parts = [f"value = {plain(setting.value)}"] if with_value else []
    if not isinstance(setting.value, bool | str):
        parts.append(f"unit = {quoted(setting.unit)}")
        parts.append(f"range = [{shown(setting.low)}, {shown(setting.high)}]")
    parts.append(f"source = {quoted(setting.source)}")
    if setting.note:
        parts.append(f"note = {quoted(setting.note)}")
    return "{ " + ", ".join(parts) + " }"


def case_text(case: Declared) -> str:
    """Return a case as TOML that loads to an equal case."""
    lines = ["schema = 1", f"name = {quoted(case.name)}", f"title = {quoted(case.title)}"]
    lines.append(f"description = {quoted(case.description)}")
    if case.start:
        lines.append(f"start = {case.start.isoformat()}")
    groups: dict[str, list[str]] = {}
    for key, setting in case.settings.items():
        table, _, name = key.rpartition(".")
        groups.setdefault(table, []).append(f"{name} = {entry(setting)}")
    off = [name for name in case.switch_names if not case.settings[f"switches.{name}"].value]
    for table, body in groups.items():
        kind, _, name = table.partition(".")
        if kind in ("issue", "listens", "switches"):
            continue
        lines += ["", f"[{table}]"]
        if name:
            lines.append(f"label = {quoted(case.label(kind, name))}")
        if kind == "belligerent":
            lines.append(f"type = {quoted(case.types[case.names['belligerents'].index(name)])}")
        lines += body
    source = case.settings[f"switches.{case.switch_names[0]}"].source
    listed = ", ".join(quoted(name) for name in off)
    lines += ["", "[switches]", f"off = [{listed}]", f"source = {quoted(source)}"]
    for listener, heard in case.listens:
        lines += ["", "[[listens]]", f"from = {quoted(listener)}", f"to = {quoted(heard)}"]
        lines.append(f"weight = {entry(case.settings[f'listens.{listener}.{heard}'])}")
    lines += _issues(case)
    for exclusion in case.exclusions:
        when = ", ".join(
            f"{name} = [{', '.join(map(quoted, levels))}]" for name, levels in exclusion.when
        )
        lines += ["", "[[exclude]]", f"when = {{ {when} }}", f"why = {quoted(exclusion.why)}"]
    lines += _events(case)
    for name, variant in case.variants.items():
        changes = inline((quoted(key), value) for key, value in variant.set.items())
        lines += ["", f"[variants.{name}]", f"description = {quoted(variant.description)}"]
        lines.append(f"set = {changes}")
    return "\n".join(lines) + "\n"


def _issues(case: Declared) -> list[str]:
    lines = []
    for issue in case.issues:
        lines += ["", "[[issue]]", f"name = {quoted(issue.name)}", f"kind = {quoted(issue.kind)}"]
        for role in ("giver", "receiver", "paid_for"):
            if getattr(issue, role):
                lines.append(f"{role} = {quoted(getattr(issue, role))}")
        lines.append(f"source = {quoted(issue.source)}")
        lines.append("levels = [")
        for level in issue.levels:
            pairs: list[tuple[str, Any]] = [("name", level.name), ("label", level.label)]
            if level.guarantors:
                pairs.append(("guarantors", level.guarantors))
            for amount in amount_names(issue.kind):
                pairs.append((amount, case.settings[level_key(issue, level, amount)].value))
            lines.append(f"    {inline(pairs)},")
        lines += ["]", "[issue.amounts]"]
        for amount in amount_names(issue.kind):
            setting = case.settings[level_key(issue, issue.levels[0], amount)]
            lines.append(f"{amount} = {entry(setting, with_value=False)}")
    return lines


def _events(case: Declared) -> list[str]:
    lines: list[str] = []
    for event in case.events:
        change = inline([(quoted(event.key), event.value)])
        lines += ["", "[[event]]", f"week = {shown(event.week)}"]
        lines.append(f"{'add' if event.add else 'set'} = {change}")
        lines += [f"note = {quoted(event.note)}", f"source = {quoted(event.source)}"]
    return lines
