"""Governments: a side led by someone who may depend on a cabinet's seats."""

from ceasefire.agents.belligerent import Belligerent
from ceasefire.agents.coalition_party import support_odds
from ceasefire.agents.rules import rule
from ceasefire.agents.world import World


class Government(Belligerent):
    """A government that is one of the two sides."""


@rule
def seat_odds(s: int, text: int, world: World) -> float:
    """Rule 6. Odds that the government of side ``s`` keeps its majority under a text (-1: war)."""
    if text < 0:
        return majority_odds(s, False, 0.0, 0.0, world)
    grid = world.grid
    return majority_odds(s, True, grid.concession[text, s], grid.texts[text].ends, world)


@rule
def majority_odds(s: int, deal: bool, concession: float, ends: float, world: World) -> float:
    """Rule 6. Odds that the government of side ``s`` keeps its majority, a probability.

    ``P(sum of seats * stays >= majority)``: the exact distribution of seats when every party
    decides by itself, a sum over parties of Bernoulli variables weighted by seats, built party by
    party (no sampling); 1 where there is no parliament (Putnam 1988; Lupia and Strom 1995). Where
    war is safe, that is its odds are 1, a lower majority never shrinks the acceptance set.

    Args:
        s: The side.
        deal: Whether there is a text, or war without one.
        concession: What the text concedes, by the side's declared aims.
        ends: 1 if it promises an end of the war, else 0.
        world: The world.
    """
    side = world.belligerents[s]
    if side.majority <= 0:
        return 1.0
    odds = world.odds[0]
    stays = world.odds[1]
    wanting = side.majority
    doubtful = 0
    for i in range(len(world.parties)):
        party = world.parties[i]
        stays[i] = 0.0
        if party.side != s or party.seats <= 0:
            continue
        stays[i] = support_odds(party, side, deal, concession, ends, world.switches)
        if stays[i] >= 1.0:
            wanting -= party.seats
        elif stays[i] > 0.0:
            doubtful += party.seats
    if wanting > doubtful:
        return 0.0
    # Only sums from which a majority can still be reached are followed.
    most = 0
    odds[0] = 1.0
    for i in range(len(world.parties)):
        if not 0.0 < stays[i] < 1.0:
            continue
        seats = world.parties[i].seats
        doubtful -= seats
        least = max(0, wanting - doubtful)
        for k in range(max(least, most + 1), most + seats + 1):
            odds[k] = 0.0
        for k in range(most + seats, least - 1, -1):
            odds[k] *= 1.0 - stays[i]
            if k >= seats:
                odds[k] += odds[k - seats] * stays[i]
        most += seats
    kept = 0.0
    for k in range(max(0, wanting), most + 1):
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
