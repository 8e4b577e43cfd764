"""Writing a folder of results: its lock, its manifest, its parts, each whole or not at all."""

import datetime
import errno
import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ceasefire.experiments.design.design import Design
from ceasefire.experiments.runs.jobs import runs_digest
from ceasefire.experiments.runs.results import (
    SCHEMA,
    Block,
    Part,
    ResultsFolder,
    digest_of_file,
    part_key,
)
from ceasefire.experiments.runs.store import in_megabytes, own_version
from ceasefire.experiments.runs.tables import SCHEMA_VERSION
from ceasefire.experiments.style.files import StorageError, StorageFullError, worded
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.experiments.style.words import PURPOSE

SPARE = 16 * 2**20
"""Bytes left free, with which the manifest can always be written."""

HERE = Path(__file__).resolve().parent

PACKAGES = ("mesa", "numba", "numpy", "pandas", "pyarrow", "scipy")


def identity_of(design: Design) -> str:
    """Return a digest of all that decides what the runs of a design are."""
    parts = [SCHEMA, SCHEMA_VERSION, runs_digest(), design.facts()]
    text = json.dumps(parts, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def begin(design: Design, folder: Path, shard: tuple[int, int] | None = None) -> ResultsFolder:
    """Open the results of a design in a folder, or begin them there.

    Args:
        design: What is to be run.
        folder: Where to.
        shard: Which share of its points, as (number from 1, of how many).

    Raises:
        RefusedError: If other results are there.
        StorageError: If the folder cannot be made or written.
    """
    identity = identity_of(design)
    if (folder / "manifest.json").exists():
        there = ResultsFolder.open(folder)
        check_same(there, design, identity)
        return there
    with written(folder):
        if folder.exists() and any(not ours(one.name) for one in folder.iterdir()):
            raise RefusedError(
                f"{folder}: found other files; allowed: an empty or new folder, or one with "
                "results of the same design."
            )
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "parts").mkdir(exist_ok=True)
        replace_text(folder / "case.toml", design.case.to_toml())
        columns = {"point": [point.number for point in design.points]}
        for one in design.dimensions:
            columns[one.name] = [point.values[one.name] for point in design.points]  # type: ignore[misc]
        waiting = folder / ".points.unfinished"
        pd.DataFrame(columns).to_parquet(waiting, index=False)
        os.replace(waiting, folder / "points.parquet")
        manifest = first_manifest(design, identity, shard)
        replace_text(folder / "manifest.json", json_text(manifest))
    return ResultsFolder.open(folder)


def ours(name: str) -> bool:
    """Whether a beginning that was broken off may have left a file of this name behind."""
    return name.startswith(".") or name in ("parts", "case.toml", "points.parquet")


def check_same(there: ResultsFolder, design: Design, identity: str) -> None:
    """Refuse to mix results.

    Raises:
        RefusedError: If the results there are of another design, case or code.
    """
    if there.identity == identity:
        return
    manifest = there.manifest
    if manifest["case_digest"] != design.case.digest:
        differs = f"another state of the case {manifest['case']}"
    elif manifest["code_digest"] != runs_digest():
        differs = f"other code ({manifest['made_by']}, digest {manifest['code_digest'][:8]})"
    else:
        differs = f"another design ({manifest['design']['name']})"
    raise RefusedError(
        f"{there.folder}: found results of {differs}; allowed: results of the same design, case "
        "and code. Name another folder with --out; these are left as they are."
    )


def first_manifest(
    design: Design, identity: str, shard: tuple[int, int] | None = None
) -> dict[str, Any]:
    """Return what is known before the first run."""
    return {
        "purpose": PURPOSE,
        "kind": "sweep",
        "schema": SCHEMA,
        "made_by": f"ceasefire {own_version()}",
        "identity": identity,
        "case": design.case.name,
        "case_title": design.case.title,
        "case_digest": design.case.digest,
        "code_digest": runs_digest(),
        "parameter_sets": len(design.draw.sets),
        "design": design.given,
        "points": len(design.points),
        "shard": list(shard) if shard else None,
        "versions": versions(),
        "git": git_state(),
        "machine": machine(),
        "begun": now(),
        "state": {"complete": False, "runs": 0, "failed": 0, "content_digest": ""},
    }


