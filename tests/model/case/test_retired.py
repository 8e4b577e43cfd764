"""Case files of an earlier day: old names are read as the new ones, idle keys are dropped."""

import pickle

import pytest

from ceasefire.model.case.case import CaseError, case_of_text, load_case
from ceasefire.model.case.shipped import cases_folder

GAZA = (cases_folder() / "gaza-2023" / "case.toml").read_text(encoding="utf-8")

OLD = (
    GAZA.replace("[resolution.", "[draft.")
    .replace("[defaults.resolution]", "[defaults.draft]")
    .replace("[defaults.front]\n", '[defaults.front]\nagainst = "israel"\n')
    .replace("[mediator.usa-mediation]\n", '[mediator.usa-mediation]\npatron = "usa"\n')
    .replace("[patronage.usa-hamas]\n", '[patronage.usa-hamas]\nhost = "qatar"\n')
)
IDLE = ("defaults.front.against", "mediator.usa-mediation.patron", "patronage.usa-hamas.host")


def test_an_older_file_says_the_same():
    case = case_of_text(OLD)
    assert case == load_case("gaza-2023")
    assert case.dropped == IDLE
    assert pickle.loads(pickle.dumps(case.changed({"talks.gap": 2.0}))).dropped == IDLE
    assert load_case("gaza-2023").dropped == ()


def test_old_names_are_read_in_events_and_variants():
    event = """
[[event]]
week = 2
set = { "draft.brazil-october.votes" = 3 }
note = "Fewer votes."
source = "assumed"

[variants.fewer-votes]
description = "Fewer votes."
set = { "draft.brazil-october.votes" = 4 }
"""
    case = case_of_text(OLD + event)
    assert "resolution.brazil-october.votes" in [one.key for one in case.events]
    changed = case.variant("fewer-votes").settings["resolution.brazil-october.votes"]
    assert changed.value == 4


def test_half_of_a_file_may_be_older():
    mixed = GAZA.replace("[resolution.brazil-october]", "[draft.brazil-october]")
    case = case_of_text(mixed)
    assert set(case.names["resolutions"]) == set(load_case("gaza-2023").names["resolutions"])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[front.hezbollah]\n", "[front.hezbollah]\nagaints = 1\n", "front.hezbollah.againts"),
        ("[resolution.brazil-october]\n", "draft = 3\n[resolution.x]\n", "draft"),
        ("[resolution.brazil-october]\n", "[drafts.x]\n", "drafts: found an unknown key"),
    ],
)
def test_what_was_never_a_key_is_refused_as_ever(old, new, words):
    with pytest.raises(CaseError) as caught:
        case_of_text(GAZA.replace(old, new))
    assert words in str(caught.value)


def test_an_old_name_of_a_setting_is_met_with_the_new_one():
    with pytest.raises(CaseError, match=r"did you mean 'resolution\.brazil-october\.votes'"):
        load_case("gaza-2023").changed({"draft.brazil-october.votes": 3})


def test_check_says_which_keys_can_go(ceasefire, tmp_path):
    path = tmp_path / "older.toml"
    path.write_text(OLD, encoding="utf-8")
    code, out, _ = ceasefire("check", path)
    assert code == 0
    said = f"No rule reads these keys any more, and they can go: {IDLE[0]}, "
    assert said in " ".join(out.split())
    assert "No rule reads" not in ceasefire("check")[1]
