"""What must hold between the numbers of a case."""

import math
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from ceasefire.agents.deal import Grid
from ceasefire.model.case.declared import Declared
from ceasefire.model.case.events import Event, variant_problems
from ceasefire.model.case.issues import issue_problems, promise_problems
from ceasefire.model.case.kinds import COUNTS, KINDS, given_field
from ceasefire.model.case.settings import one_of, problem, shown


def structure_problems(case: Declared) -> list[str]:
    """Word what is wrong with who and what there is, before any array is made."""
    found = []
    sides = case.names["belligerents"]
    if len(sides) != 2:
        listed = ", ".join(sides) or "none"
        found.append(problem("belligerent", f"{len(sides)} ({listed})", "exactly two"))
    for key, setting in case.settings.items():
        if setting.unit == "name" and setting.value:
            field, _ = given_field(key)
            known = case.names[KINDS[field.refers_to][0]]
            if setting.value not in known:
                allowed = one_of(known, str(setting.value))
                found.append(problem(key, shown(setting.value), allowed))
        elif setting.unit == "name" and not given_field(key)[0].optional:
            found.append(problem(key, "nothing", f"the name of a {given_field(key)[0].refers_to}"))
    for listener, heard in case.listens:
        for name in (listener, heard):
            if name not in case.names["blocs"]:
                key = f"listens.{listener}.{heard}"
                found.append(problem(key, repr(name), one_of(case.names["blocs"], name)))
    by_name = {issue.name: issue for issue in case.issues}
    releases = [issue.name for issue in case.issues if issue.kind == "release"]
    for issue in case.issues:
        for role in ("giver", "receiver"):
            name = getattr(issue, role)
            if name and name not in sides:
                key = f"issue.{issue.name}.{role}"
                found.append(problem(key, repr(name), one_of(sides, name)))
        if (issue.kind == "prisoners") != bool(issue.paid_for):
            allowed = one_of(releases) if issue.kind == "prisoners" else "nothing"
            key = f"issue.{issue.name}.paid_for"
            found.append(
                problem(key, repr(issue.paid_for) if issue.paid_for else "nothing", allowed)
            )
        elif issue.paid_for and issue.paid_for not in releases:
            key = f"issue.{issue.name}.paid_for"
            found.append(problem(key, repr(issue.paid_for), one_of(releases, issue.paid_for)))
    for place, exclusion in enumerate(case.exclusions):
        for name, levels in exclusion.when:
            key = f"exclude {place + 1}.when.{name}"
            if name not in by_name:
                found.append(problem(key, "no such issue", one_of(by_name, name)))
                continue
            for level in levels:
                known = by_name[name].level_names
                if level not in known:
                    found.append(problem(key, repr(level), one_of(known, level)))
        if not exclusion.when:
            found.append(problem(f"exclude {place + 1}.when", "nothing", "issues and levels"))
    found += issue_problems(case.issues, sides)
    return found


def content_problems(case: Declared, grid: Grid) -> list[str]:
    """Word what is wrong with the numbers of a case, each admissible by itself.

    Args:
        case: The case.
        grid: Every text that can be tabled in it.
    """
    values = {key: setting.value for key, setting in case.settings.items()}
    return [
        *_channel_problems(case, values),
        *_captive_problems(case, values),
        *promise_problems(case.issues, values),
        *_seat_problems(case, values),
        *_clock_problems(grid, values),
        *variant_problems(case.variants, case.settings),
    ]


def _channel_problems(case: Declared, values: dict[str, Any]) -> list[str]:
    pairs = [
        (values[f"channel.{name}.mediator"], values[f"channel.{name}.belligerent"])
        for name in case.names["channels"]
    ]
    found = []
    for mediator in case.names["mediators"]:
        for side in case.names["belligerents"]:
            count = pairs.count((mediator, side))
            if count != 1:
                place = f"channel between {mediator} and {side}"
                found.append(problem(place, "none" if count == 0 else str(count), "exactly one"))
    return found


def _captive_problems(case: Declared, values: dict[str, Any]) -> list[str]:
    found = []
    seen = set()
    for name in case.names["captives"]:
        key = f"captives.{name}"
        holder, origin = values[f"{key}.holder"], values[f"{key}.origin"]
        if holder == origin:
            found.append(problem(f"{key}.origin", repr(origin), "another side than the holder"))
        place = (holder, origin, values[f"{key}.category"])
        if place in seen:
            found.append(problem(key, "a second group of its category", "one for each holder"))
        seen.add(place)
    return found


