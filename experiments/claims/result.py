"""What came of a claim: values of its arms, effects, and runs that are in no statistic."""

import json
import math
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.claims.effects import DecidingParameter, Estimate
from ceasefire.experiments.claims.estimate import Sums, estimate
from ceasefire.experiments.claims.measures import KINDS
from ceasefire.experiments.claims.run import Fault, settings_digest
from ceasefire.experiments.claims.tables import Claim
from ceasefire.model.case.case import Case
from ceasefire.model.engines.cache import code_digest

SCHEMA = 1
"""Raised whenever what is written means something else."""


def claims_digest() -> str:
    """Return a digest of all code on which results depend; verdicts are worked out anew."""
    return code_digest(__name__)


@dataclass(frozen=True)
class Draw:
    """Parameter sets, and how often each is run.

    Attributes:
        sets: One row for each set.
        runs: Runs of each set in each arm.
        first_seed: Seed of the first of them.
    """

    sets: pd.DataFrame
    runs: int
    first_seed: int = 0

    @property
    def digest(self) -> str:
        """Digest of the sets and runs."""
        return f"{settings_digest(self.sets)}-{self.runs}-{self.first_seed}"


@dataclass
class Result:
    """What came of one claim.

    Attributes:
        id: The claim.
        key: Digest of all that the result depends on.
        case: Name of the case.
        digests: Digests of the case, the code and the sets.
        sets: Number of fitted sets, and of draws from the priors.
        runs: Runs of each.
        arms: Mean over the fitted sets, and what 5 % of them lie below and above, by arm and part.
        effects: Effects over the fitted sets.
        prior: The same effects over draws from the priors.
        faults: Runs that are in no statistic.
    """

    id: str
    key: str
    case: str
    digests: dict[str, str]
    sets: dict[str, int]
    runs: dict[str, int]
    arms: dict[str, dict[str, list[float]]]
    effects: list[Estimate]
    prior: list[Estimate]
    faults: list[dict[str, Any]] = field(default_factory=list)

    def to_json(self) -> str:
        """Return it as text; what is not known is null."""
        whole = {
            "schema": SCHEMA,
            **{name: getattr(self, name) for name in self.__dataclass_fields__},
            "effects": [_plain(one) for one in self.effects],
            "prior": [_plain(one) for one in self.prior],
        }
        return json.dumps(_nulls(whole), ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    @classmethod
    def of_json(cls, text: str) -> "Result | None":
        """Read it back; None if the text is of another kind."""
        try:
            table = json.loads(text)
            if table.pop("schema") != SCHEMA:
                return None
            for name in ("effects", "prior"):
                table[name] = [_estimate(one) for one in table[name]]
            return cls(**table)
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


def _plain(one: Estimate) -> dict[str, Any]:
    table = {name: getattr(one, name) for name in one.__dataclass_fields__ if name != "known"}
    table["split"] = asdict(one.split) if one.split else None
    table["beside"] = _plain(one.beside) if one.beside else None
    return table


def _estimate(table: dict[str, Any]) -> Estimate:
    for name in ("effects", "errors"):
        table[name] = [math.nan if one is None else one for one in table[name]]
    table["split"] = DecidingParameter(**table["split"]) if table["split"] else None
    table["beside"] = _estimate(table["beside"]) if table["beside"] else None
    return Estimate(**table)


def _nulls(value: Any) -> Any:
    """Replace what is not finite by null, as JSON has nothing else for it."""
    if isinstance(value, dict):
        return {name: _nulls(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_nulls(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def result_of(
    claim: Claim,
    key: str,
    case: Case,
    draws: tuple[Draw, Draw],
    sums: tuple[Sums, Sums],
    faults: list[Fault],
) -> Result:
    """Work out what came of a claim, from the sums over fitted sets and draws from the priors."""
    fitted, prior = draws
    found = [estimate(claim, one, sums[0], fitted.sets) for one in claim.effects]
    return Result(
        claim.id,
        key,
        case.name,
        {
            "case": case.digest,
            "code": claims_digest(),
            "sets": fitted.digest,
            "prior": prior.digest,
        },
        {"fitted": len(fitted.sets), "prior": len(prior.sets)},
        {"fitted": fitted.runs, "prior": prior.runs},
        arm_values(claim, sums[0]),
        found,
        [
            estimate(claim, effect, sums[1], None, one)
            for effect, one in zip(claim.effects, found, strict=True)
        ],
        [asdict(one) for one in faults],
    )


def arm_values(claim: Claim, sums: Sums) -> dict[str, dict[str, list[float]]]:
    """Return mean, 5 % and 95 % over sets of every part of every measure, by arm."""
    found: dict[str, dict[str, list[float]]] = {}
    for arm in claim.arms:
        values = found.setdefault(arm, {})
        for name, measure in claim.measures.items():
            total = sums[arm, name].sum(axis=1)
            for part in KINDS[measure.kind].parts:
                known = KINDS[measure.kind].part(total, part)
                known = known[np.isfinite(known)]
                if len(known):
                    low, high = np.quantile(known, [0.05, 0.95])
                    label = f"{name}.{part}" if part else name
                    values[label] = [float(known.mean()), float(low), float(high)]
    return found
