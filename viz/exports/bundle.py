"""Everything of a case in one file, with hashes and a script that checks them."""

import re
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from graph.model import NodeKind, Subgraph
from viz.case_page import case_page
from viz.exports.archive import MEDIA, archive
from viz.exports.ftm import case_ftm
from viz.exports.graphml import case_graphml
from viz.exports.tables import case_tables
from viz.layout import layout
from viz.picture import SECRET
from viz.report import case_pdf
from viz.style import roles
from viz.text import as_json, as_text
from viz.words import Language, words

_SAFE = re.compile(r"[0-9a-f]{1,64}")
_LOST = "\ufffd"
"""Stands where a record's bytes were no UTF-8: such a record cannot be checked against its hash."""


def case_bundle(case: Mapping[str, Any], picture: Subgraph) -> bytes:
    """A zip of a case and its picture in every form, each source record as the case has it, and a manifest.

    ``python verify.py`` in the unpacked folder, or ``python verify.py bundle.zip`` beside it, says what is missing,
    changed or added. The same input gives the same bytes; the only time in it is that of the detection.
    """
    records = {_file_of(one): one for one in case["evidence"]}
    contents = {
        "README.txt": _readme(case),
        "case.json": as_json(case),
        "graph.json": as_json(_graph(case, picture)),
        "page.html": case_page(case, picture).encode(),
        "graph.graphml": case_graphml(case, picture),
        "entities.ftm.jsonl": case_ftm(case, picture).encode(),
        "verify.py": files("viz.exports").joinpath("verify.py").read_bytes(),
        **{f"report.{language}.pdf": case_pdf(case, picture, language) for language in Language},
        **{f"tables/{name}": table for name, table in case_tables(case).items()},
        **{name: one["record"].encode("utf-8", "surrogatepass") for name, one in records.items()},
    }
    contents["manifest.json"] = as_json(_manifest(case, contents, records))
    return archive(contents)


def _manifest(
    case: Mapping[str, Any], contents: Mapping[str, bytes], records: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """What is in the bundle, from which detection, by which rules."""
    return {
        "bidring": version("bidring"),
        "case": case["id"],
        "generation": case.get("generation"),
        "created": case.get("detected_at"),
        "rules": dict(sorted({one["code"]: one["version"] for one in case["findings"]}.items())),
        "files": {
            name: {
                "media_type": MEDIA[name[name.rindex(".") :]],
                "size": len(contents[name]),
                "sha256": sha256(contents[name]).hexdigest(),
                **({"record": _record(records[name])} if name in records else {}),
            }
            for name in sorted(contents)
        },
    }


def _record(record: Mapping[str, Any]) -> dict[str, Any]:
    """Where a source record came from; ``checkable`` where the file has the bytes that were loaded, and their hash."""
    told = {name: as_text(record[name]) for name in ("id", "source", "format", "file", "position", "loaded_at")}
    withheld = bool(record.get("withheld"))
    return {**told, "sha256": record["hash"], "withheld": withheld, "checkable": not withheld and _whole(record)}


def _whole(record: Mapping[str, Any]) -> bool:
    """Whether a record can be checked against its hash: its bytes were UTF-8."""
    raw = record["record"].encode("utf-8", "surrogatepass")
    return _LOST not in record["record"] or sha256(raw).hexdigest() == record["hash"]


def _readme(case: Mapping[str, Any]) -> bytes:
    """What the bundle is and how to check it, in every language."""
    found = [words(language)("readme", case=case["id"], maxim=words(language)("maxim")) for language in Language]
    return "\n\n".join(text.strip() for text in found).encode("utf-8", "replace") + b"\n"


def _file_of(record: Mapping[str, Any]) -> str:
    """Where a source record is; an id that is no plain hash is hashed, so that it names no other place."""
    own = str(record["id"])
    name = own if _SAFE.fullmatch(own) else sha256(own.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"sources/{name}.{'json' if record['record'].lstrip()[:1] in ('{', '[') else 'txt'}"


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
