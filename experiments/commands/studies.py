"""Commands that explain results: ``ceasefire compare``, ``sensitivity``, ``threshold``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from ceasefire.experiments.commands.options import (
    AsJson,
    CaseName,
    Central,
    On,
    OutcomeName,
    Settings,
    VariantName,
    Weeks,
    Workers,
    app,
    check_counts,
    check_runs,
)
from ceasefire.experiments.style.refusals import RefusedError

if TYPE_CHECKING:
    from ceasefire.experiments.style.report import Report

Png = Annotated[bool, Option("--png", help="Draw pictures as PNG as well.")]


@app.command(short_help="Hold the outcomes of arms against a baseline.")
def compare(
    arms: Annotated[
        list[str],
        Argument(
            metavar="BASELINE ARM...",
            help="Results (results/x), some of their points (results/x:tolerance=2 or :17), or a "
            "case with changes (gaza-2023:patron.usa.resolve=0.6 or :variant=no-memory).",
        ),
    ],
    runs: Annotated[int, Option(help="Runs of each case among them.")] = 2000,
    first_seed: Annotated[int, Option(help="Seed of the first of them.")] = 0,
    out: Annotated[Path | None, Option(help="Folder for report, tables and figures.")] = None,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Compare distributions of outcomes: differences, intervals, and what cannot be told."""
    check_runs(runs, first_seed, workers)
    from ceasefire.experiments.commands.console import make_ready, render, screen
    from ceasefire.experiments.commands.interrupts import Interrupts
    from ceasefire.experiments.comparison.compare import check_count
    from ceasefire.experiments.comparison.compare import compare as compare_arms
    from ceasefire.experiments.comparison.in_words import check_alternative, needs_runs
    from ceasefire.experiments.comparison.report import check_folder, report_of, write
    from ceasefire.model.case.case import load_case
    from ceasefire.model.case.shipped import shipped_cases

    check_count(len(arms))
    for arm in arms:
        check_alternative(arm)
    if out is not None:
        check_folder(out)
    with Interrupts() as interrupts:
        if any(needs_runs(arm) for arm in arms):
            make_ready(load_case(shipped_cases()[0]), interrupts)
        with screen(stderr=True).status("Comparing"):
            found = interrupts.wait_for(
                lambda: compare_arms(*arms, runs=runs, first_seed=first_seed, workers=workers)
            )
            if out is not None:
                folder = out
                interrupts.wait_for(lambda: write(found, folder))
    render(report_of(found), as_json, kept_in=str(out) if out else None)
    if out and not as_json:
        print(f"\nWritten to {out}: report.html, report.md, tables and figures.")


