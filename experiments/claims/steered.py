"""Running an arm: a block of worlds that is steered from week to week by the arm's changes."""

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any

import numpy as np

from ceasefire.agents.belligerent import ACCEPT
from ceasefire.experiments.claims.seen import STRENGTHS, TOO_STRONG, Needs, Observed
from ceasefire.experiments.design.carried_out import begin_week, column_of, with_events_moved
from ceasefire.experiments.design.changes import Change
from ceasefire.model.case.case import Case
from ceasefire.model.engines.ensemble import Ensemble
from ceasefire.model.world.outcome import NONE

Array = np.ndarray[Any, Any]

FAMILY_RUNS = 10
"""Runs of each set in which whole families of texts are asked about: it takes long."""


class Steered:
    """Worlds of one case, steered week by week.

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
        self._displaced: dict[str, Array] = {}
        self._changes: tuple[Change, ...] = ()
        self._texts: Mapping[str, int] = {}

    def branch(self, changes: Iterable[Change], texts: Mapping[str, int]) -> "Steered":
        """Return a copy that is changed from now on; the same seeds meet the same chance."""
        other = copy(self)
        other.ensemble = copy_of(self.ensemble)
        other.seen = self.seen.branch()
        other._displaced = {}
        other._changes = tuple(changes)
        other.case = with_events_moved(self.case, other._changes)
        other._texts = texts
        return other

    def week(self, needs: Needs) -> None:
        """Run one week, and look at its end at what is needed."""
        week = self.ensemble.tick
        self._displaced = begin_week(
            self.ensemble.records, self.case, week, self._changes, self._texts, self._displaced
        )
        self.ensemble.advance(1)
        self._look(week, needs)

    def finish(self) -> Observed:
        """Return what was seen, the final records included."""
        self.seen.records = self.ensemble.records
        return self.seen

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
                seen.fields[week, name] = column_of(records, self.case, name).copy()
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
