"""Each constraint is relaxed in the fields that it is made of, in its range and in its unit."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import world
from worlds import SHIPPED

from ceasefire.model.certificate.amounts import amount_of, ranges_of
from ceasefire.model.certificate.constraints import (
    GUARANTEE_MEMBER,
    INFORMATION_MEMBER,
    KINDS,
    MEMBERS,
    Constraint,
    constraint_of,
    limits_of,
    member_of,
    relax,
    touches,
)
from ceasefire.model.certificate.frozen import Frozen, freeze_agents

FIELDS = {
    Constraint.PRECONDITION: {"precondition", "precondition_absolute"},
    Constraint.TOLERANCE: {"tolerance"},
    Constraint.SEATS: {"majority"},
    Constraint.SAFETY_NET: {"net_credibility", "net_life"},
    Constraint.CONDITIONS: {
        "condition_diplomatic",
        "condition_economic",
        "condition_arms",
        "press_from",
        "felt",
    },
    Constraint.RESOLVE: {"believed_resolve", "learning", "felt"},
    Constraint.ARMS: {"arms_stock", "arms_room", "squeeze", "squeeze_lasting"},
    Constraint.TRUST: {"trust", "trust_base"},
    Constraint.MEMORY: {"memory_weight"},
    Constraint.AIMS: {"hostility"},
    Constraint.LEVERAGE: {"leverage"},
    Constraint.STAKES: {"stake_weight"},
    Constraint.VICTORY: {"belief_victory", "belief_speed"},
    Constraint.HOME: {"family_weight", "protest_weight"},
    Constraint.PUBLIC: {"opinion", "predisposition"},
    Constraint.JUDGEMENT: {"judgement", "judgement_noise"},
    Constraint.GUARANTEE: {"weight"},
}
"""What each constraint is made of."""

EITHER = pytest.mark.parametrize("name", SHIPPED)
EACH = pytest.mark.parametrize("member", range(MEMBERS))


@cache
def some_weeks_in(name):
    """A world some weeks in, with something to relax, and its records."""
    model = world(name, seed=3)
    for _ in range(12):
        model.step()
    for side in model.belligerents:
        side.judgement = -0.3
    return model, freeze_agents(model)


def after(name):
    """That world, as if nothing had been relaxed in it."""
    model, records = some_weeks_in(name)
    for collection in Frozen._fields:
        held, rows = getattr(model, collection), getattr(records, collection)
        pairs = [(held, rows[0])] if rows.ndim == 1 else zip(held, rows[0], strict=True)
        for thing, row in pairs:
            thing.fill(row)
    return model


def changed(before, now):
    """The fields in which two frozen worlds differ, with both values."""
    found = {}
    for collection in Frozen._fields:
        one, other = getattr(before, collection), getattr(now, collection)
        for field in one.dtype.names:
            if (one[field] != other[field]).any():
                found[collection, field] = one[field], other[field]
    return found


@EITHER
@EACH
def test_a_share_of_nothing_changes_nothing(name, member):
    model = after(name)
    before = freeze_agents(model)
    relax(member, 0.0, limits_of(model.case).view(np.recarray), model)
    assert changed(before, freeze_agents(model)) == {}


@EITHER
@EACH
@pytest.mark.parametrize("share", [1 / 64, 0.5, 1.0])
def test_relaxing_moves_the_right_fields_of_the_right_side(name, member, share):
    model = after(name)
    before = freeze_agents(model)
    relax(member, share, limits_of(model.case).view(np.recarray), model)
    moved = changed(before, freeze_agents(model))
    constraint, side = constraint_of(member)
    assert {field for _, field in moved} <= FIELDS[constraint]
    for (collection, _), (was, now) in moved.items():
        if collection == "belligerents":
            own = 1 - side if constraint == Constraint.AIMS else side
            assert was[0, 1 - own] == now[0, 1 - own]
    half = changed_by(name, member, share / 2.0)
    for field, (was, now) in moved.items():
        # Half as far lies between, except where seats are whole.
        if field in half and now.dtype.kind == "f":
            halves = half[field]
            assert (np.minimum(was, now) - 1e-12 <= halves).all()
            assert (halves <= np.maximum(was, now) + 1e-12).all()


def changed_by(name, member, share):
    model = after(name)
    before = freeze_agents(model)
    relax(member, share, limits_of(model.case).view(np.recarray), model)
    return {field: now for field, (_, now) in changed(before, freeze_agents(model)).items()}


@EITHER
@EACH
def test_relaxed_numbers_stay_admissible(name, member):
    model = after(name)
    relax(member, 1.0, limits_of(model.case).view(np.recarray), model)
    for collection in ("belligerents", "captives", "parties", "patronages", "blocs", "guarantors"):
        for thing in getattr(model, collection):
            for field, told in type(thing).fields.items():
                # A stock may be emptied, where a case must begin with something to keep it in.
                low = 0.0 if field == "arms_room" else told.low
                assert low <= getattr(thing, field) <= told.high, (collection, field)


@given(st.sampled_from(sorted(SHIPPED)), st.integers(0, MEMBERS - 1), st.integers(1, 64))
def test_amounts_are_what_relaxing_moves(name, member, sixtyfourths):
    share = sixtyfourths / 64
    model = after(name)
    limits = limits_of(model.case)
    before = freeze_agents(model)
    relax(member, share, limits.view(np.recarray), model)
    start = ranges_of(before, limits)[0]
    left = ranges_of(freeze_agents(model), limits)[0]
    if constraint_of(member)[0] == Constraint.SEATS:
        assert start[member] - left[member] == amount_of(member, share, start)
    else:
        assert left[member] == pytest.approx((1.0 - share) * start[member])
        assert amount_of(member, share, start) == pytest.approx(start[member] - left[member])
    assert (start >= 0.0).all()


def test_members_and_constraints_are_numbered_both_ways():
    for member in range(MEMBERS + 1):
        constraint, side = constraint_of(member)
        assert member_of(constraint, max(side, 0)) == member
        assert KINDS[constraint].unit
    assert member_of(Constraint.INFORMATION) == INFORMATION_MEMBER
    assert [touches(GUARANTEE_MEMBER, s) for s in range(2)] == [True, True]
    assert set(KINDS) == set(Constraint)


def test_both_sides_have_the_same_constraints():
    for s in range(2):
        own = [member for member in range(MEMBERS) if touches(member, s)]
        assert len(own) == 17
        assert {constraint_of(member)[0] for member in own} == set(FIELDS)
