"""Experiments: what is varied and what came of it.

From a notebook::

    from experiments import CeasefireModel, load_case, run_ensemble

    case = load_case("gaza-2023").changed({"patron.usa.resolve": 0.6})
    results = run_ensemble(case, runs=1000)
    results.runs["end_state"].value_counts(normalize=True)
    results.summary()
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.ensemble import Results, run_ensemble
    from experiments.fitted import with_set
    from model.ceasefire import CeasefireModel
    from model.scenario import load_case

__all__ = ["PURPOSE", "CeasefireModel", "Results", "load_case", "run_ensemble", "with_set"]

PURPOSE = (
    "This model explains, under the assumptions of its case, why ceasefire talks get stuck. "
    "It is no forecast."
)

_FROM = {
    "CeasefireModel": "model.ceasefire",
    "Results": "experiments.ensemble",
    "load_case": "model.scenario",
    "run_ensemble": "experiments.ensemble",
    "with_set": "experiments.fitted",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for only then: the command line must answer at once."""
    if name not in _FROM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_FROM[name]), name)


def __dir__() -> list[str]:
    """List the interface."""
    return sorted(__all__)
