"""What the page offers: levers by group, and settings that claims have."""

from functools import cache
from typing import Any

from ceasefire.experiments.claims.file import read_claims
from ceasefire.viz.levers.lever import Lever, levers, setting_words, the_case
from ceasefire.viz.levers.offered import GROUPS, PRESETS


@cache
def lever_tables() -> list[dict[str, Any]]:
    """Return the levers by group, as the template wants them."""
    found = []
    for group in GROUPS:
        own = [_table(one) for one in levers().values() if one.group == group]
        found.append({"name": group, "levers": own})
    return found


def _table(one: Lever) -> dict[str, Any]:
    how = {"add": "Added to each set's own value", "times": "Each set's own value is multiplied"}
    moved = how.get(one.dimension.change, "The same in all sets")
    if one.moves_weeks:
        moved = "For all that is set of these"
    own = f"Not moved: {one.own_words}."
    return {
        "name": one.name,
        "label": one.label,
        "unit": one.unit,
        "low": one.low,
        "high": one.high,
        "step": one.step,
        "start": one.start,
        "meaning": one.meaning,
        "range": one.range_words,
        "when": one.when,
        "source": one.source,
        "spread": [list(pair) for pair in one.spread],
        "spreadEnds": [f"{end:.3g}" for end in one.spread_ends] if one.spread else [],
        "aligned": one.dimension.change == "set",
        "choices": list(one.choices),
        "ownWords": own,
        "movedWords": f"{moved}. As it is: {one.own_words}.",
    }


@cache
def claim_words() -> dict[str, str]:
    """Return the claims in one sentence each, by their numbers."""
    return {one.id: one.claim for one in read_claims(the_case()).claims.values()}


def preset_options() -> list[dict[str, str]]:
    """Return the presets for the list on the page."""
    return [{"key": one.claim, "words": f"{one.claim}: {one.arm}"} for one in PRESETS]


def preset_words(claim: str) -> str:
    """Say what a preset sets, and what the claim is; "" for none."""
    one = next((one for one in PRESETS if one.claim == claim), None)
    if one is None:
        return ""
    return f"{claim}: “{claim_words()[claim]}” Set: {setting_words(one.values)}."
