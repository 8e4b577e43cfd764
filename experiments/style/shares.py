"""Shares and spreads of many runs, as tables of a report."""

from collections.abc import Mapping

from ceasefire.experiments.statistics.shares import Share, Spread
from ceasefire.experiments.style.report import Section, Table
from ceasefire.experiments.style.words import DASH, average, bar, percent, plain

QUANTILES = {"5 %": "p5", "25 %": "p25", "median": "median", "75 %": "p75", "95 %": "p95"}
"""What a table of spreads shows of each, beside its mean."""


def shares_section(
    title: str, of: str, shares: Mapping[str, Share], extra: Mapping[str, str] | None = None
) -> Section:
    """Lay out shares with their intervals and a bar, perhaps with more words on each."""
    rows = [
        (
            name,
            percent(one.share),
            percents(one),
            bar(one.share),
            plain(one.count),
            *([extra.get(name, "")] if extra else []),
        )
        for name, one in shares.items()
    ]
    heads = ("", "share", "95 % interval", " ", "number", *(["  "] if extra else []))
    return Section(title, of, table=Table(heads, tuple(rows)))


def percents(one: Share) -> str:
    """Word the interval of a share."""
    return f"{percent(one.low)} {DASH} {percent(one.high)}"


def spreads_section(title: str, of: str, spreads: Mapping[str, Spread | None]) -> Section:
    """Lay out the quantiles and means of numbers that there are."""
    rows = [
        (name, *(plain(getattr(one, key)) for key in QUANTILES.values()), average(one.mean))
        for name, one in spreads.items()
        if one is not None
    ]
    return Section(title, of, table=Table(("", *QUANTILES, "mean"), tuple(rows)))
