"""What is fitted in a case: priors with their arguments, and the sets of parameters that fit."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from ceasefire.experiments.design.tables import Table, validated
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.case import Case, CaseError
from ceasefire.model.case.settings import one_of, problem
from ceasefire.model.case.shipped import CASE_FILE, shipped_file
from ceasefire.model.case.toml_text import read_toml

Array = np.ndarray[Any, Any]


class Prior(Table):
    """What is believed beforehand of a number, or of several that are the same.

    Attributes:
        names: Dotted names of the settings that share the value.
        low: Smallest value.
        high: Largest value.
        scale: Whether it is flat on a logarithmic scale.
        argument: Why these ends.
        reluctance: Whether it makes a side reluctant, so that answers may hang on this prior.
    """

    names: tuple[str, ...]
    low: float
    high: float
    scale: Literal["linear", "log"] = "linear"
    argument: str
    reluctance: bool = False

    @property
    def name(self) -> str:
        """Name of the first setting, which stands for all."""
        return self.names[0]

    def value(self, share: Array) -> Array:
        """Return the values at given shares, 0 to 1, of the way from the low end to the high."""
        if self.scale == "log":
            return np.exp(math.log(self.low) + share * math.log(self.high / self.low))
        return self.low + share * (self.high - self.low)

    def share(self, value: Array) -> Array:
        """Return the shares at given values: the inverse of ``value``."""
        if self.scale == "log":
            return np.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def read_priors(case: Case) -> list[Prior]:
    """Read the priors that come with a case.

    Raises:
        CaseError: If there are none, or one names no number of the case, or leaves its range.
    """
    path = shipped_file(case.name, "priors.toml")
    if path is None:
        raise CaseError(case.name, [problem("priors", "none", "a case that comes with some")])
    table = read_toml(path, path.name)
    priors = [validated(Prior, entry, path.name, "prior") for entry in table["prior"]]
    found = []
    for prior in priors:
        for name in prior.names:
            setting = case.settings.get(name)
            if setting is None:
                found.append(problem(name, "no such number", one_of(case.settings, name)))
            elif not setting.low <= prior.low < prior.high <= setting.high:
                ends = f"{prior.low:g} to {prior.high:g}"
                found.append(problem(name, ends, f"within {setting.low:g} to {setting.high:g}"))
    if found:
        raise CaseError(path.name, found)
    return priors


def claims_not_tested(case: Case) -> Mapping[str, tuple[str, ...]]:
    """Return the claims that are ``assumed`` and ``fitted``, as listed with the priors."""
    path = shipped_file(case.name, "priors.toml")
    table = read_toml(path, path.name)["claims"] if path else {}
    return {kind: tuple(table.get(kind, ())) for kind in ("assumed", "fitted")}


def settings_of(priors: list[Prior], shares: Array) -> dict[str, Array]:
    """Return values by dotted name from shares of each prior's range (sets, priors)."""
    return {
        name: prior.value(shares[:, i]) for i, prior in enumerate(priors) for name in prior.names
    }


def own_shares(case: Case, priors: list[Prior]) -> Array:
    """Return where the case's own values lie in each prior's range, 0 to 1."""
    values = [np.array([float(case.settings[prior.name].value)]) for prior in priors]
    shares = [prior.share(value)[0] for prior, value in zip(priors, values, strict=True)]
    return np.clip(np.array(shares), 0.0, 1.0)


def prior_sets(case: Case, count: int, seed: int = 0) -> pd.DataFrame:
    """Draw sets from the priors, spread evenly (a scrambled Latin hypercube).

    Args:
        case: The case.
        count: How many sets.
        seed: Seed of the draw.

    Returns:
        One row for each set, one column for each dotted name.
    """
    from scipy.stats import qmc

    priors = read_priors(case)
    shares = qmc.LatinHypercube(len(priors), rng=seed).random(count)
    return _table(settings_of(priors, shares))


def fitted_sets(case: Case) -> pd.DataFrame:
    """Return the sets that fit; the case's own values where none come with it.

    Returns:
        One row for each set (``parameter_set``), one column for each dotted name.
    """
    path = shipped_file(case.name, "sets.csv")
    if path is None:
        names = [name for prior in read_priors(case) for name in prior.names]
        own = {name: np.array([float(case.settings[name].value)]) for name in names}
        return _table(own)
    table = pd.read_csv(path, index_col="parameter_set")
    return table[[name for name in table.columns if name in case.settings]]


def place_of(seeds: Sequence[int] | Array, count: int) -> Array:
    """Return which of so many sets each seed gets, as places from 0: in turn, whatever the run."""
    return np.asarray(seeds, dtype=np.int64) % count


