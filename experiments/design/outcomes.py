"""What experiments measure of a run, by name: the one registry of outcomes.

Each is declared once: what it is called, its unit, where it is read from, out of what it is
counted, and what becomes of runs that ended early. Sweeps, comparisons, sensitivity, thresholds,
maps, the page and the claims take it from here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
import pandas as pd

from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.case import Case
from ceasefire.model.case.settings import one_of, problem
from ceasefire.model.world.outcome import END_STATES

Array = np.ndarray[Any, Any]
Records = Mapping[str, Array]

SHARE = "share of runs"

ALL_RUNS = "all runs"

TO_ITS_END = "Counted to each run's own end: a run that ends early has had less time for it."


class Finished(Protocol):
    """Some finished runs, as the compiled ensemble hands them out."""

    @property
    def records(self) -> Records:
        """Final states, by list."""

    @property
    def first_truce_week(self) -> Array:
        """When each run's first truce began; NaN if it had none."""

    @property
    def weeks_under_truce(self) -> Array:
        """How long its truces lasted together."""


@dataclass(frozen=True)
class Outcome:
    """One thing measured of a run.

    Attributes:
        name: Its name.
        label: What a picture calls it.
        unit: Its unit; "share of runs" if it either comes or does not.
        kind: Whether it is a share, a number, or a time at which something comes.
        sql: The expression over columns of the table ``runs``; tables larger than memory are asked.
        columns: The columns it reads.
        read: Reads the same from finished runs, where the live view shows it.
        read_table: Reads the same from a table ``runs`` in memory; its column by default.
        denominator: Out of which runs it is counted.
        ended_early: What becomes of runs that ended early.
    """

    name: str
    label: str
    unit: str
    kind: Literal["share", "number", "time"]
    sql: str
    columns: tuple[str, ...]
    read: Callable[[Finished], Array] = field(
        default=lambda ended: np.full(len(ended.first_truce_week), np.nan),
        repr=False,
        compare=False,
    )
    read_table: Callable[[pd.DataFrame], Any] | None = field(
        default=None, repr=False, compare=False
    )
    denominator: str = ALL_RUNS
    ended_early: str = TO_ITS_END

    @property
    def is_share(self) -> bool:
        """Whether it either comes in a run or does not."""
        return self.kind == "share"

    @property
    def note(self) -> str:
        """What a reader of its mean should know; nothing of a share of all runs."""
        return "" if self.is_share else self.ended_early

    def of(self, runs: pd.DataFrame) -> Array:
        """Return it for the rows of a table in memory, as numbers; NaN where there is none."""
        values = self.read_table(runs) if self.read_table else runs[self.columns[0]]
        return np.asarray(values, dtype=float)


def in_state(records: Records, state: str) -> Array:
    """Return which runs ended in a state."""
    return np.asarray(records["war"]["outcome"] == END_STATES.index(state))


def captives_of(records: Records, side: int, fate: str) -> Array:
    """Count the captives from among the people of one side: ``released``, ``died``, and so on."""
    groups = records["captives"]
    return np.asarray(np.where(groups["origin"] == side, groups[fate], 0).sum(axis=1))


def outcomes(case: Case) -> dict[str, Outcome]:
    """Return everything that can be measured of the runs of a case, by name."""
    held = {int(side) for side in case.records["captives"]["origin"]}
    sides = zip(case.names["belligerents"], case.labels["belligerents"], strict=True)
    return _by_name((side, label, s, s in held) for s, (side, label) in enumerate(sides))


def outcomes_of_columns(columns: Sequence[str]) -> dict[str, Outcome]:
    """Return what can be measured where only the columns of the table ``runs`` are known."""
    sides = [name.removeprefix("deaths_") for name in columns if name.startswith("deaths_")]
    known = _by_name((side, side, s, True) for s, side in enumerate(sides))
    return {name: one for name, one in known.items() if set(one.columns) <= set(columns)}


def _by_name(sides: Iterable[tuple[str, str, int, bool]]) -> dict[str, Outcome]:
    """Declare all outcomes.

    Args:
        sides: Of each its name, what it is called, its number, and whether captives are from it.
    """
    found = [_end_state(state) for state in (*END_STATES[1:], END_STATES[0])]
    found += [
        Outcome("truce", "runs with at least one truce", SHARE, "share", "truces > 0", ("truces",),
                lambda ended: ended.records["talks"]["truces"] > 0,
                lambda runs: runs["truces"] > 0,
                ended_early="A run that ends without one counts as having none."),
        Outcome("weeks to truce", "weeks to the first truce", "weeks", "time", "first_truce_week",
                ("first_truce_week",), lambda ended: ended.first_truce_week,
                denominator="runs with a truce", ended_early="Only of runs that have one."),
        _number("weeks under truce", "weeks", lambda ended: ended.weeks_under_truce),
        _number("rounds", "rounds", lambda ended: ended.records["talks"]["rounds"]),
    ]  # fmt: skip
    for side, label, s, held in sides:
        found += _of_side(side, label, s, held)
    return {one.name: one for one in found}


def _end_state(state: str) -> Outcome:
    return Outcome(
        state, f"runs that end with: {state}", SHARE, "share", f"end_state = '{state}'",
        ("end_state",), lambda ended: in_state(ended.records, state),
        lambda runs: runs["end_state"] == state,
        ended_early="A run that ended otherwise counts as not ended so.",
    )  # fmt: skip


def _of_side(side: str, label: str, s: int, held: bool) -> Iterator[Outcome]:
    yield _number(f"deaths {side}", "deaths",
                  lambda ended: ended.records["belligerents"]["toll"][:, s],
                  f"deaths, {label}'s side")  # fmt: skip
    if held:
        yield _number(f"captives returned {side}", "persons",
                      lambda ended: captives_of(ended.records, s, "released"),
                      f"captives from {label}, returned alive")  # fmt: skip
        yield _number(f"captives died {side}", "persons",
                      lambda ended: captives_of(ended.records, s, "died"),
                      f"captives from {label}, died in captivity")  # fmt: skip


def _number(name: str, unit: str, read: Callable[[Finished], Array], label: str = "") -> Outcome:
    # Columns are called as outcomes are.
    column = name.replace(" ", "_")
    return Outcome(name, label or name, unit, "number", f'"{column}"', (column,), read)


def outcome_of(name: str, case: Case, key: str = "outcome") -> Outcome:
    """Return an outcome by its name, or by the beginning of it if no other begins so.

    Raises:
        RefusedError: If there is none, or more than one.
    """
    known = outcomes(case)
    near = [name] if name in known else [full for full in known if full.startswith(name)]
    if len(near) == 1 and name:
        return known[near[0]]
    raise RefusedError(problem(key, repr(name), allowed_outcomes(known, name)) + ".")


def allowed_outcomes(known: Mapping[str, Outcome], name: str) -> str:
    """Word the outcomes there are."""
    return ", ".join(known) if len(known) < 24 else one_of(known, name)


def check_outcome(key: str, name: str, case: Case) -> list[str]:
    """Word what is wrong with the name of an outcome."""
    known = outcomes(case)
    return [] if name in known else [problem(key, repr(name), allowed_outcomes(known, name))]
