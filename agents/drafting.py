"""The mediator's draft: a search of the grid, one function in both engines.

The search takes arrays only. Called from compiled code it is compiled in; called from Python it
runs as plain Python until ``use`` hands it a compiled version.
"""

import math
from collections.abc import Callable
from typing import Any

from numba.extending import overload

from ceasefire.agents.chance import Decision, uniform
from ceasefire.agents.deal import DURATION, GUARANTEE
from ceasefire.agents.rules import rule

SUMS = 9
WEIGHTS = 5
"""What a mediator reckons with for a side at each duration and guarantee: weight of what comes
second, weight of war after, and constant if it carries out; weight of war after, and constant if
it resumes."""


@rule
def gain_of_keeping(first: float, second: float, after: float, term: Any) -> float:
    """Rule 3. Gain from carrying a text out, in utility, from what it is worth and ``WEIGHTS``."""
    return first + term[0] * second + term[1] * after + term[2]


@rule
def gain_of_resuming(first: float, after: float, term: Any) -> float:
    """Rule 3. Gain from resuming the war after phase one, in utility, from the same."""
    return first + term[3] * after + term[4]


@rule
def estimated_gain(side: int, text: int, grid: Any, tables: Any, terms: Any) -> float:
    """Rule 12. Estimated gain of a side from a text, in utility.

    ``v1 + delta * [q * v2 + (1 - q) * w'] - w - reluctance``; of a mere pause, what resuming after
    it is worth if that is more (``reckoning.reckon``; Raiffa 1982).
    """
    first = 0.0
    second = 0.0
    after = 0.0
    for i in range(grid.cell.shape[1]):
        c = grid.cell[text, i]
        first += tables[side, c, 0]
        second += tables[side, c, 1]
        after += tables[side, c, 2]
    term = terms[grid.texts[text].duration, grid.texts[text].guarantee, side]
    keep = gain_of_keeping(first, second, after, term)
    if grid.texts[text].ends > 0.0:
        return keep
    return max(keep, gain_of_resuming(first, after, term))


@rule
def score(gain: float, other_gain: float, preference: float) -> float:
    """Rule 12. Score of a text: the Nash product of both estimated gains (Nash 1950).

    ``gain * other gain * preference``, in squared utility. Where a side is expected to refuse, the
    smaller gain, which is negative: such a text never beats one that both are expected to take.
    ``preference`` is one plus the mediator's own weight on a firm guarantee times its strength, at
    least 0 (claim C73).
    """
    if gain >= 0.0 and other_gain >= 0.0:
        # Rounded, so that texts of equal worth tie whatever the order of a sum.
        return math.floor(gain * other_gain * preference * 1073741824.0 + 0.5) / 1073741824.0
    return math.floor(min(gain, other_gain) * 1073741824.0 + 0.5) / 1073741824.0 - 1.0e-9


