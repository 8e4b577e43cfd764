"""The experiment behind a claim, as HTML: arms, effects, and the way to Change."""

from collections.abc import Mapping
from html import escape
from typing import Any

from ceasefire.experiments.claims.tables import BASELINE, Claim
from ceasefire.experiments.design.changes import Change
from ceasefire.experiments.style.words import percent, plain
from ceasefire.model.case.kinds import given_field
from ceasefire.viz.claims.rows import MEANINGS, ClaimRow, effect_words, verdict_word
from ceasefire.viz.levers.arms import declared, presets, setting_of
from ceasefire.viz.page import svg
from ceasefire.viz.page.address import link
from ceasefire.viz.page.html import paragraph, unfolded

EXPECTED = {
    "+": "claimed: it rises",
    "-": "claimed: it falls",
    "0": "claimed: about nothing",
    "reported": "no sign is claimed",
}

READS = {
    "as expected": "as claimed",
    "opposite": "the opposite",
    "none": "no effect in nearly all sets",
    "depends": "it depends on the set",
    "unclear": "not clear of chance",
    "no run to tell": "no run to tell",
}


def glyph(verdict: str) -> str:
    """Draw the shape of a verdict; none of them is green or red."""
    word = verdict_word(verdict)
    ink: dict[str, object] = {"stroke": svg.INK, "thick": 1.6}
    hollow: dict[str, object] = {**ink, "fill": "none"}
    full: dict[str, object] = {**ink, "fill": svg.INK}
    half = svg.tag("path", d="M8 2 A6 6 0 0 1 8 14 Z", fill=svg.INK)
    shapes = {
        "supported": svg.circle(8, 8, 6, **full),
        "supported, margin only": svg.circle(8, 8, 6, **hollow) + svg.circle(8, 8, 3, **full),
        "contradicted": svg.path([(3, 3), (13, 13)], **ink) + svg.path([(13, 3), (3, 13)], **ink),
        "conditional": svg.circle(8, 8, 6, **hollow) + half,
        "in part": svg.circle(8, 8, 6, **hollow) + svg.path([(8, 2), (8, 8), (14, 8)], **ink),
        "no effect": svg.line(2, 8, 14, 8, thick=2),
        "unclear": svg.circle(8, 8, 6, **hollow, dash="2 2"),
        "assumed": svg.rect(3, 3, 10, 10, **hollow),
        "fitted": svg.path([(8, 1), (15, 8), (8, 15), (1, 8), (8, 1)], **hollow),
        "reported": svg.path([(8, 2), (14, 14), (2, 14), (8, 2)], **hollow),
    }
    drawn = shapes.get(word, svg.circle(8, 8, 1.5, **full))
    return svg.tag(
        "svg", drawn, viewBox="0 0 16 16", width=16, height=16, aria_hidden="true", class_="glyph"
    )


def bar(share: float | None, what: str) -> str:
    """Draw a share as a small bar with its number behind it."""
    if share is None:
        return '<span class="quiet">–</span>'
    width = 56
    drawn = svg.rect(0.5, 0.5, width - 1, 9, fill="none", stroke=svg.FAINT)
    drawn += svg.rect(0.5, 0.5, share * (width - 1), 9, fill=svg.ACCENT)
    picture = svg.tag(
        "svg", drawn, viewBox=f"0 0 {width} 10", width=width, height=10, aria_hidden="true"
    )
    said = f'<span class="visually-hidden">of {escape(what)}</span>'
    return f'<span class="claim-bar">{picture} {round(100 * share)} % {said}</span>'


def change_words(change: Change) -> list[str]:
    """Say what a change does, a line for each number."""
    return [
        f"{'the text ' if name == change.sign else ''}<code>{escape(name)}</code> {escape(words)}"
        for name, words in change.words()
    ]


def links(row: ClaimRow) -> list[tuple[str, str]]:
    """Return the ways from a claim to Change: words and address."""
    found: dict[str, str] = {}
    for preset in presets():
        if preset.claim == row.id:
            found[link("change", preset.levers)] = f"{preset.label} (comes near the arms)"
    claim = declared().claims[row.id]
    for arm in claim.arms:
        values, whole = setting_of(claim, arm)
        if values:
            words = arm if whole else f"{arm} (the part of it that has a lever)"
            found.setdefault(link("change", values), words)
    return [(words, href) for href, words in found.items()]


