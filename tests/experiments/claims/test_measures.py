"""Measures of claims: what is counted, and out of what."""

import math

import numpy as np
import pytest

from ceasefire.agents.belligerent import ACCEPT, REFUSE, SIGN_TO_RESUME
from ceasefire.experiments.claims.answers import probability
from ceasefire.experiments.claims.measures import KINDS, needs_of
from ceasefire.experiments.claims.seen import TOO_STRONG, Context, Observed
from ceasefire.experiments.claims.tables import Measure
from ceasefire.model.case.case import load_case
from ceasefire.model.records import start

ISRAEL, HAMAS = 0, 1


@pytest.fixture(scope="module")
def case():
    return load_case("gaza-2023")


@pytest.fixture(scope="module")
def context(case):
    ends = case.grid.texts["ends"] > 0.0
    texts = {"pause": int(np.flatnonzero(~ends)[0]), "end": int(np.flatnonzero(ends)[0])}
    return Context(case, texts, {"some": (3, 5, 7)})


def records(case, rows):
    found = {}
    for name, array in start(case).items():
        single = name in ("war", "talks", "switches")
        found[name] = np.repeat(array if single else array[np.newaxis], rows, axis=0)
    return found


def measure(**more):
    return Measure.model_validate(more, strict=False)


def parts(seen, context, **more):
    """All parts of a measure over all rows together."""
    one = measure(**more)
    kind = KINDS[one.kind]
    sums = kind.by_run(seen, one, context).sum(axis=0)
    return {name: float(kind.part(sums, name)) for name in kind.parts}


def ended(seen, rows, week, outcome):
    seen.records["war"]["ended_week"][rows] = week
    seen.records["war"]["outcome"][rows] = outcome


def test_probabilities_are_the_misjudgements_own():
    answer = np.array([ACCEPT, REFUSE, SIGN_TO_RESUME, ACCEPT])
    balance = np.array([0.0, -0.1, 0.4, 0.1])
    found = probability(answer, balance, np.full(4, 0.05))
    scale = 0.05 * math.sqrt(3.0) / math.pi
    low = 1.0 / (1.0 + math.exp(0.1 / scale))
    assert found == pytest.approx([0.5, low, 0.0, 1.0 - low])
    certain = probability(answer, balance, np.zeros(4))
    assert certain[1:] == pytest.approx([0.0, 0.0, 1.0])


def test_acceptance_leaves_out_runs_that_ended_and_names_its_side(case, context):
    seen = Observed(
        going_on={3: np.array([True, True, True, False])},
        answers={
            (3, context.texts["end"]): (
                np.array([[REFUSE, ACCEPT]] * 2 + [[SIGN_TO_RESUME, ACCEPT]] + [[ACCEPT] * 2]),
                np.array([[-1.0, 2.0], [-1.0e6, 2.0], [0.5, 2.0], [3.0, 3.0]]),
            )
        },
        noise={3: np.full((4, 2), 0.05)},
        records=records(case, 4),
    )
    asked = {"kind": "accepts", "text": "end", "weeks": [3]}
    mine = parts(seen, context, side="israel", **asked)
    assert mine[""] == pytest.approx(0.0, abs=1e-9)
    # A text ruled out at any price counts as -10.
    assert mine["margin"] == pytest.approx((-1.0 - 10.0 + 0.5) / 3)
    assert mine["share"] == 0.0
    assert mine["to resume"] == pytest.approx(1 / 3)
    theirs = parts(seen, context, side="hamas", **asked)
    assert theirs["share"] == 1.0
    assert theirs["margin"] == 2.0
    assert theirs[""] == pytest.approx(1.0)


