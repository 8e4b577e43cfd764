"""How long a comparison of ten million runs takes, and how much memory it holds.

By hand: ``python benchmarks/ten_million.py``. Writes results of ten million runs to a temporary
folder (about 1 GB, a minute or two), compares their two points in a fresh process, prints time and
peak memory, and removes the folder. Targets: 30 s and 2 GiB on two cores.

The runs are a small sweep's, repeated with other seeds, each still with the parameter set that its
seed has: as many rows, groups and files as a real sweep, at a thousandth of the work. What is in
the parts is not digested, so ``ceasefire`` would not take them for results to go on with.
"""

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from processes import Finished, run_python

ROWS = 10_000_000

OWN_RUNS = 5_000
"""Runs of each of the two points that are really run; a multiple of the number of sets."""

COMPARE = """
import sys
from ceasefire.experiments.comparison.compare import compare
folder, out = sys.argv[1:]
found = compare(f"{folder}:arms_withheld=0", f"{folder}:arms_withheld=1")
assert found.arms["runs"].sum() == int(out), found.arms
print(found.verdicts[0])
"""


def write_folder(folder: Path, rows: int) -> None:
    """Write a folder of results with two points and so many runs in all.

    Only here is anything large imported: a process that is large makes its children look so.

    Args:
        folder: Where to; a new folder.
        rows: Runs in all, a multiple of ``2 * OWN_RUNS``.

    Raises:
        ValueError: If it is no such number.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from ceasefire.experiments.design.design import design_of
    from ceasefire.experiments.runs.blocks import Block
    from ceasefire.experiments.runs.sweep import sweep
    from ceasefire.experiments.runs.writing import begun, note_state, save_part

    if rows < 1 or rows % (2 * OWN_RUNS):
        raise ValueError(f"rows: found {rows}; allowed: a multiple of {2 * OWN_RUNS}")
    names = ["patronage.usa-israel.withheld"]
    withheld = {"name": "arms_withheld", "names": names, "values": [0.0, 1.0], "from": 8}
    table = {"name": "ten-million", "title": "Ten million runs", "runs": OWN_RUNS}
    design = design_of({**table, "dimension": [withheld]})
    assert OWN_RUNS % len(design.draw.sets) == 0
    with tempfile.TemporaryDirectory() as small:
        source = sweep(design, small)
        paths = sorted(source.files["runs"])
        runs = pa.concat_tables([pq.read_table(path) for path in paths]).sort_by("seed")
    own = [runs.filter(pc.equal(runs["point"], point)) for point in (0, 1)]
    place = runs.column_names.index("seed")
    with begun(design, folder) as results:
        for repeat in range(rows // (2 * OWN_RUNS)):
            for point, table in enumerate(own):
                seeds = pc.add(table["seed"], repeat * OWN_RUNS)
                moved = table.set_column(place, "seed", seeds)
                block = Block(point, repeat * OWN_RUNS, OWN_RUNS)
                save_part(results, [block], {"runs": moved}, "0" * 32, 0.0)
        note_state(results, complete=True, runs=rows)


def measure(rows: int = ROWS, cache: Path | None = None) -> Finished:
    """Write a folder, compare its two points in a fresh process, and remove it.

    Args:
        rows: Runs in all.
        cache: Folder of compiled code; a new one by default.
    """
    with tempfile.TemporaryDirectory() as place:
        folder, cache = Path(place) / "results", cache or Path(place) / "cache"
        # In processes of their own: a process that was large makes its children look so.
        run_python([__file__, "--write", str(folder), "--rows", str(rows)], cache)
        return run_python(["-c", COMPARE, str(folder), str(rows)], cache)


def main(
    rows: Annotated[int, typer.Option(help="Runs in all.")] = ROWS,
    write: Annotated[
        Path | None, typer.Option(help="Write the results here, and measure nothing.")
    ] = None,
) -> None:
    """Measure a comparison of very many runs."""
    if write is not None:
        write_folder(write, rows)
        return
    found = measure(rows)
    print(found.said.strip())
    print(f"{rows:,} runs compared in {found.seconds:.1f} s with {found.peak / 2**30:.2f} GiB.")


if __name__ == "__main__":
    typer.run(main)
