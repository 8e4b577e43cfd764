"""Cases: what is refused and in which words, and that what is said survives being written."""

import datetime
import pickle
import re
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceasefire.agents.chance import key_of
from ceasefire.agents.kinds import SINGLES
from ceasefire.agents.switches import Switches
from ceasefire.model.case.case import Case, CaseError, case_of_text, load_case, parse_overrides
from ceasefire.model.case.kinds import KINDS
from ceasefire.model.case.shipped import shipped_cases


@pytest.fixture(scope="module")
def gaza() -> Case:
    return load_case("gaza-2023")


@pytest.fixture(scope="module")
def rivals() -> Case:
    return load_case("two-rivals")


@pytest.fixture(scope="module")
def text(rivals: Case) -> str:
    """A small case as text, every number in full, to be spoiled in one place."""
    return rivals.to_toml()


def spoiled(text: str, table: str, old: str, new: str) -> str:
    """Replace ``old`` once, after the head of the table."""
    start = text.index(f"{table}\n") if table else 0
    place = text.index(old, start)
    return text[:place] + new + text[place + len(old) :]


def refusal(text: str) -> str:
    with pytest.raises(CaseError) as caught:
        case_of_text(text, "mine.toml")
    message = str(caught.value)
    assert message.startswith("mine.toml")
    assert "Traceback" not in message
    assert "pydantic" not in message
    return message


