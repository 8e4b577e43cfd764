"""The file of claims: what each one says, what is changed, what is measured, what is expected.

A claim is a small declared experiment. The folder ``claims`` of a case holds one file for each part
of the ledger; together they are read as one. Every mistake is refused by name: file, key, what was
found, what is allowed.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ceasefire.experiments.claims.measures import check_field, measure_problems, parts_of
from ceasefire.experiments.claims.tables import (
    BASELINE,
    CLAIMS,
    TENSIONS,
    Change,
    Claim,
    Doses,
    Effect,
    Levels,
    Measure,
    Page,
    Table,
)
from ceasefire.model.case.case import Case, CaseError
from ceasefire.model.case.kinds import given_field
from ceasefire.model.case.settings import one_of, problem, read_value, shown
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
    pages = [(path.name, _page(path)) for path in paths or shipped_claims(case.name)]
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
            claim = _validated(Claim, {"id": name, **table}, where, f"claims.{name}")
            assert isinstance(claim, Claim)
            if name not in CLAIMS + TENSIONS:
                found.append(problem(f"claims.{name}", "an unknown claim", "C01-C73, T01-T11"))
            if name in claims:
                found.append(problem(f"claims.{name}", "a second claim of this name", "one"))
            _check_claim(case, whole, texts, families, claim, found)
            claims[name] = claim
        if found:
            raise CaseError(where, found)
    spelled = {name: _spelled_out(whole, claim) for name, claim in sorted(claims.items())}
    return Claims(spelled, texts, families)


def _page(path: Path) -> Page:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CaseError(path.name, [problem(str(path), str(error), "a TOML file")]) from None
    page = _validated(Page, table, path.name, "")
    assert isinstance(page, Page)
    return page


def _validated(kind: type[Table], table: dict[str, Any], where: str, at: str) -> Table:
    """Return a table of the file as declared, or refuse it in our own words."""
    try:
        # TOML has lists where the declarations have tuples, hence not strict about those.
        return kind.model_validate_json(_json(table), strict=False)
    except ValidationError as error:
        found = []
        for one in error.errors():
            key = ".".join(str(part) for part in ([at] if at else []) + list(one["loc"]))
            value = one["input"]
            seen = "a table" if isinstance(value, dict) else shown(value)
            if one["type"] == "extra_forbidden":
                seen, allowed = "an unknown key", one_of(_keys(kind), str(one["loc"][-1]))
            elif one["type"] == "missing":
                seen, allowed = "nothing", "a value: it must be given"
            elif one["type"] == "literal_error":
                allowed = str(one.get("ctx", {}).get("expected", ""))
            else:
                allowed = one["msg"][0].lower() + one["msg"][1:]
            found.append(problem(key, seen, allowed))
        raise CaseError(where, dict.fromkeys(found)) from None


def _json(table: dict[str, Any]) -> str:
    return json.dumps(table, default=str)


def _keys(kind: type[Table]) -> list[str]:
    """Return the keys of a table and of those inside it."""
    inside = {Page: (Change, Claim, Effect, Measure), Claim: (Change, Measure, Effect, Doses)}
    kinds = (kind, *inside.get(kind, ()))
    return [field.alias or name for one in kinds for name, field in one.model_fields.items()]


def _spelled_out(page: Page, claim: Claim) -> Claim:
    """Add the baseline, and put the changes of a group in the place of its name.

    They take the weeks of that place.
    """
    arms: dict[str, tuple[Change, ...]] = {BASELINE: ()}
    for arm, changes in claim.arms.items():
        found: list[Change] = []
        for change in changes:
            weeks = {"start": change.start, "end": change.end}
            group = page.changes[change.use] if change.use else ()
            found += [one.model_copy(update=weeks) for one in group] or [change]
        arms[arm] = tuple(found)
    return claim.model_copy(update={"arms": arms})


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
    case: Case, where: str, key: str, levels: Mapping[str, list[str]]
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
        if change.use and change.use not in groups:
            found.append(problem(f"{key}.use", repr(change.use), one_of(groups, change.use)))
        if change.sign and change.sign not in texts:
            found.append(problem(f"{key}.sign", repr(change.sign), one_of(texts, change.sign)))
        if change.end is not None and change.end <= change.start:
            found.append(problem(f"{key}.to", str(change.end), f"more than {change.start}"))
        given = {**change.set, **change.times, **change.add}
        if not (given or change.use or change.sign):
            found.append(problem(key, "nothing", "one of set, times, add, sign, use"))
        for name in given:
            word = check_field(case, name)
            if word:
                found.append(problem(f"{key}: {name}", *word))
            elif name in change.set and name in case.settings:
                setting = case.settings[name]
                field, kind = given_field(name)
                try:
                    read_value(
                        f"{key}: {name}", given[name], field, kind, setting.low, setting.high
                    )
                except ValueError as error:
                    found.append(str(error))


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
