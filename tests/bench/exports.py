"""How long each export of a large case takes, and how large it is.

python -m tests.bench.exports [--parties N] [--records N]
"""

import argparse
import json
import time
from datetime import date
from hashlib import sha256
from typing import Any

from graph.model import Edge, EdgeKind, Node, NodeKind, Subgraph
from tests.bench.measure import table
from viz.exports import FORMATS, export

_PERIOD = {"since": date(2023, 1, 1), "until": date(2024, 12, 31)}


def large(parties: int, records: int) -> tuple[dict[str, Any], Subgraph]:
    """A case of firms with a tender for each ten records and a flag for each two, and a picture of up to 300 nodes."""
    firms = [f"o-{number:016x}" for number in range(parties)]
    tenders = [f"t-{number:016x}" for number in range(records // 10)]
    evidence = [_record(number) for number in range(records)]
    case = {
        "id": "case-000000000001", "rank": 1, "title": f"{parties} firms", "score": 0.9, "state": "new",
        "codes": ["R024"], "firms": parties, "persons": 0, "period": _PERIOD, "opened": 1, "merged": [],
        "split_from": None, "restricted": False, "generation": 1, "detected_at": "2026-01-01T00:00:00Z", "rings": [],
        "links": [], "wealth": [],
        "parties": [_party(number, node) for number, node in enumerate(firms)],
        "findings": [_finding(number, parties, tenders, evidence) for number in range(records // 2)],
        "tenders": [
            {"id": f"ocds-x-{number}", "node": node, "title": "Ремонт дорог", "day": date(2024, 1, 1),
             "region": "Астана", "category": "45", "buyer": None,
             "estimate": {"amount": "1234567.00", "currency": "KZT"}}
            for number, node in enumerate(tenders)
        ],
        "evidence": evidence,
    }  # fmt: skip
    drawn = tenders[: 300 - parties]
    nodes = [Node(node, NodeKind.ORGANISATION, {"own_id": _number(k), "name": f"ТОО «Фирма {k}»"})
             for k, node in enumerate(firms)]  # fmt: skip
    nodes += [Node(node, NodeKind.TENDER, {"own_id": node, "name": "Ремонт дорог"}) for node in drawn]
    edges = [Edge(EdgeKind.BID, firms[(k * 7 + step) % parties], node, str(step), {"amount_minor": 100 * k})
             for k, node in enumerate(drawn) for step in range(6)]  # fmt: skip
    return case, Subgraph(tuple(sorted(nodes)), tuple(sorted(edges)))


def _number(number: int) -> str:
    return f"KZ-BIN-{number:012}"


def _party(number: int, node: str) -> dict[str, Any]:
    return {"id": _number(number), "name": f"ТОО «Фирма {number}»", "kind": "organisation", "node": node, "core": True}


def _record(number: int) -> dict[str, Any]:
    raw = json.dumps(
        {"ocid": f"ocds-x-{number}", "bids": [{"amount": k, "text": "Заявка участника"} for k in range(60)]}
    )
    return {
        "id": sha256(str(number).encode()).hexdigest()[:32], "source": "made up", "format": "ocds",
        "file": "tenders.jsonl", "position": f"line {number}", "loaded_at": "2026-01-01T00:00:00Z",
        "hash": sha256(raw.encode()).hexdigest(),
        "record": raw, "withheld": False,
    }  # fmt: skip


def _finding(number: int, parties: int, tenders: list[str], evidence: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": f"R024-{number:016x}", "code": "R024", "version": "1.0.0", "title": "Price close to winning bid",
        "parties": [_number(number % parties), _number((number + 1) % parties)],
        "about": [{"kind": "tender", "id": f"ocds-x-{number % len(tenders)}"}], "value": 0.01, "threshold": 0.05,
        "unit": "share", "period": _PERIOD, "text": "The second-lowest bid is 1 % above the winning one.",
        "innocent": "The estimate was public.", "case": "case-000000000001",
        "evidence": [evidence[2 * number]["id"], evidence[2 * number + 1]["id"]],
    }  # fmt: skip


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parties", type=int, default=40)
    parser.add_argument("--records", type=int, default=2000)
    given = parser.parse_args()
    case, picture = large(given.parties, given.records)
    rows: list[list[object]] = []
    for one in FORMATS:
        started, busy = time.perf_counter(), time.process_time()
        made = export(one.name, case, picture, language="kk")
        wall, spent = time.perf_counter() - started, time.process_time() - busy
        rows.append([one.name, round(1000 * wall), round(1000 * spent), len(made) // 1024])
    title = f"{given.parties} parties, {given.records:,} source records, {len(picture.nodes)} nodes in the picture"
    table(title, ["format", "milliseconds", "of them computing", "KiB"], rows)


if __name__ == "__main__":
    main()
