"""Where a graph server is, and what may be said of it."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from graph.errors import GraphStoreUnusable

_PORT = 7687


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A Neo4j server's scheme, host and port, and the user that is asked for there. Its text shows no password."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)

    @property
    def url(self) -> str:
        """The address without user and password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @classmethod
    def parse(cls, url: str) -> "ServerAddress":
        """The parts of ``neo4j://USER:PASSWORD@HOST:PORT``; GraphStoreUnusable where one is missing or wrong.

        >>> ServerAddress.parse("neo4j://ada:s%40fe@graph.example")
        ServerAddress(scheme='neo4j', host='graph.example', port=7687, user='ada')
        """
        try:
            parts = urlsplit(url)
            port = parts.port or _PORT
        except ValueError:
            raise GraphStoreUnusable(f"graph: {redacted(url)} has no port between 1 and 65535") from None
        if not parts.hostname or not parts.username or not parts.password:
            raise GraphStoreUnusable(f"graph: {redacted(url)} is not {parts.scheme}://USER:PASSWORD@HOST:PORT")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise GraphStoreUnusable(f"graph: {redacted(url)} says more than {parts.scheme}://USER:PASSWORD@HOST:PORT")
        return cls(parts.scheme, parts.hostname, port, unquote(parts.username), unquote(parts.password))


def redacted(url: str) -> str:
    """An engine's URL as it may be shown and logged: whatever stands before the host is left out.

    >>> redacted("neo4j://ada:secret@graph.example:7687")
    'neo4j://graph.example:7687'
    >>> redacted("ladybug:///data/graph")
    'ladybug:///data/graph'
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        return url.rpartition("@")[2]
    place = rest if scheme == "ladybug" else rest.rpartition("@")[2]
    return f"{scheme}{separator}{place}"
