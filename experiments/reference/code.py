"""Reference pages drawn from the source itself: the rules, and the order of a week.

The sources are read, not run: a rule is a function of ``agents/`` or ``model/`` whose docstring
begins with "Rule n".
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from textwrap import fill

from ceasefire.agents.kinds import COLLECTIONS
from ceasefire.agents.switches import Switches

TOP = Path(__file__).resolve().parents[2]
ROOMS = ("agents", "model")

TITLES = {
    1: "What war does: deaths, hunger, captives, capability",
    2: "Arms, and the army's voice",
    3: "What a text is worth against going on",
    4: "Belief that the rest of a deal happens",
    5: "Going on or resuming at a boundary",
    6: "The answer of a leader who may depend on seats",
    7: "Coalition parties: stay, threaten, leave, return",
    8: "Safety net and rival partner",
    9: "Prospects of war",
    10: "A precondition for ending the war",
    11: "What is said, and what it costs",
    12: "The mediator's draft",
    13: "A patron's stance and vote",
    14: "A patron's leverage",
    15: "Fronts in solidarity and regional war",
    16: "Publics",
    17: "Blame",
    18: "When rounds are held",
    19: "Trust, reputation and what wears off",
}
"""What each rule is about; the code knows the rules by number."""

LABEL = re.compile(r"^Rules? (\d+(?:(?:, | and | to )\d+)*)\. ")
STAGES = {
    "before_talks_of_records": "Up to the talks",
    "talks_of_records": "The talks",
    "after_talks_of_records": "After the answers",
}
EXPANDED = ("hold_talks", "hold_round", "table", "settle_talks", "carry_out", "boundary")
"""Rules whose own order is shown step by step."""

BOTH_SIDES = ("weigh", "speak", "goes_on")
"""Rules that are written out for one side and then for the other."""

ASIDE = ("agents/rules.py", "uniform", "estimated_gain")
"""What only works out a number for a step, by file or by name."""

EACH = {name: record.kind for name, record in COLLECTIONS.items()} | {
    "belligerents": "side",
    "captives": "group of captives",
}
"""What the members of a list of the world are called."""


@dataclass(frozen=True)
class Rule:
    """A function of the model and what its docstring says.

    Attributes:
        name: Name of the function.
        file: Its file, from the top of the repository.
        numbers: Rules it belongs to; none if its docstring names no rule.
        summary: First paragraph of its docstring, without the numbers.
        rest: What follows.
        node: The function itself.
    """

    name: str
    file: str
    numbers: tuple[int, ...]
    summary: str
    rest: str
    node: ast.FunctionDef


def numbers_in(words: str) -> tuple[int, ...]:
    """Return the numbers in words such as "3", "6 to 8" or "4, 5 and 9"."""
    if " to " in words:
        first, last = map(int, words.split(" to "))
        return tuple(range(first, last + 1))
    return tuple(int(one) for one in re.findall(r"\d+", words))


@lru_cache(maxsize=1)
def functions() -> tuple[Rule, ...]:
    """Return every function of the model that has a docstring, file by file."""
    found = []
    for room in ROOMS:
        for path in sorted((TOP / room).rglob("*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                doc = ast.get_docstring(node) if isinstance(node, ast.FunctionDef) else None
                if doc is None or not isinstance(node, ast.FunctionDef):
                    continue
                label = LABEL.match(doc)
                numbers = numbers_in(label[1]) if label else ()
                summary, _, rest = (doc[label.end() :] if label else doc).partition("\n\n")
                file = path.relative_to(TOP).as_posix()
                found.append(Rule(node.name, file, numbers, summary, rest, node))
    return tuple(found)


def markdown(doc: str) -> str:
    """Turn a docstring into Markdown: plain code marks, and arguments as a list."""
    lines = []
    section = ""
    for line in doc.replace("``", "`").splitlines():
        if line in ("Args:", "Returns:", "Attributes:"):
            section = line
            lines += [f"*{line[:-1]}*", ""]
        elif section and line.startswith("        "):
            lines[-1] += " " + line.strip()
        elif section == "Returns:" and line.startswith("    "):
            if lines[-1]:
                lines[-1] += " " + line.strip()
            else:
                lines.append(line.strip())
        elif section and line.startswith("    "):
            name, _, meaning = line.strip().partition(": ")
            lines.append(f"- `{name}`: {meaning}")
        else:
            section = section if not line else ""
            lines.append(line)
    return "\n".join(lines).strip()


def heading(number: int) -> str:
    """Return the heading of a rule, which is also where links to it lead."""
    return f"Rule {number}. {TITLES[number]}"


def anchor(head: str) -> str:
    """Return the anchor that Markdown readers make of a heading."""
    kept = re.sub(r"[^\w\- ]", "", head.lower())
    return kept.replace(" ", "-")


def switches_of(number: int) -> list[str]:
    """Return the switches that turn a rule, or a part of it, off."""
    found = []
    for name, field in Switches.fields.items():
        named = re.search(r"\(rules? ([\d, and]+)\)", field.meaning)
        if named and number in numbers_in(named[1]):
            found.append(f"`switches.{name}`: {field.meaning}")
    return found


def rules_page() -> str:
    """Return the page of rules: formula, units and source of each, from the docstrings."""
    rules = [one for one in functions() if one.numbers]
    lines = [
        "# The rules",
        "",
        paragraph(
            f"The model has {len(TITLES)} rules, made up of {len(rules)} small functions. What "
            "stands here is the text beside the code: formula, units, source. Whose claims the "
            "numbered claims are is told in [limits](limits.md); the works cited are in "
            "[references](references.md); why the rules have these forms is told in "
            "[the ODD+D description](odd.md)."
        ),
        "",
        introduction(),
        "",
        *(f"- [{heading(number)}](#{anchor(heading(number))})" for number in TITLES),
    ]
    for number in TITLES:
        lines += ["", f"## {heading(number)}", ""]
        off = switches_of(number)
        if off:
            lines += ["Mechanisms that can be turned off:", "", *(f"- {one}" for one in off), ""]
        for one in rules:
            if one.numbers[0] == number:
                lines += [f"### `{one.name}`", "", f"[{one.file}](../{one.file})", ""]
                lines += [markdown(one.summary), ""]
                if one.rest:
                    lines += [markdown(one.rest), ""]
        shared = [one for one in rules if number in one.numbers[1:]]
        if shared:
            listed = ", ".join(
                f"[`{one.name}`](#{anchor(one.name)}) (rule {one.numbers[0]})" for one in shared
            )
            lines += [f"Shared with another rule: {listed}.", ""]
    return "\n".join(lines)


def paragraph(words: str) -> str:
    """Break the lines of a paragraph."""
    return fill(words, 100, break_long_words=False, break_on_hyphens=False)


def introduction() -> str:
    """Return what the sources say of all rules together."""
    tree = ast.parse((TOP / "agents" / "__init__.py").read_text(encoding="utf-8"))
    return markdown((ast.get_docstring(tree) or "").partition("\n\n")[2])


def schedule_page() -> str:
    """Return the page of the week: what happens, in which order, to whom."""
    by_name = {one.name: one for one in functions()}
    lines = [
        "# The order of a week",
        "",
        paragraph(
            "The steps of one week, read off [model/world/week.py](../model/world/week.py). "
            "Scheduled events come in before the week begins. Each line is a function; an indented "
            "line is a step within the one above it, and happens only under the condition that "
            "the rule states. "
            "The formulas are in [rules](rules.md). Both engines follow this order; tests compare "
            "them field by field, week by week."
        ),
    ]
    count = 0
    shown: set[str] = set()
    for stage, title in STAGES.items():
        lines += ["", f"## {title}", ""]
        for step in steps(by_name[stage].node, by_name, ""):
            count += 1
            lines += step_lines(step, f"{count}.", by_name, shown)
    return "\n".join([*lines, ""])


def step_lines(step: "Step", mark: str, by_name: dict[str, Rule], shown: set[str]) -> list[str]:
    """Word a step, and below it its own steps if they have not been shown before."""
    one = step.rule
    whom = f" (each {step.subject})" if step.subject else ""
    label = "Rule" if len(one.numbers) == 1 else "Rules"
    rule = f" {label} {' and '.join(map(str, one.numbers))}." if one.numbers else ""
    first = markdown(one.summary).replace("\n", " ")
    again = " As above." if one.name in shown else ""
    lines = [f"{mark} **`{one.name}`**{whom}: {first}{rule}{again}"]
    if one.name in EXPANDED and not again:
        shown.add(one.name)
        for below in steps(one.node, by_name, ""):
            lines += ["    " + line for line in step_lines(below, "-", by_name, shown)]
    return lines


@dataclass(frozen=True)
class Step:
    """A function that another calls.

    Attributes:
        rule: The function.
        subject: For each of whom it is called; "" if once.
    """

    rule: Rule
    subject: str


def steps(function: ast.FunctionDef, by_name: dict[str, Rule], subject: str) -> list[Step]:
    """List the documented functions that a function calls, in order; repeats in a row once."""
    found: list[Step] = []
    for step in called(function, by_name, subject):
        if found and found[-1].rule is step.rule:
            # Twice in a row is for one side, then the other.
            twice = "side" if step.rule.name in BOTH_SIDES else step.subject
            found[-1] = Step(step.rule, twice)
        else:
            found.append(step)
    return found


def called(node: ast.AST, by_name: dict[str, Rule], subject: str) -> Iterator[Step]:
    """Walk through a function and yield the documented functions it calls."""
    for child in ast.iter_child_nodes(node):
        whom = (subject_of(child) or subject) if isinstance(child, ast.For) else subject
        # Arguments are worked out before the call they stand in.
        yield from called(child, by_name, whom)
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name):
            one = by_name.get(child.func.id)
            if one and one.file not in ASIDE and one.name not in ASIDE:
                yield Step(one, subject)


def subject_of(loop: ast.For) -> str:
    """Say over whom a loop goes."""
    source = ast.unparse(loop.iter)
    if source == "range(2)":
        return "side"
    for name, word in EACH.items():
        if f"world.{name})" in source:
            return word
    return ""
