"""What would have opened a round: in words, put to the test, and as levers of the page Change."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from ceasefire.agents.belligerent import REFUSE
from ceasefire.experiments.story.talks import AGAINST, TERMS, Answer
from ceasefire.experiments.style.words import listed, plain, signed
from ceasefire.experiments.why.checks import Rerun, rerun
from ceasefire.experiments.why.words import set_words
from ceasefire.model.case.case import Case
from ceasefire.model.certificate.certificate import Certificate, MinimalSet
from ceasefire.model.certificate.constraints import Constraint, constraint_of
from ceasefire.viz.levers.lever import levers
from ceasefire.viz.worlds.moment import Moment
from ceasefire.viz.worlds.place import DEFAULT_CASE, Place
from ceasefire.viz.worlds.recording import World

HARDLY = 0.005
"""Utility below which a term would be worded 0.00."""


class Lever(NamedTuple):
    """A lever that comes closest to a constraint, and the value it takes."""

    name: str
    value: float


Moved = Callable[[float, Case], tuple[Lever, ...]]


def _value(case: Case, name: str) -> float:
    return float(case.settings[name].value)


def _toward(value: float, end: float, share: float) -> float:
    return value + share * (end - value)


def _precondition(share: float, case: Case) -> tuple[Lever, ...]:
    return (Lever("precondition", 1.0 - share),)


def _tolerance(share: float, case: Case) -> tuple[Lever, ...]:
    setting = case.settings["party.religious-zionism.tolerance"]
    return (Lever("tolerance", share * (setting.high - float(setting.value))),)


def _safety_net(share: float, case: Case) -> tuple[Lever, ...]:
    own = _value(case, "party.yesh-atid.net_credibility")
    life = _value(case, "party.yesh-atid.net_life")
    long = max(life, _value(case, "belligerent.israel.office_horizon"))
    return (
        Lever("net_credibility", _toward(own, 1.0, share)),
        Lever("net_life", _toward(life, long, share)),
    )


def _conditions(share: float, case: Case) -> tuple[Lever, ...]:
    own = _value(case, "patronage.usa-israel.condition_arms")
    return (Lever("conditions", _toward(own, 1.0, share)),)


def _resolve(share: float, case: Case) -> tuple[Lever, ...]:
    believed = _value(case, "patronage.usa-israel.believed_resolve")
    own = _value(case, "patron.usa.resolve")
    return (
        Lever("believed_resolve", _toward(believed, 1.0, share)),
        Lever("us_resolve", _toward(own, 1.0, share)),
    )


def _arms(share: float, case: Case) -> tuple[Lever, ...]:
    return (Lever("arms_withheld", share),)


def _home(share: float, case: Case) -> tuple[Lever, ...]:
    setting = case.settings["belligerent.israel.family_weight"]
    own = float(setting.value)
    return (Lever("families", _toward(own, setting.high, share) / own if own > 0 else 2.0),)


def _pressure_on_hamas(share: float, case: Case) -> tuple[Lever, ...]:
    own = _value(case, "patronage.usa-hamas.condition_diplomatic")
    return (Lever("pressure_on_hamas", _toward(own, 1.0, share)),)


def _memory(share: float, case: Case) -> tuple[Lever, ...]:
    return (Lever("hamas_memory", 1.0 - share),)


def _guarantee(share: float, case: Case) -> tuple[Lever, ...]:
    setting = case.settings["guarantor.usa-guarantee.weight"]
    return (Lever("guarantee_weight", _toward(float(setting.value), setting.high, share)),)


MOVED: Mapping[tuple[Constraint, str], Moved] = {
    (Constraint.PRECONDITION, "israel"): _precondition,
    (Constraint.TOLERANCE, "israel"): _tolerance,
    (Constraint.SAFETY_NET, "israel"): _safety_net,
    (Constraint.CONDITIONS, "israel"): _conditions,
    (Constraint.CONDITIONS, "hamas"): _pressure_on_hamas,
    (Constraint.RESOLVE, "israel"): _resolve,
    (Constraint.ARMS, "israel"): _arms,
    (Constraint.HOME, "israel"): _home,
    (Constraint.MEMORY, "hamas"): _memory,
    (Constraint.GUARANTEE, ""): _guarantee,
}
"""Constraints for which the default case has levers. They come closest; they are not the same: a
constraint gives in one week, a lever is moved for a whole run."""


def levers_of(member: int, share: float, case: Case) -> tuple[Lever, ...]:
    """Return the levers that come closest to relaxing a constraint; none where there is none."""
    constraint, s = constraint_of(member)
    side = case.names["belligerents"][s] if s >= 0 else ""
    move = MOVED.get((constraint, side)) if case.name == DEFAULT_CASE else None
    found = []
    for one in move(share, case) if move else ():
        known = levers().get(one.name)
        if known is not None:
            found.append(Lever(one.name, round(min(max(one.value, known.low), known.high), 2)))
    return tuple(found)


def opening_levers(one: Certificate, case: Case) -> tuple[MinimalSet, dict[str, float]] | None:
    """Return the first set all of whose members have levers, with the levers moved."""
    for found in one.sets:
        moved = [levers_of(member, found.share, case) for member in found.members]
        if all(moved):
            return found, {lever.name: lever.value for some in moved for lever in some}
    return None


def refusal(one: Answer, label: str) -> str:
    """Say why a side refused: the largest term against the text, and the largest for it."""
    if one.ruled_out:
        return f"{label} refused, because its precondition rules out any end of the war for now"
    against = min(TERMS, key=lambda name: one.terms[name])
    weighs = max(TERMS, key=lambda name: one.terms[name])
    down = sorted(
        (name for name in TERMS if one.terms[name] <= -HARDLY or name == against),
        key=lambda name: one.terms[name],
    )
    parts = listed([f"{name} {signed(one.terms[name])}" for name in down])
    words = f"{label} refused, because {AGAINST[against]}: {parts}"
    if one.terms[weighs] < HARDLY:
        return f"{words}; nothing of weight spoke for it"
    return f"{words} outweighed {weighs} ({signed(one.terms[weighs])})"


def opening_words(one: Certificate, case: Case) -> str:
    """Say what would have opened a failed round."""
    if one.both:
        return (
            f"{plain(one.both)} texts acceptable to both lay on the grid: it would have opened if "
            "the mediators had tabled one of them."
        )
    if not one.sets:
        return "No single change suffices, and no three together would have opened it."
    first = one.sets[0]
    words = set_words(first, one, case)
    if len(first.members) > 1:
        return f"No single change suffices. It would have opened if {words}."
    return f"It would have opened if {words}."


def put_to_the_test(world: World, one: Certificate) -> Rerun | None:
    """Run the world again with the first set relaxed; None where no set opens the round."""
    return _rerun(world.place, one.round) if one.sets else None


@lru_cache(maxsize=256)
def _rerun(place: Place, number: int) -> Rerun:
    from ceasefire.viz.worlds.recording import records

    world = records.get(place)
    found = (m.certificate for m in world.moments if m.certificate is not None)
    return rerun(world.case, [next(one for one in found if one.round == number)])[0]


def rerun_words(one: Rerun) -> str:
    """Say what became of the run when the change was made."""
    signed_it = "both accepted it" if one.accepted else "the two did not both accept it"
    still = "still " if one.end_state == one.before else ""
    unaided = "a deal" if one.signed else "no deal"
    return (
        f"Re-run with that change and such a text tabled: {signed_it}, and the run {still}ended "
        f"after {plain(one.ended_week)} weeks with {_state(one.end_state)}; with the mediators "
        f"unaided the round brought {unaided}."
    )


def _state(name: str) -> str:
    return {
        "permanent ceasefire": "a permanent ceasefire",
        "government fell": "a fallen government",
        "regional war": "a regional war",
    }.get(name, "no deal")


def refused(moment: Moment) -> list[int]:
    """Return which sides refused the text of a week's round."""
    if moment.tabled is None:
        return []
    return [s for s, one in enumerate(moment.tabled.answers) if one.answer == ANSWER_REFUSED]


ANSWER_REFUSED = ("refused", "signed to resume", "accepted")[REFUSE]


def telling(world: World) -> int:
    """Return the failed round that says most: fewest constraints, with levers, before week 38.

    Where no round failed it is the last that brought a deal, and without one the first week.
    """
    best, place = None, 0
    for i, moment in enumerate(world.moments):
        one = moment.certificate
        if one is None:
            continue
        size = len(one.sets[0].members) if one.sets else 4
        score = (size, opening_levers(one, world.case) is None, moment.week > 37, -moment.week)
        if best is None or score < best:
            best, place = score, i
    if best is None:
        return max((i for i, one in enumerate(world.moments) if one.signed), default=0)
    return place
