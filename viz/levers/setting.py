"""Settings of levers: read from an address, made into cases, and told in words.

A setting is a mapping from names of levers to values. A lever that is not in it keeps, in each
fitted set of parameters, that set's own value.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ceasefire.experiments.design.changes import Value
from ceasefire.experiments.design.dimensions import Dimension, Setup, apply
from ceasefire.experiments.design.parameter_sets import Draw, with_values
from ceasefire.experiments.style.words import plain
from ceasefire.model.case.case import Case
from ceasefire.model.case.settings import shown
from ceasefire.viz.levers.lever import levers, the_case, the_draw

Values = Mapping[str, float]


def read_values(asked: Mapping[str, str]) -> tuple[dict[str, float], dict[str, str]]:
    """Read a setting from the address.

    Args:
        asked: What stands there, by name; what is no lever is passed over.

    Returns:
        Values of levers by name, and a sentence for each lever whose value is not admissible.
    """
    values: dict[str, float] = {}
    problems: dict[str, str] = {}
    for name, lever in levers().items():
        if name in asked:
            try:
                values[name] = lever.read(asked[name])
            except ValueError as error:
                problems[name] = str(error)
    return values, problems


def chosen(values: Values) -> list[tuple[Dimension, Value]]:
    """Return the dimensions that a setting moves, each with its value."""
    found: list[tuple[Dimension, Value]] = []
    for name, lever in levers().items():
        if name in values:
            value: Value = int(values[name]) if lever.whole else values[name]
            if lever.choices:
                value = lever.choices[int(value)]
            found.append((lever.dimension, value))
    return found


def setup_of(values: Values, draw: Draw | None = None) -> Setup:
    """Return the case, and the values that differ from set to set, with a setting.

    Args:
        values: Values of levers by name.
        draw: The sets of parameters; those that come with the case without it.

    Raises:
        CaseError: If the case makes no sense with the setting.
    """
    return apply(the_case(), the_draw() if draw is None else draw, chosen(values))


def world_of(values: Values, seed: int) -> Case:
    """Return the case of one run of the ensemble, with a setting: run it with that seed.

    Raises:
        CaseError: If the case makes no sense with the setting.
    """
    setup = setup_of(values)
    own = setup.draw.settings([seed])
    return with_values(setup.case, {name: array.tolist()[0] for name, array in own.items()})


def query_of(values: Values) -> dict[str, str]:
    """Return a setting as it stands in an address."""
    return {name: shown(value) for name, value in values.items()}


def scenario_text(values: Values) -> str:
    """Return a case file with a setting, made of the case's own values in the middle.

    Raises:
        CaseError: If the case makes no sense with the setting.
    """
    own = Draw({}, np.zeros(1, dtype=np.int64))
    changed = setup_of(values, own).case
    words = setting_words(values)
    return replace(changed, title=f"{changed.title}; {words}" if words else changed.title).to_toml()


def setting_words(values: Values) -> str:
    """Say in one line what a setting changes; empty where it changes nothing."""
    known = levers()
    signs = {"add": "+", "times": "× "}
    found = []
    for name, value in values.items():
        if name in known:
            lever = known[name]
            words = lever.choices[int(value)] if lever.choices else plain(value)
            found.append(f"{lever.label}: {signs.get(lever.how, '')}{words}")
    return "; ".join(found)


def without_effect(values: Values) -> list[str]:
    """Return the levers that do nothing, because they move the weeks of levers not touched."""
    return [
        name
        for name, lever in levers().items()
        if name in values
        and lever.moves_weeks
        and not any(other in values for other in lever.dimension.names)
    ]
