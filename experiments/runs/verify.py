"""Whether stored results are whole, and the same to the last bit as new runs of the same seeds."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ceasefire.experiments.runs.coverage import Found, Part, counts, coverage, missing
from ceasefire.experiments.runs.jobs import do
from ceasefire.experiments.runs.results import CASE, POINTS, ResultsFolder
from ceasefire.experiments.runs.sweep import job_of, share_of_points
from ceasefire.experiments.runs.writing import check_same, identity_of, points_of
from ceasefire.experiments.style.folders import MANIFEST
from ceasefire.experiments.style.notebook import Shown
from ceasefire.experiments.style.words import counted


@dataclass(repr=False)
class Verdict(Shown):
    """What came of it.

    Attributes:
        parts: Parts there are.
        damaged: What is missing or no longer what was written, by file or part, with the reason.
        twice: Parts whose runs are in another part as well, which count once.
        rerun: Runs that were run again.
        differ: Parts whose runs came out differently.
    """

    parts: int = 0
    damaged: dict[str, str] = field(default_factory=dict)
    twice: dict[str, str] = field(default_factory=dict)
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
    """Look whether a folder is whole and, if so, run a random sample of it again.

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
    verdict = Verdict(len(found.parts), damage(results, found), dict(found.twice))
    if verdict.damaged:
        return verdict
    order = list(found.parts)
    random.Random(seed).shuffle(order)
    for part in order:
        if verdict.rerun >= runs or stop():
            break
        if not same(results, part):
            verdict.differ.append(part.key)
        verdict.rerun += part.runs
        report(verdict.rerun)
    return verdict


def damage(results: ResultsFolder, found: Found) -> dict[str, str]:
    """Return what of a folder is missing or not what was written, each with the reason."""
    wrong = {**found.wrong, **results.damaged_beside()}
    design = results.design
    if POINTS not in wrong:
        try:
            same_points = results.points.equals(points_of(design))
        except (OSError, ValueError):
            same_points = False
        if not same_points:
            wrong[POINTS] = "it has not the points of the design"
    if CASE not in wrong:
        try:
            text = (results.folder / CASE).read_text(encoding="utf-8")
        except (OSError, ValueError):
            text = ""
        if text != design.case.to_toml():
            wrong[CASE] = "it is not the case that was run"
    state = results.manifest["state"]
    unlike = []
    if results.manifest["points"] != len(design.points):
        unlike.append(f"points: found {results.manifest['points']}, not {len(design.points)}")
    # Where a part is damaged, that the counts do not agree is no news.
    if state.get("complete") and not found.wrong:
        unlike += [
            f"state.{key}: found {state.get(key)!r}; the parts have {value!r}"
            for key, value in counts(found.parts).items()
            if state.get(key) != value
        ]
        lost = lacking(results, found.parts, state)
        if lost:
            wrong["parts"] = lost
    if unlike:
        wrong[MANIFEST] = ", ".join(unlike)
    return wrong


def lacking(results: ResultsFolder, parts: list[Part], state: Mapping[str, Any]) -> str:
    """Word which runs are missing of those that the manifest says are stored; "" for none."""
    design = results.design
    share = results.manifest.get("shard")
    points = share_of_points(len(design.points), (share[0], share[1]) if share else None)
    if state.get("asked_for", design.runs * len(points)) != design.runs * len(points):
        # Each point has grown by itself, so the counts alone can tell.
        return ""
    covered = coverage(parts)
    blocks = [
        block
        for point in points
        for block in missing(
            point, design.first_seed_of(point), design.runs, covered.get(point, [])
        )
    ]
    if not blocks:
        return ""
    first = blocks[0]
    runs = counted(sum(block.runs for block in blocks), "run")
    return f"{runs} are missing, the first of them seed {first.first} of point {first.point}"


def same(results: ResultsFolder, part: Part) -> bool:
    """Whether the runs of a part come out as they are stored."""
    return do(job_of(results.design, part.blocks)).digest == part.digest
