"""What certificates say: of an ensemble, which constraints bind; of one run, round by round."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np

from ceasefire.experiments.statistics.shares import Share
from ceasefire.experiments.style.report import Cell, Report, Row, Section, table_of
from ceasefire.experiments.style.shares import percents, shares_section
from ceasefire.experiments.style.words import bar, counted, percent, plain, week_name
from ceasefire.experiments.why.checks import Check, Rerun
from ceasefire.experiments.why.found import NONE_OF_THESE, Why, key_of
from ceasefire.experiments.why.picture import picture
from ceasefire.experiments.why.words import (
    amount_words,
    answer,
    certificate_words,
    flip_words,
    labels_of,
    others,
)
from ceasefire.model.case.case import Case
from ceasefire.model.certificate.certificate import Certificate

MOST = 12
"""Lines of a table at most: what is rarer is in the facts."""


def report_of(why: Why, check: Check, case: Case, under: str = "", **facts: Any) -> Report:
    """Return what keeps the talks of an ensemble stuck; the answer comes first.

    Args:
        why: Which constraints bind.
        check: Certificates put to the test.
        case: The case.
        under: What was changed in it, and over which sets it was run.
        **facts: What else is to be known.
    """
    runs = f"{counted(why.runs, 'run')} from seed {why.first_seed}"
    some = "" if why.certified >= 1.0 else f", {percent(why.certified)} of them drawn"
    rounds = counted(why.rounds, "failed round")
    lines = [
        answer(why, case),
        f"{rounds} certified{some}, in {why.runs_with_rounds} of {runs}.",
        under,
    ]
    return Report(
        title=why.title,
        under="\n".join(filter(None, lines)),
        sections=list(sections_of(why, check, case)) if why.rounds else [],
        facts={**asdict(why), "check": check.to_dict(), **facts},
    )


def sections_of(why: Why, check: Check, case: Case) -> Iterator[Section]:
    """Return the tables of what keeps talks stuck, and at last the test."""
    labels = labels_of(case)
    rounds = f"of {counted(why.rounds, 'failed round')}"
    binding = {labels[key]: share for key, share in list(why.binding.items())[:MOST]}
    of = f"{rounds}: among the fewest that would have had to give"
    first = shares_section("Which constraints bind", of, binding)
    yield Section(first.title, of, table=first.table, picture=partial(picture, why, case))
    yield shares_section(
        "How many would have had to give together",
        rounds,
        {
            "none: a text acceptable to both was not tabled": why.acceptable,
            "one": why.smallest[1],
            "two": why.smallest[2],
            "three": why.smallest[3],
            "more than three": why.unopened,
        },
    )
    if why.sets:
        yield shares_section(
            "The commonest smallest sets",
            f"{rounds}; a round can have several",
            {" + ".join(labels[key] for key in one.keys): one.rounds for one in why.sets},
        )
    yield weeks_shown(why, labels)
    yield split_shown(why, labels)
    yield flips_shown(why, case, labels)
    if check.rounds:
        yield Section("Put to the test", lines=list(check_words(check)))


def weeks_shown(why: Why, labels: Mapping[str, str]) -> Section:
    """Show which constraints bind in which weeks."""

    def most(row: Row) -> str:
        named = [f"{labels[key]} {percent(one.share)}" for key, one in row["binding"].items()]
        return "; ".join(named[:3])

    columns: dict[str, Cell] = {
        "weeks": lambda row: f"{week_name(row['week'])}–{week_name(row['until'])}",
        "rounds, and which binds in most of them": lambda row: (
            f"{plain(row['rounds'])}: {most(row)}"
        ),
    }
    table = table_of([vars(one) for one in why.weeks], columns, words=2)
    return Section("When which binds", "of the failed rounds of these weeks", table=table)


def split_shown(why: Why, labels: Mapping[str, str]) -> Section:
    """Show each constraint's part of the deadlock."""
    columns: dict[str, Cell] = {
        "": lambda row: labels.get(row["key"], NONE_OF_THESE),
        "part": lambda row: percent(row["share"]),
        "95 % interval": lambda row: percents(row["one"]),
        " ": lambda row: bar(row["share"]),
        "error of orders": lambda row: f"± {percent(row['error'])}",
    }
    rows = [{"key": key, "one": one, **vars(one)} for key, one in why.split.items()]
    of = "how often each opens a round when all are relaxed in random order (Shapley–Shubik)"
    return Section("Parts of the deadlock", of, table=table_of(rows[:MOST], columns))


