"""What would have opened a round: the search behind a certificate, compiled as a whole.

Texts are kept as rows of yes and no; the same memory is read eight texts at a time as words.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ceasefire.agents.belligerent import REFUSE
from ceasefire.agents.chance import Decision, uniform
from ceasefire.agents.rules import FLOAT, rule
from ceasefire.agents.world import World
from ceasefire.model.certificate.bench import Bench, notes_of
from ceasefire.model.certificate.constraints import MEMBERS, Constraint, member_of, touches
from ceasefire.model.certificate.parts import GROUPS, LARGEST, PARTS, Parts, place_of
from ceasefire.model.certificate.questions import ask, ask_for_notes, start_anew
from ceasefire.model.records import View

if TYPE_CHECKING:
    from ceasefire.model.case.case import Case

ORDERS = 2
"""Random orders in which the constraints of a round are relaxed one after the other."""

SHARES = 64
"""Amounts are given in this many parts of a range."""

MOST_SETS = MEMBERS * (MEMBERS + 1) * (MEMBERS + 2) // 6
"""More sets than there can be of up to three members."""

SPARE = 4
EVERYTHING = (1 << MEMBERS) - 1


def _of_side(side: int, *constraints: Constraint) -> int:
    return sum(1 << member_of(one, side) for one in constraints)


_BELIEF = (Constraint.TRUST, Constraint.MEMORY, Constraint.AIMS, Constraint.GUARANTEE)
BUT_BELIEF = tuple(EVERYTHING & ~_of_side(s, *_BELIEF) for s in range(2))
OWN = tuple(sum(1 << member for member in range(MEMBERS) if touches(member, s)) for s in range(2))
"""Members that touch each side, and all but those on which its belief rests, as bits."""


class Room(NamedTuple):
    """Room for the search, and what it finds.

    Attributes:
        parts: The parts of sets (``parts.Parts``).
        taken: Texts that each side takes with each part relaxed (sides, rows, texts).
        words: The same memory as words (sides, rows, words).
        any: Whether it takes any (sides, rows).
        opens: Whether a part, or a part of it, opens the round by itself (sides, rows).
        spare: More rows of texts (``SPARE``, texts).
        spare_words: The same memory as words.
        opened: Which members, alone or two together, open the round (members, members).
        notes: What answers follow from (2, ``bench.notes_of``).
        matters: Whether relaxing each member alone, or after all others, changes that (members).
        draws: Numbers drawn for an order (members).
        order: Members in that order (members).
        accepted: How many texts the first side, the second, and both accept (3).
        sets: How many minimal sets were found, then each as bits (1 + ``MOST_SETS``).
        amounts: The smallest share of each, in 64ths (``MOST_SETS``).
        texts: A text that both then accept (``MOST_SETS``).
        flips: The share by which a member alone makes a side accept the last text, in 64ths; 0
            where the side did not refuse or that does not do (sides, members).
        pivots: The member that opened the round in each order, or -1 (``ORDERS``).
    """

    parts: Parts
    taken: Any
    words: Any
    any: Any
    opens: Any
    spare: Any
    spare_words: Any
    opened: Any
    notes: Any
    matters: Any
    draws: Any
    order: Any
    accepted: Any
    sets: Any
    amounts: Any
    texts: Any
    flips: Any
    pivots: Any


def room_to_search(case: "Case", bench: Bench) -> Room:
    """Make room for the search of one case's rounds."""
    # Whole words, so that texts are compared eight at a time.
    width = -(-len(case.grid.texts) // 8) * 8
    rows = PARTS.bits.shape[1]
    taken = np.zeros((2, rows, width), dtype=np.bool_)
    spare = np.zeros((SPARE, width), dtype=np.bool_)
    return Room(
        parts=PARTS,
        taken=taken,
        words=taken.view(np.uint64),
        any=np.zeros((2, rows), dtype=np.bool_),
        opens=np.zeros((2, rows), dtype=np.bool_),
        spare=spare,
        spare_words=spare.view(np.uint64),
        opened=np.zeros((MEMBERS, MEMBERS), dtype=np.bool_),
        notes=np.zeros((2, notes_of(bench)), dtype=FLOAT),
        matters=np.zeros(MEMBERS, dtype=np.bool_),
        draws=np.zeros(MEMBERS, dtype=FLOAT),
        order=np.zeros(MEMBERS, dtype=np.int64),
        accepted=np.zeros(3, dtype=np.int64),
        sets=np.zeros(1 + MOST_SETS, dtype=np.int64),
        amounts=np.zeros(MOST_SETS, dtype=np.int64),
        texts=np.zeros(MOST_SETS, dtype=np.int64),
        flips=np.zeros((2, MEMBERS), dtype=np.int64),
        pivots=np.zeros(ORDERS, dtype=np.int64),
    )


@rule
def copy_words(source: Any, target: Any) -> None:
    """Copy a row of texts."""
    for i in range(len(source)):
        target[i] = source[i]


@rule
def any_of(words: Any) -> bool:
    """Whether there is any text in a row."""
    for i in range(len(words)):
        if words[i] != 0:
            return True
    return False


@rule
def any_in_both(first: Any, second: Any) -> bool:
    """Whether any text is in both rows."""
    for i in range(len(first)):
        if first[i] & second[i] != 0:
            return True
    return False


@rule
def everything(grid: Any, taken: Any) -> None:
    """Put all texts into a row."""
    for text in range(len(grid.texts)):
        taken[text] = True


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


def search_openings(worlds: View, row: int, bench: Any, room: Any) -> None:
    """Search for all that a certificate says of one round.

    Args:
        worlds: Worlds just after the answers of rounds that failed.
        row: Which of them.
        bench: Room for asking.
        room: Room for the search, and what it finds.
    """
    # Built here, as a compiled function cannot return records.
    world: Any = View(
        worlds.war[row],
        worlds.talks[row],
        worlds.switches[row],
        worlds.belligerents[row],
        worlds.captives[row],
        worlds.parties[row],
        worlds.patrons[row],
        worlds.patronages[row],
        worlds.mediators[row],
        worlds.channels[row],
        worlds.blocs[row],
        worlds.fronts[row],
        worlds.guarantors[row],
        worlds.drafts[row],
        worlds.rounds[row],
        worlds.truces[row],
        worlds.influence,
        worlds.grid,
        worlds.tables,
        worlds.terms,
        worlds.sums,
        worlds.odds,
    )
    twin: Any = View(
        world.war,
        world.talks,
        world.switches,
        bench.belligerents,
        bench.captives,
        bench.parties,
        world.patrons,
        bench.patronages,
        world.mediators,
        world.channels,
        bench.blocs,
        world.fronts,
        bench.guarantors,
        world.drafts,
        world.rounds,
        world.truces,
        world.influence,
        world.grid,
        bench.tables,
        bench.terms,
        world.sums,
        bench.odds,
    )
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