def test_end_states_count_every_run(case, context):
    seen = Observed(records=records(case, 5))
    ended(seen, [0], 10.0, 3)
    ended(seen, [1], 30.0, 3)
    ended(seen, [2], 10.0, 2)
    ended(seen, [3], 20.0, 1)
    asked = {"kind": "end state", "state": "regional war"}
    assert parts(seen, context, to=20, **asked)[""] == 1 / 5
    assert parts(seen, context, to=29, **asked)[""] == 2 / 5
    assert parts(seen, context, to=28, **asked)[""] == 1 / 5


def with_truces(case, context):
    """Five runs: a pause in week 6, an end in 34, one ended before, none, both."""
    seen = Observed(records=records(case, 5))
    log = seen.records["truces"]
    pause, end = context.texts["pause"], context.texts["end"]
    for row, place, week, text in (
        (0, 0, 6, pause),
        (1, 0, 34, end),
        (4, 0, 6, pause),
        (4, 1, 34, end),
    ):
        log["started"][row, place] = week
        log["text"][row, place] = text
        log["cause"][row, place] = 1 if text == pause else 2
        log["resumed_by"][row, place] = ISRAEL
        log["phase"][row, place] = 1
        log["weeks"][row, place] = 1 if text == pause else 6
        log["released"][row, place] = 90
        log["prisoners"][row, place] = 270
    seen.records["talks"]["truces"][:] = [1, 1, 0, 0, 2]
    ended(seen, [2], 5.0, 3)
    return seen


def test_deals_leave_out_runs_that_ended_before_the_window(case, context):
    seen = with_truces(case, context)
    asked = {"kind": "deal", "from": 5, "to": 8}
    assert parts(seen, context, **asked)[""] == 2 / 4
    assert parts(seen, context, ends=True, **asked)[""] == 0.0
    assert parts(seen, context, kind="deal", **{"from": 4, "to": 8})[""] == 2 / 5
    assert parts(seen, context, kind="deal", **{"from": 7, "to": 34})[""] == 2 / 4
    assert parts(seen, context, kind="deal", **{"from": 7, "to": 33})[""] == 0.0
    later = {"kind": "deal", "from": 30, "to": 40, "ends": True}
    assert parts(seen, context, **later)[""] == 2 / 4


def test_waiting_ends_with_the_window(case, context):
    seen = with_truces(case, context)
    found = parts(seen, context, kind="wait", **{"from": 5, "to": 40})[""]
    assert found == pytest.approx(np.mean([1, 29, 36, 1]))


def test_truces_are_sized_per_truce(case, context):
    seen = with_truces(case, context)
    found = parts(seen, context, kind="truces", **{"from": 5, "to": 40})
    assert found[""] == 4 / 4
    assert found["weeks"] == pytest.approx((1 + 1 + 6 + 6) / 4)
    assert found["captives"] == 90
    assert found["prisoners"] == 270
    nothing = parts(seen, context, kind="truces", **{"from": 9, "to": 12})
    assert nothing[""] == 0.0
    assert math.isnan(nothing["weeks"])


def test_resumption_counts_what_came_to_a_boundary(case, context):
    seen = with_truces(case, context)
    asked = {"kind": "resumed", "from": 30, "to": 40, "ends": True}
    whole = parts(seen, context, **asked)
    assert whole == {"": 1.0, "war goes on": 1.0, "phase two": 0.0}
    assert parts(seen, context, side="hamas", **asked)[""] == 0.0
    log = seen.records["truces"]
    log["resumed_by"][1, 0] = 2
    assert parts(seen, context, side="hamas", **asked)[""] == 1 / 2
    # An incident in its third week is nobody's decision.
    log["weeks"][1, 0] = 3
    assert parts(seen, context, side="israel", **asked)[""] == 1.0
    assert parts(seen, context, **asked)["war goes on"] == 1.0
    log["cause"][1, 0], log["phase"][1, 0], log["resumed_by"][1, 0] = 3, 2, -1
    assert parts(seen, context, **asked) == {"": 0.5, "war goes on": 0.5, "phase two": 0.5}


