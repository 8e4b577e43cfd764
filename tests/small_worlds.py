"""Small worlds in which one rule at a time can be tested."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from typing import Any

import numpy as np
from worlds import SHIPPED

from ceasefire.agents.coalition_party import odds_of_leaving, support_odds
from ceasefire.agents.commitment import assurance_given, belief, guarantee_strength
from ceasefire.agents.leader import unmet_precondition, weigh
from ceasefire.agents.reckoning import reckon
from ceasefire.agents.standing import settle_standing
from ceasefire.agents.worth import tabulate, war_value
from ceasefire.experiments.design.parameter_sets import drawn
from ceasefire.model.case.case import Case
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.model.engines.ensemble import Ensemble, prepare
from ceasefire.model.world.war import aid_in_deal, suffer

prepare()

SURE = {"switches.judgement": False}
"""Nobody misjudges."""


def spread(case: Case, pattern: str, value: Any) -> dict[str, Any]:
    """The same value for every setting whose dotted name fits a pattern."""
    found = {name: value for name in case.settings if fnmatch(name, pattern)}
    assert found, pattern
    return found


def changed(name: str, changes: Mapping[str, Any]) -> Case:
    """A shipped case with changes, whose names may be patterns."""
    case = SHIPPED[name]
    flat: dict[str, Any] = {}
    for pattern, value in changes.items():
        flat.update(spread(case, pattern, value))
    return case.changed(flat)


def world(
    name: str = "two-rivals", changes: Mapping[str, Any] | None = None, seed: int = 1
) -> CeasefireModel:
    """A world of a shipped case with changes, both sides' worths up to date."""
    model = CeasefireModel(changed(name, changes or {}), rng=seed)
    bring_up_to_date(model)
    return model


def bring_up_to_date(model: CeasefireModel) -> None:
    """Work out what war and every cell of the grid are worth now, and what mediators reckon."""
    for s, side in enumerate(model.belligerents):
        side.war_value = war_value(s, model)
        tabulate(s, model)
    reckon(0, model)


def texts(model: CeasefireModel, ends: bool | None = None, **levels: str) -> list[int]:
    """Texts that end the war, or do not, and have the given levels of the named issues."""
    found = []
    for text in range(len(model.grid.texts)):
        if ends is not None and bool(model.grid.texts[text].ends) != ends:
            continue
        words = {
            issue.name: issue.level_names[level]
            for issue, level in zip(model.case.issues, model.grid.level[text], strict=True)
        }
        if all(words[name] == level for name, level in levels.items()):
            found.append(text)
    return found


def believed(model: CeasefireModel, s: int, duration: int, guarantee: int) -> float:
    """What side ``s`` believes of the other at given levels of duration and guarantee."""
    me, other, switches = model.belligerents[s], model.belligerents[1 - s], model.switches
    assured = assurance_given(s, me, model.mediators, model.channels, model.talks, switches)
    wording = model.grid.durations[duration]
    return belief(me, other, wording, strength_of(model, guarantee), assured, switches)


def strength_of(model: CeasefireModel, guarantee: int) -> float:
    """Strength of a guarantee of a given level."""
    level = model.grid.guarantees[guarantee]
    return guarantee_strength(level, model.guarantors, model.switches)


def gain(model: CeasefireModel, s: int, text: int) -> float:
    """Gain of side ``s`` from a text as policy, where office has no weight."""
    assert model.belligerents[s].office_weight == 0.0
    weigh(s, text, model)
    return model.belligerents[s].surplus


def odds_under(model: CeasefireModel, party: Any, text: int) -> float:
    """Odds that a member leaves under a text; -1 is war without one."""
    return odds_of_leaving(party, *circumstances(model, party, text))


def support_under(model: CeasefireModel, party: Any, text: int) -> float:
    """Odds that a party's seats count under a text; -1 is war without one."""
    side, *rest = circumstances(model, party, text)
    return support_odds(party, side, text >= 0, *rest)


def circumstances(model: CeasefireModel, party: Any, text: int) -> tuple[Any, ...]:
    """Whom a party supports, and what a text concedes and ends."""
    concession = float(model.grid.concession[text, party.side]) if text >= 0 else 0.0
    ends = float(model.grid.texts[text].ends) if text >= 0 else 0.0
    return model.belligerents[party.side], concession, ends, model.switches


def suffer_week(model: CeasefireModel, s: int) -> None:
    """One week of what war, or a deal, does to side ``s``."""
    me, foe = model.belligerents[s], model.belligerents[1 - s]
    suffer(me, foe, aid_in_deal(s, model), model.war, model.switches)


def settle(model: CeasefireModel, s: int) -> None:
    """One week of the standing of side ``s``."""
    me, other = model.belligerents[s], model.belligerents[1 - s]
    settle_standing(s, me, other, model.captives, model.war.step, model.switches)


def unmet(model: CeasefireModel, s: int, text: int) -> float:
    """The precondition's part of side ``s``'s balance."""
    me, other = model.belligerents[s], model.belligerents[1 - s]
    ends, dissolves = (
        model.grid.texts[text].ends,
        model.grid.dissolves[text, 1 - s],
    )
    return unmet_precondition(me, other, ends, dissolves, model.switches)


def sign(model: CeasefireModel, text: int, phase: int = 1) -> None:
    """Put a text in force, as if it had been signed a while ago."""
    model.talks.deal = text
    model.talks.phase = phase
    model.talks.truces = 1
    model.talks.weeks_in_phase = 0.0
    model.war.fighting = False


def run(case: Case, runs: int, **settings: Any) -> dict[str, np.ndarray]:
    """Final records of the first runs of a case."""
    return Ensemble(case, np.arange(runs), settings).run().records


def run_over_sets(case: Case, runs: int) -> dict[str, np.ndarray]:
    """Final records of the first runs of a case, drawn over the sets that come with it."""
    return run(case, runs, **drawn(case).settings(range(runs)))


def weeks_of(case: Case, runs: int) -> Iterator[dict[str, np.ndarray]]:
    """Records of the first runs of a case after every step."""
    ensemble = Ensemble(case, np.arange(runs))
    while ensemble.tick < ensemble.steps:
        ensemble.advance(1)
        yield ensemble.records


def unlike(
    first: Mapping[str, np.ndarray],
    second: Mapping[str, np.ndarray],
    leave_out: tuple[str, ...] = (),
) -> dict[str, list[int]]:
    """Fields in which two sets of runs differ, each with the runs; switches are not compared."""
    found = {}
    for name, array in first.items():
        if name == "switches":
            continue
        for field in array.dtype.names:
            apart = array[field] != second[name][field]
            rows = np.flatnonzero(apart.reshape(len(apart), -1).any(axis=1))
            if len(rows) and field not in leave_out:
                found[f"{name}.{field}"] = rows.tolist()
    return found
