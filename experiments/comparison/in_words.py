"""Reading what is compared as it is typed: a folder of results, some of its points, or a case."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.comparison.alternatives import Alternative
from ceasefire.experiments.runs.ensemble import Results, run_ensemble
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.runs.store import tables_of
from ceasefire.experiments.style.folders import read_manifest
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.case import Case, CaseError, load_case
from ceasefire.model.case.settings import one_of, parse_overrides, problem, shown
from ceasefire.model.case.shipped import shipped_cases

AS_IT_IS = ", as it is"
"""What follows the name of a case that is not changed."""

LISTED = 12
"""Values of a dimension up to which a message lists them."""


def read_alternative(
    given: "str | Path | ResultsFolder | Results | Alternative",
    runs: int = 2000,
    first_seed: int = 0,
    workers: int | None = None,
) -> Alternative:
    """Return what is meant by an argument of ``ceasefire compare``; a case is run on the spot.

    Args:
        given: A folder of results (``results/folder``), with a colon some of its points
            (``results/folder:tolerance=2`` or ``:17``), the name of a shipped case or a path
            ending in .toml, with a colon changes to it (``gaza-2023:patron.usa.resolve=0.6`` or
            ``:variant=no-memory``); or results already opened or in memory.
        runs: Runs of a case.
        first_seed: Seed of the first of them.
        workers: Threads that run them; all processors by default.

    Raises:
        RefusedError: If it is none of these, or names what is not there.
        CaseError: If a case or a change to it makes no sense.
    """
    if isinstance(given, Alternative):
        return given
    if isinstance(given, ResultsFolder):
        return Alternative.of_results(given)
    if isinstance(given, Results):
        return Alternative.of_table(given.runs, given.case.name, given.case)
    text = str(given)
    head, chosen = split(text)
    if is_folder(head):
        return stored(Path(head), chosen, text)
    return run_case(head, chosen, text, runs, first_seed, workers)


def needs_runs(text: str) -> bool:
    """Whether it is a case that would have to be run."""
    return not is_folder(split(text)[0])


def split(text: str) -> tuple[str, str]:
    """Return what stands before the last colon, and what after it.

    Raises:
        RefusedError: If it is neither a folder nor a case.
    """
    for head, chosen in ((text, ""), text.rpartition(":")[::2]):
        if head and (is_folder(head) or head in shipped_cases() or head.endswith(".toml")):
            if head != text and not chosen.strip():
                raise _refused(f"arm {text!r}", "nothing after the colon", "point or changes")
            return head, chosen
    head = text.rpartition(":")[0] or text
    known = one_of(shipped_cases(), head)
    allowed = f"a folder of results, a shipped case ({known}), or a path ending in .toml"
    raise _refused("arm", repr(text), allowed)


def is_folder(text: str) -> bool:
    """Whether a text names a folder; a shipped case's name means the case without a manifest."""
    path = Path(text)
    return path.is_dir() and (text not in shipped_cases() or (path / "manifest.json").is_file())


def stored(folder: Path, chosen: str, text: str) -> Alternative:
    """Return the runs of a folder, or of some points of it.

    Raises:
        RefusedError: If there are no results, or not these points.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise _refused(f"arm {text!r}", "a folder without manifest.json", "a folder of results")
    if manifest["kind"] == "ensemble":
        return _stored_ensemble(folder, manifest, chosen, text)
    results = ResultsFolder.open(folder)
    if "runs" not in results.files:
        raise RefusedError(f"{folder}: no runs are stored in these results yet.")
    one = Alternative.of_results(results, spec=text)
    if chosen:
        one = at_points(one, chosen, text)
    words = _words(one, results)
    return replace(one, label=f"{folder.name}: {words}" if words else folder.name)


def _words(one: Alternative, results: ResultsFolder) -> str:
    """Say by which values an alternative's points are told from the others."""
    assert one.points is not None
    labels = {
        known["name"]: known.get("label") or known["name"].replace("_", " ")
        for known in results.manifest["design"]["dimension"]
    }
    if one.whole:
        return ""
    values = {name: one.points[name].unique() for name in one.dimensions}
    told = [f"{labels[name]} = {shown(_plain(own[0]))}" for name, own in values.items()
            if len(own) == 1 and results.points[name].nunique() > 1]  # fmt: skip
    return ", ".join(told)


def _refused(key: str, found: str, allowed: str) -> RefusedError:
    return RefusedError(f"{problem(key, found, allowed)}.")


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _stored_ensemble(folder: Path, manifest: dict[str, Any], chosen: str, text: str) -> Alternative:
    if chosen:
        allowed = "nothing, as an ensemble has no points"
        raise _refused(f"arm {text!r}", repr(chosen), allowed)
    (file,) = tables_of(folder, manifest).get("runs", [None])
    if file is None:
        raise RefusedError(f"{folder}: no runs are stored there: it has no runs.parquet.")
    try:
        case: Case | None = load_case(str(manifest.get("case", "")))
    except CaseError:
        # A case of one's own: the columns name what can be measured.
        case = None
    return Alternative(folder.name, text, case, (str(file),), folder)


