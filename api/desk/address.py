"""Where the desk database is, and what may be said of it."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from api.errors import UnusableCall

SERVER_SCHEME = "postgresql+psycopg"
FORMS = f"sqlite:///FILE or {SERVER_SCHEME}://USER:PASSWORD@HOST:PORT/DB"
_PORT = 5432
_OPTIONS = ("sslmode", "sslrootcert")
"""What may follow as ?NAME=VALUE: how the server proves who it is."""


@dataclass(frozen=True, slots=True)
class DeskAddress:
    """A SQLite ``file``, or a database on a PostgreSQL server where that is None. Its text shows no password."""

    file: Path | None = None
    host: str = ""
    port: int = _PORT
    database: str = ""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    options: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def shown(self) -> str:
        """The address without user and password.

        >>> DeskAddress.parse("postgresql+psycopg://ada:s%40fe@desk.example/bidring").shown
        'postgresql+psycopg://desk.example:5432/bidring'
        """
        if self.file is not None:
            return f"sqlite:///{self.file}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{SERVER_SCHEME}://{host}:{self.port}/{self.database}"

    @property
    def exists(self) -> bool:
        """Whether a desk may be there: a file that was made, or a server, which has to be asked."""
        return self.file is None or self.file.exists()

    @classmethod
    def parse(cls, url: str) -> "DeskAddress":
        """The parts of ``sqlite:///FILE`` or ``postgresql+psycopg://USER:PASSWORD@HOST:PORT/DB``, which may end with
        ``?sslmode=verify-full&sslrootcert=FILE``; UnusableCall, which repeats nothing of it, for anything else.

        >>> DeskAddress.parse("sqlite:////data/desk.sqlite").shown
        'sqlite:////data/desk.sqlite'
        """
        scheme, separator, rest = url.partition("://")
        if separator and scheme == "sqlite" and rest.startswith("/") and rest != "/" and "\0" not in rest:
            return cls(Path(rest[1:]))
        try:
            parts = urlsplit(url)
            port = parts.port or _PORT
            options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        except ValueError:
            raise UnusableCall(f"BIDRING_DESK is not {FORMS}: its port or what follows ? cannot be read") from None
        database = unquote(parts.path.removeprefix("/"))
        if parts.scheme != SERVER_SCHEME:
            raise UnusableCall(f"BIDRING_DESK is not {FORMS}")
        if not (parts.hostname and parts.username and parts.password and database) or parts.fragment:
            raise UnusableCall(f"BIDRING_DESK is not {FORMS}: a part is missing, or a sign in one needs %-encoding")
        if unknown := sorted(set(options) - set(_OPTIONS)):
            raise UnusableCall(f"BIDRING_DESK: {unknown[0]!r} is none of {', '.join(_OPTIONS)}")
        user, password = unquote(parts.username), unquote(parts.password)
        if "\0" in database + user + password:
            raise UnusableCall("BIDRING_DESK holds a NUL character")
        return cls(None, parts.hostname, port, database, user, password, options)
