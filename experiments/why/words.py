"""Certificates in words: even-handed, and conditional on the model and its case."""

from collections.abc import Sequence

from ceasefire.experiments.statistics.shares import Share
from ceasefire.experiments.style.words import counted, listed, percent, plain
from ceasefire.experiments.why.found import Why, key_of
from ceasefire.experiments.why.why import smallest_sets
from ceasefire.model.case.case import Case
from ceasefire.model.certificate.amounts import amount_of
from ceasefire.model.certificate.certificate import Certificate, MinimalSet
from ceasefire.model.certificate.constraints import (
    INFORMATION_MEMBER,
    KINDS,
    MEMBERS,
    constraint_of,
)

AMOUNTS = {
    "utility": "by {} in utility",
    "utility per tenfold": "by {} in utility per tenfold",
    "share": "by {} on a scale from 0 to 1",
    "probability": "by {} on a scale from 0 to 1",
    "-1 to 1": "by {} on a scale from −1 to 1",
    "strength": "by {} in strength",
    "1/resumption": "by {} per resumption",
}
"""How amounts are worded, by unit; others are counted: seats, weeks of full effort."""

CAVEAT = "in this model, under the assumptions of its case"


def labels_of(case: Case) -> dict[str, str]:
    """Return what constraints are called on screen, by ``why.key_of``."""
    return {key_of(member, case): label_of(member, case) for member in range(MEMBERS + 1)}


def label_of(member: int, case: Case) -> str:
    """Name a constraint and its side for people."""
    constraint, s = constraint_of(member)
    name = KINDS[constraint].name
    return name if s < 0 else f"{case.labels['belligerents'][s]}: {name}"


def amount_words(unit: str, amount: float) -> str:
    """Word an amount in its unit."""
    if unit in AMOUNTS:
        return AMOUNTS[unit].format(plain(amount))
    return f"by {plain(amount)} {unit}"


def change_words(member: int, amount: float, case: Case) -> str:
    """Word how a constraint is relaxed: ``Hamas trusted Israel more (by 0.2 ...)``."""
    constraint, s = constraint_of(member)
    kind = KINDS[constraint]
    labels = case.labels["belligerents"]
    words = kind.meaning.format(side=labels[s], other=labels[1 - s]) if s >= 0 else kind.meaning
    return f"{words} ({amount_words(kind.unit, amount)})"


def set_words(found: MinimalSet, one: Certificate, case: Case) -> str:
    """Word a set with its amounts."""
    return listed(
        [change_words(m, amount_of(m, found.share, one.ranges), case) for m in found.members]
    )


def refusal_words(one: Certificate, case: Case) -> str:
    """Word who refused the last text."""
    who = [label for label, no in zip(case.labels["belligerents"], one.refused, strict=True) if no]
    return f"{listed(who)} refused the last text" if who else "the last text was not signed"


def certificate_words(one: Certificate, case: Case) -> str:
    """Say in one sentence why a round failed and what would have opened it."""
    refused = refusal_words(one, case)
    if one.both:
        texts = counted(one.both, "text")
        return (
            f"Stuck because the mediators did not find what both would take: {refused}, and "
            f"{texts} acceptable to both lay on the grid; would open if one of them were tabled."
        )
    labels = case.labels["belligerents"]
    counts = [
        f"{plain(number)} to {label}" for number, label in zip(one.accepted, labels, strict=True)
    ]
    taken = f"{listed(counts)}, of {plain(len(case.grid.texts))}"
    stuck = f"Stuck because no text was acceptable to both ({taken}); {refused}"
    if not one.sets:
        return f"{stuck}; no three constraints together would open it."
    return f"{stuck}; would open if {set_words(one.sets[0], one, case)}."


def answer(why: Why, case: Case) -> str:
    """Answer which constraint binds, and what would have to change."""
    if not why.rounds:
        return f"No round of talks failed: nothing is stuck here, {CAVEAT}."
    key, share = next(iter(why.binding.items()), ("", None))
    if share is None:
        return (
            f"No three constraints together would have opened any of {_rounds(why)}, {CAVEAT}: "
            "more would have to change at once."
        )
    name = labels_of(case)[key]
    words = (
        f"What binds most often is “{name}”: it is among the fewest constraints that would have "
        f"had to give in {_share(share)} of {_rounds(why)}, {CAVEAT}."
    )
    if key == key_of(INFORMATION_MEMBER, case):
        return (
            f"{words} A text that both would have taken existed; the mediators would have had to "
            "know which."
        )
    size = max(why.smallest, key=lambda n: why.smallest[n].share)
    together = {
        1: "one constraint alone would have opened the round",
        2: "two had to give together",
        3: "three had to give together",
    }[size]
    words += f" In {percent(why.smallest[size].share)} of the rounds {together}"
    if not why.sets:
        return f"{words}."
    first = why.sets[0]
    changes = [
        change_words(member, amount, case)
        for member, amount in zip(first.members, first.amounts, strict=True)
    ]
    return (
        f"{words}. Most often, in {percent(first.rounds.share)}, a text acceptable to both would "
        f"have existed if {listed(changes)}; amounts are medians."
    )


def _rounds(why: Why) -> str:
    return counted(why.rounds, "failed round")


def _share(share: Share) -> str:
    return f"{percent(share.share)} ({percent(share.low)} – {percent(share.high)})"


def flip_words(one: Certificate, case: Case, most: int = 3) -> Sequence[str]:
    """Say, for each side that refused, what alone would have turned it, the nearest first."""
    lines = []
    for s, label in enumerate(case.labels["belligerents"]):
        if not one.refused[s]:
            continue
        near = [m for m in range(MEMBERS) if one.flips[s, m] == one.flips[s, m]]
        near.sort(key=lambda m: float(one.flips[s, m]))
        if not near:
            lines.append(f"No single constraint would have turned {label} to the last text.")
            continue
        ways = [
            change_words(m, amount_of(m, float(one.flips[s, m]), one.ranges), case)
            + f", {percent(float(one.flips[s, m]))} of its range"
            for m in near[:most]
        ]
        more = f"; {len(near) - most} more ways" if len(near) > most else ""
        lines.append(f"{label} would have accepted the last text if {'; or if '.join(ways)}{more}.")
    return lines


def others(one: Certificate) -> int:
    """Return how many smallest sets there are besides the first."""
    return max(0, len(list(smallest_sets(one))) - 1) if one.sets else 0
