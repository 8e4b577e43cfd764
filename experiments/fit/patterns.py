"""The patterns that the default case must reproduce, each with its denominator.

Every pattern is asked of a single run and is true, false, or, where the run says nothing about it,
missing. A run that a regional war ended before the weeks that a pattern is about says nothing about
it; a run in which a government fell or the war was over does not reproduce a stalemate. The rate of
a pattern is its share among the runs that say something. What is observed is in the case file
and its sources; nothing after 24 June 2024 is used.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ceasefire.agents.belligerent import ACCEPT
from ceasefire.model.case.case import Case
from ceasefire.model.engines.ensemble import Ensemble
from ceasefire.model.world.outcome import REGIONAL

Array = np.ndarray[Any, Any]

LAST_WEEK = 39
"""Runs go on to the end of the last window (National Unity leaves in week 35, give or take 3)."""

THREE_STAGES = {
    "duration": "phased",
    "release": "civilians",
    "prisoners": "ten",
    "withdrawal": "populated",
    "guarantee": "patron",
    "dissolution": "not-asked",
    "relief": "reconstruction",
}
"""A text in three stages that ends the war, as those of May 2024."""

PAUSE = {
    "duration": "pause",
    "release": "civilians",
    "prisoners": "three",
    "withdrawal": "none",
    "guarantee": "none",
    "dissolution": "not-asked",
    "relief": "aid",
}
"""A week's pause in which civilians are released."""

THREE_STAGES_WEEKS = (17, 30, 35)
PAUSE_WEEKS = (12, 20, 28, 36)
OVERLAP_WEEKS = (5, 12, 20, 28, 36)
"""November, then after it."""
AID_WEEK = 27
RAFAH_WEEK = 32
EARLY_WEEK = 9
PROBED = tuple(sorted({*THREE_STAGES_WEEKS, *PAUSE_WEEKS, *OVERLAP_WEEKS, AID_WEEK, RAFAH_WEEK}))

VOTES = {
    "brazil-october": -1,
    "resolution-2712": 0,
    "emirates-december": -1,
    "resolution-2720": 0,
    "algeria-february": -1,
    "resolution-2728": 0,
    "resolution-2735": 1,
}
"""Votes of the United States: -1 veto, 0 abstention, 1 yes."""


def text_of(case: Case, levels: Mapping[str, str]) -> int:
    """Return the text with the given levels of the issues.

    Raises:
        ValueError: If the grid has no such text.
    """
    wanted = [issue.level_names.index(levels[issue.name]) for issue in case.issues]
    found = np.flatnonzero((case.grid.level == np.array(wanted)).all(axis=1))
    if not len(found):
        raise ValueError(f"text {dict(levels)}: found none in the grid of {case.name}")
    return int(found[0])


@dataclass
class Probe:
    """What is seen of some runs: answers at certain weeks, and how they ended.

    Attributes:
        case: The case.
        records: Final records, by list (rows first).
        three_stages: Whether each side accepts the text in three stages (rows, weeks, sides).
        pause: Whether each side accepts a pause (rows, weeks, sides).
        overlap: Whether some text of the sample suits both (rows, weeks).
        aid: Aid that the second side's people get in the week after the condition, trucks a day.
        squeeze: Shortage of arms of the first side after the shipment is held, 0 to 1.
        nobody_left: Whether no party had left by the end of November.
    """

    case: Case
    records: Mapping[str, Array]
    three_stages: Array
    pause: Array
    overlap: Array
    aid: Array
    squeeze: Array
    nobody_left: Array
    going_on: Array = field(init=False)

    def __post_init__(self) -> None:
        """Work out until which week each run went on."""
        self.going_on = self.records["war"]["ended_week"]

    @property
    def rows(self) -> int:
        """How many runs."""
        return len(self.going_on)

    def says_something(self, week: float) -> Array:
        """Whether each run went on to a week, or ended otherwise than by a regional war."""
        return (self.going_on >= week) | (self.records["war"]["outcome"] != REGIONAL)

    def log(self, name: str) -> tuple[Array, Array]:
        """Return the log of truces or rounds, and which places of it are filled (rows, places)."""
        log = self.records[name]
        return log, np.arange(log.shape[1]) < self.records["talks"][name][:, np.newaxis]


def overlap_sample(case: Case, size: int = 24) -> Array:
    """Return texts spread evenly over the grid, without those that demand dissolution."""
    plain = np.flatnonzero((case.grid.dissolves == 0.0).all(axis=1))
    return plain[np.linspace(0, len(plain) - 1, size).astype(np.int64)]


