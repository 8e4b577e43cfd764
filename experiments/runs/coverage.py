"""Which runs of a design are stored, and which are missing."""

from collections.abc import Iterator, Sequence

from ceasefire.experiments.runs.results import Block, Part

LARGEST_BLOCK = 1000
"""Runs of one point that are stored together; fewer where fewer are missing."""


def part_runs(part: Part) -> int:
    """Return how many runs the blocks of a part ask for, failed ones included."""
    return sum(block.runs for block in part.blocks)


def coverage(parts: Sequence[Part]) -> dict[int, list[tuple[int, int]]]:
    """Return which seeds are stored, by point: pairs of the first and the one after the last."""
    covered: dict[int, list[tuple[int, int]]] = {}
    for part in parts:
        for block in part.blocks:
            add_cover(covered, block)
    return covered


def add_cover(covered: dict[int, list[tuple[int, int]]], block: Block) -> None:
    """Add the seeds of a block."""
    covered.setdefault(block.point, []).append((block.first, block.first + block.runs))


def missing(point: int, first: int, runs: int, covered: Sequence[tuple[int, int]]) -> list[Block]:
    """Return the blocks that are missing of a point's runs."""
    blocks: list[Block] = []
    at, end = first, first + runs

    def fill(until: int) -> Iterator[Block]:
        for begun in range(at, until, LARGEST_BLOCK):
            yield Block(point, begun, min(LARGEST_BLOCK, until - begun))

    for low, high in sorted(covered):
        if low > at:
            blocks += fill(min(low, end))
        at = max(at, min(high, end))
    if at < end:
        blocks += fill(end)
    return blocks
