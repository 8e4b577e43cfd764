"""Why talks are stuck, over an ensemble: which constraints bind, and what would have to change.

Made of certificates (``model.certificate``), one for every failed round, or for a random share of
them. The rounds of one run resemble each other: intervals come from drawing whole runs anew.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ceasefire.experiments.statistics.shares import Share, wilson
from ceasefire.experiments.why.found import (
    NONE_OF_THESE,
    Flip,
    SetShare,
    Split,
    Stretch,
    Why,
    key_of,
)
from ceasefire.model.case.case import Case
from ceasefire.model.certificate.amounts import amount_of
from ceasefire.model.certificate.certificate import Certificate
from ceasefire.model.certificate.constraints import (
    INFORMATION_MEMBER,
    KINDS,
    MEMBERS,
    constraint_of,
    touches,
)
from ceasefire.model.certificate.room import ORDERS

Array = np.ndarray[Any, Any]

DRAWS = 1000
"""How often runs are drawn anew for an interval."""

BINS = 6
"""Stretches of weeks in which rounds are shown."""

MOST_SETS = 10
"""Sets that are kept, the commonest first."""


class Runs:
    """Rounds by run, to draw whole runs anew for intervals (a cluster bootstrap).

    Args:
        seeds: Seed of the run of each round.
    """

    def __init__(self, seeds: Array) -> None:
        self.seeds = seeds
        _, self._place = np.unique(seeds, return_inverse=True)
        self.count = int(self._place.max()) + 1 if len(seeds) else 0

    def shares(self, kinds: Array, among: Array | None = None) -> list[Share]:
        """Return how large a share of rounds each kind is.

        Args:
            kinds: Whether each round is of each kind (rounds, kinds).
            among: Which rounds count; all without it.
        """
        kept = np.ones(len(kinds), dtype=bool) if among is None else among
        counts = kinds[kept].sum(axis=0)
        means, low, high = self.means(kinds, kept)
        runs = len(np.unique(self.seeds[kept]))
        of = int(kept.sum())
        found = []
        for k, share in enumerate(means.tolist()):
            ends = float(low[k]), float(high[k])
            if share in (0.0, 1.0):
                # Runs drawn anew are all alike then: as many independent runs leave this open.
                ends = wilson(share, runs)
            found.append(Share(int(counts[k]), of, share, *ends))
        return found

    def means(self, values: Array, among: Array) -> tuple[Array, Array, Array]:
        """Return the mean over rounds of some columns, and the ends of its 95 % interval."""
        sums = np.zeros((self.count, values.shape[1]))
        np.add.at(sums, self._place[among], values[among].astype(float))
        sizes = np.bincount(self._place[among], minlength=self.count).astype(float)
        if not among.any():
            nothing = np.zeros(values.shape[1])
            return nothing, nothing, nothing
        # A generator of its own, with the same seed: intervals are the same every time.
        draw = np.random.default_rng(1)
        drawn = []
        for _ in range(DRAWS):
            weights = np.bincount(draw.integers(0, self.count, self.count), minlength=self.count)
            of = float(weights @ sizes)
            if of > 0.0:
                drawn.append(weights @ sums / of)
        low, high = np.quantile(np.array(drawn), [0.025, 0.975], axis=0)
        return sums.sum(axis=0) / sizes.sum(), low, high


def why_of(
    case: Case,
    certificates: Sequence[Certificate],
    runs: int,
    first_seed: int = 0,
    certified: float = 1.0,
) -> Why:
    """Say why the talks of an ensemble are stuck.

    Args:
        case: The case that was run.
        certificates: Certificates of its failed rounds.
        runs: Number of runs.
        first_seed: Seed of the first.
        certified: Share of failed rounds that were certified.
    """
    by_run = Runs(np.array([one.seed for one in certificates], dtype=np.int64))
    binding = np.zeros((len(certificates), MEMBERS + 1), dtype=bool)
    for i, one in enumerate(certificates):
        binding[i, list(one.binding)] = True
    least = np.array([_least(one) for one in certificates], dtype=np.int64)
    sizes = by_run.shares(least[:, np.newaxis] == np.arange(-1, 4))
    return Why(
        case=case.name,
        title=case.title,
        digest=case.digest,
        runs=runs,
        first_seed=first_seed,
        certified=certified,
        rounds=len(certificates),
        runs_with_rounds=by_run.count,
        acceptable=sizes[1],
        unopened=sizes[0],
        smallest={size: sizes[size + 1] for size in (1, 2, 3)},
        binding=_ranked(binding, by_run, case),
        sets=_sets(certificates, by_run, case),
        weeks=_by_week(certificates, binding, by_run, case),
        split=_split(certificates, by_run, case),
        flips=_flips(certificates, by_run, case),
    )


def _least(one: Certificate) -> int:
    """Return the size of the smallest sets: 0 if a text was acceptable, -1 if none opens."""
    if one.both > 0:
        return 0
    return len(one.sets[0].members) if one.sets else -1


def smallest_sets(one: Certificate) -> Iterable[Any]:
    """Return the minimal sets that are as small as the smallest."""
    return [found for found in one.sets if len(found.members) == len(one.sets[0].members)]


def _ranked(kinds: Array, by_run: Runs, case: Case, among: Array | None = None) -> dict[str, Share]:
    shares = by_run.shares(kinds, among)
    order = sorted(range(len(shares)), key=lambda m: -shares[m].share)
    return {key_of(m, case): shares[m] for m in order if shares[m].count}


def _sets(certificates: Sequence[Certificate], by_run: Runs, case: Case) -> tuple[SetShare, ...]:
    counts: Counter[tuple[int, ...]] = Counter(
        found.members for one in certificates for found in smallest_sets(one)
    )
    common = [members for members, _ in counts.most_common(MOST_SETS)]
    place = {members: i for i, members in enumerate(common)}
    among = np.zeros((len(certificates), len(common)), dtype=bool)
    shares: list[list[float]] = [[] for _ in common]
    amounts: list[list[list[float]]] = [[] for _ in common]
    for i, one in enumerate(certificates):
        for found in smallest_sets(one):
            if found.members in place:
                k = place[found.members]
                among[i, k] = True
                shares[k].append(found.share)
                amounts[k].append([amount_of(m, found.share, one.ranges) for m in found.members])
    found = [
        SetShare(
            members,
            tuple(key_of(m, case) for m in members),
            share,
            float(np.median(shares[k])),
            tuple(np.median(amounts[k], axis=0).tolist()),
        )
        for k, (members, share) in enumerate(zip(common, by_run.shares(among), strict=True))
    ]
    # Of sets that are equally common, that which asks for less comes first.
    return tuple(sorted(found, key=lambda one: (-one.rounds.count, one.share)))


def _by_week(
    certificates: Sequence[Certificate], binding: Array, by_run: Runs, case: Case
) -> tuple[Stretch, ...]:
    weeks = np.array([one.week for one in certificates])
    horizon = float(case.settings["war.horizon"].value)
    width = max(1.0, float(np.ceil(horizon / BINS)))
    found = []
    for start in np.arange(0.0, horizon, width).tolist():
        among = (weeks >= start) & (weeks < start + width)
        if among.any():
            shares = _ranked(binding, by_run, case, among)
            until = min(start + width, horizon)
            found.append(Stretch(start, until, int(among.sum()), shares))
    return tuple(found)


def _split(certificates: Sequence[Certificate], by_run: Runs, case: Case) -> dict[str, Split]:
    """Split the deadlock: the mean over rounds of which constraint opens them, by random orders."""
    none = MEMBERS + 1
    parts = np.zeros((ORDERS, len(certificates), MEMBERS + 2))
    for i, one in enumerate(certificates):
        for order, pivot in enumerate(one.pivots):
            parts[order, i, INFORMATION_MEMBER if one.both else (none if pivot < 0 else pivot)] = 1
    means, low, high = by_run.means(parts.mean(axis=0), np.ones(len(certificates), dtype=bool))
    # Orders are drawn independently, so their scatter within rounds tells the error of the mean.
    scatter = parts.var(axis=0, ddof=1).sum(axis=0) / ORDERS
    error = 1.96 * np.sqrt(scatter) / max(1, len(certificates))
    keys = [*(key_of(m, case) for m in range(MEMBERS + 1)), NONE_OF_THESE]
    ranked = sorted(range(len(keys)), key=lambda m: -means[m])
    return {
        keys[m]: Split(float(means[m]), float(low[m]), float(high[m]), float(error[m]))
        for m in ranked
        if means[m] > 0.0
    }


def _flips(certificates: Sequence[Certificate], by_run: Runs, case: Case) -> dict[str, Flip]:
    refused = np.array([one.refused for one in certificates], dtype=bool).reshape(-1, 2)
    flips = np.array([one.flips for one in certificates]).reshape(-1, 2, MEMBERS)
    found = {}
    for s, side in enumerate(case.names["belligerents"]):
        turned = ~np.isnan(flips[:, s])
        shares = by_run.shares(turned, refused[:, s])
        for member in range(MEMBERS):
            if not touches(member, s) or not shares[member].count:
                continue
            rounds = np.flatnonzero(turned[:, member]).tolist()
            needed = flips[rounds, s, member].tolist()
            amounts = [
                amount_of(member, share, certificates[i].ranges)
                for i, share in zip(rounds, needed, strict=True)
            ]
            constraint, one_sided = constraint_of(member)
            key = key_of(member, case)
            found[key if one_sided >= 0 else f"{key} ({side})"] = Flip(
                side,
                shares[member],
                float(np.median(needed)),
                float(np.median(amounts)),
                KINDS[constraint].unit,
            )
    return dict(sorted(found.items(), key=lambda pair: -pair[1].enough.share))
