"""Pictures of a sensitivity analysis: what moves an outcome, and where it is likely."""

from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.sensitivity.boxes import in_unit
from ceasefire.experiments.sensitivity.found import Sensitivity
from ceasefire.experiments.sensitivity.words import no_more_than_chance, what
from ceasefire.experiments.style.look import (
    BLUE,
    GREY,
    LINES,
    ORANGE,
    VERMILION,
    bare,
    head,
    new_figure,
)
from ceasefire.experiments.style.report import Picture
from ceasefire.experiments.style.words import amount

WRAP = 34
"""Letters of a lever's name on one line."""


def labels_of(found: Sensitivity) -> dict[str, str]:
    """Return the names of levers, broken into lines."""
    return {name: fill(words, WRAP) for name, words in found.labels.items()}


def screening(found: Sensitivity, table: pd.DataFrame) -> Picture:
    """Draw mu* of each lever with its interval, and sigma against mu* beside it."""
    share = found.outcome.is_share
    scale, unit = (100.0, "percentage points") if share else (1.0, found.outcome.unit)
    names = labels_of(found)
    labels = [
        f"{names[row]}   {rank}" for row, rank in zip(table["lever"], table["rank"], strict=True)
    ]
    star, half, noise, sigma = (
        scale * table[column].to_numpy(float)
        for column in ("mu_star", "mu_star_conf", "noise", "sigma")
    )
    idle = no_more_than_chance(table).to_numpy()
    figure = new_figure(12.0, 1.8 + 0.46 * len(table))
    left, right = figure.subplots(1, 2, width_ratios=[3, 2])
    places = np.arange(len(table))[::-1]
    left.barh(places, star, height=0.62, edgecolor=BLUE,
              color=[("white" if one else BLUE) for one in idle])  # fmt: skip
    ends = [np.minimum(half, star), half]
    left.errorbar(star, places, xerr=ends, fmt="none", ecolor="black", capsize=3, lw=1)
    if np.isfinite(noise).any():
        left.vlines(noise, places - 0.4, places + 0.4, color=VERMILION, lw=2.5,
                    label="what chance alone would give")  # fmt: skip
        left.legend(frameon=False, loc="lower right")
    left.set_yticks(places, labels, fontsize="small")
    left.set_xlim(left=0.0)
    left.set_xlabel(
        f"mu*: mean size of the change over a lever's range,\nin {unit}, with 95 % interval"
    )
    top = 1.15 * max(star.max(), sigma.max(), 1e-9)
    right.plot([0, top], [0, top], color=GREY, ls="--", lw=1, zorder=0)
    right.text(0.99 * top, 0.99 * top, "sigma = mu*", ha="right", va="top", rotation=45,
               rotation_mode="anchor", transform_rotates_text=True, color="#555555",
               fontsize="small")  # fmt: skip
    # The rank stands in the mark itself: names would hide each other.
    marks: list[tuple[float, float]] = []
    for rank, x, y, hollow in zip(table["rank"], star, sigma, idle, strict=True):
        near = sum(abs(x - a) + abs(y - b) < 0.05 * top for a, b in marks)
        marks.append((x, y))
        ground = "white" if hollow else BLUE
        right.annotate(
            str(rank), (x, y), (26 * near, -14 * near), textcoords="offset points", ha="center",
            va="center", fontsize="small", color=BLUE if hollow else "white",
            arrowprops={"arrowstyle": "-", "color": BLUE} if near else None,
            bbox={"boxstyle": "circle,pad=0.25", "fc": ground, "ec": BLUE if hollow else "white"},
        )  # fmt: skip
    right.set_xlim(0.0, top)
    right.set_ylim(0.0, top)
    right.set_xlabel(f"mu*, in {unit}; numbers as on the left")
    right.set_ylabel("sigma: how much the change differs from place to place")
    for axes in (left, right):
        bare(axes)
    title = f"Which levers move {what(found.outcome)}"
    head(
        figure,
        title,
        under_words(
            found,
            f"{found.runs['morris']} runs a point. Hollow: the interval reaches down to chance.",
        ),
    )
    return Picture(
        "morris",
        title,
        f"Bars of each lever's effect, and how much it differs by place. {title}.",
        figure,
    )


def variance(found: Sensitivity, table: pd.DataFrame) -> Picture:
    """Draw S1 and ST of each lever with their intervals."""
    labels = labels_of(found)
    figure = new_figure(9.0, 1.9 + 0.62 * len(table))
    axes = figure.subplots()
    places = np.arange(len(table))[::-1].astype(float)
    for column, shift, colour, hatch, name in (
        ("S1", 0.19, BLUE, "", "S1: by itself"),
        ("ST", -0.19, ORANGE, "//", "ST: together with other levers, and chance"),
    ):
        axes.barh(
            places + shift, 100.0 * table[column], height=0.36, color=colour, hatch=hatch,
            edgecolor="white", label=name,
        )  # fmt: skip
        axes.errorbar(
            100.0 * table[column], places + shift, xerr=100.0 * table[f"{column}_conf"],
            fmt="none", ecolor="black", capsize=3, lw=1,
        )  # fmt: skip
    axes.axvline(0.0, color="black", lw=0.8)
    axes.set_yticks(places, [labels[name] for name in table["lever"]])
    axes.set_xlabel("% of the variance between points, with 95 % interval")
    axes.legend(frameon=False, loc="lower right")
    bare(axes)
    noise = found.noise["sobol"][found.outcome.name]
    bound = "At most" if found.design.common else "About"
    words = "" if noise != noise else f" {bound} {100 * noise:.0f} % of the variance is chance."
    title = f"What explains {what(found.outcome)}"
    head(figure, title, under_words(found, f"{found.runs['sobol']} runs a point.{words}"))
    return Picture(
        "sobol",
        title,
        f"Bars of the share of the variance that each lever explains. {title}.",
        figure,
    )


