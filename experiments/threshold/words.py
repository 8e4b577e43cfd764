"""A threshold in sentences: where, how sure, and under which assumptions."""

from ceasefire.experiments.sensitivity.boxes import unit_words
from ceasefire.experiments.sensitivity.words import what
from ceasefire.experiments.style.words import amount, counted, listed, percent, plain
from ceasefire.experiments.threshold.found import Threshold

FEW = 10
"""Runs with the outcome, at the level, below which a reader is warned."""


def place(found: Threshold, value: float, unit: bool = True) -> str:
    """Word a value of the lever with as many digits as the search can tell apart."""
    digits = 0
    while round(found.within, digits) <= 0.0 and digits < 12:
        digits += 1
    return f"{value:.{min(digits, 12)}f}{unit_words(found.lever) if unit else ''}"


def verdicts(found: Threshold) -> list[str]:
    """Return what follows, in sentences; the last says what it depends on."""
    lines = [where_words(found)]
    if found.reached:
        lines.append(how_sure(found))
        lines += falls_back_words(found)
    elif found.crossing.reached > 0.0:
        lines.append(
            f"In {percent(found.crossing.reached)} of the resamples of {found.clusters} it is "
            "reached somewhere in the range."
        )
    few = found.level * found.runs
    if found.outcome.is_share and few < FEW:
        lines.append(
            f"The level is {plain(few)} of {counted(found.runs, 'run')}: more runs a value are "
            "needed to place it."
        )
    lines.append(
        f"This holds in this model, under the assumptions of its case ({found.settings}), with "
        f"{counted(found.runs, 'run')} at each value and all else as in the case. It says nothing "
        "of whether the lever can or should be moved so far."
    )
    return lines


def where_words(found: Threshold) -> str:
    """Say where the level is reached, or how near it comes."""
    side = "largest" if found.falling else "smallest"
    lever, outcome = f"“{found.lever.words}”", what(found.outcome)
    level = amount(found.level, found.outcome)
    if not found.reached:
        best = found.curve.iloc[int(found.curve["mean"].to_numpy().argmax())]
        return (
            f"Nowhere from {place(found, found.lever.low, unit=False)} to "
            f"{place(found, found.lever.high)} of {lever} does {outcome} reach {level}; it is "
            f"highest, {amount(float(best['mean']), found.outcome)} "
            f"({amount(float(best['low']), found.outcome)} to "
            f"{amount(float(best['high']), found.outcome)} over runs), at "
            f"{place(found, float(best['value']))}."
        )
    if found.crossing.at_start:
        end = "highest" if found.falling else "lowest"
        return (
            f"Already at the {end} value of {lever}, {place(found, found.value)}, {outcome} "
            f"reaches {level}."
        )
    return (
        f"The {side} value of {lever} at which {outcome} reaches {level} is about "
        f"{place(found, found.value)} (95 % interval: {ends_words(found)})."
    )


def ends_words(found: Threshold) -> str:
    """Word the interval in the order of the search; an end that is open says so."""
    crossing = found.crossing
    near, far = (
        place(found, end) if end == end else "beyond the range"
        for end in (crossing.near, crossing.far)
    )
    return f"{near} {'down ' if found.falling else ''}to {far}"


def how_sure(found: Threshold) -> str:
    """Say how often it is reached when sets of parameters are drawn anew."""
    never = 1.0 - found.crossing.reached
    if never == 0.0:
        return f"In every resample of {found.clusters} it is reached within the range."
    return f"In {percent(never)} of the resamples of {found.clusters} it is not reached at all."


def falls_back_words(found: Threshold) -> list[str]:
    """Say where the curve falls below the level again."""
    crossing = found.crossing
    beyond = "Below that" if found.falling else "Beyond that"
    if crossing.back:
        places = listed([place(found, value) for value in crossing.back])
        return [
            f"{beyond} the curve is not steady: it falls below the level again at {places} (it "
            f"does so somewhere in {percent(crossing.back_share)} of the resamples)."
        ]
    if crossing.back_share > 0.5:
        return [
            f"{beyond} it stays at the level or above, but so close that the curve falls below it "
            f"again in {percent(crossing.back_share)} of the resamples."
        ]
    return []
