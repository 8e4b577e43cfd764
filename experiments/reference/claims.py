"""The page of the ledger, made from stored results and nothing else."""

from collections import Counter
from collections.abc import Sequence

from ceasefire.experiments.claims.effects import MOST
from ceasefire.experiments.claims.estimate import FEW_SETS, STUCK
from ceasefire.experiments.claims.ledger import (
    Entry,
    effect_in_words,
    reading_in_words,
    turn_in_words,
)
from ceasefire.experiments.claims.tables import TENSIONS
from ceasefire.experiments.claims.verdict import LEVEL
from ceasefire.experiments.style.words import PURPOSE, counted, percent

VERDICTS = """\
- **supported**: the claimed sign in at least {most} of the fitted sets, the interval over runs and
  the interval over sets both clear of 0 (for "about nothing": inside the band that the file fixes),
  and still so after the correction for many claims. **contradicted**: the opposite likewise.
- **margin only**: an answer is never given, or always, in all arms of most sets, so the verdict
  rests on the mean balance, the distance to another answer: the lever moves the margin without
  reaching the answer.
- **conditional**: it holds in some sets and not in others, and one parameter separates them better
  than chance; the section says which, and where it flips.
- **in part**: some of its effects are as claimed and others are not. **no effect**: nearly nothing
  moves. **unclear**: none of these.
- **assumed**: its sign is written into a rule. **fitted**: it served as a pattern of the fit.
  Both are run and shown, and neither counts as support. **reported**: it claims no sign."""


def page(entries: Sequence[Entry]) -> str:
    """Return the page as Markdown.

    Args:
        entries: The ledger.
    """
    claims = [entry for entry in entries if entry.claim.id not in TENSIONS]
    tensions = [entry for entry in entries if entry.claim.id in TENSIONS]
    lines = ["# Claims", "", PURPOSE, ""]
    lines += _introduction(claims)
    lines += ["## The ledger", "", "| claim | who | says | verdict |", "| --- | --- | --- | --- |"]
    for entry in claims:
        one = entry.claim
        name = f"[{one.id}](#{one.id.lower()})"
        lines.append(f"| {name} | {_cell(one.who)} | {_cell(one.claim)} | {entry.verdict} |")
    lines += ["", "## Claim by claim", ""]
    for entry in claims:
        lines += _section(entry)
    lines += ["## Tensions between claims", ""]
    for entry in tensions:
        lines += _section(entry)
    lines += _controlled(entries)
    return "\n".join(lines).rstrip() + "\n"


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


def _introduction(claims: Sequence[Entry]) -> list[str]:
    counts = Counter(entry.verdict for entry in claims)
    summary = "; ".join(f"{words}: {count}" for words, count in sorted(counts.items()))
    lines = [
        "The claims are those of the people named, put in our words; the model tests them under",
        "its assumptions and endorses none. A claim that is contradicted here is a result of this",
        "model, not a finding about the world.",
        "",
        f"Verdicts: {summary}.",
        "",
    ]
    if any(entry.is_trial for entry in claims):
        lines += [
            f"**A trial only.** Fewer than {FEW_SETS} parameter sets were run for some claims:",
            "their verdicts say what the sets at hand do, not what all sets that fit would do.",
            "",
        ]
    return [*lines, *VERDICTS.format(most=f"{MOST:.0%}".replace("%", " %")).split("\n"), ""]


def _section(entry: Entry) -> list[str]:
    """Return the section of one claim."""
    one = entry.claim
    lines = [f"### {one.id}", "", f"**{entry.verdict}** — {one.claim} ({one.who})", ""]
    if one.why:
        lines += [one.why, ""]
    if entry.result is None:
        return lines
    for effect, prior in zip(entry.result.effects, entry.result.prior, strict=True):
        words = reading_in_words(effect, one.status)
        sign = "" if effect.expected == "reported" else f", expected {_expected(effect.expected)}"
        lines.append(
            f"- {effect.name} [{effect.measure}{sign}]: {effect_in_words(effect)}: {words}."
        )
        if effect.expected != "reported":
            lines.append(
                f"  It holds in {percent(effect.holds)} of {counted(len(effect.known), 'set')} "
                f"that fit, and in {percent(prior.holds)} of "
                f"{counted(len(prior.known), 'draw')} from the priors."
            )
    turn = turn_in_words(entry)
    lines += [""] if not turn else ["", turn, ""]
    lines += _arms(entry)
    return lines