# What to spoil: table, what stands there, what to put there; key, found and allowed of the words.
REFUSED = {
    "missing number": (
        "[party.north-small]",
        'seats = { value = 8, unit = "seats", range = [0, 100], source = "assumed" }\n',
        "",
        ("party.north-small.seats", "found nothing", "a value in seats"),
    ),
    "missing value": (
        "[party.north-small]",
        "seats = { value = 8, ",
        "seats = { ",
        ("party.north-small.seats.value", "found nothing", "a value in seats"),
    ),
    "missing reference": (
        "[party.north-small]",
        'side = "north"\n',
        "",
        ("party.north-small.side", "found nothing", "the name of a belligerent"),
    ),
    "missing unit": (
        "[party.north-small]",
        'unit = "seats", ',
        "",
        ("party.north-small.seats.unit", "found nothing", "'seats'"),
    ),
    "missing range": (
        "[party.north-small]",
        "range = [0, 100], ",
        "",
        ("party.north-small.seats.range", "found nothing", "within 0 to 1000"),
    ),
    "missing source": (
        "[party.north-small]",
        ', source = "assumed"',
        "",
        ("party.north-small.seats.source", "found nothing", "assumed"),
    ),
    "unknown key": (
        "[party.north-small]",
        "seats = ",
        "saets = ",
        ("party.north-small.saets", "an unknown key", "did you mean 'seats'?"),
    ),
    "a number that the model works out": (
        "[party.north-small]",
        "seats = ",
        'leave_odds = { value = 1, source = "assumed" }\nseats = ',
        ("party.north-small.leave_odds", "an unknown key", "one of"),
    ),
    "unknown table": (
        "",
        "[party.north-small]",
        "[partie.north-small]",
        ("partie", "an unknown key", "did you mean 'party'?"),
    ),
    "unknown key of an entry": (
        "[party.north-small]",
        "seats = { value",
        "seats = { valeu = 1, value",
        ("party.north-small.seats.valeu", "an unknown key", "did you mean 'value'?"),
    ),
    "unknown defaults": (
        "",
        "[war]",
        "[defaults.partys]\nseats = { value = 1 }\n\n[war]",
        ("defaults.partys", "an unknown table", "did you mean 'party'?"),
    ),
    "unknown key of defaults": (
        "",
        "[war]",
        "[defaults.party]\nseat = { value = 1 }\n\n[war]",
        ("defaults.party.seat", "an unknown key", "did you mean 'seats'?"),
    ),
    "wrong unit": (
        "[party.north-small]",
        'unit = "seats"',
        'unit = "chairs"',
        ("party.north-small.seats.unit", "found 'chairs'", "'seats'"),
    ),
    "value outside the file's range": (
        "[party.north-small]",
        "value = 8",
        "value = 101",
        ("party.north-small.seats", "found 101", "a whole number from 0 to 100 seats"),
    ),
    "range outside the declared one": (
        "[party.north-small]",
        "range = [0, 100]",
        "range = [-5, 100]",
        ("party.north-small.seats.range", "found [-5, 100]", "within 0 to 1000"),
    ),
    "range in the wrong order": (
        "[party.north-small]",
        "range = [0, 100]",
        "range = [100, 0]",
        ("party.north-small.seats.range", "found [100, 0]", "[low, high]"),
    ),
    "negative stock": (
        "[captives.north-soldier]",
        "living = { value = 30",
        "living = { value = -1",
        ("captives.north-soldier.living", "found -1", "from 0 to 500 persons"),
    ),
    "half a person": (
        "[captives.north-soldier]",
        "living = { value = 30",
        "living = { value = 1.5",
        ("captives.north-soldier.living", "found 1.5", "a whole number"),
    ),
    "not a number": (
        "[war]",
        "value = 0.15",
        "value = nan",
        ("war.toll_noise", "found nan", "a number from 0 to 1 share"),
    ),
    "a word for a number": (
        "[war]",
        "value = 0.15",
        'value = "much"',
        ("war.toll_noise", "found 'much'", "a number from 0 to 1 share"),
    ),
    "a flag for a number": (
        "[war]",
        "value = 0.15",
        "value = true",
        ("war.toll_noise", "found true", "a number from 0 to 1 share"),
    ),
    "a number for a flag": (
        "[party.north-small]",
        "member = { value = true",
        "member = { value = 1",
        ("party.north-small.member", "found 1", "true or false"),
    ),
    "a bare number": (
        "[party.north-small]",
        'seats = { value = 8, unit = "seats", range = [0, 100], source = "assumed" }',
        "seats = 8",
        ("party.north-small.seats", "found 8", "a table such as"),
    ),
    "a table for a name": (
        "[party.north-small]",
        'side = "north"',
        'side = { value = 1, source = "assumed" }',
        ("party.north-small.side", "found a table", "the name of a belligerent"),
    ),
    "unknown choice": (
        "[captives.north-soldier]",
        'value = "soldier"',
        'value = "soldiers"',
        ("captives.north-soldier.category", "found 'soldiers'", "did you mean 'soldier'?"),
    ),
    "unknown reference": (
        "[party.north-small]",
        'side = "north"',
        'side = "nroth"',
        ("party.north-small.side", "found 'nroth'", "did you mean 'north'?"),
    ),
    "unknown switch": (
        "[switches]",
        "off = []",
        'off = ["memroy"]',
        ("switches.off", "found 'memroy'", "did you mean 'memory'?"),
    ),
    "a name in capitals": (
        "",
        "[party.north-small]",
        "[party.North]",
        ("party.North", "found 'North'", "small letters"),
    ),
    "no type": (
        "[belligerent.north]",
        'type = "government"\n',
        "",
        ("belligerent.north.type", "found nothing", "government, armed_group"),
    ),
    "seats that do not add up": (
        "[party.north-small]",
        "value = 8",
        "value = 9",
        ("party.*.seats of north", "a sum of 101", "100, its parliament"),
    ),
    "majority without a parliament": (
        "[belligerent.north]",
        "parliament = { value = 100",
        "parliament = { value = 0",
        ("belligerent.north.majority", "found 51", "at most the 0 seats"),
    ),
    "members below the majority": (
        "[party.north-leading]",
        "member = { value = true",
        "member = { value = false",
        ("party.*.member of north", "found 17 seats", "the majority of 51"),
    ),
    "captives of one's own": (
        "[captives.north-soldier]",
        'origin = "south"',
        'origin = "north"',
        ("captives.north-soldier.origin", "found 'north'", "another side"),
    ),
    "channel missing": (
        "[channel.envoy-south]",
        'belligerent = "south"',
        'belligerent = "north"',
        ("channel between envoy and south", "found none", "exactly one"),
    ),
    "horizon and steps": (
        "[war]",
        "horizon = { value = 26",
        "horizon = { value = 25.5",
        ("war.horizon", "found 25.5 weeks", "a whole number of steps"),
    ),
    "log of rounds too short": (
        "[log]",
        "rounds = { value = 13",
        "rounds = { value = 12",
        ("log.rounds", "found 12 places", "at least 13"),
    ),
    "log of truces too short": (
        "[log]",
        "truces = { value = 26",
        "truces = { value = 25",
        ("log.truces", "found 25 places", "at least 26"),
    ),
    "shortest round above the longest": (
        "[talks]",
        "longest_round = { value = 6",
        "longest_round = { value = 0.5",
        ("talks.shortest_round", "found 1", "at most talks.longest_round"),
    ),
    "missing amount": (
        'name = "withdrawal-by-north"',
        "first = 0, ",
        "",
        ("issue.withdrawal-by-north.none.first", "found nothing", "a number in every level"),
    ),
    "unknown amount": (
        'name = "withdrawal-by-north"',
        "first = 0, ",
        "first = 0, third = 0, ",
        ("issue.withdrawal-by-north.none.third", "an unknown key", "first, second"),
    ),
    "amount without a unit": (
        'name = "withdrawal-by-north"',
        'first = { unit = "share", range = [0, 1], source = "assumed" }\n',
        "",
        ("issue.withdrawal-by-north.amounts.first", "found nothing", "unit, range and source"),
    ),
    "amount outside its range": (
        'name = "withdrawal-by-north"',
        "first = 0.5",
        "first = 1.5",
        ("issue.withdrawal-by-north.full.first", "found 1.5", "from 0 to 1 share"),
    ),
    "unknown kind of issue": (
        'name = "withdrawal-by-north"',
        'kind = "withdrawal"',
        'kind = "retreat"',
        ("kind", "found 'retreat'", "withdrawal"),
    ),
    "no duration": (
        'name = "duration"',
        'kind = "duration"',
        'kind = "durations"',
        ("kind", "found 'durations'", "duration"),
    ),
    "two issues of one name": (
        "",
        'name = "withdrawal-by-north"',
        'name = "withdrawal-by-south"',
        ("issue", "'withdrawal-by-south' twice", "every name once"),
    ),
    "two levels of one name": (
        'name = "withdrawal-by-north"',
        'name = "full"',
        'name = "none"',
        ("issue.withdrawal-by-north.levels", "'none' twice", "every name once"),
    ),
    "unknown giver": (
        'name = "withdrawal-by-north"',
        'giver = "north"',
        'giver = "nort"',
        ("issue.withdrawal-by-north.giver", "found 'nort'", "did you mean 'north'?"),
    ),
    "paid for nothing": (
        'name = "prisoners-by-north"',
        'paid_for = "release-by-south"\n',
        "",
        ("issue.prisoners-by-north.paid_for", "found nothing", "release-by-south"),
    ),
    "paid for an unknown release": (
        'name = "prisoners-by-north"',
        'paid_for = "release-by-south"',
        'paid_for = "release-by-suoth"',
        ("issue.prisoners-by-north.paid_for", "found", "did you mean 'release-by-south'?"),
    ),
    "a guarantee by nobody": (
        'name = "guarantee"',
        "strength = 0",
        "strength = 1",
        ("issue.guarantee.none.strength", "found 1", "0, as nobody signs"),
    ),
    "half an end": (
        'name = "duration"',
        "ends = 1",
        "ends = 0.5",
        ("issue.duration.phased.ends", "found 0.5", "0 or 1"),
    ),
    "unknown issue excluded": (
        "[[exclude]]",
        "duration = ",
        "durations = ",
        ("exclude 1.when.durations", "no such issue", "did you mean 'duration'?"),
    ),
    "unknown level excluded": (
        "[[exclude]]",
        '"pause"',
        '"pauses"',
        ("exclude 1.when.duration", "found 'pauses'", "did you mean 'pause'?"),
    ),
    "empty grid": (
        "[[exclude]]",
        'when = { duration = ["pause"], guarantee = ["patron"] }',
        'when = { duration = ["pause", "phased", "guaranteed"] }',
        ("exclude", "no text left", "at least one text"),
    ),
    "unknown bloc": (
        "[[listens]]",
        'to = "north-doves"',
        'to = "north-dove"',
        ("listens.north-doves.north-dove", "found 'north-dove'", "did you mean 'north-doves'?"),
    ),
    "unknown number in a variant": (
        "[variants.no-parliaments]",
        "switches.office",
        "switches.ofice",
        ("variants.no-parliaments: switches.ofice", "no such", "did you mean 'switches.office'?"),
    ),
    "value out of range in a variant": (
        "[variants.stronger-north]",
        "= 0.7",
        "= 7",
        ("variants.stronger-north", "found 7", "from 0 to 1"),
    ),
    "not TOML": ("[war]", "step = ", "step ", ("text", "found", "TOML")),
    "another schema": ("", "schema = 1", "schema = 2", ("schema", "found 2", "1")),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(name: str, text: str) -> None:
    table, old, new, words = REFUSED[name]
    message = refusal(spoiled(text, table, old, new))
    for word in words:
        assert word in message


def test_refuses_majority_above_parliament(text: str) -> None:
    worse = spoiled(
        text, "[belligerent.north]", "majority = { value = 51", "majority = { value = 99"
    )
    worse = spoiled(
        worse, "[belligerent.north]", "parliament = { value = 100", "parliament = { value = 90"
    )
    message = refusal(worse)
    assert "belligerent.north.majority: found 99; allowed: at most the 90 seats" in message
    assert "party.*.seats of north: found a sum of 100; allowed: 90, its parliament" in message


def test_refuses_two_of_one_name(text: str) -> None:
    table = text[text.index("[party.north-small]") : text.index("[party.north-opposition]")]
    assert "TOML" in refusal(text.replace(table, table + table))


@pytest.mark.parametrize("count", [1, 3])
def test_refuses_other_than_two_sides(text: str, count: int) -> None:
    start, end = text.index("[belligerent.south]"), text.index("[captives.north-civilian]")
    south = text[start:end]
    more = south.replace("south", "third") if count == 3 else ""
    message = refusal(text[:start] + (south if count == 3 else "") + more + text[end:])
    assert f"belligerent: found {count} (north" in message
    assert "exactly two" in message


def test_refuses_no_duration(text: str) -> None:
    start, end = text.index('[[issue]]\nname = "duration"'), text.index('[[issue]]\nname = "rel')
    kept = text[:start] + text[end:]
    kept = re.sub(r"\[\[exclude\]\].*?(?=\[variants)", "", kept, flags=re.DOTALL)
    assert "issue: found 0 of kind duration; allowed: exactly one" in refusal(kept)


def test_refuses_too_large_a_grid(text: str) -> None:
    kept = re.sub(r"\[\[exclude\]\].*?(?=\[variants)", "", text, flags=re.DOTALL)
    many = "".join(
        f'    {{ name = "level-{i}", first = 0, second = 0, concession = 0, gain = 0 }},\n'
        for i in range(10)
    )
    place = kept.index("levels = [\n", kept.index('name = "withdrawal-by-north"')) + len(
        "levels = [\n"
    )
    message = refusal(kept[:place] + many + kept[place:])
    assert "issue: found 7776 texts; allowed: at most 4000 texts" in message
    worse = kept.replace(
        'levels = [\n    { name = "none", label = "no withdrawal"',
        "levels = [\n" + many * 100 + '    { name = "none", label = "no withdrawal"',
    )
    assert "twice" in refusal(worse)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ('set = { "party.north-smal.seats" = 4 }', ("no such field", "'party.north-small.seats'?")),
        ('set = { "party.north-small.seats" = 9 }', ("north after the events of week 3", "101")),
        ('set = { "party.north-small.seats" = 400 }', ("found 400", "from 0 to 100 seats")),
        ('set = { "party.north-small.seats" = 0.5 }', ("found 0.5", "a whole number")),
        ('set = { "party.north-small.member" = 1 }', ("found 1", "true or false")),
        ('add = { "party.north-small.member" = 1 }', ("yes or no added", "set it")),
        ('set = { "party.north-small.left" = true }', ("no such field", "one of")),
        ('set = { "party.north-small.side" = 1 }', ("no such field", "one of")),
        ('set = { "war.horizon" = 4 }', ("no such field", "one of")),
        ('set = { "issue.duration.pause.weeks" = 4 }', ("no such field", "one of")),
        ('add = { "captives.north-soldier.living" = -31 }', ("-1 once it is added", "0 to 500")),
    ],
)
def test_refuses_event(text: str, event: str, words: tuple[str, ...]) -> None:
    table = f'[[event]]\nweek = 3\n{event}\nnote = "It happens."\nsource = "assumed"\n\n'
    place = text.index("[variants")
    message = refusal(text[:place] + table + text[place:])
    for word in words:
        assert word in message


