"""Pictures of a comparison: each with a sentence that says what to see, and a table behind it."""

from textwrap import fill

import pandas as pd

from ceasefire.experiments.comparison.found import Comparison
from ceasefire.experiments.comparison.frame import (
    WIDTH,
    grid_of_axes,
    looks,
    marks_of,
    offsets,
    runs_words,
    titled,
)
from ceasefire.experiments.comparison.tables import ENDS, FIRST_TRUCE
from ceasefire.experiments.comparison.words import LEVEL, is_told, share_verdict
from ceasefire.experiments.style.look import BLACK, SHADES, bare, new_figure
from ceasefire.experiments.style.report import Picture, records
from ceasefire.experiments.style.words import capital, percent, plain
from ceasefire.model.world.outcome import END_STATES


def clearest(comparison: Comparison) -> str:
    """Say what differs most of the shares, or that nothing can be told."""
    rows = records(comparison.shares)
    told = [row for row in rows if is_told(row)]
    if not told:
        return "No difference can be told in how runs end"
    first = max(told, key=lambda row: abs(row["effect_size"]))
    whose = f"“{first['arm']}”: " if len(comparison.labels) > 2 else ""
    words = share_verdict(first).partition(" points (")[0]
    return f"{whose}{words} points"


def incidence_picture(comparison: Comparison) -> Picture:
    """Draw how the share of runs with each end state grows over the weeks, and the first truce."""
    panels = [(ENDS, state) for state in END_STATES[1:]] + [(FIRST_TRUCE, FIRST_TRUCE)]
    figure = new_figure(WIDTH, 7.2)
    for axes, (about, event) in zip(grid_of_axes(figure, len(panels), 2), panels, strict=True):
        top = 0.0
        for label, (colour, marker, dashes) in looks(comparison).items():
            table = comparison.incidence
            own = table[
                (table["arm"] == label) & (table["about"] == about) & (table["event"] == event)
            ]
            if own.empty:
                own = pd.DataFrame({"week": [0.0], "incidence": [0.0], "low": [0.0], "high": [0.0]})
            # Up to the horizon, at which nothing more is known.
            last = own.iloc[[-1]].assign(week=max(comparison.weeks, own["week"].iloc[-1]))
            own = pd.concat([own, last])
            above = 3 if label == comparison.labels[0] else 2
            axes.fill_between(own["week"], 100 * own["low"], 100 * own["high"], step="post",
                              color=colour, alpha=0.18, linewidth=0)  # fmt: skip
            axes.step(own["week"], 100 * own["incidence"], where="post", color=colour,
                      linestyle=dashes, marker=marker, markersize=4, zorder=above,
                      markevery=max(1, len(own) // 6))  # fmt: skip
            top = max(top, float(100 * own["high"].max()))
        axes.set_title(capital(event if about == ENDS else "first truce begun"), loc="left")
        axes.set_xlabel("week")
        axes.set_ylabel("% of runs, so far")
        axes.set_ylim(0.0, min(1.06 * top, 103.0) or 1.0)
        axes.set_xlim(0.0, 1.02 * max(comparison.weeks, 1.0))
        bare(axes)
    title = clearest(comparison)
    under = (
        "Cumulative incidence (Aalen and Johansen 1978) with 95 % bands for each week by itself, "
        "over runs. The scales of the four differ."
    )
    titled(figure, title, under, marks_of(comparison, lines=True))
    alt = f"Line charts of the share of runs with each end state, and a truce, by week. {title}."
    return Picture("incidence", title, alt, figure)


def shares_picture(comparison: Comparison) -> Picture:
    """Draw the differences of shares as dots with intervals around zero."""
    names = comparison.shares["outcome"].drop_duplicates().tolist()
    figure = new_figure(WIDTH, 1.9 + 0.55 * len(names) + 0.25 * len(comparison.labels))
    axes = figure.subplots()
    axes.axvline(0.0, color=BLACK, linewidth=0.8)
    for row in records(comparison.shares):
        colour, marker, _ = looks(comparison)[row["arm"]]
        place = names.index(row["outcome"]) + offsets(comparison)[row["arm"]]
        value, low, high = (100.0 * row[key] for key in ("difference", "low", "high"))
        axes.plot([low, high], [place, place], color=colour, linewidth=1.6)
        axes.plot(value, place, marker=marker, color=colour, markersize=7,
                  markerfacecolor=colour if is_told(row) else "white")  # fmt: skip
    of = {row["outcome"]: row["baseline"] for row in records(comparison.shares)}
    words = [f"{capital(name)}\n(baseline {percent(of[name])})" for name in names]
    axes.set_yticks(range(len(names)), words)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlabel("difference from the baseline, in percentage points of runs")
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    bare(axes)
    title = clearest(comparison)
    under = (
        f"Dots with 95 % intervals; full where the difference stands at {LEVEL:g} once all tests "
        f"are counted, hollow where it does not. {runs_words(comparison)}."
    )
    titled(figure, title, under, marks_of(comparison, lines=False))
    alt = f"Differences of the shares of runs from the baseline, with 95 % intervals. {title}."
    return Picture("shares", title, alt, figure)


def flows_picture(comparison: Comparison) -> Picture:
    """Draw from which end state of the baseline runs came to which of the arm."""
    labels = comparison.flows["arm"].drop_duplicates().tolist()
    figure = new_figure(WIDTH, 1.6 + 3.5 * len(labels))
    for axes, label in zip(grid_of_axes(figure, len(labels), 1), labels, strict=True):
        own = comparison.flows[comparison.flows["arm"] == label]
        states = own["before"].drop_duplicates().tolist()
        table = own.pivot(index="before", columns="after", values="share_of_before")
        counts = own.pivot(index="before", columns="after", values="pairs")
        table, counts = (one.loc[states, states] for one in (table, counts))
        axes.imshow(table.fillna(0.0), cmap=SHADES, vmin=0.0, vmax=1.0, aspect="auto")
        for i in range(len(states)):
            for j in range(len(states)):
                share, count = table.iat[i, j], int(counts.iat[i, j])
                text = plain(count) if not count else f"{plain(count)}\n{percent(share)}"
                dark = not share > 0.45
                axes.text(j, i, text, ha="center", va="center", fontsize="small",
                          color="white" if dark else "black",
                          fontweight="bold" if i == j else "normal")  # fmt: skip
        names = [fill(capital(state), 16) for state in states]
        of = [
            f"{name}\n(n = {plain(n)})" for name, n in zip(names, counts.sum(axis=1), strict=True)
        ]
        axes.set_yticks(range(len(states)), of)
        axes.set_xticks(range(len(states)), names)
        axes.set_ylabel(f"the same run in\n{fill(f'“{comparison.labels[0]}”', 28)}")
        axes.set_xlabel(f"ends in this way in\n{fill(f'“{label}”', 90)}")
    same = [
        float(own["share"][own["before"] == own["after"]].sum())
        for own in (comparison.flows[comparison.flows["arm"] == label] for label in labels)
    ]
    least = f"{percent(min(same))} to " if len(same) > 1 else ""
    title = f"{least}{percent(max(same))} of runs end as they do in the baseline"
    under = (
        "Pairs of runs with the same seed and parameter set: how many, and the share of their row, "
        "which is also the shade."
    )
    titled(figure, title, under)
    alt = f"A table of how pairs of runs end in the baseline and in the arm. {title}."
    return Picture("flows", title, alt, figure)
