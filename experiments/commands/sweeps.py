"""Commands about sweeps: ``ceasefire sweep``, ``verify``, ``merge``, ``sql``, ``designs``."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer import Argument, Option

from ceasefire.experiments.commands.options import (
    KEEP,
    AsJson,
    Central,
    On,
    OutcomeName,
    Settings,
    VariantName,
    Weeks,
    Workers,
    app,
    check_counts,
    check_seed,
)
from ceasefire.experiments.style.refusals import RefusedError

NOT_SOUND = 1
"""Exit code of ``verify`` where results are not what they should be."""

ResultsPath = Annotated[Path, Argument(metavar="RESULTS", help="Folder of a sweep.")]


@app.command(short_help="Vary things over many runs, stored part by part; resumes.")
def sweep(
    design: Annotated[
        str,
        Argument(
            metavar="DESIGN",
            help="A shipped design, a .toml file, a folder of results to run again, or a case "
            "with --vary.",
        ),
    ] = "arms-and-tolerance",
    out: Annotated[
        Path | None,
        Option(
            help="Folder of the results; by default one under results/ that is this design's own."
        ),
    ] = None,
    vary: Annotated[
        list[str] | None,
        Option(
            metavar="NAME=LOW:HIGH:STEPS",
            help="A dimension: a range, or values with commas; NAME+=, NAME*=, NAME@WEEK=, "
            "move:EVENT@WEEK=, parameter_set=; can be repeated.",
        ),
    ] = None,
    runs: Annotated[int | None, Option(help="Runs of each point.")] = None,
    until: Annotated[
        str | None,
        Option(
            metavar="OUTCOME±HALF",
            help="Grow each point until its interval is so narrow, such as permanent±0.02.",
        ),
    ] = None,
    most: Annotated[int, Option(help="Runs of a point after which --until gives up.")] = 100_000,
    plan: Annotated[
        str | None, Option(help="grid, list, latin hypercube, sobol sequence, saltelli or morris.")
    ] = None,
    size: Annotated[int | None, Option(help="Points of a sampled plan.")] = None,
    first_seed: Annotated[int | None, Option(help="Seed of the first run.")] = None,
    independent: Annotated[
        bool, Option("--independent-seeds", help="Other seeds at every point, not the same ones.")
    ] = False,
    settings: Settings = None,
    variant: VariantName = None,
    weeks: Weeks = None,
    keep: Annotated[
        str | None, Option(metavar="|".join(KEEP), help="Keep rounds and truces as well.")
    ] = None,
    central: Central = False,
    outcome: OutcomeName = None,
    picture: Annotated[
        Path | None,
        Option(help="Where to draw it: .svg, .png or .pdf; OUT/picture.svg by default."),
    ] = None,
    on: On = None,
    shard: Annotated[
        str | None, Option(metavar="I/N", help="Run the I-th of N shares only.")
    ] = None,
    retry_failed: Annotated[bool, Option("--retry-failed", help="Run again what failed.")] = False,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Run a design: every point many times, with the same seeds, into a folder of results."""
    check_counts(runs=runs, most=most, size=size, workers=workers)
    given: dict[str, Any] = {"runs": runs, "plan": plan, "size": size, "first_seed": first_seed}
    given |= {"variant": variant, "weeks": weeks}
    changes: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if first_seed is not None:
        check_seed("--first-seed", first_seed)
    if keep is not None:
        if keep not in KEEP:
            raise RefusedError(f"--keep: found {keep!r}; allowed: {' or '.join(KEEP)}.")
        changes["keep"] = KEEP[keep]
    if central:
        changes["central"] = True
    if independent:
        changes["seeds"] = "independent"
    if until is not None and runs is not None:
        raise RefusedError("--until: found with --runs; allowed: one of them.")
    from ceasefire.experiments.commands.sweep import chosen_design, own_folder, run_sweep, until_of

    chosen = chosen_design(design, vary or [], changes, settings or [])
    if picture is not None:
        from ceasefire.experiments.style.look import check_picture

        check_picture(picture, "--picture")
    run_sweep(
        chosen,
        out or own_folder(chosen),
        until_of(until, most, chosen),
        shard_of(shard),
        on,
        workers,
        retry_failed,
        picture,
        outcome,
        as_json,
    )


@app.command(short_help="Run a sample of stored results again: equal to the last bit?")
def verify(
    results: ResultsPath,
    runs: Annotated[int, Option(help="About how many runs to run again.")] = 5000,
    sample_seed: Annotated[int, Option(help="Seed of the draw of parts.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Look at every part of stored results, and run a random sample of them again."""
    check_counts(runs=runs)
    from ceasefire.experiments.commands.sweep import run_verify

    if not run_verify(results, runs, sample_seed, as_json):
        raise typer.Exit(NOT_SOUND)


@app.command(short_help="Put the shards of a sweep together.")
def merge(
    out: Annotated[Path, Argument(metavar="OUT", help="Folder of the whole.")],
    shards: Annotated[list[Path], Argument(metavar="SHARD...", help="Folders of the shards.")],
    as_json: AsJson = False,
) -> None:
    """Copy the parts of several folders of one sweep into one, and say what is missing."""
    from ceasefire.experiments.commands.sweep import run_merge

    run_merge(out, shards, as_json)


@app.command(short_help="Ask stored results in SQL.")
def sql(
    results: ResultsPath,
    query: Annotated[
        str,
        Argument(
            help="One SELECT over the tables runs, rounds, truces, failures, points (or weeks)."
        ),
    ],
    as_csv: Annotated[
        bool, Option("--csv", help="Print all rows as comma-separated values.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ask stored results a question in SQL (DuckDB); nothing can be changed."""
    from ceasefire.experiments.commands.sql import ask

    ask(results, query, as_csv, as_json)


@app.command(short_help="List the designs that come with it.")
def designs(as_json: AsJson = False) -> None:
    """List the designs that come with the package, and what they are to answer."""
    from ceasefire.experiments.commands.console import print_json
    from ceasefire.experiments.design.design import load_design, shipped_designs

    found = [load_design(name) for name in shipped_designs()]
    if as_json:
        from ceasefire.experiments.commands.console import print_json

        print_json(
            {
                one.name: {
                    "title": one.title,
                    "question": one.question,
                    "points": len(one.points),
                    "runs": one.runs,
                }
                for one in found
            }
        )
        return
    for one in found:
        print(f"{one.name}\n  {one.title}: {len(one.points)} points of {one.runs} runs")
        print(f"  {one.question}")


def shard_of(words: str | None) -> tuple[int, int] | None:
    """Read a share: ``3/10``.

    Raises:
        RefusedError: If it is not of that form.
    """
    if words is None:
        return None
    number, slash, of = words.partition("/")
    if not slash or not number.isdecimal() or not of.isdecimal():
        raise RefusedError(f"--shard: found {words!r}; allowed: I/N, such as 3/10.")
    return int(number), int(of)