def test_refuses_event_before_the_start(text: str) -> None:
    table = '[[event]]\nweek = -1\nset = { "talks.gap" = 2 }\nnote = ""\nsource = ""\n\n'
    place = text.index("[variants")
    message = refusal(text[:place] + table + text[place:])
    assert "event 1 (week -1).week: found -1; allowed: 0 weeks or later" in message
    assert "event 1 (week -1).source: found nothing" in message


def test_names_several_problems_at_once(text: str) -> None:
    worse = spoiled(text, "[party.north-small]", "value = 8", "value = 800")
    worse = spoiled(worse, "[war]", "value = 0.15", "value = 15")
    message = refusal(worse)
    assert "mine.toml: 2 problems" in message
    assert "party.north-small.seats: found 800" in message
    assert "war.toll_noise: found 15" in message


def test_names_the_file_it_cannot_read(tmp_path) -> None:
    with pytest.raises(CaseError, match=r"absent\.toml"):
        load_case(tmp_path / "absent.toml")
    with pytest.raises(CaseError, match="did you mean 'gaza-2023'"):
        load_case("gaza")


def test_errors_survive_pickling() -> None:
    error = CaseError("mine.toml", ["a: found 1; allowed: 2"])
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


# ------------------------------------------------------------------ what a case is


@pytest.mark.parametrize("name", shipped_cases())
def test_shipped_case_has_units_ranges_and_sources(name: str) -> None:
    case = load_case(name)
    for key, setting in case.settings.items():
        assert setting.unit, key
        assert setting.source, key
        if not isinstance(setting.value, str):
            assert setting.low <= setting.value <= setting.high, key
    for event in case.events:
        assert event.source
        assert event.note


