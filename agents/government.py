"""Governments: a side led by someone who may depend on a cabinet's seats."""

from agents.actor import World, rule
from agents.belligerent import Belligerent
from agents.coalition_party import support_odds


class Government(Belligerent):
    """A government that is one of the two sides."""


@rule
def seat_odds(s: int, text: int, world: World) -> float:
    """Rule 6. Odds that the government of side ``s`` keeps its majority under a text (-1: war).

    ``P(sum of seats * stays >= majority)``, a probability: the exact distribution of seats when
    every party decides by itself, a sum over parties of Bernoulli variables weighted by seats,
    built party by party (no sampling); 1 where there is no parliament (Putnam 1988; Lupia and Strom
    1995). Where war is safe, that is its odds are 1, a lower majority never shrinks the acceptance
    set.
    """
    majority = world.belligerents[s].majority
    if majority <= 0:
        return 1.0
    side = world.belligerents[s]
    concession = 0.0
    ends = 0.0
    if text >= 0:
        concession = world.grid.concession[text, s]
        ends = world.grid.texts[text].ends
    odds = world.odds
    sure = 0
    most = 0
    odds[0] = 1.0
    for i in range(len(world.parties)):
        party = world.parties[i]
        if party.side != s or party.seats <= 0:
            continue
        stays = support_odds(party, side, text >= 0, concession, ends, world.switches)
        if stays >= 1.0:
            sure += party.seats
        elif stays > 0.0:
            seats = party.seats
            for k in range(most + 1, most + seats + 1):
                odds[k] = 0.0
            for k in range(most, -1, -1):
                odds[k + seats] += odds[k] * stays
                odds[k] *= 1.0 - stays
            most += seats
    kept = 0.0
    for k in range(max(0, majority - sure), most + 1):
        kept += odds[k]
    return min(1.0, kept)


@rule
def count_seats(s: int, world: World) -> None:
    """Rule 6. Count the seats behind a government; with fewer than its majority it falls."""
    me = world.belligerents[s]
    if me.majority <= 0:
        return
    seats = 0
    for i in range(len(world.parties)):
        party = world.parties[i]
        if party.side == s and (party.member or party.supporting > 0.0):
            seats += party.seats
    me.seats = seats
    if seats < me.majority:
        me.fallen = True
