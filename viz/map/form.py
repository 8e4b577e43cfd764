"""Another plane: any two levers, run in the background and bounded."""

from collections.abc import Callable
from typing import Any

import solara

from ceasefire.experiments.commands.sweep import time_words
from ceasefire.experiments.design.design import Design, design_of
from ceasefire.experiments.design.in_words import shipped_levers
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.experiments.style.words import plain
from ceasefire.viz.live.sweeps import Running
from ceasefire.viz.page.parts import heading, said

MOST_RUNS = 60_000
"""Runs that one session may ask for in all."""

STEPS = tuple(range(5, 12))
RUNS = (50, 100, 250, 500)
PACE = 300.0
"""Runs a second of one thread, about, for the estimate of time."""

CASE = "gaza-2023"

SAME = "Both levers are the same; a plane needs two."


def labels() -> dict[str, str]:
    """Return the levers by what people read."""
    return {str(table.get("label", name)): name for name, table in shipped_levers().items()}


def plane_design(across: str, up: str, steps: tuple[int, int], runs: int) -> Design:
    """Return the design of a plane of two levers.

    Args:
        across: Name of the lever from left to right.
        up: Name of the lever from below to above.
        steps: Steps of each.
        runs: Runs of each point.

    Raises:
        RefusedError: If there are no such levers, they are one and the same, or it is too much.
    """
    known = shipped_levers()
    for key, name in (("across", across), ("up", up)):
        if name not in known:
            raise RefusedError(f"{key}: found {name!r}; allowed: {', '.join(known)}.")
    if across == up:
        raise RefusedError(SAME)
    if any(one not in STEPS for one in steps):
        raise RefusedError(f"steps: found {steps}; allowed: {STEPS[0]} to {STEPS[-1]} each.")
    if runs not in RUNS:
        raise RefusedError(f"runs: found {runs}; allowed: {', '.join(map(str, RUNS))}.")
    words = [known[name].get("label", name) for name in (across, up)]
    return design_of(
        {
            "name": f"map-{across}-{up}".replace("_", "-"),
            "title": f"{words[0][:1].upper()}{words[0][1:]}, and {words[1]}",
            "question": "Does the one do more, or less, where the other is there?",
            "case": CASE,
            "plan": "grid",
            "runs": runs,
            "outcome": "permanent ceasefire",
            "dimension": [
                {**known[name], "steps": count}
                for name, count in zip((across, up), steps, strict=True)
            ],
        }
    )


def effort_words(steps: tuple[int, int], runs: int, spent: int) -> tuple[str, bool]:
    """Say how much a plane is, and whether the session may still ask for it."""
    points = steps[0] * steps[1]
    total = points * runs
    words = (
        f"{points} points of {runs} runs: {plain(total)} runs, about {time_words(total / PACE)}."
    )
    left = MOST_RUNS - spent
    if total > left:
        return f"{words} That is more than the {plain(left)} that this session has left.", False
    return f"{words} This session has {plain(left)} runs left.", True


@solara.component
def OtherPlane(  # noqa: N802  # components are named like classes
    running: Running | None,
    spent: int,
    on_start: Callable[[Design], None],
    on_back: Callable[[], None],
) -> Any:
    """Ask for a plane of any two levers.

    Args:
        running: The plane that was asked for last, if any.
        spent: Runs that the session has asked for.
        on_start: Told the design to be run.
        on_back: Called to return to the stored map.
    """
    by_label = labels()
    names = list(by_label)
    first = next(label for label, name in by_label.items() if name == "us_resolve")
    second = next(label for label, name in by_label.items() if name == "net_credibility")
    across, set_across = solara.use_state(first)
    up, set_up = solara.use_state(second)
    wide, set_wide = solara.use_state(5)
    high, set_high = solara.use_state(5)
    runs, set_runs = solara.use_state(100)
    wrong, set_wrong = solara.use_state("")
    going = running is not None and running.going
    words, allowed = effort_words((wide, high), runs, spent)

    def begin() -> None:
        try:
            design = plane_design(by_label[across], by_label[up], (wide, high), runs)
        except Exception as error:
            set_wrong(str(error))
            return
        set_wrong("")
        on_start(design)

    with solara.Div(classes=["panel"]) as main:
        heading("Another plane", "panel-title")
        with solara.Div(classes=["map-form"]):
            solara.Select("Across", names, across, set_across, disabled=going)
            solara.Select("Steps across", list(STEPS), wide, set_wide, disabled=going)
            solara.Select("Up", names, up, set_up, disabled=going)
            solara.Select("Steps up", list(STEPS), high, set_high, disabled=going)
            solara.Select("Runs of each point", list(RUNS), runs, set_runs, disabled=going)
        said(words, "quiet" if allowed else "error-line")
        if wrong or across == up:
            solara.Div(classes=["error-line"], children=[wrong or SAME])
        with solara.Div(classes=["map-buttons"]):
            solara.Button(
                "Run this plane",
                on_click=begin,
                disabled=going or not allowed or across == up,
                color="primary",
            )
            if running is not None and going:
                solara.Button("Stop", on_click=running.stop)
            if running is not None and not going:
                solara.Button("Back to the stored map", on_click=on_back)
    return main