def versions() -> dict[str, str]:
    """Return the versions of Python and of what decides numbers or tables."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def git_state() -> dict[str, Any] | None:
    """Return the commit of the code and whether it was changed since; None outside a clone."""

    def ask(*words: str) -> str:
        return subprocess.run(
            ["git", "-C", str(HERE), *words], capture_output=True, text=True, check=True, timeout=5
        ).stdout.strip()

    try:
        tracked = ask("ls-files", str(HERE / "__init__.py"))
        if not tracked:
            return None
        changed = bool(ask("status", "--porcelain", "--untracked-files=no"))
        return {"commit": ask("rev-parse", "HEAD"), "changed": changed}
    except (OSError, subprocess.SubprocessError):
        return None


def machine() -> dict[str, Any]:
    """Return what kind of machine this is; nothing that names it or its user."""
    return {
        "system": platform.system(),
        "kind": platform.machine(),
        "cores": os.cpu_count() or 1,
    }


def now() -> str:
    """Return the time as the manifest has it."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def note_state(results: ResultsFolder, **facts: Any) -> None:
    """Write a new state of the results into the manifest."""
    results.manifest["state"] = {**results.manifest["state"], **facts, "noted": now()}
    with written(results.folder):
        replace_text(results.folder / "manifest.json", json_text(results.manifest))


def json_text(value: Any) -> str:
    """Return JSON for people to read."""
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def replace_text(path: Path, text: str) -> None:
    """Write a file that appears whole or not at all."""
    waiting = path.with_name(f".{path.name}.unfinished")
    waiting.write_text(text, encoding="utf-8")
    os.replace(waiting, path)


@contextmanager
def written(folder: Path) -> Iterator[None]:
    """Turn what can go wrong in writing into a sentence.

    Raises:
        StorageFullError: If the disk is full.
        StorageError: If it cannot be written for another reason.
    """
    try:
        yield
    except StorageError:
        raise
    except FileExistsError:
        raise StorageError(f"{folder}: a file stands where the folder should be") from None
    except NotADirectoryError:
        raise StorageError(f"{folder}: a part of this path is a file") from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFullError(
                f"{folder}: the disk is full; what is stored is whole, and the same command goes "
                "on once there is room"
            ) from None
        raise StorageError(f"{folder}: cannot write there ({worded(error)})") from None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep everyone else from writing to a folder of results meanwhile.

    The lock goes with the process, so one that was killed leaves none behind.

    Raises:
        RefusedError: If another process writes there.
        StorageError: If the folder cannot be written.
    """
    with written(folder):
        folder.mkdir(parents=True, exist_ok=True)
        file = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusedError(
                f"{folder}: another process is writing results there; wait until it is done, or "
                "name another folder with --out."
            ) from None
        except OSError as error:
            raise StorageError(f"{folder}: cannot lock it ({worded(error)})") from None
        yield
    finally:
        os.close(file)


def save_part(
    results: ResultsFolder,
    blocks: Sequence[Block],
    tables: Mapping[str, pa.Table],
    digest: str,
    seconds: float,
) -> Part:
    """Write the tables of some runs as one part.

    Raises:
        StorageFullError: If the disk is full; nothing of the part is left behind.
        StorageError: If it cannot be written.
    """
    key = part_key(results.identity, blocks)
    rows = {name: len(table) for name, table in tables.items()}
    failed = rows.get("failures", 0)
    with written(results.folder):
        free = shutil.disk_usage(results.folder).free
        if free < sum(table.nbytes for table in tables.values()) + SPARE:
            raise StorageFullError(
                f"{results.folder}: the disk is full ({in_megabytes(free)} are free); what is "
                "stored is whole, and the same command goes on once there is room"
            )
        nursery = results.folder / ".unfinished"
        nursery.mkdir(exist_ok=True)
        waiting = Path(tempfile.mkdtemp(prefix=f"{key}-", dir=nursery))
        try:
            files = {}
            for name, table in tables.items():
                if not len(table):
                    continue
                path = waiting / f"{name}.parquet"
                pq.write_table(table, path, compression="zstd", row_group_size=len(table))
                files[path.name] = {"digest": digest_of_file(path), "bytes": path.stat().st_size}
            facts = {
                "identity": results.identity,
                "blocks": [block.as_list() for block in blocks],
                "rows": rows,
                "failed": failed,
                "digest": digest,
                "seconds": round(seconds, 3),
                "files": files,
            }
            (waiting / "part.json").write_text(json_text(facts), encoding="utf-8")
            waiting.chmod(0o755)
            place = results.parts_folder / key
            results.parts_folder.mkdir(exist_ok=True)
            if place.exists():
                shutil.rmtree(place)
            os.rename(waiting, place)
        except BaseException:
            shutil.rmtree(waiting, ignore_errors=True)
            raise
    return Part(key, tuple(blocks), rows, digest, seconds, failed)


def remove_part(results: ResultsFolder, name: str) -> None:
    """Remove what is no part of the results, or is to be run again."""
    with written(results.folder):
        path = results.parts_folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def tidy(results: ResultsFolder) -> None:
    """Remove what a process that was killed has left half done."""
    shutil.rmtree(results.folder / ".unfinished", ignore_errors=True)
