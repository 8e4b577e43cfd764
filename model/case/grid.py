"""The grid: every text that the issues of a case allow, as arrays."""

import itertools
import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from ceasefire.agents.chance import key_of
from ceasefire.agents.deal import (
    CELL,
    DISSOLUTION,
    DURATION_LEVEL,
    GUARANTEE_LEVEL,
    ISSUE,
    ISSUES,
    PRISONERS,
    TEXT,
    Grid,
)
from ceasefire.agents.guarantor import GUARANTEES
from ceasefire.agents.rules import FLOAT
from ceasefire.model.case.issues import Exclusion, Issue
from ceasefire.model.case.settings import problem

LARGEST_GRID = 4000
"""Most texts that a case may keep: small enough to weigh every one of them, every round."""

MOST_COMBINATIONS = 1_000_000
"""Most combinations of levels before exclusions, so that a slip does not fill the memory."""

Amounts = tuple[tuple[tuple[float, ...], ...], ...]
"""Numbers of each level of each issue: the amounts of its kind, then concession and gain."""


@lru_cache(maxsize=64)
def build_grid(
    issues: tuple[Issue, ...],
    amounts: Amounts,
    exclusions: tuple[Exclusion, ...],
    sides: tuple[str, ...],
) -> Grid:
    """Build the arrays of every text that is left after exclusions.

    Args:
        issues: The issues, in declared order.
        amounts: Numbers of their levels.
        exclusions: Combinations to drop.
        sides: Names of the belligerents.

    Returns:
        Read-only arrays; texts sorted by duration, guarantee, then the issues in their order.

    Raises:
        ValueError: With one worded problem, if no text is left or too many are.
    """
    counts = [len(issue.levels) for issue in issues]
    kinds = np.array([ISSUES.index(issue.kind) for issue in issues], dtype=np.int64)
    giver = np.array([_index(sides, issue.giver) for issue in issues], dtype=np.int64)
    receiver = np.array([_index(sides, issue.receiver) for issue in issues], dtype=np.int64)
    names = [issue.name for issue in issues]
    release_issue = np.array([_index(names, issue.paid_for) for issue in issues], dtype=np.int64)
    duration_at = [issue.kind for issue in issues].index("duration")
    guarantee_at = [issue.kind for issue in issues].index("guarantee")

    level = _kept_texts(issues, counts, exclusions, (duration_at, guarantee_at))
    amount, concession, gain = _padded(issues, amounts)
    cell, cells = _cells(level, kinds, release_issue)
    rest = [i for i in range(len(issues)) if i not in (duration_at, guarantee_at)]
    cell = cell[:, [duration_at, guarantee_at, *rest]]
    neighbours, neighbour = _neighbours(level, counts)
    durations = np.zeros(counts[duration_at], dtype=DURATION_LEVEL)
    for column, name in ((0, "weeks"), (2, "ends"), (3, "turning")):
        durations[name] = amount[duration_at, : len(durations), column]
    guarantees = np.zeros(counts[guarantee_at], dtype=GUARANTEE_LEVEL)
    guarantees["strength"] = amount[guarantee_at, : len(guarantees), 0]
    guarantees["kind"] = [GUARANTEES.index(one.guarantors) for one in issues[guarantee_at].levels]
    texts = np.zeros(len(level), dtype=TEXT)
    texts["duration"] = level[:, duration_at]
    texts["guarantee"] = level[:, guarantee_at]
    for column, name in ((0, "weeks"), (1, "weeks_second"), (2, "ends")):
        texts[name] = amount[duration_at, level[:, duration_at], column]
    texts["neighbours"] = neighbours
    texts["first_neighbour"] = np.cumsum(neighbours) - neighbours
    texts["fresh"][1:] = (cell[1:] != cell[:-1]).argmax(axis=1)
    blocks = blocks_of(texts)
    texts["block_end"] = np.repeat(blocks[:, 1], blocks[:, 1] - blocks[:, 0])
    texts["key"] = _text_keys(level, issues)
    tables = {"kind": kinds, "giver": giver, "receiver": receiver, "release": release_issue}
    grid = Grid(
        texts=texts,
        issues=_structured(tables, ISSUE),
        cells=cells,
        durations=durations,
        guarantees=guarantees,
        level=level,
        cell=cell,
        amount=amount,
        concession=_concessions(level, giver, receiver, concession, gain, len(sides)),
        dissolves=_dissolves(level, kinds, giver, amount, len(sides)),
        neighbour=neighbour,
    )
    return frozen(grid)


def frozen(grid: Grid) -> Grid:
    """Return the same arrays contiguous and read-only, those of records with attributes."""
    arrays = []
    for array in grid:
        width = {"f": FLOAT, "i": np.dtype(np.int64)}.get(array.dtype.kind, array.dtype)
        fixed = np.ascontiguousarray(array, dtype=width)
        if fixed.dtype.names:
            fixed = fixed.view(np.recarray)
        fixed.setflags(write=False)
        arrays.append(fixed)
    return Grid(*arrays)


