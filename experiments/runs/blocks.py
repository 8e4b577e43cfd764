"""Blocks of runs, and digests of the content of their tables."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Block:
    """Runs of one point that follow each other.

    Attributes:
        point: Number of the point.
        first: Seed of the first run.
        runs: How many.
    """

    point: int
    first: int
    runs: int

    def as_list(self) -> list[int]:
        """Return its three numbers."""
        return [self.point, self.first, self.runs]


def digest_of(tables: Mapping[str, pd.DataFrame]) -> str:
    """Return a digest of the content of tables, whatever the order of their rows.

    The digests of rows are added up, so that parts can be digested one by one and in any order:
    the digest of all is the sum of theirs (``add_digests``), and a row that is there twice counts
    twice.
    """
    found = []
    for name in sorted(tables):
        table = tables[name]
        if not len(table):
            continue
        # The names of the table and of its columns are part of every row.
        names = json.dumps([name, list(table.columns)]).encode()
        named = int.from_bytes(hashlib.blake2b(names, digest_size=8).digest(), "big")
        halves = []
        for key in ("content digest 1", "content digest 2"):
            hashes = pd.util.hash_pandas_object(table, index=False, hash_key=key)
            rows = hashes.to_numpy(dtype=np.uint64) ^ np.uint64(named)
            halves.append(int(rows.sum(dtype=np.uint64)))
        found.append(f"{halves[0]:016x}{halves[1]:016x}")
    return add_digests(found)


def add_digests(digests: Iterable[str]) -> str:
    """Return the digest of several tables' content together; each half is added by itself."""
    halves = [0, 0]
    for digest in digests:
        halves = [
            (halves[0] + int(digest[:16], 16)) % 2**64,
            (halves[1] + int(digest[16:], 16)) % 2**64,
        ]
    return f"{halves[0]:016x}{halves[1]:016x}"
