"""Where the work is done: threads of this process, or a cluster; one interface for both.

Both are used through ``concurrent.futures``: jobs are submitted, and their futures waited for.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from experiments.refusals import RefusedError

PATIENCE = 10
"""Seconds that a scheduler has to answer."""


@dataclass(frozen=True)
class Workers:
    """Somewhere to send jobs to.

    Attributes:
        executor: Takes them.
        count: How many are done at once.
        words: What it is, for people.
        remote: Whether they are done by other processes.
        alive: Tells whether there is still someone to take jobs.
    """

    executor: Executor
    count: int
    words: str
    remote: bool
    alive: Callable[[], bool] = lambda: True


@contextmanager
def workers_of(on: str | None, workers: int | None) -> Iterator[Workers]:
    """Open the place where work is done, and close it in the end.

    Args:
        on: Address of a running Dask scheduler, such as ``tcp://node1:8786``; None is here.
        workers: Threads here; all processors by default.

    Raises:
        RefusedError: If Dask is not installed, no scheduler answers, or it has no workers.
    """
    if on is None:
        count = workers or os.cpu_count() or 1
        pool = ThreadPoolExecutor(count)
        try:
            yield Workers(pool, count, f"{count} thread{'s' if count > 1 else ''} here", False)
        finally:
            # Compiled work cannot be interrupted: what was begun is left to itself.
            pool.shutdown(wait=False, cancel_futures=True)
        return
    with _cluster(on) as found:
        yield found


@contextmanager
def _cluster(address: str) -> Iterator[Workers]:
    try:
        from distributed import Client
    except ImportError:
        raise RefusedError(
            "--on: dask.distributed is not installed; `pip install 'ceasefire[cluster]'` brings it."
        ) from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise RefusedError(
            f"--on: found {address!r}, where no scheduler answers ({said}); allowed: the address "
            "that `dask scheduler` prints, such as tcp://127.0.0.1:8786."
        ) from None
    try:
        threads = sum(client.nthreads().values())
        if not threads:
            raise RefusedError(
                f"--on: the scheduler at {address} has no workers; start some with "
                f"`dask worker {address} --nthreads 1`."
            )
        # A worker that dies takes the job with it, which then goes to another.
        executor = client.get_executor(pure=False, retries=3)
        words = f"{threads} worker{'s' if threads > 1 else ''} of {address}"
        yield Workers(executor, threads, words, True, lambda: client.status == "running")
    finally:
        client.close(timeout=PATIENCE)
