"""How fast experiments are: rows for the page that ``bench.py`` writes."""

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from processes import MeasurementError, run_python
from report import Row, measured
from ten_million import measure

HERE = Path(__file__).resolve().parent
COMMAND = ("-m", "experiments")
CORES = os.cpu_count() or 1
GROUP = "Experiments"

IMPORTS = "import mesa, numba, pandas, pyarrow.parquet, duckdb, matplotlib.figure"
"""What the command needs of others when there is nothing to run."""

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


def experiments(cache: Path, quick: bool, repetitions: int, say: Say) -> list[Row]:
    """Measure everything about experiments."""
    return [
        *flagship(cache, 100 if quick else 1000, repetitions, say),
        *runner(cache, repetitions, 5_000 if quick else 20_000, say),
        *cluster(cache, repetitions, say),
        *comparison(cache, 1_000_000 if quick else 10_000_000, say),
    ]
