"""Officials' links of one buyer in a market of 1 M bids: p95 under 1 s is asked for.

Every firm has an owner and a director, every second owner holds through a holding, every buyer has four officials
with a relative each, and one firm in twenty is owned by an official of its buyer or the relative.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import read_settings
from api.workspace import Workspace
from graph.answers import Answers
from tests.bench.detect import write_market
from tests.bench.measure import bidring, table

BIDS = 1_000_000
CALLS = 200
_MAP = """\
format: bids
columns: {tender: tender, bidder: bidder, amount: amount, winner: winner, date: date, estimate: estimate,
          buyer: buyer, region: region, category: category}
constants: {currency: KZT, country: KZ, award_rule: lowest}
"""


def write_country(folder: Path, bids: int) -> list[Path]:
    """The bids with the registers of their firms and bodies; says which files."""
    draw = np.random.default_rng(1)
    write_market(folder / "bids.csv", bids)
    rows = pd.read_csv(folder / "bids.csv")
    rows["bidder"], rows["buyer"] = "XX-FIRM-" + rows.bidder.astype(str), "XX-BODY-" + rows.buyer.astype(str)
    rows.to_csv(folder / "bids.csv", index=False)
    (folder / "bids.yaml").write_text(_MAP, "utf-8")
    won = rows[rows.winner == 1].groupby("bidder").buyer.first()
    bodies = sorted(rows.buyer.unique())
    posts = pd.DataFrame(
        [
            (f"XX-PER-{n}{seat}", "", "", body, "", "Head", "2015-01-01", "", 1)
            for n, body in enumerate(bodies)
            for seat in range(4)
        ],
        columns=[
            "person_id",
            "name",
            "birth_date",
            "body_id",
            "body_name",
            "position",
            "since",
            "until",
            "procurement",
        ],
    )
    posts.to_csv(folder / "offices.csv", index=False)
    kin = pd.DataFrame(
        {"person_id": posts.person_id, "relative_id": posts.person_id + "9", "relative_name": "", "relation": "spouse"}
    )
    kin.assign(since="", until="").to_csv(folder / "kinship.csv", index=False)
    firms = sorted(rows.bidder.unique())
    people = dict(posts.groupby("body_id").person_id.apply(list).items())
    with (folder / "owners.jsonl").open("w", encoding="utf-8") as out:
        for n, firm in enumerate(firms):
            owner = f"XX-OWN-{n}"
            if firm in won and draw.random() < 0.05:
                official = str(draw.choice(people[won[firm]]))
                owner = official if n % 2 else f"{official}9"
            for statement in _statements(n, firm, owner):
                out.write(json.dumps(statement) + "\n")
    officers = pd.DataFrame(
        {"company_id": firms, "person_id": [f"XX-DIR-{n}" for n in range(len(firms))], "name": "", "role": "director"}
    )
    officers.assign(since="", until="").to_csv(folder / "officers.csv", index=False)
    return [folder / name for name in ("offices.csv", "kinship.csv", "owners.jsonl", "officers.csv")]


def _statements(n: int, firm: str, owner: str) -> Iterator[dict[str, object]]:
    def party(own: str, kind: str, number: str) -> dict[str, object]:
        scheme, _dash, digits = number.rpartition("-")
        identifiers = [{"scheme": scheme, "id": digits}]
        return {"statementID": own, "statementType": kind, "name": number, "identifiers": identifiers}

    def owning(own: str, upper: dict[str, str], lower: str, share: int) -> dict[str, object]:
        interests = [{"type": "shareholding", "share": {"exact": share}, "startDate": "2016-01-01"}]
        return {
            "statementID": own,
            "statementType": "ownershipOrControlStatement",
            "subject": {"describedByEntityStatement": lower},
            "interestedParty": upper,
            "interests": interests,
        }

    yield party(f"firm{n}", "entityStatement", firm)
    yield party(f"person{n}", "personStatement", owner)
    if n % 2:
        yield party(f"holding{n}", "entityStatement", f"XX-HOLD-{n}")
        yield owning(f"upper{n}", {"describedByPersonStatement": f"person{n}"}, f"holding{n}", 80)
        yield owning(f"lower{n}", {"describedByEntityStatement": f"holding{n}"}, f"firm{n}", 60)
    else:
        yield owning(f"lower{n}", {"describedByPersonStatement": f"person{n}"}, f"firm{n}", 60)


def _timed(calls: list[Callable[[], object]]) -> list[object]:
    seconds = []
    for call in calls:
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return [len(calls), *(f"{np.percentile(seconds, p):.3f}" for p in (50, 95, 100))]


def main() -> None:
    """Print the seconds of a buyer's links: in this process, over HTTP, as a command; and of other commands."""
    bids = int(sys.argv[1]) if len(sys.argv) > 1 else BIDS
    with tempfile.TemporaryDirectory() as folder:
        here, home = Path(folder), Path(folder) / "home"
        files = write_country(here, bids)
        bidring(home, "load", here / "bids.csv", "--map", here / "bids.yaml")
        load = bidring(home, "load", *files)
        detect = bidring(home, "detect", "--json")
        answer = json.loads(detect.output)
        print(f"{bids:,} bids; registers loaded in {load.seconds:.0f} s; detected in {detect.seconds:.0f} s")
        print({step: round(seconds, 1) for step, seconds in answer["seconds"].items()}, answer["findings"])
        workspace = Workspace(read_settings({}, str(home)))
        with workspace.generation() as generation:
            buyers = (
                generation.table("links").select("buyer").distinct().order_by("buyer").to_pyarrow()["buyer"].to_pylist()
            )
        print(f"{answer['links']:,} links at {len(buyers):,} buyers")

        def asked(buyer: str) -> object:
            with workspace.generation() as generation:
                return Answers(generation).links(buyer=buyer)

        rows: list[list[object]] = [["opened and asked", *_timed([lambda b=b: asked(b) for b in buyers[:CALLS]])]]
        with workspace.serving(), TestClient(create_app(workspace), base_url="http://127.0.0.1") as client:
            address = "/api/v1/links?limit=100&buyer="
            rows.append(
                [
                    "GET /links",
                    *_timed([lambda b=b: client.get(address + b).raise_for_status() for b in buyers[:CALLS]]),
                ]
            )
        rows.append(
            [
                "bidring links",
                *_timed([lambda b=b: bidring(home, "links", "--buyer", b, "--json") for b in buyers[:20]]),
            ]
        )
        case = json.loads(bidring(home, "cases", "--json").output)[0]["id"]
        rows += [
            [f"bidring {command[0]}", *_timed([lambda c=command: bidring(home, *c, "--json") for _ in range(5)])]
            for command in (["findings"], ["rings"], ["cases"], ["case", case])
        ]
        rows.append(
            [
                "bidring owners",
                *_timed([lambda n=n: bidring(home, "owners", f"XX-FIRM-{n}", "--json") for n in range(5)]),
            ]
        )
        table("links of one buyer, seconds", ["asked by", "calls", "p50", "p95", "most"], rows)


if __name__ == "__main__":
    main()