@app.command(short_help="Which levers move an outcome: screening, indices, boxes.")
def sensitivity(
    design: Annotated[
        str, Argument(metavar="DESIGN", help="Levers with ranges: shipped, or a .toml file.")
    ] = "levers",
    out: Annotated[
        Path, Option(help="Folder of the results; the same command goes on there.")
    ] = Path("results/sensitivity"),
    outcome: OutcomeName = None,
    runs: Annotated[int | None, Option(help="Runs of each point.")] = None,
    trajectories: Annotated[int, Option(help="Trajectories of the screening.")] = 20,
    base: Annotated[int, Option(help="Base sample of the indices: a power of two.")] = 128,
    points: Annotated[
        int, Option(help="Points for the boxes; 0 takes those of the indices.")
    ] = 400,
    levers: Annotated[
        str, Option(metavar="N|all|NAME,NAME", help="Levers that go on from the screening.")
    ] = "5",
    likely: Annotated[
        float | None, Option(help="From which mean on a point counts for boxes.")
    ] = None,
    also: Annotated[
        list[str] | None, Option(metavar="OUTCOME", help="Further outcomes; repeatable.")
    ] = None,
    step: Annotated[
        list[str] | None,
        Option(metavar="morris|sobol|discovery", help="Only these steps; repeatable."),
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
    from ceasefire.experiments.commands.sweep import study
    from ceasefire.experiments.design.design import load_design
    from ceasefire.experiments.design.sampling import salib
    from ceasefire.experiments.sensitivity.analysis import STEPS
    from ceasefire.experiments.sensitivity.analysis import sensitivity as found_by
    from ceasefire.experiments.sensitivity.boxes import workbench
    from ceasefire.experiments.sensitivity.plans import Effort
    from ceasefire.experiments.sensitivity.report import report_of

    for name in step or []:
        if name not in STEPS:
            raise RefusedError(f"--step: found {name!r}; allowed: {', '.join(STEPS)}.")
    salib()
    if not step or "discovery" in step:
        workbench()
    with study(load_design(design).case, out, workers, on) as running:
        found = found_by(
            design,
            running,
            outcome,
            effort=Effort(runs, trajectories, base, points),
            levers=levers_of(levers),
            likely=likely,
            numbers=also or [],
            steps=step or STEPS,
        )
    written_and_told(report_of(found), out, "sensitivity", png, as_json)


@app.command(short_help="The smallest change of a lever at which an outcome reaches a level.")
def threshold(
    case: CaseName = "gaza-2023",
    lever: Annotated[
        str,
        Option(
            metavar="NAME or NAME=LOW:HIGH[@WEEK]",
            help="A lever of a shipped design, or a setting with its range.",
        ),
    ] = "arms_withheld",
    outcome: Annotated[str, Option(help="The outcome.")] = "permanent ceasefire",
    level: Annotated[float, Option(help="The level that it is to reach.")] = 0.05,
    out: Annotated[
        Path | None, Option(help="Folder of the results, results/threshold-LEVER by default.")
    ] = None,
    falling: Annotated[
        bool, Option("--falling", help="Seek the largest value at which it is reached.")
    ] = False,
    within: Annotated[float | None, Option(help="How exactly, in the lever's unit.")] = None,
    runs: Annotated[int, Option(help="Runs at each value.")] = 1000,
    first_seed: Annotated[int, Option(help="Seed of the first run.")] = 0,
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
    from ceasefire.experiments.commands.sweep import study
    from ceasefire.experiments.threshold.analysis import Asked
    from ceasefire.experiments.threshold.analysis import threshold as found_by
    from ceasefire.experiments.threshold.report import report_of
    from ceasefire.model.case.case import load_case, parse_overrides

    asked = Asked(
        lever=lever,
        outcome=outcome,
        level=level,
        case=case,
        variant=variant,
        settings=parse_overrides(settings or []),
        weeks=weeks,
        central=central,
        falling=falling,
        within=within,
        runs=runs,
        first_seed=first_seed,
    )
    name = "".join(sign if sign.isalnum() else "-" for sign in lever.split("=")[0])
    folder = out or Path("results") / f"threshold-{name}"
    with study(load_case(case), folder, workers, on) as running:
        found = found_by(asked, running)
    written_and_told(report_of(found), folder, "threshold", png, as_json)


def levers_of(text: str) -> int | str | list[str]:
    """Read ``--levers``: a number, "all", or names."""
    text = text.strip()
    if text.lstrip("-").isdigit():
        return int(text)
    return text if text == "all" else [one.strip() for one in text.split(",") if one.strip()]


def written_and_told(report: "Report", folder: Path, name: str, png: bool, as_json: bool) -> None:
    """Write a report to the folder of its results, and show it.

    Args:
        report: The report.
        folder: The folder.
        name: Name of its file of facts.
        png: Whether pictures are drawn as PNG as well.
        as_json: Whether to print its facts instead.
    """
    from ceasefire.experiments.commands.console import render
    from ceasefire.experiments.style.published import publish

    files = publish(report, folder, [".svg", ".png"] if png else [".svg"], facts=name)
    render(report, as_json, files=[str(path) for path in files])
    if not as_json:
        print(f"\nWritten: {folder}/report.html and report.md, with tables and pictures.")
