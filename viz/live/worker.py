"""Ensembles that follow a hand: the latest setting wins, and nothing queues.

Every browser session has one worker, a thread that knows only the latest setting that was wanted.
Its first runs are always shown; more runs refine the picture until a newer setting stops them.
Compiled work of all sessions takes turns, the first runs of a setting before any refinement.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from ceasefire.experiments.design.dimensions import Setup
from ceasefire.model.case.case import CaseError
from ceasefire.model.certificate.certificate import Certificate
from ceasefire.viz.live.ends import Ends, joined
from ceasefire.viz.live.runs import SLICE, runs_of_the_page
from ceasefire.viz.page.threads import begin

log = logging.getLogger("ceasefire.page")

DRAGGED = 250
"""Runs that are shown at first in a drag, one of each set: the next value is there already."""

SOON = 0.15
"""Seconds within which another value makes a drag of separate moves."""

MOST = 2000
"""Runs of a setting: no session runs more of one."""

WHY_RUNS = 120
"""Runs whose failed rounds are looked into."""

WHY_SLICE = 40
"""Runs of these between two looks at whether something newer is wanted."""


@dataclass(frozen=True)
class Wanted:
    """A setting that somebody wants to see.

    Attributes:
        number: Grows with every move of a session.
        values: Values of levers by name.
        settled: Whether the hand has let go.
    """

    number: int
    values: dict[str, float] = field(default_factory=dict)
    settled: bool = True


@dataclass(frozen=True)
class Seen:
    """What is there to be shown of a setting.

    Attributes:
        wanted: The setting.
        baseline: Runs of the case as it is, as many as of the change.
        changed: Runs with the change.
        stuck: Certificates of the baseline and of the change, once they are there.
        problem: Why there are no runs, in a sentence; "" if there are.
        brief: Whether other sessions wait for their first runs, so that no more should be drawn now
            than what a hand on a lever looks at.
    """

    wanted: Wanted
    baseline: Ends | None = None
    changed: Ends | None = None
    stuck: tuple[tuple[Certificate, ...], tuple[Certificate, ...]] | None = None
    problem: str = ""
    brief: bool = False


class Turns:
    """Who may run compiled code: one at a time, first slices before refinement."""

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._busy = False
        self._first_waiting = 0

    @contextmanager
    def turn(self, first: bool) -> Iterator[None]:
        """Wait for a turn and hold it.

        Args:
            first: Whether somebody sees nothing until this has run.
        """
        with self._free:
            self._first_waiting += first
            try:
                while self._busy or (not first and self._first_waiting):
                    self._free.wait()
            finally:
                self._first_waiting -= first
            self._busy = True
        try:
            yield
        finally:
            with self._free:
                self._busy = False
                self._free.notify_all()

    def waiting(self) -> int:
        """Return how many wait for a first slice."""
        with self._free:
            return self._first_waiting


TURNS = Turns()
"""Turns of this process."""


class Source(Protocol):
    """Where runs come from."""

    def setup(self, values: dict[str, float]) -> Setup:
        """Return the case with a setting.

        Raises:
            CaseError: If it makes no sense.
        """

    def baseline(self, runs: int) -> Ends:
        """Return the first runs of the case as it is, which are run once only."""

    def run(self, setup: Setup, first: int, runs: int) -> Ends:
        """Return some runs with a setting, from a seed on."""

    def baseline_certificates(self, first: int, runs: int) -> tuple[Certificate, ...]:
        """Return certificates of some runs of the case as it is, which are run once only."""

    def certificates(self, setup: Setup, first: int, runs: int) -> tuple[Certificate, ...]:
        """Return certificates of failed rounds of some runs with a setting."""


class Worker:
    """The one worker of a session.

    Args:
        source: Makes, or returns, the source of runs; called on the worker's own thread.
        show: Takes what is there to be shown, on the worker's own thread.
        most: Runs of a setting.
        turns: Who may run compiled code.
    """

    def __init__(
        self,
        source: Callable[[], Source],
        show: Callable[[Seen], None],
        most: int = MOST,
        turns: Turns = TURNS,
    ) -> None:
        self._source = source
        self._show = show
        self._most = min(most, MOST)
        self._turns = turns
        self._news = threading.Condition()
        self._wanted: Wanted | None = None
        self._taken: Wanted | None = None
        self._closed = False
        self._moved = -math.inf
        self._dragged = False
        self._kept: tuple[dict[str, float], Ends] | None = None
        self._ended = threading.Event()

    def start(self) -> None:
        """Begin to work."""
        begin(self._work, "ensembles")

    def want(self, wanted: Wanted) -> None:
        """Say what is wanted now; what was wanted before and is not yet begun is forgotten."""
        with self._news:
            now = time.monotonic()
            self._dragged = not wanted.settled and now - self._moved < SOON
            self._moved = now
            self._wanted = wanted
            self._news.notify()

    def close(self) -> None:
        """Stop after the slice under way; nothing is shown any more."""
        with self._news:
            self._closed = True
            self._news.notify()

    def join(self, seconds: float) -> bool:
        """Wait for the end of the work; whether it has come."""
        return self._ended.wait(seconds)

    def _work(self) -> None:
        try:
            self._serve()
        finally:
            self._ended.set()

    def _serve(self) -> None:
        source: Source | None = None
        while self._is_wanted():
            self._taken = None
            try:
                source = source or self._source()
                self._follow(source)
            except Exception as error:
                log.exception("an ensemble could not be run")
                failed = self._taken or self._take()
                if failed is not None:
                    self._out(Seen(failed, problem=f"This could not be run: {error}."))

    def _is_wanted(self) -> bool:
        """Wait until something is wanted; False when the session is closed."""
        with self._news:
            while self._wanted is None and not self._closed:
                self._news.wait()
            return not self._closed

    def _take(self) -> Wanted | None:
        """Take what is wanted now."""
        with self._news:
            self._taken, self._wanted = self._wanted, None
            return None if self._closed else self._taken

    def is_stale(self) -> bool:
        """Whether something newer is wanted, or nothing any more."""
        with self._news:
            return self._closed or self._wanted is not None

    def _out(self, seen: Seen) -> None:
        with self._news:
            if self._closed:
                return
        try:
            self._show(seen)
        except Exception:
            log.exception("what was run could not be shown")

    def _kept_of(self, values: dict[str, float]) -> Ends | None:
        """Return the runs of the last setting if it is wanted again, as when a hand lets go."""
        if self._kept is None or self._kept[0] != values:
            return None
        return self._kept[1]

    def _follow(self, source: Source) -> None:
        """Show the first runs of the latest setting, and refine until a newer one comes."""
        with self._turns.turn(first=True):
            # What was wanted when the wait began may be old by now.
            wanted = self._take()
            if wanted is None:
                return
            try:
                setup = source.setup(wanted.values)
            except CaseError as error:
                problem = f"The case makes no sense with this: {'; '.join(error.problems)}."
                self._out(Seen(wanted, problem=problem))
                return
            kept = self._kept_of(wanted.values)
            size = len(kept or ()) or min(DRAGGED if self._dragged else SLICE, self._most)
            baseline = source.baseline(size)
            if wanted.values:
                changed = kept or source.run(setup, 0, size)
            else:
                changed = baseline
        self._kept = wanted.values, changed
        self._out(Seen(wanted, baseline, changed, brief=self._turns.waiting() > 0))
        while len(changed) < self._most:
            with self._turns.turn(first=False):
                if self.is_stale():
                    return
                size = min(SLICE, self._most - len(changed))
                baseline = source.baseline(len(changed) + size)
                if wanted.values:
                    changed = joined([changed, source.run(setup, len(changed), size)])
                else:
                    changed = baseline
            self._kept = wanted.values, changed
            # Where others wait, the machine is left to them, and only the last picture is drawn.
            if len(changed) >= self._most or not self._turns.waiting():
                self._out(Seen(wanted, baseline, changed))
        before: tuple[Certificate, ...] = ()
        after: tuple[Certificate, ...] = ()
        for first in range(0, WHY_RUNS, WHY_SLICE):
            with self._turns.turn(first=False):
                if self.is_stale():
                    return
                before += source.baseline_certificates(first, WHY_SLICE)
            if not wanted.values:
                after = before
                continue
            with self._turns.turn(first=False):
                if self.is_stale():
                    return
                after += source.certificates(setup, first, WHY_SLICE)
        self._out(Seen(wanted, baseline, changed, (before, after)))


def warm() -> None:
    """Make ready what the first visitor would wait for: rules, and the baseline's first runs."""
    source = runs_of_the_page()
    with TURNS.turn(first=False):
        source.baseline(SLICE)
