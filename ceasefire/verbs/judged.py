"""What the verbs that judge return: sets that fit, and claims with their verdicts."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from ceasefire.experiments.claims.file import read_claims
from ceasefire.experiments.claims.ledger import Entry, ledger
from ceasefire.experiments.claims.report import entry_facts
from ceasefire.experiments.claims.result import result_of
from ceasefire.experiments.claims.run import Plan, run_plan
from ceasefire.experiments.claims.store import claims_in, key_of_claim, save, stored, with_keys
from ceasefire.experiments.commands.claims import TOGETHER, draws_of, write_pages
from ceasefire.experiments.design.parameter_sets import sets_facts
from ceasefire.experiments.fit.check import fitting, sets_that_fit
from ceasefire.experiments.fit.folder import fit_in
from ceasefire.experiments.fit.posterior import posterior
from ceasefire.experiments.fit.report import report_of
from ceasefire.experiments.fit.waves import Effort
from ceasefire.experiments.style.files import write_whole
from ceasefire.experiments.style.notebook import Shown
from ceasefire.experiments.style.words import counted
from ceasefire.model.case.case import Case, load_case


@dataclass(frozen=True, repr=False)
class FitFound(Shown):
    """Sets of parameters that reproduce the record, and what the record leaves open.

    Attributes:
        case: The case that was fitted.
        folder: Where the fit is kept.
        sets: The sets that fit, one row each.
        posterior: Prior and fitted ranges side by side; empty if no set fits.
        facts: How many sets were checked and fit, and mean rates of the patterns.
    """

    case: Case
    folder: Path
    sets: pd.DataFrame
    posterior: pd.DataFrame
    facts: Mapping[str, Any]

    @property
    def headline(self) -> str:
        """The case, and how many of its sets fit."""
        return f"{self.case.name}: {self.facts['fitting']} of {self.facts['checked']} sets fit"

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The sets, and prior and fitted ranges side by side."""
        return {"sets": self.sets, "posterior": self.posterior}


def fitted(case: Case, folder: Path, effort: Effort) -> FitFound:
    """Fit a case in a folder, and write down the sets beside the waves."""
    with fit_in(folder, case, effort) as fit:
        *_, last = fit.waves()
        shares, rates = fit.checked(last)
        sets = sets_that_fit(fit.priors, shares, rates, effort.seed)
        counts = {"checked": len(shares), "fitting": fitting(rates)}
        write_whole(folder / "sets.csv", sets.to_csv())
        write_whole(folder / "sets.toml", sets_facts(sets.to_csv(), fit.facts, counts))
        beside = posterior(fit.priors, sets) if len(sets) else None
        if beside is not None:
            write_whole(folder / "posterior.csv", beside.to_csv(float_format="%.6g"))
    facts = report_of(sets, beside, counts, folder).facts
    return FitFound(case, folder, sets, pd.DataFrame() if beside is None else beside, facts)


@dataclass(frozen=True, repr=False)
class Ledger(Shown):
    """Claims of the article, each with the verdict on it.

    Attributes:
        entries: The claims that were asked for, in their order.
        folder: Where the results are kept.
        written: Files that were written from them.
    """

    entries: tuple[Entry, ...]
    folder: Path
    written: tuple[Path, ...] = field(default=())

    @property
    def headline(self) -> str:
        """How many claims, and where they are kept."""
        return f"{counted(len(self.entries), 'claim')}, kept in {self.folder}"

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Claims and effects as plain numbers and words, ready for JSON."""
        return {entry.claim.id: entry_facts(entry) for entry in self.entries}

    @property
    def claims(self) -> pd.DataFrame:
        """One row for each claim: who says what, its status, the verdict and its probability."""
        names = ["claim", "who", "status", "verdict", "trial", "probability", "doses"]
        rows = {name: [facts[one] for one in names] for name, facts in self.facts.items()}
        return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("id")

    @property
    def effects(self) -> pd.DataFrame:
        """One row for each effect that a verdict rests on."""
        return pd.DataFrame(
            {"id": name, **one} for name, facts in self.facts.items() for one in facts["effects"]
        )

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The claims, and the effects that verdicts rest on."""
        return {"claims": self.claims, "effects": self.effects}


def judged(
    ids: Sequence[str],
    runs: int,
    sets: int,
    quick: bool,
    folder: Path,
    page_path: str | os.PathLike[str] | None,
    ledger_path: str | os.PathLike[str] | None,
    workers: int,
) -> Ledger:
    """Run claims that are not yet stored, and return the verdicts on those asked for.

    Raises:
        RefusedError: If there is no such claim, or nothing is stored to write a page from.
    """
    case = load_case("gaza-2023")
    claims = read_claims(case)
    if page_path is not None or ledger_path is not None:
        page_file, ledger_file = (None if p is None else Path(p) for p in (page_path, ledger_path))
        entries, paths = write_pages(case, folder, page_file, ledger_file, key="page")
        return Ledger(tuple(entries), folder, tuple(paths))
    chosen = claims.chosen(ids)
    draws = draws_of(case, sets, runs, quick)
    keys = {one.id: key_of_claim(one, claims, case, *draws) for one in claims.claims.values()}
    done = with_keys(stored(folder), keys)
    waiting = [one for one in chosen if one.id not in done and one.effects]
    with claims_in(folder):
        for start in range(0, len(waiting), TOGETHER):
            part = waiting[start : start + TOGETHER]
            plan = Plan(claims, part, case)
            found = [run_plan(plan, one.sets, one.runs, one.first_seed, workers) for one in draws]
            for claim in part:
                fitted_sums, prior_sums = (
                    {place[1:]: one for place, one in whole.of.items() if place[0] == claim.id}
                    for whole in found
                )
                faults = [one for whole in found for one in whole.faults if one.claim == claim.id]
                sums = (fitted_sums, prior_sums)
                save(result_of(claim, keys[claim.id], case, draws, sums, faults), folder)
    entries = ledger(claims, with_keys(stored(folder), keys))
    return Ledger(tuple(entry for entry in entries if entry.claim in chosen), folder)
