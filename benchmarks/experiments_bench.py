"""How fast experiments are: the second half of ``make bench``.

Prints a table with targets and writes it to ``benchmarks/experiments.md``.
"""

import json
import os
import tempfile
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
from processes import COMMAND, MeasurementError, figures_of, run_python
from report import Figure, console, measured, publish, say
from ten_million import measure

CORES = os.cpu_count() or 1
GROUP = "Experiments"

IMPORTS = "import mesa, numba, pandas, pyarrow.parquet, duckdb, matplotlib.figure"
"""What the command needs of others when there is nothing to run."""


def flagship(cache: Path, runs: int, repetitions: int) -> list[Figure]:
    """Run the flagship with the command, and again with nothing to do; a part of it by Mesa."""
    say(f"the flagship: 121 points of {runs:,} runs ...")
    total = 121 * runs
    with tempfile.TemporaryDirectory(prefix="ceasefire-bench-") as folder:
        words = [*COMMAND, "sweep", "arms-and-tolerance", "--runs", str(runs)]
        words += ["--out", str(Path(folder) / "out"), "--json"]
        whole = run_python(words, cache)
        state = json.loads(whole.said)
        if state["runs"] != total:
            raise MeasurementError(f"{state['runs']} of {total} runs were kept.")
        beyond = [
            run_python(words, cache).seconds - run_python(["-c", IMPORTS], cache).seconds
            for _ in range(repetitions)
        ]
    say(f"{whole.seconds:.0f} s, at most {whole.peak / 2**20:,.0f} MiB; a thousandth by Mesa ...")
    by_mesa = [
        figures_of("flagship_by_mesa.py", "--processes", processes, cache=cache)
        for processes in {1, max(2, CORES)}
    ]
    extrapolated = total * min(part["seconds"] / part["runs"] for part in by_mesa)
    what = f"flagship, 121 points of {runs:,} runs"
    ratio = extrapolated / whole.seconds
    return [
        measured(GROUP, f"{what}, whole command", [whole.seconds], "s", digits=1,
                 at_most=60 if runs == 1000 else None),
        measured(GROUP, f"{what}: peak", [whole.peak / 2**30], "GiB", digits=2, at_most=1),
        measured(GROUP, "the same by mesa.batch_run, extrapolated", [extrapolated], "s"),
        measured(GROUP, "the second to the first", [ratio], "times"),
        measured(GROUP, "a resume with nothing to do, beyond the imports", beyond, "s", digits=2,
                 at_most=3),
    ]  # fmt: skip


def runner(cache: Path, turns: int, runs: int) -> list[Figure]:
    """Hold the runner against the bare ensemble, turn by turn."""
    say("the runner beside the bare ensemble, in turn ...")
    found = figures_of("runner.py", "--turns", turns, "--runs", runs, cache=cache)["turns"]
    more = [100.0 * (turn["runner"] / turn["bare"] - 1.0) for turn in found]
    return [measured(GROUP, "what the runner adds to the bare ensemble", more, "%", at_most=15)]


def cluster(cache: Path, turns: int) -> list[Figure]:
    """Hold two Dask workers against one, and against two threads here."""
    say("two Dask workers against one, in turn ...")
    found = figures_of("cluster.py", "--turns", turns, cache=cache)["turns"]
    ratios = [turn["dask_one_worker"] / turn["dask_two_workers"] for turn in found]
    here = median(turn["dask_two_workers"] / turn["local_two_threads"] for turn in found)
    what = "the time of two Dask workers to that of threads here"
    return [
        measured(GROUP, "two Dask workers to one", ratios, "times", digits=2, at_least=1.4),
        measured(GROUP, what, [here], "times", digits=2),
    ]


def comparison(cache: Path, rows: int) -> list[Figure]:
    """Compare two points of very many runs."""
    say(f"a comparison of {rows:,} runs ...")
    child = measure(rows, cache)
    what = f"`compare` on {rows:,} runs"
    return [
        measured(GROUP, what, [child.seconds], "s", digits=1, at_most=30),
        measured(GROUP, f"{what}: peak", [child.peak / 2**30], "GiB", digits=2, at_most=2),
    ]


NOTES = (
    "The whole command counts, imports and picture included; code was compiled beforehand. What "
    "`mesa.batch_run` would take is extrapolated from a thousandth of the flagship, one run of "
    "each point, by the faster of one process and several.",
    "The runner is held against the bare ensemble on one point of the flagship, turn by turn; who "
    "goes first changes. Dask's scheduler and workers are processes of their own, over TCP.",
    "The comparison is of two points of five million paired runs each, in a fresh process. They "
    "are a small sweep's runs repeated with other seeds.",
)


def main(
    quick: Annotated[
        bool, typer.Option("--quick", help="Fewer runs: rougher figures in less time.")
    ] = False,
) -> None:
    """Measure how fast experiments are, print a table, and write it."""
    turns = 2 if quick else 5
    try:
        with tempfile.TemporaryDirectory(prefix="ceasefire-bench-") as folder:
            cache = Path(folder)
            say("compiling into an empty cache (up to a minute or two) ...")
            run_python([*COMMAND, "ensemble", "gaza-2023", "--runs", "1"], cache)
            rows = [
                *flagship(cache, 100 if quick else 1000, turns),
                *runner(cache, turns, 5_000 if quick else 20_000),
                *cluster(cache, turns),
                *comparison(cache, 1_000_000 if quick else 10_000_000),
            ]
    except MeasurementError as failed:
        console.print(str(failed), markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    publish("experiments.md", "How fast experiments are", "make bench", rows, NOTES)


if __name__ == "__main__":
    typer.run(main)
