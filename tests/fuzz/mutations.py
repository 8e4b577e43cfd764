"""Odd changes to texts, folders and option lists, each decided by a seeded generator."""

import random
import shutil
from pathlib import Path

VALUES = (
    "0", "-1", "1e308", "-1e308", "1e-320", "nan", "inf", "-inf", "9" * 40, "9" * 5000, "true",
    "''", '"half"', '"\\u0007[bold]x[/bold]"', "[]", "{}", "[0, 1]", "[1, 0]", "[nan, 1]", "[[0]]",
    "9999-12-31", "0001-01-01", "2023-10-07", "12:00:00", "{ value = 1 }", "{ value = nan }",
    '{ value = "x" }', "0.5", "1", "2", "-0.0", '"🕊"', '"' + "a" * 3000 + '"', "[" * 200, "",
)  # fmt: skip
"""What is written where a value stood."""

KEYS = ("x", "", '""', "a.b.c", "." * 30, "a" * 2000, "seats", "range", "from", "ключ", "[x]")

CHARACTERS = ("\0", "\x1b", "\u202e", "\ufeff", '"', "'", "[", "]", "{", "}", "=", "#", "\n", ",")

OPTIONS = (
    "", "-1", "0", "1", "3", "1.5", "nan", "inf", "1e9", "9" * 30, "2**63", "x", "--", "-h", "=",
    "a=b", "patron.usa.resolve=0.5", "patron.usa.resolve=nan", "belligerent.north.trust=0:1:3",
    "gaza-2023", "two-rivals", "no-such-case", "/dev/null", "/", "..", "[red]", "\x1b[31m",
    "arms_withheld",
    "move:x@1=2", "war.horizon=1e9", "talks.gap=", "C66", "permanent ceasefire",
    "http://127.0.0.1:1",    "🕊", "a" * 3000,
)  # fmt: skip


def mutated(text: str, chance: random.Random) -> str:
    """Return a text with one to four odd changes."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        text = chance.choice((_value, _value, _value, _key, _drop, _repeat, _character, _cut))(
            text, chance
        )
    return text


def _line(text: str, chance: random.Random, wanted: str = "") -> tuple[list[str], int]:
    lines = text.splitlines()
    places = [i for i, line in enumerate(lines) if wanted in line] or [0]
    return lines or [""], chance.choice(places)


def _value(text: str, chance: random.Random) -> str:
    lines, place = _line(text, chance, "=")
    parts = lines[place].split("=")
    at = chance.randrange(len(parts) - 1) + 1 if len(parts) > 1 else 0
    rest = parts[at].lstrip().partition(",")
    parts[at] = f" {chance.choice(VALUES)}" + (rest[1] + rest[2] if chance.random() < 0.5 else "")
    lines[place] = "=".join(parts)
    return "\n".join(lines)


def _key(text: str, chance: random.Random) -> str:
    lines, place = _line(text, chance, "=")
    head, equals, rest = lines[place].partition("=")
    lines[place] = f"{chance.choice((*KEYS, head.strip() + 'x'))} {equals}{rest}"
    return "\n".join(lines)


def _drop(text: str, chance: random.Random) -> str:
    lines, place = _line(text, chance)
    del lines[place : place + chance.choice((1, 1, 1, 5, 40))]
    return "\n".join(lines)


def _repeat(text: str, chance: random.Random) -> str:
    lines, place = _line(text, chance)
    lines[place:place] = lines[place : place + chance.choice((1, 3, 12))]
    return "\n".join(lines)


def _character(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text) + 1)
    return text[:place] + chance.choice(CHARACTERS) + text[place + chance.choice((0, 0, 1)) :]


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) + 1)]


def damaged(folder: Path, chance: random.Random) -> str:
    """Damage one thing in a folder and say what."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    path = chance.choice(files)
    content = path.read_bytes()
    place = path.relative_to(folder)
    kind = chance.choice(
        ("removed", "emptied", "cut short", "a bit flipped", "a link out", "text changed", "copied",
         "a folder instead", "its folder removed", "its folder copied")
    )  # fmt: skip
    if kind == "removed":
        path.unlink()
    elif kind == "emptied":
        path.write_bytes(b"")
    elif kind == "cut short":
        path.write_bytes(content[: chance.randrange(len(content) + 1)])
    elif kind == "a bit flipped" and content:
        at = chance.randrange(len(content))
        path.write_bytes(content[:at] + bytes([content[at] ^ 16]) + content[at + 1 :])
    elif kind == "a link out":
        path.unlink()
        path.symlink_to(chance.choice(("/etc/passwd", "/dev/zero", "/nowhere", "..")))
    elif kind == "text changed":
        text = content.decode("utf-8", "replace") if b"\0" not in content else "{}"
        path.write_text(mutated(text, chance), encoding="utf-8", errors="surrogatepass")
    elif kind == "copied":
        shutil.copy(path, path.with_name(f"{path.name} (copy)"))
    elif kind == "a folder instead":
        path.unlink()
        path.mkdir()
    elif kind == "its folder removed" and path.parent != folder:
        shutil.rmtree(path.parent)
    elif kind == "its folder copied" and path.parent != folder:
        shutil.copytree(path.parent, path.parent.with_name(f"{path.parent.name} (copy)"))
    return f"{place}: {kind}"
