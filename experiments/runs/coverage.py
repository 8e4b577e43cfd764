"""Which runs of a design are stored, and which are missing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ceasefire.experiments.runs.blocks import Block, add_digests

LARGEST_BLOCK = 1000
"""Runs of one point that are stored together; fewer where fewer are missing."""

Covered = dict[int, list[tuple[int, int]]]
"""Which seeds are stored, by point: pairs of the first and the one after the last."""


@dataclass(frozen=True)
class Part:
    """One part of the results.

    Attributes:
        key: Digest of what decides its content, and its name.
        blocks: The runs it has.
        rows: Rows by table.
        digest: Digest of the content of its tables; see ``digest_of``.
        seconds: Time that its runs took.
        failed: Runs of its blocks that failed.
    """

    key: str
    blocks: tuple[Block, ...]
    rows: Mapping[str, int]
    digest: str
    seconds: float
    failed: int = 0

    @property
    def runs(self) -> int:
        """How many runs its blocks ask for, failed ones included."""
        return sum(block.runs for block in self.blocks)


@dataclass
class Found:
    """What a look at the parts found.

    Attributes:
        parts: Sound parts, each run in one of them.
        wrong: Folders that are no parts of these results, each with the reason.
        twice: Folders with runs that are in another part as well, each with that part.
    """

    parts: list[Part] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)
    twice: dict[str, str] = field(default_factory=dict)


def counts(parts: Sequence[Part]) -> dict[str, Any]:
    """Return what the manifest says of parts: how many, of how many runs, with what content."""
    return {
        "runs": sum(part.rows.get("runs", 0) for part in parts),
        "failed": sum(part.failed for part in parts),
        "parts": len(parts),
        "content_digest": add_digests(part.digest for part in parts),
    }


def coverage(parts: Sequence[Part]) -> Covered:
    """Return which seeds are stored."""
    covered: Covered = {}
    for part in parts:
        for block in part.blocks:
            add_cover(covered, block)
    return covered


def add_cover(covered: Covered, block: Block) -> None:
    """Add the seeds of a block."""
    covered.setdefault(block.point, []).append((block.first, block.first + block.runs))


def overlaps(parts: Iterable[tuple[str, Part]]) -> Iterator[tuple[str, str, int]]:
    """Yield pairs of parts that hold the same runs, as their names and the point.

    Args:
        parts: Each with the name it is to be called by.
    """
    taken = sorted(
        (block.point, block.first, block.first + block.runs, name)
        for name, part in parts
        for block in part.blocks
    )
    last: tuple[int, int, str] = (-1, 0, "")
    for point, first, end, name in taken:
        if point == last[0] and first < last[1]:
            yield last[2], name, point
        if point != last[0] or end > last[1]:
            last = point, end, name


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
