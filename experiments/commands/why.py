"""``ceasefire why``: which constraint binds, and what would have to change."""

from collections.abc import Generator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from ceasefire.experiments.commands.console import (
    WIDEST,
    chunks_in_turn,
    make_ready,
    print_json,
    screen,
)
from ceasefire.experiments.commands.interrupts import Interrupts
from ceasefire.experiments.commands.run import worded, world_words
from ceasefire.experiments.commands.why_screen import show_story, show_why
from ceasefire.experiments.design.parameter_sets import drawn
from ceasefire.experiments.runs.ensemble import chunks
from ceasefire.experiments.runs.request import Request
from ceasefire.experiments.style.refusals import StoppedError
from ceasefire.experiments.style.words import PURPOSE, counted, plain
from ceasefire.experiments.why.checks import check_of, rerun, sample_of
from ceasefire.experiments.why.why import Why, key_of, why_of
from ceasefire.experiments.why.words import certificate_words
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
            interrupts.wait_for(lambda: _draw(why, case, picture))
    if as_json:
        facts = {"check": check.to_dict(), "parameter_sets": len(draw.sets), "changes": changes}
        print_json({**why.to_dict(), **facts})
        return
    console = screen()
    console.width = min(console.width, WIDEST)
    show_why(why, check, case, worded(changes) + draw.words, console)
    if picture:
        console.print(f"\nDrawn in {picture}.")


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


def _draw(why: Why, case: Case, picture: Path) -> None:
    # matplotlib takes most of a second to import: only who wants a picture waits for it.
    from ceasefire.experiments.why.picture import plot

    plot(why, case, picture)


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
    state = END_STATES[int(war["outcome"])]
    by_round = {one.round: one for one in reruns}
    if as_json:
        rounds = [_story_of(one, case) for one in certificates]
        for told in rounds:
            again = by_round.get(told["round"])
            told["run_again"] = asdict(again) if again else None
        which = {"case": case.name, "parameter_set": parameter_set or 0, "seed": seed}
        facts = {"end_state": state, "rounds": rounds, "changes": changes}
        print_json({"purpose": PURPOSE, **which, **facts})
        return
    ended = f"It ended with “{state}” after {plain(float(war['ended_week']))} weeks."
    world = world_words(seed, parameter_set)
    show_story(case, world, certificates, by_round, ended, worded(changes), screen())


def _story_of(one: Certificate, case: Case) -> dict[str, Any]:
    """Return a certificate as plain numbers and words."""
    sides = case.names["belligerents"]
    flips = {
        side: {
            key_of(m, case): float(share)
            for m, share in enumerate(one.flips[s])
            if not np.isnan(share)
        }
        for s, side in enumerate(sides)
    }
    return {
        "round": one.round,
        "week": one.week,
        "words": certificate_words(one, case),
        "text": case.describe_text(one.text),
        "refused": dict(zip(sides, one.refused, strict=True)),
        "accepted": dict(zip(sides, one.accepted, strict=True)),
        "both": one.both,
        "sets": [
            {
                "members": [key_of(m, case) for m in found.members],
                "share": found.share,
                "text": case.describe_text(found.text),
            }
            for found in one.sets
        ],
        "flips": flips,
    }
