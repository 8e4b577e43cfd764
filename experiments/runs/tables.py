"""Tables of what came of an ensemble: runs, rounds, truces and weeks.

Every table is keyed by (point, parameter set, seed), and by the number of the round or truce or
the week beside them. Names stand where the model keeps positions. Columns and their kinds depend
on the case alone, so the tables of all chunks fit together.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.agents.belligerent import REFUSE
from ceasefire.agents.council import NOT_YET
from ceasefire.experiments.design.parameter_sets import place_of
from ceasefire.model.case.case import Case
from ceasefire.model.engines.ensemble import Chunk
from ceasefire.model.world.outcome import END_STATES

Array = np.ndarray[Any, Any]

SCHEMA_VERSION = 2
"""Raised whenever a column is added, renamed or given another meaning."""

KEY = ("point", "parameter_set", "seed")
KEYS = {
    "runs": KEY,
    "rounds": (*KEY, "round"),
    "truces": (*KEY, "truce"),
    "weeks": (*KEY, "week"),
}
"""Columns that together name one row of each table."""

ANSWERS = ("refused", "signed to resume", "accepted")
CAUSES = ("in force", "lapsed", "broken", "ended the war", "cut off")
"""How a truce ended, by ``Truce.cause``; "cut off" is the end of the run."""

TERMS = ("surplus", "precondition", "office", "pressure", "judgement")
"""Terms of a side's balance, in utility: they add up to it, unless an absolute precondition rules
the text out."""

VOTES = ("not yet", "veto", "abstention", "yes", "no patron votes")
BOTH, NONE = "both", "none"


class Tables:
    """Makes the tables of one case.

    Args:
        case: The case that was run.
        point: Number of the point of the design, 0 outside of one.
        parameter_sets: Numbers of the sets of parameters that runs have in turn, by their seeds;
            0 is the case's own.
    """

    def __init__(
        self, case: Case, point: int = 0, parameter_sets: Sequence[int] | Array = (0,)
    ) -> None:
        self.case = case
        self.point = point
        self.parameter_sets = np.asarray(parameter_sets, dtype=np.int64)
        self.sides = case.names["belligerents"]

    @cached_property
    def _words(self) -> tuple[pd.CategoricalDtype, Array]:
        """The distinct words of all texts, and the place of each text's among them."""
        texts = [self.case.describe_text(i) for i in range(len(self.case.grid.texts))]
        # Two texts may read alike.
        words = pd.CategoricalDtype(list(dict.fromkeys(texts)))
        place = {text: i for i, text in enumerate(words.categories)}
        return words, np.array([place[text] for text in texts], dtype=np.int64)

    def make(self, chunk: Chunk) -> dict[str, pd.DataFrame]:
        """Return the tables of a chunk: runs, and of rounds, truces and weeks what it kept."""
        tables = {"runs": self.runs(chunk)}
        if "rounds" in chunk.records:
            tables |= {"rounds": self.rounds(chunk), "truces": self.truces(chunk)}
        if chunk.weekly is not None:
            tables["weeks"] = self.weeks(chunk)
        return tables

    def runs(self, chunk: Chunk) -> pd.DataFrame:
        """Return one row for each run: how it ended and what it cost."""
        records = chunk.records
        war, talks = records["war"], records["talks"]
        columns = self._key(chunk.seeds) | {
            "end_state": named(war["outcome"], END_STATES),
            "ended_week": war["ended_week"],
            "rounds": talks["rounds"],
            "truces": talks["truces"],
            "first_truce_week": chunk.first_truce_week,
            "weeks_under_truce": chunk.weeks_under_truce,
            "resolutions": war["resolutions"],
            "attacks": records["fronts"]["attacks_so_far"].sum(axis=1),
            "parties_left": self._parties_left(records["parties"]),
        }
        for s, side in enumerate(self.sides):
            own = records["belligerents"][:, s]
            columns[f"deaths_{side}"] = own["toll"]
            columns[f"seats_{side}"] = own["seats"]
            columns[f"government_fell_{side}"] = own["fallen"]
            columns |= self._captives(records["captives"], s, side)
        for p, patron in enumerate(self.case.names["patrons"]):
            own = records["patrons"][:, p]
            columns[f"stance_{patron}"] = own["stance"]
            columns[f"pressing_{patron}"] = own["pressing"]
            columns[f"consequences_{patron}"] = own["consequences"]
        for t, tie in enumerate(self.case.names["patronages"]):
            own = records["patronages"][:, t]
            columns[f"arms_withheld_{tie}"] = own["withheld_now"]
            columns[f"lines_crossed_{tie}"] = own["lines_crossed"]
            columns[f"believed_resolve_{tie}"] = own["believed_resolve"]
        for r, resolution in enumerate(self.case.names["resolutions"]):
            own = records["resolutions"][:, r]
            vote = own["vote"] - NOT_YET
            vote = np.where((own["patron"] < 0) & (vote > 0), len(VOTES) - 1, vote)
            columns[f"vote_{resolution}"] = named(vote, VOTES)
            columns[f"adopted_{resolution}"] = own["adopted"]
        for f, front in enumerate(self.case.names["fronts"]):
            columns[f"attacks_{front}"] = records["fronts"][:, f]["attacks_so_far"]
        return frame(columns)

    def rounds(self, chunk: Chunk) -> pd.DataFrame:
        """Return one row for each round: the last text tabled, both answers and their terms.

        Args:
            chunk: A chunk that kept its rounds.
        """
        log, run, number = filled(chunk.records["rounds"], chunk.records["talks"]["rounds"])
        over = log["ended"] >= 0.0
        refused = log["answer_first"] == REFUSE, log["answer_second"] == REFUSE
        columns = self._key(chunk.seeds[run]) | {
            "round": number,
            "started": log["started"],
            "ended": np.where(over, log["ended"], np.nan),
            "weeks": np.where(over, log["ended"] - log["started"], np.nan),
            "mediator": named(log["mediator"], self.case.names["mediators"]),
            "tabled": log["tabled"],
            "text": log["text"],
            "text_words": self._text_words(log["text"]),
            "author": named(log["author"] + 1, ("mediators", *self.sides)),
            "public": log["public"],
            "signed": log["signed"],
            "failed": over & ~log["signed"],
            "refused_by": named(who(*refused), (*self.sides, BOTH, NONE)),
        }
        for side, place in zip(self.sides, ("first", "second"), strict=True):
            columns[f"answer_{side}"] = named(log[f"answer_{place}"], ANSWERS)
            columns[f"says_yes_{side}"] = log[f"spoken_{place}"]
            for term in ("balance", *TERMS, "belief"):
                columns[f"{term}_{side}"] = log[f"{term}_{place}"]
        return frame(columns)

    def truces(self, chunk: Chunk) -> pd.DataFrame:
        """Return one row for each truce: length, exchange, and how it ended.

        Args:
            chunk: A chunk that kept its rounds.
        """
        log, run, number = filled(chunk.records["truces"], chunk.records["talks"]["truces"])
        columns = self._key(chunk.seeds[run]) | {
            "truce": number,
            "started": log["started"],
            "days": 7.0 * log["weeks"],
            "text": log["text"],
            "text_words": self._text_words(log["text"]),
            "phase": log["phase"],
            "released": log["released"],
            "prisoners": log["prisoners"],
            "cause": named(log["cause"], CAUSES),
            "resumed_by": named(log["resumed_by"] + 1, (NONE, *self.sides, BOTH)),
        }
        return frame(columns)

    def weeks(self, chunk: Chunk) -> pd.DataFrame:
        """Return one row for each week of each run until it ends: the state at the week's end.

        Args:
            chunk: A chunk that kept its weekly series.
        """
        series = chunk.weekly or []
        number = np.stack([records["war"]["week"] for records in series], axis=1)
        # A run that has ended repeats its last state.
        fresh = np.diff(number, axis=1, prepend=0.0) > 0.0
        run, at = np.nonzero(fresh)

        def column(collection: str, field: str, i: int | None = None) -> Array:
            parts = [records[collection][field] for records in series]
            return np.stack([p if i is None else p[:, i] for p in parts], axis=1)[run, at]

        columns = self._key(chunk.seeds[run]) | {
            "week": number[run, at],
            "fighting": column("war", "fighting"),
            "round_open": column("talks", "open"),
            "phase": column("talks", "phase"),
            "regional_risk": column("war", "regional_risk"),
            "world_opinion": column("war", "world_opinion"),
        }
        for s, side in enumerate(self.sides):
            columns[f"deaths_{side}"] = column("belligerents", "toll", s)
            for field in SIDE_SERIES:
                columns[f"{field}_{side}"] = column("belligerents", field, s)
        for g, group in enumerate(self.case.names["captives"]):
            for field in ("living", "released", "rescued", "died"):
                columns[f"{field}_{group}"] = column("captives", field, g)
        for p, party in enumerate(self.case.names["parties"]):
            columns[f"member_{party}"] = column("parties", "member", p)
            columns[f"threatening_{party}"] = column("parties", "threatening", p)
        for p, patron in enumerate(self.case.names["patrons"]):
            columns[f"stance_{patron}"] = column("patrons", "stance", p)
            columns[f"pressing_{patron}"] = column("patrons", "pressing", p)
        for t, tie in enumerate(self.case.names["patronages"]):
            columns[f"arms_withheld_{tie}"] = column("patronages", "withheld_now", t)
            columns[f"believed_resolve_{tie}"] = column("patronages", "believed_resolve", t)
        for f, front in enumerate(self.case.names["fronts"]):
            columns[f"attacks_{front}"] = column("fronts", "attacks", f)
        if series and "acceptance" in series[0]:
            for field, name in zip(ACCEPTED, (*self.sides, BOTH), strict=True):
                columns[f"accepted_by_{name}"] = column("acceptance", field)
        return frame(columns)

    def _key(self, seeds: Array) -> dict[str, Any]:
        return {
            "point": np.full(len(seeds), self.point, dtype=np.int64),
            "parameter_set": self.parameter_sets[place_of(seeds, len(self.parameter_sets))],
            "seed": seeds,
        }

    def _text_words(self, text: Array) -> pd.Categorical:
        words, place_of = self._words
        codes = np.where(text >= 0, place_of[text], -1)
        return pd.Categorical.from_codes(codes, dtype=words)

    def _captives(self, groups: Array, s: int, side: str) -> dict[str, Any]:
        """Count the captives from among the people of one side."""
        ours = groups["origin"] == s

        def count(field: str) -> Array:
            return np.where(ours, groups[field], 0).sum(axis=1)

        return {
            f"captives_returned_{side}": count("released"),
            f"captives_freed_by_force_{side}": count("rescued"),
            f"captives_died_{side}": count("died"),
            f"captives_held_{side}": count("living"),
        }

    def _parties_left(self, parties: Array) -> pd.Series:
        """List the parties that left and did not return, as text with semicolons."""
        names = np.array(self.case.names["parties"], dtype=object)
        patterns, pattern_of = np.unique(parties["left"], axis=0, return_inverse=True)
        lists = np.array([";".join(names[pattern]) for pattern in patterns], dtype=object)
        return pd.Series(lists[pattern_of.ravel()], dtype="str")