def at_points(one: Alternative, chosen: str, text: str) -> Alternative:
    """Return an alternative with those of its points that have some values, or one by its number.

    Raises:
        RefusedError: If there is no such dimension, value or point.
    """
    assert one.points is not None
    where, points = f"arm {text!r}", one.points
    by_number = chosen.strip().removeprefix("point=").strip()
    if by_number.lstrip("-").isdigit() or chosen.strip().startswith("point="):
        if not by_number.isdigit() or int(by_number) not in set(points["point"]):
            allowed = f"a whole number from {points['point'].min()} to {points['point'].max()}"
            raise _refused(f"{where}: point", repr(by_number), allowed)
        kept = points["point"] == int(by_number)
    else:
        kept = _with_values(points, chosen, where)
    return replace(one, points=points[kept].reset_index(drop=True), whole=bool(kept.all()))


def _with_values(points: pd.DataFrame, chosen: str, where: str) -> pd.Series:
    words = chosen.split(",")
    wanted = parse_overrides(words)
    raw = {word.partition("=")[0].strip(): word.partition("=")[2].strip() for word in words}
    if len(wanted) < len(words):
        raise _refused(where, "a dimension twice", "every dimension once")
    kept = pd.Series(True, index=points.index)
    for name, value in wanted.items():
        if name not in points.columns or name == "point":
            known = one_of(points.columns.drop("point"), name)
            raise _refused(f"{where}: dimension", repr(name), known)
        there = points[name]
        if pd.api.types.is_bool_dtype(there):
            found = there == value if isinstance(value, bool) else pd.Series(False, there.index)
        elif pd.api.types.is_numeric_dtype(there):
            number = float(value) if isinstance(value, int | float) else np.nan
            found = pd.Series(np.isclose(there, number, rtol=1e-9, atol=1e-12), there.index)
        else:
            found = there.astype(str) == raw[name]
        if not found.any():
            raise _refused(f"{where}: {name}", raw[name], _values(there))
        kept &= found
    if not kept.any():
        raise _refused(where, "no point with these values together", "others")
    return kept


def _values(column: pd.Series) -> str:
    values = [shown(_plain(value)) for value in sorted(column.unique().tolist())]
    if len(values) <= LISTED:
        return ", ".join(values)
    return f"one of {len(values)} values from {values[0]} to {values[-1]}"


def changed_case(name: str, chosen: str) -> tuple[Case, dict[str, Any]]:
    """Return a case with its variant, and the changes that come on top of it.

    Raises:
        CaseError: If one of them makes no sense.
    """
    changes = dict(parse_overrides(chosen.split(","))) if chosen else {}
    case = load_case(name)
    variant = changes.pop("variant", None)
    if variant is not None:
        case = case.variant(str(variant))
    return case, changes


def check_alternative(text: str) -> None:
    """Refuse an alternative that cannot be, before anything is run.

    Raises:
        RefusedError: If it is neither results nor a case.
        CaseError: If it is a case that makes no sense.
    """
    head, chosen = split(text)
    if is_folder(head):
        stored(Path(head), chosen, text)
    else:
        case, changes = changed_case(head, chosen)
        case.changed(changes)


def run_case(
    name: str, chosen: str, text: str, runs: int, first_seed: int, workers: int | None
) -> Alternative:
    """Run a case, with changes or without, and return its runs."""
    case, changes = changed_case(name, chosen)
    results = run_ensemble(
        case, runs, first_seed=first_seed, settings=changes, keep="end states", workers=workers
    )
    told = [part.strip().replace("=", " = ", 1) for part in chosen.split(",")] if chosen else []
    label = ", ".join([results.case.name, *told]) if told else f"{results.case.name}{AS_IT_IS}"
    return Alternative.of_table(results.runs, label, results.case, text)


def with_own_labels(given: Sequence[Alternative]) -> list[Alternative]:
    """Return them with labels that differ; a folder or case that all share is not named."""
    ends = [": " if one.folder else ", " for one in given]
    heads = {one.label.partition(end)[0] + end for one, end in zip(given, ends, strict=True)}
    shared = heads.pop() if len(heads) == 1 else ""
    if not all(one.label.startswith(shared) for one in given):
        shared = ""
    times, found = Counter[str](), []
    for one in given:
        label = one.label.removeprefix(shared)
        times[label] += 1
        again = f" ({times[label]})" if times[label] > 1 else ""
        found.append(replace(one, label=label + again))
    return found
