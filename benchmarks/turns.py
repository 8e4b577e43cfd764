"""Contenders measured in turn, so that a busy moment of the machine hits all alike."""

import sys
import time
from collections.abc import Callable, Sequence


def seconds(work: Callable[[], object]) -> float:
    """Return how long some work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turn(
    contenders: Sequence[Callable[[], dict[str, float]]], turns: int, unit: str = "s"
) -> list[dict[str, float]]:
    """Measure every contender once a turn, and say so on the standard error.

    Args:
        contenders: Each measures itself and returns its figures by name; who goes first changes
            from turn to turn, so that nobody always finds the machine warmer.
        turns: How often.
        unit: Unit of the figures.

    Returns:
        The figures, turn by turn.
    """
    measured = []
    for number in range(turns):
        turn: dict[str, float] = {}
        for contender in contenders if number % 2 == 0 else reversed(contenders):
            turn |= contender()
        measured.append(turn)
        words = ", ".join(f"{name} {value:,.2f} {unit}" for name, value in turn.items())
        print(f"    turn {number + 1} of {turns}: {words}", file=sys.stderr, flush=True)
    return measured
