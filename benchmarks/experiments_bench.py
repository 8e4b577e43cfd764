"""How fast experiments are: the second half of ``make bench``.

Prints a table with targets and writes it to ``benchmarks/experiments.md``.
"""

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
from processes import ROOT, MeasurementError, run_python
from report import Row, in_markdown, machine_facts, measured, on_screen
from rich.console import Console
from ten_million import measure

HERE = Path(__file__).resolve().parent
COMMAND = ("-m", "ceasefire")
CORES = os.cpu_count() or 1
GROUP = "Experiments"

IMPORTS = "import mesa, numba, pandas, pyarrow.parquet, duckdb, matplotlib.figure"
"""What the command needs of others when there is nothing to run."""

RESULTS = HERE / "experiments.md"

TITLE = "How fast experiments are"

console = Console(highlight=False)

Say = Callable[[str], None]


def flagship(cache: Path, runs: int, repetitions: int, say: Say) -> list[Row]:
    """Run the flagship with the command, and again with nothing to do; a part of it by Mesa."""
    say(f"the flagship: 121 points of {runs:,} runs ...")
    with tempfile.TemporaryDirectory(prefix="ceasefire-bench-") as folder:
        words = [*COMMAND, "sweep", "arms-and-tolerance", "--runs", str(runs)]
        words += ["--out", str(Path(folder) / "out"), "--json"]
        whole = run_python(words, cache)
        state = json.loads(whole.said)
        if state["runs"] != 121 * runs:
            raise MeasurementError(f"{state['runs']} of {121 * runs} runs were kept.")
        beyond = []
        for _ in range(repetitions):
            again = run_python(words, cache)
            bare = run_python(["-c", IMPORTS], cache)
            beyond.append(again.seconds - bare.seconds)
    say(f"{whole.seconds:.0f} s, at most {whole.peak / 2**20:,.0f} MiB; a thousandth by Mesa ...")
    by_mesa = min(_by_mesa(cache, processes) for processes in {1, max(2, CORES)})
    total = 121 * runs
    said = f"flagship, 121 points of {runs:,} runs"
    ratio = by_mesa * total / whole.seconds
    return [
        measured(GROUP, f"{said}, whole command", [whole.seconds], "s", digits=1,
                 at_most=60 if runs == 1000 else None),
        measured(GROUP, f"{said}: peak", [whole.peak / 2**30], "GiB", digits=2, at_most=1),
        measured(GROUP, "the same by mesa.batch_run, extrapolated", [by_mesa * total], "s"),
        Row(GROUP, "the second to the first", f"{ratio:,.0f} times"),
        measured(GROUP, "a resume with nothing to do, beyond the imports", beyond, "s", digits=2,
                 at_most=3),
    ]  # fmt: skip


def _by_mesa(cache: Path, processes: int) -> float:
    """Return seconds for each run of the flagship through ``mesa.batch_run``."""
    words = [str(HERE / "flagship_by_mesa.py"), "--processes", str(processes)]
    figures = json.loads(run_python(words, cache).said)
    return float(figures["seconds"]) / float(figures["runs"])


def runner(cache: Path, repetitions: int, runs: int, say: Say) -> list[Row]:
    """Hold the runner against the bare ensemble, turn by turn."""
    say("the runner beside the bare ensemble, in turn ...")
    words = [str(HERE / "runner.py"), "--turns", str(repetitions), "--runs", str(runs)]
    turns = json.loads(run_python(words, cache, shown=True).said)["turns"]
    more = [100.0 * (turn["runner"] / turn["bare"] - 1.0) for turn in turns]
    return [measured(GROUP, "what the runner adds to the bare ensemble", more, "%", at_most=15)]


def cluster(cache: Path, repetitions: int, say: Say) -> list[Row]:
    """Hold two Dask workers against one."""
    say("two Dask workers against one, in turn ...")
    words = [str(HERE / "cluster.py"), "--turns", str(repetitions)]
    turns = json.loads(run_python(words, cache, shown=True).said)["turns_in_seconds"]
    ratios = [turn["dask_one_worker"] / turn["dask_two_workers"] for turn in turns]
    here = median(turn["dask_two_workers"] / turn["local_two_threads"] for turn in turns)
    return [
        measured(GROUP, "two Dask workers to one", ratios, "times", digits=2, at_least=1.4),
        Row(GROUP, "the time of two Dask workers to that of threads here", f"{here:.2f} times"),
    ]


def comparison(cache: Path, rows: int, say: Say) -> list[Row]:
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


def say(words: str) -> None:
    """Say what is being measured."""
    console.print(f"  {words}", soft_wrap=True)


def main(
    quick: Annotated[
        bool, typer.Option("--quick", help="Fewer runs: rougher figures in less time.")
    ] = False,
) -> None:
    """Measure how fast experiments are, print a table, and write it."""
    repetitions = 2 if quick else 5
    try:
        with tempfile.TemporaryDirectory(prefix="ceasefire-bench-") as folder:
            cache = Path(folder)
            say("compiling into an empty cache (up to a minute or two) ...")
            run_python([*COMMAND, "ensemble", "gaza-2023", "--runs", "1"], cache)
            rows = [
                *flagship(cache, 100 if quick else 1000, repetitions, say),
                *runner(cache, repetitions, 5_000 if quick else 20_000, say),
                *cluster(cache, repetitions, say),
                *comparison(cache, 1_000_000 if quick else 10_000_000, say),
            ]
    except MeasurementError as failed:
        console.print(str(failed), markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    text = in_markdown(rows, machine_facts(ROOT), NOTES, TITLE)
    RESULTS.write_text(text, encoding="utf-8")
    console.width = max(console.width, 110)
    console.print(on_screen(rows, TITLE))


if __name__ == "__main__":
    typer.run(main)
