"""The commands of experiments as a user meets them."""

import json

import pandas as pd
import pytest

from ceasefire.experiments.design.design import shipped_designs
from ceasefire.experiments.runs.results import ResultsFolder

VARY = ("two-rivals", "--vary", "belligerent.north.hostility=0.2,0.8", "--weeks", "20",
        "--outcome", "truce")  # fmt: skip


@pytest.fixture
def swept(ceasefire, tmp_path):
    """Sweep two points of a small case; returns the folder."""
    code, _, err = ceasefire("sweep", *VARY, "--runs", 40, "--out", tmp_path / "out")
    assert code == 0, err
    return tmp_path / "out"


def words(text):
    return " ".join(text.split())


def test_a_sweep_shows_its_points_and_what_they_say(ceasefire, tmp_path):
    out = tmp_path / "out"
    code, said, _ = ceasefire("sweep", *VARY, "--runs", 40, "--out", out)
    assert code == 0
    for part in ("It is no forecast", "2 points of 40 runs each", "Lowest", "95 % interval",
                 "common random numbers", "80 runs in", "Digest of the content"):  # fmt: skip
        assert part in words(said)
    assert "<svg" in (out / "picture.svg").read_text(encoding="utf-8")
    table = pd.read_csv(out / "points.csv")
    assert table["belligerent_north_hostility"].tolist() == [0.2, 0.8]
    assert table["runs"].tolist() == [40, 40]
    code, _, err = ceasefire("sweep", *VARY, "--runs", 40, "--out", out)
    assert (code, "80 runs are stored already" in words(err)) == (0, True)


def test_the_same_as_data(ceasefire, tmp_path):
    code, said, _ = ceasefire("sweep", *VARY, "--runs", 40, "--out", tmp_path / "out", "--json")
    facts = json.loads(said)
    assert code == 0
    assert (facts["outcome"], facts["runs"], facts["complete"]) == ("truce", 80, True)
    assert [point["runs"] for point in facts["points"]] == [40, 40]
    assert all(point["low"] <= point["mean"] <= point["high"] for point in facts["points"])


def test_two_dimensions_are_shown_as_a_matrix_and_drawn_as_a_map(ceasefire, tmp_path):
    vary = ("--vary", "belligerent.north.hostility=0:1:3", "--vary",
            "belligerent.south.hostility=0:1:3")  # fmt: skip
    picture = tmp_path / "map.png"
    code, said, err = ceasefire("sweep", "two-rivals", *vary, "--runs", 10, "--weeks", 10,
                                "--out", tmp_path / "out", "--picture", picture)  # fmt: skip
    assert code == 0, err
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "per cent" in said
    assert len([line for line in said.splitlines() if line.startswith(("0 ", "0.5 ", "1 "))]) == 3


def test_results_are_run_again_from_their_folder(ceasefire, swept, tmp_path):
    code, _, err = ceasefire("sweep", swept, "--out", tmp_path / "again")
    assert code == 0, err
    digests = [
        ResultsFolder.open(folder).manifest["state"]["content_digest"]
        for folder in (swept, tmp_path / "again")
    ]
    assert digests[0] == digests[1]


def test_failures_come_with_the_command_that_replays_them(ceasefire, tmp_path):
    out = tmp_path / "out"
    code, said, _ = ceasefire("sweep", "gaza-2023", "--vary", "party.shas.seats=11,60", "--weeks",
                              5, "--runs", 5, "--out", out, columns=200)  # fmt: skip
    assert code == 0
    assert "failed and are in no statistic" in said
    (line,) = (line.strip() for line in said.splitlines() if "ceasefire run" in line)
    code, _, err = ceasefire(*line.split()[1:])
    assert code == 2
    assert "seats" in err


