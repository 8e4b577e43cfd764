"""The page of the claims: filters, rows that open, and the way to Change."""

import json

import pytest
from shown_pages import Shown

from ceasefire.viz.claims import rows as claims_rows
from ceasefire.viz.claims.details import (
    bar,
    change_words,
    details,
    glyph,
    links,
)
from ceasefire.viz.claims.page import Claims, table_rows
from ceasefire.viz.claims.rows import MEANINGS, QUESTIONS, ClaimRow, chosen, read_rows, summary
from ceasefire.viz.levers.arms import declared, lever_value, setting_of
from ceasefire.viz.levers.lever import levers
from ceasefire.viz.levers.setting import read_values
from ceasefire.viz.page.address import parsed


def effect(**more):
    return {
        "name": "lasting deal",
        "measure": "peace",
        "expected": "+",
        "mean": 0.116,
        "over_runs": [0.114, 0.118],
        "over_sets": [0.082, 0.15],
        "holds_in_fitted": 0.335,
        "holds_in_prior": 0.268,
        "reads": "depends",
        "decided_by": "patron.usa.resolve",
        **more,
    }


LEDGER = {
    "C05": {"verdict": "supported", "trial": False, "effects": [effect(holds_in_fitted=1.0)]},
    "C28": {"verdict": "supported, margin only", "trial": True, "effects": []},
    "C66": {
        "verdict": "conditional",
        "trial": False,
        "effects": [
            effect(name="<b>taken</b>", holds_in_fitted=0.9, words="+0.1, <i>in words</i>"),
            effect(),
            effect(expected="reported", holds_in_fitted=0.01),
        ],
    },
}


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    file = tmp_path / "ledger.json"
    file.write_text(json.dumps({"claims": LEDGER}), encoding="utf-8")
    monkeypatch.setattr(claims_rows, "shipped_file", lambda case, name: file)
    return file


@pytest.fixture
def rows(ledger):
    found, missing = read_rows()
    assert not missing
    return {row.id: row for row in found}


def shown_rows(page):
    return {row["id"]: row for row in page.template("rows").rows}


def test_all_claims_and_tensions_are_there(rows):
    assert len([name for name in rows if name.startswith("C")]) == 73
    assert len([name for name in rows if name.startswith("T")]) == 11
    assert all(row.question in {0, *QUESTIONS} for row in rows.values())


def test_without_a_ledger_the_page_says_so_and_shows_the_claims(tmp_path, monkeypatch):
    monkeypatch.setattr(claims_rows, "shipped_file", lambda case, name: None)
    page = Shown(Claims)
    assert "No ledger came with this installation" in page.html
    assert len(shown_rows(page)) == 84
    assert {row["verdict"] for row in shown_rows(page).values()} == {"not run"}
    page.close()


def test_a_damaged_ledger_is_none(tmp_path):
    file = tmp_path / "ledger.json"
    for text in ("{", "[]", "{}", '{"claims": 1}'):
        file.write_text(text, encoding="utf-8")
        found, missing = read_rows(file)
        assert len(found) == 84, text
        assert missing, text


def test_filters_go_together(rows):
    every = list(rows.values())
    assert chosen(every) == every
    assert {row.question for row in chosen(every, question=6)} == {6}
    assert [row.id for row in chosen(every, verdict="supported")] == ["C05"]
    assert [row.id for row in chosen(every, verdict="supported, margin only")] == ["C28"]
    assert {row.id for row in chosen(every, words="c66")} >= {"C66"}
    assert {row.id for row in chosen(every, words="LEVY arms")} >= {"C66", "C67"}
    assert chosen(every, question=1, words="c66") == []


def test_robustness_is_that_of_the_weakest_claimed_effect(rows):
    assert rows["C66"].robustness("fitted") == 0.335
    assert rows["C66"].robustness("prior") == 0.268
    assert rows["C28"].robustness("fitted") is None


def test_the_page_filters_and_opens(ledger):
    page = Shown(Claims)
    assert "84 of 84 claims and tensions shown" in page.html
    page.choose("Verdict", "conditional")
    assert list(shown_rows(page)) == ["C66"]
    page.choose("Verdict", "all")
    page.type("Words, names or numbers", "prime minister's interest")
    assert list(shown_rows(page)) == ["C66"]
    assert "1 of 84 claims" in page.html
    assert not shown_rows(page)["C66"]["open"]
    page.template("rows").vue_toggled("C66")
    assert "patronage.usa-israel.withheld" in shown_rows(page)["C66"]["detail"]
    page.template("rows").vue_toggled("C66")
    assert not shown_rows(page)["C66"]["open"]
    page.template("rows").vue_toggled("C99<script>")
    page.type("Words, names or numbers", "")
    page.choose("Question that it answers", f"7. {QUESTIONS[7]}")
    assert {"C56", "C57"} <= set(shown_rows(page))
    assert len(shown_rows(page)) < 10
    page.close()


