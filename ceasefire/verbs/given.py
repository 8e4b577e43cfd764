"""What verbs are given: a case, a design or results, as an object, a path or a name."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ceasefire.experiments.runs.results import ResultsFolder
    from ceasefire.model.case.case import Case

    PathLike = str | os.PathLike[str]
    CaseLike = Case | PathLike
    """A case, the name of a shipped one, or the path of a case file."""

LARGEST_SEED = 2**63 - 1


def case_of(given: "CaseLike") -> "Case":
    """Return a case that is given as itself, by its name, or by the path of its file.

    Raises:
        CaseError: If there is no such case, or it makes no sense.
    """
    from ceasefire.model.case.case import Case, load_case

    return given if isinstance(given, Case) else load_case(given)


def changes_to(
    case: "Case",
    weeks: float | None,
    settings: Mapping[str, Any] | None,
    variant: str | None,
) -> dict[str, Any]:
    """Return what a variant, settings and a horizon change in a case, the later ones winning.

    Raises:
        CaseError: If there is no such variant.
        RefusedError: If the horizon is not above 0.
    """
    found: dict[str, Any] = {}
    if variant is not None:
        case.variant(variant)
        found |= case.variants[variant].set
    found |= settings or {}
    if weeks is not None:
        refuse_unless(0.0 < weeks < float("inf"), "weeks", weeks, "more than 0")
        found["war.horizon"] = weeks
    return found


def spelled(given: "CaseLike") -> tuple[str, dict[str, Any]]:
    """Return a case as designs keep it: a name or a path, and the settings that were changed.

    Raises:
        CaseError: If a case's own file cannot be read any more.
        RefusedError: If more than settings was changed in it.
    """
    from ceasefire.experiments.style.refusals import RefusedError
    from ceasefire.model.case.case import Case, load_case
    from ceasefire.model.case.shipped import CASE_FILE, shipped_file

    if not isinstance(given, Case):
        return os.fspath(given), {}
    if given.path is not None:
        name = given.name if given.path == shipped_file(given.name, CASE_FILE) else str(given.path)
        there = load_case(name)
        changed = {
            key: setting.value
            for key, setting in given.settings.items()
            if key in there.settings and there.settings[key].value != setting.value
        }
        if there.changed(changed) == given:
            return name, changed
    raise RefusedError(
        f"case: found {given.name} changed in more than its settings; allowed: a case as its file "
        "has it, with other settings (Case.write makes a file of any case)."
    )


def results_of(given: "ResultsFolder | PathLike") -> "ResultsFolder":
    """Return results of a sweep that are given as themselves or by their folder.

    Raises:
        RefusedError: If there are none.
    """
    from ceasefire.experiments.runs.results import ResultsFolder

    return given if isinstance(given, ResultsFolder) else ResultsFolder.open(given)


def folder_of(given: "ResultsFolder | PathLike") -> Path:
    """Return the folder of results that are given as themselves or by it."""
    return Path(given) if isinstance(given, str | os.PathLike) else given.folder


def check_counts(least: int = 1, **counts: int | None) -> None:
    """Refuse counts below the least that makes sense.

    Raises:
        RefusedError: If one is.
    """
    from ceasefire.experiments.style.refusals import MOST_RUNS

    for name, count in counts.items():
        wanted = f"a whole number from {least} to {MOST_RUNS:,}"
        refuse_unless(count is None or least <= count <= MOST_RUNS, name, count, wanted)


def check_seeds(first: int, runs: int = 1, key: str = "first_seed") -> None:
    """Refuse seeds that runs cannot have.

    Raises:
        RefusedError: If the first or the last of them is not from 0 to 2**63 - 1.
    """
    fits = 0 <= first <= LARGEST_SEED - runs + 1
    refuse_unless(fits, key, first, f"a whole number from 0 to 2**63 - {runs}")


def refuse_unless(fits: bool, key: str, found: object, allowed: str) -> None:
    """Refuse what does not fit, in a sentence.

    Raises:
        RefusedError: If it does not.
    """
    if not fits:
        from ceasefire.experiments.style.refusals import RefusedError

        raise RefusedError(f"{key}: found {found}; allowed: {allowed}.")
