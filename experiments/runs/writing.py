"""Writing the results of a sweep: where they begin, their manifest, and their parts."""

import datetime
import io
import json
import os
import platform
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ceasefire.experiments.design.design import Design
from ceasefire.experiments.runs.blocks import Block
from ceasefire.experiments.runs.coverage import Part
from ceasefire.experiments.runs.jobs import runs_digest
from ceasefire.experiments.runs.parts import digest_of_file, digest_of_text
from ceasefire.experiments.runs.results import CASE, POINTS, SCHEMA, ResultsFolder, part_key
from ceasefire.experiments.runs.tables import SCHEMA_VERSION
from ceasefire.experiments.style.files import write_whole
from ceasefire.experiments.style.folders import own_version, owned, write_manifest
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.experiments.style.words import PURPOSE

HERE = Path(__file__).resolve().parent

PACKAGES = ("mesa", "numba", "numpy", "pandas", "pyarrow", "scipy")


def identity_of(design: Design) -> str:
    """Return a digest of all that decides what the runs of a design are."""
    facts = [SCHEMA, SCHEMA_VERSION, runs_digest(), design.facts()]
    return digest_of_text(json.dumps(facts, sort_keys=True))


@contextmanager
def begun(
    design: Design, folder: Path, shard: tuple[int, int] | None = None
) -> Iterator[ResultsFolder]:
    """Hold the results of a design in a folder; begin them there if need be.

    Args:
        design: The design.
        folder: Where its results are, or are to be.
        shard: Which share of its points, as (number from 1, of how many).

    Raises:
        RefusedError: If something else is there, or another process writes there.
        StorageError: If the folder cannot be made or written.
    """
    identity = identity_of(design)
    with owned(folder, "sweep", begun=("parts", CASE, POINTS, "points.csv")) as manifest:
        if manifest is None:
            begin(design, folder, identity, shard)
        results = ResultsFolder.open(folder)
        check_same(results, design, identity)
        yield results


def begin(design: Design, folder: Path, identity: str, shard: tuple[int, int] | None) -> None:
    """Write what is known before the first run; the manifest comes last."""
    write_whole(folder / CASE, design.case.to_toml())
    points = io.BytesIO()
    points_of(design).to_parquet(points, index=False)
    write_whole(folder / POINTS, points.getvalue())
    facts = {
        "purpose": PURPOSE,
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
        "files": {name: digest_of_file(folder / name) for name in (CASE, POINTS)},
        "versions": versions(),
        "git": git_state(),
        "machine": machine(),
        "begun": now(),
        "state": {"complete": False, "runs": 0, "failed": 0, "content_digest": ""},
    }
    write_manifest(folder, "sweep", facts)


def points_of(design: Design) -> pd.DataFrame:
    """Return the points of a design: one row each, a column for each dimension."""
    columns: dict[str, list[Any]] = {"point": [point.number for point in design.points]}
    for dimension in design.dimensions:
        columns[dimension.name] = [point.values[dimension.name] for point in design.points]
    return pd.DataFrame(columns)


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
    """Write a new state of the results into the manifest.

    Raises:
        StorageError: If it cannot be written.
    """
    results.manifest["state"] = {**results.manifest["state"], **facts, "noted": now()}
    write_manifest(results.folder, "sweep", results.manifest)


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
    rows = {name: len(table) for name, table in tables.items()}
    part = Part(
        part_key(results.identity, blocks),
        tuple(blocks),
        rows,
        digest,
        seconds,
        rows.get("failures", 0),
    )
    facts = {
        "blocks": [block.as_list() for block in blocks],
        "rows": rows,
        "failed": part.failed,
        "digest": digest,
        "seconds": round(seconds, 3),
    }
    files = {f"{name}.parquet": parquet(table) for name, table in tables.items() if len(table)}
    results.store.save(part.key, files, facts)
    return part


def parquet(table: pa.Table) -> pa.Buffer:
    """Return a table as the bytes of a Parquet file with one group of rows."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", row_group_size=len(table))
    return sink.getvalue()
