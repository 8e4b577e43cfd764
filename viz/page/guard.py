"""What goes wrong in one part of a page stays there, and is said in a sentence."""

import logging
from collections.abc import Callable
from functools import wraps
from html import escape
from typing import Any, ParamSpec

Given = ParamSpec("Given")

log = logging.getLogger("ceasefire.page")


def guarded(what: str) -> Callable[[Callable[Given, Any]], Callable[Given, Any]]:
    """Let a function that draws a part of a page fail without taking the page down.

    Args:
        what: What the part shows, as in "the parliament".

    Returns:
        A decorator. The function it is put on returns a text of SVG or HTML, or an element; where
        it raises an error, a sentence comes back instead, and the error goes to the log.
    """

    def decorate(draw: Callable[Given, Any]) -> Callable[Given, Any]:
        @wraps(draw)
        def safely(*given: Given.args, **more: Given.kwargs) -> Any:
            try:
                return draw(*given, **more)
            except Exception as error:
                log.exception("%s could not be drawn", what)
                return failure_words(what, error)

        return safely

    return decorate


def failure_words(what: str, error: Exception) -> str:
    """Return the sentence that stands where a part failed."""
    said = str(error).splitlines()[0] if str(error) else ""
    words = f"This part ({what}) cannot be shown: {said or type(error).__name__}"
    return f'<p class="error-line" role="alert">{escape(words)}</p>'
