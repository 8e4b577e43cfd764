"""Verbs that judge: which numbers reproduce the record, and what becomes of the claims."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ceasefire.verbs.given import case_of, changes_to, check_counts

if TYPE_CHECKING:
    from ceasefire.verbs.given import CaseLike, PathLike
    from ceasefire.verbs.judged import FitFound, Ledger


def fit(
    case: "CaseLike" = "gaza-2023",
    out: "PathLike" = "fit",
    *,
    quick: bool = False,
    settings: Mapping[str, Any] | None = None,
) -> "FitFound":
    """Find sets of parameters that reproduce the record; the same call resumes where it stopped.

    Args:
        case: A case that comes with priors and a record, its name, or the path of its file.
        out: Folder of the fit; what is there is not run again.
        quick: A minute's trial, too little to fit anything.
        settings: Changes to the case by dotted name.

    Raises:
        CaseError: If no priors come with the case.
        RefusedError: If the folder holds another fit.

    Example:
        >>> fit("two-rivals")
        Traceback (most recent call last):
            ...
        ceasefire.model.case.settings.CaseError: two-rivals:
          priors: found none; allowed: a case that comes with some
    """
    from ceasefire.experiments.commands.fit import QUICK
    from ceasefire.experiments.fit.waves import Effort
    from ceasefire.verbs.judged import fitted

    whole = case_of(case)
    whole = whole.changed(changes_to(whole, None, settings, None))
    return fitted(whole, Path(out), QUICK if quick else Effort())


def claims(
    *ids: str,
    runs: int = 200,
    sets: int = 200,
    quick: bool = False,
    out: "PathLike" = "results/claims",
    page: "PathLike | None" = None,
    ledger: "PathLike | None" = None,
    workers: int | None = None,
) -> "Ledger":
    """Test what the article claims, C01 to C73, and the tensions T01 to T11 between its claims.

    Args:
        *ids: Claims, such as "C66" or "T01"; all by default.
        runs: Runs of each set in each arm.
        sets: Parameter sets: the first of those that fit.
        quick: A look in minutes: 20 sets of 30 runs.
        out: Folder of the results; what is there is not run again.
        page: Write the page of all claims from what is stored, and run nothing.
        ledger: The same as data, which the live view shows.
        workers: Threads; all processors by default.

    Raises:
        RefusedError: If there is no such claim, or nothing is stored to write a page from.

    Example:
        >>> found = claims("C66", runs=2, sets=2)
        >>> found.claims.index.tolist()
        ['C66']
    """
    from ceasefire.verbs.judged import judged

    check_counts(least=2, runs=runs)
    check_counts(sets=sets, workers=workers)
    return judged(ids, runs, sets, quick, Path(out), page, ledger, workers or os.cpu_count() or 1)
