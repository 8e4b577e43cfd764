"""Why it is stuck, without a change and with it: how often constraints bind in failed rounds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ceasefire.experiments.statistics.shares import Share
from ceasefire.experiments.why.found import key_of
from ceasefire.experiments.why.why import Runs
from ceasefire.model.case.case import Case
from ceasefire.model.certificate.certificate import Certificate
from ceasefire.model.certificate.constraints import MEMBERS

SHOWN = 8
"""Constraints that are shown, the most frequent first."""


@dataclass(frozen=True)
class Binding:
    """How often one constraint binds.

    Attributes:
        key: The constraint (``ceasefire.experiments.why.found.key_of``).
        before: Share of the failed rounds of the baseline, with an interval over runs.
        after: The same with the change.
    """

    key: str
    before: Share
    after: Share


@dataclass(frozen=True)
class Stuck:
    """How often constraints bind.

    Attributes:
        before_rounds: Failed rounds of the baseline that were looked into.
        after_rounds: The same with the change.
        rows: The constraints that bind most often in either.
    """

    before_rounds: int
    after_rounds: int
    rows: tuple[Binding, ...]


def stuck_of(before: Sequence[Certificate], after: Sequence[Certificate], case: Case) -> Stuck:
    """Return how often constraints bind in two samples of failed rounds.

    Args:
        before: Certificates of the baseline.
        after: Certificates of the same runs with the change.
        case: The case.
    """
    first, second = _shares(before), _shares(after)
    order = sorted(range(MEMBERS + 1), key=lambda m: -max(first[m].share, second[m].share))
    return Stuck(
        len(before),
        len(after),
        tuple(
            Binding(key_of(m, case), first[m], second[m])
            for m in order[:SHOWN]
            if first[m].count or second[m].count
        ),
    )


def _shares(certificates: Sequence[Certificate]) -> list[Share]:
    if not certificates:
        return [Share(0, 0, 0.0, 0.0, 1.0)] * (MEMBERS + 1)
    binds = np.zeros((len(certificates), MEMBERS + 1), dtype=bool)
    for i, one in enumerate(certificates):
        binds[i, list(one.binding)] = True
    return Runs(np.array([one.seed for one in certificates], dtype=np.int64)).shares(binds)
