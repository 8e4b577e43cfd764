"""What ``check`` and ``why`` return: everything that they found, as tables."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from ceasefire.experiments.commands.case import case_facts
from ceasefire.experiments.design.parameter_sets import Draw
from ceasefire.experiments.statistics.shares import Share
from ceasefire.experiments.style.notebook import Shown
from ceasefire.experiments.style.words import PURPOSE, counted
from ceasefire.experiments.why.checks import Check, Rerun, check_of, rerun, sample_of
from ceasefire.experiments.why.found import Why, key_of
from ceasefire.experiments.why.report import report_of
from ceasefire.experiments.why.why import why_of
from ceasefire.experiments.why.words import answer, certificate_words
from ceasefire.model.case.case import Case
from ceasefire.model.certificate.certificate import Certificate
from ceasefire.model.engines.ensemble import Ensemble, certificates_of
from ceasefire.model.world.outcome import END_STATES


@dataclass(frozen=True, repr=False)
class CheckedCase(Shown):
    """A case that makes sense, with everything that it says as tables.

    Attributes:
        case: The case, changes included.
    """

    case: Case

    @property
    def headline(self) -> str:
        """The case, and how many numbers it has."""
        return f"{self.case.name}: {counted(len(self.case.settings), 'setting')}"

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The same as plain numbers and words, ready for JSON."""
        return case_facts(self.case)

    @property
    def settings(self) -> pd.DataFrame:
        """Every number by dotted name: value, unit, range, source, note, meaning."""
        table = pd.DataFrame.from_dict(self.facts["settings"], orient="index").rename_axis("name")
        ends = pd.DataFrame(table.pop("range").tolist(), table.index, ["low", "high"])
        return pd.concat(
            [table[["value", "unit"]], ends, table[["source", "note", "meaning"]]], axis=1
        )

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Settings, issues, events and variants."""
        return {
            "settings": self.settings,
            "issues": pd.DataFrame(self.facts["issues"]),
            "events": pd.DataFrame(self.facts["events"]),
            "variants": pd.DataFrame.from_dict(self.facts["variants"], orient="index"),
        }


@dataclass(frozen=True, repr=False)
class Stuck(Shown):
    """What keeps the talks of many runs stuck.

    Attributes:
        why: Which constraints bind, and what would have to change.
        trial: Certificates of a sample of rounds, put to the test.
        case: The case that was run.
        parameter_sets: Sets of parameters among the runs.
    """

    why: Why
    trial: Check
    case: Case
    parameter_sets: int

    @property
    def headline(self) -> str:
        """The case, and how many failed rounds were explained."""
        rounds, runs = counted(self.why.rounds, "failed round"), counted(self.why.runs, "run")
        return f"{self.why.case}: {rounds} in {runs}"

    @property
    def sentences(self) -> Sequence[str]:
        """Which constraint binds, and what would have to change."""
        return [answer(self.why, self.case)]

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Binding constraints, smallest sets, weeks, parts of the deadlock, and flips."""
        why = self.why
        sets = [
            {"constraints": "; ".join(one.keys), **_share(one.rounds), "relaxed_by": one.share}
            for one in why.sets
        ]
        weeks = [
            {"week": one.week, "until": one.until, "constraint": key, **_share(share)}
            for one in why.weeks
            for key, share in one.binding.items()
        ]
        flips = [
            {"constraint": key, "side": one.side, **_share(one.enough), "relaxed_by": one.share,
             "amount": one.amount, "unit": one.unit}
            for key, one in why.flips.items()
        ]  # fmt: skip
        binding = [{"constraint": key, **_share(one)} for key, one in why.binding.items()]
        split = [{"constraint": key, **vars(one)} for key, one in why.split.items()]
        named = {"binding": binding, "sets": sets, "weeks": weeks, "split": split, "flips": flips}
        return {name: pd.DataFrame(rows) for name, rows in named.items()}

    def plot(self, path: str | os.PathLike[str]) -> None:
        """Draw it in a file ending in .svg, .png or .pdf."""
        from ceasefire.experiments.why.picture import plot

        plot(self.why, self.case, Path(path))

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain numbers and words, ready for JSON."""
        sets = self.parameter_sets
        report = report_of(self.why, self.trial, self.case, parameter_sets=sets)
        return {"purpose": PURPOSE, **report.facts}


def _share(one: Share) -> dict[str, float]:
    return {"share": one.share, "low": one.low, "high": one.high, "count": one.count, "of": one.of}


def stuck(
    case: Case,
    draw: Draw,
    certificates: Sequence[Certificate],
    runs: int,
    first_seed: int,
    certified: float,
) -> Stuck:
    """Sum up the certificates of an ensemble, and put a sample of them to the test."""
    sample = sample_of(certificates)
    check = check_of(rerun(case, sample, draw.settings([one.seed for one in sample])))
    why = why_of(case, certificates, runs, first_seed, certified)
    return Stuck(why, check, case, len(draw.sets))


@dataclass(frozen=True, repr=False)
class FailedRounds(Shown):
    """Why the failed rounds of one run failed.

    Attributes:
        case: The case that was run.
        seed: Seed of the run.
        certificates: A certificate for each failed round.
        reruns: What became of the rounds that some set opens, once it was relaxed.
        end_state: How the run ended.
        ended_week: When.
    """

    case: Case
    seed: int
    certificates: tuple[Certificate, ...]
    reruns: tuple[Rerun, ...]
    end_state: str
    ended_week: float

    @property
    def headline(self) -> str:
        """The world, and how many rounds failed in it."""
        rounds = counted(len(self.certificates), "failed round")
        return f"{self.case.name}, seed {self.seed}: {rounds}, then {self.end_state}"

    @property
    def sentences(self) -> Sequence[str]:
        """Why each round failed, and what would have opened it."""
        return [
            f"Week {one.week:g}: {certificate_words(one, self.case)}" for one in self.certificates
        ]

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The rounds, their smallest sets, and what became of them once these were relaxed."""
        sides = self.case.names["belligerents"]
        rounds = [
            {
                "round": one.round,
                "week": one.week,
                "text": self.case.describe_text(one.text),
                **{f"refused_{side}": no for side, no in zip(sides, one.refused, strict=True)},
                **{f"accepted_{side}": n for side, n in zip(sides, one.accepted, strict=True)},
                "both": one.both,
            }
            for one in self.certificates
        ]
        sets = [
            {
                "round": one.round,
                "constraints": "; ".join(key_of(member, self.case) for member in found.members),
                "relaxed_by": found.share,
                "text": self.case.describe_text(found.text),
            }
            for one in self.certificates
            for found in one.sets
        ]
        again = [vars(one) for one in self.reruns]
        named = {"rounds": rounds, "sets": sets, "run again": again}
        return {name: pd.DataFrame(rows) for name, rows in named.items()}


def failed_rounds(case: Case, seed: int) -> FailedRounds:
    """Run one world, certify its failed rounds, and run those again that some set opens."""
    ensemble = Ensemble(case, [seed], certified=1.0).run()
    certificates = certificates_of(ensemble)
    war = ensemble.records["war"][0]
    return FailedRounds(
        case=case,
        seed=seed,
        certificates=tuple(certificates),
        reruns=tuple(rerun(case, [one for one in certificates if one.sets])),
        end_state=END_STATES[int(war["outcome"])],
        ended_week=float(war["ended_week"]),
    )
