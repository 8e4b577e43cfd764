"""The page of the documentation on the fit, written by the program from the sets that come along.

For those who keep the project: ``python -m ceasefire.experiments.reference.fit docs/fit.md``.
"""

import hashlib
import inspect
import math
import sys
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd

from ceasefire.experiments.design.parameter_sets import Prior, fitted_sets, read_priors
from ceasefire.experiments.fit.nulls import NULLS
from ceasefire.experiments.fit.patterns import PATTERNS
from ceasefire.experiments.fit.posterior import (
    IDENTIFIED,
    LEVER_WEEK,
    LOOK_WEEK,
    NOT_IDENTIFIED,
    dependence,
    lever_responses,
    posterior,
)
from ceasefire.experiments.fit.waves import NEEDED
from ceasefire.experiments.style.markdown import table_text
from ceasefire.model.case.case import Case, load_case
from ceasefire.model.case.shipped import shipped_file

RUNS = 40
"""Runs of each set under each lever."""


def page(case: Case) -> str:
    """Return the page, in Markdown."""
    path = shipped_file(case.name, "sets.csv")
    facts = shipped_file(case.name, "sets.toml")
    assert path is not None  # shipped together
    assert facts is not None
    whole = pd.read_csv(path, index_col="parameter_set")
    sets = fitted_sets(case)
    priors = read_priors(case)
    beside = posterior(priors, sets)
    responses = lever_responses(case, sets, RUNS)
    made = tomllib.loads(facts.read_text(encoding="utf-8"))
    digest = hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
    parts = [
        "<!-- Written by `python -m ceasefire.experiments.reference.fit`: do not edit. -->",
        "# The fit",
        introduction(len(sets), made, digest),
        "## The patterns",
        patterns_table(whole),
        "## Priors and posteriors",
        widths(priors, beside),
        "## What levers do in sets that fit alike",
        levers(responses),
        "## What the answer owes to the priors",
        owed(dependence(priors, sets, responses)),
    ]
    return "\n\n".join(parts) + "\n"


def introduction(count: int, made: dict[str, Any], digest: str) -> str:
    """Say how the sets were made."""
    effort = made["effort"]
    return (
        f"{count} sets of parameters reproduce the patterns of the record up to 24 June 2024: in "
        f"each of them every pattern holds in at least {NEEDED:.0%} of {effort['check_runs']} runs "
        "on seeds that the fit had not used, the same for all; whether texts suit both (P5) was "
        f"asked of the whole grid in {effort['grid_runs']} of these. "
        f"{made['fitting']} of {made['checked']} sets that came out of the fit do so, and these "
        "were drawn from them at random. No later event was used. The sets say what the record "
        "leaves possible under the rules of this model; none of them is the truth, and what "
        "differs between them the record does not decide.\n\n"
        f"{effort['drawn']:,} sets were drawn from the priors, and {effort['kept']} of them moved "
        f"through {effort['early']} waves to where they time the truce of November, then through "
        f"{effort['waves']} waves of falling tolerance on all patterns "
        "(sequential Monte Carlo: Del Moral, Doucet and Jasra 2012; steps: "
        "ter Braak 2006, Vrugt et al. 2009). "
        f"`ceasefire fit` repeats it from seed {effort['seed']}.\n\n"
        f"Digests: sets `{digest}`, code `{made['code']}`, priors `{made['priors']}`, "
        f"case before the fit `{made['case']}`."
    )


def patterns_table(whole: pd.DataFrame) -> str:
    """Show how often each pattern holds, and how often chance would show it."""
    nulls = {name: null() for name, null in NULLS.items()}
    rows = []
    behind = []
    for name, pattern in PATTERNS.items():
        rates = whole[name]
        chance = [null.get(name) for null in nulls.values()]
        if any(one is not None and rates.median() <= one for one in chance):
            behind.append(name)
        said = inspect.getdoc(pattern) or ""
        title, *rest = said.split("\n\n")
        rows.append(
            [
                name,
                title.removeprefix(f"{name}. "),
                " ".join(" ".join(rest).split()),
                f"{rates.mean():.2f}",
                f"{rates.min():.2f} to {rates.max():.2f}",
                *("says nothing" if one is None else f"{one:.2f}" for one in chance),
            ]
        )
    header = ["pattern", "", "asked of a run", "mean rate", "range over sets", *nulls]
    verdict = (
        f"The median set does not beat every null on {', '.join(behind)}."
        if behind
        else "The median set beats every null on every pattern on which the null says something."
    )
    laid_out = "\n".join(table_text(header, rows))
    return f"{laid_out}\n\n{verdict} P9, the arithmetic of seats, holds by the data."


