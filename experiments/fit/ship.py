"""Ship a fit with its case: its sets, and the set in the middle as the case's own values.

For those who keep the project, after ``ceasefire fit``:
``python -m ceasefire.experiments.fit.ship FOLDER CASE``.
"""

import re
import shutil
import sys
from pathlib import Path

import pandas as pd

from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.case import load_case
from ceasefire.model.case.shipped import CASE_FILE, cases_folder

NOTE = "Middle one of the sets that fit the patterns P1 to P10; see the sets that come with it."


def ship(folder: Path, case: Path) -> int:
    """Copy the sets of a fit into the folder of its case; its middle set becomes the case's own.

    Args:
        folder: Folder of the fit.
        case: Folder of the case.

    Returns:
        The number of sets.

    Raises:
        RefusedError: If the folder holds no finished fit, or the case file lacks a section.
    """
    source = folder / "sets.csv"
    if not source.is_file():
        raise RefusedError(f"{source}: found nothing; allowed: the sets of a finished fit.")
    sets = pd.read_csv(source, index_col="parameter_set")
    if sets.empty:
        raise RefusedError(f"{source}: found no set that fits; allowed: at least one.")
    path = case / CASE_FILE
    text = path.read_text(encoding="utf-8")
    for column in sets.columns:
        if column.count(".") and not column.startswith("P"):
            text = with_value(text, column, float(sets[column].iloc[0]))
    path.write_text(text, encoding="utf-8")
    load_case(str(path))
    for suffix in ("csv", "toml"):
        shutil.copy(folder / f"sets.{suffix}", case / f"sets.{suffix}")
    return len(sets)


def with_value(text: str, name: str, value: float) -> str:
    """Return the text of a case file with another value of a number, noted as fitted."""
    section, field = name.rsplit(".", 1)
    entry = f'{field} = {{ value = {value:.6g}, note = "{NOTE}" }}'
    header = f"[{section}]\n"
    begin = text.find(f"\n{header}")
    if begin < 0:
        raise RefusedError(f"{name}: found no section [{section}]; allowed: a case that has one.")
    begin += 1 + len(header)
    end = text.find("\n[", begin)
    end = len(text) if end < 0 else end
    body = text[begin:end]
    line = re.compile(rf"^{re.escape(field)} = \{{([^\n]*)\}}[^\n]*$", re.MULTILINE)
    found = line.search(body)
    if found is None:
        last = begin + len(body.rstrip("\n")) + 1
        return f"{text[:last]}{entry}\n{text[last:]}"
    kept = [
        part
        for part in re.findall(r'(?:unit = "[^"]*"|range = \[[^\]]*\])', found.group(1))
        if part
    ]
    entry = ", ".join([f"{field} = {{ value = {value:.6g}", *kept])
    source = ', source = "assumed"' if "source" in found.group(1) else ""
    entry = f'{entry}{source}, note = "{NOTE}" }}'
    return text[:begin] + line.sub(lambda _: entry, body, count=1) + text[end:]


if __name__ == "__main__":
    print(f"{ship(Path(sys.argv[1]), cases_folder() / sys.argv[2])} sets shipped.")
