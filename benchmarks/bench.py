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
from processes import COMMAND, MeasurementError, figures_of, run_python
from report import Figure, console, measured, publish, say

CASE = "gaza-2023"
SPEED, RATIO, START, MEMORY = "Runs per second", "Ratios, turn by turn", "Start", "Memory"


def compile_cold(cache: Path) -> list[Figure]:
    """Compile into an empty folder, which later steps find filled."""
    say("compiling into an empty cache (up to a minute or two) ...")
    one_run = [*COMMAND, "ensemble", CASE, "--runs", "1"]
    cold, warm = run_python(one_run, cache), run_python(one_run, cache)
    compiling = cold.seconds - warm.seconds
    announced = "Compiling" in cold.warned
    figures = figures_of("cold.py", cache=cache)
    versions, search = int(figures["versions"]), figures["search"]
    say(f"{compiling:.0f} s, and {search:.0f} s for the Mesa engine's search")
    what = f"compiled versions of the entry point after {figures['cases']} cases"
    return [
        measured(START, "compiling the ensemble", [compiling], "s", digits=1, at_most=60),
        Figure(
            START, "said on screen beforehand", "yes" if announced else "no", "", "yes", announced
        ),
        Figure(START, what, str(versions), target="1", met=versions == 1),
        measured(START, "compiling the Mesa engine's search", [search], "s", digits=1),
    ]


def start_warm(cache: Path, repetitions: int) -> list[Figure]:
    """Time whole processes that find everything compiled, each beside its counterpart."""
    say("a thousand runs from the cache, beside the bare imports; and the help ...")
    commands = (
        [*COMMAND, "ensemble", CASE, "--runs", "1000"],
        ["-c", "import mesa, numba"],
        [*COMMAND, "--help"],
    )
    turns = [[run_python(words, cache).seconds for words in commands] for _ in range(repetitions)]
    whole, bare, helps = map(list, zip(*turns, strict=True))
    beyond = [long - short for long, short in zip(whole, bare, strict=True)]
    return [
        measured(START, "`ceasefire ensemble --runs 1000`, whole process", whole, "s", digits=2),
        measured(START, "a process that imports mesa and numba only", bare, "s", digits=2),
        measured(START, "the first beyond the second", beyond, "s", digits=2, at_most=3),
        measured(START, "`ceasefire --help`, whole process", helps, "s", digits=2, at_most=0.5),
    ]


def stream(cache: Path, runs: int) -> list[Figure]:
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


def speed_rows(figures: dict[str, Any]) -> list[Figure]:
    """Lay out the contest: runs per second, and ratios within each turn."""
    cores, turns, horizon = figures["cores"], figures["turns"], figures["horizon"]
    alone = [figures["loop_plain_search"]]

    def rate(what: str, name: str, unit: str = "runs/s", **more: Any) -> Figure:
        return measured(SPEED, what, [turn[name] for turn in turns], unit, **more)

    def ratio(what: str, name: str, *others: str, **more: Any) -> Figure:
        values = [turn[name] / max(turn[other] for other in others) for turn in turns]
        return measured(RATIO, what, values, "times", **more)

    everywhere = f"on {cores} cores" if cores > 1 else "on 1 core"
    certified = f"ensemble {everywhere}, every failed round certified"
    batches = ("batch_one", "batch_all", "batch_all_started")
    pool = f"mesa.batch_run, {figures['processes']} processes"
    full = [1000.0 * horizon / (figures["worlds"]["weeks"] * turn["loop"]) for turn in turns]
    weeks = f"{horizon:.0f} weeks of the Mesa model"
    return [
        rate(f"ensemble {everywhere}, rounds kept", "ensemble_all", at_least=1500 * cores),
        rate("ensemble on 1 core, rounds kept", "ensemble_one"),
        rate(certified, "certified_all", at_least=50 * cores),
        rate("certificates in it", "certificates_all", "1/s"),
        rate("mesa.batch_run, 1 process", "batch_one", digits=1),
        rate(f"{pool}, the whole call", "batch_all", digits=1),
        rate(f"{pool}, once started", "batch_all_started", digits=1),
        rate("plain loop over the Mesa model", "loop", digits=1),
        measured(SPEED, "the same without the compiled search", alone, "runs/s", digits=1),
        measured(SPEED, weeks, full, "ms", digits=1, at_most=100),
        ratio(f"ensemble to the best batch_run, {everywhere}", "ensemble_all", *batches,
              at_least=100),
        ratio("ensemble to batch_run, 1 core", "ensemble_one", "batch_one"),
        ratio("ensemble to the plain loop, 1 core", "ensemble_one", "loop"),
        ratio(f"ensemble {everywhere} to the same with every failed round certified",
              "ensemble_all", "certified_all"),
        ratio(f"ensemble {everywhere} to 1 core", "ensemble_all", "ensemble_one", digits=2),
    ]  # fmt: skip


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


def bench(cache: Path, quick: bool, repetitions: int) -> tuple[list[Figure], list[str]]:
    """Measure everything and return the rows and the notes."""
    mesa_runs, compiled_runs = (20, 2000) if quick else (60, 10_000)
    started = compile_cold(cache) + start_warm(cache, repetitions)
    say("every way to run the default case, in turn ...")
    words = ("--repetitions", repetitions, "--mesa-runs", mesa_runs)
    figures = figures_of("contest.py", *words, "--compiled-runs", compiled_runs, cache=cache)
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
    minutes = (time.perf_counter() - began) / 60
    said.append(f"`benchmarks/bench.py{' --quick' if quick else ''}` took {minutes:.1f} minutes.")
    publish("results.md", "How fast the model is", "make bench", rows, said)


if __name__ == "__main__":
    typer.run(main)
