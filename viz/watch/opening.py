"""What would have opened a round: in words, put to the test, and as levers of the page Change."""

from collections.abc import Callable, Mapping
from functools import lru_cache

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
from ceasefire.viz.worlds.recording import RecordedWorld, records

HARDLY = 0.005
"""Utility below which a term would be worded 0.00."""


Rule = Callable[[float, Case], float]
"""What a lever takes, by the share of its way that a constraint gives, and the case."""


def _toward(name: str, end: float | None = None) -> Rule:
    """Go from a setting's own value to an end: its highest value without one."""

    def value(share: float, case: Case) -> float:
        setting = case.settings[name]
        own = float(setting.value)
        return own + share * ((setting.high if end is None else end) - own)

    return value


def _tolerance(share: float, case: Case) -> float:
    setting = case.settings["party.religious-zionism.tolerance"]
    return share * (setting.high - float(setting.value))


def _net_life(share: float, case: Case) -> float:
    life = "party.yesh-atid.net_life"
    own, office = (
        float(case.settings[name].value) for name in (life, "belligerent.israel.office_horizon")
    )
    return _toward(life, max(own, office))(share, case)


def _families(share: float, case: Case) -> float:
    name = "belligerent.israel.family_weight"
    own = float(case.settings[name].value)
    return _toward(name)(share, case) / own if own > 0 else 2.0


def _gone(share: float, _: Case) -> float:
    return 1.0 - share


CREDIBILITY, CONDITIONS = "party.yesh-atid.net_credibility", "patronage.usa-israel.condition_arms"
BELIEVED, PRESSURE = (
    "patronage.usa-israel.believed_resolve",
    "patronage.usa-hamas.condition_diplomatic",
)

MOVED: Mapping[tuple[Constraint, str], Mapping[str, Rule]] = {
    (Constraint.PRECONDITION, "israel"): {"precondition": _gone},
    (Constraint.TOLERANCE, "israel"): {"tolerance": _tolerance},
    (Constraint.SAFETY_NET, "israel"): {
        "net_credibility": _toward(CREDIBILITY, 1.0),
        "net_life": _net_life,
    },
    (Constraint.CONDITIONS, "israel"): {"conditions": _toward(CONDITIONS, 1.0)},
    (Constraint.CONDITIONS, "hamas"): {"pressure_on_hamas": _toward(PRESSURE, 1.0)},
    (Constraint.RESOLVE, "israel"): {
        "believed_resolve": _toward(BELIEVED, 1.0),
        "us_resolve": _toward("patron.usa.resolve", 1.0),
    },
    (Constraint.ARMS, "israel"): {"arms_withheld": lambda share, _: share},
    (Constraint.HOME, "israel"): {"families": _families},
    (Constraint.MEMORY, "hamas"): {"hamas_memory": _gone},
    (Constraint.GUARANTEE, ""): {"guarantee_weight": _toward("guarantor.usa-guarantee.weight")},
}
"""Constraints for which the default case has levers. They come closest; they are not the same: a
constraint gives in one week, a lever is moved for a whole run."""


def levers_of(member: int, share: float, case: Case) -> dict[str, float]:
    """Return the levers that come closest to relaxing a constraint, with the values they take."""
    constraint, s = constraint_of(member)
    side = case.names["belligerents"][s] if s >= 0 else ""
    rules = MOVED.get((constraint, side), {}) if case.name == DEFAULT_CASE else {}
    known = levers()
    return {
        name: round(min(max(rule(share, case), known[name].low), known[name].high), 2)
        for name, rule in rules.items()
        if name in known
    }


def opening_levers(one: Certificate, case: Case) -> tuple[MinimalSet, dict[str, float]] | None:
    """Return the first set all of whose members have levers, with the levers moved."""
    for relaxed in one.sets:
        moved = [levers_of(member, relaxed.share, case) for member in relaxed.members]
        if all(moved):
            return relaxed, {name: value for some in moved for name, value in some.items()}
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


def put_to_the_test(world: RecordedWorld, one: Certificate) -> Rerun | None:
    """Run the world again with the first set relaxed; None where no set opens the round."""
    return _rerun(world.place, one.round) if one.sets else None


@lru_cache(maxsize=256)
def _rerun(place: Place, number: int) -> Rerun:
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


ANSWER_REFUSED = ("refused", "signed to resume", "accepted")[REFUSE]


def refused(moment: Moment) -> list[int]:
    """Return which sides refused the text of a week's round."""
    if moment.tabled is None:
        return []
    return [s for s, one in enumerate(moment.tabled.answers) if one.answer == ANSWER_REFUSED]


def telling(world: RecordedWorld) -> int:
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
