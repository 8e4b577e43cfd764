"""Sweeps that were started from a page: one at a time, bounded, stopped with their last page."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

from ceasefire.experiments.design.design import Design
from ceasefire.experiments.runs.sweep import Progress, sweep
from ceasefire.experiments.runs.writing import identity_of
from ceasefire.experiments.style.files import StorageError
from ceasefire.experiments.style.refusals import RefusedError, StoppedError
from ceasefire.model.case.case import CaseError
from ceasefire.viz.page.threads import begin

ROOT = Path("results")
"""Where results go and are looked for, below the folder in which the server was started."""

PATIENCE = 0.2
"""Seconds between two looks at whether a sweep that waits for its turn is still wanted."""

MOST_UNDER_WAY = 6
"""Sweeps that wait or run, over all visitors of a server."""

KEPT = 50
"""Finished sweeps that are remembered."""


@dataclass(eq=False)
class Running:
    """A sweep that was started from a page.

    Attributes:
        design: What is run.
        folder: Where to.
        progress: How far it is.
        state: "waiting", "running", "done", "stopped" or "failed".
        words: What went wrong, in a sentence.
        watchers: Sessions that want it.
    """

    design: Design
    folder: Path
    progress: Progress = field(default_factory=Progress)
    state: str = "waiting"
    words: str = ""
    watchers: set[str] = field(default_factory=set)
    asked: threading.Event = field(default_factory=threading.Event)

    @property
    def going(self) -> bool:
        """Whether it waits or runs."""
        return self.state in ("waiting", "running")

    @property
    def total(self) -> int:
        """Runs that there are to be."""
        return self.design.runs * len(self.design.points)

    def stop(self) -> None:
        """Ask it to stop; what is stored is whole."""
        self.asked.set()

    def leave(self, session: str) -> None:
        """Note that a session no longer wants it; without any it stops."""
        self.watchers.discard(session)
        if not self.watchers:
            self.stop()

    def run(self) -> None:
        """Do the work; whatever goes wrong becomes a sentence."""
        while not _turn.acquire(timeout=PATIENCE):
            if self.asked.is_set():
                self.state = "stopped"
                return
        try:
            self.state = "running"
            sweep(
                self.design,
                self.folder,
                workers=1,
                report=self._note,
                stop=self.asked.is_set,
            )
            self.state = "done"
        except StoppedError:
            self.state = "stopped"
        except (RefusedError, StorageError, CaseError) as error:
            self.state, self.words = "failed", str(error)
        except Exception as error:
            self.state = "failed"
            said = str(error).splitlines()[0] if str(error) else "no more is known"
            self.words = f"It failed ({type(error).__name__}: {said})."
        finally:
            _turn.release()

    def _note(self, progress: Progress) -> None:
        self.progress = Progress(
            progress.done, progress.total, progress.now, progress.seconds, progress.failed
        )


_turn = threading.Lock()
_known: dict[Path, Running] = {}
_under_way: list[Running] = []
_guard = threading.Lock()


def folder_of(design: Design) -> Path:
    """Return where the results of a design go."""
    return ROOT / f"{design.name}-{identity_of(design)[:8]}"


def start(design: Design, session: str = "") -> Running:
    """Start a sweep, or join the one of the same design that is going on.

    One too many comes back as failed, with a sentence.

    Args:
        design: What is to be run.
        session: Who wants it.
    """
    folder = folder_of(design)
    with _guard:
        there = _known.get(folder.resolve())
        if there is not None and there.going and not there.asked.is_set():
            if there.design.runs >= design.runs:
                there.watchers.add(session)
                return there
        one = Running(design, folder, watchers={session})
        _under_way[:] = [other for other in _under_way if other.going]
        if len(_under_way) >= MOST_UNDER_WAY:
            one.state = "failed"
            one.words = f"{MOST_UNDER_WAY} experiments wait or run here already; stop one, or wait."
            return one
        _under_way.append(one)
        _known[folder.resolve()] = one
        finished = [place for place, old in _known.items() if not old.going]
        for place in finished[: max(0, len(finished) - KEPT)]:
            del _known[place]
    begin(one.run, "sweep")
    return one


def started(folder: Path) -> Running | None:
    """Return the sweep that was started from a page and writes to a folder, if there is one."""
    one = _known.get(folder.resolve())
    return one if one is not None and one.going else None


def close(session: str) -> None:
    """Note that a session has ended: what it alone wants is stopped."""
    for one in list(_known.values()):
        if one.going and session in one.watchers:
            one.leave(session)
