"""Results of claims on disk: one small file for each claim, keyed by all that it depends on.

The key is a digest of the case, the sets, the numbers of runs, the code and the claim itself; its
file is written whole or not at all. A claim whose file has the key of today need not be run again.
"""

import hashlib
import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.claims.effects import Estimate, Split
from ceasefire.experiments.claims.estimate import Sums, estimate
from ceasefire.experiments.claims.file import Claims
from ceasefire.experiments.claims.measures import KINDS
from ceasefire.experiments.claims.run import Fault, settings_digest
from ceasefire.experiments.claims.tables import Claim
from ceasefire.model.case.case import Case
from ceasefire.model.engines.cache import code_digest

ENTRIES = ("ceasefire.experiments.claims.run", "ceasefire.experiments.claims.estimate")
"""The modules on whose imports a result depends; verdicts are worked out anew from it."""

SCHEMA = 1
"""Raised whenever the files mean something else."""


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
    table["split"] = Split(**table["split"]) if table["split"] else None
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


def key_of_claim(claim: Claim, claims: Claims, case: Case, fitted: Draw, prior: Draw) -> str:
    """Return the digest of all that a claim's result depends on; its wording is not among it."""
    said = claim.model_dump(exclude={"who", "claim", "why", "question", "status"})
    used = {
        "texts": {m.text: claims.texts[m.text] for m in claim.measures.values() if m.text},
        "signed": {
            change.sign: claims.texts[change.sign]
            for changes in claim.arms.values()
            for change in changes
            if change.sign
        },
        "families": {m.texts: claims.families[m.texts] for m in claim.measures.values() if m.texts},
    }
    parts = [case.digest, code_digest(*ENTRIES), fitted.digest, prior.digest, said, used]
    text = json.dumps(parts, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


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
            "code": code_digest(*ENTRIES),
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


def save(result: Result, folder: Path) -> None:
    """Write the file of a claim, and remove those of older keys."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.id}-{result.key}.json"
    waiting = folder / f".{path.name}.unfinished"
    waiting.write_text(result.to_json(), encoding="utf-8")
    os.replace(waiting, path)
    for other in folder.glob(f"{result.id}-*.json"):
        if other != path:
            other.unlink()


def stored(folder: Path) -> dict[str, Result]:
    """Return the results in a folder by claim; files that cannot be read count as not there."""
    found: dict[str, Result] = {}
    for path in sorted(folder.glob("[CT][0-9][0-9]-*.json")):
        result = Result.of_json(path.read_text(encoding="utf-8"))
        if result is not None:
            found[result.id] = result
    return found


def with_keys(results: Mapping[str, Result], keys: Mapping[str, str]) -> dict[str, Result]:
    """Return the results that have the keys of today."""
    return {name: one for name, one in results.items() if keys.get(name) == one.key}
