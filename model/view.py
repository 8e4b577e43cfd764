"""The view that compiled rules take of worlds, with a field for everything that a world has.

Compiled code has to name every field. What names them all is therefore written by this program
itself, from the declared kinds, and so is nothing else.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable
from typing import Any

from ceasefire.agents.kinds import LOGS, STATE
from ceasefire.agents.rules import rule

ROWS = (*STATE, *LOGS)
"""What every world has its own of."""

SHARED = ("influence", "grid", "tables", "terms", "sums", "odds")
"""What all worlds of an ensemble share: what the case gives, and scratch."""


def tuple_of(name: str, fields: Iterable[str], module: str) -> Any:
    """Make a class of tuples, the names of whose fields are known at run time only."""
    return namedtuple(name, fields, module=module)


View: Any = tuple_of("View", (*ROWS, *SHARED), __name__)
"""One row of an ensemble, or the whole of it, as ``ceasefire.agents.world.World`` describes it."""


def written(source: str, **known: Any) -> Callable[..., None]:
    """Make a rule of source text: one function, which knows what it is told of."""
    made: dict[str, Any] = {}
    known["__name__"] = __name__
    exec(source, known, made)
    (function,) = made.values()
    return rule(function)


def on_row(act: Callable[..., None]) -> Callable[..., None]:
    """Make a rule ``(worlds, row, ...)`` of a rule ``(world, ...)``.

    A compiled function cannot return records, so the view of a row is handed on, not back.
    """
    fields = [f"worlds.{name}[row]" for name in ROWS] + [f"worlds.{name}" for name in SHARED]
    source = f"def on_row(worlds, row, *rest): act(View({', '.join(fields)}), *rest)"
    return written(source, View=View, act=act)


def beside_twin(act: Callable[..., None], replaced: Iterable[str]) -> Callable[..., None]:
    """Make a rule ``(world, room, ...)`` of a rule ``(world, twin, room, ...)``.

    The twin is the world with what ``room`` holds in the place of its own.

    Args:
        act: The rule.
        replaced: Names of what is replaced; others are the world's own.
    """
    own = set(replaced)
    fields = [f"{'room' if name in own else 'world'}.{name}" for name in (*ROWS, *SHARED)]
    source = f"def beside(world, room, *rest): act(world, View({', '.join(fields)}), room, *rest)"
    return written(source, View=View, act=act)
