"""The one loop of all experiments: work goes to a pool of threads, and what comes of it comes back.

Compiled work lets go of Python's lock, so threads are enough; a cluster stands in for them where
there is one (``cluster.Cluster``). Only a few jobs are in flight at once, which keeps all threads
busy and the memory small; between two of them there is time for progress and for stopping.
"""

import os
import threading
import time
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from typing import Generic, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

AHEAD = 2
"""Jobs in flight beyond those that are being done, so that nobody waits."""

PATIENCE = 0.1
"""Seconds between two looks at whether to stop."""

LOST_AFTER = 20.0
"""Seconds without anyone to do the work after which it is given up."""


class LostError(Exception):
    """Nobody is left who could do the work; the message says why."""


class Pool:
    """Threads of this process.

    Args:
        count: How many; all processors by default.

    Attributes:
        remote: Whether the work is done by other processes.
    """

    remote = False

    def __init__(self, count: int | None = None) -> None:
        self.count = count or os.cpu_count() or 1
        self._executor: Executor = ThreadPoolExecutor(self.count)

    def now(self) -> int:
        """Return how many jobs can be done at once now: 0 once nobody is left to take them."""
        return self.count

    def send(self, work: Callable[[Job], Result], job: Job) -> "Future[Result]":
        """Begin a job."""
        return self._executor.submit(work, job)

    def close(self, wait: bool = False) -> None:
        """Begin nothing more; what was begun is left to itself, or waited for."""
        self._executor.shutdown(wait=wait, cancel_futures=True)

    def run(
        self,
        work: Callable[[Job], Result],
        jobs: "Iterable[Job] | Callable[[], Job | None]",
        check: Callable[[], None] = lambda: None,
        ordered: bool = True,
    ) -> Generator[tuple[Job, Result | None], None, None]:
        """Do jobs and yield each with what came of it; None where it was lost with a connection.

        Args:
            work: What is done with a job.
            jobs: The jobs, taken as there is room for them; or what returns the next one, or None
                while there is none, and is asked again after every result.
            check: Called some times a second; what it raises ends the loop.
            ordered: Whether results come in the order of the jobs, or as they are done.

        Raises:
            LostError: If nobody is left to do the work.
        """
        if callable(jobs):
            next_job = jobs
        else:
            left = iter(jobs)

            def next_job() -> Job | None:
                return next(left, None)

        flight = _Flight(self, work)
        try:
            while flight.fill(next_job) or flight.pending:
                yield from flight.done(ordered)
                check()
        finally:
            flight.cancel()


class _Flight(Generic[Job, Result]):
    """Jobs under way."""

    def __init__(self, pool: Pool, work: Callable[[Job], Result]) -> None:
        self._pool, self._work = pool, work
        self._held: Job | None = None
        self._there = time.monotonic()
        self.pending: dict[Future[Result], Job] = {}

    def fill(self, next_job: Callable[[], Job | None]) -> bool:
        """Begin jobs while there is room; whether one is held back for want of workers."""
        room = self._pool.now()
        while len(self.pending) < room + AHEAD or not room:
            if self._held is None:
                self._held = next_job()
            if self._held is None or not room:
                break
            future = self._pool.send(self._work, self._held)
            room = self._pool.now()
            # Sent into the void otherwise, perhaps: nothing might ever come of it.
            if room:
                self.pending[future] = self._held
                self._held = None
        if room:
            self._there = time.monotonic()
        elif time.monotonic() - self._there > LOST_AFTER:
            raise LostError("The scheduler or all its workers went away")
        elif not self.pending:
            time.sleep(PATIENCE)
        return self._held is not None

    def done(self, ordered: bool) -> Generator[tuple[Job, Result | None], None, None]:
        """Wait a moment and yield what is done."""
        awaited = list(self.pending)[: 1 if ordered else None]
        finished, _ = wait(awaited, timeout=PATIENCE, return_when=FIRST_COMPLETED)
        for future in finished:
            job = self.pending.pop(future)
            try:
                result = future.result()
            except CancelledError:
                yield job, None
            except Exception as error:
                if not self._pool.remote:
                    raise
                said = str(error).splitlines()[0] if str(error) else ""
                words = f"The cluster gave up on a job ({type(error).__name__}: {said})"
                raise LostError(words) from None
            else:
                yield job, result

    def cancel(self) -> None:
        """Cancel what has not been begun; who is gone cannot be asked to."""
        if self.pending and self._pool.now():
            for future in self.pending:
                future.cancel()


def each(
    work: Callable[[Job], Result],
    jobs: Iterable[Job],
    workers: int | None = None,
    stop: threading.Event | None = None,
) -> Generator[Result, None, None]:
    """Do jobs on threads of their own and yield what comes of each, in order.

    Closing the iterator waits for what is under way.

    Args:
        work: What is done with a job.
        jobs: The jobs.
        workers: Threads; all processors by default.
        stop: Set if the iterator is closed early, so that what is under way can leave off; once
            set by someone else, the iterator ends.
    """
    stop = stop or threading.Event()
    pool = Pool(workers)
    try:
        for _, result in pool.run(work, jobs):
            if stop.is_set():
                return
            yield result  # type: ignore[misc]  # only what a cluster loses is None
    except BaseException:
        stop.set()
        raise
    finally:
        pool.close(wait=True)
