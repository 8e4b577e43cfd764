"""Rules that a user puts in the place of the model's own: both engines follow them, or say no.

::

    def stays(party, world):
        party.leave_odds = 0.0

    with replaced({decide_membership: stays}):
        CeasefireModel("gaza-2023", rng=1).run()
        run_ensemble("gaza-2023", 1000)
"""

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import FunctionType
from typing import Any

from numba.extending import register_jitable

from ceasefire.agents.actor import Actor
from ceasefire.agents.kinds import MANY
from ceasefire.agents.rules import RULES

Rule = Callable[..., Any]
Space = dict[str, Any]

PACKAGE = "ceasefire"

_replaced: dict[Rule, Rule] = {}


@contextmanager
def replaced(rules: Mapping[Rule, Rule]) -> Iterator[None]:
    """Put rules in the place of the model's own for as long as a ``with`` block lasts.

    The ensemble compiles them together with all other rules: about a minute, once in a session. A
    new rule may call the old one, by the name under which it was imported before.

    Args:
        rules: New rules by those in whose place they stand, of the same parameters: plain
            functions that the ensemble can compile, as is every rule of the model.

    Raises:
        ValueError: If there is no such rule, it is replaced already, or the parameters differ.
    """
    for old, new in rules.items():
        _check(old, new)
    spaces = _spaces()
    places = [(space, name, old) for space in spaces.values() for name, old in _held(space, rules)]
    for space, name, old in places:
        space[name] = rules[old]
    _replaced.update(rules)
    try:
        yield
    finally:
        for old in rules:
            del _replaced[old]
        # Modules that were first imported meanwhile hold the new rules, too.
        back = {new: old for old, new in rules.items()}
        later = [space for key, space in _spaces().items() if key not in spaces]
        places += [(space, name, back[new]) for space in later for name, new in _held(space, back)]
        for space, name, old in places:
            space[name] = old


def now_replaced() -> frozenset[tuple[Rule, Rule]]:
    """Return the rules that are replaced at present, each with what stands in its place."""
    return frozenset(_replaced.items())


def replaced_facts() -> tuple[str, ...]:
    """Return all that decides what the new rules do, as text for digests."""
    facts = []
    for old, new in sorted(_replaced.items(), key=lambda pair: _name(pair[0])):
        code = new.__code__
        try:
            source = inspect.getsource(new)
        except OSError:
            source = f"{code.co_code.hex()} {code.co_consts} {code.co_names}"
        known = {name: new.__globals__.get(name) for name in code.co_names}
        known |= inspect.getclosurevars(new).nonlocals
        plain = {key: value for key, value in known.items() if isinstance(value, PLAIN)}
        facts.append(f"{_name(old)}: {source} {sorted(plain.items())}")
    return tuple(facts)


PLAIN = (bool, int, float, str, tuple)


def with_new_rules(entry: Rule) -> Rule:
    """Return a copy of an entry point that calls copies of all rules, the new ones among them.

    What was compiled once stays tied to the rules that it called then, so these must be others.
    """
    spaces: dict[int, Space] = {}
    copies: dict[Rule, Rule] = {}
    for rule in dict.fromkeys([*RULES, *_replaced.values(), entry]):
        space = spaces.setdefault(id(rule.__globals__), dict(rule.__globals__))
        copies[rule] = FunctionType(
            rule.__code__, space, rule.__name__, rule.__defaults__, rule.__closure__
        )
    for space in spaces.values():
        space.update({name: copies[rule] for name, rule in _held(space, copies)})
    for rule, copy in copies.items():
        if rule is not entry:
            RULES.get(rule, register_jitable)(copy)
    return copies[entry]


def calls_new_rules(entry: Rule) -> bool:
    """Whether an entry point calls a rule that is replaced, or calls what calls one."""
    new = set(_replaced.values())
    waiting, seen = [entry], {entry}
    while waiting:
        rule = waiting.pop()
        if rule in new:
            return True
        names = (rule.__globals__.get(name) for name in rule.__code__.co_names)
        called = {thing for thing in names if isinstance(thing, FunctionType)} - seen
        seen |= called
        waiting += called
    return False


def own_places() -> list[tuple[Any, str, Rule]]:
    """Return where the rules and the methods of agents stand: in what, by which name, and which."""
    places: list[tuple[Any, str, Rule]] = [
        (space, name, rule) for space in _spaces().values() for name, rule in _held(space, RULES)
    ]
    for kind in (kind for kind in MANY if issubclass(kind, Actor)):
        members = vars(kind)
        places += [
            (members, name, method)
            for name, method in members.items()
            if isinstance(method, FunctionType)
        ]
    return places


def refuse_strays(places: Iterable[tuple[Any, str, Rule]]) -> None:
    """Refuse to go on if a rule or a method was exchanged by hand: compiled code would not know.

    Args:
        places: Where they stood to begin with (``own_places``).

    Raises:
        ValueError: Naming what was exchanged.
    """
    for space, name, rule in places:
        stands = space.get(name)
        if stands is not _replaced.get(rule, rule):
            found = getattr(stands, "__qualname__", repr(stands))
            raise ValueError(
                f"{rule.__module__}.{rule.__qualname__}: found {found} in its place, which an "
                "ensemble would not follow; allowed: a rule put there with "
                "ceasefire.model.engines.replacing.replaced"
            )


def _check(old: Rule, new: Rule) -> None:
    if old not in RULES:
        raise ValueError(
            f"{_name(old)}: found no rule; allowed: a rule of the model, such as "
            f"{PACKAGE}.agents.coalition_party.decide_membership"
        )
    if old in _replaced:
        raise ValueError(f"{_name(old)}: found it replaced already; allowed: once at a time")
    if not isinstance(new, FunctionType):
        raise ValueError(f"{_name(old)}: found {new!r}; allowed: a plain function")
    wanted, given = (tuple(inspect.signature(one).parameters) for one in (old, new))
    if given != wanted:
        raise ValueError(
            f"{_name(old)}: found parameters ({', '.join(given)}); allowed: ({', '.join(wanted)})"
        )


def _name(rule: Rule) -> str:
    return f"{rule.__module__}.{getattr(rule, '__qualname__', rule)}"


def _spaces() -> dict[int, Space]:
    """Return the names that this package's modules and the rules written at run time know."""
    modules = [vars(module) for name, module in list(sys.modules.items()) if _is_ours(name)]
    rules = [rule.__globals__ for rule in RULES if _is_ours(rule.__globals__.get("__name__", ""))]
    return {id(space): space for space in (*modules, *rules)}


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == PACKAGE


def _held(space: Space, rules: Mapping[Rule, Any]) -> list[tuple[str, Rule]]:
    """Return the names in a space under which it holds one of some rules."""
    return [
        (name, value)
        for name, value in list(space.items())
        if isinstance(value, FunctionType) and value in rules
    ]
