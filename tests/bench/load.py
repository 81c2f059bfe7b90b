"""Loading OCDS releases at three sizes: 2,500 releases/s or more and less than 1 GB are asked for at 50,000."""

import json
import tempfile
from pathlib import Path

from api.demo import generate
from tests.bench.measure import bidring, table

SIZES = (5_000, 20_000, 50_000)


def main() -> None:
    """Print releases per second and memory, by size, for a first load and for the same once more."""
    rows: list[list[object]] = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            generate(Path(folder) / "country", tenders=size)
            source = Path(folder) / "country" / "ocds"
            megabytes = sum(file.stat().st_size for file in source.iterdir()) / 1e6
            for turn in ("first", "again"):
                run = bidring(Path(folder) / "home", "load", source, "--json")
                read = json.loads(run.output)["read"]
                rows.append([f"{read:,} ({turn})", megabytes, run.seconds, read / run.seconds, run.memory])
    table("bidring load", ["releases", "MB on disk", "seconds", "releases/s", "memory, all processes (MiB)"], rows)


if __name__ == "__main__":
    main()
