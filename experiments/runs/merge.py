"""Putting the shards of a sweep together in one folder."""

import json
import shutil
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from ceasefire.experiments.runs.coverage import coverage, missing
from ceasefire.experiments.runs.results import Found, Part, ResultsFolder, add_digests
from ceasefire.experiments.runs.writing import (
    json_text,
    locked,
    note_state,
    replace_text,
    tidy,
    written,
)
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.experiments.style.words import counted


def merge(out: str | Path, shards: Sequence[str | Path]) -> ResultsFolder:
    """Copy the parts of several folders of the same design into one.

    What is there already stays; the same call again copies what is missing. Where runs are still
    missing, the manifest says so, and the sweep itself can run them.

    Args:
        out: Folder of the whole.
        shards: Folders of the shards.

    Returns:
        The results.

    Raises:
        RefusedError: If a shard is of another design, damaged, or overlaps another one.
        StorageError: If it cannot be written.
    """
    folder = Path(out)
    sources = [ResultsFolder.open(shard) for shard in shards]
    if not sources:
        raise RefusedError("merge: found no folders to put together; allowed: one or more.")
    for one in sources:
        if one.identity != sources[0].identity:
            raise RefusedError(
                f"{one.folder}: found results of another design, case or code than in "
                f"{sources[0].folder}; allowed: shards of the same sweep."
            )
    looks = [one.look() for one in sources]
    for one, look in zip(sources, looks, strict=True):
        for name, why in look.wrong.items():
            raise RefusedError(
                f"{one.folder}: found a part that cannot be used ({name}: {why}); run the same "
                "sweep there again, which mends it."
            )
    check_overlap(sources, looks)
    with locked(folder):
        if not (folder / "manifest.json").exists():
            _begin(folder, sources[0])
        whole = ResultsFolder.open(folder)
        if whole.identity != sources[0].identity:
            raise RefusedError(
                f"{folder}: found other results; allowed: a new folder, or the same sweep."
            )
        tidy(whole)
        there = {part.key for part in whole.look().parts}
        for one, look in zip(sources, looks, strict=True):
            for part in look.parts:
                if part.key not in there:
                    _copy(one, whole, part)
                    there.add(part.key)
        _note(whole, max(int(one.manifest["design"]["runs"]) for one in sources))
    return ResultsFolder.open(folder)


def check_overlap(sources: Sequence[ResultsFolder], looks: Sequence[Found]) -> None:
    """Refuse runs that are there twice: they would count twice.

    Raises:
        RefusedError: If two different parts hold the same runs.
    """
    parts = {part.key: (one.folder, part) for one, look in zip(sources, looks, strict=True)
             for part in look.parts}  # fmt: skip
    taken: list[tuple[int, int, int, Path]] = sorted(
        (block.point, block.first, block.first + block.runs, place)
        for place, part in parts.values()
        for block in part.blocks
    )
    for one, other in pairwise(taken):
        if one[0] == other[0] and other[1] < one[2]:
            raise RefusedError(
                f"{other[3]}: found runs of point {one[0]} that are in {one[3]} as well; "
                "allowed: every run once."
            )


def _begin(folder: Path, source: ResultsFolder) -> None:
    with written(folder):
        (folder / "parts").mkdir(exist_ok=True)
        for name in ("case.toml", "points.parquet"):
            shutil.copyfile(source.folder / name, folder / name)
        replace_text(folder / "manifest.json", json_text({**source.manifest, "shard": None}))


def _copy(source: ResultsFolder, whole: ResultsFolder, part: Part) -> None:
    with written(whole.folder):
        nursery = whole.folder / ".unfinished"
        nursery.mkdir(exist_ok=True)
        waiting = Path(tempfile.mkdtemp(dir=nursery))
        shutil.copytree(source.parts_folder / part.key, waiting / part.key)
        (waiting / part.key).rename(whole.parts_folder / part.key)
        waiting.rmdir()


def _note(whole: ResultsFolder, runs: int) -> None:
    """Note what is there now, and whether anything is missing."""
    parts = whole.look(thorough=False).parts
    covered = coverage(parts)
    lacking = sum(
        block.runs
        for point in whole.points["point"].tolist()
        for block in missing(point, first_seed(whole, point), runs, covered.get(point, []))
    )
    whole.manifest["design"] = {**whole.manifest["design"], "runs": runs}
    note_state(
        whole,
        complete=lacking == 0,
        missing=lacking,
        runs=sum(part.rows.get("runs", 0) for part in parts),
        failed=sum(part.failed for part in parts),
        parts=len(parts),
        content_digest=add_digests(part.digest for part in parts),
    )


def first_seed(whole: ResultsFolder, point: int) -> int:
    """Return the seed of a point's first run."""
    return whole.design.first_seed_of(point)


def words(whole: ResultsFolder) -> str:
    """Say what the merged results hold."""
    state = json.loads((whole.folder / "manifest.json").read_text(encoding="utf-8"))["state"]
    told = f"{counted(state['runs'], 'run')} in {counted(state['parts'], 'part')}"
    if state["complete"]:
        return f"{whole.folder}: {told}; nothing is missing."
    return f"{whole.folder}: {told}; {counted(state['missing'], 'run')} are missing."
