"""The compiled engine: many worlds at once, the same numbers to the last bit.

A row of arrays is a world. Chunks of rows may run on threads, as the compiled loop lets go of
Python's lock.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ceasefire.agents.kinds import LOGS, SINGLES, STATE
from ceasefire.model.case.arrays import derive
from ceasefire.model.case.case import Case
from ceasefire.model.certificate.acceptance import ANSWER, COUNTS
from ceasefire.model.certificate.certificate import Certificate
from ceasefire.model.certificate.constraints import limits_of
from ceasefire.model.certificate.frozen import Frozen, room_for
from ceasefire.model.engines.certifier import Certifier
from ceasefire.model.engines.compiled import (
    RELAXATION,
    Request,
    advance,
    is_ready,
    prepare,
    refuse_exchanged,
)
from ceasefire.model.records import apply_events, due_at, scratch, start
from ceasefire.model.view import View

__all__ = ["Chunk", "Ensemble", "Keep", "is_ready", "prepare"]

Keep = Literal["end states", "rounds"]
"""What to keep of each run: only how it ended, or its rounds and truces as well."""

Records = dict[str, np.ndarray[Any, Any]]
WEEKLY = tuple(name for name, record in STATE.items() if record.weekly)


class Ensemble:
    """Many worlds of one case, each a row of the arrays in ``records``.

    Args:
        case: The case that all rows share: its actors and texts.
        seeds: Seed of each row.
        settings: Values that differ from row to row, by dotted name: an array with a number for
            each row, such as ``{"patron.usa.resolve": [0.1, 0.6]}``.
        certified: Share of failed rounds that are certified, drawn at random, 0 to 1.
        relaxations: What is relaxed in each row, and when (``engine.RELAXATION``).

    Raises:
        ValueError: If something else than a case is given, such as a model, or a rule or method was
            exchanged by hand, so that the ensemble would not follow it.

    Attributes:
        records: State of all rows: records by list, shaped (rows,) or (rows, actors).
        frozen: Worlds just after the answers of the rounds to be certified.
    """

    def __init__(
        self,
        case: Case,
        seeds: Sequence[int] | np.ndarray[Any, Any],
        settings: Mapping[str, Any] | None = None,
        certified: float = 0.0,
        relaxations: np.ndarray[Any, Any] | None = None,
    ) -> None:
        if not isinstance(case, Case):
            raise ValueError(
                f"case: found {case!r}; allowed: a case. An ensemble has no agents: methods of a "
                "model or of its agents would not count; a rule can be replaced for both engines"
            )
        refuse_exchanged()
        numbers = np.asarray(seeds, dtype=np.int64)
        self.case = case
        self.records: Records = {}
        for name, array in start(case).items():
            if name in SINGLES:
                self.records[name] = np.repeat(array, len(numbers))
            else:
                self.records[name] = np.repeat(array[np.newaxis], len(numbers), axis=0)
        self.records["war"]["seed"] = numbers
        for name, values in (settings or {}).items():
            collection, index, field = case.locate(name)
            array = self.records[collection]
            column = array[field] if array.ndim == 1 else array[field][:, index]
            column[...] = values
        derive(self.records)
        rounds = case.round_places if certified > 0.0 else 0
        self.frozen = room_for(case, len(numbers) if rounds else 0, rounds)
        self._wanted = Request(
            np.zeros(0, dtype=RELAXATION) if relaxations is None else relaxations,
            limits_of(case),
            float(certified),
            self.frozen,
            texts=np.zeros(0, dtype=np.int64),
            answers=np.zeros((0, 0, 2), dtype=ANSWER),
            counts=np.zeros(0, dtype=COUNTS),
        )
        self._scratch = scratch(case)
        self._grid = case.grid.plain()
        step = float(case.records["war"]["step"][0])
        self._stops = sorted({due_at(event.week, step) for event in case.events})
        self.steps = round(float(case.records["war"]["horizon"][0]) / step)
        self.tick = 0

    @property
    def seeds(self) -> np.ndarray[Any, Any]:
        """Seeds of the rows."""
        seeds: np.ndarray[Any, Any] = self.records["war"]["seed"]
        return seeds

    def advance(self, steps: int) -> None:
        """Run all rows for a number of steps, or to their ends; 0 only compiles."""
        world = View(
            **self.records, influence=self.case.influence, grid=self._grid, **self._scratch
        )
        if steps == 0:
            advance(world, 0, self._wanted)
        goal = min(self.tick + steps, self.steps)
        while self.tick < goal:
            if self.tick in self._stops:
                apply_events(self.records, self.case, self.tick)
            until = min([goal, *(stop for stop in self._stops if stop > self.tick)])
            advance(world, until - self.tick, self._wanted)
            self.tick = until

    def acceptance(self) -> np.ndarray[Any, Any]:
        """Count the texts that each side, and both, would accept now (``acceptance.COUNTS``)."""
        counts = np.zeros(len(self.seeds), dtype=COUNTS)
        return self._ask(counts=counts).counts

    def answers(self, texts: Sequence[int] | np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Ask both sides, as they stand and without misjudgement, about some texts.

        Args:
            texts: The texts, as rows of the grid.

        Returns:
            Answers and balances (rows, texts, sides; ``acceptance.ANSWER``). Nothing is changed.
        """
        answers = np.zeros((len(self.seeds), len(texts), 2), dtype=ANSWER)
        return self._ask(texts=np.asarray(texts, dtype=np.int64), answers=answers).answers

    def _ask(self, **room: Any) -> Request:
        wanted = self._wanted._replace(**room)
        copies = {name: array.copy() for name, array in self.records.items()}
        worlds = View(**copies, influence=self.case.influence, grid=self._grid, **self._scratch)
        advance(worlds, 0, wanted)
        return wanted

    def run(self) -> "Ensemble":
        """Run all rows to their ends and return the ensemble."""
        self.advance(self.steps - self.tick)
        return self


