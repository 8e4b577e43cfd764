"""Which quantities of a run are shown over the weeks, and what is on record beside each."""

from collections.abc import Callable
from dataclasses import dataclass

from ceasefire.viz.worlds.evidence import RecordedSeries, evidence_of
from ceasefire.viz.worlds.moment import Moment, Side

Value = Callable[[Moment], float]


@dataclass(frozen=True)
class Quantity:
    """One quantity of a run, and what is on record beside it.

    Attributes:
        label: What it is.
        unit: Its unit.
        value: Reads it off a moment.
        record: What is on record, if anything.
        dashed: Whether it is drawn dashed: the second line in a field.
    """

    label: str
    unit: str
    value: Value
    record: RecordedSeries | None
    dashed: bool = False


@dataclass(frozen=True)
class Chart:
    """One field of a picture: a title, its lines, and its range, if that is fixed."""

    title: str
    lines: tuple[Quantity, ...]
    low: float = 0.0
    high: float | None = None


@dataclass(frozen=True)
class ChartGroup:
    """One of the four pictures: a title that says what to see, and its fields."""

    name: str
    title: str
    fields: tuple[Chart, ...]


def pictures_of(moment: Moment) -> tuple[ChartGroup, ...]:
    """Return the four pictures of a case, each side by the same rules."""
    evidence = evidence_of(moment.case)
    names = moment.case.names["belligerents"]

    def known(quantity: str, of: str) -> RecordedSeries | None:
        return evidence.beside(quantity, of) if evidence else None

    def of(s: int, title: str, *lines: Quantity, **ends: float) -> Chart:
        return Chart(title.format(moment.sides[s].label), lines, **ends)

    captives, deaths, opinion = [], [], []
    for s, name in enumerate(names):
        held = Quantity(
            "held", "persons", _side(s, lambda side: side.living + side.bodies), known("held", name)
        )
        back = Quantity("back", "persons", _side(s, lambda side: side.back), known("back", name))
        dead = Quantity(
            "deaths", "deaths", _side(s, lambda side: side.deaths), known("deaths", name)
        )
        wish = Quantity(
            "wish for a deal",
            "-1 to 1",
            _side(s, lambda side: side.opinion),
            known("opinion", name),
        )
        support = Quantity(
            "support", "share", _side(s, lambda side: side.support), known("support", name), True
        )
        if any(int(group["origin"]) == s for group in moment.case.records["captives"]):
            captives += [
                of(s, "Held, from {}, living and dead", held),
                of(s, "Back alive, from {}", back),
            ]
        deaths.append(of(s, "Deaths among {}'s people so far", dead))
        opinion.append(of(s, "Publics of {}", wish, support, low=-1.0, high=1.0))
    if len(captives) > 2:
        captives = captives[::2]
    fronts = tuple(
        Quantity(front.label, "attacks/week", _front(i), known("attacks", name), i > 0)
        for i, (front, name) in enumerate(
            zip(moment.fronts, moment.case.names["fronts"], strict=True)
        )
    )
    arms = tuple(
        Quantity(side.label, "weeks of full effort", _side(s, lambda side: side.arms), None, s > 0)
        for s, side in enumerate(moment.sides)
    )
    last = (Chart("Attacks a week", fronts),) if fronts else ()
    return (
        ChartGroup("captives", "Captives held, returned", tuple(captives[:2])),
        ChartGroup("deaths", "Deaths, both sides", tuple(deaths)),
        ChartGroup("opinion", "Opinion on both sides", tuple(opinion)),
        ChartGroup("fronts", "Fronts and arms", (*last, Chart("Arms, weeks of supply", arms))),
    )


def _side(s: int, read: Callable[[Side], float]) -> Value:
    return lambda moment: read(moment.sides[s])


def _front(i: int) -> Value:
    return lambda moment: float(moment.fronts[i].attacks)
