"""Many runs of a case: chunk by chunk, or as tables for notebooks, with nothing on disk."""

import math
import os
import threading
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any, get_args

import numpy as np
import pandas as pd

from ceasefire.agents.chance import LARGEST_SEED
from ceasefire.experiments.design.parameter_sets import drawn
from ceasefire.experiments.runs.pool import each
from ceasefire.experiments.runs.request import Request, warm
from ceasefire.experiments.runs.summary import Summariser, Summary
from ceasefire.experiments.runs.tables import KEYS, Tables, joined
from ceasefire.experiments.style.notebook import Shown, html_of
from ceasefire.experiments.style.words import PURPOSE, counted, listed
from ceasefire.model.case.case import Case, load_case
from ceasefire.model.engines.ensemble import Chunk, Keep

ROWS = 500
"""Runs in a chunk, if not told otherwise."""


def chunks(
    asked: Request, runs: int, first_seed: int = 0, workers: int | None = None, rows: int = ROWS
) -> Generator[Chunk, None, None]:
    """Run an ensemble chunk by chunk, in the order of seeds.

    Args:
        asked: What runs are asked for.
        runs: How many; their seeds are ``first_seed`` and those that follow.
        first_seed: Seed of the first run.
        workers: Threads; all processors by default.
        rows: Runs in a chunk.

    Yields:
        Finished chunks. Closing the iterator stops what is under way.

    Raises:
        ValueError: If there are no runs, seeds beyond 2**63 - 1, or no such thing to keep.
    """
    if runs < 1:
        raise ValueError(f"runs: found {runs}, allowed is a whole number from 1")
    if not 0 <= first_seed <= LARGEST_SEED - runs + 1:
        raise ValueError(f"first seed: found {first_seed}, allowed is 0 to 2**63 - {runs}")
    if asked.keep not in get_args(Keep):
        raise ValueError(f"keep: found {asked.keep!r}, allowed is 'end states' or 'rounds'")
    warm(asked.case)
    if asked.acceptance:
        # It takes a hundred times the time: small chunks still answer to a stop.
        rows = min(rows, 10)
    elif asked.certified > 0.0:
        rows = min(rows, max(10, int(50 / asked.certified)))
    stop = threading.Event()
    seeds = (
        np.arange(min(rows, runs - begun), dtype=np.int64) + (first_seed + begun)
        for begun in range(0, runs, rows)
    )
    yield from each(lambda some: asked.run(some, stop), seeds, workers, stop)


@dataclass(frozen=True, repr=False)
class Results(Shown):
    """What came of an ensemble.

    Attributes:
        case: The case as run, changes included.
        runs: One row for each run.
        rounds: One row for each round, if they were kept.
        truces: One row for each truce, if they were kept.
        weeks: One row for each week of each run, if they were asked for.
    """

    case: Case
    runs: pd.DataFrame
    rounds: pd.DataFrame | None = None
    truces: pd.DataFrame | None = None
    weeks: pd.DataFrame | None = None

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables there are, by name."""
        found = {name: getattr(self, name) for name in KEYS}
        return {name: table for name, table in found.items() if table is not None}

    def summary(self) -> Summary:
        """Return how runs end, when truces begin and how long they last, and who refuses."""
        summariser = Summariser(self.case)
        summariser.add(self.tables)
        return summariser.summary()

    @property
    def headline(self) -> str:
        """The case, and how many rows there are of each table."""
        rows = [counted(len(table), name[:-1]) for name, table in self.tables.items()]
        return f"{self.case.name}: {listed(rows)}"

    @property
    def ends(self) -> pd.DataFrame:
        """Share of runs that ended in each way, with a 95 % interval, and when they did."""
        summary = self.summary()
        weeks = {state: one.mean for state, one in summary.ended_week.items() if one}
        rows = [
            {"end_state": state, "mean_week": weeks.get(state, math.nan), **asdict(one)}
            for state, one in summary.end_states.items()
        ]
        return pd.DataFrame(rows)[["end_state", "count", "share", "low", "high", "mean_week"]]

    def __repr__(self) -> str:
        """Say what it holds, not all of it."""
        return f"<Results of {self.headline}>"

    def _repr_html_(self) -> str:
        """Show how runs ended, and the first rows of each table."""
        tables = {"how runs ended": self.ends, **self.tables}
        return html_of(f"Results of {self.headline}", [PURPOSE], tables)


def run_ensemble(
    case: Case | str | os.PathLike[str] = "gaza-2023",
    runs: int = 1000,
    *,
    first_seed: int = 0,
    settings: Mapping[str, Any] | None = None,
    keep: Keep = "rounds",
    weekly: bool = False,
    acceptance: bool = False,
    central: bool = False,
    workers: int | None = None,
    progress: bool = False,
) -> Results:
    """Run a case many times and return the tables.

    Args:
        case: A case, the name of a shipped one, or the path of a case file.
        runs: Number of runs; their seeds are ``first_seed`` and those that follow.
        first_seed: Seed of the first run.
        settings: Changes to the case by dotted name, such as ``{"patron.usa.resolve": 0.6}``.
        keep: What to keep of each run: only how it ended ("end states"), or its rounds and truces
            as well ("rounds").
        weekly: Whether to keep the state after every week, too.
        acceptance: Whether to count in it the texts that each side, and both, would accept.
        central: Whether all runs have the case's own values, and not one each of the fitted sets
            that come with it; a number changed by ``settings`` is the same in all sets.
        workers: Threads; all processors by default.
        progress: Whether to show a progress bar.

    Raises:
        CaseError: If the case, or a change to it, is not admissible.
        ValueError: If there are no runs, or the seeds or what to keep are not admissible.
    """
    whole = case if isinstance(case, Case) else load_case(case)
    if settings:
        whole = whole.changed(settings)
    draw = drawn(whole, central)
    maker = Tables(whole, parameter_sets=draw.sets)
    asked = Request(whole, draw, keep, weekly, acceptance)
    with closing(chunks(asked, runs, first_seed, workers)) as stream:
        shown: Any = stream
        if progress:
            from rich.progress import track

            shown = track(stream, "Running", total=-(-runs // ROWS))
        return Results(whole, **joined(maker.make(chunk) for chunk in shown))
