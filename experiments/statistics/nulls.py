"""Null models: what chance, or other wars, would give for something observed.

Three of them stand beside a result. A *constant hazard* knows only how often a truce began in the
weeks on record. A *fair coin* answers every text, and goes on or resumes at every boundary, for
each side by itself. *Base rates* are those of other wars. A result that any of them gives as well
tells nothing about the mechanisms.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ceasefire.experiments.statistics.shares import wilson

Rates = Mapping[str, Any]
"""The tables of ``base-rates.toml``: the ``record`` of the case, and every ``rate``."""

OBSERVABLES = {
    "truce": "at least one truce begins within the weeks; of all runs",
    "truces": "truces that begin within the weeks; mean over all runs",
    "signed": "rounds that end with both signatures; of all rounds held",
    "refused": "rounds whose last text one given side refuses; of all rounds held",
    "fails": "truces or agreements after which the war resumes; of all that began",
    "resumes": "the war resumes within the weeks after it had ended; of all ends",
    "ends": "a deal ends the war within the weeks; of all runs",
}
"""What a null can be asked for, with its denominator. Runs that end earlier count in full."""

SIGNED = 0.25
"""Odds that two fair coins both say yes."""


@dataclass(frozen=True)
class Null:
    """What one null model gives.

    Attributes:
        name: The null: "constant hazard", "fair coin", or the name of a base rate.
        value: What it gives.
        low: Lower end of the 95 % interval that its own data leave; the value where it has none.
        high: Upper end of it.
        how: How it comes about, in a sentence.
        source: Where its numbers come from.
    """

    name: str
    value: float
    low: float
    high: float
    how: str
    source: str


def nulls(
    rates: Rates,
    observable: str,
    weeks: float = 52.0,
    rounds: float | None = None,
    texts: float = 1.0,
) -> tuple[Null, ...]:
    """Return what each null model gives for something observed.

    Args:
        rates: What is on record, and the base rates.
        observable: One of ``OBSERVABLES``.
        weeks: Over how many weeks.
        rounds: Rounds held in these weeks; as often as on record by default.
        texts: Texts answered in a round.

    Returns:
        Those null models that say anything about it, base rates last.

    Raises:
        ValueError: If there is no such observable, or a number is not above zero.
    """
    if observable not in OBSERVABLES:
        allowed = ", ".join(OBSERVABLES)
        raise ValueError(f"observable: found {observable!r}; allowed: {allowed}")
    record = rates["record"]
    if rounds is None:
        rounds = weeks * record["rounds"] / record["weeks"]
    for name, value in (("weeks", weeks), ("rounds", rounds), ("texts", texts)):
        if not 0.0 < value < math.inf:
            raise ValueError(f"{name}: found {value}; allowed: a number above 0")
    return (
        *constant_hazard(record, observable, weeks),
        *fair_coin(observable, rounds, texts),
        *from_base_rates(rates["rate"], observable, weeks),
    )


def constant_hazard(record: Rates, observable: str, weeks: float) -> tuple[Null, ...]:
    """Return what the record alone gives: a truce at any time with the same hazard.

    The interval is the exact one of a Poisson count (Garwood 1936), or Wilson's of a share.
    """
    truces, of, rounds = record["truces"], record["weeks"], record["rounds"]
    if observable == "signed":
        share = truces / rounds
        how = f"{truces} of {rounds} rounds on record was signed"
        return (Null("constant hazard", share, *wilson(share, rounds), how, record["source"]),)
    if observable not in ("truce", "truces"):
        return ()
    expected = (truces, *poisson_interval(truces))
    value, low, high = (_over(observable, count / of, weeks) for count in expected)
    how = f"{truces} truce in {of} weeks on record, at any time with the same hazard"
    return (Null("constant hazard", value, low, high, how, record["source"]),)


def fair_coin(observable: str, rounds: float, texts: float) -> tuple[Null, ...]:
    """Return what a fair coin gives at every answer and every boundary, for each side by itself."""
    signed = 1.0 - (1.0 - SIGNED) ** texts
    values = {
        "truce": 1.0 - (1.0 - signed) ** rounds,
        "truces": rounds * signed,
        "signed": signed,
        "refused": 0.5,
        "fails": 1.0 - SIGNED,
        "ends": 1.0 - (1.0 - signed * SIGNED) ** rounds,
    }
    if observable not in values:
        return ()
    value = values[observable]
    how = f"each side's coin at {texts:g} text(s) in each of {rounds:.3g} rounds, and at a boundary"
    return (Null("fair coin", value, value, value, how, "no data"),)


def from_base_rates(rates: Sequence[Rates], observable: str, weeks: float) -> tuple[Null, ...]:
    """Return what other wars give."""
    found = []

    def add(rate: Rates, kind: str, hazards: Sequence[float], how: str) -> None:
        value, low, high = (_over(kind, hazard, weeks) for hazard in hazards)
        found.append(Null(rate["name"], value, low, high, how, rate["source"]))

    if observable in ("truce", "truces", "ends"):
        (failing,) = (rate["value"] for rate in rates if rate["name"] == "agreements-that-fail")
        ends = observable == "ends"
        for rate in (rate for rate in rates if rate["observable"] == "truce"):
            how = f"as often as in: {rate['population']}"
            how += f"; and of these {failing:.0%} fail" if ends else ""
            lasting = 1.0 - failing if ends else 1.0
            add(rate, observable, [lasting * hazard for hazard in _hazards(rate)], how)
    for rate in rates:
        if rate["observable"] != observable or observable == "truce":
            continue
        how = f"as in: {rate['population']}"
        if rate["form"] == "share of periods":
            add(rate, "truce", _hazards(rate), how)
        else:
            found.append(Null(rate["name"], *_shares(rate), how, rate["source"]))
    return tuple(found)


def poisson_interval(count: int) -> tuple[float, float]:
    """Return the exact 95 % interval of the mean of a Poisson count (Garwood 1936)."""
    # Imported here: it takes a second.
    from scipy.stats import chi2

    low = float(chi2.ppf(0.025, 2 * count)) / 2.0 if count else 0.0
    return low, float(chi2.ppf(0.975, 2 * count + 2)) / 2.0


def _over(observable: str, hazard: float, weeks: float) -> float:
    """Return how many events, or whether any, a hazard per week brings in some weeks."""
    expected = hazard * weeks
    return expected if observable == "truces" else 1.0 - math.exp(-expected)


def _shares(rate: Rates) -> tuple[float, float, float]:
    """Return a share with its interval, as far as its counts are known."""
    if "of" not in rate:
        return rate["value"], rate["value"], rate["value"]
    share = rate["events"] / rate["of"]
    return share, *wilson(share, rate["of"])


def _hazards(rate: Rates) -> tuple[float, float, float]:
    """Return the hazard per week that gives a rate, with its interval."""
    if rate["form"] == "events over time":
        low, high = poisson_interval(rate["value"])
        return rate["value"] / rate["weeks"], low / rate["weeks"], high / rate["weeks"]
    value, low, high = (-math.log(1.0 - share) / rate["weeks"] for share in _shares(rate))
    return value, low, high
