"""Why talks are stuck, over an ensemble: shares, intervals, parts, words, the command."""

import json

import numpy as np
import pytest
from worlds import SHIPPED

from ceasefire.experiments.statistics.shares import Clusters
from ceasefire.experiments.story.story import story_of
from ceasefire.experiments.why.checks import check_of, rerun, sample_of
from ceasefire.experiments.why.found import NONE_OF_THESE
from ceasefire.experiments.why.report import report_of
from ceasefire.experiments.why.why import Runs, why_of
from ceasefire.experiments.why.words import (
    AMOUNTS,
    amount_words,
    answer,
    certificate_words,
    labels_of,
)
from ceasefire.model.certificate.constraints import KINDS
from ceasefire.model.engines.ceasefire import CeasefireModel
from ceasefire.model.engines.ensemble import Ensemble, certificates_of


@pytest.fixture(scope="module", params=SHIPPED)
def found(request):
    case = SHIPPED[request.param]
    certificates = certificates_of(Ensemble(case, np.arange(40), certified=1.0).run())
    return case, certificates, why_of(case, certificates, 40)


def test_every_round_is_counted_once(found):
    _, certificates, why = found
    assert why.rounds == len(certificates)
    kinds = [why.acceptable, why.unopened, *why.smallest.values()]
    assert sum(one.count for one in kinds) == why.rounds
    assert sum(one.rounds for one in why.weeks) == why.rounds


def test_binding_constraints_are_those_of_the_certificates(found):
    _, certificates, why = found
    assert why.acceptable.count == sum(one.both > 0 for one in certificates)
    information = why.binding.get("information")
    assert (information.count if information else 0) == why.acceptable.count
    bound = sum(len(one.binding) for one in certificates)
    assert sum(one.count for one in why.binding.values()) == bound
    for share in why.binding.values():
        assert 0.0 <= share.low <= share.share <= share.high <= 1.0


def test_parts_of_the_deadlock_add_up_to_one(found):
    _, _, why = found
    assert sum(one.share for one in why.split.values()) == pytest.approx(1.0)
    for one in why.split.values():
        assert one.low <= one.share <= one.high
        assert 0.0 <= one.error < 0.2
    if why.acceptable.share == 1.0:
        assert list(why.split) == ["information"]
    assert NONE_OF_THESE not in list(why.split)[:1]


def test_intervals_over_runs_agree_with_the_variance_between_runs():
    draw = np.random.default_rng(5)
    seeds = np.repeat(np.arange(200), draw.integers(1, 8, 200))
    # Rounds of one run are alike: a run is mostly of one kind.
    kind = (draw.random(200)[seeds] + 0.3 * draw.random(len(seeds)) > 0.7).astype(int)
    clusters = Clusters(("no", "yes"))
    clusters.add(seeds, kind)
    expected = clusters.shares()["yes"]
    (share,) = Runs(seeds).shares(kind[:, np.newaxis] == 1)
    assert share.share == expected.share
    assert share.low == pytest.approx(expected.low, abs=0.015)
    assert share.high == pytest.approx(expected.high, abs=0.015)
    # As many independent rounds would have left far less open.
    (alone,) = Runs(np.arange(len(seeds))).shares(kind[:, np.newaxis] == 1)
    assert share.high - share.low > 1.5 * (alone.high - alone.low)


def test_what_always_holds_is_left_open_by_the_number_of_runs():
    seeds = np.repeat(np.arange(10), 5)
    always, never = Runs(seeds).shares(np.tile([True, False], (50, 1)))
    assert always.low == pytest.approx(1.0 - never.high)
    assert 0.2 < never.high < 0.35


def test_without_failed_rounds_there_is_nothing_to_explain():
    case = SHIPPED["gaza-2023"]
    why = why_of(case, [], 10)
    assert why.rounds == 0
    assert why.binding == why.split == why.flips == {}
    assert "No round of talks failed" in answer(why, case)


def test_relaxed_runs_bear_the_certificates_out(found):
    case, certificates, _ = found
    sample = sample_of(certificates, most=60)
    reruns = rerun(case, sample)
    assert [(one.seed, one.round) for one in reruns] == [(c.seed, c.round) for c in sample]
    assert all(one.accepted for one in reruns)
    if reruns:
        check = check_of(reruns)
        assert check.accepted.share == 1.0
        assert sum(check.ends.values()) == sum(check.before.values()) == len(reruns)


def test_the_answer_is_conditional_and_no_forecast(found):
    case, _, why = found
    words = answer(why, case)
    assert words.startswith(("What binds most often is", "No "))
    assert "in this model, under the assumptions of its case" in words
    assert " will " not in words


def test_it_is_ready_for_json(found):
    case, certificates, why = found
    check = check_of(rerun(case, sample_of(certificates, most=5)))
    report = report_of(why, check, case)
    again = json.loads(report.to_json())
    assert (again["rounds"], again["check"]) == (why.rounds, check.to_dict())
    assert answer(why, case) in report.under
    assert "no forecast" in again["purpose"]


def test_words_fit_every_certificate(found):
    case, certificates, _ = found
    for one in certificates:
        words = certificate_words(one, case)
        assert words.startswith("Stuck because")
        assert "refused the last text" in words
        assert "{" not in words
        assert "open" in words


def test_every_constraint_has_words():
    labels = labels_of(SHIPPED["gaza-2023"])
    assert len(set(labels.values())) == 34
    for kind in KINDS.values():
        assert amount_words(kind.unit, 2.0).startswith("by 2 ")
    assert amount_words("seats", 3.0) == "by 3 seats"
    assert set(AMOUNTS) <= {kind.unit for kind in KINDS.values()}


def test_a_story_tells_why_each_round_failed():
    model = CeasefireModel("gaza-2023", rng=1, certify=True)
    story = story_of(model)
    lines = [line.words for week in story.weeks for line in week.lines if line.topic == "talks"]
    stuck = [line for line in lines if line.startswith("Stuck because")]
    assert len(stuck) == len(model.certificates) > 0
    failed = [i for i, line in enumerate(lines) if line.endswith("without a deal.")]
    assert [lines[i + 1] for i in failed] == stuck
