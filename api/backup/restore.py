"""A backup put back: all of it into a home where nothing is, or nothing."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlalchemy import Connection, delete, select, update
from sqlalchemy.exc import DataError, IntegrityError

from api.access.accounts import now
from api.backup.archive import RECORDS, Archive, Manifest, Part, open_archive
from api.backup.note import Note
from api.desk.database import Desk, revisions, upgrade
from api.desk.dump import desk_tables, load_rows
from api.desk.tables import SESSIONS, TOKENS
from api.errors import UnusableCall
from api.settings import Settings
from api.workspace import Workspace
from ingest.store import open_record_store
from ingest.tables import SCHEMAS

_LOCK = ".lock"
_STAGED = ".restoring"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was in the archive, and how many tokens counted in it, and count no more."""

    manifest: Manifest
    tokens: int


def restore(workspace: Workspace, path: Path) -> Restored:
    """Put an archive back and say what was in it. Every hash is checked before anything is written.

    Files come in under other names and get their own once the desk's rows are in, which is one transaction: whatever
    fails takes all of it away again, and the next restore does so for one that was killed. Nobody stays signed in and
    no token counts, since what was ended after the backup would count again. UnusableCall where home, record store or
    desk hold anything, or the archive is not whole.
    """
    with open_archive(path) as archive:
        settings, manifest, note = workspace.settings, archive.manifest, Note(workspace.restore_note)
        if not note.there:
            _ensure_room(settings, manifest)
        with workspace.writing(restoring=True):
            _take_up(settings, note)
            _ensure_room(settings, manifest)
            with _noted(note, settings, manifest):
                placed = [(_write(archive, part, place), place) for part, place in _places(settings, manifest)]
                _check_records(settings, manifest)
                with _filled_desk(settings, archive, path) as tokens:
                    for staged, place in placed:
                        os.replace(staged, place)
                    note.end(place for _staged, place in placed)
        return Restored(manifest, tokens)


def _take_up(settings: Settings, note: Note) -> None:
    """Take back what a restore left that was killed; UnusableCall where it had ended but for its note."""
    if note.in_place and _has_rows(settings):
        note.remove()
        raise UnusableCall(f"{settings.home} is ready: the restore that was cut off had ended; nothing was restored")
    note.take_back()


def _has_rows(settings: Settings) -> bool:
    if not settings.desk_address.exists:
        return False
    with closing(Desk(settings.desk, migrate=False)) as desk, desk.reading() as connection:
        return any(connection.execute(select(table).limit(1)).first() for table in desk_tables(connection))


def _ensure_room(settings: Settings, manifest: Manifest) -> None:
    home = settings.home
    if home.exists() and any(inside.name != _LOCK for inside in home.iterdir()):
        raise UnusableCall(f"{home} is not empty: restore into a home of its own with --home DIR")
    if settings.records_file.exists():
        raise UnusableCall(f"{settings.records_file} is there already: restore where nothing is")
    near = next(place for place in (home, *home.parents) if place.exists())
    needed = sum(part.size for part in manifest.parts)
    if shutil.disk_usage(near).free < needed:
        raise UnusableCall(f"{near} has no room for the {needed:,} bytes of the backup")


def _places(settings: Settings, manifest: Manifest) -> Iterator[tuple[Part, Path]]:
    """Where the parts that are files belong."""
    for part in manifest.parts:
        if part.name == RECORDS:
            yield part, settings.records_file
        elif part.table is None:
            yield part, settings.home / part.name.removeprefix("home/")


@contextmanager
def _noted(note: Note, settings: Settings, manifest: Manifest) -> Iterator[None]:
    """A note of what is made is there meanwhile; all of it is taken away where the block raises."""
    places = [place for _part, place in _places(settings, manifest)]
    desk = settings.desk_address.file
    files = (
        [] if desk is None or desk.exists() else [desk.with_name(f"{desk.name}{end}") for end in ("", "-wal", "-shm")]
    )
    folders = {above for place in (*places, *files) for above in place.parents if not above.exists()}
    note.begin([*sorted(folders), *map(_staged, places), *places, *files])
    try:
        yield
    except BaseException:
        note.take_back()
        raise
    note.remove()


def _staged(place: Path) -> Path:
    return place.with_name(f"{place.name}{_STAGED}")


def _write(archive: Archive, part: Part, place: Path) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    staged = _staged(place)
    with open(os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        for chunk in archive.chunks(part):
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    return staged


def _check_records(settings: Settings, manifest: Manifest) -> None:
    """Raise where the record store is not one of this version, or has not the rows that the manifest says."""
    staged = _staged(settings.records_file)
    if staged.exists():
        with closing(open_record_store(f"duckdb:///{staged}")) as records:
            for name in SCHEMAS:
                if int(records.table(name).count().execute()) != manifest.tables.get(f"records.{name}"):
                    raise UnusableCall(f"records.{name} has not the rows that the manifest says; nothing was restored")


@contextmanager
def _filled_desk(settings: Settings, archive: Archive, path: Path) -> Iterator[int]:
    """The desk with the archive's rows, kept if the block ends well; nothing where the archive has no desk. Says how
    many tokens were revoked."""
    if archive.manifest.revision is None:
        yield 0
        return
    with closing(Desk(settings.desk, migrate=False)) as desk:
        found = desk.revision()
        with desk.writing() as connection:
            _fill(connection, found, archive, f"{path} into {desk.shown}")
            connection.execute(delete(SESSIONS))
            ended = connection.execute(update(TOKENS).where(TOKENS.c.revoked_at.is_(None)).values(revoked_at=now()))
            yield ended.rowcount


def _fill(connection: Connection, found: str | None, archive: Archive, what: str) -> None:
    wanted, known = archive.manifest.revision, revisions()
    if wanted not in known:
        raise UnusableCall(f"{what}: the backup's desk was made by a newer version of bidring; nothing was restored")
    for table in desk_tables(connection):
        if connection.execute(select(table).limit(1)).first() is not None:
            raise UnusableCall(f"{what}: {table.name} has rows already: restore into an empty database")
    if found is not None and known.index(found) > known.index(wanted):
        raise UnusableCall(f"{what}: its tables are of a newer version already: restore into a database without tables")
    upgrade(connection, wanted)
    parts = {part.table: part for part in archive.manifest.parts if part.table}
    tables = desk_tables(connection)
    if parts.keys() != {table.name for table in tables}:
        raise UnusableCall(f"{what}: the tables are not those of revision {wanted}; nothing was restored")
    for table in tables:
        part = parts[table.name]
        try:
            count = load_rows(connection, table, archive.lines(part))
        except (DataError, IntegrityError, msgspec.MsgspecError, OverflowError):
            raise UnusableCall(f"{what}: a row of {table.name} does not fit; nothing was restored") from None
        if not count == part.rows == archive.manifest.tables.get(f"desk.{table.name}"):
            raise UnusableCall(f"{what}: {table.name} has not the rows that the manifest says; nothing was restored")
    upgrade(connection)
