"""Entry points into compiled code, which follow the rules that stand when they are called."""

from typing import Any

from ceasefire.model.engines.cache import compiled, compiled_anew
from ceasefire.model.engines.replacing import Rule, calls_new_rules, now_replaced, with_new_rules


class EntryPoint:
    """A compiled function.

    While it calls a rule that is replaced it is another one, compiled once in a session.

    Args:
        function: What is compiled.
    """

    def __init__(self, function: Rule) -> None:
        self._function = function
        self._own = compiled(function)
        self._others: dict[frozenset[tuple[Rule, Rule]], Any] = {}

    @property
    def dispatcher(self) -> Any:
        """What numba makes of the function, as its rules are now."""
        rules = now_replaced()
        if not rules or not calls_new_rules(self._function):
            return self._own
        if rules not in self._others:
            self._others[rules] = compiled_anew(with_new_rules(self._function))
        return self._others[rules]

    def __call__(self, *arguments: Any) -> Any:
        """Run it."""
        return self.dispatcher(*arguments)
