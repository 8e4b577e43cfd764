"""Options that several commands take, and what is made of them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Argument, Option

from ceasefire.experiments.style.refusals import MOST_RUNS, RefusedError
from ceasefire.experiments.style.words import PURPOSE

if TYPE_CHECKING:
    from ceasefire.model.case.case import Case
    from ceasefire.model.engines.ensemble import Keep

LARGEST_SEED = 2**63 - 1


KEEP: "dict[str, Keep]" = {"end-states": "end states", "rounds": "rounds"}
"""What ``--keep`` takes."""


app = typer.Typer(
    name="ceasefire",
    help=f"An agent-based model of ceasefire talks. {PURPOSE}",
    add_completion=False,
    pretty_exceptions_enable=False,
    # Plain help answers in half the time.
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


CaseName = Annotated[
    str, Argument(metavar="CASE", help="A shipped case, or a path to a .toml file.")
]
Weeks = Annotated[float | None, Option(help="Horizon in weeks, if not the case's own.")]
Settings = Annotated[
    list[str] | None,
    Option(
        "--set",
        metavar="NAME=VALUE",
        help="Change a setting, such as patron.usa.resolve=0.6; can be repeated.",
    ),
]
VariantName = Annotated[str | None, Option("--variant", help="A named variant of the case.")]
Central = Annotated[
    bool,
    Option(
        "--central", help="The case's own values in every run, not one each of the sets that fit."
    ),
]
ParameterSet = Annotated[
    int | None,
    Option(
        "--parameter-set",
        metavar="N",
        help="Values of one of the sets that fit, if not the case's own.",
    ),
]
Workers = Annotated[int | None, Option(help="Threads; all processors by default.")]
AsJson = Annotated[bool, Option("--json", help="Print one JSON object and nothing else.")]


OutcomeName = Annotated[
    str | None, Option("--outcome", help="The outcome, if not the design's own.")
]
On = Annotated[str | None, Option(metavar="ADDRESS", help="Give the work to a Dask scheduler.")]


def case_of(
    name: str,
    weeks: float | None,
    settings: list[str] | None,
    variant: str | None,
    parameter_set: int | None = None,
) -> tuple["Case", dict[str, Any]]:
    """Load a case and change it: the set first, then the variant, settings and the horizon.

    Returns:
        The case as changed, and the changes by dotted name.
    """
    from ceasefire.model.case.case import load_case, parse_overrides

    if weeks is not None and not 0.0 < weeks < float("inf"):
        raise RefusedError(f"--weeks: found {weeks:g}; allowed: more than 0.")
    found = load_case(name)
    if parameter_set is not None:
        from ceasefire.experiments.design.parameter_sets import with_set

        found = with_set(found, parameter_set)
    changes: dict[str, Any] = {}
    if variant is not None:
        found = found.variant(variant)
        changes.update(found.variants[variant].set)
    chosen = parse_overrides(settings or [])
    if weeks is not None:
        chosen["war.horizon"] = weeks
    return found.changed(chosen), changes | chosen


def stored_point(
    folder: str, point: int, seed: int, parameter_set: int | None
) -> tuple["Case", dict[str, Any], int]:
    """Return the case of one run of a sweep, the values at its point, and its parameter set."""
    from ceasefire.experiments.runs.replay import case_at
    from ceasefire.experiments.runs.results import ResultsFolder

    results = ResultsFolder.open(folder)
    found, chosen = case_at(results, point, seed, parameter_set)
    return found, dict(results.design.points[point].values), chosen


def check_runs(runs: int, first_seed: int, workers: int | None) -> None:
    """Refuse what no ensemble can be made of."""
    check_counts(runs=runs)
    check_seed("--first-seed", first_seed)
    if first_seed + runs - 1 > LARGEST_SEED:
        allowed = f"allowed with {runs} runs: up to 2**63 - {runs}"
        raise RefusedError(f"--first-seed: found {first_seed}; {allowed}.")
    check_counts(workers=workers)


def check_seed(option: str, seed: int) -> None:
    """Refuse a seed that no run can have."""
    if not 0 <= seed <= LARGEST_SEED:
        raise RefusedError(f"{option}: found {seed}; allowed: a whole number from 0 to 2**63 - 1.")


def check_counts(**counts: int | None) -> None:
    """Refuse numbers below one, and those of what would never end."""
    for name, count in counts.items():
        if count is not None and not 1 <= count <= MOST_RUNS:
            allowed = f"a whole number from 1 to {MOST_RUNS:,}"
            raise RefusedError(f"--{name}: found {count}; allowed: {allowed}.")
