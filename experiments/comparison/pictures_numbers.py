"""Pictures of numbers: their cumulative distributions, and the differences of their quantiles."""

import math
from textwrap import fill

from ceasefire.experiments.comparison.found import Comparison
from ceasefire.experiments.comparison.frame import (
    WIDTH,
    grid_of_axes,
    looks,
    marks_of,
    offsets,
    titled,
)
from ceasefire.experiments.comparison.words import (
    LEVEL,
    is_told,
    number_verdict,
    worth,
)
from ceasefire.experiments.style.look import BLACK, bare, new_figure
from ceasefire.experiments.style.report import Picture, records
from ceasefire.experiments.style.words import capital

LONGEST = 34
"""Letters of a name that fit over a small picture before it is folded."""


def folded(words: str) -> str:
    """Fold a name to the width of a small picture."""
    return fill(capital(words), LONGEST)


def distributions_picture(comparison: Comparison) -> Picture:
    """Draw the cumulative distribution of every number."""
    means = comparison.numbers[comparison.numbers["measure"] == "mean"]
    named = records(means.drop_duplicates("outcome"))
    figure = new_figure(WIDTH, 1.9 + 2.3 * math.ceil(len(named) / 3))
    for axes, row in zip(grid_of_axes(figure, len(named)), named, strict=True):
        for label, (colour, _, dashes) in looks(comparison).items():
            table = comparison.distributions
            own = table[(table["arm"] == label) & (table["outcome"] == row["outcome"])]
            if len(own):
                axes.step([own["value"].iloc[0], *own["value"]], [0.0, *(100 * own["runs_up_to"])],
                          where="post", color=colour, linestyle=dashes,
                          zorder=3 if label == comparison.labels[0] else 2)  # fmt: skip
        axes.set_title(folded(row["label"]), loc="left", fontsize="medium")
        axes.set_xlabel(row["unit"])
        axes.set_ylabel("% of runs up to")
        axes.set_ylim(0.0, 101.0)
        axes.locator_params(axis="x", nbins=4)
        bare(axes)
    title = largest_number(comparison)
    titled(figure, title, note_words(comparison), marks_of(comparison, lines=True))
    alt = f"Cumulative distributions of every number in every arm. {title}."
    return Picture("distributions", title, alt, figure)


def quantiles_picture(comparison: Comparison) -> Picture:
    """Draw the differences of quantiles with their intervals."""
    table = comparison.quantiles
    named = records(table.drop_duplicates("outcome"))
    figure = new_figure(WIDTH, 1.9 + 2.3 * math.ceil(len(named) / 3))
    shares = sorted(table["quantile"].unique().tolist())
    for axes, row in zip(grid_of_axes(figure, len(named)), named, strict=True):
        axes.axhline(0.0, color=BLACK, linewidth=0.8)
        for one in records(table[table["outcome"] == row["outcome"]]):
            colour, marker, _ = looks(comparison)[one["arm"]]
            place = shares.index(one["quantile"]) + offsets(comparison)[one["arm"]]
            axes.plot([place, place], [one["low"], one["high"]], color=colour, linewidth=1.6)
            axes.plot(place, one["difference"], marker=marker, color=colour, markersize=5,
                      markerfacecolor=colour if is_told(one) else "white")  # fmt: skip
        axes.set_title(folded(row["label"]), loc="left", fontsize="medium")
        axes.set_xticks(range(len(shares)), [f"{100 * share:.0f} %" for share in shares])
        axes.set_xlabel("quantile")
        axes.set_ylabel(f"difference, {row['unit']}")
        axes.margins(y=0.15)
        if max(map(abs, axes.get_ylim())) < 1.0:
            # All but zero: a finer scale would make something of nothing.
            axes.set_ylim(-1.1, 1.1)
        bare(axes)
    title = largest_quantile(comparison)
    under = (
        f"Quantiles of the arm less those of “{comparison.labels[0]}”, with 95 % intervals "
        f"(bootstrap); full where the difference stands at {LEVEL:g} once all tests are counted."
    )
    titled(figure, title, under, marks_of(comparison, lines=False))
    alt = f"Differences of the quantiles of every number, with 95 % intervals. {title}."
    return Picture("quantiles", title, alt, figure)


def largest_number(comparison: Comparison) -> str:
    """Say which number differs most, or that none can be told to."""
    means = comparison.numbers[comparison.numbers["measure"] == "mean"]
    told = [row for row in records(means) if is_told(row)]
    if not told:
        return "No difference can be told in any number"
    first = max(told, key=lambda row: abs(row["effect_size"]))
    whose = f"“{first['arm']}”: " if len(comparison.labels) > 2 else ""
    return whose + number_verdict(first).partition(" (")[0]


def largest_quantile(comparison: Comparison) -> str:
    """Say where in the distribution the number that differs most does so most."""
    rows = [row for row in records(comparison.quantiles) if is_told(row)]
    if not rows:
        return "No difference can be told in any quantile"
    first = max(rows, key=lambda row: (abs(row["effect_size"]), abs(row["difference"])))
    whose = f"“{first['arm']}”: " if len(comparison.labels) > 2 else ""
    return (
        f"{whose}{capital(first['label'])}: the {100 * first['quantile']:.0f} % quantile differs "
        f"most, {worth(first['difference'], first)} {first['unit']}"
    )


def note_words(comparison: Comparison) -> str:
    """Say what a reader of the numbers should know."""
    widths = comparison.numbers[comparison.numbers["bin_width"] > 0.0]
    each = records(widths.drop_duplicates("outcome"))
    binned = "; ".join(
        f"{row['outcome']} in bins of {row['bin_width']:.3g} {row['unit']}" for row in each
    )
    words = "Numbers are counted to each run's own end; weeks to truce only of runs that have one."
    return f"{words} Whole numbers are exact{'; ' if binned else ''}{binned}."
