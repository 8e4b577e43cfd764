"""Fingerprints of shipped results: what must stay to the last bit when only the code moves.

``python benchmarks/fingerprints.py`` works them out and holds them against ``fingerprints.json``;
with ``--write`` it writes that file. About ten minutes on two cores. Names of columns do not count,
their order and every value do.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.design.design import load_design
from ceasefire.experiments.design.parameter_sets import fitted_sets, read_priors
from ceasefire.experiments.fit.check import CHECK_SEED
from ceasefire.experiments.fit.waves import rates_of, short_case
from ceasefire.experiments.runs.ensemble import run_ensemble
from ceasefire.experiments.runs.sweep import sweep
from ceasefire.model.case.case import load_case

KEPT = Path(__file__).with_suffix(".json")
TABLES = ("runs", "rounds", "truces")


def of_tables(tables: dict[str, pd.DataFrame]) -> str:
    """Return a digest of the values of tables, column by column."""
    digest = hashlib.blake2b(digest_size=16)
    for name in filter(tables.__contains__, TABLES):
        for column in tables[name].columns:
            values = tables[name][column]
            if not isinstance(values.dtype, np.dtype) or values.dtype.kind == "O":
                text = values.astype(object).where(values.notna(), "").astype(str)
                digest.update("\0".join(text).encode())
            else:
                digest.update(np.ascontiguousarray(values.to_numpy()).tobytes())
    return digest.hexdigest()


def flagship() -> str:
    """Run the design of the README's map and return the digest of its runs, rounds and truces."""
    with tempfile.TemporaryDirectory() as place:
        results = sweep(load_design("arms-and-tolerance"), Path(place) / "flagship")
        database = results.connect()
        try:
            tables = {
                name: database.execute(
                    f"SELECT * FROM {name} ORDER BY point, seed"
                    + {"runs": "", "rounds": ", round", "truces": ", truce"}[name]
                ).df()
                for name in filter(results.files.__contains__, TABLES)
            }
        finally:
            database.close()
    return of_tables(tables)


def ensemble() -> str:
    """Run a thousand runs over the shipped sets."""
    return of_tables(run_ensemble("gaza-2023", 1000).tables)


def claims() -> str:
    """Judge all claims over few sets, as ``claims --quick`` does; a digest without its wording."""
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "ceasefire", "claims", "--quick", "--json"]
        done = subprocess.run([*command, "--out", place], capture_output=True, check=True)
    answer = json.loads(done.stdout)["claims"]
    for claim in answer.values():
        for wording in ("claim", "who", "question", "why", "doses"):
            del claim[wording]
        for effect in claim["effects"]:
            del effect["words"]
    return hashlib.blake2b(json.dumps(answer, sort_keys=True).encode(), digest_size=16).hexdigest()


def sets_check() -> str:
    """Return the shares of runs that show each pattern in the shipped sets, on their check."""
    case = load_case("gaza-2023")
    priors = read_priors(case)
    sets = fitted_sets(case)
    shares = np.column_stack([prior.share(sets[prior.name].to_numpy()) for prior in priors])
    rates = rates_of(short_case(case), priors, shares, 400, CHECK_SEED)
    whole = rates_of(short_case(case), priors, shares[:20], 100, CHECK_SEED, whole_grid=True)
    return hashlib.blake2b(rates.tobytes() + whole.tobytes(), digest_size=16).hexdigest()


WHAT: dict[str, Any] = {
    "ensemble of 1,000 runs": ensemble,
    "flagship": flagship,
    "claims": claims,
    "check of the sets": sets_check,
}


def main() -> None:
    """Work the fingerprints out, and compare or write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write them anew")
    parser.add_argument("names", nargs="*", help="which: " + ", ".join(WHAT))
    asked = parser.parse_args()
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    wrong = []
    for name in asked.names or WHAT:
        found = WHAT[name]()
        same = kept.get(name) == found
        print(f"{name}: {found} {'as before' if same else 'CHANGED'}", flush=True)
        wrong += [] if same else [name]
        kept[name] = found
    if asked.write:
        KEPT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    elif wrong:
        sys.exit("Not what it was: " + ", ".join(wrong))


if __name__ == "__main__":
    main()
