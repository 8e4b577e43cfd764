"""What would have opened a round: the search behind a certificate, compiled as a whole."""

from typing import Any

from ceasefire.agents.rules import rule
from ceasefire.agents.world import World
from ceasefire.model.certificate.bench import TWIN
from ceasefire.model.certificate.minimal import find_minimal_sets
from ceasefire.model.certificate.questions import start_anew
from ceasefire.model.certificate.room import ORDERS
from ceasefire.model.certificate.single import find_flips, find_pivots
from ceasefire.model.certificate.taken import (
    as_it_stands,
    ask_about_parts,
    find_what_matters,
    what_both_could_take,
)
from ceasefire.model.view import beside_twin, on_row


@rule
def search_beside(world: World, twin: World, bench: Any, room: Any) -> None:
    """Search for all that a certificate says of one round (see ``search_openings``)."""
    start_anew(world, twin, bench)
    as_it_stands(world, twin, bench, room)
    room.sets[0] = 0
    for number in range(ORDERS):
        room.pivots[number] = -1
    if room.accepted[2] == 0:
        what_both_could_take(world, twin, bench, room)
        find_what_matters(world, twin, bench, room)
        ask_about_parts(world, twin, bench, room)
        find_minimal_sets(world, twin, bench, room)
        find_pivots(world, twin, bench, room)
    find_flips(world, twin, bench, room)


search_row = on_row(beside_twin(search_beside, TWIN))


def search_openings(worlds: Any, row: int, bench: Any, room: Any) -> None:
    """Search for all that a certificate says of one round.

    Args:
        worlds: Worlds just after the answers of rounds that failed (``View``).
        row: Which of them.
        bench: Room for asking.
        room: Room for the search, and what it finds.
    """
    search_row(worlds, row, bench, room)