@pytest.mark.parametrize("name", shipped_cases())
def test_records_hold_what_was_given(name: str) -> None:
    case = load_case(name)
    for kind, (collection, record) in KINDS.items():
        array = case.records[collection]
        assert array.dtype == record.layout()
        assert len(array) == len(case.names[collection]) == len(case.labels[collection])
        if "key" in record.fields:
            assert array["key"].tolist() == [key_of(f"{kind}.{n}") for n in case.names[collection]]
        for i, actor in enumerate(case.names[collection]):
            for field in record.fields:
                setting = case.settings.get(f"{kind}.{actor}.{field}")
                if setting is not None and not isinstance(setting.value, str):
                    assert array[field][i] == pytest.approx(setting.value)
    for kind, record in SINGLES.items():
        assert case.records[kind].shape == (1,)
        assert case.records[kind].dtype == record.layout()
    assert case.records["talks"]["last_end"][0] == -100
    captives, blocs = case.records["captives"], case.records["blocs"]
    assert captives["initial"].tolist() == captives["living"].tolist()
    assert blocs["opinion"].tolist() == blocs["predisposition"].tolist()
    assert blocs["support"].tolist() == blocs["support_base"].tolist()
    assert all(not array.flags.writeable for array in case.records.values())


@pytest.mark.parametrize("name", shipped_cases())
def test_channels_stand_mediator_by_mediator(name: str) -> None:
    channels = load_case(name).records["channels"]
    place = channels["mediator"] * 2 + channels["belligerent"]
    assert place.tolist() == list(range(len(channels)))


