"""Graph algorithms inside a Neo4j server, by Graph Data Science: projected there, run there, answers streamed back.

A projection is always dropped: when its store is closed, and, after a crash, by whoever projects next. One writer and
one reader project at a time, so that what is found under their names when they begin is nobody's any more.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, LiteralString
from uuid import uuid4

import neo4j
import pandas as pd
from graphdatascience import GraphDataScience
from graphdatascience.graph.graph_api import Graph
from graphdatascience.query_runner.neo4j_query_runner import Neo4jQueryRunner
from graphdatascience.query_runner.query_type import QueryType

from graph.errors import GraphStoreError, GraphTooLarge
from graph.model import EDGES
from graph.store import Projection, cypher
from graph.store.neo4j_connection import Connection, Lock, Row

_PREFIX = "bidring-"
_HEAP = "HEAP"


class _Runner(Neo4jQueryRunner):
    """Runs the client's calls with our time limit, once: the client itself would try a dead server for ten minutes."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection.driver, "bolt", show_progress=False, database="neo4j")
        self._connection = connection

    def run_cypher(self, query: str, query_type: QueryType, params: Any = None, *_: Any, **__: Any) -> pd.DataFrame:
        seconds = self._connection.limits.project
        timed = neo4j.Query(query, timeout=seconds)  # a text of the client's own
        with self._connection.told(seconds), self._connection.driver.session() as session:
            return session.run(timed, params or {}).to_df()

    def run_retryable_cypher(self, *arguments: Any, **options: Any) -> pd.DataFrame:
        return self.run_cypher(*arguments, **options)


class Projections:
    """What one store projects of its generation. Whoever may write keeps its last projection for the next call."""

    def __init__(self, connection: Connection, generation: int, *, writer: bool) -> None:
        self._connection, self._writer = connection, writer
        self._seen: dict[str, Any] = {"generation": generation, "never": cypher.NEVER}
        self._prefix = f"{_PREFIX}{'writer' if writer else 'reader'}-"
        refusal = f"another command computes on the graph at {connection.address.url}; try again when it has ended"
        self._lock = Lock(connection, "projections", refusal)
        self._gds: GraphDataScience | None = None
        self._made: tuple[Projection, Graph] | None = None

    def values(self, projection: Projection, run: Callable[[GraphDataScience, Graph], Any]) -> dict[str, Any]:
        """What an algorithm says of each node, by id; ``run`` writes it into the property ``found`` of the projection.

        Empty for a projection without edges.
        """
        with self._projected(projection) as graph:
            if graph is None:
                return {}
            run(self._client(), graph)
            row = self._read(cypher.NODE_VALUES, name=graph.name())
            self._client().graph.node_properties.drop(graph, ["found"])
        return dict(zip(row["ids"], row["found"], strict=True))

    def distances(self, projection: Projection, source: str) -> dict[str, float]:
        """The least sum of weights from ``source`` to every node that it reaches; empty where it is not projected."""
        projection.ensure_known(EDGES[projection.edge].properties)
        if not self._read(cypher.ANY_FITTING_AT[projection.edge], source=source, **self._fitting(projection))["any"]:
            return {}
        with self._projected(projection) as graph:
            assert graph is not None
            row = self._read(cypher.DISTANCES, name=graph.name(), source=source)
        return dict(zip(row["ids"], row["found"], strict=True))

    def _read(self, query: LiteralString, **values: Any) -> Row:
        return self._connection.read(query, seconds=self._connection.limits.project, **values)[0]

    def _fitting(self, projection: Projection) -> dict[str, Any]:
        return {"at_least": dict(projection.at_least), **self._seen}

    def _client(self) -> GraphDataScience:
        if self._gds is None:
            self._gds = GraphDataScience(_Runner(self._connection), arrow=False, show_progress=False)
        return self._gds

    @contextmanager
    def _projected(self, projection: Projection) -> Iterator[Graph | None]:
        """The projection, made if it is not the last one; None where no edge fits it."""
        projection.ensure_known(EDGES[projection.edge].properties)
        if self._made and self._made[0] == projection:
            yield self._made[1]
            return
        self.close()
        if not self._writer:
            self._lock.acquire()
        try:
            yield self._project(projection)
        except BaseException:
            self.close()
            raise
        if not self._writer:
            self.close()

    def _project(self, projection: Projection) -> Graph | None:
        client, values = self._client(), self._fitting(projection)
        for left in client.graph.list():
            if left.graph_name.startswith(self._prefix):
                client.graph.drop(left.graph_name, fail_if_missing=False)
        if not self._read(cypher.ANY_FITTING[projection.edge], **values)["any"]:
            return None
        self._ensure_fits(self._read(cypher.COUNT_ALL[projection.edge])["n"])
        query, name = cypher.PROJECT[projection.edge], f"{self._prefix}{uuid4()}"
        weighed = {"weight": projection.weight, "offset": projection.offset}
        self._made = projection, client.graph.project.cypher(query, name=name, **weighed, **values).graph
        return self._made[1]

    def _ensure_fits(self, edges: int) -> None:
        """GraphTooLarge where a projection of so many edges, or fewer, needs more memory than it may have."""
        row = self._connection.read(cypher.ESTIMATE, nodes=2 * edges, edges=2 * edges)[0]
        free = self._connection.limits.projection
        free = self._free() if free is None else free
        if row["needed"] > free:
            raise GraphTooLarge(
                f"a projection of {edges:,} edges needs up to {_size(row['needed'])} of memory, and the server at "
                f"{self._connection.address.url} has {_size(free)}: give it a larger heap"
            )

    def _free(self) -> int:
        """Bytes of the server's heap that its last collections left free."""
        heap = self._connection.read(cypher.MEMORY)[0]["attributes"]["HeapMemoryUsage"]["value"]["properties"]
        pools = self._connection.read(cypher.MEMORY_POOLS)[0]["pools"]
        used = 0
        for pool in pools:
            after = pool["CollectionUsage"]["value"]
            if pool["Type"]["value"] == _HEAP and after:
                used += after["properties"]["used"]
        return int(heap["max"] - used)

    def close(self) -> None:
        """Drop what was projected, and let others project. A server that died has dropped it itself."""
        try:
            if self._made:
                graph, self._made = self._made[1], None
                self._client().graph.drop(graph, fail_if_missing=False)
        except GraphStoreError:
            pass
        finally:
            self._lock.release()


def _size(number: int) -> str:
    return f"{number / 2**20:,.0f} MiB"
