"""The ledger: a verdict on every claim, from what is stored, as many claims were tested at once."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ceasefire.experiments.claims.effects import Estimate
from ceasefire.experiments.claims.estimate import FEW_SETS
from ceasefire.experiments.claims.file import Claims
from ceasefire.experiments.claims.result import Result
from ceasefire.experiments.claims.tables import CLAIMS, Claim
from ceasefire.experiments.claims.verdict import claim_probability, turning_point, verdict
from ceasefire.experiments.statistics.differences import adjusted
from ceasefire.experiments.style.words import percent, signed


@dataclass(frozen=True)
class Entry:
    """One row of the ledger.

    Attributes:
        claim: The claim as declared.
        result: What came of it, if it was run.
        probability: Its probability, adjusted for the number of tested claims; NaN if it has none.
        verdict: The verdict in a few words; "not run" without a result.
    """

    claim: Claim
    result: Result | None
    probability: float
    verdict: str

    @property
    def is_trial(self) -> bool:
        """Whether too few sets were run for any verdict to be more than a trial."""
        return self.result is not None and self.result.sets["fitted"] < FEW_SETS


def ledger(claims: Claims, results: Mapping[str, Result]) -> list[Entry]:
    """Return all claims and tensions with their verdicts.

    Probabilities are adjusted over the tested claims of the article that were run; tensions are
    made of the same experiments and are not counted again.
    """
    counted = [
        name
        for name in CLAIMS
        if name in claims.claims and name in results and claims.claims[name].status == "tested"
    ]
    raw = {
        name: claim_probability(results[name].effects)
        for name in results
        if name in claims.claims and claims.claims[name].status == "tested"
    }
    probabilities = adjusted(np.array([raw[name] for name in counted])).tolist()
    corrected = dict(zip(counted, probabilities, strict=True))
    entries = []
    for name, claim in claims.claims.items():
        result = results.get(name)
        probability = corrected.get(name, raw.get(name, math.nan))
        said = "not run"
        if claim.status == "not testable":
            said = "not testable"
        elif result is not None:
            said = verdict(claim.status, result.effects, probability)
        entries.append(Entry(claim, result, probability, said))
    return entries


def reading_in_words(one: Estimate, status: str) -> str:
    """Say what one effect shows; of what is assumed or fitted never that it is supported."""
    if one.expected == "reported":
        return "reported"
    words = {
        "as expected": "as claimed",
        "opposite": "the opposite",
        "none": "no effect in nearly all sets",
        "depends": f"as claimed in {percent(one.holds)} of sets",
        "unclear": "not clear of chance",
        "no run to tell": "no run to tell",
    }[one.reading]
    if status == "assumed" and one.reading == "as expected":
        words = "as the rule has it"
    if status == "fitted" and one.reading == "as expected":
        words = "fits"
    if one.slight:
        words += ", smaller than the band"
    if one.instead:
        words += "; the answer itself stays where it is in all arms"
    if one.beside is not None and len(one.beside.known):
        words += f"; beside it {one.beside.measure} moves by {signed_small(one.beside.mean)}"
        words += f", as claimed in {percent(one.beside.holds)} of sets"
    if one.split is not None and one.split.chance <= 0.05:
        way = "above" if one.split.above else "below"
        words += f"; it shows where {one.split.name} lies {way} {one.split.value:.3g}"
    return words


def effect_in_words(one: Estimate) -> str:
    """Word an effect with its intervals over runs and over sets."""
    if math.isnan(one.mean):
        return "no run to tell"
    low, high = one.over_runs
    words = signed_small(one.mean)
    if math.isfinite(low):
        words += f" (runs {signed_small(low)} to {signed_small(high)}"
        if one.over_sets:
            first, last = one.over_sets
            least, most = one.spread
            words += f"; sets {signed_small(first)} to {signed_small(last)}"
            words += f"; 9 in 10 sets {signed_small(least)} to {signed_small(most)}"
        words += ")"
    return words


def signed_small(value: float) -> str:
    """Word a signed number with three places where it is small."""
    if abs(value) >= 10.0:
        return signed(value)
    return f"{value:+.3f}".replace("-", "\N{MINUS SIGN}")


def turn_in_words(entry: Entry) -> str:
    """Say at which dose the answer turns, for claims that are a series of doses."""
    doses, result = entry.claim.doses, entry.result
    if doses is None or result is None:
        return ""
    ordered = sorted(doses.arms.items(), key=lambda pair: pair[1])
    known = [(dose, result.arms[arm].get(doses.measure)) for arm, dose in ordered]
    points = [(dose, value[0]) for dose, value in known if value]
    level = 0.0 if doses.measure.endswith(".margin") else 0.5
    at = turning_point([dose for dose, _ in points], [value for _, value in points], level)
    series = ", ".join(f"{dose:g}: {signed_small(value)}" for dose, value in points)
    turn = "it turns nowhere in this range" if at is None else f"it turns at about {at:.2g}"
    return f"By dose ({doses.unit}), mean of {doses.measure}: {series}; {turn}."
