"""Runs for the page by the compiled ensemble: those of the case as it is are kept."""

import importlib
import os
import threading
from collections.abc import Callable
from functools import cache

import numpy as np

from ceasefire.experiments.design.dimensions import Setup
from ceasefire.experiments.runs.pool import Pool
from ceasefire.experiments.runs.request import Request, warm
from ceasefire.model.case.case import Case
from ceasefire.model.certificate.certificate import Certificate
from ceasefire.model.engines.ensemble import Chunk
from ceasefire.viz.levers.lever import the_case
from ceasefire.viz.levers.setting import setup_of
from ceasefire.viz.live.ends import Ends, ends_of, joined

SLICE = 500
"""Runs that are shown at first, and added each time."""

WHY_SHARE = 0.25
"""Share of failed rounds that is certified, drawn at random."""

THREADS = min(2, os.cpu_count() or 1)
"""Threads over which a slice is split."""


class Runs:
    """Runs of a case by the compiled ensemble; those of the baseline are kept.

    Args:
        case: The case as it is.
        setup_of: Returns the case with a setting.
    """

    def __init__(self, case: Case, setup_of: Callable[[dict[str, float]], Setup]) -> None:
        self.setup = setup_of
        self._own = setup_of({})
        self._kept: list[Ends] = []
        self._certificates: dict[tuple[int, int], tuple[Certificate, ...]] = {}
        self._pool = Pool(THREADS)
        warm(case)

    def baseline(self, runs: int) -> Ends:
        """Return the first runs of the case as it is; called in a turn."""
        while sum(map(len, self._kept)) < runs:
            self._kept.append(self.run(self._own, sum(map(len, self._kept)), SLICE))
        if len(self._kept) > 1:
            self._kept = [joined(self._kept)]
        return self._kept[0].first(runs)

    def run(self, setup: Setup, first: int, runs: int) -> Ends:
        """Return some runs with a setting, split over the threads; called in a turn."""
        asked = Request(setup.case, setup.draw, "end states")
        chunks = self._chunks(asked, first, runs)
        return joined([ends_of(chunk, setup.draw.sets, setup.case) for chunk in chunks])

    def baseline_certificates(self, first: int, runs: int) -> tuple[Certificate, ...]:
        """Return certificates of some runs of the case as it is; called in a turn."""
        key = (first, runs)
        if key not in self._certificates:
            self._certificates[key] = self.certificates(self._own, first, runs)
        return self._certificates[key]

    def certificates(self, setup: Setup, first: int, runs: int) -> tuple[Certificate, ...]:
        """Return certificates of some runs with a setting; called in a turn."""
        asked = Request(setup.case, setup.draw, certified=WHY_SHARE)
        chunks = self._chunks(asked, first, runs)
        return tuple(one for chunk in chunks for one in chunk.certificates or ())

    def _chunks(self, asked: Request, first: int, runs: int) -> list[Chunk]:
        seeds = np.arange(first, first + runs, dtype=np.int64)
        done = self._pool.run(asked.run, np.array_split(seeds, THREADS))
        return [chunk for _, chunk in done if chunk is not None]


_MAKING = threading.Lock()


def runs_of_the_page() -> Runs:
    """Return the source of runs of this process; made once, whoever asks first."""
    with _MAKING:
        return _runs()


@cache
def _runs() -> Runs:
    # Intervals ask for it, and its import would make the first picture wait.
    importlib.import_module("scipy.stats")
    return Runs(the_case(), setup_of)
