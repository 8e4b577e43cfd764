"""A world at the end of a week, as plain data that cannot change: what pictures are drawn from."""

from dataclasses import dataclass
from typing import Any

from ceasefire.experiments.story.story import Line, Week
from ceasefire.experiments.story.talks import Tabled, tabled
from ceasefire.experiments.style.words import dates_of
from ceasefire.model.case.case import Case
from ceasefire.model.certificate.certificate import Certificate
from ceasefire.model.engines.ceasefire import CeasefireModel


@dataclass(frozen=True)
class Tie:
    """One tie of the influence network: see ``ceasefire.model.world.network``."""

    source: str
    target: str
    tie: str
    weight: float


@dataclass(frozen=True)
class Party:
    """One party as it stands.

    Attributes:
        label: Its name for people.
        side: Side in whose parliament it sits.
        seats: Its seats.
        member: Whether it is behind the government.
        threatening: Whether it threatens to leave.
        left: Whether it has left.
        offers_net: Whether it offers a safety net from outside.
        carries: Whether its safety net is in force.
        leave_odds: Its odds of leaving, as last weighed, 0 to 1.
    """

    label: str
    side: int
    seats: int
    member: bool
    threatening: bool
    left: bool
    offers_net: bool
    carries: bool
    leave_odds: float


@dataclass(frozen=True)
class Side:
    """One side as it stands.

    Attributes:
        label: Its name for people.
        seats: Seats behind its government; 0 without a parliament.
        majority: Seats that are a majority; 0 without a parliament.
        parliament: All seats.
        fallen: Whether its government fell.
        deaths: Deaths among its people so far.
        opinion: Its publics' wish for a deal, -1 to 1.
        support: Their support for its leaders, 0 to 1.
        arms: Its arms, in weeks of full effort.
        arms_need: Those its army holds necessary.
        withheld: Largest share of a patron's arms that is withheld from it now, 0 to 1.
        living: Captives from among its people who are held alive.
        bodies: Its dead who are held.
        back: Captives who came back alive, under deals, freed by force or otherwise.
        died: Captives who died in captivity.
    """

    label: str
    seats: int
    majority: int
    parliament: int
    fallen: bool
    deaths: float
    opinion: float
    support: float
    arms: float
    arms_need: float
    withheld: float
    living: int
    bodies: int
    back: int
    died: int


@dataclass(frozen=True)
class Front:
    """One front: its name and its attacks in the week."""

    label: str
    attacks: int


@dataclass(frozen=True)
class Moment:
    """A world at the end of a week.

    Attributes:
        case: The case.
        seed: Seed of the run.
        week: When the week began, in weeks since the start; negative before the first.
        dates: The same as dates, "" without a start.
        fighting: Whether the war goes on.
        phase: Phase of the deal in force, 0 for none.
        negotiating: Whether a round was under way in the week.
        round_ended: Whether a round ended in the week.
        signed: Whether it ended in a deal.
        deal: What the deal in force says, "" without one.
        tabled: The text last on the table with both answers; None before the first, and where what
            both made of it is no longer in a live model.
        tabled_week: When it was on the table.
        certificate: Why the round that ended in the week failed.
        end_state: How the run ended; "still going on" before.
        lines: What happened in the week, in sentences; empty for a live model.
        sides: Both sides.
        parties: All parties, in the order of the case.
        fronts: All fronts.
        ties: The influence network.
    """

    case: Case
    seed: int
    week: float
    dates: str
    fighting: bool
    phase: int
    negotiating: bool
    round_ended: bool
    signed: bool
    deal: str
    tabled: Tabled | None
    tabled_week: float
    certificate: Certificate | None
    end_state: str
    lines: tuple[Line, ...]
    sides: tuple[Side, ...]
    parties: tuple[Party, ...]
    fronts: tuple[Front, ...]
    ties: tuple[Tie, ...]

    @property
    def failed(self) -> bool:
        """Whether a round failed in the week."""
        return self.round_ended and not self.signed


def moment_of(
    model: CeasefireModel, told: Week | None = None, last: Moment | None = None
) -> Moment:
    """Take down a model as it stands.

    Args:
        model: A model.
        told: The week just run, as told; None for a model that something else steps.
        last: The moment before, whose text stays in view when no new one was tabled.
    """
    talks, war = model.talks, model.war
    week = model.week - war.step
    row = model.rounds[talks.rounds - 1] if talks.rounds else None
    ended = row is not None and abs(row.ended - model.week) < 0.5 * war.step
    text, when = _text(model, told, last)
    certified = model.certificates[-1] if model.certificates else None
    here = certified is not None and abs(certified.week - week) < 0.5 * war.step
    return Moment(
        case=model.case,
        seed=war.seed,
        week=week,
        dates=dates_of(model.case.start, week, model.week) if week >= 0.0 else "",
        fighting=war.fighting,
        phase=talks.phase,
        negotiating=talks.open or ended,
        round_ended=ended,
        signed=bool(ended and row is not None and row.signed),
        deal=model.case.describe_text(talks.deal) if talks.deal >= 0 else "",
        tabled=text,
        tabled_week=when,
        certificate=certified if here else None,
        end_state=model.end_state,
        lines=told.lines if told else (),
        sides=tuple(_side(model, s) for s in range(2)),
        parties=tuple(
            Party(
                label,
                one.side,
                one.seats,
                one.member,
                one.member and one.threatening,
                one.left,
                one.net_offer and not one.member,
                one.supporting > 0.0,
                one.leave_odds,
            )
            for one, label in zip(model.parties, model.case.labels["parties"], strict=True)
        ),
        fronts=tuple(
            Front(label, one.attacks)
            for one, label in zip(model.fronts, model.case.labels["fronts"], strict=True)
        ),
        ties=tuple(
            Tie(source, target, tie, weight)
            for source, target, tie, weight in model.network.edges(keys=True, data="weight")
        ),
    )


def _text(model: CeasefireModel, told: Week | None, last: Moment | None) -> tuple[Any, float]:
    """Return the text last on the table and when that was."""
    if told is not None:
        if told.tabled is not None:
            return told.tabled, told.week
        return (last.tabled, last.tabled_week) if last else (None, -1.0)
    talks = model.talks
    row = model.rounds[talks.rounds - 1] if talks.rounds else None
    # Once a deal is carried out both weigh its text again, and what they made of it is gone.
    if row is None or row.signed or talks.text < 0:
        return None, -1.0
    week = model.week - model.war.step
    return tabled(model), week if talks.open else row.ended - model.war.step


def _side(model: CeasefireModel, s: int) -> Side:
    side = model.belligerents[s]
    groups = [group for group in model.captives if group.origin == s]

    def total(field: str) -> int:
        return sum(getattr(group, field) for group in groups)

    return Side(
        label=model.case.labels["belligerents"][s],
        seats=side.seats,
        majority=side.majority,
        parliament=side.parliament,
        fallen=side.fallen,
        deaths=side.toll,
        opinion=side.opinion,
        support=side.support,
        arms=side.arms_stock,
        arms_need=side.arms_need,
        withheld=max((tie.withheld_now for tie in model.patronages if tie.client == s), default=0),
        living=total("living"),
        bodies=total("dead"),
        back=total("released") + total("rescued"),
        died=total("died"),
    )
