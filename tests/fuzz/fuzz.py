"""Mutated cases, designs, claims, sets, options and folders: ``make fuzz MINUTES=5``.

It fails on a traceback, on anything that takes more than five seconds, on a refusal that names
neither the file nor what was found and allowed, and where the two engines disagree. What failed is
kept in a folder, with the seed that makes it again.
"""

import argparse
import io
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from mutations import OPTIONS, damaged, mutated
from worlds import week_by_week

from ceasefire.experiments.claims.file import read_claims, shipped_claims
from ceasefire.experiments.commands import main as command
from ceasefire.experiments.design.design import load_design, shipped_designs
from ceasefire.experiments.style.refusals import RefusedError
from ceasefire.model.case.case import CaseError, case_of_text, load_case
from ceasefire.model.case.shipped import cases_folder, shipped_cases
from ceasefire.model.engines.ensemble import Ensemble, prepare

PATIENCE = 5.0
"""Seconds that anything may take."""

ENGINES_EVERY = 40
"""Of so many cases that load, one is run on both engines."""

COMMANDS: dict[str, tuple[str, ...]] = {
    "run": ("--seed", "--weeks", "--set", "--variant", "--parameter-set", "--point", "--json"),
    "ensemble": ("--runs", "--first-seed", "--set", "--weeks", "--keep", "--workers", "--out"),
    "check": ("--json",),
    "why": ("--runs", "--seed", "--set", "--json"),
    "claims": ("--sets", "--runs", "--page", "--out"),
    "sweep": ("--vary", "--runs", "--until", "--shard", "--on", "--keep", "--out"),
    "compare": ("--runs", "--labels", "--out", "--json"),
    "sensitivity": ("--runs", "--step", "--trajectories", "--base", "--points", "--out"),
    "threshold": ("--lever", "--runs", "--level", "--outcome", "--out"),
    "sql": ("--csv", "--json"),
    "verify": ("--runs",),
    "merge": (),
    "fit": ("--out",),
    "designs": (),
    "cases": ("--json",),
    "serve": ("--port", "--host"),
}
"""Commands with some of their options."""


class FoundError(Exception):
    """Something that must not happen did."""


