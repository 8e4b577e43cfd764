"""What came of a comparison: tables, sentences, and how they are written."""

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.style.notebook import Shown
from ceasefire.experiments.style.words import PURPOSE, listed


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Shown):
    """Arms, held against the first of them. Shares are 0 to 1, differences are arm less baseline.

    Attributes:
        arms: What is compared: a row for each arm, the baseline first.
        pairs: How many runs of each other arm belong to one of the baseline, and what follows.
        shares: Differences of the shares of runs.
        numbers: Differences of the means of numbers; Wasserstein distances; Cliff's deltas.
        quantiles: Differences of quantiles.
        flows: Of the pairs: how the baseline's run ended, and how the arm's.
        incidence: Cumulative incidence of end states and of the first truce, by week.
        nulls: What null models give, beside the shares that they speak about.
        distributions: Share of runs up to each value of every number.
        verdicts: All of it in sentences.
        notes: What a reader should know of how it was done.
        weeks: Weeks after which runs are cut off.
    """

    arms: pd.DataFrame
    pairs: pd.DataFrame
    shares: pd.DataFrame
    numbers: pd.DataFrame
    quantiles: pd.DataFrame
    flows: pd.DataFrame
    incidence: pd.DataFrame
    nulls: pd.DataFrame
    distributions: pd.DataFrame
    verdicts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    weeks: float = math.nan

    @property
    def labels(self) -> list[str]:
        """Labels of the arms, the baseline first."""
        return self.arms["arm"].tolist()

    @property
    def headline(self) -> str:
        """What is compared."""
        return listed(self.labels)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name, as they are written."""
        names = ("arms", "pairs", "shares", "numbers", "quantiles", "flows", "incidence", "nulls",
                 "distributions")  # fmt: skip
        return {name: getattr(self, name) for name in names}

    def write(self, folder: str | Path) -> list[Path]:
        """Write tables, figures and reports to a folder, and return their paths.

        Raises:
            RefusedError: If the folder has results, which a report should not be mixed with.
            StorageError: If it cannot be written.
        """
        from ceasefire.experiments.comparison.report import write

        return write(self, Path(folder))

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold: tables as lists of rows, None where a number is not known."""
        found: dict[str, Any] = {"purpose": PURPOSE, "verdicts": self.verdicts, "notes": self.notes}
        for name, table in self.tables.items():
            if name != "distributions":
                rows = table.astype(object).where(table.notna(), None).to_dict("records")
                found[name] = [{str(k): _plain(v) for k, v in row.items()} for row in rows]
        return found


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
