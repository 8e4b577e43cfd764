"""A fit in a folder: what is finished stays, and the same command goes on from there."""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.design.parameter_sets import Prior, read_priors, settings_of
from ceasefire.experiments.fit.patterns import PATTERNS
from ceasefire.experiments.fit.waves import (
    NEEDED,
    Effort,
    Wave,
    distance,
    first_wave,
    next_wave,
    rates_of,
    short_case,
)
from ceasefire.experiments.style.files import worded
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.case import Case
from ceasefire.model.case.shipped import shipped_file
from ceasefire.model.engines.cache import code_digest

Array = np.ndarray[Any, Any]
Done = Callable[[int], None]

OVERLAP = list(PATTERNS).index("P5")
"""Place of the pattern that depends on how many texts are looked at."""

ENTRY = "ceasefire.experiments.fit.folder"
"""The module on whose imports a fit depends."""

CHECK_SEED = 1_000_000
"""Sets are checked on seeds from here on, which no wave uses."""


class Fit:
    """A fit of a case, in a folder.

    Args:
        case: The case.
        folder: Where waves are kept; made if need be.
        effort: How much is spent.

    Raises:
        RefusedError: If the folder holds a fit of another case, of other code, or with another
            effort.
    """

    def __init__(self, case: Case, folder: Path, effort: Effort) -> None:
        self.case, self.folder, self.effort = case, folder, effort
        self.priors: list[Prior] = read_priors(case)
        self._short = short_case(case)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RefusedError(
                f"--out: found {folder} ({worded(error)}); allowed: a folder that can be made."
            ) from None
        manifest = folder / "fit.json"
        facts = self.facts()
        if manifest.is_file():
            found = read_manifest(manifest)
            other = [key for key in facts if found.get(key) != facts[key]]
            if other:
                raise RefusedError(
                    f"{manifest}: found a fit with another {' and '.join(other)}; allowed: the "
                    "same, or an empty folder."
                )
        else:
            write_whole(manifest, json.dumps(facts, indent=2).encode())

    def facts(self) -> dict[str, Any]:
        """Return what a fit depends on: case, priors, code and effort."""
        path = shipped_file(self.case.name, "priors.toml")
        return {
            "case": self.case.digest,
            "priors": hashlib.blake2b(
                path.read_bytes() if path else b"", digest_size=10
            ).hexdigest(),
            "code": code_digest(ENTRY),
            "effort": asdict(self.effort),
        }

    def waves(self, done: Done | None = None) -> Iterator[Wave]:
        """Return the waves in turn: those that are kept, then those still to be run."""
        wave = None
        for number in range(self.effort.waves + 1):
            path = self.folder / f"wave-{number:02}.npz"
            if path.is_file():
                kept = read_arrays(path)
                wave = Wave(
                    kept["shares"],
                    kept["rates"],
                    float(kept["tolerance"]),
                    float(kept["moved"]),
                )
                if done:
                    done(self.effort.work_of(number))
            else:
                if wave is None:
                    wave = first_wave(self._short, self.priors, self.effort, done)
                else:
                    wave = next_wave(self._short, self.priors, self.effort, wave, number, done)
                write_arrays(path, asdict(wave))
            yield wave

    def checked(self, wave: Wave, done: Done | None = None) -> tuple[Array, Array]:
        """Run the sets of the last wave on other seeds; as many as are wanted again on all texts.

        To look for overlap on all texts takes fifty times the time. So sets that show every pattern
        as far as a sample of texts tells are drawn at random, and asked about all texts, until as
        many as are wanted fit.

        Returns:
            Distinct sets as shares of the priors' ranges (sets, priors), and the shares of runs
            that show each pattern (sets, patterns); that of P5 is NaN for sets that fit so far and
            were not asked about all texts.
        """
        path = self.folder / "checked.npz"
        if path.is_file():
            kept = read_arrays(path)
            return kept["shares"], kept["rates"]
        shares = np.unique(wave.shares, axis=0)
        effort = self.effort

        def each(sets: int) -> None:
            if done:
                done(sets * effort.check_runs // effort.runs)

        rates = rates_of(self._short, self.priors, shares, effort.check_runs, CHECK_SEED, done=each)
        fits = np.flatnonzero((rates >= NEEDED).all(axis=1))
        rng = np.random.default_rng([effort.seed, CHECK_SEED])
        waiting = rng.permutation(fits)
        rates[waiting, OVERLAP] = np.nan
        lacking = effort.wanted
        while lacking > 0 and len(waiting):
            now, waiting = waiting[:lacking], waiting[lacking:]
            whole = rates_of(
                self._short, self.priors, shares[now], effort.grid_runs, CHECK_SEED, True
            )
            rates[now, OVERLAP] = whole[:, OVERLAP]
            lacking -= int((whole[:, OVERLAP] >= NEEDED).sum())
        write_arrays(path, {"shares": shares, "rates": rates})
        return shares, rates

    def table(self, shares: Array, rates: Array, needed: float = NEEDED) -> pd.DataFrame:
        """Return the sets that fit, the one in the middle of them first, then by chance.

        Args:
            shares: Checked sets.
            rates: Share of runs that show each pattern.
            needed: The least that it must be, of every pattern.

        Returns:
            One row for each set (``parameter_set``): its distance, the share of runs that show each
            pattern, and its values by dotted name.
        """
        fits = (rates >= needed).all(axis=1)
        shares, rates = shares[fits], rates[fits]
        # The set in the middle of the others stands for all where one has to. The rest follow by
        # chance, so that the first hundred are as good a sample as any hundred.
        middle = ((shares[:, np.newaxis] - shares[np.newaxis]) ** 2).sum(axis=2).sum(axis=1)
        order = np.random.default_rng(self.effort.seed).permutation(len(shares))
        if len(order):
            order = np.r_[middle.argmin(), order[order != middle.argmin()]]
        shares, rates = shares[order], rates[order]
        values = settings_of(self.priors, shares)
        columns = {"distance": distance(rates)}
        columns |= {name: rates[:, i] for i, name in enumerate(PATTERNS)}
        columns |= {
            name: np.array([float(f"{v:.6g}") for v in one]) for name, one in values.items()
        }
        return pd.DataFrame(columns).rename_axis("parameter_set")


def fitting(rates: Array, needed: float = NEEDED) -> int:
    """Count the sets that fit, those among them that were not asked about all texts."""
    return int(((rates >= needed) | np.isnan(rates)).all(axis=1).sum())


def read_manifest(path: Path) -> dict[str, Any]:
    """Read what a folder says that its fit depends on.

    Raises:
        RefusedError: If the file is damaged.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise RefusedError(f"{path}: found a damaged file; allowed: that of a fit, or none.")
    return found


def read_arrays(path: Path) -> dict[str, Array]:
    """Read the arrays of a file.

    Raises:
        RefusedError: If the file is damaged.
    """
    try:
        with np.load(path) as kept:
            return {name: kept[name] for name in kept.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error):
        raise RefusedError(
            f"{path}: found a damaged file; delete it and what came after it, and the same command "
            "makes them anew."
        ) from None


def write_arrays(path: Path, arrays: dict[str, Any]) -> None:
    """Write arrays to a file that is whole or not there at all."""
    part = path.with_suffix(".part.npz")
    np.savez_compressed(part, **arrays)
    os.replace(part, path)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is whole or not there at all."""
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)
