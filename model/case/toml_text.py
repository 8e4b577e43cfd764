"""Reading TOML of any kind: what cannot be read is told in a sentence, without a wait."""

import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from ceasefire.model.case.settings import CaseError, problem

LARGEST = 4 * 2**20
"""Bytes that a file may have: the shipped cases have some 60,000."""

MOST_PARTS = 20
"""Parts that a dotted key may have: reading one of thousands takes seconds and gigabytes."""

LONG_KEY = re.compile(rf'^[ \t\[]*(?:[\w"\'-]+[ \t]*\.[ \t]*){{{MOST_PARTS},}}', re.MULTILINE)


def read_toml(path: Path, where: str = "") -> dict[str, Any]:
    """Read a TOML file.

    Args:
        path: The file.
        where: What messages call it; its name by default.

    Raises:
        CaseError: If it is missing, no file, too large, or no TOML.
    """
    where = where or path.name
    allowed = "a TOML file"
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            kind = "a folder" if stat.S_ISDIR(found.st_mode) else "no file that can be read"
            raise CaseError(where, [problem(str(path), kind, allowed)])
        if found.st_size > LARGEST:
            words = f"{found.st_size / 2**20:.0f} megabytes"
            raise CaseError(where, [problem(str(path), words, f"up to {LARGEST / 2**20:.0f}")])
        text = path.read_text(encoding="utf-8")
    except CaseError:
        raise
    except FileNotFoundError:
        raise CaseError(where, [problem(str(path), "no such file", allowed)]) from None
    except (OSError, ValueError) as error:
        raise CaseError(where, [problem(str(path), str(error), allowed)]) from None
    return parse_toml(text, where)


def parse_toml(text: str, where: str) -> dict[str, Any]:
    """Return the tables of a text in TOML; ``where`` names it in messages.

    Raises:
        CaseError: If it is no TOML, or nested beyond reason.
    """
    long = LONG_KEY.search(text)
    if long:
        line = text.count("\n", 0, long.start()) + 1
        allowed = f"keys of up to {MOST_PARTS} parts"
        raise CaseError(where, [problem(f"line {line}", "a longer key", allowed)])
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise CaseError(where, [problem("text", "tables too deep to be read", "TOML")]) from None
    except ValueError as error:
        # Not only of TOML's own kind: a number of thousands of digits is another.
        said = str(error).split(";")[0]
        raise CaseError(where, [problem("text", said, "TOML")]) from None
