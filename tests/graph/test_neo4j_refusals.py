"""What a server that cannot be used says: one line that names what and where, and no password."""

import socket
from collections.abc import Iterator

import pytest

from graph.errors import GraphStoreError, GraphStoreUnreachable, GraphStoreUnusable
from graph.store import graph_engine
from graph.store.address import ServerAddress, redacted
from tests.servers.bolt_proxy import BoltProxy
from tests.servers.neo4j_server import GDS_VERSION, NEO4J_VERSION, Neo4jServer, running


@pytest.fixture(scope="module")
def other_server() -> Iterator[Neo4jServer]:
    """A server that wants encryption and has no Graph Data Science."""
    with running(tls="required", gds=False) as server:
        yield server


def refusal(url: str, error: type[GraphStoreError]) -> str:
    """What the engine says of an address; it is one line and keeps the password to itself."""
    with pytest.raises(error) as told:
        graph_engine(url)
    said = str(told.value)
    assert "\n" not in said
    password = ServerAddress.parse(url).password
    assert password not in said
    assert password not in repr(told.value)
    return said


def test_a_wrong_password_is_named_as_such(neo4j_server: Neo4jServer) -> None:
    for scheme in ("neo4j", "bolt"):
        said = refusal(f"{scheme}://neo4j:not-this-one@127.0.0.1:{neo4j_server.port}", GraphStoreUnusable)
        assert said == (f"{scheme}://127.0.0.1:{neo4j_server.port} does not take the user 'neo4j' with this password")


def test_an_unreachable_server_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for scheme in ("neo4j", "bolt", "bolt+ssc"):
        said = refusal(f"{scheme}://neo4j:some-password@127.0.0.1:{port}", GraphStoreUnreachable)
        assert said.startswith(f"no Neo4j answers at {scheme}://127.0.0.1:{port}")


def test_a_missing_plugin_is_named(other_server: Neo4jServer) -> None:
    said = refusal(other_server.url, GraphStoreUnusable)
    assert said.startswith(f"neo4j+ssc://127.0.0.1:{other_server.port} has no Graph Data Science: install the plugin")


def test_a_certificate_of_an_unknown_authority_is_refused(other_server: Neo4jServer) -> None:
    said = refusal(other_server.url.replace("+ssc", "+s"), GraphStoreUnusable)
    assert said.startswith(f"the certificate of neo4j+s://127.0.0.1:{other_server.port} is not trusted")
    assert "SSL_CERT_FILE" in said


def test_a_server_that_wants_encryption_is_hinted_at(other_server: Neo4jServer) -> None:
    said = refusal(other_server.url.replace("+ssc", ""), GraphStoreUnreachable)
    assert "or it wants an encrypted connection (neo4j+s://)" in said


def test_a_server_without_encryption_is_named(neo4j_server: Neo4jServer) -> None:
    for scheme in ("bolt+ssc", "neo4j+s"):
        said = refusal(neo4j_server.bolt_url.replace("bolt", scheme, 1), GraphStoreUnusable)
        assert said == f"{scheme}://127.0.0.1:{neo4j_server.port} does not encrypt: use the scheme without +s"


@pytest.mark.parametrize(
    ("what", "version", "older"),
    [("Neo4j", NEO4J_VERSION, "4.44.26"), ("Neo4j", NEO4J_VERSION, "5.25.26"),
     ("Graph Data Science", GDS_VERSION, "2.12.9"), ("Graph Data Science", GDS_VERSION, "1.13.9")],
)  # fmt: skip
def test_too_old_a_version_is_named(neo4j_server: Neo4jServer, what: str, version: str, older: str) -> None:
    with BoltProxy(neo4j_server.bolt_url) as proxy:
        proxy.rewrite(version.encode(), older.encode())
        said = refusal(proxy.url, GraphStoreUnusable)
    assert said.startswith(f"{what} {older} at bolt://127.0.0.1:")
    assert said.endswith("or later is needed")


@pytest.mark.parametrize(
    "url",
    ["neo4j://host:7687", "neo4j://user@host", "neo4j://:secret@host", "neo4j://user:secret@", "bolt://user:secret@h:0x1",
     "neo4j://user:secret@host:99999", "neo4j://user:secret@host/other", "neo4j://user:secret@host?a=b"],
)  # fmt: skip
def test_an_address_that_lacks_or_has_too_much_is_refused(url: str) -> None:
    with pytest.raises(GraphStoreUnusable, match=r"^graph: (neo4j|bolt)://") as told:
        graph_engine(url)
    assert "secret" not in str(told.value)


def test_an_address_shows_no_password() -> None:
    address = ServerAddress.parse("neo4j+s://ada:p%40ss%3Aw@[::1]:7688")
    assert (address.user, address.password, address.host, address.port) == ("ada", "p@ss:w", "::1", 7688)
    assert address.url == "neo4j+s://[::1]:7688"
    assert "p@ss" not in repr(address)
    assert redacted("neo4j://ada:se@cret@host:1") == "neo4j://host:1"


def test_a_certificate_of_a_known_authority_is_taken(
    other_server: Neo4jServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(other_server.authority))
    said = refusal(other_server.url.replace("+ssc", "+s"), GraphStoreUnusable)
    assert "has no Graph Data Science" in said, "the connection stands, and the next question is asked"
