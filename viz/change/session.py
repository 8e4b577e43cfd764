"""What one browser session has set on the page Change, and what it sees."""

from collections.abc import Callable, Mapping
from typing import Any

import solara

from ceasefire.viz.change.effects import WORLDS, ensemble_change
from ceasefire.viz.change.panels import EMPTY, Painter, Panels, Rest
from ceasefire.viz.levers.arms import presets
from ceasefire.viz.levers.lever import levers, the_case
from ceasefire.viz.levers.setting import query_of, read_values
from ceasefire.viz.live.runs import runs_of_the_page
from ceasefire.viz.live.worker import Seen, Wanted, Worker
from ceasefire.viz.page import address


class Session:
    """What one browser session has set, and what it sees.

    Args:
        asked: The part of the address behind the question mark.

    Attributes:
        values: Values of levers that were moved.
        problems: A sentence for each lever whose value is not admissible.
        version: Grows whenever the page, and not the hand, has set levers.
        address: What stands in the address.
        preset: Number of the preset that was chosen; "" for none.
        panels: What is shown first of a setting.
        rest: What is shown after that.
        pair: Seed of the worlds told side by side; -1 for none.
        wrong: What is wrong with the seed in the address, in a sentence; "" if nothing is.
    """

    def __init__(self, asked: Mapping[str, str]) -> None:
        values, problems = read_values(asked)
        self.values: dict[str, float] = values
        self.number = 0
        self.problems = solara.reactive(problems)
        self.version = solara.reactive(0)
        self.address = solara.reactive("")
        set_by = (one.claim for one in presets() if values and one.levers == values)
        self.preset = solara.reactive(next(set_by, ""))
        self.panels: solara.Reactive[Panels] = solara.reactive(EMPTY)
        self.rest: solara.Reactive[Rest] = solara.reactive(Rest())
        self.settled: solara.Reactive[dict[str, float]] = solara.reactive(dict(values))
        pair = asked.get("pair", "")
        known = pair.isascii() and pair.isdecimal() and int(pair) < WORLDS
        self.pair = solara.reactive(int(pair) if known else -1)
        self.wrong = ""
        if pair and not known:
            allowed = f"0 to {WORLDS - 1}"
            self.wrong = address.refusal("World told twice", pair, allowed, 20)
        self._painter = Painter()
        self._worker = Worker(runs_of_the_page, self._show)

    def open(self) -> Callable[[], None]:
        """Begin to run; returns what ends it."""
        self._worker.start()
        self._want(True)
        return self._worker.close

    def _show(self, seen: Seen) -> None:
        comparison = None
        if seen.baseline is not None and seen.changed is not None:
            comparison = ensemble_change(seen.baseline, seen.changed, the_case())
        self.panels.set(self._painter.first(seen, comparison, self.panels.peek()))
        if comparison is not None and not (seen.brief or self._worker.is_stale()):
            self.rest.set(self._painter.rest(seen, comparison, self.rest.peek()))

    def _want(self, settled: bool) -> None:
        self.number += 1
        self._worker.want(Wanted(self.number, dict(self.values), settled))
        if settled:
            self.settled.set(dict(self.values))
            self._write_address()

    def _write_address(self) -> None:
        told = {"pair": self.pair.peek()} if self.pair.peek() >= 0 else {}
        query = address.link("", {**query_of(self.settled.peek()), **told})
        self.address.set(query.partition("?")[2])

    def tell(self, seed: int) -> None:
        """Tell one of the worlds that are shown one by one, without and with the change."""
        if 0 <= seed < WORLDS:
            self.pair.set(seed)
            self._write_address()

    def _without_problem(self, name: str) -> None:
        if name in self.problems.peek():
            rest = {one: words for one, words in self.problems.peek().items() if one != name}
            self.problems.set(rest)

    def moved(self, move: dict[str, Any]) -> None:
        """A slider has moved."""
        self._set(str(move.get("name")), move.get("value"), bool(move.get("settled")), False)

    def entered(self, entry: dict[str, Any]) -> None:
        """A number was typed."""
        self._set(str(entry.get("name")), entry.get("text"), True, True)

    def _set(self, name: str, given: object, settled: bool, typed: bool) -> None:
        lever = levers().get(name)
        if lever is None:
            return
        try:
            value = lever.read(given)
        except ValueError as error:
            self.problems.set({**self.problems.peek(), name: str(error)})
            return
        self._without_problem(name)
        self.values = {**self.values, name: value}
        if typed:
            self.version.set(self.version.peek() + 1)
        if self.preset.peek():
            self.preset.set("")
        self._want(settled)

    def reset(self, name: str | None) -> None:
        """Leave one lever, or all, as they are in each set."""
        if name is None:
            self._put({}, {})
            return
        self._without_problem(name)
        kept = {lever: value for lever, value in self.values.items() if lever != name}
        self._put(kept, self.problems.peek())

    def choose(self, key: str) -> None:
        """Set the levers as a claim has it."""
        preset = next((preset for preset in presets() if preset.claim == key), None)
        self._put(dict(preset.levers) if preset else {}, {}, key if preset else "")

    def _put(self, values: dict[str, float], problems: dict[str, str], preset: str = "") -> None:
        """Set all levers at once, not by hand."""
        self.values = values
        self.problems.set(problems)
        self.preset.set(preset)
        self.version.set(self.version.peek() + 1)
        self._want(True)