def test_events_find_channels_that_were_declared_in_another_order(text: str) -> None:
    start, end = text.index("[channel.envoy-north]"), text.index("[channel.envoy-south]")
    rest = text.index("[bloc.", end)
    event = (
        '[[event]]\nweek = 3\nset = { "channel.envoy-south.trust" = 0.9 }\n'
        'note = "It happens."\nsource = "assumed"\n\n'
    )
    case = case_of_text(
        text[:start]
        + text[end:rest]
        + text[start:end]
        + text[rest:].replace("[variants.no-par", f"{event}[variants.no-par")
    )
    assert case.names["channels"] == ("envoy-north", "envoy-south")
    assert case.events[0].index == 1


@pytest.mark.parametrize("name", shipped_cases())
def test_influence_rows_sum_to_one(name: str) -> None:
    case = load_case(name)
    assert case.influence.sum(axis=1) == pytest.approx(1)
    graph = case.listening()
    assert set(graph.edges) == set(case.listens)
    for i, bloc in enumerate(case.names["blocs"]):
        if graph.out_degree(bloc) == 0:
            assert case.influence[i, i] == 1


def test_default_case_follows_the_record(gaza: Case) -> None:
    assert gaza.start == datetime.date(2023, 10, 7)
    assert gaza.types == ("government", "armed_group")
    captives = gaza.records["captives"]
    assert captives["living"].sum() + captives["dead"].sum() == 251
    parties = gaza.records["parties"]
    assert parties["seats"].sum() == 120
    assert parties["seats"][parties["member"]].sum() == 64
    seats = dict(zip(gaza.names["parties"], parties["seats"].tolist(), strict=True))
    member = dict(zip(gaza.names["parties"], parties["member"].tolist(), strict=True))
    behind = {}
    for event in gaza.events:
        kind, name, field = event.key.split(".")
        if kind == "party" and field in ("seats", "member"):
            (seats if field == "seats" else member)[name] = event.value
            assert sum(seats.values()) == 120 or event.week == 24
            behind[event.week] = sum(n for party, n in seats.items() if member[party])
    assert behind == {1: 76, 24: 72}
    assert sum(seats.values()) == 120
    assert gaza.records["switches"][0].tolist() == (True,) * len(Switches.fields)
    assert [name for name in gaza.names["resolutions"] if "2735" in name]
    assert gaza.records["resolutions"]["week"].tolist() == sorted(
        gaza.records["resolutions"]["week"]
    )


