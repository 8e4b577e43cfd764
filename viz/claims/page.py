"""The claims: what each says, how it fares in the model, and the experiment behind it."""

from collections.abc import Callable, Collection, Sequence
from html import escape
from pathlib import Path
from typing import Any

import solara

from ceasefire.viz.claims.details import bar, details, glyph, links
from ceasefire.viz.claims.rows import (
    MEANINGS,
    QUESTIONS,
    ClaimRow,
    chosen,
    read_rows,
    summary,
    verdict_word,
)
from ceasefire.viz.page.address import query
from ceasefire.viz.page.guard import guarded
from ceasefire.viz.page.html import paragraph, unfolded
from ceasefire.viz.page.parts import drawn, said, wrong

STYLE = Path(__file__).with_name("page.css")

ALL = "all"


@solara.component_vue("table.vue")
def ClaimsTable(  # noqa: N802  # components are named like classes
    rows: list[dict[str, Any]],
    event_toggled: Callable[[str], None],
    event_opened: Callable[[str], None],
) -> None:
    """Show the rows; each opens, by pointer and by keyboard."""


@guarded("the experiment behind this claim")
def detail_of(row: ClaimRow) -> str:
    """Return what a row opens to."""
    return details(row)


@guarded("the table of claims")
def table_rows(rows: Sequence[ClaimRow], opened: Collection[str]) -> list[dict[str, Any]]:
    """Return the rows as ``ClaimsTable`` shows them."""
    return [
        {
            "id": row.id,
            "who": row.who,
            "says": row.says,
            "verdict": row.verdict + (" (a trial)" if row.trial else ""),
            "glyph": glyph(row.verdict),
            "fitted": bar(row.robustness("fitted"), "the sets that fit"),
            "prior": bar(row.robustness("prior"), "the draws from the priors"),
            "open": row.id in opened,
            "detail": detail_of(row) if row.id in opened else "",
        }
        for row in rows
    ]


def key_html(rows: Sequence[ClaimRow]) -> str:
    """Explain the verdicts that there are."""
    there = {verdict_word(row.verdict) for row in rows}
    items = "".join(
        f"<span>{glyph(word)} <strong>{escape(word)}</strong>: {escape(meaning)}</span>"
        for word, meaning in MEANINGS.items()
        if word in there
    )
    bars = (
        "The bars: in which share of the fitted sets, and of draws from the priors, a claim's "
        "weakest effect shows as claimed."
    )
    key = f'<div class="claims-key">{items}</div>{paragraph(bars, "quiet")}'
    return unfolded("What the verdicts and bars mean", key)


def asked_question(text: str) -> int | None:
    """Return the number of a question from the address; None if it is none."""
    return int(text) if text.isdecimal() and int(text) in QUESTIONS else None


@solara.component
def Claims() -> None:  # noqa: N802  # components are named like classes
    """Show the ledger of claims."""
    solara.Style(STYLE)
    asked = query()
    router = solara.use_router()
    found = solara.use_memo(guarded("the ledger")(read_rows), [])
    first = frozenset({asked["claim"].upper()} if "claim" in asked else ())
    opened, set_opened = solara.use_state(first)
    question, set_question = solara.use_state(asked_question(asked.get("question", "")))
    verdict, set_verdict = solara.use_state("")
    words, set_words = solara.use_state(asked.get("words", asked.get("claim", ""))[:80])
    if isinstance(found, str):
        drawn(found)
        return
    rows, missing = found
    picked = chosen(rows, question, verdict, words)
    shown = table_rows(picked, opened)

    def toggle(name: str) -> None:
        set_opened(opened ^ {name} if any(row.id == name for row in rows) else opened)

    def follow(href: str) -> None:
        # Only where a row that is open leads; the browser could go anywhere, but not through here.
        known = {way for row in picked if row.id in opened for _, way in links(row)}
        if href in known:
            router.push(href)

    with solara.Div(classes=["claims-page"]):
        said(summary(rows), "sentence")
        if missing:
            wrong(missing)
        Filters(rows, question, set_question, verdict, set_verdict, words, set_words)
        drawn(key_html(rows))
        count = f"{len(picked)} of {len(rows)} claims and tensions shown."
        said(count, "quiet", aria_live="polite")
        if isinstance(shown, str):
            drawn(shown)
        else:
            ClaimsTable(rows=shown, event_toggled=toggle, event_opened=follow).key("claims")


@solara.component
def Filters(  # noqa: N802  # components are named like classes
    rows: Sequence[ClaimRow],
    question: int | None,
    set_question: Callable[[int | None], None],
    verdict: str,
    set_verdict: Callable[[str], None],
    words: str,
    set_words: Callable[[str], None],
) -> Any:
    """Choose by question, by verdict and by words."""
    numbered = {f"{number}. {text}": number for number, text in QUESTIONS.items()}
    there = {verdict_word(row.verdict) for row in rows}
    verdicts = [word for word in MEANINGS if word in there]
    current = next((text for text, number in numbered.items() if number == question), ALL)
    with solara.Div(classes=["claims-filters"]) as main:
        solara.Select(
            "Question that it answers",
            [ALL, *numbered],
            current,
            lambda text: set_question(numbered.get(text)),
        )
        solara.Select(
            "Verdict",
            [ALL, *verdicts],
            verdict or ALL,
            lambda word: set_verdict("" if word == ALL else word),
        )
        solara.InputText("Words, names or numbers", words, set_words, continuous_update=True)
    return main
