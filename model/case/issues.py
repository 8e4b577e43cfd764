"""Issues of the talks: what can be given, in which steps, and what texts make no sense."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ceasefire.agents.actor import Field, given
from ceasefire.agents.deal import AMOUNTS
from ceasefire.agents.guarantor import GUARANTEES
from ceasefire.model.case.settings import problem, shown

DECLARED: dict[str, dict[str, Field]] = {
    "duration": {
        "weeks": given("weeks", 0.05, 520, "Length of phase one."),
        "weeks_second": given("weeks", 0, 520, "Length of phase two."),
        "ends": given("yes/no", 0, 1, "Whether the text promises an end of the war."),
        "turning": given("probability", 0, 1, "How likely its wording makes an end."),
    },
    "release": {
        name: given("share", 0, 1, f"Share of {name} captives returned in phase one.")
        for name in AMOUNTS["release"]
    },
    "prisoners": {
        name: given("prisoners/captive", 0, 10000, f"Prisoners freed for each {name} captive.")
        for name in AMOUNTS["prisoners"]
    },
    "withdrawal": {
        "first": given("share", 0, 1, "Share of the ground left in phase one."),
        "second": given("share", 0, 1, "Share of the ground left by the end of phase two."),
    },
    "guarantee": {"strength": given("strength", 0, 10, "Strength with which signers stand by it.")},
    "dissolution": {"demand": given("share", 0, 1, "How far the giver must dissolve itself.")},
    "relief": {
        "aid": given("trucks/day", 0, 10000, "Aid during phase one."),
        "reconstruction": given("share", 0, 1, "Reconstruction after it."),
    },
}
for _amounts in DECLARED.values():
    _amounts["concession"] = given("concession", 0, 10, "Distance from the giver's aims.")
    _amounts["gain"] = given("concession", 0, 10, "How far it meets the receiver's aims.")


@dataclass(frozen=True)
class Level:
    """One level of an issue.

    Attributes:
        name: Its name in the case.
        label: A few plain words.
        guarantors: For a guarantee: the kind of guarantor it asks for.
    """

    name: str
    label: str
    guarantors: str = ""


@dataclass(frozen=True)
class Issue:
    """One issue of the talks.

    Attributes:
        name: Its name in the case.
        kind: Its kind (``ceasefire.agents.deal.ISSUES``).
        giver: Name of the side that gives, or "".
        receiver: Name of the side that receives, or "".
        paid_for: For prisoners: name of the release that they are freed for, or "".
        levels: Its levels, in order: neighbours are one step apart.
        source: Where the levels come from, or "assumed".
    """

    name: str
    kind: str
    giver: str
    receiver: str
    paid_for: str
    levels: tuple[Level, ...]
    source: str

    @property
    def level_names(self) -> tuple[str, ...]:
        """Names of the levels."""
        return tuple(level.name for level in self.levels)

    @property
    def level_labels(self) -> tuple[str, ...]:
        """Labels of the levels."""
        return tuple(level.label for level in self.levels)


@dataclass(frozen=True)
class Exclusion:
    """A combination of levels that makes no sense.

    Attributes:
        when: Issue and names of its levels; a text is dropped if all of them apply.
        why: The reason.
    """

    when: tuple[tuple[str, tuple[str, ...]], ...]
    why: str


def amount_names(kind: str) -> tuple[str, ...]:
    """Return the numbers that every level of an issue of one kind must give."""
    return (*AMOUNTS[kind], "concession", "gain")


def issue_problems(issues: Sequence[Issue], sides: Sequence[str]) -> list[str]:
    """Word what is wrong with the issues as a whole.

    Args:
        issues: The issues.
        sides: Names of the belligerents.
    """
    found = []
    for kind in ("duration", "guarantee"):
        count = sum(issue.kind == kind for issue in issues)
        if count != 1:
            found.append(problem("issue", f"{count} of kind {kind}", f"exactly one of kind {kind}"))
    seen: set[tuple[str, str, str]] = set()
    for issue in issues:
        key = f"issue.{issue.name}"
        place = (issue.kind, issue.giver, issue.receiver)
        if place in seen:
            found.append(problem(key, "a second issue of this kind between these", "one"))
        seen.add(place)
        if issue.giver and issue.giver == issue.receiver:
            found.append(problem(f"{key}.receiver", repr(issue.receiver), "another than the giver"))
        for role, name in (("giver", issue.giver), ("receiver", issue.receiver)):
            if issue.kind in ("duration", "guarantee"):
                continue
            if not name:
                found.append(problem(f"{key}.{role}", "nothing", " or ".join(sides)))
        if not issue.levels:
            found.append(problem(f"{key}.levels", "none", "at least one"))
        names = issue.level_names
        for name in sorted({name for name in names if names.count(name) > 1}):
            found.append(problem(f"{key}.levels", f"{name!r} twice", "every name once"))
        for level in issue.levels:
            if issue.kind == "guarantee" and not level.guarantors:
                allowed = ", ".join(GUARANTEES)
                found.append(problem(f"{key}.{level.name}.guarantors", "nothing", allowed))
    return found


def describe(
    issues: Sequence[Issue], levels: Sequence[int], labels: dict[str, str], amount: Any
) -> str:
    """Say in plain words what a text contains.

    Args:
        issues: The issues.
        levels: Level of each of them in the text.
        labels: Labels of the sides by name.
        amount: Numbers of each level, as in ``Grid``.

    Returns:
        The levels' labels in a row; the giver's name in front where both sides give the like.
    """
    kinds = [issue.kind for issue in issues]
    price = {
        issue.paid_for: issue.levels[level].label
        for issue, level in zip(issues, levels, strict=True)
        if issue.paid_for
    }
    words = []
    for i, (issue, level) in enumerate(zip(issues, levels, strict=True)):
        if issue.paid_for:
            continue
        said = issue.levels[level].label
        if issue.name in price and amount[i, level].any():
            said += f" {price[issue.name]}"
        if kinds.count(issue.kind) > 1:
            said = f"{labels[issue.giver]}: {said}"
        words.append(said)
    return ", ".join(words)


def level_key(issue: Issue, level: Level, amount: str) -> str:
    """Return the dotted name of one number of a level: ``issue.prisoners.ten.frail``."""
    return f"issue.{issue.name}.{level.name}.{amount}"


def promise_problems(issues: Sequence[Issue], values: Mapping[str, Any]) -> list[str]:
    """Word a guarantee that is called none and yet is strong, or a half promise of an end."""
    found = []
    for issue in issues:
        for j, level in enumerate(issue.levels):
            if issue.kind == "guarantee":
                key = level_key(issue, level, "strength")
                if (level.guarantors == "none") != (j == 0):
                    allowed = "none for the first level and only there"
                    place = f"issue.{issue.name}.{level.name}.guarantors"
                    found.append(problem(place, repr(level.guarantors), allowed))
                elif j == 0 and values[key] != 0:
                    found.append(problem(key, shown(values[key]), "0, as nobody signs"))
            elif issue.kind == "duration":
                key = level_key(issue, level, "ends")
                if values[key] not in (0, 1):
                    found.append(problem(key, shown(values[key]), "0 or 1"))
    return found
