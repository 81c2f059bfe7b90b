"""Texts of records as pages, tables and reports can show them."""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from graph.legal_forms import short_name

_MARKER = "\ufffd"
_HARMFUL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""Control characters, changes of writing direction and lone surrogates: no page needs one, and each can mislead one."""
_BREAKS = re.compile("\r\n|[\r\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def plain(text: str) -> str:
    """The text with a mark in the place of every character that no page can show; line breaks become line feeds."""
    return _HARMFUL.sub(_MARKER, _BREAKS.sub("\n", text))


def shown(value: Any) -> Any:
    """A document with plain texts, days and times as ISO texts, and None for what is no number."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, Mapping):
        return {str(name): shown(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [shown(one) for one in value]
    return as_text(value)


def as_text(value: Any) -> Any:
    """A day as ``2024-05-07``, a time as ``2024-05-07T12:00:00Z``, what is no number as None, the rest as it is.

    Times that name no zone are in UTC.
    """
    if isinstance(value, datetime):
        at = value.astimezone(UTC) if value.tzinfo else value
        return at.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def as_json(document: Any) -> bytes:
    """A document as UTF-8 JSON that keeps every character, with lone surrogates escaped."""
    written = json.dumps(_dated(document), ensure_ascii=False, indent=1, allow_nan=False)
    return _SURROGATES.sub(lambda found: f"\\u{ord(found.group()):04x}", written).encode() + b"\n"


def _dated(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _dated(one) for name, one in value.items()}
    return [_dated(one) for one in value] if isinstance(value, list | tuple) else as_text(value)


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def cut(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis where it is longer than ``most`` characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def label(name: str, *, width: int = 22, lines: int = 2) -> str:
    """A short name in at most ``lines`` lines of about ``width`` characters, broken at spaces."""
    words, found = short_name(name).split(" "), [""]
    for word in words:
        if found[-1] and len(found[-1]) + 1 + len(word) > width:
            found.append("")
        found[-1] = f"{found[-1]} {word}".strip()
    kept = [cut(line, width) for line in found[:lines]]
    if len(found) > lines:
        kept[-1] = cut(kept[-1], width - 1).removesuffix("…") + "…"
    return "\n".join(kept)
