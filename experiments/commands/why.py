"""``ceasefire why``: which constraint binds, and what would have to change."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

from ceasefire.experiments.commands.console import (
    chunks_in_turn,
    make_ready,
    render,
)
from ceasefire.experiments.commands.interrupts import Interrupts
from ceasefire.experiments.commands.run import changes_words, world_words
from ceasefire.experiments.design.parameter_sets import drawn
from ceasefire.experiments.runs.ensemble import chunks
from ceasefire.experiments.runs.request import Request
from ceasefire.experiments.style.refusals import StoppedError
from ceasefire.experiments.style.words import counted, plain
from ceasefire.experiments.why.checks import check_of, rerun, sample_of
from ceasefire.experiments.why.picture import plot
from ceasefire.experiments.why.report import report_of, report_of_run
from ceasefire.experiments.why.why import why_of
from ceasefire.model.case.case import Case
from ceasefire.model.certificate.certificate import Certificate
from ceasefire.model.engines.ensemble import Chunk, Ensemble, certificates_of
from ceasefire.model.world.outcome import END_STATES


def explain_ensemble(
    case: Case,
    changes: dict[str, Any],
    runs: int,
    first_seed: int,
    certified: float,
    picture: Path | None,
    central: bool,
    workers: int | None,
    as_json: bool,
) -> None:
    """Run an ensemble, certify its failed rounds, and say what keeps its talks stuck."""
    draw = drawn(case, central)
    with Interrupts() as interrupts:
        make_ready(case, interrupts, certify=True)
        asked = Request(case, draw, "end states", certified=certified)
        stream = chunks(asked, runs, first_seed, workers, rows=20)
        certificates = _gathered(stream, runs, interrupts)
        sample = sample_of(certificates)
        settings = draw.settings([one.seed for one in sample])
        check = interrupts.wait_for(lambda: check_of(rerun(case, sample, settings)))
        why = interrupts.wait_for(lambda: why_of(case, certificates, runs, first_seed, certified))
        if picture:
            interrupts.wait_for(lambda: plot(why, case, picture))
    under = f"{changes_words(changes)}{draw.words}".strip()
    report = report_of(why, check, case, under, parameter_sets=len(draw.sets), changes=changes)
    render(report, as_json)
    if picture and not as_json:
        print(f"\nDrawn in {picture}.")


def _gathered(
    stream: Generator[Chunk, None, None], runs: int, interrupts: Interrupts
) -> list[Certificate]:
    """Return the certificates of an ensemble, chunk after chunk."""
    found: list[Certificate] = []
    done = 0
    try:
        for chunk in chunks_in_turn(stream, runs, interrupts):
            found += chunk.certificates or []
            done += len(chunk.seeds)
    except StoppedError:
        words = f"Stopped after {plain(done)} of {counted(runs, 'run')}; nothing is shown."
        raise StoppedError(words) from None
    return found


def explain_run(
    case: Case, changes: dict[str, Any], seed: int, parameter_set: int | None, as_json: bool
) -> None:
    """Tell why each failed round of one run failed, and what happens once it is relaxed."""
    with Interrupts() as interrupts:
        make_ready(case, interrupts, certify=True)
        ensemble = interrupts.wait_for(lambda: Ensemble(case, [seed], certified=1.0).run())
        certificates = interrupts.wait_for(lambda: certificates_of(ensemble))
        opened = [one for one in certificates if one.sets]
        reruns = interrupts.wait_for(lambda: rerun(case, opened))
    war = ensemble.records["war"][0]
    report = report_of_run(
        case,
        world_words(seed, parameter_set),
        certificates,
        {one.round: one for one in reruns},
        (END_STATES[int(war["outcome"])], float(war["ended_week"])),
        changes_words(changes).strip(),
        case=case.name,
        parameter_set=parameter_set or 0,
        seed=seed,
        changes=changes,
    )
    render(report, as_json)