@dataclass
class Chunk:
    """Some finished rows of an ensemble.

    Attributes:
        seeds: Seed of each row.
        records: Final states, by list, and the logs ``rounds`` and ``truces`` if they were kept.
        first_truce_week: When each row's first truce began; NaN if it had none.
        weeks_under_truce: How long its truces lasted together.
        weekly: States after each step, by list, if they were asked for.
        certificates: Certificates of failed rounds, if any were asked for.
    """

    seeds: np.ndarray[Any, Any]
    records: Records
    first_truce_week: np.ndarray[Any, Any]
    weeks_under_truce: np.ndarray[Any, Any]
    weekly: list[Records] | None = None
    certificates: list[Certificate] | None = None


def run_chunk(
    case: Case,
    seeds: np.ndarray[Any, Any],
    settings: Mapping[str, Any] | None = None,
    keep: Keep = "rounds",
    weekly: bool = False,
    acceptance: bool = False,
    certified: float = 0.0,
    stop: threading.Event | None = None,
) -> Chunk:
    """Run some rows to their ends, looking now and then whether to stop."""
    ensemble = Ensemble(case, seeds, settings, certified)
    series: list[Records] = []
    while ensemble.tick < ensemble.steps and not (stop and stop.is_set()):
        ensemble.advance(1 if weekly else ensemble.steps)
        if weekly:
            series.append({name: ensemble.records[name].copy() for name in WEEKLY})
            if acceptance:
                series[-1]["acceptance"] = ensemble.acceptance()
    records = ensemble.records
    first_truce_week, weeks_under_truce = truce_times(records)
    if keep == "end states":
        records = {name: array for name, array in records.items() if name not in LOGS}
    return Chunk(
        ensemble.seeds,
        records,
        first_truce_week,
        weeks_under_truce,
        series if weekly else None,
        certificates_of(ensemble, stop) if certified > 0.0 else None,
    )


def certificates_of(ensemble: Ensemble, stop: threading.Event | None = None) -> list[Certificate]:
    """Certify the rounds that an ensemble has frozen, run by run."""
    places = np.nonzero(ensemble.frozen.war["seed"] >= 0)
    certificates: list[Certificate] = []
    for one in Certifier(ensemble.case).certify(Frozen(*(a[places] for a in ensemble.frozen))):
        certificates.append(one)
        if stop and stop.is_set():
            break
    return certificates


def truce_times(records: Records) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return when each row's first truce began, NaN if it had none, and its weeks under truce."""
    truces = records["truces"]
    held = np.arange(truces.shape[1]) < records["talks"]["truces"][:, np.newaxis]
    began = np.where(held, truces["started"], np.inf).min(axis=1, initial=np.inf)
    weeks = np.where(held, truces["weeks"], 0.0).sum(axis=1)
    return np.where(np.isfinite(began), began, np.nan), weeks
