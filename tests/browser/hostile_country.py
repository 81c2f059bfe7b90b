"""A small country with rings and ties whose names, titles, contacts and ids of tenders are hostile texts."""

import csv
import gzip
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

from api.demo import generate, sources
from api.settings import read_settings
from api.workspace import Workspace
from graph.rules import Rules
from ingest.load import LoadOptions, load
from ingest.mapping import read_mapping

FIELDS = {
    "name", "title", "description", "fullName", "streetAddress", "locality", "region", "telephone", "email", "url",
    "ocid", "address", "phone", "activity", "relative_name", "body_name", "position", "role", "list", "reason",
    "subject", "customer", "supplier", "announcement", "statusDetails",
}  # fmt: skip
"""What is poisoned: names of fields in JSON, and of columns in tables."""


def hostile_country(home: Path, texts: Sequence[str]) -> Workspace:
    """A country in a home folder, loaded and detected; rows that cannot be used stand in quarantine."""
    generate(home / "demo", tenders=600, seed=3)
    for path in sorted((home / "demo").rglob("*.*")):
        _poison(path, texts)
    workspace = Workspace(read_settings({}, str(home)))
    with workspace.writing(), workspace.records(write=True) as store:
        for paths, mapping in sources(home / "demo"):
            options = LoadOptions(mapping=read_mapping(str(mapping)) if mapping else None)
            load(store, [str(path) for path in paths], options)
    workspace.detect(Rules())
    return workspace


def _poison(path: Path, texts: Sequence[str]) -> None:
    if path.suffix == ".gz":
        lines = gzip.decompress(path.read_bytes()).splitlines()
        path.write_bytes(gzip.compress(b"\n".join(_json(line, texts) for line in lines)))
    elif path.suffix == ".json":
        path.write_bytes(_json(path.read_bytes(), texts))
    elif path.suffix == ".csv":
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
        written = io.StringIO()
        table = csv.DictWriter(written, list(rows[0]))
        table.writeheader()
        table.writerows({name: _bad(name, value, texts) for name, value in row.items()} for row in rows)
        path.write_bytes(written.getvalue().encode("utf-8", "replace"))


def _json(raw: bytes, texts: Sequence[str]) -> bytes:
    return json.dumps(_changed(json.loads(raw), "", texts)).encode()


def _changed(value: Any, name: str, texts: Sequence[str]) -> Any:
    if isinstance(value, dict):
        return {key: _changed(one, key, texts) for key, one in value.items()}
    if isinstance(value, list):
        return [_changed(one, name, texts) for one in value]
    return _bad(name, value, texts) if isinstance(value, str) else value


def _bad(name: str, value: str, texts: Sequence[str]) -> str:
    """A hostile text before the value, the same for the same value wherever it stands. A lone surrogate would have the
    whole file refused: another letter stands for it."""
    if name not in FIELDS or not value:
        return value
    return f"{texts[crc32(value.encode()) % len(texts)]} {value}".encode("utf-8", "replace").decode()
