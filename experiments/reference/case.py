"""Reference pages drawn from the declarations and the default case: variables and parameters."""

from ceasefire.agents.actor import Record
from ceasefire.agents.kinds import LOGS, SINGLES
from ceasefire.experiments.reference.code import paragraph
from ceasefire.experiments.style.markdown import table_text
from ceasefire.experiments.style.words import counted
from ceasefire.model.case.case import Case
from ceasefire.model.case.kinds import KINDS, given_field
from ceasefire.model.case.settings import Setting, shown

GROUPS = {
    "war": "The war",
    "talks": "The talks",
    "belligerent": "Side",
    "captives": "Captives",
    "party": "Party",
    "patron": "Patron",
    "patronage": "Support",
    "mediator": "Mediator",
    "channel": "Channel",
    "bloc": "Bloc of opinion",
    "listens": "Who listens to whom",
    "front": "Front",
    "guarantor": "Guarantor",
    "resolution": "Resolution of the Security Council",
    "issue": "Issue",
    "switches": "Mechanisms",
    "log": "Log",
}
GROUPS |= {kind: kind.capitalize() for kind in KINDS if kind not in GROUPS}
"""Titles of the tables of a case, in the order in which they are shown."""

ORIGINS = ("assumed", "fitted", "estimated", "structure", "sourced")
"""Where a number comes from, coarsely: its source is "assumed ...", "fitted ...", "estimate ..."
or "derived ...", "structure of the case", or names a record."""

SEARCHED, BY_HAND = "Set by a coarse search", "Set by hand"
UNCHECKED = "not checked against a page"


def origin(setting: Setting) -> str:
    """Return where a number comes from, coarsely (``ORIGINS``)."""
    first = setting.source.partition(" ")[0].strip(",:;")
    words = {
        "assumed": "assumed",
        "fitted": "fitted",
        "estimate": "estimated",
        "derived": "estimated",
        "structure": "structure",
    }
    return words.get(first, "sourced")


def numbers(case: Case) -> dict[str, Setting]:
    """Return the numbers and flags of a case: what is no name, switch or length of a log."""
    return {
        key: one
        for key, one in case.settings.items()
        if one.unit != "name" and not key.startswith(("switches.", "log."))
    }


def parameters_page(case: Case) -> str:
    """Return the page of parameters of a case, equal values merged."""
    found = numbers(case)
    lines = [
        f"# Parameters of the case `{case.name}`",
        "",
        paragraph(f"{case.title}. {case.description}"),
        "",
        *_counts(found),
        "",
        *_origins_by_kind(found),
        "",
        paragraph(
            "A name with a star stands for all actors of its kind, or for all that have no row of "
            "their own. The range is how far a study may move the value. `ceasefire check "
            f"{case.name}` lists every number by itself, and `--set NAME=VALUE` changes one."
        ),
    ]
    for kind, title in GROUPS.items():
        if kind in ("issue", "listens", "switches", "log"):
            continue
        chosen = {key: one for key, one in case.settings.items() if key.split(".")[0] == kind}
        if not chosen:
            continue
        lines += ["", f"## {title}", ""]
        lines += _actors(case, kind)
        lines += _table(chosen)
    for part in (_issues(case), _exclusions(case), _listening(case), _switches(case)):
        lines += ["", *part]
    for part in (_events(case), _variants(case)):
        lines += ["", *part]
    return "\n".join([*lines, ""])


