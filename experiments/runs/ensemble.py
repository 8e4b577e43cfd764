"""Many runs of a case at once, for notebooks: tables in, nothing on disk."""

import math
import os
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from ceasefire.experiments.design.parameter_sets import drawn
from ceasefire.experiments.runs.summary import Summariser, Summary
from ceasefire.experiments.runs.tables import KEYS, Tables, joined
from ceasefire.experiments.style.notebook import Shown, html_of
from ceasefire.experiments.style.words import PURPOSE, counted, listed
from ceasefire.model.case.case import Case, load_case
from ceasefire.model.engines.ensemble import Keep, chunks


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
    draw = drawn(whole, tuple(settings or ()), central)
    maker = Tables(whole, parameter_sets=draw.sets)
    parts = []
    stream = chunks(
        whole,
        runs,
        first_seed,
        settings=draw.settings,
        keep=keep,
        weekly=weekly,
        acceptance=acceptance,
        workers=workers,
    )
    with closing(stream):
        if progress:
            from rich.progress import track

            for chunk in track(stream, "Running", total=-(-runs // 500)):
                parts.append(maker.make(chunk))
        else:
            for chunk in stream:
                parts.append(maker.make(chunk))
    return Results(whole, **joined(parts))
