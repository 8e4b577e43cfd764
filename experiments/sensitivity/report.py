"""What a sensitivity analysis says: verdicts, tables, pictures and facts."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

from ceasefire.experiments.design.dimensions import Dimension
from ceasefire.experiments.sensitivity import pictures
from ceasefire.experiments.sensitivity.found import Sensitivity
from ceasefire.experiments.sensitivity.words import no_more_than_chance
from ceasefire.experiments.style.report import (
    Cell,
    Report,
    Row,
    Section,
    Table,
    known,
    plain_rows,
    table_of,
)
from ceasefire.experiments.style.words import DASH

TABLES = ("morris", "sobol", "boxes", "paths")


def report_of(found: Sensitivity) -> Report:
    """Return what a sensitivity analysis says."""
    named = {name: getattr(found, name) for name in TABLES}
    return Report(
        title=f"What moves: {found.outcome.name}",
        under=f"{found.design.title} ({found.design.name}). It is conditional on: "
        f"{found.settings}.",
        lead=found.verdicts,
        sections=[*screening(found), *indices(found), *discovered(found)],
        facts=facts(found),
        tables={name: table for name, table in named.items() if len(table)},
    )


def screening(found: Sensitivity) -> list[Section]:
    """Show the elementary effects on the outcome that levers are ranked by."""
    own = found.own(found.morris)
    if not len(own):
        return []
    share = found.outcome.is_share
    scale, unit = (100.0, "percentage points") if share else (1.0, found.outcome.unit)
    idle = no_more_than_chance(own)
    columns: dict[str, Cell] = {
        "lever": lambda row: found.labels[row["lever"]],
        "mu*": half("mu_star", scale),
        "mu": lambda row: f"{scale * row['mu']:+.1f}",
        "sigma": lambda row: f"{scale * row['sigma']:.1f}",
        "chance": lambda row: f"{scale * row['noise']:.1f}" if known(row["noise"]) else DASH,
    }
    table = table_of(own.assign(idle=idle), columns, faint=lambda row: row["idle"])
    text = (
        "mu* is the mean size of the change, scaled to a lever's whole range (Morris 1991; "
        "Campolongo et al. 2007), with half a 95 % interval; mu its mean with sign, sigma its "
        "standard deviation, chance the mu* that chance alone would give a lever without effect. "
        "All end states are in morris.csv."
    )
    draw = partial(pictures.screening, found, own)
    return [Section(f"Screening: elementary effects, {unit}", "", text, table, draw)]


def indices(found: Sensitivity) -> list[Section]:
    """Show how the variance between points divides among levers."""
    own = found.own(found.sobol)
    if not len(own):
        return []
    columns: dict[str, Cell] = {
        "lever": lambda row: found.labels[row["lever"]],
        "by itself (S1)": half("S1", 100.0, 0),
        "with others (ST)": half("ST", 100.0, 0),
    }
    text = (
        "S1 is the share of the variance between points that a lever explains alone, ST the share "
        "with all it does together with others (Sobol' 2001; Saltelli et al. 2010), with half "
        "95 % intervals by bootstrap. All end states are in sobol.csv."
    )
    drawn = own["ST"].notna().any()
    draw = partial(pictures.variance, found, own) if drawn else None
    of = "% of the variance between points"
    return [Section("Sobol' indices", of, text, table_of(own, columns), draw)]


def discovered(found: Sensitivity) -> list[Section]:
    """Show the limits of the boxes; on a screen the sentences say them."""
    if not len(found.boxes):
        return []
    columns: dict[str, Cell] = {
        "box": "box",
        "lever": lambda row: found.labels[row["lever"]],
        "unit": "unit",
        **{name: rounded(name) for name in ("low", "high")},
        "values": "values",
        **{name: rounded(name) for name in ("p_low", "p_high", "coverage", "density", "mass")},
        "points": "points",
    }
    text = (
        "PRIM (Friedman and Fisher 1999; Bryant and Lempert 2010). Coverage is the share of the "
        "points of interest that a box holds, density the share of its points that are of "
        "interest, mass the share of all points in it, p the quasi-p-value of a limit."
    )
    table: Table = table_of(found.boxes, columns, words=3)
    draw = partial(pictures.boxes, found)
    return [Section("Scenario discovery: boxes", "", text, table, draw, where="page")]


def half(name: str, scale: float, digits: int = 1) -> Callable[[Row], str]:
    """Return what words a number with half its interval."""

    def words(row: Row) -> str:
        value, spread = scale * row[name], scale * row[f"{name}_conf"]
        return DASH if value != value else f"{value:.{digits}f} ± {spread:.{digits}f}"

    return words


def rounded(name: str) -> Callable[[Row], str]:
    """Return what words a number with three digits, and nothing where it is not known."""
    return lambda row: "" if known(row[name]) is None else f"{row[name]:.3g}"


def facts(found: Sensitivity) -> dict[str, Any]:
    """Return everything as plain numbers and words, ready for JSON."""
    one = found.discovery
    return {
        "design": found.design.name,
        "case": found.design.case.name,
        "conditional_on": found.settings,
        "outcome": found.outcome.name,
        "effort": asdict(found.effort),
        "runs_of_each_point": dict(found.runs),
        "levers": {one.name: lever_facts(one) for one in found.design.dimensions},
        "chosen": list(found.chosen),
        "morris": plain_rows(found.morris),
        "sobol": plain_rows(found.sobol),
        "noise": {step: {k: known(v) for k, v in by.items()} for step, by in found.noise.items()},
        "discovery": None
        if one is None
        else {
            "level": one.level,
            "why": one.why,
            "points": len(one.interesting),
            "of_interest": int(one.interesting.sum()),
            "boxes": plain_rows(found.boxes),
        },
        "verdicts": found.verdicts,
    }


def lever_facts(lever: Dimension) -> dict[str, Any]:
    """Return what a lever is, as JSON has it."""
    return {
        "label": lever.label,
        "unit": lever.unit,
        "change": lever.change,
        "settings": list(lever.names),
        "low": known(lever.low),
        "high": known(lever.high),
        "values": list(lever.values),
        "from": lever.start,
        "to": lever.end,
    }