def blocks_of(texts: Any) -> Any:
    """Find the blocks of texts that follow each other and share their duration and guarantee.

    Returns:
        The first text of each, the one after the last, duration, guarantee (blocks, 4).
    """
    wording = np.stack([texts["duration"], texts["guarantee"]], axis=1)
    first = np.flatnonzero(np.r_[True, (wording[1:] != wording[:-1]).any(axis=1)])
    after = np.r_[first[1:], len(texts)]
    return np.column_stack([first, after, wording[first]]).astype(np.int64)


def _structured(columns: dict[str, Any], layout: np.dtype[Any]) -> Any:
    array = np.zeros(len(next(iter(columns.values()))), dtype=layout)
    for name, column in columns.items():
        array[name] = column
    return array


def _index(names: Sequence[str], name: str) -> int:
    return names.index(name) if name else -1


def _kept_texts(
    issues: tuple[Issue, ...],
    counts: list[int],
    exclusions: Iterable[Exclusion],
    first: tuple[int, int],
) -> Any:
    combinations = math.prod(counts)
    few = f"at most {LARGEST_GRID} texts (exclude combinations that make no sense)"
    if combinations > MOST_COMBINATIONS:
        raise ValueError(problem("issue", f"{combinations} combinations of levels", few))
    level = np.indices(counts, dtype=np.int64).reshape(len(counts), -1).T
    keep = np.ones(len(level), dtype=bool)
    place = {issue.name: i for i, issue in enumerate(issues)}
    for exclusion in exclusions:
        hit = np.ones(len(level), dtype=bool)
        for name, levels in exclusion.when:
            known = issues[place[name]].level_names
            chosen = np.isin(np.arange(len(known)), [known.index(one) for one in levels])
            hit &= chosen[level[:, place[name]]]
        keep &= ~hit
    level = level[keep]
    if len(level) == 0:
        raise ValueError(problem("exclude", "no text left", "at least one text"))
    if len(level) > LARGEST_GRID:
        raise ValueError(problem("issue", f"{len(level)} texts", few))
    order = np.lexsort((*level.T[::-1], level[:, first[1]], level[:, first[0]]))
    return np.ascontiguousarray(level[order])


def _padded(issues: tuple[Issue, ...], amounts: Amounts) -> tuple[Any, Any, Any]:
    most = max(len(issue.levels) for issue in issues)
    amount = np.zeros((len(issues), most, 4))
    concession = np.zeros((len(issues), most))
    gain = np.zeros((len(issues), most))
    for i, levels in enumerate(amounts):
        for j, numbers in enumerate(levels):
            amount[i, j, : len(numbers) - 2] = numbers[:-2]
            concession[i, j], gain[i, j] = numbers[-2:]
    return amount, concession, gain


def _cells(level: Any, kinds: Any, release_issue: Any) -> tuple[Any, Any]:
    """Number the cells: issue and level, and the release level that prisoners are freed for."""
    release = np.zeros_like(level)
    for i in np.flatnonzero((kinds == PRISONERS) & (release_issue >= 0)):
        release[:, i] = level[:, release_issue[i]]
    width = int(level.max()) + 1
    code = (np.arange(level.shape[1]) * width + level) * width + release
    distinct, cell = np.unique(code, return_inverse=True)
    columns = {
        "issue": distinct // width**2,
        "level": distinct // width % width,
        "release": distinct % width,
    }
    return cell.reshape(level.shape), _structured(columns, CELL)


def _neighbours(level: Any, counts: list[int]) -> tuple[Any, Any]:
    """Count, and list text by text, the kept texts that differ by one level of one issue."""
    strides = np.array([math.prod(counts[i + 1 :]) for i in range(len(counts))], dtype=np.int64)
    code = level @ strides
    text_of = np.full(math.prod(counts), -1, dtype=np.int64)
    text_of[code] = np.arange(len(level))
    columns = []
    for i, step in itertools.product(range(len(counts)), (-1, 1)):
        inside = (level[:, i] + step >= 0) & (level[:, i] + step < counts[i])
        columns.append(np.where(inside, text_of[np.where(inside, code + step * strides[i], 0)], -1))
    table = np.sort(np.stack(columns, axis=1), axis=1)
    return (table >= 0).sum(axis=1), table[table >= 0]


def _concessions(
    level: Any, giver: Any, receiver: Any, concession: Any, gain: Any, sides: int
) -> Any:
    total = np.zeros((len(level), sides))
    for side in range(sides):
        for i in range(level.shape[1]):
            if giver[i] in (side, -1):
                total[:, side] += concession[i, level[:, i]]
            if receiver[i] == side:
                total[:, side] -= gain[i, level[:, i]]
    return np.maximum(total, 0.0)


def _dissolves(level: Any, kinds: Any, giver: Any, amount: Any, sides: int) -> Any:
    total = np.zeros((len(level), sides))
    for i in np.flatnonzero(kinds == DISSOLUTION):
        total[:, giver[i]] += amount[i, level[:, i], 0]
    return total


def _text_keys(level: Any, issues: tuple[Issue, ...]) -> Any:
    """Join the keys of the levels with exclusive or: the order of the issues plays no part."""
    key = np.zeros(len(level), dtype=np.int64)
    for i, issue in enumerate(issues):
        stem = f"{issue.kind}.{issue.giver}.{issue.receiver}"
        keys = np.array([key_of(f"{stem}.{name}") for name in issue.level_names], dtype=np.int64)
        key ^= keys[level[:, i]]
    return key
