"""Which texts each side takes: as things stand, and with each part of a set relaxed."""

from typing import Any

from ceasefire.agents.rules import rule
from ceasefire.agents.world import World
from ceasefire.model.certificate.constraints import MEMBERS, touches
from ceasefire.model.certificate.parts import GROUPS, LARGEST
from ceasefire.model.certificate.questions import ask, ask_for_notes
from ceasefire.model.certificate.room import BUT_BELIEF, EVERYTHING
from ceasefire.model.certificate.rows import any_in_both, any_of, copy_words, everything


@rule
def as_it_stands(world: World, twin: World, bench: Any, room: Any) -> None:
    """Count the texts that each side, and both, accept as things stand."""
    for s in range(2):
        everything(world.grid, room.spare[s])
        ask(s, 0, 1.0, False, room.spare[s], room.spare_words[s], world, twin, bench)
    for i in range(3):
        room.accepted[i] = 0
    for text in range(len(world.grid.texts)):
        first = room.spare[0, text]
        second = room.spare[1, text]
        room.accepted[0] += first
        room.accepted[1] += second
        room.accepted[2] += first and second


@rule
def what_both_could_take(world: World, twin: World, bench: Any, room: Any) -> None:
    """Leave in spare row 0 the texts that both could take with any members relaxed."""
    for s in range(2):
        for one in range(2):
            place = 2 * one + s
            everything(world.grid, room.spare[place])
            members = EVERYTHING if one == 0 else BUT_BELIEF[s]
            row, words = room.spare[place], room.spare_words[place]
            ask(s, members, 1.0, True, row, words, world, twin, bench)
    words = room.spare_words
    for i in range(words.shape[1]):
        words[0, i] = (words[0, i] | words[2, i]) & (words[1, i] | words[3, i])


@rule
def find_what_matters(world: World, twin: World, bench: Any, room: Any) -> None:
    """Note which members change what answers follow from: alone, or after all others."""
    notes = room.notes
    for member in range(MEMBERS):
        room.matters[member] = False
    for s in range(2):
        for everyone in range(2):
            start = EVERYTHING if everyone else 0
            ask_for_notes(s, start, notes[0], world, twin, bench)
            for member in range(MEMBERS):
                if room.matters[member] or not touches(member, s):
                    continue
                ask_for_notes(s, start ^ (1 << member), notes[1], world, twin, bench)
                for i in range(notes.shape[1]):
                    if notes[0, i] != notes[1, i]:
                        room.matters[member] = True
                        break


@rule
def ask_about_parts(world: World, twin: World, bench: Any, room: Any) -> None:
    """Ask which texts each side takes with each part of a set relaxed.

    Spare row 0 holds the texts that both could take; others are not asked about. A part of which a
    part opens the round by itself is in no minimal set, and is not asked about.
    """
    parts = room.parts
    idle = 0
    for member in range(MEMBERS):
        if not room.matters[member]:
            idle |= 1 << member
    for group in range(GROUPS):
        for s in range(2):
            words = room.spare_words[1]
            if group == 0:
                copy_words(room.spare_words[0], words)
            else:
                for i in range(len(words)):
                    words[i] = 0
                for row in range(parts.first[1]):
                    met = parts.single[row] if group == 1 else parts.alone[row] == row
                    if met and room.any[1 - s, row]:
                        other = room.words[1 - s, row]
                        for i in range(len(words)):
                            words[i] = words[i] | other[i]
            for row in range(parts.first[group], parts.first[group + 1]):
                bits = parts.bits[s, row]
                room.any[s, row] = False
                room.opens[s, row] = False
                if bits & idle != 0:
                    continue
                for i in range(LARGEST):
                    smaller = parts.within[row, i]
                    if smaller >= 0 and room.opens[s, smaller]:
                        room.opens[s, row] = True
                if room.opens[s, row]:
                    continue
                taken = room.words[s, row]
                copy_words(words, taken)
                ask(s, bits, 1.0, False, room.taken[s, row], taken, world, twin, bench)
                room.any[s, row] = any_of(taken)
        for s in range(2):
            for row in range(parts.first[group], parts.first[group + 1]):
                alone = parts.alone[row]
                if room.any[s, row] and room.any[1 - s, alone]:
                    if any_in_both(room.words[s, row], room.words[1 - s, alone]):
                        room.opens[s, row] = True
