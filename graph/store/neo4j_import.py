"""A graph as the CSV set of ``neo4j-admin database import full``, Neo4j's bulk path for a first load.

https://neo4j.com/docs/operations-manual/5/import/
"""

import shlex
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from graph.errors import GraphStoreUnusable
from graph.model import EDGES, NODES, EdgeKind, NodeKind, edge_columns
from graph.store.content import as_built, with_digests
from graph.store.neo4j_marker import LAYOUT

SCRIPT = "import.sh"
_TYPES = {
    pa.string(): "string",
    pa.int64(): "long",
    pa.float64(): "double",
    pa.bool_(): "boolean",
    pa.date32(): "date",
}
_ROLES = {"source": ":START_ID", "target": ":END_ID", "id": "id:ID"}


def write_import(
    folder: Path, nodes: Mapping[NodeKind, pa.Table], edges: Mapping[EdgeKind, pa.Table], *, home: str
) -> list[str]:
    """Write the CSV files with a header file each, and ``import.sh`` with the command; gives the command's words.

    The graph is marked as ``home``'s; paths are relative to the folder. Raises GraphStoreUnusable for a folder that
    holds anything.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise GraphStoreUnusable(f"{folder} is not empty: give the export a folder of its own")
    words, lines = [], False
    for node, columns in NODES.items():
        table = with_digests(as_built(nodes.get(node), columns))
        words.append(f"--nodes={node}:Entity={_as_file(folder, node, table)}")
        lines = lines or _has_line_breaks(table)
    marker = pa.table({"id": ["graph"], "home": [home], "oldest": [0], "newest": [0], "layout": [LAYOUT]})
    words.append(f"--nodes=Bidring={_as_file(folder, 'Bidring', marker)}")
    for edge in EDGES:
        table = with_digests(as_built(edges.get(edge), edge_columns(edge)))
        words.append(f"--relationships={edge}={_as_file(folder, edge, table)}")
        lines = lines or _has_line_breaks(table)
    options = ["--overwrite-destination=true", "--id-type=string", *(["--multiline-fields=true"] if lines else [])]
    command = ["neo4j-admin", "database", "import", "full", "neo4j", *options, *words]
    (folder / SCRIPT).write_text(_script(command), "utf-8")
    (folder / SCRIPT).chmod(0o755)
    return command


def _as_file(folder: Path, name: str, table: pa.Table) -> str:
    """One table as a file with its header's file before it; columns without a value are left out."""
    said = [column for column in table.column_names if table[column].null_count < table.num_rows or column in _ROLES]
    table = table.select(said)
    header = [_ROLES.get(field.name, f"{field.name}:{_TYPES[field.type]}") for field in table.schema]
    (folder / f"{name}-header.csv").write_text(",".join(header) + "\n", "utf-8")
    csv.write_csv(table, folder / f"{name}.csv", csv.WriteOptions(include_header=False, quoting_style="needed"))
    return f"{name}-header.csv,{name}.csv"


def _has_line_breaks(table: pa.Table) -> bool:
    texts = [table[field.name] for field in table.schema if field.type == pa.string()]
    return any(pc.any(pc.match_substring(text, end)).as_py() for text in texts for end in "\r\n")


def _script(command: list[str]) -> str:
    words = " \\\n  ".join(shlex.quote(word) for word in command[5:])
    return (
        "#!/bin/sh\n"
        "# Replaces the whole database neo4j by this graph. Stop the server before, start it after, and then run\n"
        "# `bidring graph push`, which creates the indexes and writes what has changed since.\n"
        f'set -e\ncd "$(dirname "$0")"\nexec "${{NEO4J_ADMIN:-neo4j-admin}}" database import full neo4j \\\n  {words}\n'
    )
