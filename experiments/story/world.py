"""Telling the world around the talks: cabinet, patrons, Council, fronts, captives."""

from collections.abc import Iterator
from typing import Any

from ceasefire.experiments.style.words import counted, percent, plain
from ceasefire.model.engines.ceasefire import CeasefireModel

Before = dict[str, list[dict[str, Any]]]
"""Fields of every actor before the week, by list."""

REMEMBERED = (
    "belligerents",
    "captives",
    "parties",
    "patrons",
    "patronages",
    "resolutions",
    "fronts",
)

STANCE_STEP = 0.1
"""A patron's stance is told again once it has moved this far."""

ESCALATION = 2.0
"""A front's rate is told again once it has risen or fallen by this factor."""

ACTIVE = 0.05
"""A front is active from this share of its reference rate on."""


def remember(model: CeasefireModel) -> Before:
    """Keep the fields of the actors, to tell afterwards what a week has changed."""
    return {
        name: [
            dict(zip(actor.fields, actor.numbers(), strict=True)) for actor in getattr(model, name)
        ]
        for name in REMEMBERED
    }


def cabinet(before: Before, model: CeasefireModel) -> Iterator[str]:
    """Tell of threats, exits, returns, seats and a government's fall."""
    labels = model.case.labels
    for was, party, label in zip(before["parties"], model.parties, labels["parties"], strict=True):
        odds = f"odds of leaving {100 * party.leave_odds:.0f} %"
        if party.left and not was["left"]:
            yield f"{label}: leaves the government ({odds})."
        elif party.member and was["left"]:
            yield f"{label}: returns to the government."
        elif party.member and not was["member"]:
            yield f"{label}: joins the government."
        elif was["member"] and not party.member:
            yield f"{label}: is no longer behind the government."
        elif party.threatening and not was["threatening"]:
            over = f"({odds})" if party.leave_odds >= party.threat_level else "over the text tabled"
            yield f"{label}: threatens to leave the government {over}."
        elif party.member and was["threatening"] and not party.threatening:
            yield f"{label}: no longer threatens to leave."
        if party.supporting > 0.0 and was["supporting"] <= 0.0:
            yield f"{label}: keeps its offer of a safety net."
        elif party.supporting <= 0.0 and was["supporting"] > 0.0:
            yield f"{label}: the safety net ends."
    for was, side, label in zip(
        before["belligerents"], model.belligerents, labels["belligerents"], strict=True
    ):
        if side.majority > 0 and side.seats != was["seats"]:
            net = any(p.supporting > 0.0 for p in model.parties if p.side == side.index)
            yield (
                f"The government of {label} has {side.seats} of {side.parliament} seats behind it"
                f"{', the safety net included' if net else ''}; {side.majority} are a majority."
            )
        if side.fallen and not was["fallen"]:
            yield f"The government of {label} falls: it has lost its majority."


def patrons(before: Before, model: CeasefireModel, told: dict[str, float]) -> Iterator[str]:
    """Tell how patrons' stances shift, and what they carry out."""
    labels = model.case.labels
    for was, patron, label in zip(before["patrons"], model.patrons, labels["patrons"], strict=True):
        last = told.setdefault(f"patron.{patron.name}", was["stance"])
        stance = f"its stance is {patron.stance:.2f} (0 pauses only, 1 a permanent end)"
        if patron.pressing and not was["pressing"]:
            yield f"{label}: begins to press for an end of the war; {stance}."
        elif was["pressing"] and not patron.pressing and model.war.fighting:
            yield f"{label}: no longer presses for an end of the war; {stance}."
        elif abs(patron.stance - last) >= STANCE_STEP:
            way = "toward a permanent end" if patron.stance > last else "toward pauses only"
            yield f"{label}: moves {way}; {stance}."
        else:
            continue
        told[f"patron.{patron.name}"] = patron.stance
    for was, tie in zip(before["patronages"], model.patronages, strict=True):
        patron = labels["patrons"][tie.patron]
        client = labels["belligerents"][tie.client]
        believed = f"{client} believes in its resolve with {tie.believed_resolve:.2f}"
        if tie.carried_out and not was["carried_out"]:
            yield f"{patron}: carries out its conditions on {client}; {believed}."
        elif was["carried_out"] and not tie.carried_out and model.patrons[tie.patron].pressing:
            yield f"{patron}: does not carry out its conditions on {client}; {believed}."
        if tie.withheld_now > was["withheld_now"]:
            yield f"{patron}: withholds {percent(tie.withheld_now)} of its arms from {client}."
        elif tie.withheld_now < was["withheld_now"]:
            rest = percent(tie.withheld_now) if tie.withheld_now > 0.0 else "none"
            yield f"{patron}: now withholds {rest} of its arms from {client}."


def council(before: Before, model: CeasefireModel) -> Iterator[str]:
    """Tell of votes at the Security Council."""
    votes = {-1: "veto", 0: "abstention", 1: "yes"}
    for was, resolution, label in zip(
        before["resolutions"], model.resolutions, model.case.labels["resolutions"], strict=True
    ):
        if resolution.vote == was["vote"]:
            continue
        how = ""
        if resolution.patron >= 0:
            how = f"{model.case.labels['patrons'][resolution.patron]}: {votes[resolution.vote]}; "
        if resolution.other_veto:
            how += "veto of another member; "
        fate = "adopted" if resolution.adopted else "not adopted"
        yield f"Vote at the Security Council, {label}. {how}{fate}."


def fronts(model: CeasefireModel, told: dict[str, float]) -> Iterator[str]:
    """Tell when fronts open, escalate, abate and fall silent."""
    labels = model.case.labels
    for front, label in zip(model.fronts, labels["fronts"], strict=True):
        key = f"front.{front.name}"
        last = told.get(key)
        rate = f"about {counted(round(front.rate), 'attack')} a week"
        against = labels["belligerents"][1 - front.ally]
        if front.rate < ACTIVE * front.reference:
            if last:
                yield f"{label}: holds fire."
                told[key] = 0.0
            continue
        if last is None:
            yield f"{label}: opens a front against {against}, {rate}."
        elif last == 0.0:
            yield f"{label}: attacks {against} again, {rate}."
        elif front.rate >= ESCALATION * last:
            yield f"{label}: escalates against {against}, {rate}."
        elif front.rate * ESCALATION <= last:
            yield f"{label}: attacks less, {rate}."
        else:
            continue
        told[key] = front.rate


def captives(before: Before, model: CeasefireModel) -> Iterator[str]:
    """Tell who returned and who was freed by force, by side of origin."""
    labels = model.case.labels["belligerents"]
    for s, label in enumerate(labels):
        pairs = [
            (was, group)
            for was, group in zip(before["captives"], model.captives, strict=True)
            if group.origin == s
        ]

        def change(field: str, pairs: list[Any] = pairs) -> int:
            return sum(int(getattr(group, field) - was[field]) for was, group in pairs)

        held = sum(group.living for _, group in pairs)
        left = f"{plain(held)} from {label} are still held alive"
        released, freed = change("released"), change("rescued")
        if released > 0:
            yield f"{counted(released, 'captive')} from {label} returned alive; {left}."
        if freed > 0:
            yield f"{counted(freed, 'captive')} from {label} freed by force; {left}."
