"""Both graph engines on one invented graph, at three sizes, in one run.

Asked for at 1.1 M edges: a first load by the bulk path at 50,000 edges/s, upserts of changes at 10,000/s, Leiden
within 1.5 times of Graph Data Science alone, two hops around a party (limit 500) in 50 ms (p95) on Neo4j and 20 ms on
Ladybug.

The server is the tests' own, with 2 GB of heap: Java 17 and Maven are needed. Bolt and files on this machine.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median

import numpy as np

from graph.model import EdgeKind, NodeKind
from graph.store import GraphEngine, GraphStore, Projection, graph_engine
from graph.store.address import ServerAddress
from graph.store.neo4j_import import write_import
from graph.store.neo4j_store import Neo4jGraphs
from tests.bench.graph_country import Tables, changed, graph_country
from tests.bench.measure import table
from tests.servers.neo4j_server import Neo4jServer, running

SIZES = (110_000, 370_000, 1_100_000)
SHARE = 0.1
TURNS = 100
NATIVE = (
    "CALL gds.graph.project('alone', 'Organisation', {CO_BIDS: {orientation: 'UNDIRECTED', properties: ['z']}}) "
    "YIELD graphName RETURN graphName"
)
RESOLUTIONS = (0.5, 1.0, 2.0, 4.0)
LEIDEN = (
    "CALL gds.leiden.stream('alone', "
    "{relationshipWeightProperty: 'z', randomSeed: 1, concurrency: 1, maxLevels: 20, gamma: $gamma}) "
    "YIELD communityId RETURN count(DISTINCT communityId) AS n"
)
DROP = "CALL gds.graph.drop('alone', false) YIELD graphName RETURN graphName"


class Clock:
    """Seconds by what they were spent on."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - started
        print(f"  {name}: {self.seconds[name]:.1f} s", flush=True)


def main() -> None:
    """Print a table for each thing asked for."""
    sizes = [int(one) for one in sys.argv[1:]] or SIZES
    loads: list[list[object]] = []
    changes: list[list[object]] = []
    hops: list[list[object]] = []
    partitions: list[list[object]] = []
    for size in sizes:
        tables = graph_country(size)
        edges = sum(one.num_rows for one in tables[1].values())
        print(f"{edges:,} edges, {sum(one.num_rows for one in tables[0].values()):,} nodes", flush=True)
        with tempfile.TemporaryDirectory() as folder, running(heap="2g", java_options=_FAST) as server:
            clock = Clock()
            loads += _loads(Path(folder), server, tables, clock, edges)
            with closing(Neo4jGraphs(ServerAddress.parse(server.bolt_url), home="bench")) as graphs:
                partitions += _leiden(server, graphs, Path(folder), edges)
                for name, engine in (("neo4j", graphs), ("ladybug", graph_engine(f"ladybug:///{folder}/lbug"))):
                    with closing(engine.open(1)) as store:
                        hops += _hops(name, store, tables, edges)
                changes += _changes(graphs, tables, edges, clock)
    table("First load", ["way", "edges", "seconds", "edges/s", "of which"], loads)
    table("Changes by upserts", _CHANGES, changes)
    table("Leiden, projection and answer included", ["way", "edges", "median s", "times GDS alone"], partitions)
    table("Two hops, limit 500", ["engine", "edges", "around", "nodes (median)", "p50 ms", "p95 ms"], hops)


_NOTHING = "nothing, compared alone"
_CHANGES = ["what", "edges in all", "written", "dropped", "seconds", "without comparing", "changes/s"]
_FAST = ("-XX:TieredStopAtLevel=4", "-Xms2g")


def _loads(folder: Path, server: Neo4jServer, tables: Tables, clock: Clock, edges: int) -> list[list[object]]:
    with clock("export"):
        write_import(folder / "csv", *tables, home="bench")
    server.stop()
    with clock("import"):
        _import(folder / "csv", server)
    with clock("start"):
        server.start()
    with closing(Neo4jGraphs(ServerAddress.parse(server.bolt_url), home="bench")) as graphs:
        with clock("indexes and comparison"), closing(graphs.open(1, write=True)) as store:
            written = sum(change.written + change.dropped for change in store.build(*tables).values())
        assert written == 0, "the bulk path leaves nothing to push"
        graphs.published(1)
    with (
        closing(graph_engine(f"ladybug:///{folder}/lbug")) as embedded,
        clock("ladybug"),
        closing(embedded.open(1, write=True)) as store,
    ):
        store.build(*tables)
    spent = clock.seconds
    bulk = spent["export"] + spent["import"]
    ready = bulk + spent["start"] + spent["indexes and comparison"]
    return [
        ["bulk path: export, import", edges, bulk, round(edges / bulk), f"import {spent['import']:.1f} s"],
        ["the same until bidring answers", edges, ready, round(edges / ready), f"start {spent['start']:.1f} s"],
        ["ladybug, into a file", edges, spent["ladybug"], round(edges / spent["ladybug"]), ""],
    ]


