"""The service under a steady load: `python -m tests.bench.service HOME [--seconds 60] [--rate 50] [--search 5]`.

A real `bidring serve` process on loopback, asked by an investigator's token. Requests leave at a fixed rate whether
or not earlier ones were answered (open loop), and each is timed from when it was due, so that queueing counts.
`--graph` and `--desk` are engine addresses, as in BIDRING_GRAPH and BIDRING_DESK.
"""

import argparse
import asyncio
import os
import random
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx
import numpy as np
import psutil

from api.access.policy import Role
from api.settings import read_settings
from api.workspace import Workspace
from graph.answers import Answers
from graph.answers.view import EVERYTHING
from tests.bench.measure import BIDRING, table
from tests.people import signed_in

API = "/api/v1"


@contextmanager
def served(home: Path, environment: dict[str, str]) -> Iterator[tuple[str, psutil.Process]]:
    """A service on a free port: its address and its process."""
    command = [*map(str, BIDRING), "--home", str(home), "serve", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})
    assert process.stderr
    try:
        line = ""
        while "Serving " not in line:
            line = process.stderr.readline()
            if not line:
                raise RuntimeError("the service did not start")
        yield line.split()[1].rstrip("/"), psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


async def _load(
    base: str, headers: dict[str, str], paths: list[tuple[str, str]], rate: float
) -> tuple[dict[str, list[float]], Counter[str]]:
    """Seconds by kind of request, and what went wrong by kind."""
    taken: dict[str, list[float]] = {}
    errors: Counter[str] = Counter()
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
    async with httpx.AsyncClient(base_url=base, headers=headers, limits=limits, timeout=30) as client:
        begun = time.perf_counter() + 0.1

        async def ask(number: int, kind: str, path: str) -> None:
            due = begun + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            try:
                status = (await client.get(path)).status_code
            except httpx.HTTPError as error:
                errors[f"{kind} {type(error).__name__}"] += 1
                return
            taken.setdefault(kind, []).append(time.perf_counter() - due)
            if status != 200:
                errors[f"{kind} {status}"] += 1

        await asyncio.gather(*(ask(number, *one) for number, one in enumerate(paths)))
    return taken, errors


def mix(workspace: Workspace, count: int, share: float, *, cases: int) -> list[tuple[str, str]]:
    """So many requests: pictures of the first ``cases`` cases, and a share of searches for names and parts of them."""
    with workspace.generation() as generation:
        answers = Answers(generation, EVERYTHING)
        found = [one["id"] for one in answers.cases(limit=cases)]
        firms = [one["name"] or one["firm"] for one in answers.firms(limit=300)]
    draw = random.Random(1)
    asked = []
    for _ in range(count):
        if draw.random() < share:
            name = draw.choice(firms)
            asked.append(("search", f"{API}/search?q={name[-draw.randint(3, 6) :]}"))
        else:
            asked.append(("case graph", f"{API}/cases/{draw.choice(found)}/graph"))
    return asked


def main() -> None:
    """Print rate, seconds, errors and memory."""
    read = argparse.ArgumentParser(prog="python -m tests.bench.service")
    read.add_argument(
        "home", type=Path, help="a home with a published generation; python -m tests.bench.links makes one"
    )
    read.add_argument("--seconds", type=float, default=60)
    read.add_argument("--rate", type=float, default=50, help="pictures a second")
    read.add_argument("--search", type=float, default=5, help="searches a second beside them")
    read.add_argument("--cases", type=int, default=2000)
    read.add_argument("--graph", help="BIDRING_GRAPH")
    read.add_argument("--desk", help="BIDRING_DESK; a new SQLite file unless given")
    asked = read.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = {"BIDRING_DESK": asked.desk or f"sqlite:///{folder}/desk.sqlite"}
        if asked.graph:
            environment["BIDRING_GRAPH"] = asked.graph
        workspace = Workspace(read_settings(environment, str(asked.home)))
        headers = signed_in(workspace, Role.INVESTIGATOR)
        rate = asked.rate + asked.search
        paths = mix(workspace, int(asked.seconds * rate), asked.search / rate, cases=asked.cases)
        with served(asked.home, environment) as (base, process):
            httpx.get(base + API + "/health", timeout=60)
            before, processor = process.memory_full_info().pss / 2**20, sum(process.cpu_times()[:2])
            taken, errors = asyncio.run(_load(base, headers, paths, rate))
            after, used = process.memory_full_info().pss / 2**20, sum(process.cpu_times()[:2]) - processor
        rows: list[list[object]] = [
            [kind, len(values), len(values) / asked.seconds]
            + [float(np.percentile(values, part) * 1000) for part in (50, 95, 99, 100)]
            for kind, values in sorted(taken.items())
        ]
        table(
            f"{asked.seconds:.0f} s at {rate:.0f} requests/s, milliseconds from when each was due",
            ["asked", "calls", "per second", "p50", "p95", "p99", "most"],
            rows,
        )
        print(f"errors {dict(errors) or 0}; memory {before:.0f} -> {after:.0f} MiB; {used:.0f} s of processor;"
              f" load {os.getloadavg()[0]:.1f}")  # fmt: skip


if __name__ == "__main__":
    main()
