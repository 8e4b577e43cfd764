"""Why ceasefire talks get stuck: an agent-based model, and experiments with it.

It explains, under the stated assumptions of a case; it is no forecast.

Load and check
    load_case     a case: who fights, who bargains, with which numbers
    load_design   a design: what is varied, over which values, in how many runs
    load_results  what a sweep has stored
    cases         the cases that come with the package
    designs       the designs that come with the package
    check         every number of a case: unit, range, meaning, source

Run
    run           one world, told week by week
    ensemble      a case many times: how runs end, their rounds and truces (also: run_ensemble)
    sweep         a design into a folder, part by part; resumes
    merge         the shards of a sweep put together
    verify        a sample of stored results run again: equal to the last bit?
    with_set      a case with one of the sets of parameters that fit
    replaced      rules of your own in place of the model's, in both engines

Explain
    why           why rounds fail, and what would have to change
    compare       outcomes of arms held against a baseline
    sensitivity   which levers move an outcome
    threshold     the smallest change of a lever at which an outcome reaches a level
    sql           a question to stored results

Judge
    fit           the sets of parameters that reproduce the record
    claims        the article's claims put to the test

Look
    serve         the live view in the browser

Every verb is a command of the same name and options (``ceasefire --help``), takes a case, a path
or a shipped name alike, and returns an object with pandas tables: ``.tables`` names them, and a
notebook shows them. What is refused raises CaseError or RefusedError and says what is allowed.

Nouns
    Case, CeasefireModel (a Mesa model), Design, Outcome, Results, ResultsFolder, Story,
    Certificate, Comparison, Sensitivity, Threshold, CaseError, RefusedError, StoppedError,
    StorageError: import them from here too.

Rooms
    ceasefire.agents, ceasefire.model, ceasefire.experiments, ceasefire.viz: what all this is
    made of, each importing only from those before it.

Example:
    >>> from ceasefire import CeasefireModel, ensemble, load_case
    >>> case = load_case("two-rivals").changed({"war.horizon": 20})
    >>> CeasefireModel(case, rng=7).run().week <= 20
    True
    >>> ensemble(case, runs=10)
    <Results of two-rivals: 10 runs, ... rounds and ... truces>
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ceasefire.verbs.explaining import compare, sensitivity, sql, threshold, why
from ceasefire.verbs.judging import claims, fit
from ceasefire.verbs.live import serve
from ceasefire.verbs.loading import (
    cases,
    check,
    designs,
    load_case,
    load_design,
    load_results,
    with_set,
)
from ceasefire.verbs.running import ensemble, merge, replaced, run, run_ensemble, sweep, verify

if TYPE_CHECKING:
    from ceasefire.experiments.comparison.found import Comparison
    from ceasefire.experiments.design.design import Design
    from ceasefire.experiments.design.outcomes import Outcome
    from ceasefire.experiments.runs.ensemble import Results
    from ceasefire.experiments.runs.results import ResultsFolder
    from ceasefire.experiments.sensitivity.found import Sensitivity
    from ceasefire.experiments.story.story import Story
    from ceasefire.experiments.style.files import StorageError
    from ceasefire.experiments.style.refusals import RefusedError, StoppedError
    from ceasefire.experiments.threshold.found import Threshold
    from ceasefire.model.case.case import Case, CaseError
    from ceasefire.model.certificate.certificate import Certificate
    from ceasefire.model.engines.ceasefire import CeasefireModel

__all__ = [  # noqa: RUF022  # sorted by topic, as above
    "load_case",
    "load_design",
    "load_results",
    "cases",
    "designs",
    "check",
    "run",
    "ensemble",
    "run_ensemble",
    "sweep",
    "merge",
    "verify",
    "with_set",
    "replaced",
    "why",
    "compare",
    "sensitivity",
    "threshold",
    "sql",
    "fit",
    "claims",
    "serve",
    "Case",
    "CeasefireModel",
    "Design",
    "Outcome",
    "Results",
    "ResultsFolder",
    "Story",
    "Certificate",
    "Comparison",
    "Sensitivity",
    "Threshold",
    "CaseError",
    "RefusedError",
    "StoppedError",
    "StorageError",
]

_FROM = {
    "Case": "ceasefire.model.case.case",
    "CaseError": "ceasefire.model.case.case",
    "CeasefireModel": "ceasefire.model.engines.ceasefire",
    "Certificate": "ceasefire.model.certificate.certificate",
    "Comparison": "ceasefire.experiments.comparison.found",
    "Design": "ceasefire.experiments.design.design",
    "Outcome": "ceasefire.experiments.design.outcomes",
    "RefusedError": "ceasefire.experiments.style.refusals",
    "Results": "ceasefire.experiments.runs.ensemble",
    "ResultsFolder": "ceasefire.experiments.runs.results",
    "Sensitivity": "ceasefire.experiments.sensitivity.found",
    "StoppedError": "ceasefire.experiments.style.refusals",
    "StorageError": "ceasefire.experiments.style.files",
    "Story": "ceasefire.experiments.story.story",
    "Threshold": "ceasefire.experiments.threshold.found",
}
"""Where nouns are; they are imported when they are asked for: the command line answers at once."""


def __getattr__(name: str) -> Any:
    if name not in _FROM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_FROM[name]), name)


def __dir__() -> list[str]:
    # Without the nouns: help() would load them, and print every method that they inherit.
    return [name for name in __all__ if name not in _FROM]
