"""What single constraints do: each alone, and the one that opens a round in a random order."""

from typing import Any

from ceasefire.agents.belligerent import REFUSE
from ceasefire.agents.chance import Decision, uniform
from ceasefire.agents.rules import rule
from ceasefire.agents.world import World
from ceasefire.model.certificate.constraints import MEMBERS, touches
from ceasefire.model.certificate.questions import ask
from ceasefire.model.certificate.room import ORDERS, SHARES
from ceasefire.model.certificate.rows import any_of, copy_words


@rule
def find_flips(world: World, twin: World, bench: Any, room: Any) -> None:
    """Find how far each member alone must give for a side that refused to accept the last text."""
    row = room.spare[1]
    words = room.spare_words[1]
    for i in range(len(words)):
        words[i] = 0
    for s in range(2):
        refused = world.belligerents[s].answer == REFUSE
        for member in range(MEMBERS):
            room.flips[s, member] = 0
            if not refused or not touches(member, s):
                continue
            low = 0
            high = SHARES
            middle = SHARES
            while high - low > 1:
                row[world.talks.text] = True
                ask(s, 1 << member, middle / SHARES, False, row, words, world, twin, bench)
                if row[world.talks.text]:
                    high = middle
                    room.flips[s, member] = high
                elif middle == SHARES:
                    # Not even all the way does.
                    break
                else:
                    low = middle
                middle = (low + high) // 2


@rule
def find_pivots(world: World, twin: World, bench: Any, room: Any) -> None:
    """Relax all members that matter in random orders; note the first that opens the round in each.

    One after the other, not by halving: what opens a round may, with more relaxed, close it. Spare
    row 0 holds the texts that both could take.
    """
    order = room.order
    draws = room.draws
    for number in range(ORDERS):
        count = 0
        for member in range(MEMBERS):
            if not room.matters[member]:
                continue
            # The round's own numbers, whoever the members belong to.
            key = 2 * member + number
            draw = uniform(world.war.seed, world.war.tick, key, Decision.ORDER)
            place = count
            while place > 0 and draws[place - 1] > draw:
                draws[place] = draws[place - 1]
                order[place] = order[place - 1]
                place -= 1
            draws[place] = draw
            order[place] = member
            count += 1
        relaxed = 0
        room.pivots[number] = -1
        for place in range(count):
            relaxed |= 1 << order[place]
            words = room.spare_words[1]
            copy_words(room.spare_words[0], words)
            for s in range(2):
                if not any_of(words):
                    break
                ask(s, relaxed, 1.0, False, room.spare[1], words, world, twin, bench)
            if any_of(words):
                room.pivots[number] = order[place]
                break
