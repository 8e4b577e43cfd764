"""The file of claims: complete, and every mistake refused by name."""

import pytest

from ceasefire.experiments.claims.file import read_claims, shipped_claims
from ceasefire.experiments.claims.tables import BASELINE, CLAIMS, MOST_NOT_TESTABLE, TENSIONS
from ceasefire.experiments.design.parameter_sets import claims_not_tested
from ceasefire.model.case.case import CaseError, load_case

HEAD = """
[texts]
pause = { duration = "pause", release = "frail", prisoners = "three", withdrawal = "none", \
guarantee = "none", dissolution = "not-asked", relief = "aid" }
[families.some]
duration = ["pause"]
release = ["frail"]
prisoners = ["three", "ten"]
withdrawal = ["none"]
guarantee = ["none"]
dissolution = ["not-asked"]
relief = ["aid"]
[changes]
free = [{ set = { "belligerent.israel.precondition" = 0 } }]
"""

CLAIM = """
[claims.C66]
who = "somebody"
claim = "Something."
question = 6
status = "tested"
arms.half = [{ set = { "patronage.usa-israel.withheld" = 0.5 }, from = 33 }]
measures.taken = { kind = "accepts", side = "israel", text = "pause", weeks = [36] }
effects = [{ measure = "taken", of = { half = 1, baseline = -1 }, expected = "+", band = 0.05 }]
"""


@pytest.fixture(scope="module")
def case():
    return load_case("gaza-2023")


@pytest.fixture(scope="module")
def claims(case):
    return read_claims(case)


def read(case, tmp_path, text):
    path = tmp_path / "some.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return read_claims(case, [path])


def test_the_file_holds_every_claim_and_tension_once(claims):
    assert sorted(claims.claims) == sorted(CLAIMS + TENSIONS)
    assert len(CLAIMS) == 73
    assert len(TENSIONS) == 11


def test_few_claims_are_not_testable_and_every_other_one_is_run(claims):
    untold = [one for one in claims.claims.values() if one.status == "not testable"]
    assert len(untold) <= MOST_NOT_TESTABLE
    assert all(one.why for one in untold)
    assert all(one.effects for one in claims.claims.values() if one not in untold)
    assert all(one.arms[BASELINE] == () for one in claims.claims.values())


def test_what_is_assumed_or_fitted_was_frozen_with_the_priors(case, claims):
    for status, ids in claims_not_tested(case).items():
        found = {one.id for one in claims.claims.values() if one.status == status}
        assert found - set(TENSIONS) == set(ids)


def test_assumed_claims_name_their_rule(claims):
    for one in claims.claims.values():
        if one.status == "assumed":
            assert one.why.startswith("Rule")


def test_every_question_has_claims(claims):
    assert {one.question for one in claims.claims.values()} >= set(range(1, 8))


def test_groups_of_changes_take_the_weeks_of_their_place(case, tmp_path):
    text = CLAIM.replace("{ set", '{ use = "free", from = 5, to = 9 }, { set')
    change = read(case, tmp_path, text).claims["C66"].arms["half"][0]
    assert (change.start, change.end) == (5, 9)
    assert change.set == {"belligerent.israel.precondition": 0}


