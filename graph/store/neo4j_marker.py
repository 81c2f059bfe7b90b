"""What a graph on a server says of itself: whose it is, and which generations may be read from it."""

from dataclasses import dataclass, replace

from graph.errors import GraphStoreBusy, GraphStoreError
from graph.model import EDGES
from graph.store import cypher
from graph.store.neo4j_connection import Connection

LAYOUT = 2
"""Raised when digests or what is kept change, so that another version's graph is not misread."""


@dataclass(frozen=True, slots=True)
class Marker:
    """``home`` is whose graph it is; generations from ``oldest`` to ``newest``, both inclusive, are whole."""

    home: str
    oldest: int
    newest: int
    layout: int = LAYOUT

    @classmethod
    def read(cls, connection: Connection) -> "Marker | None":
        """What stands there; None where no graph of ours does."""
        rows = connection.read(cypher.MARKER)
        return cls(**rows[0]) if rows else None

    def write(self, connection: Connection) -> "Marker":
        """Let this stand there."""
        values = {"home": self.home, "oldest": self.oldest, "newest": self.newest, "layout": self.layout}
        connection.write(cypher.SET_MARKER, **values)
        return self


def ensure_readable(connection: Connection, home: str, generation: int) -> None:
    """Raise GraphStoreError where this home's generation cannot be read from the server, and say what to do."""
    marker, where = Marker.read(connection), connection.address.url
    if marker is None:
        raise GraphStoreError(f"no graph at {where}: make one with `bidring detect`")
    if marker.home != home:
        raise GraphStoreError(f"the graph at {where} is another home's: `bidring graph push` replaces it by this one's")
    if marker.layout != LAYOUT:
        raise GraphStoreError(f"the graph at {where} is another version's: `bidring graph push` renews it")
    if generation < marker.oldest <= marker.newest:
        raise GraphStoreBusy(f"the graph at {where} has gone on to generation {marker.newest}: ask again")
    if not marker.oldest <= generation <= marker.newest:
        raise GraphStoreError(f"generation {generation} is not whole at {where}: run `bidring graph push`")
    connection.ensure_prepared()


def begin(connection: Connection, home: str, generation: int) -> Marker:
    """Mark the start of a push into a generation: it cannot be read before :func:`end`, unless it is published.

    Another home's graph becomes this one's: what stands there counts as having always been there, and the push drops
    what does not belong.
    """
    marker = Marker.read(connection)
    if marker is None or marker.home != home or marker.layout != LAYOUT or marker.newest > generation:
        Marker(home, generation, generation - 1).write(connection)
        for kind in EDGES:
            connection.write_until_done(cypher.PURGE_EDGES[kind], generation=cypher.NEVER)
            connection.write_until_done(cypher.FORGET_EDGES[kind])
        connection.write_until_done(cypher.PURGE_NODES, generation=cypher.NEVER)
        connection.write_until_done(cypher.FORGET_NODES)
        return Marker(home, generation, generation - 1)
    published = marker.oldest == marker.newest == generation
    return replace(marker, newest=generation if published else generation - 1).write(connection)


def end(connection: Connection, marker: Marker, generation: int) -> None:
    """Mark a generation as whole."""
    replace(marker, newest=generation).write(connection)
