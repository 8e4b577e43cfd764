"""Running the arms of claims over parameter sets and seeds, block by block.

Every arm and every set meets the same seeds. An arm is a branch of the baseline from the week in
which it begins to differ; arms with the same changes are run once. Of every run only sums are
kept, by set and by group of runs, from which effects and their uncertainty follow.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.claims.file import Claims
from ceasefire.experiments.claims.measures import KINDS, needs_of
from ceasefire.experiments.claims.seen import Context, Needs, Observed
from ceasefire.experiments.claims.steered import FAMILY_RUNS, Steered
from ceasefire.experiments.claims.tables import Claim
from ceasefire.experiments.design.changes import Change
from ceasefire.experiments.runs.faults import not_finite
from ceasefire.experiments.runs.pool import each
from ceasefire.experiments.runs.request import warm
from ceasefire.model.case.case import Case, CaseError
from ceasefire.model.case.settings import one_of, problem

Array = np.ndarray[Any, Any]
Place = tuple[str, str, str]
"""Names of a claim, an arm and a measure."""

GROUPS = 10
"""Groups of runs; leaving out one after the other gives the uncertainty over runs."""

LOGS = ("war", "talks", "rounds", "truces")
"""Final records that measures read."""

ROWS = 1200
"""Worlds of a block: few enough for two threads' memory, many enough to be quick."""


@dataclass(frozen=True)
class Fault:
    """A run that is in no statistic, because a number in it is not finite.

    Attributes:
        parameter_set: Its set.
        seed: Its seed.
        claim: The claim.
        arm: The arm in which it was found.
        field: Where it was found.
        settings: The parameters of the set.
    """

    parameter_set: str
    seed: int
    claim: str
    arm: str
    field: str
    settings: Mapping[str, float]


@dataclass
class Sums:
    """What came of the arms: sums by set and group of runs, shaped (sets, groups, sums)."""

    of: dict[Place, Array] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


class Plan:
    """The arms of some claims, each once, and what must be looked at in it.

    Args:
        claims: All claims, for their texts.
        chosen: Those to be run.
        case: The case.
    """

    def __init__(self, claims: Claims, chosen: Iterable[Claim], case: Case) -> None:
        self.chosen = list(chosen)
        self.context = Context(case, claims.texts, claims.families)
        self.arms: dict[str, tuple[Change, ...]] = {key_of(()): ()}
        self.needs: dict[str, Needs] = {key_of(()): Needs()}
        for claim in self.chosen:
            for arm in claim.arms:
                for name, measure in claim.measures.items():
                    changes = claim.changes(arm, name)
                    key = key_of(changes)
                    self.arms[key] = changes
                    needed = needs_of(measure, self.context)
                    self.needs[key] = self.needs.get(key, Needs()) | needed

    def begins(self, key: str) -> int:
        """Return the week in which an arm begins to differ from the baseline."""
        return min(int(change.start) for change in self.arms[key])

    @property
    def branches(self) -> list[str]:
        """Keys of the arms other than the baseline, by the week in which they begin."""
        return sorted((key for key, changes in self.arms.items() if changes), key=self.begins)

    @property
    def until(self) -> int:
        """Weeks that the baseline is run."""
        return max([self.needs[key_of(())].until, *(self.begins(key) for key in self.branches)])

    @property
    def weeks(self) -> int:
        """Weeks that are run in all arms together, for the progress."""
        rest = (max(0, self.needs[key].until - self.begins(key)) for key in self.branches)
        return self.until + sum(rest)


def key_of(changes: Iterable[Change]) -> str:
    """Return a text that is the same for arms that change the same."""
    return json.dumps([change.model_dump() for change in changes], sort_keys=True)


def check_sets(case: Case, sets: pd.DataFrame) -> pd.DataFrame:
    """Return the sets without columns that say what the case says.

    Raises:
        CaseError: If a column is no number of the case, or one that runs cannot differ in.
    """
    kept, found = [], []
    for name in map(str, sets.columns):
        if name not in case.settings:
            found.append(problem(name, "no such number", one_of(case.settings, name)))
        elif name.startswith(("issue.", "listens.", "log.")):
            if not (sets[name] == case.settings[name].value).all():
                found.append(problem(name, "values that differ", "one value for all sets"))
        else:
            case.locate(name)
            kept.append(name)
    if not sets.index.is_unique or not len(sets):
        found.append(problem("parameter_set", "no sets, or one twice", "every set once"))
    if found:
        raise CaseError("parameter sets", found)
    return sets[kept]


