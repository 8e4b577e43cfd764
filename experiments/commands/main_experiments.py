"""The commands of experiments: ``ceasefire sweep``, ``compare``, ``sensitivity`` and the like."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ceasefire.experiments.commands.console import print_json
from ceasefire.experiments.commands.options import (
    KEEP,
    AsJson,
    CaseName,
    Central,
    Settings,
    VariantName,
    Weeks,
    Workers,
    app,
    check_runs,
    check_seed,
)
from ceasefire.experiments.style.refusals import RefusedError

NOT_SOUND = 1
"""Exit code of ``verify`` where results are not what they should be."""

Outcome = Annotated[
    str | None,
    typer.Option(help="The outcome, if not the design's own.", show_default=False),
]
On = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Give the work to a Dask scheduler.", show_default=False),
]
Png = Annotated[bool, typer.Option("--png", help="Draw pictures as PNG as well.")]
ResultsPath = Annotated[Path, typer.Argument(metavar="RESULTS", help="Folder of a sweep.")]


@app.command(short_help="Vary things over many runs, stored part by part; resumes.")
def sweep(
    design: Annotated[
        str,
        typer.Argument(
            metavar="DESIGN",
            help="A shipped design, a .toml file, a folder of results to run again, or a case "
            "with --vary.",
        ),
    ] = "arms-and-tolerance",
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the results; by default one under results/ that is this design's own.",
            show_default=False,
        ),
    ] = None,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=LOW:HIGH:STEPS",
            help="A dimension: a range, or values with commas; NAME+=, NAME*=, NAME@WEEK=, "
            "move:EVENT@WEEK=, parameter_set=; can be repeated.",
        ),
    ] = None,
    runs: Annotated[
        int | None, typer.Option(help="Runs of each point.", show_default=False)
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="OUTCOME±HALF",
            help="Grow each point until its interval is so narrow, such as permanent±0.02.",
            show_default=False,
        ),
    ] = None,
    most: Annotated[
        int, typer.Option(help="Runs of a point after which --until gives up.")
    ] = 100_000,
    plan: Annotated[
        str | None,
        typer.Option(
            help="grid, list, latin hypercube, sobol sequence, saltelli or morris.",
            show_default=False,
        ),
    ] = None,
    size: Annotated[
        int | None, typer.Option(help="Points of a sampled plan.", show_default=False)
    ] = None,
    first_seed: Annotated[
        int | None, typer.Option(help="Seed of the first run.", show_default=False)
    ] = None,
    independent: Annotated[
        bool,
        typer.Option("--independent-seeds", help="Other seeds at every point, not the same ones."),
    ] = False,
    settings: Settings = None,
    variant: VariantName = None,
    weeks: Weeks = None,
    keep: Annotated[
        str | None,
        typer.Option(
            metavar="|".join(KEEP), help="Keep rounds and truces as well.", show_default=False
        ),
    ] = None,
    central: Central = False,
    outcome: Outcome = None,
    picture: Annotated[
        Path | None,
        typer.Option(
            help="Where to draw it: .svg, .png or .pdf; OUT/picture.svg by default.",
            show_default=False,
        ),
    ] = None,
    on: On = None,
    shard: Annotated[
        str | None,
        typer.Option(metavar="I/N", help="Run the I-th of N shares only.", show_default=False),
    ] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Run again what failed.")
    ] = False,
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
    runs: Annotated[int, typer.Option(help="About how many runs to run again.")] = 5000,
    sample_seed: Annotated[int, typer.Option(help="Seed of the draw of parts.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Look at every part of stored results, and run a random sample of them again."""
    check_counts(runs=runs)
    from ceasefire.experiments.commands.sweep import run_verify

    if not run_verify(results, runs, sample_seed, as_json):
        raise typer.Exit(NOT_SOUND)


@app.command(short_help="Put the shards of a sweep together.")
def merge(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder of the whole.")],
    shards: Annotated[
        list[Path], typer.Argument(metavar="SHARD...", help="Folders of the shards.")
    ],
    as_json: AsJson = False,
) -> None:
    """Copy the parts of several folders of one sweep into one, and say what is missing."""
    from ceasefire.experiments.commands.sweep import run_merge

    run_merge(out, shards, as_json)


