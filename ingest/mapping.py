"""A mapping names the columns of somebody's table once, in YAML, so that it loads as one of our formats."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ingest.errors import UnreadableInput

_TOP = {"format", "columns", "constants", "source", "encoding", "delimiter"}
_UNITS = ("s", "ms", "year")
_LIMIT = 64 * 1024


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
        found = yaml.safe_load(written)
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
    encoding = str(found.get("encoding") or "utf-8-sig")
    try:
        "".encode(encoding)
    except LookupError:
        raise UnreadableInput(f"{name}: unknown encoding {encoding!r}") from None
    return Mapping(
        format=str(found.get("format") or "bids"),
        columns={str(key): _column(name, str(key), value) for key, value in found["columns"].items()},
        constants={str(key): str(value) for key, value in constants.items() if value is not None},
        source=str(found.get("source") or source or "") or None,
        encoding=encoding,
        delimiter=found.get("delimiter"),
    )


def _column(name: str, key: str, value: object) -> Column:
    if isinstance(value, str | int):
        return Column(str(value))
    if not isinstance(value, dict) or "column" not in value:
        raise UnreadableInput(f"{name}: column for {key!r} is a name, or a table with `column`")
    unknown = sorted(set(value) - {"column", "unit", "format"})
    if unknown:
        raise UnreadableInput(f"{name}: column for {key!r} has an unknown key {unknown[0]!r}")
    unit = value.get("unit")
    if unit is not None and unit not in _UNITS:
        raise UnreadableInput(f"{name}: unit of {key!r} is one of {', '.join(_UNITS)}, not {unit!r}")
    return Column(str(value["column"]), unit, value.get("format"))
