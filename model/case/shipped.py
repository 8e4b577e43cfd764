"""Where the cases that come with the package lie: a folder each, with all that belongs to it."""

import importlib.util
from pathlib import Path

CASE_FILE = "case.toml"
"""The file of a case in its folder; everything else there is optional."""


def cases_folder() -> Path:
    """Return the folder of the cases that come with the package."""
    # Found, not imported: as a module it would take the place of the verb ``ceasefire.cases``.
    found = importlib.util.find_spec("ceasefire.cases")
    assert found is not None
    assert found.submodule_search_locations
    return Path(found.submodule_search_locations[0])


def shipped_cases() -> list[str]:
    """Return the names of the cases that come with the package."""
    return sorted(path.parent.name for path in cases_folder().glob(f"*/{CASE_FILE}"))


def shipped_file(case: str, name: str) -> Path | None:
    """Return a file or folder that comes with a shipped case, or None.

    Args:
        case: Name of the case.
        name: What is looked for in its folder, such as ``priors.toml``.
    """
    # Names come from the folder, never the other way round.
    path = cases_folder() / case / name
    return path if case in shipped_cases() and path.exists() else None


def shipped_files(pattern: str) -> dict[str, Path]:
    """Return the files of all shipped cases that a pattern such as ``designs/*.toml`` finds.

    Returns:
        Paths by the name of the file without its ending, in alphabetical order.
    """
    return {path.stem: path for path in sorted(cases_folder().glob(f"*/{pattern}"))}
