"""A generation: everything that one detection found, published together and never changed after.

One DuckDB file, read through Ibis. The service reads one generation at a time, so that nobody sees half a run.
"""

import json
from collections.abc import Callable, Hashable, Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.common.exceptions import TableNotFound
from sqlglot.expressions import Literal

from graph.errors import NoGeneration

_STANDS_FOR = "\ue000asked\ue000"
"""In a statement in the making, for a value that comes with each question."""
_TEXT: pa.DataType = pa.string()
_NUMBER: pa.DataType = pa.float64()
_WHOLE: pa.DataType = pa.int64()
_DAY: pa.DataType = pa.date32()
_YES: pa.DataType = pa.bool_()
_TEXTS: pa.DataType = pa.list_(pa.string())


def _struct(**columns: pa.DataType) -> pa.DataType:
    return pa.struct(list(columns.items()))


def _structs(**columns: pa.DataType) -> pa.DataType:
    return pa.list_(_struct(**columns))


_COLUMNS: Mapping[str, Mapping[str, pa.DataType]] = {
    "findings": {
        "id": _TEXT, "code": _TEXT, "version": _TEXT, "parties": _TEXTS, "about": _structs(kind=_TEXT, id=_TEXT),
        "value": _NUMBER, "threshold": _NUMBER, "unit": _TEXT, "since": _DAY, "until": _DAY, "evidence": _TEXTS,
        "text": _TEXT, "weight": _NUMBER, "subject": _TEXT, "case": _TEXT,
    },
    "rings": {
        "id": _TEXT, "rank": _WHOLE, "score": _NUMBER, "reported": _YES, "members": _TEXTS, "tenders": _TEXTS,
        "markets": _TEXTS, "since": _DAY, "until": _DAY, "innocent": _TEXTS, "refuted_by": _TEXTS,
        "evidence": _structs(kind=_TEXT, statistic=_NUMBER, p=_NUMBER, text=_TEXT, at=_DAY),
    },
    "links": {
        "official": _TEXT, "supplier": _TEXT, "buyer": _TEXT, "hops": _WHOLE, "score": _NUMBER,
        "post": _struct(
            body=_TEXT, position=_TEXT, procurement=_YES, since=_DAY, until=_DAY, document=_TEXT
        ),
        "path": _structs(
            source=_TEXT, target=_TEXT, kind=_TEXT, detail=_TEXT, since=_DAY, until=_DAY, document=_TEXT, problem=_TEXT
        ),
        "tenders": _TEXTS, "amount": _NUMBER, "currency": _TEXT, "share": _NUMBER, "since": _DAY, "until": _DAY,
        "text": _TEXT,
    },
    "enriched": {
        "official": _TEXT, "body": _TEXT, "position": _TEXT, "first": _WHOLE, "last": _WHOLE, "income": _NUMBER,
        "assets": _NUMBER, "ratio": _NUMBER, "currency": _TEXT, "prices": _WHOLE,
        "lines": _structs(
            year=_WHOLE, side=_TEXT, kind=_TEXT, owner=_TEXT, description=_TEXT, amount=_NUMBER, currency=_TEXT,
            day=_DAY, value=_NUMBER, document=_TEXT,
        ),
        "incomplete": _TEXTS, "evidence": _TEXTS, "text": _TEXT,
    },
    "cases": {
        "id": _TEXT, "rank": _WHOLE, "score": _NUMBER, "opened": _WHOLE, "core": _TEXTS, "parties": _TEXTS,
        "codes": _TEXTS, "findings": _TEXTS, "since": _DAY, "until": _DAY, "merged": _TEXTS, "split_from": _TEXT,
        "title": _TEXT, "restricted": _YES,
    },
}  # fmt: skip
SCHEMAS = {name: pa.schema(list(columns.items())) for name, columns in _COLUMNS.items()}
"""The tables made here; tenders, awards, pairs, firms, parties and documents come as the market's tables give them."""


