"""This checkout, and copies of it that a test may edit."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

ROOMS = ("agents", "cases", "experiments", "model", "viz")


def copied(target: Path, *rooms: str) -> Path:
    """Copy rooms as the package has them once it is installed; put the target on PYTHONPATH."""
    package = target / "ceasefire"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "ceasefire", package, ignore=ignored)
    for room in rooms or ROOMS:
        shutil.copytree(ROOT / room, package / room, ignore=ignored)
    return package
