"""Certifying failed rounds with the compiled search."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from ceasefire.agents.belligerent import REFUSE
from ceasefire.agents.kinds import COLLECTIONS, LOGS
from ceasefire.model.case.case import Case
from ceasefire.model.certificate.amounts import ranges_of
from ceasefire.model.certificate.bench import bench_for
from ceasefire.model.certificate.certificate import Certificate, MinimalSet
from ceasefire.model.certificate.constraints import MEMBERS
from ceasefire.model.certificate.frozen import KEPT
from ceasefire.model.certificate.room import SHARES, room_to_search
from ceasefire.model.engines.compiled import search
from ceasefire.model.records import empty_log, scratch
from ceasefire.model.view import View


class Certifier:
    """Certifies rounds of one case.

    Args:
        case: The case.
    """

    def __init__(self, case: Case) -> None:
        self._case = case
        self._bench = bench_for(case)
        self._room = room_to_search(case, self._bench)
        self._rest = {"influence": case.influence, "grid": case.grid.plain(), **scratch(case)}

    def certify(self, frozen: Any) -> Iterator[Certificate]:
        """Certify rounds that failed, one after the other.

        Args:
            frozen: The worlds just after the answers (``Frozen``): records shaped (worlds,) or
                (worlds, actors).

        Yields:
            The certificate of each.
        """
        room, count = self._room, len(frozen.war)
        # No answer depends on these.
        idle = {name: self._case.records[name] for name in COLLECTIONS if name not in KEPT}
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
