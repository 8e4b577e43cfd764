"""The mediator's draft: a search of the grid, one function in both engines.

The search takes arrays only. Called from compiled code it is compiled in; called from Python it
runs as plain Python until ``use`` hands it a compiled version.
"""

import math
from collections.abc import Callable
from typing import Any

from numba.extending import overload

from agents.actor import rule
from agents.chance import Decision, uniform

WEIGHTS = 5
"""What a mediator reckons with for a side at each duration and guarantee: weight of what comes
second, weight of war after, and constant if it carries out; weight of war after, and constant if
it resumes."""


@rule
def estimated_gain(side: int, text: int, grid: Any, tables: Any, terms: Any) -> float:
    """Estimated gain of a side from a text: carrying it out, or resuming where it only pauses."""
    first = 0.0
    second = 0.0
    after = 0.0
    for i in range(grid.cell.shape[1]):
        c = grid.cell[text, i]
        first += tables[side, c, 0]
        second += tables[side, c, 1]
        after += tables[side, c, 2]
    term = terms[grid.texts[text].duration, grid.texts[text].guarantee, side]
    keep = first + term[0] * second + term[1] * after + term[2]
    if grid.texts[text].ends > 0.0:
        return keep
    return max(keep, first + term[3] * after + term[4])


@rule
def score(gain: float, other_gain: float, preference: float) -> float:
    """Rule 12. Score of a text: the Nash product of both estimated gains (Nash 1950).

    Where a side is expected to refuse, the smaller gain, which is negative: such a text never
    beats one that both are expected to take. ``preference`` is one plus the mediator's own
    weight on a firm guarantee times its strength (claim C73).
    """
    if gain >= 0.0 and other_gain >= 0.0:
        # Rounded, so that texts of equal worth tie whatever the order of a sum.
        return math.floor(gain * other_gain * preference * 1073741824.0 + 0.5) / 1073741824.0
    return math.floor(min(gain, other_gain) * 1073741824.0 + 0.5) / 1073741824.0 - 1.0e-9


def search_texts(
    grid: Any, tables: Any, terms: Any, weight: float, text: int, seed: int, tick: int
) -> tuple[int, float]:
    """Rule 12. Find the text with the best score.

    Args:
        grid: The texts (``agents.deal.Grid``).
        tables: Worth of each cell to each side (sides, cells, 3).
        terms: What the mediator reckons with (durations, guarantees, sides, ``WEIGHTS``).
        weight: Its own weight on a firm guarantee.
        text: The text to amend, or -1 to search the whole grid for a first draft.
        seed: Seed of the run.
        tick: Step of the run; with the seed and the text's key it breaks ties.

    Returns:
        The text and its score. An amendment changes one issue by one level, or nothing: the
        single negotiating text (Raiffa 1982).
    """
    best = text
    best_score = -1.0e18
    best_draw = 0.0
    count = len(grid.texts)
    if text >= 0:
        count = 1 + grid.texts[text].neighbours
    for n in range(count):
        candidate = n
        if text >= 0:
            candidate = text if n == 0 else grid.neighbour[grid.texts[text].first_neighbour + n - 1]
        gain = estimated_gain(0, candidate, grid, tables, terms)
        other_gain = estimated_gain(1, candidate, grid, tables, terms)
        preference = max(
            0.0, 1.0 + weight * grid.guarantees[grid.texts[candidate].guarantee].strength
        )
        value = score(gain, other_gain, preference)
        if value < best_score:
            continue
        if value == best_score:
            draw = uniform(seed, tick, grid.texts[candidate].key, Decision.TIE)
            if draw <= best_draw:
                continue
            best_draw = draw
        else:
            best_draw = uniform(seed, tick, grid.texts[candidate].key, Decision.TIE)
        best = candidate
        best_score = value
    return best, best_score


_search: list[Callable[..., tuple[int, float]]] = [search_texts]


def search(
    grid: Any, tables: Any, terms: Any, weight: float, text: int, seed: int, tick: int
) -> tuple[int, float]:
    """Find the text with the best score (see ``search_texts``), as fast as can be had."""
    return _search[0](grid, tables, terms, weight, text, seed, tick)


def use(function: Callable[..., tuple[int, float]]) -> None:
    """Let Python calls of ``search`` run a compiled version of ``search_texts``."""
    _search[0] = function


@overload(search, strict=False)
def _search_compiled(  # type: ignore[no-untyped-def]
    grid, tables, terms, weight, text, seed, tick
) -> Callable[..., tuple[int, float]]:
    return search_texts
