"""The file of claims: what each one says, what is changed, what is measured, what is expected.

A claim is a small declared experiment. The folder ``claims`` of a case holds one file for each part
of the ledger; together they are read as one. Every mistake is refused by name: file, key, what was
found, what is allowed.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ceasefire.experiments.claims.measures import measure_problems, parts_of
from ceasefire.experiments.claims.tables import BASELINE, CLAIMS, TENSIONS, Claim, Levels, Page
from ceasefire.experiments.design.changes import Change, change_problems, spelled_out
from ceasefire.experiments.design.tables import unknown, validated
from ceasefire.model.case.case import Case, CaseError
from ceasefire.model.case.settings import one_of, problem
from ceasefire.model.case.shipped import shipped_file
from ceasefire.model.case.toml_text import read_toml


@dataclass(frozen=True)
class Claims:
    """All claims, checked against a case.

    Attributes:
        claims: Claims and tensions by id, in order.
        texts: Rows of the grid by name.
        families: Rows of the grid by name of a family.
    """

    claims: Mapping[str, Claim]
    texts: Mapping[str, int]
    families: Mapping[str, tuple[int, ...]]

    def chosen(self, ids: Iterable[str]) -> list[Claim]:
        """Return some claims, or all if none is named.

        Raises:
            CaseError: If there is no such claim.
        """
        wanted = list(ids)
        found = [words for name in wanted for words in unknown("claim", name, self.claims)]
        if found:
            raise CaseError("claims", found)
        return [claim for claim in self.claims.values() if claim.id in wanted or not wanted]


def shipped_claims(case: str) -> list[Path]:
    """Return the files of claims that come with a case, in order of their names."""
    folder = shipped_file(case, "claims")
    return sorted(folder.glob("*.toml")) if folder else []


def read_claims(case: Case, paths: Iterable[Path] | None = None) -> Claims:
    """Read the claims and check them against a case.

    Args:
        case: The case.
        paths: The files; those that come with the case by default.

    Raises:
        CaseError: If a file cannot be read, or asks for what the case does not have.
    """
    pages = [
        (path.name, validated(Page, read_toml(path, path.name), path.name))
        for path in paths or shipped_claims(case.name)
    ]
    groups = {name: changes for _, page in pages for name, changes in page.changes.items()}
    texts = {
        name: _text_of(case, where, f"texts.{name}", levels)
        for where, page in pages
        for name, levels in page.texts.items()
    }
    families = {
        name: _rows_of(case, where, f"families.{name}", levels)
        for where, page in pages
        for name, levels in page.families.items()
    }
    claims: dict[str, Claim] = {}
    for where, page in pages:
        found: list[str] = []
        for group, changes in page.changes.items():
            found += _change_problems(case, texts, {}, f"changes.{group}", changes)
        for name, table in page.claims.items():
            claim = validated(Claim, {"id": name, **table}, where, f"claims.{name}")
            if name not in CLAIMS + TENSIONS:
                found.append(problem(f"claims.{name}", "an unknown claim", "C01-C73, T01-T11"))
            if name in claims:
                found.append(problem(f"claims.{name}", "a second claim of this name", "one"))
            found += _claim_problems(case, groups, texts, families, claim)
            arms = {arm: spelled_out(changes, groups) for arm, changes in claim.arms.items()}
            claims[name] = claim.model_copy(update={"arms": {BASELINE: (), **arms}})
        if found:
            raise CaseError(where, found)
    return Claims(dict(sorted(claims.items())), texts, families)


def _text_of(case: Case, where: str, key: str, levels: Levels) -> int:
    """Return the row of the grid with the given levels, one for each issue."""
    missing = [issue.name for issue in case.issues if issue.name not in levels]
    if missing and not levels.keys() - {issue.name for issue in case.issues}:
        raise CaseError(where, [problem(f"{key}.{missing[0]}", "nothing", "a level")])
    return _rows_of(case, where, key, {issue: (level,) for issue, level in levels.items()})[0]


def _rows_of(
    case: Case, where: str, key: str, levels: Mapping[str, tuple[str, ...]]
) -> tuple[int, ...]:
    """Return the rows of all texts with any of the given levels: a full factorial of them."""
    known = {issue.name: issue.level_names for issue in case.issues}
    found = []
    for issue, some in levels.items():
        if issue not in known:
            found.append(problem(f"{key}.{issue}", "no such issue", one_of(known, issue)))
        for level in some:
            found += unknown(f"{key}.{issue}", level, known.get(issue, some))
    if found:
        raise CaseError(where, found)
    wanted = [
        {known[issue].index(level) for level in levels.get(issue, known[issue])} for issue in known
    ]
    rows = tuple(
        row
        for row, places in enumerate(case.grid.level.tolist())
        if all(place in some for place, some in zip(places, wanted, strict=True))
    )
    count = math.prod(map(len, wanted))
    if len(rows) != count:
        combinations = f"{len(rows)} of {count} combinations, as the case excludes some"
        words = "a text that the case excludes" if count == 1 else combinations
        raise CaseError(where, [problem(key, words, "levels that go with each other")])
    return rows


def _change_problems(
    case: Case,
    texts: Mapping[str, int],
    groups: Mapping[str, Any],
    at: str,
    changes: Iterable[Change],
) -> list[str]:
    """Word what is wrong with changes, beside what is with any: names of the file, whole weeks."""
    found = []
    for i, change in enumerate(changes):
        key = f"{at}.{i + 1}"
        found += unknown(f"{key}.use", change.use, ["", *groups])
        found += unknown(f"{key}.sign", change.sign, ["", *texts])
        if not any((*change.parts(), change.move, change.use, change.sign)):
            found.append(problem(key, "nothing", "one of set, times, add, move, sign, use"))
        for word, week in (("from", change.start), ("to", change.end)):
            if week is not None and week != int(week):
                found.append(problem(f"{key}.{word}", f"{week:g}", "a whole week"))
        found += change_problems(change, case, key)
    return found


def _claim_problems(
    case: Case,
    groups: Mapping[str, Any],
    texts: Mapping[str, int],
    families: Mapping[str, Any],
    claim: Claim,
) -> list[str]:
    at, found = f"claims.{claim.id}", []
    for name, changes in claim.arms.items():
        if name == BASELINE:
            found.append(problem(f"{at}.arms.{name}", "an arm of this name", "another name"))
        found += _change_problems(case, texts, groups, f"{at}.arms.{name}", changes)
    for name, measure in claim.measures.items():
        found += measure_problems(case, texts, families, f"{at}.measures.{name}", measure)
    parts = [part for name, one in claim.measures.items() for part in parts_of(name, one.kind)]
    arms = [BASELINE, *claim.arms]
    for i, effect in enumerate(claim.effects):
        key = f"{at}.effects.{i + 1}"
        found += unknown(f"{key}.measure", effect.measure, parts)
        found += unknown(f"{key}.instead", effect.instead, ["", *parts])
        for term in effect.of:
            arm, _, other = term.partition("/")
            found += unknown(f"{key}.of", arm, arms)
            found += unknown(f"{key}.of", other, ["", *claim.measures])
    if claim.doses:
        found += unknown(f"{at}.doses.measure", claim.doses.measure, parts)
        for arm in claim.doses.arms:
            found += unknown(f"{at}.doses.arms", arm, arms)
    if claim.status in ("assumed", "not testable") and not claim.why:
        found.append(problem(f"{at}.why", "nothing", "the rule, or the reason"))
    if claim.status == "tested" and not claim.effects:
        found.append(problem(f"{at}.effects", "none", "at least one"))
    return found
