"""What is known of tenders, firms, pairs or rings, read from a CSV file."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graph.errors import LabelsError

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "tender": ("id", "label"),
    "firm": ("id", "label"),
    "pair": ("a", "b", "label"),
    "ring": ("id", "ring"),
}
"""The columns that the file of each unit has; others are ignored."""
YES_NO = {"1": True, "1.0": True, "true": True, "0": False, "0.0": False, "false": False}


@dataclass(frozen=True, slots=True)
class Labels:
    """Known cases of one unit; the mapping of that unit is filled, the others are empty.

    ``positive`` says of tenders or firms, by the sources' own ids, whether they belong to a known case; ``pairs`` says
    so of two firms, their ids sorted; ``rings`` names the ring of a firm, "" where it is in none.
    """

    unit: str
    positive: Mapping[str, bool] = field(default_factory=dict)
    pairs: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    rings: Mapping[str, str] = field(default_factory=dict)


def read_labels(path: Path, unit: str) -> Labels:
    """The labels in a CSV file with the unit's :data:`COLUMNS`, in the order of the file.

    A label is 1, 0, true or false, in any case of letters (1.0 and 0.0, as some programs write them, as well). Blanks
    around values, empty rows, and rows that say the same again do not count. Raises :class:`LabelsError` naming file,
    line and fault: no such file, a folder, not UTF-8 (a byte order mark is fine), not CSV, no labels, no such column, a
    row with more or fewer values than headings, an id that is missing, a label that is none, two labels of one id.
    """
    found: dict[tuple[str, ...], tuple[str | bool, int]] = {}
    for line, (*ids, said) in label_rows(path, COLUMNS[unit]):
        if fault := _fault(unit, ids, said):
            raise LabelsError(f"{path}, line {line}: {fault}")
        key, label = tuple(sorted(ids)), said if unit == "ring" else YES_NO[said.lower()]
        before, first = found.setdefault(key, (label, line))
        if before != label:
            raise LabelsError(f"{path}, line {line}: {' and '.join(key)} has another label than in line {first}")
    if not found:
        raise LabelsError(f"{path}: there are no labels under the header")
    if unit == "ring":
        return Labels(unit, rings={firm: str(ring) for (firm,), (ring, _line) in found.items()})
    if unit == "pair":
        return Labels(unit, pairs={(a, b): bool(label) for (a, b), (label, _line) in found.items()})
    return Labels(unit, positive={own: bool(label) for (own,), (label, _line) in found.items()})


def _fault(unit: str, ids: list[str], said: str) -> str | None:
    """What is wrong with a row; None where nothing is."""
    for name, own in zip(COLUMNS[unit], ids, strict=False):
        if not own:
            return f"the column {name!r} is empty"
    if unit == "pair" and ids[0] == ids[1]:
        return f"{ids[0]!r} is paired with itself"
    if unit != "ring" and said.lower() not in YES_NO:
        return f"the label {said!r} is not 1, 0, true or false"
    return None


def label_rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """The values of the columns, row by row, with the line that a row ends in."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    places: list[int] = []
    width = 0
    try:
        for row in reader:
            values = [value.strip() for value in row]
            if not any(values):
                continue
            if not places:
                places, width = [_place(path, values, column) for column in columns], len(values)
            elif len(values) != width:
                raise LabelsError(f"{path}, line {reader.line_num}: {len(values)} values under {width} headings")
            else:
                yield reader.line_num, [values[place] for place in places]
    except csv.Error as error:
        raise LabelsError(f"{path}, line {reader.line_num}: not CSV: {error}") from None
    if not places:
        raise LabelsError(f"{path}: the file is empty")


def _place(path: Path, header: list[str], column: str) -> int:
    if (times := header.count(column)) != 1:
        raise LabelsError(f"{path}: the header has {'no' if not times else 'more than one'} column {column!r}")
    return header.index(column)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise LabelsError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise LabelsError(f"{path}: a folder, where a CSV file is wanted") from None
    except OSError:
        raise LabelsError(f"{path}: cannot be read") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise LabelsError(f"{path}, line {line}: not UTF-8") from None