def test_families_are_full_factorials(case, tmp_path):
    assert len(read(case, tmp_path, CLAIM).families["some"]) == 2
    wrong = HEAD.replace('guarantee = ["none"]', 'guarantee = ["none", "outside"]')
    path = tmp_path / "wrong.toml"
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(CaseError, match=r"wrong.toml: families.some: found 2 of 4 comb"):
        read_claims(case, [path])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("claims.C66", "claims.C99", "claims.C99: found an unknown claim; allowed: C01-C73"),
        ("withheld", "witheld", "no such field.*did you mean 'patronage.usa-israel.withheld'"),
        ("= 0.5 }, from", "= 1.5 }, from", "withheld: found 1.5; allowed: a number from 0 to 1"),
        ("= 0.5 }, from", "= true }, from", "withheld: found true; allowed: a number from 0"),
        ("patronage.usa-israel.withheld", "war.horizon", "found a number that all runs share"),
        ("patronage.usa-israel.withheld", "issue.duration.pause.weeks", "that all runs share"),
        ('kind = "accepts"', 'kind = "likes"', "kind: found 'likes'; allowed: one of 13 names"),
        ('text = "pause"', 'text = "paws"', "text: found 'paws'; allowed: pause; did you mean"),
        ('side = "israel"', 'side = "hezbollah"', "side: found 'hezbollah'; allowed: israel"),
        ("weeks = [36]", "weeks = [52]", "found week 52; allowed: weeks 0 to 51"),
        ("weeks = [36]", "weeks = []", "weeks: found nothing; allowed: needed by 'accepts'"),
        ('measure = "taken"', 'measure = "tooken"', "measure: found 'tooken'; allowed: taken"),
        ("baseline = -1", "base = -1", "of: found 'base'; allowed: baseline, half"),
        ('expected = "+"', 'expected = "up"', "expected: found 'up'; allowed: '\\+', '-', '0'"),
        ('status = "tested"', 'status = "true"', "status: found 'true'; allowed: 'tested'"),
        ('status = "tested"', 'status = "assumed"', "why: found nothing; allowed: the rule"),
        ("question = 6", "question = 8", "question: found 8"),
        ('who = "somebody"\n', "", "who: found nothing; allowed: a value"),
        ("from = 33", "from = 33, to = 33", "to: found 33; allowed: more than 33"),
        ("from = 33", "form = 33", "found an unknown key.*did you mean 'from'"),
        ("set = {", "sets = {", "an unknown key"),
        ('{ set = { "patronage.usa-israel.withheld" = 0.5 }, from = 33 }', "{ from = 3 }", "noth"),
    ],
)
def test_mistakes_are_refused_by_name(case, tmp_path, old, new, words):
    text = CLAIM.replace(old, new)
    assert text != CLAIM
    with pytest.raises(CaseError, match=words) as refused:
        read(case, tmp_path, text)
    assert str(refused.value).startswith("some.toml: ")


def test_unknown_names_are_refused(case, tmp_path, claims):
    with pytest.raises(CaseError, match=r"claim: found 'C74'; allowed: one of 84 names"):
        claims.chosen(["C74"])
    assert [one.id for one in claims.chosen(["T01", "C05"])] == ["C05", "T01"]
    assert len(claims.chosen([])) == 84
    for word in ("sign", "use"):
        text = CLAIM.replace("{ set", f'{{ {word} = "nothing", from = 3 }}, {{ set')
        with pytest.raises(CaseError, match=f"{word}: found 'nothing'"):
            read(case, tmp_path, text)
    path = tmp_path / "some.toml"
    path.write_text(HEAD.replace('"frail", p', '"frial", p'), encoding="utf-8")
    with pytest.raises(CaseError, match=r"texts.pause.release: found 'frial'; allowed: none"):
        read_claims(case, [path])


def test_texts_that_the_case_excludes_are_refused(case, tmp_path):
    path = tmp_path / "some.toml"
    path.write_text(HEAD.replace('guarantee = "none"', 'guarantee = "outside"'), encoding="utf-8")
    with pytest.raises(CaseError, match=r"texts.pause: found a text that the case excludes"):
        read_claims(case, [path])


def test_files_that_cannot_be_read_are_refused(case, tmp_path):
    path = tmp_path / "some.toml"
    with pytest.raises(CaseError, match=r"some.toml"):
        read_claims(case, [path])
    path.write_text("[texts", encoding="utf-8")
    with pytest.raises(CaseError, match="allowed: TOML"):
        read_claims(case, [path])
    assert next(one.name for one in shipped_claims("gaza-2023")) == "0-texts.toml"
