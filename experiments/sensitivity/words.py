"""Sensitivity in sentences: what moves an outcome, what it depends on, and what is but chance."""

import pandas as pd

from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.sensitivity.boxes import limit_words
from ceasefire.experiments.sensitivity.found import Sensitivity
from ceasefire.experiments.style.words import (
    MINUS,
    amount,
    change,
    counted,
    listed,
    percent,
    plain,
)

MIXED = 0.5
"""A lever whose mean change with sign is below this share of its mean size works both ways."""

NOISY = 0.3
"""Share of chance in the variance between points above which a reader is warned."""


def what(outcome: Outcome) -> str:
    """Word an outcome within a sentence: ``the share of runs that end with: regional war``."""
    if outcome.is_share:
        return f"the share of {outcome.label.replace('end with: ', 'end with “')}" + (
            "”" if "end with: " in outcome.label else ""
        )
    return f"the mean of {outcome.label}"


def verdicts(found: Sensitivity) -> list[str]:
    """Return what follows, in sentences; the last says what all of it depends on."""
    lines = [*screening_words(found), *variance_words(found), *box_words(found)]
    lines.append(
        f"All of it holds in this model, under the assumptions of its case ({found.settings}), "
        "over the ranges given, with every lever as likely to lie in one part of its range as in "
        "another; it says nothing of what is likely, possible or right."
    )
    return lines


def screening_words(found: Sensitivity) -> list[str]:
    """Say which levers have the largest elementary effects, and which none to speak of."""
    table = found.own(found.morris)
    if not len(table):
        return []
    name = found.labels
    first = table.iloc[0]
    if not first["mu_star"] > 0.0:
        return [f"None of the {len(table)} levers moves {what(found.outcome)} at all."]
    lines = [
        f"Of {counted(len(table), 'lever')}, “{name[first['lever']]}” moves {what(found.outcome)} "
        f"most: over its whole range by {change(first['mu_star'], found.outcome)} on average "
        f"(± {change(first['mu_star_conf'], found.outcome)})"
    ]
    others = table.iloc[1:3]
    told = [
        f"“{name[lever]}” ({change(float(size), found.outcome)})"
        for lever, size in zip(others["lever"], others["mu_star"], strict=True)
        if size > 0.0
    ]
    lines[0] += f", before {listed(told)}." if told else "."
    close = int(
        (table["mu_star"] + table["mu_star_conf"] >= first["mu_star"] - first["mu_star_conf"]).sum()
    )
    if close > 1:
        lines.append(
            f"The intervals of {counted(close, 'lever')} overlap with that of the first: their "
            "order is not settled."
        )
    idle = table[no_more_than_chance(table)]
    if len(idle):
        lines.append(
            f"The interval reaches down to what chance alone would do for {quoted(found, idle)}."
        )
    sure = table[~no_more_than_chance(table)]
    mixed = sure[sure["mu"].abs() < MIXED * sure["mu_star"]]
    for way, own in (
        ("raises", sure[(sure["mu"] > 0.0) & ~sure["lever"].isin(mixed["lever"])]),
        ("lowers", sure[(sure["mu"] < 0.0) & ~sure["lever"].isin(mixed["lever"])]),
    ):
        if len(own):
            lines.append(f"A higher value {way} {what(found.outcome)}: {quoted(found, own)}.")
    if len(mixed):
        lines.append(
            f"Whether it raises or lowers it depends on the other levers: {quoted(found, mixed)}."
        )
    return lines


def quoted(found: Sensitivity, table: pd.DataFrame) -> str:
    """List the levers of a table by what they are called."""
    return listed([f"“{found.labels[lever]}”" for lever in table["lever"]])


def no_more_than_chance(table: pd.DataFrame) -> "pd.Series[bool]":
    """Whether the interval of each mu* reaches down to that of a lever without any effect."""
    floor = table["noise"].fillna(0.0)
    return table["mu_star"] - table["mu_star_conf"] <= floor


def variance_words(found: Sensitivity) -> list[str]:
    """Say how the variance between points divides among levers, and how much of it is chance."""
    table = found.own(found.sobol)
    if not len(table):
        return []
    if table["ST"].isna().all():
        return [f"At every point of the Sobol' sample {what(found.outcome)} is the same."]
    name = found.labels
    first = table.iloc[0]
    lines = [
        f"The largest part of how {what(found.outcome)} differs between points goes back to "
        f"“{name[first['lever']]}”: {index_words(first['S1'], first['S1_conf'])} of the variance "
        f"by itself, {index_words(first['ST'], first['ST_conf'])} together with other levers."
    ]
    joint = table[table["ST"] - table["ST_conf"] > table["S1"] + table["S1_conf"]]
    if len(joint):
        lines.append(
            f"Much of it is done only together with other levers by {quoted(found, joint)}."
        )
    faint = table[table["ST"] - table["ST_conf"] <= 0.0]
    if len(faint):
        lines.append(f"Whether anything of it goes back to {quoted(found, faint)} cannot be told.")
    noise = found.noise["sobol"][found.outcome.name]
    if noise == noise:
        lines.append(noise_words(noise, found.runs["sobol"], found.design.common))
        if noise > NOISY:
            lines.append(
                "That is much, and adds to every total index: more runs a point are needed before "
                "small indices mean anything."
            )
    return lines


def noise_words(noise: float, runs: int, common: bool) -> str:
    """Say how much of the variance between points is chance."""
    bound = "at most " if common else ""
    why = " (points share their seeds, which leaves less)" if common else ""
    return (
        f"Of the variance between points {bound}{percent(noise)} is noise of "
        f"{counted(runs, 'run')} a point{why}."
    )


def index_words(value: float, half: float) -> str:
    """Word an index with its interval: ``41 % (35 to 47)``."""
    low, high = 100.0 * (value - half), 100.0 * (value + half)
    return f"{100.0 * value:.0f} % ({low:.0f} to {high:.0f})".replace("-", MINUS)


def box_words(found: Sensitivity) -> list[str]:
    """Say where in the space of levers the outcome is likely."""
    one = found.discovery
    if one is None:
        return []
    count, of = int(one.interesting.sum()), len(one.interesting)
    if not count:
        return [f"At every point {what(found.outcome)} is the same: there is nothing to discover."]
    lines = [
        f"At {plain(count)} of {counted(of, 'point')} {what(found.outcome)} is at least "
        f"{amount(one.level, found.outcome)} ({one.why})."
    ]
    if count == of:
        return [*lines, "That is everywhere: no part of the space stands out."]
    if not one.boxes:
        return [*lines, "No limits on the levers set these points apart from the others."]
    for box in one.boxes:
        limits = listed([limit_words(limit) for limit in box.limits])
        if box.number == 1:
            words = (
                f"They are dense where {limits}: this box holds {percent(box.coverage)} of them "
                f"(coverage), and {percent(box.density)} of its {counted(box.points, 'point')} are "
                f"such (density; {percent(one.base)} of all points are)."
            )
        else:
            words = (
                f"Of what is left, where {limits}: coverage {percent(box.coverage)}, density "
                f"{percent(box.density)}."
            )
        lines.append(words)
    return lines
