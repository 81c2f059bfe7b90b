"""``graph push``, ``graph export``, ``graph check``."""

from pathlib import Path

import click

from api.commands.common import Call, json_option, pass_call
from api.errors import ApiError
from api.terminal import Column, Terminal


@click.group()
def graph() -> None:
    """The graph behind the published generation: in a file, or on a Neo4j server (BIDRING_GRAPH)."""


@graph.command()
@click.option("--upsert", is_flag=True, help="Write a large first load by upserts all the same.")
@json_option
@pass_call
def push(call: Call, terminal: Terminal, upsert: bool) -> None:
    """Make the graph exactly what the records give. Safe to repeat, also after it was cut off.

    A server is told what differs. For the first load of a large graph, `graph export` is the way.
    """
    with terminal.progress("Pushing the graph"):
        changes = call.workspace.push(upsert=upsert)
    rows = [{"kind": kind, "written": one.written, "dropped": one.dropped} for kind, one in changes.items()]
    if terminal.json_only:
        terminal.document({"changes": rows})
        return
    columns: list[Column | str] = ["kind", Column("written", number=True), Column("dropped", number=True)]
    terminal.table(columns, [list(row.values()) for row in rows])
    written, dropped = (sum(getattr(one, name) for one in changes.values()) for name in ("written", "dropped"))
    terminal.line(f"{written:,} written · {dropped:,} dropped: the graph is what the records give.")


@graph.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@json_option
@pass_call
def export(call: Call, terminal: Terminal, folder: Path) -> None:
    """Write the graph as CSV for `neo4j-admin database import full`, with the exact command.

    The way for a first load: a million relationships take seconds, where upserts take minutes.
    """
    from graph.store.neo4j_import import SCRIPT  # noqa: PLC0415

    with terminal.progress("Exporting the graph"):
        exported = call.workspace.export_graph(folder)
    if terminal.json_only:
        terminal.document(
            {
                "folder": str(folder),
                "command": exported.command,
                "nodes": exported.nodes,
                "relationships": exported.relationships,
            }
        )
        return
    terminal.line(f"{exported.nodes:,} nodes and {exported.relationships:,} relationships in {folder}")
    terminal.line("Stop the server, and in that folder run")
    terminal.line()
    terminal.line(f"    {' '.join(exported.command)}")
    terminal.line()
    terminal.line(f"(or {folder / SCRIPT}, which does so). It replaces the database. Start the server again, and run")
    terminal.line("`bidring graph push`, which creates the indexes and writes what has changed since.")


@graph.command()
@json_option
@pass_call
def check(call: Call, terminal: Terminal) -> None:
    """Compare the graph with the records: how many nodes and edges of each kind, and a hash of their contents."""
    from graph.compare import compare  # noqa: PLC0415
    from graph.market import Market  # noqa: PLC0415

    workspace = call.workspace
    with (
        terminal.progress("Comparing"),
        workspace.records() as records,
        workspace.graph(workspace.number_or_zero()) as store,
    ):
        found = compare(Market(records, workspace.decisions()), store)
    equal = all(one.equal for one in found)
    if terminal.json_only:
        counts = [
            {
                "kind": one.kind,
                "graph": one.graph,
                "records": one.records,
                "equal": one.equal,
                "graph_hash": one.graph_hash,
                "records_hash": one.records_hash,
            }
            for one in found
        ]
        terminal.document({"equal": equal, "counts": counts})
    else:
        numbers = (Column(name, number=True) for name in ("graph", "records"))
        columns: list[Column | str] = ["kind", *numbers, "contents"]
        said = {True: "equal", False: "differ"}
        terminal.table(columns, [[one.kind, one.graph, one.records, said[one.equal]] for one in found])
        if equal:
            terminal.line("The graph is what the records give.")
    if not equal:
        raise ApiError("the graph and the records differ: run `bidring graph push`, or `bidring detect` again")