def probe(
    case: Case, seeds: Array, settings: Mapping[str, Array], whole_grid: bool = False
) -> Probe:
    """Run and see what the patterns are about.

    Args:
        case: The case, with a horizon of ``LAST_WEEK`` weeks.
        seeds: Seed of each run.
        settings: Values that differ from run to run, by dotted name.
        whole_grid: Whether to look for overlap on all texts and not on a sample of them; takes
            fifty times the time.
    """
    ensemble = Ensemble(case, seeds, settings)
    records = ensemble.records
    named = [text_of(case, THREE_STAGES), text_of(case, PAUSE)]
    sample = overlap_sample(case)
    asked: dict[str, list[Array]] = {"three": [], "pause": [], "overlap": []}
    aid: Array = np.zeros(0)
    squeeze: Array = np.zeros(0)
    nobody_left: Array = np.zeros(0)
    for week in sorted({*PROBED, EARLY_WEEK}):
        ensemble.advance(week - ensemble.tick)
        if week == EARLY_WEEK:
            nobody_left = ~np.any(records["parties"]["left"], axis=1)
        if week == AID_WEEK:
            aid = records["belligerents"]["aid_now"][:, 1].copy()
        if week == RAFAH_WEEK:
            squeeze = records["belligerents"]["squeeze"][:, 0].copy()
        if week in (AID_WEEK, RAFAH_WEEK, EARLY_WEEK):
            continue
        texts = np.array([*named, *(sample if week in OVERLAP_WEEKS else ())])
        accepted = ensemble.answers(texts)["answer"] == ACCEPT
        if week in THREE_STAGES_WEEKS:
            asked["three"].append(accepted[:, 0])
        if week in PAUSE_WEEKS:
            asked["pause"].append(accepted[:, 1])
        if week in OVERLAP_WEEKS:
            met = accepted[:, 2:].all(axis=2).any(axis=1)
            asked["overlap"].append(ensemble.acceptance()["both"] > 0 if whole_grid else met)
    ensemble.run()
    three_stages, pause, overlap = (
        np.stack(asked[name], axis=1) for name in ("three", "pause", "overlap")
    )
    return Probe(case, records, three_stages, pause, overlap, aid, squeeze, nobody_left)


Answer = tuple[Array, Array]
"""Whether each run shows a pattern, and whether it says anything about it."""


def november_truce(seen: Probe) -> Answer:
    """P1. The truce of November.

    The first truce begins in weeks 5 to 8, lasts about a week (4 to 14 days) and returns 90 to 120
    captives for two to three prisoners each. Asked of runs that no regional war ends before week 9.
    """
    log, filled = seen.log("truces")
    first, has = log[:, 0], filled[:, 0]
    ratio = first["prisoners"] / np.maximum(1, first["released"])
    holds = has & (first["started"] >= 5) & (first["started"] < 9)
    holds &= (first["weeks"] > 0.5) & (first["weeks"] <= 2.0)
    holds &= (first["released"] >= 90) & (first["released"] <= 120)
    return holds & (ratio >= 2.0) & (ratio <= 3.0), seen.says_something(9)


def no_other_truce(seen: Probe) -> Answer:
    """P2. No other truce.

    None begins from week 9 to week 37, though four to seven rounds are held by then. Asked of runs
    that no regional war ends before week 37; one that ends otherwise before does not show it.
    """
    log, filled = seen.log("truces")
    later = (filled & (log["started"] >= 9) & (log["started"] <= 37)).any(axis=1)
    rounds, held = seen.log("rounds")
    number = (held & (rounds["started"] <= 37)).sum(axis=1)
    lasted = seen.going_on >= 37
    return ~later & (number >= 4) & (number <= 7) & lasted, seen.says_something(37)


def refused_end(seen: Probe) -> Answer:
    """P3. A text that ends the war: one side accepts, the other does not.

    In weeks 17, 30 and 35 Hamas accepts a text in three stages and Israel does not; and Israel says
    no in the open to what it refuses before week 33. Asked as P2, to week 35.
    """
    hamas, israel = seen.three_stages[..., 1], seen.three_stages[..., 0]
    rounds, held = seen.log("rounds")
    early = held & (rounds["ended"] >= 0) & (rounds["ended"] < 33)
    only_said = early & rounds["spoken_first"] & (rounds["answer_first"] != ACCEPT)
    holds = hamas.all(axis=1) & ~israel.any(axis=1) & ~only_said.any(axis=1)
    return holds & (seen.going_on >= 35), seen.says_something(35)