def test_rivals_are_alike(rivals: Case) -> None:
    for key, setting in rivals.settings.items():
        if setting.unit in ("name", "choice"):
            continue
        other = re.sub(
            "north|south", lambda found: "south" if found[0] == "north" else "north", key
        )
        assert rivals.settings[other].value == setting.value, key


def test_default_case_loads_fast() -> None:
    load_case("gaza-2023")
    times = []
    for _ in range(3):
        start = time.perf_counter()
        load_case("gaza-2023")
        times.append(time.perf_counter() - start)
    assert min(times) < 0.4


# ------------------------------------------------------------------ writing and changing


@pytest.mark.parametrize("name", shipped_cases())
def test_written_case_loads_to_an_equal_one(name: str, tmp_path) -> None:
    case = load_case(name)
    path = tmp_path / "copy.toml"
    case.write(path)
    copy = load_case(path)
    assert copy == case
    assert copy.digest == case.digest
    assert hash(copy) == hash(case)
    assert copy.settings == case.settings
    assert list(copy.settings) == list(case.settings)
    assert copy.events == case.events
    assert copy.variants == case.variants
    for collection, array in case.records.items():
        assert np.array_equal(copy.records[collection], array)
    for mine, theirs in zip(case.grid, copy.grid, strict=True):
        assert np.array_equal(mine, theirs)


def test_text_survives_quotes_and_newlines(rivals: Case, text: str) -> None:
    awkward = 'A "quoted" \\ line\nand a tab\t– with a dash'
    changed = case_of_text(text.replace('title = "Two', f"title = '''{awkward}''' # \"Two"))
    assert changed.title == awkward
    assert case_of_text(changed.to_toml()) == changed
    assert changed != rivals


def test_pickle_keeps_the_case(gaza: Case) -> None:
    copy = pickle.loads(pickle.dumps(gaza))
    assert copy == gaza
    assert np.array_equal(copy.grid.level, gaza.grid.level)
    assert not copy.grid.level.flags.writeable


def test_changed_changes_what_was_named_only(gaza: Case) -> None:
    changed = gaza.changed(
        {"patron.usa.resolve": 0.6, "switches.memory": False}, **{"talks.gap": 2}
    )
    assert changed.records["patrons"]["resolve"][0] == 0.6
    assert not changed.records["switches"]["memory"][0]
    assert changed.records["talks"]["gap"][0] == 2
    different = [key for key in gaza.settings if gaza.settings[key] != changed.settings[key]]
    assert different == ["patron.usa.resolve", "talks.gap", "switches.memory"]
    assert changed != gaza
    assert gaza.changed() is gaza
    assert gaza.records["patrons"]["resolve"][0] != 0.6
    assert case_of_text(changed.to_toml()) == changed


def test_changed_reaches_the_grid(rivals: Case) -> None:
    changed = rivals.changed({"issue.duration.pause.weeks": 2})
    assert changed.grid.texts["weeks"].min() == 2
    assert rivals.grid.texts["weeks"].min() == 1


