"""Holding stored results against new runs of the same seeds, to the last bit."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from ceasefire.experiments.runs.coverage import part_runs
from ceasefire.experiments.runs.jobs import do, job_of
from ceasefire.experiments.runs.results import Part, ResultsFolder
from ceasefire.experiments.runs.writing import check_same, identity_of
from ceasefire.experiments.style.notebook import Shown
from ceasefire.experiments.style.words import counted


@dataclass(repr=False)
class Verdict(Shown):
    """What came of it.

    Attributes:
        parts: Parts there are.
        damaged: Parts that are no longer what was written, each with the reason.
        rerun: Runs that were run again.
        differ: Parts whose runs came out differently.
    """

    parts: int = 0
    damaged: dict[str, str] = field(default_factory=dict)
    rerun: int = 0
    differ: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.damaged and not self.differ

    @property
    def headline(self) -> str:
        """How much was looked at, and whether it is sound."""
        looked = f"{counted(self.parts, 'part')}, {counted(self.rerun, 'run')} run again"
        return f"{looked}: {'equal to the last bit' if self.sound else 'NOT sound'}"

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The parts that are not what they should be, with the reasons."""
        wrong = {**self.damaged, **dict.fromkeys(self.differ, "its runs come out otherwise")}
        return {"wrong": pd.DataFrame(list(wrong.items()), columns=["part", "reason"])}


def verify(
    results: ResultsFolder,
    runs: int = 5000,
    seed: int = 0,
    report: Callable[[int], None] = lambda rerun: None,
    stop: Callable[[], bool] = lambda: False,
) -> Verdict:
    """Look at every part, and run a random sample of them again.

    Args:
        results: The results.
        runs: About how many runs to run again: whole parts, drawn at random, until there are so
            many.
        seed: Seed of the draw.
        report: Told how many have been run again.
        stop: Asked after every part whether to stop.

    Returns:
        What was found.

    Raises:
        RefusedError: If the case or the code is not that of the results.
    """
    design = results.design
    check_same(results, design, identity_of(design))
    found = results.look()
    verdict = Verdict(parts=len(found.parts), damaged=dict(found.wrong))
    order = list(found.parts)
    random.Random(seed).shuffle(order)
    for part in order:
        if verdict.rerun >= runs or stop():
            break
        if not same(results, part):
            verdict.differ.append(part.key)
        verdict.rerun += part_runs(part)
        report(verdict.rerun)
    return verdict


def same(results: ResultsFolder, part: Part) -> bool:
    """Whether the runs of a part come out as they are stored."""
    return do(job_of(results.design, part.blocks)).digest == part.digest
