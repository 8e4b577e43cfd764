"""The documentation: generated pages are up to date, links lead somewhere, sources are named."""

import ast
import calendar
import re

import pytest
from checkout import ROOT

from ceasefire.experiments.reference.case import numbers, origin
from ceasefire.experiments.reference.code import (
    EXPANDED,
    LABEL,
    TITLES,
    anchor,
    called,
    functions,
    markdown,
    numbers_in,
    switches_of,
)
from ceasefire.experiments.reference.pages import pages, write
from ceasefire.model.case.case import load_case

DOCS = ROOT / "docs"
PAGES = pages()
OF_RUNS = ["claims.md", "fit.md"]
"""Pages that the program writes from what was run, and not from the code."""
HANDWRITTEN = sorted({path.name for path in DOCS.glob("*.md")} - {*PAGES, *OF_RUNS})
RULES = [one for one in functions() if one.numbers]


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_up_to_date(name):
    kept = (DOCS / name).read_text(encoding="utf-8")
    assert kept == PAGES[name], f"docs/{name} is out of date: run make docs"


def test_only_what_differs_is_written(tmp_path):
    assert write(tmp_path) == list(PAGES)
    assert write(tmp_path) == []
    (tmp_path / "rules.md").write_text("something else", encoding="utf-8")
    assert write(tmp_path) == ["rules.md"]


def test_every_rule_is_there_with_its_functions():
    assert {number for one in RULES for number in one.numbers} == set(TITLES)
    assert list(TITLES) == list(range(1, 20))
    for one in RULES:
        assert f"### `{one.name}`" in PAGES["rules.md"]
        formula = re.findall(r"``(.+?)``", one.rest, re.DOTALL)
        for words in formula:
            assert f"`{words}`" in PAGES["rules.md"], one.name


def test_every_rule_has_tests_that_bear_its_number():
    names = " ".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")
    )
    for number in TITLES:
        assert re.search(rf"def test_rule_{number}_", names), number


def test_every_mechanism_with_a_rule_stands_under_it():
    listed = {one for number in TITLES for one in switches_of(number)}
    case = load_case("gaza-2023")
    assert len(listed) >= len(case.switch_names) - 2


@pytest.mark.parametrize(
    ("words", "found"),
    [("3", (3,)), ("4 and 5", (4, 5)), ("6 to 8", (6, 7, 8)), ("4, 5 and 19", (4, 5, 19))],
)
def test_numbers_of_rules_are_read(words, found):
    assert numbers_in(words) == found
    assert LABEL.match(f"Rules {words}. A thing.")


def test_arguments_become_a_list():
    doc = "Say ``x``.\n\nArgs:\n    me: The side,\n        and more.\n\nReturns:\n    A number."
    assert markdown(doc) == (
        "Say `x`.\n\n*Args*\n\n- `me`: The side, and more.\n\n*Returns*\n\nA number."
    )


def test_the_schedule_shows_every_step_of_the_compiled_week():
    by_name = {one.name: one for one in functions()}
    page = PAGES["schedule.md"]
    for stage in ("before_talks", "talks", "after_talks"):
        source = ast.unparse(by_name[f"{stage}_of_records"].node)
        for name in re.findall(r"\b([a-z_]+)\(", source):
            if name in by_name and by_name[name].file != "model/world/week.py":
                assert f"**`{name}`**" in page, name
    for name in EXPANDED:
        assert next(called(by_name[name].node, by_name, "")), name


def test_both_engines_name_the_same_steps_in_the_same_order():
    by_name = {one.name: one for one in functions()}
    for stage in ("before_talks", "talks", "after_talks"):
        steps = [
            [step.rule.name for step in called(by_name[f"{stage}_of_{engine}"].node, by_name, "")]
            for engine in ("agents", "records")
        ]
        # Agents act through their own methods: what is left is in the same order.
        rest = iter(steps[1])
        assert all(name in rest for name in steps[0]), stage


def test_numbers_are_counted_by_where_they_come_from():
    found = numbers(load_case("gaza-2023"))
    assumed = sum(origin(one) == "assumed" for one in found.values())
    assert f"gives {len(found)} numbers" in PAGES["parameters.md"].replace("\n", " ")
    assert f"**{assumed} of them are assumed**" in PAGES["parameters.md"].replace("\n", " ")
    assert assumed == sum(one.source.startswith("assumed") for one in found.values())


