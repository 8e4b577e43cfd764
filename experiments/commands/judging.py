"""Commands that judge: ``ceasefire fit`` and ``claims``."""

import os
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from ceasefire.experiments.commands.options import (
    AsJson,
    CaseName,
    Settings,
    Workers,
    app,
    case_of,
    check_counts,
)
from ceasefire.experiments.style.refusals import RefusedError


@app.command(short_help="Fit a case to its patterns; resumes where it was stopped.")
def fit(
    case: CaseName = "gaza-2023",
    out: Annotated[
        Path, Option(help="Folder of the fit; the same one goes on where it was.")
    ] = Path("fit"),
    quick: Annotated[
        bool, Option("--quick", help="A minute's trial: too little to fit anything.")
    ] = False,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Find sets of parameters that reproduce the patterns, and what the patterns leave open."""
    whole, _ = case_of(case, None, settings, None)
    from ceasefire.experiments.commands.fit import QUICK, fit_case
    from ceasefire.experiments.fit.waves import Effort

    fit_case(whole, out, QUICK if quick else Effort(), as_json)


@app.command(short_help="Test what the article claims, over all sets that fit.")
def claims(
    ids: Annotated[
        list[str] | None, Argument(metavar="[CLAIM]...", help="Such as C66 or T01; all by default.")
    ] = None,
    runs: Annotated[int, Option(help="Runs of each set in each arm.")] = 200,
    sets: Annotated[int, Option(help="Parameter sets: the first of those that fit.")] = 200,
    quick: Annotated[
        bool, Option("--quick", help="A look in minutes: 20 sets of 30 runs.")
    ] = False,
    out: Annotated[
        Path, Option(help="Folder of the results; what is there is not run again.")
    ] = Path("results/claims"),
    page: Annotated[
        Path | None, Option(help="Write the page from what is stored, and run nothing.")
    ] = None,
    ledger: Annotated[
        Path | None, Option(help="The same as data, which the live view shows.")
    ] = None,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Test the claims C01 to C73, and the tensions T01 to T11 between them."""
    if runs < 2:
        raise RefusedError(f"--runs: found {runs}; allowed: a whole number from 2.")
    check_counts(sets=sets, workers=workers)
    whole, _ = case_of("gaza-2023", None, None, None)
    from ceasefire.experiments.commands.claims import judge_claims, write_pages

    if page is not None or ledger is not None:
        for path in write_pages(whole, out, page, ledger)[1]:
            print(f"Written: {path}, from what is kept in {out}.")
        return
    judge_claims(whole, ids or [], sets, runs, quick, out, workers or os.cpu_count() or 1, as_json)
