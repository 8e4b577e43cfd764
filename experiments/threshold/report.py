"""What a threshold says: where it lies, the curve with its picture, and facts."""

from functools import partial
from typing import Any

from ceasefire.experiments.sensitivity.boxes import unit_words
from ceasefire.experiments.sensitivity.report import lever_facts
from ceasefire.experiments.sensitivity.words import what
from ceasefire.experiments.style.look import BLUE, GREY, VERMILION, bare, head, new_figure
from ceasefire.experiments.style.report import (
    Cell,
    Picture,
    Report,
    Section,
    known,
    plain_rows,
    table_of,
)
from ceasefire.experiments.style.words import amount
from ceasefire.experiments.threshold.found import Threshold
from ceasefire.experiments.threshold.words import ends_words, place


def report_of(found: Threshold) -> Report:
    """Return what a threshold says."""
    text = (
        f"The interval of the threshold is a bootstrap over {found.clusters}, drawn whole; that of "
        "the curve is over runs (Wilson 1927 for shares), or also over sets."
    )
    columns: dict[str, Cell] = {
        unit_words(found.lever).strip() or "value": lambda row: f"{row['value']:.4g}",
        found.outcome.label: lambda row: amount(row["mean"], found.outcome),
        "95 % over runs": lambda row: between(found, row["low"], row["high"]),
        "also over sets": lambda row: between(found, row["sets_low"], row["sets_high"]),
        "step": "step",
        "runs": lambda row: f"{row['runs']:,}",
        "": lambda row: "at the level or above" if row["mean"] >= found.level else "",
    }
    brief = [head for head in columns if head not in ("also over sets", "step", "runs")]
    table = table_of(
        found.curve, columns, words=0, faint=lambda row: row["step"] != "grid", brief=brief
    )
    return Report(
        title=f"Threshold: {found.lever.words}",
        under=f"It is conditional on: {found.settings}.",
        lead=found.verdicts,
        sections=[Section("The curve", "", text, table, partial(drawn, found))],
        facts=facts(found),
        tables={"curve": found.curve},
    )


def between(found: Threshold, low: float, high: float) -> str:
    """Word an interval of the outcome; nothing where there is none."""
    if low != low:
        return ""
    return f"{amount(low, found.outcome)} to {amount(high, found.outcome)}"


def facts(found: Threshold) -> dict[str, Any]:
    """Return everything as plain numbers and words, ready for JSON."""
    crossing = found.crossing
    return {
        "case": found.design.case.name,
        "conditional_on": found.settings,
        "lever": {"name": found.lever.name, **lever_facts(found.lever)},
        "outcome": found.outcome.name,
        "level": found.level,
        "falling": found.falling,
        "within": found.within,
        "runs_of_each_value": found.runs,
        "reached": found.reached,
        "value": known(found.value),
        "interval": [known(found.low), known(found.high)],
        "resampled": found.clusters,
        "reached_in_resamples": crossing.reached,
        "reached_at_the_start": crossing.at_start,
        "falls_back_at": list(crossing.back),
        "falls_back_in_resamples": crossing.back_share,
        "curve": plain_rows(found.curve),
        "verdicts": found.verdicts,
    }


def drawn(found: Threshold) -> Picture:
    """Draw the curve with its pointwise interval, the level, and the threshold with its own."""
    scale = 100.0 if found.outcome.is_share else 1.0
    curve = found.curve
    figure = new_figure(9.0, 5.2)
    axes = figure.subplots()
    x, y = curve["value"], scale * curve["mean"]
    axes.fill_between(x, scale * curve["low"], scale * curve["high"], color=BLUE, alpha=0.2, lw=0,
                      label="95 % interval over runs, value by value")  # fmt: skip
    axes.plot(x, y, color=BLUE, lw=1.5)
    for step, marker, words in (("grid", "o", "first look"), ("bisection", "D", "halving")):
        own = curve[curve["step"] == step]
        if len(own):
            axes.plot(own["value"], scale * own["mean"], marker, color=BLUE, ms=5,
                      mfc=BLUE if step == "grid" else "white", label=words)  # fmt: skip
    level = scale * found.level
    axes.axhline(
        level,
        color=GREY,
        ls="--",
        lw=1.2,
        label=f"level: {amount(found.level, found.outcome)}",
    )
    if found.reached:
        low, high = found.lever.low, found.lever.high
        first = low if found.low != found.low else found.low
        last = high if found.high != found.high else found.high
        axes.axvspan(first, last, color=VERMILION, alpha=0.12, lw=0,
                     label=f"95 % interval of the threshold: {ends_words(found)}")  # fmt: skip
        axes.axvline(found.value, color=VERMILION, lw=1.5,
                     label=f"threshold: {place(found, found.value)}")  # fmt: skip
    axes.set_xlim(found.lever.low, found.lever.high)
    axes.set_ylim(bottom=min(0.0, float(y.min())))
    if found.lever.scale == "log":
        axes.set_xscale("log")
    unit = unit_words(found.lever).strip()
    unit = f" ({unit})" if unit else ""
    axes.set_xlabel(f"{found.lever.words}{unit}")
    label = found.outcome.label
    axes.set_ylabel(
        f"% of {label}" if found.outcome.is_share else f"{label} ({found.outcome.unit})"
    )
    # Above the axes, where it hides no curve.
    axes.legend(
        frameon=False, fontsize="small", ncols=2, loc="lower left", bbox_to_anchor=(0.0, 1.0)
    )
    bare(axes)
    lever = f"“{found.lever.words}”"
    outcome = f"{what(found.outcome)} reaches {amount(found.level, found.outcome)}"
    which = ("Largest" if found.falling else "Smallest") if found.reached else "No"
    title = f"{which} value of {lever} at which {outcome}"
    head(
        figure, title, f"{found.runs} runs at each value, the same seeds at all. {found.settings}."
    )
    alt = f"The outcome over the lever's range, with the level and the threshold. {title}."
    return Picture("threshold", title, alt, figure)
