"""Putting the shards of a sweep together in one folder."""

from collections.abc import Sequence
from pathlib import Path

from ceasefire.experiments.runs.coverage import Found, counts, coverage, missing, overlaps
from ceasefire.experiments.runs.results import CASE, POINTS, ResultsFolder
from ceasefire.experiments.runs.writing import note_state
from ceasefire.experiments.style.files import write_whole
from ceasefire.experiments.style.folders import owned, write_manifest
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
        for name, why in {**one.damaged_beside(), **look.wrong}.items():
            raise RefusedError(
                f"{one.folder}: found a part that cannot be used ({name}: {why}); run the same "
                "sweep there again, which mends it."
            )
    check_overlap(sources, looks)
    with owned(folder, "sweep", begun=("parts", CASE, POINTS)) as manifest:
        if manifest is None:
            for name in (CASE, POINTS):
                write_whole(folder / name, (sources[0].folder / name).read_bytes())
            write_manifest(folder, "sweep", {**sources[0].manifest, "shard": None})
        whole = ResultsFolder.open(folder)
        if whole.identity != sources[0].identity:
            raise RefusedError(
                f"{folder}: found other results; allowed: a new folder, or the same sweep."
            )
        there = {part.key for part in whole.look().parts}
        for one, look in zip(sources, looks, strict=True):
            for part in look.parts:
                if part.key not in there:
                    whole.store.copy(part.key, one.store)
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
    called = ((str(place), part) for place, part in parts.values())
    for name, other, point in overlaps(called):
        raise RefusedError(
            f"{other}: found runs of point {point} that are in {name} as well; allowed: every run "
            "once."
        )


def _note(whole: ResultsFolder, runs: int) -> None:
    """Note what is there now, and whether anything is missing."""
    parts = whole.look().parts
    covered = coverage(parts)
    lacking = sum(
        block.runs
        for point in whole.points["point"].tolist()
        for block in missing(point, whole.design.first_seed_of(point), runs, covered.get(point, []))
    )
    whole.manifest["design"] = {**whole.manifest["design"], "runs": runs}
    note_state(whole, complete=lacking == 0, missing=lacking, **counts(parts))


def words(whole: ResultsFolder) -> str:
    """Say what the merged results hold."""
    state = whole.manifest["state"]
    told = f"{counted(state['runs'], 'run')} in {counted(state['parts'], 'part')}"
    if state["complete"]:
        return f"{whole.folder}: {told}; nothing is missing."
    return f"{whole.folder}: {told}; {counted(state['missing'], 'run')} are missing."