def widths(priors: list[Prior], beside: pd.DataFrame) -> str:
    """Show every prior beside its posterior."""
    argument = {prior.name: prior.argument for prior in priors}
    rows = [
        [
            f"`{name}`",
            f"{row['prior_low']:.3g} to {row['prior_high']:.3g}",
            f"{row['low']:.3g} to {row['high']:.3g}",
            f"{row['median']:.3g}",
            f"{row['width']:.2f}",
            row["identified"],
            argument[str(name)],
        ]
        for name, row in beside.sort_values("width").iterrows()
    ]
    counts = beside["identified"].value_counts()
    said = (
        f"Of {len(beside)} numbers the patterns identify {counts.get('yes', 0)} (width of the "
        f"middle nine tenths below {IDENTIFIED} of the prior's), {counts.get('in part', 0)} in "
        f"part, and {counts.get('no', 0)} not at all (above {NOT_IDENTIFIED}). What is not "
        "identified is as its prior has it: results must be read over all sets, never from one."
    )
    header = [
        "number",
        "prior",
        "fitted",
        "median",
        "width",
        "identified",
        "argument for the prior",
    ]
    laid_out = "\n".join(table_text(header, rows))
    return f"{said}\n\n{laid_out}"


def levers(responses: pd.DataFrame) -> str:
    """Show how far sets that fit alike differ in what a lever does."""
    rows = []
    for name in responses.columns:
        values = responses[name]
        kind, lever = name.split(": ")
        unit = "change in probability" if kind == "permanent" else "change in utility"
        low, middle, high = values.quantile([0.05, 0.5, 0.95])
        moved = (values > 0.005).mean()
        measure = "a permanent ceasefire" if kind == "permanent" else "Israel's balance"
        rows.append(
            [
                lever,
                f"{measure} ({unit})",
                f"{values.mean():.3f}",
                f"{middle:.3f}",
                f"{low:.3f} to {high:.3f}",
                f"{moved:.0%}",
            ]
        )
    said = (
        f"Each lever is pulled from week {LEVER_WEEK} on in every set, {RUNS} runs each with the "
        "same seeds; the balance is Israel's for a text in three stages that ends the war, in week "
        f"{LOOK_WEEK}. Some sets move, others hardly: the record does not decide between them."
    )
    header = ["lever", "measure", "mean", "median", "middle nine tenths of sets", "sets it moves"]
    laid_out = "\n".join(table_text(header, rows))
    return f"{said}\n\n{laid_out}"


def owed(found: pd.DataFrame) -> str:
    """Show what the answer owes to the priors of reluctance."""
    permanent = found[found["response"].str.startswith("permanent")]
    rows = []
    for row in permanent.to_dict("records"):
        cells = [
            f"{row[third]:.3f} ({row[f'sets_{third}']})" if row[f"sets_{third}"] else "no set"
            for third in ("low", "middle", "high")
        ]
        correlation = "" if math.isnan(row["correlation"]) else f"{row['correlation']:+.2f}"
        rows.append([f"`{row['name']}`", row["response"].split(": ")[1], *cells, correlation])
    said = (
        "Change in the probability of a permanent ceasefire where a reluctance lies in the lower, "
        "middle or upper third of its prior's range, with the number of sets in brackets; a prior "
        "that left a third out would leave these sets out. Rank correlation over sets."
    )
    header = ["reluctance", "lever", "lower third", "middle third", "upper third", "correlation"]
    laid_out = "\n".join(table_text(header, rows))
    return f"{said}\n\n{laid_out}"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(load_case("gaza-2023")), encoding="utf-8")
