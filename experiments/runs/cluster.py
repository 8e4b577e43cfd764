"""A cluster in the place of threads: jobs go to the workers of a Dask scheduler."""

import logging
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from typing import Any

from ceasefire.experiments.runs.pool import Job, Pool, Result
from ceasefire.experiments.style.refusals import RefusedError

PATIENCE = 10
"""Seconds that a scheduler has to answer, and to come back once it was lost."""

LOOK_EVERY = 1.0
"""Seconds between two looks at how many workers a cluster has."""

LOOK_AT_MOST = 3.0
"""Seconds that such a look may take."""

LOGGERS = ("asyncio", "distributed", "distributed.client", "tornado", "tornado.application")
"""Who else would tell of a lost connection, with tracebacks; the last two write for Dask alone."""


@contextmanager
def pool_of(on: str | None, workers: int | None) -> Iterator[Pool]:
    """Open the place where work is done, and close it in the end.

    Args:
        on: Address of a running Dask scheduler, such as ``tcp://node1:8786``; None is here.
        workers: Threads here; all processors by default.

    Raises:
        RefusedError: If Dask is not installed, no scheduler answers, or it has no workers.
    """
    if on is None:
        pool = Pool(workers)
        try:
            yield pool
        finally:
            # Compiled work cannot be interrupted: what was begun is left to itself.
            pool.close()
        return
    with _quiet(), _connection(on) as client:
        yield Cluster(client, on)


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


class Cluster(Pool):
    """The workers of a scheduler.

    Args:
        client: A connected client of the scheduler.
        address: Its address.

    Raises:
        RefusedError: If it has no workers.
    """

    remote = True

    def __init__(self, client: Any, address: str) -> None:
        self._client = client
        self._threads = sum(client.nthreads().values())
        self._looked = time.monotonic()
        self.count = self.now()
        if not self.count:
            raise RefusedError(
                f"--on: the scheduler at {address} has no workers; start some with "
                f"`dask worker {address} --nthreads 1`."
            )
        # A worker that dies takes the job with it, which then goes to another.
        self._executor = client.get_executor(pure=False, retries=3)

    def now(self) -> int:
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

    def send(self, work: Callable[[Job], Result], job: Job) -> "Future[Result]":
        """Send a job as a parcel, which nobody opens but the worker that does it.

        A scheduler looks into what it passes on: unwrapped, it would have to import the whole
        model, and answer nobody meanwhile.
        """
        return self._executor.submit(opened, pickle.dumps((work, job)))


def opened(parcel: bytes) -> Any:
    """Do the job that is in a parcel."""
    work, job = pickle.loads(parcel)
    return work(job)


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


@contextmanager
def _connection(address: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError:
        raise RefusedError(
            "--on: dask.distributed is not installed; `pip install 'ceasefire[cluster]'` brings it."
        ) from None
    client = _connected(Client, address)
    try:
        yield client
    finally:
        # A scheduler that hangs or is gone need not be told good-bye.
        with suppress(OSError, TimeoutError, RuntimeError):
            client.close(timeout=PATIENCE)