def _counts(found: dict[str, Setting]) -> list[str]:
    kinds = [origin(one) for one in found.values()]
    of = {name: kinds.count(name) for name in ORIGINS}
    notes = [one.note for one in found.values()]
    searched = sum(note.startswith(SEARCHED) for note in notes)
    by_hand = sum(note.startswith(BY_HAND) for note in notes)
    unchecked = sum(UNCHECKED in one.source for one in found.values())
    rest = len(found) - of["assumed"]
    return [
        paragraph(
            f"The case gives {len(found)} numbers and flags. **{of['assumed']} of them are "
            f"assumed**: no measurement stands behind the value. Of these, {searched} were set by "
            f"a coarse search against the patterns and {by_hand} by hand after it, as their notes "
            f"say. Of the other {rest}, {of['sourced']} name a source, {of['fitted']} were fitted "
            f"to a series, {of['estimated']} are estimates or derived, and {of['structure']} are "
            f"the structure of the case itself. For {counted(unchecked, 'number')} the source "
            "could not be checked against a page, and the entry says so."
        )
    ]


def _origins_by_kind(found: dict[str, Setting]) -> list[str]:
    rows = []
    for kind, title in GROUPS.items():
        own = [origin(one) for key, one in found.items() if key.split(".")[0] == kind]
        if own:
            rows.append((title, str(len(own)), *(str(own.count(name)) for name in ORIGINS)))
    return table_text(("kind", "numbers", *ORIGINS), rows)


def _actors(case: Case, kind: str) -> list[str]:
    if kind not in KINDS:
        return []
    names = case.names[KINDS[kind][0]]
    references: list[str] = []
    for name in names:
        ties = [
            f"{key.rpartition('.')[2]} {one.value}"
            for key, one in case.settings.items()
            if key.startswith(f"{kind}.{name}.") and one.unit == "name" and one.value
        ]
        tied = f" ({', '.join(ties)})" if ties else ""
        references.append(f"- `{kind}.{name}`: {case.label(kind, name)}{tied}")
    return [*references, ""]


def _table(settings: dict[str, Setting]) -> list[str]:
    """Lay out settings of one kind; actors that share all of an entry share its row."""
    fields: dict[str, dict[str, Setting]] = {}
    for key, one in settings.items():
        if one.unit == "name":
            continue
        holder, _, field = key.rpartition(".")
        fields.setdefault(field, {})[holder] = one
    rows = []
    for field, held in fields.items():
        alike: dict[Setting, list[str]] = {}
        for holder, one in held.items():
            alike.setdefault(one, []).append(holder)
        meaning = given_field(f"{next(iter(held))}.{field}")[0].meaning
        shared = max(alike.values(), key=len)
        for one, holders in sorted(alike.items(), key=lambda pair: -len(pair[1])):
            rows.append((_name(holders, field, holders is shared), meaning, *_entry(one)))
            meaning = ""
    return table_text(("name", "meaning", "value", "unit", "range", "source", "note"), rows)


def _name(holders: list[str], field: str, shared: bool) -> str:
    kind = holders[0].partition(".")[0]
    if len(holders) == 1:
        return f"`{holders[0]}.{field}`"
    if shared:
        return f"`{kind}.*.{field}`"
    names = ", ".join(holder.partition(".")[2] for holder in holders)
    return f"`{kind}.{{{names}}}.{field}`"


def _entry(one: Setting) -> tuple[str, ...]:
    plain = one.unit in ("yes/no", "choice")
    span = "" if plain else f"{shown(float(one.low))} to {shown(float(one.high))}"
    value = one.value if isinstance(one.value, str) else shown(one.value)
    source = f"*{one.source}*" if one.source == "assumed" else one.source
    return value, one.unit, span, source, one.note


def _issues(case: Case) -> list[str]:
    lines = [
        "## What a text can say",
        "",
        paragraph(
            f"{counted(len(case.issues), 'issue')}, {counted(len(case.grid.texts), 'text')} after "
            "exclusions. `concession` is how far a level is from its giver's declared aims, `gain` "
            "how far it meets the receiver's."
        ),
    ]
    for issue in case.issues:
        who = f", from {issue.giver} to {issue.receiver}" if issue.giver else ""
        lines += ["", f"### Issue `{issue.name}`{who}", "", f"Source: {issue.source}.", ""]
        rows = []
        chosen = {
            key: one for key, one in case.settings.items() if key.startswith(f"issue.{issue.name}.")
        }
        amounts = dict.fromkeys(key.rpartition(".")[2] for key in chosen)
        for amount in amounts:
            key = f"issue.{issue.name}.{issue.level_names[0]}.{amount}"
            one = chosen[key]
            values = (
                shown(chosen[f"issue.{issue.name}.{level}.{amount}"].value)
                for level in issue.level_names
            )
            rows.append((f"`{amount}`", *values, *_entry(one)[1:4]))
        head = ("amount", *issue.level_labels, "unit", "range", "source")
        lines += table_text(head, rows)
    return lines


