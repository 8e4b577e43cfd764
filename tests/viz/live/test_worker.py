"""Ensembles that follow a hand: the latest setting wins, and nothing queues."""

import threading
import time

import numpy as np
import pytest

from ceasefire.model.case.case import CaseError
from ceasefire.viz.levers.lever import the_case
from ceasefire.viz.levers.setting import setup_of
from ceasefire.viz.live.ends import Ends
from ceasefire.viz.live.runs import SLICE, Runs
from ceasefire.viz.live.worker import MOST, WHY_RUNS, Seen, Turns, Wanted, Worker

PATIENCE = 20.0


def some_ends(first, runs, outcome=0):
    numbers = np.arange(first, first + runs)
    zeros = np.zeros(runs)
    return Ends(numbers % 250, np.full(runs, outcome), zeros + 52.0, {"deaths": zeros})


class Told:
    """A source that runs nothing, notes what it is asked, and waits where it is told to."""

    def __init__(self):
        self.asked = []
        self.go = threading.Event()
        self.go.set()
        self.begun = threading.Event()
        self.fails = 0

    def setup(self, values):
        if "nonsense" in values:
            raise CaseError("case", ["seats: found 126; allowed: 120"])
        return dict(values)

    def baseline(self, runs):
        return some_ends(0, runs)

    def run(self, setup, first, runs):
        self.asked.append((setup["x"], first))
        self.begun.set()
        assert self.go.wait(PATIENCE)
        if self.fails:
            self.fails -= 1
            raise RuntimeError("a fault")
        return some_ends(first, runs, 1)

    def baseline_certificates(self, first, runs):
        return ()

    def certificates(self, setup, first, runs):
        self.asked.append((setup["x"], f"why {first}"))
        return ()


class Watcher:
    """Takes what is shown, and waits for it."""

    def __init__(self):
        self.seen: list[Seen] = []
        self.news = threading.Condition()

    def __call__(self, seen):
        with self.news:
            self.seen.append(seen)
            self.news.notify_all()

    def until(self, right):
        with self.news:
            assert self.news.wait_for(lambda: any(map(right, self.seen)), PATIENCE)
            return next(filter(right, self.seen))

    def shown(self):
        return [(one.wanted.number, len(one.changed)) for one in self.seen]


@pytest.fixture
def session():
    source, watcher = Told(), Watcher()
    worker = Worker(lambda: source, watcher, turns=Turns())
    worker.start()
    yield source, watcher, worker
    source.go.set()
    worker.close()
    assert worker.join(PATIENCE)


def test_first_runs_are_shown_and_then_refined_to_the_bound(session):
    source, watcher, worker = session
    worker.want(Wanted(1, {"x": 1.0}))
    watcher.until(lambda seen: seen.stuck is not None)
    assert watcher.shown() == [(1, 500), (1, 1000), (1, 1500), (1, 2000), (1, 2000)]
    firsts = [first for _, first in source.asked if not isinstance(first, str)]
    assert firsts == list(range(0, MOST, SLICE))
    np.testing.assert_array_equal(watcher.seen[-1].changed.sets, np.arange(MOST) % 250)


def test_the_latest_setting_wins_and_the_first_slice_is_always_shown(session):
    source, watcher, worker = session
    source.go.clear()
    worker.want(Wanted(1, {"x": 1.0}))
    assert source.begun.wait(PATIENCE)
    for number in range(2, 20):
        worker.want(Wanted(number, {"x": float(number)}))
    source.go.set()
    watcher.until(lambda seen: seen.wanted.number == 19 and len(seen.changed) == MOST)
    numbers = {seen.wanted.number for seen in watcher.seen}
    assert numbers == {1, 19}
    assert watcher.shown()[0] == (1, SLICE)
    # The refinement of the first was stopped by the newer one.
    assert [first for x, first in source.asked if x == 1.0] == [0]


def test_a_hand_that_lets_go_has_nothing_run_again(session):
    source, watcher, worker = session
    source.go.clear()
    worker.want(Wanted(1, {"x": 1.0}, settled=False))
    assert source.begun.wait(PATIENCE)
    worker.want(Wanted(2, {"x": 1.0}))
    source.go.set()
    watcher.until(lambda seen: seen.stuck is not None)
    assert watcher.shown()[:3] == [(1, 500), (2, 500), (2, 1000)]
    firsts = [first for _, first in source.asked if not isinstance(first, str)]
    assert firsts == list(range(0, MOST, SLICE))


def test_where_others_wait_only_first_and_last_pictures_are_drawn(session, monkeypatch):
    _, watcher, worker = session
    monkeypatch.setattr(worker._turns, "waiting", lambda: 1)
    worker.want(Wanted(1, {"x": 1.0}))
    watcher.until(lambda seen: seen.stuck is not None)
    assert watcher.shown() == [(1, 500), (1, 2000), (1, 2000)]
    assert [seen.brief for seen in watcher.seen] == [True, False, False]


def test_a_newer_setting_stops_refinement(session):
    _, watcher, worker = session
    worker.want(Wanted(1, {"x": 1.0}))
    watcher.until(lambda seen: True)
    worker.want(Wanted(2, {"x": 2.0}))
    watcher.until(lambda seen: seen.wanted.number == 2 and seen.stuck is not None)
    order = [seen.wanted.number for seen in watcher.seen]
    assert order == sorted(order)


