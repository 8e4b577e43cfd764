"""What happened in a run and what is on record, as signs with the weeks they span."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ceasefire.viz.worlds.evidence import Evidence
from ceasefire.viz.worlds.moment import Moment


@dataclass(frozen=True)
class Sign:
    """Something that happened in some weeks of a run or of the record.

    Attributes:
        kind: What: round, truce, vote, exit, threat or event.
        start: When it began, in weeks since the start.
        end: When it ended.
        deal: Of a round: whether it ended in a deal; of an exit: whether a government fell.
        words: The same in words.
    """

    kind: str
    start: float
    end: float
    deal: bool
    words: str


def signs_of(moments: Sequence[Moment]) -> list[Sign]:
    """Gather rounds, truces, votes, exits and threats of a run."""
    found: list[Sign] = []
    step = step_of(moments)
    open_since: float | None = None
    truce_since: float | None = None
    before: Moment | None = None
    for moment in moments:
        week = moment.week
        if week < 0:
            continue
        if moment.negotiating and open_since is None:
            open_since = week
        if moment.round_ended and open_since is not None:
            how = "ends in a deal" if moment.signed else "fails"
            number = f" {moment.tabled.round}" if moment.tabled else ""
            words = f"Round{number} {how}"
            found.append(Sign("round", open_since, week + step, moment.signed, words))
            open_since = None
        if moment.phase > 0 and truce_since is None:
            truce_since = week + step
        if moment.phase == 0 and truce_since is not None:
            found.append(Sign("truce", truce_since, week + step, True, "Truce"))
            truce_since = None
        found += _votes(moment)
        if before is not None:
            found += _parties(before, moment)
        before = moment
    if moments:
        last = moments[-1].week + step
        if open_since is not None:
            found.append(Sign("round", open_since, last, False, "Round under way at the end"))
        if truce_since is not None:
            found.append(Sign("truce", truce_since, last, True, "Truce"))
    return found


def step_of(moments: Sequence[Moment]) -> float:
    """Return the length of a step in weeks."""
    return float(moments[0].case.records["war"]["step"][0]) if moments else 1.0


def _votes(moment: Moment) -> list[Sign]:
    return [
        Sign("vote", moment.week, moment.week, "not adopted" not in one.words, one.words)
        for one in moment.lines
        if one.topic == "council"
    ]


def _parties(before: Moment, now: Moment) -> list[Sign]:
    found = []
    for was, party in zip(before.parties, now.parties, strict=True):
        if party.left and not was.left:
            words = f"{party.label} leaves the government"
            found.append(Sign("exit", now.week, now.week, False, words))
        elif party.threatening and not was.threatening:
            words = f"{party.label} threatens to leave"
            found.append(Sign("threat", now.week, now.week, False, words))
    for side_was, side in zip(before.sides, now.sides, strict=True):
        if side.fallen and not side_was.fallen:
            words = f"The government of {side.label} falls"
            found.append(Sign("exit", now.week, now.week, True, words))
    return found


def recorded_signs(evidence: Evidence) -> list[Sign]:
    """Turn what is on record into signs."""
    return [
        Sign(
            one.kind,
            one.start,
            one.end,
            "no deal" not in one.note and "not taken up" not in one.note,
            f"{one.note} ({one.source})",
        )
        for one in evidence.marks
    ]


def _seen(moment: Moment) -> tuple[object, ...]:
    # A party's odds of leaving follow from what it tolerates, and are not shown until it threatens.
    parties = [replace(one, leave_odds=0.0) for one in moment.parties]
    return moment.sides, parties, moment.fronts, moment.tabled, moment.phase


def first_difference(moments: Sequence[Moment], beside: Sequence[Moment]) -> float | None:
    """Return the first week in which two runs of one world differ in what can be seen of them."""
    for one, other in zip(moments, beside, strict=False):
        if _seen(one) != _seen(other):
            return one.week
    if len(moments) != len(beside):
        return max(one.week for one in min(moments, beside, key=len))
    return None
