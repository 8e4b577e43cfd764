"""What runs are asked for: a case, who has which parameters, and what is kept of each run."""

import threading
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ceasefire.experiments.design.parameter_sets import Draw, own_values
from ceasefire.model.case.case import Case
from ceasefire.model.engines.ensemble import Chunk, Ensemble, Keep, prepare, run_chunk

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Request:
    """Runs that are asked for; which seeds is said when they are run.

    Attributes:
        case: The case that they share.
        draw: Which set of parameters each has.
        keep: What is kept of each: only how it ended, or its rounds and truces as well.
        weekly: Whether to keep the state after every step, too.
        acceptance: Whether to keep with it how many texts each side, and both, would accept.
        certified: Share of failed rounds that are certified, drawn at random, 0 to 1.
    """

    case: Case
    draw: Draw = field(default_factory=own_values)
    keep: Keep = "rounds"
    weekly: bool = False
    acceptance: bool = False
    certified: float = 0.0

    def run(self, seeds: Array, stop: threading.Event | None = None) -> Chunk:
        """Run some seeds to their ends, looking now and then whether to stop."""
        return run_chunk(
            self.case,
            seeds,
            self.draw.settings(seeds),
            self.keep,
            self.weekly,
            self.acceptance,
            self.certified,
            stop,
        )


def warm(case: Case) -> None:
    """Load the compiled rules, so that no work is slower for it than other."""
    prepare()
    Ensemble(case, [0]).advance(0)
