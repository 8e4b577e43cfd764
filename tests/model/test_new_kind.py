"""A new kind of agent takes four files: its own, the list of kinds, the week and a case."""

import os
import subprocess
import sys

from checkout import copied

NEW = '''"""Observers: they count the dead of the side that they watch."""

from typing import Annotated, Any

from ceasefire.agents.actor import Actor, given, refers, worked_out
from ceasefire.agents.rules import rule
from ceasefire.agents.world import World


class Observer(Actor):
    """One who counts."""

    kind = "observer"
    collection = "observers"
    bears_on_answers = False
    weekly = True
    collected = ("name", "counted")
    columns = ("counted",)

    side: Annotated[int, refers("belligerent", "Side that it watches.")]
    share: Annotated[float, given("share", 0, 1, "Share of the dead that it hears of.")]

    counted: Annotated[float, worked_out("deaths", "Dead that it has counted.")]

    def step(self) -> None:
        """Count."""
        count(self, self.model)


@rule
def count(observer: Any, world: World) -> None:
    """Count the dead of a week."""
    dead = world.belligerents[observer.side].toll_rate * world.war.step
    observer.counted += observer.share * dead
'''

CASE = """
[observer.north-eyes]
label = "Eyes in the north"
side = "north"
share = { value = 0.5, unit = "share", range = [0, 1], source = "assumed" }

[observer.south-eyes]
label = "Eyes in the south"
side = "south"
share = { value = 0.25, unit = "share", range = [0, 1], source = "assumed" }
"""

IMPORT = "from ceasefire.agents.observer import Observer\n"

EDITS = {
    "agents/kinds.py": [
        ("from ceasefire.agents.patron import", IMPORT + "from ceasefire.agents.patron import"),
        ("    Resolution,\n)", "    Resolution,\n    Observer,\n)"),
    ],
    "model/world/week.py": [
        (
            "from ceasefire.agents.patron import",
            IMPORT.replace("Observer", "Observer, count") + "from ceasefire.agents.patron import",
        ),
        ("    clear_pressure(model)\n", '    acts(Observer, "step")\n    clear_pressure(model)\n'),
        (
            "    clear_pressure(world)\n",
            "    for i in range(len(world.observers)):\n"
            "        count(world.observers[i], world)\n"
            "    clear_pressure(world)\n",
        ),
    ],
}

SCRIPT = """
from worlds import week_by_week

from ceasefire.experiments.runs.tables import Tables
from ceasefire.model.case.case import case_of_text, load_case
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.model.engines.ensemble import run_chunk

case = load_case("two-rivals")
assert case_of_text(case.to_toml()) == case
assert week_by_week(case, 1) == []
model = CeasefireModel(case, rng=1).run()
counted = [observer.counted for observer in model.observers]
assert counted[0] > 0.0
told = Tables(case).make(run_chunk(case, [1], weekly=True))
for table in ("runs", "weeks"):
    last = told[table].iloc[-1]
    assert [last["counted_north-eyes"], last["counted_south-eyes"]] == counted
assert "observers/north-eyes" in model.network
assert run_chunk(case.changed({"observer.north-eyes.share": 0.0}), [1]).records[
    "observers"
]["counted"][0, 0] == 0.0
"""


def test_a_new_kind_of_agent_takes_four_files(tmp_path):
    package = copied(tmp_path)
    (package / "agents" / "observer.py").write_text(NEW, encoding="utf-8")
    with (package / "cases" / "two-rivals" / "case.toml").open("a", encoding="utf-8") as file:
        file.write(CASE)
    for name, edits in EDITS.items():
        path = package / name
        text = path.read_text(encoding="utf-8")
        for old, new in edits:
            assert text.count(old) == 1, (name, old)
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    settings = {
        "PYTHONPATH": os.pathsep.join([str(tmp_path), here]),
        "CEASEFIRE_CACHE_DIR": str(tmp_path / "kept"),
        # Compiling is all that takes time here.
        "NUMBA_OPT": "0",
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=tmp_path,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
