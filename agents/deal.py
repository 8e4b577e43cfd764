"""The text on the table: a point on a small grid of issues."""

from collections import namedtuple
from typing import Any, NamedTuple

import numpy as np

from ceasefire.agents.rules import FLOAT

DURATION, RELEASE, PRISONERS, WITHDRAWAL, GUARANTEE, DISSOLUTION, RELIEF = range(7)
ISSUES = ("duration", "release", "prisoners", "withdrawal", "guarantee", "dissolution", "relief")

AMOUNTS: dict[str, tuple[str, ...]] = {
    "duration": ("weeks", "weeks_second", "ends", "turning"),
    "release": ("frail", "civilian", "soldier"),
    "prisoners": ("frail", "civilian", "soldier"),
    "withdrawal": ("first", "second"),
    "guarantee": ("strength",),
    "dissolution": ("demand",),
    "relief": ("aid", "reconstruction"),
}
"""What each level of an issue says, by kind of issue:

- duration: length of phase one and of phase two (weeks), whether the text promises an end of
  the war (0 or 1), and how likely its wording makes an end if both mean well (probability);
- release: share of each category that is returned in phase one;
- prisoners: freed for each captive of each category;
- withdrawal: share of the ground left in phase one, and by the end of phase two;
- guarantee: strength with which those who sign stand behind it;
- dissolution: 0 not asked, up to 1 required of the giver;
- relief: aid during phase one (trucks a day) and reconstruction after it (share).

Two more numbers stand in every level: ``concession``, how far it is from the giver's declared
aims (of every side, where an issue has no giver), and ``gain``, how far it meets the receiver's.
"""


TEXT = np.dtype(
    [
        ("duration", np.int64),
        ("guarantee", np.int64),
        ("ends", FLOAT),
        ("weeks", FLOAT),
        ("weeks_second", FLOAT),
        ("first_neighbour", np.int64),
        ("neighbours", np.int64),
        ("fresh", np.int64),
        ("block_end", np.int64),
        ("key", np.int64),
    ]
)
"""What is kept of each text: level of its duration and guarantee; 1.0 if it promises an end of
the war; length of its phases; where its neighbours stand in ``Grid.neighbour`` and how many they
are; the first column of ``Grid.cell`` in which it differs from the text before; the next text with
another duration or guarantee; a stable number made from its issues' names and levels."""

ISSUE = np.dtype(
    [("kind", np.int64), ("giver", np.int64), ("receiver", np.int64), ("release", np.int64)]
)
"""What is kept of each issue: its kind (``ISSUES``); the side that gives and the side that
receives, -1 if both or neither; for prisoners the release that they are paid for, else -1."""

CELL = np.dtype([("issue", np.int64), ("level", np.int64), ("release", np.int64)])
"""A level of an issue; for prisoners together with a level of the release."""

DURATION_LEVEL = np.dtype([("weeks", FLOAT), ("ends", FLOAT), ("turning", FLOAT)])
GUARANTEE_LEVEL = np.dtype([("strength", FLOAT), ("kind", np.int64)])


def rows(array: Any) -> list[Any]:
    """Return an array of records as a list of named tuples, whose numbers are Python's own."""
    row = namedtuple("row", array.dtype.names)  # type: ignore[misc]  # names known at run time
    return [row(*values) for values in array.tolist()]


class Grid(NamedTuple):
    """The texts that can be tabled: arrays shared by all worlds, read-only.

    Attributes:
        texts: What is kept of each text (``TEXT``).
        issues: What is kept of each issue (``ISSUE``).
        cells: What is kept of each cell (``CELL``).
        durations: Levels of the duration (``DURATION_LEVEL``).
        guarantees: Levels of the guarantee, with the kind of guarantor each asks for
            (``GUARANTEE_LEVEL``).
        level: Level of each issue in each text (texts, issues).
        cell: Cell that each issue of each text falls into (texts, issues); the columns begin with
            duration and guarantee, so that texts that follow each other differ late.
        amount: Numbers of each level (issues, levels, 4), as in ``AMOUNTS``.
        concession: Distance of each text from each side's declared aims (texts, sides).
        dissolves: How far each text demands each side's dissolution (texts, sides).
        neighbour: Texts one level of one issue away, text by text.
    """

    texts: Any
    issues: Any
    cells: Any
    durations: Any
    guarantees: Any
    level: Any
    cell: Any
    amount: Any
    concession: Any
    dissolves: Any
    neighbour: Any

    def plain(self) -> "Grid":
        """Return the grid as the compiled engine reads it."""
        return Grid(
            *(
                a.view(np.dtype((np.void, a.dtype)), np.ndarray) if a.dtype.names else a
                for a in self
            )
        )


class ReadableGrid(Grid):
    """The grid as the Mesa engine reads it: lists of records whose numbers are Python's own.

    Attributes:
        arrays: The same grid as the compiled engine reads it.
    """

    arrays: Grid

    @classmethod
    def of(cls, grid: Grid) -> "ReadableGrid":
        """Make one from a grid of arrays."""
        readable = cls(*(rows(a) if a.dtype.names else a for a in grid))
        readable.arrays = grid.plain()
        return readable
