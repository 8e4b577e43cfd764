"""What a sensitivity analysis found."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from ceasefire.experiments.design.design import Design
from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.sensitivity.discovery import Discovery
from ceasefire.experiments.sensitivity.plans import Effort
from ceasefire.experiments.style.notebook import Shown


@dataclass(frozen=True, repr=False)
class Sensitivity(Shown):
    """What moves an outcome.

    Attributes:
        design: The levers and their ranges.
        outcome: The outcome that levers are ranked by.
        effort: How much was run.
        chosen: Levers that went on from the screening.
        morris: Elementary effects by ``outcome`` and ``lever``; see
            ``sensitivity_indices.elementary_effects``.
        sobol: Sobol' indices in the same way; see ``sensitivity_indices.sobol_indices``.
        boxes: One row for each limit of each box; see ``discovery.Discovery.table``.
        paths: The steps that led to each box.
        noise: By step and outcome, the share of the variance between points that is but chance.
        runs: Runs of each point, by step.
        discovery: What scenario discovery found, if it was asked for.
        settings: The case, sets and horizon that all of it depends on, in words.
        verdicts: What follows, in sentences.
    """

    design: Design
    outcome: Outcome
    effort: Effort
    chosen: tuple[str, ...]
    morris: pd.DataFrame
    sobol: pd.DataFrame
    boxes: pd.DataFrame
    paths: pd.DataFrame
    noise: Mapping[str, Mapping[str, float]]
    runs: Mapping[str, int]
    discovery: Discovery | None
    settings: str
    verdicts: list[str] = field(default_factory=list)

    @property
    def headline(self) -> str:
        """The design and the outcome."""
        return f"{self.design.name}: {self.outcome.name}"

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Elementary effects, indices, boxes, and the steps that led to these."""
        return {name: getattr(self, name) for name in ("morris", "sobol", "boxes", "paths")}

    @property
    def labels(self) -> dict[str, str]:
        """What the levers are called, by name."""
        return {one.name: one.words for one in self.design.dimensions}

    def own(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a table about the outcome that levers are ranked by."""
        return table[table["outcome"] == self.outcome.name]
