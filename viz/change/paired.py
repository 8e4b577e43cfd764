"""Two worlds on one clock: the same seed and set as the case is, and with a change."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from ceasefire.experiments.story.story import Week, ending, tell
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.model.world.outcome import END_STATES
from ceasefire.viz.change.pictures import key
from ceasefire.viz.levers.setting import world_of
from ceasefire.viz.page import svg

OVER, WAR, ROUND, TRUCE = range(4)
"""What a week was: after the run's end, war, war with a round of talks, or a truce."""

LOOKS = {
    WAR: ("war, no round", "var(--none)", 0.25),
    ROUND: ("war, with a round of talks", "var(--none)", 0.8),
    TRUCE: ("truce", "var(--second)", 0.85),
}
"""Name, colour and opacity of each kind of week."""

OF_TALKS = ("talks", "truce", "cabinet", "captives")
"""Topics of what talks come to."""

EMERGED = (*OF_TALKS, "patrons", "council", "fronts")
"""Topics of what emerges, and is not scheduled."""

KEPT = 16
"""Pairs that are kept at once."""


@dataclass(frozen=True)
class ToldWorld:
    """One world, told.

    Attributes:
        weeks: Its weeks.
        kinds: What each of them was.
        ending: How it ended, in sentences.
        outcome: Its end state.
    """

    weeks: tuple[Week, ...]
    kinds: tuple[int, ...]
    ending: tuple[str, ...]
    outcome: int


@dataclass(frozen=True)
class Pair:
    """The same seed and set twice.

    Attributes:
        seed: The seed.
        was: The world as the case is.
        now: The world with the change.
        first: The first week that is told differently, what is scheduled left aside; None if
            there is none.
        talks: The first week in which talks, truces, cabinet or captives are told differently.
    """

    seed: int
    was: ToldWorld
    now: ToldWorld
    first: int | None
    talks: int | None

    @property
    def length(self) -> int:
        """Weeks of the longer one."""
        return max(len(self.was.weeks), len(self.now.weeks))


def tell_world(values: Mapping[str, float], seed: int) -> ToldWorld:
    """Run one world of the ensemble with a setting of levers, and tell it."""
    model = CeasefireModel(world_of(values, seed), rng=seed)
    weeks, kinds = [], []
    for week in tell(model):
        weeks.append(week)
        if model.talks.phase > 0 or not model.war.fighting:
            kinds.append(TRUCE)
        else:
            kinds.append(WAR if week.tabled is None else ROUND)
    return ToldWorld(tuple(weeks), tuple(kinds), tuple(ending(model)), int(model.war.outcome))


def pair_of(values: Mapping[str, float], seed: int) -> Pair:
    """Tell a seed without and with a setting of levers; the latest pairs are kept."""
    return _pair(tuple(values.items()), seed)


@lru_cache(maxsize=KEPT)
def _pair(values: tuple[tuple[str, float], ...], seed: int) -> Pair:
    was, now = tell_world({}, seed), tell_world(dict(values), seed)
    return Pair(seed, was, now, first_different(was, now), first_different(was, now, OF_TALKS))


def first_different(
    was: ToldWorld, now: ToldWorld, topics: Collection[str] = EMERGED
) -> int | None:
    """Return the first week that is told differently.

    Args:
        was: One world.
        now: The other.
        topics: What counts (``ceasefire.experiments.story.story.Line``).
    """
    for week in range(max(len(was.weeks), len(now.weeks))):
        if week >= min(len(was.weeks), len(now.weeks)):
            return week
        if _of(was.weeks[week], topics) != _of(now.weeks[week], topics):
            return week
    return None


def _of(week: Week, topics: Collection[str]) -> tuple[str, ...]:
    return tuple(line.words for line in week.lines if line.topic in topics)


