"""A fit in a folder: what is finished stays, and the same command goes on from there."""

import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from ceasefire.experiments.design.parameter_sets import Prior, read_priors
from ceasefire.experiments.fit.check import checked
from ceasefire.experiments.fit.waves import Effort, Wave, first_wave, next_wave, short_case
from ceasefire.experiments.runs.parts import Parts, digest_of_text, key_of
from ceasefire.experiments.style.folders import own_version, owned, write_manifest
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.case import Case
from ceasefire.model.case.shipped import shipped_file
from ceasefire.model.engines.cache import code_digest

Array = np.ndarray[Any, Any]
Done = Callable[[int], None]

ENTRIES = ("ceasefire.experiments.fit.waves", "ceasefire.experiments.fit.check")
"""The modules on whose imports a fit depends."""

ARRAYS = "arrays.npz"


@contextmanager
def fit_in(folder: Path, case: Case, effort: Effort) -> Iterator["Fit"]:
    """Hold a folder for a fit; begin the fit there if need be.

    Args:
        folder: Where waves are kept; made if need be.
        case: The case.
        effort: How much is spent.

    Raises:
        RefusedError: If the folder holds something else, a fit of another case, of other code or
            with another effort, or another process writes there.
        StorageError: If it cannot be made or written.
    """
    fit = Fit(folder, case, effort)
    with owned(folder, "fit") as manifest:
        if manifest is None:
            write_manifest(folder, "fit", {"made_by": f"ceasefire {own_version()}", **fit.facts})
        elif other := [key for key, value in fit.facts.items() if manifest.get(key) != value]:
            raise RefusedError(
                f"{folder}: found a fit with another {' and '.join(other)}; allowed: the same, or "
                "an empty folder."
            )
        yield fit


class Fit:
    """A fit of a case, in a folder; see ``fit_in``.

    Args:
        folder: Where waves are kept.
        case: The case.
        effort: How much is spent.

    Attributes:
        priors: The priors of the case.
        facts: What the fit depends on: case, priors, code and effort.
    """

    def __init__(self, folder: Path, case: Case, effort: Effort) -> None:
        self.effort = effort
        self.priors: list[Prior] = read_priors(case)
        path = shipped_file(case.name, "priors.toml")
        self.facts: dict[str, Any] = {
            "case": case.digest,
            "priors": hashlib.blake2b(
                path.read_bytes() if path else b"", digest_size=10
            ).hexdigest(),
            "code": code_digest(*ENTRIES),
            "effort": asdict(effort),
        }
        self.store = Parts(folder, digest_of_text(json.dumps(self.facts, sort_keys=True)))
        self._short = short_case(case)

    def waves(self, done: Done | None = None) -> Iterator[Wave]:
        """Return the waves in turn: those that are kept, then those still to be run."""
        wave = None
        for number in range(self.effort.waves + 1):
            kept = self._kept(f"wave {number}")
            if kept is not None:
                tolerance, moved = float(kept["tolerance"]), float(kept["moved"])
                wave = Wave(kept["shares"], kept["rates"], tolerance, moved)
                if done:
                    done(self.effort.work_of(number))
            else:
                if wave is None:
                    wave = first_wave(self._short, self.priors, self.effort, done)
                else:
                    wave = next_wave(self._short, self.priors, self.effort, wave, number, done)
                self._keep(f"wave {number}", asdict(wave))
            yield wave

    def checked(self, wave: Wave, done: Done | None = None) -> tuple[Array, Array]:
        """Return what comes of checking the last wave, if it is not kept; see ``check.checked``."""
        kept = self._kept("checked")
        if kept is None:
            shares, rates = checked(self._short, self.priors, self.effort, wave, done)
            kept = {"shares": shares, "rates": rates}
            self._keep("checked", kept)
        return kept["shares"], kept["rates"]

    def _key(self, what: str) -> str:
        return key_of(self.store.identity, what)

    def _kept(self, what: str) -> Mapping[str, Array] | None:
        return self.store.kept(self._key(what), ARRAYS, read_arrays)

    def _keep(self, what: str, arrays: Mapping[str, Any]) -> None:
        content = io.BytesIO()
        np.savez_compressed(content, **arrays)
        self.store.save(self._key(what), {ARRAYS: content.getvalue()}, {"what": what})


def read_arrays(path: Path) -> dict[str, Array]:
    """Read the arrays of a file."""
    with np.load(path) as kept:
        return {name: kept[name] for name in kept.files}
