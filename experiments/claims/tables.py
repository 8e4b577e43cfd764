"""What the file of claims may say: its tables and their keys."""

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

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

NO_ROUNDS: dict[str, bool | int | float] = {
    "talks.ripe_rate": 0,
    "talks.rare_rate": 0,
    "talks.open": False,
}
"""What keeps rounds from being called or going on."""


class Table(BaseModel):
    """A table of the file; a key it does not know is an error."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True, frozen=True)


class Change(Table):
    """What an arm changes, from the beginning of one week to the beginning of another.

    Attributes:
        set: New values, by dotted name of any field.
        times: Multiples of the value that each parameter set gives.
        add: What is added to it.
        sign: Name of a text that comes into force in the week ``start`` as if both had signed it.
        use: Name of a group of changes declared for all claims.
        start: First week.
        end: Week in which the old value comes back; None for never.
        once: Changed once in the week ``start`` and then left to the model, instead of held.
    """

    set: dict[str, bool | int | float] = {}
    times: dict[str, int | float] = {}
    add: dict[str, int | float] = {}
    sign: str = ""
    use: str = ""
    start: int = Field(default=0, alias="from", ge=0)
    end: int | None = Field(default=None, alias="to")
    once: bool = False


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
    arms: dict[str, tuple[Change, ...]] = {}
    measures: dict[str, Measure] = {}
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

    texts: dict[str, Levels] = {}
    families: dict[str, dict[str, list[str]]] = {}
    changes: dict[str, tuple[Change, ...]] = {}
    claims: dict[str, dict[str, Any]] = {}