def rows_of(expression: ir.Expr) -> list[Any]:
    """The rows of a table as dictionaries, or the values of a column.

    Through batches, because every other way out of Ibis loads pandas, which costs a command a quarter of a second.
    """
    found = expression.to_pyarrow_batches().read_all().to_pylist()
    return found if isinstance(expression, ir.Table) else [row[expression.get_name()] for row in found]


def listed(ids: Iterable[str]) -> ir.StringColumn:
    """Ids without spaces as a column to ask ``isin`` of.

    One text that the engine splits: a statement with thousands of texts takes ten times as long to write and to read.
    """
    return words(joined(ids))


def joined(ids: Iterable[str]) -> str:
    """Ids without spaces as one text, for :func:`words`."""
    return " ".join(sorted(set(ids)))


def words(text: str) -> ir.StringColumn:
    """The words of a text as a column."""
    return ibis.literal(text).split(" ").unnest().name("id").as_table()["id"]


class GenerationWriter:
    """A generation in the making: a file that nobody reads until it is published."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        for beside in (path, path.with_name(f"{path.name}.wal")):
            beside.unlink(missing_ok=True)
        self._con = ibis.duckdb.connect(path)

    def rows(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write a table of :data:`SCHEMAS`."""
        self.table(name, pa.Table.from_pylist(list(rows), schema=SCHEMAS[name]))

    def table(self, name: str, table: pa.Table) -> None:
        """Write a table as it is."""
        self._con.create_table(name, table)

    def close(self, facts: Mapping[str, Any]) -> None:
        """Write what the generation says of itself, and end it."""
        self.table("generation", pa.table({"facts": [json.dumps(dict(facts), sort_keys=True)]}))
        self._con.disconnect()


def file_identity(path: Path, number: int) -> tuple[int, int, int]:
    """What tells the file of a generation from another one under its number; NoGeneration where it is gone."""
    try:
        status = path.stat()
    except FileNotFoundError:
        raise NoGeneration(f"generation {number} is gone: run `bidring detect` again") from None
    return number, status.st_ino, status.st_mtime_ns


class Generation:
    """A published generation, opened for reading; readers of one file may share ``statements``, what was compiled."""

    def __init__(self, path: Path, number: int) -> None:
        self.number, self.identity = number, file_identity(path, number)
        self.statements: dict[Hashable, str] = {}
        self._tables: dict[str, ir.Table] = {}
        self._facts: dict[str, Any] | None = None
        try:
            self._con = ibis.duckdb.connect(path, read_only=True)
        except duckdb.Error:
            raise NoGeneration(f"generation {number} cannot be read: run `bidring detect` again") from None

    def table(self, name: str) -> ir.Table:
        """One of its tables as an Ibis expression; NoGeneration where an older version made it without this one."""
        if name not in self._tables:  # asking for a table's columns takes as long as asking for a row of it
            try:
                self._tables[name] = self._con.table(name)
            except TableNotFound:
                told = f"generation {self.number} has no table of {name}: run `bidring detect` again"
                raise NoGeneration(told) from None
        return self._tables[name]

    def prepared(self, key: Hashable, asked: Callable[[str], ir.Table], value: str) -> list[dict[str, Any]]:
        """The rows of a question about one text, put into SQL once for each ``key``: that takes longer than the answer.

        ``asked`` is given a text that stands for the value. The value is quoted by the engine's own rules: a parameter
        would load pandas, which costs a command a quarter of a second.
        """
        if key not in self.statements:
            self.statements[key] = str(self._con.compile(asked(_STANDS_FOR)))
        statement = self.statements[key].replace(f"'{_STANDS_FOR}'", Literal.string(value).sql("duckdb"))
        found: list[dict[str, Any]] = self._con.con.execute(statement).to_arrow_table().to_pylist()
        return found

    @property
    def facts(self) -> dict[str, Any]:
        """What the generation says of itself: the answer of the detection that made it."""
        if self._facts is None:
            self._facts = json.loads(rows_of(self.table("generation").facts)[0])
        return self._facts

    def close(self) -> None:
        """Release the file."""
        self._con.disconnect()
