"""The answer of an ensemble in one view: how runs end, when truces begin, who refuses."""

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.runs.tables import BOTH, CAUSES, NONE
from ceasefire.experiments.statistics.shares import Clusters, Share, Spread, Tally, share_of
from ceasefire.experiments.style.words import PURPOSE, counted, listed
from ceasefire.model.case.case import Case
from ceasefire.model.world.outcome import END_STATES


@dataclass(frozen=True, kw_only=True, repr=False)
class Summary:
    """What came of an ensemble. Every share and spread says of how many; None: of nothing.

    What only the rounds and truces tell is empty, or None, if they were not kept.

    Attributes:
        case: Name of the case.
        title: Its title.
        digest: Digest of everything the case says, changes included.
        runs: Runs counted.
        first_seed: Seed of the first of them.
        last_seed: Seed of the last.
        horizon: Weeks after which a run is cut off.
        end_states: Share of runs that ended in each way.
        ended_week: When runs ended, for each way that some did.
        runs_without_truce: Share of runs without any truce.
        truces_per_run: Number of truces, over all runs.
        first_truce_week: When the first truce began, over runs that had one.
        truces_by_week: Truces that began in each week, over all runs.
        truce_days: How long truces lasted, over all truces of all runs.
        truce_causes: How truces ended; "in force" or "cut off" if the run's end came first.
        resumed_by: Who resumed the war, over truces that lapsed or were broken.
        rounds_per_run: Number of rounds, over all runs.
        runs_with_failed_rounds: Runs in which at least one round failed.
        refused_by: Who refused the last text of failed rounds; rounds still under way at a
            run's end are left out.
        yes_in_public: For each side: of its refusals in failed rounds, how many it called a yes.
        captives_returned: By side of origin: returned alive under deals, over all runs.
        captives_freed_by_force: The same for those freed by force.
        captives_died: The same for those who died in captivity during the run.
        captives_held: The same for those still held alive at the run's end.
        deaths: By side: deaths among its people up to the run's own end, over all runs.
        parties_left: For each party: share of runs at whose end it had left the government.
    """

    case: str
    title: str
    digest: str
    runs: int
    first_seed: int
    last_seed: int
    horizon: float
    end_states: dict[str, Share]
    ended_week: dict[str, Spread | None]
    runs_without_truce: Share
    truces_per_run: Spread | None
    first_truce_week: Spread | None
    truces_by_week: dict[int, int] = field(default_factory=dict)
    truce_days: Spread | None = None
    truce_causes: dict[str, Share] = field(default_factory=dict)
    resumed_by: dict[str, Share] = field(default_factory=dict)
    rounds_per_run: Spread | None
    runs_with_failed_rounds: int | None = None
    refused_by: dict[str, Share] = field(default_factory=dict)
    yes_in_public: dict[str, Share] = field(default_factory=dict)
    captives_returned: dict[str, Spread | None]
    captives_freed_by_force: dict[str, Spread | None]
    captives_died: dict[str, Spread | None]
    captives_held: dict[str, Spread | None]
    deaths: dict[str, Spread | None]
    parties_left: dict[str, Share]

    def __repr__(self) -> str:
        """Say how runs ended."""
        ends = [f"{state} {one.count}" for state, one in self.end_states.items() if one.count]
        return f"<Summary of {self.case}: {counted(self.runs, 'run')}, {listed(ends)}>"

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain numbers and words, ready for JSON."""
        return {"purpose": PURPOSE, **asdict(self)}


CAPTIVES = ("captives_returned", "captives_freed_by_force", "captives_died", "captives_held")


class Summariser:
    """Gathers a summary from the tables of one chunk after another.

    Args:
        case: The case that was run.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        sides = case.names["belligerents"]
        # Spreads are kept only where there is something to spread: people who can be captive.
        origins = {sides[int(s)] for s in case.records["captives"]["origin"]}
        self._origins = [side for side in sides if side in origins]
        self.runs = 0
        self._logged = False
        self._seeds: list[int] = []
        self._ends = np.zeros(len(END_STATES), dtype=np.int64)
        self._ended = {state: Tally() for state in END_STATES}
        self._truces, self._rounds, self._first = Tally(), Tally(), Tally()
        self._began, self._days = Tally(), Tally()
        self._causes = Clusters(CAUSES)
        self._resumed = Clusters((NONE, *sides, BOTH))
        self._refused = Clusters((*sides, BOTH, NONE))
        self._public = {side: Clusters(("no", "yes")) for side in sides}
        self._captives = {
            measure: {side: Tally() for side in self._origins} for measure in CAPTIVES
        }
        self._deaths = {side: Tally() for side in sides}
        self._left = dict.fromkeys(case.names["parties"], 0)

    def add(self, tables: dict[str, pd.DataFrame]) -> None:
        """Add the tables of a chunk; the rounds and truces only if they were kept."""
        self._add_runs(tables["runs"])
        if "rounds" in tables:
            self._logged = True
            self._add_rounds(tables["rounds"])
            self._add_truces(tables["truces"])

    def _add_runs(self, runs: pd.DataFrame) -> None:
        if not len(runs):
            return
        self.runs += len(runs)
        seeds = runs["seed"].to_numpy()
        self._seeds = [min([*self._seeds, int(seeds.min())]), max([*self._seeds, int(seeds.max())])]
        ends = runs["end_state"].cat.codes.to_numpy()
        ended = runs["ended_week"].to_numpy()
        self._ends += np.bincount(ends, minlength=len(END_STATES))
        for code, state in enumerate(END_STATES):
            self._ended[state].add(ended[ends == code])
        self._truces.add(runs["truces"].to_numpy())
        self._rounds.add(runs["rounds"].to_numpy())
        first = runs["first_truce_week"].to_numpy()
        self._first.add(first[~np.isnan(first)])
        for measure, tallies in self._captives.items():
            for side, tally in tallies.items():
                tally.add(runs[f"{measure}_{side}"].to_numpy())
        for side, tally in self._deaths.items():
            # In whole persons: it keeps the tally small.
            tally.add(np.rint(runs[f"deaths_{side}"].to_numpy()))
        for parties, count in runs["parties_left"].value_counts().items():
            for party in str(parties).split(";") if parties else ():
                self._left[party] += int(count)

    def _add_rounds(self, rounds: pd.DataFrame) -> None:
        failed = rounds[rounds["failed"]]
        seeds = failed["seed"].to_numpy()
        self._refused.add(seeds, failed["refused_by"].cat.codes.to_numpy())
        for side, clusters in self._public.items():
            refused = failed[f"answer_{side}"].cat.codes.to_numpy() == 0
            said = failed[f"says_yes_{side}"].to_numpy().astype(np.int64)
            clusters.add(seeds[refused], said[refused])

    def _add_truces(self, truces: pd.DataFrame) -> None:
        self._began.add(truces["started"].to_numpy())
        self._days.add(truces["days"].to_numpy())
        seeds = truces["seed"].to_numpy()
        causes = truces["cause"].cat.codes.to_numpy()
        self._causes.add(seeds, causes)
        ended = np.isin(causes, (CAUSES.index("lapsed"), CAUSES.index("broken")))
        self._resumed.add(seeds[ended], truces["resumed_by"].cat.codes.to_numpy()[ended])

    def summary(self) -> Summary:
        """Return the summary of what was added."""
        case, runs = self.case, self.runs
        with_truce = sum(self._first.counts.values())
        first_seed, last_seed = self._seeds or (0, 0)
        captives: dict[str, Any] = {
            measure: {side: tally.spread() for side, tally in tallies.items()}
            for measure, tallies in self._captives.items()
        }
        return Summary(
            case=case.name,
            title=case.title,
            digest=case.digest,
            runs=runs,
            first_seed=first_seed,
            last_seed=last_seed,
            horizon=float(case.settings["war.horizon"].value),
            end_states={
                state: share_of(int(count), runs)
                for state, count in zip(END_STATES, self._ends, strict=True)
            },
            ended_week={
                state: tally.spread() for state, tally in self._ended.items() if tally.counts
            },
            runs_without_truce=share_of(runs - with_truce, runs),
            truces_per_run=self._truces.spread(),
            first_truce_week=self._first.spread(),
            rounds_per_run=self._rounds.spread(),
            deaths={side: tally.spread() for side, tally in self._deaths.items()},
            parties_left={party: share_of(count, runs) for party, count in self._left.items()},
            **captives,
            **(self._of_logs() if self._logged else {}),
        )

    def _of_logs(self) -> dict[str, Any]:
        """Return what only the rounds and truces tell."""
        return {
            "truces_by_week": self._began.by_week(),
            "truce_days": self._days.spread(),
            "truce_causes": self._causes.shares(),
            "resumed_by": self._resumed.shares(),
            "runs_with_failed_rounds": self._refused.clusters,
            "refused_by": self._refused.shares(),
            "yes_in_public": {
                side: clusters.shares()["yes"] for side, clusters in self._public.items()
            },
        }
