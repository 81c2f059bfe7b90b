"""``serve``, ``doctor``, ``graph check``."""

import platform
from importlib.metadata import version

import click

from api.commands.common import Call, json_option, pass_call
from api.errors import ApiError
from api.house import foreign_packages
from api.terminal import Terminal
from graph.errors import GraphError
from ingest.errors import IngestError


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="There is no access control yet: keep it on this machine."
)
@pass_call
def serve(call: Call, port: int, host: str) -> None:
    """Serve the API and the pages."""
    from api.service import run  # noqa: PLC0415

    workspace = call.workspace
    workspace.number()
    run(workspace, host=host, port=port, announce=lambda url: click.echo(f"Serving {url} (stop with Ctrl-C)", err=True))


@click.group()
def graph() -> None:
    """The graph behind the published generation."""


@graph.command()
@json_option
@pass_call
def check(call: Call, terminal: Terminal) -> None:
    """Compare the graph with the records: how many nodes and edges of each kind each has."""
    from graph.build import expected_counts  # noqa: PLC0415
    from graph.market import Market  # noqa: PLC0415

    workspace = call.workspace
    with workspace.graph(workspace.number()) as store:
        found = store.counts()
    with workspace.records() as records:
        expected = expected_counts(Market(records))
    rows = [{"kind": kind, "graph": found.get(kind, 0), "records": count} for kind, count in expected.items()]
    if terminal.json_only:
        terminal.document({"equal": found == expected, "counts": rows})
    else:
        terminal.table(["kind", "graph", "records"], [list(row.values()) for row in rows])
        equal = (
            "The graph is what the records give." if found == expected else "They differ: run `bidring detect` again."
        )
        terminal.line(equal)
    if found != expected:
        raise ApiError("the graph and the records differ: run `bidring detect` again")


_PARTS = ("duckdb", "ibis-framework", "ladybug", "igraph", "networkx", "fastapi", "pyvis", "typst")


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
        "graph": settings.graph,
        "versions": {part: version(part) for part in _PARTS},
        "problems": [],
    }
    problems = foreign_packages()
    try:
        with workspace.records() as records:
            found["tenders"] = int(records.table("tenders").count().execute())
    except IngestError as error:
        problems.append(str(error))
    try:
        number = workspace.number()
        found["generation"] = number
        with workspace.generation() as generation, workspace.graph(number):
            found["cases"] = int(generation.table("cases").count().execute())
    except GraphError as error:
        problems.append(str(error))
    found["problems"] = problems
    if terminal.json_only:
        terminal.document(found)
        return
    for name, value in found.items():
        if name == "versions":
            value = ", ".join(f"{part} {number}" for part, number in value.items())  # type: ignore[attr-defined]  # noqa: PLW2901
        if name != "problems":
            terminal.line(f"{name:>10}  {value}")
    for problem in problems:
        terminal.line(f"   problem  {problem}")