def flips_shown(why: Why, case: Case, labels: Mapping[str, str]) -> Section:
    """Show what alone would have turned each side, the likeliest first."""
    rows: list[Row] = []
    for side, label in zip(case.names["belligerents"], case.labels["belligerents"], strict=True):
        own = [(key, one) for key, one in why.flips.items() if one.side == side]
        for key, one in own[: MOST // 2]:
            name = labels.get(key, f"{label}: {key.partition(' ')[0]}")
            rows.append({"name": name, "one": one})
    columns: dict[str, Cell] = {
        "": "name",
        "if relaxed (median)": lambda row: amount_words(row["one"].unit, row["one"].amount),
        "of its refusals": lambda row: percent(row["one"].enough.share),
        "95 % interval": lambda row: percents(row["one"].enough),
    }
    of = "what alone would have turned the side that refused the last text"
    return Section("Distance to flip", of, table=table_of(rows, columns, words=2))


def check_words(check: Check) -> Iterator[str]:
    """Say what became of rounds and runs once the smallest sets were relaxed."""
    yield (
        f"{counted(check.rounds, 'round')} drawn at random and run again from the same seed, with "
        "the smallest set relaxed by its amount:"
    )
    yield (
        f"· with the certified text tabled in that round, both accepted it in "
        f"{_of(check.accepted)}; the run then ended otherwise in {_of(check.run_changed)}."
    )
    yield (
        "· relaxed from the beginning of the round, the mediators unaided, the round ended in a "
        f"deal in {_of(check.signed)}; the run ended otherwise in {_of(check.unaided_changed)}."
    )


def _of(share: Share) -> str:
    return f"{plain(share.count)} of {plain(share.of)} ({percent(share.share)}; {percents(share)})"


def report_of_run(
    whole: Case,
    world: str,
    certificates: Sequence[Certificate],
    reruns: Mapping[int, Rerun],
    ended: tuple[str, float],
    under: str = "",
    **facts: Any,
) -> Report:
    """Return why each failed round of one run failed, and what happened once it was relaxed.

    Args:
        whole: The case.
        world: Which run, in words.
        certificates: A certificate for each failed round.
        reruns: What became of rounds once they were relaxed, by their number.
        ended: How the run ended, and after how many weeks.
        under: What was changed in the case.
        **facts: What else is to be known.
    """
    failed = f"{counted(len(certificates), 'round')} failed" if certificates else "no round failed"
    state, week = ended
    lines = [f"{world}: {failed}. It ended with “{state}” after {plain(week)} weeks.", under]
    told = []
    for one in certificates:
        again = reruns.get(one.round)
        told.append({**round_facts(one, whole), "run_again": asdict(again) if again else None})
    return Report(
        title=whole.title,
        under="\n".join(filter(None, lines)),
        sections=[
            Section(
                f"Round {one.round}, week {week_name(one.week)}",
                lines=list(round_words(one, reruns.get(one.round), whole)),
            )
            for one in certificates
        ],
        facts={**facts, "end_state": state, "rounds": told},
    )


def round_facts(one: Certificate, case: Case) -> dict[str, Any]:
    """Return a certificate as plain numbers and words."""
    sides = case.names["belligerents"]
    flips = {
        side: {
            key_of(m, case): float(share)
            for m, share in enumerate(one.flips[s])
            if not np.isnan(share)
        }
        for s, side in enumerate(sides)
    }
    return {
        "round": one.round,
        "week": one.week,
        "words": certificate_words(one, case),
        "text": case.describe_text(one.text),
        "refused": dict(zip(sides, one.refused, strict=True)),
        "accepted": dict(zip(sides, one.accepted, strict=True)),
        "both": one.both,
        "sets": [
            {
                "members": [key_of(m, case) for m in found.members],
                "share": found.share,
                "text": case.describe_text(found.text),
            }
            for found in one.sets
        ],
        "flips": flips,
    }


def round_words(one: Certificate, again: Rerun | None, case: Case) -> Iterator[str]:
    """Tell one failed round, and what became of it and its run once it was relaxed."""
    yield f"On the table: {case.describe_text(one.text)}."
    yield certificate_words(one, case)
    if others(one):
        yield f"There are {counted(others(one), 'other way', 'other ways')} as small."
    yield from flip_words(one, case)
    if one.sets:
        yield f"The text that both would then take: {case.describe_text(one.sets[0].text)}."
    if again is None:
        return
    took = "both accepted it" if again.accepted else "not both accepted it"
    yield (
        f"Run again, relaxed so far and with that text tabled: {took}; "
        f"{_end(again, again.end_state, again.ended_week)}."
    )
    deal = "ended in a deal" if again.signed else "did not end in a deal"
    yield (
        f"Relaxed from the round's beginning, the mediators unaided: the round {deal}; "
        f"{_end(again, again.unaided_end, again.unaided_week)}."
    )


def _end(again: Rerun, state: str, week: float) -> str:
    words = f"the run ended with “{state}” after {plain(week)} weeks"
    if (state, week) == (again.before, again.before_week):
        return f"{words}, as before"
    return f"{words} (before: “{again.before}” after {plain(again.before_week)} weeks)"