def strip(pair: Pair, horizon: float) -> str:
    """Draw both worlds week by week, one below the other, the first differing week marked."""
    left, wide, row = 112, 10.0, 24
    weeks = max(int(horizon), pair.length)
    width = left + wide * weeks + 6
    parts = []
    for i, (name, told) in enumerate((("As it is", pair.was), ("With the change", pair.now))):
        y = 18 + i * (row + 6)
        parts.append(svg.text(0, y + 16, name, size=13))
        for week, kind in enumerate(told.kinds):
            words, colour, opacity = LOOKS[kind]
            cell = svg.rect(left + wide * week, y, wide - 1, row, fill=colour, opacity=opacity)
            if kind == ROUND:
                middle = left + wide * week + (wide - 1) / 2
                cell += svg.circle(middle, y + row / 2, 2.2, fill="var(--paper)")
            parts.append(svg.group([cell], title=f"Week {week}: {words}"))
        end = left + wide * len(told.kinds)
        letter = "·PFR"[told.outcome]
        parts.append(svg.line(end, y - 2, end, y + row + 2, thick=2.5))
        if len(told.kinds) < weeks:
            parts.append(svg.text(end + 4, y + 16, letter, size=13, weight=700))
    for week in range(0, weeks + 1, 13):
        parts.append(svg.aside(left + wide * week, 90, week, 12, anchor="middle"))
    if pair.first is not None:
        x, anchor = left + wide * pair.first, "end" if pair.first > weeks * 0.7 else "start"
        words = f"first difference: week {pair.first}"
        box = {"fill": "none", "stroke": svg.ACCENT, "thick": 2.5}
        parts.append(svg.rect(x - 1, 15, wide + 1, 60, **box))
        parts.append(svg.text(x, 11, words, size=12, fill=svg.ACCENT, anchor=anchor))
    return svg.svg(width, 94, parts, "Both worlds week by week", summary(pair))


def summary(pair: Pair) -> str:
    """Say in a sentence or two how the worlds differ."""
    ends = [
        f"{name} it ends after {len(told.weeks)} weeks ({END_STATES[told.outcome]})"
        for name, told in (("as the case is", pair.was), ("with the change", pair.now))
    ]
    words = f"Seed {pair.seed}: {ends[0]}; {ends[1]}."
    if pair.first is None:
        return f"{words} No week is told differently."
    words = f"{words} The first week told differently is week {pair.first}"
    if pair.talks in (None, pair.first):
        return f"{words}."
    return f"{words}; talks, truces, cabinet or captives first differ in week {pair.talks}."


def strip_key() -> str:
    """Explain the colours of the strip."""
    items = []
    for kind, (words, colour, opacity) in LOOKS.items():
        mark = svg.circle(8, 7, 2.2, fill="var(--paper)") if kind == ROUND else ""
        items.append((svg.rect(0, 0, 16, 14, fill=colour, opacity=opacity) + mark, words))
    return key(items, "P, F, R: how it ended, as in the field")


def weeks_table(pair: Pair) -> str:
    """Return both worlds in words, side by side, from the first differing week on."""
    if pair.first is None:
        return ""
    lines = []
    for week in range(pair.first, pair.length):
        was, now = (_words(told, week) for told in (pair.was, pair.now))
        if not (was or now):
            continue
        dates = next(
            told.weeks[week].dates for told in (pair.was, pair.now) if week < len(told.weeks)
        )
        look = ' class="first-different"' if week == pair.first else ""
        mark = "<br>first difference" if week == pair.first else ""
        lines.append(
            f'<tr{look}><th scope="row">{week}<br><span class="quiet">{escape(dates)}</span>{mark}'
            f"</th><td>{_paragraphs(was)}</td><td>{_paragraphs(now)}</td></tr>"
        )
    return (
        '<div class="pair-weeks" tabindex="0" role="region" aria-label="Both worlds in words">'
        '<table><thead><tr><th scope="col">Week</th><th scope="col">As it is</th>'
        '<th scope="col">With the change</th></tr></thead>'
        f"<tbody>{''.join(lines)}{_endings(pair)}</tbody></table></div>"
    )


def _words(told: ToldWorld, week: int) -> Sequence[str]:
    return [line.words for line in told.weeks[week].lines] if week < len(told.weeks) else []


def _endings(pair: Pair) -> str:
    was, now = _paragraphs(pair.was.ending), _paragraphs(pair.now.ending)
    return f'<tr><th scope="row">End</th><td>{was}</td><td>{now}</td></tr>'


def _paragraphs(words: Sequence[str]) -> str:
    return "".join(f"<p>{escape(one)}</p>" for one in words) or "<p>–</p>"
