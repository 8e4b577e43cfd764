"""What every actor and every record of the world has: declared fields.

A field is declared once, as an annotation on the class::

    seats: Annotated[int, given("seats", 0, 1000, "Seats in parliament.")]

From the annotations come the attribute of the Mesa agent (turned into its declared kind when
it is assigned) and the layout of the compiled engine's records, so the two cannot differ.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, get_args, get_origin, get_type_hints

import mesa
import numpy as np

from ceasefire.agents.rules import FLOAT


@dataclass(frozen=True)
class Field:
    """How a number is declared.

    Attributes:
        unit: Its unit, as case files must write it.
        low: Smallest admissible value.
        high: Largest admissible value.
        meaning: One sentence for people.
        given: True for what a case gives, False for what the model works out.
        start: Starting value of what the model works out.
        refers_to: For an index: the kind of actor it points at (cases write its name).
        choices: For a choice: the words a case may write, in the order of their values.
        optional: True where a case may leave the reference or choice empty (value -1).
    """

    unit: str
    low: float
    high: float
    meaning: str
    given: bool
    start: float = 0
    refers_to: str = ""
    choices: tuple[str, ...] = ()
    optional: bool = False


def given(unit: str, low: float, high: float, meaning: str) -> Field:
    """Declare a number that the case gives."""
    return Field(unit, low, high, meaning, True)


def flag(meaning: str) -> Field:
    """Declare a yes-or-no that the case gives."""
    return Field("yes/no", 0, 1, meaning, True)


def refers(kind: str, meaning: str, optional: bool = False) -> Field:
    """Declare an index of another actor, which the case gives by name."""
    return Field("name", -1, 1000, meaning, True, refers_to=kind, optional=optional)


def choice(choices: tuple[str, ...], meaning: str) -> Field:
    """Declare one of several words, kept as its position."""
    return Field("choice", 0, len(choices) - 1, meaning, True, choices=choices)


def worked_out(unit: str, meaning: str, start: float = 0) -> Field:
    """Declare a number that the model works out as it runs."""
    return Field(unit, -np.inf, np.inf, meaning, False, start)


def _float(value: float) -> float:
    return float(FLOAT.type(value)) if FLOAT.itemsize == 4 else float(value)


COERCE: dict[type, Callable[[Any], Any]] = {float: _float, int: int, bool: bool}
KINDS: dict[type, Any] = {float: FLOAT, int: np.int64, bool: np.bool_}


class Record:
    """Something with declared fields.

    Attributes:
        fields: The declarations by name, in the order of the layout.
        kind: The word by which cases call it (``party``), or "" if they do not.
        collection: The list of the world that holds it (``parties``), or "" if a world has one.
        bears_on_answers: Whether an answer to a text can depend on it, so that a certificate must
            know it.
        weekly: Whether its state after every week can be kept.
        collected: What Mesa's collector reads of each, after every step.
        columns: Fields that the tables of runs (and of weeks, if kept) have a column of for each,
            after the columns of the kinds that they know by name.
    """

    fields: ClassVar[dict[str, Field]] = {}
    kinds: ClassVar[dict[str, type]] = {}
    kind: ClassVar[str] = ""
    collection: ClassVar[str] = ""
    bears_on_answers: ClassVar[bool] = True
    weekly: ClassVar[bool] = False
    collected: ClassVar[tuple[str, ...]] = ()
    columns: ClassVar[tuple[str, ...]] = ()
    _coerce: ClassVar[dict[str, Callable[[Any], Any]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Read the declarations from the annotations."""
        super().__init_subclass__(**kwargs)
        cls.fields, cls.kinds = dict(cls.fields), dict(cls.kinds)
        for name, hint in get_type_hints(cls, include_extras=True).items():
            if get_origin(hint) is Annotated and isinstance(get_args(hint)[1], Field):
                cls.kinds[name], cls.fields[name] = get_args(hint)[:2]
        cls._coerce = {name: COERCE[kind] for name, kind in cls.kinds.items()}

    def __setattr__(self, name: str, value: Any) -> None:
        """Assign, turning a declared field into its declared kind."""
        coerce = self._coerce.get(name)
        # Straight into the instance: reading stays as fast as any attribute.
        object.__setattr__(self, name, value if coerce is None else coerce(value))

    @classmethod
    def layout(cls) -> np.dtype[Any]:
        """Return the record layout of the compiled engine."""
        return np.dtype([(name, KINDS[kind]) for name, kind in cls.kinds.items()], align=True)

    def fill(self, values: Mapping[str, Any] | np.void) -> None:
        """Take every field from a record of the same layout."""
        for name in self.fields:
            setattr(self, name, values[name].item())

    def numbers(self) -> tuple[Any, ...]:
        """Return the values of all fields, in the order of the layout."""
        return tuple(getattr(self, name) for name in self.fields)


class Actor(Record, mesa.Agent):
    """A Mesa agent with declared fields and a name.

    Args:
        model: The ``CeasefireModel`` it lives in.
        name: Its name in the case.
        index: Its place among its like, in the order of the case.
        values: Record with the starting values of its fields.
    """

    key: Annotated[int, worked_out("", "Stable number made from the declared name.")]

    def __init__(self, model: Any, name: str, index: int, values: np.void) -> None:
        super().__init__(model)
        self.name = name
        self.index = index
        self.fill(values)

    def __repr__(self) -> str:
        """Name it as the case does."""
        return f"<{type(self).__name__} {self.name}>"
