"""Rows of the ledger of claims: what is declared, and what came of it where it was run."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ceasefire.experiments.claims.ledger import signed_small
from ceasefire.experiments.claims.tables import TENSIONS
from ceasefire.experiments.style.words import counted, listed
from ceasefire.model.case.shipped import shipped_file
from ceasefire.viz.levers.arms import declared
from ceasefire.viz.levers.offered import CASE

QUESTIONS = {
    1: "Why is there no ceasefire, and which constraint binds?",
    2: "Why did both sides agree in November and not since?",
    3: "What would make Hamas accept, and would the deal last?",
    4: "What would make Israel accept?",
    5: "Why did US policy shift, and why without leverage?",
    6: "Which US lever moves the outcome, through whom, how strongly and for how long?",
    7: "What does a truce do beyond Gaza?",
}

MISSING = (
    "No ledger came with this installation, so no verdicts are shown; `ceasefire claims` runs the "
    "claims and judges them."
)

MEANINGS = {
    "supported": "the claimed sign in at least 90 % of the fitted sets, clear of chance",
    "supported, margin only": "as claimed in at least 90 % of the fitted sets, but only in how "
    "far the side that refuses is from another answer; the answer itself stays",
    "contradicted": "the opposite of what is claimed, likewise clear",
    "conditional": "it holds in some fitted sets and not in others; one parameter tells them apart",
    "in part": "some of its effects are as claimed, others are not",
    "no effect": "nearly nothing moves",
    "unclear": "chance, or differences between sets, leave no verdict",
    "assumed": "its sign is written into a rule: shown, but no support",
    "fitted": "it served as a pattern of the fit: shown, but no support",
    "reported": "it claims no sign",
    "not testable": "the model has nothing to test it with",
    "not run": "no result is stored",
}
"""What each verdict means, in a line."""


@dataclass(frozen=True)
class ClaimRow:
    """One claim, or one tension between claims.

    Attributes:
        id: ``C01`` to ``C73``, or ``T01`` to ``T11``.
        who: Who holds it.
        says: What it says.
        question: Which question it answers; 0 for none.
        status: Whether it is tested, or why not.
        why: What is to be known of how it is tested.
        verdict: The verdict in a few words.
        trial: Whether too few sets were run for more than a trial.
        effects: What was compared, as the ledger has it.
    """

    id: str
    who: str
    says: str
    question: int
    status: str
    why: str
    verdict: str
    trial: bool
    effects: tuple[Mapping[str, Any], ...]

    def robustness(self, kind: str) -> float | None:
        """Return the share of sets, or of draws, in which its weakest effect shows as claimed.

        Args:
            kind: "fitted" or "prior".
        """
        shares = [
            float(one[f"holds_in_{kind}"])
            for one in self.effects
            if one.get("expected") != "reported" and one.get(f"holds_in_{kind}") is not None
        ]
        return min(shares) if shares else None


def read_rows(file: Path | None = None) -> tuple[list[ClaimRow], str]:
    """Return all claims and tensions, and a sentence if there is no ledger of results.

    Args:
        file: The ledger; the packaged one by default.
    """
    try:
        file = shipped_file(CASE, "ledger.json") if file is None else file
        text = file.read_text(encoding="utf-8") if file else ""
        found: Mapping[str, Any] = dict(json.loads(text)["claims"])
        said = ""
    except (OSError, ValueError, KeyError, TypeError):
        found, said = {}, MISSING
    rows = []
    for claim in declared().claims.values():
        known = found.get(claim.id, {})
        rows.append(
            ClaimRow(
                id=claim.id,
                who=claim.who,
                says=claim.claim,
                question=claim.question,
                status=claim.status,
                why=claim.why,
                verdict=str(known.get("verdict", "not run")),
                trial=bool(known.get("trial", False)),
                effects=tuple(known.get("effects", ())),
            )
        )
    return rows, said


def verdict_word(verdict: str) -> str:
    """Return the verdict by which rows are filtered: the longest known beginning."""
    fitting = [word for word in MEANINGS if verdict.startswith(word)]
    return max(fitting, key=len) if fitting else verdict


def chosen(
    rows: Iterable[ClaimRow], question: int | None = None, verdict: str = "", words: str = ""
) -> list[ClaimRow]:
    """Return the rows that answer a question, have a verdict and contain all words.

    Args:
        rows: The rows.
        question: Number of the question; None for all.
        verdict: One of ``MEANINGS``; empty for all.
        words: Words that must stand in its id, in what it says, or in who holds it.
    """
    wanted = words.casefold().split()
    return [
        row
        for row in rows
        if (question is None or row.question == question)
        and (not verdict or verdict_word(row.verdict) == verdict)
        and all(word in f"{row.id} {row.who} {row.says}".casefold() for word in wanted)
    ]


def summary(rows: Sequence[ClaimRow]) -> str:
    """Say in a sentence how the claims fare."""
    claims = [row for row in rows if row.id not in TENSIONS]
    counts = Counter(verdict_word(row.verdict) for row in claims)
    told = {"supported, margin only": "supported by their margin only"}
    parts = [f"{counts[word]} {told.get(word, word)}" for word in MEANINGS if counts[word]]
    return (
        f"{counted(len(claims), 'claim')} of the people named, tested under the model's "
        f"assumptions and not endorsed: {listed(parts)}."
    )


def effect_words(one: Mapping[str, Any]) -> str:
    """Word the size of an effect with its intervals over runs and over sets."""
    if one.get("words"):
        return str(one["words"])
    mean = one.get("mean")
    if mean is None or not math.isfinite(mean):
        return "no run to tell"
    words = signed_small(mean)
    parts = []
    for key, what in (("over_runs", "runs"), ("over_sets", "sets")):
        ends = [end for end in one.get(key) or () if end is not None]
        if len(ends) == 2:
            parts.append(f"{what} {signed_small(ends[0])} to {signed_small(ends[1])}")
    return f"{words} ({'; '.join(parts)})" if parts else words
