"""The Mesa model as Mesa's users expect it, on every Mesa that is supported."""

import gc
import inspect
import multiprocessing
import weakref
from typing import ClassVar

import ipyvuetify
import mesa
import networkx as nx
import numpy as np
import pytest
import solara
from mesa.batchrunner import batch_run
from mesa.visualization import SolaraViz
from mesa.visualization.utils import update_counter
from small_worlds import changed
from worlds import SHIPPED, differences

from ceasefire.agents.armed_group import ArmedGroup, SolidarityFront
from ceasefire.agents.coalition_party import CoalitionParty
from ceasefire.agents.government import Government
from ceasefire.agents.kinds import COLLECTIONS, LOGS, SINGLES
from ceasefire.model.engines.ceasefire import AGENT_REPORTERS, MODEL_REPORTERS, CeasefireModel
from ceasefire.model.world.outcome import END_STATES


def test_bare_it_is_the_default_case_with_a_seed_of_its_own():
    first, second = CeasefireModel(), CeasefireModel()
    assert first.case.name == "gaza-2023"
    assert first.war.seed != second.war.seed
    first.step()
    assert (first.week, first.end_state) == (1.0, "still going on")


def test_agents_are_mesa_agents_of_their_kinds():
    model = CeasefireModel(rng=1)
    for kind, count in ((Government, 1), (ArmedGroup, 1), (SolidarityFront, 2)):
        assert issubclass(kind, mesa.Agent)
        assert len(model.agents_by_type[kind]) == count
    assert list(model.agents_by_type[CoalitionParty]) == model.parties
    assert set(model.belligerents) <= set(model.agents)


@pytest.mark.parametrize("seed", [7, "7", " 7 "])
def test_a_seed_may_be_text(seed):
    assert CeasefireModel("two-rivals", rng=seed).war.seed == 7


@pytest.mark.parametrize("seed", [-1, 2**63, "x", "", "1.5", [], object()])
def test_a_bad_seed_is_refused_in_words(seed):
    with pytest.raises(ValueError, match=r"seed: found .* allowed is a whole number from 0"):
        CeasefireModel("two-rivals", rng=seed)


def test_a_case_a_name_and_a_path_make_the_same_world(tmp_path):
    path = tmp_path / "rivals.toml"
    SHIPPED["two-rivals"].write(path)
    ends = []
    for case in (SHIPPED["two-rivals"], "two-rivals", path, str(path)):
        model = CeasefireModel(case, rng=3).run()
        ends.append([side.numbers() for side in model.belligerents])
    assert ends[1:] == ends[:-1]


def test_weeks_and_settings_are_changes_to_the_case():
    model = CeasefireModel("two-rivals", rng=1, weeks=5, settings={"belligerent.north.effort": 0.0})
    assert model.belligerents[0].effort == 0.0
    model.run()
    assert model.week == 5.0


def test_steps_after_the_end_do_nothing():
    model = CeasefireModel("two-rivals", rng=1, weeks=4).run()
    before = [model.war.numbers(), *(side.numbers() for side in model.belligerents)]
    collected = len(model.datacollector.get_model_vars_dataframe())
    for _ in range(3):
        model.step()
    assert [
        model.war.numbers(),
        *(side.numbers() for side in model.belligerents),
    ] == before
    assert len(model.datacollector.get_model_vars_dataframe()) == collected
    assert not model.running
    assert model.end_state in END_STATES


def test_reporters_are_collected_at_the_start_and_after_every_week():
    model = CeasefireModel(rng=5, weeks=6).run()
    weeks = int(model.week)
    table = model.datacollector.get_model_vars_dataframe()
    assert tuple(table.columns) == MODEL_REPORTERS
    assert table["week"].tolist() == [float(week) for week in range(weeks + 1)]
    assert table["deaths"].is_monotonic_increasing
    assert table["end_state"].iloc[-1] == model.end_state
    for kind, names in AGENT_REPORTERS.items():
        rows = model.datacollector.get_agenttype_vars_dataframe(kind)
        assert tuple(rows.columns) == names
        actors = len(model.agents_by_type[kind])
        assert len(rows) == actors * (weeks + 1)
        assert set(rows["name"]) == {actor.name for actor in model.agents_by_type[kind]}


def sweep(processes, seeds, **parameters):
    """Run a batch: the newer Mesa takes seeds itself, the older one among the parameters."""
    given = {"case": "two-rivals", "weeks": 4, **parameters}
    more = {}
    if "rng" in inspect.signature(batch_run).parameters:
        more["rng"] = seeds
    else:
        given["rng"] = seeds
    method = multiprocessing.get_start_method(allow_none=True)
    try:
        return batch_run(
            CeasefireModel, given, number_processes=processes, display_progress=False, **more
        )
    finally:
        multiprocessing.set_start_method(method, force=True)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_batch_of_runs_is_the_same_worlds(processes):
    rows = sweep(processes, [1, 2, 3])
    assert len({row["RunId"] for row in rows}) == 3
    for row in rows:
        alone = CeasefireModel("two-rivals", rng=row["rng"], weeks=4).run()
        assert row["week"] == 4.0
        assert row["deaths"] == alone.deaths
        assert row["end_state"] == alone.end_state


