"""Any run of stored results again, as a world of its own on either engine."""

from ceasefire.experiments.design.parameter_sets import place_of, with_values
from ceasefire.experiments.runs.results import ResultsFolder
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.case import Case


def case_at(
    results: ResultsFolder, point: int, seed: int, parameter_set: int | None = None
) -> tuple[Case, int]:
    """Return the case of one run of stored results, and the number of its parameter set.

    Run with this seed on the Mesa engine, it is the world of that row.

    Args:
        results: The results.
        point: Number of the point.
        seed: Seed of the run.
        parameter_set: Its set of parameters, if not the one that the seed has.

    Raises:
        RefusedError: If there is no such point or set.
        CaseError: If the point makes no sense.
    """
    design = results.design
    if not 0 <= point < len(design.points):
        raise RefusedError(
            f"--point: found {point}; allowed: a whole number from 0 to {len(design.points) - 1}."
        )
    setup = design.setup(design.points[point])
    sets = setup.draw.sets.tolist()
    place = int(place_of([seed], len(sets))[0])
    if parameter_set is not None:
        if parameter_set not in sets:
            allowed = f"one of the {len(sets)} sets of these results"
            raise RefusedError(f"--parameter-set: found {parameter_set}; allowed: {allowed}.")
        place = sets.index(parameter_set)
    values = {name: array[place].item() for name, array in setup.draw.values.items()}
    case = with_values(setup.case, values) if values else setup.case
    return case, sets[place]


def replay_command(results: ResultsFolder, point: int, parameter_set: int, seed: int) -> str:
    """Return the one-line command that tells a run again on the Mesa engine."""
    words = f"ceasefire run {results.folder} --point {point} --seed {seed}"
    # A point that makes no sense has no set: the command then says what is wrong with it.
    return words if parameter_set < 0 else f"{words} --parameter-set {parameter_set}"
