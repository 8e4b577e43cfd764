"""What the file of claims may say: its tables and their keys."""

from typing import Any, Literal

from pydantic import Field

from ceasefire.experiments.design.changes import Change
from ceasefire.experiments.design.tables import Table

CLAIMS = tuple(f"C{number:02}" for number in range(1, 74))
TENSIONS = tuple(f"T{number:02}" for number in range(1, 12))
BASELINE = "baseline"
"""Name of the arm in which nothing is changed; every claim has it."""

MOST_NOT_TESTABLE = 5

Status = Literal["tested", "assumed", "fitted", "not testable"]
Expected = Literal["+", "-", "0", "reported"]
Levels = dict[str, str]


ASKED = ("accepts", "guarantee needed", "overlap", "importance")
"""Kinds of measures that ask the sides about texts."""

NO_ROUNDS = {
    "talks.ripe_rate": 0,
    "talks.rare_rate": 0,
    "talks.open": False,
}
"""What keeps rounds from being called or going on."""


class Measure(Table):
    """What is measured; which keys a kind needs stands in ``claims_measures.KINDS``.

    Attributes:
        kind: Kind of measure.
        side: Name of a side.
        text: Name of a text.
        texts: Name of a family of texts.
        issue: Name of an issue.
        weeks: Weeks at whose end it is asked or read.
        field: Dotted name of any field.
        state: End state, or a cause of the end of a truce.
        level: Value that a field passes.
        start: First week of a window.
        end: Last week of a window.
        ends: Whether truces or texts that end the war are meant, or pauses; None for both.
    """

    kind: str
    side: str = ""
    text: str = ""
    texts: str = ""
    issue: str = ""
    weeks: tuple[int, ...] = ()
    field: str = ""
    state: str = ""
    level: float | None = None
    start: int | None = Field(default=None, alias="from")
    end: int | None = Field(default=None, alias="to")
    ends: bool | None = None


class Effect(Table):
    """A contrast between arms, and what the claim expects of it.

    Attributes:
        name: A few words.
        measure: Name of the measure, or of a part of it (``taken.margin``).
        of: What each arm's value is multiplied by before all are added: the difference of two
            arms, an interaction of four, a Shapley share.
        against: What is subtracted from that: the value that a level is compared with.
        expected: Sign, "0" for inside the band, or "reported" where none is claimed.
        band: What counts as about nothing, in the measure's unit.
        instead: Part measured where the first is at 0, or at 1, in all arms alike.
    """

    name: str = ""
    measure: str
    of: dict[str, int | float]
    against: float = 0.0
    expected: Expected
    band: float = Field(ge=0.0)
    instead: str = ""


class Doses(Table):
    """Arms that are doses of one thing: where does the answer turn?"""

    measure: str
    unit: str
    arms: dict[str, float]


class Claim(Table):
    """One claim, or one tension between claims.

    Attributes:
        id: ``C01`` to ``C73``, or ``T01`` to ``T11``.
        who: Who holds it.
        claim: What it says, in our words.
        question: Which of the questions it answers, 1 to 7 (0 for none).
        status: Whether it is tested, or why not.
        why: For assumed claims the rule that has its sign; for others anything to be known.
        arms: What each arm changes.
        measures: What is measured in every arm.
        effects: What is compared, and expected.
        doses: Arms that are doses.
        no_rounds_from: Week from which no rounds are called wherever sides are only asked, in every
            arm, so that a deal that an arm brings about takes no runs away from its answers.
    """

    id: str
    who: str
    claim: str
    question: int = Field(ge=0, le=7)
    status: Status
    why: str = ""
    arms: dict[str, tuple[Change, ...]] = Field(default_factory=dict)
    measures: dict[str, Measure] = Field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    doses: Doses | None = None
    no_rounds_from: int | None = Field(default=None, ge=0)

    def changes(self, arm: str, measure: str) -> tuple[Change, ...]:
        """Return what is changed where a measure is taken in an arm."""
        changes = self.arms[arm]
        if self.no_rounds_from is None or self.measures[measure].kind not in ASKED:
            return changes
        return (*changes, Change.model_validate({"set": NO_ROUNDS, "from": self.no_rounds_from}))


class Page(Table):
    """One file."""

    texts: dict[str, Levels] = Field(default_factory=dict)
    families: dict[str, dict[str, tuple[str, ...]]] = Field(default_factory=dict)
    changes: dict[str, tuple[Change, ...]] = Field(default_factory=dict)
    claims: dict[str, dict[str, Any]] = Field(default_factory=dict)
