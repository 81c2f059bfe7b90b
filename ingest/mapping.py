"""A mapping names the columns of somebody's table once, in YAML, so that it loads as one of our formats."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from ingest.errors import UnreadableInput

_TOP = {"format", "columns", "constants", "source", "encoding", "delimiter"}
_UNITS = ("s", "ms", "year")
_LIMIT = 64 * 1024
_NOTHING = frozenset({"", "~", "null"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column's name, and for a date how it is written: ``unit`` s, ms or year, or a strptime ``format``."""

    name: str
    unit: str | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which column gives which field, and the values that are the same for every row."""

    format: str
    columns: dict[str, Column]
    constants: dict[str, str] = field(default_factory=dict)
    source: str | None = None
    encoding: str = "utf-8-sig"
    delimiter: str | None = None

    def as_document(self) -> dict[str, Any]:
        """The mapping as it would be written in YAML or JSON."""
        columns = {
            name: column.name
            if column.unit is None and column.format is None
            else {k: v for k in ("column", "unit", "format") if (v := getattr(column, k if k != "column" else "name"))}
            for name, column in self.columns.items()
        }
        return {
            "format": self.format,
            "columns": columns,
            "constants": self.constants,
            "source": self.source,
            "encoding": self.encoding,
            **({"delimiter": self.delimiter} if self.delimiter else {}),
        }


def read_mapping(path: str) -> Mapping:
    """The mapping in a YAML file; its ``source`` is the file's stem where it names none.

    Raises :class:`UnreadableInput` naming the file and what is wrong in it.
    """
    try:
        written = Path(path).read_text("utf-8")
    except FileNotFoundError:
        raise UnreadableInput(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError):
        raise UnreadableInput(f"{path}: cannot be read as a mapping") from None
    if len(written) > _LIMIT:
        raise UnreadableInput(f"{path}: a mapping has at most {_LIMIT // 1024} KiB")
    try:
        # Every value as the text that it is written as: `country: NO` is Norway, and nothing is expanded.
        found = yaml.load(written, Loader=yaml.BaseLoader)  # noqa: S506 - the loader that makes text only
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise UnreadableInput(f"{path}{where}: not YAML") from None
    return mapping_from(found, name=Path(path).name, source=Path(path).stem)


def mapping_from(found: object, *, name: str, source: str | None) -> Mapping:
    """A mapping from its parsed form; ``name`` names it in errors, ``source`` is used where it has none."""
    if not isinstance(found, dict) or not isinstance(found.get("columns"), dict):
        raise UnreadableInput(f"{name}: a mapping has `format` and `columns`")
    unknown = sorted(str(key) for key in found if key not in _TOP)
    if unknown:
        raise UnreadableInput(f"{name}: unknown key {unknown[0]!r}")
    constants = found.get("constants") or {}
    if not isinstance(constants, dict):
        raise UnreadableInput(f"{name}: `constants` is a table of names and values")
    given = {key: _text(name, key, constants[key]) for key in constants}
    format_, encoding, delimiter, own = (
        _text(name, key, found.get(key)) for key in ("format", "encoding", "delimiter", "source")
    )
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise UnreadableInput(f"{name}: `delimiter` is one character, not {delimiter!r}")
    return Mapping(
        format=format_ or "bids",
        columns={key: _column(name, key, value) for key, value in found["columns"].items()},
        constants={key: value for key, value in given.items() if value is not None},
        source=own or source or None,
        encoding=_encoding(name, encoding),
        delimiter=delimiter,
    )


def _text(name: str, key: str, value: object) -> str | None:
    if value is None or isinstance(value, str):
        return None if value in _NOTHING else value
    raise UnreadableInput(f"{name}: {key!r} is a single value")


def _encoding(name: str, written: str | None) -> str:
    try:
        "".encode(written or "utf-8")
    except LookupError:
        raise UnreadableInput(f"{name}: unknown encoding {written!r}") from None
    # A byte order mark, where there is one, is no part of the first column's name.
    return written if written and written.lower().replace("_", "-") not in ("utf-8", "utf8") else "utf-8-sig"


def _column(name: str, key: str, value: object) -> Column:
    if isinstance(value, str) and value:
        return Column(value)
    if not isinstance(value, dict) or not value.get("column"):
        raise UnreadableInput(f"{name}: column for {key!r} is a name, or a table with `column`")
    unknown = sorted(set(value) - {"column", "unit", "format"})
    if unknown:
        raise UnreadableInput(f"{name}: column for {key!r} has an unknown key {unknown[0]!r}")
    column, unit, format_ = (_text(name, part, value.get(part)) for part in ("column", "unit", "format"))
    if unit is not None and unit not in _UNITS:
        raise UnreadableInput(f"{name}: unit of {key!r} is one of {', '.join(_UNITS)}, not {unit!r}")
    if unit is not None and format_ is not None:
        raise UnreadableInput(f"{name}: {key!r} has a unit or a format, not both")
    if format_ is not None and not _reads_itself(format_):
        raise UnreadableInput(f"{name}: format of {key!r} is no way to write a date: {format_!r:.60}")
    return Column(column or "", unit, format_)


def _reads_itself(format_: str) -> bool:
    """Whether a date written in a strptime format can be read in it."""
    try:
        datetime.strptime(datetime(2000, 1, 1, tzinfo=UTC).strftime(format_), format_)
    except (ValueError, re.error):
        return False
    return "%" in format_
