"""OCDS 1.0 and 1.1: packages of releases and records, bare releases, JSON lines, concatenated JSON.

Releases of one process are compiled by the standard's merging rules; a record's own releases go before its
compiled release. See https://standard.open-contracting.org/1.1/en/schema/merging/
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from typing import IO, Any

import msgspec
from ocdsmerge import CompiledRelease
from ocdsmerge.exceptions import DuplicateIdValueWarning, OCDSMergeError

from ingest import values
from ingest.errors import BadRecord
from ingest.reading import Outcome, Reading, Refusal, SourceRecord
from ingest.sources.json_pieces import BROKEN, Piece, items, plain, read_pieces, starts_with
from ingest.sources.ocds_release import add_release
from ingest.sources.ocds_repair import with_unique_ids

_PREFIX = re.compile(r"ocds-[a-z0-9]{6}")
_MERGE_RULES: dict[tuple[str, ...], str] = {
    ("id",): "omitWhenMerged",
    ("date",): "omitWhenMerged",
    ("tag",): "omitWhenMerged",
    **{
        (*stage, "items", "additionalClassifications"): "wholeListMerge"
        for stage in (("tender",), ("awards",), ("contracts",))
    },
    **{(stage, "amendment", "changes"): "wholeListMerge" for stage in ("tender", "awards", "contracts")},
}


class _Envelope(msgspec.Struct):
    """What a JSON object says about which kind of OCDS it is."""

    ocid: object = None
    id: object = None
    date: object = None
    url: object = None
    releases: msgspec.Raw = msgspec.Raw()
    records: msgspec.Raw = msgspec.Raw()
    compiledRelease: msgspec.Raw = msgspec.Raw()  # noqa: N815 - the standard's names
    versionedRelease: msgspec.Raw = msgspec.Raw()  # noqa: N815


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_DECODER = msgspec.json.Decoder()


class OCDS:
    """Open Contracting Data Standard."""

    name = "ocds"

    def read(self, handle: IO[bytes], reading: Reading, label: str) -> Iterator[SourceRecord | Refusal]:
        """A source record per release, in the file's order; UnreadableInput where the file is no JSON."""
        for piece in read_pieces(handle, label):
            yield from [piece] if isinstance(piece, Refusal) else _unwrapped(piece, reading, None)

    def records(self, found: Sequence[SourceRecord], reading: Reading) -> Outcome:
        """The process that its releases tell of, as of the newest."""
        out = Outcome()
        readable = []
        for record in found:
            release = _decoded(record, out)
            if release is not None:
                readable.append((record, release))
        if not readable:
            return out
        releases = [release for _, release in readable]
        compiled = releases[0] if len(releases) == 1 else _compiled(releases)
        add_release(compiled, readable[-1][0], out)
        return out


def _unwrapped(piece: Piece, reading: Reading, ocid: str | None) -> Iterator[SourceRecord | Refusal]:
    """The releases in a package, a record, a list or a bare release; ``ocid`` is the record's around it."""
    try:
        if piece.is_list:
            for part in items(piece, piece.raw, "item"):
                yield from [part] if isinstance(part, Refusal) else _unwrapped(part, reading, None)
            return
        if not starts_with(piece.raw, b"{"):
            yield piece.refusal("neither a release nor a package: not a JSON object")
            return
        head = _ENVELOPE.decode(piece.raw)
    except BROKEN as error:
        yield piece.refusal(f"no usable JSON: {plain(error)}")
        return
    own = values.text(head.ocid) or ocid
    if starts_with(head.records, b"["):
        yield from _each(piece, head.records, "records", reading, None)
    elif starts_with(head.releases, b"[") and not _only_links(head.releases):
        yield from _each(piece, head.releases, "releases", reading, own)
    elif starts_with(head.releases, b"{"):
        yield from _unwrapped(Piece(piece.within("releases"), head.releases), reading, own)
    elif starts_with(head.compiledRelease, b"{"):
        yield from _unwrapped(Piece(piece.within("compiledRelease"), head.compiledRelease), reading, own)
    elif starts_with(head.releases, b"["):
        if own is not None or not _empty(head.releases):
            yield piece.refusal("the record only links to its releases, or has none")
    elif starts_with(head.versionedRelease, b"{"):
        yield piece.refusal("the record has only a versioned release")
    else:
        yield _release(piece, head, own, reading)


def _each(
    piece: Piece, raw: msgspec.Raw, name: str, reading: Reading, ocid: str | None
) -> Iterator[SourceRecord | Refusal]:
    for part in items(piece, raw, name):
        yield from [part] if isinstance(part, Refusal) else _unwrapped(part, reading, ocid)


class _Link(msgspec.Struct):
    url: object = None
    id: object = None
    ocid: object = None


_LINKS = msgspec.json.Decoder(list[_Link])


def _only_links(raw: msgspec.Raw) -> bool:
    """Whether a record's list of releases holds no release: addresses (url, date and tag) instead, or nothing."""
    try:
        found = _LINKS.decode(raw)
    except BROKEN:
        return False
    return all(link.url is not None and link.id is None and link.ocid is None for link in found)


def _empty(raw: msgspec.Raw) -> bool:
    return not bytes(raw).strip(b"[] \t\r\n")


def _release(piece: Piece, head: _Envelope, ocid: str | None, reading: Reading) -> SourceRecord | Refusal:
    if head.url is not None and head.id is None and head.ocid is None:
        return piece.refusal("the release is only an address")
    if ocid is None:
        return piece.refusal("the release has no ocid")
    try:
        published = values.moment(head.date, "date")
    except BadRecord as error:
        return piece.refusal(f"the release's {error}")
    prefix = _PREFIX.match(ocid)
    source = reading.source or (prefix.group() if prefix else "ocds")
    return SourceRecord(piece.position or "file", ocid, source, bytes(piece.raw), published)


def _decoded(record: SourceRecord, out: Outcome) -> dict[str, Any] | None:
    try:
        release = _DECODER.decode(record.raw)
        return with_unique_ids(release, out)
    except BadRecord as error:
        out.refuse(record, str(error))
    except BROKEN as error:
        out.refuse(record, f"no usable JSON: {plain(error)}")
    return None


def _compiled(releases: list[dict[str, Any]]) -> dict[str, Any]:
    """The releases merged in the order given; BadRecord where one contradicts another's structure."""
    merged = CompiledRelease(merge_rules=_MERGE_RULES)
    try:
        with warnings.catch_warnings():
            # Ids are unique in every list that is read; documents and the like may repeat theirs.
            warnings.simplefilter("ignore", DuplicateIdValueWarning)
            for release in releases:
                merged.append(release)
        compiled: dict[str, Any] = merged.asdict()
    except (OCDSMergeError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise BadRecord(f"the releases of this process cannot be compiled: {type(error).__name__}") from None
    return compiled
