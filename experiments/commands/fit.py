"""The command that fits a case: progress, results on screen and in the folder."""

from pathlib import Path

from rich.progress import TextColumn

from ceasefire.experiments.commands.console import make_ready, progress_bar, render, screen
from ceasefire.experiments.commands.interrupts import Interrupts
from ceasefire.experiments.design.parameter_sets import sets_facts
from ceasefire.experiments.fit.check import fitting, sets_that_fit
from ceasefire.experiments.fit.folder import fit_in
from ceasefire.experiments.fit.posterior import posterior
from ceasefire.experiments.fit.report import report_of
from ceasefire.experiments.fit.waves import Effort, Wave
from ceasefire.experiments.style.files import write_whole
from ceasefire.experiments.style.refusals import StoppedError
from ceasefire.model.case.case import Case

QUICK = Effort(drawn=200, early=1, kept=60, moves=1, runs=8, waves=2, check_runs=40, grid_runs=20)


def fit_case(case: Case, folder: Path, effort: Effort, as_json: bool) -> None:
    """Fit a case in a folder, and show what the patterns say and what they leave open."""
    with Interrupts() as interrupts, fit_in(folder, case, effort) as fit:
        make_ready(case, interrupts)
        console = screen(stderr=True)
        bar = progress_bar(console, TextColumn("{task.percentage:>3.0f} %"))
        with bar:
            task = bar.add_task("Drawing from the priors", total=effort.work)

            def done(sets: int) -> None:
                bar.advance(task, sets)

            waves = fit.waves(done)
            number = 0
            last: Wave | None = None
            try:
                while (wave := interrupts.wait_for(lambda: next(waves, None))) is not None:
                    last, number = wave, number + 1
                    words = f"Wave {number} of {effort.waves}, tolerance {wave.tolerance:.2f}"
                    bar.update(task, description=words)
                assert last is not None  # there is a first wave at least
                final = last
                bar.update(task, description="Checking the sets")
                shares, rates = interrupts.wait_for(lambda: fit.checked(final, done))
            except StoppedError as stopped:
                kept = f"{number} of {effort.waves + 1} waves are kept in {folder}"
                raise StoppedError(
                    f"{stopped}: {kept}; the same command goes on from there."
                ) from None
        sets = sets_that_fit(fit.priors, shares, rates, effort.seed)
        counts = {"checked": len(shares), "fitting": fitting(rates)}
        beside = posterior(fit.priors, sets) if len(sets) else None
        write_whole(folder / "sets.csv", sets.to_csv())
        write_whole(folder / "sets.toml", sets_facts(sets.to_csv(), fit.facts, counts))
        if beside is not None:
            write_whole(folder / "posterior.csv", beside.to_csv(float_format="%.6g"))
    render(report_of(sets, beside, counts, folder), as_json)
