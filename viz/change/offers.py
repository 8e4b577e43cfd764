"""What the page offers: levers by group, and settings that claims have."""

from functools import cache
from typing import Any

from ceasefire.viz.levers.arms import declared, presets
from ceasefire.viz.levers.lever import Lever, levers
from ceasefire.viz.levers.offered import page
from ceasefire.viz.levers.setting import setting_words


@cache
def lever_tables() -> list[dict[str, Any]]:
    """Return the levers by group, as the template wants them."""
    found = []
    for group in page().group:
        own = [_table(levers()[name]) for name in group.levers]
        found.append({"name": group.name, "levers": own})
    return found


def _table(one: Lever) -> dict[str, Any]:
    how = {"add": "Added to each set's own value", "times": "Each set's own value is multiplied"}
    moved = how.get(one.how, "The same in all sets")
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
        "aligned": one.how == "set",
        "choices": list(one.choices),
        "ownWords": own,
        "movedWords": f"{moved}. As it is: {one.own_words}.",
    }


def preset_options() -> list[dict[str, str]]:
    """Return the presets for the list on the page."""
    return [{"key": one.claim, "words": f"{one.claim}: {one.label}"} for one in presets()]


def preset_words(claim: str) -> str:
    """Say what a preset sets, and what the claim is; "" for none."""
    one = next((one for one in presets() if one.claim == claim), None)
    if one is None:
        return ""
    return f"{claim}: “{declared().claims[claim].claim}” Set: {setting_words(one.levers)}."