def test_the_address_opens_a_claim(ledger):
    page = Shown(Claims, "?claim=c66")
    assert shown_rows(page)["C66"]["open"]
    page.close()
    page = Shown(Claims, "?question=99&claim=<script>")
    assert shown_rows(page) == {}
    page.close()


def test_a_claim_leads_to_change_and_nothing_else_does(ledger):
    page = Shown(Claims, "?claim=C66", others=("change",))
    ways = links({row.id: row for row in read_rows()[0]}["C66"])
    page.template("rows").vue_opened("/change?us_resolve=0.123")
    page.template("rows").vue_opened("https://elsewhere.org")
    assert page.paths == []
    page.template("rows").vue_opened(ways[0][1])
    ((path, search),) = page.paths
    assert path == "change"
    assert parsed(search) == {"arms_withheld": "0.75", "begun": "33.0"}
    page.close()


def test_every_link_is_a_setting_that_change_can_read(rows):
    count = 0
    for row in rows.values():
        for _, href in links(row):
            asked = parsed(href.partition("?")[2])
            values, problems = read_values(asked)
            assert not problems, (row.id, href)
            assert set(values) == set(asked), (row.id, href)
            count += 1
    assert count > 30


def test_an_arm_comes_to_levers_only_where_it_is_the_same(rows):
    claims = declared().claims
    assert setting_of(claims["C66"], "half") == ({"arms_withheld": 0.5, "begun": 33.0}, True)
    # A lever that an arm moves twice has no one value.
    assert setting_of(claims["C61"], "burst") == ({}, False)
    assert setting_of(claims["C66"], "baseline") == ({}, False)
    # A tolerance that is set is not the lever that adds to each set's own.
    assert setting_of(claims["C08"], "Israel moves")[0] == {}
    change = (
        claims["C66"]
        .arms["half"][0]
        .model_copy(update={"set": {"patronage.usa-israel.withheld": 3.0}})
    )
    assert lever_value(levers()["arms_withheld"], change) is None


def test_the_experiment_is_told_whole(rows):
    told = details(rows["C66"])
    assert "&lt;b&gt;taken" in told
    assert "<b>" not in told
    assert "&lt;i&gt;in words" in told
    assert "+0.116 (runs +0.114 to +0.118; sets +0.082 to +0.150)" in told
    assert "33.5 % of the sets that fit and in 26.8 % of the draws from the priors" in told
    assert "patron.usa.resolve" in told
    assert "nothing is changed" in told
    assert "Share of arms withheld as a standing policy." in told
    assert "A trial" in details(rows["C28"])


def test_every_claim_can_be_opened(rows):
    for row in rows.values():
        assert "<h3>Arms</h3>" in details(row)
        for changes in declared().claims[row.id].arms.values():
            for change in changes:
                assert change_words(change)


def test_no_two_verdicts_look_alike():
    drawn = {word: glyph(word) for word in MEANINGS if word not in ("not testable", "not run")}
    assert len(set(drawn.values())) == len(drawn)
    assert not any("green" in one or "red" in one for one in drawn.values())


def test_bars_say_their_number():
    assert "34 %" in bar(0.335, "the sets that fit")
    assert "of the sets that fit" in bar(0.335, "the sets that fit")
    assert "%" not in bar(None, "the sets that fit")


def test_the_summary_counts_claims_and_not_tensions(rows):
    words = summary(list(rows.values()))
    assert words.startswith("73 claims of the people named")
    assert "not endorsed" in words
    assert "1 supported, 1 supported by their margin only, 1 conditional and 70 not run" in words


def test_a_row_that_cannot_be_told_leaves_the_others(rows, monkeypatch):
    broken = ClaimRow("C98", "", "", 0, "tested", "", "supported", False, ())
    shown = table_rows([broken, rows["C66"]], {"C98", "C66"})
    assert "cannot be shown" in shown[0]["detail"]
    assert "Arms" in shown[1]["detail"]