@app.command(short_help="Hold the outcomes of arms against a baseline.")
def compare(
    arms: Annotated[
        list[str],
        typer.Argument(
            metavar="BASELINE ARM...",
            help="Results (results/x), some of their points (results/x:tolerance=2 or :17), or a "
            "case with changes (gaza-2023:patron.usa.resolve=0.6 or :variant=no-memory).",
        ),
    ],
    runs: Annotated[int, typer.Option(help="Runs of each case among them.")] = 2000,
    first_seed: Annotated[int, typer.Option(help="Seed of the first of them.")] = 0,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for report, tables and figures.", show_default=False),
    ] = None,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Compare distributions of outcomes: differences, intervals, and what cannot be told."""
    check_runs(runs, first_seed, workers)
    from ceasefire.experiments.commands.compare import compare_arms

    compare_arms(arms, runs, first_seed, out, workers, as_json)


@app.command(short_help="Which levers move an outcome: screening, indices, boxes.")
def sensitivity(
    design: Annotated[
        str, typer.Argument(metavar="DESIGN", help="Levers with ranges: shipped, or a .toml file.")
    ] = "levers",
    out: Annotated[
        Path, typer.Option(help="Folder of the results; the same command goes on there.")
    ] = Path("results/sensitivity"),
    outcome: Outcome = None,
    runs: Annotated[
        int | None, typer.Option(help="Runs of each point.", show_default=False)
    ] = None,
    trajectories: Annotated[int, typer.Option(help="Trajectories of the screening.")] = 20,
    base: Annotated[int, typer.Option(help="Base sample of the indices: a power of two.")] = 128,
    points: Annotated[
        int, typer.Option(help="Points for the boxes; 0 takes those of the indices.")
    ] = 400,
    levers: Annotated[
        str,
        typer.Option(metavar="N|all|NAME,NAME", help="Levers that go on from the screening."),
    ] = "5",
    likely: Annotated[
        float | None,
        typer.Option(help="From which mean on a point counts for boxes.", show_default=False),
    ] = None,
    also: Annotated[
        list[str] | None, typer.Option(metavar="OUTCOME", help="Further outcomes; repeatable.")
    ] = None,
    step: Annotated[
        list[str] | None,
        typer.Option(metavar="morris|sobol|discovery", help="Only these steps; repeatable."),
    ] = None,
    png: Png = False,
    on: On = None,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Screen levers, split the variance among them, and find boxes where an outcome is likely."""
    check_counts(runs=runs, trajectories=trajectories, base=base, workers=workers)
    if points < 0:
        raise RefusedError(f"--points: found {points}; allowed: a whole number from 0.")
    from ceasefire.experiments.commands.sensitivity import find_levers
    from ceasefire.experiments.sensitivity.plans import Effort

    effort = Effort(runs, trajectories, base, points)
    steps, pictures = step or [], endings(png)
    find_levers(design, out, outcome, effort, levers, likely, also or [], steps, pictures,
                workers, on, as_json)  # fmt: skip


@app.command(short_help="The smallest change of a lever at which an outcome reaches a level.")
def threshold(
    case: CaseName = "gaza-2023",
    lever: Annotated[
        str,
        typer.Option(
            metavar="NAME or NAME=LOW:HIGH[@WEEK]",
            help="A lever of a shipped design, or a setting with its range.",
        ),
    ] = "arms_withheld",
    outcome: Annotated[str, typer.Option(help="The outcome.")] = "permanent ceasefire",
    level: Annotated[float, typer.Option(help="The level that it is to reach.")] = 0.05,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the results, results/threshold-LEVER by default.", show_default=False
        ),
    ] = None,
    falling: Annotated[
        bool, typer.Option("--falling", help="Seek the largest value at which it is reached.")
    ] = False,
    within: Annotated[
        float | None,
        typer.Option(help="How exactly, in the lever's unit.", show_default=False),
    ] = None,
    runs: Annotated[int, typer.Option(help="Runs at each value.")] = 1000,
    first_seed: Annotated[int, typer.Option(help="Seed of the first run.")] = 0,
    weeks: Weeks = None,
    settings: Settings = None,
    variant: VariantName = None,
    central: Central = False,
    png: Png = False,
    on: On = None,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Find the smallest value of a lever at which an outcome reaches a level, with its interval."""
    check_runs(runs, first_seed, workers)
    from ceasefire.experiments.commands.threshold import find_threshold
    from ceasefire.model.case.case import parse_overrides

    name = "".join(sign if sign.isalnum() else "-" for sign in lever.split("=")[0])
    folder = out or Path("results") / f"threshold-{name}"
    find_threshold(lever, outcome, level, folder, case, variant, parse_overrides(settings or []),
                   weeks, central, falling, within, runs, first_seed, endings(png), workers, on,
                   as_json)  # fmt: skip


@app.command(short_help="Ask stored results in SQL.")
def sql(
    results: ResultsPath,
    query: Annotated[
        str,
        typer.Argument(
            help="One SELECT over the tables runs, rounds, truces, failures, points (or weeks)."
        ),
    ],
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print all rows as comma-separated values.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ask stored results a question in SQL (DuckDB); nothing can be changed."""
    from ceasefire.experiments.commands.sql import ask

    ask(results, query, as_csv, as_json)


@app.command(short_help="Open the live view in the browser.")
def serve(
    host: Annotated[str, typer.Option(help="Where to listen; this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port.")] = 8765,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help="A name under which a proxy hands it on; may be given again."),
    ] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Open no browser.")] = False,
) -> None:
    """Serve the live view: watch one world, change it, and see the distribution move."""
    words = ["--host", host, "--port", str(port), *(["--no-open"] if no_open else [])]
    words += [word for name in allow_host or () for word in ("--allow-host", name)]
    # The room of the page builds on this one: it is started, not imported.
    os.execv(sys.executable, [sys.executable, "-m", "ceasefire.viz.serve", *words])


@app.command(short_help="List the designs that come with it.")
def designs(as_json: AsJson = False) -> None:
    """List the designs that come with the package, and what they are to answer."""
    from ceasefire.experiments.design.design import load_design, shipped_designs

    found = [load_design(name) for name in shipped_designs()]
    if as_json:
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


def check_counts(**counts: int | None) -> None:
    """Refuse numbers below one."""
    for name, count in counts.items():
        if count is not None and count < 1:
            raise RefusedError(f"--{name}: found {count}; allowed: a whole number from 1.")


def endings(png: bool) -> list[str]:
    """Return the endings of pictures that are drawn."""
    return [".svg", ".png"] if png else [".svg"]


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
