"""Which sets of constraints open a round that no part of them opens, and by how little."""

from typing import Any

from ceasefire.agents.rules import rule
from ceasefire.agents.world import World
from ceasefire.model.certificate.constraints import MEMBERS, touches
from ceasefire.model.certificate.parts import LARGEST, place_of
from ceasefire.model.certificate.questions import ask
from ceasefire.model.certificate.room import OWN, SHARES
from ceasefire.model.certificate.rows import any_in_both, any_of, copy_words


@rule
def row_of(s: int, first: int, second: int, third: int, row: Any) -> int:
    """Return the row of what touches a side of a set of members, ascending; -1 is nobody.

    ``row`` is that of ``parts.Parts``.
    """
    x = 0
    y = 0
    z = 0
    for i in range(LARGEST):
        member = first if i == 0 else second if i == 1 else third
        if member >= 0 and touches(member, s):
            x = y
            y = z
            z = place_of(member)
    found: int = row[x, y, z]
    return found


@rule
def opens(first: int, second: int, third: int, row: Any, takes: Any, words: Any) -> bool:
    """Whether a set of members opens the round; -1 is nobody.

    Args:
        first: The first member.
        second: The second.
        third: The third.
        row: Rows of parts (``parts.Parts``).
        takes: Whether each side takes any text with each part relaxed (sides, rows).
        words: Which (sides, rows, words). Not the whole room: a call passes it by value.
    """
    mine = row_of(0, first, second, third, row)
    theirs = row_of(1, first, second, third, row)
    if not (takes[0, mine] and takes[1, theirs]):
        return False
    return any_in_both(words[0, mine], words[1, theirs])


@rule
def note_set(
    first: int, second: int, third: int, world: World, twin: World, bench: Any, room: Any
) -> None:
    """Note a set that opens the round, with its smallest share."""
    mine = row_of(0, first, second, third, room.parts.row)
    theirs = row_of(1, first, second, third, room.parts.row)
    best = room.spare_words[1]
    for i in range(len(best)):
        best[i] = room.words[0, mine, i] & room.words[1, theirs, i]
    bits = 1 << first
    bits |= 1 << second if second >= 0 else 0
    bits |= 1 << third if third >= 0 else 0
    number = room.sets[0]
    room.sets[0] += 1
    room.sets[1 + number] = bits
    low = 0
    high = SHARES
    while high - low > 1:
        middle = (low + high) // 2
        words = room.spare_words[2]
        copy_words(best, words)
        for s in range(2):
            # A side that a set does not touch accepts these texts in any case.
            if bits & OWN[s] != 0 and any_of(words):
                share = middle / SHARES
                ask(s, bits, share, False, room.spare[2], words, world, twin, bench)
        if any_of(words):
            high = middle
            copy_words(words, best)
        else:
            low = middle
    room.amounts[number] = high
    for text in range(len(world.grid.texts)):
        if room.spare[1, text]:
            room.texts[number] = text
            break


@rule
def find_minimal_sets(world: World, twin: World, bench: Any, room: Any) -> None:
    """Find all minimal sets of up to three members, the smaller first."""
    opened = room.opened
    row, takes, words = room.parts.row, room.any, room.words
    for i in range(MEMBERS):
        for j in range(MEMBERS):
            opened[i, j] = False
    for i in range(MEMBERS):
        if room.matters[i] and opens(i, -1, -1, row, takes, words):
            opened[i, i] = True
            note_set(i, -1, -1, world, twin, bench, room)
    for i in range(MEMBERS):
        for j in range(i + 1, MEMBERS):
            if not (room.matters[i] and room.matters[j]) or opened[i, i] or opened[j, j]:
                continue
            if opens(i, j, -1, row, takes, words):
                opened[i, j] = True
                note_set(i, j, -1, world, twin, bench, room)
    for i in range(MEMBERS):
        if opened[i, i] or not room.matters[i]:
            continue
        for j in range(i + 1, MEMBERS):
            if opened[j, j] or opened[i, j] or not room.matters[j]:
                continue
            for k in range(j + 1, MEMBERS):
                if opened[k, k] or opened[i, k] or opened[j, k] or not room.matters[k]:
                    continue
                if opens(i, j, k, row, takes, words):
                    note_set(i, j, k, world, twin, bench, room)
