"""What a fit says, and what it does not: posteriors beside priors, and what hangs on the priors."""

from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.design.parameter_sets import Prior
from ceasefire.experiments.fit.patterns import THREE_STAGES, text_of
from ceasefire.model.case.case import Case
from ceasefire.model.engines.ensemble import Ensemble
from ceasefire.model.world.outcome import PERMANENT

Array = np.ndarray[Any, Any]

MIDDLE = 0.9
"""Share of a distribution that an interval holds."""

IDENTIFIED, NOT_IDENTIFIED = 0.6, 0.85
"""Posterior width, as a share of the prior's, below which a number counts as identified by the
patterns, and above which it does not."""

LEVER_WEEK = 33
LOOK_WEEK = 37
LEVERS: dict[str, dict[str, float]] = {
    "arms withheld, three quarters": {"patronage.usa-israel.withheld": 0.75},
    "conditions on all channels, believed": {
        "patronage.usa-israel.condition_diplomatic": 0.6,
        "patronage.usa-israel.condition_economic": 0.6,
        "patronage.usa-israel.condition_arms": 0.6,
        "patronage.usa-israel.believed_resolve": 0.9,
        "patronage.usa-israel.learning": 0.0,
    },
    "no precondition": {"belligerent.israel.precondition": 0.0},
}
"""What is changed from ``LEVER_WEEK`` on, to see what answers hang on."""


def posterior(priors: list[Prior], sets: pd.DataFrame) -> pd.DataFrame:
    """Set posteriors beside priors.

    Args:
        priors: The priors.
        sets: The sets that fit, one column for each dotted name.

    Returns:
        One row for each prior (``name``): the middle nine tenths of the prior and of the posterior,
        the posterior's median, its width as a share of the prior's, and whether the patterns
        identify the number ("yes", "in part", "no").
    """
    rows = []
    edge = (1.0 - MIDDLE) / 2.0
    for prior in priors:
        shares = prior.share(sets[prior.name].to_numpy())
        low, middle, high = np.quantile(shares, [edge, 0.5, 1.0 - edge])
        width = (high - low) / MIDDLE
        ends = prior.value(np.array([edge, 1.0 - edge, low, middle, high]))
        rows.append(
            {
                "name": prior.name,
                "prior_low": ends[0],
                "prior_high": ends[1],
                "low": ends[2],
                "median": ends[3],
                "high": ends[4],
                "width": width,
                "identified": (
                    "yes" if width < IDENTIFIED else "no" if width > NOT_IDENTIFIED else "in part"
                ),
                "reluctance": prior.reluctance,
            }
        )
    return pd.DataFrame(rows).set_index("name")


def lever_responses(
    case: Case, sets: pd.DataFrame, runs: int = 40, first_seed: int = 2_000_000
) -> pd.DataFrame:
    """Pull each lever in every set.

    Args:
        case: The case.
        sets: Sets of values by dotted name.
        runs: Runs of each set, with the same seeds for every set and lever.
        first_seed: The first of these seeds.

    Returns:
        One row for each set and, for each lever, the change in the probability of a permanent
        ceasefire (``permanent: lever``) and in the first side's balance of a text in three stages
        four weeks later, in utility (``margin: lever``).
    """
    text = text_of(case, THREE_STAGES)
    seeds = np.tile(np.arange(first_seed, first_seed + runs), len(sets))
    settings = {name: np.repeat(sets[name].to_numpy(), runs) for name in sets.columns}

    def pull(changed: Case) -> tuple[Array, Array]:
        permanent, margin = [], []
        rows = 400
        for start in range(0, len(seeds), rows):
            part = slice(start, start + rows)
            ensemble = Ensemble(
                changed, seeds[part], {name: values[part] for name, values in settings.items()}
            )
            ensemble.advance(LOOK_WEEK)
            going_on = ensemble.records["war"]["ended_week"] < 0.0
            balance = ensemble.answers([text])["balance"][:, 0, 0]
            margin.append(np.where(going_on, balance, np.nan))
            ensemble.run()
            permanent.append(ensemble.records["war"]["outcome"] == PERMANENT)
        shape = len(sets), runs
        balances = np.concatenate(margin).reshape(shape)
        return np.concatenate(permanent).reshape(shape).mean(axis=1), np.nanmean(balances, axis=1)

    before = pull(case)
    columns: dict[str, Array] = {}
    for lever, change in LEVERS.items():
        after = pull(case.with_events([{"week": LEVER_WEEK, "set": change}]))
        columns[f"permanent: {lever}"] = after[0] - before[0]
        columns[f"margin: {lever}"] = after[1] - before[1]
    return pd.DataFrame(columns, index=sets.index)


def dependence(priors: list[Prior], sets: pd.DataFrame, responses: pd.DataFrame) -> pd.DataFrame:
    """Show what a lever does where a reluctance is low, middling or high in its prior's range.

    Returns:
        One row for each reluctance and lever: mean response in the lower, middle and upper third of
        the prior's range, the number of sets in each, and the rank correlation over sets.
    """
    from scipy.stats import spearmanr

    rows = []
    for prior in priors:
        if not prior.reluctance:
            continue
        shares = prior.share(sets[prior.name].to_numpy())
        third = np.minimum(2, (shares * 3.0).astype(int))
        for response in responses.columns:
            values = responses[response].to_numpy()
            row: dict[str, Any] = {"name": prior.name, "response": response}
            for i, name in enumerate(("low", "middle", "high")):
                row[name] = values[third == i].mean() if (third == i).any() else np.nan
                row[f"sets_{name}"] = int((third == i).sum())
            spread = np.ptp(values) > 0.0 and np.ptp(shares) > 0.0
            row["correlation"] = spearmanr(shares, values).statistic if spread else np.nan
            rows.append(row)
    return pd.DataFrame(rows)
