"""How points of a sampled plan are spread over the ranges of their dimensions, in shares 0 to 1."""

from collections.abc import Callable, Mapping
from typing import Any

from ceasefire.experiments.style.refusals import RefusedError


def latin_hypercube(dimensions: int, size: int, seed: int) -> Any:
    """Return a scrambled Latin hypercube (McKay, Beckman and Conover 1979), in shares of ranges."""
    from scipy.stats import qmc

    return qmc.LatinHypercube(dimensions, rng=seed).random(size)


def sobol_sequence(dimensions: int, size: int, seed: int) -> Any:
    """Return a scrambled Sobol' sequence (Sobol' 1967; Owen 1998), in shares of ranges."""
    from scipy.stats import qmc

    return qmc.Sobol(dimensions, rng=seed).random(size)


def saltelli(dimensions: int, size: int, seed: int) -> Any:
    """Return the sample for Sobol' indices of first order and total (Saltelli et al. 2010)."""
    salib()
    from SALib.sample import sobol

    return sobol.sample(unit_problem(dimensions), size, calc_second_order=False, seed=seed)


def morris(dimensions: int, size: int, seed: int) -> Any:
    """Return trajectories for elementary effects (Morris 1991) on four levels."""
    salib()
    from SALib.sample import morris as elementary

    return elementary.sample(unit_problem(dimensions), size, num_levels=4, seed=seed)


SAMPLERS: Mapping[str, Callable[[int, int, int], Any]] = {
    "latin hypercube": latin_hypercube,
    "sobol sequence": sobol_sequence,
    "saltelli": saltelli,
    "morris": morris,
}


def unit_problem(dimensions: int) -> dict[str, Any]:
    """Return what SALib wants to know of so many ranges, each 0 to 1."""
    return {
        "num_vars": dimensions,
        "names": [f"x{i}" for i in range(dimensions)],
        "bounds": [[0.0, 1.0]] * dimensions,
    }


def salib() -> None:
    """Make sure that SALib is there.

    Raises:
        RefusedError: If it is not installed.
    """
    try:
        import SALib  # noqa: F401
    except ImportError:
        raise RefusedError(
            "SALib is not installed, which lays out this plan; "
            "`pip install 'ceasefire[sensitivity]'` brings it."
        ) from None
