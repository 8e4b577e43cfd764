"""A report as one page: complete in itself, what is filled in escaped, nothing fetched."""

import html
import io
import re
from collections.abc import Mapping

from ceasefire.experiments.style.report import Picture, Report
from ceasefire.experiments.style.words import PURPOSE


def page_of(report: Report, drawn: Mapping[str, Picture], whole: bool = True) -> str:
    """Return the page of a report.

    Args:
        report: The report.
        drawn: Its pictures, by the titles of their sections; none leaves them out.
        whole: Whether it is a page of its own, or goes into another one, such as a notebook's.
    """
    # Only who wants a page waits for it.
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(autoescape=True, undefined=StrictUndefined)
    body = environment.from_string(BODY).render(
        report=report,
        whole=whole,
        purpose=PURPOSE,
        sections=report.sections_for("page"),
        pictures=drawn,
        # Drawn by matplotlib, which escapes every text in it, and stripped to the picture itself.
        drawings={name: Markup(inline(one)) for name, one in drawn.items()},
    )
    if not whole:
        return f'<div class="ceasefire">{body}</div>'
    return environment.from_string(PAGE).render(title=report.title, body=Markup(body))


def inline(picture: Picture) -> str:
    """Return a figure as SVG that can stand inside a page.

    The head, comments and metadata go, which name addresses; names inside are made its own, so
    that two figures on a page do not share any.
    """
    buffer = io.StringIO()
    picture.figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    prefix = f"{picture.name}-"
    text = re.sub(r'\bid="', f'id="{prefix}', text)
    text = text.replace('href="#', f'href="#{prefix}').replace("url(#", f"url(#{prefix}")
    alt = html.escape(picture.alt, quote=True)
    return text.replace("<svg ", f'<svg role="img" aria-label="{alt}" ', 1)


PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>{{ title }}</title>
<style>
:root { color-scheme: light dark; --text: #1b1b1b; --ground: #ffffff; --soft: #f3f3f1;
  --line: #d0d0cc; --faint: #595955; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e8e8e4; --ground: #161618; --soft: #222226; --line: #44444a; --faint: #a9a9a4; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 64rem; color: var(--text);
  background: var(--ground); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { font-size: 1.2rem; margin-top: 2.5rem; }
.purpose, .under, figcaption, footer { color: var(--faint); }
li { margin: 0.3rem 0; }
figure { margin: 1.5rem 0 0.5rem; }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: 0.4rem; }
figure .wide { background: #ffffff; padding: 0.5rem; }
figure svg { display: block; width: 100%; min-width: 40rem; height: auto; }
table { border-collapse: collapse; font-size: 0.85rem; width: 100%; }
th, td { padding: 0.35rem 0.6rem; text-align: right; vertical-align: top;
  border-bottom: 1px solid var(--line); }
th.word, td.word { text-align: left; min-width: 7rem; }
td { font-variant-numeric: tabular-nums; white-space: nowrap; }
td.word { white-space: normal; }
thead th { background: var(--soft); }
tr.strong td { font-weight: 600; }
li.arm { font-weight: 600; margin-top: 0.8rem; }
summary { cursor: pointer; padding: 0.4rem 0; }
a { color: inherit; }
:focus-visible { outline: 2px solid; outline-offset: 2px; }
@media print { .wide { overflow: visible; } }
</style>
</head>
<body>
{{ body }}
</body>
</html>
"""
"""A page around the body of a report."""

BODY = """<header>
<h1>{{ report.title }}</h1>
<p class="purpose">{{ purpose }}</p>
{% if report.under %}<p class="under">{{ report.under }}</p>{% endif %}
</header>
<main>
{% if report.lead %}<section>
<h2>What it says</h2>
<ul>{% for verdict in report.lead %}
<li{% if verdict in report.heads %} class="arm"{% endif %}>{{ verdict }}</li>{% endfor %}
</ul>
{% if report.notes %}<p>To be kept in mind:</p>
<ul>{% for note in report.notes %}
<li>{{ note }}</li>{% endfor %}
</ul>{% endif %}
</section>{% endif %}
{% for section in sections %}
<section>
<h2>{{ section.title }}</h2>
{% if section.title in pictures %}{% set picture = pictures[section.title] %}
<figure>
<div class="wide" tabindex="0" role="group" aria-label="Figure: {{ picture.title }}">\
{{ drawings[section.title] }}</div>
<figcaption>{{ picture.title }}. The table below has the numbers behind it.</figcaption>
</figure>
{% endif %}
{% if section.paragraph %}<p class="under">{{ section.paragraph }}</p>{% endif %}
{% if section.table %}{% set table = section.table %}
<details{% if table.rows|length <= 12 and (whole or loop.first) %} open{% endif %}>
<summary>Table: {{ section.title }} ({{ table.length }})</summary>
<div class="wide" tabindex="0" role="group" aria-label="Table: {{ section.title }}">
<table>
<thead><tr>{% for head in table.heads %}
<th scope="col"{% if loop.index <= table.words %} class="word"{% endif %}>{{ head }}</th>\
{% endfor %}</tr></thead>
<tbody>{% for row in table.rows %}
<tr{% if loop.index0 in table.strong %} class="strong"{% endif %}>\
{% for cell in row %}<td{% if loop.index <= table.words %} class="word"{% endif %}>\
{{ cell }}</td>{% endfor %}</tr>{% endfor %}
</tbody>
</table>
</div>
</details>
{% endif %}
{% if section.lines %}<ul>{% for line in section.lines %}
<li>{{ line }}</li>{% endfor %}
</ul>{% endif %}
</section>
{% endfor %}
{% if report.methods %}<section>
<h2>How it was done</h2>
<ul>{% for line in report.methods %}
<li>{{ line }}</li>{% endfor %}
</ul>
</section>{% endif %}
</main>
<footer><p>{{ purpose }} Made by {{ report.made_by }}.</p></footer>
"""
"""The report itself."""