def test_truces_cut_off_by_the_horizon_are_left_out_and_a_fallen_government_is_not(case, context):
    seen = with_truces(case, context)
    asked = {"kind": "resumed", "from": 30, "to": 40, "ends": True}
    log = seen.records["truces"]
    log["phase"][4, 1], log["cause"][4, 1] = 2, 3
    log["cause"][1, 0] = 4
    assert parts(seen, context, **asked)["phase two"] == 1.0
    ended(seen, [1], 36.0, 3)
    assert parts(seen, context, **asked)["phase two"] == 1.0
    ended(seen, [1], 36.0, 2)
    assert parts(seen, context, **asked)["phase two"] == 0.5
    assert parts(seen, context, **asked)[""] == 0.0


def test_rounds_tell_word_from_deed_and_who_refused(case, context):
    seen = Observed(records=records(case, 3))
    log = seen.records["rounds"]
    seen.records["talks"]["rounds"][:] = [3, 2, 0]
    rows = [
        (0, 0, 10, REFUSE, ACCEPT, True, True),
        (0, 1, 12, ACCEPT, ACCEPT, True, True),
        (0, 2, 14, REFUSE, REFUSE, False, False),
        (1, 0, 10, REFUSE, REFUSE, True, False),
        (1, 1, 20, ACCEPT, REFUSE, True, True),
    ]
    for row, place, week, first, second, says, other_says in rows:
        log["started"][row, place] = week
        log["ended"][row, place] = week + 1
        log["tabled"][row, place] = 1
        log["text"][row, place] = context.texts["end" if week == 10 else "pause"]
        log["answer_first"][row, place], log["answer_second"][row, place] = first, second
        log["spoken_first"][row, place], log["spoken_second"][row, place] = says, other_says
    ended(seen, [2], 8.0, 2)
    found = parts(seen, context, kind="rounds", side="israel", **{"from": 9, "to": 14})
    assert found[""] == 4 / 2
    assert found["says yes"] == 3 / 4
    assert found["accepts"] == 1 / 4
    assert found["accepts if it says yes"] == 1 / 3
    assert found["refused alone"] == 1 / 3
    assert found["refused by the other"] == 0.0
    assert found["refused by both"] == 2 / 3
    assert found["correlation"] == pytest.approx(np.corrcoef([1, 1, 0, 1], [0, 1, 0, 0])[0, 1])
    theirs = parts(seen, context, kind="rounds", side="hamas", **{"from": 9, "to": 14})
    assert theirs["says yes"] == 2 / 4
    assert theirs["refused by the other"] == 1 / 3
    ends = parts(seen, context, kind="rounds", side="israel", ends=True, **{"from": 9, "to": 20})
    assert ends["says yes"] == 1.0
    log["tabled"][0, 0] = 0
    assert parts(seen, context, kind="rounds", side="israel", **{"from": 9, "to": 14})[
        "accepts"
    ] == (1 / 3)


def test_tabled_levels_are_means_over_rounds(case, context):
    seen = Observed(records=records(case, 2))
    log = seen.records["rounds"]
    seen.records["talks"]["rounds"][:] = [2, 1]
    place = [issue.name for issue in case.issues].index("release")
    levels = []
    for row, number in ((0, 0), (0, 1), (1, 0)):
        text = context.texts["end"] if number else context.texts["pause"]
        log["started"][row, number], log["tabled"][row, number] = 10, 2
        log["text"][row, number] = text
        levels.append(case.grid.level[text, place])
    found = parts(seen, context, kind="tabled", issue="release", **{"from": 10, "to": 10})
    assert found[""] == pytest.approx(np.mean(levels))


def test_means_leave_out_runs_that_ended(case, context):
    name = "patron.usa.stance"
    seen = Observed(
        going_on={4: np.array([True, True]), 5: np.array([True, False])},
        fields={(4, name): np.array([0.1, 0.3]), (5, name): np.array([0.5, 9.0])},
    )
    assert parts(seen, context, kind="mean", field=name, weeks=[4, 5])[""] == pytest.approx(0.3)


