"""Two stored experiments, or points of them, held against each other."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import solara

from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.experiments.style.words import plain
from ceasefire.viz.page.background import use_work
from ceasefire.viz.page.guard import guarded
from ceasefire.viz.page.html import paragraph, scrolled, table
from ceasefire.viz.page.parts import drawn, heading, said, wrong
from ceasefire.viz.results.opened import MOST_POINTS, point_words
from ceasefire.viz.results.stored import Stored

if TYPE_CHECKING:
    from ceasefire.experiments.comparison.found import Comparison

MOST_COMPARED = 500_000
"""Runs of both sides together up to which the page compares them."""

ALL_POINTS = "all points"


def compared(first: tuple[Stored, str], second: tuple[Stored, str]) -> "Comparison":
    """Hold an experiment against another as the baseline.

    Args:
        first: The baseline, and the number of one of its points, or nothing for all.
        second: What is held against it, likewise.

    Raises:
        RefusedError: If that would take too long here, or makes no sense.
    """
    runs = sum(
        one.done if not point else one.done // max(int(one.manifest["points"]), 1)
        for one, point in (first, second)
    )
    specs = [
        f"{one.folder}:{point}" if point else str(one.folder) for one, point in (first, second)
    ]
    if runs > MOST_COMPARED:
        raise RefusedError(
            f"{plain(runs)} runs are too many to compare here (up to {plain(MOST_COMPARED)}); the "
            f"command  ceasefire compare {specs[0]} {specs[1]}  does it."
        )
    if first == second:
        raise RefusedError("Both are the same; choose two.")
    from ceasefire.experiments.comparison.compare import compare

    return compare(*specs, workers=1)


@guarded("the comparison")
def comparison_html(found: "Comparison") -> str:
    """Tell a comparison: sentences, and the table of shares."""
    verdicts = "".join(f"<li>{escape(words)}</li>" for words in found.verdicts)
    rows = (
        (
            row["label"],
            f"{100 * row['baseline']:.1f} %",
            f"{100 * row['in_arm']:.1f} %",
            f"{100 * row['difference']:+.1f}",
            f"{100 * row['low']:+.1f} to {100 * row['high']:+.1f}",
        )
        for _, row in found.shares.iterrows()
    )
    head = ("", "baseline", "held against it", "difference, points", "95 % interval")
    shares = scrolled(table(head, rows, titled=True, numbers=True))
    notes = "".join(paragraph(words, "quiet") for words in found.notes)
    return f'<ul class="verdicts">{verdicts}</ul>{shares}{notes}'


@solara.component
def Compare(known: Sequence[Stored]) -> Any:  # noqa: N802  # components are named like classes
    """Choose two experiments, or points of them, and compare them."""
    by_name = {one.name: one for one in known if one.done}
    names = list(by_name)
    first, set_first = solara.use_state(names[0] if names else "")
    second, set_second = solara.use_state(names[min(1, len(names) - 1)] if names else "")
    first_point, set_first_point = solara.use_state(ALL_POINTS)
    second_point, set_second_point = solara.use_state(ALL_POINTS)
    wanted, set_wanted = solara.use_state(())
    sides = [by_name.get(first), by_name.get(second)]
    first_points = solara.use_memo(lambda: _points_of(sides[0]), [first, len(names)])
    second_points = solara.use_memo(lambda: _points_of(sides[1]), [second, len(names)])

    def begin() -> None:
        pairs = (
            (first, first_points.get(first_point, "")),
            (second, second_points.get(second_point, "")),
        )
        set_wanted(tuple(pair for pair in pairs if pair[0] in by_name))

    def do() -> "Comparison":
        pair = [(by_name[name], point) for name, point in wanted]
        return compared(pair[0], pair[1])

    work = use_work(do if len(wanted) == 2 else None, [wanted])
    with solara.Div(classes=["panel"]) as main:
        heading("Compare two", "panel-title")
        with solara.Div(classes=["results-compare"]):
            with solara.Div():
                experiment("Baseline", names, first, set_first)
                points("Baseline", first_points, first_point, set_first_point)
            with solara.Div():
                experiment("Held against it", names, second, set_second)
                points("Held against it", second_points, second_point, set_second_point)
        solara.Button("Compare", on_click=begin, disabled=work.state == "working")
        if work.state == "working":
            said("Comparing …", "quiet")
        elif work.state == "failed":
            wrong(work.words)
        elif work.state == "done":
            drawn(comparison_html(work.value))
    return main


def experiment(label: str, names: list[str], name: str, set_name: Callable[[str], None]) -> None:
    """Choose an experiment; only inside a component."""
    solara.Select(label, names, name if name in names else None, set_name)


def points(
    label: str, known: Mapping[str, str], point: str, set_point: Callable[[str], None]
) -> None:
    """Choose one of its points, or all; only inside a component."""
    options = [ALL_POINTS, *known]
    chosen = point if point in options else ALL_POINTS
    solara.Select(f"{label}: which points", options, chosen, set_point)


def _points_of(one: Stored | None) -> dict[str, str]:
    """Return the points among which can be chosen; none where the results cannot be read."""
    if one is None or int(one.manifest["points"]) > MOST_POINTS:
        return {}
    try:
        return point_words(one)
    except RefusedError:
        return {}
