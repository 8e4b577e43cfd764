"""What came of a comparison: tables and sentences."""

import math
from dataclasses import dataclass, field

import pandas as pd

from ceasefire.experiments.style.notebook import Shown
from ceasefire.experiments.style.words import listed


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Shown):
    """Alternatives, held against the first of them, the baseline.

    Shares are 0 to 1; differences are an alternative less the baseline. In all tables the column
    ``arm`` has the label of the alternative.

    Attributes:
        arms: What is compared: a row for each alternative, the baseline first.
        pairs: How many runs of each alternative belong to one of the baseline, and what follows.
        shares: Differences of the shares of runs.
        numbers: Differences of the means of numbers; Wasserstein distances; Cliff's deltas.
        quantiles: Differences of quantiles.
        flows: Of the pairs: how the baseline's run ended, and how the alternative's.
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
        """Labels of the alternatives, the baseline first."""
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
