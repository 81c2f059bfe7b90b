"""What the terminal shows: tables that align on standard output, progress on standard error."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

MOST_ROWS = 40
"""A table in the terminal shows so many rows where no other number is asked for; --json gives all."""
_PIPED_WIDTH = 160


def as_json(document: Any) -> str:
    """A document as JSON text: ISO 8601 dates, UTC times, no ASCII escapes."""
    return json.dumps(document, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value.isoformat(timespec='seconds')}Z"
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and whether it holds numbers."""

    name: str
    number: bool = False


class Terminal:
    """Prints answers; with ``as_json`` one document and nothing else."""

    def __init__(self, *, json_only: bool) -> None:
        self.json_only = json_only
        width = None if sys.stdout.isatty() else _PIPED_WIDTH
        self.out = Console(width=width, highlight=False, markup=False, emoji=False)
        self.err = Console(stderr=True, highlight=False, markup=False, emoji=False)

    def document(self, document: Any) -> None:
        """Print a document as JSON."""
        sys.stdout.write(f"{as_json(document)}\n")

    def line(self, text: str = "") -> None:
        """Print a line, unless JSON is all that is wanted."""
        if not self.json_only:
            self.out.print(text, soft_wrap=True)

    def table(
        self, columns: Sequence[Column | str], rows: Sequence[Sequence[object]], *, title: str | None = None
    ) -> None:
        """Print rows under headings; numbers to the right."""
        made = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
        for column in columns:
            column = Column(column) if isinstance(column, str) else column  # noqa: PLW2901
            made.add_column(column.name, justify="right" if column.number else "left", no_wrap=column.number)
        for row in rows:
            made.add_row(*(_cell(value) for value in row))
        self.out.print(made)

    def more(self, shown: int, total: int, command: str) -> None:
        """Say that there is more than is shown."""
        if total > shown:
            self.line(f"... {total - shown} more: {command}")

    @contextmanager
    def progress(self, what: str, total: int | None = None) -> Iterator["Bar"]:
        """A progress bar on standard error, gone at the end; silent where standard error is no terminal."""
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.err, transient=True, disable=not self.err.is_terminal) as bars:
            yield Bar(bars, what, total)


class Bar:
    """One progress bar."""

    def __init__(self, bars: Progress, what: str, total: int | None) -> None:
        self._bars, self._what = bars, what
        self._task = bars.add_task(what, total=total)

    def show(self, detail: str, done: int, total: int) -> None:
        """Move the bar, and say what it is at."""
        self._bars.update(self._task, completed=done, total=total or 1, description=f"{self._what} {detail}"[:60])


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.3f}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)
