"""What the search for a threshold found."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from ceasefire.experiments.design.design import Design
from ceasefire.experiments.design.dimensions import Dimension
from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.style.notebook import Shown
from ceasefire.experiments.threshold.estimate import Crossing


@dataclass(frozen=True, repr=False)
class Threshold(Shown):
    """Where an outcome first reaches a level along a lever.

    Attributes:
        design: The design of the first look: the case and the lever.
        lever: The lever.
        outcome: The outcome.
        level: The level, a share of runs or in the outcome's unit.
        falling: Whether the lever was followed downwards: the value is then the largest one.
        within: How close together the last two values are, in the lever's unit.
        value: The value at which the outcome reaches the level, by linear interpolation; NaN if
            it does so nowhere in the range.
        low: Lower end of the 95 % interval, over sets of parameters; NaN if open.
        high: Upper end of it; NaN if open, as too many resamples never reach the level.
        crossing: The same with how often it is reached, and whether it falls back.
        clusters: What was resampled: "parameter sets", or "seeds" where there is one set.
        curve: What was run: ``value``, ``step`` ("grid" or "bisection"), ``runs``, ``mean``,
            ``low`` and ``high`` over runs, ``sets_low`` and ``sets_high`` over sets.
        runs: Runs of each value.
        settings: The case, sets and horizon that it depends on, in words.
        verdicts: What follows, in sentences.
    """

    design: Design
    lever: Dimension
    outcome: Outcome
    level: float
    falling: bool
    within: float
    value: float
    low: float
    high: float
    crossing: Crossing
    clusters: str
    curve: pd.DataFrame
    runs: int
    settings: str
    verdicts: list[str] = field(default_factory=list)

    @property
    def headline(self) -> str:
        """The lever, the outcome and its level, and the value with its interval."""
        ends = f"{self.value:.4g} ({self.low:.4g} to {self.high:.4g})"
        return f"{self.lever.name} for {self.outcome.name} at {self.level:g}: {ends}"

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """What was run."""
        return {"curve": self.curve}

    @property
    def reached(self) -> bool:
        """Whether the level is reached anywhere in the range."""
        return math.isfinite(self.value)