def test_a_row_is_told_week_by_week(ceasefire, swept):
    row = ResultsFolder.open(swept).runs.iloc[-1]
    code, said, _ = ceasefire("run", swept, "--point", row["point"], "--seed", row["seed"],
                              "--json")  # fmt: skip
    story = json.loads(said)
    assert code == 0
    assert story["changes"] == {"belligerent_north_hostility": 0.8}
    assert row["end_state"] in json.dumps(story)
    assert ceasefire("run", swept, "--point", 9)[0] == 2
    assert ceasefire("run", swept, "--point", 0, "--set", "x=1")[0] == 2


def test_verify_says_whether_results_are_sound(ceasefire, swept):
    code, said, _ = ceasefire("verify", swept, "--runs", 10)
    assert (code, "equal to the last bit" in said) == (0, True)
    part = ResultsFolder.open(swept).look().parts[0]
    (swept / "parts" / part.key / "runs.parquet").write_bytes(b"")
    code, said, _ = ceasefire("verify", swept)
    assert (code, "runs.parquet is damaged" in said, "NOT sound" in said) == (1, True, True)
    code, said, _ = ceasefire("verify", swept, "--json")
    assert (code, json.loads(said)["sound"]) == (1, False)


def test_shards_are_merged(ceasefire, swept, tmp_path):
    for i in (1, 2):
        shard = ("--shard", f"{i}/2", "--out", tmp_path / f"s{i}")
        assert ceasefire("sweep", *VARY, "--runs", 40, *shard)[0] == 0
    code, said, _ = ceasefire("merge", tmp_path / "all", tmp_path / "s1")
    assert (code, "40 runs are missing" in said) == (0, True)
    code, said, _ = ceasefire("merge", tmp_path / "all", tmp_path / "s1", tmp_path / "s2")
    assert (code, "nothing is missing" in said) == (0, True)
    assert ResultsFolder.open(tmp_path / "all").runs.equals(ResultsFolder.open(swept).runs)


def test_until_grows_points(ceasefire, tmp_path):
    code, said, err = ceasefire("sweep", *VARY, "--until", "truce+-0.04", "--out",
                                tmp_path / "out", "--json")  # fmt: skip
    assert code == 0, err
    for point in json.loads(said)["points"]:
        assert (point["high"] - point["low"]) / 2.0 <= 0.04


def test_designs_are_listed(ceasefire):
    code, said, _ = ceasefire("designs")
    assert code == 0
    assert all(name in said for name in shipped_designs())
    assert set(json.loads(ceasefire("designs", "--json")[1])) == set(shipped_designs())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("nothing",), "design: found 'nothing'"),
        (("two-rivals",), "a case together with --vary"),
        (("two-rivals", "--vary", "x"), "--vary: 'x': found no name and values"),
        (("two-rivals", "--vary", "belligerent.north.hostilty=0,1"), "did you mean"),
        ((*VARY, "--runs", "0"), "--runs: found 0"),
        ((*VARY, "--shard", "2"), "--shard: found '2'; allowed: I/N"),
        ((*VARY, "--shard", "3/2"), "--shard: found 3/2"),
        ((*VARY, "--until", "truce"), "--until: found 'truce'"),
        ((*VARY, "--until", "peace±0.1"), "--until: found 'peace'"),
        ((*VARY, "--until", "truce±0.1", "--runs", "3"), "found with --runs"),
        ((*VARY, "--outcome", "joy"), "outcome: found 'joy'"),
        ((*VARY, "--plan", "web"), "plan: found 'web'"),
        ((*VARY, "--keep", "all"), "--keep: found 'all'"),
        ((*VARY, "--picture", "a.bmp"), "--picture: found a.bmp; allowed endings"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(ceasefire, tmp_path, given, said):
    code, _, err = ceasefire("sweep", *given, "--out", tmp_path / "out", columns=300)
    assert code == 2
    assert said in err
    assert "Traceback" not in err


def test_results_that_are_none_are_refused(ceasefire, tmp_path):
    for command in (("verify", tmp_path), ("merge", tmp_path / "out", tmp_path)):
        code, _, err = ceasefire(*command)
        assert (code, "no results of a sweep" in err) == (2, True)
