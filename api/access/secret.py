"""The home's own key: made with the first start, readable by its owner alone, no default anywhere."""

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from api.errors import DeskUnusable

FILE = "secret"


def _fernet(home: Path) -> Fernet:
    file = home / FILE
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process was first: its key counts
            return _fernet(home)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(Fernet.generate_key())
    try:
        return Fernet(file.read_bytes())
    except ValueError:
        raise DeskUnusable(f"{file} is not the key that this home was started with") from None


def seal(home: Path, text: str) -> bytes:
    """The text encrypted with the home's key (AES-128-CBC and HMAC-SHA-256, Fernet)."""
    return _fernet(home).encrypt(text.encode())


def unseal(home: Path, sealed: bytes) -> str:
    """What was sealed; DeskUnusable where the home's key is another."""
    found = unsealed(home, sealed)
    if found is None:
        raise DeskUnusable(f"{home / FILE} is not the key that this desk was sealed with")
    return found


def unsealed(home: Path, sealed: bytes) -> str | None:
    """What was sealed; None for what the home's key did not seal."""
    try:
        return _fernet(home).decrypt(sealed).decode()
    except InvalidToken:
        return None
