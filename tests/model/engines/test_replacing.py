"""A rule in place of the model's own: both engines follow it, or it is refused by name."""

from typing import ClassVar

import numpy as np
import pytest
from worlds import SHIPPED, week_by_week

from ceasefire.agents import coalition_party
from ceasefire.agents.coalition_party import CoalitionParty, decide_membership
from ceasefire.agents.drafting import search_texts
from ceasefire.model.engines.cache import code_digest
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.model.engines.ensemble import Ensemble
from ceasefire.model.engines.replacing import calls_new_rules, replaced
from ceasefire.model.world import week

SEEDS = np.arange(20)
GRUDGE = 0.125


def grumbles(party, world):
    """The old rule, after which a member holds a grudge: it is more likely to leave later."""
    decide_membership(party, world)
    if party.member:
        party.tolerance -= GRUDGE * world.war.step


def stays(party, world):
    """Nobody ever leaves."""
    party.leave_odds = 0.0


def runs(name="gaza-2023"):
    return Ensemble(SHIPPED[name], SEEDS).run().records


def left(records):
    return int(records["parties"]["left"].sum())


def test_both_engines_follow_a_replaced_rule_which_may_call_the_old_one():
    before = runs()
    with replaced({decide_membership: grumbles}):
        during = runs()
        assert week_by_week(SHIPPED["gaza-2023"], 3)[:5] == []
    after = runs()
    assert left(during) > left(before)
    assert all(before[name].tolist() == after[name].tolist() for name in before)
    assert week.decide_membership is coalition_party.decide_membership is decide_membership


def test_the_mesa_engine_follows_a_replaced_rule():
    with replaced({decide_membership: stays}):
        model = CeasefireModel("gaza-2023", rng=3).run()
        assert CeasefireModel("gaza-2023", rng=3).step() is None
    assert not any(party.left for party in model.parties)
    assert any(party.left for party in CeasefireModel("gaza-2023", rng=3).run().parties)


def test_results_of_a_replaced_rule_have_another_digest(monkeypatch):
    entry = "ceasefire.model.engines.ensemble"
    plain = code_digest(entry)
    with replaced({decide_membership: grumbles}):
        grudge = code_digest(entry)
        monkeypatch.setitem(grumbles.__globals__, "GRUDGE", 0.25)
        deeper = code_digest(entry)
    with replaced({decide_membership: stays}):
        other = code_digest(entry)
    assert len({plain, grudge, deeper, other}) == 4
    assert code_digest(entry) == plain


def test_only_what_calls_a_replaced_rule_is_compiled_anew():
    with replaced({decide_membership: stays}):
        assert calls_new_rules(week.before_talks_of_records)
        assert not calls_new_rules(week.talks_of_records)
        assert not calls_new_rules(search_texts)


def test_what_cannot_stand_in_is_refused_and_nothing_is_changed():
    def other(party, model):
        """Parameters of other names."""

    wrong = [
        ({stays: grumbles}, "stays: found no rule; allowed: a rule of the model"),
        ({decide_membership: other}, "found parameters (party, model); allowed: (party, world)"),
        ({decide_membership: max}, "allowed: a plain function"),
    ]
    for rules, words in wrong:
        with pytest.raises(ValueError, match=r"found") as caught, replaced(rules):
            pass
        assert words in str(caught.value)
    with replaced({decide_membership: stays}):
        again = replaced({decide_membership: grumbles})
        with pytest.raises(ValueError, match="replaced already"), again:
            pass
        assert coalition_party.decide_membership is stays
    assert coalition_party.decide_membership is decide_membership


@pytest.mark.parametrize("module", [coalition_party, week])
def test_a_rule_exchanged_by_hand_is_refused_by_name(monkeypatch, module):
    monkeypatch.setattr(module, "decide_membership", stays)
    words = r"coalition_party\.decide_membership: found stays in its place.*allowed: .*replaced"
    with pytest.raises(ValueError, match=words):
        Ensemble(SHIPPED["gaza-2023"], [1])


def test_a_method_exchanged_by_hand_is_refused_by_name(monkeypatch):
    def step(party):
        """Do nothing."""

    monkeypatch.setattr(CoalitionParty, "step", step)
    assert not any(party.left for party in CeasefireModel("gaza-2023", rng=3).run().parties)
    with pytest.raises(ValueError, match=r"CoalitionParty\.step: found .*step in its place"):
        Ensemble(SHIPPED["gaza-2023"], [1])


class Stubborn(CoalitionParty):
    """A party that never leaves."""

    def step(self):
        """Stay."""


class WithStubbornParties(CeasefireModel):
    """A model of such parties."""

    classes: ClassVar[dict] = {CoalitionParty: Stubborn}


@pytest.mark.parametrize("make", [lambda: WithStubbornParties, lambda: WithStubbornParties(rng=1)])
def test_an_ensemble_takes_no_model(make):
    with pytest.raises(ValueError, match=r"case: found .*allowed: a case\. An ensemble has no"):
        Ensemble(make(), [1])
