"""What the environment sets, read once. Nothing else reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from api.desk.address import FORMS, DeskAddress
from api.errors import UnusableCall
from graph.store import SERVER_SCHEMES
from graph.store.address import redacted
from ingest.goszakup.wanted import DEFAULT_URL

DEFAULT_HOME = "bidring-data"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_NAMES = {
    "BIDRING_HOME": "the folder that everything is kept under",
    "BIDRING_RECORDS": "the record store, duckdb:///FILE",
    "BIDRING_DESK": f"the desk database, {FORMS}",
    "BIDRING_URL": "the service's own address as browsers know it, https://NAME",
    "BIDRING_OIDC_ISSUER": "the OpenID provider that people may sign in by, https://NAME",
    "BIDRING_OIDC_CLIENT": "what the provider knows this service as",
    "BIDRING_OIDC_SECRET": "what shows the provider that it is this service",
    "BIDRING_GOSZAKUP_TOKEN": "what admits to the goszakup portal's service",
    "BIDRING_GOSZAKUP_URL": "the goszakup portal's service, https://ows.goszakup.gov.kz",
    "BIDRING_GRAPH": "the graph store, ladybug:///FOLDER or neo4j://USER:PASSWORD@HOST:PORT",
}


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID provider, and this service as its client; its text shows no secret."""

    issuer: str
    client: str
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are: the home folder and the engines' URLs, under the home folder where none are given, and the
    goszakup portal's service with the token that admits to it, None where there is none.

    ``url`` is the service's own address, None where each request says it; ``provider`` is None where people sign in by
    password alone. The text of it shows no password and no token; :func:`graph.store.address.redacted` shows an
    engine's URL without a password.
    """

    home: Path
    records: str
    graph: str = field(repr=False)
    desk: str = field(repr=False)
    goszakup_url: str = DEFAULT_URL
    goszakup_token: str | None = field(default=None, repr=False)
    url: str | None = None
    provider: Provider | None = None

    @property
    def records_file(self) -> Path:
        """The file of the record store."""
        return Path(self.records.removeprefix("duckdb:///"))

    @property
    def desk_address(self) -> DeskAddress:
        """Where the desk database is; shows no password."""
        return DeskAddress.parse(self.desk)


def read_settings(environment: Mapping[str, str], home: str | None = None) -> Settings:
    """The settings; ``home`` given on the command line goes before the environment.

    Raises :class:`UnusableCall` for a variable that begins with BIDRING_ and is none of ours, and for an engine
    that this version does not have.
    """
    unknown = sorted(name for name in environment if name.startswith("BIDRING_") and name not in _NAMES)
    if unknown:
        raise UnusableCall(f"{unknown[0]} is no setting; there are {', '.join(_NAMES)}")
    folder = Path(home or environment.get("BIDRING_HOME") or DEFAULT_HOME).absolute()
    records = environment.get("BIDRING_RECORDS") or f"duckdb:///{folder / 'records.duckdb'}"
    graph = environment.get("BIDRING_GRAPH") or f"ladybug:///{folder / 'graph'}"
    desk = environment.get("BIDRING_DESK") or f"sqlite:///{folder / 'desk.sqlite'}"
    DeskAddress.parse(desk)
    if not records.startswith("duckdb:///"):
        raise UnusableCall(f"BIDRING_RECORDS={records!r} is not duckdb:///FILE")
    if not graph.startswith("ladybug:///") and graph.partition("://")[0] not in SERVER_SCHEMES:
        known = f"ladybug:///FOLDER or {'|'.join(SERVER_SCHEMES)}://USER:PASSWORD@HOST:PORT"
        raise UnusableCall(f"BIDRING_GRAPH={redacted(graph)!r} is not {known}")
    url = environment.get("BIDRING_GOSZAKUP_URL") or DEFAULT_URL
    token = environment.get("BIDRING_GOSZAKUP_TOKEN") or None
    return Settings(folder, records, graph, desk, url, token, _own_url(environment), _provider(environment))


def _own_url(environment: Mapping[str, str]) -> str | None:
    written = environment.get("BIDRING_URL")
    if not written:
        return None
    parts = _split("BIDRING_URL", written)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise UnusableCall(f"BIDRING_URL={written!r} is an address with a path: https://NAME is wanted")
    return written.rstrip("/")


def _provider(environment: Mapping[str, str]) -> Provider | None:
    issuer, client = environment.get("BIDRING_OIDC_ISSUER"), environment.get("BIDRING_OIDC_CLIENT")
    secret = environment.get("BIDRING_OIDC_SECRET") or None
    if not issuer and not client and secret is None:
        return None
    if not issuer or not client:
        raise UnusableCall("BIDRING_OIDC_ISSUER and BIDRING_OIDC_CLIENT belong together: one of them is missing")
    parts = _split("BIDRING_OIDC_ISSUER", issuer)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise UnusableCall(f"BIDRING_OIDC_ISSUER={issuer!r} is not https, and not on this machine")
    return Provider(issuer, client, secret)


def _split(name: str, written: str) -> SplitResult:
    try:
        parts = urlsplit(written)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        known = False
    if not known or "@" in written or not written.isascii() or not written.isprintable() or " " in written:
        raise UnusableCall(f"{name} is no address of the form https://NAME")
    return parts