@dataclass(frozen=True)
class Draw:
    """Which set each run of an ensemble has.

    Attributes:
        values: Values of the sets by dotted name, one for each set.
        sets: Numbers of the sets that runs have in turn, by their seeds; 0 alone where all runs
            have the case's own values.
    """

    values: Mapping[str, Array]
    sets: Array

    def settings(self, seeds: Sequence[int] | Array) -> dict[str, Array]:
        """Return the values of some runs by dotted name, one for each seed."""
        places = place_of(seeds, len(self.sets))
        return {name: values[places] for name, values in self.values.items()}

    def of_set(self, number: int) -> "Draw":
        """Return the draw in which all runs have one of its sets, by its number."""
        place = int(np.flatnonzero(self.sets == number)[0])
        values = {name: array[place : place + 1] for name, array in self.values.items()}
        return Draw(values, self.sets[place : place + 1])

    @property
    def words(self) -> str:
        """A sentence for the screen; empty where there is nothing to say."""
        if len(self.sets) < 2:
            return ""
        return f"Drawn over {len(self.sets)} fitted sets of parameters.\n"


def own_values() -> Draw:
    """Return a draw in which all runs have the case's own values."""
    return Draw({}, np.zeros(1, dtype=np.int64))


def drawn(case: Case, central: bool = False) -> Draw:
    """Give each run of an ensemble one of the sets that come with a case.

    The run with seed ``s`` has the set ``s`` modulo the number of sets, so that a longer ensemble
    holds a shorter one. A number that was changed since the case was read has that value in all.

    Args:
        case: The case.
        central: Whether all runs have the case's own values, those of the set in the middle.
    """
    if central or not has_sets(case):
        return own_values()
    sets = fitted_sets(case)
    values = {name: sets[name].to_numpy() for name in sets.columns if name not in case.changes}
    return Draw(values, sets.index.to_numpy()) if values else own_values()


def with_set(case: Case, number: int) -> Case:
    """Return a case with the values of one of the sets that come with it.

    Run with a seed that has this set, it is the world of that seed's row in an ensemble over all
    sets. Changes made to the case afterwards win over the set. An ensemble of the set alone is
    ``run_ensemble(with_set(case, number), central=True)``.

    Raises:
        RefusedError: If no sets come with the case, or none has this number.
    """
    if not has_sets(case):
        raise RefusedError(f"parameter set: found {number}; no sets come with {case.name}.")
    sets = fitted_sets(case)
    if number not in sets.index:
        allowed = f"a whole number from {sets.index.min()} to {sets.index.max()}"
        raise RefusedError(f"parameter set: found {number}; allowed: {allowed}.")
    row = sets.loc[number].to_numpy(dtype=np.float64).tolist()
    return with_values(case, dict(zip(sets.columns, row, strict=True)))


def with_values(case: Case, values: Mapping[str, Any]) -> Case:
    """Return a case with the values of a set, and room in its log for the rounds they bring."""
    # Sets with short gaps need room for more rounds than the case logs: here, for no gaps at all.
    horizon, shortest = case.settings["war.horizon"], case.settings["talks.shortest_round"]
    room = math.ceil(float(horizon.value) / float(shortest.value))
    return case.changed(values, **{"log.rounds": max(room, int(case.settings["log.rounds"].value))})


def has_sets(case: Case) -> bool:
    """Whether sets come with a case: one read from a file of the package, changed or not."""
    path = shipped_file(case.name, CASE_FILE)
    shipped = path is not None and case.path is not None and case.path.resolve() == path.resolve()
    return shipped and shipped_file(case.name, "sets.csv") is not None


def _table(settings: Mapping[str, Array]) -> pd.DataFrame:
    return pd.DataFrame(dict(settings)).rename_axis("parameter_set")


def sets_facts(csv: str, made_by: Mapping[str, Any], counts: Mapping[str, int]) -> str:
    """Return what goes beside the sets: how they were made, and a digest to find changes out.

    Args:
        csv: The sets as written.
        made_by: Digests of case, priors and code, and the effort.
        counts: How many sets were checked, and how many of these fit.
    """
    lines = [
        "# How the sets of parameters beside this file were made: by `ceasefire fit`.",
        f'sets = "{hashlib.blake2b(csv.encode(), digest_size=16).hexdigest()}"',
        *(f"{key} = {value}" for key, value in counts.items()),
        *(f'{key} = "{value}"' for key, value in made_by.items() if isinstance(value, str)),
        "[effort]",
        *(f"{key} = {value}" for key, value in made_by["effort"].items()),
    ]
    return "\n".join(lines) + "\n"
