"""Rows of texts: which of them are in a row, read as words of eight texts each."""

from typing import Any

from ceasefire.agents.rules import rule


@rule
def copy_words(source: Any, target: Any) -> None:
    """Copy a row of texts."""
    for i in range(len(source)):
        target[i] = source[i]


@rule
def any_of(words: Any) -> bool:
    """Whether there is any text in a row."""
    for i in range(len(words)):
        if words[i] != 0:
            return True
    return False


@rule
def any_in_both(first: Any, second: Any) -> bool:
    """Whether any text is in both rows."""
    for i in range(len(first)):
        if first[i] & second[i] != 0:
            return True
    return False


@rule
def everything(grid: Any, taken: Any) -> None:
    """Put all texts into a row."""
    for text in range(len(grid.texts)):
        taken[text] = True