def test_a_batch_of_runs_without_seeds():
    rows = batch_run(
        CeasefireModel, {"case": "two-rivals", "weeks": [1, 2]}, display_progress=False
    )
    assert sorted({row["weeks"] for row in rows}) == [1, 2]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_finished_model_can_be_freed(name):
    model = CeasefireModel(name, rng=1, weeks=2).run()
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_the_network_shows_who_arms_presses_trusts_and_fights_whom():
    model = CeasefireModel(rng=1)
    for _ in range(4):
        model.step()
    graph = model.network
    assert isinstance(graph, nx.MultiDiGraph)
    israel, hamas = "belligerents/israel", "belligerents/hamas"
    assert graph.nodes["patrons/usa"]["kind"] == "patrons"
    assert graph.nodes[israel]["index"] == 0
    actors = sum(len(getattr(model, kind)) for kind in model.names if kind not in RECORDS)
    assert len(graph) == actors
    flow = model.patronages[0].arms_flow
    assert graph["patrons/usa"][israel]["arms"]["weight"] == pytest.approx(flow)
    assert "arms" not in graph["patrons/usa"].get(hamas, {})
    for source, target, tie in (
        (israel, hamas, "fights"),
        (hamas, israel, "trusts"),
        ("mediators/qatar", hamas, "mediates"),
        ("parties/shas", israel, "sits in"),
        ("fronts/hezbollah", israel, "fights"),
        ("blocs/centre-voters", "blocs/coalition-voters", "is heard by"),
    ):
        assert graph.has_edge(source, target, tie), (source, target, tie)
    assert not graph.has_edge("parties/yesh-atid", israel)
    assert all(weight > 0.0 for _, _, weight in graph.edges(data="weight"))


class Acts(CoalitionParty):
    """A party that says when it acts."""

    acted: ClassVar[list[str]] = []

    def step(self):
        """Say so, and do as any party."""
        self.acted.append(self.name)
        super().step()


class WithActs(CeasefireModel):
    """A model of such parties."""

    classes: ClassVar[dict] = {CoalitionParty: Acts}


def test_agents_of_a_subclass_act_in_the_order_of_the_case():
    plain, ours = CeasefireModel(rng=3), WithActs(rng=3)
    Acts.acted.clear()
    plain.step()
    ours.step()
    assert all(type(party) is Acts for party in ours.parties)
    assert Acts.acted == list(ours.names["parties"])
    assert differences(ours, as_records(plain), 0) == []
    table = ours.datacollector.get_agenttype_vars_dataframe(Acts)
    assert len(table) == 2 * len(ours.parties)


def test_one_agent_in_the_place_of_another_acts_when_that_would_have():
    model = CeasefireModel(rng=3)
    old = model.parties[1]
    values = model.case.records["parties"][1]
    old.remove()
    model.parties[1] = Acts(model, old.name, old.index, values)
    Acts.acted.clear()
    order = []
    for party in model.parties:
        party.step = lambda party=party, act=party.step: (order.append(party.name), act())
    model.step()
    assert Acts.acted == [old.name]
    assert order == list(model.names["parties"])


@pytest.mark.parametrize(
    ("classes", "words"),
    [
        ({Acts: Acts}, "classes: found Acts; allowed: "),
        ({CoalitionParty: Government}, "found Government for CoalitionParty; allowed: a subclass"),
    ],
)
def test_classes_that_cannot_stand_in_are_refused(classes, words):
    with pytest.raises(ValueError, match="classes") as caught:
        type("Mine", (CeasefireModel,), {"classes": classes})(rng=1)
    assert words in str(caught.value)


def as_records(model):
    """The records of a Mesa world, as an ensemble of one row has them."""
    held = {name: [getattr(model, name)] for name in SINGLES}
    held |= {name: getattr(model, name) for name in (*COLLECTIONS, *LOGS)}
    kinds = SINGLES | COLLECTIONS | LOGS
    arrays = {
        name: np.array([one.numbers() for one in things], dtype=kinds[name].layout())
        for name, things in held.items()
    }
    return {name: a if name in SINGLES else a[np.newaxis] for name, a in arrays.items()}


RECORDS = ("captives", "patronages", "channels", "resolutions")


def test_the_network_follows_the_state():
    model = CeasefireModel(changed("two-rivals", {"patronage.north-support.withheld": 1.0}), rng=1)
    patron, north = "patrons/north-patron", "belligerents/north"
    assert model.network.has_edge(patron, north, "arms")
    model.step()
    assert not model.network.has_edge(patron, north, "arms")
    model.parties[0].member = False
    assert not model.network.has_edge("parties/north-leading", north)


def test_it_runs_in_mesas_own_page():
    weeks = []

    @solara.component
    def Week(model):  # noqa: N802 - components are written with a capital
        update_counter.get()
        weeks.append((model.case.name, model.war.seed, model.week))

    parameters = {
        "rng": {"type": "InputText", "value": "7", "label": "Seed"},
        "case": {"type": "Select", "value": "two-rivals", "values": list(SHIPPED), "label": "Case"},
    }
    model = CeasefireModel("two-rivals", rng=7)
    page = SolaraViz(model, components=[Week], model_params=parameters, name="Ceasefire")
    _, page = solara.render(solara.AppLayout(children=[page]), handle_error=False)
    try:
        for button in ("Step", "Step", "Reset"):
            (found,) = (b for b in page.find(ipyvuetify.Btn).widgets if b.children == [button])
            found.click()
    finally:
        page.close()
    shown = [now for now, before in zip(weeks, [None, *weeks], strict=False) if now != before]
    assert shown == [("two-rivals", 7, week) for week in (0.0, 1.0, 2.0, 0.0)]
