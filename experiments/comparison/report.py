"""What a comparison says: verdicts, tables, pictures, methods and facts."""

import math
from pathlib import Path
from typing import Any

import numpy as np

from ceasefire.experiments.comparison.found import Comparison
from ceasefire.experiments.comparison.shown import sections_of
from ceasefire.experiments.style.published import publish
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.experiments.style.report import Report, records
from ceasefire.experiments.style.words import listed


def report_of(comparison: Comparison) -> Report:
    """Return what a comparison says."""
    first, *others = comparison.labels
    what = f"{len(others)} arms" if len(others) > 1 else f"“{others[0]}”"
    each = listed([f"“{label}”" for label in others]) if len(others) > 1 else ""
    return Report(
        title=f"{what} held against “{first}”",
        under=f"Held against “{first}”: {each}." if each else "",
        lead=comparison.verdicts,
        heads=[words for words in comparison.verdicts if " held against " in words],
        sections=list(sections_of(comparison)),
        notes=comparison.notes,
        methods=METHODS,
        facts=facts(comparison),
        tables=comparison.tables,
    )


def facts(comparison: Comparison) -> dict[str, Any]:
    """Return what JSON can hold: tables as lists of rows, None where a number is not known."""
    return {
        "verdicts": comparison.verdicts,
        "notes": comparison.notes,
        **{
            name: [{key: _plain(value) for key, value in row.items()} for row in records(table)]
            for name, table in comparison.tables.items()
            if name != "distributions"
        },
    }


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write(comparison: Comparison, folder: Path) -> list[Path]:
    """Write tables, figures and reports to a folder, and return their paths.

    Args:
        comparison: The comparison.
        folder: Where to; files of an earlier report there are replaced.

    Raises:
        RefusedError: If results are stored in the folder.
        StorageError: If it cannot be written.
    """
    check_folder(folder)
    endings = (".svg", ".png")
    return publish(report_of(comparison), folder, endings, tables="tables", figures="figures")


def check_folder(folder: Path, key: str = "--out") -> None:
    """Refuse a folder of results: a report would be taken for a part of them.

    Raises:
        RefusedError: If there is a manifest, or a file stands there.
    """
    if folder.is_file():
        raise RefusedError(f"{key}: found the file {folder}; allowed: a folder.")
    if (folder / "manifest.json").exists():
        raise RefusedError(f"{key}: found results in {folder}; allowed: a folder of its own.")


METHODS = (
    "Runs with the same parameter set and seed in two arms meet the same chance (common random "
    "numbers): they differ only by what sets the arms apart.",
    "Cumulative incidence: Aalen and Johansen (1978), with the other end states as competing "
    "risks and runs without a deal at the horizon as censored; variance by the delta method (Dinse "
    "and Larson 1986; Marubini and Valsecchi 1995), intervals on the scale of log(-log) "
    "(Choudhury 2002).",
    "Shares and means: with 20 parameter sets or more, differences with cluster-robust intervals "
    "over sets, Student's distribution with one degree less than sets (Cameron and Miller 2015). "
    "With fewer: Newcombe's (1998) intervals of shares with McNemar's (1947) exact test, and "
    "Student's of means, over pairs; without pairs Newcombe's (1998) and Welch's (1947).",
    "Where no set's runs differ in a share, its interval is Newcombe's over pairs or runs: no "
    "difference among the runs at hand is not proof that there is none.",
    "Quantiles, Wasserstein distances (Vaserstein 1969) and Cliff's (1993) deltas: from histograms "
    "of at most 512 bins, exact for whole numbers, with a percentile bootstrap over parameter sets "
    "(Field and Welsh 2007), or over groups of seeds where there are too few sets; the distance's "
    "p-value from exchanging the arms within sets at random (Fisher 1935).",
    "Effect sizes: Cohen's h (1988), called tiny below 0.05 and small below 0.2; Cliff's delta, "
    "called tiny below 0.147 and small below 0.33 (Romano et al. 2006).",
    "p-values are corrected over all tests of the comparison (Benjamini and Hochberg 1995); a "
    "difference is said to be there where the corrected one is at most 0.05.",
    "All of it is about the model's runs: more runs make intervals narrower, and no assumption of "
    "the case any truer.",
)
"""What was done, with the sources of the methods."""
