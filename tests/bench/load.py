"""Loading OCDS releases at three sizes: 2,500 releases/s or more and less than 1 GB are asked for at 50,000 (133 MB).

Releases of two sorts: of the size asked for (2.7 KB each, three bidders), and those of the demo country (4.5 KB each,
with lots, documents and contact details), which are more than most portals publish.
"""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from api.demo import generate
from tests.bench.measure import bidring, table

SIZES = (5_000, 20_000, 50_000)
BIDDERS = 3


def plain(folder: Path, releases: int) -> None:
    """So many releases with three bidders each, in one release package."""
    rng = Random(1)
    firms = [f"{100_000_000_000 + 7 * number}" for number in range(max(100, releases // 20))]
    found = [_release(number, rng, firms) for number in range(releases)]
    folder.mkdir(parents=True)
    package = {"version": "1.1", "publisher": {"name": "Bench"}, "releases": found}
    (folder / "releases.json").write_text(json.dumps(package, ensure_ascii=False), "utf-8")


def country(folder: Path, releases: int) -> None:
    """The releases of a demo country with so many tenders."""
    generate(folder.parent / "country", tenders=releases)
    (folder.parent / "country" / "ocds").rename(folder)


SORTS: dict[str, Callable[[Path, int], None]] = {"plain": plain, "demo country": country}


def main() -> None:
    """Print releases per second and memory, by sort and size, for a first load and for the same once more."""
    rows: list[list[object]] = []
    for sort, write in SORTS.items():
        for size in SIZES:
            with tempfile.TemporaryDirectory() as folder:
                source = Path(folder) / "releases"
                write(source, size)
                megabytes = sum(file.stat().st_size for file in source.iterdir()) / 1e6
                for turn in ("first", "again"):
                    run = bidring(Path(folder) / "home", "load", source, "--json")
                    read = json.loads(run.output)["read"]
                    rows.append([f"{sort}, {turn}", read, megabytes, run.seconds, read / run.seconds, run.memory])
    table("bidring load", ["sort", "releases", "MB", "seconds", "releases/s", "memory (MiB)"], rows)


def _release(number: int, rng: Random, firms: list[str]) -> dict[str, Any]:
    bidders, sum_ = rng.sample(firms, BIDDERS), rng.randint(10**6, 10**9)
    day = f"20{rng.randint(20, 24)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T00:00:00Z"
    money = [{"amount": round(sum_ * rng.uniform(0.8, 1), 2), "currency": "EUR"} for _ in bidders]
    buyer = {"id": f"XX-BUY-{number % 500}", "name": f"City administration number {number % 500}"}
    parties = [{**buyer, "roles": ["buyer"], "identifier": {"scheme": "XX-BUY", "id": f"{number % 500}"}}]
    parties += [
        {
            "id": f"XX-REG-{firm}",
            "name": f"Building company number {firm} Limited",
            "roles": ["tenderer"],
            "identifier": {"scheme": "XX-REG", "id": firm, "legalName": f"Building company {firm} Limited"},
            "address": {"streetAddress": f"{firm[-2:]} Long Street", "locality": f"Town {firm[-3:]}"},
        }
        for firm in bidders
    ]
    tenderers = [{"id": f"XX-REG-{firm}", "name": f"Building company number {firm} Limited"} for firm in bidders]
    return {
        "ocid": f"ocds-bench0-{number}",
        "id": f"{number}-1",
        "date": day,
        "tag": ["contract"],
        "initiationType": "tender",
        "language": "en",
        "parties": parties,
        "buyer": buyer,
        "tender": {
            "id": f"t-{number}",
            "title": f"Repair of the road between the towns number {number % 977} and number {number % 613}",
            "status": "complete",
            "procurementMethod": "open",
            "mainProcurementCategory": "works",
            "value": {"amount": sum_, "currency": "EUR"},
            "tenderPeriod": {"startDate": day, "endDate": day},
            "items": [{"id": "1", "classification": {"scheme": "CPV", "id": "45233142", "description": "Road repair"}}],
        },
        "bids": {
            "details": [
                {"id": f"b{place}", "date": day, "status": "valid", "tenderers": [tenderers[place]], "value": value}
                for place, value in enumerate(money)
            ]
        },
        "awards": [
            {
                "id": "a1",
                "status": "active",
                "date": day,
                "suppliers": tenderers[:1],
                "value": money[0],
                "relatedBid": "b0",
            }
        ],
        "contracts": [{"id": "c1", "awardID": "a1", "status": "active", "dateSigned": day, "value": money[0]}],
    }


if __name__ == "__main__":
    main()