def boxes(found: Sensitivity) -> Picture:
    """Draw the paths of coverage against density, and the limits of each box within the ranges."""
    assert found.discovery is not None
    levers = list(dict.fromkeys(found.boxes["lever"]))
    figure = new_figure(11.0, max(4.6, 2.2 + 0.55 * len(levers)))
    left, right = figure.subplots(1, 2, width_ratios=[2, 3])
    for number, path in found.paths.groupby("box", sort=True):
        colour, marker, dashes = LINES[(int(str(number)) - 1) % len(LINES)]
        # A box whose limits were pruned lies beside the path, not on it.
        on = path[~path["pruned"]]
        left.plot(100 * on["coverage"], 100 * on["density"], marker=marker, ls=dashes, ms=3,
                  lw=1, color=colour, alpha=0.6)  # fmt: skip
        own = path[path["chosen"]]
        left.plot(100 * own["coverage"], 100 * own["density"], marker, ms=11, mfc="none", mew=2,
                  color=colour, label=f"box {number}")  # fmt: skip
    left.axhline(100 * found.discovery.base, color=GREY, lw=1)
    left.annotate("all points", (0, 100 * found.discovery.base), (4, 3), ha="left",
                  textcoords="offset points", color="#555555", fontsize="small")  # fmt: skip
    left.set_xlim(0, 104)
    left.set_ylim(0, 104)
    left.set_xlabel("coverage: % of the points of interest in it")
    left.set_ylabel("density: % of its points that are of interest")
    left.legend(frameon=False, loc="lower center")
    limits_panel(right, found, levers)
    for axes in (left, right):
        bare(axes)
    level = found.discovery.level
    words = amount(level, found.outcome)
    title = f"Where {what(found.outcome)} is at least {words}"
    head(
        figure,
        title,
        under_words(
            found, f"{found.runs['discovery']} runs a point. Rings: the boxes on the right."
        ),
    )
    return Picture(
        "boxes",
        title,
        f"Coverage and density of boxes of points, and their limits on the levers. {title}.",
        figure,
    )


def limits_panel(axes: Any, found: Sensitivity, levers: list[str]) -> None:
    """Draw the limits of each box, as shares of the levers' ranges with their values written."""
    by_name = {one.name: one for one in found.design.dimensions}
    labels = labels_of(found)
    numbers = sorted(found.boxes["box"].unique())
    height = 0.7 / len(numbers)
    for place, name in enumerate(levers[::-1]):
        one = by_name[name]
        axes.plot([0, 1], [place, place], color="#dddddd", lw=1, zorder=0)
        for k, number in enumerate(numbers):
            row = found.boxes[(found.boxes["box"] == number) & (found.boxes["lever"] == name)]
            if not len(row):
                continue
            colour = LINES[(int(number) - 1) % len(LINES)][0]
            y = place + 0.35 - height * (k + 0.5)
            if row["values"].iloc[0]:
                axes.text(0.5, y, row["values"].iloc[0], ha="center", va="center", color=colour)
                continue
            first, last = span_of(one)
            low = first if np.isnan(row["low"].iloc[0]) else float(row["low"].iloc[0])
            high = last if np.isnan(row["high"].iloc[0]) else float(row["high"].iloc[0])
            left, right = ((value - first) / (last - first) for value in (low, high))
            axes.barh(y, right - left, left=left, height=0.8 * height, color=colour)
            axes.text((left + right) / 2, y, f"{low:.3g} to {high:.3g}", ha="center",
                      va="center", fontsize="small",
                      bbox={"boxstyle": "round,pad=0.2", "fc": "white", "ec": "none"})  # fmt: skip
    ticks = []
    for name in levers[::-1]:
        first, last = span_of(by_name[name])
        span = f"{first:.3g} to {in_unit(by_name[name], last)}"
        ticks.append(f"{labels[name]}\n(range: {span})")
    axes.set_yticks(range(len(levers)), ticks, fontsize="small")
    axes.set_ylim(-0.6, len(levers) - 0.4)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.5, 1], ["lowest", "middle of the range", "highest"])
    axes.set_title("Limits of the boxes; levers not shown are free", loc="left", fontsize="medium")


def span_of(one: Any) -> tuple[float, float]:
    """Return the smallest and the largest value of a lever, as numbers."""
    if one.sampled:
        return one.low, one.high
    values = [one.number(value) for value in one.values]
    return min(values), max(values)


def under_words(found: Sensitivity, words: str) -> str:
    """Return what stands below a picture: how it was made, and what it is conditional on."""
    return f"{words} {found.settings}."