def test_without_a_change_nothing_is_run_again(session):
    source, watcher, worker = session
    worker.want(Wanted(1))
    seen = watcher.until(lambda seen: seen.stuck is not None)
    assert source.asked == []
    assert seen.changed is seen.baseline
    worker.want(Wanted(2))
    again = watcher.until(lambda seen: seen.wanted.number == 2)
    assert again.changed is again.baseline


def test_a_setting_that_makes_no_sense_is_said_and_the_next_is_run(session):
    _, watcher, worker = session
    worker.want(Wanted(1, {"nonsense": 1.0}))
    assert "found 126" in watcher.until(lambda seen: seen.problem).problem
    worker.want(Wanted(2, {"x": 1.0}))
    watcher.until(lambda seen: seen.changed is not None)


def test_a_fault_is_said_and_the_worker_goes_on(session):
    source, watcher, worker = session
    source.fails = 1
    worker.want(Wanted(1, {"x": 1.0}))
    failed = watcher.until(lambda seen: seen.problem)
    assert failed.wanted.number == 1
    assert "a fault" in failed.problem
    worker.want(Wanted(2, {"x": 1.0}))
    watcher.until(lambda seen: seen.wanted.number == 2 and seen.stuck is not None)


def test_a_fault_of_what_shows_does_not_end_the_worker():
    source, seen = Told(), []

    def show(one):
        seen.append(one)
        if len(seen) == 1:
            raise RuntimeError("no such page any more")

    worker = Worker(lambda: source, show, most=1000, turns=Turns())
    worker.start()
    worker.want(Wanted(1, {"x": 1.0}))
    until = time.monotonic() + PATIENCE
    while not (seen and seen[-1].stuck is not None) and time.monotonic() < until:
        time.sleep(0.01)
    worker.close()
    assert worker.join(PATIENCE)
    assert [len(one.changed) for one in seen] == [500, 1000, 1000]


def test_a_closed_session_stops_after_the_slice_under_way():
    source, watcher = Told(), Watcher()
    worker = Worker(lambda: source, watcher, turns=Turns())
    source.go.clear()
    worker.start()
    worker.want(Wanted(1, {"x": 1.0}))
    assert source.begun.wait(PATIENCE)
    worker.close()
    source.go.set()
    assert worker.join(PATIENCE)
    assert watcher.seen == []
    assert source.asked == [(1.0, 0)]


def test_no_session_runs_more_than_the_bound():
    source, watcher = Told(), Watcher()
    worker = Worker(lambda: source, watcher, most=10**9, turns=Turns())
    worker.start()
    worker.want(Wanted(1, {"x": 1.0}))
    watcher.until(lambda seen: seen.stuck is not None)
    worker.close()
    assert worker.join(PATIENCE)
    runs = sum(SLICE for _, first in source.asked if not isinstance(first, str))
    assert runs == MOST
    assert WHY_RUNS <= MOST


def test_first_slices_come_before_refinement_and_turns_are_taken_one_at_a_time():
    turns, order, inside = Turns(), [], threading.Semaphore(1)

    def take(name, first):
        with turns.turn(first):
            assert inside.acquire(blocking=False)
            order.append(name)
            inside.release()

    with turns.turn(True):
        threads = [threading.Thread(target=take, args=("later", False)) for _ in range(3)]
        for thread in threads:
            thread.start()
        first = threading.Thread(target=take, args=("first", True))
        first.start()
        until = time.monotonic() + PATIENCE
        while turns.waiting() < 1 and time.monotonic() < until:
            time.sleep(0.005)
    for thread in (*threads, first):
        thread.join(PATIENCE)
    assert order == ["first", "later", "later", "later"]


def test_sessions_side_by_side_see_their_own_settings_alone():
    turns, sessions = Turns(), []
    for number in range(5):
        watcher = Watcher()
        worker = Worker(Told, watcher, turns=turns)
        worker.start()
        sessions.append((number, watcher, worker))
    for step in range(10):
        for number, _, worker in sessions:
            worker.want(Wanted(step, {"x": 100.0 * number + step}))
    for number, watcher, worker in sessions:
        watcher.until(lambda seen: seen.wanted.number == 9 and seen.stuck is not None)
        assert {int(seen.wanted.values["x"]) // 100 for seen in watcher.seen} == {number}
        worker.close()
        assert worker.join(PATIENCE)


@pytest.fixture(scope="module")
def runs():
    return Runs(the_case(), setup_of)


def test_the_baseline_is_run_once_and_kept(runs, monkeypatch):
    first = runs.baseline(20)
    monkeypatch.setattr(runs, "run", None)
    np.testing.assert_array_equal(runs.baseline(10).ended, first.ended[:10])


def test_runs_are_paired_by_set_and_seed_however_they_are_sliced(runs):
    setup = runs.setup({"arms_withheld": 0.8})
    whole, late = runs.run(setup, 0, 30), runs.run(setup, 17, 13)
    assert whole.sets.tolist() == list(range(30))
    np.testing.assert_array_equal(whole.ended[17:], late.ended)
    for name, values in whole.values.items():
        np.testing.assert_array_equal(values[17:], late.values[name])
    np.testing.assert_array_equal(whole.sets, runs.baseline(30).sets)
