"""The command line as a whole: every command, and what becomes of what it refuses."""

import os
import sys
from typing import Annotated

import typer
from typer import Option

# Their commands are part of it once they are imported.
from ceasefire.experiments.commands import cases, judging, studies, sweeps  # noqa: F401
from ceasefire.experiments.commands.options import app
from ceasefire.experiments.style.refusals import RefusedError, StoppedError

USAGE, INTERRUPTED = 2, 130
"""Exit codes: something given cannot be used; stopped with Ctrl-C."""


@app.command(short_help="Open the live view in the browser.")
def serve(
    host: Annotated[str, Option(help="Where to listen; this machine alone.")] = "127.0.0.1",
    port: Annotated[int, Option(help="Port.")] = 8765,
    allow_host: Annotated[
        list[str] | None,
        Option(help="A name under which a proxy hands it on; may be given again."),
    ] = None,
    no_open: Annotated[bool, Option("--no-open", help="Open no browser.")] = False,
) -> None:
    """Serve the live view: watch one world, change it, and see the distribution move."""
    words = ["--host", host, "--port", str(port), *(["--no-open"] if no_open else [])]
    words += [word for name in allow_host or () for word in ("--allow-host", name)]
    # The room of the page builds on this one: it is started, not imported.
    os.execv(sys.executable, [sys.executable, "-m", "ceasefire.viz.serve", *words])


def main() -> None:
    """Run the command line; every refusal is one sentence on stderr and exit code 2."""
    code = 0
    try:
        code = (
            app(args=sys.argv[1:] or ["--help"], prog_name="ceasefire", standalone_mode=False) or 0
        )
        sys.stdout.flush()
        if code == INTERRUPTED:  # Typer has caught the KeyboardInterrupt.
            complain("Stopped.", code)
    except (KeyboardInterrupt, typer.Abort):
        code = complain("Stopped.", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read the output has had enough: nothing is left to be said, at exit neither.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except StoppedError as stopped:
        complain(f"{stopped}", INTERRUPTED)
        sys.stdout.flush()
        # Compiled code may still be at work on threads that nobody waits for any more.
        os._exit(INTERRUPTED)
    except (RefusedError, OSError) as refused:
        code = complain(str(refused), USAGE)
    except Exception as error:
        code = refusal(error)
    sys.exit(code)


def refusal(error: Exception) -> int:
    """Say what was refused; what is no refusal is a fault of the program, and raised."""
    if hasattr(error, "format_message"):
        # The parser's own: an unknown option, a value that is no number.
        return complain(error.format_message(), USAGE)
    if type(error).__name__ == "CaseError":
        # By name: importing it would make --help wait.
        return complain(str(error), USAGE)
    raise error


def complain(sentence: str, code: int) -> int:
    """Say something on stderr and return the exit code."""
    print(f"ceasefire: {sentence}", file=sys.stderr)
    return code
