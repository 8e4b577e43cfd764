"""Commands about cases: ``ceasefire run``, ``ensemble``, ``why``, ``check``, ``cases``."""

from pathlib import Path
from typing import Annotated

from typer import Option

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
from ceasefire.experiments.style.refusals import RefusedError


@app.command(short_help="Tell one world week by week, in plain words.")
def run(
    case: CaseName = "gaza-2023",
    seed: Annotated[
        int,
        Option(
            help="Seed; with the set of the ensemble's row with this seed, it is the same world."
        ),
    ] = 0,
    parameter_set: ParameterSet = None,
    weeks: Weeks = None,
    settings: Settings = None,
    variant: VariantName = None,
    point: Annotated[
        int | None,
        Option(help="With a folder of a sweep for CASE: its point, and the set that the seed has."),
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
    runs: Annotated[int, Option(help="Number of runs.")] = 1000,
    first_seed: Annotated[int, Option(help="Seed of the first run.")] = 0,
    weeks: Weeks = None,
    settings: Settings = None,
    variant: VariantName = None,
    out: Annotated[
        Path | None, Option(help="Folder for the Parquet tables runs, rounds and truces.")
    ] = None,
    keep: Annotated[
        str,
        Option(
            metavar="|".join(KEEP),
            help="Keep only how each run ended, or its rounds and truces as well.",
        ),
    ] = "rounds",
    series: Annotated[
        bool, Option("--series", help="Write the table weeks as well (needs --out).")
    ] = False,
    acceptance: Annotated[
        bool,
        Option(
            "--acceptance",
            help="Count in it the texts that each side, and both, would accept (slow).",
        ),
    ] = False,
    replace: Annotated[
        bool, Option("--replace", help="Replace the ensemble that is in the folder.")
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
    seed: Annotated[int | None, Option(help="Tell the failed rounds of this one run.")] = None,
    parameter_set: ParameterSet = None,
    runs: Annotated[int, Option(help="Number of runs.")] = 200,
    first_seed: Annotated[int, Option(help="Seed of the first run.")] = 0,
    certify: Annotated[
        float, Option(metavar="SHARE", help="Share of failed rounds to explain, drawn at random.")
    ] = 1.0,
    weeks: Weeks = None,
    settings: Settings = None,
    variant: VariantName = None,
    plot: Annotated[
        Path | None, Option(help="Draw it as well: a file ending in .svg, .png or .pdf.")
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
