"""Running a design: what is missing is run, stored part by part, and nothing is run twice."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ceasefire.experiments.design.design import Design
from ceasefire.experiments.runs.blocks import Block
from ceasefire.experiments.runs.cluster import pool_of
from ceasefire.experiments.runs.coverage import Part, add_cover, counts, coverage, missing
from ceasefire.experiments.runs.jobs import Done, Job, do, runs_digest
from ceasefire.experiments.runs.pool import LostError, Pool
from ceasefire.experiments.runs.replications import BATCH, Until, enough
from ceasefire.experiments.runs.request import warm
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.runs.writing import begun, note_state, save_part
from ceasefire.experiments.style.refusals import RefusedError, StoppedError
from ceasefire.experiments.style.words import counted, plain

Array = np.ndarray[Any, Any]

AIM, LEAST = 1.0, 0.25
"""Seconds of work that a job should take, and may take towards the end."""

FIRST_JOB, SMALLEST_JOB, LARGEST_JOB = 500, 50, 20_000
"""Runs of a job before its pace is known, and the bounds afterwards."""


@dataclass
class Progress:
    """How far a sweep is.

    Attributes:
        done: Runs that are stored.
        total: Runs that there are to be, as far as is known.
        now: Runs done since it was started.
        seconds: Since then.
        failed: Runs that failed.
    """

    done: int = 0
    total: int = 0
    now: int = 0
    seconds: float = 0.0
    failed: int = 0


@dataclass
class Sweep:
    """One start of a sweep.

    Args:
        design: What is run.
        results: Where to.
        pool: Who does it.
        points: Numbers of the points that are this one's share.
        until: When a point has been run often enough; None is the design's number of runs.
        report: Told how far it is, after every part.
        stop: Asked now and then whether to stop.
        ready: Called before anything is run here, and not where nothing is missing.

    Attributes:
        parts: What is stored.
        redone: Parts that were found damaged or there twice, with the reasons.
    """

    design: Design
    results: ResultsFolder
    pool: Pool
    points: Sequence[int]
    until: Until | None = None
    report: Callable[[Progress], None] = lambda progress: None
    stop: Callable[[], bool] = lambda: False
    ready: Callable[[], None] = lambda: None
    parts: list[Part] = field(default_factory=list)
    redone: dict[str, str] = field(default_factory=dict)
    progress: Progress = field(default_factory=Progress)

    def look(self, retry_failed: bool) -> None:
        """Find out what is stored, and remove what is no part of these results."""
        found = self.results.look()
        self.redone = dict(found.wrong)
        for name, other in found.twice.items():
            self.redone[name] = f"its runs are in part {other} as well"
        for part in found.parts:
            if retry_failed and part.failed:
                self.redone[part.key] = f"{counted(part.failed, 'run')} of it had failed"
        for name in self.redone:
            self.results.store.remove(name)
        self.parts = [part for part in found.parts if part.key not in self.redone]

    def run(self) -> None:
        """Run what is missing.

        Raises:
            StoppedError: If asked to stop; what is stored is whole.
            StorageError: If a part cannot be written.
            RefusedError: If the cluster went away, or runs other code.
        """
        self._targets = self._first_targets()
        self._values = self._stored_values()
        self._covered = coverage(self.parts)
        self.progress.done = sum(part.runs for part in self.parts)
        self.progress.failed = sum(part.failed for part in self.parts)
        self._began = time.monotonic()
        self._rate = 0.0
        self._queue: list[Block] = []
        for point in self.points:
            self._queue += self._missing(point)
        self._waiting = dict.fromkeys(self.points, 0)
        for block in self._queue:
            self._waiting[block.point] += block.runs
        if self.until:
            for point in self.points:
                if not self._waiting[point]:
                    self._queue += self._more(point)
        self._report()
        if not self._queue:
            return
        if not self.pool.remote:
            self.ready()
            warm(self.design.case)
        try:
            for job, done in self.pool.run(do, self._next_job, self._check, ordered=False):
                # Jobs that were lost with the connection are done anew.
                self._queue += job.blocks if done is None else self._store(done)
        except LostError as lost:
            raise RefusedError(self._words(str(lost))) from None

    def _check(self) -> None:
        if self.stop():
            raise StoppedError(self._words("Stopped"))

    def _first_targets(self) -> dict[int, int]:
        if self.until is None:
            return dict.fromkeys(self.points, self.design.runs)
        return dict.fromkeys(self.points, min(BATCH, self.until.most))

    def _missing(self, point: int) -> list[Block]:
        first = self.design.first_seed_of(point)
        return missing(point, first, self._targets[point], self._covered.get(point, []))

    def _stored_values(self) -> dict[int, list[Any]]:
        """Return seeds and values of the outcome so far, by point, where intervals decide."""
        values: dict[int, list[Any]] = {point: [] for point in self.points}
        if self.until is None or not any(part.rows.get("runs") for part in self.parts):
            return values
        database = self.results.connect()
        try:
            table = database.execute(
                f"SELECT point, seed, CAST({self.until.outcome.sql} AS DOUBLE) AS x FROM runs"
            ).df()
        finally:
            database.close()
        for point, group in table.groupby("point"):
            if point in values:
                values[int(str(point))].append(group[["seed", "x"]].to_numpy(dtype=float))
        return values

    def _more(self, point: int) -> list[Block]:
        """Return the blocks by which a point must grow, as all it was to have is stored.

        Only the runs that it was to have decide, whatever else is stored: so the answer does not
        depend on where a sweep was broken off.
        """
        assert self.until is not None
        first = self.design.first_seed_of(point)
        blocks: list[Block] = []
        while not blocks:
            have = self._targets[point]
            pairs = np.concatenate([np.zeros((0, 2)), *self._values[point]])
            counted_in = (pairs[:, 0] < first + have) & np.isfinite(pairs[:, 1])
            wanted = enough(self.until, pairs[counted_in, 1], have)
            if wanted <= have:
                return []
            self._targets[point] = wanted
            blocks = self._missing(point)
        self._waiting[point] = sum(block.runs for block in blocks)
        return blocks

    def _words(self, why: str) -> str:
        place = self.results.folder
        kept = f"{plain(self.progress.done)} of {counted(self.progress.total, 'run')}"
        return f"{why}: {kept} are stored in {place}; the same command goes on from there."

    def _next_job(self) -> Job | None:
        """Take blocks off the queue until they make about a second of work; None if it is empty."""
        queue = self._queue
        size = FIRST_JOB
        if self._rate > 0.0:
            # Towards the end jobs get smaller, so that no worker waits long for the last one.
            left = sum(block.runs for block in queue) / (2 * self.pool.count)
            seconds = min(AIM, max(LEAST, left / self._rate))
            size = int(min(max(self._rate * seconds, SMALLEST_JOB), LARGEST_JOB))
        taken: list[Block] = []
        rows = 0
        while queue and (not taken or rows + queue[0].runs <= size):
            block = queue.pop(0)
            if not taken and block.runs > size:
                queue.insert(0, Block(block.point, block.first + size, block.runs - size))
                block = Block(block.point, block.first, size)
            taken.append(block)
            rows += block.runs
        return job_of(self.design, taken) if taken else None

    def _store(self, done: Done) -> list[Block]:
        """Store what came of a job, and return what it calls for."""
        if done.code != runs_digest():
            raise RefusedError(
                f"--on: the workers run other code (digest {done.code[:8]}) than this process "
                f"({runs_digest()[:8]}); install the same version there and start them again."
            )
        part = save_part(self.results, done.blocks, done.tables, done.digest, done.seconds)
        self.parts.append(part)
        runs = part.runs
        self.progress.done += runs
        self.progress.now += runs
        self.progress.failed += part.failed
        if done.seconds > 0.0:
            rate = runs / done.seconds
            self._rate = rate if self._rate == 0.0 else 0.7 * self._rate + 0.3 * rate
        more: list[Block] = []
        for block in done.blocks:
            add_cover(self._covered, block)
            self._waiting[block.point] -= block.runs
        if self.until is not None:
            self._count(done)
            for point in dict.fromkeys(block.point for block in done.blocks):
                if self._waiting[point] == 0:
                    more += self._more(point)
        self._report()
        return more

    def _count(self, done: Done) -> None:
        assert self.until is not None
        if "runs" not in done.tables:
            return
        columns = ["point", "seed", *self.until.outcome.columns]
        runs = done.tables["runs"].select(columns).to_pandas()
        runs["x"] = self.until.outcome.of(runs)
        for point, group in runs.groupby("point"):
            self._values[int(str(point))].append(group[["seed", "x"]].to_numpy(dtype=float))

    def _report(self) -> None:
        self.progress.total = max(self.progress.done, sum(self._targets.values()))
        self.progress.seconds = time.monotonic() - self._began
        self.report(self.progress)

    def finish(self) -> None:
        """Note in the manifest what is there."""
        note_state(
            self.results,
            complete=True,
            asked_for=sum(self._targets.values()),
            seconds_of_work=round(sum(part.seconds for part in self.parts), 1),
            **counts(self.parts),
        )


def job_of(design: Design, blocks: Sequence[Block]) -> Job:
    """Return a job of some blocks of a design, with what a worker needs and no more."""
    points = {
        block.point: [
            (dimension, design.points[block.point].values[dimension.name])
            for dimension in design.dimensions
        ]
        for block in blocks
    }
    return Job(tuple(blocks), design.case, design.draw, points, design.keep)


def sweep(
    design: Design,
    out: str | Path,
    *,
    workers: int | None = None,
    on: str | None = None,
    shard: tuple[int, int] | None = None,
    until: Until | None = None,
    retry_failed: bool = False,
    report: Callable[[Progress], None] = lambda progress: None,
    stop: Callable[[], bool] = lambda: False,
    ready: Callable[[], None] = lambda: None,
    found: Callable[["Sweep"], None] = lambda sweep: None,
) -> ResultsFolder:
    """Run a design into a folder; the same call again runs what is missing.

    Args:
        design: What is run.
        out: Folder of the results.
        workers: Threads here; all processors by default.
        on: Address of a running Dask scheduler, which is given the work instead.
        shard: Which share of the points, as (number from 1, of how many).
        until: Grow each point until its interval is narrow enough, instead of the design's runs.
        retry_failed: Whether parts in which runs failed are run again.
        report: Told how far it is, after every part.
        stop: Asked now and then whether to stop.
        ready: Called before anything is run here, and not where nothing is missing.
        found: Told what was found stored, before anything is run.

    Returns:
        The results.

    Raises:
        RefusedError: If other results are there, someone else writes there, or the cluster is gone.
        StorageError: If the folder cannot be written; what was stored is whole.
        StoppedError: If asked to stop.
    """
    folder = Path(out)
    points = share_of_points(len(design.points), shard)
    with begun(design, folder, shard) as results:
        # How many runs of each point were asked for may grow.
        results.manifest["design"] = {**results.manifest["design"], "runs": design.runs}
        with pool_of(on, workers) as pool:
            one = Sweep(design, results, pool, points, until, report, stop, ready)
            one.look(retry_failed)
            found(one)
            note_state(results, complete=False)
            one.run()
        one.finish()
    return ResultsFolder.open(folder)


def share_of_points(points: int, shard: tuple[int, int] | None) -> list[int]:
    """Return the numbers of the points that are one shard's share.

    Raises:
        RefusedError: If there is no such shard, or some would have nothing to do.
    """
    if shard is None:
        return list(range(points))
    number, of = shard
    if not (1 <= number <= of <= points):
        raise RefusedError(
            f"--shard: found {number}/{of}; allowed: 1/N to N/N, with N up to the number of "
            f"points, {points}."
        )
    return list(range(number - 1, points, of))
