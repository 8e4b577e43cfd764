"""Which sources something depends on, read off the imports, and a digest of what they do.

No list is kept by hand: from an entry module every import is followed, also those inside functions,
as far as it stays within this package. Docstrings, lines of comment and blank lines do not count,
so a change of words changes no digest. Imports for type checkers alone do not count either.
"""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

PACKAGE = "ceasefire"

ROOMS = ("agents", "cases", "experiments", "model", "viz")

TEXT_OVER_LINES = '"""'


def _home() -> Path:
    """Return the folder in which the rooms stand: a checkout, or the installed package."""
    return Path(__file__).resolve().parents[2]


def source_of(module: str, home: Path | None = None) -> Path | None:
    """Return the file of a module of this package; None if it has none.

    Args:
        module: Its full name, such as ``ceasefire.agents.leader``.
        home: Folder in which the rooms stand; that of this package by default.
    """
    package, *rest = module.split(".")
    if package != PACKAGE or not rest or rest[0] not in ROOMS:
        return None
    path = (home or _home()).joinpath(*rest)
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.is_file():
            return file
    return None


def imports_of(module: str, home: Path | None = None) -> tuple[str, ...]:
    """Return the modules of this package that a module imports, those in functions included."""
    file = source_of(module, home)
    if file is None:
        return ()
    return tuple(name for name in _named(file.read_text(encoding="utf-8")) if source_of(name, home))


@lru_cache(maxsize=512)
def _named(source: str) -> tuple[str, ...]:
    """Return all names that a source imports and that may be modules of this package."""
    found: dict[str, None] = {}
    for node in _statements(_parsed(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            # What is imported may be a module, or something in one.
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        found |= dict.fromkeys(name for name in names if name.startswith(f"{PACKAGE}."))
    return tuple(found)


@lru_cache(maxsize=512)
def _parsed(source: str) -> list[ast.stmt]:
    return ast.parse(source).body


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Walk all statements, leaving out what is there for type checkers alone."""
    for statement in body:
        if isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING":
            yield from _statements(statement.orelse)
            continue
        yield statement
        for part in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(statement, part, ()))
        for branch in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            yield from _statements(branch.body)


def reached(entries: Iterable[str], home: Path | None = None) -> tuple[str, ...]:
    """Return the modules that some modules depend on, themselves included, in sorted order.

    Raises:
        ValueError: If an entry is no module of this package.
    """
    waiting = list(entries)
    for entry in waiting:
        if source_of(entry, home) is None:
            raise ValueError(f"{entry}: found no such module; allowed: a module of {PACKAGE}")
    seen: set[str] = set()
    while waiting:
        module = waiting.pop()
        if module not in seen:
            seen.add(module)
            waiting += imports_of(module, home)
    return tuple(sorted(seen))


@lru_cache(maxsize=512)
def what_it_does(source: str) -> str:
    """Return a source without docstrings, lines of comment and blank lines."""
    lines = source.splitlines()
    for node in _statements(_parsed(source)):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            # A word stands in for a text, so that no block becomes empty.
            first, last = node.lineno - 1, node.end_lineno or node.lineno
            lines[first:last] = [" " * node.col_offset + "pass", *[""] * (last - first - 1)]
    text = "\n".join(lines)
    # Where a text runs over lines, a line that looks like a comment may be a part of it.
    ignored = "#" if TEXT_OVER_LINES not in text else "\n"
    kept = (line.rstrip() for line in lines if line.strip())
    return "\n".join(line for line in kept if not line.lstrip().startswith(ignored))


@lru_cache(maxsize=16)
def sources_digest(*entries: str, home: Path | None = None) -> str:
    """Return a digest of all that some modules do, with all that they depend on.

    The same on every Python, whatever the folder; a renamed file counts as another.

    Args:
        *entries: Full names of modules.
        home: Folder in which the rooms stand; that of this package by default.

    Raises:
        ValueError: If an entry is no module of this package.
    """
    digest = hashlib.blake2b(digest_size=10)
    for module in reached(entries, home):
        file = source_of(module, home)
        assert file is not None
        text = what_it_does(file.read_text(encoding="utf-8"))
        digest.update(module.encode() + b"\0" + text.encode() + b"\0")
    return digest.hexdigest()
