"""Files in one zip whose bytes depend on nothing but their names and contents."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MEDIA: Mapping[str, str] = {
    ".csv": "text/csv; charset=utf-8",
    ".graphml": "application/graphml+xml",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".pdf": "application/pdf",
    ".py": "text/x-python; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".zip": "application/zip",
}
"""Media types by the last suffix of a file's name."""
_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can say."""
_UNIX = 3


def archive(contents: Mapping[str, bytes]) -> bytes:
    """A zip of files by name: in order of names, of one time, readable by all, made as on Unix."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED, compresslevel=6) as written:
        for name in sorted(contents):
            info = ZipInfo(name, _TIME)
            info.compress_type = ZIP_DEFLATED
            info.external_attr = 0o100644 << 16
            info.create_system = _UNIX
            written.writestr(info, contents[name], compresslevel=6)
    return made.getvalue()