def test_every_number_of_the_case_is_on_the_page():
    case = load_case("gaza-2023")
    page = PAGES["parameters.md"]
    for key, one in numbers(case).items():
        kind, _, rest = key.partition(".")
        if kind == "issue":
            assert f"`{rest.rpartition('.')[2]}`" in page
        elif kind == "listens" or rest.count(".") == 0:
            assert f"`{key}`" in page
        else:
            holder, field = rest.split(".")
            rows = [
                line for line in page.splitlines() if re.match(rf"\| `{kind}\..*\.{field}`", line)
            ]
            own = [row for row in rows if re.search(rf"[.{{ ]{holder}[.,}}]", row.split("`")[1])]
            shared = [row for row in rows if row.startswith(f"| `{kind}.*.{field}`")]
            (row,) = own or shared
            assert one.source in row, key


def headings(path):
    """Anchors of a page."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {anchor(line.lstrip("#").strip()) for line in lines if line.startswith("#")}


@pytest.mark.parametrize("name", [*sorted(PAGES), *OF_RUNS, *HANDWRITTEN, "../README.md"])
def test_links_lead_somewhere(name):
    text = (DOCS / name).read_text(encoding="utf-8")
    home = (DOCS / name).parent
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"\w+:", target):
            continue
        file, _, place = target.partition("#")
        path = (home / file).resolve() if file else DOCS / name
        assert path.exists(), target
        if place and path.suffix == ".md":
            assert place in headings(path), target


def test_every_page_is_on_the_map():
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    for path in DOCS.glob("*.md"):
        assert path.name == "index.md" or f"({path.name})" in index, path.name


YEAR = r"(?:19|20)\d\d"
NAME = r"(?:Del |ter )?[A-Z][A-Za-z]+"
CITED = re.compile(
    rf"\b({NAME})(?:((?:, {NAME})*) and ({NAME})| et al\.)? ({YEAR}(?:, {YEAR})*)\b", re.ASCII
)
MONTHS = tuple(calendar.month_name)


def works_in(text):
    """Works cited in a text: authors as named, year."""
    plain = re.sub(r"\s+", " ", text).replace("ø", "o")
    found = set()
    for first, between, last, years in CITED.findall(plain):
        if first not in MONTHS:
            authors = tuple(name for name in (first, *between.split(", "), last) if name)
            found |= {(authors, year) for year in re.findall(YEAR, years)}
    return found


def test_works_are_found_by_all_their_authors():
    text = (
        "(Del Moral, Doucet and Jasra 2012; ter Braak 2006, Vrugt et al. 2009). In May 2024, "
        "Walter 1997, 2002 and Friedkin and Johnsen 1990."
    )
    assert works_in(text) == {
        (("Del Moral", "Doucet", "Jasra"), "2012"),
        (("ter Braak",), "2006"),
        (("Vrugt",), "2009"),
        (("Walter",), "1997"),
        (("Walter",), "2002"),
        (("Friedkin", "Johnsen"), "1990"),
    }


def test_every_work_cited_is_in_the_references():
    references = (DOCS / "references.md").read_text(encoding="utf-8").replace("ø", "o")
    cited = set().union(*(works_in(f"{one.summary} {one.rest}") for one in RULES))
    assert len(cited) > 20
    for name in [*OF_RUNS, *HANDWRITTEN]:
        if name != "references.md":
            cited |= works_in((DOCS / name).read_text(encoding="utf-8"))
    assert {(("Walter",), "1997"), (("Walter",), "2002"), (("Grimm",), "2020")} <= cited
    entries = [line for line in references.splitlines() if line.startswith("- ")]
    for (first, *others), year in cited:
        parts = [f"- {first},", f"({year})", *others]
        assert any(all(part in entry for part in parts) for entry in entries), (first, year)


# Volumes and pages of works are no counts.
@pytest.mark.parametrize("name", [name for name in HANDWRITTEN if name != "references.md"])
def test_handwritten_pages_keep_no_counts_of_the_case(name):
    text = (DOCS / name).read_text(encoding="utf-8")
    found = numbers(load_case("gaza-2023"))
    assumed = sum(origin(one) == "assumed" for one in found.values())
    for count in (len(found), assumed, len(RULES)):
        assert not re.search(rf"\b{count}\b", text), count
