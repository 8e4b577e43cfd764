"""What certificates of an ensemble amount to: which constraints bind, and how far they would go."""

from dataclasses import dataclass

from ceasefire.experiments.statistics.shares import Share
from ceasefire.model.case.case import Case
from ceasefire.model.certificate.constraints import constraint_of


@dataclass(frozen=True)
class SetShare:
    """A set of constraints, and how often it is among the smallest that would open a round.

    Attributes:
        members: The members (``constraints.member_of``).
        keys: The same in words (``key_of``).
        rounds: Share of the failed rounds.
        share: Median of the smallest common share of their ranges.
        amounts: Median amount of each, in its own unit.
    """

    members: tuple[int, ...]
    keys: tuple[str, ...]
    rounds: Share
    share: float
    amounts: tuple[float, ...]


@dataclass(frozen=True)
class Stretch:
    """Failed rounds of some weeks.

    Attributes:
        week: First of them.
        until: The end of the last.
        rounds: How many rounds failed.
        binding: Share of them in whose smallest sets each constraint stands.
    """

    week: float
    until: float
    rounds: int
    binding: dict[str, Share]


@dataclass(frozen=True)
class Split:
    """A constraint's part of the deadlock (Shapley and Shubik 1954).

    Attributes:
        share: Its part: how often it opens the round when all are relaxed in random order.
        low: Lower end of the 95 % interval, over runs.
        high: Upper end of it.
        error: 95 % error of the part that comes from few random orders a round.
    """

    share: float
    low: float
    high: float
    error: float


@dataclass(frozen=True)
class Flip:
    """How far a side that refused the last text was from accepting it, by one constraint.

    Attributes:
        side: Name of the side.
        enough: Share of its refusals that this constraint alone could have turned.
        share: Median share of its range that would have done, where it could.
        amount: The same in its unit.
        unit: The unit.
    """

    side: str
    enough: Share
    share: float
    amount: float
    unit: str


@dataclass(frozen=True, kw_only=True)
class Why:
    """What keeps the talks of an ensemble stuck.

    Attributes:
        case: Name of the case.
        title: Its title.
        digest: Digest of everything the case says, changes included.
        runs: Runs.
        first_seed: Seed of the first.
        certified: Share of failed rounds that were certified.
        rounds: Rounds certified.
        runs_with_rounds: Runs to which these belong.
        acceptable: Rounds in which a text acceptable to both existed, and was not tabled.
        unopened: Rounds that no set of up to three constraints would have opened.
        smallest: Rounds by the number of constraints in their smallest sets.
        binding: Share of rounds in whose smallest sets each constraint stands, by ``key_of``.
        sets: The commonest smallest sets.
        weeks: Binding constraints by week.
        split: Parts of the deadlock; with "none of these" they add up to one.
        flips: How far refusals were from acceptance, by ``key_of``.
    """

    case: str
    title: str
    digest: str
    runs: int
    first_seed: int
    certified: float
    rounds: int
    runs_with_rounds: int
    acceptable: Share
    unopened: Share
    smallest: dict[int, Share]
    binding: dict[str, Share]
    sets: tuple[SetShare, ...]
    weeks: tuple[Stretch, ...]
    split: dict[str, Split]
    flips: dict[str, Flip]


NONE_OF_THESE = "none of these"


def key_of(member: int, case: Case) -> str:
    """Name a constraint and its side: ``israel.arms``, ``guarantee``."""
    constraint, s = constraint_of(member)
    name = constraint.name.lower()
    return name if s < 0 else f"{case.names['belligerents'][s]}.{name}"
