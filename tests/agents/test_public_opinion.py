"""Opinion among blocs: rule 16, against its closed form."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import changed, run, world

from ceasefire.agents.public_opinion import (
    answer_to_publics,
    joining_rate,
    next_opinion,
    share_protesting,
    world_opinion,
)

QUIET = {
    "bloc.*.care_captives": 0.0,
    "bloc.*.care_toll": 0.0,
    "bloc.*.care_hunger": 0.0,
    "bloc.*.victory_pull": 0.0,
}


def fixed_point(model):
    """``(I - L W)^-1 (I - L) x0`` of Friedkin and Johnsen."""
    weight = np.array([bloc.susceptibility for bloc in model.blocs])
    start = np.array([bloc.predisposition for bloc in model.blocs])
    eye = np.eye(len(model.blocs))
    return np.linalg.solve(eye - weight[:, None] * model.influence, (1.0 - weight) * start)


def talk(model, weeks):
    for _ in range(weeks):
        for bloc in model.blocs:
            bloc.listen()
        for bloc in model.blocs:
            bloc.form()


@pytest.mark.parametrize("name", ["two-rivals", "gaza-2023"])
@pytest.mark.parametrize("step", [1.0, 0.5])
def test_rule_16_without_shocks_opinion_settles_where_the_closed_form_says(name, step):
    model = world(name, {**QUIET, "war.step": step})
    for place, bloc in enumerate(model.blocs):
        bloc.opinion = (-1.0) ** place
    talk(model, 200)
    found = [bloc.opinion for bloc in model.blocs]
    assert found == pytest.approx(fixed_point(model), abs=1e-12)


@given(st.data())
def test_rule_16_settles_for_any_susceptibility_and_predisposition(data):
    model = world("two-rivals", QUIET)
    for bloc in model.blocs:
        bloc.susceptibility = data.draw(st.floats(0.0, 0.9))
        bloc.predisposition = data.draw(st.floats(-1.0, 1.0))
    talk(model, 250)
    found = [bloc.opinion for bloc in model.blocs]
    assert found == pytest.approx(fixed_point(model), abs=1e-9)


def test_rule_16_the_compiled_engine_settles_there_too():
    records = run(changed("two-rivals", {**QUIET, "war.horizon": 13.0, "talks.*_rate": 0.0}), 2)
    expected = fixed_point(world("two-rivals", QUIET))
    assert records["blocs"]["opinion"][1] == pytest.approx(expected, abs=1e-6)


@given(st.floats(0.0, 1.0), st.floats(-1.0, 1.0), st.floats(-1.0, 1.0), st.floats(-9.0, 9.0))
def test_rule_16_opinion_stays_within_its_bounds(susceptibility, heard, predisposition, shock):
    assert -1.0 <= next_opinion(susceptibility, heard, predisposition, shock) <= 1.0


def test_rule_16_a_bloc_that_listens_to_nobody_keeps_its_predisposition():
    model = world("two-rivals", {**QUIET, "bloc.*.susceptibility": 0.0})
    talk(model, 3)
    for bloc in model.blocs:
        assert bloc.opinion == pytest.approx(bloc.predisposition)


@given(st.floats(-1.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_rule_16_protest_is_a_threshold_response_that_spreads(opinion, seen, more):
    model = world()
    bloc = model.blocs[0]
    calm = share_protesting(opinion, seen, bloc)
    assert calm <= share_protesting(opinion, seen + more, bloc)
    assert share_protesting(bloc.protest_threshold, 0.0, bloc) == 0.5
    bloc.protest_temperature = 0.001
    sharp = share_protesting(opinion, 0.0, bloc)
    if abs(opinion - bloc.protest_threshold) > 0.03:
        expected = 1.0 if opinion > bloc.protest_threshold else 0.0
        assert sharp == pytest.approx(expected, abs=1e-9)


def test_rule_16_candour_erodes_belief_in_victory():
    model = world("gaza-2023")
    israel = model.belligerents[0]
    bloc = model.blocs[0]
    israel.army_candour = 0.0
    hope = bloc.belief_victory
    bloc.form()
    assert bloc.belief_victory == hope
    israel.army_candour = 1.0
    bloc.form()
    assert bloc.belief_victory == pytest.approx(hope * (1.0 - bloc.candour_effect))
    eroded = bloc.belief_victory
    model.switches.candour = False
    bloc.form()
    assert bloc.belief_victory == eroded


def test_rule_16_attack_rallies_at_once_and_ruin_sinks_in_slowly():
    model = world("gaza-2023", {"bloc.gaza.support_base": 0.3})
    gaza = model.blocs[model.names["blocs"].index("gaza")]
    hamas = model.belligerents[1]
    hamas.toll_rate, hamas.toll, hamas.hunger = hamas.toll_reference, 1e5, 1.0
    support = [gaza.support_base]
    for _ in range(200):
        gaza.form()
        support.append(gaza.support)
    assert max(support[:10]) > gaza.support_base + 0.1
    assert gaza.rally == pytest.approx(1.0)
    peak = max(support)
    assert support.index(peak) < 30
    assert support[-1] < peak - 0.1


def test_rule_16_switched_off_nothing_moves():
    model = world("gaza-2023", {"switches.opinion": False})
    before = [bloc.opinion for bloc in model.blocs]
    model.run()
    assert [bloc.opinion for bloc in model.blocs] == before


def test_publics_are_heard_by_their_weight():
    model = world("gaza-2023")
    for bloc in model.blocs:
        bloc.opinion = 0.25
    answer_to_publics(0, model)
    world_opinion(model)
    assert model.belligerents[0].opinion == pytest.approx(0.25)
    assert model.war.world_opinion == pytest.approx(0.25)


def test_families_organise_while_captives_are_held_and_rest_when_they_are_back():
    model = world("gaza-2023")
    israel = model.belligerents[0]
    for _ in range(400):
        answer_to_publics(0, model)
    assert israel.families == pytest.approx(1.0, abs=1e-3)
    for group in model.captives:
        group.living = 0
    for _ in range(400):
        answer_to_publics(0, model)
    assert israel.families == pytest.approx(0.0, abs=1e-3)


def test_rule_16_families_join_by_example():
    assert joining_rate(0.7, 1.0, 0.0) == joining_rate(0.7, 1.0, 0.9) == 0.7
    assert joining_rate(0.7, 0.0, 0.0) == 0.0
    assert joining_rate(0.7, 0.1, 0.0) == pytest.approx(0.07)
    # Slow at first, then fast, then slow again as few are left.
    numbers = {"belligerent.israel.family_start": 0.02, "belligerent.israel.family_speed": 0.7}
    model = world("gaza-2023", numbers)
    israel = model.belligerents[0]
    joined = [0.0]
    for _ in range(20):
        answer_to_publics(0, model)
        joined.append(israel.families)
    steps = np.diff(joined)
    assert 2 < int(steps.argmax()) < 17
    assert (steps > 0.0).all()
    assert joined[-1] <= 1.0
