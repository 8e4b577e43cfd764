"""The influence network: who arms, shields, presses, trusts, mediates for whom, week by week."""

from typing import Any

import networkx as nx

from ceasefire.agents.actor import Actor
from ceasefire.agents.commitment import mediator_word
from ceasefire.agents.kinds import COLLECTIONS


def influence_network(world: Any) -> nx.MultiDiGraph:
    """Derive the network of influence among all actors from the state of a Mesa world.

    Args:
        world: A ``CeasefireModel``.

    Returns:
        A graph whose nodes are the actors' names with attributes ``kind`` and ``index``, and
        whose edges carry ``tie`` (arms, shields, presses, trusts, mediates, sits in, fights,
        listens) as key, and ``weight`` (0 or more) as of this week. Edges of no weight are left
        out.
    """
    graph = nx.MultiDiGraph()
    for kind in (name for name, record in COLLECTIONS.items() if issubclass(record, Actor)):
        for actor in getattr(world, kind):
            graph.add_node(node(kind, actor.name), kind=kind, name=actor.name, index=actor.index)

    def tie(source: str, target: str, name: str, weight: float) -> None:
        if weight > 0.0:
            graph.add_edge(source, target, key=name, tie=name, weight=float(weight))

    sides = [node("belligerents", side.name) for side in world.belligerents]
    for bond in world.patronages:
        patron = world.patrons[bond.patron]
        source = node("patrons", patron.name)
        tie(source, sides[bond.client], "arms", bond.arms_flow * (1.0 - bond.withheld_now))
        tie(source, sides[bond.client], "presses", bond.felt)
        cover = bond.dependence_diplomatic * (1.0 - patron.stance) if bond.arms_flow > 0 else 0.0
        tie(source, sides[bond.client], "shields", cover)
    for channel in world.channels:
        mediator = world.mediators[channel.mediator]
        source = node("mediators", mediator.name)
        tie(source, sides[channel.belligerent], "mediates", channel.built)
        word = mediator_word(mediator.honesty, mediator.bias)
        tie(sides[channel.belligerent], source, "trusts", channel.trust * word)
    for s, side in enumerate(world.belligerents):
        tie(sides[s], sides[1 - s], "fights", side.effort_now)
        tie(sides[s], sides[1 - s], "trusts", side.trust)
    for party in world.parties:
        if party.member or party.supporting > 0.0:
            tie(node("parties", party.name), sides[party.side], "sits in", float(party.seats))
    for front in world.fronts:
        tie(
            node("fronts", front.name),
            sides[1 - front.ally],
            "fights",
            front.rate / front.reference,
        )
    for bloc in world.blocs:
        source = node("blocs", bloc.name)
        if bloc.side >= 0:
            tie(source, sides[bloc.side], "presses", bloc.weight * bloc.protest)
        if bloc.patron >= 0:
            patron_node = node("patrons", world.patrons[bloc.patron].name)
            tie(source, patron_node, "presses", bloc.weight * max(0.0, bloc.opinion))
        for i, other in enumerate(world.blocs):
            if i != bloc.index:
                heard = float(world.influence[bloc.index, i])
                tie(node("blocs", other.name), source, "is heard by", heard)
    return graph


def node(kind: str, name: str) -> str:
    """Name of a node: an actor may play two roles under one name, so the kind belongs to it."""
    return f"{kind}/{name}"
