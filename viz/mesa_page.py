"""The model in Mesa's own page: ``solara run viz/mesa_page.py`` (needs the extra ``live``).

It shows that ``CeasefireModel`` needs no special treatment: Mesa's controls, a seed, and
components that are functions of the model.
"""

from typing import Any

import solara
from mesa.visualization import SolaraViz

from model.ceasefire import CeasefireModel

PARAMETERS = {
    "rng": {"type": "InputText", "value": "1", "label": "Seed"},
    "weeks": {
        "type": "SliderInt",
        "value": 52,
        "min": 8,
        "max": 52,
        "step": 1,
        "label": "Horizon (weeks)",
    },
}


def where_it_stands(model: CeasefireModel) -> Any:
    """Say in a sentence where the world stands."""
    held = f"{model.captives_held:,} captives held"
    dead = f"{model.deaths:,.0f} dead"
    rounds = f"{model.rounds_held} rounds of talks"
    return solara.Markdown(
        f"Week {model.week:g}: {model.end_state}. {dead}, {held}, {rounds}, "
        f"{model.truces_held} truces. *Under stated assumptions; no forecast.*"
    )


@solara.component
def Page() -> None:  # noqa: N802  # the name that Solara looks for
    """One model for each browser session."""
    model = solara.use_memo(lambda: CeasefireModel(rng=1), [])
    SolaraViz(model, components=[where_it_stands], model_params=PARAMETERS, name="ceasefire")
