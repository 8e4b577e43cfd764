"""The file of claims: what each one says, what is changed, what is measured, what is expected.

A claim is a small declared experiment. The folder ``claims`` of a case holds one file for each part
of the ledger; together they are read as one. Every mistake is refused by name: file, key, what was
found, what is allowed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ceasefire.experiments.claims.measures import measure_problems, parts_of
from ceasefire.experiments.claims.tables import BASELINE, CLAIMS, TENSIONS, Claim, Levels, Page
from ceasefire.experiments.design.changes import Change, change_problems, spelled_out
from ceasefire.experiments.design.tables import read_toml, validated
from ceasefire.model.case.case import Case, CaseError
from ceasefire.model.case.settings import one_of, problem
from ceasefire.model.case.shipped import shipped_file


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
        for one in wanted:
            if one not in self.claims:
                allowed = one_of(self.claims, one)
                raise CaseError("claims", [problem("claim", repr(one), allowed)])
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
    whole = Page(
        texts={name: one for _, page in pages for name, one in page.texts.items()},
        families={name: one for _, page in pages for name, one in page.families.items()},
        changes={name: one for _, page in pages for name, one in page.changes.items()},
    )
    texts = {}
    for where, page in pages:
        for name, levels in page.texts.items():
            texts[name] = _text_of(case, where, f"texts.{name}", levels)
    families = {
        name: _family_of(case, where, f"families.{name}", levels)
        for where, page in pages
        for name, levels in page.families.items()
    }
    claims: dict[str, Claim] = {}
    for where, page in pages:
        found: list[str] = []
        for group, changes in page.changes.items():
            _check_changes(case, texts, {}, f"changes.{group}", changes, found)
        for name, table in page.claims.items():
            claim = validated(Claim, {"id": name, **table}, where, f"claims.{name}")
            if name not in CLAIMS + TENSIONS:
                found.append(problem(f"claims.{name}", "an unknown claim", "C01-C73, T01-T11"))
            if name in claims:
                found.append(problem(f"claims.{name}", "a second claim of this name", "one"))
            _check_claim(case, whole, texts, families, claim, found)
            claims[name] = claim
        if found:
            raise CaseError(where, found)
    return Claims(
        {name: _with_baseline(claims[name], whole) for name in sorted(claims)}, texts, families
    )


def _with_baseline(claim: Claim, page: Page) -> Claim:
    """Return a claim with the baseline, and with groups of changes spelled out."""
    arms = {arm: spelled_out(changes, page.changes) for arm, changes in claim.arms.items()}
    return claim.model_copy(update={"arms": {BASELINE: (), **arms}})


def _level(case: Case, where: str, key: str, issue: str, level: str) -> int:
    known = {one.name: one.level_names for one in case.issues}
    if issue not in known:
        allowed = one_of(known, issue)
        raise CaseError(where, [problem(f"{key}.{issue}", "no such issue", allowed)])
    if level not in known[issue]:
        allowed = one_of(known[issue], level)
        raise CaseError(where, [problem(f"{key}.{issue}", repr(level), allowed)])
    return known[issue].index(level)


def _text_of(case: Case, where: str, key: str, levels: Levels) -> int:
    """Return the row of the grid with the given levels, one for each issue."""
    place = [one.name for one in case.issues]
    wanted = {issue: _level(case, where, key, issue, level) for issue, level in levels.items()}
    missing = [issue for issue in place if issue not in wanted]
    if missing:
        raise CaseError(where, [problem(f"{key}.{missing[0]}", "nothing", "a level")])
    for row, row_levels in enumerate(case.grid.level.tolist()):
        if row_levels == [wanted[issue] for issue in place]:
            return row
    raise CaseError(where, [problem(key, "a text that the case excludes", "another")])


def _family_of(
    case: Case, where: str, key: str, levels: Mapping[str, Iterable[str]]
) -> tuple[int, ...]:
    """Return the rows of all texts with any of the given levels: a full factorial of them."""
    place = {one.name: i for i, one in enumerate(case.issues)}
    wanted = {
        issue: {_level(case, where, key, issue, level) for level in some}
        for issue, some in levels.items()
    }
    rows = tuple(
        row
        for row, row_levels in enumerate(case.grid.level.tolist())
        if all(row_levels[place[issue]] in some for issue, some in wanted.items())
    )
    count = 1
    for issue in case.issues:
        count *= len(wanted.get(issue.name, range(len(issue.levels))))
    if len(rows) != count:
        found = f"{len(rows)} of {count} combinations, as the case excludes some"
        raise CaseError(where, [problem(key, found, "levels that go with each other")])
    return rows


def _check_changes(
    case: Case,
    texts: Mapping[str, int],
    groups: Mapping[str, Any],
    at: str,
    changes: Iterable[Change],
    found: list[str],
) -> None:
    for i, change in enumerate(changes):
        key = f"{at}.{i + 1}"
        for word, known in (("use", groups), ("sign", texts)):
            name = getattr(change, word)
            if name and name not in known:
                found.append(problem(f"{key}.{word}", repr(name), one_of(known, name)))
        if not any((*change.parts(), change.move, change.use, change.sign)):
            found.append(problem(key, "nothing", "one of set, times, add, move, sign, use"))
        for word, week in (("from", change.start), ("to", change.end)):
            if week is not None and week != int(week):
                found.append(problem(f"{key}.{word}", f"{week:g}", "a whole week"))
        found += change_problems(change, case, key)


def _check_claim(
    case: Case,
    page: Page,
    texts: Mapping[str, int],
    families: Mapping[str, Any],
    claim: Claim,
    found: list[str],
) -> None:
    at = f"claims.{claim.id}"
    for name, changes in claim.arms.items():
        if name == BASELINE:
            found.append(problem(f"{at}.arms.{name}", "an arm of this name", "another name"))
        _check_changes(case, texts, page.changes, f"{at}.arms.{name}", changes, found)
    for name, measure in claim.measures.items():
        found += measure_problems(case, texts, families, f"{at}.measures.{name}", measure)
    parts = [part for name, one in claim.measures.items() for part in parts_of(name, one.kind)]
    arms = [BASELINE, *claim.arms]
    for i, effect in enumerate(claim.effects):
        key = f"{at}.effects.{i + 1}"
        for word, part in (("measure", effect.measure), ("instead", effect.instead)):
            if part and part not in parts:
                found.append(problem(f"{key}.{word}", repr(part), one_of(parts, part)))
        for term in effect.of:
            arm, _, other = term.partition("/")
            if arm not in arms:
                found.append(problem(f"{key}.of", repr(arm), one_of(arms, arm)))
            if other and other not in claim.measures:
                allowed = one_of(claim.measures, other)
                found.append(problem(f"{key}.of", repr(other), allowed))
    if claim.doses:
        for arm in claim.doses.arms:
            if arm not in arms:
                found.append(problem(f"{at}.doses.arms", repr(arm), one_of(arms, arm)))
        if claim.doses.measure not in parts:
            word = one_of(parts, claim.doses.measure)
            found.append(problem(f"{at}.doses.measure", repr(claim.doses.measure), word))
    if claim.status in ("assumed", "not testable") and not claim.why:
        found.append(problem(f"{at}.why", "nothing", "the rule, or the reason"))
    if claim.status == "tested" and not claim.effects:
        found.append(problem(f"{at}.effects", "none", "at least one"))
