"""``fetch``: records from a portal's service as files that ``load`` reads."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.common import Call, json_option, pass_call
from api.errors import UnusableCall
from api.terminal import Column, Terminal
from ingest.goszakup.wanted import TYPES, USUAL

if TYPE_CHECKING:
    from ingest.goszakup.fetch import FetchReport

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def fetch() -> None:
    """Fetch records from a portal's service into a folder, for `bidring load`."""


@fetch.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--only", "types", type=click.Choice(TYPES), multiple=True, help=f"What; by default {', '.join(USUAL)}.")
@click.option(
    "--from", "since", type=_DAY, metavar="DAY", help="What changed on this day or later; everything by default."
)
@click.option("--to", "until", type=_DAY, metavar="DAY", help="What changed on this day or before.")
@click.option("--changes", is_flag=True, help="What the journal says changed or was deleted since the last call.")
@click.option(
    "--rate", type=click.FloatRange(0.01, 20), default=2.0, show_default=True, help="Requests a second, at most."
)
@click.option(
    "--attempts", type=click.IntRange(1, 20), default=6, show_default=True, help="For a request, before giving up."
)
@json_option
@pass_call
def goszakup(
    call: Call,
    terminal: Terminal,
    folder: Path,
    types: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    changes: bool,
    rate: float,
    attempts: int,
) -> None:
    """Kazakhstan's procurement portal (OWS v3). The token is in BIDRING_GOSZAKUP_TOKEN.

    Run again, a call goes on where the last one ended. At most two requests a second; a failed one is repeated after
    1, 2, 4... seconds and some by chance, at most 60, or after what the service asks for (Retry-After).
    """
    from ingest.goszakup.changes import fetch_changes  # noqa: PLC0415
    from ingest.goszakup.client import Client, Politeness  # noqa: PLC0415
    from ingest.goszakup.fetch import Selection  # noqa: PLC0415
    from ingest.goszakup.fetch import fetch as fetch_all  # noqa: PLC0415

    settings = call.settings
    if not settings.goszakup_token:
        raise UnusableCall("no token: the portal gives one on request; put it into BIDRING_GOSZAKUP_TOKEN")
    first, last = _day(since), _day(until)
    if first and last and last < first:
        raise UnusableCall(f"--to {last} is before --from {first}")
    selection = Selection(types or USUAL, first, last)
    politeness = Politeness(rate=rate, attempts=attempts)
    with (
        Client(settings.goszakup_url, settings.goszakup_token, politeness) as client,
        terminal.progress("Fetching") as bar,
    ):
        report = (fetch_changes if changes else fetch_all)(client, folder, selection, bar.show)
    _print(terminal, report)


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _print(terminal: Terminal, report: "FetchReport") -> None:
    if terminal.json_only:
        parts = [{"part": name, **asdict(part)} for name, part in report.parts.items()]
        terminal.document({**asdict(report), "parts": parts})
        return
    if report.parts:
        columns: list[Column | str] = ["part", *(Column(name, number=True) for name in ("pages", "objects", "deleted"))]
        rows = [[name, part.pages, part.objects, part.deleted] for name, part in report.parts.items()]
        terminal.table(columns, rows)
    terminal.line(f"{report.pages:,} pages · {report.objects:,} objects · {report.deleted:,} deleted")
    for note in report.notes:
        terminal.line(f"note: {note}")
    if report.pages:
        terminal.line(f"`bidring load {report.folder} --format goszakup` loads them.")
    else:
        terminal.line("Nothing new: everything asked for is there.")
