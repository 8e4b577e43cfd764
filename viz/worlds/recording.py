"""Worlds recorded week by week, kept for all sessions of a process.

``records`` keeps whole worlds, each run once, with its certificates; ``Watched`` keeps the
weeks of a live model that something else steps, so that the same pictures show both.
"""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from ceasefire.experiments.story.story import ending, tell
from ceasefire.model.case.case import Case
from ceasefire.model.engines.ceasefire import CeasefireModel, forget
from ceasefire.viz.worlds.moment import Moment, moment_of
from ceasefire.viz.worlds.place import Place, case_of

KEPT = 50
"""Recorded worlds that are kept in a process at once, the latest used."""


@dataclass(frozen=True)
class RecordedWorld:
    """A whole run.

    Attributes:
        place: Case, seed, set and changes that make it.
        case: The case as run, with the set's values and the changes.
        moments: Its weeks, from the first on.
        ending: How it ended, in sentences.
    """

    place: Place
    case: Case
    moments: tuple[Moment, ...]
    ending: tuple[str, ...]

    @property
    def step(self) -> float:
        """Length of a step in weeks."""
        return float(self.case.records["war"]["step"][0])

    def index_at(self, week: float) -> int:
        """Return the place of the moment of a week, the nearest there is."""
        if not math.isfinite(week):
            return 0
        return min(max(int(week / self.step + 1.0e-6), 0), len(self.moments) - 1)


def record(place: Place) -> RecordedWorld:
    """Run a world to its end and keep every week of it.

    Raises:
        RefusedError: If there is no such set of parameters or lever.
        CaseError: If the case, or a change to it, makes no sense.
    """
    case = case_of(place)
    model = CeasefireModel(case, rng=place.seed, certify=True)
    moments: list[Moment] = []
    for told in tell(model):
        moments.append(moment_of(model, told, moments[-1] if moments else None))
    world = RecordedWorld(place, case, tuple(moments), tuple(ending(model)))
    # Mesa 3.3 would keep the model.
    forget(model)
    return world


class Records:
    """Recorded worlds of this process: bounded, for all sessions, safe among threads.

    Args:
        kept: How many are kept.
        make: What records a world.
    """

    def __init__(self, kept: int = KEPT, make: Callable[[Place], RecordedWorld] = record) -> None:
        self._kept, self._make = kept, make
        self._worlds: OrderedDict[Place, RecordedWorld] = OrderedDict()
        self._lock = threading.Lock()
        self._recording = threading.Lock()

    def find(self, place: Place) -> RecordedWorld | None:
        """Return a world if it is kept."""
        with self._lock:
            world = self._worlds.get(place)
            if world is not None:
                self._worlds.move_to_end(place)
            return world

    def get(self, place: Place) -> RecordedWorld:
        """Return a world, recorded now if it is not kept; one is recorded at a time."""
        world = self.find(place)
        if world is not None:
            return world
        with self._recording:
            world = self.find(place) or self._make(place)
        with self._lock:
            self._worlds[place] = world
            self._worlds.move_to_end(place)
            while len(self._worlds) > self._kept:
                self._worlds.popitem(last=False)
        return world

    def __len__(self) -> int:
        return len(self._worlds)


records = Records()
"""The worlds that pages of this process have asked for."""


class Watched:
    """The weeks of a live model, which something else steps, that were looked at so far."""

    def __init__(self) -> None:
        self._moments: list[Moment] = []
        self._lock = threading.Lock()

    def look(self, model: CeasefireModel) -> tuple[Moment, ...]:
        """Take the model down unless this week was seen; return all weeks seen."""
        with self._lock:
            now = model.week - model.war.step
            if not self._moments or self._moments[-1].week < now:
                self._moments.append(moment_of(model))
            return tuple(self._moments)
