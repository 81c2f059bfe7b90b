"""What the environment sets, read once. Nothing else reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from api.errors import UnusableCall

DEFAULT_HOME = "bidring-data"
_NAMES = {
    "BIDRING_HOME": "the folder that everything is kept under",
    "BIDRING_RECORDS": "the record store, duckdb:///FILE",
    "BIDRING_GRAPH": "the graph store, ladybug:///FOLDER",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are: the home folder and the engines' URLs, under the home folder where none are given."""

    home: Path
    records: str
    graph: str


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
    for name, url, engine in (("BIDRING_RECORDS", records, "duckdb"), ("BIDRING_GRAPH", graph, "ladybug")):
        if not url.startswith(f"{engine}:///"):
            raise UnusableCall(f"{name}={url!r} is not {engine}:///PATH")
    return Settings(folder, records, graph)
