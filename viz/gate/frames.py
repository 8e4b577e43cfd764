"""What a message of the page's websocket may look like: checked before Solara takes it apart.

Solara's reader believes what a message says of itself: 24 bytes that claim 2³¹ parts make it
reserve gigabytes. A page says little, so what it may say is drawn narrowly.
"""

import json
import struct
from collections.abc import Mapping
from typing import Any

LARGEST = 64 * 1024
"""Bytes of a message; what our pages send stays below 2 kB."""

MOST_PARTS = 64
"""Parts of a binary message: the JSON, then buffers."""

DEEPEST = 24
"""Objects and lists within each other."""

SPOKEN = (
    "kernel_info_request",
    "comm_info_request",
    "comm_open",
    "comm_msg",
    "comm_close",
    "shutdown_request",
)
"""Types of messages that Solara answers."""

OPENED = ("jupyter.widget.control", "solara.control")
"""What a page may open; widgets are made by the server alone."""


class FrameError(ValueError):
    """A message that no page of ours sends; says why in a few words."""


def check(frame: str | bytes) -> None:
    """Check a message.

    Args:
        frame: The message as it came, text or binary.

    Raises:
        FrameError: If no page of ours sends such a message.
    """
    if len(frame) > LARGEST:
        raise FrameError(f"{len(frame)} bytes; allowed: up to {LARGEST}")
    message = read(frame if isinstance(frame, str) else first_part(frame))
    header, content = message.get("header"), message.get("content")
    if not isinstance(header, dict) or header.get("msg_type") not in SPOKEN:
        raise FrameError("no known type of message")
    if not isinstance(header.get("msg_id"), str):
        raise FrameError("no number of its own")
    if not isinstance(content, dict) or not isinstance(message.get("channel"), str):
        raise FrameError("no channel or no content")
    if header["msg_type"].startswith("comm_") and header["msg_type"] != "comm_info_request":
        check_comm(header["msg_type"], content)


def check_comm(kind: str, content: Mapping[str, Any]) -> None:
    """Check what a message says to one of the page's widgets.

    Raises:
        FrameError: If it names no widget, opens what a page may not open, or says nothing.
    """
    if not isinstance(content.get("comm_id"), str):
        raise FrameError("a message to no widget")
    if not isinstance(content.get("data", {}), dict):
        raise FrameError("a message that says nothing")
    if kind == "comm_open" and content.get("target_name") not in OPENED:
        raise FrameError("it would open what a page does not open")


def first_part(frame: bytes) -> str:
    """Return the JSON of a binary message: a number of parts, where each begins, the parts.

    Raises:
        FrameError: If parts are claimed that cannot be there.
    """
    if len(frame) < 8:
        raise FrameError(f"{len(frame)} bytes of a binary message; allowed: 8 or more")
    (parts,) = struct.unpack_from("!I", frame)
    if not 1 <= parts <= MOST_PARTS:
        raise FrameError(f"{parts} parts; allowed: 1 to {MOST_PARTS}")
    head = 4 * (parts + 1)
    if head > len(frame):
        raise FrameError(f"{parts} parts in {len(frame)} bytes")
    begins = [*struct.unpack_from(f"!{parts}I", frame, 4), len(frame)]
    if begins[0] != head or begins != sorted(begins):
        raise FrameError("parts that do not follow each other")
    try:
        return frame[begins[0] : begins[1]].decode()
    except UnicodeDecodeError:
        raise FrameError("text that is no UTF-8") from None


def read(text: str) -> dict[str, Any]:
    """Read a JSON object of bounded depth.

    Raises:
        FrameError: If it is none.
    """
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise FrameError("no JSON") from None
    if not isinstance(message, dict):
        raise FrameError("no JSON object")
    layer: list[Any] = [message]
    for _ in range(DEEPEST):
        inner = (part.values() if isinstance(part, dict) else part for part in layer)
        layer = [value for part in inner for value in part if isinstance(value, dict | list)]
        if not layer:
            return message
    raise FrameError(f"objects within each other; allowed: up to {DEEPEST} deep")
