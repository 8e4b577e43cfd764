"""Certificates put to the test: the same seeds again, relaxed by what the certificates say."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ceasefire.agents.belligerent import ACCEPT
from ceasefire.experiments.statistics.shares import Share, share_of
from ceasefire.model.case.case import Case
from ceasefire.model.certificate.certificate import Certificate, MinimalSet
from ceasefire.model.engines.compiled import RELAXATION
from ceasefire.model.engines.ensemble import Ensemble
from ceasefire.model.world.outcome import END_STATES

Array = np.ndarray[Any, Any]

SAMPLE = 500
"""Rounds that are put to the test at most."""


@dataclass(frozen=True)
class Rerun:
    """What became of one round, and of its run, once the smallest set was relaxed.

    Attributes:
        seed: Seed of the run.
        round: Number of the round.
        relaxed: Members that were relaxed.
        share: By which share of their ranges.
        accepted: With the certified text tabled in that round: whether both accepted it.
        ended_week: How long the run then lasted, in weeks.
        end_state: How the run then ended.
        signed: Relaxed from the round's beginning, mediator unaided: whether the round, or one
            called in its place that week, ended in a deal.
        unaided_week: How long the run then lasted, in weeks.
        unaided_end: How the run then ended.
        before_week: How long it lasted as it was.
        before: How it ended as it was.
    """

    seed: int
    round: int
    relaxed: tuple[int, ...]
    share: float
    accepted: bool
    ended_week: float
    end_state: str
    signed: bool
    unaided_week: float
    unaided_end: str
    before_week: float
    before: str


@dataclass(frozen=True, kw_only=True)
class Check:
    """Certificates of a random sample of rounds, put to the test.

    Attributes:
        rounds: Rounds tested.
        accepted: With the certified text tabled: share in which both accepted it.
        run_changed: Share in which the run then ended in another way.
        ends: How these runs then ended.
        signed: Relaxed from the round's beginning, mediator unaided: share in which it ended in a
            deal.
        unaided_changed: Share in which the run then ended in another way.
        unaided_ends: How these runs then ended.
        before: How they had ended as they were.
    """

    rounds: int
    accepted: Share
    run_changed: Share
    ends: dict[str, int]
    signed: Share
    unaided_changed: Share
    unaided_ends: dict[str, int]
    before: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain numbers and words."""
        return asdict(self)


def sample_of(certificates: Sequence[Certificate], most: int = SAMPLE) -> list[Certificate]:
    """Draw a random sample of rounds that some set opens."""
    opened = [one for one in certificates if one.sets]
    if len(opened) <= most:
        return opened
    drawn = np.random.default_rng(2).choice(len(opened), most, replace=False)
    return [opened[i] for i in sorted(drawn.tolist())]


def rerun(
    case: Case, certificates: Sequence[Certificate], settings: Mapping[str, Array] | None = None
) -> list[Rerun]:
    """Run the seeds of some rounds again, each with its first minimal set relaxed.

    Args:
        case: The case that was run.
        certificates: Certificates of rounds that some set opens.
        settings: Values that differ from run to run, by dotted name: one for each round.
    """
    if not certificates:
        return []
    seeds = [one.seed for one in certificates]
    first = [one.sets[0] for one in certificates]
    plain = Ensemble(case, seeds, settings).run().records
    rows = np.arange(len(certificates))
    places = np.array([one.round - 1 for one in certificates], dtype=np.int64)
    began = plain["rounds"][rows, places]["started"]
    step = float(case.records["war"]["step"][0])
    ticks = np.array([one.tick for one in certificates], dtype=np.int64)
    tabling = relaxations_of(first, ticks, aided=True)
    unaiding = relaxations_of(first, np.rint(began / step), aided=False)
    tabled = Ensemble(case, seeds, settings, relaxations=tabling).run().records
    unaided = Ensemble(case, seeds, settings, relaxations=unaiding).run().records
    logs = tabled["rounds"][rows, places]
    accepted = logs["signed"] & (logs["answer_first"] == ACCEPT)
    accepted &= logs["answer_second"] == ACCEPT
    accepted &= logs["text"] == np.array([one.text for one in first], dtype=np.int64)
    later = unaided["rounds"][rows, places]
    signed = later["signed"] & (later["started"] == began)
    return [
        Rerun(
            one.seed,
            one.round,
            first[i].members,
            first[i].share,
            bool(accepted[i]),
            *_ending(tabled, i),
            bool(signed[i]),
            *_ending(unaided, i),
            *_ending(plain, i),
        )
        for i, one in enumerate(certificates)
    ]


def relaxations_of(sets: Sequence[MinimalSet], ticks: Array, aided: bool) -> Array:
    """Relax one set in each row, by its amount (``engine.RELAXATION``).

    Args:
        sets: The sets.
        ticks: In which step of each row.
        aided: Whether the certified text is tabled that week; otherwise the mediator goes on.
    """
    relaxations = np.zeros(len(sets), dtype=RELAXATION)
    relaxations["tick"] = ticks
    relaxations["members"] = [one.bits for one in sets]
    relaxations["share"] = [one.share for one in sets]
    relaxations["text"] = [one.text for one in sets] if aided else -1
    return relaxations


def _ending(records: dict[str, Array], row: int) -> tuple[float, str]:
    war = records["war"][row]
    return float(war["ended_week"]), END_STATES[int(war["outcome"])]


def check_of(reruns: Sequence[Rerun]) -> Check:
    """Sum up what became of rounds and runs once the smallest sets were relaxed."""
    count = len(reruns)

    def share(hits: Sequence[bool]) -> Share:
        return share_of(sum(hits), count)

    def ends(names: Sequence[str]) -> dict[str, int]:
        return {state: names.count(state) for state in END_STATES if state in names}

    return Check(
        rounds=count,
        accepted=share([one.accepted for one in reruns]),
        run_changed=share([one.end_state != one.before for one in reruns]),
        ends=ends([one.end_state for one in reruns]),
        signed=share([one.signed for one in reruns]),
        unaided_changed=share([one.unaided_end != one.before for one in reruns]),
        unaided_ends=ends([one.unaided_end for one in reruns]),
        before=ends([one.before for one in reruns]),
    )
