"""The page of a comparison: what is filled in is escaped, and nothing is fetched from anywhere."""

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
li.arm { font-weight: 600; margin-top: 0.8rem; }
summary { cursor: pointer; padding: 0.4rem 0; }
a { color: inherit; }
:focus-visible { outline: 2px solid; outline-offset: 2px; }
@media print { .wide { overflow: visible; } }
</style>
</head>
<body>
<header>
<h1>{{ title }}</h1>
<p class="purpose">{{ purpose }}</p>
</header>
<main>
<section>
<h2>What it says</h2>
<ul>{% for verdict in verdicts %}
<li{% if " held against " in verdict %} class="arm"{% endif %}>{{ verdict }}</li>{% endfor %}
</ul>
{% if notes %}<p>To be kept in mind:</p>
<ul>{% for note in notes %}
<li>{{ note }}</li>{% endfor %}
</ul>{% endif %}
</section>
{% for table in tables %}
<section>
<h2>{{ table.title }}</h2>
{% for picture in pictures if picture.table == table.name %}
<figure>
<div class="wide" tabindex="0" role="group" aria-label="Figure: {{ picture.title }}">\
{{ drawings[picture.name] }}</div>
<figcaption>{{ picture.title }}. The table below has the numbers behind it.</figcaption>
</figure>
{% endfor %}
<p class="under">{{ table.under }}</p>
<details{% if table.rows|length <= 12 %} open{% endif %}>
<summary>Table: {{ table.title }} ({{ table.rows|length }} rows)</summary>
<div class="wide" tabindex="0" role="group" aria-label="Table: {{ table.title }}">
<table>
<thead><tr>{% for head in table.heads %}
<th scope="col"{% if loop.index <= table.words %} class="word"{% endif %}>{{ head }}</th>\
{% endfor %}</tr></thead>
<tbody>{% for row in table.rows %}
<tr>{% for cell in row %}<td{% if loop.index <= table.words %} class="word"{% endif %}>\
{{ cell }}</td>{% endfor %}</tr>{% endfor %}
</tbody>
</table>
</div>
</details>
</section>
{% endfor %}
<section>
<h2>How it was done</h2>
<ul>{% for line in methods %}
<li>{{ line }}</li>{% endfor %}
</ul>
</section>
</main>
<footer><p>{{ purpose }} Made by {{ made_by }}.</p></footer>
</body>
</html>
"""

METHODS = (
    "Runs with the same parameter set and seed in two arms meet the same chance (common random "
    "numbers): they differ only by what sets the arms apart.",
    "Cumulative incidence: Aalen and Johansen (1978), with the other end states as competing "
    "risks and runs without a deal at the horizon as censored; variance by the delta method (Dinse "
    "and Larson 1986; Marubini and Valsecchi 1995), intervals on the scale of log(-log) "
    "(Choudhury 2002).",
    "Shares and means: with 20 parameter sets or more, differences with cluster-robust intervals "
    "over sets, Student's distribution with one degree less than sets (Cameron and Miller 2015). "
    "With fewer: Newcombe's (1998) intervals of shares with McNemar's (1947) exact test, and "
    "Student's of means, over pairs; without pairs Newcombe's (1998) and Welch's (1947).",
    "Where no set's runs differ in a share, its interval is Newcombe's over pairs or runs: no "
    "difference among the runs at hand is not proof that there is none.",
    "Quantiles, Wasserstein distances (Vaserstein 1969) and Cliff's (1993) deltas: from histograms "
    "of at most 512 bins, exact for whole numbers, with a percentile bootstrap over parameter sets "
    "(Field and Welsh 2007), or over groups of seeds where there are too few sets; the distance's "
    "p-value from exchanging the arms within sets at random (Fisher 1935).",
    "Effect sizes: Cohen's h (1988), called tiny below 0.05 and small below 0.2; Cliff's delta, "
    "called tiny below 0.147 and small below 0.33 (Romano et al. 2006).",
    "p-values are corrected over all tests of the comparison (Benjamini and Hochberg 1995); a "
    "difference is said to be there where the corrected one is at most 0.05.",
    "All of it is about the model's runs: more runs make intervals narrower, and no assumption of "
    "the case any truer.",
)
"""What was done, with the sources of the methods."""