def test_first_passage_is_the_first_week_and_late_where_never(case, context):
    name = "patron.usa.stance"
    values = {4: [0.6, 0.1, 0.1, 0.9], 5: [0.1, 0.5, 0.1, 0.9], 6: [0.9, 0.9, 0.1, 0.9]}
    seen = Observed(
        going_on={week: np.array([True, True, True, False]) for week in values},
        fields={(week, name): np.array(row) for week, row in values.items()},
        records=records(case, 4),
    )
    ended(seen, [3], 4.0, 2)
    found = parts(seen, context, kind="passes", field=name, level=0.5, **{"from": 4, "to": 6})
    assert found[""] == pytest.approx(np.mean([4, 5, 7]))
    assert found["at all"] == 2 / 3


def test_guarantees_families_and_importance(case, context):
    seen = Observed(
        going_on={3: np.array([True, True, False])},
        strengths={
            (3, context.texts["end"]): np.array([[1.0, 2.0], [TOO_STRONG, 4.0], [0.0, 0.0]])
        },
        asked=np.array([0, 2]),
        families={
            (3, "some"): (
                np.array([[[ACCEPT, REFUSE], [ACCEPT, ACCEPT], [REFUSE, ACCEPT]]] * 2),
                np.array([[[0.0, 1.0], [0.0, 2.0], [0.0, 9.0]]] * 2),
            )
        },
    )
    needed = {"kind": "guarantee needed", "text": "end", "weeks": [3]}
    mine = parts(seen, context, side="israel", **needed)
    assert mine == {"": (1.0 + TOO_STRONG) / 2, "never": 0.5}
    assert parts(seen, context, side="hamas", **needed) == {"": 3.0, "never": 0.0}
    found = parts(seen, context, kind="overlap", texts="some", weeks=[3])
    assert found == pytest.approx({"": 1.0, "first": 2 / 3, "second": 2 / 3})


def test_importance_is_the_main_effects_share_of_variance(case):
    issues = [issue.name for issue in case.issues]
    texts = tuple(range(len(case.grid.texts)))
    level = case.grid.level[list(texts), issues.index("prisoners")]
    context = Context(case, {}, {"all": texts})
    noise = np.random.default_rng(2).standard_normal(len(texts))
    balance = np.stack([np.zeros(len(texts)), 2.0 * level], axis=1)[np.newaxis]
    seen = Observed(
        going_on={3: np.array([True])},
        asked=np.array([0]),
        families={(3, "all"): (np.zeros(balance.shape, dtype=int), balance)},
    )
    asked = {"kind": "importance", "texts": "all", "weeks": [3]}
    # All that varies is that issue. (Levels are not equally frequent, hence not exactly 1.)
    assert parts(seen, context, side="hamas", issue="prisoners", **asked)[""] > 0.9
    assert math.isnan(parts(seen, context, side="israel", issue="prisoners", **asked)[""])
    balance[..., 1] = noise
    assert parts(seen, context, side="hamas", issue="prisoners", **asked)[""] < 0.05


def test_needs_reach_as_far_as_their_weeks(context):
    asked = needs_of(measure(kind="accepts", side="israel", text="end", weeks=[3, 7]), context)
    assert asked.until == 8
    assert asked.asks == {(3, context.texts["end"]), (7, context.texts["end"])}
    window = needs_of(measure(kind="deal", **{"from": 5, "to": 8}), context)
    assert window.until == 9
    passing = measure(kind="passes", field="war.week", level=1.0, **{"from": 2, "to": 4})
    assert needs_of(passing, context).fields == {(week, "war.week") for week in (2, 3, 4)}
    assert (asked | window).until == 9
    # A truce of the window must have time to end.
    assert needs_of(measure(kind="resumed", **{"from": 5, "to": 8}), context).until == 52
