"""One world told week by week in plain words, by the same words for both sides."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import pandas as pd

from ceasefire.experiments.story.talks import Standing, Tabled, tabled, talks, truce
from ceasefire.experiments.story.world import cabinet, captives, council, fronts, patrons, remember
from ceasefire.experiments.style.notebook import Shown
from ceasefire.experiments.style.words import PURPOSE, dates_of, listed, plain
from ceasefire.experiments.why.words import certificate_words
from ceasefire.model.case.settings import shown
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.model.world.outcome import END_STATES, FELL, PERMANENT, REGIONAL, is_over


@dataclass(frozen=True)
class Line:
    """One sentence.

    Attributes:
        topic: What it is about: events from outside, talks, truce, captives, cabinet, patrons,
            council or fronts.
        words: The sentence.
        detail: The numbers behind it, if any.
    """

    topic: str
    words: str
    detail: str = ""


@dataclass(frozen=True)
class Week:
    """One week, or several quiet ones folded together.

    Attributes:
        week: When it began, in weeks since the start.
        until: When it ended.
        dates: The same as dates, "" if the case has none.
        lines: What happened, none in a quiet week.
        tabled: The text on the table with both answers, if a round was held.
        deaths: Deaths in that time among the people of each side, by name.
        died_captive: Captives who died in that time, by side of origin.
        attacks: Attacks from each front, by name.
    """

    week: float
    until: float
    dates: str
    lines: tuple[Line, ...]
    tabled: Tabled | None
    deaths: dict[str, float]
    died_captive: dict[str, int]
    attacks: dict[str, int]


@dataclass(frozen=True, repr=False)
class Story(Shown):
    """A whole world, told.

    Attributes:
        purpose: What this is, and is not.
        case: Name of the case.
        title: Its title.
        seed: Seed of the run.
        weeks: The weeks, none folded.
        end_state: How it ended.
        ended_week: When.
        ending: The same in sentences, with the balance of the run.
    """

    purpose: str
    case: str
    title: str
    seed: int
    weeks: tuple[Week, ...]
    end_state: str
    ended_week: float
    ending: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain numbers and words, ready for JSON."""
        return asdict(self)

    @property
    def headline(self) -> str:
        """The world, and how it ended."""
        return f"{self.case}, seed {self.seed}: {self.end_state} after {self.ended_week:g} weeks"

    @property
    def sentences(self) -> Sequence[str]:
        """How it ended, with the balance of the run."""
        return [*self.ending, self.purpose]

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """What happened, sentence by sentence; the texts tabled; and the numbers of each week."""
        lines = [
            {"week": week.week, "until": week.until, "dates": week.dates, **asdict(line)}
            for week in self.weeks
            for line in week.lines
        ]
        texts = [
            {"week": week.week, **asdict(week.tabled)} | _answers(week.tabled)
            for week in self.weeks
            if week.tabled is not None
        ]
        numbers = [
            {"week": week.week, "until": week.until}
            | {f"{kind}_{name}": number for kind in ("deaths", "died_captive", "attacks")
               for name, number in getattr(week, kind).items()}
            for week in self.weeks
        ]  # fmt: skip
        columns = ["week", "until", "dates", *(one.name for one in fields(Line))]
        return {
            "lines": pd.DataFrame(lines, columns=columns),
            "texts": pd.DataFrame(texts),
            "weeks": pd.DataFrame(numbers),
        }


def _answers(tabled: Tabled) -> dict[str, str]:
    """Return the answers to a text, a column each, in place of the objects."""
    said = {f"answer_{one.side}": one.words for one in tabled.answers}
    return {"answers": "; ".join(said.values()), **said}


def tell(model: CeasefireModel) -> Iterator[Week]:
    """Run a model to its end and tell each week.

    Args:
        model: A model, at its start or under way.

    Yields:
        Each week as soon as it is over.
    """
    told: dict[str, float] = {}
    last: Tabled | None = None
    while not is_over(model):
        began, before = model.week, remember(model)
        certified = len(model.certificates)
        stood = Standing.of(model)
        model.step()
        now = tabled(model) if stood.open or model.talks.rounds > stood.rounds else None
        topics: dict[str, Iterable[str | tuple[str, str]]] = {
            "events": _events(model),
            "talks": [*talks(stood, now, last, model), *_stuck(model, certified)],
            "truce": truce(stood, model),
            "captives": captives(before, model),
            "cabinet": cabinet(before, model),
            "patrons": patrons(before, model, told),
            "council": council(before, model),
            "fronts": fronts(model, told),
        }
        last = now or last
        yield Week(
            week=began,
            until=model.week,
            dates=dates_of(model.case.start, began, model.week),
            lines=tuple(
                Line(topic, line) if isinstance(line, str) else Line(topic, *line)
                for topic, lines in topics.items()
                for line in lines
            ),
            tabled=now,
            deaths={
                side.name: side.toll - was["toll"]
                for was, side in zip(before["belligerents"], model.belligerents, strict=True)
            },
            died_captive={
                side.name: sum(
                    group.died - was["died"]
                    for was, group in zip(before["captives"], model.captives, strict=True)
                    if group.origin == side.index
                )
                for side in model.belligerents
            },
            attacks={front.name: front.attacks for front in model.fronts},
        )