ACCEPTED = ("first", "second", "both")
"""Fields of the counts of acceptable texts, if they were kept."""

SIDE_SERIES = (
    "toll_rate",
    "effort_now",
    "capability",
    "hunger",
    "aid_now",
    "arms_stock",
    "squeeze",
    "felt",
    "trust",
    "memory",
    "reputation",
    "blame",
    "opinion",
    "support",
    "protest",
    "families",
    "belief_victory",
    "engagement",
    "seats",
)
"""Fields of a side in the weekly table, beside the deaths so far."""


def named(positions: Array, names: Sequence[str]) -> pd.Categorical:
    """Put names in the place of positions; -1 becomes a missing value."""
    return pd.Categorical.from_codes(positions, dtype=_names(tuple(names)))


@lru_cache
def _names(names: tuple[str, ...]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(list(names))


def who(first: Array, second: Array) -> Array:
    """Return 0 where the first side alone did something, 1 the second, 2 both, 3 neither."""
    return np.select([first & second, first, second], [2, 0, 1], default=3)


def filled(log: Array, count: Array) -> tuple[Array, Array, Array]:
    """Return the filled places of a log, the row of each, and its number from 1."""
    run, place = np.nonzero(np.arange(log.shape[1]) < count[:, np.newaxis])
    return log[run, place], run, place + 1


def frame(columns: dict[str, Any]) -> pd.DataFrame:
    """Make a table; arrays are copied, so that a chunk's records can be freed."""
    kept = {
        name: np.array(column) if isinstance(column, np.ndarray) else column
        for name, column in columns.items()
    }
    return pd.DataFrame(kept, copy=False)


def joined(parts: Iterable[dict[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """Put the tables of all chunks below each other."""
    by_name: dict[str, list[pd.DataFrame]] = {}
    for part in parts:
        for name, table in part.items():
            by_name.setdefault(name, []).append(table)
    # The copy gathers the columns in one piece, so that users can add theirs without a warning.
    return {name: pd.concat(found, ignore_index=True).copy() for name, found in by_name.items()}
