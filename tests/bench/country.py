"""How long the country's page takes and how large it is: `python -m tests.bench.country HOME... [--dense 5]`.

Asked in this process by a monitor, on a desk of the bench's own. Seconds are the median of seven after the first, beside
them those of a core, which others on the machine do not stretch; sizes are those of the page, and of it compressed as a
proxy does. `--dense N` makes a country whose forty buyers each bought N times from forty suppliers, so that no cell of
the heat map is empty.
"""

import argparse
import gzip
import tempfile
import time
from pathlib import Path
from statistics import median

from fastapi.testclient import TestClient

from api.access.policy import Role
from api.app import create_app
from api.routes.often import Often
from tests.api.country import small_country
from tests.bench.measure import table
from tests.people import signed_in, with_own_desk

_TIMES = 7
_PAGES = ("/country", "/country?rows=buyer&columns=supplier", "/country?rows=region&columns=year&measure=money")


def _dense(folder: Path, times: int) -> Path:
    rows = [
        {
            "buyer": f"Buyer of works number {buyer}",
            "bidder": f"F{firm}",
            "bidder_name": f"Firm of builders number {firm}",
        }
        for buyer in range(40)
        for firm in range(40)
        for _time in range(times)
    ]
    return small_country(folder, rows).settings.home


def measured(home: Path) -> list[list[object]]:
    """A row for each page: home, tenders, page, first and usual seconds, KiB, KiB compressed."""
    rows: list[list[object]] = []
    with tempfile.TemporaryDirectory() as folder:
        workspace = with_own_desk(home, Path(folder))
        with workspace.generation() as generation:
            tenders = generation.table("tenders").count().execute()
        app = create_app(workspace, often=Often(open=1_000_000))
        with TestClient(app, base_url="http://127.0.0.1", headers=signed_in(workspace, Role.MONITOR)) as client:
            for path in _PAGES:
                taken, worked = [], []
                for _time in range(_TIMES + 1):
                    started, working = time.perf_counter(), time.process_time()
                    page = client.get(path).raise_for_status().content
                    taken.append(time.perf_counter() - started)
                    worked.append(time.process_time() - working)
                sizes = [f"{len(one) / 1024:.0f}" for one in (page, gzip.compress(page, 6))]
                rows.append(
                    [
                        home.name,
                        f"{tenders:,}",
                        path,
                        f"{taken[0]:.2f}",
                        f"{median(taken[1:]):.2f}",
                        f"{median(worked[1:]):.2f}",
                        *sizes,
                    ]
                )
    return rows


def main() -> None:
    """Print a row for each home and page."""
    read = argparse.ArgumentParser(prog="python -m tests.bench.country")
    read.add_argument("homes", type=Path, nargs="*")
    read.add_argument(
        "--dense", type=int, default=[], nargs="+", help="tenders of a cell in a country without an empty one"
    )
    asked = read.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        homes = [*asked.homes, *(_dense(Path(folder) / str(times), times) for times in asked.dense)]
        rows = [row for home in homes for row in measured(home)]
    table(
        "The country's page", ["home", "tenders", "page", "first s", "usual s", "of a core", "KiB", "KiB packed"], rows
    )


if __name__ == "__main__":
    main()
