"""Why a round failed: which constraints, relaxed, would have made some text acceptable to both.

The search is exact on the grid of texts, with history up to the answers of that week frozen. A set
of constraints opens the round if, with every member relaxed to the end of its range, some text is
accepted by both. Minimal sets are those of which no part does; they have up to three members. The
amount is the smallest common share of the members' ranges, in 64ths and found by halving, at which
one of those texts is accepted by both. As a rule whatever does at one share does at all larger
ones, so that it is the smallest. Where it does not (a side that regrets less may come to sign in
order to resume), what is found does, and a 64th less does not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.belligerent import REFUSE
from model.amounts import ranges_of
from model.bench import bench_for
from model.constraints import INFORMATION_MEMBER, MEMBERS
from model.engine import search
from model.frozen import Frozen
from model.openings import SHARES, room_to_search
from model.world import LOGS, View, empty_log, scratch

if TYPE_CHECKING:
    from model.scenario import Case

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class MinimalSet:
    """Constraints that open a round together, and no part of which does.

    Attributes:
        members: The members (``constraints.member_of``), ascending.
        share: Smallest common share of their ranges, 0 to 1.
        text: A text that both then accept.
    """

    members: tuple[int, ...]
    share: float
    text: int

    @property
    def bits(self) -> int:
        """The members as bits."""
        return sum(1 << member for member in self.members)


@dataclass(frozen=True)
class Certificate:
    """Why one round failed.

    Attributes:
        seed: Seed of the run.
        round: Number of the round in the run, from 1.
        tick: Step of its last answers.
        week: The same in weeks.
        text: The last text tabled.
        refused: Whether each side refused it.
        accepted: How many texts each side would have accepted.
        both: How many both would.
        sets: Minimal sets, the smallest first, then by share; none if a text was acceptable.
        flips: For each side that refused, the share by which each member alone must be relaxed for
            it to accept the last text; NaN where that does not do (sides, members).
        pivots: The member that opened the round in each random order of relaxing all of them
            (Shapley and Shubik 1954); -1 if it stayed closed.
        ranges: How far each member could be relaxed, in its own unit (a row of
            ``amounts.ranges_of``).
    """

    seed: int
    round: int
    tick: int
    week: float
    text: int
    refused: tuple[bool, bool]
    accepted: tuple[int, int]
    both: int
    sets: tuple[MinimalSet, ...]
    flips: Array
    pivots: tuple[int, ...]
    ranges: Array

    @property
    def binding(self) -> frozenset[int]:
        """Members of the smallest sets; the mediator's information where a text was acceptable."""
        if self.both > 0:
            return frozenset({INFORMATION_MEMBER})
        if not self.sets:
            return frozenset()
        least = len(self.sets[0].members)
        return frozenset(m for one in self.sets if len(one.members) == least for m in one.members)


class Certifier:
    """Certifies rounds of one case.

    Args:
        case: The case.
    """

    def __init__(self, case: "Case") -> None:
        self._case = case
        self._bench = bench_for(case)
        self._room = room_to_search(case, self._bench)
        self._rest = {"influence": case.influence, "grid": case.grid.plain(), **scratch(case)}

    def certify(self, frozen: Frozen) -> Iterator[Certificate]:
        """Certify rounds that failed, one after the other.

        Args:
            frozen: The worlds just after the answers: records shaped (worlds,) or (worlds, actors).

        Yields:
            The certificate of each.
        """
        room, count = self._room, len(frozen.war)
        # No answer depends on these.
        idle = {name: self._case.records[name] for name in ("fronts", "drafts")}
        idle |= {name: empty_log(kind, 1) for name, kind in LOGS.items()}
        several = {name: np.repeat(one[np.newaxis], count, axis=0) for name, one in idle.items()}
        worlds = View(**frozen._asdict(), **several, **self._rest)
        ranges = ranges_of(frozen, self._bench.limits)
        refused = (frozen.belligerents["answer"] == REFUSE).tolist()
        for row in range(count):
            search(worlds, row, self._bench, room)
            war, talks = frozen.war[row], frozen.talks[row]
            first, second, both = room.accepted.tolist()
            yield Certificate(
                seed=int(war["seed"]),
                round=int(talks["rounds"]),
                tick=int(war["tick"]),
                week=float(war["week"]),
                text=int(talks["text"]),
                refused=(refused[row][0], refused[row][1]),
                accepted=(first, second),
                both=both,
                sets=self._sets(),
                flips=np.where(room.flips > 0, room.flips / SHARES, np.nan),
                pivots=tuple(room.pivots.tolist()),
                ranges=ranges[row],
            )

    def _sets(self) -> tuple[MinimalSet, ...]:
        """Return the sets that were found, the smallest first, then by share."""
        room = self._room
        count = int(room.sets[0])
        found = zip(
            map(members_of, room.sets[1 : count + 1].tolist()),
            (room.amounts[:count] / SHARES).tolist(),
            room.texts[:count].tolist(),
            strict=True,
        )
        ordered = sorted(found, key=lambda one: (len(one[0]), one[1], one[0]))
        return tuple(MinimalSet(*one) for one in ordered)


@lru_cache(maxsize=8192)
def members_of(bits: int) -> tuple[int, ...]:
    """Return the members of a set given as bits, ascending."""
    return tuple(member for member in range(MEMBERS) if bits >> member & 1)
