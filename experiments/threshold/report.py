"""What a threshold leaves in its folder: the curve, its picture and a short report."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from ceasefire.experiments.sensitivity.boxes import unit_words
from ceasefire.experiments.sensitivity.report import cell, known, lever_facts, rows, write_table
from ceasefire.experiments.sensitivity.words import level_words, what
from ceasefire.experiments.style.files import json_text, write_whole, written
from ceasefire.experiments.style.look import BLUE, GREY, VERMILION, bare, head, new_figure, save
from ceasefire.experiments.style.words import PURPOSE
from ceasefire.experiments.threshold.words import ends_words, number

if TYPE_CHECKING:
    from ceasefire.experiments.threshold.found import Threshold


def write(found: "Threshold", folder: Path, pictures: Sequence[str]) -> list[Path]:
    """Write ``curve.csv`` and ``.parquet``, the picture, ``report.md`` and ``threshold.json``.

    Args:
        found: What was found.
        folder: Where to.
        pictures: Endings of the picture; none draws none.

    Raises:
        StorageError: If a file cannot be written.
    """
    with written(folder):
        folder.mkdir(parents=True, exist_ok=True)
        files = write_table(found.curve, folder / "curve")
        for ending in pictures:
            files.append(folder / f"threshold{ending}")
            save(draw(found), files[-1])
        for name, text in (
            ("threshold.json", json_text(facts(found))),
            ("report.md", report(found, pictures)),
        ):
            write_whole(folder / name, text)
            files.append(folder / name)
    return files


def facts(found: "Threshold") -> dict[str, Any]:
    """Return everything as plain numbers and words, ready for JSON."""
    crossing = found.crossing
    return {
        "purpose": PURPOSE,
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
        "curve": rows(found.curve),
        "verdicts": found.verdicts,
    }


def draw(found: "Threshold") -> Figure:
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
        label=f"level: {level_words(found.outcome, found.level)}",
    )
    if found.reached:
        low, high = found.lever.low, found.lever.high
        first = low if found.low != found.low else found.low
        last = high if found.high != found.high else found.high
        axes.axvspan(first, last, color=VERMILION, alpha=0.12, lw=0,
                     label=f"95 % interval of the threshold: {ends_words(found)}")  # fmt: skip
        axes.axvline(found.value, color=VERMILION, lw=1.5,
                     label=f"threshold: {number(found, found.value)}")  # fmt: skip
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
    outcome = f"{what(found.outcome)} reaches {level_words(found.outcome, found.level)}"
    which = ("Largest" if found.falling else "Smallest") if found.reached else "No"
    head(
        figure,
        f"{which} value of {lever} at which {outcome}",
        f"{found.runs} runs at each value, the same seeds at all. {found.settings}.",
    )
    return figure


def report(found: "Threshold", pictures: Sequence[str]) -> str:
    """Return the report: what follows, the picture and the curve."""
    columns = list(found.curve.columns)
    lines = [
        f"# Threshold: {found.lever.words}",
        "",
        f"{PURPOSE} It is conditional on: {found.settings}.",
        "",
        *(f"- {words}" for words in found.verdicts),
        "",
    ]
    if pictures:
        lines += [f"![The curve](threshold{pictures[0]})", ""]
    lines += [
        "The interval of the threshold is a bootstrap over "
        f"{found.clusters}, drawn whole; low and high of the curve are over runs (Wilson 1927 for "
        "shares), sets_low and sets_high also over sets.",
        "",
        f"| {' | '.join(columns)} |",
        f"|{' --- |' * len(columns)}",
    ]
    for row in found.curve.itertuples(index=False):
        lines.append(f"| {' | '.join(cell(value) for value in row)} |")
    return "\n".join([*lines, ""])
