"""What people read on a terminal about why talks are stuck."""

from collections.abc import Iterator, Sequence

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ceasefire.experiments.commands.screens import headed_table, shares_table, title
from ceasefire.experiments.statistics.shares import Share
from ceasefire.experiments.style.words import PURPOSE, counted, percent, plain, week_name
from ceasefire.experiments.why.checks import Check, Rerun
from ceasefire.experiments.why.why import NONE_OF_THESE, Why
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
"""Lines of a table at most: what is rarer is in the data (``--json``)."""


def show_why(why: Why, check: Check | None, case: Case, changes: str, console: Console) -> None:
    """Show what keeps the talks of an ensemble stuck; the answer comes first."""
    rounds = counted(why.rounds, "failed round")
    runs = f"{counted(why.runs, 'run')} from seed {why.first_seed}"
    certified = "" if why.certified >= 1.0 else f", {percent(why.certified)} of them drawn"
    under = (
        f"{answer(why, case)}\n{rounds} certified{certified}, in {why.runs_with_rounds} of {runs}."
    )
    console.print(title(why.title, f"{under}\n{changes}{PURPOSE}"))
    if not why.rounds:
        return
    labels = labels_of(case)
    console.print(
        shares_table(
            "Which constraints bind",
            f"of {rounds}: among the fewest that would have had to give",
            _top({labels[key]: share for key, share in why.binding.items()}),
        )
    )
    console.print(
        shares_table(
            "How many would have had to give together",
            f"of {rounds}",
            {
                "none: a text acceptable to both was not tabled": why.acceptable,
                "one": why.smallest[1],
                "two": why.smallest[2],
                "three": why.smallest[3],
                "more than three": why.unopened,
            },
        )
    )
    if why.sets:
        console.print(
            shares_table(
                "The commonest smallest sets",
                f"of {rounds}; a round can have several",
                {" + ".join(labels[key] for key in one.keys): one.rounds for one in why.sets},
            )
        )
    console.print(_weeks(why, labels))
    console.print(_split(why, labels))
    console.print(_flips(why, case, labels))
    if check and check.rounds:
        console.print(Text("\nPut to the test", style="bold"))
        console.print(Text("\n".join(check_words(check))))


def _top(shares: dict[str, Share]) -> dict[str, Share]:
    return dict(list(shares.items())[:MOST])


def _weeks(why: Why, labels: dict[str, str]) -> Table:
    table = headed_table("When which binds", "of the failed rounds of these weeks")
    table.add_column("weeks", no_wrap=True)
    table.add_column("rounds", justify="right", no_wrap=True)
    table.add_column("", ratio=1)
    for one in why.weeks:
        most = [f"{labels[key]} {percent(share.share)}" for key, share in one.binding.items()]
        weeks = f"{week_name(one.week)}–{week_name(one.until)}"
        table.add_row(weeks, plain(one.rounds), "; ".join(most[:3]))
    return table


def _split(why: Why, labels: dict[str, str]) -> Table:
    table = headed_table(
        "Parts of the deadlock",
        "how often each opens a round when all are relaxed in random order (Shapley–Shubik)",
    )
    table.add_column("", ratio=1, min_width=24)
    table.add_column("part", justify="right", no_wrap=True)
    table.add_column("95 % interval", justify="right", no_wrap=True)
    table.add_column("", min_width=10, no_wrap=True)
    table.add_column("error of orders", justify="right", no_wrap=True)
    for key, one in list(why.split.items())[:MOST]:
        table.add_row(
            labels.get(key, NONE_OF_THESE),
            percent(one.share),
            f"{percent(one.low)} – {percent(one.high)}",
            Text("█" * round(10 * one.share), style="cyan"),
            f"± {percent(one.error)}",
        )
    return table


def _flips(why: Why, case: Case, labels: dict[str, str]) -> Table:
    table = headed_table(
        "Distance to flip", "what alone would have turned the side that refused the last text"
    )
    table.add_column("", ratio=2)
    table.add_column("of its refusals", justify="right", no_wrap=True)
    table.add_column("95 % interval", justify="right", no_wrap=True)
    table.add_column("if relaxed (median)", ratio=3)
    for side, label in zip(case.names["belligerents"], case.labels["belligerents"], strict=True):
        own = [(key, one) for key, one in why.flips.items() if one.side == side]
        for key, one in own[: MOST // 2]:
            table.add_row(
                labels.get(key, f"{label}: {key.partition(' ')[0]}"),
                percent(one.enough.share),
                f"{percent(one.enough.low)} – {percent(one.enough.high)}",
                amount_words(one.unit, one.amount),
            )
    return table


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
    interval = f"{percent(share.low)} – {percent(share.high)}"
    return f"{plain(share.count)} of {plain(share.of)} ({percent(share.share)}; {interval})"


def show_story(
    case: Case,
    world: str,
    certificates: Sequence[Certificate],
    reruns: dict[int, Rerun],
    ended: str,
    changes: str,
    console: Console,
) -> None:
    """Tell why each failed round of one run failed, and what happened once it was relaxed."""
    rounds = counted(len(certificates), "round")
    failed = f"{rounds} failed" if certificates else "no round failed"
    under = f"{world}: {failed}. {ended}\n{changes}{PURPOSE}"
    console.print(title(case.title, under))
    for one in certificates:
        console.print()
        console.print(Text(f"Round {one.round}, week {week_name(one.week)}", style="bold"))
        for part in story_lines(one, reruns.get(one.round), case):
            console.print(part)


def story_lines(one: Certificate, again: Rerun | None, case: Case) -> Iterator[RenderableType]:
    """Tell one failed round."""
    lines = [f"On the table: {case.describe_text(one.text)}.", certificate_words(one, case)]
    if others(one):
        lines.append(f"There are {counted(others(one), 'other way', 'other ways')} as small.")
    lines += flip_words(one, case)
    if one.sets:
        lines.append(f"The text that both would then take: {case.describe_text(one.sets[0].text)}.")
    for line in lines:
        yield Padding(Text(line), (0, 0, 0, 2))
    if again:
        for line in rerun_words(again):
            yield Padding(Text(line, style="italic"), (0, 0, 0, 2))


def rerun_words(again: Rerun) -> Iterator[str]:
    """Say what became of a round and its run once its smallest set was relaxed."""
    took = "both accepted it" if again.accepted else "not both accepted it"
    yield (
        f"Run again, relaxed so far and with that text tabled: {took}; {_end(again.end_state)} "
        f"after {plain(again.ended_week)} weeks"
        f"{_instead(again, again.end_state, again.ended_week)}."
    )
    deal = "ended in a deal" if again.signed else "did not end in a deal"
    yield (
        f"Relaxed from the round's beginning, the mediators unaided: the round {deal}; "
        f"{_end(again.unaided_end)} after {plain(again.unaided_week)} weeks"
        f"{_instead(again, again.unaided_end, again.unaided_week)}."
    )


def _end(state: str) -> str:
    return f"the run ended with “{state}”"


def _instead(again: Rerun, state: str, week: float) -> str:
    if (state, week) == (again.before, again.before_week):
        return ", as before"
    return f" (before: “{again.before}” after {plain(again.before_week)} weeks)"
