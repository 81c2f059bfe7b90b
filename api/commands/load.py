"""``load`` and ``quarantine``."""

import json
from pathlib import Path, PurePosixPath
from typing import Any

import click

from api.commands.common import Call, json_option, pass_call
from api.intake import take_in
from api.terminal import Column, Terminal

FORMATS = (
    "auto", "ocds", "bods", "goszakup", "ftm", "bids", "companies", "officers", "offices", "kinship", "declarations",
    "rates", "prices", "debarred",
)  # fmt: skip


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="auto", help="What the files are; looked at by default."
)
@click.option("--map", "mapping", metavar="MAP.yaml", help="Which column of a table is which field.")
@click.option("--source", help="The source's name, or the scheme that its bare numbers take (KZ-BIN).")
@click.option("--strict", is_flag=True, help="Load nothing where a single record would go to quarantine.")
@json_option
@pass_call
def load(
    call: Call,
    terminal: Terminal,
    paths: tuple[str, ...],
    format_: str,
    mapping: str | None,
    source: str | None,
    strict: bool,
) -> None:
    """Load files, folders, globs, archives, or - for standard input. Safe to repeat."""
    from ingest.load import LoadOptions  # noqa: PLC0415
    from ingest.mapping import read_mapping  # noqa: PLC0415

    options = LoadOptions(
        None if format_ == "auto" else format_, source, read_mapping(mapping) if mapping else None, strict
    )
    with terminal.progress("Loading") as bar:
        report = take_in(call.workspace, list(paths), options, bar.show)
    _print_report(terminal, report)


def _print_report(terminal: Terminal, report: dict[str, Any]) -> None:
    if terminal.json_only:
        terminal.document(report)
        return
    shown = [file for file in report["files"] if not file.get("skipped")]
    columns: list[Column | str] = ["file", "format", *(Column(name, number=True) for name in _COUNTS)]
    if len(shown) > _MOST_FILES:
        shown = _by_folder(shown)
    if len(shown) > 1:
        rows = [[file["path"], file["format"] or "?", *(file[name] for name in _COUNTS)] for file in shown]
        terminal.table(columns, rows[:_MOST_FILES])
        terminal.more(_MOST_FILES, len(rows), "--json")
    terminal.line(" · ".join(f"{report[name]:,} {name}" for name in _COUNTS))
    for remark in report["remarks"]:
        times = f" ({remark['subjects']:,} times)" if remark["subjects"] else ""
        terminal.line(f"note: {remark['remark']}{times}")
    if report["quarantined"]:
        terminal.line("`bidring quarantine` shows what was refused, and why.")


def _by_folder(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The counts of many files added up by folder and format, in order of their first file."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for file in files:
        folder = str(PurePosixPath(file["path"]).parent)
        row = found.setdefault((folder, file["format"]), dict.fromkeys(_COUNTS, 0) | {"files": 0})
        row["files"] += 1
        for name in _COUNTS:
            row[name] += file[name]
    return [
        row | {"path": f"{folder} ({row['files']:,} files)", "format": format_}
        for (folder, format_), row in found.items()
    ]


_COUNTS = ("read", "loaded", "unchanged", "quarantined")
_MOST_FILES = 20


@click.command()
@click.option("--export", metavar="FILE", help="Write the refused records to a file of JSON lines.")
@click.option("--replay", "again", is_flag=True, help="Try to read them again; what can be read now is loaded.")
@json_option
@pass_call
def quarantine(call: Call, terminal: Terminal, export: str | None, again: bool) -> None:
    """Refused source records, with file, position and reason."""
    from ingest.load import replay  # noqa: PLC0415
    from ingest.quarantine import held  # noqa: PLC0415

    workspace = call.workspace
    if again:
        with workspace.writing(), workspace.records(write=True) as store:
            report = replay(store).as_document()
        _print_report(terminal, report)
        return
    with workspace.records() as store:
        found = held(store)
    if export:
        lines = (json.dumps(one.as_document(), ensure_ascii=False) for one in found)
        Path(export).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    if terminal.json_only:
        terminal.document([one.as_document() for one in found])
    elif not found:
        terminal.line("Nothing is in quarantine.")
    else:
        rows = [[one.id, one.file, one.position, one.reason] for one in found[:_MOST_FILES]]
        terminal.table(["id", "file", "position", "reason"], rows)
        terminal.more(len(rows), len(found), "bidring quarantine --json")
