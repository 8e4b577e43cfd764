"""Arms of claims as settings of levers: where the page can do what a claim's experiment does."""

from collections.abc import Mapping
from functools import cache

from ceasefire.experiments.claims.file import Claims, read_claims
from ceasefire.experiments.claims.tables import Claim
from ceasefire.experiments.design.changes import Change
from ceasefire.viz.levers.lever import Lever, levers, the_case
from ceasefire.viz.levers.offered import Preset, page


@cache
def declared() -> Claims:
    """Return the claims of the case as they are declared; read once."""
    return read_claims(the_case())


@cache
def presets() -> tuple[Preset, ...]:
    """Return the settings that claims have, in the order of the page."""
    claims = declared().claims
    return tuple(
        one.model_copy(update={"levers": setting_of(claims[one.claim], one.arm)[0]})
        if one.arm
        else one
        for one in page().preset
    )


def lever_value(lever: Lever, change: Change) -> float | None:
    """Return the value of a lever that a change of an arm comes to; None if it is another thing."""
    done = {name: value for how, name, value in change.parts() if how == lever.how}
    values = {done.get(name) for name in lever.dimension.names}
    if len(values) != 1 or lever.moves_weeks:
        return None
    value = values.pop()
    if value is None or isinstance(value, bool | str) or not lever.low <= value <= lever.high:
        return None
    return float(value)


def setting_of(claim: Claim, arm: str) -> tuple[dict[str, float], bool]:
    """Return the levers of the page that an arm comes to.

    Returns:
        Values of levers by name, and whether they are all that the arm changes, from the same week.
    """
    values: dict[str, float] = {}
    whole = True
    for change in claim.arms[arm]:
        taken: set[str] = set()
        for name, lever in levers().items():
            value = lever_value(lever, change)
            if value is not None:
                taken.update(lever.dimension.names)
                weeks = weeks_as_levers(levers(), name, change)
                whole = whole and weeks is not None
                for moved, wanted in {name: value, **(weeks or {})}.items():
                    if values.setdefault(moved, wanted) != wanted:
                        # Moved more than once, or not for the same weeks: no setting of levers.
                        return {}, False
        left = {name for _, name, _ in change.parts()} - taken
        whole = whole and not left and not change.sign and not change.move
    return values, whole and bool(values)


def weeks_as_levers(
    known: Mapping[str, Lever], name: str, change: Change
) -> dict[str, float] | None:
    """Return the levers that give another lever the weeks of a change; None if they cannot."""
    if change.once:
        return None
    found: dict[str, float] = {}
    movers = {
        other.how: other
        for other in known.values()
        if other.moves_weeks and name in other.dimension.names
    }
    length = None if change.end is None else float(change.end - change.start)
    own = known[name].dimension.start or 0.0
    for kind, wanted, stands in (("start", float(change.start), own), ("length", length, None)):
        if wanted == stands or wanted is None:
            continue
        if kind not in movers or not movers[kind].low <= wanted <= movers[kind].high:
            return None
        found[movers[kind].name] = wanted
    return found
