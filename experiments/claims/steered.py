"""Running an arm: a block of worlds that is steered from week to week by the arm's changes."""

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any

import numpy as np

from ceasefire.agents.belligerent import ACCEPT
from ceasefire.experiments.claims.seen import STRENGTHS, TOO_STRONG, Needs, Observed
from ceasefire.experiments.claims.tables import Change
from ceasefire.model.case.case import Case
from ceasefire.model.case.events import place_of
from ceasefire.model.engines.ensemble import Ensemble
from ceasefire.model.records import apply_events
from ceasefire.model.world.outcome import NONE

Array = np.ndarray[Any, Any]

FAMILY_RUNS = 10
"""Runs of each set in which whole families of texts are asked about: it takes long."""


class Steered:
    """Worlds of one case, steered week by week.

    What an arm changes is put in at the beginning of each week, after the case's own events, so
    that a change that is held wins over them; when it ends, the value that the case would have
    comes back. Runs that have ended are left as they are.

    Args:
        case: The case with its events.
        quiet: The same case without them.
        seeds: Seed of each row.
        settings: Values by dotted name, an array over rows.
        asked: Rows in which families of texts are asked about.

    Attributes:
        ensemble: The worlds.
        seen: What was seen of them so far.
    """

    def __init__(
        self,
        case: Case,
        quiet: Case,
        seeds: Array,
        settings: Mapping[str, Array],
        asked: Array,
    ) -> None:
        self.case = case
        self.ensemble = Ensemble(quiet, seeds, settings)
        self.seen = Observed(asked=asked)
        self._before: dict[str, Array] = {}
        self._changes: tuple[Change, ...] = ()
        self._texts: Mapping[str, int] = {}

    def branch(self, changes: Iterable[Change], texts: Mapping[str, int]) -> "Steered":
        """Return a copy that is changed from now on; the same seeds meet the same chance."""
        other = copy(self)
        other.ensemble = copy_of(self.ensemble)
        other.seen = self.seen.branch()
        other._before = {}
        other._changes = tuple(changes)
        other._texts = texts
        return other

    def week(self, needs: Needs) -> None:
        """Run one week, and look at its end at what is needed."""
        week = self.ensemble.tick
        for name, value in self._before.items():
            self._put(name, value)
        self._before = {}
        apply_events(self.ensemble.records, self.case, week)
        for change in self._changes:
            held = change.start <= week and (change.end is None or week < change.end)
            if week == change.start or (held and not change.once and not change.sign):
                self._apply(change)
        self.ensemble.advance(1)
        self._look(week, needs)

    def finish(self) -> Observed:
        """Return what was seen, the final records included."""
        self.seen.records = self.ensemble.records
        return self.seen

    def _column(self, name: str) -> Any:
        place = place_of(name, self.case.names)
        assert place is not None
        collection, index, field = place
        array = self.ensemble.records[collection]
        return array[field] if array.ndim == 1 else array[field][:, index]

    def _put(self, name: str, value: Any) -> None:
        column = self._column(name)
        going_on = self.ensemble.records["war"]["ended_week"] < 0.0
        column[...] = np.where(going_on, value, column)

    def _apply(self, change: Change) -> None:
        held = not change.once
        for name, value in change.set.items():
            self._note(name, held)
            self._put(name, value)
        for name, factor in change.times.items():
            self._note(name, held)
            self._put(name, self._within(name, self._column(name) * factor))
        for name, amount in change.add.items():
            self._note(name, held)
            self._put(name, self._within(name, self._column(name) + amount))
        if change.sign:
            self._sign(self._texts[change.sign])

    def _note(self, name: str, held: bool) -> None:
        # Of several changes of one field the first sees the case's own value.
        if held and name not in self._before:
            self._before[name] = self._column(name).copy()

    def _within(self, name: str, value: Array) -> Array:
        """Keep a changed number in its admissible range; counts stay whole."""
        if np.issubdtype(self._column(name).dtype, np.integer):
            value = np.floor(value + 0.5)
        setting = self.case.settings.get(name)
        return value if setting is None else np.clip(value, setting.low, setting.high)

    def _sign(self, text: int) -> None:
        """Put a text in force at the end of this week where the war is on, as if it was signed."""
        war, talks = self.ensemble.records["war"], self.ensemble.records["talks"]
        free = (war["ended_week"] < 0.0) & war["fighting"] & (talks["phase"] == 0)
        for name, value in (("deal", text), ("open", False), ("closing", False)):
            talks[name] = np.where(free, value, talks[name])
        # No round opens in the week of the signature.
        talks["last_end"] = np.where(free, war["week"], talks["last_end"])

    def _look(self, week: int, needs: Needs) -> None:
        records, seen = self.ensemble.records, self.seen
        seen.going_on[week] = records["war"]["outcome"] == NONE
        texts = sorted(text for at, text in needs.asks if at == week)
        if texts:
            noise = records["belligerents"]["judgement_noise"]
            seen.noise[week] = np.where(records["switches"]["judgement"][:, np.newaxis], noise, 0.0)
            found = self.ensemble.answers(texts)
            for i, text in enumerate(texts):
                seen.answers[week, text] = (found["answer"][:, i], found["balance"][:, i])
        for at, name in needs.fields:
            if at == week:
                seen.fields[week, name] = self._column(name).copy()
        for at, text in needs.guarantees:
            if at == week:
                seen.strengths[week, text] = strengths_needed(self.ensemble, text)

    def ask_families(self, week: int, families: Mapping[str, tuple[int, ...]]) -> None:
        """Ask about families of texts in a few rows, after the given week."""
        few = copy_of(self.ensemble, self.seen.asked)
        for name, texts in families.items():
            found = few.answers(texts)
            self.seen.families[week, name] = (found["answer"], found["balance"])


def copy_of(ensemble: Ensemble, rows: Array | None = None) -> Ensemble:
    """Return a copy of an ensemble, or of some of its rows, as it stands."""
    other = copy(ensemble)
    other.records = {
        name: array.copy() if rows is None else array[rows].copy()
        for name, array in ensemble.records.items()
    }
    return other


def strengths_needed(ensemble: Ensemble, text: int) -> Array:
    """Return the smallest of ``STRENGTHS`` at which each side takes a text (rows, sides).

    All guarantors sign and their weights are multiplied; ``TOO_STRONG`` where none does.
    """
    asked = copy_of(ensemble)
    guarantors = asked.records["guarantors"]
    weight = guarantors["weight"].copy()
    guarantors["signs"] = True
    needed = np.full((len(ensemble.seeds), 2), TOO_STRONG)
    for strength in reversed(STRENGTHS):
        guarantors["weight"] = weight * strength
        took = asked.answers([text])["answer"][:, 0] == ACCEPT
        needed = np.where(took, strength, needed)
    return needed