@contextmanager
def within(seconds: float):
    """Fail if what is done takes longer."""

    def late(*_):
        raise FoundError(f"more than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def refused(where: str, action: Callable[[], object]) -> object | None:
    """Do something with a file; None if it was refused as it should be."""
    try:
        with within(PATIENCE):
            return action()
    except (CaseError, RefusedError) as error:
        for sentence in getattr(error, "problems", [str(error)]):
            if ": found " not in sentence or "; allowed: " not in sentence:
                raise FoundError(f"a refusal without key, found or allowed: {sentence}") from None
        if not str(error).startswith(where):
            raise FoundError(f"a refusal that does not name {where}: {error}") from None
        return None


class Fuzzer:
    """Makes odd things and looks at what becomes of them.

    Args:
        place: Folder to work in.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self.texts = {
            name: (cases_folder() / name / "case.toml").read_text(encoding="utf-8")
            for name in shipped_cases()
        }
        self.case = load_case("gaza-2023")
        self.designs = [path.read_text("utf-8") for path in shipped_designs().values()]
        self.claims = shipped_claims("gaza-2023")
        self.results = place / "results"
        prepare()
        Ensemble(self.case, [0]).advance(1)
        self.text = ""
        self.loaded = 0

    def kinds(self) -> dict[str, Callable[[random.Random], None]]:
        """Return what there is to be tried, by name."""
        return {
            "cases": self.a_case,
            "designs": self.a_design,
            "claims": self.a_claim,
            "options": self.options,
            "folders": self.a_folder,
        }

    def a_case(self, chance: random.Random) -> None:
        """Mutate a case file; now and then run one that loads on both engines."""
        name = chance.choice(sorted(self.texts))
        self.text = mutated(self.texts[name], chance)
        case = refused("mine.toml", lambda: case_of_text(self.text, "mine.toml"))
        if case is None:
            return
        self.loaded += 1
        if self.loaded % ENGINES_EVERY == 0:
            short = case.changed({"war.horizon": 6.0, "war.step": 1.0})
            with within(12 * PATIENCE):
                apart = week_by_week(short, chance.randrange(2**63))
            if apart:
                raise FoundError(f"the engines disagree: {apart[:3]}")

    def a_design(self, chance: random.Random) -> None:
        """Mutate a design."""
        self.text = mutated(chance.choice(self.designs), chance)
        path = self.place / "mine.toml"
        path.write_text(self.text, encoding="utf-8", errors="surrogatepass")
        refused("", lambda: load_design(path))

    def a_claim(self, chance: random.Random) -> None:
        """Mutate one file of claims; the others stay as they are."""
        paths = list(self.claims)
        at = chance.randrange(len(paths))
        self.text = mutated(paths[at].read_text("utf-8"), chance)
        paths[at] = self.place / paths[at].name
        paths[at].write_text(self.text, encoding="utf-8", errors="surrogatepass")
        refused("", lambda: read_claims(self.case, paths))

    def call(self, *words: str) -> tuple[int, str]:
        """Call the command line; its exit code and what it says on stderr."""
        out, err = io.StringIO(), io.StringIO()
        argv, sys.argv = sys.argv, ["ceasefire", *words]
        try:
            with redirect_stdout(out), redirect_stderr(err), within(6 * PATIENCE):
                command.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        finally:
            sys.argv = argv
        said = err.getvalue()
        if "Traceback" in said:
            raise FoundError(f"a traceback: {said[-800:]}")
        if code not in (0, 1, 2, 130):
            raise FoundError(f"exit code {code}: {said[-300:]}")
        if code == 2 and not said.strip():
            raise FoundError("refused without a word")
        return code, said

    def options(self, chance: random.Random) -> None:
        """Call a command with an odd list of options; nothing of it runs for long."""
        name = chance.choice(sorted(COMMANDS))
        words = [name]
        if chance.random() < 0.6:
            words.append(chance.choice(OPTIONS))
        for option in chance.sample(COMMANDS[name], min(len(COMMANDS[name]), chance.randrange(4))):
            words += [option, chance.choice(OPTIONS)]
        # Whatever else is asked for, it is little: what is under test is how it is refused.
        if name in ("ensemble", "why", "sweep", "compare", "threshold", "sensitivity"):
            words += ["--runs", chance.choice(("nan", "-3", "x", "0", "9" * 30))]
        elif name in ("claims", "fit", "serve"):
            words += ["--no-such-option"]
        self.text = repr(words)
        self.call(*words)

    def a_folder(self, chance: random.Random) -> None:
        """Damage a folder of results, then ask, verify and compare it."""
        if not self.results.exists():
            vary = "belligerent.north.trust=0:1:3"
            self.call("sweep", "two-rivals", "--vary", vary, "--runs", "40", "--workers", "1",
                      "--out", str(self.results))  # fmt: skip
        copy = self.place / "damaged"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.results, copy)
        self.text = damaged(copy, chance)
        words = chance.choice(
            (
                ("sql", str(copy), "select count(*) from runs"),
                ("verify", str(copy), "--runs", "5"),
                ("compare", str(copy), str(self.results)),
                ("run", str(copy), "--point", "1", "--seed", "3", "--json"),
            )
        )
        self.text += f"; {words}"
        self.call(*words)


def main() -> int:
    """Try odd things until the time is over; the number of kinds of trouble."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=0, help="first seed; one a thing tried")
    parser.add_argument("--only", nargs="*", default=[], help="kinds, such as cases options")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-found"), help="what failed")
    asked = parser.parse_args()
    os.environ.setdefault("COLUMNS", "100")
    trouble: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        fuzzer = Fuzzer(Path(place))
        kinds = fuzzer.kinds()
        names = asked.only or list(kinds)
        end = time.monotonic() + 60.0 * asked.minutes
        seed = asked.seed
        while time.monotonic() < end:
            chance = random.Random(seed)
            name = chance.choices(names, [6 if one == "cases" else 2 for one in names])[0]
            tried[name] += 1
            try:
                kinds[name](chance)
            except Exception as error:
                words = "".join(traceback.format_exception(error)[-3:])
                first = f"{name}: {type(error).__name__}: {str(error)[:160]}"
                trouble[first] += 1
                if trouble[first] == 1:
                    asked.keep.mkdir(exist_ok=True)
                    kept = asked.keep / f"{name}-{seed}.txt"
                    text = f"{words}\n--- seed {seed}\n{fuzzer.text}"
                    kept.write_text(text, encoding="utf-8", errors="replace")
                    print(f"seed {seed}: {first} (kept in {kept})", flush=True)
            seed += 1
    print(", ".join(f"{count} {name}" for name, count in sorted(tried.items())), "tried.")
    failed = sum(trouble.values())
    print(f"{sum(tried.values()) - failed} passed, {failed} failed")
    return min(len(trouble), 100)


if __name__ == "__main__":
    sys.exit(main())
