"""What ``ceasefire claims`` does: run what is not yet stored, then say what came of it."""

import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rich.progress import TextColumn

from ceasefire.experiments.claims.file import Claims, read_claims
from ceasefire.experiments.claims.ledger import Entry, ledger
from ceasefire.experiments.claims.report import entry_facts, report_of
from ceasefire.experiments.claims.result import Draw, result_of
from ceasefire.experiments.claims.run import Plan, run_plan, total_weeks
from ceasefire.experiments.claims.store import claims_in, key_of_claim, save, stored, with_keys
from ceasefire.experiments.claims.tables import Claim
from ceasefire.experiments.commands.console import make_ready, progress_bar, render, screen
from ceasefire.experiments.commands.interrupts import Interrupts
from ceasefire.experiments.design.parameter_sets import fitted_sets, prior_sets
from ceasefire.experiments.reference.claims import page
from ceasefire.experiments.style.files import json_text, write_whole, written
from ceasefire.experiments.style.refusals import RefusedError, StoppedError
from ceasefire.experiments.style.words import PURPOSE, counted
from ceasefire.model.case.case import Case

TOGETHER = 8
"""Claims that are run together, as they share their baseline; what is done of them is stored."""

PRIOR_RUNS = 20
"""Runs of each draw from the priors: there it is about the share of sets, not about any one."""

QUICK_SETS, QUICK_RUNS, QUICK_PRIOR_RUNS = 20, 30, 10


def draws_of(case: Case, sets: int, runs: int, quick: bool) -> tuple[Draw, Draw]:
    """Return the sets that fit and draws from the priors, with their runs."""
    if quick:
        sets, runs = min(sets, QUICK_SETS), min(runs, QUICK_RUNS)
    fitted = fitted_sets(case).iloc[:sets]
    prior_runs = min(runs, QUICK_PRIOR_RUNS if quick else PRIOR_RUNS)
    return Draw(fitted, runs), Draw(prior_sets(case, sets, seed=0), prior_runs)


def judge_claims(
    case: Case,
    ids: Sequence[str],
    sets: int,
    runs: int,
    quick: bool,
    out: Path,
    workers: int,
    as_json: bool,
) -> None:
    """Run claims that are not yet stored, and show the verdicts on those asked for."""
    claims = read_claims(case)
    chosen = claims.chosen(ids)
    draws = draws_of(case, sets, runs, quick)
    keys = {one.id: key_of_claim(one, claims, case, *draws) for one in claims.claims.values()}
    done = with_keys(stored(out), keys)
    waiting = [one for one in chosen if one.id not in done and one.effects]
    if waiting:
        with Interrupts() as interrupts, claims_in(out):
            make_ready(case, interrupts)
            run_waiting(claims, waiting, case, draws, keys, out, workers, interrupts)
    results = with_keys(stored(out), keys)
    entries = [entry for entry in ledger(claims, results) if entry.claim in chosen]
    render(report_of(entries, draws, out, quick), as_json)


def run_waiting(
    claims: Claims,
    waiting: Sequence[Claim],
    case: Case,
    draws: tuple[Draw, Draw],
    keys: dict[str, str],
    out: Path,
    workers: int,
    interrupts: Interrupts,
) -> None:
    """Run claims, a few together, and store each as soon as it is done.

    Raises:
        StoppedError: If asked to stop; what is stored is whole, and the same command goes on.
    """
    parts = [waiting[i : i + TOGETHER] for i in range(0, len(waiting), TOGETHER)]
    plans = [Plan(claims, part, case) for part in parts]
    total = sum(total_weeks(plans, len(draw.sets), draw.runs) for draw in draws)
    bar = progress_bar(screen(stderr=True), TextColumn("{task.percentage:3.0f} %"))
    stop = threading.Event()
    finished = 0
    with bar:
        task = bar.add_task("", total=total)
        for plan, part in zip(plans, parts, strict=True):
            names = f"{part[0].id} to {part[-1].id}" if len(part) > 1 else part[0].id
            bar.update(task, description=f"Claims {names}")

            def run(draw: Draw, plan: Plan = plan) -> Any:
                return run_plan(
                    plan,
                    draw.sets,
                    draw.runs,
                    draw.first_seed,
                    workers,
                    lambda weeks: bar.advance(task, weeks),
                    stop,
                )

            try:
                found = [interrupts.wait_for(partial(run, draw)) for draw in draws]
            except StoppedError:
                stop.set()
                kept = f"{finished} of {counted(len(waiting), 'claim')} done, kept in {out}"
                raise StoppedError(f"Stopped: {kept}. The same command goes on.") from None
            for claim in part:
                sums = tuple(
                    {place[1:]: one for place, one in whole.of.items() if place[0] == claim.id}
                    for whole in found
                )
                faults = [
                    fault for whole in found for fault in whole.faults if fault.claim == claim.id
                ]
                save(result_of(claim, keys[claim.id], case, draws, (sums[0], sums[1]), faults), out)
                finished += 1


def write_pages(
    case: Case, out: Path, page_path: Path | None, ledger_path: Path | None, key: str = "--page"
) -> tuple[list[Entry], list[Path]]:
    """Write the ledger from what is stored, as a page to read and as data for the live view.

    Args:
        case: The case of the claims.
        out: Folder of the results.
        page_path: Where the page goes, if it is wanted.
        ledger_path: Where the data go, if they are wanted.
        key: What a refusal calls the option.

    Returns:
        The entries of the ledger, and the files written.

    Raises:
        RefusedError: If nothing is stored.
        StorageError: If a file cannot be written.
    """
    results = stored(out)
    if not results:
        raise RefusedError(f"{key}: found no results in {out}; run ceasefire claims first.")
    entries = ledger(read_claims(case), results)
    one = next(iter(results.values()))
    data = {
        "purpose": PURPOSE,
        "digests": one.digests,
        "sets": one.sets,
        "runs": one.runs,
        "claims": {entry.claim.id: entry_facts(entry) for entry in entries},
    }
    texts = {page_path: page(entries), ledger_path: json_text(data)}
    paths = [path for path in texts if path is not None]
    for path in paths:
        with written(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, texts[path])
    return entries, paths
