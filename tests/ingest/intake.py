"""A record store to load into, and small source files to load."""

import atexit
import json
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import yaml

from ingest.kept import Provenance
from ingest.load import LoadOptions, LoadReport, load, replay
from ingest.mapping import Mapping, read_mapping
from ingest.quarantine import Held, held
from ingest.records import Record
from ingest.store import RecordStore, open_record_store
from ingest.tables import SCHEMAS

FIXTURES = Path(__file__).parents[1] / "fixtures" / "ingest"
_PROVENANCE = tuple(Provenance.__slots__)
_TIMES = ("loaded_at",)


class Intake:
    """Writes files into a folder and loads them into one store; every load's sums are checked."""

    def __init__(self, folder: Path, store: RecordStore) -> None:
        self.folder, self.store = folder, store

    def write(self, name: str, content: Any) -> Path:
        """A file of the folder: bytes and text as they are, anything else as JSON."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return path

    def mapping(self, name: str = "publisher.yaml", **written: Any) -> Mapping:
        """A map written as YAML and read from it."""
        return read_mapping(str(self.write(name, yaml.safe_dump(written))))

    def load(self, *paths: Path | str, **options: Any) -> LoadReport:
        """Load; nothing is lost and nothing is counted twice."""
        report = load(self.store, [str(path) for path in paths], LoadOptions(**options))
        return accounted(report)

    def give(self, content: Any, name: str = "given.json", **options: Any) -> LoadReport:
        """Write a file and load it."""
        return self.load(self.write(name, content), **options)

    def replay(self) -> LoadReport:
        """Try the quarantine again."""
        return accounted(replay(self.store))

    def rows(self, kind: type[Record], *fields: str) -> list[Any]:
        """A table's rows, sorted: the fields that are named as tuples (one field by itself), or whole dictionaries."""
        found = self.store.table(kind.table).to_pyarrow().to_pylist()
        if not fields:
            return sorted((_without(row, _PROVENANCE) for row in found), key=str)
        picked = [tuple(row[field] for field in fields) for row in found]
        return sorted((one[0] if len(fields) == 1 else one for one in picked), key=str)

    def row(self, kind: type[Record]) -> dict[str, Any]:
        """The table's only row."""
        [found] = self.rows(kind)
        return dict(found)

    def contents(self, *without: str) -> dict[str, list[str]]:
        """Everything in the store apart from the time of loading and the columns left out; order does not matter."""
        left_out = (*_TIMES, *without)
        return {
            name: sorted(str(_without(row, left_out)) for row in self.store.table(name).to_pyarrow().to_pylist())
            for name in SCHEMAS
        }

    def held(self) -> list[Held]:
        """What is in quarantine."""
        return held(self.store)

    def reasons(self) -> list[str]:
        """Why things are in quarantine, by file and position."""
        return [one.reason for one in self.held()]


def _without(row: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


@cache
def _empty() -> Path:
    """An empty store, made once for a process: making one takes longer than copying it."""
    path = Path(mkdtemp(prefix="bidring-")) / "records.duckdb"
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    open_record_store(f"duckdb:///{path}", write=True).close()
    return path


@contextmanager
def intake_in(folder: Path) -> Iterator[Intake]:
    """A store in a folder, made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "records.duckdb").exists():
        shutil.copyfile(_empty(), folder / "records.duckdb")
    with closing(open_record_store(f"duckdb:///{folder}/records.duckdb", write=True)) as store:
        yield Intake(folder, store)


def accounted(report: LoadReport) -> LoadReport:
    """The report, once it is sure that read = loaded + unchanged + quarantined for every file and in all."""
    for count in report.files:
        assert count.read == count.loaded + count.unchanged + count.quarantined, count
    document = report.as_document()
    assert document["read"] == document["loaded"] + document["unchanged"] + document["quarantined"]
    return report


def counts(report: LoadReport) -> tuple[int, int, int, int]:
    """How many were read, loaded, unchanged, quarantined."""
    read, loaded, unchanged, refused = (report.total(name) for name in ("read", "loaded", "unchanged", "quarantined"))
    return read, loaded, unchanged, refused


def release(ocid: str = "ocds-aaaaaa-1", date: str | None = "2024-01-01T00:00:00Z", **parts: Any) -> dict[str, Any]:
    """A release with a tender, unless the parts say otherwise."""
    return {
        "ocid": ocid,
        "id": f"{ocid}-{date}",
        **({"date": date} if date else {}),
        "tag": ["tender"],
        "initiationType": "tender",
        "tender": {"id": "t", "title": "Road works"},
        **parts,
    }


def package(*releases: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """A release package."""
    return {
        "uri": "https://example.org/package",
        "publishedDate": "2024-01-01T00:00:00Z",
        "publisher": {"name": "Example"},
        "version": "1.1",
        "releases": list(releases),
        **parts,
    }


def bid(own: str, *tenderers: str, amount: Any = 100, **parts: Any) -> dict[str, Any]:
    """A bid of ``bids.details`` by parties of these ids."""
    return {
        "id": own,
        "status": "valid",
        "tenderers": [{"id": one, "name": f"Firm {one}"} for one in tenderers],
        "value": {"amount": amount, "currency": "KZT"},
        **parts,
    }
