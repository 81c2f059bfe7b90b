"""A backup: an archive of what a home keeps, of one moment, while others read and decide."""

from collections.abc import Iterator
from pathlib import Path

from api.backup.archive import KEPT, RECORDS, ArchiveWriter, Manifest, file_chunks, new_archive
from api.desk.dump import desk_tables, dump_rows
from api.errors import UnusableCall
from api.workspace import Workspace
from graph.errors import NoGeneration
from ingest.errors import NoRecords
from ingest.tables import SCHEMAS

_GENERATIONS = "generations"
_FLEETING = ("sessions",)
"""Tables of the desk whose rows are left out: who restores a backup lets nobody in who has not signed in again."""


def backup(workspace: Workspace, path: Path) -> Manifest:
    """Write the archive, mode 0600, and say what is in it: records, the desk's rows, and what KEPT names of the home.

    No load and no detection runs meanwhile (HomeBusy); the desk is read in one transaction, before the files that its
    rows refer to. UnusableCall where nothing is there to keep, or ``path`` is there already.
    """
    settings = workspace.settings
    nothing = UnusableCall(f"there is nothing to back up in {settings.home}")
    if not settings.home.is_dir():
        raise nothing
    with workspace.writing(), new_archive(path) as archive:
        revision, tables = _desk(workspace, archive)
        tables |= _records(workspace, archive)
        for file in _files(workspace):
            archive.add(f"home/{file.relative_to(settings.home).as_posix()}", file_chunks(file))
        if not any(tables.values()):
            raise nothing
        return archive.finish(revision, tables)


def _desk(workspace: Workspace, archive: ArchiveWriter) -> tuple[str | None, dict[str, int]]:
    if not workspace.settings.desk_address.exists:
        return None, {}
    counts = {}
    with workspace.desk() as desk:
        revision = desk.revision()
        with desk.reading() as connection:
            for table in desk_tables(connection):
                rows = () if table.name in _FLEETING else dump_rows(connection, table)
                part = archive.add(f"desk/{table.name}.jsonl", rows)
                counts[f"desk.{table.name}"] = part.rows or 0
    return revision, counts


def _records(workspace: Workspace, archive: ArchiveWriter) -> dict[str, int]:
    file = workspace.settings.records_file
    if file.with_name(f"{file.name}.wal").exists():  # a load was killed: opening it for writing puts the file in order
        with workspace.records(write=True):
            pass
    try:
        with workspace.records() as records:
            archive.add(RECORDS, file_chunks(file))
            return {f"records.{name}": int(records.table(name).count().execute()) for name in SCHEMAS}
    except NoRecords:
        return {}


def _files(workspace: Workspace) -> Iterator[Path]:
    """The files of the home that :data:`KEPT` names, in order; no link is followed."""
    for name in KEPT:
        place = workspace.settings.home / name
        if name == _GENERATIONS:
            try:
                yield workspace.published_file()
            except NoGeneration:
                continue
        elif place.is_dir():
            yield from sorted(file for file in place.rglob("*") if file.is_file() and not file.is_symlink())
        elif place.is_file():
            yield place