def test_changed_reaches_derived_starts(gaza: Case) -> None:
    changed = gaza.changed({"captives.hamas-frail.living": 60, "bloc.gaza.predisposition": 0.9})
    assert changed.records["captives"]["initial"][0] == 60
    blocs = dict(zip(changed.names["blocs"], changed.records["blocs"]["opinion"], strict=True))
    assert blocs["gaza"] == 0.9


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"patron.uas.resolve": 0.6}, ("patron.uas.resolve", "did you mean 'patron.usa.resolve'?")),
        ({"patron.usa.resolve": 7}, ("patron.usa.resolve: found 7", "from 0 to 1 share")),
        ({"patron.usa.resolve": "high"}, ("found 'high'", "a number from 0 to 1")),
        ({"switches.memory": 0}, ("switches.memory: found 0", "true or false")),
        ({"party.shas.seats": 12}, ("a sum of 121", "120, its parliament")),
        ({"party.shas.side": "isreal"}, ("party.shas.side", "did you mean 'israel'?")),
        ({"party.shas.side": ""}, ("party.shas.side: found nothing", "the name of a belligerent")),
        ({"war.horizon": 156, "talks.gap": 1.0}, ("log.rounds: found 30 places", "at least 78")),
        ({"war.step": 0.7}, ("war.horizon: found 52 weeks", "steps of 0.7 weeks")),
        ({"issue.duration.pause.ends": 0.5}, ("found 0.5", "0 or 1")),
    ],
)
def test_changed_refuses(gaza: Case, changes: dict, words: tuple[str, ...]) -> None:
    with pytest.raises(CaseError) as caught:
        gaza.changed(changes)
    message = str(caught.value)
    assert message.startswith("gaza-2023/case.toml: ")
    for word in words:
        assert word in message


def test_overrides_are_read_as_typed() -> None:
    words = ["patron.usa.resolve=0.6", " talks.extensions = 3", "switches.memory=off", "a.b=x=y"]
    assert parse_overrides(words) == {
        "patron.usa.resolve": 0.6,
        "talks.extensions": 3,
        "switches.memory": False,
        "a.b": "x=y",
    }


@pytest.mark.parametrize("word", ["patron.usa.resolve", "=3", "talks.gap="])
def test_overrides_refuse_other_forms(word: str) -> None:
    with pytest.raises(CaseError, match="name=value"):
        parse_overrides([word])


@given(st.floats(0, 1))
def test_any_admissible_value_survives_writing(value: float) -> None:
    case = load_case("two-rivals").changed({"war.toll_noise": value})
    copy = case_of_text(case.to_toml())
    assert copy.settings["war.toll_noise"].value == value
    assert copy == case


@pytest.mark.parametrize("name", shipped_cases())
def test_variants_make_sense(name: str) -> None:
    case = load_case(name)
    assert case.variants
    for variant in case.variants:
        assert case.variant(variant) != case
    with pytest.raises(CaseError, match="variants"):
        case.variant("nothing-like-it")


def test_locate_finds_what_a_setting_fills(gaza: Case) -> None:
    collection, index, field = gaza.locate("party.shas.tolerance")
    assert (collection, field) == ("parties", "tolerance")
    assert gaza.names["parties"][index] == "shas"
    assert gaza.locate("talks.gap") == ("talks", 0, "gap")
    for key in ("issue.duration.pause.weeks", "party.shas.left", "party.sha.seats", "log.rounds"):
        with pytest.raises(CaseError, match=re.escape(key)):
            gaza.locate(key)


def test_events_can_be_added_and_left_out(gaza: Case) -> None:
    early = gaza.without_events(24)
    assert early.events
    assert all(event.week < 24 for event in early.events)
    back = early.with_events([event for event in gaza.events if event.week >= 24])
    assert back.events == gaza.events
    assert back == gaza
    more = gaza.with_events([{"week": 60, "set": {"patron.usa.resolve": 1}}])
    assert more.events[-1].key == "patron.usa.resolve"
    assert more.events[-1].collection == "patrons"
    assert len(more.events) == len(gaza.events) + 1
    with pytest.raises(CaseError, match="did you mean"):
        gaza.with_events([{"week": 60, "set": {"patron.usa.resolv": 1}}])


def test_events_may_move_captives(gaza: Case) -> None:
    moved = [event for event in gaza.events if event.field == "released"]
    assert sum(event.value for event in moved) == 4
    assert all(event.add for event in moved)


def test_describes_texts_in_words(gaza: Case, rivals: Case) -> None:
    texts = [gaza.describe_text(text) for text in range(len(gaza.grid.texts))]
    assert len({text for text in texts if "no release" not in text}) == sum(
        "no release" not in text for text in texts
    )
    assert texts[0].startswith("one-week pause, no release, no withdrawal")
    assert any("women, children and elderly out for 3 prisoners each" in text for text in texts)
    assert "North: " in rivals.describe_text(0)
