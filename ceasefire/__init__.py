"""Why ceasefire talks get stuck: an agent-based model, and experiments with it."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ceasefire.experiments.design.parameter_sets import with_set
    from ceasefire.experiments.runs.ensemble import Results, run_ensemble
    from ceasefire.model.case.case import load_case
    from ceasefire.model.engines.ceasefire import CeasefireModel

__all__ = ["CeasefireModel", "Results", "load_case", "run_ensemble", "with_set"]

_FROM = {
    "CeasefireModel": "ceasefire.model.engines.ceasefire",
    "Results": "ceasefire.experiments.runs.ensemble",
    "load_case": "ceasefire.model.case.case",
    "run_ensemble": "ceasefire.experiments.runs.ensemble",
    "with_set": "ceasefire.experiments.design.parameter_sets",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for only then: the command line must answer at once."""
    if name not in _FROM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_FROM[name]), name)


def __dir__() -> list[str]:
    """List the interface."""
    return sorted(__all__)