def search_texts(
    grid: Any,
    tables: Any,
    terms: Any,
    sums: Any,
    weight: float,
    text: int,
    least: float,
    seed: int,
    tick: int,
) -> tuple[int, float]:
    """Rule 12. Find the text with the best score.

    Args:
        grid: The texts (``ceasefire.agents.deal.Grid``).
        tables: Worth of each cell to each side (sides, cells, 3).
        terms: What the mediator reckons with (durations, guarantees, sides, ``WEIGHTS``).
        sums: Room for ``SUMS`` rows of partial sums, as long as cells or columns (overwritten).
        weight: Its own weight on a firm guarantee.
        text: The text to amend, or -1 to search the whole grid for a first draft.
        least: Score below which no text is of interest.
        seed: Seed of the run.
        tick: Step of the run; with the seed and the text's key it breaks ties.

    Returns:
        The text and its score; -1 and ``least`` if no text scores that much. An amendment changes
        one issue by one level, or nothing: the single negotiating text (Raiffa 1982).
    """
    best = -1
    best_score = least
    best_draw = -1.0
    count = len(grid.texts)
    if text >= 0:
        count = 1 + grid.texts[text].neighbours
    # What a side gains from a cell, at the duration and guarantee of the texts at hand: if it
    # carries out, and if it resumes. Sums are kept column by column, so that of a text only the
    # columns that differ from the text before are added anew.
    cells = len(grid.cells)
    columns = grid.cell.shape[1]
    keep, resume, kept, resumed = sums[0:2], sums[2:4], sums[4:6], sums[6:8]
    most = sums[8]
    hope = 0.0
    duration = -1
    guarantee = -1
    preference = 1.0
    following = 0
    while following < count:
        n = following
        following += 1
        candidate = n
        if text >= 0:
            candidate = text if n == 0 else grid.neighbour[grid.texts[text].first_neighbour + n - 1]
        this = grid.texts[candidate]
        fresh = this.fresh if text < 0 else 0
        pauses = this.ends <= 0.0
        if this.duration != duration or this.guarantee != guarantee:
            duration = this.duration
            guarantee = this.guarantee
            preference = max(0.0, 1.0 + weight * grid.guarantees[guarantee].strength)
            fresh = 0
            hope = 1.0e18
            for s in range(2):
                term = terms[duration, guarantee, s]
                kept[s, 0] = term[2]
                resumed[s, 0] = term[4]
                for i in range(columns):
                    most[i] = -1.0e18
                for c in range(cells):
                    first = tables[s, c, 0]
                    after = tables[s, c, 2]
                    keep[s, c] = first + term[0] * tables[s, c, 1] + term[1] * after
                    resume[s, c] = first + term[3] * after
                    issue = grid.cells[c].issue
                    kind = grid.issues[issue].kind
                    level = grid.cells[c].level
                    if kind == DURATION and level != duration:
                        continue
                    if kind == GUARANTEE and level != guarantee:
                        continue
                    gain = keep[s, c]
                    if pauses:
                        gain = max(gain, resume[s, c])
                    most[issue] = max(most[issue], gain)
                bound = term[2]
                if pauses:
                    bound = max(bound, term[4])
                for i in range(columns):
                    bound += most[i]
                hope = min(hope, bound)
                if hope < 0.0 and hope < best_score:
                    break
        # Not even the best of every issue would do: no text of this duration and guarantee can.
        if hope < 0.0 and hope < best_score:
            if text < 0:
                following = this.block_end
            continue
        for i in range(fresh, columns):
            c = grid.cell[candidate, i]
            kept[0, i + 1] = kept[0, i] + keep[0, c]
            kept[1, i + 1] = kept[1, i] + keep[1, c]
            if pauses:
                resumed[0, i + 1] = resumed[0, i] + resume[0, c]
                resumed[1, i + 1] = resumed[1, i] + resume[1, c]
        gain = kept[0, columns]
        other = kept[1, columns]
        if pauses:
            gain = max(gain, resumed[0, columns])
            other = max(other, resumed[1, columns])
        # No score exceeds the smaller gain where that is below zero.
        least = min(gain, other)
        if least < 0.0 and least < best_score:
            continue
        value = score(gain, other, preference)
        if value < best_score:
            continue
        if value == best_score:
            draw = uniform(seed, tick, this.key, Decision.TIE)
            if draw <= best_draw:
                continue
            best_draw = draw
        else:
            best_draw = uniform(seed, tick, this.key, Decision.TIE)
        best = candidate
        best_score = value
    return best, best_score


_search: list[Callable[..., tuple[int, float]]] = [search_texts]


def search(
    grid: Any,
    tables: Any,
    terms: Any,
    sums: Any,
    weight: float,
    text: int,
    least: float,
    seed: int,
    tick: int,
) -> tuple[int, float]:
    """Find the text with the best score (see ``search_texts``), as fast as can be had."""
    return _search[0](grid, tables, terms, sums, weight, text, least, seed, tick)


def use(function: Callable[..., tuple[int, float]]) -> None:
    """Let Python calls of ``search`` run a compiled version of ``search_texts``."""
    _search[0] = function


@overload(search, strict=False)
def _search_compiled(  # type: ignore[no-untyped-def]
    grid, tables, terms, sums, weight, text, least, seed, tick
) -> Callable[..., tuple[int, float]]:
    return search_texts
