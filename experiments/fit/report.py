"""What a fit says: how many sets fit, how often each pattern holds, and what is left open."""

from pathlib import Path

import pandas as pd

from ceasefire.experiments.fit.patterns import PATTERNS
from ceasefire.experiments.fit.waves import NEEDED
from ceasefire.experiments.style.report import Report, Section, table_of


def report_of(
    sets: pd.DataFrame, beside: pd.DataFrame | None, counts: dict[str, int], folder: Path
) -> Report:
    """Return what a fit says.

    Args:
        sets: The sets that fit.
        beside: Posteriors beside priors; None if no set fits.
        counts: How many sets were ``checked``, and how many of them are ``fitting``.
        folder: Where it is kept.
    """
    lead = [
        f"{counts['fitting']} of {counts['checked']} sets show every pattern in at least "
        f"{NEEDED:.0%} of their runs; {len(sets)} of these are kept."
    ]
    sections: list[Section] = []
    notes: list[str] = []
    if beside is None:
        lead.append("None fits: the patterns conflict under these rules, or the effort is small.")
    else:
        patterns = [{"pattern": name, "rates": sets[name]} for name in PATTERNS]
        columns = {
            "pattern": lambda row: row["pattern"],
            "mean": lambda row: f"{row['rates'].mean():.2f}",
            "lowest set": lambda row: f"{row['rates'].min():.2f}",
        }
        table = table_of(patterns, columns)
        sections.append(Section("Share of runs that show a pattern", table=table))
        columns = {
            "number": lambda row: str(row["name"]),
            "prior": lambda row: f"{row['prior_low']:.3g} to {row['prior_high']:.3g}",
            "fitted": lambda row: f"{row['low']:.3g} to {row['high']:.3g}",
            "width": lambda row: f"{row['width']:.2f}",
            "identified": lambda row: row["identified"],
        }
        table = table_of(beside.sort_values("width").reset_index(), columns)
        sections.append(Section("Middle nine tenths, side by side", table=table))
        notes.append(f"Kept in {folder}: sets.csv, sets.toml and posterior.csv.")
    return Report(
        title="The fit",
        lead=lead,
        sections=sections,
        notes=notes,
        facts={
            "sets": len(sets),
            **counts,
            "needed": NEEDED,
            "mean_rates": {p: float(sets[p].mean()) if len(sets) else None for p in PATTERNS},
            "identified": {} if beside is None else beside["identified"].value_counts().to_dict(),
            "folder": str(folder),
        },
    )
