"""What makes a function a rule: plain Python for the Mesa engine, compiled for the ensemble.

And the two conversions of rates to steps that nearly every rule needs.
"""

import math
import os
from collections.abc import Callable
from typing import Any, TypeVar

# Vector versions of exp and log round differently from the ones Python calls.
os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")

import numpy as np
from numba.extending import register_jitable

WIDTHS: dict[str, np.dtype[Any]] = {"32": np.dtype(np.float32), "64": np.dtype(np.float64)}
FLOAT: np.dtype[Any] = WIDTHS[os.environ.get("CEASEFIRE_FLOAT_WIDTH", "64")]
"""Width in which numbers are kept, in both engines. Intermediate results of the Mesa engine
are always 64 bits wide, so at 32 bits the engines agree to rounding only."""


F = TypeVar("F", bound=Callable[..., Any])

RULES: dict[Callable[..., Any], Callable[..., Any]] = {}
"""Every rule, with what tells the compiler of it."""


def rule(function: F) -> F:
    """Mark a plain function as a rule: Python from Python, compiled from compiled code."""
    return _registered(function, register_jitable)


def inlined_rule(function: F) -> F:
    """Mark a rule that is compiled into its callers: a call passes the whole world by value."""
    return _registered(function, register_jitable(inline="always"))


def _registered(function: F, register: Callable[..., Any]) -> F:
    RULES[function] = register
    register(function)
    return function


@rule
def share_of_step(rate: float, step: float) -> float:
    """Share of a gap, 0 to 1, that closes in a step of ``step`` weeks at ``rate`` per week.

    ``1 - (1 - rate) ** step``: a rate of 0.3 closes 30 % in a week, whatever the step's length. A
    rate of 1 and more closes it at once.
    """
    if rate >= 1.0:
        return 1.0
    if step == 1.0:
        return rate
    return 1.0 - math.exp(step * math.log(1.0 - rate))


@rule
def chance_in_step(hazard: float, step: float) -> float:
    """Probability that an event of the given hazard (1/week) happens in a step (weeks).

    ``1 - exp(-hazard * step)``.
    """
    return 1.0 - math.exp(-hazard * step)
