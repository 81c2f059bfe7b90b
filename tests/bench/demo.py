"""A demo of 4,000 tenders, from nothing to the first answer of its service: at most 60 s is asked for."""

import json
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.bench.measure import BIDRING, table

SIZES = (1000, 2000, 4000)


def main() -> None:
    """Print the seconds of each step, by size."""
    rows: list[list[object]] = []
    for tenders in SIZES:
        with tempfile.TemporaryDirectory() as home:
            rows.append([tenders, *_served(Path(home) / "home", tenders)])
    table("bidring demo, seconds", ["tenders", "generate", "load", "detect", "served after"], rows)


def _served(home: Path, tenders: int) -> list[object]:
    command = (*map(str, BIDRING), "--home", str(home), "demo", "--tenders", str(tenders), "--port", "0", "--json")
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            answer = json.loads(process.stdout.readline())
            with urllib.request.urlopen(f"{answer['url']}api/v1/cases?limit=1") as response:
                assert json.load(response)["items"]
            served = time.perf_counter() - started
        finally:
            process.terminate()
    return [*(float(answer["seconds"][step]) for step in ("generate", "load", "detect")), served]


if __name__ == "__main__":
    main()
