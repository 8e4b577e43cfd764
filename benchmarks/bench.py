"""How fast the model is on this machine: ``make bench``.

Everything runs in fresh processes with an own, at first empty folder for compiled code. Prints a
table with targets and writes it to ``benchmarks/results.md``.
"""

import json
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from processes import ROOT, Finished, MeasurementError, run_python
from report import Row, in_markdown, machine_facts, measured, on_screen
from rich.console import Console

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results.md"
CASE = "gaza-2023"
COMMAND = ("-m", "ceasefire")

SPEED, RATIO, START, MEMORY = "Runs per second", "Ratios, turn by turn", "Start", "Memory"

NARROWEST = 110
"""Columns that the table needs; narrower terminals fold its lines."""

console = Console(highlight=False)


def say(words: str) -> None:
    """Say what is being measured."""
    console.print(f"  {words}", soft_wrap=True)


def compile_cold(cache: Path) -> list[Row]:
    """Compile into an empty folder, which later steps find filled."""
    say("compiling into an empty cache (up to a minute or two) ...")
    one_run = [*COMMAND, "ensemble", CASE, "--runs", "1"]
    cold = run_python(one_run, cache)
    warm = run_python(one_run, cache)
    compiling = cold.seconds - warm.seconds
    announced = "Compiling" in cold.warned
    figures = json.loads(run_python([str(HERE / "cold.py")], cache).said)
    versions = int(figures["versions"])
    say(f"{compiling:.0f} s, and {figures['search']:.0f} s for the Mesa engine's search")
    return [
        measured(START, "compiling the ensemble", [compiling], "s", digits=1, at_most=60),
        Row(START, "said on screen beforehand", "yes" if announced else "no", "", "yes", announced),
        Row(
            START,
            f"compiled versions of the entry point after {figures['cases']} cases",
            str(versions),
            target="1",
            met=versions == 1,
        ),
        measured(START, "compiling the Mesa engine's search", [figures["search"]], "s", digits=1),
    ]


def start_warm(cache: Path, repetitions: int) -> list[Row]:
    """Time whole processes that find everything compiled, each beside its counterpart."""
    say("a thousand runs from the cache, beside the bare imports; and the help ...")
    thousand = [*COMMAND, "ensemble", CASE, "--runs", "1000"]
    whole, bare, helps = [], [], []
    for _ in range(repetitions):
        whole.append(run_python(thousand, cache).seconds)
        bare.append(run_python(["-c", "import mesa, numba"], cache).seconds)
        helps.append(run_python([*COMMAND, "--help"], cache).seconds)
    beyond = [one - other for one, other in zip(whole, bare, strict=True)]
    return [
        measured(START, "`ceasefire ensemble --runs 1000`, whole process", whole, "s", digits=2),
        measured(START, "a process that imports mesa and numba only", bare, "s", digits=2),
        measured(START, "the first beyond the second", beyond, "s", digits=2, at_most=3),
        measured(START, "`ceasefire --help`, whole process", helps, "s", digits=2, at_most=0.5),
    ]


def stream(cache: Path, runs: int) -> list[Row]:
    """Let the command write the tables of very many runs, and see how much memory it holds."""
    say(f"{runs:,} runs, streamed to Parquet ...")
    with tempfile.TemporaryDirectory(prefix="ceasefire-bench-") as folder:
        out = Path(folder) / "runs"
        words = [*COMMAND, "ensemble", CASE, "--runs", str(runs), "--out", str(out), "--json"]
        child = run_python(words, cache)
        manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        size = sum(path.stat().st_size for path in out.iterdir())
    if manifest["runs"] != runs:
        raise MeasurementError(f"{manifest['runs']} of {runs} runs were kept.")
    what = f"{runs:,} runs streamed to Parquet"
    say(f"{child.seconds:.0f} s, at most {child.peak / 2**20:,.0f} MiB")
    return [
        measured(MEMORY, f"{what}: peak", [child.peak / 2**30], "GiB", digits=2, at_most=2),
        measured(MEMORY, f"{what}: rate of the whole command", [runs / child.seconds], "runs/s"),
        measured(MEMORY, f"{what}: size on disk", [size / 1e6], "MB"),
    ]


def contest(cache: Path, repetitions: int, mesa_runs: int, compiled_runs: int) -> dict[str, Any]:
    """Run every engine in turn in a process of its own."""
    say("every way to run the default case, in turn ...")
    words = [str(HERE / "contest.py"), "--repetitions", str(repetitions)]
    words += ["--mesa-runs", str(mesa_runs), "--compiled-runs", str(compiled_runs)]
    child: Finished = run_python(words, cache, shown=True)
    figures: dict[str, Any] = json.loads(child.said)
    return figures