def arms_html(claim: Claim) -> str:
    """List what each arm changes."""
    parts = []
    for name, changes in claim.arms.items():
        lines = [line for change in changes for line in change_words(change)]
        if name == BASELINE:
            lines = ["nothing is changed"]
        items = "".join(f"<li>{line}</li>" for line in lines)
        parts.append(f"<dt>{escape(name)}</dt><dd><ul>{items}</ul></dd>")
    return f'<h3>Arms</h3><dl class="claim-arms">{"".join(parts)}</dl>'


def of_words(claim: Claim, name: str) -> str:
    """Say which arms an effect holds against each other: ``kept pause less baseline``."""
    for effect in claim.effects:
        if (effect.name or effect.measure) == name or effect.name == name:
            more = [(arm, n) for arm, n in effect.of.items() if n > 0]
            less = [(arm, -n) for arm, n in effect.of.items() if n < 0]
            words = " plus ".join(_times(arm, n) for arm, n in more)
            if less:
                words += " less " + " less ".join(_times(arm, n) for arm, n in less)
            return words + (f", against {plain(effect.against)}" if effect.against else "")
    return ""


def _times(arm: str, factor: float) -> str:
    return arm if factor == 1 else f"{factor:g} × {arm}"


def effect_html(claim: Claim, one: Mapping[str, Any]) -> str:
    """Tell one effect in words."""
    name = str(one.get("name") or one.get("measure", ""))
    head = f"<strong>{escape(name)}</strong>"
    compared = of_words(claim, name)
    expected = EXPECTED.get(str(one.get("expected")), "")
    lines = [f"{head} {escape(f'({compared}; {expected})' if compared else f'({expected})')}"]
    reads = READS.get(str(one.get("reads")), str(one.get("reads", "")))
    if one.get("expected") == "reported":
        reads = "reported, as no sign is claimed"
    said = effect_words(one)
    # Told in words, an effect says itself how it reads.
    lines.append(escape(said if one.get("words") else f"{said}: {reads}."))
    shares = [
        f"{percent(float(one[key]))} of {what}"
        for key, what in (
            ("holds_in_fitted", "the sets that fit"),
            ("holds_in_prior", "the draws from the priors"),
        )
        if one.get(key) is not None and one.get("expected") != "reported"
    ]
    if shares:
        lines.append(f"It holds in {' and in '.join(shares)}.")
    if one.get("decided_by"):
        lines.append(f"What tells the sets apart: <code>{escape(str(one['decided_by']))}</code>.")
    return f"<li>{'<br>'.join(lines)}</li>"


def details(row: ClaimRow) -> str:
    """Return the experiment behind a claim as HTML; everything from files is escaped."""
    claim = declared().claims[row.id]
    meaning = MEANINGS.get(verdict_word(row.verdict), "")
    parts = [f"<p><strong>{escape(row.verdict)}</strong>: {escape(meaning)}.</p>"]
    if row.trial:
        parts.append(paragraph("A trial: too few sets for more than that."))
    if row.why:
        parts.append(paragraph(row.why))
    ways = links(row)
    if ways:
        items = "".join(
            f'<li><a href="{escape(href, quote=True)}">Open in Change: {escape(words)}</a></li>'
            for words, href in ways
        )
        parts.append(f'<ul class="claim-links">{items}</ul>')
    elif claim.arms.keys() - {BASELINE}:
        parts.append(paragraph("Its arms change what has no lever in Change.", "quiet"))
    effects = "".join(effect_html(claim, effect) for effect in row.effects)
    if effects:
        parts.append(f"<h3>What came of it</h3><ul>{effects}</ul>")
    return "".join([*parts, arms_html(claim), numbers_html(claim)])


def numbers_html(claim: Claim) -> str:
    """Say what the numbers are that arms change."""
    names = {
        name: None
        for changes in claim.arms.values()
        for change in changes
        for _, name, _ in change.parts()
    }
    items = "".join(
        f"<li><code>{escape(name)}</code>: {escape(given_field(name)[0].meaning)}</li>"
        for name in names
    )
    return unfolded("What these numbers are", f"<ul>{items}</ul>") if items else ""
