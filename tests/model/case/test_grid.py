"""The grid: exclusions, neighbours and keys, on random small sets of issues."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceasefire.agents.chance import key_of
from ceasefire.agents.deal import CELL, ISSUES, PRISONERS, TEXT, Grid
from ceasefire.agents.guarantor import GUARANTEES
from ceasefire.model.case.case import load_case
from ceasefire.model.case.grid import LARGEST_GRID, build_grid
from ceasefire.model.case.issues import Exclusion, Issue, Level, amount_names
from ceasefire.model.case.shipped import shipped_cases

SIDES = ("left", "right")


@st.composite
def issue_sets(draw: Any) -> tuple[tuple[Issue, ...], Any, tuple[Exclusion, ...]]:
    """Draw issues in any order, numbers of their levels, and exclusions."""
    issues = []

    def add(name: str, kind: str, giver: str, receiver: str, paid_for: str = "") -> None:
        count = draw(st.integers(1, 3))
        levels = tuple(
            Level(f"level-{i}", f"{name} {i}", GUARANTEES[i] if kind == "guarantee" else "")
            for i in range(count)
        )
        issues.append(Issue(name, kind, giver, receiver, paid_for, levels, "assumed"))

    add("duration", "duration", "", "")
    add("guarantee", "guarantee", "", "")
    for giver, receiver in (SIDES, SIDES[::-1]):
        for kind in ("withdrawal", "dissolution", "relief"):
            if draw(st.booleans()) and len(issues) < 5:
                add(f"{kind}-{giver}", kind, giver, receiver)
    if draw(st.booleans()):
        add("release-left", "release", "left", "right")
        if draw(st.booleans()):
            add("prisoners-right", "prisoners", "right", "left", "release-left")
    issues = draw(st.permutations(issues))
    numbers = st.sampled_from([0.0, 0.25, 0.5, 1.0])
    amounts = tuple(
        tuple(tuple(draw(numbers) for _ in amount_names(issue.kind)) for _ in issue.levels)
        for issue in issues
    )
    exclusions = []
    for _ in range(draw(st.integers(0, 3))):
        chosen = draw(st.lists(st.sampled_from(issues), min_size=2, max_size=2, unique=True))
        when = tuple((issue.name, (draw(st.sampled_from(issue.level_names)),)) for issue in chosen)
        exclusions.append(Exclusion(when, "It makes no sense."))
    return tuple(issues), amounts, tuple(exclusions)


def built(drawn: tuple[tuple[Issue, ...], Any, tuple[Exclusion, ...]]) -> Grid | None:
    """Build a grid, or return None if the exclusions leave no text."""
    try:
        return build_grid(*drawn, SIDES)
    except ValueError as error:
        if "no text left" not in str(error):
            raise
        return None


def neighbours_of(grid: Grid, text: int) -> list[int]:
    start = grid.texts["first_neighbour"][text]
    return grid.neighbour[start : start + grid.texts["neighbours"][text]].tolist()


@given(issue_sets())
def test_keeps_exactly_what_no_exclusion_drops(drawn: Any) -> None:
    issues, _, exclusions = drawn
    kept = []
    for levels in itertools.product(*(range(len(issue.levels)) for issue in issues)):
        names = {
            issue.name: issue.level_names[level]
            for issue, level in zip(issues, levels, strict=True)
        }
        if not any(all(names[i] in some for i, some in one.when) for one in exclusions):
            kept.append(levels)
    grid = built(drawn)
    assert (grid is None) == (not kept)
    if grid is not None:
        assert sorted(map(tuple, grid.level.tolist())) == sorted(kept)


@given(issue_sets())
def test_neighbours_are_one_level_of_one_issue_away_and_mutual(drawn: Any) -> None:
    grid = built(drawn)
    if grid is None:
        return
    level = grid.level
    for text in range(len(level)):
        apart = np.abs(level - level[text]).sum(axis=1)
        assert neighbours_of(grid, text) == np.flatnonzero(apart == 1).tolist()
        for other in neighbours_of(grid, text):
            assert text in neighbours_of(grid, other)
    assert grid.texts["neighbours"].sum() == len(grid.neighbour)


@given(issue_sets())
def test_blocks_of_equal_duration_and_guarantee_partition_the_texts(drawn: Any) -> None:
    grid = built(drawn)
    if grid is None:
        return
    blocks = [
        tuple(row) for row in zip(grid.texts["duration"], grid.texts["guarantee"], strict=True)
    ]
    assert [block for block, _ in itertools.groupby(blocks)] == sorted(set(blocks))
    rows = [(*block, *levels) for block, levels in zip(blocks, grid.level.tolist(), strict=True)]
    assert rows == sorted(rows)


@given(issue_sets())
def test_cells_say_what_the_levels_say(drawn: Any) -> None:
    issues = drawn[0]
    grid = built(drawn)
    if grid is None:
        return
    seen = set()
    kinds = [issue.kind for issue in issues]
    order = sorted(
        range(len(issues)),
        key=lambda i: (
            ("duration", "guarantee").index(kinds[i])
            if kinds[i] in ("duration", "guarantee")
            else 2
        ),
    )
    for text, (column, i) in itertools.product(range(len(grid.level)), enumerate(order)):
        cell = grid.cells[grid.cell[text, column]]
        release = 0
        if grid.issues["kind"][i] == PRISONERS:
            release = grid.level[text, grid.issues["release"][i]]
        assert (cell["issue"], cell["level"], cell["release"]) == (i, grid.level[text, i], release)
        seen.add(int(grid.cell[text, column]))
    assert seen == set(range(len(grid.cells)))


@given(issue_sets())
def test_concessions_and_demands_add_up(drawn: Any) -> None:
    issues, amounts, _ = drawn
    grid = built(drawn)
    if grid is None:
        return
    for text, side in itertools.product(range(len(grid.level)), range(2)):
        given_up = received = demanded = 0.0
        for i, issue in enumerate(issues):
            numbers = amounts[i][grid.level[text, i]]
            if issue.giver in (SIDES[side], ""):
                given_up += numbers[-2]
            if issue.receiver == SIDES[side]:
                received += numbers[-1]
            if issue.kind == "dissolution" and issue.giver == SIDES[side]:
                demanded += numbers[0]
        assert grid.concession[text, side] == pytest.approx(max(0.0, given_up - received))
        assert grid.dissolves[text, side] == pytest.approx(demanded)


@given(issue_sets(), st.data())
def test_order_of_issues_leaves_keys_alone(drawn: Any, data: Any) -> None:
    issues, amounts, exclusions = drawn
    grid = built(drawn)
    if grid is None:
        return
    order = data.draw(st.permutations(range(len(issues))))
    other = build_grid(
        tuple(issues[i] for i in order), tuple(amounts[i] for i in order), exclusions, SIDES
    )

    def keyed(grid: Grid, issues: list[Issue]) -> dict[int, frozenset[tuple[str, int]]]:
        names = [issue.name for issue in issues]
        return {
            int(key): frozenset(zip(names, levels, strict=True))
            for key, levels in zip(grid.texts["key"], grid.level.tolist(), strict=True)
        }

    assert keyed(grid, list(issues)) == keyed(other, [issues[i] for i in order])


def test_key_is_made_from_the_levels_names() -> None:
    case = load_case("two-rivals")
    expected = 0
    for issue, level in zip(case.issues, case.grid.level[-1], strict=True):
        name = issue.level_names[level]
        expected ^= key_of(f"{issue.kind}.{issue.giver}.{issue.receiver}.{name}")
    assert case.grid.texts["key"][-1] == expected


@pytest.mark.parametrize("name", shipped_cases())
def test_shipped_grids(name: str) -> None:
    grid = load_case(name).grid
    most = {"gaza-2023": 1400, "two-rivals": 600}.get(name, LARGEST_GRID)
    assert 100 <= len(grid.texts) <= most
    assert len(np.unique(grid.texts["key"])) == len(grid.texts)
    assert grid.texts.dtype.names == TEXT.names
    assert grid.cells.dtype.names == CELL.names
    for array in grid:
        assert array.flags.c_contiguous
        assert not array.flags.writeable


def test_a_pause_in_the_default_case_allows_several_releases() -> None:
    case = load_case("gaza-2023")
    release = [issue.name for issue in case.issues].index("release")
    pauses = case.grid.level[case.grid.texts["duration"] == 0]
    assert {case.issues[release].level_names[level] for level in pauses[:, release]} == {
        "none",
        "frail",
        "civilians",
    }
    assert set(case.grid.issues["kind"]) == set(range(len(ISSUES)))


def test_text_reaches_every_other_by_steps() -> None:
    for name in shipped_cases():
        grid = load_case(name).grid
        seen, found = {0}, [0]
        while found:
            fresh = set(neighbours_of(grid, found.pop())) - seen
            seen |= fresh
            found += fresh
        assert len(seen) == len(grid.texts), name
