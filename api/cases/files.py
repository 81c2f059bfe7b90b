"""Files attached to cases: which are taken, and where their bytes lie."""

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from api.errors import DeskUnusable, UnusableCall

FOLDER = "attachments"
MOST_BYTES = 5 * 1024 * 1024
_ZIP = b"PK\x03\x04"
TYPES: Mapping[str, tuple[str, bytes]] = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _ZIP),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _ZIP),
    ".txt": ("text/plain", b""),
    ".csv": ("text/csv", b""),
}
"""What a name may end with, the type that this is, and what such a file begins with."""


def type_of(name: str, data: bytes) -> str:
    """The type of a file; UnusableCall for one that is not taken, empty, too long, or not what its name says."""
    suffix = Path(name).suffix.lower()
    if suffix not in TYPES:
        raise UnusableCall(f"a file's name ends with one of {', '.join(TYPES)}")
    if not data or len(data) > MOST_BYTES:
        raise UnusableCall(f"a file has 1 to {MOST_BYTES:,} bytes, not {len(data):,}")
    media_type, begins = TYPES[suffix]
    if not data.startswith(begins) or (not begins and not _is_text(data)):
        raise UnusableCall(f"the file is not what its name says ({suffix})")
    return media_type


def usable_name(written: str | None) -> str:
    """A file's name without folders; UnusableCall where it is none."""
    name = (written or "").replace("\\", "/").rpartition("/")[2].strip()
    if not 1 <= len(name) <= 200 or not name.isprintable():
        raise UnusableCall("a file's name has 1 to 200 letters")
    return name


def keep(home: Path, own: str, data: bytes) -> None:
    """Keep bytes under their SHA-256, all or nothing."""
    place = _place(home, own)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = place.with_name(f"{own}.{uuid4().hex}.new")
        with new.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, place)


def kept(home: Path, own: str) -> bytes:
    """The bytes of a SHA-256; DeskUnusable where they are gone or changed."""
    try:
        data = _place(home, own).read_bytes()
    except OSError:
        data = b""
    if sha256(data).hexdigest() != own:
        raise DeskUnusable(f"the attached file {own[:12]} is gone or damaged: restore it from a backup")
    return data


def _place(home: Path, own: str) -> Path:
    return home / FOLDER / own[:2] / own


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False