def _exclusions(case: Case) -> list[str]:
    rows = [
        ("; ".join(f"{name}: {' or '.join(levels)}" for name, levels in one.when), one.why)
        for one in case.exclusions
    ]
    return ["### Combinations left out", "", *table_text(("combination", "why"), rows)]


def _listening(case: Case) -> list[str]:
    rows = [
        (f"`listens.{listener}.{heard}`", *_entry(case.settings[f"listens.{listener}.{heard}"]))
        for listener, heard in case.listens
    ]
    head = ("name", "value", "unit", "range", "source", "note")
    return [f"## {GROUPS['listens']}", "", *table_text(head, rows)]


def _switches(case: Case) -> list[str]:
    rows = []
    for name, field in SINGLES["switches"].fields.items():
        on = "on" if case.settings[f"switches.{name}"].value else "off"
        rows.append((f"`switches.{name}`", field.meaning, on))
    return [f"## {GROUPS['switches']}", "", *table_text(("name", "meaning", "in this case"), rows)]


def _events(case: Case) -> list[str]:
    rows = []
    for event in case.events:
        change = f"{'add' if event.add else 'set'} `{event.key}` {shown(event.value)}"
        rows.append((shown(event.week), change, event.note, event.source))
    head = ("week", "change", "what happened", "source")
    return ["## What happens from outside", "", *table_text(head, rows)]


def _variants(case: Case) -> list[str]:
    rows = []
    for name, one in case.variants.items():
        changes = ", ".join(f"`{key}` = {shown(value)}" for key, value in one.set.items())
        rows.append((f"`{name}`", one.description, changes))
    return ["## Variants", "", *table_text(("variant", "meaning", "changes"), rows)]


def variables_page(case: Case) -> str:
    """Return the page of entities and of what the model works out for each of them."""
    lines = [
        "# Entities and state variables",
        "",
        paragraph(
            "What the model works out as it runs, by kind of actor or record, as declared in the "
            "code. What a case gives them to begin with is in [parameters](parameters.md); several "
            "of those move too (a stock of arms, trust, a stance). The number in brackets is how "
            f"many there are in `{case.name}`."
        ),
    ]
    for kind, (collection, record) in KINDS.items():
        lines += _variables(GROUPS[kind], record, len(case.names[collection]))
    for kind in ("war", "talks"):
        lines += _variables(GROUPS[kind], SINGLES[kind], 1)
    for record in LOGS.values():
        lines += _variables(f"Log of a {record.__name__.lower()}", record, 0)
    return "\n".join([*lines, ""])


def _variables(title: str, record: type[Record], count: int) -> list[str]:
    rows = [
        (f"`{name}`", field.meaning, field.unit, "number" if kind is not bool else "flag")
        for (name, field), kind in zip(record.fields.items(), record.kinds.values(), strict=True)
        if not field.given and name not in ("key", "seed")
    ]
    doc = (record.__doc__ or "").partition("\n\n")[0].strip()
    number = f" ({count})" if count else ""
    head = ["", f"## {title}{number}", "", f"{doc} Class `{record.__name__}`.", ""]
    given = sum(field.given for field in record.fields.values())
    if given:
        head += [f"Given by the case: {counted(given, 'field')}.", ""]
    return [*head, *(table_text(("variable", "meaning", "unit", "kind"), rows) if rows else [])]
