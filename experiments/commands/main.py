"""The command line: ``ceasefire run``, ``ensemble``, ``why``, ``check``, ``cases``, ``claims``.

Commands about experiments stand in ``cli_experiments``.
"""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from ceasefire.experiments.commands import main_experiments  # noqa: F401
from ceasefire.experiments.commands.options import (
    KEEP,
    AsJson,
    CaseName,
    Central,
    ParameterSet,
    Settings,
    VariantName,
    Weeks,
    Workers,
    app,
    case_of,
    check_runs,
    check_seed,
    stored_point,
)
from ceasefire.experiments.style.refusals import RefusedError, StoppedError

USAGE, INTERRUPTED = 2, 130
"""Exit codes: something given cannot be used; stopped with Ctrl-C."""


@app.command(short_help="Tell one world week by week, in plain words.")
def run(
    case: CaseName = "gaza-2023",
    seed: Annotated[
        int,
        typer.Option(
            help="Seed; with the set of the ensemble's row with this seed, it is the same world."
        ),
    ] = 0,
    parameter_set: ParameterSet = None,
    weeks: Weeks = None,
    settings: Settings = None,
    variant: VariantName = None,
    point: Annotated[
        int | None,
        typer.Option(
            help="With a folder of a sweep for CASE: its point, and the set that the seed has.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell one world week by week: rounds, answers and reasons, cabinet, patron, fronts, end."""
    check_seed("--seed", seed)
    if point is not None:
        if weeks is not None or settings or variant is not None:
            raise RefusedError("--point: found with changes; allowed: the point as it was run.")
        whole, changes, parameter_set = stored_point(case, point, seed, parameter_set)
    else:
        whole, changes = case_of(case, weeks, settings, variant, parameter_set)
    from ceasefire.experiments.commands.run import tell_one

    tell_one(whole, changes, seed, parameter_set, as_json)


@app.command(short_help="Run a case many times: what comes of it.")
def ensemble(
    case: CaseName = "gaza-2023",
    runs: Annotated[int, typer.Option(help="Number of runs.")] = 1000,
    first_seed: Annotated[int, typer.Option(help="Seed of the first run.")] = 0,
    weeks: Weeks = None,
    settings: Settings = None,
    variant: VariantName = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the Parquet tables runs, rounds and truces."),
    ] = None,
    keep: Annotated[
        str,
        typer.Option(
            metavar="|".join(KEEP),
            help="Keep only how each run ended, or its rounds and truces as well.",
        ),
    ] = "rounds",
    series: Annotated[
        bool, typer.Option("--series", help="Write the table weeks as well (needs --out).")
    ] = False,
    acceptance: Annotated[
        bool,
        typer.Option(
            "--acceptance",
            help="Count in it the texts that each side, and both, would accept (slow).",
        ),
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the ensemble that is in the folder.")
    ] = False,
    central: Central = False,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Run a case many times: how runs end, when truces begin, who refuses."""
    check_runs(runs, first_seed, workers)
    if keep not in KEEP:
        raise RefusedError(f"--keep: found {keep!r}; allowed: {' or '.join(KEEP)}.")
    if series and out is None:
        raise RefusedError("--series: found without --out; it needs a folder for the table weeks.")
    if acceptance and not series:
        raise RefusedError(
            "--acceptance: found without --series; the table weeks holds the counts."
        )
    whole, changes = case_of(case, weeks, settings, variant)
    from ceasefire.experiments.commands.run import run_many

    run_many(
        whole,
        changes,
        runs,
        first_seed,
        out,
        KEEP[keep],
        series,
        acceptance,
        central,
        workers,
        replace,
        as_json,
    )


@app.command(short_help="Why rounds of talks fail, and what would have to change.")
def why(
    case: CaseName = "gaza-2023",
    seed: Annotated[
        int | None,
        typer.Option(help="Tell the failed rounds of this one run.", show_default=False),
    ] = None,
    parameter_set: ParameterSet = None,
    runs: Annotated[int, typer.Option(help="Number of runs.")] = 200,
    first_seed: Annotated[int, typer.Option(help="Seed of the first run.")] = 0,
    certify: Annotated[
        float,
        typer.Option(metavar="SHARE", help="Share of failed rounds to explain, drawn at random."),
    ] = 1.0,
    weeks: Weeks = None,
    settings: Settings = None,
    variant: VariantName = None,
    plot: Annotated[
        Path | None,
        typer.Option(help="Draw it as well: a file ending in .svg, .png or .pdf."),
    ] = None,
    central: Central = False,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Explain failed rounds: which constraints bind, and what would have to change."""
    if parameter_set is not None and seed is None:
        raise RefusedError("--parameter-set: found without --seed; many runs draw over all sets.")
    whole, changes = case_of(case, weeks, settings, variant, parameter_set)
    if seed is not None:
        check_seed("--seed", seed)
        if plot:
            raise RefusedError("--plot: found with --seed; it draws what many runs have in common.")
        from ceasefire.experiments.commands.why import explain_run

        explain_run(whole, changes, seed, parameter_set, as_json)
        return
    check_runs(runs, first_seed, workers)
    if not 0.0 < certify <= 1.0:
        raise RefusedError(f"--certify: found {certify:g}; allowed: more than 0, up to 1.")
    if plot is not None:
        from ceasefire.experiments.style.look import check_picture

        check_picture(plot, "--plot")
    from ceasefire.experiments.commands.why import explain_ensemble

    explain_ensemble(whole, changes, runs, first_seed, certify, plot, central, workers, as_json)


@app.command(short_help="Fit a case to its patterns; resumes where it was stopped.")
def fit(
    case: CaseName = "gaza-2023",
    out: Annotated[
        Path, typer.Option(help="Folder of the fit; the same one goes on where it was.")
    ] = Path("fit"),
    quick: Annotated[
        bool, typer.Option("--quick", help="A minute's trial: too little to fit anything.")
    ] = False,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Find sets of parameters that reproduce the patterns, and what the patterns leave open."""
    whole, _ = case_of(case, None, settings, None)
    from ceasefire.experiments.commands.fit import QUICK, fit_case
    from ceasefire.experiments.fit.waves import Effort

    fit_case(whole, out, QUICK if quick else Effort(), as_json)


@app.command(short_help="Validate a case and show it with its sources.")
def check(
    case: CaseName = "gaza-2023",
    settings: Settings = None,
    variant: VariantName = None,
    as_json: AsJson = False,
) -> None:
    """Validate a case and show it: every number with its unit, range and source."""
    whole, _ = case_of(case, None, settings, variant)
    from ceasefire.experiments.commands.run import show_case

    show_case(whole, as_json)


@app.command(short_help="List the cases that come with it.")
def cases(as_json: AsJson = False) -> None:
    """List the cases that come with the package."""
    from ceasefire.model.case.case import load_case
    from ceasefire.model.case.shipped import shipped_cases

    found = [load_case(name) for name in shipped_cases()]
    if as_json:
        from ceasefire.experiments.commands.console import print_json

        print_json({c.name: {"title": c.title, "description": c.description} for c in found})
        return
    for one in found:
        print(f"{one.name}\n  {one.title}\n  {one.description}")


@app.command(short_help="Test what the article claims, over all sets that fit.")
def claims(
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CLAIM]...", help="Such as C66 or T01; all by default."),
    ] = None,
    runs: Annotated[int, typer.Option(help="Runs of each set in each arm.")] = 200,
    sets: Annotated[int, typer.Option(help="Parameter sets: the first of those that fit.")] = 200,
    quick: Annotated[
        bool, typer.Option("--quick", help="A look in minutes: 20 sets of 30 runs.")
    ] = False,
    out: Annotated[
        Path, typer.Option(help="Folder of the results; what is there is not run again.")
    ] = Path("results/claims"),
    page: Annotated[
        Path | None,
        typer.Option(help="Write the page from what is stored, and run nothing."),
    ] = None,
    ledger: Annotated[
        Path | None,
        typer.Option(help="The same as data, which the live view shows."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Threads; all processors by default.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Test the claims C01 to C73, and the tensions T01 to T11 between them."""
    if runs < 2:
        raise RefusedError(f"--runs: found {runs}; allowed: a whole number from 2.")
    if sets < 1:
        raise RefusedError(f"--sets: found {sets}; allowed: a whole number from 1.")
    if workers is not None and workers < 1:
        raise RefusedError(f"--workers: found {workers}; allowed: a whole number from 1.")
    whole, _ = case_of("gaza-2023", None, None, None)
    from ceasefire.experiments.commands.claims import judge_claims, write_pages

    if page is not None or ledger is not None:
        write_pages(whole, out, page, ledger)
        return
    judge_claims(whole, ids or [], sets, runs, quick, out, workers or os.cpu_count() or 1, as_json)


def main() -> None:
    """Run the command line; every refusal is one sentence on stderr and exit code 2."""
    code = 0
    try:
        code = (
            app(args=sys.argv[1:] or ["--help"], prog_name="ceasefire", standalone_mode=False) or 0
        )
        sys.stdout.flush()
        if code == INTERRUPTED:  # Typer has caught the KeyboardInterrupt.
            complain("Stopped.", code)
    except (KeyboardInterrupt, typer.Abort):
        code = complain("Stopped.", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read the output has had enough: nothing is left to be said, at exit neither.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except StoppedError as stopped:
        complain(f"{stopped}", INTERRUPTED)
        sys.stdout.flush()
        # Compiled code may still be at work on threads that nobody waits for any more.
        os._exit(INTERRUPTED)
    except (RefusedError, OSError) as refused:
        code = complain(str(refused), USAGE)
    except Exception as error:
        code = refusal(error)
    sys.exit(code)


def refusal(error: Exception) -> int:
    """Say what was refused; what is no refusal is a fault of the program, and raised."""
    if hasattr(error, "format_message"):
        # The parser's own: an unknown option, a value that is no number.
        return complain(error.format_message(), USAGE)
    if type(error).__name__ == "CaseError":
        # By name: importing it would make --help wait.
        return complain(str(error), USAGE)
    raise error


def complain(sentence: str, code: int) -> int:
    """Say something on stderr and return the exit code."""
    print(f"ceasefire: {sentence}", file=sys.stderr)
    return code
