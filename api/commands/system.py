"""``serve`` and ``doctor``."""

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

import click

from api.commands.common import Call, json_option, pass_call
from api.errors import ApiError
from api.house import foreign_packages
from api.terminal import Terminal
from graph.errors import GraphError
from graph.store.address import redacted
from ingest.errors import IngestError

if TYPE_CHECKING:
    from api.workspace import Workspace


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Beyond this machine, put HTTPS in front of it.")
@pass_call
def serve(call: Call, port: int, host: str) -> None:
    """Serve the API and the pages."""
    from api.service import run  # noqa: PLC0415

    workspace = call.workspace
    if not workspace.number_or_zero():
        click.echo("Nothing has been detected yet: pages answer once `bidring detect` has run.", err=True)

    def announce(url: str) -> None:
        announce_first(workspace)
        click.echo(f"Serving {url} (stop with Ctrl-C)", err=True)

    run(workspace, host=host, port=port, announce=announce)


def announce_first(workspace: "Workspace") -> None:
    """Make the first administrator where there is no account, and say the password, this once."""
    from api.access.accounts import Accounts  # noqa: PLC0415

    with workspace.desk() as desk:
        made = Accounts(desk, workspace.settings.home).first()
    if made:
        click.echo(f"First administrator: name {made[0]}, password {made[1]} (shown this once)", err=True)


_PARTS = (
    "duckdb",
    "ibis-framework",
    "ladybug",
    "neo4j",
    "graphdatascience",
    "igraph",
    "sqlalchemy",
    "alembic",
    "psycopg",
    "networkx",
    "fastapi",
    "pyvis",
    "typst",
)


@click.command()
@json_option
@pass_call
def doctor(call: Call, terminal: Terminal) -> None:
    """What is configured, what can be reached, in which versions."""
    settings = call.settings
    workspace = call.workspace
    found: dict[str, object] = {
        "bidring": version("bidring"),
        "python": platform.python_version(),
        "home": str(settings.home),
        "records": settings.records,
        "graph": redacted(settings.graph),
        "desk": settings.desk_address.shown,
        "versions": {part: version(part) for part in _PARTS},
        "engine": {},
        "desk_engine": {},
        "problems": [],
    }
    problems = foreign_packages()
    try:
        with workspace.records() as records:
            found["tenders"] = int(records.table("tenders").count().execute())
    except IngestError as error:
        problems.append(str(error))
    try:
        with workspace.graphs() as engine:
            found["engine"] = engine.about()
        number = workspace.number()
        found["generation"] = number
        with workspace.generation() as generation, workspace.graph(number):
            found["cases"] = int(generation.table("cases").filter(lambda cases: ~cases.restricted).count().execute())
    except GraphError as error:
        problems.append(str(error))
    try:
        if settings.desk_address.exists:
            with workspace.desk() as desk:
                found["desk_engine"] = desk.about()
        decided = workspace.decisions()
        found["decisions"] = len(decided.accepted) + len(decided.rejected)
    except ApiError as error:
        problems.append(str(error))
    found["problems"] = problems
    if terminal.json_only:
        terminal.document(found)
        return
    for name, value in found.items():
        if isinstance(value, dict):
            value = ", ".join(f"{part} {number}" for part, number in value.items())  # noqa: PLW2901
        if name != "problems":
            terminal.line(f"{name.replace('_', ' '):>11}  {value}")
    for problem in problems:
        terminal.line(f"    problem  {problem}")
