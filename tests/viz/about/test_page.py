"""The page that says what the project is and is not."""

from checkout import ROOT
from ipyvuetify import VuetifyTemplate
from shown_pages import Shown

from ceasefire.viz.about import page as about
from ceasefire.viz.about.page import About, as_html, limits


def test_it_is_the_page_on_limits_word_for_word():
    page = Shown(About)
    text = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
    heads = [line.lstrip("# ") for line in text.splitlines() if line.startswith("#")]
    assert len(heads) > 5
    for head in heads:
        assert f">{head}</h" in page.html
    assert "no forecast" in page.html
    page.close()


def test_an_installed_package_has_it_elsewhere(tmp_path):
    place = tmp_path / "limits.md"
    place.write_text("# Limits", encoding="utf-8")
    assert limits((tmp_path / "none.md", place)) == "# Limits"


def test_without_the_file_the_page_says_so(monkeypatch):
    monkeypatch.setattr(about, "limits", lambda: limits(()))
    page = Shown(About)
    assert "did not come with this installation" in page.html
    page.close()


def test_links_lead_only_where_there_is_something():
    shown = as_html(
        "[rules](rules.md#x), [priors](../cases/a.toml), [web](https://a.org), [up](#b)"
    )
    assert "rules (<code>docs/rules.md</code>)" in shown
    assert "priors (<code>cases/a.toml</code>)" in shown
    assert '<a href="https://a.org">web</a>' in shown
    assert shown.count("<a ") == 1


def test_markup_in_the_file_is_only_text():
    assert "<script" not in as_html("<script>alert(1)</script> <b onclick='x'>a</b>")


def test_it_asks_no_other_server():
    page = Shown(About)
    # Solara's own Markdown would: for the scripts and styles of formulas.
    templates = [
        str(getattr(one.template, "template", one.template))
        for one in page.context.find(VuetifyTemplate).widgets
    ]
    assert not any("katex" in one for one in [*templates, page.html])
    page.close()