def _clock_problems(grid: Grid, values: dict[str, Any]) -> list[str]:
    """Check that the steps fill the horizon and that the logs have room."""
    found = []
    horizon, step = values["war.horizon"], values["war.step"]
    steps = horizon / step
    if abs(steps - round(steps)) > 1.0e-9 * steps:
        allowed = f"a whole number of steps of {shown(step)} weeks"
        found.append(problem("war.horizon", f"{shown(horizon)} weeks", allowed))
    shortest, longest = values["talks.shortest_round"], values["talks.longest_round"]
    if shortest > longest:
        allowed = f"at most talks.longest_round, {shown(longest)} weeks"
        found.append(problem("talks.shortest_round", shown(shortest), allowed))
    pause = float(grid.texts["weeks"].min())
    for name, each in (("rounds", shortest + values["talks.gap"]), ("truces", pause)):
        needed = math.ceil(horizon / each)
        if values[f"log.{name}"] < needed:
            places = f"{values[f'log.{name}']} places"
            allowed = f"at least {needed}: {shown(horizon)} weeks can hold as many {name}"
            found.append(problem(f"log.{name}", places, allowed))
    return found


def _seat_problems(case: Declared, values: dict[str, Any]) -> list[str]:
    """Walk through the events in time order; count seats and stocks after every week of them."""
    found: list[str] = []
    now = dict(values)
    for name in case.names["captives"]:
        now.update({f"captives.{name}.{count}": 0 for count in COUNTS})
    for name in case.names["belligerents"]:
        majority, parliament = (now[f"belligerent.{name}.{key}"] for key in MAJORITY)
        if majority > parliament:
            allowed = f"at most the {parliament} seats of its parliament"
            found.append(problem(f"belligerent.{name}.majority", str(majority), allowed))
    wrong: set[str] = set()
    _count_seats(case, now, "", wrong, found)
    weeks = [(week, list(events)) for week, events in groupby(case.events, lambda one: one.week)]
    if not weeks or weeks[0][0] > 0:
        _count_members(case, now, found)
    for week, events in weeks:
        _apply(events, now, case, found)
        _count_seats(case, now, f" after the events of week {shown(week)}", wrong, found)
        if week == 0:
            _count_members(case, now, found)
    return found


MAJORITY = ("majority", "parliament")


def _apply(events: Iterable[Event], now: dict[str, Any], case: Declared, found: list[str]) -> None:
    for event in events:
        now[event.key] = now[event.key] + event.value if event.add else event.value
        setting = case.settings.get(event.key)
        low, high = (setting.low, setting.high) if setting else (0.0, 1.0e7)
        if not low <= now[event.key] <= high:
            allowed = f"a sum from {shown(low)} to {shown(high)}"
            key = f"event in week {shown(event.week)}: {event.key}"
            found.append(problem(key, f"{shown(now[event.key])} once it is added", allowed))


def _count_seats(
    case: Declared, now: dict[str, Any], when: str, wrong: set[str], found: list[str]
) -> None:
    """Compare seats with parliaments; a side once found wrong is not named again."""
    for side in case.names["belligerents"]:
        parties = [name for name in case.names["parties"] if now[f"party.{name}.side"] == side]
        seats = sum(now[f"party.{name}.seats"] for name in parties)
        parliament = now[f"belligerent.{side}.parliament"]
        if seats != parliament and side not in wrong:
            wrong.add(side)
            key = f"party.*.seats of {side}{when}"
            found.append(problem(key, f"a sum of {seats}", f"{parliament}, its parliament"))


def _count_members(case: Declared, now: dict[str, Any], found: list[str]) -> None:
    for side in case.names["belligerents"]:
        majority = now[f"belligerent.{side}.majority"]
        seats = sum(
            now[f"party.{name}.seats"]
            for name in case.names["parties"]
            if now[f"party.{name}.side"] == side and now[f"party.{name}.member"]
        )
        if seats < majority:
            key = f"party.*.member of {side}"
            allowed = f"at least the majority of {majority} in week 0"
            found.append(problem(key, f"{seats} seats", allowed))
