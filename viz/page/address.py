"""The address bar: what a page is opened with, and what it leaves there to be shared."""

import math
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


def as_number(text: str) -> float:
    """Read a number as typed; what is none is not a number (NaN), which no range allows."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def refusal(what: str, given: str, allowed: str, longest: int = 40) -> str:
    """Say that something in an address, or typed, cannot be.

    Args:
        what: What it was given for.
        given: What was given; so much of it is repeated that it can be recognised.
        allowed: What may be given.
        longest: Signs of it that are repeated.
    """
    return f"{what}: found “{given[:longest]}”; allowed: {allowed}."


def link(page: str, values: Mapping[str, object]) -> str:
    """Return an address within the app.

    Args:
        page: The page: "" for Watch, "change", "map", "results", "claims", "about".
        values: What it is to be opened with.
    """
    asked = urlencode({name: str(value) for name, value in values.items()})
    return f"/{page}?{asked}" if asked else f"/{page}"
