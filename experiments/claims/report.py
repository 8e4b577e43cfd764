"""What the ledger says, as a report and as data."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ceasefire.experiments.claims.ledger import (
    Entry,
    effect_in_words,
    reading_in_words,
    turn_in_words,
)
from ceasefire.experiments.claims.result import Draw
from ceasefire.experiments.style.report import Report, Section, known, table_of
from ceasefire.experiments.style.words import counted

FEW = 8
"""Claims up to which every effect is shown."""


def report_of(
    entries: Sequence[Entry], draws: tuple[Draw, Draw], out: Path, quick: bool = False
) -> Report:
    """Return the verdicts, and the effects if only a few claims were asked for.

    Args:
        entries: The claims that were asked for.
        draws: The sets that fit and draws from the priors, with their runs.
        out: Where the results are kept.
        quick: Whether fewer sets and runs were asked for than a verdict needs.
    """
    fitted, prior = draws
    lines = [
        f"{counted(len(fitted.sets), 'parameter set')} of {counted(fitted.runs, 'run')} an arm; "
        f"{counted(len(prior.sets), 'draw')} from the priors of {counted(prior.runs, 'run')}."
    ]
    if quick:
        lines.append("Quick: fewer sets and runs than a verdict needs.")
    if any(entry.is_trial for entry in entries):
        lines.append("A trial: too few sets that fit for more than that.")
    rows = [
        {"id": one.claim.id, "claim": one.claim.claim, "verdict": one.verdict} for one in entries
    ]
    columns = {"claim": "id", "says": "claim", "verdict": "verdict"}
    sections = [Section("The ledger", table=table_of(rows, columns, words=3))]
    for entry in entries if len(entries) <= FEW else ():
        for one in entry.result.effects if entry.result else ():
            words = reading_in_words(one, entry.claim.status)
            head = f"{entry.claim.id}  {one.name} [{one.measure}]"
            sections.append(Section(head, lines=[effect_in_words(one), words]))
    return Report(
        title="Claims",
        under="\n".join(lines),
        sections=sections,
        notes=[f"Kept in {out}; ceasefire claims --page FILE writes the page."],
        facts={
            "sets": {"fitted": len(fitted.sets), "prior": len(prior.sets)},
            "runs": {"fitted": fitted.runs, "prior": prior.runs},
            "kept_in": str(out),
            "claims": {entry.claim.id: entry_facts(entry) for entry in entries},
        },
    )


def entry_facts(entry: Entry) -> dict[str, Any]:
    """Return one claim as JSON has it."""
    result = entry.result
    effects = []
    for one, prior in zip(result.effects, result.prior, strict=True) if result else ():
        effects.append(
            {
                "name": one.name,
                "measure": one.measure,
                "expected": one.expected,
                "mean": known(one.mean),
                "over_runs": [known(end) for end in one.over_runs],
                "over_sets": [known(end) for end in one.over_sets or ()],
                "holds_in_fitted": known(one.holds),
                "holds_in_prior": known(prior.holds),
                "reads": one.reading,
                "margin_instead": one.instead,
                "margin_beside": known(one.beside.mean) if one.beside else None,
                "decided_by": one.split.name if one.split and one.split.chance <= 0.05 else None,
                "words": f"{effect_in_words(one)}: {reading_in_words(one, entry.claim.status)}.",
            }
        )
    return {
        "claim": entry.claim.claim,
        "who": entry.claim.who,
        "question": entry.claim.question,
        "why": entry.claim.why,
        "status": entry.claim.status,
        "verdict": entry.verdict,
        "trial": entry.is_trial,
        "probability": known(entry.probability),
        "doses": turn_in_words(entry),
        "effects": effects,
    }
