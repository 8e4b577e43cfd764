"""Where the work is done: threads of this process, or a cluster; one interface for both.

Both are used through ``concurrent.futures``: jobs are submitted, and their futures waited for.
"""

import logging
import os
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from ceasefire.experiments.style.refusals import RefusedError

PATIENCE = 10
"""Seconds that a scheduler has to answer, and to come back once it was lost."""

LOOK_EVERY = 1.0
"""Seconds between two looks at how many workers a cluster has."""

LOOK_AT_MOST = 3.0
"""Seconds that such a look may take."""

LOGGERS = ("asyncio", "distributed", "distributed.client", "tornado", "tornado.application")
"""Who else would tell of a lost connection, with tracebacks; the last two write for Dask alone."""


@dataclass(frozen=True)
class Workers:
    """Somewhere to send jobs to.

    Attributes:
        executor: Takes them.
        count: How many were done at once in the beginning.
        words: What it is, for people.
        remote: Whether they are done by other processes.
        now: Tells how many are done at once now: 0 once nobody is left to take jobs.
    """

    executor: Executor
    count: int
    words: str
    remote: bool
    now: Callable[[], int]


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
            words = f"{count} thread{'s' if count > 1 else ''} here"
            yield Workers(pool, count, words, False, lambda: count)
        finally:
            # Compiled work cannot be interrupted: what was begun is left to itself.
            pool.shutdown(wait=False, cancel_futures=True)
        return
    with _quiet(), _cluster(on) as found:
        yield found


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's log off the screen meanwhile: what matters of it is said in a sentence."""
    with suppress(ImportError):
        # On import it sets the levels itself.
        import distributed  # noqa: F401
    before = {name: logging.getLogger(name).level for name in LOGGERS}
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


class _Post(Executor):
    """Sends jobs to a cluster as parcels, which nobody opens but the worker that does them.

    A scheduler looks into what it passes on: unwrapped, it would have to import the whole model,
    and answer nobody meanwhile.

    Args:
        executor: Dask's own, of a client.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Send a job and return its future."""
        return self._executor.submit(opened, pickle.dumps((fn, args, kwargs)))


def opened(parcel: bytes) -> Any:
    """Do the job that is in a parcel."""
    fn, args, kwargs = pickle.loads(parcel)
    return fn(*args, **kwargs)


def _connected(kind: Any, address: str) -> Any:
    """Return a client of a scheduler.

    Dask waits for ever for someone who takes the call and then says nothing, so it is left to wait
    on a thread of its own.

    Args:
        kind: Dask's class of clients.
        address: Address of the scheduler.

    Raises:
        RefusedError: If no scheduler answers.
    """
    answer: Future[Any] = Future()

    def call() -> None:
        try:
            answer.set_result(kind(address, timeout=PATIENCE, set_as_default=False))
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=call, daemon=True).start()
    try:
        return answer.result(2 * PATIENCE)
    except Exception as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise RefusedError(
            f"--on: found {address!r}, where no scheduler answers ({said}); allowed: the address "
            "that `dask scheduler` prints, such as tcp://127.0.0.1:8786."
        ) from None


class _Watch:
    """Knows how many threads the workers of a cluster have.

    Args:
        client: A connected client of its scheduler.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._threads = sum(client.nthreads().values())
        self._looked = time.monotonic()

    def threads(self) -> int:
        """Return the threads of all workers; 0 while there is no connection."""
        if self._client.status != "running":
            return 0
        if time.monotonic() - self._looked >= LOOK_EVERY:
            try:
                found = self._client.nthreads(callback_timeout=LOOK_AT_MOST)
                self._threads = sum(found.values())
            except (OSError, TimeoutError, RuntimeError):
                self._threads = 0
            self._looked = time.monotonic()
        return self._threads


@contextmanager
def _cluster(address: str) -> Iterator[Workers]:
    try:
        from distributed import Client
    except ImportError:
        raise RefusedError(
            "--on: dask.distributed is not installed; `pip install 'ceasefire[cluster]'` brings it."
        ) from None
    client = _connected(Client, address)
    try:
        watch = _Watch(client)
        threads = watch.threads()
        if not threads:
            raise RefusedError(
                f"--on: the scheduler at {address} has no workers; start some with "
                f"`dask worker {address} --nthreads 1`."
            )
        # A worker that dies takes the job with it, which then goes to another.
        post = _Post(client.get_executor(pure=False, retries=3))
        words = f"{threads} worker{'s' if threads > 1 else ''} of {address}"
        yield Workers(post, threads, words, True, watch.threads)
    finally:
        # A scheduler that hangs or is gone need not be told good-bye.
        with suppress(OSError, TimeoutError, RuntimeError):
            client.close(timeout=PATIENCE)
