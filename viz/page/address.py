"""The address bar: what a page is opened with, and what it leaves there to be shared."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

import solara

LONGEST = 2000
"""Signs of an address that are read; longer ones are no page of ours."""


def query() -> dict[str, str]:
    """Return the part of the address behind the question mark. Only inside a component."""
    return parsed(solara.use_router().search or "")


def parsed(search: str) -> dict[str, str]:
    """Read the part of an address behind the question mark; what cannot be read is left out."""
    return dict(parse_qsl(search.lstrip("?")[:LONGEST], keep_blank_values=False))


def link(page: str, values: Mapping[str, object]) -> str:
    """Return an address within the app.

    Args:
        page: The page: "" for Watch, "change", "map", "results", "claims", "about".
        values: What it is to be opened with.
    """
    asked = urlencode({name: str(value) for name, value in values.items()})
    return f"/{page}?{asked}" if asked else f"/{page}"
