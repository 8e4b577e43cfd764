"""What experiments measure of a run, by name: shares of runs, and numbers.

An outcome is a column of the table ``runs`` or an expression over some of them; SQL, so that
tables larger than memory can be asked, and the same over a table in memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.case import Case
from ceasefire.model.case.settings import one_of, problem
from ceasefire.model.world.outcome import END_STATES

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Outcome:
    """One thing measured of a run.

    Attributes:
        name: Its name.
        label: What a picture calls it.
        unit: Its unit; "share of runs" if it either comes or does not.
        sql: The expression over columns of the table ``runs``.
        columns: The columns it reads.
        note: What a reader should know.
    """

    name: str
    label: str
    unit: str
    sql: str
    columns: tuple[str, ...]
    note: str = ""

    @property
    def is_share(self) -> bool:
        """Whether it either comes in a run or does not."""
        return self.unit == SHARE

    def of(self, runs: pd.DataFrame) -> Array:
        """Return it for the rows of a table in memory, as numbers; NaN where there is none."""
        if self.name in END_STATES:
            return (runs["end_state"] == self.name).to_numpy(dtype=float)
        if self.name == "truce":
            return (runs["truces"] > 0).to_numpy(dtype=float)
        return runs[self.columns[0]].to_numpy(dtype=float)


SHARE = "share of runs"

TO_ITS_END = "Counted to each run's own end: a run that ends early has had less time for it."


def outcomes(case: Case) -> dict[str, Outcome]:
    """Return everything that can be measured of the runs of a case, by name."""
    found = [
        Outcome(state, f"runs that end with: {state}", SHARE, f"end_state = '{state}'",
                ("end_state",))
        for state in (*END_STATES[1:], END_STATES[0])
    ]  # fmt: skip
    found += [
        Outcome("truce", "runs with at least one truce", SHARE, "truces > 0", ("truces",)),
        Outcome(
            "weeks to truce",
            "weeks to the first truce",
            "weeks",
            "first_truce_week",
            ("first_truce_week",),
            "Only of runs that have one.",
        ),
        _column("weeks under truce", "weeks_under_truce", "weeks"),
        _column("rounds", "rounds", "rounds"),
    ]
    origins = {int(side) for side in case.records["captives"]["origin"]}
    names = zip(case.names["belligerents"], case.labels["belligerents"], strict=True)
    for s, (side, label) in enumerate(names):
        words = f"deaths, {label}'s side"
        found.append(_column(f"deaths {side}", f"deaths_{side}", "deaths", words))
        if s in origins:
            found += [
                _column(
                    f"{what} {side}",
                    f"{column}_{side}",
                    "persons",
                    f"captives from {label}, {words}",
                )
                for what, column, words in (
                    ("captives returned", "captives_returned", "returned alive"),
                    ("captives died", "captives_died", "died in captivity"),
                )
            ]
    return {one.name: one for one in found}


def _column(name: str, column: str, unit: str, label: str = "") -> Outcome:
    return Outcome(name, label or name, unit, f'"{column}"', (column,), TO_ITS_END)


def outcome_of(name: str, case: Case, key: str = "outcome") -> Outcome:
    """Return an outcome by its name, or by the beginning of it if no other begins so.

    Raises:
        RefusedError: If there is none, or more than one.
    """
    known = outcomes(case)
    near = [one for full, one in known.items() if full == name] or [
        one for full, one in known.items() if full.startswith(name)
    ]
    if len(near) == 1 and name:
        return near[0]
    raise RefusedError(problem(key, repr(name), allowed_outcomes(known, name)) + ".")


def allowed_outcomes(known: Mapping[str, Outcome], name: str) -> str:
    """Word the outcomes there are."""
    return ", ".join(known) if len(known) < 24 else one_of(known, name)


def check_outcome(key: str, name: str, case: Case) -> list[str]:
    """Word what is wrong with the name of an outcome."""
    known = outcomes(case)
    return [] if name in known else [problem(key, repr(name), allowed_outcomes(known, name))]