def pauses_taken(seen: Probe) -> Answer:
    """P4. Pauses would be taken, and ended.

    Israel would take a week's pause for civilians in at least three of weeks 12, 20, 28 and 36, and
    no truce was ended by Hamas alone. Asked as P2, to week 36.
    """
    log, filled = seen.log("truces")
    ended = filled & np.isin(log["cause"], (1, 2))
    resumed = ~(ended & (log["resumed_by"] == 1)).any(axis=1)
    holds = (seen.pause[..., 0].sum(axis=1) >= 3) & resumed & (seen.going_on >= 36)
    return holds, seen.says_something(36)


def overlap_gone(seen: Probe) -> Answer:
    """P5. The overlap of November is gone.

    Some text suits both in week 5 or a truce begins in weeks 5 to 8, and none suits both in at
    least three of weeks 12, 20, 28 and 36. Asked as P2, to week 36.
    """
    log, filled = seen.log("truces")
    began = (filled & (log["started"] >= 5) & (log["started"] < 9)).any(axis=1)
    early, later = seen.overlap[:, 0] | began, seen.overlap[:, 1:]
    holds = early & (later.sum(axis=1) <= 1) & (seen.going_on >= 36)
    return holds, seen.says_something(36)


def votes_cast(seen: Probe) -> Answer:
    """P6. From vetoes over abstentions to a yes.

    The United States votes as it did on at least six of seven resolutions, the last one among them,
    and ends with conditions carried out on a tenth of what it gives at most. Asked as P2, to week
    36.
    """
    names = seen.case.names["resolutions"]
    votes = seen.records["resolutions"]["vote"]
    right = [votes[:, names.index(name)] == vote for name, vote in VOTES.items()]
    consequences = seen.records["patrons"]["consequences"][:, 0]
    holds = (np.sum(right, axis=0) >= 6) & right[-1] & (consequences <= 0.1)
    return holds & (seen.going_on >= 36), seen.says_something(36)


def rival_leaves(seen: Probe) -> Answer:
    """P7. The rival partner leaves, and nobody else.

    No party has left by week 9; National Unity leaves in weeks 32 to 38 and no other party by then.
    Asked as P2, to week 38.
    """
    parties = seen.records["parties"]
    rival = seen.case.names["parties"].index("national-unity")
    week = parties["left_week"][:, rival]
    others = np.delete(parties["left"], rival, axis=1).any(axis=1)
    holds = seen.nobody_left & parties["left"][:, rival] & (week >= 32) & (week <= 38) & ~others
    return holds, seen.says_something(38)


def series_followed(seen: Probe) -> Answer:
    """P8. Deaths follow the series.

    In Gaza, by week 39, within 15 per cent of the series carried on at its last rate (37,626 by 24
    June 2024, and 56 a day), and of the captives 33 to 55. Asked of runs that go on to the end.
    """
    deaths = seen.records["belligerents"]["toll"][:, 1]
    dead = seen.records["captives"]["dead"].sum(axis=1)
    expected = 37626 + 56 * 7 * 2
    holds = (np.abs(deaths / expected - 1.0) <= 0.15) & (dead >= 33) & (dead <= 55)
    return holds, seen.going_on >= LAST_WEEK


def responsive(seen: Probe) -> Answer:
    """P10. Levers that move a little, and no more.

    After the explicit condition of week 25 at least eight trucks a day more come in than the 160 of
    March; and after the shipment held in week 30 the army is short of a fifth of its need at most,
    so that the operation in Rafah goes on, and the text that ends the war is still refused in week
    35. Asked of runs that go on to week 32.
    """
    more = seen.aid >= 168.0
    holds = more & (seen.squeeze <= 0.2) & ~seen.three_stages[:, -1, 0]
    return holds, seen.going_on >= RAFAH_WEEK


PATTERNS: dict[str, Callable[[Probe], Answer]] = {
    "P1": november_truce,
    "P2": no_other_truce,
    "P3": refused_end,
    "P4": pauses_taken,
    "P5": overlap_gone,
    "P6": votes_cast,
    "P7": rival_leaves,
    "P8": series_followed,
    "P10": responsive,
}
"""P9, the arithmetic of seats, is not a matter of chance: it is tested on the case itself."""


def shown(seen: Probe) -> tuple[Array, Array]:
    """Return whether each run shows each pattern, and says anything about it (rows, patterns)."""
    answers = [pattern(seen) for pattern in PATTERNS.values()]
    return np.stack([one[0] for one in answers], 1), np.stack([one[1] for one in answers], 1)