def run_plan(
    plan: Plan,
    sets: pd.DataFrame,
    runs: int,
    first_seed: int = 0,
    workers: int = 2,
    progress: Callable[[int], None] = lambda weeks: None,
    stop: threading.Event | None = None,
) -> Sums:
    """Run all arms over all sets and seeds.

    Args:
        plan: The arms.
        sets: One row for each parameter set, a column for each dotted name.
        runs: Runs of each set in each arm; the same seeds in all.
        first_seed: Seed of the first run.
        workers: Threads.
        progress: Told how many weeks of worlds (rows times weeks) are done.
        stop: Looked at now and then; once set, what is returned is of no use.
    """
    case = plan.context.case
    if float(case.settings["war.step"].value) != 1.0:
        found = str(case.settings["war.step"].value)
        raise CaseError("claims", [problem("war.step", found, "1, as arms change by weeks")])
    sets = check_sets(case, sets)
    quiet = case.without_events()
    warm(quiet)
    size = max(1, ROWS // runs)
    blocks = [sets.iloc[i : i + size] for i in range(0, len(sets), size)]
    stop = stop or threading.Event()

    def run(block: pd.DataFrame) -> Sums:
        return run_block(plan, quiet, block, runs, first_seed, progress, stop)

    parts = list(each(run, blocks, workers, stop))
    whole = Sums(faults=[fault for part in parts for fault in part.faults])
    if len(parts) == len(blocks):
        whole.of = {
            place: np.concatenate([part.of[place] for part in parts]) for place in parts[0].of
        }
    return whole


def run_block(
    plan: Plan,
    quiet: Case,
    sets: pd.DataFrame,
    runs: int,
    first_seed: int,
    progress: Callable[[int], None],
    stop: threading.Event,
) -> Sums:
    """Run all arms of a few sets; the rows of a set stand together."""
    seeds = np.tile(np.arange(runs, dtype=np.int64) + first_seed, len(sets))
    settings = {str(name): np.repeat(sets[name].to_numpy(), runs) for name in sets.columns}
    few = np.arange(min(runs, FAMILY_RUNS))
    asked = (np.arange(len(sets))[:, np.newaxis] * runs + few).ravel()
    trunk = Steered(plan.context.case, quiet, seeds, settings, asked)
    seen: dict[str, Observed] = {}
    faulty: dict[str, dict[int, str]] = {}

    def close(key: str, one: Steered) -> None:
        seen[key] = one.finish()
        faulty[key] = faults_in(seen[key])
        # Of dozens of arms only the logs are kept until all are done.
        seen[key].records = {name: seen[key].records[name] for name in LOGS}

    def run(one: Steered, needs: Needs, until: int) -> None:
        while one.ensemble.tick < until and not stop.is_set():
            week = one.ensemble.tick
            one.week(needs)
            names = {name for at, name in needs.families if at == week}
            if names:
                one.ask_families(week, {name: plan.context.families[name] for name in names})
            progress(len(seeds))

    branches = plan.branches
    for i, key in enumerate(branches):
        # The baseline looks on behalf of all arms that have not branched off yet.
        early = plan.needs[key_of(())]
        for other in branches[i:]:
            early |= plan.needs[other]
        run(trunk, early, plan.begins(key))
        arm = trunk.branch(plan.arms[key], plan.context.texts)
        run(arm, plan.needs[key], plan.needs[key].until)
        close(key, arm)
    run(trunk, plan.needs[key_of(())], plan.until)
    close(key_of(()), trunk)
    if stop.is_set():
        return Sums()
    return gather(plan, seen, faulty, sets, seeds, runs)


def gather(
    plan: Plan,
    seen: Mapping[str, Observed],
    faulty: Mapping[str, Mapping[int, str]],
    sets: pd.DataFrame,
    seeds: Array,
    runs: int,
) -> Sums:
    """Sum the measures of all arms by set and group; runs that are at fault in any are left out."""
    found = Sums()
    group = np.arange(runs) % min(GROUPS, runs)
    for claim in plan.chosen:
        sound = np.ones(len(seeds), dtype=bool)
        places = [(arm, name) for arm in claim.arms for name in claim.measures]
        for arm, measured in places:
            for row, name in faulty[key_of(claim.changes(arm, measured))].items():
                if sound[row]:
                    place = sets.iloc[row // runs]
                    found.faults.append(
                        Fault(str(place.name), int(seeds[row]), claim.id, arm, name, dict(place))
                    )
                sound[row] = False
        for arm, name in places:
            one, measure = seen[key_of(claim.changes(arm, name))], claim.measures[name]
            columns = KINDS[measure.kind].by_run(one, measure, plan.context)
            columns = np.where(sound[:, np.newaxis], columns, 0.0)
            by_run = columns.reshape(len(sets), runs, -1)
            found.of[claim.id, arm, name] = np.stack(
                [by_run[:, group == g].sum(axis=1) for g in range(group.max() + 1)], axis=1
            )
    return found


def faults_in(seen: Observed) -> dict[int, str]:
    """Return the rows in which some number is not finite, and where it was found."""
    faults = not_finite(seen.records)

    def note(rows: Array, name: str) -> None:
        for row in np.flatnonzero(rows).tolist():
            faults.setdefault(row, name)

    for (week, _), (_, balance) in seen.answers.items():
        note(np.asarray(~np.isfinite(balance).all(axis=1)), f"balance of a text in week {week}")
    for (week, name), values in seen.fields.items():
        if values.dtype.kind == "f":
            note(~np.isfinite(values), f"{name} in week {week}")
    return faults


def settings_digest(sets: pd.DataFrame) -> str:
    """Return a digest of the values of all sets."""
    digest = hashlib.blake2b(digest_size=10)
    digest.update("\0".join(map(str, sets.columns)).encode())
    digest.update("\0".join(map(str, sets.index)).encode())
    digest.update(np.ascontiguousarray(sets.to_numpy(dtype=float)).tobytes())
    return digest.hexdigest()


def total_weeks(plans: Sequence[Plan], sets: int, runs: int) -> int:
    """Return how many weeks of worlds all plans take together."""
    return sum(plan.weeks for plan in plans) * sets * runs
