"""The service under a steady load: `python -m tests.bench.service HOME [--seconds 60] [--rate 50] [--search 5]`.

A real `bidring serve` process on loopback, asked by an investigator's token. Requests leave at a fixed rate whether
or not earlier ones were answered (open loop), and each is timed from when it was due, so that queueing counts.
Beside them, access records of 20 parties are written to the same desk, five a second. `--servers` starts a Neo4j and a
PostgreSQL server of the tests' own, and pushes the home's graph to the one.
"""

import argparse
import asyncio
import os
import random
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx
import numpy as np
import psutil

from api.access.looks import Looks
from api.access.policy import Caller, Role
from api.settings import read_settings
from api.workspace import Workspace
from graph.answers import Answers
from graph.answers.view import EVERYTHING
from tests.bench.measure import BIDRING, table
from tests.people import signed_in
from tests.servers.neo4j_server import running as neo4j_running
from tests.servers.postgres_server import running as postgres_running

API = "/api/v1"
_NOTED = 5
_FAST = ("-XX:TieredStopAtLevel=4",)


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


@contextmanager
def engines(home: Path, folder: str, *, servers: bool) -> Iterator[dict[str, str]]:
    """What the environment says of graph and desk: a new SQLite file beside the home's graph, or servers."""
    if not servers:
        yield {"BIDRING_DESK": f"sqlite:///{folder}/desk.sqlite"}
        return
    with neo4j_running(heap="2g", java_options=_FAST) as graph, postgres_running() as desk:
        environment = {"BIDRING_GRAPH": graph.bolt_url, "BIDRING_DESK": desk.url()}
        started = time.perf_counter()
        push = [*map(str, BIDRING), "--home", str(home), "graph", "push", "--upsert"]
        subprocess.run(push, env={**os.environ, **environment}, check=True, stdout=subprocess.DEVNULL)
        print(f"graph pushed in {time.perf_counter() - started:.0f} s", flush=True)
        yield environment


def _noted(looks: Looks, number: int) -> float:
    """Seconds that one access record takes."""
    started = time.perf_counter()
    looks.note(Caller(name="bench"), "look", f"number {number}", [f"o-{one:016x}" for one in range(20)])
    return time.perf_counter() - started


def _memory(process: psutil.Process) -> float:
    """MiB that are the process's own."""
    return float(process.memory_full_info().pss) / 2**20


async def _load(
    base: str,
    headers: dict[str, str],
    paths: list[tuple[str, str]],
    rate: float,
    *,
    looks: Looks,
    measure: Callable[[], None],
) -> tuple[dict[str, list[float]], Counter[str]]:
    """Seconds by kind of request, and what went wrong by kind; ``measure`` is called after each sixth of the time."""
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

        async def note(number: int) -> None:
            await asyncio.sleep(max(0.0, begun + number / _NOTED - time.perf_counter()))
            taken.setdefault("access record", []).append(await asyncio.to_thread(_noted, looks, number))

        async def meter(part: int) -> None:
            await asyncio.sleep(part * len(paths) / rate / 6)
            measure()

        notes = (note(number) for number in range(int(len(paths) / rate * _NOTED)))
        await asyncio.gather(*(ask(number, *one) for number, one in enumerate(paths)), *notes, *map(meter, range(1, 7)))
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
    read.add_argument("--servers", action="store_true", help="Neo4j and PostgreSQL instead of files")
    asked = read.parse_args()
    with tempfile.TemporaryDirectory() as folder, engines(asked.home, folder, servers=asked.servers) as environment:
        workspace = Workspace(read_settings(environment, str(asked.home)))
        headers = signed_in(workspace, Role.INVESTIGATOR)
        rate = asked.rate + asked.search
        paths = mix(workspace, int(asked.seconds * rate), asked.search / rate, cases=asked.cases)
        with served(asked.home, environment) as (base, process), workspace.desk() as desk:
            httpx.get(base + API + "/health", timeout=60)
            held, processor = [_memory(process)], sum(process.cpu_times()[:2])
            taken, errors = asyncio.run(
                _load(base, headers, paths, rate, looks=Looks(desk), measure=lambda: held.append(_memory(process)))
            )
            used = sum(process.cpu_times()[:2]) - processor
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
        memory = " -> ".join(f"{one:.0f}" for one in held)
        print(
            f"errors {dict(errors) or 0}; memory {memory} MiB; {used:.0f} s of processor; load {os.getloadavg()[0]:.1f}"
        )


if __name__ == "__main__":
    main()
