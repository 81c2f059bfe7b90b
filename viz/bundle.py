"""Everything of a case in one file, with hashes and a script that checks them."""

import re
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from importlib.resources import files
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from graph.model import NodeKind, Subgraph
from viz.case_page import case_page
from viz.exports import case_csv, case_graphml
from viz.layout import layout
from viz.picture import SECRET
from viz.report import case_pdf
from viz.style import roles
from viz.text import as_json

_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can say: the same case gives the same bytes."""
_SAFE = re.compile(r"[0-9a-f]{1,64}")
_LOST = "\ufffd"
"""Stands where a record's bytes were no UTF-8: such a record cannot be checked against its hash."""


def case_bundle(case: Mapping[str, Any], picture: Subgraph) -> bytes:
    """A zip of a case and its picture in every form, each source record as the case has it, and a manifest.

    ``python verify.py`` in the unpacked folder says what is missing, changed or added. The same input gives the
    same bytes.
    """
    records = {_file_of(one): one for one in case["evidence"]}
    contents = {
        "case.json": as_json(case),
        "graph.json": as_json(_graph(case, picture)),
        "page.html": case_page(case, picture).encode(),
        "findings.csv": case_csv(case).encode(),
        "graph.graphml": case_graphml(case, picture),
        "report.pdf": case_pdf(case, picture),
        "verify.py": files("viz").joinpath("verify.py").read_bytes(),
        **{name: one["record"].encode("utf-8", "surrogatepass") for name, one in records.items()},
    }
    manifest = {
        "case": case["id"],
        "files": {name: sha256(contents[name]).hexdigest() for name in sorted(contents)},
        "records": {name: records[name]["hash"] for name in sorted(records) if _whole(records[name])},
        "records_not_checkable": sorted(name for name in records if not _whole(records[name])),
    }
    contents["manifest.json"] = as_json(manifest)
    return _zipped(contents)


def _file_of(record: Mapping[str, Any]) -> str:
    """Where a source record is; an id that is no plain hash is hashed, so that it names no other place."""
    own = str(record["id"])
    name = own if _SAFE.fullmatch(own) else sha256(own.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"sources/{name}.{'json' if record['record'].lstrip()[:1] in ('{', '[') else 'txt'}"


def _whole(record: Mapping[str, Any]) -> bool:
    """Whether a record can be checked against its hash: nothing was withheld, and its bytes were UTF-8."""
    if record.get("withheld"):
        return False
    raw = record["record"].encode("utf-8", "surrogatepass")
    return _LOST not in record["record"] or sha256(raw).hexdigest() == record["hash"]


def _graph(case: Mapping[str, Any], picture: Subgraph) -> dict[str, Any]:
    """The picture as a document, without numbers and birth dates of persons."""
    core = {one["node"] for one in case["parties"] if one["core"]}
    places, role = layout(picture), roles(picture)
    nodes = []
    for node in picture.nodes:
        hidden = SECRET if node.kind is NodeKind.PERSON else frozenset[str]()
        nodes.append(
            {
                **_told(node.properties, hidden),
                "id": node.id,
                "kind": str(node.kind),
                "role": str(role[node.id]),
                "core": node.id in core,
                "x": places[node.id][0],
                "y": places[node.id][1],
            }
        )
    edges = [
        {**_told(edge.properties), "id": edge.id, "kind": str(edge.kind), "source": edge.source, "target": edge.target}
        for edge in picture.edges
    ]
    return {"nodes": nodes, "edges": edges, "truncated": picture.truncated}


def _told(properties: Mapping[str, Any], hidden: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Properties that are known; days as text."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in properties.items()
        if value is not None and name not in hidden
    }


def _zipped(contents: Mapping[str, bytes]) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(contents):
            info = ZipInfo(name, _TIME)
            info.compress_type = ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            archive.writestr(info, contents[name])
    return made.getvalue()