def _stuck(model: CeasefireModel, certified: int) -> Iterator[str]:
    """Tell why the round that just failed is stuck, if the model certifies that."""
    for one in model.certificates[certified:]:
        yield certificate_words(one, model.case)


def _events(model: CeasefireModel) -> Iterator[tuple[str, str]]:
    """Tell what came from outside, each fact once, with the fields that it moved."""
    facts: dict[tuple[str, str], list[str]] = {}
    for event in model.events_this_week:
        sign = "+" if event.add and event.value >= 0 else ""
        change = f"{event.key} = {sign}{shown(event.value)}"
        facts.setdefault((event.note, event.source), []).append(change)
    for (note, source), changes in facts.items():
        kind = "scheduled" if source.startswith("assumed") else "documented"
        yield f"{kind}: {note}", ", ".join(changes)


def story_of(model: CeasefireModel) -> Story:
    """Run a model to its end and return the whole story."""
    weeks = tuple(tell(model))
    return Story(
        purpose=PURPOSE,
        case=model.case.name,
        title=model.case.title,
        seed=model.war.seed,
        weeks=weeks,
        end_state=END_STATES[model.war.outcome],
        ended_week=model.war.ended_week,
        ending=tuple(ending(model)),
    )


def ending(model: CeasefireModel) -> Iterator[str]:
    """Word how a run ended, and what it left."""
    labels = model.case.labels["belligerents"]
    week = f"after {plain(model.war.ended_week)} weeks"
    fallen = [label for side, label in zip(model.belligerents, labels, strict=True) if side.fallen]
    yield {
        PERMANENT: f"The war ended {week} with a permanent ceasefire, carried out.",
        FELL: f"The run ended {week}: the government of {listed(fallen)} fell.",
        REGIONAL: f"The run ended {week}: the war became a regional one.",
    }.get(
        model.war.outcome,
        f"No deal had ended the war {week}; the run is cut off there.",
    )
    talks = model.talks
    rounds = [row for row in model.rounds[: talks.rounds] if row.ended >= 0.0]
    signed = sum(row.signed for row in rounds)
    under_truce = sum(row.weeks for row in model.truces[: talks.truces])
    yield (
        f"Rounds of talks: {len(rounds)}, of which {signed} ended in a deal. "
        f"Weeks under a truce: {plain(under_truce)}."
    )
    for s, label in enumerate(labels):
        groups = [group for group in model.captives if group.origin == s]
        if groups:
            yield (
                f"Captives from {label}: {_sum(groups, 'released')} returned alive, "
                f"{_sum(groups, 'rescued')} freed by force, {_sum(groups, 'died')} died in "
                f"captivity, {_sum(groups, 'living')} still held alive."
            )
    deaths = [
        f"{label}'s side {plain(round(side.toll))}"
        for side, label in zip(model.belligerents, labels, strict=True)
    ]
    yield f"Deaths, civilians and fighters: {listed(deaths)}."
    left = [
        label
        for party, label in zip(model.parties, model.case.labels["parties"], strict=True)
        if party.left
    ]
    if left:
        yield f"Left the government: {listed(left)}."


def _sum(groups: Iterable[Any], field: str) -> str:
    return plain(sum(getattr(group, field) for group in groups))


def folded(weeks: Iterable[Week], start: datetime.date | None) -> Iterator[Week]:
    """Fold quiet weeks that follow each other into one.

    Args:
        weeks: Weeks as told.
        start: Date of week 0, if the case has one.
    """
    quiet: list[Week] = []
    for week in weeks:
        if week.lines:
            if quiet:
                yield _together(quiet, start)
            quiet = []
            yield week
        else:
            quiet.append(week)
    if quiet:
        yield _together(quiet, start)


def _together(weeks: list[Week], start: datetime.date | None) -> Week:
    first, last = weeks[0], weeks[-1]

    def added(field: str) -> dict[str, Any]:
        return {
            name: sum(getattr(week, field)[name] for week in weeks)
            for name in getattr(first, field)
        }

    return Week(
        week=first.week,
        until=last.until,
        dates=dates_of(start, first.week, last.until),
        lines=(),
        tabled=None,
        deaths=added("deaths"),
        died_captive=added("died_captive"),
        attacks=added("attacks"),
    )
