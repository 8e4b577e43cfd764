"""Results of claims on disk: one part for each claim, keyed by all that it depends on.

The key is a digest of the case, the sets, the numbers of runs, the code and the claim itself. A
claim whose part has the key of today need not be run again.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ceasefire.experiments.claims.file import Claims
from ceasefire.experiments.claims.result import SCHEMA, Draw, Result, claims_digest
from ceasefire.experiments.claims.tables import Claim
from ceasefire.experiments.runs.parts import Parts, key_of
from ceasefire.experiments.style.folders import (
    check_kind,
    own_version,
    owned,
    read_manifest,
    write_manifest,
)
from ceasefire.experiments.style.words import PURPOSE
from ceasefire.model.case.case import Case

RESULT = "result.json"


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
    parts = [case.digest, claims_digest(), fitted.digest, prior.digest, said, used]
    return key_of(*parts)


@contextmanager
def claims_in(folder: Path) -> Iterator[None]:
    """Hold a folder for results of claims.

    Raises:
        RefusedError: If it holds something else, or another process writes there.
        StorageError: If it cannot be made or written.
    """
    with owned(folder, "claims") as manifest:
        if manifest is None:
            facts = {"purpose": PURPOSE, "schema": SCHEMA, "made_by": f"ceasefire {own_version()}"}
            write_manifest(folder, "claims", facts)
        yield


def store_of(folder: Path) -> Parts:
    """Return the store of the results in a folder."""
    return Parts(folder, f"claims {SCHEMA}")


def save(result: Result, folder: Path) -> None:
    """Store what came of a claim, and remove what older code, cases or sets made of it."""
    store = store_of(folder)
    store.save(result.key, {RESULT: result.to_json().encode()}, {"claim": result.id})
    for name, other in parts_in(folder).items():
        if other.id == result.id and name != result.key:
            store.remove(name)


def parts_in(folder: Path) -> dict[str, Result]:
    """Return the results in a folder by key; those that are damaged count as not there."""
    store = store_of(folder)
    found = {}
    for name in store.names():
        text = store.kept(name, RESULT, lambda path: path.read_text(encoding="utf-8"))
        result = None if text is None else Result.of_json(text)
        if result is not None and result.key == name:
            found[name] = result
    return found


def stored(folder: Path) -> dict[str, Result]:
    """Return the results in a folder by claim, in the order of claims.

    Raises:
        RefusedError: If it holds something else.
    """
    if not folder.is_dir():
        return {}
    check_kind(folder, "claims", read_manifest(folder))
    # Parts are named after digests, whose order means nothing.
    by_claim = {result.id: result for result in parts_in(folder).values()}
    return dict(sorted(by_claim.items()))


def with_keys(results: Mapping[str, Result], keys: Mapping[str, str]) -> dict[str, Result]:
    """Return the results that have the keys of today."""
    return {name: one for name, one in results.items() if keys.get(name) == one.key}
