"""One picture of why talks are stuck: which constraints bind, and when."""

from pathlib import Path

from ceasefire.experiments.style.look import (
    BLUE,
    GREY,
    LINES,
    VERMILION,
    bare,
    head,
    new_figure,
    save,
)
from ceasefire.experiments.style.report import Picture
from ceasefire.experiments.style.words import week_name
from ceasefire.experiments.why.found import Why
from ceasefire.experiments.why.words import labels_of
from ceasefire.model.case.case import Case

MOST, FOLLOWED = 10, 5
"""Constraints that are shown, and those that are followed over the weeks."""

BARS = {"first": (BLUE, ""), "second": (VERMILION, "//"), "neither": (GREY, "..")}
"""Colour and hatch of constraints of the first side, the second, and of neither."""


def plot(why: Why, case: Case, path: Path) -> None:
    """Draw the picture and write it; the ending says how (.svg, .png or .pdf)."""
    save(picture(why, case).figure, path)


def picture(why: Why, case: Case) -> Picture:
    """Draw what keeps the talks of a case stuck."""
    figure = new_figure(11, 5.5)
    left, right = figure.subplots(1, 2, width_ratios=[3, 2])
    labels = labels_of(case)
    shown = list(why.binding.items())[:MOST][::-1]
    sides = case.names["belligerents"]
    for place, (key, share) in enumerate(shown):
        side = key.partition(".")[0]
        which = {sides[0]: "first", sides[1]: "second"}.get(side, "neither")
        spread = [[max(0.0, share.share - share.low)], [max(0.0, share.high - share.share)]]
        colour, hatch = BARS[which]
        look = {"color": colour, "hatch": hatch, "edgecolor": "white", "ecolor": "black"}
        left.barh(place, share.share, xerr=spread, capsize=3, **look)
    left.set_yticks(range(len(shown)), [labels[key] for key, _ in shown])
    left.set_xlim(0.0, 1.0)
    left.set_xlabel("share of failed rounds, with 95 % interval over runs")
    left.set_title(
        "Among the fewest constraints that would have had to give", loc="left", fontsize="medium"
    )
    weeks = [f"{week_name(one.week)}–{week_name(one.until)}" for one in why.weeks]
    followed = list(why.binding)[:FOLLOWED]
    for key, (colour, marker, dashes) in zip(followed, LINES, strict=False):
        shares = [one.binding[key].share if key in one.binding else 0.0 for one in why.weeks]
        right.plot(weeks, shares, color=colour, marker=marker, linestyle=dashes, label=labels[key])
    right.set_ylim(0.0, 1.02)
    right.set_xlabel("weeks")
    right.set_title("The same by week", loc="left", fontsize="medium")
    if shown:
        # Below the axes, where it hides no point.
        right.legend(
            fontsize="small",
            frameon=False,
            ncols=2,
            loc="upper center",
            bbox_to_anchor=(0.5, -0.12),
        )
    for axes in (left, right):
        bare(axes)
    title = f"{why.title}: {why.rounds:,} failed rounds of {why.runs:,} runs"
    head(figure, title)
    alt = f"Bars of the constraints that bind most often, and lines of them by week. {title}."
    return Picture("why", title, alt, figure)