def speed_rows(figures: dict[str, Any]) -> list[Row]:
    """Lay out the contest: runs per second, and ratios within each turn."""
    cores, processes, turns = figures["cores"], figures["processes"], figures["turns"]
    weeks, horizon = figures["worlds"]["weeks"], figures["horizon"]

    def rates(name: str) -> list[float]:
        return [turn[name] for turn in turns]

    def ratios(name: str, *others: str) -> list[float]:
        return [turn[name] / max(turn[other] for other in others) for turn in turns]

    all_cores = f"on {cores} cores" if cores > 1 else "on 1 core"
    batches = ("batch_one", "batch_all", "batch_all_started")
    full = [1000.0 * horizon / (weeks * rate) for rate in rates("loop")]
    pool = f"mesa.batch_run, {processes} processes"
    return [
        measured(
            SPEED,
            f"ensemble {all_cores}, rounds kept",
            rates("ensemble_all"),
            "runs/s",
            at_least=1500 * cores,
        ),
        measured(SPEED, "ensemble on 1 core, rounds kept", rates("ensemble_one"), "runs/s"),
        measured(
            SPEED,
            f"ensemble {all_cores}, every failed round certified",
            rates("certified_all"),
            "runs/s",
            at_least=50 * cores,
        ),
        measured(SPEED, "certificates in it", rates("certificates_all"), "1/s"),
        measured(SPEED, "mesa.batch_run, 1 process", rates("batch_one"), "runs/s", digits=1),
        measured(SPEED, f"{pool}, the whole call", rates("batch_all"), "runs/s", digits=1),
        measured(SPEED, f"{pool}, once started", rates("batch_all_started"), "runs/s", digits=1),
        measured(SPEED, "plain loop over the Mesa model", rates("loop"), "runs/s", digits=1),
        measured(
            SPEED,
            "the same without the compiled search",
            [figures["loop_plain_search"]],
            "runs/s",
            digits=1,
        ),
        measured(
            SPEED, f"{horizon:.0f} weeks of the Mesa model", full, "ms", digits=1, at_most=100
        ),
        measured(
            RATIO,
            f"ensemble to the best batch_run, {all_cores}",
            ratios("ensemble_all", *batches),
            "times",
            at_least=100,
        ),
        measured(
            RATIO,
            "ensemble to batch_run, 1 core",
            ratios("ensemble_one", "batch_one"),
            "times",
        ),
        measured(
            RATIO, "ensemble to the plain loop, 1 core", ratios("ensemble_one", "loop"), "times"
        ),
        measured(
            RATIO,
            f"ensemble {all_cores} to the same with every failed round certified",
            ratios("ensemble_all", "certified_all"),
            "times",
        ),
        measured(
            RATIO,
            f"ensemble {all_cores} to 1 core",
            ratios("ensemble_all", "ensemble_one"),
            "times",
            digits=2,
        ),
    ]


def notes(figures: dict[str, Any], mesa_runs: int, compiled_runs: int) -> list[str]:
    """Say how the figures came about."""
    worlds, cores, processes = figures["worlds"], figures["cores"], figures["processes"]
    return [
        f"The case is {CASE}: {figures['texts']:,} texts, a horizon of {figures['horizon']:.0f} "
        f"weeks. Its runs last {worlds['weeks']:.1f} weeks on average, as some end before; "
        f"{100 * worlds['cut_off']:.0f} % are cut off at the horizon, and a run holds "
        f"{worlds['rounds']:.1f} rounds of talks.",
        f"All contenders start at seed 0: {mesa_runs} runs on one core and "
        f"{mesa_runs * processes} in {processes} processes for Mesa, {compiled_runs:,} runs on "
        f"one core and {compiled_runs * cores:,} on all for the ensemble, of which "
        f"{figures['certified']:,} with every failed round certified. Both engines were first "
        "seen to end these runs alike.",
        f"They ran in turn, {len(figures['turns'])} times over; a ratio is taken within a turn. "
        "The best batch_run is the fastest of three: one process, all processes, and all "
        "processes without the time that starting them takes. Targets are held against medians.",
        "The Mesa model has its case loaded beforehand and the compiled search of the grid warm, "
        "except where it says without. Its weeks in milliseconds are those of full horizons.",
        "The compiled code lay in a folder of its own that was empty at first. Compiling is what "
        "`ceasefire ensemble --runs 1` takes then, less what it takes the next time.",
    ]


def bench(cache: Path, quick: bool, repetitions: int) -> tuple[list[Row], list[str]]:
    """Measure everything and return the rows and the notes."""
    mesa_runs, compiled_runs = (20, 2000) if quick else (60, 10_000)
    started = compile_cold(cache)
    started += start_warm(cache, repetitions)
    figures = contest(cache, repetitions, mesa_runs, compiled_runs)
    memory = stream(cache, 100_000 if quick else 1_000_000)
    rows = [*speed_rows(figures), *started, *memory]
    return rows, notes(figures, mesa_runs, compiled_runs)


def main(
    quick: Annotated[
        bool, typer.Option("--quick", help="Fewer runs: rougher figures in less time.")
    ] = False,
    repetitions: Annotated[
        int | None,
        typer.Option(min=1, help="Turns, 5 by default, 2 with --quick.", show_default=False),
    ] = None,
) -> None:
    """Measure how fast the model is, print a table, and write benchmarks/results.md."""
    began = time.perf_counter()
    try:
        with tempfile.TemporaryDirectory(prefix="ceasefire-bench-") as cache:
            rows, said = bench(Path(cache), quick, repetitions or (2 if quick else 5))
    except MeasurementError as failed:
        console.print(str(failed), markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    took = time.perf_counter() - began
    kind = " --quick" if quick else ""
    said.append(f"`benchmarks/bench.py{kind}` took {took / 60:.1f} minutes.")
    RESULTS.write_text(in_markdown(rows, machine_facts(ROOT), said), encoding="utf-8")
    console.print()
    console.width = max(console.width, NARROWEST)
    console.print(on_screen(rows))
    missed = sum(row.met is False for row in rows)
    console.print(f"{missed} targets missed." if missed else "All targets met.")
    console.print(f"Written to {RESULTS.relative_to(ROOT)} after {took / 60:.1f} minutes.")


if __name__ == "__main__":
    typer.run(main)
