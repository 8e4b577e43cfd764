"""Base rates of a case: its own record, and what other wars give."""

import tomllib
from functools import lru_cache
from typing import Any

from ceasefire.model.case.shipped import shipped_file


@lru_cache
def base_rates(case: str = "gaza-2023") -> dict[str, Any]:
    """Return its tables of base rates: the ``record``, every ``rate`` and every ``finding``."""
    path = shipped_file(case, "base-rates.toml")
    return tomllib.loads(path.read_text(encoding="utf-8")) if path else {}
