"""One picture of why talks are stuck: which constraints bind, and when."""

from pathlib import Path

from matplotlib.figure import Figure

from experiments import PURPOSE
from experiments.why import Why
from experiments.why_words import labels_of
from experiments.words import week_name
from model.scenario import Case

MOST, FOLLOWED = 10, 5
"""Constraints that are shown, and those that are followed over the weeks."""

COLOURS = {"first": "#3b6ea5", "second": "#b5651d", "neither": "#6b6b6b"}
LINES = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7")
MARKERS = ("o", "s", "^", "D", "v")
"""Colours of Okabe and Ito, and shapes for those who see none."""


def plot(why: Why, case: Case, path: Path) -> None:
    """Draw the picture and write it.

    Args:
        why: What keeps the talks stuck.
        case: The case.
        path: Where to: the ending says how (.svg, .png or .pdf).
    """
    figure = Figure(figsize=(11, 5.5), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[3, 2])
    labels = labels_of(case)
    shown = list(why.binding.items())[:MOST][::-1]
    sides = case.names["belligerents"]
    for place, (key, share) in enumerate(shown):
        side = key.partition(".")[0]
        which = {sides[0]: "first", sides[1]: "second"}.get(side, "neither")
        spread = [[max(0.0, share.share - share.low)], [max(0.0, share.high - share.share)]]
        left.barh(place, share.share, xerr=spread, color=COLOURS[which], ecolor="black", capsize=3)
    left.set_yticks(range(len(shown)), [labels[key] for key, _ in shown])
    left.set_xlim(0.0, 1.0)
    left.set_xlabel("share of failed rounds, with 95 % interval over runs")
    left.set_title("Among the fewest constraints that would have had to give", loc="left")
    weeks = [f"{week_name(one.week)}–{week_name(one.until)}" for one in why.weeks]
    followed = list(why.binding)[:FOLLOWED]
    for key, colour, marker in zip(followed, LINES, MARKERS, strict=False):
        shares = [one.binding[key].share if key in one.binding else 0.0 for one in why.weeks]
        right.plot(weeks, shares, color=colour, marker=marker, label=labels[key])
    right.set_ylim(0.0, 1.02)
    right.set_xlabel("weeks")
    right.set_title("The same by week", loc="left")
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
        axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle(
        f"{why.title}: {why.rounds:,} failed rounds of {why.runs:,} runs", x=0.01, ha="left"
    )
    figure.supxlabel(PURPOSE, fontsize="small", x=0.01, ha="left")
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
