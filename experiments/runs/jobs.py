"""What a worker does, here or on another machine: run some blocks of a design, and make tables."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ceasefire.experiments.design.changes import Value
from ceasefire.experiments.design.dimensions import Dimension, Setup, apply
from ceasefire.experiments.design.parameter_sets import Draw, place_of
from ceasefire.experiments.runs.blocks import Block, digest_of
from ceasefire.experiments.runs.faults import not_finite
from ceasefire.experiments.runs.request import Request
from ceasefire.experiments.runs.tables import Tables
from ceasefire.model.case.case import Case, CaseError
from ceasefire.model.engines.cache import code_digest
from ceasefire.model.engines.ensemble import Keep, prepare

Array = np.ndarray[Any, Any]

ROWS = 1000
"""Runs that are in memory at once in one worker."""


def runs_digest() -> str:
    """Return a digest of all code on which the content of runs depends."""
    return code_digest(__name__)


@dataclass(frozen=True)
class Job:
    """Some blocks, with all that a worker needs to run them.

    Attributes:
        blocks: The blocks.
        case: The case that all points share.
        draw: Its sets of parameters.
        points: What is changed at each point of the blocks: dimensions with their values.
        keep: What is kept of each run.
    """

    blocks: tuple[Block, ...]
    case: Case
    draw: Draw
    points: Mapping[int, Sequence[tuple[Dimension, Value]]]
    keep: Keep

    def setup(self, point: int) -> Setup | str:
        """Return the case as a point has it, or why it makes no sense there."""
        try:
            return apply(self.case, self.draw, self.points[point])
        except CaseError as error:
            return str(error)


@dataclass(frozen=True)
class Failure:
    """A run that failed, and is in no statistic.

    Attributes:
        point: Its point.
        parameter_set: Its set of parameters; -1 where the point itself makes no sense.
        seed: Its seed.
        error: What went wrong, in a sentence.
    """

    point: int
    parameter_set: int
    seed: int
    error: str


@dataclass
class Done:
    """What came of a job.

    Attributes:
        blocks: Its blocks.
        tables: The tables of their runs.
        digest: Digest of the content of the tables.
        seconds: Time that it took.
        code: Digest of the code that ran it.
    """

    blocks: tuple[Block, ...]
    tables: dict[str, pa.Table]
    digest: str
    seconds: float
    code: str
    failures: list[Failure] = field(default_factory=list)


def do(job: Job) -> Done:
    """Run the blocks of a job.

    A run that raises an error, or in which a number is not finite, becomes a row of ``failures``;
    the others are not touched by it.
    """
    prepare()
    began = time.perf_counter()
    parts: dict[str, list[pd.DataFrame]] = {}
    failures: list[Failure] = []
    setups: dict[int, Setup | str] = {}
    for block in job.blocks:
        if block.point not in setups:
            setups[block.point] = job.setup(block.point)
        setup = setups[block.point]
        if isinstance(setup, str):
            failures.append(Failure(block.point, -1, block.first, setup))
            continue
        asked = Request(setup.case, setup.draw, job.keep)
        maker = Tables(setup.case, block.point, setup.draw.sets)
        for seeds in in_turn(block):
            for table in run_rows(asked, maker, seeds, failures):
                for name, frame in table.items():
                    parts.setdefault(name, []).append(frame)
    tables = {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}
    if failures:
        tables["failures"] = pd.DataFrame([vars(one) for one in failures])
    return Done(
        job.blocks,
        {name: pa.Table.from_pandas(table, preserve_index=False) for name, table in tables.items()},
        digest_of(tables),
        time.perf_counter() - began,
        runs_digest(),
        failures,
    )


def in_turn(block: Block) -> Iterator[Array]:
    """Yield the seeds of a block, so many at once as memory has room for."""
    for begun in range(0, block.runs, ROWS):
        count = min(ROWS, block.runs - begun)
        yield np.arange(count, dtype=np.int64) + (block.first + begun)


def run_rows(
    asked: Request, maker: Tables, seeds: Array, failures: list[Failure]
) -> Iterator[dict[str, pd.DataFrame]]:
    """Run some seeds of a point; those that fail are found by halving and set aside.

    Args:
        asked: What is asked for at the point.
        maker: Makes its tables.
        seeds: The seeds.
        failures: Takes the failures.

    Yields:
        Tables of the sound runs, in the order of their seeds.
    """
    try:
        chunk = asked.run(seeds)
    except Exception as error:
        if len(seeds) > 1:
            for half in np.array_split(seeds, 2):
                yield from run_rows(asked, maker, half, failures)
            return
        failures.append(failed(maker, int(seeds[0]), f"{type(error).__name__}: {error}"))
        return
    wrong = not_finite(chunk.records)
    if not wrong:
        yield maker.make(chunk)
        return
    for row, name in sorted(wrong.items()):
        words = f"{name} is not a finite number at the end of the run"
        failures.append(failed(maker, int(seeds[row]), words))
    sound = np.setdiff1d(seeds, seeds[sorted(wrong)])
    if len(sound):
        yield maker.make(asked.run(sound))


def failed(maker: Tables, seed: int, error: str) -> Failure:
    """Return the failure of a run."""
    sets = maker.parameter_sets
    return Failure(maker.point, int(sets[place_of([seed], len(sets))][0]), seed, error)
