"""Verbs that load and check: cases, designs, and results that are stored."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ceasefire.verbs.given import case_of, changes_to, results_of

if TYPE_CHECKING:
    import pandas as pd

    from ceasefire.experiments.design.design import Design
    from ceasefire.experiments.runs.results import ResultsFolder
    from ceasefire.model.case.case import Case
    from ceasefire.verbs.answers import CheckedCase
    from ceasefire.verbs.given import CaseLike, PathLike


def load_case(name_or_path: "PathLike") -> "Case":
    """Load a case: a shipped one by its name, or a file.

    Args:
        name_or_path: Name of a case that comes with the package, or a path ending in .toml.

    Raises:
        CaseError: If there is no such case, or it makes no sense.

    Example:
        >>> case = load_case("gaza-2023").changed({"patron.usa.resolve": 0.6})
        >>> case.settings["patron.usa.resolve"].value
        0.6
    """
    return case_of(name_or_path)


def load_design(name_or_path: "PathLike", **changes: Any) -> "Design":
    """Load a design: what is varied, over which values, in how many runs.

    Args:
        name_or_path: Name of a design that comes with the package, or a path ending in .toml.
        **changes: Entries of the file to be replaced, such as ``runs=1000``.

    Raises:
        CaseError: If there is no such design, or it makes no sense.

    Example:
        >>> len(load_design("arms-and-tolerance", runs=200).points)
        121
    """
    from ceasefire.experiments.design.design import load_design as load

    return load(name_or_path, **changes)


def load_results(folder: "PathLike") -> "ResultsFolder":
    """Open what a sweep has stored.

    Args:
        folder: Folder of the results.

    Raises:
        RefusedError: If there are none, or another version made them.

    Example:
        >>> stored = sweep("two-rivals", vary=["talks.gap=1,3"], runs=10, out="results/gaps")
        >>> load_results("results/gaps").by_point("rounds")["runs"].tolist()
        [10, 10]
    """
    return results_of(folder)


def cases() -> "pd.DataFrame":
    """List the cases that come with the package, one row each: name, title, description.

    Example:
        >>> list(cases()["name"])
        ['gaza-2023', 'two-rivals']
    """
    import pandas as pd

    from ceasefire.model.case.shipped import shipped_cases

    found = [case_of(name) for name in shipped_cases()]
    rows = [(one.name, one.title, one.description) for one in found]
    return pd.DataFrame(rows, columns=["name", "title", "description"])


def designs() -> "pd.DataFrame":
    """List the designs that come with the package, one row each, and what they are to answer.

    Example:
        >>> designs().columns.tolist()
        ['name', 'title', 'question', 'points', 'runs']
    """
    import pandas as pd

    from ceasefire.experiments.design.design import shipped_designs

    found = [load_design(name) for name in shipped_designs()]
    rows = [(one.name, one.title, one.question, len(one.points), one.runs) for one in found]
    return pd.DataFrame(rows, columns=["name", "title", "question", "points", "runs"])


def check(
    case: "CaseLike" = "gaza-2023",
    *,
    settings: Mapping[str, Any] | None = None,
    variant: str | None = None,
) -> "CheckedCase":
    """Validate a case; return every number with its unit, range, meaning and source.

    Args:
        case: A case, the name of a shipped one, or the path of a case file.
        settings: Changes to it by dotted name.
        variant: A named variant of it.

    Raises:
        CaseError: If the case, or a change to it, is not admissible; the message lists all faults.

    Example:
        >>> checked = check("two-rivals")
        >>> checked.settings.loc["war.horizon", "unit"]
        'weeks'
    """
    from ceasefire.verbs.answers import CheckedCase

    whole = case_of(case)
    return CheckedCase(whole.changed(changes_to(whole, None, settings, variant)))


def with_set(case: "CaseLike", number: int) -> "Case":
    """Return a case with the values of one of the sets that come with it.

    Run with a seed that has this set, it is the world of that seed's row in an ensemble. An
    ensemble of the set alone is ``ensemble(with_set(case, number), central=True)``.

    Args:
        case: A case that comes with sets, or its name.
        number: Number of the set.

    Raises:
        RefusedError: If no sets come with the case, or none has this number.

    Example:
        >>> with_set("gaza-2023", 7) == load_case("gaza-2023")
        False
    """
    from ceasefire.experiments.design.parameter_sets import with_set as with_values_of

    return with_values_of(case_of(case), number)