def _expected(sign: str) -> str:
    return {"+": "+", "-": "\N{MINUS SIGN}", "0": "about 0"}[sign]


def _arms(entry: Entry) -> list[str]:
    """Return a table of what was measured in each arm: means over sets, 5 and 95 %."""
    result = entry.result
    assert result is not None
    used = {effect.measure for effect in result.effects}
    used |= {effect.measure for effect in entry.claim.effects}
    used |= {
        term.partition("/")[2] + ("." + effect.measure.partition(".")[2]).rstrip(".")
        for effect in entry.claim.effects
        for term in effect.of
        if "/" in term
    }
    parts = [part for part in _parts(entry) if part in used]
    lines = ["| arm | " + " | ".join(parts) + " |", "| --- |" + " --- |" * len(parts)]
    for arm, values in result.arms.items():
        cells = [_value(values.get(part)) for part in parts]
        lines.append(f"| {_cell(arm)} | " + " | ".join(cells) + " |")
    return [*lines, ""]


def _parts(entry: Entry) -> list[str]:
    result = entry.result
    assert result is not None
    return list(dict.fromkeys(part for values in result.arms.values() for part in values))


def _value(value: list[float] | None) -> str:
    if value is None:
        return "–"
    mean, low, high = value
    if abs(high - low) < 5e-4:
        return _number(mean)
    return f"{_number(mean)} ({_number(low)} to {_number(high)})"


def _number(value: float) -> str:
    if abs(value) < 5e-4:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:.3g}"


def _controlled(entries: Sequence[Entry]) -> list[str]:
    """Say what was controlled, and how."""
    results = [entry.result for entry in entries if entry.result is not None]
    draws = sorted({(one.sets["fitted"], one.runs["fitted"]) for one in results})
    priors = sorted({(one.sets["prior"], one.runs["prior"]) for one in results})
    tested = sum(
        entry.claim.status == "tested" and entry.result is not None
        for entry in entries
        if entry.claim.id not in TENSIONS
    )
    lines = ["## What was controlled, and how", ""]
    if not results:
        return [*lines, "Nothing has been run yet.", ""]
    lines += [
        f"- Sets and runs: {_draws(draws)} that fit; {_draws(priors)} from the priors.",
        "- Every arm of every set meets the same seeds, and every random decision has its own",
        "  number, so arms differ only by what was changed; an arm that changes nothing has an",
        "  effect of exactly 0.",
        "- The interval over runs comes from leaving out each tenth of the runs in turn, all arms",
        "  at once; the interval over sets from their spread.",
        f"- {counted(tested, 'claim')} were tested: probabilities are adjusted for their number",
        f"  (Benjamini and Hochberg 1995), at a rate of false discoveries of {LEVEL:g}. Effects of",
        "  one claim all have to hold. Tensions and what is assumed or fitted are not counted.",
        f"- A probability within {STUCK:g} of 0, or of 1, in all arms of most sets is replaced by",
        "  the margin, and the verdict says so.",
        "- Denominators: a run that ended before a week is left out of what is asked in that week;",
        "  a window of weeks leaves out runs that ended before it, and counts those that end in",
        "  it as having had what they had; ends of runs are shares of all runs.",
        "- Where the sides are asked what they would answer after something was changed, no more",
        "  rounds are called in any arm (if the file says so), as a deal that one arm brings about",
        "  would take away just the runs in which it worked.",
        "- A number is changed within its admissible range; a multiple that would leave it stops",
        "  at its end.",
        "",
    ]
    faults = [fault for one in results for fault in one.faults]
    if faults:
        lines += [
            f"{counted(len(faults), 'run')} with numbers that are not finite were left out:",
            "",
        ]
        for fault in faults[:20]:
            place = f"set {fault['parameter_set']}, seed {fault['seed']}, {fault['claim']}"
            lines.append(f"- {place}, arm {fault['arm']!r}: {fault['field']}")
        lines.append("")
    else:
        lines += ["No run had a number that was not finite.", ""]
    first = results[0]
    digests = ", ".join(f"{name} `{value}`" for name, value in first.digests.items())
    same = all(one.digests == first.digests for one in results)
    lines += [f"Made of: {digests}." + ("" if same else " Not all claims were run with these."), ""]
    return lines


def _draws(draws: Sequence[tuple[int, int]]) -> str:
    return " or ".join(
        f"{counted(sets, 'set')} of {counted(runs, 'run')} each" for sets, runs in draws
    )