def _import(folder: Path, server: Neo4jServer) -> None:
    words = (folder / "import.sh").read_text("utf-8").split(" \\\n  ")[1:]
    here = os.getcwd()
    os.chdir(folder)
    try:
        server.admin("database", "import", "full", "neo4j", *(_absolute(word.strip(), folder) for word in words))
    finally:
        os.chdir(here)


def _absolute(word: str, folder: Path) -> str:
    option, _sep, files = word.rpartition("=")
    if ".csv" not in files:
        return word
    return f"{option}={','.join(str(folder / file) for file in files.split(','))}"


def _leiden(server: Neo4jServer, graphs: Neo4jGraphs, folder: Path, edges: int) -> list[list[object]]:
    """One answer with its projection, and four resolutions on one projection, as a detection asks."""

    def alone(resolutions: tuple[float, ...]) -> None:
        server.run(NATIVE)
        for gamma in resolutions:
            server.run(LEIDEN, gamma=gamma)
        server.run(DROP)

    def stored(engine: GraphEngine, resolutions: tuple[float, ...]) -> None:
        with closing(engine.open(1, write=True)) as store:
            for gamma in resolutions:
                store.communities(Projection(EdgeKind.CO_BIDS, {}, "z"), resolution=gamma, seed=1)

    embedded = graph_engine(f"ladybug:///{folder}/lbug")
    ways: dict[str, Callable[[tuple[float, ...]], None]] = {
        "GDS alone": alone,
        "neo4j store": lambda resolutions: stored(graphs, resolutions),
        "ladybug store, igraph": lambda resolutions: stored(embedded, resolutions),
    }
    rows: list[list[object]] = []
    for what, resolutions in (("one answer", (1.0,)), ("four resolutions", RESOLUTIONS)):
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for _turn in range(6):
            for name, way in ways.items():
                started = time.perf_counter()
                way(resolutions)
                seconds[name].append(time.perf_counter() - started)
        base = median(seconds["GDS alone"][1:])
        for name, found in seconds.items():
            rows.append([f"{name}, {what}", edges, f"{median(found[1:]):.2f}", f"{median(found[1:]) / base:.2f}"])
    return rows


def _hops(name: str, store: GraphStore, tables: Tables, edges: int) -> list[list[object]]:
    rng = np.random.default_rng(7)
    ids = tables[0][NodeKind.ORGANISATION]["id"].to_pylist()
    found: list[list[object]] = []
    for around, count in (("one firm", 1), ("a case of 5 firms", 5)):
        for _warm in range(100):
            store.neighbourhood(list(rng.choice(ids, count)), hops=2)
        spent, sizes = [], []
        for _turn in range(TURNS):
            seeds = [str(one) for one in rng.choice(ids, count)]
            started = time.perf_counter()
            sizes.append(len(store.neighbourhood(seeds, hops=2, limit=500).nodes))
            spent.append((time.perf_counter() - started) * 1000)
        p50, p95 = np.percentile(spent, [50, 95])
        found.append([name, edges, around, int(median(sizes)), f"{p50:.1f}", f"{p95:.1f}"])
    return found


def _changes(graphs: Neo4jGraphs, tables: Tables, edges: int, clock: Clock) -> list[list[object]]:
    other = changed(tables, SHARE)
    rows: list[list[object]] = []

    def timed(name: str, into: int, wanted: Tables) -> None:
        with clock(name), closing(graphs.open(into, write=True)) as store:
            found = store.build(*wanted)["BID"]
        with clock("publish"):
            graphs.published(into)
        number, seconds = found.written + found.dropped, clock.seconds[name]
        writing = max(seconds - clock.seconds[_NOTHING], 0.001)
        rows.append([name, edges, found.written, found.dropped, seconds, writing, round(number / writing)])

    nodes, kinds = tables
    without = {
        **kinds,
        EdgeKind.BID: other[1][EdgeKind.BID].slice(0, round((1 - SHARE) * kinds[EdgeKind.BID].num_rows)),
    }
    timed(_NOTHING, 2, tables)
    timed("a tenth of the bids with another sum (written and dropped)", 3, other)
    timed("a tenth of the bids taken away", 4, (nodes, without))
    timed("the same brought back (written)", 5, other)
    return rows


if __name__ == "__main__":
    main()
